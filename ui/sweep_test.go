package ui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds"
	"nightdesk/feeds/query"
	"nightdesk/ui/theme"
)

// room is a newsroom in memory.
type room struct {
	stories []feeds.Story
	fail    error
	saved   []string
	muted   []muted
	feeds   []feeds.Feed
	watched bool // Amazon
	marks   int  // if not 0: how many changes of marks succeed
}

var clock = time.Date(2026, 5, 22, 18, 4, 0, 0, time.UTC)

func newRoom(n int) *room {
	r := &room{}
	titles := []string{"Amazon cuts hundreds of jobs", "三星维修网站数据泄露 影响三十一万用户", "A family 👨‍👩‍👧 of titles with 🏴󠁧󠁢󠁥󠁮󠁧󠁿 flags", "عنوان بالعربية عن الشركة", strings.Repeat("long ", 60)}
	for i := range n {
		r.stories = append(r.stories, feeds.Story{
			ID: fmt.Sprintf("s%04d", i), Row: int64(n - i), Title: titles[i%len(titles)] + fmt.Sprint(" ", i), FeedTitle: "Gazette", FeedURL: "https://g.example/feed",
			URL: "https://g.example/" + fmt.Sprint(i), Published: clock.Add(-time.Duration(i) * 3 * time.Hour), Outlets: 1 + i%3, Event: fmt.Sprint("e", i), Lead: true,
			Score: int64(n - i), Companies: []feeds.Tag{{Slug: "amazon", Name: "Amazon", Score: 1}}, Words: 500,
		})
	}
	return r
}

func (r *room) Parse(text string) (feeds.Query, error) {
	return query.Parse(text, query.Env{Now: clock})
}

func (r *room) match(q feeds.Query) []feeds.Story {
	var out []feeds.Story
	for i := range r.stories {
		if query.Match(q, &r.stories[i], nil) {
			out = append(out, r.stories[i])
		}
	}
	return out
}

func (r *room) List(_ context.Context, req feeds.ListRequest) ([]feeds.Story, error) {
	out := r.match(req.Query)
	out = slices.DeleteFunc(out, func(s feeds.Story) bool {
		return !req.After.Zero() && s.Row >= req.After.Row || !req.Before.Zero() && s.Row <= req.Before.Row
	})
	if req.FromEnd || !req.Before.Zero() {
		return out[max(0, len(out)-req.Limit):], nil
	}
	return out[:min(len(out), max(req.Limit, 1))], nil
}

func (r *room) Count(_ context.Context, q feeds.Query) (int, error) { return len(r.match(q)), nil }
func (r *room) Version(context.Context) (int64, error)              { return 1, nil }
func (r *room) Recall(context.Context, string) (string, error)      { return "", nil }
func (r *room) Remember(context.Context, string, string) error      { return nil }
func (r *room) Restore(_ context.Context, before []feeds.MarkBefore) error {
	if r.fail != nil {
		return r.fail
	}
	for _, b := range before {
		r.find(b.ID).Mark = b.Mark
	}
	return nil
}

func (r *room) find(id string) *feeds.Story {
	for i := range r.stories {
		if r.stories[i].ID == id {
			return &r.stories[i]
		}
	}
	return &feeds.Story{}
}

func (r *room) Mark(_ context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error) {
	if r.marks > 0 {
		if r.marks--; r.marks == 0 {
			defer func() { r.fail = errors.New("the disk is full") }()
		}
	}
	if r.fail != nil {
		return nil, r.fail
	}
	var before []feeds.MarkBefore
	for _, id := range ids {
		s := r.find(id)
		before = append(before, feeds.MarkBefore{ID: id, Mark: s.Mark})
		if c.Read != nil {
			s.Mark.Read = *c.Read
		}
		if c.Starred != nil {
			s.Mark.Starred = *c.Starred
		}
	}
	return before, nil
}

