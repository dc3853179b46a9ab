package parse

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Bounds of what is kept of one story.
const (
	maxHTML  = 512 << 10
	maxText  = 64 << 10
	maxNest  = 48
	maxAlt   = 1000
	maxClass = 40
)

// CleanHTML is the part of an HTML fragment that is safe to keep: the elements of running
// text, tables, pictures and media, with the attributes that mean something, balanced.
// Scripts, styles, frames, forms, handlers and addresses of other schemes than http,
// https and mailto are gone; relative addresses are absolute against base (where base is
// "", they are gone); pictures that only count readers are gone too.
func CleanHTML(src, base string) string {
	c := cleaner{base: base, keep: true}
	c.run(src)
	return string(c.out)
}

// cleaner makes clean HTML and the text of it in one pass.
type cleaner struct {
	base string
	keep bool // make HTML, not only text
	// literal keeps tags that HTML does not know as text: "List<T>" in a title.
	literal bool
	enough  int // bytes of text at which to stop where no HTML is kept; 0 is maxText
	out     []byte
	text    []byte
	image   string // the first picture that is one
	alt     string // words for the first picture that has any
	src     string
	isCut   bool

	closed map[atom.Atom]bool // the end tags in src, made when first asked for
	stack  []atom.Atom
	skip   atom.Atom // in an element that is dropped with its content
	depth  int       // of elements named skip in it
	gap    byte      // what separates the text to come from what is there: 0, ' ' or '\n'
	over   int       // open elements that were too deep to be kept
}

