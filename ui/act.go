package ui

import (
	"context"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/rail"
	"nightdesk/ui/theme"
)

// context_ is for writes that must end even when the reader is being closed.
func context_(m *Model) context.Context { return context.WithoutCancel(m.ctx) }

// sentence is an error as one line for people.
func sentence(err error) string {
	s := plain.Text(err.Error())
	if s == "" {
		return "something went wrong, and it does not say what"
	}
	return s
}

func (m *Model) saveChosen() tea.Cmd {
	if m.shape.focus == paneReader || !m.list.Selecting() {
		if s, ok := m.subject(); ok {
			return m.save(s)
		}
		return nil
	}
	var cmds []tea.Cmd
	ids := m.list.Chosen()
	for _, s := range m.list.Rows() {
		for _, id := range ids {
			if s.ID == id && s.Mark.Saved == feeds.NotSaved {
				cmds = append(cmds, m.save(s))
			}
		}
	}
	m.list.Deselect()
	return tea.Sequence(cmds...)
}

// toggle turns read or starred over, for all that is selected by what the first one is.
func (m *Model) toggle(what string) tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	ids := []string{s.ID}
	if m.shape.focus != paneReader {
		ids = m.list.Chosen()
		m.list.Deselect()
	}
	var c feeds.Change
	var on bool
	var text string
	if what == "read" {
		on = !s.Mark.Read
		c.Read = &on
		text = map[bool]string{true: "read", false: "unread"}[on]
	} else {
		on = !s.Mark.Starred
		c.Starred = &on
		text = map[bool]string{true: "starred", false: "no longer starred"}[on]
	}
	if len(ids) > 1 {
		text = fmt.Sprintf("%d stories: %s", len(ids), text)
	}
	cmd := m.mark(ids, c, text)
	if what == "read" && len(ids) == 1 && m.shape.focus == paneList && on {
		m.list.Move(1)
		return tea.Batch(cmd, m.more(), m.preview())
	}
	return cmd
}

func (m *Model) watch() tea.Cmd {
	slug, name := "", ""
	if p, ok := m.rail.Current(); ok && m.shape.focus == paneRail && p.Kind == rail.Company {
		slug, name = p.Key, p.Label
	} else if m.place.kind == rail.Company && m.shape.focus != paneReader {
		slug, name = m.place.key, m.place.name
	} else if s, ok := m.subject(); ok && len(s.Companies) > 0 {
		slug, name = s.Companies[0].Slug, s.Companies[0].Name
	}
	if slug == "" {
		m.say("no company here to watch")
		return nil
	}
	on := true
	for _, c := range m.companies {
		if c.Slug == slug {
			on = !c.Watched
		}
	}
	room, ctx := m.room, context_(m)
	text := map[bool]string{true: "watching " + name, false: "no longer watching " + name}[on]
	set := func(on bool) func() error { return func() error { return room.Watch(ctx, slug, on) } }
	return func() tea.Msg { return editedMsg{text: text, err: set(on)(), undo: set(!on), redo: set(on)} }
}

func (m *Model) why() tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		lines, err := room.Why(ctx, s.ID)
		return linesMsg{"Why this story is here", lines, err}
	}
}

// notAbout says that the story is not about a company: its only one, or the one that is
// picked of several.
func (m *Model) notAbout() tea.Cmd {
	s, ok := m.subject()
	if !ok || len(s.Companies) == 0 {
		m.say("this story has no company tag")
		return nil
	}
	not := func(t feeds.Tag) tea.Cmd {
		room, ctx := m.room, context_(m)
		do := func() error { return room.NotAbout(ctx, s.ID, t.Slug) }
		return func() tea.Msg {
			return editedMsg{text: "not about " + t.Name + ": remembered", err: do(), redo: do, undo: func() error { return room.About(ctx, s.ID, t.Slug) }}
		}
	}
	if len(s.Companies) == 1 {
		return not(s.Companies[0])
	}
	items := make([]item, len(s.Companies))
	for i, t := range s.Companies {
		items[i] = item{t.Name, "", func(*Model) tea.Cmd { return not(t) }}
	}
	p := newPicker("The story is not about", items)
	p.plain = true
	m.overlay = p
	return nil
}

// fullText turns between the feed's text and the page's, which is fetched if need be.
func (m *Model) fullText() tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	if s.URL == "" {
		m.say("this story has no page of its own")
		return nil
	}
	var cmd tea.Cmd
	if m.shape.focus != paneReader || m.story.ID != s.ID {
		cmd = m.read(s)
	}
	m.loading = "fetching the page"
	return tea.Batch(cmd, m.fetchArticle(s.ID))
}

func (m *Model) browser(next bool) tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	if s.URL == "" {
		m.say("this story has no address")
		return nil
	}
	cmds := []tea.Cmd{m.openURL(s.URL)}
	if !s.Mark.Read {
		yes := true
		cmds = append(cmds, m.mark([]string{s.ID}, feeds.Change{Read: &yes}, ""))
	}
	if next {
		m.list.Move(1)
		cmds = append(cmds, m.more(), m.preview())
	}
	return tea.Batch(cmds...)
}

// openURL hands an address to the browser; what is not a web address is never opened.
func (m *Model) openURL(url string) tea.Cmd {
	if !plain.Link(url) {
		m.warn("not opened: not a web address")
		return nil
	}
	if m.opt.Open == nil {
		return nil
	}
	m.say("opening " + plain.Text(url))
	open := m.opt.Open
	return func() tea.Msg {
		if err := open(url); err != nil {
			return noticeMsg{err: fmt.Errorf("open %s: %w", url, err)}
		}
		return nil
	}
}

func (m *Model) followLink(n int) tea.Cmd {
	l, ok := m.reader.LinkN(n)
	if !ok {
		m.say(fmt.Sprintf("there is no link %d", n))
		return nil
	}
	return m.openURL(l.URL)
}

