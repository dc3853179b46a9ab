package ui

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/ui/reader"
	"nightdesk/ui/timeline"
)

// Messages are what commands come back with.
type (
	listMsg struct {
		token int
		req   feeds.ListRequest
		of    string // what it shows; see shows
		rows  []feeds.Story
		keep  string
		quiet bool // a reload that nobody asked for
		err   error
	}
	pageMsg struct {
		token int
		req   feeds.ListRequest
		rows  []feeds.Story
		err   error
	}
	countMsg struct {
		token, total int
	}
	railMsg struct {
		token     int
		feeds     []feeds.Feed
		companies []feeds.CompanyCount
		counts    map[string]int
	}
	articleMsg struct {
		token   int
		story   feeds.Story
		article *feeds.Article
		fetched bool
		err     error
	}
	renderMsg struct {
		token int
		page  *reader.Page
		rest  func() *reader.Page
	}
	pictureMsg struct {
		token int
		url   string
		img   image.Image
	}
	accountsMsg struct {
		id     string
		event  feeds.Event
		unfold bool
		err    error
	}
	linesMsg struct {
		title string
		lines []string
		err   error
	}
	markedMsg struct {
		before []feeds.MarkBefore // what was changed, as it was
		was    []feeds.MarkBefore // what is shown as changed already, as it was
		change feeds.Change
		text   string // what was done; "" is not told and not taken back
		entry  *done  // of the journal, for an undo or a redo
		way    way
		err    error
	}
	savedMsg struct {
		id, text string
		off      bool
		err      error
	}
	recalledMsg  struct{ state state }
	tickMsg      struct{ at time.Time }
	versionMsg   int64
	restMsg      string // id of the story that the cursor was on
	progressMsg  struct{}
	refreshedMsg struct {
		sum  feeds.Summary
		news []feeds.Story // about watched companies
		err  error
	}
	companyMsg struct {
		slug  string
		lines []string
	}
	noticeMsg struct {
		text string
		err  error
	}
)

// state is what the reader remembers from one run to the next.
type state struct {
	View    string `json:"view"`
	Name    string `json:"name"`
	Kind    uint8  `json:"kind"`
	Filter  string `json:"filter,omitempty"`
	ID      string `json:"id,omitempty"`
	RailW   int    `json:"rail,omitempty"`
	ListW   int    `json:"list,omitempty"`
	Measure int    `json:"measure,omitempty"`
	Theme   string `json:"theme,omitempty"`
	Unread  bool   `json:"unread,omitempty"`
	Left    int64  `json:"left,omitempty"` // when the reader was last closed, in seconds
}

const stateKey = "ui.state"

func (m *Model) recall() tea.Cmd {
	return func() tea.Msg {
		text, _ := m.room.Recall(m.ctx, stateKey)
		var s state
		_ = json.Unmarshal([]byte(text), &s)
		return recalledMsg{s}
	}
}

func (m *Model) remember() tea.Cmd {
	s := state{
		View: m.place.key, Name: m.place.name, Kind: uint8(m.place.kind), Filter: m.filter, RailW: m.shape.railW, ListW: m.shape.listW,
		Measure: m.measure, Unread: m.unreadOnly, Left: m.opt.Now().Unix(),
	}
	if m.opt.Theme != "auto" {
		s.Theme = m.opt.Theme
	}
	if cur, ok := m.list.Current(); ok {
		s.ID = cur.ID
	}
	return func() tea.Msg {
		if b, err := json.Marshal(s); err == nil {
			_ = m.room.Remember(context.WithoutCancel(m.ctx), stateKey, string(b))
		}
		return nil
	}
}

