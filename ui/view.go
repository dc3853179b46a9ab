package ui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// View joins what the panes have drawn. Every line is exactly as wide as the screen.
func (m *Model) View() tea.View {
	v := tea.NewView(m.screen())
	v.AltScreen = true
	v.ReportFocus = true
	if m.mouse {
		v.MouseMode = tea.MouseModeCellMotion
	}
	v.WindowTitle = m.title()
	if p := m.progress; p != nil && !m.quitting {
		p.Lock()
		if p.total > 0 {
			v.ProgressBar = tea.NewProgressBar(tea.ProgressBarDefault, 100*p.done/p.total)
		}
		p.Unlock()
	}
	if m.prompt != nil && !m.frame.foot.empty() {
		x := m.promptAt() + cells.Width(string([]rune(m.prompt.input.Value())[:min(m.prompt.input.Position(), len([]rune(m.prompt.input.Value())))]))
		v.Cursor = tea.NewCursor(min(x, m.w-1), m.frame.foot.y)
	}
	return v
}

// title is the window's: cleaned, for nothing else does.
func (m *Model) title() string {
	if m.shape.focus == paneReader && m.story.Title != "" {
		return plain.Text(m.story.Title + " — nightdesk")
	}
	return plain.Text(m.place.name + " — nightdesk")
}

func (m *Model) screen() string {
	f := m.frame
	if f.w <= 0 || f.h <= 0 {
		return ""
	}
	lines := make([]string, 0, f.h)
	switch {
	case f.tiny:
		lines = m.tinyView()
	case f.list.empty() && f.rail.empty() && f.header.empty():
		lines = append(lines, m.reader.View()...)
		lines = append(lines, m.foot())
	default:
		lines = append(lines, m.header())
		if !f.rule.empty() {
			lines = append(lines, m.rule())
		}
		lines = append(lines, m.body()...)
		lines = append(lines, m.foot())
	}
	lines = cells.Block(lines, f.w, f.h)
	if m.overlay != nil {
		m.layOver(lines)
	}
	return strings.Join(lines, "\n")
}

func (m *Model) tinyView() []string {
	if !m.frame.reader.empty() {
		return m.reader.View()
	}
	s, ok := m.list.Current()
	if !ok {
		return []string{"nightdesk"}
	}
	return strings.Split(ansi.Wrap(s.Title, m.frame.w, ""), "\n")
}

// header is the first line: the name, the place, the filters, the progress, the time.
func (m *Model) header() string {
	th := m.th
	left := " " + th.Paint(theme.Accent, "nightdesk") + "  " + th.Paint(theme.Heading, m.place.name)
	if m.total >= 0 && !(m.place.clusters && m.sort == "") { // events are not counted
		n := fmt.Sprint(m.total)
		if m.total >= 10000 {
			n = "10000+"
		}
		left += " " + th.Paint(theme.Badge, n)
	}
	chip := func(text string) {
		left += "  " + th.Paint(theme.Company, text+" "+th.Glyphs.Close)
	}
	if m.company != "" {
		chip(m.companyAs)
	}
	if m.filter != "" && m.prompt == nil {
		chip(m.filter)
	}
	if m.unreadOnly {
		chip("unread")
	}
	if m.watchedOnly {
		chip("watched")
	}
	if m.sort != "" && m.sort != m.place.sort {
		left += "  " + th.Paint(theme.Dim, map[feeds.Sort]string{feeds.Newest: "newest first", feeds.Oldest: "oldest first", feeds.Top: "most important first"}[m.sort])
	}
	right := ""
	if m.arrived > 0 {
		right += th.Paint(theme.Accent, fmt.Sprintf("%d new %s", m.arrived, th.Glyphs.Up)) + "  "
	}
	if m.opt.ReadOnly != "" {
		right += th.Paint(theme.Warn, "read only") + "  "
	}
	if p := m.progress; p != nil {
		p.Lock()
		right += th.Paint(theme.Progress, fmt.Sprintf("%s %d/%d", th.Glyphs.Refresh, p.done, p.total)) + "  "
		p.Unlock()
	}
	right += th.Paint(theme.Dim, m.opt.Now().Format("15:04")) + " "
	room := m.frame.w - cells.Width(right)
	if room < 20 {
		return cells.Fit(left, m.frame.w, "…")
	}
	return cells.Fit(left, room, "…") + right
}

func (m *Model) rule() string {
	f, g := m.frame, m.th.Glyphs
	var b strings.Builder
	for x := 0; x < f.w; x++ {
		if x == f.div1 || x == f.div2 {
			b.WriteString(g.TeeDown)
		} else {
			b.WriteString(g.Horizontal)
		}
	}
	return m.th.Paint(theme.Rule, b.String())
}

