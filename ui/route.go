package ui

import (
	"cmp"
	"time"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/rail"
)

// key takes one key press: the prompt first, then what lies over the screen, then the
// pane that has the focus.
func (m *Model) key(k tea.KeyPressMsg) tea.Cmd {
	name := k.String()
	if name == "ctrl+c" {
		return m.quit()
	}
	if m.prompt != nil {
		return m.promptKey(k)
	}
	if m.overlay != nil {
		return m.overlayKey(k)
	}
	if m.shape.focus == paneReader && len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		return m.followLink(int(name[0] - '0'))
	}
	if m.shape.focus != paneReader && len(name) == 1 && name[0] >= '1' && name[0] <= '9' {
		if i := int(name[0] - '1'); i < len(m.views) {
			return m.goPlace(m.views[i])
		}
		return nil
	}
	return m.do(m.keys.find(name, m.shape.focus))
}

// do carries an action out in the pane that has the focus.
func (m *Model) do(a action) tea.Cmd {
	switch a {
	case "":
		return nil
	case "down", "up", "first", "last", "half-down", "half-up", "page-down", "page-up":
		return m.move(a)
	case "open":
		return m.open()
	case "back":
		return m.back()
	case "space":
		return m.space()
	case "next-unread":
		return m.seekUnread(1)
	case "prev-unread":
		return m.seekUnread(-1)
	case "next-story":
		return m.step(1)
	case "prev-story":
		return m.step(-1)
	case "next-pane":
		return m.cycle(1)
	case "prev-pane":
		return m.cycle(-1)
	case "next-heading":
		if m.shape.focus == paneReader {
			m.scrolled = true
			m.reader.NextHeading()
			return nil
		}
		return m.markFrom(1)
	case "prev-heading":
		if m.shape.focus == paneReader {
			m.scrolled = true
			m.reader.PrevHeading()
			return nil
		}
		return m.markFrom(-1)
	case "query":
		return m.openPrompt(m.shape.focus == paneReader)
	case "palette":
		m.overlay = m.palette()
	case "pick-company":
		m.overlay = m.companyPicker()
	case "company-page":
		if s, ok := m.subject(); ok && len(s.Companies) > 0 {
			return m.goPlace(companyPlace(s.Companies[0].Slug, s.Companies[0].Name))
		}
		m.say("this story is about no company on the list")
	case "watch":
		return m.watch()
	case "watched-only":
		m.watchedOnly = !m.watchedOnly
		return m.load("", false)
	case "this-feed":
		if s, ok := m.subject(); ok {
			return m.goPlace(feedPlace(s.FeedURL, s.FeedTitle))
		}
	case "sort":
		return m.nextSort()
	case "unread-only":
		m.unreadOnly = !m.unreadOnly
		m.say(map[bool]string{true: "what is read is hidden", false: "read stories are shown again"}[m.unreadOnly])
		return m.load(m.currentID(), false)
	case "next-view":
		return m.nextView(1)
	case "prev-view":
		return m.nextView(-1)
	case "save":
		return m.saveChosen()
	case "star":
		return m.toggle("starred")
	case "toggle-read":
		return m.toggle("read")
	case "mark-all":
		return m.markShown()
	case "select":
		m.list.Select()
	case "undo":
		return m.undoLast()
	case "redo":
		return m.redoLast()
	case "unfold":
		if s, ok := m.subject(); ok && s.Event != "" {
			return m.loadAccounts(s, true)
		}
	case "why":
		return m.why()
	case "not-about":
		return m.notAbout()
	case "take-apart":
		return m.takeApart()
	case "put-together":
		return m.putTogether()
	case "changes":
		return m.changes()
	case "pipe":
		return m.pipe()
	case "mute":
		m.overlay = m.mutePicker()
	case "add-feed":
		return m.addFeed()
	case "rename-feed", "move-feed", "remove-feed":
		return m.editFeed(a)
	case "edit-config":
		return m.editConfig()
	case "save-view":
		return m.saveView()
	case "rename-view":
		return m.renameView()
	case "drop-view":
		return m.dropView()
	case "catch-up":
		return m.catchUp()
	case "about":
		m.overlay = m.aboutPicker()
	case "full-text":
		return m.fullText()
	case "links":
		m.overlay = m.linkPicker()
	case "browser", "browser-next":
		return m.browser(a == "browser-next")
	case "copy-link", "copy-markdown":
		return m.copyLink(a == "copy-markdown")
	case "refresh-all":
		return m.refresh(nil, true)
	case "refresh":
		return m.refreshHere()
	case "health":
		return m.loadHealth()
	case "zen":
		m.shape.zen = !m.shape.zen && m.shape.reading
		return m.relayout()
	case "narrower", "wider":
		return m.setMeasure(map[action]int{"narrower": -4, "wider": 4}[a])
	case "theme":
		return m.nextTheme()
	case "mouse":
		m.mouse = !m.mouse
	case "redraw":
		return tea.Batch(tea.ClearScreen, m.load(m.currentID(), true))
	case "help":
		m.overlay = m.help()
	case "suspend":
		return tea.Suspend
	case "quit":
		return m.quit()
	}
	return nil
}

