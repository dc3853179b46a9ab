package reader

import (
	"sort"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// A finder holds what is being looked for, and where it is.
type finder struct {
	text  string
	hits  [][]Span // of each match, in lines of head and page together
	at    int      // the match the reader stands at
	stale bool

	letters []letterAt // of the whole text
	of      *Page
	head    int
}

// letterAt is one character and its cell.
type letterAt struct {
	r    rune
	line int32
	from int16
	to   int16
}

// Find looks for text, without regard to case or line ends, marks every match and goes to
// the first one from the top of the screen. It gives their number; "" ends it.
func (m *Model) Find(text string) int {
	text = strings.Join(strings.Fields(text), " ")
	m.seen.lines = nil
	if text == "" {
		m.find = finder{}
		return 0
	}
	m.find.text = text
	m.refind()
	if len(m.find.hits) > 0 {
		m.find.at = sort.Search(len(m.find.hits), func(i int) bool { return m.find.hits[i][0].Line >= m.top }) % len(m.find.hits)
		m.show(m.find.hits[m.find.at][0].Line)
	}
	return len(m.find.hits)
}

// Finding reports whether something is being looked for.
func (m *Model) Finding() bool { return m.find.text != "" }

// Unfind ends it; it reports whether there was something to end: a search, or a selected
// link.
func (m *Model) Unfind() bool {
	was := m.Finding()
	m.find = finder{}
	m.seen.lines = nil
	return m.Deselect() || was
}

// Matches is which match the reader stands at, from 1, and how many there are.
func (m *Model) Matches() (at, of int) {
	if len(m.find.hits) == 0 {
		return 0, 0
	}
	return m.find.at + 1, len(m.find.hits)
}

// NextMatch goes to the next match, or to the one before if dir is negative, round the
// ends.
func (m *Model) NextMatch(dir int) bool {
	n := len(m.find.hits)
	if n == 0 {
		return false
	}
	m.find.at = ((m.find.at+dir)%n + n) % n
	m.show(m.find.hits[m.find.at][0].Line)
	return true
}

const maxHits = 10_000

// refind looks for the text on the page as it is now.
func (m *Model) refind() {
	f := &m.find
	m.seen.lines = nil
	if f.of != m.page || f.head != len(m.head) || f.letters == nil || f.stale {
		f.letters, f.of, f.head, f.stale = m.readLetters(), m.page, len(m.head), false
	}
	want := []rune(strings.ToLower(f.text))
	f.hits = f.hits[:0]
	for i := 0; i+len(want) <= len(f.letters) && len(f.hits) < maxHits; i++ {
		j := 0
		for j < len(want) && f.letters[i+j].r == want[j] {
			j++
		}
		if j < len(want) {
			continue
		}
		var spans []Span
		for _, l := range f.letters[i : i+j] {
			if l.from == l.to {
				continue
			}
			if k := len(spans) - 1; k >= 0 && spans[k].Line == int(l.line) && spans[k].To == int(l.from) {
				spans[k].To = int(l.to)
				continue
			}
			spans = append(spans, Span{int(l.line), int(l.from), int(l.to)})
		}
		if len(spans) > 0 {
			f.hits = append(f.hits, spans)
		}
		i += j - 1
	}
	if f.at >= len(f.hits) {
		f.at = 0
	}
}

// readLetters is the text as it reads: in small letters, without what stands before the
// lines, with one blank for the end of a line.
func (m *Model) readLetters() []letterAt {
	var out []letterAt
	for i := range m.total() {
		text, at, indent := ansi.Strip(m.line(i)), 0, 0
		if i >= len(m.head) {
			indent = int(m.page.indent[i-len(m.head)])
			if indent == ownLine {
				continue
			}
		}
		if len(out) > 0 && out[len(out)-1].r != ' ' {
			out = append(out, letterAt{r: ' ', line: int32(i)})
		}
		for text != "" {
			g, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
			if g == "" {
				break
			}
			text = text[len(g):]
			from := at
			at += w
			if from < indent {
				continue
			}
			for k, r := range g {
				l := letterAt{r: unicode.ToLower(r), line: int32(i), from: int16(from), to: int16(at)}
				if k > 0 {
					l.from = l.to
				}
				if unicode.IsSpace(r) {
					l.r = ' '
				}
				out = append(out, l)
			}
		}
	}
	return out
}
