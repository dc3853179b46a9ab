package desk

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	gosync "sync"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/sync"
	"nightdesk/feeds/sync/synctest"
)

// pair is a desk and a server that it syncs with.
type pair struct {
	*Desk
	t     *testing.T
	o     *outlet
	s     *synctest.Server
	c     sync.Config
	clock time.Time
}

func newPair(t *testing.T, kind string) *pair {
	t.Helper()
	p := &pair{t: t, o: newOutlet(t), clock: time.Now()}
	// Every look at the clock is a second later, whichever goroutine looks.
	var mu gosync.Mutex
	now := func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		p.clock = p.clock.Add(time.Second)
		return p.clock
	}
	p.s = synctest.New(now)
	t.Cleanup(p.s.Close)
	p.c = sync.Config{Kind: kind, URL: p.s.URL + "/", User: "ann", Token: "secret"}
	p.Desk = open(t, t.TempDir(), Options{Now: now, Subscriptions: []feeds.Subscription{
		{URL: p.o.URL + "/feed", Title: "Gazette"}, {URL: "file:///nowhere", Title: "Local"}, {URL: "https://builtin.example/feed", Builtin: true},
	}})
	if _, err := p.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *pair) sync(o SyncOptions) (sync.Report, error) {
	p.t.Helper()
	o.Subscribe = func(s []feeds.Subscription) (added []string, err error) {
		for _, one := range s {
			p.opt.Subscriptions = append(p.opt.Subscriptions, one)
			added = append(added, one.URL)
		}
		return added, nil
	}
	o.Unsubscribe = func(url string) error { p.unsubscribe(url); return nil }
	var out Synced
	p.Sync(p.t.Context(), []sync.Config{p.c}, o, func(s Synced) { out = s })
	return out.Report, out.Err
}

func (p *pair) must(o SyncOptions) sync.Report {
	p.t.Helper()
	r, err := p.sync(o)
	if err != nil {
		p.t.Fatalf("sync: %v", err)
	}
	return r
}

func (p *pair) unsubscribe(url string) {
	p.opt.Subscriptions = slices.DeleteFunc(slices.Clone(p.opt.Subscriptions), func(s feeds.Subscription) bool { return s.URL == url })
	if err := p.db.Subscribe(p.t.Context(), p.opt.Subscriptions); err != nil {
		p.t.Fatal(err)
	}
}

// here says how a story stands on the desk: "-" is not here.
func (p *pair) here(title string) string {
	p.t.Helper()
	got := p.titled(title)
	if len(got) == 0 {
		return "-"
	}
	out := ""
	if got[0].Mark.Read {
		out += "r"
	}
	if got[0].Mark.Starred {
		out += "s"
	}
	return out
}

func (p *pair) titled(title string) []feeds.Story {
	p.t.Helper()
	return slices.DeleteFunc(list(p.t, p.Desk, ""), func(s feeds.Story) bool { return s.Title != title })
}

func (p *pair) mark(title string, read, starred bool) {
	p.t.Helper()
	got := p.titled(title)
	if len(got) != 1 {
		p.t.Fatalf("%d stories %q", len(got), title)
	}
	if _, err := p.Mark(p.t.Context(), []string{got[0].ID}, feeds.Change{Read: &read, Starred: &starred}); err != nil {
		p.t.Fatal(err)
	}
}

const plant, chip = "Amazon opens a plant", "Nvidia names a chip"

func TestSync(t *testing.T) {
	for _, kind := range []string{"miniflux", "greader"} {
		for _, page := range []int{0, 1, 2} {
			t.Run(fmt.Sprint(kind, page), func(t *testing.T) { testSync(t, kind, page) })
		}
	}
}

