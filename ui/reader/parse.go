package reader

import (
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
// whose time grows with the square of some of them, below a few hundred milliseconds.
const (
	maxSource  = 2 << 20 // bytes of an article
	maxMarkers = 12      // ">" and bullets at the start of one line
	maxSigns   = 1500    // of one kind of inline sign in one paragraph
	maxLine    = 64 << 10
	maxDepth   = 8 // lists and quotations within each other
)

// parse reads Markdown as the newsroom writes it: CommonMark with tables, strikethrough
// and task lists. Raw HTML is known so that it can be left out.
func parse(src []byte) ast.Node {
	p := parser.NewParser(
		parser.WithBlockParsers(parser.DefaultBlockParsers()...),
		parser.WithInlineParsers(append(parser.DefaultInlineParsers(),
			util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
			util.Prioritized(extension.NewStrikethroughParser(), 500))...),
		parser.WithParagraphTransformers(append(parser.DefaultParagraphTransformers(),
			util.Prioritized(extension.NewTableParagraphTransformer(), 200))...),
		parser.WithASTTransformers(util.Prioritized(extension.NewTableASTTransformer(), 0)),
	)
	return p.Parse(text.NewReader(src))
}

// tame makes untrusted Markdown fit to be parsed in bounded time and drawn without harm:
// clean text, no signs that the reader uses itself, no depth or crowd of signs that no
// person writes.
func tame(md string) string {
	if len(md) > maxSource {
		cut := maxSource
		for cut > 0 && !utf8.RuneStart(md[cut]) {
			cut--
		}
		md = md[:cut]
	}
	md = strings.ReplaceAll(md, "\t", "    ")
	md = strings.Map(func(r rune) rune {
		if private(r) {
			return -1
		}
		return r
	}, plain.Markdown(md))
	var b strings.Builder
	b.Grow(len(md) + 64)
	var counts [128]int
	fence := ""
	for len(md) > 0 {
		line := md
		if i := strings.IndexByte(md, '\n'); i >= 0 {
			line = md[:i+1]
		}
		md = md[len(line):]
		line = shallow(line)
		trimmed := strings.TrimLeft(line, " >")
		switch {
		case fence != "":
			if strings.HasPrefix(trimmed, fence) {
				fence = ""
			}
			b.WriteString(line)
			continue
		case strings.HasPrefix(trimmed, "```"), strings.HasPrefix(trimmed, "~~~"):
			fence = trimmed[:3]
		case strings.TrimSpace(trimmed) == "":
			clear(counts[:])
		}
		for len(line) > maxLine { // a line of megabytes: paragraphs
			cut := strings.LastIndexByte(line[:maxLine], ' ')
			if cut < maxLine/2 {
				for cut = maxLine; !utf8.RuneStart(line[cut]); cut-- {
				}
			}
			thin(&b, line[:cut], &counts)
			clear(counts[:])
			b.WriteString("\n\n")
			line = strings.TrimLeft(line[cut:], " ")
		}
		thin(&b, line, &counts)
	}
	return b.String()
}

// private reports characters that only the reader itself may write: the marks around
// links, and kitty's placeholder.
func private(r rune) bool { return r >= 0x100000 }

// thin writes a line with the signs of markup beyond the bound made plain text.
func thin(b *strings.Builder, line string, counts *[128]int) {
	from := 0
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case '[', ']', '(', '<', '*', '_', '~', '`', '!', '|':
			if counts[c]++; counts[c] > maxSigns {
				b.WriteString(line[from:i])
				if i == 0 || line[i-1] != '\\' {
					b.WriteByte('\\')
				}
				from = i
			}
		}
	}
	b.WriteString(line[from:])
}

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
	const deepest = 120 // blanks of indentation
	if n > maxMarkers {
		return line[:end] + " " + line[rest:]
	}
	if n == 0 && rest > deepest {
		return line[rest-deepest:]
	}
	return line
}
