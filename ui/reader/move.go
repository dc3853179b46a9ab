package reader

import (
	"math"
	"sort"
)

// ScrollBy scrolls by lines, back if n is negative.
func (m *Model) ScrollBy(n int) { m.scrollTo(m.top + n) }

func (m *Model) scrollTo(line int) {
	m.pending = -1
	m.top = max(0, min(line, m.bottom()))
}

// PageDown scrolls by a screen less two lines; it reports false at the end, where it
// does nothing.
func (m *Model) PageDown() bool {
	if m.AtEnd() {
		return false
	}
	m.ScrollBy(max(1, m.h-2))
	return true
}

// PageUp is PageDown backwards.
func (m *Model) PageUp() bool {
	if m.top == 0 {
		return false
	}
	m.ScrollBy(-max(1, m.h-2))
	return true
}

// Top scrolls to the beginning.
func (m *Model) Top() { m.scrollTo(0) }

// Bottom scrolls to the end.
func (m *Model) Bottom() { m.scrollTo(m.total()) }

// AtEnd reports whether the last line is seen.
func (m *Model) AtEnd() bool {
	return m.top >= m.bottom() && (m.page == nil || m.page.Complete)
}

// Percent is how much of the article was seen, from 0 to 100.
func (m *Model) Percent() int {
	switch {
	case m.AtEnd():
		return 100
	case m.page != nil && !m.page.Complete:
		return min(99, int(100*m.Position()))
	}
	return min(99, 100*(m.top+m.h)/max(1, m.total()))
}

// NextHeading scrolls to the next heading; it reports whether there is one.
func (m *Model) NextHeading() bool {
	for _, h := range m.Outline() {
		if at := h.Line + len(m.head); at > m.top && m.top < m.bottom() {
			m.scrollTo(at)
			return true
		}
	}
	return false
}

// PrevHeading scrolls back to the heading before, or to the beginning.
func (m *Model) PrevHeading() bool {
	hs := m.Outline()
	for i := len(hs) - 1; i >= 0; i-- {
		if at := hs[i].Line + len(m.head); at < m.top {
			m.scrollTo(at)
			return true
		}
	}
	was := m.top
	m.Top()
	return was > 0
}

// Links are the numbered links of the article.
func (m *Model) Links() []Link {
	if m.page == nil {
		return nil
	}
	return m.page.Links
}

// Hints are the links that can be seen, in the order of the page.
func (m *Model) Hints() []Link {
	var out []Link
	for _, l := range m.Links() {
		for _, s := range l.Spans {
			if at := s.Line + len(m.head); at >= m.top && at < m.top+m.h {
				out = append(out, l)
				break
			}
		}
	}
	return out
}

// LinkN is the link with a number.
func (m *Model) LinkN(n int) (Link, bool) {
	ls := m.Links()
	if n < 1 || n > len(ls) {
		return Link{}, false
	}
	return ls[n-1], true
}

// SelectedLink is the link that was stepped to.
func (m *Model) SelectedLink() (Link, bool) { return m.LinkN(m.link) }

// Deselect lets go of the link; it reports whether there was one.
func (m *Model) Deselect() bool {
	was := m.link > 0
	m.link = 0
	return was
}

// NextLink steps to the next link, or to the one before if dir is negative, and scrolls
// so that it is seen. If none is selected it begins with what is seen. It reports whether
// there is one.
func (m *Model) NextLink(dir int) bool {
	ls := m.Links()
	at := m.link + 1 // its number
	switch {
	case m.link == 0 && dir >= 0:
		at = 1 + sort.Search(len(ls), func(i int) bool { return ls[i].Line+len(m.head) >= m.top })
	case m.link == 0:
		at = sort.Search(len(ls), func(i int) bool { return ls[i].Line+len(m.head) >= m.top+m.h })
	case dir < 0:
		at = m.link - 1
	}
	return m.SelectLink(at)
}