func (m *Model) quit() tea.Cmd {
	m.quitting = true
	if m.progress != nil {
		m.progress.cancel()
	}
	return tea.Sequence(m.rememberPosition(), m.remember(), tea.Quit)
}

// subject is the story that an action is about: the one read, or under the cursor.
func (m *Model) subject() (feeds.Story, bool) {
	if m.shape.focus == paneReader && m.story.ID != "" {
		return m.story, true
	}
	return m.list.Current()
}

func (m *Model) currentID() string {
	s, _ := m.list.Current()
	return s.ID
}

func (m *Model) move(a action) tea.Cmd {
	switch m.shape.focus {
	case paneReader:
		m.scrolled = true
		switch a {
		case "down":
			m.reader.ScrollBy(1)
		case "up":
			m.reader.ScrollBy(-1)
		case "first":
			m.reader.Top()
		case "last":
			m.reader.Bottom()
		case "half-down":
			m.reader.ScrollBy(m.frame.reader.h / 2)
		case "half-up":
			m.reader.ScrollBy(-m.frame.reader.h / 2)
		case "page-down":
			m.reader.PageDown()
		case "page-up":
			m.reader.PageUp()
		}
		return m.loadPictures()
	case paneRail:
		switch a {
		case "down":
			m.rail.Move(1)
		case "up":
			m.rail.Move(-1)
		case "first":
			m.rail.First()
		case "last":
			m.rail.Last()
		case "half-down", "page-down":
			m.rail.MovePage(0.5)
		case "half-up", "page-up":
			m.rail.MovePage(-0.5)
		}
		return nil
	}
	m.arrived = 0
	switch a {
	case "down":
		m.list.Move(1)
	case "up":
		m.list.Move(-1)
	case "half-down":
		m.list.MovePage(0.5)
	case "half-up":
		m.list.MovePage(-0.5)
	case "page-down":
		m.list.MovePage(1)
	case "page-up":
		m.list.MovePage(-1)
	case "first":
		if !m.list.AtStart() {
			return m.load("", false)
		}
		m.list.First()
	case "last":
		if !m.list.AtEnd() {
			return m.end()
		}
		m.list.Last()
	}
	return tea.Batch(m.more(), m.previewSoon())
}

// restFor is how long the cursor rests on a story before it is shown beside the list: a
// held key costs a line a row, not an article.
const restFor = 60 * time.Millisecond

// previewSoon is preview once the cursor rests.
func (m *Model) previewSoon() tea.Cmd {
	s, ok := m.list.Current()
	if !ok || m.frame.reader.empty() || m.frame.list.empty() {
		return nil
	}
	return m.after(restFor, func(time.Time) tea.Msg { return restMsg(s.ID) })
}

// preview shows the story under the cursor beside the list, where there is room.
func (m *Model) preview() tea.Cmd {
	s, ok := m.list.Current()
	if !ok || m.frame.reader.empty() || m.frame.list.empty() || m.shape.focus == paneReader || s.ID == m.story.ID {
		return nil
	}
	pos := m.rememberPosition()
	m.shape.reading = false
	m.beginArticle(s)
	return tea.Batch(pos, m.loadArticle(s.ID))
}