func testSync(t *testing.T, kind string, page int) {
	p := newPair(t, kind)
	p.s.Page = page
	hour := p.clock.Add(-time.Hour)
	a := p.s.AddFeed(strings.Replace(p.o.URL, "http://", "https://", 1)+"/feed/", "Gazette", "News") // written otherwise there
	b := p.s.AddFeed("https://b.example/feed", "B side", "Tech")
	p.s.Add(synctest.Entry{ID: 1, Feed: a.ID, URL: p.o.URL + "/plant", Title: plant, Published: hour})
	p.s.Add(synctest.Entry{ID: 2, Feed: a.ID, URL: p.o.URL + "/chip", Title: chip, Published: hour, Read: true, Starred: true})
	p.s.Add(synctest.Entry{ID: 3, Feed: b.ID, URL: "https://b.example/1", Title: "Microsoft opens a plant", Content: "<p>Microsoft text</p>", Published: hour})
	p.s.Add(synctest.Entry{ID: 4, Feed: b.ID, URL: "https://b.example/2", Title: "Done there", Published: hour, Read: true})
	p.s.Add(synctest.Entry{ID: 5, Feed: b.ID, URL: "https://b.example/3", Title: "Loved there", Published: hour.AddDate(-1, 0, 0), Read: true, Starred: true})
	p.mark(plant, true, true) // offline

	before, _ := p.Version(t.Context())
	dry := p.must(SyncOptions{DryRun: true})
	if after, _ := p.Version(t.Context()); after != before || p.s.Marks(1) != "" || len(p.opt.Subscriptions) != 3 {
		t.Error("a dry run changes something")
	}
	if dry.Here.Read != 1 || dry.Here.Starred != 1 || dry.There.Read != 1 || dry.There.Starred != 1 || len(dry.Added) != 1 {
		t.Errorf("the dry run says %+v", dry)
	}
	r := p.must(SyncOptions{})
	want := map[string]string{plant: "rs", chip: "rs", "Microsoft opens a plant": "", "Done there": "r", "Loved there": "rs"}
	check := func(when string) {
		t.Helper()
		for title, w := range want {
			if got := p.here(title); got != w {
				t.Errorf("%s: %q stands %q here, want %q", when, title, got, w)
			}
		}
	}
	check("first")
	if p.s.Marks(1) != "rs" || p.s.Marks(2) != "rs" || p.s.Marks(3) != "" {
		t.Errorf("there: %q %q %q", p.s.Marks(1), p.s.Marks(2), p.s.Marks(3))
	}
	if r.Stories != 3 || !slices.Equal(r.Added, []string{"https://b.example/feed"}) || len(r.Told) != 0 || r.Feeds != 1 {
		t.Errorf("the report: %+v", r)
	}
	if got := list(t, p.Desk, "company:microsoft folder:Tech"); len(got) != 1 || got[0].FeedTitle != "B side" {
		t.Errorf("a story of the server is tagged and in its folder: %+v", got)
	}
	if len(p.s.Feeds()) != 2 {
		t.Errorf("what is local or built in is told: %q", p.s.Feeds())
	}
	quiet := func(when string) {
		t.Helper()
		if r := p.must(SyncOptions{}); r.Here != (sync.Marks{}) || r.There != (sync.Marks{}) || r.Stories+len(r.Added)+len(r.Told)+len(r.Removed) != 0 {
			t.Errorf("%s there is nothing to do, but: %+v", when, r)
		}
	}
	quiet("after the first")

	// Both sides change, also the same story, also back and forth.
	p.s.Set(1, false, true)
	p.s.Set(2, true, false)
	p.s.Set(4, false, false)
	p.mark(chip, false, true)
	p.mark("Microsoft opens a plant", true, false)
	p.s.Renew()
	p.must(SyncOptions{})
	want[plant], want[chip], want["Microsoft opens a plant"], want["Done there"] = "s", "", "r", ""
	check("second")
	if p.s.Marks(1) != "s" || p.s.Marks(2) != "" || p.s.Marks(3) != "r" || p.s.Marks(4) != "" {
		t.Errorf("second, there: %q %q %q %q", p.s.Marks(1), p.s.Marks(2), p.s.Marks(3), p.s.Marks(4))
	}
	quiet("after the second")

	// A story that the server forgets stays as it is.
	p.s.Drop(1)
	p.s.Drop(5)
	quiet("with stories gone there")
	check("with stories gone there")

	// Feeds that go are only spoken of; --prune lets them go.
	p.unsubscribe("https://b.example/feed")
	r = p.must(SyncOptions{})
	if len(r.Added) != 0 || len(r.Notes) != 1 || len(p.s.Feeds()) != 2 {
		t.Errorf("removed here: %+v", r)
	}
	r = p.must(SyncOptions{Prune: true})
	if !slices.Equal(r.Removed, []string{"https://b.example/feed"}) || len(p.s.Feeds()) != 1 {
		t.Errorf("removed here, prune: %+v", r)
	}
	p.s.RemoveFeed(a.URL)
	p.s.AddFeed("https://c.example/feed", "C", "")
	r = p.must(SyncOptions{})
	if len(r.Notes) != 1 || len(r.Removed) != 0 || len(p.s.Feeds()) != 1 || !slices.Equal(r.Added, []string{"https://c.example/feed"}) {
		t.Errorf("removed there: %+v", r)
	}
	r = p.must(SyncOptions{Prune: true})
	if !slices.Equal(r.Removed, []string{p.o.URL + "/feed"}) {
		t.Errorf("removed there, prune: %+v", r)
	}
}

// TestSyncTells subscribes there to what was added here, but to nothing secret.
func TestSyncTells(t *testing.T) {
	for _, kind := range []string{"miniflux", "greader"} {
		p := newPair(t, kind)
		p.opt.Subscriptions = append(p.opt.Subscriptions, feeds.Subscription{URL: "https://private.example/feed", Headers: map[string]string{"Authorization": "x"}},
			feeds.Subscription{URL: "https://me:pw@private.example/feed"}, feeds.Subscription{URL: "exec:x"})
		if err := p.db.Subscribe(t.Context(), p.opt.Subscriptions); err != nil {
			t.Fatal(err)
		}
		r := p.must(SyncOptions{})
		if !slices.Equal(p.s.Feeds(), []string{p.o.URL + "/feed"}) || len(r.Told) != 1 {
			t.Errorf("%s: told %q", kind, p.s.Feeds())
		}
		if r := p.must(SyncOptions{}); len(r.Told) != 0 || len(r.Notes) != 0 {
			t.Errorf("%s: a second time %+v", kind, r)
		}
		// The whole list gone is no reason to let everything go.
		p.s.RemoveFeed(p.o.URL + "/feed")
		if r := p.must(SyncOptions{Prune: true}); len(r.Removed) != 0 {
			t.Errorf("%s: an empty list removes %q", kind, r.Removed)
		}
	}
}

