package store

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC)
)

// desk is a database with three feeds of two outlets.
type desk struct {
	*DB
	t     testing.TB
	clock time.Time
	ids   map[string]int64 // of feeds, by address
}

var subscriptions = []feeds.Subscription{
	{URL: "https://gazette.example/news.xml", Title: "Gazette", Site: "https://gazette.example", Folder: "News", Tags: []string{"daily"}},
	{URL: "https://gazette.example/tech.xml", Title: "Gazette Tech", Site: "https://gazette.example", Folder: "Tech", Tags: []string{"daily", "chips"}},
	{URL: "https://chips.example/feed", Title: "Chip Letter", Site: "https://chips.example", Folder: "Tech"},
}

func newDesk(t testing.TB) *desk {
	return deskAt(t, filepath.Join(t.TempDir(), "a b?#%.db"))
}

func deskAt(t testing.TB, path string) *desk {
	t.Helper()
	d := &desk{t: t, clock: noon, ids: make(map[string]int64)}
	db, err := Open(path, Options{Now: func() time.Time { return d.clock }})
	if err != nil {
		t.Fatal(err)
	}
	d.DB = db
	t.Cleanup(func() { _ = db.Close() })
	d.subscribe(subscriptions...)
	return d
}

func (d *desk) subscribe(subs ...feeds.Subscription) {
	d.t.Helper()
	if err := d.Subscribe(ctx, subs); err != nil {
		d.t.Fatal(err)
	}
	list, err := d.Feeds(ctx)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, f := range list {
		d.ids[f.URL] = f.ID
	}
}

// story makes a story whose guid is its title unless changed.
func story(title string, at time.Time, change ...func(*feeds.Story)) feeds.Story {
	s := feeds.Story{GUID: title, Title: title, URL: "https://x.example/" + strings.ReplaceAll(title, " ", "-"), Published: at, Given: "given",
		HTML: "<p>" + title + " in full</p>", Text: title + " in full", Summary: title + " in short", Words: 400}
	for _, f := range change {
		f(&s)
	}
	h := fnv.New64a()
	fmt.Fprint(h, s.Title, s.HTML, s.Summary, s.URL, s.Image)
	s.Hash = h.Sum64()
	return s
}

func about(slugs ...string) func(*feeds.Story) {
	return func(s *feeds.Story) {
		for i, slug := range slugs {
			s.Companies = append(s.Companies, feeds.Tag{Slug: slug, Name: strings.ToUpper(slug), Score: 1 - float64(i)/10})
		}
	}
}

func text(t string) func(*feeds.Story) {
	return func(s *feeds.Story) { s.Text, s.HTML = t, "<p>"+t+"</p>" }
}

// save stores stories into the feed of an address and returns what came of them.
func (d *desk) save(feed string, stories ...feeds.Story) feeds.Arrival {
	d.t.Helper()
	got, err := d.SaveStories(ctx, []feeds.Batch{{FeedID: d.ids[feed], Stories: stories}})
	if err != nil {
		d.t.Fatal(err)
	}
	return got[0]
}

func (d *desk) index() {
	d.t.Helper()
	for {
		left, err := d.Index(ctx, 100)
		if err != nil {
			d.t.Fatal(err)
		}
		if left == 0 {
			return
		}
	}
}

func is(values ...string) feeds.Term   { return feeds.Term{Field: feeds.Is, Values: values} }
func word(values ...string) feeds.Term { return feeds.Term{Values: values} }
func of(f feeds.Field, values ...string) feeds.Term {
	return feeds.Term{Field: f, Values: values}
}

// titles lists what matches, in order, as text.
func (d *desk) titles(req feeds.ListRequest, env ...Env) string {
	d.t.Helper()
	var e Env
	if len(env) > 0 {
		e = env[0]
	}
	list, err := d.List(ctx, req, e)
	if err != nil {
		d.t.Fatalf("%+v: %v", req, err)
	}
	var out []string
	for _, s := range list {
		out = append(out, s.Title)
	}
	return strings.Join(out, "|")
}

func (d *desk) find(e feeds.Expr, env ...Env) string {
	d.t.Helper()
	return d.titles(feeds.ListRequest{Query: feeds.Query{Root: e}}, env...)
}