// beginArticle shows what the list knows of a story until its text is there.
func (m *Model) beginArticle(s feeds.Story) {
	m.story, m.article, m.accounts, m.art, m.goTo = s, nil, nil, nil, 0
	clear(m.asked)
	m.loading = ""
	m.reader.Begin(s)
}

func (m *Model) open() tea.Cmd {
	switch m.shape.focus {
	case paneReader:
		if l, ok := m.reader.SelectedLink(); ok {
			return m.openURL(l.URL)
		}
		return nil
	case paneRail:
		if p, ok := m.rail.Current(); ok {
			if to, ok := m.placeOf(p); ok {
				m.focusOn(paneList)
				return tea.Batch(m.goPlace(to), m.relayout())
			}
		}
		return nil
	}
	s, ok := m.list.Current()
	if !ok {
		return nil
	}
	return m.read(s)
}

// read opens a story in the reader.
func (m *Model) read(s feeds.Story) tea.Cmd {
	var cmds []tea.Cmd
	if s.ID != m.story.ID || m.article == nil {
		cmds = append(cmds, m.rememberPosition())
		m.beginArticle(s)
	}
	m.shape.reading = true
	m.focusOn(paneReader)
	cmds = append(cmds, m.relayout(), m.loadArticle(s.ID))
	if !s.Mark.Read {
		yes := true
		ids := []string{s.ID}
		cmds = append(cmds, m.mark(ids, feeds.Change{Read: &yes}, ""))
	}
	if s.Event != "" && s.Outlets > 1 {
		cmds = append(cmds, m.loadAccounts(s, false))
	}
	return tea.Batch(cmds...)
}

// rememberPosition keeps where reading stopped.
func (m *Model) rememberPosition() tea.Cmd {
	if m.story.ID == "" || !m.shape.reading || !m.scrolled {
		return nil
	}
	at := m.reader.Position()
	if at == m.story.Mark.Position {
		return nil
	}
	id, room, ctx := m.story.ID, m.room, context_(m)
	return func() tea.Msg {
		_, _ = room.Mark(ctx, []string{id}, feeds.Change{Position: &at})
		return nil
	}
}

// back goes one step back: link, find, selection, reader, filter, view.
func (m *Model) back() tea.Cmd {
	switch {
	case m.shape.focus == paneReader:
		if m.reader.Unfind() {
			return nil
		}
		pos := m.rememberPosition()
		m.shape.zen = false
		m.shape.reading = false
		m.focusOn(paneList)
		m.list.Seek(m.story.ID)
		return tea.Batch(pos, m.relayout())
	case m.shape.focus == paneRail:
		m.focusOn(paneList)
		return m.relayout()
	case m.list.Selecting():
		m.list.Deselect()
		return nil
	case m.filter != "" || m.company != "" || m.watchedOnly:
		return m.liftFilter()
	case m.place.key != viewFront:
		return m.goPlace(m.views[0])
	}
	m.say("Q quits")
	return nil
}

// liftFilter takes the newest filter away.
func (m *Model) liftFilter() tea.Cmd {
	switch {
	case m.filter != "":
		m.filter = ""
	case m.company != "":
		m.company, m.companyAs = "", ""
	default:
		m.watchedOnly = false
	}
	return m.load(m.currentID(), false)
}

func (m *Model) space() tea.Cmd {
	if m.shape.focus != paneReader {
		return m.open()
	}
	if !m.reader.AtEnd() {
		m.scrolled = true
		m.reader.PageDown()
		return m.loadPictures()
	}
	return m.seekUnread(1)
}

// seekUnread goes to the next unread story; in the reader to the next match while
// something is being found.
func (m *Model) seekUnread(dir int) tea.Cmd {
	if m.shape.focus == paneReader && m.reader.Finding() {
		m.reader.NextMatch(dir)
		return nil
	}
	if !m.list.SeekUnread(dir) {
		m.say(cmp.Or(m.place.end, "nothing unread further on"))
		return m.more()
	}
	if m.shape.focus == paneReader {
		s, _ := m.list.Current()
		return tea.Batch(m.read(s), m.more())
	}
	return tea.Batch(m.more(), m.preview())
}

