package reader

import (
	"bytes"
	"html"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"charm.land/glamour/v2/ansi"
	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"nightdesk/feeds/plain"
	"nightdesk/ui/theme"
)

// A run is text in one look. A newline in it is a forced break.
type run struct {
	text string
	sgr  string // the sequence that begins the look, "" for none
	link int    // index into the composer's links plus 1; 0 is none
	glue bool   // no break before it
}

// Marks around links in what glamour draws: begin, number in decimal, text, end. They
// are private characters, which tame has taken out of the article.
const (
	markOpen  = '\U0010FF00'
	markText  = '\U0010FF01'
	markClose = '\U0010FF02'
)

// An inker has glamour's elements draw what stands in a line. Not safe for concurrent
// use.
type inker struct {
	th    *theme.Theme
	src   []byte // the article, and behind it what was added for the sake of drawing
	draw  *ansi.ANSIRenderer
	style ansi.StyleConfig
	opt   ansi.Options
	ctx   map[theme.Role]ansi.RenderContext
	buf   bytes.Buffer

	links []Link
	byURL map[string]int
}

func newInker(th *theme.Theme, src []byte) *inker {
	k := &inker{th: th, src: src, style: th.Article(), ctx: map[theme.Role]ansi.RenderContext{}, byURL: map[string]int{}}
	k.opt = ansi.Options{Styles: k.style, ChromaFormatter: th.Formatter(), PreserveNewLines: true}
	k.draw = ansi.NewRenderer(k.opt)
	return k
}

// context is glamour's state for text on the ground of a role.
func (k *inker) context(r theme.Role) ansi.RenderContext {
	c, ok := k.ctx[r]
	if !ok {
		c = ansi.NewRenderContext(k.opt)
		block := map[theme.Role]ansi.StyleBlock{
			theme.Heading1: k.style.H1, theme.Heading2: k.style.H2, theme.Heading3: k.style.H3, theme.Quote: k.style.BlockQuote,
			theme.Caption: {StylePrimitive: k.style.ImageText}, theme.TableHead: {StylePrimitive: k.style.Strong},
		}[r]
		e := ansi.BlockElement{Block: &bytes.Buffer{}, Style: block}
		_ = e.Render(io.Discard, c) // a bytes.Buffer takes everything
		k.ctx[r] = c
	}
	return c
}

// inline draws the children of a node. Pictures among them are drawn as their words.
func (k *inker) inline(parent ast.Node, ground theme.Role) []run {
	k.prepare(parent, 0)
	ctx := k.context(ground)
	k.buf.Reset()
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if n.Kind() == east.KindTaskCheckBox {
			continue
		}
		if r := k.draw.NewElement(n, k.src).Renderer; r != nil {
			_ = r.Render(&k.buf, ctx)
		}
	}
	return k.runs(k.buf.String())
}

// add puts text behind the source, so that a node can refer to it.
func (k *inker) add(s string) ast.Node {
	at := len(k.src)
	k.src = append(k.src, s...)
	return ast.NewTextSegment(text.NewSegment(at, at+len(s)))
}

// prepare changes a tree of inline nodes into one that glamour draws right: character
// references and escapes decoded once and cleaned after it, soft breaks as blanks, links
// as marks, pictures as words, HTML left out.
func (k *inker) prepare(parent ast.Node, depth int) {
	for n := parent.FirstChild(); n != nil; {
		next := n.NextSibling()
		if depth > 20 { // emphasis in emphasis: only the words
			parent.ReplaceChild(parent, n, k.add(encode(plainText(n, k.src))))
			n = next
			continue
		}
		switch n := n.(type) {
		case *ast.Text:
			k.prepareText(parent, n)
		case *ast.String:
			parent.ReplaceChild(parent, n, k.add(encode(string(n.Value))))
		case *ast.CodeSpan:
			k.prepareCode(n)
		case *ast.Link:
			k.prepare(n, depth+1)
			k.prepareLink(parent, n, string(n.Destination))
		case *ast.AutoLink:
			dest := string(n.URL(k.src))
			if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(dest), "mailto:") {
				dest = "mailto:" + dest
			}
			l := ast.NewLink()
			l.AppendChild(l, k.add(encode(string(n.Label(k.src)))))
			parent.ReplaceChild(parent, n, l)
			k.prepareLink(parent, l, dest)
		case *ast.Image:
			words := plainText(n, k.src)
			if words == "" {
				words = "picture"
			}
			parent.ReplaceChild(parent, n, k.add(encode("["+words+"]")))
		case *ast.RawHTML:
			s := ""
			for i := range n.Segments.Len() {
				seg := n.Segments.At(i)
				s += string(seg.Value(k.src))
			}
			if t := strings.ToLower(strings.TrimRight(strings.Trim(s, "<>"), "/ ")); t == "br" {
				br := k.add("")
				br.(*ast.Text).SetHardLineBreak(true)
				parent.ReplaceChild(parent, n, br)
			} else {
				parent.RemoveChild(parent, n)
			}
		default:
			k.prepare(n, depth+1)
		}
		n = next
	}
}

func (k *inker) prepareText(parent ast.Node, n *ast.Text) {
	v := n.Segment.Value(k.src)
	soft, hard := n.SoftLineBreak(), n.HardLineBreak()
	if bytes.IndexByte(v, '&') >= 0 || bytes.IndexByte(v, '\\') >= 0 {
		t := k.add(encode(decode(string(v)))).(*ast.Text)
		t.SetHardLineBreak(hard)
		t.SetSoftLineBreak(soft)
		parent.ReplaceChild(parent, n, t)
		n = t
	}
	if soft && !hard {
		n.SetSoftLineBreak(false)
		if !joins(n, k.src) {
			parent.InsertAfter(parent, n, k.add(" "))
		}
	}
}

