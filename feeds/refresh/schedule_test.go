package refresh

import (
	"errors"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
)

func TestDue(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for _, tc := range []struct{ person, feed, server, want time.Duration }{
		{0, 0, 0, usual},
		{time.Minute, time.Hour, time.Hour, time.Minute},
		{0, time.Second, 0, floor},
		{0, time.Hour, 2 * time.Hour, 2 * time.Hour},
		{0, 8760 * time.Hour, 0, ceiling},
	} {
		if got := due(now, tc.person, tc.feed, tc.server).Sub(now); got != tc.want {
			t.Errorf("due(%v, %v, %v) = %v, want %v", tc.person, tc.feed, tc.server, got, tc.want)
		}
	}
}

func TestFailure(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var st feeds.FeedState
	last := time.Duration(0)
	for range 20 {
		st = failure(st, 0, errors.New("no"), now, 0)
		wait := st.Due.Sub(now)
		if wait < last || wait > ceiling {
			t.Fatalf("after %d failures the wait is %v, before it was %v", st.Failures, wait, last)
		}
		last = wait
	}
	if last != ceiling || st.Error != "no" {
		t.Errorf("in the end: %v, %q", last, st.Error)
	}
	if st.Remedy != remedy {
		t.Errorf("of what is no feed: %q", st.Remedy)
	}
	if st := failure(st, 0, &fetch.Error{Kind: fetch.DNS}, now, 0); st.Remedy != (&fetch.Error{Kind: fetch.DNS}).Remedy() || st.Remedy == "" {
		t.Errorf("of a host that is not there: %q", st.Remedy)
	}
	if st := readable(st, &fetch.Response{}, now); st.Remedy != "" {
		t.Errorf("of a feed that answers: %q", st.Remedy)
	}
	st = failure(feeds.FeedState{}, 0, &fetch.Error{RetryAfter: 3 * time.Hour}, now, 0)
	if st.Due.Sub(now) != 3*time.Hour {
		t.Errorf("Retry-After gives %v", st.Due.Sub(now))
	}
	if st = failure(st, 0, &fetch.Error{Gone: true}, now, 0); !st.Gone {
		t.Error("410 is not remembered")
	}
}

func TestMoved(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	st := readable(feeds.FeedState{Failures: 3, Error: "x"}, &fetch.Response{Permanent: "https://new.example/"}, now)
	if st.MovedSeen != 1 || st.MovedTo != "https://new.example/" || st.Failures != 0 || st.Error != "" {
		t.Fatalf("%+v", st)
	}
	if st = readable(st, &fetch.Response{}, now); st.MovedSeen != 0 {
		t.Errorf("a redirect that was taken back is remembered: %+v", st)
	}
	st = readable(st, &fetch.Response{Permanent: "https://new.example/"}, now)
	st = readable(st, &fetch.Response{Permanent: "https://new.example/"}, now)
	if st.MovedSeen < movedTrust {
		t.Errorf("%+v", st)
	}
	if st = readable(st, &fetch.Response{}, now); st.MovedTo == "" {
		t.Error("the new address answered and was forgotten")
	}
}

func TestChoose(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	all := []feeds.Feed{{ID: 1}, {ID: 2, State: feeds.FeedState{Due: now.Add(time.Hour)}}, {ID: 3, State: feeds.FeedState{Gone: true}}, {ID: 4, Subscription: feeds.Subscription{Disabled: true}}}
	ids := func(fs []feeds.Feed) (out []int64) {
		for _, f := range fs {
			out = append(out, f.ID)
		}
		return out
	}
	for _, tc := range []struct {
		o    Options
		want int
	}{{Options{}, 1}, {Options{Force: true}, 2}, {Options{Feeds: []int64{3}, Force: true}, 1}, {Options{Feeds: []int64{4}, Force: true}, 0}} {
		if got := ids(choose(all, tc.o, now)); len(got) != tc.want {
			t.Errorf("%+v chooses %v", tc.o, got)
		}
	}
}
