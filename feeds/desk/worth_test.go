package desk

import (
	"math"
	"testing"
	"time"

	"nightdesk/feeds"
)

func TestWorth(t *testing.T) {
	now := time.Now()
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: "https://g.example/feed"}}, Now: func() time.Time { return now }})
	ids := many(t, d, 8, now.Add(-24*time.Hour))
	yes := true
	if _, err := d.Mark(t.Context(), ids[:3], feeds.Change{Starred: &yes}); err != nil {
		t.Fatal(err)
	}
	if err := d.Store().Queue(t.Context(), ids[:1]); err != nil {
		t.Fatal(err)
	}
	want := feeds.Worth{PerWeek: 8, Starred: 3, Saved: 1}
	got, err := d.Worth(t.Context())
	if err != nil || len(got) != 1 {
		t.Fatalf("%v: %v", got, err)
	}
	for _, w := range got {
		if w.PerWeek = math.Round(w.PerWeek); w != want {
			t.Errorf("%+v, want %+v", w, want)
		}
	}
	now = now.Add(13 * 24 * time.Hour) // two weeks after the first
	got, _ = d.Worth(t.Context())
	for _, w := range got {
		if math.Abs(w.PerWeek-4) > 0.01 {
			t.Errorf("%v a week", w.PerWeek)
		}
	}
	now = now.Add(60 * 24 * time.Hour)
	got, _ = d.Worth(t.Context())
	for _, w := range got {
		if w.PerWeek != 0 || w.Starred != 3 {
			t.Errorf("after two months: %+v", w)
		}
	}
}
