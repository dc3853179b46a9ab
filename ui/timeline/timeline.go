// Package timeline is the list of stories. It holds a window of the rows around the
// cursor and asks for more by cursors (keyset paging), so that what it costs does not
// grow with what is stored. It does no I/O: Need says which page is wanted, Add takes it.
// Start at Model.
package timeline

import (
	"time"

	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

// PageRows is how many rows a page has that Need asks for, windowRows how many are kept.
const (
	PageRows   = 100
	windowRows = 500
)

// A Model is the list. Its verbs are called from Update alone.
type Model struct {
	th   *theme.Theme
	w, h int

	rows           []feeds.Story
	cur, top       int  // indexes of the row under the cursor and of the first visible one
	atStart, atEnd bool // no rows before, after
	loaded         bool

	sort     feeds.Sort
	days     bool // day headings
	clusters bool
	now      time.Time
	selected map[string]bool
	from     int // where a selection began, -1 if none
	focused  bool
	empty    string // shown where there is nothing

	cache map[cacheKey][]string
}

// cacheKey is all that a row's look depends on.
type cacheKey struct {
	row      int64
	mark     feeds.Mark
	outlets  int
	current  bool
	selected bool
	focused  bool
}

// New is an empty list.
func New(th *theme.Theme) *Model {
	return &Model{th: th, cache: make(map[cacheKey][]string), selected: make(map[string]bool), from: -1}
}

// SetTheme changes how it looks.
func (m *Model) SetTheme(th *theme.Theme) { m.th = th; clear(m.cache) }

// Resize sets the size in cells.
func (m *Model) Resize(w, h int) {
	if w != m.w {
		clear(m.cache)
	}
	m.w, m.h = w, h
	m.keepVisible()
}

// Focus says whether keys go here.
func (m *Model) Focus(on bool) { m.focused = on }

// Tick sets the time that ages are told from.
func (m *Model) Tick(now time.Time) {
	if now.Sub(m.now).Abs() >= 30*time.Second || m.now.IsZero() {
		m.now = now
		clear(m.cache)
	}
}

// Reset shows another list: its first page, in which the row with the id keep, if it is
// there, stays under the cursor; if it was there and is gone, the one that came after it,
// or before it, takes its place. A selection goes on if the row that it began at is there.
func (m *Model) Reset(rows []feeds.Story, req feeds.ListRequest, keep string) {
	offset := m.cur - m.top
	begun := ""
	if m.from >= 0 && m.from < len(m.rows) {
		begun = m.rows[m.from].ID
	}
	m.from = -1
	keep = m.standIn(rows, keep)
	m.rows, m.sort, m.clusters = rows, req.Sort, req.Clusters
	m.days = req.Sort == feeds.Newest || req.Sort == feeds.Oldest || req.Sort == ""
	m.loaded = true
	full := req.Limit > 0 && len(rows) >= req.Limit
	switch {
	case req.FromEnd:
		m.atStart, m.atEnd = !full, true
		m.cur = len(rows) - 1
	default:
		m.atStart, m.atEnd = req.After.Zero(), !full
		m.cur = 0
	}
	m.cur = max(m.cur, 0)
	m.top = 0
	for i := range rows {
		if keep != "" && rows[i].ID == keep {
			m.cur = i
			m.top = max(0, i-offset)
		}
		if begun != "" && rows[i].ID == begun {
			m.from = i
		}
	}
	clear(m.cache)
	m.keepVisible()
}

// standIn is the id of the row that takes the cursor in new rows: keep if it is there, else
// the nearest neighbour of the row under the cursor, if that was keep.
func (m *Model) standIn(rows []feeds.Story, keep string) string {
	if keep == "" || m.cur >= len(m.rows) || m.rows[m.cur].ID != keep {
		return keep
	}
	have := make(map[string]bool, len(rows))
	for i := range rows {
		have[rows[i].ID] = true
	}
	for i := m.cur; i < len(m.rows); i++ {
		if have[m.rows[i].ID] {
			return m.rows[i].ID
		}
	}
	for i := m.cur - 1; i >= 0; i-- {
		if have[m.rows[i].ID] {
			return m.rows[i].ID
		}
	}
	return keep
}

// Empty sets what is said where there are no rows.
func (m *Model) Empty(text string) { m.empty = text }

// Need is the next page that should be fetched for the cursor's surroundings, if any.
func (m *Model) Need() (req feeds.ListRequest, ok bool) {
	if !m.loaded || len(m.rows) == 0 {
		return req, false
	}
	near := max(2*m.h, 20)
	switch {
	case !m.atEnd && m.cur > len(m.rows)-near:
		return feeds.ListRequest{After: m.rows[len(m.rows)-1].Place(m.sort), Limit: PageRows}, true
	case !m.atStart && m.cur < near:
		return feeds.ListRequest{Before: m.rows[0].Place(m.sort), Limit: PageRows}, true
	}
	return req, false
}

// Beyond is the request for what follows the rows held (1), or comes before them (-1); not
// ok if they reach the end there.
func (m *Model) Beyond(dir int) (req feeds.ListRequest, ok bool) {
	switch {
	case !m.loaded || len(m.rows) == 0:
		return req, false
	case dir > 0:
		return feeds.ListRequest{After: m.rows[len(m.rows)-1].Place(m.sort)}, !m.atEnd
	}
	return feeds.ListRequest{Before: m.rows[0].Place(m.sort)}, !m.atStart
}

// Add takes the page that Need asked for. What is far from the cursor is let go then,
// unless it may be selected.
func (m *Model) Add(req feeds.ListRequest, page []feeds.Story) {
	have := make(map[int64]bool, len(m.rows))
	for i := range m.rows {
		have[m.rows[i].Row] = true
	}
	fresh := page[:0:0]
	for i := range page {
		if !have[page[i].Row] {
			fresh = append(fresh, page[i])
		}
	}
	if req.Before.Zero() {
		m.atEnd = len(page) < req.Limit
		m.rows = append(m.rows, fresh...)
		if cut := len(m.rows) - windowRows; cut > 0 && m.top > cut && m.from < 0 {
			m.rows = append([]feeds.Story(nil), m.rows[cut:]...)
			m.cur, m.top, m.atStart = m.cur-cut, m.top-cut, false
		}
		return
	}
	m.atStart = len(page) < req.Limit
	m.rows = append(fresh, m.rows...)
	m.cur, m.top = m.cur+len(fresh), m.top+len(fresh)
	if m.from >= 0 {
		m.from += len(fresh)
	}
	if len(m.rows) > windowRows && m.cur < windowRows-2*m.h && m.from < 0 {
		m.rows, m.atEnd = m.rows[:windowRows:windowRows], false
	}
}

// Len is how many rows are held.
func (m *Model) Len() int { return len(m.rows) }

// Loaded reports whether any answer has come.
func (m *Model) Loaded() bool { return m.loaded }

// AtEnd and AtStart report whether the window reaches the ends of the list.
func (m *Model) AtEnd() bool   { return m.atEnd }
func (m *Model) AtStart() bool { return m.atStart }

// Current is the story under the cursor.
func (m *Model) Current() (feeds.Story, bool) {
	if m.cur < 0 || m.cur >= len(m.rows) {
		return feeds.Story{}, false
	}
	return m.rows[m.cur], true
}

// Rows are the rows held, for reading only.
func (m *Model) Rows() []feeds.Story { return m.rows }

// Cursor is the index of the row under the cursor.
func (m *Model) Cursor() int { return m.cur }

// Change replaces what is shown of a story.
func (m *Model) Change(id string, change func(*feeds.Story)) {
	for i := range m.rows {
		if m.rows[i].ID == id {
			change(&m.rows[i])
		}
	}
}

// ChangeAt replaces what is shown of row i.
func (m *Model) ChangeAt(i int, change func(*feeds.Story)) { change(&m.rows[i]) }

// Move moves the cursor by n rows; it reports whether it moved.
func (m *Model) Move(n int) bool {
	old := m.cur
	m.cur = max(0, min(m.cur+n, len(m.rows)-1))
	m.keepVisible()
	return m.cur != old
}

// MovePage moves by whole pages, or halves of one.
func (m *Model) MovePage(pages float64) bool {
	n := int(float64(m.visible()) * pages)
	if n == 0 && pages > 0 {
		n = 1
	} else if n == 0 {
		n = -1
	}
	return m.Move(n)
}

// First and Last move to the ends of what is held.
func (m *Model) First() { m.cur = 0; m.top = 0 }
func (m *Model) Last()  { m.cur = max(0, len(m.rows)-1); m.keepVisible() }

// Seek moves to the story with this id.
func (m *Model) Seek(id string) bool {
	for i := range m.rows {
		if m.rows[i].ID == id {
			m.cur = i
			m.keepVisible()
			return true
		}
	}
	return false
}

// SeekUnread moves to the next unread row in a direction, 1 or -1.
func (m *Model) SeekUnread(dir int) bool {
	for i := m.cur + dir; i >= 0 && i < len(m.rows); i += dir {
		if !m.rows[i].Mark.Read {
			m.cur = i
			m.keepVisible()
			return true
		}
	}
	return false
}

// Select starts a selection at the cursor, or ends it.
func (m *Model) Select() {
	if m.from >= 0 {
		m.from = -1
	} else {
		m.from = m.cur
	}
}

// Chosen are the ids of the selected rows, or of the one under the cursor.
func (m *Model) Chosen() []string {
	lo, hi := m.cur, m.cur
	if m.from >= 0 {
		lo, hi = min(m.from, m.cur), max(m.from, m.cur)
	}
	var ids []string
	for i := lo; i <= hi && i < len(m.rows); i++ {
		ids = append(ids, m.rows[i].ID)
	}
	return ids
}

// Selecting reports whether a selection is under way; Deselect ends it.
func (m *Model) Selecting() bool { return m.from >= 0 }
func (m *Model) Deselect()       { m.from = -1 }

func (m *Model) isSelected(i int) bool {
	return m.from >= 0 && i >= min(m.from, m.cur) && i <= max(m.from, m.cur)
}
