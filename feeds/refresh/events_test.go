package refresh_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/refresh"
	"nightdesk/feeds/store"
)

var (
	ctx = context.Background()
	now = time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC)
)

// newsroom is a store with four outlets and the events over it.
type newsroom struct {
	t      *testing.T
	db     *store.DB
	ids    []int64
	events *refresh.Events
	named  map[string]string // guid to id
}

func openNewsroom(t *testing.T) *newsroom {
	t.Helper()
	db, err := store.Open(filepath.Join(t.TempDir(), "n.db"), store.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var subs []feeds.Subscription
	for i := range 4 {
		subs = append(subs, feeds.Subscription{URL: fmt.Sprintf("https://outlet%d.example/feed", i), Title: fmt.Sprint("Outlet ", i)})
	}
	n := &newsroom{t: t, db: db, named: make(map[string]string)}
	n.must(db.Subscribe(ctx, subs))
	list, err := db.Feeds(ctx)
	n.must(err)
	for _, s := range subs {
		i := slices.IndexFunc(list, func(f feeds.Feed) bool { return f.URL == s.URL })
		n.ids = append(n.ids, list[i].ID)
	}
	n.restart()
	return n
}

func (n *newsroom) must(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
}

// restart is a new run of the program over the same database.
func (n *newsroom) restart() {
	n.events = &refresh.Events{Store: n.db, Now: func() time.Time { return now }}
}

// arrive stores "guid: title" of an outlet and places it.
func (n *newsroom) arrive(outlet int, items ...string) {
	n.t.Helper()
	var stories []feeds.Story
	for i, it := range items {
		guid, title, _ := strings.Cut(it, ": ")
		stories = append(stories, feeds.Story{GUID: guid, URL: fmt.Sprintf("https://outlet%d.example/%s", outlet, guid), Title: title, Published: now.Add(time.Duration(i-60) * time.Minute)})
	}
	arrived, err := n.db.SaveStories(ctx, []feeds.Batch{{FeedID: n.ids[outlet], Stories: stories}})
	n.must(err)
	for _, s := range arrived[0].New {
		n.named[s.GUID] = s.ID
	}
	n.must(n.events.Place(ctx, arrived[0].New))
}

// front are the events as the store has them: "lead+other 2" is led by lead and carried by
// two outlets.
func (n *newsroom) front() string {
	n.t.Helper()
	byEvent := make(map[string][]string)
	outlets := make(map[string]int)
	var order []string
	guids := make([]string, 0, len(n.named))
	for g := range n.named {
		guids = append(guids, g)
	}
	slices.Sort(guids)
	leads := make(map[string]int)
	for _, g := range guids {
		s, err := n.db.Story(ctx, n.named[g])
		n.must(err)
		if byEvent[s.Event] == nil {
			order = append(order, s.Event)
		}
		if s.Lead {
			leads[s.Event]++
		}
		byEvent[s.Event] = append(byEvent[s.Event], g)
		if o, known := outlets[s.Event]; known && o != s.Outlets {
			n.t.Errorf("event of %s: %d and %d outlets", g, o, s.Outlets)
		}
		outlets[s.Event] = s.Outlets
	}
	var out []string
	for _, e := range order {
		if leads[e] != 1 {
			n.t.Errorf("%v has %d leads", byEvent[e], leads[e])
		}
		out = append(out, fmt.Sprintf("%s %d", strings.Join(byEvent[e], "+"), outlets[e]))
	}
	return strings.Join(out, ", ")
}

func (n *newsroom) want(what, want string) {
	n.t.Helper()
	if got := n.front(); got != want {
		n.t.Errorf("%s: %s, want %s", what, got, want)
	}
}

// TestPlace: late accounts join over runs of the program, and a story that two events
// share makes them one, in the store too.
func TestPlace(t *testing.T) {
	n := openNewsroom(t)
	n.arrive(0, "a: Zentavia cuts 900 jobs in Orbix unit", "x: Kubrova buys Landseer for $1.2 billion")
	n.want("first", "a 1, x 1")
	n.restart()
	n.arrive(1, "b: Orbix unit: Zentavia to cut 900 jobs")
	n.want("a late account", "a+b 2, x 1")
	n.arrive(2, "y: Landseer bought by Kubrova for 1.2bn", "c: Zentavia to cut 900 jobs, Orbix unit hit")
	n.want("two at once", "a+b+c 3, x+y 2")
	if err := n.events.Place(ctx, nil); err != nil {
		t.Error(err)
	}
}

func TestByHand(t *testing.T) {
	n := openNewsroom(t)
	n.arrive(0, "a: Zentavia cuts 900 jobs in Orbix unit", "x: Kubrova buys Landseer for $1.2 billion")
	n.arrive(1, "b: Orbix unit: Zentavia to cut 900 jobs")
	n.arrive(2, "c: Zentavia to cut 900 jobs, Orbix unit hit")
	n.want("before", "a+b+c 3, x 1")
	n.restart()
	own, stay, err := n.events.Separate(ctx, n.named["a"])
	n.must(err)
	n.want("taken out", "a 1, b+c 2, x 1")
	n.restart()
	n.arrive(3, "d: 900 jobs cut at Zentavia's Orbix unit")
	if got := n.front(); got != "a+d 2, b+c 2, x 1" && got != "a 1, b+c+d 3, x 1" {
		t.Errorf("after a later account: %s", got)
	}
	if _, err := n.events.Merge(ctx, stay, own); err != nil {
		t.Fatal(err)
	}
	n.want("put together again", "a+b+c+d 4, x 1")

	s, err := n.db.Story(ctx, n.named["x"])
	n.must(err)
	b, err := n.db.Story(ctx, n.named["b"])
	n.must(err)
	n.restart()
	moved, err := n.events.Merge(ctx, b.Event, s.Event)
	if err != nil || len(moved) != 1 || moved[0] != n.named["x"] {
		t.Fatalf("moved %v, %v", moved, err)
	}
	n.want("two put together", "a+b+c+d+x 4")
	n.restart()
	if _, _, err := n.events.Separate(ctx, moved...); err != nil {
		t.Fatal(err)
	}
	n.want("undone", "a+b+c+d 4, x 1")
	if _, _, err := n.events.Separate(ctx, n.named["x"]); err == nil {
		t.Error("an event was taken out of itself")
	}
	if _, _, err := n.events.Separate(ctx, "zzzzzzzz"); err == nil {
		t.Error("a story that is not there was taken out")
	}
}

// TestOthers: what another process stored and placed meanwhile can be joined, and what it
// stored and could not place any more is placed at the next start.
func TestOthers(t *testing.T) {
	n := openNewsroom(t)
	n.arrive(0, "a: Zentavia cuts 900 jobs in Orbix unit")
	here := n.events
	n.restart() // another process
	n.arrive(1, "x: Kubrova buys Landseer for $1.2 billion")
	n.events = here
	n.arrive(2, "y: Landseer bought by Kubrova for 1.2bn")
	n.want("an account of what another process stored", "a 1, x+y 2")

	// A crash: stored with an event of its own, and not placed.
	story := feeds.Story{GUID: "b", URL: "https://outlet3.example/b", Title: "Orbix unit: Zentavia to cut 900 jobs", Published: now.Add(-time.Hour)}
	list := []feeds.Story{story}
	n.must(n.events.Alone(ctx, list))
	arrived, err := n.db.SaveStories(ctx, []feeds.Batch{{FeedID: n.ids[3], Stories: list}})
	n.must(err)
	n.named["b"] = arrived[0].New[0].ID
	n.want("stored", "a 1, b 1, x+y 2")
	n.restart()
	n.arrive(0, "z: Ostfeld opens a plant in Tarvia")
	n.want("the next start", "a+b 2, x+y 2, z 1")
}
