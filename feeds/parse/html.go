package parse

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

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

// paragraphs takes plain text for what it is: its empty lines part paragraphs.
func (c *cleaner) paragraphs(s string) {
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(p) == "" || c.isCut {
			continue
		}
		c.blank('\n')
		if c.keep {
			c.out = append(c.out, "<p>"...)
		}
		for i, line := range strings.Split(strings.TrimSpace(p), "\n") {
			if i > 0 {
				c.blank('\n')
				if c.keep {
					c.out = append(c.out, "<br>"...)
				}
			}
			c.write([]byte(line))
		}
		if c.keep {
			c.out = append(c.out, "</p>"...)
		}
	}
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

// attributes writes those attributes of an element that may stay. It is false if the
// element is nothing without those that may not.
func (c *cleaner) attributes(z *html.Tokenizer, a atom.Atom, more bool) bool {
	var src, lazy, alt, width, height string
	for n := 0; more && n < 64; n++ {
		var k, v []byte
		k, v, more = z.TagAttr()
		key := string(k)
		switch a {
		case atom.Img:
			switch key {
			case "src":
				src = string(v)
			case "data-src", "data-lazy-src", "data-original", "data-orig-file":
				lazy = string(v)
			case "srcset", "data-srcset":
				if f := strings.Fields(string(v)); lazy == "" && len(f) > 0 {
					lazy = strings.TrimSuffix(f[0], ",")
				}
			case "alt":
				alt = string(v)
			case "width":
				width = string(v)
			case "height":
				height = string(v)
			case "title":
				c.attribute("title", string(v))
			}
			continue
		case atom.Audio, atom.Video, atom.Source, atom.Track:
			switch key {
			case "src", "poster":
				if u := resolve(c.base, string(v), false); u != "" {
					c.attribute(key, u)
				}
			case "type":
				c.attribute(key, string(v))
			case "controls":
				c.attribute(key, "")
			}
			continue
		}
		switch key {
		case "href":
			if a == atom.A {
				if u := resolve(c.base, string(v), true); u != "" {
					c.attribute("href", u)
				}
			}
		case "cite":
			if u := resolve(c.base, string(v), false); u != "" {
				c.attribute("cite", u)
			}
		case "title", "datetime", "lang", "dir", "abbr", "align":
			c.attribute(key, string(v))
		case "colspan", "rowspan", "start", "span", "value":
			if isNumber(string(v)) {
				c.attribute(key, string(v))
			}
		case "reversed", "open":
			c.attribute(key, "")
		case "class":
			if (a == atom.Code || a == atom.Pre) && len(v) <= maxClass {
				c.attribute(key, string(v))
			}
		}
	}
	if a != atom.Img {
		return true
	}
	if c.alt == "" {
		c.alt = alt
	}
	if lazy != "" && (src == "" || strings.HasPrefix(src, "data:") || lazyShell(src)) {
		src = lazy
	}
	u := resolve(c.base, src, false)
	if width == "1" || height == "1" || width == "0" || height == "0" || u == "" {
		return false
	}
	if c.image == "" && !counter(u) {
		c.image = u
	}
	if !c.keep {
		return true
	}
	c.attribute("src", u)
	if alt != "" {
		c.attribute("alt", short(strings.ToValidUTF8(alt[:min(len(alt), maxAlt)], ""), maxAlt))
	}
	if isNumber(width) {
		c.attribute("width", width)
	}
	if isNumber(height) {
		c.attribute("height", height)
	}
	return true
}

// lazyShell reports whether a picture only keeps the place of one that is loaded later.
func lazyShell(src string) bool {
	return strings.Contains(src, "blank.gif") || strings.Contains(src, "spacer") || strings.Contains(src, "placeholder") || strings.Contains(src, "lazy")
}

