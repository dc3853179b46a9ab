package company

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// role is what a name is to its company.
type role uint8

const (
	asName role = iota
	asProduct
	asPerson
	asTicker
)

func (r role) String() string { return [...]string{"name", "product", "person", "ticker"}[r] }

// name is one spelling of a company, product or person.
type name struct {
	words   []string // folded; of the first one only the key is looked up
	text    string   // as it is written
	company int
	role    role
	vague   bool    // needs evidence
	leaning bool    // but less of it
	exact   bool    // the case of its letters counts
	tail    string  // what ends the name and belongs to it: the plus of Geek+
	others  []*name // people who lead several companies: what the name is to the others
}

// mention is a name found in a text, at text[from:to].
type mention struct {
	*name
	from, to int
}

// finder finds names in one pass over a text: whole words, the longest name first, one
// look-up a word whatever the number of names; names in scripts without blanks by their
// first character.
type finder struct {
	first  map[string][]*name
	cjk    map[rune][]*name
	people map[string]*name
}

func newFinder() *finder {
	return &finder{first: make(map[string][]*name), cjk: make(map[rune][]*name), people: make(map[string]*name)}
}

func (f *finder) add(n name) {
	if n.text == "" {
		return
	}
	if n.role == asPerson {
		if p := f.people[n.text]; p != nil {
			p.others = append(p.others, &n)
			return
		}
		f.people[n.text] = &n
	}
	if r, _ := utf8.DecodeRuneInString(n.text); spaceless(r) {
		f.cjk[r] = append(f.cjk[r], &n)
		return
	}
	var w word
	rest := 0
	for w, rest = next(n.text, 0); w.to > w.from; w, rest = next(n.text, rest) {
		n.words = append(n.words, fold(n.text[w.from:w.to]))
		n.tail = n.text[w.to:]
	}
	if strings.Trim(n.tail, "+&!") != "" {
		n.tail = ""
	}
	if len(n.words) == 0 {
		return
	}
	// Names that are short, or all capitals, are not looked for in other letters: US is
	// not us.
	letters, upper := 0, 0
	for _, r := range n.text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	n.exact = n.exact || n.vague || letters <= 3 || upper == letters && letters <= 5
	f.first[n.words[0]] = append(f.first[n.words[0]], &n)
}

// find calls each for every mention in text, from left to right, none within another.
func (f *finder) find(text string, each func(mention)) {
	var buf [64]byte
	for at := 0; at < len(text); {
		w, rest := next(text, at)
		if w.to == w.from {
			return
		}
		raw := text[w.from:w.to]
		if r, n := utf8.DecodeRuneInString(raw); spaceless(r) {
			best := ""
			var hit *name
			for _, c := range f.cjk[r] {
				if len(c.text) > len(best) && strings.HasPrefix(text[w.from:], c.text) && whole(text, w.from, w.from+len(c.text)) {
					best, hit = c.text, c
				}
			}
			if hit != nil {
				hit.tell(each, w.from, w.from+len(best))
				at = w.from + len(best)
			} else {
				at = w.from + n
			}
			continue
		}
		var hit *name
		end := 0
		for _, c := range f.first[string(foldInto(buf[:0], raw))] {
			if to, ok := f.fits(c, text, w, rest); ok && (hit == nil || to > end || to == end && better(c, hit, text[w.from:to])) {
				hit, end = c, to
			}
		}
		if hit == nil {
			at = rest
			continue
		}
		hit.tell(each, w.from, end)
		at = end
	}
}

// tell calls each for a name found at text[from:to], and for those it is to others.
func (n *name) tell(each func(mention), from, to int) {
	each(mention{n, from, to})
	for _, o := range n.others {
		each(mention{o, from, to})
	}
}

// better prefers the spelling that is exactly there, and a sure name to a vague one.
func better(a, b *name, there string) bool {
	if (a.text == there) != (b.text == there) {
		return a.text == there
	}
	return a.role < b.role || a.role == b.role && !a.vague && b.vague
}

// fits reports whether a name stands in text from the word w on, and where it ends.
func (f *finder) fits(n *name, text string, w word, rest int) (int, bool) {
	end := w.to
	for _, want := range n.words[1:] {
		v, after := next(text, rest)
		if v.from == v.to || v.from-end > 3 || strings.ContainsAny(text[end:v.from], "\n;:!?") {
			return 0, false
		}
		var buf [64]byte
		if string(foldInto(buf[:0], text[v.from:v.to])) != want {
			return 0, false
		}
		end, rest = v.to, after
	}
	if !strings.HasPrefix(text[end:], n.tail) {
		return 0, false
	}
	end += len(n.tail)
	// A name is not its letters in small: intel chiefs are not Intel's.
	if a, _ := utf8.DecodeRuneInString(text[w.from:]); unicode.IsLower(a) {
		if b, _ := utf8.DecodeRuneInString(n.text); unicode.IsUpper(b) {
			return 0, false
		}
	}
	if n.exact {
		there := text[w.from:end]
		if there != n.text && !(strings.ToUpper(n.text) == there && len(n.text) > 3) && !upperFirst(there, n.text) {
			return 0, false
		}
	}
	return end, true
}

// upperFirst: an exact name may begin with a capital where its own first letter is small.
func upperFirst(there, want string) bool {
	return len(there) == len(want) && there[1:] == want[1:] && there[0] == want[0]-'a'+'A'
}

// word is text[from:to].
type word struct{ from, to int }

// next is the first word of text at or after at, and where to go on: letters, digits and
// what joins them inside a name (& . ' + -) count as separate words; a possessive 's is
// passed over.
func next(text string, at int) (word, int) {
	for at < len(text) {
		c := text[at]
		if c < utf8.RuneSelf {
			if isASCIIWord(c) {
				break
			}
			at++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[at:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			break
		}
		at += n
	}
	from := at
	for at < len(text) {
		c := text[at]
		if c < utf8.RuneSelf {
			if !isASCIIWord(c) {
				break
			}
			at++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[at:])
		if spaceless(r) {
			if at == from {
				at += n
			}
			break
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r) {
			break
		}
		at += n
	}
	rest := at
	for _, s := range [...]string{"'s", "’s", "'S", "’S"} {
		if strings.HasPrefix(text[at:], s) {
			end := at + len(s)
			if r, _ := utf8.DecodeRuneInString(text[end:]); end == len(text) || !unicode.IsLetter(r) {
				rest = end
			}
			break
		}
	}
	return word{from, at}, rest
}

func isASCIIWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func spaceless(r rune) bool {
	return r >= 0x0e00 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) || r == 'ー' || unicode.Is(unicode.Hangul, r))
}

// whole reports whether text[from:to] does not stand within a longer run of Katakana,
// which writes foreign words: デル (Dell) is not in モデル (model).
func whole(text string, from, to int) bool {
	first, _ := utf8.DecodeRuneInString(text[from:])
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	if kana(first) && kana(before) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(text[:to])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !kana(last) || !kana(after)
}

func kana(r rune) bool { return r == 'ー' || unicode.Is(unicode.Katakana, r) }

func fold(s string) string { return string(foldInto(nil, s)) }

// foldInto appends s in lower case.
func foldInto(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			for _, r := range s[i:] {
				b = utf8.AppendRune(b, unicode.ToLower(r))
			}
			return b
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		b = append(b, c)
	}
	return b
}
