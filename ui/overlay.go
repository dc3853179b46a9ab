package ui

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// An overlay lies over the screen and takes all keys until it is closed.
type overlay interface {
	// key takes a key; done says that the overlay is to be closed.
	key(m *Model, k tea.KeyPressMsg) (cmd tea.Cmd, done bool)
	// view draws it within w by h cells.
	view(th *theme.Theme, w, h int) []string
	scroll(n int)
}

func (m *Model) overlayKey(k tea.KeyPressMsg) tea.Cmd {
	was := m.overlay
	cmd, done := m.overlay.key(m, k)
	if done && m.overlay == was {
		m.overlay = nil
	}
	return cmd
}

// lines is an overlay of text: the help, the reasons for a story.
type lines struct {
	title string
	text  []string
	top   int
	h     int
}

func newLines(title string, text []string) *lines { return &lines{title: title, text: text} }

func (l *lines) scroll(n int) { l.top = max(0, min(l.top+n, len(l.text)-max(l.h, 1))) }

func (l *lines) key(_ *Model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "j", "down":
		l.scroll(1)
	case "k", "up":
		l.scroll(-1)
	case "space", "pgdown", "ctrl+d", "ctrl+f":
		l.scroll(max(l.h-1, 1))
	case "pgup", "ctrl+u", "ctrl+b":
		l.scroll(-max(l.h-1, 1))
	case "g", "home":
		l.top = 0
	case "G", "end":
		l.scroll(len(l.text))
	default:
		return nil, true
	}
	return nil, false
}

func (l *lines) view(th *theme.Theme, w, h int) []string {
	width := 0
	for _, s := range l.text {
		width = max(width, cells.Width(s))
	}
	w = min(w, max(width+4, cells.Width(l.title)+8))
	l.h = max(1, min(h-2, len(l.text)))
	l.scroll(0)
	return box(th, l.title, l.text[l.top:min(len(l.text), l.top+l.h)], w, l.h+2)
}

// box draws lines in a frame of exactly w by h cells.
func box(th *theme.Theme, title string, text []string, w, h int) []string {
	if w < 4 || h < 3 {
		return cells.Block(text, w, h)
	}
	g := th.Glyphs
	out := make([]string, 0, h)
	head := " " + cells.Cut(title, w-6, "…") + " "
	out = append(out, th.Paint(theme.Rule, g.TopLeft+g.Horizontal)+th.Paint(theme.Heading, head)+
		th.Paint(theme.Rule, strings.Repeat(g.Horizontal, max(0, w-3-cells.Width(head)))+g.TopRight))
	side := th.Paint(theme.Rule, g.Vertical)
	for i := range h - 2 {
		line := ""
		if i < len(text) {
			line = text[i]
		}
		out = append(out, side+cells.Fit(" "+line, w-2, "…")+side)
	}
	return append(out, th.Paint(theme.Rule, g.BottomLeft+strings.Repeat(g.Horizontal, w-2)+g.BottomRight))
}

// item is one line of a picker.
type item struct {
	label  string
	detail string // dim, at the right
	run    func(m *Model) tea.Cmd
}

// maxMore is up to how many lines more is said of an item in.
const maxMore = 2

// picker is an overlay of things to choose from, narrowed down by typing (fuzzy: the
// letters in order, the closer together and the nearer to word beginnings the better).
type picker struct {
	title  string
	all    []item
	shown  []int
	typed  string
	cur    int
	top, h int
	plain  bool                                 // no typing: j and k move
	note   string                               // a dim line below
	more   func(at int) []string                // of a plain picker: what is said below of the item under the cursor
	free   func(m *Model, typed string) tea.Cmd // enter with nothing chosen
	// acts is what the keys of actions do with the item under the cursor of a plain picker;
	// it closes.
	acts map[action]func(m *Model, at int) tea.Cmd
}

func newPicker(title string, items []item) *picker {
	p := &picker{title: title, all: items}
	p.filter()
	return p
}

func (p *picker) filter() {
	p.shown = p.shown[:0]
	type hit struct{ i, score int }
	var hits []hit
	for i := range p.all {
		if s, ok := fuzzy(p.typed, p.all[i].label); ok {
			hits = append(hits, hit{i, s})
		}
	}
	if p.typed != "" {
		slices.SortStableFunc(hits, func(a, b hit) int { return b.score - a.score })
	}
	for _, h := range hits {
		p.shown = append(p.shown, h.i)
	}
	p.cur, p.top = 0, 0
}

