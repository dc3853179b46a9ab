package article

import (
	"context"
	"errors"
	"io"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// parse reads a document within the limits and says whether something was left out.
func parse(ctx context.Context, s string) (doc *html.Node, trimmed bool, err error) {
	if suspicious(s) {
		s, trimmed = tame(s)
	}
	doc, err = html.Parse(&reader{ctx: ctx, s: s})
	if err != nil && ctx.Err() == nil && !trimmed {
		// The parser refuses what is nested too deeply.
		s, _ = tame(s)
		trimmed = true
		doc, err = html.Parse(&reader{ctx: ctx, s: s})
	}
	if ctx.Err() != nil {
		return nil, false, ctx.Err()
	}
	if err != nil {
		return nil, false, errors.New("the page is no HTML that can be read")
	}
	if limit(doc) {
		trimmed = true
	}
	return doc, trimmed, nil
}

// A reader hands out a document in pieces, so that parsing ends with its context.
type reader struct {
	ctx context.Context
	s   string
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if r.s == "" {
		return 0, io.EOF
	}
	n := copy(p, r.s)
	r.s = r.s[n:]
	return n, nil
}

// limit cuts what is too deep or too much out of a document.
func limit(doc *html.Node) (cut bool) {
	count, depth := 0, 0
	for n := doc; n != nil; {
		count++
		var next *html.Node
		switch {
		case count > 4*MaxElements || depth > 600:
			next = after(n, doc, &depth)
			n.Parent.RemoveChild(n)
			cut = true
		case n.FirstChild != nil:
			next = n.FirstChild
			depth++
		default:
			next = after(n, doc, &depth)
		}
		n = next
	}
	return cut
}

func after(n, root *html.Node, depth *int) *html.Node {
	for ; n != nil && n != root; n = n.Parent {
		if n.NextSibling != nil {
			return n.NextSibling
		}
		*depth--
	}
	return nil
}

// suspicious is a quick look for documents that cost a parser more than their size:
// very many tags, or formatting elements that are opened and not closed.
func suspicious(s string) bool {
	tags, open := 0, 0
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 || i+2 >= len(s) {
			return false
		}
		s = s[i+1:]
		tags++
		switch c := s[0] | 0x20; {
		case s[0] == '/' && strings.IndexByte("abicefnstu", s[1]|0x20) >= 0:
			open = max(0, open-1)
		case strings.IndexByte("abicefnstu", c) >= 0 && isFormatting(s):
			open++
		}
		if tags > 2*MaxElements || open > 400 {
			return true
		}
	}
}

func isFormatting(s string) bool {
	end := 0
	for end < len(s) && end < 8 && (s[end]|0x20) >= 'a' && (s[end]|0x20) <= 'z' {
		end++
	}
	switch strings.ToLower(s[:end]) {
	case "a", "b", "i", "u", "s", "em", "tt", "big", "code", "font", "nobr", "small", "strike", "strong":
		return true
	}
	return false
}

// tame writes a document anew without the tags that go too deep or are too many; their
// text stays.
func tame(s string) (string, bool) {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	var stack []bool // for each open element: whether its tag was written
	depth, tags, formatting, cut := 0, 0, 0, false
	for {
		switch t := z.Next(); t {
		case html.ErrorToken:
			return b.String(), cut
		case html.StartTagToken:
			raw := z.Raw()
			nm, _ := z.TagName()
			if void(string(nm)) {
				b.Write(raw)
				continue
			}
			f := isFormatting(string(nm))
			keep := depth < maxDepth && tags < MaxElements && (!f || formatting < 60)
			if keep {
				depth++
				tags++
				if f {
					formatting++
				}
				b.Write(raw)
			} else {
				cut = true
				b.WriteByte(' ')
			}
			if len(stack) < 1<<20 {
				stack = append(stack, keep)
			}
		case html.EndTagToken:
			raw := z.Raw()
			nm, _ := z.TagName()
			keep := true
			if len(stack) > 0 {
				keep = stack[len(stack)-1]
				stack = stack[:len(stack)-1]
				if keep {
					depth--
				}
			}
			if keep {
				if isFormatting(string(nm)) {
					formatting = max(0, formatting-1)
				}
				b.Write(raw)
			}
		default:
			b.Write(z.Raw())
		}
	}
}

func void(tag string) bool {
	switch tag {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "p", "li", "td", "tr", "th", "dt", "dd", "option":
		return true // and those that need no end
	}
	return false
}

// walk visits the elements and texts below n in their order. It goes into a node only if
// visit says so; visit may remove the node it is given.
func walk(n *html.Node, visit func(*html.Node) bool) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if visit(c) {
			walk(c, visit)
		}
		c = next
	}
}

