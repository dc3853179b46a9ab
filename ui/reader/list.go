package reader

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	east "github.com/yuin/goldmark/extension/ast"

	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// list sets a list with hanging indents; numbers stand right-aligned.
func (c *composer) list(n *ast.List) {
	number, last := n.Start, n.Start+n.ChildCount()-1
	if number < 0 || number > 999_999_999 { // what starts at nine quintillion is no list
		number, last = 1, n.ChildCount()
	}
	room := 1
	if n.IsOrdered() {
		room = len(strconv.Itoa(max(last, 0))) + 1
	}
	bullet := c.th.Glyphs.Bullets[c.lists%len(c.th.Glyphs.Bullets)]
	loose := !n.IsTight && c.loose(n)
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if item.PreviousSibling() != nil && loose {
			c.blank()
		}
		sign := bullet
		role := theme.Bullet
		if n.IsOrdered() {
			sign = cells.Right(strconv.Itoa(number)+".", room, "")
			number++
		}
		if box := task(item); box != nil {
			sign, role = c.th.Glyphs.Unticked, theme.Dim
			if box.IsChecked {
				sign, role = c.th.Glyphs.Ticked, theme.Ok
			}
		}
		w := cells.Width(sign) + 1
		if c.lists == 0 && len(c.prefix) == 0 && c.width > 30 {
			sign, w = " "+sign, w+1
		}
		c.push(prefix{first: c.th.Paint(role, sign) + " ", rest: cells.Blank(w), w: w})
		was, first := c.lists, c.first
		c.lists++
		before := len(c.done.Lines)
		c.first = true // no blank line above what begins an item
		c.item(item)
		if len(c.done.Lines) == before { // an empty item has its sign
			c.emit(line{})
		}
		c.lists, c.first = was, first && c.first
		c.pop()
	}
}

// loose reports whether the items of a list are to stand apart: if one of them is of more
// than a few words and what hangs on them. Pages put each of many single words in a
// paragraph of its own.
func (c *composer) loose(n ast.Node) bool {
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		for x := item.FirstChild(); x != nil; x = x.NextSibling() {
			size := 0
			if ls := x.Lines(); ls != nil {
				for i := range ls.Len() {
					seg := ls.At(i)
					size += seg.Len()
				}
			}
			if x.PreviousSibling() != nil && x.Kind() != ast.KindList || size > 2*c.width {
				return true
			}
		}
	}
	return false
}

func (c *composer) item(n ast.Node) {
	if len(c.prefix) >= maxDepth {
		c.within(n)
		return
	}
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		if x.PreviousSibling() == nil && x.Kind() == ast.KindParagraph {
			c.paragraph(x, false)
			continue
		}
		c.block(x, x.PreviousSibling())
	}
}

// task is the box of a task, if the item begins with one.
func task(item ast.Node) *east.TaskCheckBox {
	if b := item.FirstChild(); b != nil && b.FirstChild() != nil {
		if box, ok := b.FirstChild().(*east.TaskCheckBox); ok {
			return box
		}
	}
	return nil
}