// fuzzy scores how well typed fits text; without regard to case and blanks.
func fuzzy(typed, text string) (int, bool) {
	want := []rune(strings.ToLower(strings.ReplaceAll(typed, " ", "")))
	if len(want) == 0 {
		return 0, true
	}
	score, at, run := 0, 0, 0
	prev := ' '
	for i, r := range []rune(strings.ToLower(text)) {
		if at < len(want) && r == want[at] {
			run++
			score += run * 2
			if prev == ' ' || prev == '-' || prev == '.' {
				score += 8
			}
			if i == at {
				score += 6
			}
			at++
		} else {
			run = 0
		}
		prev = r
	}
	return score - len(text)/8, at == len(want)
}

func (p *picker) scroll(n int) { p.cur = max(0, min(p.cur+n, len(p.shown)-1)) }

func (p *picker) key(m *Model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch name := k.String(); name {
	case "esc", "ctrl+c":
		return nil, true
	case "enter":
		m.overlay = nil
		if p.cur < len(p.shown) {
			return p.all[p.shown[p.cur]].run(m), true
		}
		if p.free != nil {
			return p.free(m, p.typed), true
		}
		return nil, true
	case "down", "ctrl+n", "tab":
		p.scroll(1)
	case "up", "ctrl+p", "shift+tab":
		p.scroll(-1)
	case "pgdown", "ctrl+d":
		p.scroll(max(p.h, 1))
	case "pgup", "ctrl+u":
		p.scroll(-max(p.h, 1))
	case "home":
		p.cur = 0
	case "end":
		p.scroll(len(p.shown))
	case "backspace":
		if p.typed == "" {
			return nil, true
		}
		r := []rune(p.typed)
		p.typed = string(r[:len(r)-1])
		p.filter()
	default:
		if p.plain {
			switch name {
			case "j":
				p.scroll(1)
			case "k":
				p.scroll(-1)
			case "g":
				p.cur = 0
			case "G":
				p.scroll(len(p.shown))
			case "q", "h", "left":
				return nil, true
			case "l", "right":
				return p.key(m, tea.KeyPressMsg{Code: tea.KeyEnter})
			default:
				if act := p.acts[m.keys.find(name, paneList)]; act != nil && p.cur < len(p.shown) {
					m.overlay = nil
					return act(m, p.shown[p.cur]), true
				}
			}
			return nil, false
		}
		if k.Text != "" {
			p.typed += k.Text
			p.filter()
		}
	}
	return nil, false
}

func (p *picker) view(th *theme.Theme, w, h int) []string {
	w = min(w, map[bool]int{true: 104, false: 72}[p.more != nil])
	p.h = max(1, min(h-4, max(len(p.all), 1), 20))
	more := p.more != nil && h >= 8
	if more {
		p.h = min(p.h, h-3-maxMore)
	}
	if p.cur >= p.top+p.h {
		p.top = p.cur - p.h + 1
	}
	p.top = max(0, min(p.top, p.cur))
	var text []string
	if !p.plain {
		text = append(text, th.Paint(theme.Accent, "› ")+p.typed+th.Paint(theme.Accent, th.Glyphs.Caret), "")
	}
	if len(p.shown) == 0 {
		text = append(text, th.Paint(theme.Dim, "nothing by that name"))
	}
	for i := p.top; i < len(p.shown) && i < p.top+p.h; i++ {
		it := &p.all[p.shown[i]]
		bar, role := " ", theme.Text
		if i == p.cur {
			bar, role = th.Paint(theme.Accent, th.Glyphs.Cursor), theme.SelectedTitle
		}
		room := w - 7 - cells.Width(it.detail)
		text = append(text, bar+" "+th.Paint(role, cells.Fit(it.label, room, "…"))+" "+th.Paint(theme.Dim, it.detail))
	}
	if more {
		text = append(text, "")
		if p.cur < len(p.shown) {
			for _, l := range p.more(p.shown[p.cur]) {
				text = append(text, th.Paint(theme.Dim, cells.Cut(l, w-4, "…")))
			}
		}
		return box(th, p.title, text, w, p.h+3+maxMore)
	}
	high := p.h + 2 + map[bool]int{true: 0, false: 2}[p.plain]
	if p.note != "" && high+2 <= h {
		text = append(text, "", th.Paint(theme.Dim, p.note))
		high += 2
	}
	return box(th, p.title, text, w, min(h, high))
}

