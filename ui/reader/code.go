package reader

import (
	"bytes"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2/lexers"
	"github.com/yuin/goldmark/ast"

	"nightdesk/ui/theme"
)

// Bounds of code. A line takes 0.2 ms to colour, and some languages' patterns take time
// that grows faster than the text.
const (
	maxColoured      = 150       // lines of one block
	maxColouredBytes = 16 << 10  // of one block
	maxColouredTotal = 128 << 10 // of an article
	maxCode          = 4000      // lines of one block that are shown
)

// languages are the names that glamour colours. chroma is not asked by lexers.Get, for it
// compares a name that it does not know with hundreds of patterns, 12 ms each time.
var languages = sync.OnceValue(func() map[string]bool {
	known := make(map[string]bool)
	for _, name := range lexers.Names(true) {
		known[strings.ToLower(name)] = true
	}
	return known
})

// code sets a block of code, coloured by glamour if its language is known.
func (c *composer) code(n ast.Node, lang string) {
	var b strings.Builder
	ls := n.Lines()
	for i := range min(ls.Len(), maxCode) {
		seg := ls.At(i)
		b.Write(seg.Value(c.ink.src))
	}
	text := strings.TrimRight(strings.ReplaceAll(b.String(), "\t", "    "), "\n ")
	for { // empty lines at the beginning
		line, rest, ok := strings.Cut(text, "\n")
		if !ok || strings.TrimSpace(line) != "" {
			break
		}
		text = rest
	}
	if text == "" {
		return
	}
	c.blank()
	c.mark(n)
	bar := c.th.Paint(theme.Faint, c.th.Glyphs.Vertical) + " "
	c.push(prefix{first: bar, rest: bar, w: 2, visible: true})
	defer c.pop()
	var runs []run
	lang = strings.ToLower(lang)
	if c.th.Chroma() != "" && lang != "" && lang != "text" && languages()[lang] &&
		ls.Len() <= maxColoured && len(text) <= maxColouredBytes && c.coloured+len(text) <= maxColouredTotal {
		c.coloured += len(text)
		if e := c.ink.draw.NewElement(n, c.ink.src); e.Renderer != nil {
			var out bytes.Buffer
			if e.Renderer.Render(&out, c.ink.context(theme.Text)) == nil {
				runs = c.ink.runs(strings.TrimRight(strings.ReplaceAll(out.String(), "\t", "    "), "\n"))
			}
		}
	}
	if runs == nil {
		runs = []run{{text: text, sgr: c.th.SGR(theme.CodeBlock)}}
	}
	for _, l := range c.setCode(runs) {
		c.emit(l)
	}
	if ls.Len() > maxCode {
		c.text([]run{{text: c.th.Glyphs.Ellipsis + " and more, left out", sgr: c.th.SGR(theme.Note)}})
	}
}

// setCode breaks code at its own lines, and longer ones where the room ends.
func (c *composer) setCode(runs []run) []line {
	s := setter{width: c.width, links: c.ink.links}
	wrap := run{text: c.th.Glyphs.Wrapped + " ", sgr: c.th.SGR(theme.Faint)}
	for i := range runs {
		r := &runs[i]
		for t := r.text; t != ""; {
			part, rest, more := strings.Cut(t, "\n")
			s.hard(part, r, &wrap)
			if more {
				s.newline()
			}
			t = rest
		}
	}
	if len(s.b) > 0 || len(s.out) == 0 {
		s.newline()
	}
	out := s.out
	for len(out) > 1 && strings.TrimSpace(out[len(out)-1].text) == "" {
		out = out[:len(out)-1]
	}
	return out
}

// hard writes text with every blank kept, broken anywhere; wrap begins each further line
// if there is room for it.
func (s *setter) hard(t string, r, wrap *run) {
	for t != "" {
		n, w := fitting(t, s.width-s.w)
		if n == 0 {
			if s.w > 0 && !(s.w == 2 && s.width > 8 && s.wrapped) {
				s.newline()
				s.wrapped = false
				if s.width > 8 {
					s.pen(wrap.sgr, 0)
					s.b = append(s.b, wrap.text...)
					s.w += 2
					s.wrapped = true
				}
				continue
			}
			t, n, w = "?"+t[first(t):], 1, 1 // wider than a line
		}
		s.pen(r.sgr, r.link)
		s.b = append(s.b, t[:n]...)
		s.w += w
		s.wrapped = false
		t = t[n:]
	}
}
