package desk

import (
	"encoding/json"
	"testing"

	"nightdesk/feeds"
)

// TestRetag changes the list under stored stories: the tags follow, what a person said
// stays, and a pass that was stopped goes on where it was.
func TestRetag(t *testing.T) {
	o := newOutlet(t)
	dir := t.TempDir()
	opt := Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}}
	ctx := t.Context()
	d := open(t, dir, opt)
	if _, err := d.Refresh(ctx, nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	d.background.Wait()
	nvidia := list(t, d, "company:nvidia")
	if len(nvidia) != 1 || d.NotAbout(ctx, nvidia[0].ID, "nvidia") != nil {
		t.Fatal("no story of Nvidia to correct")
	}
	if n, err := d.Retag(ctx); n != 0 || err != nil {
		t.Errorf("nothing has changed, but %d stories were looked at, %v", n, err)
	}

	opt.Companies = []feeds.Company{{Slug: "amazon", Hidden: true}, {Slug: "plants", Name: "!Opens A Plant", Aliases: []string{"opens a plant"}}}
	d = open(t, dir, opt)
	if n, err := d.Retag(ctx); n != 2 || err != nil {
		t.Errorf("%d stories were looked at, %v", n, err)
	}
	for query, want := range map[string]int{"company:amazon": 0, "company:plants": 1, "company:nvidia": 0} {
		if got := list(t, d, query); len(got) != want {
			t.Errorf("%s gives %d stories, want %d", query, len(got), want)
		}
	}
	if n, err := d.Retag(ctx); n != 0 || err != nil {
		t.Errorf("all is done, but %d stories were looked at, %v", n, err)
	}

	all, err := d.db.Whole(ctx, 0, 10)
	if err != nil || len(all) != 2 || all[0].Row < all[1].Row || all[1].Text == "" && all[0].Text == "" {
		t.Fatalf("%d whole stories, %v", len(all), err)
	}
	note, err := json.Marshal(retagged{Version: d.list().Version(), Before: all[0].Row})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.db.Set(ctx, retagKey, string(note)); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Retag(ctx); n != 1 || err != nil {
		t.Errorf("going on where it was stopped, %d stories were looked at, %v", n, err)
	}
}

// TestUnlisted asks for a company that only a headline names.
func TestUnlisted(t *testing.T) {
	d := open(t, t.TempDir(), Options{})
	ctx := t.Context()
	if _, ok := d.Company("qorbitly"); ok {
		t.Error("a company that no story names is known")
	}
	err := d.db.Subscribe(ctx, []feeds.Subscription{{URL: "https://gazette.example/feed"}})
	if err != nil {
		t.Fatal(err)
	}
	fs, err := d.Feeds(ctx)
	if err != nil || len(fs) != 1 {
		t.Fatal(fs, err)
	}
	s := feeds.Story{FeedID: fs[0].ID, GUID: "1", URL: "https://gazette.example/1", Title: "Qorbitly raises $12M", Published: d.opt.Now()}
	s.Companies = d.tagger().Tag(&s)
	if _, err := d.db.SaveStories(ctx, []feeds.Batch{{FeedID: fs[0].ID, Stories: []feeds.Story{s}}}); err != nil {
		t.Fatal(err)
	}
	if c, ok := d.Company("qorbitly"); !ok || c.Name != "Qorbitly" {
		t.Errorf("%+v, %v", c, ok)
	}
	if got := list(t, d, "company:Qorbitly"); len(got) != 1 {
		t.Errorf("company:Qorbitly gives %d stories", len(got))
	}
	if cs, err := d.Companies(ctx, feeds.Query{}, 0); err != nil || len(cs) != 1 || cs[0].Name != "Qorbitly" {
		t.Errorf("%+v, %v", cs, err)
	}
}