// load asks for the first page of what the list shows. The row keep stays under the
// cursor if it is still there. A list that is read anew, with keep under the cursor, is
// asked for as far as it is held: around the cursor, not from the beginning.
func (m *Model) load(keep string, quiet bool) tea.Cmd {
	req, err := m.request()
	if err != nil {
		m.fail(err)
		return nil
	}
	req.Limit = timeline.PageRows
	of := shows(m.queryText(), req)
	again := keep != "" && keep == m.currentID() && of == m.shown
	if again || quiet {
		req.Limit = max(req.Limit, m.list.Cursor()+2*m.frame.list.h)
	}
	if before, more := m.list.Beyond(-1); again && more {
		// Its first row is left out, which Need asks for again when it comes near.
		req.After = before.Before
		req.Limit = m.list.Len() + timeline.PageRows
	}
	m.tokens.list++
	m.tokens.page++
	token, room, ctx := m.tokens.list, m.room, m.ctx
	list := func() tea.Msg {
		rows, err := room.List(ctx, req)
		return listMsg{token, req, of, rows, keep, quiet, err}
	}
	if !m.begun {
		return list
	}
	return tea.Batch(list, m.countStories(req.Query))
}

// shows names what a list shows: lists of one name differ in what was held of them and in
// what is stored, in nothing else.
func shows(query string, req feeds.ListRequest) string {
	return fmt.Sprint(query, "\n", req.Sort, req.Clusters)
}

// end asks for the last page.
func (m *Model) end() tea.Cmd {
	req, err := m.request()
	if err != nil {
		return nil
	}
	req.Limit, req.FromEnd = timeline.PageRows, true
	of := shows(m.queryText(), req)
	m.tokens.list++
	m.tokens.page++
	token, room, ctx := m.tokens.list, m.room, m.ctx
	return func() tea.Msg {
		rows, err := room.List(ctx, req)
		return listMsg{token: token, req: req, of: of, rows: rows, err: err}
	}
}

// more asks for the page that the list needs next, if it needs one.
func (m *Model) more() tea.Cmd {
	need, ok := m.list.Need()
	if !ok || m.tokens.page < 0 {
		return nil
	}
	req, err := m.request()
	if err != nil {
		return nil
	}
	req.After, req.Before, req.Limit = need.After, need.Before, need.Limit
	m.tokens.page = -m.tokens.page - 1 // under way
	token, room, ctx := m.tokens.page, m.room, m.ctx
	return func() tea.Msg {
		rows, err := room.List(ctx, req)
		return pageMsg{token, req, rows, err}
	}
}

func (m *Model) countStories(q feeds.Query) tea.Cmd {
	m.tokens.count++
	token, room, ctx := m.tokens.count, m.room, m.ctx
	return func() tea.Msg {
		n, err := room.Count(ctx, q)
		if err != nil {
			n = -1
		}
		return countMsg{token, n}
	}
}

// loadRail asks for the feeds, companies and counts.
func (m *Model) loadRail() tea.Cmd {
	m.tokens.rail++
	token, room, ctx := m.tokens.rail, m.room, m.ctx
	vs := m.views
	return func() tea.Msg {
		out := railMsg{token: token, counts: map[string]int{}}
		out.feeds, _ = room.Feeds(ctx)
		out.companies, _ = room.Companies(ctx, feeds.Query{}, 30)
		for _, v := range vs {
			text := v.query + " is:unread"
			if v.key == viewSaved || v.key == viewStarred {
				text = v.query
			}
			if v.key == viewFront {
				continue // as many as the wire, told once
			}
			if q, err := room.Parse(text); err == nil {
				out.counts[v.key], _ = room.Count(ctx, q)
			}
		}
		return out
	}
}

// loadArticle asks for the stored text of a story.
func (m *Model) loadArticle(id string) tea.Cmd {
	m.tokens.article++
	token, room, ctx := m.tokens.article, m.room, m.ctx
	return func() tea.Msg {
		s, a, err := room.Article(ctx, id)
		return articleMsg{token, s, a, false, err}
	}
}

