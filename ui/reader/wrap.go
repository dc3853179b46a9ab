package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// A line is one line as it is set: its cells, and where links are on it.
type line struct {
	text  string
	w     int
	spans []linkSpan
}

type linkSpan struct{ link, from, to int }

// A setter sets runs as lines of a width: broken at blanks, after hyphens and between
// CJK characters (but not before their closing or after their opening punctuation), and
// within a word only if it is wider than a line.
type setter struct {
	width int
	links []Link

	out   []line
	b     []byte
	w     int
	sgr   string
	link  int
	from  int // where the link begins
	spans []linkSpan

	wrapped bool // the line begins with the sign of a broken line of code

	word  []piece
	wordW int
	last  kind
	blank *run // pending blank
}

type piece struct {
	text string
	w    int
	run  *run
}

type kind uint8

const (
	nothing kind = iota
	letter
	wide
	opening
)

const osc8End = "\x1b]8;;\x07"

// set breaks runs into lines.
func set(runs []run, links []Link, width int) []line {
	s := setter{width: max(width, 1), links: links}
	for i := range runs {
		s.add(&runs[i])
	}
	s.flush()
	if len(s.b) > 0 || len(s.out) == 0 {
		s.newline()
	}
	for len(s.out) > 1 && s.out[len(s.out)-1].w == 0 { // breaks at the end
		s.out = s.out[:len(s.out)-1]
	}
	return s.out
}

