package event

import (
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

func TestReasons(t *testing.T) {
	at := time.Date(2026, 5, 22, 9, 0, 0, 0, time.UTC)
	amazon := []feeds.Tag{{Slug: "amazon", Name: "Amazon", Score: 1}}
	accounts := []feeds.Story{ // the lead first, as an event gives them
		{ID: "two", FeedID: 2, Title: "Amazon acquires the robotics startup Quillbot Dynamics for $900 million", Published: at.Add(time.Hour), Companies: amazon},
		{ID: "one", FeedID: 1, Title: "Quillbot Dynamics to be bought by Amazon for $900 million", Published: at, Companies: amazon},
		{ID: "hand", FeedID: 3, Title: "Why warehouses want arms", Published: at.Add(2 * time.Hour)},
		{ID: "odd", FeedID: 4, Title: "A quiet day in Lisbon", Published: at.Add(3 * time.Hour)},
	}
	fixed := []Fix{{A: feeds.EventID("one"), B: feeds.EventID("hand"), Together: true}}
	got := Reasons(accounts, fixed)
	if len(got) != len(accounts) {
		t.Fatalf("%q", got)
	}
	for i, want := range []string{"shares", "it was the first", "put together by hand", "what came later"} {
		if !strings.Contains(got[i], want) {
			t.Errorf("%s: %q, want %q", accounts[i].ID, got[i], want)
		}
	}
	if !strings.Contains(got[0], "quillbot") {
		t.Errorf("%q does not name the rare word", got[0])
	}
	if got := Reasons(nil, nil); len(got) != 0 {
		t.Errorf("%q", got)
	}
}
