// Package rail is the column of places: views, companies and feeds with what is unread
// in each. It does no I/O and decides nothing: Current says which place is under the
// cursor. Start at Model.
package rail

import (
	"strconv"

	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// Kind says what a place is.
type Kind uint8

// The kinds of places.
const (
	Heading Kind = iota // not a place: the name of a section
	View
	Company
	Feed
	Folder
)

// A Place is one line of the rail.
type Place struct {
	Kind    Kind
	Key     string // name of a view, slug of a company, address of a feed
	Label   string
	Count   int  // unread; 0 is not shown
	Broken  bool // a feed that fails
	Watched bool
	Indent  bool
	Days    []int // for the chart of a company
}

// A Model is the rail.
type Model struct {
	th       *theme.Theme
	w, h     int
	places   []Place
	cur, top int
	active   Place // where the list is
	focused  bool
}

// New is an empty rail.
func New(th *theme.Theme) *Model { return &Model{th: th} }

// SetTheme changes how it looks.
func (m *Model) SetTheme(th *theme.Theme) { m.th = th }

// Resize sets the size in cells.
func (m *Model) Resize(w, h int) { m.w, m.h = w, h; m.keepVisible() }

// Focus says whether keys go here.
func (m *Model) Focus(on bool) { m.focused = on }

// Set replaces the places; the cursor stays on the same one.
func (m *Model) Set(places []Place) {
	var at Place
	if m.cur < len(m.places) {
		at = m.places[m.cur]
	}
	m.places = places
	if !m.seek(at) {
		m.seek(m.active)
	}
	m.Move(0)
}

// Activate marks the place that the list shows, and puts the cursor there.
func (m *Model) Activate(kind Kind, key string) {
	m.active = Place{Kind: kind, Key: key}
	if !m.focused {
		m.seek(m.active)
		m.keepVisible()
	}
}

func (m *Model) seek(p Place) bool {
	for i := range m.places {
		if m.places[i].Kind == p.Kind && m.places[i].Key == p.Key && p.Kind != Heading {
			m.cur = i
			m.keepVisible()
			return true
		}
	}
	return false
}

// Current is the place under the cursor.
func (m *Model) Current() (Place, bool) {
	if m.cur < 0 || m.cur >= len(m.places) || m.places[m.cur].Kind == Heading {
		return Place{}, false
	}
	return m.places[m.cur], true
}

// Move moves by n places; headings are passed over.
func (m *Model) Move(n int) {
	if len(m.places) == 0 {
		return
	}
	to := max(0, min(m.cur+n, len(m.places)-1))
	step := 1
	if n < 0 {
		step = -1
	}
	for to >= 0 && to < len(m.places) && m.places[to].Kind == Heading {
		to += step
	}
	if to < 0 || to >= len(m.places) { // nothing further: the first place from that end
		for to = max(0, min(to, len(m.places)-1)); to >= 0 && to < len(m.places) && m.places[to].Kind == Heading; {
			to -= step
		}
	}
	if to >= 0 && to < len(m.places) {
		m.cur = to
	}
	m.keepVisible()
}

// MovePage moves by pages or parts of one.
func (m *Model) MovePage(pages float64) { m.Move(int(float64(m.h) * pages)) }

// First and Last move to the ends.
func (m *Model) First() { m.cur = 0; m.Move(0) }
func (m *Model) Last()  { m.cur = len(m.places) - 1; m.keepVisible() }

// Step is the place that follows the active view in a direction, for the keys that walk
// through views.
func (m *Model) Step(dir int) (Place, bool) {
	at := -1
	for i := range m.places {
		if m.places[i].Kind == m.active.Kind && m.places[i].Key == m.active.Key {
			at = i
		}
	}
	for i := at + dir; i >= 0 && i < len(m.places); i += dir {
		if m.places[i].Kind != Heading {
			return m.places[i], true
		}
	}
	return Place{}, false
}

// Click moves the cursor to the place at line y; it reports whether there is one.
func (m *Model) Click(y int) bool {
	i := m.top + y
	if i < 0 || i >= len(m.places) || m.places[i].Kind == Heading {
		return false
	}
	m.cur = i
	return true
}

// Scroll moves what is seen by n lines.
func (m *Model) Scroll(n int) {
	m.top = max(0, min(m.top+n, len(m.places)-m.h))
	m.cur = max(m.top, min(m.cur, m.top+m.h-1))
	m.Move(0)
}

func (m *Model) keepVisible() {
	if m.h <= 0 {
		return
	}
	if m.cur >= m.top+m.h {
		m.top = m.cur - m.h + 1
	}
	if m.cur < m.top {
		m.top = m.cur
	}
	// A section's name is seen with its first place.
	if m.top == m.cur && m.top > 0 && m.places[m.top-1].Kind == Heading && m.h > 1 {
		m.top--
	}
	m.top = max(0, min(m.top, len(m.places)-m.h))
}

// View draws the rail as exactly h lines of w cells.
func (m *Model) View() []string {
	if m.w <= 0 || m.h <= 0 {
		return nil
	}
	lines := make([]string, 0, m.h)
	for i := m.top; i < len(m.places) && len(lines) < m.h; i++ {
		lines = append(lines, m.line(i))
	}
	return cells.Block(lines, m.w, m.h)
}

const chartDays = 7

func (m *Model) line(i int) string {
	p, th := &m.places[i], m.th
	if p.Kind == Heading {
		if p.Label == "" {
			return ""
		}
		return "  " + th.Paint(theme.Section, p.Label)
	}
	bar := " "
	isActive := p.Kind == m.active.Kind && p.Key == m.active.Key
	role := theme.Text
	switch {
	case i == m.cur && m.focused:
		bar, role = th.Paint(theme.Accent, th.Glyphs.Cursor), theme.SelectedTitle
	case isActive:
		bar, role = th.Paint(theme.Accent, th.Glyphs.Cursor), theme.Accent
	}
	sign := " "
	switch {
	case p.Broken:
		sign = th.Paint(theme.Broken, th.Glyphs.Broken)
	case p.Watched:
		sign = th.Paint(theme.Star, th.Glyphs.Star)
	}
	indent := ""
	if p.Indent {
		indent = " "
	}
	count := ""
	if p.Count > 0 {
		count = strconv.Itoa(p.Count)
	}
	chart := ""
	if len(p.Days) >= chartDays && m.w >= 24 {
		chart = " " + th.Paint(theme.Faint, cells.Spark(p.Days[len(p.Days)-chartDays:], th.ASCII))
	}
	chartW := cells.Width(chart)
	countW := max(4, len(count)+1)
	room := m.w - 2 - len(indent) - countW - chartW - 1
	return bar + sign + indent + th.Paint(role, cells.Fit(p.Label, room, "…")) + th.Paint(theme.Badge, cells.Right(count, countW, "")) + chart + " "
}
