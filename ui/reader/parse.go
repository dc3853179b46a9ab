package reader

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"nightdesk/feeds/plain"
)

// Bounds of what is parsed. They are far above what people write, and keep goldmark,
// whose time for a paragraph grows with its length times its signs of markup, below a
// second or two.
const (
	maxSource  = 2 << 20 // bytes of an article
	maxMarkers = 12      // ">" and bullets at the start of one line
	maxIndent  = 40      // blanks before a marker of a list
	maxBlanks  = 120     // blanks before anything else
	maxLine    = 64 << 10
	maxEffort  = 200_000_000 // the sum over paragraphs of bytes times signs
	maxDepth   = 8           // lists and quotations within each other
)

// parse reads Markdown as the newsroom writes it: CommonMark with tables, strikethrough
// and task lists. Blocks of HTML are not known, so that tags and comments are inline and
// can be left out one by one.
func parse(src []byte) ast.Node {
	p := parser.NewParser(
		parser.WithBlockParsers(blockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(extension.NewStrikethroughParser(), 500),
			util.Prioritized(extension.NewLinkifyParser(extension.WithLinkifyAllowedProtocols([]string{"http:", "https:"})), 999))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	return p.Parse(text.NewReader(src))
}

func blockParsers() []util.PrioritizedValue {
	html := parser.NewHTMLBlockParser()
	return slices.DeleteFunc(parser.DefaultBlockParsers(), func(v util.PrioritizedValue) bool { return v.Value == html })
}

// tame makes untrusted Markdown fit to be parsed in bounded time and drawn without harm:
// clean text, no signs that the reader uses itself, no depth or crowd of signs that no
// person writes.
func tame(md string) string {
	if len(md) > maxSource {
		md = md[:back(md, maxSource)]
	}
	md = public(plain.Markdown(strings.ReplaceAll(md, "\t", "    ")))
	var b strings.Builder
	b.Grow(len(md) + 64)
	effort, size, signs := 0, 0, 0
	for len(md) > 0 {
		line := md
		if i := strings.IndexByte(md, '\n'); i >= 0 {
			line = md[:i+1]
		}
		md = md[len(line):]
		line = shallow(line)
		for len(line) > maxLine { // a line of megabytes: paragraphs
			cut := strings.LastIndexByte(line[:maxLine], ' ')
			if cut < maxLine/2 {
				cut = back(line, maxLine)
			}
			b.WriteString(line[:cut])
			b.WriteString("\n\n")
			effort += cut * countSigns(line[:cut])
			line = strings.TrimLeft(line[cut:], " ")
		}
		b.WriteString(line)
		if strings.TrimLeft(line, " >\n") == "" {
			effort += size * signs
			size, signs = 0, 0
		}
		size += len(line)
		signs += countSigns(line)
	}
	if effort+size*signs > maxEffort {
		return thin(b.String())
	}
	return b.String()
}

// back is the start of the character at or before a byte.
func back(s string, at int) int {
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	return at
}

func isSign(c byte) bool {
	switch c {
	case '[', ']', '(', '<', '*', '_', '~', '`', '!':
		return true
	}
	return false
}

func countSigns(s string) int {
	n := 0
	for i := range len(s) {
		if isSign(s[i]) {
			n++
		}
	}
	return n
}

// thin makes signs of markup plain text where parsing them would take too long. The
// structure of blocks is parsed to know what is code.
func thin(md string) string {
	p := parser.NewParser(parser.WithBlockParsers(blockParsers()...), parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...))
	doc := p.Parse(text.NewReader([]byte(md)))
	effort := maxEffort
	var b strings.Builder
	b.Grow(len(md) + len(md)/4)
	from := 0
	_ = ast.Walk(doc, func(n ast.Node, in bool) (ast.WalkStatus, error) {
		if !in || n.Type() != ast.TypeBlock {
			return ast.WalkContinue, nil
		}
		switch n.Kind() {
		case ast.KindParagraph, ast.KindTextBlock, ast.KindHeading:
		default:
			return ast.WalkContinue, nil
		}
		size := 0
		for i := range n.Lines().Len() {
			seg := n.Lines().At(i)
			size += seg.Len()
		}
		allowed := effort / max(size, 1)
		signs := 0
		for i := range n.Lines().Len() {
			seg := n.Lines().At(i)
			for at := max(seg.Start, from); at < seg.Stop && at < len(md); at++ {
				if !isSign(md[at]) {
					continue
				}
				if signs++; signs <= allowed {
					continue
				}
				b.WriteString(md[from:at])
				if at == 0 || md[at-1] != '\\' {
					b.WriteByte('\\')
				}
				from = at
			}
		}
		effort -= size * min(signs, allowed)
		return ast.WalkSkipChildren, nil
	})
	b.WriteString(md[from:])
	return b.String()
}

// public is s without private characters.
func public(s string) string {
	if strings.IndexByte(s, 0xf4) < 0 { // the byte that they all begin with
		return s
	}
	return strings.Map(func(r rune) rune {
		if private(r) {
			return -1
		}
		return r
	}, s)
}

// private reports characters that only the reader itself may write: the marks around
// links, and kitty's placeholder.
func private(r rune) bool { return r >= 0x100000 }

// shallow takes away markers of quotations and lists at the start of a line beyond a
// depth that can still be read.
func shallow(line string) string {
	n, end := 0, 0
	for i := 0; i < len(line); {
		switch c := line[i]; {
		case c == ' ':
			i++
			continue
		case c == '>', (c == '-' || c == '*' || c == '+') && i+1 < len(line) && line[i+1] == ' ':
			i++
		case c >= '0' && c <= '9':
			j := i
			for j < len(line) && line[j] >= '0' && line[j] <= '9' {
				j++
			}
			if j+1 >= len(line) || line[j] != '.' && line[j] != ')' || line[j+1] != ' ' {
				return shorten(line, n, end, i)
			}
			i = j + 1
		default:
			return shorten(line, n, end, i)
		}
		if n++; n == maxMarkers {
			end = i
		}
	}
	return shorten(line, n, end, len(line))
}

func shorten(line string, n, end, rest int) string {
	blanks := len(line) - len(strings.TrimLeft(line, " "))
	switch {
	case n > maxMarkers:
		line = line[:end] + " " + line[rest:]
	case n == 0 && blanks > maxBlanks:
		return line[blanks-maxBlanks:]
	}
	if n > 0 && blanks > maxIndent {
		return line[blanks-maxIndent:]
	}
	return line
}
