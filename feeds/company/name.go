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
	text    string // as it is written
	hash    uint32 // of its first word; see hashWord
	company int32
	role    role
	vague   bool  // needs evidence
	leaning bool  // but less of it
	exact   bool  // the case of its letters counts
	second  uint8 // where its second word begins, 0 if it has none
}

// newName reads a name and its mark: a "!" before it says that it needs evidence, a "~"
// that it needs some, for it is seldom anything else in news of the industry.
func newName(marked string, company int, r role) (name, bool) {
	text := strings.TrimLeft(marked, "!~")
	w, rest := next(text, 0)
	if w.to == w.from {
		return name{}, false
	}
	n := name{text: text, company: int32(company), role: r, hash: hashWord(text[w.from:w.to])}
	n.vague, n.leaning = marked[0] == '!' || marked[0] == '~', marked[0] == '~'
	if w, _ := next(text, rest); w.to > w.from && w.from < 256 {
		n.second = uint8(w.from)
	}
	// Names that are short, or all capitals, are not looked for in other letters: US is
	// not us.
	letters, upper := 0, 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			if unicode.IsUpper(r) {
				upper++
			}
		}
	}
	n.exact = n.vague || letters <= 3 || upper == letters && letters <= 5
	return n, true
}

// hashWord is the FNV-1a hash of a word in lower case.
func hashWord(s string) uint32 {
	h := uint32(2166136261)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf {
			var buf [4]byte
			for _, r := range s[i:] {
				for _, b := range utf8.AppendRune(buf[:0], unicode.ToLower(r)) {
					h = (h ^ uint32(b)) * 16777619
				}
			}
			return h
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		h = (h ^ uint32(c)) * 16777619
	}
	return h
}

// sameWord reports whether two words differ in nothing but case.
func sameWord(a, b string) bool {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x >= utf8.RuneSelf || y >= utf8.RuneSelf {
			return strings.EqualFold(a[i:], b[i:])
		}
		if x >= 'A' && x <= 'Z' {
			x += 'a' - 'A'
		}
		if y >= 'A' && y <= 'Z' {
			y += 'a' - 'A'
		}
		if x != y {
			return false
		}
	}
	return len(a) == len(b)
}