func (s *setter) add(r *run) {
	t := r.text
	if r.glue {
		s.append(t, ansi.StringWidth(t), r)
		s.last = letter
		return
	}
	for len(t) > 0 {
		c := t[0]
		switch {
		case c == ' ' || c == '\t':
			s.flush()
			s.blank = r
			t = t[1:]
		case c == '\n':
			s.flush()
			// No empty line at the beginning, and never two.
			if n := len(s.out); s.w > 0 || n > 0 && s.out[n-1].w > 0 {
				s.newline()
			}
			t = t[1:]
		case c > ' ' && c < 0x7f:
			n := 1
			hyphen := c == '-'
			for n < len(t) && t[n] > ' ' && t[n] < 0x7f {
				n++
				if t[n-1] == '-' && n >= 3 && isLetter(t[n-2]) && n < len(t) && isLetter(t[n]) {
					hyphen = true
					break
				}
			}
			if n < len(t) && t[n] >= 0x80 && n > 1 {
				n-- // what follows may join with the last one
			}
			if s.last == wide && !closes(rune(c)) {
				s.flush()
			}
			if n == 1 && len(t) > 1 && t[1] >= 0x80 {
				t = s.grapheme(t, r)
				continue
			}
			s.append(t[:n], n, r)
			s.last = letter
			if hyphen && n > 2 && n < len(t) && t[n] != ' ' {
				s.flush()
			}
			t = t[n:]
		case c < ' ' || c == 0x7f:
			t = t[1:]
		default:
			t = s.grapheme(t, r)
		}
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80 }

// grapheme takes one character that is no plain ASCII.
func (s *setter) grapheme(t string, r *run) string {
	c, size := utf8.DecodeRuneInString(t)
	switch c {
	case 0x00a0, 0x202f: // stays with its neighbours
		s.append(" ", 1, r)
		s.last = letter
		return t[size:]
	case 0x00ad, 0xfeff, 0x2060: // soft hyphen and what has no width
		return t[size:]
	case 0x200b:
		s.flush()
		return t[size:]
	case 0x2014: // em dash: a break after it
		s.append(t[:size], 1, r)
		s.last = wide
		return t[size:]
	}
	if simple(c) && (len(t) == size || t[size] < 0x80 || simpleNext(t[size:])) {
		if s.last == wide && !closes(c) {
			s.flush()
		}
		s.append(t[:size], 1, r)
		s.last = letter
		return t[size:]
	}
	g, w := ansi.FirstGraphemeCluster(t, ansi.GraphemeWidth)
	if g == "" {
		return t[size:]
	}
	switch {
	case w < 2 || !ideograph(c):
		if s.last == wide && w > 0 && !closes(c) {
			s.flush()
		}
		s.append(g, w, r)
		if s.last != wide || w > 0 {
			s.last = letter
		}
	case closes(c):
		s.append(g, w, r)
		s.last = wide
	default:
		if s.last != opening {
			s.flush()
		}
		s.append(g, w, r)
		s.last = wide
		if opens(c) {
			s.last = opening
		}
	}
	return t[len(g):]
}

// simple reports characters of one cell that join with nothing: Latin, Greek, Cyrillic
// and the punctuation that goes with them.
func simple(r rune) bool {
	return r >= 0xa1 && r < 0x300 && r != 0xad && r != 0xa9 && r != 0xae || r >= 0x370 && r < 0x483 || r >= 0x48a && r < 0x530 || r >= 0x2010 && r < 0x2028
}

func simpleNext(t string) bool {
	r, _ := utf8.DecodeRuneInString(t)
	return simple(r)
}

// ideograph reports characters between which a line may be broken.
func ideograph(r rune) bool {
	return r >= 0x2e80 && r <= 0x9fff || r >= 0xf900 && r <= 0xfaff || r >= 0xfe30 && r <= 0xfe4f || r >= 0xff00 && r <= 0xffef || r >= 0x20000 && r <= 0x3ffff
}

// closes and opens are the characters before and after which a line is not broken (JIS X
// 4051 in short, and what Chinese typesetting adds).
func closes(r rune) bool {
	switch {
	case r < 0x80:
		return strings.ContainsRune(")]}.,:;!?%'\"", r)
	case strings.ContainsRune("、。，．：；！？）］｝」』】〕〉》〗〙’”‥…ー々ゝゞヽヾ·％‰℃°", r):
		return true
	case strings.ContainsRune("ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ", r):
		return true
	}
	return unicode.Is(unicode.Mn, r)
}

func opens(r rune) bool {
	return strings.ContainsRune("（［｛「『【〔〈《〖〘‘“＄￥", r)
}

func (s *setter) append(t string, w int, r *run) {
	s.word = append(s.word, piece{t, w, r})
	s.wordW += w
}

// flush sets the word that has been gathered.
func (s *setter) flush() {
	if len(s.word) == 0 {
		s.last = nothing
		return
	}
	gap := 0
	if s.blank != nil && s.w > 0 {
		gap = 1
	}
	if s.w > 0 && s.w+gap+s.wordW > s.width {
		s.newline()
		gap = 0
	}
	if gap > 0 {
		before, after := s.blank, s.word[0].run
		if before.link != after.link || before.link != s.link {
			s.pen("", 0)
		} else {
			s.pen(before.sgr, before.link)
		}
		s.b = append(s.b, ' ')
		s.w++
	}
	s.blank = nil
	for _, p := range s.word {
		if s.w+p.w <= s.width {
			s.pen(p.run.sgr, p.run.link)
			s.b = append(s.b, p.text...)
			s.w += p.w
			continue
		}
		s.split(p)
	}
	s.word, s.wordW, s.last = s.word[:0], 0, nothing
}

// split breaks a piece that does not fit on one line, after a sign of an address if
// there is one near the end of the line.
func (s *setter) split(p piece) {
	t := p.text
	for len(t) > 0 {
		n, w, good, goodW := 0, 0, 0, 0
		for n < len(t) {
			g, gw := ansi.FirstGraphemeCluster(t[n:], ansi.GraphemeWidth)
			if g == "" || s.w+w+gw > s.width {
				break
			}
			n += len(g)
			w += gw
			if strings.IndexByte("/-_.?&=,", g[0]) >= 0 {
				good, goodW = n, w
			}
		}
		if n < len(t) && good > 0 && goodW*3 >= w*2 {
			n, w = good, goodW
		}
		if n == 0 {
			if s.w > 0 {
				s.newline()
				continue
			}
			t = t[first(t):] // wider than a line: it cannot be shown
			s.pen(p.run.sgr, p.run.link)
			s.b = append(s.b, '?')
			s.w++
			continue
		}
		s.pen(p.run.sgr, p.run.link)
		s.b = append(s.b, t[:n]...)
		s.w += w
		if t = t[n:]; len(t) > 0 {
			s.newline()
		}
	}
}

// pen changes the look and the link of what is written next.
func (s *setter) pen(sgr string, link int) {
	if sgr == s.sgr && link == s.link {
		return
	}
	if s.sgr != "" && (sgr != s.sgr || link != s.link) {
		s.b = append(s.b, "\x1b[m"...)
		s.sgr = ""
	}
	if link != s.link {
		if s.link > 0 {
			s.b = append(s.b, osc8End...)
			s.spans = append(s.spans, linkSpan{s.link, s.from, s.w})
		}
		if link > 0 {
			s.b = append(s.b, hyperlink(s.links[link-1])...)
			s.from = s.w
		}
		s.link = link
	}
	if sgr != "" {
		s.b = append(s.b, sgr...)
		s.sgr = sgr
	}
}

// newline ends the line: looks and links begin anew on the next one.
func (s *setter) newline() {
	s.pen("", 0)
	s.out = append(s.out, line{string(s.b), s.w, s.spans})
	s.b, s.w, s.spans, s.blank = s.b[:0], 0, nil, nil
}

// fitting is how much of a text fits into w cells: bytes and cells.
func fitting(t string, w int) (n, used int) {
	for n < len(t) {
		if c := t[n]; c >= ' ' && c < 0x7f && (n+1 == len(t) || t[n+1] < 0x80) {
			if used == w {
				return n, used
			}
			n++
			used++
			continue
		}
		g, gw := ansi.FirstGraphemeCluster(t[n:], ansi.GraphemeWidth)
		if g == "" || used+gw > w {
			return n, used
		}
		n += len(g)
		used += gw
	}
	return n, used
}

// first is the length of the first character.
func first(t string) int {
	g, _ := ansi.FirstGraphemeCluster(t, ansi.GraphemeWidth)
	return max(len(g), 1)
}