// fetchArticle asks for the page's text.
func (m *Model) fetchArticle(id string) tea.Cmd {
	token, room, ctx := m.tokens.article, m.room, m.ctx
	return func() tea.Msg {
		s, a, err := room.Fetch(ctx, id)
		return articleMsg{token, s, a, true, err}
	}
}

func (m *Model) loadAccounts(s feeds.Story, unfold bool) tea.Cmd {
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		ev, err := room.Event(ctx, s.Event)
		return accountsMsg{s.ID, ev, unfold, err}
	}
}

// mark changes marks: what is seen changes at once, and back if the store refuses.
func (m *Model) mark(ids []string, c feeds.Change, text string) tea.Cmd {
	was := m.showMarks(ids, c)
	room, ctx := m.room, context.WithoutCancel(m.ctx)
	return func() tea.Msg {
		before, err := room.Mark(ctx, ids, c)
		return markedMsg{before: before, was: was, change: c, text: text, err: err}
	}
}

// save keeps a story offline, or lets it go.
func (m *Model) save(s feeds.Story) tea.Cmd {
	off := s.Mark.Saved != feeds.NotSaved && s.Mark.Saved != feeds.Broken
	to := feeds.Queued
	if off {
		to = feeds.NotSaved
	}
	m.showSaved(s.ID, to, "")
	if !off {
		m.say("saving “" + short(s.Title) + "” …")
	}
	room, ctx := m.room, context.WithoutCancel(m.ctx)
	return func() tea.Msg {
		if off {
			return savedMsg{id: s.ID, off: true, text: "no longer saved: “" + short(s.Title) + "”", err: room.Unsave(ctx, s.ID)}
		}
		text, err := room.Save(ctx, s.ID)
		return savedMsg{id: s.ID, text: text, err: err}
	}
}

func (m *Model) showSaved(id string, to feeds.Saved, why string) {
	apply := func(s *feeds.Story) { s.Mark.Saved, s.Mark.SaveError = to, why }
	m.list.Change(id, apply)
	if m.story.ID == id {
		apply(&m.story)
		m.reader.SetStory(m.story)
	}
}

// progress is how far a refresh has come; the goroutines of the refresh write it, a
// message every tenth of a second reads it, so that a thousand feeds are not a thousand
// frames.
type progress struct {
	sync.Mutex
	total, done, failed, fresh int
	over                       bool
	cancel                     context.CancelFunc
}

func (m *Model) refresh(only []int64, force bool) tea.Cmd {
	if m.progress != nil {
		m.say("a refresh is under way")
		return nil
	}
	ctx, cancel := context.WithCancel(m.ctx)
	p := &progress{cancel: cancel}
	m.progress = p
	room := m.room
	return tea.Batch(func() tea.Msg {
		defer cancel()
		var sum feeds.Summary
		news, err := watchedNews(ctx, room, func() (err error) {
			sum, err = room.Refresh(ctx, only, force,
				func(total int) { p.Lock(); p.total = total; p.Unlock() },
				func(o feeds.Outcome) {
					p.Lock()
					p.done++
					p.fresh += o.New
					if o.Status == feeds.Failed {
						p.failed++
					}
					p.Unlock()
				})
			return err
		})
		p.Lock()
		p.over = true
		p.Unlock()
		return refreshedMsg{sum, news, err}
	}, m.pollProgress())
}

func (m *Model) pollProgress() tea.Cmd {
	return m.after(150*time.Millisecond, func(time.Time) tea.Msg { return progressMsg{} })
}

// tick looks, every two seconds, whether anything changed behind the screen.
func (m *Model) tick() tea.Cmd {
	return m.after(2*time.Second, func(t time.Time) tea.Msg { return tickMsg{t} })
}

func (m *Model) askVersion() tea.Cmd {
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		v, err := room.Version(ctx)
		if err != nil {
			return nil
		}
		return versionMsg(v)
	}
}

func short(s string) string {
	r := []rune(s)
	if len(r) > 40 {
		return string(r[:39]) + "…"
	}
	return s
}