// counter reports whether a picture is known to show nothing: emoji, share buttons, pixels.
func counter(u string) bool {
	for _, p := range [...]string{"feeds.feedburner.com/~", "/~ff/", "/~r/", "feedsportal.com", "pixel.wp.com", "stats.wordpress.com", "feeds.wordpress.com", "s.w.org/images/core/emoji", "doubleclick.net", "/emoji/", "gravatar.com/avatar"} {
		if strings.Contains(u, p) {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func (c *cleaner) attribute(name, value string) {
	if !c.keep {
		return
	}
	if len(value) > maxURL {
		value = strings.ToValidUTF8(value[:maxURL], "")
	}
	c.out = append(append(append(c.out, ' '), name...), `="`...)
	c.escape([]byte(value), true)
	c.out = append(c.out, '"')
}

// write adds text to both forms.
func (c *cleaner) write(s []byte) {
	if c.keep {
		c.escape(s, false)
	}
	c.plainly(s)
	c.full()
}

// full cuts at the bounds.
func (c *cleaner) full() {
	if c.keep && len(c.out) > maxHTML {
		n := maxHTML
		for n > 0 && n > maxHTML-4096 && c.out[n] != '<' && c.out[n] != ' ' {
			n--
		}
		if lt, gt := bytes.LastIndexByte(c.out[:n], '<'), bytes.LastIndexByte(c.out[:n], '>'); lt > gt { // not inside a tag
			n = lt
		}
		c.out = bytes.ToValidUTF8(c.out[:n], nil)
		c.isCut = true
	}
	if !c.keep && (len(c.text) >= maxText || c.enough > 0 && len(c.text) >= c.enough) {
		c.isCut = true
	}
}

// escape adds s to the HTML, without control characters.
func (c *cleaner) escape(s []byte, value bool) {
	from := 0
	for i := 0; i < len(s); {
		b := s[i]
		rep, n := "", 1
		switch {
		case b == '&':
			rep = "&amp;"
		case b == '<':
			rep = "&lt;"
		case b == '>':
			rep = "&gt;"
		case b == '"' && value:
			rep = "&#34;"
		case b < 0x20 && b != '\n' && b != '\t', b == 0x7f:
		case b < 0x80:
			i++
			continue
		default:
			var r rune
			r, n = utf8.DecodeRune(s[i:])
			if r >= 0xa0 && (r != utf8.RuneError || n > 1) && !hidden(r) {
				i += n
				continue
			}
		}
		c.out = append(append(c.out, s[from:i]...), rep...)
		i += n
		from = i
	}
	c.out = append(c.out, s[from:]...)
}

// hidden reports whether a character turns the direction of text or ends lines unseen.
func hidden(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb
}

// blank asks for a gap before the next text.
func (c *cleaner) blank(b byte) {
	if c.gap != '\n' {
		c.gap = b
	}
}

// plainly adds s to the text, with blanks folded and without control characters.
func (c *cleaner) plainly(s []byte) {
	if len(c.text) >= maxText {
		return
	}
	if room := maxText - len(c.text); len(s) > 4*room {
		s = bytes.ToValidUTF8(s[:4*room], nil)
	}
	for i := 0; i < len(s); {
		b := s[i]
		if b > 0x20 && b < 0x7f { // a run of plain letters
			j := i + 1
			for j < len(s) && s[j] > 0x20 && s[j] < 0x7f {
				j++
			}
			c.word(s[i:j])
			i = j
			continue
		}
		if b < 0x80 {
			if isSpace(b) {
				c.blank(' ')
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		switch {
		case r == 0xa0 || r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Zs, r):
			c.blank(' ')
		case r < 0xa0 || hidden(r) || r == utf8.RuneError && n == 1 || r == 0xad || r == 0x200b:
		default:
			c.word(s[i : i+n])
		}
		i += n
	}
	if len(c.text) > maxText {
		c.text = bytes.ToValidUTF8(c.text[:maxText], nil)
	}
}

func (c *cleaner) word(s []byte) {
	if c.gap != 0 && len(c.text) > 0 {
		c.text = append(c.text, c.gap)
	}
	c.gap = 0
	c.text = append(c.text, s...)
}

// plainText is the text of HTML.
func plainText(src string) string {
	c := cleaner{}
	c.run(src)
	return string(c.text)
}