func (r *room) MarkQuery(ctx context.Context, q feeds.Query, c feeds.Change) ([]feeds.MarkBefore, error) {
	var ids []string
	for _, s := range r.match(q) {
		ids = append(ids, s.ID)
	}
	return r.Mark(ctx, ids, c)
}

func (r *room) Save(_ context.Context, id string) (string, error) {
	r.saved = append(r.saved, id)
	return "saved it", r.fail
}
func (r *room) Unsave(context.Context, string) error { return r.fail }
func (r *room) Article(_ context.Context, id string) (feeds.Story, *feeds.Article, error) {
	s := *r.find(id)
	return s, &feeds.Article{Markdown: "A paragraph with a [link](https://a.example/).\n\n## Heading\n\n" + strings.Repeat("Words and more words. ", 300), Words: 500, Source: "feed"}, nil
}
func (r *room) Fetch(ctx context.Context, id string) (feeds.Story, *feeds.Article, error) {
	return r.Article(ctx, id)
}
func (r *room) Event(_ context.Context, id string) (feeds.Event, error) {
	return feeds.Event{ID: id, Stories: r.stories[:min(3, len(r.stories))], Outlets: 3}, nil
}
func (r *room) Why(context.Context, string) ([]string, error) { return []string{"because"}, nil }
func (r *room) Feeds(context.Context) ([]feeds.Feed, error) {
	if r.feeds != nil {
		return r.feeds, nil
	}
	return []feeds.Feed{{ID: 1, Subscription: feeds.Subscription{URL: "https://g.example/feed", Title: "Gazette", Folder: "News"}, Unread: 3}}, nil
}
func (r *room) Worth(context.Context) (map[int64]feeds.Worth, error) {
	return map[int64]feeds.Worth{1: {PerWeek: 12, Starred: 4, Saved: 1}}, nil
}
func (r *room) Companies(context.Context, feeds.Query, int) ([]feeds.CompanyCount, error) {
	return []feeds.CompanyCount{{Slug: "amazon", Name: "Amazon", Stories: 9, Unread: 3, Watched: r.watched, Days: make([]int, 30)}}, nil
}
func (r *room) Company(slug string) (feeds.Company, bool) {
	return feeds.Company{Slug: slug, Name: "Amazon", Description: "Shop"}, slug == "amazon"
}
func (r *room) Related(context.Context, string) ([]feeds.CompanyCount, error) { return nil, nil }
func (r *room) Watch(_ context.Context, _ string, on bool) error {
	if r.fail == nil {
		r.watched = on
	}
	return r.fail
}
func (r *room) NotAbout(_ context.Context, id, slug string) error {
	s := r.find(id)
	if r.fail == nil {
		s.Companies = slices.DeleteFunc(slices.Clone(s.Companies), func(t feeds.Tag) bool { return t.Slug == slug })
	}
	return r.fail
}
func (r *room) Refresh(context.Context, []int64, bool, func(int), func(feeds.Outcome)) (feeds.Summary, error) {
	return feeds.Summary{Feeds: 1, New: 2}, nil
}

