package event

import (
	"testing"

	"nightdesk/feeds"
)

func TestLead(t *testing.T) {
	report := func(feed int64, title, url string) feeds.Story {
		return feeds.Story{FeedID: feed, Title: title, URL: url, Published: monday}
	}
	teaser := func(s feeds.Story) feeds.Story { s.Teaser = true; return s }
	tests := []struct {
		name    string
		stories []feeds.Story
		want    int
	}{
		{"the plain report before the colour piece", []feeds.Story{
			report(1, "Inside the night that cost a harbour town its factory", "https://a.example/1"),
			report(2, "Zentavia closes its Orbix factory, 900 jobs go", "https://b.example/1"),
			report(3, "Zentavia to close Orbix factory with 900 jobs", "https://c.example/1"),
		}, 2},
		{"what can be read whole", []feeds.Story{
			teaser(report(1, "Zentavia closes its Orbix factory", "https://a.example/1")),
			report(2, "Zentavia closes Orbix factory", "https://b.example/1"),
		}, 1},
		{"the source itself, though later", []feeds.Story{
			report(1, "Zentavia raises guidance", "https://a.example/1"),
			report(2, "Zentavia raises guidance, files report", "https://www.sec.gov/filing/1"),
		}, 1},
		{"never a discussion", []feeds.Story{
			report(1, "Zentavia closes its Orbix factory", "https://news.ycombinator.com/item?id=1"),
			teaser(report(2, "Zentavia closes Orbix factory", "https://b.example/1")),
		}, 1},
		{"who was first", []feeds.Story{
			report(1, "Zentavia closes its Orbix factory", "https://a.example/1"),
			report(2, "Zentavia closes its Orbix factory", "https://b.example/1"),
		}, 0},
	}
	for _, tc := range tests {
		if got := Lead(tc.stories); got != tc.want {
			t.Errorf("%s: %q leads", tc.name, tc.stories[got].Title)
		}
	}
}