func (d *desk) count(e feeds.Expr, env ...Env) int {
	d.t.Helper()
	var en Env
	if len(env) > 0 {
		en = env[0]
	}
	n, err := d.Count(ctx, feeds.Query{Root: e}, en)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

func (d *desk) want(got, want string) {
	d.t.Helper()
	if got != want {
		d.t.Errorf("got  %s\nwant %s", got, want)
	}
}

// sound compares every count that triggers keep with what there is.
func (d *desk) sound() {
	d.t.Helper()
	for _, q := range []string{
		"SELECT 'all', stories, unread FROM total WHERE what = 'all' EXCEPT SELECT 'all', count(*), coalesce(sum(read = 0), 0) FROM story WHERE hidden = 0",
		"SELECT what, stories, unread FROM total WHERE what = 'starred' EXCEPT SELECT 'starred', count(*), coalesce(sum(read = 0), 0) FROM story WHERE starred = 1",
		"SELECT what, stories, unread FROM total WHERE what = 'saved' EXCEPT SELECT 'saved', count(*), coalesce(sum(read = 0), 0) FROM story WHERE saved > 0",
		`SELECT what, stories, unread FROM total WHERE what LIKE 'feed:%' EXCEPT SELECT 'feed:' || f.id, count(s.id), coalesce(sum(s.read = 0), 0)
			FROM feed f LEFT JOIN (SELECT feed, id FROM story UNION SELECT feed, story FROM also) x ON x.feed = f.id LEFT JOIN story s ON s.id = x.id AND s.hidden = 0 GROUP BY f.id`,
		"SELECT slug, stories, unread FROM company WHERE stories > 0 EXCEPT SELECT t.company, count(*), sum(s.read = 0) FROM tagged t JOIN story s ON s.id = t.story AND s.hidden = 0 GROUP BY t.company",
		"SELECT company, count(*), sum(read = 0) FROM tagged WHERE hidden = 0 GROUP BY company EXCEPT SELECT slug, stories, unread FROM company",
		"SELECT t.company, t.story, 0 FROM tagged t JOIN story s ON s.id = t.story WHERE t.read <> s.read OR t.hidden <> (s.hidden > 0) OR t.published <> s.published",
		"SELECT event, count(*), 0 FROM story WHERE hidden = 0 AND event <> '' GROUP BY event HAVING sum(lead) = 0",
		"SELECT sid, 0, 0 FROM story s JOIN mark m USING (sid) WHERE s.read <> m.read OR s.starred <> m.starred OR s.saved <> m.saved",
	} {
		err := d.rows(ctx, q, nil, func(r scanner) error {
			var what string
			var a, b int
			err := r.Scan(&what, &a, &b)
			d.t.Errorf("miscounted: %s %d %d (%s)", what, a, b, q[:60])
			return err
		})
		if err != nil {
			d.t.Fatal(err)
		}
	}
}

const (
	gazette = "https://gazette.example/news.xml"
	tech    = "https://gazette.example/tech.xml"
	chips   = "https://chips.example/feed"
)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

func TestSaveAndList(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", at(-3), about("amazon", "nvidia")), story("two", at(-1)))
	d.save(chips, story("three", at(-2), about("nvidia")))
	if len(a.New) != 2 || a.New[0].ID == "" || a.New[0].Row == 0 {
		t.Fatalf("%+v", a)
	}
	d.want(d.find(nil), "two|three|one")
	if a := d.save(gazette, story("one", at(-3), about("amazon", "nvidia")), story("two", at(-1))); a.Same != 2 || len(a.New)+len(a.Changed) != 0 {
		t.Errorf("the same again: %+v", a)
	}
	s, err := d.Story(ctx, a.New[0].ID)
	if err != nil || s.HTML != "<p>one in full</p>" || s.Text != "one in full" || s.Companies[0].Name != "AMAZON" || s.FeedTitle != "Gazette" || !s.FirstSeen.Equal(noon) {
		t.Errorf("%+v %v", s, err)
	}
	list, _ := d.List(ctx, feeds.ListRequest{Limit: 1}, Env{})
	if list[0].HTML != "" || list[0].Text != "" {
		t.Error("a list carries texts")
	}
	d.sound()
}

func TestStoryByPrefix(t *testing.T) {
	d := newDesk(t)
	for i := range 200 {
		d.save(gazette, story(fmt.Sprint("story ", i), at(-i)))
	}
	list, _ := d.List(ctx, feeds.ListRequest{}, Env{})
	for _, s := range list[:20] {
		if got, err := d.Story(ctx, strings.ToUpper(s.ID)); err != nil || got.ID != s.ID {
			t.Errorf("%s: %v", s.ID, err)
		}
		if got, err := d.Story(ctx, s.ID[:7]); err != nil || got.ID != s.ID {
			t.Errorf("%s: %v", s.ID[:7], err)
		}
	}
	byTwo := make(map[string]int)
	for _, s := range list {
		byTwo[s.ID[:2]]++
	}
	for p, n := range byTwo {
		_, err := d.Story(ctx, p)
		var many *AmbiguousError
		if errors.As(err, &many) != (n > 1) {
			t.Errorf("%s of %d: %v", p, n, err)
		}
	}
	for _, id := range []string{"", "z", "nosuchid", "\x7f", "%", "___"} {
		if _, err := d.Story(ctx, id); !errors.Is(err, ErrNotFound) {
			t.Errorf("%q: %v", id, err)
		}
	}
	if s, err := d.StoryByURL(ctx, "https://x.example/story-7"); err != nil || s.Title != "story 7" {
		t.Error(err)
	}
}

func TestEdited(t *testing.T) {
	d := newDesk(t)
	long := strings.Repeat("The regulator said on Friday that it will look at the deal again. ", 20)
	a := d.save(gazette, story("title", at(-5), func(s *feeds.Story) { s.GUID = "g"; s.URL = "https://x.example/g" }, text(long), about("amazon")))
	id := a.New[0].ID
	yes := true
	if _, err := d.Mark(ctx, []string{id}, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	again := func(title, body string) feeds.Arrival {
		return d.save(gazette, story(title, at(-5), func(s *feeds.Story) { s.GUID = "g"; s.URL = "https://x.example/g" }, text(body), about("nvidia")))
	}
	d.clock = noon.Add(time.Hour)
	if a := again("title", long+" (Visited 3 times)"); len(a.Changed) != 0 || a.Same != 1 {
		t.Errorf("a counter is a change: %+v", a)
	}
	if v, _ := d.Versions(ctx, id); len(v) != 0 {
		t.Error("a counter made a version")
	}
	a = again("title", "Correction: the regulator will not look at it. "+long)
	if len(a.Changed) != 1 || !a.Changed[0].Mark.Read {
		t.Fatalf("%+v", a)
	}
	s, _ := d.Story(ctx, id)
	if !s.Updated.Equal(d.clock) || !s.Mark.Read || s.Companies[0].Slug != "nvidia" || !s.Published.Equal(at(-5)) {
		t.Errorf("%+v", s)
	}
	again("another title", "Correction: the regulator will not look at it. "+long)
	v, err := d.Versions(ctx, id)
	if err != nil || len(v) != 2 || v[0].Title != "title" || v[1].Title != "title" || !strings.Contains(v[1].HTML, "Visited 3") {
		t.Errorf("%+v %v", v, err)
	}
	for i := range 30 {
		again(fmt.Sprint("title number ", i), long)
	}
	if v, _ := d.Versions(ctx, id); len(v) != keepVersions {
		t.Errorf("%d versions", len(v))
	}
	d.want(fmt.Sprint(d.count(of(feeds.OfCompany, "amazon")), d.count(of(feeds.OfCompany, "nvidia"))), "0 1")
	d.sound()
}

func TestIdentity(t *testing.T) {
	link := func(u, guid string) func(*feeds.Story) {
		return func(s *feeds.Story) { s.URL, s.GUID = u, guid }
	}
	d := newDesk(t)
	first := d.save(gazette, story("A big deal", at(-5), link("https://gazette.example/deal", "http://g/1"))).New[0]
	t.Run("guid changed", func(t *testing.T) {
		a := d.save(gazette, story("A big deal", at(-5), link("https://gazette.example/deal", "https://g/1")))
		if len(a.New) != 0 || d.count(nil) != 1 {
			t.Errorf("%+v", a)
		}
		if s, _ := d.Story(ctx, first.ID); s.GUID != "https://g/1" {
			t.Error(s.GUID)
		}
	})
	t.Run("another feed of the outlet", func(t *testing.T) {
		a := d.save(tech, story("A big deal", at(-4), link("https://gazette.example/deal", "t1")))
		if len(a.New) != 0 || a.Same != 1 || d.count(nil) != 1 {
			t.Errorf("%+v", a)
		}
		d.want(d.find(of(feeds.FromFeed, tech)), "A big deal")
		d.want(d.find(of(feeds.FromFeed, gazette)), "A big deal")
		d.want(d.find(of(feeds.InFolder, "tech")), "A big deal")
		d.want(d.find(of(feeds.WithTag, "daily")), "A big deal")
		d.want(fmt.Sprint(d.count(of(feeds.FromFeed, tech)), d.count(of(feeds.WithTag, "daily"))), "1 1")
		// and it does not flap when the two say it differently
		b := d.save(tech, story("A big deal", at(-4), link("https://gazette.example/deal", "t1"), text("told otherwise")))
		if len(b.Changed) != 0 {
			t.Errorf("%+v", b)
		}
		d.sound()
	})
	t.Run("another outlet", func(t *testing.T) {
		if a := d.save(chips, story("A big deal", at(-4), link("https://gazette.example/deal", "c1"))); len(a.New) != 1 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("one page, many items", func(t *testing.T) {
		page := "https://chips.example/status/page"
		a := d.save(chips, story("Outage", at(-60), link(page, "1")), story("Outage", at(-60), link(page, "2")), story("Fixed", at(-30), link(page, "3")))
		b := d.save(chips, story("Outage", at(-1), link(page, "4")))
		c := d.save(chips, story("Another thing", at(-60), link("https://chips.example/", "5")), story("Another thing", at(-60), link("https://chips.example/", "6")))
		if len(a.New)+len(b.New)+len(c.New) != 6 {
			t.Errorf("lost some: %+v %+v %+v", a, b, c)
		}
	})
	t.Run("unsubscribed, still in the other", func(t *testing.T) {
		d.subscribe(subscriptions[1:]...)
		d.want(d.find(of(feeds.FromFeed, tech)), "A big deal")
		d.subscribe(subscriptions[2])
		d.want(d.find(of(feeds.FromFeed, tech)), "")
		d.subscribe(subscriptions...)
		d.want(d.find(of(feeds.FromFeed, tech)), "A big deal")
		d.sound()
	})
}

func TestSubscribe(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("one", at(-1)), story("two", at(-2)), story("three", at(-3)))
	yes := true
	list, _ := d.List(ctx, feeds.ListRequest{}, Env{})
	if _, err := d.Mark(ctx, []string{list[1].ID}, feeds.Change{Starred: &yes}); err != nil {
		t.Fatal(err)
	}
	before, _ := d.Version(ctx)
	d.subscribe(subscriptions...)
	if now, _ := d.Version(ctx); now != before {
		t.Error("the same subscriptions are a change")
	}
	d.subscribe(subscriptions[1:]...)
	d.want(d.find(nil), "")
	d.want(d.find(is("starred")), "two")
	d.want(fmt.Sprint(d.count(nil), d.count(is("starred"))), "0 1")
	if _, err := d.Story(ctx, list[0].ID); err != nil {
		t.Error(err)
	}
	d.sound()
	d.subscribe(subscriptions...)
	d.want(d.find(nil), "one|two|three")
	d.sound()

	secret := subscriptions[0]
	secret.Headers, secret.Password, secret.Filter = map[string]string{"Authorization": "hunter2"}, "hunter2", "hunter2"
	secret.Title, secret.Folder = "Renamed", "Elsewhere"
	d.subscribe(append([]feeds.Subscription{secret}, subscriptions[1:]...)...)
	all, _ := d.Feeds(ctx)
	if all[0].Password != "hunter2" || all[0].Headers["Authorization"] != "hunter2" || all[0].Filter != "hunter2" || all[0].Stories != 3 || all[0].Unread != 3 {
		t.Errorf("%+v", all[0])
	}
	d.want(d.find(feeds.And{of(feeds.InFolder, "elsewhere"), of(feeds.FromFeed, "renam")}), "one|two|three")
	var stored string
	if err := d.row(ctx, "SELECT group_concat(subscription || state) FROM feed", nil, &stored); err != nil || strings.Contains(stored, "hunter2") {
		t.Error("a secret is stored", err)
	}
}

func TestFeedState(t *testing.T) {
	d := newDesk(t)
	id := d.ids[gazette]
	st := feeds.FeedState{ETag: "e", BodyHash: 1<<63 + 5, Fetched: noon, Error: "it failed", Failures: 3}
	if _, err := d.SaveStories(ctx, []feeds.Batch{{FeedID: id, State: st, Meta: feeds.Meta{Title: "Own", Lang: "en"}, ItemHashes: []uint64{1, 1<<64 - 1}}}); err != nil {
		t.Fatal(err)
	}
	f, err := d.Feed(ctx, id)
	if err != nil || f.State != st || f.Title != "Gazette" || f.Lang != "en" {
		t.Errorf("%+v %v", f, err)
	}
	known, err := d.KnownItems(ctx, id)
	if _, ok := known[1<<64-1]; len(known) != 2 || !ok || err != nil {
		t.Error(known, err)
	}
	if _, err := d.SaveStories(ctx, []feeds.Batch{{FeedID: id, State: st}}); err != nil {
		t.Fatal(err)
	}
	if known, _ := d.KnownItems(ctx, id); len(known) != 2 {
		t.Error("no hashes forget those that are known")
	}
	if _, err := d.SaveStories(ctx, []feeds.Batch{{FeedID: 999}}); err == nil {
		t.Error("stored into a feed that is not there")
	}
	unnamed := feeds.Subscription{URL: "https://new.example/feed"}
	d.subscribe(append(slices.Clone(subscriptions), unnamed)...)
	if err := d.SaveFeedState(ctx, d.ids[unnamed.URL], feeds.FeedState{}, feeds.Meta{Title: "New Title"}); err != nil {
		t.Fatal(err)
	}
	if f, _ := d.Feed(ctx, d.ids[unnamed.URL]); f.Title != "New Title" {
		t.Error(f.Title)
	}
	if err := d.SaveFeedState(ctx, d.ids[unnamed.URL], feeds.FeedState{}, feeds.Meta{Title: "Newer Title"}); err != nil {
		t.Fatal(err)
	}
	if f, _ := d.Feed(ctx, d.ids[unnamed.URL]); f.Title != "Newer Title" {
		t.Error(f.Title)
	}
}

func TestDates(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("none", time.Time{}), story("future", noon.AddDate(3, 0, 0)), story("ancient", time.Unix(0, 0)), story("soon", noon.Add(2*time.Hour)))
	for _, s := range a.New {
		if s.Published.After(noon.Add(24*time.Hour)) || s.Published.Year() < 1980 {
			t.Errorf("%s: %v", s.Title, s.Published)
		}
	}
	// a clock that jumps back loses nothing
	d.clock = noon.AddDate(-5, 0, 0)
	d.save(gazette, story("after the jump", noon))
	if d.count(nil) != 5 {
		t.Error(d.count(nil))
	}
}

func TestManyOfOneSecond(t *testing.T) {
	d := newDesk(t)
	var list []feeds.Story
	for i := range 3000 {
		list = append(list, story(fmt.Sprint("item ", i), noon.Truncate(24*time.Hour)))
	}
	if a := d.save(gazette, list...); len(a.New) != 3000 {
		t.Fatal(len(a.New))
	}
	seen := make(map[string]bool)
	var at feeds.Cursor
	for {
		page, err := d.List(ctx, feeds.ListRequest{After: at, Limit: 77}, Env{})
		if err != nil || len(page) == 0 {
			break
		}
		for _, s := range page {
			seen[s.ID] = true
		}
		at = page[len(page)-1].Place(feeds.Newest)
	}
	if len(seen) != 3000 {
		t.Errorf("%d of 3000", len(seen))
	}
}
