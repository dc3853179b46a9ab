package reader

import (
	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

// A Model is the pane in which one article is read. It renders nothing but the few
// lines above the text: SetPage gives it what Render made, for the Options that the
// Model asks for. Not safe for concurrent use.
type Model struct {
	th      *theme.Theme
	w, h    int
	measure int
	focused bool

	story    feeds.Story
	has      bool
	article  *feeds.Article
	accounts []feeds.Story
	page     *Page
	head     []string

	top     int     // first line that is seen, of head and page together
	pending float64 // position to go to once the page is long enough, negative if none
	link    int     // selected one, index plus 1
	find    finder

	seen seen
}

// New is an empty pane.
func New(th *theme.Theme) *Model { return &Model{th: th, measure: DefaultMeasure, pending: -1} }

// SetTheme changes how it looks. The page is to be rendered anew.
func (m *Model) SetTheme(th *theme.Theme) { m.th = th; m.rehead() }

// SetMeasure sets the widest a line of text may be. The page is to be rendered anew.
func (m *Model) SetMeasure(cells int) {
	if cells < 1 {
		cells = DefaultMeasure
	}
	if cells == m.measure {
		return
	}
	at := m.place()
	m.measure = cells
	m.rehead()
	m.goTo(at)
}

// Resize sets the size in cells. If the width of the text changed, the page is to be
// rendered anew: see Stale.
func (m *Model) Resize(w, h int) {
	if w == m.w && h == m.h {
		return
	}
	at := m.place()
	m.w, m.h = max(w, 0), max(h, 0)
	m.rehead()
	m.goTo(at)
}

// Focus says whether keys go here.
func (m *Model) Focus(on bool) { m.focused = on; m.seen.lines = nil }

// Options are what a page for this pane is to be rendered with.
func (m *Model) Options() Options {
	o := Options{Width: m.textWidth(), Theme: m.th, Rows: max(3, min(18, m.h*2/3))}
	if m.has {
		o.Title = m.story.Title
	}
	return o
}

// Screenful is how many lines RenderFirst should set: enough for what will be seen, also
// further down.
func (m *Model) Screenful() int {
	n := max(m.h, 1) + 4
	if m.page != nil && m.top > len(m.head) {
		n += (m.top - len(m.head)) * (m.page.Width + 2) / max(1, m.textWidth()-2) * 5 / 4
	}
	return n
}

// Stale reports whether the page that is shown was made for another width.
func (m *Model) Stale() bool { return m.page != nil && m.page.Width != m.textWidth() }

// Story is what is read.
func (m *Model) Story() (feeds.Story, bool) { return m.story, m.has }

// Begin shows what is known of a story until its text is there. It is at the top again.
func (m *Model) Begin(s feeds.Story) {
	m.story, m.has, m.article, m.accounts, m.page = s, true, nil, nil, nil
	m.top, m.pending, m.link = 0, -1, 0
	m.find = finder{}
	m.rehead()
}

// Clear shows nothing.
func (m *Model) Clear() {
	th, w, h, measure, focused := m.th, m.w, m.h, m.measure, m.focused
	*m = Model{th: th, w: w, h: h, measure: measure, focused: focused, pending: -1}
}

// SetStory shows the marks of a story as they are now.
func (m *Model) SetStory(s feeds.Story) {
	if m.has && s.ID != m.story.ID {
		m.Begin(s)
		return
	}
	at := m.place()
	m.story, m.has = s, true
	m.rehead()
	m.goTo(at)
}

// SetAccounts names the other outlets of the story's event above the text.
func (m *Model) SetAccounts(all []feeds.Story) {
	at := m.place()
	m.accounts = all
	m.rehead()
	m.goTo(at)
}

// SetArticle shows an article; page may be nil until it is rendered, then SetPage gives
// it.
func (m *Model) SetArticle(s feeds.Story, a *feeds.Article, page *Page) {
	if !m.has || s.ID != m.story.ID {
		m.Begin(s)
	}
	at := m.place()
	m.story, m.article = s, a
	m.rehead()
	m.goTo(at)
	if page != nil {
		m.SetPage(page)
	}
}

// SetPage shows the text of the article. What was being read stays where it was, by the
// place in the article, not by the line.
func (m *Model) SetPage(p *Page) {
	at := m.place()
	grows := m.page != nil && p != nil && !m.page.Complete && m.page.Width == p.Width && m.pending < 0
	m.page = p
	m.seen.lines = nil
	m.find.stale = true
	if p != nil && m.link > len(p.Links) {
		m.link = 0
	}
	if !grows { // else the lines are the same ones
		m.goTo(at)
		if m.pending < 0 && at > 0 && p != nil && !p.Complete && (at >= float64(p.end) || m.top == m.bottom()) {
			m.pending = at / float64(max(1, p.Size)) // further down than there is yet
		}
	}
	if m.pending >= 0 && p != nil {
		m.SetPosition(m.pending)
	}
	if m.find.text != "" {
		m.refind()
	}
}

// Page is what is shown, nil if it is not there yet.
func (m *Model) Page() *Page { return m.page }

// Outline are the headings of the article.
func (m *Model) Outline() []Heading {
	if m.page == nil {
		return nil
	}
	return m.page.Headings
}

func (m *Model) rehead() {
	m.seen.lines = nil
	m.head = nil
	if m.has && m.w > 0 {
		m.head = header(m.th, &m.story, m.article, m.accounts, m.textWidth(), m.h < 18)
	}
	m.find.stale = true
	if m.find.text != "" {
		m.refind()
	}
}

// margin and textWidth are the only arithmetic on the width.
func (m *Model) margin() int {
	switch {
	case m.w < 24:
		return 0
	case m.w < m.measure+4:
		return min(2, m.w/24)
	}
	return (m.w - m.measure) / 2
}

func (m *Model) textWidth() int { return max(1, min(m.measure, m.w-2*m.margin())) }

func (m *Model) body() int {
	if m.page == nil {
		return 0
	}
	return len(m.page.Lines)
}

func (m *Model) total() int { return len(m.head) + m.body() }

func (m *Model) bottom() int { return max(0, m.total()-m.h) }

func (m *Model) line(i int) string {
	if i < len(m.head) {
		return m.head[i]
	}
	return m.page.Lines[i-len(m.head)]
}
