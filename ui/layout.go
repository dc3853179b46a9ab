package ui

// All arithmetic on the terminal's size is here.

// rect is a place on the screen in cells.
type rect struct{ x, y, w, h int }

func (r rect) has(x, y int) bool { return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h }

func (r rect) empty() bool { return r.w <= 0 || r.h <= 0 }

// The kinds of layouts, by width.
const (
	wideFrom   = 120 // rail, list and reader side by side
	mediumFrom = 80  // list or reader; the rail opens over them
)

// The panes that may have the focus.
type pane uint8

const (
	paneList pane = iota
	paneReader
	paneRail
)

// shape is what a layout depends on besides the size.
type shape struct {
	focus   pane
	reading bool // an article is open
	zen     bool // nothing but the article
	railW   int  // as dragged; 0 is the default
	listW   int
}

// frame is where everything goes. Empty rects are not drawn.
type frame struct {
	w, h               int
	header, rule, foot rect
	rail, list, reader rect
	railOver           bool // the rail lies over the list
	div1, div2         int  // columns of the dividers, -1 if none
	tiny               bool // the headline alone
}

// layout places the panes on a screen of w by h cells. The parts never overlap, but for
// a rail that lies over the list, and never leave the screen.
func layout(w, h int, s shape) frame {
	f := frame{w: max(w, 0), h: max(h, 0), div1: -1, div2: -1}
	if w <= 0 || h <= 0 {
		return f
	}
	if w < 20 || h < 5 {
		f.tiny = true
		f.list = rect{0, 0, w, h}
		if s.focus == paneReader {
			f.list, f.reader = rect{}, rect{0, 0, w, h}
		}
		return f
	}
	if s.zen && s.reading {
		f.reader = rect{0, 0, w, h - 1}
		f.foot = rect{0, h - 1, w, 1}
		return f
	}
	f.header = rect{0, 0, w, 1}
	top := 1
	if h >= 12 {
		f.rule = rect{0, 1, w, 1}
		top = 2
	}
	f.foot = rect{0, h - 1, w, 1}
	body := h - top - 1
	switch {
	case w >= wideFrom:
		railW := clamp(s.railW, 18, w/4, clamp(w/6, 22, 28, 24))
		rest := w - railW - 1
		f.rail = rect{0, top, railW, body}
		f.div1 = railW
		listW := clamp(s.listW, 34, rest-42, clamp(rest*45/100, 46, 74, 0))
		if s.listW == 0 {
			listW = min(max(rest*45/100, 46), 74)
		}
		f.list = rect{railW + 1, top, listW, body}
		f.div2 = railW + 1 + listW
		f.reader = rect{f.div2 + 1, top, w - f.div2 - 1, body}
	default:
		whole := rect{0, top, w, body}
		if s.focus == paneReader {
			f.reader = whole
		} else {
			f.list = whole
			if s.focus == paneRail {
				f.railOver = true
				f.rail = rect{0, top, min(w, clamp(s.railW, 18, 40, 30)), body}
			}
		}
	}
	return f
}

// clamp brings v into lo…hi; 0 means def.
func clamp(v, lo, hi, def int) int {
	if v == 0 {
		v = def
	}
	return max(min(v, hi), min(lo, hi))
}