// SelectLink selects a link by its number and scrolls to it.
func (m *Model) SelectLink(n int) bool {
	l, ok := m.LinkN(n)
	if !ok {
		return false
	}
	m.link = n
	m.show(l.Line + len(m.head))
	return true
}

// LinkAt is the link at a cell of the pane.
func (m *Model) LinkAt(x, y int) (Link, bool) {
	for _, l := range m.Hints() {
		for _, s := range l.Spans {
			if s.Line+len(m.head) == m.top+y && x-m.margin() >= s.From && x-m.margin() < s.To {
				return l, true
			}
		}
	}
	return Link{}, false
}

// show scrolls no further than needed, with a few lines around.
func (m *Model) show(line int) {
	room := min(3, max(0, (m.h-1)/2))
	switch {
	case line < m.top+room:
		m.scrollTo(line - room)
	case line >= m.top+m.h-room:
		m.scrollTo(line - m.h + 1 + room)
	}
}

// Position is where reading stands, from 0 at the beginning to 1 at the end: by the
// place in the text, so that it means the same at any width.
func (m *Model) Position() float64 {
	if m.pending >= 0 {
		return m.pending
	}
	if m.page == nil || m.top == 0 && !m.AtEnd() {
		return 0
	}
	if m.AtEnd() {
		return 1
	}
	return max(0, min(1, m.place()/float64(max(1, m.page.Size))))
}

// SetPosition goes to a place as Position gave it, once the page is long enough.
func (m *Model) SetPosition(at float64) {
	at = max(0, min(at, 1))
	if math.IsNaN(at) {
		at = 0
	}
	m.pending = at
	if m.page == nil {
		return
	}
	if at == 0 {
		m.scrollTo(0)
		return
	}
	m.goTo(at * float64(m.page.Size))
	if m.page.Complete || at*float64(m.page.Size) < float64(m.page.end) && m.top < m.bottom() {
		m.pending = -1
	}
}

// place is the byte of the article at the first line that is seen; negative within the
// lines above the text: that many lines before it.
func (m *Model) place() float64 {
	if m.top == 0 {
		return math.Inf(-1) // the beginning, however much stands above the text
	}
	if m.top < len(m.head) || m.page == nil || len(m.page.Blocks) == 0 {
		return float64(m.top - len(m.head))
	}
	bs, at := m.page.Blocks, m.top-len(m.head)
	i := sort.Search(len(bs), func(i int) bool { return bs[i].Line > at }) - 1
	if i < 0 {
		return 0
	}
	from, to, size, lines := bs[i].Offset, m.page.end, 0, len(m.page.Lines)
	if i+1 < len(bs) {
		to, lines = bs[i+1].Offset, bs[i+1].Line
	}
	size = to - from
	return float64(from) + float64(size)*float64(at-bs[i].Line)/float64(max(1, lines-bs[i].Line))
}

// goTo is the other way round.
func (m *Model) goTo(at float64) {
	m.seen.lines = nil
	if math.IsInf(at, -1) {
		m.top = 0
		return
	}
	if at < 0 || m.page == nil || len(m.page.Blocks) == 0 {
		m.top = max(0, min(len(m.head)+int(at), m.bottom()))
		if m.page == nil {
			m.top = 0
		}
		return
	}
	bs := m.page.Blocks
	i := max(0, sort.Search(len(bs), func(i int) bool { return float64(bs[i].Offset) > at })-1)
	to, lines := m.page.end, len(m.page.Lines)
	if i+1 < len(bs) {
		to, lines = bs[i+1].Offset, bs[i+1].Line
	}
	part := min(1, (at-float64(bs[i].Offset))/float64(max(1, to-bs[i].Offset)))
	line := bs[i].Line + int(math.Round(max(0, part)*float64(lines-bs[i].Line)))
	m.top = max(0, min(len(m.head)+line, m.bottom()))
}
