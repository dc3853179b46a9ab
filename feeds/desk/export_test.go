package desk

import (
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

// TestWholeAddress: what is exported names its feed by an address that works.
func TestWholeAddress(t *testing.T) {
	long := "https://g.example/" + strings.Repeat("section/", 60) + "feed"
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: long}}})
	ids := many(t, d, 1, time.Now().Add(-time.Hour))
	s, _, err := d.Whole(t.Context(), ids[0])
	if err != nil || s.FeedURL != long {
		t.Errorf("%q: %v", s.FeedURL, err)
	}
}
