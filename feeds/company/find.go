package company

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// mention is a name found in a text, at text[from:to].
type mention struct {
	*name
	from, to int
}

// finder finds names in one pass over a text: whole words, the longest name first, one
// look-up a word whatever the number of names; names in scripts without blanks by their
// first character.
type finder struct {
	names []name
	order []uint32       // of the names, by the bucket of the hash of their first word
	start []uint32       // where each bucket begins
	small [1 << 9]uint64 // the pairs of names that begin with a small letter
}

const buckets = 1 << 14

func newFinder(names []name) *finder {
	f := &finder{names: names, order: make([]uint32, len(names)), start: make([]uint32, buckets+1)}
	for i := range names {
		f.start[names[i].hash%buckets+1]++
		if a, b, ok := pair(names[i].text); ok {
			f.small[a] |= b
		}
	}
	for i := range buckets {
		f.start[i+1] += f.start[i]
	}
	at := make([]uint32, buckets)
	copy(at, f.start)
	for i := range names {
		b := names[i].hash % buckets
		f.order[at[b]] = uint32(i)
		at[b]++
	}
	return f
}

// pair is the bit of the first two bytes of a word that begins with a small letter: most
// words of a text do, and few names.
func pair(word string) (at int, bit uint64, ok bool) {
	if len(word) < 2 || word[0] < 'a' || word[0] > 'z' {
		return 0, 0, false
	}
	second := word[1]
	if second >= 'A' && second <= 'Z' {
		second += 'a' - 'A'
	}
	k := int(word[0])<<8 | int(second)
	return k >> 6, 1 << (k & 63), true
}

// find calls each for every mention in text, from left to right, none within another.
func (f *finder) find(text string, each func(mention)) {
	for at := 0; at < len(text); {
		w, rest := next(text, at)
		if w.to == w.from {
			return
		}
		raw := text[w.from:w.to]
		if a, b, ok := pair(raw); ok && f.small[a]&b == 0 {
			at = rest
			continue
		}
		h := hashWord(raw)
		there := f.order[f.start[h%buckets]:f.start[h%buckets+1]]
		var hit *name
		var v word // the one after
		end := 0
		for _, i := range there {
			c := &f.names[i]
			if c.hash != h {
				continue
			}
			if c.second > 0 { // most names of more words fall here
				if v.to == 0 {
					v, _ = next(text, rest)
				}
				if v.to > v.from && !sameStart(c.text[c.second:], text[v.from:v.to]) {
					continue
				}
			}
			if to, ok := c.fits(text, w, rest); ok && (hit == nil || to > end || to == end && better(c, hit, text[w.from:to])) {
				hit, end = c, to
			}
		}
		if hit == nil {
			at = rest
			continue
		}
		each(mention{hit, w.from, end})
		if hit.role == asPerson { // some lead several companies
			for _, i := range there {
				if c := &f.names[i]; c != hit && c.role == asPerson && c.text == hit.text {
					each(mention{c, w.from, end})
				}
			}
		}
		at = end
	}
}

// better prefers the spelling that is exactly there, and a sure name to a vague one.
func better(a, b *name, there string) bool {
	if (a.text == there) != (b.text == there) {
		return a.text == there
	}
	return a.role < b.role || a.role == b.role && !a.vague && b.vague
}

// sameStart reports whether two words may begin with the same letter.
func sameStart(a, b string) bool {
	return a[0] >= utf8.RuneSelf || b[0] >= utf8.RuneSelf || a[0]|0x20 == b[0]|0x20
}

// fits reports whether a name stands in text from the word w on, and where it ends.
func (n *name) fits(text string, w word, rest int) (int, bool) {
	if r, _ := utf8.DecodeRuneInString(n.text); spaceless(r) {
		end := w.from + len(n.text)
		return end, strings.HasPrefix(text[w.from:], n.text) && whole(text, w.from, end)
	}
	own, after := next(n.text, 0)
	if !sameWord(n.text[own.from:own.to], text[w.from:w.to]) {
		return 0, false
	}
	end, last := w.to, own.to
	for own, after = next(n.text, after); own.to > own.from; own, after = next(n.text, after) {
		v, then := next(text, rest)
		if v.from == v.to || v.from-end > 3 || strings.ContainsAny(text[end:v.from], "\n;:!?") || !sameWord(n.text[own.from:own.to], text[v.from:v.to]) {
			return 0, false
		}
		end, rest, last = v.to, then, own.to
	}
	if tail := n.text[last:]; tail != "" && strings.Trim(tail, "+&!") == "" { // Geek+ is no geek
		if !strings.HasPrefix(text[end:], tail) {
			return 0, false
		}
		end += len(tail)
	}
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
	if at == len(text) || text[at] != '\'' && text[at] != 0xe2 {
		return word{from, at}, rest
	}
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
