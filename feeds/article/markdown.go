package article

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	tables "github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
)

// markdowner is the one converter. It is made when first needed, and may be used by many
// goroutines at once.
var markdowner = sync.OnceValue(func() *converter.Converter {
	return converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(),
		commonmark.NewCommonmarkPlugin(commonmark.WithListEndComment(false), commonmark.WithLinkEmptyContentBehavior(commonmark.LinkBehaviorSkip)),
		strikethrough.NewStrikethroughPlugin(),
		tables.NewTablePlugin(tables.WithCellPaddingBehavior(tables.CellPaddingBehaviorNone), tables.WithHeaderPromotion(true), tables.WithNewlineBehavior(tables.NewlineBehaviorPreserve)),
	))
})

// toMarkdown converts a prepared article. It takes the node apart.
func toMarkdown(ctx context.Context, root *html.Node) (string, error) {
	captions(root)
	doc := &html.Node{Type: html.DocumentNode}
	remove(root)
	doc.AppendChild(root)
	out, err := markdowner().ConvertNode(doc, converter.WithContext(ctx))
	if err != nil {
		return "", fmt.Errorf("turn the article into markdown: %w", err)
	}
	return strings.TrimSpace(string(out)), nil
}

// captions makes an emphasized paragraph of every caption.
func captions(root *html.Node) {
	for _, c := range all(root, "figcaption") {
		c.Data, c.DataAtom = "p", 0
		if hasBlock(c) || find(c, "em") != nil {
			text := strings.Join(strings.Fields(visible(c)), " ")
			for k := c.FirstChild; k != nil; k = c.FirstChild {
				c.RemoveChild(k)
			}
			c.AppendChild(textNode(text))
		}
		em := elem("em")
		for k := c.FirstChild; k != nil; k = c.FirstChild {
			c.RemoveChild(k)
			em.AppendChild(k)
		}
		c.AppendChild(em)
	}
}

// prePlain leaves nothing in a block of code but its text, and its language as the class
// that markdown's converter reads.
func prePlain(n *html.Node) {
	lang := codeLang(n)
	var b strings.Builder
	preText(&b, n)
	for c := n.FirstChild; c != nil; c = n.FirstChild {
		n.RemoveChild(c)
	}
	n.Attr = nil
	text := strings.Trim(strings.ReplaceAll(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\r", "\n"), "\n")
	if strings.TrimSpace(text) == "" {
		n.Data, n.DataAtom = "div", 0
		return
	}
	text = strings.ReplaceAll(text, "\t", "    ")
	code := elem("code", textNode(text))
	if lang == "" {
		lang = "text"
	}
	setAttr(code, "class", "language-"+lang)
	n.AppendChild(code)
}

func preText(b *strings.Builder, n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			b.WriteString(c.Data)
		case c.Type != html.ElementNode || mute(c.Data):
		case c.Data == "br":
			b.WriteByte('\n')
		default:
			for _, t := range tokens(attr(c, "class")) {
				if t == "lineno" || t == "linenos" || t == "gutter" || t == "linenumber" || t == "linenumbers" {
					goto skip
				}
			}
			if c.Data == "div" || c.Data == "p" || c.Data == "li" || c.Data == "tr" {
				line(b)
			}
			preText(b, c)
			if c.Data == "div" || c.Data == "p" || c.Data == "li" || c.Data == "tr" {
				line(b)
			}
		skip:
		}
	}
}

// codeLang reads the language of a block of code where highlighters write it.
func codeLang(n *html.Node) string {
	look := []*html.Node{n}
	if c := find(n, "code"); c != nil {
		look = append([]*html.Node{c}, look...)
	}
	for p := n.Parent; p != nil && len(look) < 5; p = p.Parent {
		look = append(look, p)
	}
	for i, e := range look {
		if l := firstOf(attr(e, "data-lang"), attr(e, "data-language")); l != "" && i < 3 {
			return langName(l)
		}
		for _, c := range strings.Fields(attr(e, "class")) {
			for _, pre := range [...]string{"language-", "lang-", "highlight-source-", "brush:", "highlight-"} {
				if l, ok := strings.CutPrefix(c, pre); ok {
					return langName(l)
				}
			}
		}
		if cls := attr(e, "class"); i < 2 && strings.HasPrefix(cls, "brush: ") {
			return langName(strings.TrimPrefix(cls, "brush: "))
		}
	}
	return ""
}

func langName(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	for i, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '+' || r == '#' || r == '-') {
			s = s[:i]
			break
		}
	}
	if len(s) > 20 || s == "none" || s == "plaintext" || s == "plain" {
		return "text"
	}
	return s
}
