package timeline

import (
	"fmt"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// twoLinesFrom is the width from which a row has a second line.
const twoLinesFrom = 40

func (m *Model) rowLines() int {
	if m.w >= twoLinesFrom && m.h >= 6 {
		return 2
	}
	return 1
}

// headed reports whether row i begins a day.
func (m *Model) headed(i int) bool {
	if !m.days || m.h < 6 {
		return false
	}
	return i == 0 && m.atStart || i > 0 && !sameDay(m.rows[i].Published, m.rows[i-1].Published, m.now.Location())
}

func sameDay(a, b time.Time, loc *time.Location) bool {
	a, b = a.In(loc), b.In(loc)
	return a.YearDay() == b.YearDay() && a.Year() == b.Year()
}

// height is how many lines row i takes when it stands below another one.
func (m *Model) height(i int, first bool) int {
	n := m.rowLines()
	if m.headed(i) {
		n++
		if !first {
			n++ // the blank line above a heading
		}
	} else if m.airy() && !first {
		n++
	}
	return n
}

// airy lists have a blank line between rows: the front page where there is room.
func (m *Model) airy() bool { return m.clusters && m.h >= 30 && m.rowLines() == 2 }

func (m *Model) visible() int { return max(1, m.h/m.rowLines()-1) }

// keepVisible moves the window of what is seen so that the cursor is in it.
func (m *Model) keepVisible() {
	m.cur = max(0, min(m.cur, len(m.rows)-1))
	m.top = max(0, min(m.top, m.cur))
	if m.h <= 0 || len(m.rows) == 0 {
		return
	}
	used := 0
	for i := m.cur; i >= m.top; i-- {
		used += m.height(i, i == m.top)
		if used > m.h && i < m.cur {
			m.top = i + 1
			return
		}
	}
}

// View draws the list as exactly h lines of w cells.
func (m *Model) View() []string {
	if m.w <= 0 || m.h <= 0 {
		return nil
	}
	var lines []string
	if len(m.rows) == 0 {
		return cells.Block(m.nothing(), m.w, m.h)
	}
	loc := m.now
	for i := m.top; i < len(m.rows) && len(lines) < m.h; i++ {
		first := i == m.top
		if m.headed(i) {
			if !first {
				lines = append(lines, "")
			}
			lines = append(lines, "   "+m.th.Paint(theme.Heading, cells.Day(m.rows[i].Published, loc)))
		} else if m.airy() && !first {
			lines = append(lines, "")
		}
		lines = append(lines, m.row(i)...)
	}
	return cells.Block(lines, m.w, m.h)
}

func (m *Model) nothing() []string {
	if !m.loaded {
		return nil
	}
	lines := make([]string, 0, 8)
	for range min(m.h/3, 6) {
		lines = append(lines, "")
	}
	for part := range strings.SplitSeq(m.empty, "\n") {
		lines = append(lines, cells.Blank((m.w-cells.Width(part))/2)+m.th.Paint(theme.Dim, part))
	}
	return lines
}

// row draws row i; it is kept until something that it shows changes.
func (m *Model) row(i int) []string {
	s := &m.rows[i]
	key := cacheKey{s.Row, s.Mark, s.Outlets, i == m.cur, m.isSelected(i), m.focused && i == m.cur}
	key.mark.Position = 0
	if lines, ok := m.cache[key]; ok {
		return lines
	}
	if len(m.cache) > 4*windowRows {
		clear(m.cache)
	}
	lines := m.draw(s, key)
	m.cache[key] = lines
	return lines
}

func (m *Model) draw(s *feeds.Story, k cacheKey) []string {
	th := m.th
	bar := " "
	switch {
	case k.current && k.focused:
		bar = th.Paint(theme.Accent, th.Glyphs.Cursor)
	case k.current:
		bar = th.Paint(theme.Dim, th.Glyphs.Cursor)
	case k.selected:
		bar = th.Paint(theme.Star, th.Glyphs.Cursor)
	}
	titleRole := theme.Title
	if s.Mark.Read {
		titleRole = theme.ReadTitle
	}
	if k.current && k.focused || k.selected {
		titleRole = theme.SelectedTitle
		if s.Mark.Read {
			titleRole = theme.SelectedRead
		}
	}
	marks, marksW := m.marks(s)
	age := cells.Age(s.Published, m.now)
	if m.rowLines() == 1 {
		room := m.w - 1 - marksW - 1
		tail := ""
		if m.w >= 30 {
			tail = " " + cells.Right(age, 3, "")
			room -= 4
		}
		title := cells.Fit(s.Title, room, "…")
		return []string{bar + m.state(s) + th.Paint(titleRole, title) + marks + th.Paint(theme.Age, tail)}
	}
	title := cells.Cut(s.Title, m.w-4-marksW, "…")
	one := bar + m.state(s) + " " + th.Paint(titleRole, title)
	one += cells.Blank(m.w-1-cells.Width(one)-marksW) + marks
	return []string{one, bar + "  " + m.second(s, m.w-4-4) + " " + th.Paint(theme.Age, cells.Right(age, 3, ""))}
}

// state is one cell: unread is told by a sign as well as by weight.
func (m *Model) state(s *feeds.Story) string {
	if s.Mark.Read {
		return " "
	}
	return m.th.Paint(theme.Unread, m.th.Glyphs.Unread)
}

// marks are the signs at the end of the title's line.
func (m *Model) marks(s *feeds.Story) (string, int) {
	g := m.th.Glyphs
	out, w := "", 0
	add := func(r theme.Role, sign string) {
		out += " " + m.th.Paint(r, sign)
		w += 1 + cells.Width(sign)
	}
	if s.Mark.Starred {
		add(theme.Star, g.Star)
	}
	if s.Edited() {
		add(theme.Dim, g.Edited)
	}
	switch s.Mark.Saved {
	case feeds.Queued:
		add(theme.Saved, g.Queued)
	case feeds.Kept:
		add(theme.Saved, g.Saved)
	case feeds.Broken:
		add(theme.Broken, g.Broken)
	}
	return out, w
}

// second is the dim line below a title: companies, outlets, the outlet's name.
func (m *Model) second(s *feeds.Story, room int) string {
	th := m.th
	var b strings.Builder
	used := 0
	put := func(r theme.Role, text string) bool {
		w := cells.Width(text)
		if used+w > room {
			return false
		}
		b.WriteString(th.Paint(r, text))
		used += w
		return true
	}
	outlet := s.FeedTitle
	tail := outlet
	if s.Outlets > 1 {
		tail = fmt.Sprintf("%d outlets", s.Outlets)
		if m.clusters {
			tail += " · " + fmt.Sprintf("%s +%d", outlet, s.Outlets-1)
		} else {
			tail = outlet + " · " + tail
		}
	}
	var notes string
	if s.Teaser && !s.Full {
		notes = " · teaser"
	}
	need := min(cells.Width(tail)+cells.Width(notes), room*2/3)
	for i, t := range s.Companies {
		if i == 3 || used+cells.Width(t.Name)+5 > room-need {
			break
		}
		if i > 0 {
			put(theme.Dim, "  ")
		}
		put(theme.Company, t.Name)
	}
	if used > 0 {
		put(theme.Faint, " · ")
	}
	put(theme.Outlet, cells.Cut(tail, room-used-cells.Width(notes), "…"))
	if s.Kind != "" && used+cells.Width(string(s.Kind))+3 <= room {
		put(theme.Faint, " · ")
		put(theme.Dim, string(s.Kind))
	}
	if notes != "" {
		put(theme.Faint, notes)
	}
	return b.String() + cells.Blank(room-used)
}

// Click moves the cursor to the row at line y of the view; it reports whether there is
// one and whether it was under the cursor already.
func (m *Model) Click(y int) (hit, again bool) {
	line := 0
	for i := m.top; i < len(m.rows); i++ {
		n := m.height(i, i == m.top)
		if y < line+n {
			again = m.cur == i
			m.cur = i
			return true, again
		}
		line += n
	}
	return false, false
}

// Scroll moves what is seen by n rows, and the cursor no further than it must.
func (m *Model) Scroll(n int) {
	m.top = max(0, min(m.top+n, len(m.rows)-1))
	if n > 0 && m.cur < m.top {
		m.cur = m.top
	}
	used := 0
	last := m.top
	for i := m.top; i < len(m.rows); i++ {
		used += m.height(i, i == m.top)
		if used > m.h {
			break
		}
		last = i
	}
	m.cur = max(m.top, min(m.cur, last))
}
