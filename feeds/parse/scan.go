package parse

import (
	"bytes"
)

// A document is read by scanning for "<": what stands between is never looked at byte by
// byte. All of this is linear in the size of the document, whatever it holds.

// tag is a start or end tag as it stands in the document.
type tag struct {
	name       []byte // qualified, as written
	end, empty bool   // </x>, <x/>
	attrs      []attr
	to         int // offset of the byte after it
}

type attr struct{ name, value []byte }

// maxAttrs is how many attributes of an element are looked at.
const maxAttrs = 48

// readTag reads the tag at src[i], which is "<". It forgives what can be forgiven: values
// without quotes, a tag without its ">". ok is false if this "<" is none of a tag.
func readTag(src []byte, i int, room []attr) (t tag, ok bool) {
	j := i + 1
	if j < len(src) && src[j] == '/' {
		t.end = true
		j++
	}
	k := nameEnd(src, j)
	if k == j {
		return t, false
	}
	t.name = src[j:k]
	t.attrs = room[:0]
	for j = k; ; {
		for j < len(src) && (isSpace(src[j]) || src[j] == '/' && (j+1 >= len(src) || src[j+1] != '>')) {
			j++
		}
		switch {
		case j >= len(src):
			t.to = j
			return t, true
		case src[j] == '>':
			t.to = j + 1
			return t, true
		case src[j] == '/':
			t.empty, t.to = true, j+2
			return t, true
		case src[j] == '<':
			t.to = j
			return t, true
		}
		var a attr
		a, j = readAttr(src, j)
		if len(t.attrs) < maxAttrs && len(a.name) > 0 {
			t.attrs = append(t.attrs, a)
		}
	}
}

func readAttr(src []byte, j int) (attr, int) {
	from := j
	for j < len(src) && !isSpace(src[j]) && src[j] != '=' && src[j] != '>' && src[j] != '/' && src[j] != '<' {
		j++
	}
	if j == from { // a stray "="
		return attr{}, j + 1
	}
	a := attr{name: src[from:j]}
	k := j
	for k < len(src) && isSpace(src[k]) {
		k++
	}
	if k >= len(src) || src[k] != '=' {
		return a, j
	}
	for k++; k < len(src) && isSpace(src[k]); k++ {
	}
	if k >= len(src) {
		return a, k
	}
	if q := src[k]; q == '"' || q == '\'' {
		if e := bytes.IndexByte(src[k+1:], q); e >= 0 && (e < 1<<12 || bytes.IndexByte(src[k+1:k+1+e], '<') < 0) {
			a.value = src[k+1 : k+1+e]
			return a, k + 2 + e
		}
		k++ // the other quote is missing: the value ends with the tag
		e := bytes.IndexAny(src[k:min(len(src), k+1<<12)], "<>")
		if e < 0 {
			e = len(src) - k
		}
		a.value = src[k : k+e]
		return a, k + e
	}
	from = k
	for k < len(src) && !isSpace(src[k]) && src[k] != '>' && src[k] != '<' {
		k++
	}
	a.value = bytes.TrimSuffix(src[from:k], []byte("/"))
	return a, k
}

// nameEnd is the offset after the name that begins at src[j], j if none begins there.
func nameEnd(src []byte, j int) int {
	k := j
	for k < len(src) {
		switch c := src[k]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_', c == ':', c >= 0x80:
		case k > j && ('0' <= c && c <= '9' || c == '-' || c == '.'):
		default:
			return k
		}
		k++
	}
	return k
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f' }

// finder remembers where a needle comes next, so that asking for it again and again does
// not search the same bytes again.
type finder struct {
	needle   []byte
	from, at int
	known    bool
}

// next is the offset of the needle's first place at or after i, len(src) if there is none.
func (f *finder) next(src []byte, i int) int {
	if f.known && i >= f.from && i <= f.at {
		return f.at
	}
	f.from, f.known = i, true
	if i >= len(src) {
		f.at = len(src)
	} else if k := bytes.Index(src[i:], f.needle); k >= 0 {
		f.at = i + k
	} else {
		f.at = len(src)
	}
	return f.at
}

// scanner finds its way in a document.
type scanner struct {
	src                                     []byte
	cdataStart, cdataEnd, commentEnd, close finder // close: of an item
}