// step goes to the next story from the reader; in the list it scrolls the preview.
func (m *Model) step(dir int) tea.Cmd {
	if m.shape.focus != paneReader {
		if m.frame.reader.empty() {
			m.list.Move(dir)
			return m.more()
		}
		m.scrolled = true
		m.reader.ScrollBy(3 * dir)
		return m.loadPictures()
	}
	if !m.list.Move(dir) {
		return nil
	}
	s, _ := m.list.Current()
	return tea.Batch(m.read(s), m.more())
}

func (m *Model) cycle(dir int) tea.Cmd {
	if m.shape.focus == paneReader && m.reader.NextLink(dir) {
		m.scrolled = true
		return nil
	}
	order := []pane{paneRail, paneList, paneReader}
	if m.frame.reader.empty() || m.story.ID == "" {
		order = order[:2]
	}
	at := 0
	for i, p := range order {
		if p == m.shape.focus {
			at = i
		}
	}
	to := order[(at+dir+len(order))%len(order)]
	if to == paneReader {
		return m.read(m.story)
	}
	m.focusOn(to)
	return m.relayout()
}

func (m *Model) focusOn(p pane) {
	m.shape.focus = p
	m.list.Focus(p == paneList)
	m.rail.Focus(p == paneRail)
	m.reader.Focus(p == paneReader)
}

// goPlace shows another place, without the filters of the last one.
func (m *Model) goPlace(p place) tea.Cmd {
	m.setPlace(p)
	m.filter, m.company, m.companyAs, m.sort, m.watchedOnly = "", "", "", "", false
	if m.shape.focus == paneReader {
		m.focusOn(paneList)
	}
	return tea.Batch(m.relayout(), m.load("", false), m.companyPage(), m.remember())
}

func (m *Model) setPlace(p place) {
	m.place, m.about, m.arrived = p, nil, 0
	m.list.Empty(p.empty)
	m.list.Deselect()
	m.rail.Activate(p.kind, p.key)
}

func (m *Model) nextView(dir int) tea.Cmd {
	if m.shape.focus == paneReader && len(m.accounts) > 1 {
		for i := range m.accounts {
			if m.accounts[i].ID == m.story.ID {
				return m.read(m.accounts[(i+dir+len(m.accounts))%len(m.accounts)])
			}
		}
	}
	p, ok := m.rail.Step(dir)
	if !ok {
		return nil
	}
	to, ok := m.placeOf(p)
	if !ok {
		return nil
	}
	return m.goPlace(to)
}

func (m *Model) nextSort() tea.Cmd {
	order := []feeds.Sort{feeds.Newest, feeds.Oldest, feeds.Top}
	names := map[feeds.Sort]string{feeds.Newest: "newest first", feeds.Oldest: "oldest first", feeds.Top: "most important first"}
	now := m.sort
	if now == "" {
		now = m.place.sort
	}
	for i, s := range order {
		if s == now {
			m.sort = order[(i+1)%len(order)]
		}
	}
	m.say(names[m.sort])
	return m.load("", false)
}

// refreshHere refreshes the feed or folder that is shown, else what is due.
func (m *Model) refreshHere() tea.Cmd {
	var only []int64
	for _, f := range m.feeds {
		if m.place.kind == rail.Feed && f.URL == m.place.key || m.place.kind == rail.Folder && f.Folder == m.place.key {
			only = append(only, f.ID)
		}
	}
	return m.refresh(only, len(only) > 0)
}

func (m *Model) paste(text string) tea.Cmd {
	text = plain.Text(text)
	if m.prompt != nil {
		m.prompt.input.SetValue(m.prompt.input.Value() + text)
		m.prompt.input.CursorEnd()
		return m.promptChanged()
	}
	switch o := m.overlay.(type) {
	case *picker:
		if !o.plain {
			o.typed += text
			o.filter()
		}
	case *asker:
		o.insert(text)
	}
	return nil
}