func (r *room) Mute(_ context.Context, text string, _ time.Time) (int, error) {
	if r.fail != nil {
		return 0, r.fail
	}
	q, err := r.Parse(text)
	if err != nil {
		return 0, err
	}
	hidden := r.match(q)
	for _, s := range hidden {
		i := slices.IndexFunc(r.stories, func(o feeds.Story) bool { return o.ID == s.ID })
		r.stories = slices.Delete(r.stories, i, i+1)
	}
	r.muted = append(r.muted, muted{feeds.Mute{Query: text, Hits: len(hidden)}, hidden})
	return len(hidden), nil
}
func (r *room) Unmute(_ context.Context, text string) error {
	if r.fail != nil {
		return r.fail
	}
	for i, m := range r.muted {
		if m.Query == text {
			r.stories = append(r.stories, m.stories...)
			r.muted = slices.Delete(r.muted, i, i+1)
			break
		}
	}
	return nil
}
func (r *room) Mutes(context.Context) ([]feeds.Mute, error) {
	var out []feeds.Mute
	for _, m := range r.muted {
		out = append(out, m.Mute)
	}
	return out, nil
}
func (r *room) SeparateEvent(_ context.Context, ids ...string) (string, string, error) {
	stay := r.find(ids[0]).Event
	for _, id := range ids {
		r.find(id).Event = "own"
	}
	return "own", stay, nil
}
func (r *room) MergeEvents(_ context.Context, a, b string) ([]string, error) {
	var moved []string
	for i := range r.stories {
		if r.stories[i].Event == b {
			r.stories[i].Event = a
			moved = append(moved, r.stories[i].ID)
		}
	}
	return moved, nil
}
func (r *room) Versions(_ context.Context, id string) ([]feeds.Version, error) {
	return []feeds.Version{{Title: r.find(id).Title, Text: "It cost nine million."}, {At: clock, Title: "Before", Text: "It cost ten million."}}, nil
}
func (r *room) About(_ context.Context, id, slug string) error {
	s := r.find(id)
	if r.fail == nil {
		s.Companies = append(slices.Clone(s.Companies), feeds.Tag{Slug: slug, Name: strings.ToUpper(slug[:1]) + slug[1:], Score: 1})
	}
	return r.fail
}

// muted is a mute with what it hides.
type muted struct {
	feeds.Mute
	stories []feeds.Story
}

// desk is a model that is driven without a terminal.
type desk struct {
	t *testing.T
	m *Model
	r *room
}