// joins reports whether a soft break stands between characters that are written without
// blanks.
func joins(n *ast.Text, src []byte) bool {
	next, ok := n.NextSibling().(*ast.Text)
	if !ok {
		return false
	}
	a, _ := utf8.DecodeLastRune(n.Segment.Value(src))
	b, _ := utf8.DecodeRune(next.Segment.Value(src))
	return ideograph(a) && ideograph(b)
}

func (k *inker) prepareCode(n *ast.CodeSpan) {
	//lint:ignore SA1019 it is what glamour reads
	s := strings.ReplaceAll(string(n.Text(k.src)), "\n", " ")
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
	}
	// glamour decodes references in code too; there they are code.
	n.AppendChild(n, k.add(strings.ReplaceAll(s, "&", "&amp;")))
}

// decode resolves the escapes and character references of a text as CommonMark has
// them, and cleans what comes out.
func decode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && punct(s[i+1]):
			b.WriteByte(s[i+1])
			i += 2
		case c == '&':
			end := reference(s[i:])
			b.WriteString(html.UnescapeString(s[i : i+end]))
			i += end
		default:
			b.WriteByte(c)
			i++
		}
	}
	return clean(b.String())
}

// reference is the length of the character reference that s begins with, 1 if its "&"
// is one of the text.
func reference(s string) int {
	for i := 1; i < len(s) && i < 40; i++ {
		switch c := s[i]; {
		case c == ';' && i > 1:
			return i + 1
		case c != '#' && (c < 0x80 && punct(c) || c <= ' ' || c >= 0x7f):
			return 1
		}
	}
	return 1
}

// clean is for text that was just decoded: its blanks at the ends are kept, for it is
// part of a line.
func clean(s string) string {
	return strings.ReplaceAll(plain.Lines(public(strings.ReplaceAll(s, "\n", " "))), "\n", " ")
}

func punct(c byte) bool {
	return c > ' ' && c < 0x7f && !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

var encoder = strings.NewReplacer("&", "&amp;", "\\", "\\\\")

// encode writes text so that glamour, which decodes references and then escapes, draws
// it as it is.
func encode(s string) string { return encoder.Replace(s) }

// plainText is the words of a node, decoded and clean.
func plainText(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Text:
			if n.Parent() != nil && n.Parent().Kind() == ast.KindCodeSpan {
				b.Write(n.Segment.Value(src))
			} else {
				b.WriteString(decode(string(n.Segment.Value(src))))
			}
			if n.SoftLineBreak() || n.HardLineBreak() {
				b.WriteByte(' ')
			}
		case *ast.String:
			b.Write(n.Value)
		case *ast.AutoLink:
			b.Write(n.Label(src))
		}
		return ast.WalkContinue, nil
	})
	s := b.String()
	if strings.ContainsRune(s, markOpen) || strings.ContainsRune(s, markClose) {
		s = unmark(s)
	}
	return s
}

// unmark takes the marks of links, and the numbers that belong to them, out of a text.
func unmark(s string) string {
	var b strings.Builder
	skip := false
	for _, r := range s {
		switch {
		case r == markOpen:
			skip = true
		case r == markText:
			skip = false
		case r == markClose:
			skip = !skip
		case !skip:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// runs takes what glamour drew apart.
func (k *inker) runs(s string) []run {
	var out []run
	sgr, link := "", 0
	linkLook := k.th.SGR(theme.Link)
	put := func(t string) {
		if t == "" {
			return
		}
		r := run{text: t, sgr: sgr, link: link}
		if link > 0 {
			r.sgr += linkLook
		}
		out = append(out, r)
	}
	number := func(note string) {
		t := "[" + strconv.Itoa(k.links[link-1].N)
		if note != "" {
			t += " " + note
		}
		out = append(out, run{text: t + "]", sgr: k.th.SGR(theme.LinkNumber), link: link, glue: true})
		link = 0
	}
	closing, note := false, ""
	for len(s) > 0 {
		i := 0
		for i < len(s) && s[i] != 0x1b && s[i] != string(markOpen)[0] {
			i++
		}
		if closing {
			note += s[:i]
		} else {
			put(s[:i])
		}
		s = s[i:]
		switch {
		case s == "":
		case s[0] == 0x1b:
			end := strings.IndexByte(s, 'm')
			if end < 0 || len(s) < 2 || s[1] != '[' {
				s = s[1:] // never drawn by glamour
				continue
			}
			if seq := s[:end+1]; seq == "\x1b[m" || seq == "\x1b[0m" {
				sgr = ""
			} else {
				sgr += seq
			}
			s = s[end+1:]
		case strings.HasPrefix(s, string(markOpen)):
			num, rest, ok := strings.Cut(s[len(string(markOpen)):], string(markText))
			s = rest
			if n, err := strconv.Atoi(num); ok && err == nil && n > 0 && n <= len(k.links) {
				link = n
			}
		case strings.HasPrefix(s, string(markClose)):
			s = s[len(string(markClose)):]
			if !closing {
				closing, note = true, ""
			} else {
				closing = false
				if link > 0 {
					number(note)
				}
			}
		default: // a character of another plane, clean does not let it come to this
			put(s[:1])
			s = s[1:]
		}
	}
	return out
}
