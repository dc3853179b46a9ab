package parse

import (
	"bytes"
	"strings"
)

// open is an element whose end has not come yet.
type open struct {
	name       []byte // as written
	out        string // as emitted, "" if it is not
	base, lang string
	ns         *binding
}

// walk rewrites what stands between i and end: the document, or the inside of one item.
// Elements that it leaves open are closed by its caller.
func (c *carving) walk(i, end int, inItem bool) {
	src, floor := c.s.src, len(c.stack)
	for {
		j := c.s.lt(i, end)
		if top := &c.stack[len(c.stack)-1]; j > i && top.out == "author" {
			c.stray(src[i:j], top)
		}
		if j+1 >= end {
			return
		}
		if src[j+1] == '!' || src[j+1] == '?' {
			i = min(doctype(c.s, j), end)
			continue
		}
		t, ok := readTag(src, j, c.attrs[:])
		if !ok {
			i = j + 1
			continue
		}
		i = min(t.to, end)
		if t.end {
			c.endTag(t.name, floor)
			continue
		}
		i = c.element(j, i, end, t, inItem)
	}
}

// stray keeps the text that stands in an author without a name around it.
func (c *carving) stray(raw []byte, in *open) {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 {
		c.out = append(c.out, "<name>"...)
		c.mark(piece{raw: raw, base: in.base, lang: in.lang})
		c.out = append(c.out, "</name>"...)
	}
}

// endTag closes the innermost open element of this name, and those inside it.
func (c *carving) endTag(name []byte, floor int) {
	for k := len(c.stack) - 1; k >= floor; k-- {
		if bytes.EqualFold(c.stack[k].name, name) {
			if k < len(c.stack)-1 {
				c.unclosed++
			}
			c.popTo(k)
			return
		}
	}
	if r, _ := roleOf(canonical(name, c.stack[len(c.stack)-1].ns, c.atom), c.atom, floor > 1); r != bare {
		c.wrong++
	}
}

func (c *carving) popTo(k int) {
	for n := len(c.stack) - 1; n >= k; n-- {
		if o := c.stack[n].out; o != "" {
			c.out = append(append(append(c.out, "</"...), o...), '>')
		}
	}
	c.stack = c.stack[:k]
}

// start is what an element inherits and changes: namespaces, base, language.
func (c *carving) start(t tag) open {
	up := &c.stack[len(c.stack)-1]
	o := open{name: t.name, base: up.base, lang: up.lang, ns: up.ns}
	for _, a := range t.attrs {
		n := a.name
		switch {
		case bytes.HasPrefix(n, []byte("xmlns")):
			prefix := ""
			if len(n) > 5 {
				if n[5] != ':' {
					continue
				}
				prefix = string(n[6:])
			}
			means := vocabulary(string(a.value), prefix)
			if prefix == "" && means == foreign && len(c.stack) == 1 {
				means = native // a default namespace of somebody's own making
			}
			o.ns = &binding{prefix, means, o.ns}
		case string(n) == "xml:base" || c.format == "cdf" && bytes.EqualFold(n, []byte("base")):
			up := o.base
			if up == "" {
				up = c.url
			}
			if b := absolute(up, unescape(a.value)); b != "" {
				o.base = b
			}
		case string(n) == "xml:lang" || string(n) == "lang" && len(c.stack) == 1:
			o.lang = string(a.value)
		}
	}
	if len(c.stack) == 1 && c.stack[0].ns == nil {
		c.stack[0].ns, c.stack[0].base, c.stack[0].lang = o.ns, o.base, o.lang
		if c.lang == "" {
			c.lang = o.lang
		}
	}
	return o
}

