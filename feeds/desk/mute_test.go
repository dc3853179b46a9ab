package desk

import (
	"fmt"
	"testing"
	"time"

	"nightdesk/feeds"
)

// TestMute: what is muted is hidden, stored or still to come, until the mute ends; what a
// person keeps stays in sight.
func TestMute(t *testing.T) {
	o := newOutlet(t)
	now := time.Now()
	subs := []feeds.Subscription{{URL: o.URL + "/feed"}}
	d := open(t, t.TempDir(), Options{Subscriptions: subs, Now: func() time.Time { return now }})
	count := func(what string, want int, query string) {
		t.Helper()
		if got := list(t, d, query); len(got) != want {
			t.Errorf("%s: %d stories match %q, want %d", what, len(got), query, want)
		}
	}
	if n, err := d.Mute(t.Context(), "company:amazon", now.Add(time.Hour)); err != nil || n != 0 {
		t.Fatal(n, err)
	}
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	count("what came later", 1, "")
	if ms, err := d.Mutes(t.Context()); err != nil || len(ms) != 1 || ms[0].Hits != 1 || ms[0].Query != "company:amazon" {
		t.Errorf("%v: %+v", err, ms)
	}
	if n, err := d.Mute(t.Context(), "title:chip", time.Time{}); err != nil || n != 1 {
		t.Errorf("%d hidden: %v", n, err)
	}
	count("both", 0, "")
	now = now.Add(2 * time.Hour)
	if ms, err := d.Mutes(t.Context()); err != nil || len(ms) != 1 {
		t.Errorf("%v: %+v", err, ms)
	}
	count("the one that ended", 1, "company:amazon")
	if err := d.Unmute(t.Context(), "title:chip"); err != nil {
		t.Fatal(err)
	}
	count("lifted", 2, "")
	yes := true
	if _, err := d.Mark(t.Context(), []string{list(t, d, "company:nvidia")[0].ID}, feeds.Change{Starred: &yes}); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Mute(t.Context(), "kind:launch OR company:nvidia", time.Time{}); err != nil {
		t.Error(n, err)
	}
	count("starred", 1, "company:nvidia")
	for _, bad := range []string{"", "compny:x"} {
		if _, err := d.Mute(t.Context(), bad, time.Time{}); err == nil {
			t.Errorf("%q was muted", bad)
		}
	}
}

// many stores n stories of one feed, the first the oldest, and gives their ids, the newest
// first.
func many(t *testing.T, d *Desk, n int, when time.Time) []string {
	t.Helper()
	fs, err := d.Feeds(t.Context())
	if err != nil || len(fs) == 0 {
		t.Fatalf("%d feeds: %v", len(fs), err)
	}
	b := feeds.Batch{FeedID: fs[0].ID}
	for i := range n {
		b.Stories = append(b.Stories, feeds.Story{
			FeedID: fs[0].ID, GUID: fmt.Sprint(i), URL: fmt.Sprintf("https://g.example/%d", i), Title: fmt.Sprintf("Robots, part %d", i),
			Published: when.Add(time.Duration(i) * time.Minute), Hash: uint64(i + 1),
		})
	}
	if _, err := d.Store().SaveStories(t.Context(), []feeds.Batch{b}); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, s := range list(t, d, "") {
		ids = append(ids, s.ID)
	}
	if len(ids) != n {
		t.Fatalf("%d stories of %d", len(ids), n)
	}
	return ids
}

// TestMuteBehindKept: that all of the newest are kept by hand is no reason to hide nothing.
func TestMuteBehindKept(t *testing.T) {
	now := time.Now()
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: "https://g.example/feed"}}, Now: func() time.Time { return now }})
	const kept, others = muteSlice + 20, muteSlice + 30
	ids := many(t, d, kept+others, now.Add(-48*time.Hour))
	yes := true
	if _, err := d.Mark(t.Context(), ids[:kept], feeds.Change{Starred: &yes}); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Mute(t.Context(), "title:robots", time.Time{}); err != nil || n != others {
		t.Errorf("%d hidden of %d: %v", n, others, err)
	}
	if n := len(list(t, d, "")); n != kept {
		t.Errorf("%d are in sight, %d are starred", n, kept)
	}
	if ms, err := d.Mutes(t.Context()); err != nil || len(ms) != 1 || ms[0].Hits != others {
		t.Errorf("%+v: %v", ms, err)
	}
}