// find is the first element of this name, or nil.
func find(n *html.Node, tag string) *html.Node {
	var out *html.Node
	walk(n, func(c *html.Node) bool {
		if out == nil && c.Type == html.ElementNode && c.Data == tag {
			out = c
		}
		return out == nil
	})
	return out
}

func all(n *html.Node, tags ...string) []*html.Node {
	var out []*html.Node
	walk(n, func(c *html.Node) bool {
		if c.Type == html.ElementNode {
			for _, t := range tags {
				if c.Data == t {
					out = append(out, c)
				}
			}
		}
		return true
	})
	return out
}

func attr(n *html.Node, key string) string {
	for i := range n.Attr {
		if n.Attr[i].Key == key && n.Attr[i].Namespace == "" {
			return n.Attr[i].Val
		}
	}
	return ""
}

func setAttr(n *html.Node, key, val string) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			n.Attr[i].Val = val
			return
		}
	}
	n.Attr = append(n.Attr, html.Attribute{Key: key, Val: val})
}

func hasAttr(n *html.Node, key string) bool {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return true
		}
	}
	return false
}

func remove(n *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
}

// unwrap puts the children of n in its place.
func unwrap(n *html.Node) {
	if n.Parent == nil {
		return
	}
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
		n.Parent.InsertBefore(c, n)
	}
	n.Parent.RemoveChild(n)
}

func elem(tag string, children ...*html.Node) *html.Node {
	n := &html.Node{Type: html.ElementNode, Data: tag}
	for _, c := range children {
		n.AppendChild(c)
	}
	return n
}

func textNode(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// clone is a deep copy.
func clone(n *html.Node) *html.Node {
	c := &html.Node{Type: n.Type, DataAtom: n.DataAtom, Data: n.Data, Namespace: n.Namespace, Attr: append([]html.Attribute(nil), n.Attr...)}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.AppendChild(clone(k))
	}
	return c
}

func render(n *html.Node) string {
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if html.Render(&b, c) != nil {
			break
		}
	}
	return b.String()
}

// block reports whether an element begins a line of its own.
func block(tag string) bool {
	switch tag {
	case "address", "article", "aside", "blockquote", "body", "br", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure",
		"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
		"table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption":
		return true
	}
	return false
}

// mute reports whether an element has no text to read.
func mute(tag string) bool {
	switch tag {
	case "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "select", "textarea", "button", "input", "datalist", "canvas", "link", "meta", "title":
		return true
	}
	return false
}

// visible is the text of a node: a line for each block, blanks folded.
func visible(n *html.Node) string {
	var b strings.Builder
	writeText(&b, n)
	return strings.TrimSpace(b.String())
}

func writeText(b *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			fold(b, c.Data)
		case html.ElementNode:
			if mute(c.Data) {
				continue
			}
			bl := block(c.Data)
			if bl {
				line(b)
			}
			writeText(b, c)
			if bl {
				line(b)
			}
		}
	}
}

func line(b *strings.Builder) {
	if s := b.String(); s != "" && s[len(s)-1] != '\n' {
		b.WriteByte('\n')
	}
}

// fold appends a text with every run of blanks as one.
func fold(b *strings.Builder, s string) {
	blank := false
	if t := b.String(); t == "" || t[len(t)-1] == ' ' || t[len(t)-1] == '\n' {
		blank = true
	}
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		}
		if unicode.IsSpace(r) {
			if !blank {
				b.WriteByte(' ')
			}
			blank = true
		} else {
			b.WriteString(s[i : i+n])
			blank = false
		}
		i += n
	}
}

// countWords counts words as Story.Words does: a CJK character is half a word.
func countWords(s string) int {
	words, cjk, in := 0, 0, false
	for _, r := range s {
		switch {
		case isCJK(r):
			cjk++
			in = false
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if !in {
				words++
			}
			in = true
		case r != '\'' && r != '’' && r != '-':
			in = false
		}
	}
	return words + (cjk+1)/2
}

func isCJK(r rune) bool {
	return r >= 0x3040 && r <= 0x30FF || r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r <= 0x3FFFF
}

// baseOf is what relative addresses of a document refer to, or nil.
func baseOf(doc *html.Node, from string) *url.URL {
	u, err := url.Parse(strings.TrimSpace(from))
	if err != nil || u.Host == "" {
		u = nil
	}
	if b := find(doc, "base"); b != nil {
		if r, err := url.Parse(strings.TrimSpace(attr(b, "href"))); err == nil {
			if u != nil {
				r = u.ResolveReference(r)
			}
			if (r.Scheme == "http" || r.Scheme == "https") && r.Host != "" {
				return r
			}
		}
	}
	return u
}
