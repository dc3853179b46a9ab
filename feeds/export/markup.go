package export

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"nightdesk/feeds/plain"
)

// xhtml renders Markdown as a fragment that is well-formed XML: no raw HTML, links to web
// and mail addresses only, headings from below that of the
// chapter, which is of level top, without a gap. A picture is shown from
// where source says; without a source its text stands in its place.
func xhtml(markdown string, top int, source func(url string) (string, bool)) (string, error) {
	md := goldmark.New(
		goldmark.WithExtensions(extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignStyle)), extension.Strikethrough),
		goldmark.WithRendererOptions(html.WithXHTML()),
	)
	src := []byte(clean(plain.Markdown(markdown)))
	doc := md.Parser().Parse(text.NewReader(src))
	var drop []ast.Node
	var headings []*ast.Heading
	highest := 6
	err := ast.Walk(doc, func(n ast.Node, enter bool) (ast.WalkStatus, error) {
		if !enter {
			return ast.WalkContinue, nil
		}
		switch n := n.(type) {
		case *ast.Heading:
			headings = append(headings, n)
			highest = min(highest, n.Level)
		case *ast.Link:
			n.Title = nil
			if !plain.Link(string(n.Destination)) {
				drop = append(drop, n)
			}
		case *ast.Image:
			n.Title = nil
			if to, ok := source(string(n.Destination)); ok {
				n.Destination = []byte(to)
			} else {
				drop = append(drop, n)
			}
		case *ast.AutoLink:
			if n.AutoLinkType != ast.AutoLinkEmail && !plain.Link(string(n.URL(src))) {
				drop = append(drop, n)
			}
		case *ast.RawHTML, *ast.HTMLBlock:
			drop = append(drop, n)
		}
		return ast.WalkContinue, nil
	})
	if err != nil {
		return "", err
	}
	for _, h := range headings {
		h.Level = min(h.Level-highest+top+1, 6)
	}
	for _, n := range drop {
		p := n.Parent()
		switch n := n.(type) {
		case *ast.Image:
			if alt := ast.NewEmphasis(1); n.HasChildren() {
				take(alt, n)
				p.InsertBefore(p, n, alt)
			}
		case *ast.Link:
			for c := n.FirstChild(); c != nil; c = n.FirstChild() {
				n.RemoveChild(n, c)
				p.InsertBefore(p, n, c)
			}
		case *ast.AutoLink:
			p.InsertBefore(p, n, ast.NewString(util.EscapeHTML(n.Label(src))))
		}
		p.RemoveChild(p, n)
	}
	var out bytes.Buffer
	if err := md.Renderer().Render(&out, src, doc); err != nil {
		return "", err
	}
	return out.String(), nil
}

// Fragment is Markdown as a fragment of HTML that is safe to show, with its pictures where
// they are on the web.
func Fragment(markdown string) (string, error) {
	return xhtml(markdown, 1, func(url string) (string, bool) { return url, plain.Link(url) })
}

// take moves the children of one node to another.
func take(to, from ast.Node) {
	for c := from.FirstChild(); c != nil; c = from.FirstChild() {
		from.RemoveChild(from, c)
		to.AppendChild(to, c)
	}
}

// clean leaves out what XML 1.0 has no place for.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r < 0xfffe && r != utf8.RuneError, r >= 0x10000 && r <= 0x10ffff:
			return r
		case r == utf8.RuneError:
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, "\ufffd"))
}

// esc is a text within XML, in an element or in a quoted attribute.
func esc(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(clean(s))
}

// lang is a language tag, or English where it is none.
func lang(s string) string {
	if s == "" || len(s) > 35 {
		return "en"
	}
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' {
			return "en"
		}
	}
	return s
}