func (c *cleaner) run(src string) {
	c.src = src
	if strings.IndexByte(src, '<') < 0 && strings.IndexByte(src, '&') < 0 {
		c.write([]byte(src))
		return
	}
	z := html.NewTokenizer(strings.NewReader(src))
	z.SetMaxBuf(maxRaw + 1)
	for !c.isCut {
		switch z.Next() {
		case html.ErrorToken:
			c.closeTo(0)
			return
		case html.TextToken:
			if c.skip == 0 {
				c.write(z.Text())
			}
		case html.StartTagToken:
			c.startTag(z, false)
		case html.SelfClosingTagToken:
			c.startTag(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			c.endTag(atom.Lookup(name))
		}
	}
	c.closeTo(0)
}

// again is the cleaner made ready for other HTML; its buffers are used again.
func (c *cleaner) again(base string, keep bool) *cleaner {
	*c = cleaner{base: base, keep: keep, out: c.out[:0], text: c.text[:0], stack: c.stack[:0]}
	return c
}

// class says what becomes of an element.
type class uint8

const (
	unknown class = iota // its tags are left out, its content stays
	gone                 // it is dropped with all that is in it
	inline
	block
	void // has no content
)

func classOf(a atom.Atom) class {
	switch a {
	case atom.Script, atom.Style, atom.Template, atom.Iframe, atom.Noembed, atom.Noframes, atom.Title, atom.Applet, atom.Frameset:
		return gone
	case atom.A, atom.Abbr, atom.Acronym, atom.B, atom.Bdi, atom.Bdo, atom.Big, atom.Cite, atom.Code, atom.Data, atom.Del, atom.Dfn, atom.Em, atom.Font,
		atom.I, atom.Ins, atom.Kbd, atom.Mark, atom.Q, atom.Rp, atom.Rt, atom.Ruby, atom.S, atom.Samp, atom.Small, atom.Span, atom.Strike, atom.Strong,
		atom.Sub, atom.Sup, atom.Time, atom.Tt, atom.U, atom.Var, atom.Picture, atom.Audio, atom.Video:
		return inline
	case atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Caption, atom.Center, atom.Colgroup, atom.Dd, atom.Details, atom.Dir, atom.Div, atom.Dl, atom.Dt,
		atom.Figcaption, atom.Figure, atom.Footer, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hgroup, atom.Li, atom.Main,
		atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Tbody, atom.Td, atom.Tfoot, atom.Th, atom.Thead, atom.Tr, atom.Ul:
		return block
	case atom.Br, atom.Hr, atom.Img, atom.Source, atom.Track, atom.Wbr, atom.Col:
		return void
	}
	return unknown
}

// knownElement reports whether HTML has an element of this name.
func knownElement(name string) bool {
	a := atom.Lookup([]byte(strings.ToLower(name)))
	if classOf(a) != unknown {
		return true
	}
	switch a {
	case atom.Form, atom.Input, atom.Button, atom.Select, atom.Option, atom.Textarea, atom.Label, atom.Fieldset, atom.Legend, atom.Object, atom.Embed, atom.Param,
		atom.Meta, atom.Link, atom.Base, atom.Html, atom.Head, atom.Body, atom.Noscript, atom.Svg, atom.Math, atom.Map, atom.Area, atom.Marquee, atom.Blink, atom.Frame, atom.Image:
		return true
	}
	return false
}

func (c *cleaner) startTag(z *html.Tokenizer, selfClosing bool) {
	var raw []byte
	if c.literal {
		raw = bytes.Clone(z.Raw()) // reading the name changes it
	}
	name, more := z.TagName()
	a := atom.Lookup(name)
	if c.skip != 0 {
		if a == c.skip && !selfClosing {
			c.depth++
		}
		return
	}
	k := classOf(a)
	switch k {
	case gone:
		if selfClosing { // nothing in XHTML; what a browser would swallow after it is text, and harmless
			z.NextIsNotRawText()
			return
		}
		if a != atom.Script && a != atom.Style && !c.closes(a) {
			z.NextIsNotRawText()
			return
		}
		c.skip, c.depth = a, 1
		return
	case unknown:
		if a == atom.Image {
			a, k = atom.Img, void
			break
		}
		if c.literal && !knownElement(string(name)) {
			c.plainly(raw)
			return
		}
		c.blank(' ')
		return
	}
	c.imply(a, k)
	switch {
	case a == atom.Br || a == atom.Hr || k == block && a != atom.Td && a != atom.Th:
		c.blank('\n')
	case a == atom.Td || a == atom.Th || a == atom.Img:
		c.blank(' ')
	}
	if !c.keep && a != atom.Img {
		return
	}
	if k != void {
		if len(c.stack) >= maxNest {
			c.over++
			return
		}
	}
	mark := len(c.out)
	if c.keep {
		c.out = append(append(c.out, '<'), a.String()...)
	}
	if ok := c.attributes(z, a, more); !ok {
		c.out = c.out[:mark]
		return
	}
	if !c.keep {
		return
	}
	c.out = append(c.out, '>')
	if k != void {
		if selfClosing && k == inline { // <a/>, <span/>: in HTML an open tag, in XHTML an empty element
			c.out = append(append(append(c.out, "</"...), a.String()...), '>')
			return
		}
		if selfClosing {
			c.out = append(append(append(c.out, "</"...), a.String()...), '>')
			return
		}
		c.stack = append(c.stack, a)
	}
	c.full()
}

// closes reports whether an end tag of this name is anywhere in the fragment.
func (c *cleaner) closes(a atom.Atom) bool {
	if c.closed == nil {
		c.closed = make(map[atom.Atom]bool)
		for rest := c.src; ; {
			_, after, ok := strings.Cut(rest, "</")
			if !ok {
				break
			}
			rest = after
			n := 0
			for n < len(rest) && n < 12 && rest[n]|0x20 >= 'a' && rest[n]|0x20 <= 'z' {
				n++
			}
			c.closed[atom.Lookup([]byte(strings.ToLower(rest[:n])))] = true
		}
	}
	return c.closed[a]
}

// imply closes what a start tag closes without saying so.
func (c *cleaner) imply(a atom.Atom, k class) {
	top := func() atom.Atom {
		if n := len(c.stack); n > 0 {
			return c.stack[n-1]
		}
		return 0
	}
	switch a {
	case atom.Li:
		c.closeWithin(func(x atom.Atom) bool { return x == atom.Li }, func(x atom.Atom) bool { return x == atom.Ul || x == atom.Ol || x == atom.Dir })
	case atom.Dt, atom.Dd:
		c.closeWithin(func(x atom.Atom) bool { return x == atom.Dt || x == atom.Dd }, func(x atom.Atom) bool { return x == atom.Dl })
	case atom.Td, atom.Th:
		c.closeWithin(func(x atom.Atom) bool { return x == atom.Td || x == atom.Th }, func(x atom.Atom) bool { return x == atom.Tr || x == atom.Table })
	case atom.Tr:
		c.closeWithin(func(x atom.Atom) bool { return x == atom.Tr }, func(x atom.Atom) bool { return x == atom.Table })
	}
	if k == block && top() == atom.P {
		c.closeTo(len(c.stack) - 1)
	}
}

// closeWithin closes up to and with the innermost element that is one, unless a wall
// stands between.
func (c *cleaner) closeWithin(is, wall func(atom.Atom) bool) {
	for n := len(c.stack) - 1; n >= 0; n-- {
		if wall(c.stack[n]) {
			return
		}
		if is(c.stack[n]) {
			c.closeTo(n)
			return
		}
	}
}

func (c *cleaner) endTag(a atom.Atom) {
	if c.skip != 0 {
		if a == c.skip {
			if c.depth--; c.depth <= 0 {
				c.skip = 0
			}
		}
		return
	}
	k := classOf(a)
	switch {
	case a == atom.Br:
		c.blank('\n')
		if c.keep {
			c.out = append(c.out, "<br>"...)
		}
		return
	case k == block && a != atom.Td && a != atom.Th:
		c.blank('\n')
	case k == block || k == unknown:
		c.blank(' ')
	}
	if k != block && k != inline || !c.keep {
		return
	}
	if c.over > 0 {
		c.over--
		return
	}
	for n := len(c.stack) - 1; n >= 0; n-- {
		if c.stack[n] == a {
			c.closeTo(n)
			return
		}
		if k == inline && classOf(c.stack[n]) == block {
			return // an inline end tag does not close the block it stands in
		}
	}
}

func (c *cleaner) closeTo(n int) {
	for len(c.stack) > n {
		a := c.stack[len(c.stack)-1]
		c.stack = c.stack[:len(c.stack)-1]
		c.out = append(append(append(c.out, "</"...), a.String()...), '>')
	}
}
