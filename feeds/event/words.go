package event

import (
	"slices"
	"strings"
	"unicode"
)

// maxTerms is the most terms that are taken from one title.
const maxTerms = 40

// Words are the words of a title that tell what happened, each once: folded to lower
// case, without the commonest words, without possessives and the lightest endings;
// amounts as one word ("$1.2 billion" and "1.2bn" are "1.2b"); of scripts without blanks
// the pairs of characters.
func Words(title string) []string {
	t := terms(title)
	out := make([]string, len(t))
	for i := range t {
		out[i] = t[i].text
	}
	return out
}

// term is one word of a title.
type term struct {
	text string
	name bool // written as a name is where other words are not
}

// reader takes terms from a text.
type reader struct {
	out   []term
	b     []byte
	upper bool // the word began with a capital
	first bool // nothing has been read yet
	caps  int  // words that began with a capital, long ones only
	low   int  // long words that did not
	prev  rune // the last character of a script without blanks
}

// terms are Words with what their writing tells.
func terms(title string) []term {
	if len(title) > 2048 {
		title = title[:2048]
	}
	p := reader{out: make([]term, 0, 16), b: make([]byte, 0, 32), first: true}
	for _, r := range title {
		switch {
		case spaceless(r):
			p.flush()
			if p.prev != 0 {
				p.add(string([]rune{p.prev, r}), false)
			}
			p.prev = r
			continue
		case unicode.IsLetter(r) || unicode.IsMark(r):
			if len(p.b) == 0 {
				p.upper = unicode.IsUpper(r)
			}
			p.b = appendFolded(p.b, unicode.ToLower(r))
		case unicode.IsDigit(r):
			p.b = appendFolded(p.b, r)
		case (r == '\'' || r == '’') && len(p.b) > 0:
			p.b = append(p.b, '\'')
		case r == '.' && len(p.b) > 0 && p.b[len(p.b)-1] >= '0' && p.b[len(p.b)-1] <= '9':
			p.b = append(p.b, '.') // 3.5, and what is called X3.5
		case r == ',' && number(p.b):
			// 1,000 is one number
		default:
			p.flush()
		}
		p.prev = 0
	}
	p.flush()
	// A line that capitalizes everything says nothing about names.
	if p.caps > 2*p.low {
		for i := range p.out {
			p.out[i].name = false
		}
	}
	return p.out
}

func (p *reader) add(w string, name bool) {
	if w == "" || len(p.out) >= maxTerms {
		return
	}
	for i := range p.out {
		if p.out[i].text == w {
			p.out[i].name = p.out[i].name || name
			return
		}
	}
	p.out = append(p.out, term{w, name})
}

// flush ends the word that is being read.
func (p *reader) flush() {
	if len(p.b) == 0 {
		return
	}
	w := strings.TrimRight(string(p.b), ".'")
	p.b = p.b[:0]
	w = strings.TrimSuffix(w, "'s")
	w = strings.ReplaceAll(w, "'", "")
	upper, first := p.upper, p.first
	p.upper, p.first = false, false
	if n := len(p.out); n > 0 {
		if u := unit(w); u != 0 && number([]byte(p.out[n-1].text)) {
			// "21 billion" is "21b"
			p.out[n-1].text += string(u)
			return
		}
	}
	if n := len(w); n > 2 && strings.HasSuffix(w, "bn") && number([]byte(w[:n-2])) {
		w = w[:n-1]
	}
	if w == "" || isStop(w) || len(w) > 60 {
		return
	}
	if len(w) > 3 {
		if upper {
			p.caps++
		} else {
			p.low++
		}
	}
	p.add(stem(w), upper && !first)
}

// unit is the letter for a word that multiplies the number before it.
func unit(w string) byte {
	switch w {
	case "billion", "bn", "billions", "milliarden", "milliards", "b":
		return 'b'
	case "million", "mn", "millions", "millionen", "mio", "m":
		return 'm'
	case "trillion":
		return 't'
	case "percent", "pct", "prozent":
		return '%'
	}
	return 0
}

func number(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' {
			return false
		}
	}
	return len(b) > 0
}

// appendFolded appends a letter without the accents that outlets write or leave out.
func appendFolded(b []byte, r rune) []byte {
	if r < 0x80 {
		return append(b, byte(r))
	}
	if r >= 0x300 && r < 0x370 { // an accent of its own
		return b
	}
	if i := strings.IndexRune("àáâãäåçèéêëìíîïñòóôõöøùúûüýÿš", r); i >= 0 {
		n := len([]rune("àáâãäåçèéêëìíîïñòóôõöøùúûüýÿš"[:i]))
		return append(b, "aaaaaaceeeeiiiinoooooouuuuyys"[n])
	}
	if r >= 0xff10 && r <= 0xff5a { // full-width digits and letters
		return append(b, byte(unicode.ToLower(r-0xfee0)))
	}
	return append(b, string(r)...)
}

func spaceless(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// stem takes the commonest English endings off, and "e", so that the forms of a verb
// meet. It is light on purpose: two words that fall together by mistake cost more than two that
// do not meet.
func stem(w string) string {
	n := len(w)
	if n < 4 || w[0] >= '0' && w[0] <= '9' {
		return w
	}
	switch {
	case n > 4 && strings.HasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case n > 5 && strings.HasSuffix(w, "ing"):
		return undouble(w[:n-3])
	case n > 4 && strings.HasSuffix(w, "ied"):
		return w[:n-3] + "y"
	case n > 4 && strings.HasSuffix(w, "ed"):
		return undouble(w[:n-2])
	case n > 4 && (strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes") || strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "xes")):
		return w[:n-2]
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us") && !strings.HasSuffix(w, "is"):
		return strings.TrimSuffix(w[:n-1], "e")
	case n > 4 && strings.HasSuffix(w, "e"):
		return w[:n-1]
	}
	return w
}

// undouble brings stems such as "cutt" and "rais(e)" to that of the bare verb.
func undouble(w string) string {
	n := len(w)
	if n > 3 && w[n-1] == w[n-2] && !strings.ContainsRune("aeiouls", rune(w[n-1])) {
		return w[:n-1]
	}
	return strings.TrimSuffix(w, "e")
}

// isStop reports a word of headlines that tells nothing of what happened.
func isStop(w string) bool {
	_, found := slices.BinarySearch(stops(), w)
	return found
}
