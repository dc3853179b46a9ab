package reader

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// A composer sets an article block by block. Not safe for concurrent use.
type composer struct {
	o     Options
	th    *theme.Theme
	ink   *inker
	next  ast.Node // the next block
	first bool     // nothing was set yet

	prefix []prefix
	width  int // of a line within the prefixes
	ground theme.Role
	lists  int

	coloured int // bytes of code so far

	done Page
}

// A prefix stands before the lines of what is within a list or quotation.
type prefix struct {
	first, rest   string
	w             int
	used, visible bool // visible: also on blank lines
}

func newComposer(md string, o Options) *composer {
	o.Width = max(o.Width, 1)
	if o.Rows <= 0 {
		o.Rows = 16
	}
	src := []byte(tame(md))
	c := &composer{o: o, th: o.Theme, width: o.Width, first: true}
	c.ink = newInker(o.Theme, src)
	c.next = parse(src).FirstChild()
	c.done = Page{Width: o.Width, Size: len(src)}
	if h, ok := c.next.(*ast.Heading); ok && o.Title != "" && same(plainText(h, src), o.Title) {
		c.next = h.NextSibling()
	}
	return c
}

// same reports whether a heading says what the title says already, with or without the
// name of the site behind it.
func same(heading, title string) bool {
	a, b := strings.ToLower(strings.Join(strings.Fields(heading), " ")), strings.ToLower(strings.Join(strings.Fields(title), " "))
	if len(a) > len(b) {
		a, b = b, a
	}
	rest, ok := strings.CutPrefix(b, a)
	return ok && (rest == "" || len(a) >= 20 && strings.IndexByte(" |-:", rest[0]) >= 0)
}

// run sets blocks until there are that many lines, all if lines is negative. It reports
// whether nothing is left.
func (c *composer) run(lines int) bool {
	from := len(c.done.Lines)
	for c.next != nil && (lines < 0 || len(c.done.Lines) < lines) {
		n := c.next
		c.next = n.NextSibling()
		c.block(n, n.PreviousSibling())
	}
	c.gate(from)
	return c.next == nil
}

// gate passes the lines from one on through plain.Output, but for those that were made
// of numbers here. Many at once cost less than each alone.
func (c *composer) gate(from int) {
	for from < len(c.done.Lines) {
		to := from
		for to < len(c.done.Lines) && c.done.indent[to] != ownLine {
			to++
		}
		part := c.done.Lines[from:to]
		if out := strings.Split(plain.Output(strings.Join(part, "\n")), "\n"); len(out) == len(part) {
			copy(part, out)
		} else { // cannot be, and if it is: no line runs into another
			for i := range part {
				part[i] = strings.ReplaceAll(plain.Output(part[i]), "\n", " ")
			}
		}
		from = to + 1
	}
	for _, l := range c.done.Lines[len(c.done.cells):] {
		c.done.cells = append(c.done.cells, uint16(cells.Width(l)))
	}
}

// ownLine is the indent of a line that is a picture.
const ownLine = 255

// page is what was set so far.
func (c *composer) page(complete bool) *Page {
	p := c.done
	n := len(p.Lines)
	p.Lines, p.indent, p.cells = p.Lines[:n:n], p.indent[:n:n], p.cells[:n:n]
	p.Blocks = p.Blocks[:len(p.Blocks):len(p.Blocks)]
	p.Headings = p.Headings[:len(p.Headings):len(p.Headings)]
	p.Pictures = p.Pictures[:len(p.Pictures):len(p.Pictures)]
	p.Links = make([]Link, 0, len(c.ink.links))
	for _, l := range c.ink.links {
		l.Spans = l.Spans[:len(l.Spans):len(l.Spans)]
		p.Links = append(p.Links, l)
	}
	p.Complete, p.end = complete, p.Size
	if at := offset(c.next); !complete && at >= 0 {
		p.end = at
	}
	return &p
}

// emit adds one line of at most c.width cells.
func (c *composer) emit(l line) {
	indent := 0
	var b strings.Builder
	for i := range c.prefix {
		p := &c.prefix[i]
		if p.used {
			b.WriteString(p.rest)
		} else {
			b.WriteString(p.first)
		}
		p.used = true
		indent += p.w
	}
	b.WriteString(l.text)
	at := len(c.done.Lines)
	for _, sp := range l.spans {
		link := &c.ink.links[sp.link-1]
		if link.Line < 0 {
			link.Line = at
		}
		link.Spans = append(link.Spans, Span{at, sp.from + indent, sp.to + indent})
	}
	c.done.Lines = append(c.done.Lines, strings.TrimRight(b.String(), " "))
	c.done.indent = append(c.done.indent, uint8(min(indent, ownLine-1)))
	c.first = false
}