func (m *Model) copyLink(markdown bool) tea.Cmd {
	s, ok := m.subject()
	if !ok || s.URL == "" {
		return nil
	}
	text := s.URL
	if markdown {
		text = "[" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(s.Title) + "](" + s.URL + ")"
	}
	m.say("copied " + plain.Text(s.URL))
	return tea.SetClipboard(text)
}

func (m *Model) setMeasure(by int) tea.Cmd {
	if m.measure == 0 {
		m.measure = 76
	}
	m.measure = max(40, min(m.measure+by, 120))
	m.say(fmt.Sprintf("%d columns of text", m.measure))
	return m.render()
}

func (m *Model) nextTheme() tea.Cmd {
	at := 0
	for i, t := range m.opt.Themes {
		if t.Name == m.th.Name {
			at = i
		}
	}
	t := m.opt.Themes[(at+1)%len(m.opt.Themes)]
	m.opt.Theme = t.Name
	m.say("theme: " + t.Name)
	return m.setTheme(t)
}

func (m *Model) setTheme(t *theme.Theme) tea.Cmd {
	m.th = t
	m.list.SetTheme(t)
	m.rail.SetTheme(t)
	m.reader.SetTheme(t)
	return m.render()
}

// companyPage loads what is told of a company above its stories.
func (m *Model) companyPage() tea.Cmd {
	if m.place.kind != rail.Company {
		m.about = nil
		return nil
	}
	slug, room, ctx := m.place.key, m.room, m.ctx
	th := m.th
	return func() tea.Msg {
		c, _ := room.Company(slug)
		out := companyMsg{slug: slug}
		var facts []string
		if c.Description != "" {
			facts = append(facts, c.Description)
		}
		out.lines = append(out.lines, " "+th.Paint(theme.Heading, c.Name)+"  "+th.Paint(theme.Dim, strings.Join(facts, " · ")))
		facts = facts[:0]
		if len(c.Tickers) > 0 {
			facts = append(facts, c.Tickers[0])
		}
		if p, ok := room.Company(c.Parent); ok {
			facts = append(facts, "part of "+p.Name)
		}
		if c.Site != "" {
			facts = append(facts, c.Site)
		}
		if q, err := room.Parse("company:" + slug); err == nil {
			if cs, err := room.Companies(ctx, q, 30); err == nil {
				for _, one := range cs {
					if one.Slug == slug {
						facts = append(facts, fmt.Sprintf("%d stories, %d unread", one.Stories, one.Unread))
						out.lines = append(out.lines, " "+th.Paint(theme.Dim, strings.Join(facts, " · ")))
						out.lines = append(out.lines, " "+th.Paint(theme.Accent, cells.Spark(one.Days, th.ASCII))+th.Paint(theme.Faint, " thirty days"))
					}
				}
			}
		}
		if rel, err := room.Related(ctx, slug); err == nil && len(rel) > 0 {
			names := make([]string, 0, 6)
			for _, r := range rel[:min(6, len(rel))] {
				names = append(names, r.Name)
			}
			out.lines = append(out.lines, " "+th.Paint(theme.Dim, "with ")+th.Paint(theme.Company, strings.Join(names, "  ")))
		}
		return out
	}
}

// mouseEvent: the wheel scrolls what is under the pointer, a click selects, a second one
// opens, a divider is dragged. Nothing else changes state.
func (m *Model) mouseEvent(msg tea.MouseMsg) tea.Cmd {
	ev := msg.Mouse()
	f := m.frame
	switch msg.(type) {
	case tea.MouseWheelMsg:
		n := 3
		if ev.Button == tea.MouseWheelUp {
			n = -3
		} else if ev.Button != tea.MouseWheelDown {
			return nil
		}
		switch {
		case m.overlay != nil:
			m.overlay.scroll(n)
		case f.rail.has(ev.X, ev.Y):
			m.rail.Scroll(n)
		case f.reader.has(ev.X, ev.Y):
			m.scrolled = true
			m.reader.ScrollBy(n)
			return m.loadPictures()
		case f.list.has(ev.X, ev.Y):
			m.list.Scroll(n / 3)
			return m.more()
		}
	case tea.MouseClickMsg:
		if ev.Button != tea.MouseLeft || m.overlay != nil || m.prompt != nil {
			return nil
		}
		switch {
		case f.div1 >= 0 && ev.X == f.div1:
			m.drag = 1
		case f.div2 >= 0 && ev.X == f.div2:
			m.drag = 2
		case f.rail.has(ev.X, ev.Y):
			if m.rail.Click(ev.Y - f.rail.y) {
				m.focusOn(paneRail)
				return m.open()
			}
		case f.list.has(ev.X, ev.Y):
			hit, again := m.list.Click(ev.Y - f.list.y - m.aboutLines())
			if !hit {
				return nil
			}
			double := again && m.opt.Now().Sub(m.lastClick) < 500*time.Millisecond
			m.lastClick = m.opt.Now()
			m.focusOn(paneList)
			if double {
				return m.open()
			}
			return tea.Batch(m.relayout(), m.preview())
		case f.reader.has(ev.X, ev.Y) && m.shape.focus != paneReader && m.story.ID != "":
			return m.read(m.story)
		}
	case tea.MouseMotionMsg:
		if ev.Button != tea.MouseLeft || m.drag == 0 {
			return nil
		}
		if m.drag == 1 {
			m.shape.railW = max(ev.X, 1)
		} else {
			m.shape.listW = max(ev.X-f.div1-1, 1)
		}
		return m.relayout()
	case tea.MouseReleaseMsg:
		if m.drag != 0 {
			m.drag = 0
			return m.remember()
		}
	}
	return nil
}