// palette is everything by name: commands, views, companies, feeds.
func (m *Model) palette() overlay {
	var items []item
	for _, b := range m.keys.all {
		act := b.act
		if act == "palette" {
			continue
		}
		items = append(items, item{b.title, strings.Join(b.keys, " "), func(m *Model) tea.Cmd { return m.do(act) }})
	}
	for _, v := range m.views {
		items = append(items, item{v.name, "view", func(m *Model) tea.Cmd { return m.goPlace(v) }})
	}
	for _, c := range m.companies {
		items = append(items, item{c.Name, "company", func(m *Model) tea.Cmd { return m.goPlace(companyPlace(c.Slug, c.Name)) }})
	}
	for _, f := range m.feeds {
		items = append(items, item{feedTitle(f), "feed", func(m *Model) tea.Cmd { return m.goPlace(feedPlace(f.URL, feedTitle(f))) }})
	}
	p := newPicker("Everything by name", items)
	p.free = func(m *Model, typed string) tea.Cmd { m.filter = typed; return m.load("", false) }
	return p
}

// companyPicker filters what is shown by a company.
func (m *Model) companyPicker() overlay {
	var items []item
	for _, c := range m.companies {
		items = append(items, item{c.Name, strconv.Itoa(c.Stories) + " stories", func(m *Model) tea.Cmd {
			m.company, m.companyAs = c.Slug, c.Name
			if m.shape.focus == paneReader {
				m.focusOn(paneList)
			}
			return tea.Batch(m.relayout(), m.load("", false))
		}})
	}
	return newPicker("Only stories about", items)
}

// aboutPicker adds a company to what the story is about.
func (m *Model) aboutPicker() overlay {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	about := func(slug, name string) tea.Cmd {
		room, ctx := m.room, context_(m)
		return func() tea.Msg {
			return editedMsg{
				text: "about " + name + " too: remembered", err: room.About(ctx, s.ID, slug),
				undo: func() error { return room.NotAbout(ctx, s.ID, slug) }, redo: func() error { return room.About(ctx, s.ID, slug) },
			}
		}
	}
	var items []item
	for _, c := range m.companies {
		items = append(items, item{c.Name, "", func(*Model) tea.Cmd { return about(c.Slug, c.Name) }})
	}
	p := newPicker("The story is also about", items)
	p.free = func(m *Model, typed string) tea.Cmd {
		slug := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(typed)), " ", "-")
		c, ok := m.room.Company(slug)
		if !ok {
			m.warn("no company is called " + slug)
			return nil
		}
		return about(slug, c.Name)
	}
	return p
}

func (m *Model) linkPicker() overlay {
	var items []item
	for _, l := range m.reader.Links() {
		items = append(items, item{fmt.Sprintf("%d  %s", l.N, l.Text), l.URL, func(m *Model) tea.Cmd { return m.openURL(l.URL) }})
	}
	if len(items) == 0 {
		m.say("no links in this article")
		return nil
	}
	for i := range items {
		items[i].detail = cells.Cut(items[i].detail, 34, "…")
	}
	return newPicker("Links", items)
}

// help is made from the bindings that act.
func (m *Model) help() overlay {
	th := m.th
	var text []string
	group := ""
	for _, b := range m.keys.all {
		if b.where&m.shape.focus.scope() == 0 || len(b.keys) == 0 {
			continue
		}
		if b.group != group {
			if group != "" {
				text = append(text, "")
			}
			group = b.group
			text = append(text, th.Paint(theme.Heading, group))
		}
		text = append(text, th.Paint(theme.Key, cells.Fit(strings.Join(b.keys, " "), 16, "…"))+" "+th.Paint(theme.Text, b.title))
	}
	text = append(text, "", th.Paint(theme.Dim, "1-9 go to a view, or to a link of the article. Any key closes this."))
	where := [...]string{"list", "article", "rail"}[m.shape.focus]
	return newLines("Keys in the "+where, text)
}