func newScanner(src []byte, item string) *scanner {
	s := &scanner{src: src}
	s.cdataStart.needle = []byte("<![CDATA[")
	s.cdataEnd.needle = []byte("]]>")
	s.commentEnd.needle = []byte("-->")
	s.close.needle = []byte("</" + item)
	return s
}

// lt is the offset of the next "<" at or after i and before end, end if there is none.
func (s *scanner) lt(i, end int) int {
	if i >= end {
		return end
	}
	if k := bytes.IndexByte(s.src[i:end], '<'); k >= 0 {
		return i + k
	}
	return end
}

// aside steps over what begins with "<!" or "<?" at i: a CDATA section, a comment, a
// declaration, an instruction. One that is never closed counts as its first bytes only.
func (s *scanner) aside(i int) int {
	src := s.src
	switch {
	case bytes.HasPrefix(src[i:], s.cdataStart.needle):
		if e := s.cdata(i); e > 0 {
			return e
		}
		return i + len(s.cdataStart.needle)
	case bytes.HasPrefix(src[i:], []byte("<!--")):
		if e := s.commentEnd.next(src, i+4); e < len(src) {
			return e + 3
		}
		return i + 4
	}
	return i + 2
}

// cdata is the offset after the CDATA section that begins at i, or 0 if it is open: never
// closed, or closed only by the end of a later section in a later item.
func (s *scanner) cdata(i int) int {
	from := i + len(s.cdataStart.needle)
	e := s.cdataEnd.next(s.src, from)
	if e >= len(s.src) {
		return 0
	}
	if o := s.cdataStart.next(s.src, from); o < e {
		if s.close.next(s.src, from) < o {
			return 0
		}
	}
	return e + 3
}

// named reports whether a tag with this name begins at src[i], the byte after "<" or "</".
func (s *scanner) named(i int, name []byte) bool {
	j := i + len(name)
	return j <= len(s.src) && bytes.EqualFold(s.src[i:j], name) && nameEnd(s.src, i) <= j
}

// How the extent of an element ends.
type ending int

const (
	closed  ending = iota // by its end tag
	implied               // by what can't be inside it
	cut                   // by the end of the document
)

// itemEnd finds where the item ends whose start tag ends at i. inner is the end of what
// is in it, next the offset to go on at.
func (s *scanner) itemEnd(i int, name []byte, outer [][]byte) (inner, next int, how ending) {
	src := s.src
	for {
		j := s.lt(i, len(src))
		if j+1 >= len(src) {
			return len(src), len(src), cut
		}
		switch c := src[j+1]; {
		case c == '!':
			i = s.aside(j)
		case c == '/':
			if s.named(j+2, name) {
				e := bytes.IndexByte(src[j:], '>')
				if e < 0 || e > len(name)+16 {
					e = len(name) + 1
				}
				return j, j + e + 1, closed
			}
			for _, o := range outer {
				if s.named(j+2, o) {
					return j, j, implied
				}
			}
			i = j + 2
		case s.named(j+1, name):
			return j, j, implied
		default:
			i = j + 1
		}
	}
}

// leafEnd finds the end tag of the element with this name whose content begins at i, not
// beyond end. nest counts elements of the same name inside it, as markup may hold them.
// stop, if not nil, is asked about each start tag whether it can't be inside.
func (s *scanner) leafEnd(i, end int, name []byte, nest bool, stop func(name []byte) bool) (inner, next int, ok bool) {
	depth := 0
	for {
		j := s.lt(i, end)
		if j+1 >= end {
			return end, end, false
		}
		switch c := s.src[j+1]; {
		case c == '!':
			i = min(s.aside(j), end)
		case c == '/':
			i = j + 2
			if s.named(i, name) {
				if depth > 0 {
					depth--
					continue
				}
				e := bytes.IndexByte(s.src[j:end], '>')
				if e < 0 {
					return j, end, true
				}
				return j, j + e + 1, true
			}
		default:
			i = j + 1
			k := nameEnd(s.src, i)
			if k == i {
				continue
			}
			if stop != nil && stop(s.src[i:k]) {
				return j, j, false
			}
			if nest && bytes.EqualFold(s.src[i:k], name) {
				e := bytes.IndexByte(s.src[k:end], '>')
				if e >= 0 && s.src[k+e-1] != '/' {
					depth++
				}
			}
			i = k
		}
	}
}
