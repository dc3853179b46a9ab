package ui

import (
	"testing"

	"nightdesk/feeds"
)

func TestHealth(t *testing.T) {
	d := newDesk(t, 5, 140, 40)
	feed := func(id int64, title string, stories, unread int, st feeds.FeedState) feeds.Feed {
		return feeds.Feed{ID: id, Subscription: feeds.Subscription{URL: "https://" + title + ".example/", Title: title}, Stories: stories, Unread: unread, State: st}
	}
	d.r.feeds = []feeds.Feed{
		feed(1, "Well", 40, 20, feeds.FeedState{}),
		feed(2, "Idle", 300, 300, feeds.FeedState{}),
		feed(3, "Ill", 3, 3, feeds.FeedState{Failures: 3, Error: "the server answered 404 (not found)", Remedy: "look for the feed's new address"}),
	}
	d.run(d.m.loadRail())
	d.keys("!")
	d.shows("the ill one first", "Feeds · 1 in trouble · enter tries again", "✗ Ill", "0 % read", "failed 3 times in a row: the server answered 404 (not found)", "› look for the feed's new address")
	d.shows("worth", "12 a week · 50 % read · 10 % starred · 3 % saved")
	d.keys("j")
	d.shows("the idle one", "hardly ever read", "& mutes what you skip of it")
	d.hides("the idle one", "404")
	d.keys("j")
	d.hides("the well one", "hardly ever read")
	d.keys("enter")
	if d.m.place.name != "Well" {
		t.Errorf("at %s", d.m.place.name)
	}
	d.r.feeds = d.r.feeds[:1]
	d.run(d.m.loadRail())
	d.keys("!")
	d.shows("nothing wrong", "every one answers")
}

func TestValue(t *testing.T) {
	for _, c := range []struct {
		stories, unread int
		worth           feeds.Worth
		want            string
	}{
		{0, 0, feeds.Worth{}, "0 a week"},
		{10, 5, feeds.Worth{PerWeek: 0.5}, "0.5 a week · 50 % read"},
		{1000, 999, feeds.Worth{PerWeek: 140.4, Starred: 1}, "140 a week · <1 % read · <1 % starred"},
	} {
		if got := newCheckup(feeds.Feed{Stories: c.stories, Unread: c.unread}, c.worth).value(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