// blank adds an empty line, but for the bars of quotations.
func (c *composer) blank() {
	if c.first {
		return
	}
	var b strings.Builder
	for _, p := range c.prefix {
		if p.visible {
			b.WriteString(p.rest)
		} else {
			b.WriteString(cells.Blank(p.w))
		}
	}
	c.done.Lines = append(c.done.Lines, strings.TrimRight(b.String(), " "))
	c.done.indent = append(c.done.indent, 0)
}

func (c *composer) text(runs []run) {
	for _, l := range set(runs, c.ink.links, c.width) {
		c.emit(l)
	}
}

// push indents what follows, if there is room for it.
func (c *composer) push(p prefix) {
	if c.width-p.w < 8 {
		p = prefix{}
	}
	c.prefix = append(c.prefix, p)
	c.width -= p.w
}

func (c *composer) pop() {
	last := len(c.prefix) - 1
	c.width += c.prefix[last].w
	c.prefix = c.prefix[:last]
}

// mark remembers where a block begins.
func (c *composer) mark(n ast.Node) {
	at := offset(n)
	if at < 0 || at > c.done.Size {
		return
	}
	if k := len(c.done.Blocks); k > 0 && c.done.Blocks[k-1].Offset >= at {
		return
	}
	c.done.Blocks = append(c.done.Blocks, Block{len(c.done.Lines), at})
}

// offset is the byte at which a block begins, -1 if it has no text.
func offset(n ast.Node) int {
	for x := n; x != nil && x.Type() == ast.TypeBlock; x = x.FirstChild() {
		if ls := x.Lines(); ls != nil && ls.Len() > 0 {
			return ls.At(0).Start
		}
	}
	return -1
}

// block sets a node and what is within it; prev is what stands before it.
func (c *composer) block(n, prev ast.Node) {
	switch n := n.(type) {
	case *ast.Heading:
		c.blank()
		c.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		h, _ := prev.(*ast.Heading)
		c.paragraph(n, prev != nil && n.Kind() == ast.KindParagraph && (h == nil || h.Level <= 2))
	case *ast.List:
		if prev != nil && c.lists == 0 {
			c.blank()
		}
		c.list(n)
	case *ast.Blockquote:
		c.blank()
		c.quote(n)
	case *ast.FencedCodeBlock:
		c.code(n, string(n.Language(c.ink.src)))
	case *ast.CodeBlock:
		c.code(n, "")
	case *ast.ThematicBreak:
		c.blank()
		c.rule()
	case *east.Table:
		c.blank()
		c.mark(n)
		c.table(n)
	}
}

// within sets the children of a node.
func (c *composer) within(n ast.Node) {
	if len(c.prefix) >= maxDepth { // deeper than anybody reads: the words alone
		if words := plainText(n, c.ink.src); strings.TrimSpace(words) != "" {
			c.text([]run{{text: clean(words)}})
		}
		return
	}
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		c.block(x, x.PreviousSibling())
	}
}

func (c *composer) heading(n *ast.Heading) {
	role := [...]theme.Role{theme.Heading1, theme.Heading1, theme.Heading2, theme.Heading3}[min(n.Level, 3)]
	words := strings.TrimSpace(plainText(n, c.ink.src))
	c.mark(n)
	c.done.Headings = append(c.done.Headings, Heading{n.Level, plain.Text(words), len(c.done.Lines)})
	c.text(c.ink.inline(n, role))
}

// paragraph sets text, with an empty line before it if apart.
func (c *composer) paragraph(n ast.Node, apart bool) {
	if pics := onlyPictures(n, c.ink.src); len(pics) > 0 {
		for i, p := range pics {
			if apart || i > 0 {
				c.blank()
			}
			if i == 0 {
				c.mark(n)
			}
			c.picture(p)
		}
		return
	}
	runs := c.ink.inline(n, c.ground)
	if len(runs) == 0 || len(runs) == 1 && strings.TrimSpace(runs[0].text) == "" {
		return // a comment, say
	}
	if apart {
		c.blank()
	}
	c.mark(n)
	c.text(runs)
}

func (c *composer) quote(n ast.Node) {
	bar := c.th.Paint(theme.QuoteBar, c.th.Glyphs.Quote) + " "
	c.push(prefix{first: bar, rest: bar, w: 2, visible: true})
	was, first := c.ground, c.first
	c.ground, c.first = theme.Quote, true // no blank line at its top
	lists := c.lists
	c.lists = 0
	c.within(n)
	c.ground, c.lists = was, lists
	c.first = c.first && first
	c.pop()
}

func (c *composer) rule() {
	w := min(c.width, 9)
	dots := strings.TrimRight(strings.Repeat(c.th.Glyphs.Dot+"   ", 3), " ")
	if c.width < 9 {
		dots = strings.Repeat(c.th.Glyphs.Horizontal, w)
	}
	c.emit(line{text: cells.Blank((c.width-w)/2) + c.th.Paint(theme.Faint, dots), w: c.width})
}