// element rewrites the element whose start tag t stands at j and ends at i; it returns
// the offset to go on at.
func (c *carving) element(j, i, end int, t tag, inItem bool) int {
	o := c.start(t)
	name := canonical(t.name, o.ns, c.atom)
	if !inItem && (name == "item" || name == "entry") {
		return c.item(j, i, t, o)
	}
	r, out := roleOf(name, c.atom, inItem)
	switch {
	case r == through:
		if !inItem {
			c.outer = appendName(c.outer, t.name)
			if c.lang == "" {
				c.lang = o.lang
			}
			if name == "channel" && c.format == "cdf" {
				c.cdf(t, &o)
			}
			if !t.empty && len(c.stack) < maxDepth {
				c.stack = append(c.stack, o)
			}
		}
		return i
	case name == "source" && !c.atom:
		return c.skip(i, end, t, inItem)
	case r == drop && name == foreign && !inItem: // whatever wraps the feed, or stands in it: its children are looked at
		if !t.empty && len(c.stack) < maxDepth {
			c.stack = append(c.stack, o)
		}
		return i
	case r == drop:
		if name == "a" && c.format == "cdf" {
			c.cdf(t, &o)
		}
		return c.skip(i, end, t, inItem)
	case r == container && !t.empty:
		if len(c.stack) >= maxDepth || len(c.pieces) >= maxPieces {
			c.tooDeep = true
			return i
		}
		c.open(out, t, &o)
		o.out = out
		c.stack = append(c.stack, o)
		return i
	case len(c.pieces) >= min(maxPieces, c.itemFrom+maxPerItem):
		c.tooDeep = true
		return i
	case r == bare || t.empty:
		c.open(out, t, &o)
		c.out = append(append(append(c.out, "</"...), out...), '>')
		if t.empty {
			return i
		}
		return c.skipText(i, end, t)
	}
	return c.leaf(i, end, t, &o, out, inItem)
}

// cdf writes the address and the date that CDF has as attributes.
func (c *carving) cdf(t tag, o *open) {
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "href":
			c.out = append(c.out, "<link>"...)
			c.mark(piece{raw: a.value, base: o.base, attr: true})
			c.out = append(c.out, "</link>"...)
		case "lastmod":
			c.out = append(c.out, "<nd:pubdate>"...)
			c.mark(piece{raw: a.value, attr: true})
			c.out = append(c.out, "</nd:pubdate>"...)
		}
	}
}

func appendName(names [][]byte, n []byte) [][]byte {
	for _, x := range names {
		if bytes.Equal(x, n) {
			return names
		}
	}
	if len(names) >= 8 {
		return names
	}
	return append(names, n)
}

// window is how far the end of an element is searched for: the whole rest as long as
// few have been found open, or else a document of nothing but open elements would cost
// the square of its length.
func (c *carving) window(i, end int) int {
	switch {
	case c.unclosed > 1000:
		return min(end, i+128)
	case c.unclosed > 16:
		return min(end, i+1024)
	}
	return end
}

// stop reports whether a start tag of this name can't be inside a text.
func (c *carving) stop(inItem bool) func([]byte) bool {
	if inItem {
		return nil
	}
	return func(name []byte) bool {
		k := len(name)
		return k >= 4 && bytes.EqualFold(name[k-4:], []byte("item")) || k >= 5 && bytes.EqualFold(name[k-5:], []byte("entry"))
	}
}

// skip steps over an element that is left out.
func (c *carving) skip(i, end int, t tag, inItem bool) int {
	if t.empty {
		return i
	}
	if _, next, ok := c.s.leafEnd(i, c.window(i, end), t.name, true, c.stop(inItem)); ok {
		return next
	}
	c.unclosed++
	return i
}

// skipText steps over what should not be inside an element: up to its end tag if that
// follows, else nothing.
func (c *carving) skipText(i, end int, t tag) int {
	j := c.s.lt(i, end)
	if j+2 < end && c.s.src[j+1] == '/' && c.s.named(j+2, t.name) {
		if e := bytes.IndexByte(c.s.src[j:end], '>'); e >= 0 {
			return j + e + 1
		}
	}
	return i
}

// until is where a text ends that is never closed: at the first tag that is not HTML.
func (c *carving) until(i, end int) int {
	for {
		j := c.s.lt(i, end)
		if j+1 >= end {
			return end
		}
		k := j + 1
		if c.s.src[k] == '/' {
			k++
		}
		if e := nameEnd(c.s.src, k); e > k && !htmlName(c.s.src[k:e]) {
			return j
		}
		i = j + 1
	}
}