// TestSyncMisbehaving gives what servers do wrong: an error that says so, or nothing; and
// nothing here is changed by it.
func TestSyncMisbehaving(t *testing.T) {
	on := func(path string, f func(http.ResponseWriter)) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if !strings.HasSuffix(r.URL.Path, path) || r.Method == http.MethodPut {
				return false
			}
			f(w)
			return true
		}
	}
	say := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) { w.WriteHeader(status); _, _ = w.Write([]byte(body)) }
	}
	type fault struct {
		name   string
		kind   string
		how    func(http.ResponseWriter, *http.Request) bool
		remedy string // "" if it has to work
	}
	var all []fault
	for kind, paths := range map[string][]string{"miniflux": {"/v1/me", "/v1/feeds", "/v1/entries"}, "greader": {"/ClientLogin", "/subscription/list", "/items/ids", "/items/contents"}} {
		for _, path := range paths {
			all = append(all,
				fault{"401 at " + path, kind, on(path, say(401, "")), "check"},
				fault{"404 at " + path, kind, on(path, say(404, "")), "check the url"},
				fault{"500 at " + path, kind, on(path, say(500, "boom")), "kept and told at the next sync"},
				fault{"a page at " + path, kind, on(path, say(200, "<html>\x1b[31mplease log in")), "check"},
				fault{"half of it at " + path, kind, on(path, say(200, `{"items":[{"id":"`)), "check"},
				fault{"a wrong type at " + path, kind, on(path, say(200, `{"itemRefs":7,"items":"x","entries":"x","subscriptions":{}}`)), "check"},
			)
		}
	}
	same := `{"total":5000,"entries":[` + strings.TrimSuffix(strings.Repeat(`{"id":9,"feed_id":7,"status":"read","url":"https://x.example/","title":"t"},`, 100), ",") + `]}`
	all = append(all,
		fault{"the same page for ever", "miniflux", on("/v1/entries", say(200, same)), "check"},
		fault{"the same page for ever", "greader", on("/items/ids", say(200, `{"itemRefs":[{"id":"9"}],"continuation":"9"}`)), "check"},
		fault{"an empty list of what is unread", "greader", on("/items/ids", say(200, `{"itemRefs":[]}`)), ""},
		fault{"ids that are none", "greader", on("/items/ids", say(200, `{"itemRefs":[{"id":"x"},{"id":null},{"id":{}},{"id":-1},{"id":1.5},{}]}`)), ""},
		fault{"stories nobody asked for", "greader", on("/items/contents", say(200, `{"items":[{"id":"tag:google.com,2005:reader/item/00000000000000ff","title":"Spam","origin":{"streamId":"feed/7"}},{}]}`)), ""},
		fault{"strange entries", "miniflux", on("/v1/entries", say(200, `{"total":3,"entries":[{},{"id":-4,"status":"read"},{"id":5,"status":"removed","feed_id":7}]}`)), ""},
	)
	for _, f := range all {
		t.Run(f.kind+" "+f.name, func(t *testing.T) {
			p := newPair(t, f.kind)
			a := p.s.AddFeed(p.o.URL+"/feed", "Gazette", "")
			p.s.Add(synctest.Entry{ID: 1, Feed: a.ID, URL: p.o.URL + "/plant", Title: plant, Published: p.clock})
			p.s.Add(synctest.Entry{ID: 2, Feed: a.ID, URL: p.o.URL + "/chip", Title: chip, Published: p.clock, Starred: true})
			p.must(SyncOptions{})
			p.s.Break = f.how
			p.s.Set(3, true, false)
			r, err := p.sync(SyncOptions{})
			switch {
			case f.remedy == "" && err != nil:
				t.Errorf("it fails: %v", err)
			case f.remedy != "" && err == nil && !strings.HasPrefix(f.name, "a wrong type") && !strings.Contains(f.name, "contents"):
				t.Errorf("nothing is said: %+v", r)
			case err != nil && (!strings.Contains(sync.Remedy(err), f.remedy) || strings.ContainsAny(err.Error(), "\n\x1b")):
				t.Errorf("said: %v; %s", err, sync.Remedy(err))
			}
			if p.here(plant) != "" || p.here(chip) != "s" || p.here("Spam") != "-" {
				t.Errorf("it changes what is here: %q %q %q", p.here(plant), p.here(chip), p.here("Spam"))
			}
			// Well again, nothing is lost.
			p.mark(plant, true, false)
			p.s.Break = nil
			p.must(SyncOptions{})
			if p.s.Marks(1) != "r" || p.s.Marks(2) != "s" {
				t.Errorf("there, once it is well: %q %q", p.s.Marks(1), p.s.Marks(2))
			}
		})
	}
}
