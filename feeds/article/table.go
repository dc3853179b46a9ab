package article

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// What a table may be to stay one: beyond that its rows become lists.
const (
	maxColumns  = 8
	maxRowRunes = 160 // of the longest cells of a row together
	maxRows     = 400
	maxCell     = 2000
)

// table decides what becomes of a prepared table: a table of markdown, a list for each row
// where it is too wide to be read on a terminal, or plain blocks where it was only there
// to place things.
func table(t *html.Node) {
	if within(t, "table") || find(t, "table") != nil {
		flatten(t)
		return
	}
	rows := tableRows(t)
	cols, headed, cells, filled, blocks := 0, false, 0, 0, 0
	var widest []int
	for i, r := range rows {
		n := 0
		for _, c := range r {
			span := 1
			if v, err := strconv.Atoi(attr(c, "colspan")); err == nil && v > 1 {
				span = min(v, 50)
				setAttr(c, "colspan", strconv.Itoa(span))
			}
			if v, err := strconv.Atoi(attr(c, "rowspan")); err == nil && v > 1 {
				setAttr(c, "rowspan", strconv.Itoa(min(v, 200)))
			} else {
				keep(c, "colspan")
			}
			for len(widest) <= n {
				widest = append(widest, 0)
			}
			l := utf8.RuneCountInString(visible(c))
			if span == 1 {
				widest[n] = max(widest[n], l)
			}
			n += span
			cells++
			if l > 0 || find(c, "img") != nil {
				filled++
			}
			if find(c, "ul") != nil || find(c, "ol") != nil || find(c, "pre") != nil || find(c, "blockquote") != nil || find(c, "h2") != nil || find(c, "h3") != nil || len(all(c, "p")) > 1 {
				blocks++
			}
			if c.Data == "th" && i == 0 {
				headed = true
			}
		}
		cols = max(cols, n)
	}
	width := 0
	for _, w := range widest {
		width += w
	}
	longest := 0
	for _, w := range widest {
		longest = max(longest, w)
	}
	switch {
	case cols <= 1 || len(rows) <= 1 || filled*3 < cells && !headed || blocks*4 > cells && !headed || !headed && longest > 400:
		flatten(t)
	case cols > maxColumns || width > 3*maxRowRunes || blocks > 0 || longest > maxRowRunes || len(rows) > maxRows:
		foldRows(t, rows, headed)
	default:
		for _, r := range rows {
			for _, c := range r {
				inlineCell(c)
			}
		}
		if c := find(t, "caption"); c != nil {
			remove(c)
			c.Data, c.DataAtom, c.Attr = "p", 0, nil
			t.Parent.InsertBefore(c, t)
		}
		t.Attr = nil
	}
}

func tableRows(t *html.Node) [][]*html.Node {
	var rows [][]*html.Node
	for _, tr := range all(t, "tr") {
		var r []*html.Node
		for c := tr.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (c.Data == "td" || c.Data == "th") {
				r = append(r, c)
			}
		}
		if len(r) > 0 {
			rows = append(rows, r)
		}
	}
	return rows
}

// flatten makes blocks of a table's cells.
func flatten(t *html.Node) {
	var parts []*html.Node
	walk(t, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		switch n.Data {
		case "thead", "tbody", "tfoot", "tr", "td", "th", "caption":
			parts = append(parts, n)
		}
		return true
	})
	for _, n := range parts {
		n.Data, n.DataAtom, n.Attr = "div", 0, nil
	}
	t.Data, t.DataAtom, t.Attr = "div", 0, nil
}

// foldRows makes a list of a table: an item for each row, in it a line for each cell with
// the name of its column.
func foldRows(t *html.Node, rows [][]*html.Node, headed bool) {
	var names []string
	if headed {
		for _, c := range rows[0] {
			names = append(names, strings.Join(strings.Fields(visible(c)), " "))
		}
		rows = rows[1:]
	}
	ul := elem("ul")
	for _, r := range rows {
		li := elem("li")
		inner := elem("ul")
		for i, c := range r {
			if visible(c) == "" && find(c, "img") == nil {
				continue
			}
			to := li
			if i > 0 && (li.FirstChild != nil) {
				to = elem("li")
				inner.AppendChild(to)
			}
			if i < len(names) && names[i] != "" && to != li {
				to.AppendChild(elem("strong", textNode(names[i]+":")))
				to.AppendChild(textNode(" "))
			}
			inlineUnlessList(c)
			for k := c.FirstChild; k != nil; k = c.FirstChild {
				c.RemoveChild(k)
				to.AppendChild(k)
			}
		}
		if inner.FirstChild != nil {
			li.AppendChild(inner)
		}
		if li.FirstChild != nil {
			ul.AppendChild(li)
		}
	}
	if c := find(t, "caption"); c != nil {
		remove(c)
		c.Data, c.DataAtom, c.Attr = "p", 0, nil
		t.Parent.InsertBefore(c, t)
	}
	replace(t, ul)
}

func inlineUnlessList(c *html.Node) {
	if find(c, "ul") == nil && find(c, "ol") == nil && find(c, "pre") == nil {
		inlineCell(c)
	}
}

// inlineCell takes the blocks within a cell apart, with a blank between them, since a row
// of markdown is one line.
func inlineCell(c *html.Node) {
	walk(c, func(n *html.Node) bool {
		if n.Type == html.TextNode && len(n.Data) > maxCell {
			n.Data = strings.ToValidUTF8(n.Data[:maxCell], "") + "…"
		}
		return n.Type == html.ElementNode
	})
	var blocks []*html.Node
	walk(c, func(n *html.Node) bool {
		if n.Type == html.ElementNode && block(n.Data) {
			blocks = append(blocks, n)
		}
		return n.Type == html.ElementNode
	})
	for _, n := range blocks {
		if n.Data == "br" || n.Data == "hr" {
			replace(n, textNode(" "))
			continue
		}
		n.Parent.InsertBefore(textNode(" "), n)
		unwrap(n)
	}
}

// definitions makes of a definition list a bold term and a list of what it means.
func definitions(dl *html.Node) {
	box := elem("div")
	var list *html.Node
	walk(dl, func(n *html.Node) bool {
		if n.Type == html.TextNode {
			if strings.TrimSpace(n.Data) != "" {
				remove(n)
				box.AppendChild(elem("p", n))
				list = nil
			}
			return false
		}
		switch n.Data {
		case "dt":
			remove(n)
			list = nil
			if hasBlock(n) {
				n.Data, n.DataAtom = "div", 0
				box.AppendChild(n)
				return false
			}
			strong := elem("strong")
			for c := n.FirstChild; c != nil; c = n.FirstChild {
				n.RemoveChild(c)
				strong.AppendChild(c)
			}
			box.AppendChild(elem("p", strong))
			return false
		case "dd":
			remove(n)
			if list == nil {
				list = elem("ul")
				box.AppendChild(list)
			}
			n.Data, n.DataAtom = "li", 0
			list.AppendChild(n)
			return false
		case "div", "dl":
			return true
		}
		remove(n)
		box.AppendChild(n)
		list = nil
		return false
	})
	replace(dl, box)
}
