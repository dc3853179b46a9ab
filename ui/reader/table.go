package reader

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
	east "github.com/yuin/goldmark/extension/ast"

	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// Bounds of a table.
const (
	maxRows    = 2000
	maxColumns = 40
	columnGap  = 2
	narrowest  = 10 // cells of a column of which the text is broken
)

type cell struct {
	runs []run
	w    int // if set on one line
	word int // widest word
}

// table sets a table: as it is if there is room, with broken cells if each column keeps
// a readable width, and otherwise folded, a row as a list of its cells with the heads of
// their columns.
func (c *composer) table(n *east.Table) {
	var rows [][]cell
	cols := 0
	for r := n.FirstChild(); r != nil && len(rows) < maxRows; r = r.NextSibling() {
		var row []cell
		ground := c.ground
		if r.Kind() == east.KindTableHeader {
			ground = theme.TableHead
		}
		for x := r.FirstChild(); x != nil && len(row) < maxColumns; x = x.NextSibling() {
			row = append(row, measured(c.ink.inline(x, ground)))
		}
		cols = max(cols, len(row))
		rows = append(rows, row)
	}
	if cols == 0 {
		return
	}
	for i := range rows {
		for len(rows[i]) < cols {
			rows[i] = append(rows[i], cell{})
		}
	}
	widths, broken := c.columns(rows, cols)
	if widths == nil {
		c.folded(rows)
		return
	}
	right := make([]bool, cols)
	for i := range right {
		if i < len(n.Alignments) {
			right[i] = n.Alignments[i] == east.AlignRight
		}
		right[i] = right[i] || numeric(rows, i)
	}
	if broken { // no wider than what came out
		for i := range widths {
			used := 1
			for _, r := range rows {
				if r[i].w <= widths[i] {
					used = max(used, r[i].w)
					continue
				}
				for _, l := range set(r[i].runs, c.ink.links, widths[i]) {
					used = max(used, l.w)
				}
			}
			widths[i] = used
		}
	}
	total := columnGap * (cols - 1)
	for _, w := range widths {
		total += w
	}
	for i, row := range rows {
		if i > 1 && broken {
			c.emit(line{text: c.th.Paint(theme.Rule, strings.Repeat(c.th.Glyphs.Horizontal, total)), w: total})
		}
		c.row(row, widths, right)
		if i == 0 {
			c.emit(line{text: c.th.Paint(theme.Faint, strings.Repeat(c.th.Glyphs.Horizontal, total)), w: total})
		}
	}
}

func measured(runs []run) cell {
	x := cell{runs: runs}
	word := 0
	for _, r := range runs {
		x.w += ansi.StringWidth(r.text)
		for i, part := range strings.Split(r.text, " ") {
			w := ansi.StringWidth(part)
			if i > 0 {
				word = 0
			}
			word += w
			x.word = max(x.word, word)
		}
	}
	return x
}

// columns are the widths of the columns, nil if the table cannot be set in columns.
func (c *composer) columns(rows [][]cell, cols int) (widths []int, broken bool) {
	widths = make([]int, cols)
	words := make([]int, cols)
	total := 0
	for i := range widths {
		for _, r := range rows {
			widths[i] = max(widths[i], r[i].w, 1)
			words[i] = max(words[i], min(r[i].word, 24))
		}
		total += widths[i]
	}
	room := c.width - columnGap*(cols-1)
	if total <= room {
		return widths, false
	}
	// Columns that need less than their share keep what they need; the others share.
	left, open := room, cols
	fixed := make([]bool, cols)
	for again := true; again && open > 0; {
		again = false
		share := left / open
		for i, w := range widths {
			if !fixed[i] && w <= share {
				fixed[i], again = true, true
				left -= w
				open--
			}
		}
	}
	if open == 0 || left < open*narrowest {
		return nil, false
	}
	for i := range widths {
		if !fixed[i] {
			w := left / open
			if w < words[i] && w < 16 {
				return nil, false
			}
			widths[i] = w
			left -= w
			open--
		}
	}
	return widths, true
}

// numeric reports whether a column holds figures.
func numeric(rows [][]cell, col int) bool {
	n := 0
	for _, r := range rows[1:] {
		t := ""
		for _, x := range r[col].runs {
			t += x.text
		}
		t = strings.TrimSpace(t)
		if t == "" || t == "-" || t == "–" || t == "—" {
			continue
		}
		digits := 0
		for _, ch := range t {
			switch {
			case ch >= '0' && ch <= '9':
				digits++
			case strings.ContainsRune(" .,+-−–%$€£¥()", ch):
			default:
				if len(t) > 10 {
					return false
				}
				digits--
			}
		}
		if digits <= 0 {
			return false
		}
		n++
	}
	return n > 0
}

func (c *composer) row(row []cell, widths []int, right []bool) {
	lines := make([][]line, len(row))
	high := 1
	for i, x := range row {
		if len(x.runs) > 0 {
			lines[i] = set(x.runs, c.ink.links, widths[i])
		}
		high = max(high, len(lines[i]))
	}
	for y := range high {
		var l line
		var b strings.Builder
		for i := range row {
			var part line
			if y < len(lines[i]) {
				part = lines[i][y]
			}
			if i > 0 {
				b.WriteString(cells.Blank(columnGap))
				l.w += columnGap
			}
			pad := widths[i] - part.w
			if right[i] {
				b.WriteString(cells.Blank(pad))
				l.w += pad
				pad = 0
			}
			for _, sp := range part.spans {
				l.spans = append(l.spans, linkSpan{sp.link, sp.from + l.w, sp.to + l.w})
			}
			b.WriteString(part.text)
			b.WriteString(cells.Blank(pad))
			l.w += part.w + pad
		}
		l.text = strings.TrimRight(b.String(), " ")
		c.emit(l)
	}
}

// folded sets each row as lines "head: cell".
func (c *composer) folded(rows [][]cell) {
	head := rows[0]
	body := rows[1:]
	if len(body) == 0 {
		body = rows
	}
	for i, row := range body {
		if i > 0 {
			c.blank()
		}
		for col, x := range row {
			if len(x.runs) == 0 {
				continue
			}
			runs := x.runs
			if len(rows) > 1 && len(head[col].runs) > 0 {
				runs = append(append([]run{}, c.label(head[col].runs)...), runs...)
			}
			c.hanging(runs)
		}
	}
}

func (c *composer) label(runs []run) []run {
	out := append([]run{}, runs...)
	for i := range out {
		out[i].sgr = c.th.SGR(theme.Dim)
	}
	return append(out, run{text: ": ", sgr: c.th.SGR(theme.Dim)})
}

// hanging sets text whose further lines are indented by two.
func (c *composer) hanging(runs []run) {
	if c.width < 12 {
		c.text(runs)
		return
	}
	for i, l := range set(runs, c.ink.links, c.width-2) {
		if i > 0 {
			l.text = "  " + l.text
			l.w += 2
			for j := range l.spans {
				l.spans[j].from += 2
				l.spans[j].to += 2
			}
		}
		c.emit(l)
	}
}
