package ui

import (
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"nightdesk/feeds"
	"nightdesk/ui/rail"
	"nightdesk/ui/theme"
)

// Update takes one message. Keys and the mouse go to route.go; answers of commands are
// taken here, each only if its token says that it is the newest.
func (m *Model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
		return m, m.relayout()
	case tea.BackgroundColorMsg:
		if dark := msg.IsDark(); dark != m.isDark {
			m.isDark = dark
			return m, m.setTheme(m.pickTheme())
		}
	case uv.DarkColorSchemeEvent, uv.LightColorSchemeEvent:
		return m, tea.RequestBackgroundColor
	case tea.KeyPressMsg:
		return m, m.key(msg)
	case tea.PasteMsg:
		return m, m.paste(msg.Content)
	case tea.MouseMsg:
		return m, m.mouseEvent(msg)
	case tea.FocusMsg:
		m.focusLost = false
		return m, m.askVersion()
	case tea.BlurMsg:
		m.focusLost = true
	case tea.ResumeMsg:
		return m, m.askVersion()

	case recalledMsg:
		return m, m.start(msg.state)
	case listMsg:
		return m, m.takeList(msg)
	case pageMsg:
		if msg.token == m.tokens.page {
			m.tokens.page = -m.tokens.page - 1 + 1
			if msg.err == nil {
				m.list.Add(msg.req, msg.rows)
				return m, m.more()
			}
			m.fail(msg.err)
		}
	case countMsg:
		if msg.token == m.tokens.count {
			m.total = msg.total
		}
	case railMsg:
		if msg.token == m.tokens.rail {
			m.feeds, m.companies = msg.feeds, msg.companies
			for k, n := range msg.counts {
				m.counts[k] = n
			}
			m.rail.Set(m.railPlaces())
		}
	case articleMsg:
		return m, m.takeArticle(msg)
	case renderMsg:
		return m, m.takeRender(msg)
	case pictureMsg:
		return m, m.takePicture(msg)
	case accountsMsg:
		return m, m.takeAccounts(msg)
	case linesMsg:
		if msg.err != nil {
			m.fail(msg.err)
		} else {
			m.overlay = newLines(msg.title, msg.lines)
		}
	case markedMsg:
		m.takeMarked(msg)
		return m, m.loadRail()
	case editedMsg:
		return m, m.takeEdited(msg)
	case storyMsg:
		m.takeStory(feeds.Story(msg))
	case healthMsg:
		m.takeHealth(msg)
	case mutesMsg:
		m.takeMutes(msg)
	case wouldHideMsg:
		msg.of.note = msg.String()
	case askedMsg:
		return m, msg.then(m)
	case savedMsg:
		m.takeSaved(msg)
		return m, m.loadRail()
	case restMsg:
		if s, ok := m.list.Current(); ok && s.ID == string(msg) {
			return m, m.preview()
		}
	case tickMsg:
		m.list.Tick(m.opt.Now())
		return m, tea.Batch(m.tick(), m.askVersion())
	case versionMsg:
		if v := int64(msg); v != m.version {
			first := m.version == 0
			m.version = v
			if !first && m.list.Cursor() < 300 && !m.list.Selecting() && m.prompt == nil {
				cur, _ := m.list.Current()
				return m, tea.Batch(m.load(cur.ID, true), m.loadRail())
			}
		}
	case progressMsg:
		if m.progress != nil && !m.progress.over {
			return m, tea.Batch(m.pollProgress(), m.whileRefreshing())
		}
	case refreshedMsg:
		return m, m.takeRefreshed(msg)
	case companyMsg:
		if m.place.kind == rail.Company && m.place.key == msg.slug {
			m.about = msg.lines
			m.sizePanes()
		}
	case noticeMsg:
		if msg.err != nil {
			m.fail(msg.err)
		} else {
			m.say(msg.text)
		}
	}
	return m, nil
}

// start takes up where the last run ended, and begins to work.
func (m *Model) start(s state) tea.Cmd {
	m.shape.railW, m.shape.listW = s.RailW, s.ListW
	if m.opt.Measure == 0 && s.Measure > 0 {
		m.measure = s.Measure
	}
	if s.Theme != "" && (m.opt.Theme == "" || m.opt.Theme == "auto") {
		m.opt.Theme = s.Theme
	}
	m.unreadOnly = s.Unread
	if p, ok := m.placeOf(rail.Place{Kind: rail.Kind(s.Kind), Key: s.View, Label: s.Name}); ok && s.View != "" {
		m.setPlace(p)
	}
	if m.opt.Start == "" && s.Filter != "" {
		if _, err := m.room.Parse(s.Filter); err == nil {
			m.filter = s.Filter
		}
	}
	m.keep = s.ID
	if s.Left > 0 {
		m.visit = time.Unix(s.Left, 0)
	}
	first := m.load(s.ID, false)
	if first == nil {
		first = m.begin()
	}
	return tea.Batch(m.relayout(), m.setTheme(m.pickTheme()), first)
}

// begin asks for all that stands around the first list, which comes alone: on two cores
// the rail's counts would double the time until there is something to read.
func (m *Model) begin() tea.Cmd {
	if m.begun {
		return nil
	}
	m.begun = true
	cmds := []tea.Cmd{m.loadRail(), m.askVersion(), m.companyPage(), m.sinceLast()}
	if req, err := m.request(); err == nil {
		cmds = append(cmds, m.countStories(req.Query))
	}
	if m.opt.Refresh {
		cmds = append(cmds, m.refresh(nil, false))
	} else if room, ok := m.room.(interface{ Background() }); ok { // a refresh does it too
		cmds = append(cmds, func() tea.Msg { room.Background(); return nil })
	}
	return tea.Batch(cmds...)
}