func newDesk(t *testing.T, n, w, h int) *desk {
	t.Helper()
	r := newRoom(n)
	m, err := New(t.Context(), r, Options{Themes: theme.Builtin(theme.Options{}), Now: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	m.after = func(_ time.Duration, f func(time.Time) tea.Msg) tea.Cmd { return func() tea.Msg { return f(clock) } }
	d := &desk{t, m, r}
	d.run(m.start(state{}))
	d.send(tea.WindowSizeMsg{Width: w, Height: h})
	return d
}

// run carries a command out, and what comes of it. What comes again and again is left
// out: the clock's tick and the look at a refresh.
func (d *desk) run(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	msg := cmd()
	if v := reflect.ValueOf(msg); v.Kind() == reflect.Slice { // a batch or a sequence
		for i := range v.Len() {
			if c, ok := v.Index(i).Interface().(tea.Cmd); ok {
				d.run(c)
			}
		}
		return
	}
	switch msg.(type) {
	case nil, tickMsg, progressMsg, tea.QuitMsg:
		return
	}
	if strings.HasPrefix(fmt.Sprintf("%T", msg), "nightdesk/ui.") || strings.HasPrefix(fmt.Sprintf("%T", msg), "ui.") {
		d.send(msg)
	}
}

func (d *desk) send(msg tea.Msg) {
	_, cmd := d.m.Update(msg)
	d.run(cmd)
}

func (d *desk) keys(names ...string) {
	for _, n := range names {
		k := tea.KeyPressMsg{}
		switch n {
		case "ctrl+r":
			k.Code, k.Mod = 'r', tea.ModCtrl
		case "enter":
			k.Code = tea.KeyEnter
		case "esc":
			k.Code = tea.KeyEscape
		case "tab":
			k.Code = tea.KeyTab
		case "space":
			k.Code, k.Text = tea.KeySpace, " "
		default:
			k.Code, k.Text = []rune(n)[0], n
		}
		d.send(k)
	}
}

func (d *desk) screen() string { return ansi.Strip(d.m.View().Content) }

func (d *desk) check(what string) {
	d.t.Helper()
	lines := strings.Split(d.m.View().Content, "\n")
	if len(lines) != d.m.h {
		d.t.Errorf("%s at %dx%d: %d lines", what, d.m.w, d.m.h, len(lines))
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != d.m.w {
			d.t.Errorf("%s at %dx%d: line %d is %d cells: %q", what, d.m.w, d.m.h, i, n, ansi.Strip(l))
			return
		}
	}
}

func TestReadAndBack(t *testing.T) {
	d := newDesk(t, 30, 100, 30)
	d.keys("j", "j")
	want := d.m.currentID()
	d.keys("enter")
	if !strings.Contains(d.screen(), "Words and more words") || !d.r.find(want).Mark.Read {
		t.Fatalf("the article is not there, or not marked read:\n%s", d.screen())
	}
	d.keys("q")
	if d.m.currentID() != want || d.m.shape.focus != paneList {
		t.Errorf("back at %s, want %s", d.m.currentID(), want)
	}
}

func TestFilter(t *testing.T) {
	d := newDesk(t, 30, 100, 30)
	d.keys("/", "f", "l", "a", "g")
	if n := d.m.list.Len(); n != 6 {
		t.Errorf("typing narrows to %d rows, want 6", n)
	}
	d.keys("enter")
	if !strings.Contains(d.screen(), "flag*") {
		t.Errorf("no chip:\n%s", d.screen())
	}
	d.keys("esc")
	if d.m.filter != "" || d.m.list.Len() != 30 {
		t.Errorf("esc leaves %q and %d rows", d.m.filter, d.m.list.Len())
	}
	d.keys("c", "a", "m", "enter")
	if d.m.company != "amazon" {
		t.Errorf("the company filter is %q", d.m.company)
	}
}

func TestMarks(t *testing.T) {
	d := newDesk(t, 30, 100, 30)
	first := d.m.currentID()
	d.keys("f")
	if !d.r.find(first).Mark.Starred {
		t.Error("not starred")
	}
	d.keys("u")
	if d.r.find(first).Mark.Starred {
		t.Error("undo did nothing")
	}
	d.keys("s")
	if cur, _ := d.m.list.Current(); len(d.r.saved) != 1 || cur.Mark.Saved != feeds.Kept {
		t.Errorf("saved %v, the mark is %v", d.r.saved, cur.Mark.Saved)
	}
	d.keys("A")
	if n := len(d.r.match(feeds.Query{Root: feeds.Term{Field: feeds.Is, Values: []string{"unread"}}})); n != 0 {
		t.Errorf("%d are unread after A", n)
	}
	d.keys("u")
	if d.r.find(first).Mark.Read {
		t.Error("undo of A did nothing")
	}
}

// TestRefused: what was shown at once is taken back when the store says no.
func TestRefused(t *testing.T) {
	d := newDesk(t, 5, 100, 30)
	d.r.fail = errors.New("the disk is full")
	d.keys("f")
	if cur, _ := d.m.list.Current(); cur.Mark.Starred || !strings.Contains(d.screen(), "the disk is full") {
		t.Errorf("starred %v:\n%s", cur.Mark.Starred, d.screen())
	}
}

func TestViewsAndPalette(t *testing.T) {
	d := newDesk(t, 5, 100, 30)
	d.keys("2")
	if d.m.place.key != viewWire {
		t.Errorf("2 goes to %s", d.m.place.key)
	}
	d.keys("]")
	if d.m.place.key != viewWatch {
		t.Errorf("] goes to %s", d.m.place.key)
	}
	d.keys(":", "s", "a", "v", "e", "d", "enter")
	if d.m.overlay != nil {
		t.Error("the palette stays open")
	}
	d.keys("?")
	if !strings.Contains(d.screen(), "Keys in the list") {
		t.Errorf("no help:\n%s", d.screen())
	}
}

func TestKeymap(t *testing.T) {
	for own, want := range map[string]string{"nonsense": "no command", "save": ""} {
		_, err := newKeymap("", map[string]string{own: "X"})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v", own, err)
		}
	}
	if _, err := newKeymap("", map[string]string{"save": "X", "star": "X"}); err == nil {
		t.Error("a key bound twice is no error")
	}
	m, err := newKeymap("newsboat", map[string]string{"save": "j"})
	if err != nil || m.find("j", paneList) != "save" || m.find("N", paneList) != "toggle-read" {
		t.Errorf("%v, j does %q, N does %q", err, m.find("j", paneList), m.find("N", paneList))
	}
}