func TestAsksText(t *testing.T) {
	d := open(t, t.TempDir(), Options{})
	for text, want := range map[string]bool{
		"robots": true, "title:x": true, "is:unread -author:ann": true, "company:nvidia (is:read OR text:x)": true,
		"company:nvidia": false, "feed:x -is:starred": false, "kind:launch since:7d": false, "": false,
	} {
		q, err := d.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := asksText(q.Root); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestMuteEnds: a mute that has ended hides nothing any more, whoever looks first, and
// whichever process muted.
func TestMuteEnds(t *testing.T) {
	for what, look := range map[string]func(*testing.T, *Desk){
		"a list": func(*testing.T, *Desk) {},
		"a count": func(t *testing.T, d *Desk) {
			if n, err := d.Count(t.Context(), feeds.Query{}); n != 3 || err != nil {
				t.Errorf("%d are counted: %v", n, err)
			}
		},
		"a look whether anything changed": func(t *testing.T, d *Desk) {
			if _, err := d.Version(t.Context()); err != nil {
				t.Error(err)
			}
			if ms, err := d.Store().Mutes(t.Context()); err != nil || len(ms) != 0 {
				t.Errorf("%v: %v", ms, err)
			}
		},
		"a refresh": func(t *testing.T, d *Desk) {
			if _, err := d.Refresh(t.Context(), []int64{-1}, false, nil, nil); err != nil {
				t.Error(err)
			}
			if ms, err := d.Store().Mutes(t.Context()); err != nil || len(ms) != 0 {
				t.Errorf("%v: %v", ms, err)
			}
		},
	} {
		for _, other := range []bool{false, true} {
			t.Run(fmt.Sprint(what, other), func(t *testing.T) {
				now, dir := time.Now(), t.TempDir()
				o := Options{Subscriptions: []feeds.Subscription{{URL: "https://g.example/feed"}}, Now: func() time.Time { return now }}
				d := open(t, dir, o)
				many(t, d, 3, now.Add(-time.Hour))
				by := d
				if other {
					if _, err := d.Version(t.Context()); err != nil {
						t.Fatal(err)
					}
					by = open(t, dir, o)
				}
				if n, err := by.Mute(t.Context(), "title:robots", now.Add(time.Minute)); err != nil || n != 3 {
					t.Fatalf("%d hidden: %v", n, err)
				}
				if _, err := d.Version(t.Context()); err != nil {
					t.Fatal(err)
				}
				if n := len(list(t, d, "")); n != 0 {
					t.Fatalf("%d in sight", n)
				}
				now = now.Add(time.Minute)
				look(t, d)
				if n := len(list(t, d, "")); n != 3 {
					t.Errorf("%d in sight after its end", n)
				}
			})
		}
	}
}

// TestUnmuteUnderRule: what a rule of the config hides stays hidden when a mute is lifted.
func TestUnmuteUnderRule(t *testing.T) {
	o := newOutlet(t)
	rules := []feeds.Rule{{When: "company:amazon", Then: []string{"hide"}}}
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}, Rules: rules})
	if _, err := d.Mute(t.Context(), "kind:launch OR company:amazon OR company:nvidia", time.Time{}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(list(t, d, "")); n != 0 {
		t.Fatalf("%d in sight", n)
	}
	if err := d.Unmute(t.Context(), "kind:launch OR company:amazon OR company:nvidia"); err != nil {
		t.Fatal(err)
	}
	if got := list(t, d, ""); len(got) != 1 || got[0].Companies[0].Slug != "nvidia" {
		t.Errorf("%d in sight", len(got))
	}
}

// TestApply: other subscriptions, rules and watched companies hold at once.
func TestApply(t *testing.T) {
	o := newOutlet(t)
	d := open(t, t.TempDir(), Options{})
	subs := []feeds.Subscription{{URL: o.URL + "/feed", Title: "Mine"}}
	if err := d.Apply(t.Context(), subs, []feeds.Rule{{When: "company:amazon", Then: []string{"star"}}}, []string{"nvidia"}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(list(t, d, "is:starred company:amazon")); n != 1 {
		t.Errorf("the rule starred %d", n)
	}
	if n := len(list(t, d, "is:watched")); n != 1 {
		t.Errorf("%d about a watched company", n)
	}
	if err := d.Apply(t.Context(), nil, nil, nil); err != nil {
		t.Fatal(err)
	}
	if n := len(list(t, d, "is:unread -is:starred")); n != 0 {
		t.Errorf("%d stories of a feed that is gone", n)
	}
}