// body is the panes side by side.
func (m *Model) body() []string {
	f := m.frame
	h := max(f.list.h, f.reader.h, f.rail.h)
	var list, read, rail []string
	if !f.list.empty() {
		if n := m.aboutLines(); n > 0 {
			list = append(cells.Block(m.about, f.list.w, n), m.list.View()...)
		} else {
			list = m.list.View()
		}
	}
	if !f.reader.empty() {
		read = m.reader.View()
	}
	if !f.rail.empty() {
		rail = m.rail.View()
	}
	bar := m.th.Paint(theme.Rule, m.th.Glyphs.Vertical)
	out := make([]string, h)
	at := func(lines []string, i, w int) string {
		if i < len(lines) {
			return lines[i]
		}
		return cells.Blank(w)
	}
	for i := range out {
		switch {
		case f.railOver:
			out[i] = cells.Over(at(list, i, f.list.w), at(rail, i, f.rail.w)+bar, 0, f.rail.w+1, f.list.w)
		case f.div1 >= 0:
			out[i] = at(rail, i, f.rail.w) + bar + at(list, i, f.list.w) + bar + at(read, i, f.reader.w)
		case !f.reader.empty():
			out[i] = at(read, i, f.reader.w)
		default:
			out[i] = at(list, i, f.list.w)
		}
	}
	return out
}

// promptAt is the column where the typed text begins.
func (m *Model) promptAt() int { return 3 }

// foot is the last line: the prompt, news of what was done, or the keys that matter.
func (m *Model) foot() string {
	th, w := m.th, m.frame.w
	if p := m.prompt; p != nil {
		line := " " + th.Paint(theme.Accent, "/") + " " + p.input.Value()
		tail := ""
		switch {
		case p.find:
			if at, of := m.reader.Matches(); of > 0 {
				tail = th.Paint(theme.Dim, fmt.Sprintf("%d of %d", at, of))
			}
		case p.err != "":
			tail = th.Paint(theme.Error, p.err)
		case len(p.suggest) > 0:
			tail = th.Paint(theme.Dim, strings.Join(p.suggest, "  ")+"  tab")
		case m.total >= 0:
			tail = th.Paint(theme.Dim, fmt.Sprintf("%d found", m.total))
		}
		room := w - cells.Width(line) - 3
		if room < 8 {
			return line
		}
		return line + "  " + cells.Right(cells.Cut(tail, room, "…"), room, "") + " "
	}
	if m.status.text != "" && m.opt.Now().Sub(m.status.at) < statusFor {
		return " " + th.Paint(m.status.role, cells.Cut(m.status.text, w-2, "…"))
	}
	if m.loading != "" && m.shape.focus == paneReader {
		return " " + th.Paint(theme.Status, m.loading+" …")
	}
	var hints [][2]string
	h := func(a action, text string) {
		if k := m.keys.hint(a); k != "" {
			hints = append(hints, [2]string{k, text})
		}
	}
	switch m.shape.focus {
	case paneReader:
		h("space", "read on")
		h("back", "back")
		h("save", "save")
		h("star", "star")
		h("full-text", "full text")
		h("links", "links")
		h("unfold", "accounts")
		h("help", "all keys")
	case paneRail:
		h("open", "go")
		h("watch", "watch")
		h("refresh", "refresh")
		h("back", "list")
		h("help", "all keys")
	default:
		h("open", "read")
		h("save", "save")
		h("pick-company", "company")
		h("query", "filter")
		h("unfold", "accounts")
		h("next-pane", "places")
		h("palette", "everything")
		h("help", "all keys")
	}
	var b strings.Builder
	used := 1
	b.WriteByte(' ')
	for _, kv := range hints {
		n := cells.Width(kv[0]) + 1 + cells.Width(kv[1]) + 3
		if used+n > w {
			break
		}
		b.WriteString(th.Paint(theme.Key, kv[0]) + " " + th.Paint(theme.Dim, kv[1]) + "   ")
		used += n
	}
	if m.shape.focus == paneReader && used+6 < w {
		return b.String() + cells.Right(th.Paint(theme.Dim, fmt.Sprintf("%d %%", m.reader.Percent())), w-used-1, "")
	}
	return b.String()
}

// layOver draws the overlay in the middle of the screen.
func (m *Model) layOver(lines []string) {
	f := m.frame
	boxed := m.overlay.view(m.th, f.w, f.h-2)
	if len(boxed) == 0 {
		return
	}
	bw := cells.Width(boxed[0])
	x, y := max(0, (f.w-bw)/2), max(0, (f.h-len(boxed))/3)
	for i, b := range boxed {
		if y+i >= len(lines) {
			return
		}
		lines[y+i] = cells.Over(lines[y+i], b, x, bw, f.w)
	}
}
