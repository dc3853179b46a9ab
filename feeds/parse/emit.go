package parse

import (
	"bytes"
	"math/bits"
	"strconv"
	"strings"
)

// leaf sets the content of an element aside.
func (c *carving) leaf(i, end int, t tag, o *open, out string, inItem bool) int {
	p := piece{base: o.base, lang: o.lang}
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "type":
			p.typ = string(a.value)
		case "mode":
			p.mode = string(a.value)
		case "src":
			p.src = a.value
		case "encoding":
			if bytes.EqualFold(a.value, []byte("base64")) {
				p.mode = "base64"
			}
		}
	}
	inner, next, ok := c.s.leafEnd(i, c.window(i, end), t.name, strings.Contains(p.typ, "xhtml"), c.stop(inItem))
	if !ok {
		c.unclosed++
		inner = c.until(i, inner)
		next = inner
	}
	p.raw = bytes.TrimSpace(c.s.src[i:inner])
	if out == "nd:xhtml" {
		p.typ = "xhtml"
	}
	if top := c.stack[len(c.stack)-1].out; inItem && (top == "item" || top == "entry") && single(out) {
		if c.again(out, len(p.raw) > 0 || len(p.src) > 0) {
			return next
		}
	}
	if len(c.pieces) >= min(maxPieces, c.itemFrom+maxPerItem) {
		c.tooDeep = true
		return next
	}
	c.open(out, t, o)
	if len(p.raw) > 0 || len(p.src) > 0 {
		c.mark(p)
	}
	c.out = append(append(append(c.out, "</"...), out...), '>')
	return next
}

// again reports whether the present item has had this element already, with something in it.
func (c *carving) again(name string, says bool) bool {
	for _, s := range c.seen[:c.nseen] {
		if s == name {
			return true
		}
	}
	if says && c.nseen < len(c.seen) {
		c.seen[c.nseen] = name
		c.nseen++
	}
	return !says
}

// open writes a start tag with its attributes, their values set aside.
func (c *carving) open(out string, t tag, o *open) {
	c.out = append(append(c.out, '<'), out...)
	for n, a := range t.attrs {
		name := strings.ToLower(string(a.name))
		switch name {
		case "href", "url", "type", "rel", "length", "medium", "term", "label", "text", "title", "ispermalink", "role", "scheme", "width", "height", "isdefault", "filesize", "resource", "rdf:resource":
		default:
			continue
		}
		name = strings.TrimPrefix(name, "rdf:")
		if name == "ispermalink" {
			name = "isPermaLink"
		}
		dup := false
		for _, b := range t.attrs[:n] {
			dup = dup || bytes.EqualFold(b.name, a.name)
		}
		if dup {
			continue
		}
		c.out = append(append(append(c.out, ' '), name...), `="`...)
		if isWord(a.value) {
			c.out = append(c.out, a.value...)
		} else if len(c.pieces) < maxPieces {
			c.mark(piece{raw: a.value, base: o.base, attr: true})
		}
		c.out = append(c.out, '"')
	}
	c.out = append(c.out, '>')
}

// isWord reports whether an attribute's value can stand as it is: it is no address and
// has no character of a meaning.
func isWord(v []byte) bool {
	if len(v) > 40 {
		return false
	}
	for _, b := range v {
		if !('a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '/' || b == '-' || b == '+') {
			return false
		}
	}
	return len(v) == 0 || v[0] != '/'
}

// mark sets a piece aside and writes its marker.
func (c *carving) mark(p piece) {
	c.out = append(c.out, c.marker...)
	c.out = strconv.AppendInt(c.out, int64(len(c.pieces)), 10)
	c.out = append(c.out, 'x')
	c.pieces = append(c.pieces, p)
}

// item rewrites one item, or leaves it out.
func (c *carving) item(j, i int, t tag, o open) int {
	c.popTo(c.outside())
	inner, next, how := i, i, closed
	if !t.empty {
		inner, next, how = c.s.itemEnd(i, t.name, c.outer)
	}
	switch how {
	case cut:
		c.isCut = true
		return next
	case implied:
		c.implied++
	}
	c.total++
	if c.total > maxItems || len(c.pieces) > maxPieces-maxPerItem {
		c.over++
		return next
	}
	h := hash(c.s.src[j:next])
	c.hashes = append(c.hashes, h)
	if c.known != nil && c.known(h) {
		c.skipped++
		if c.ids == nil {
			c.ids = make(map[string]bool)
		}
		if id := rawID(c.s.src[i:inner]); id != "" {
			c.ids[id] = true
		}
		return next
	}
	it := carved{base: o.base, lang: o.lang}
	out := "item"
	if c.atom {
		out = "entry"
	}
	c.out = append(append(append(c.out, '<'), out...), '>')
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "rdf:about", "about":
			it.about = a.value
		}
	}
	c.items = append(c.items, it)
	c.itemFrom = len(c.pieces)
	if c.format == "cdf" {
		c.cdf(t, &o)
	}
	o.out = out
	c.stack = append(c.stack, o)
	floor := len(c.stack)
	c.nseen = 0
	c.walk(i, inner, true)
	if len(c.stack) > floor {
		c.unclosed++
	}
	c.popTo(floor - 1)
	return next
}

// outside is the height of the stack at which an item may stand: a container that is
// still open (an image, an author) was not closed.
func (c *carving) outside() int {
	for k := 1; k < len(c.stack); k++ {
		if c.stack[k].out != "" {
			return k
		}
	}
	return len(c.stack)
}

// rawID is the guid of an item, as written, without reading the item.
func rawID(src []byte) string {
	for _, n := range [...]string{"guid", "id"} {
		for i := 0; ; {
			k := bytes.Index(src[i:], []byte("<"+n))
			if k < 0 {
				break
			}
			i += k + 1 + len(n)
			if i < len(src) && (src[i] == '>' || isSpace(src[i])) {
				g := bytes.IndexByte(src[i:], '>')
				e := bytes.Index(src[i:], []byte("</"+n))
				if g >= 0 && e > g {
					return unescape(bytes.TrimSpace(src[i+g+1 : i+e]))
				}
				break
			}
		}
	}
	return ""
}

// hash is a fast hash of bytes, in the manner of wyhash: folded products of eight bytes
// at a time. It tells items apart; nothing is protected by it.
func hash(b []byte) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b))*k1 ^ version*k0
	for len(b) >= 8 {
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		hi, lo := bits.Mul64(w^k0, h^k1)
		h = bits.RotateLeft64(h, 23) ^ hi ^ lo
		b = b[8:]
	}
	var w uint64
	for i, x := range b {
		w |= uint64(x) << (8 * i)
	}
	hi, lo := bits.Mul64(w^k1, h^k0)
	return hi ^ lo ^ h>>29
}