func (m *Model) takeList(msg listMsg) tea.Cmd {
	if msg.token != m.tokens.list {
		return nil
	}
	if msg.err != nil {
		m.fail(msg.err)
		return m.begin()
	}
	if msg.quiet && msg.req.After.Zero() {
		have := make(map[string]bool)
		for _, s := range m.list.Rows() {
			have[s.ID] = true
		}
		fresh, top := 0, 0
		for i, s := range msg.rows {
			if !have[s.ID] {
				fresh++
			}
			if s.ID == msg.keep {
				top = i
				break
			}
		}
		if top > m.list.Cursor() && len(have) > 0 {
			m.arrived += min(fresh, top-m.list.Cursor())
		}
	}
	m.shown = msg.of
	m.list.Reset(msg.rows, msg.req, msg.keep)
	return tea.Batch(m.more(), m.preview(), m.begin())
}

func (m *Model) takeArticle(msg articleMsg) tea.Cmd {
	if msg.token != m.tokens.article {
		return nil
	}
	m.loading = ""
	if msg.err != nil {
		if msg.fetched && m.article != nil {
			a := *m.article
			a.Note = "Only the feed's text: " + sentence(msg.err)
			m.article = &a
			return m.render()
		}
		m.fail(msg.err)
		return nil
	}
	pos := 0.0
	if msg.fetched && m.scrolled {
		pos = m.reader.Position()
	}
	mark := m.story.Mark
	same := m.story.ID == msg.story.ID
	m.story, m.article = msg.story, msg.article
	if same {
		m.story.Mark = mark // what was pressed meanwhile
	}
	m.reader.SetStory(m.story)
	var cmds []tea.Cmd
	cmds = append(cmds, m.render())
	switch {
	case pos > 0:
		m.goTo = pos
	case msg.story.Mark.Position > 0 && msg.story.Mark.Position < 0.98:
		m.goTo = msg.story.Mark.Position
	}
	if !msg.fetched && msg.story.Teaser && !msg.story.Full && msg.story.URL != "" && m.shape.reading {
		m.loading = "fetching the whole text"
		cmds = append(cmds, m.fetchArticle(msg.story.ID))
	}
	return tea.Batch(cmds...)
}

func (m *Model) takeAccounts(msg accountsMsg) tea.Cmd {
	if msg.err != nil {
		if msg.unfold {
			m.fail(msg.err)
		}
		return nil
	}
	if m.story.ID == msg.id {
		m.accounts = msg.event.Stories
		m.reader.SetAccounts(m.accounts)
	}
	if msg.unfold {
		m.overlay = m.accountsPicker(msg.event)
	}
	return nil
}

func (m *Model) takeSaved(msg savedMsg) {
	switch {
	case msg.err != nil && msg.off: // it is kept as before
		m.showSaved(msg.id, feeds.Kept, "")
		m.fail(msg.err)
	case msg.err != nil:
		m.showSaved(msg.id, feeds.Broken, sentence(msg.err))
		m.fail(msg.err)
	case msg.off:
		m.showSaved(msg.id, feeds.NotSaved, "")
		m.say(msg.text)
	default:
		m.showSaved(msg.id, feeds.Kept, "")
		m.say(msg.text)
	}
}

// whileRefreshing shows stories as they arrive.
func (m *Model) whileRefreshing() tea.Cmd {
	if m.list.Len() < m.frame.list.h && m.prompt == nil {
		cur, _ := m.list.Current()
		return m.load(cur.ID, true)
	}
	return nil
}

func (m *Model) takeRefreshed(msg refreshedMsg) tea.Cmd {
	m.progress = nil
	cur, _ := m.list.Current()
	reload := tea.Batch(m.load(cur.ID, true), m.loadRail())
	switch {
	case msg.err != nil:
		if !errors.Is(msg.err, m.ctx.Err()) {
			m.fail(msg.err)
		}
	case msg.sum.Feeds > 0 && msg.sum.Failed == msg.sum.Feeds:
		m.warn("no feed could be reached; what is stored can be read all the same")
	case msg.sum.Failed > 0:
		m.say(fmt.Sprintf("%s, %d feeds failed (! says why)", countNew(msg.sum.New), msg.sum.Failed))
	case msg.sum.Feeds > 0:
		m.say(countNew(msg.sum.New))
	}
	return tea.Batch(reload, m.notify(msg.news))
}

func countNew(n int) string {
	switch n {
	case 0:
		return "nothing new"
	case 1:
		return "one new story"
	}
	return fmt.Sprintf("%d new stories", n)
}

func (m *Model) say(text string)  { m.status = status{text, theme.Status, m.opt.Now()} }
func (m *Model) warn(text string) { m.status = status{text, theme.Warn, m.opt.Now()} }
func (m *Model) fail(err error) {
	m.status = status{sentence(err), theme.Error, m.opt.Now()}
	if m.opt.Log != nil {
		m.opt.Log.Warn("shown to the reader", "error", err)
	}
}

// statusFor is how long a line at the foot stays.
const statusFor = 8 * time.Second
