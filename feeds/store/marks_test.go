package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

func TestMarks(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", at(-1), about("amazon")), story("two", at(-2)), story("three", at(-3)))
	ids := []string{a.New[0].ID, a.New[1].ID, a.New[2].ID}
	yes, no, half, bad := true, false, 0.5, 7.0
	before, err := d.Mark(ctx, ids, feeds.Change{Read: &yes})
	if err != nil || len(before) != 3 || before[0].Mark.Read {
		t.Fatalf("%+v %v", before, err)
	}
	if again, _ := d.Mark(ctx, ids, feeds.Change{Read: &yes}); len(again) != 0 {
		t.Error("what was read is read again")
	}
	d.want(fmt.Sprint(d.count(is("unread")))+d.find(is("unread")), "0")
	d.sound()
	d.must(d.Restore(ctx, before[:2]))
	d.want(d.find(is("unread")), "one|two")
	if _, err := d.Mark(ctx, []string{ids[0]}, feeds.Change{Starred: &yes, Position: &half}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Mark(ctx, []string{ids[0]}, feeds.Change{Position: &bad}); err != nil {
		t.Fatal(err)
	}
	if s, _ := d.Story(ctx, ids[0]); !s.Mark.Starred || s.Mark.Position != 0.5 || s.Mark.Read {
		t.Errorf("%+v", s.Mark)
	}
	// all or none
	if _, err := d.Mark(ctx, []string{ids[1], "nosuchid"}, feeds.Change{Read: &yes}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	d.want(d.find(is("unread")), "one|two")
	got, err := d.MarkQuery(ctx, feeds.Query{Root: of(feeds.FromFeed, gazette)}, Env{}, feeds.Change{Read: &yes})
	if err != nil || len(got) != 2 {
		t.Errorf("%+v %v", got, err)
	}
	if got, err = d.MarkQuery(ctx, feeds.Query{}, Env{}, feeds.Change{Read: &no, Starred: &yes}); err != nil || len(got) != 3 {
		t.Errorf("%+v %v", got, err)
	}
	d.want(d.find(feeds.And{is("unread"), is("starred")}), "one|two|three")
	d.sound()
	stopped, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := d.Mark(stopped, ids, feeds.Change{Read: &yes}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestHide(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", at(-1), about("amazon")), story("two", at(-2), about("amazon")))
	d.must(d.Hide(ctx, []string{a.New[0].ID}, true))
	d.want(fmt.Sprint(d.find(nil), d.find(is("hidden")), d.count(nil), d.count(of(feeds.OfCompany, "amazon"))), "twoone1 1")
	d.sound()
	d.subscribe(subscriptions[1:]...)
	d.must(d.Hide(ctx, []string{a.New[0].ID}, false))
	d.want(d.find(nil)+d.find(is("hidden")), "") // its feed is gone all the same
	d.subscribe(subscriptions...)
	d.want(d.find(nil), "one|two")
	d.sound()

	d.must(d.SetMute(ctx, "one", noon.Add(time.Hour)))
	d.must(d.Hide(ctx, []string{a.New[0].ID}, true))
	d.must(d.Hit(ctx, "one", a.New[0].ID))
	d.must(d.Hit(ctx, "one", a.New[0].ID))
	m, err := d.Mutes(ctx)
	if err != nil || len(m) != 1 || m[0].Hits != 1 || !m[0].Until.Equal(noon.Add(time.Hour)) {
		t.Errorf("%+v %v", m, err)
	}
	if why, _ := d.RulesOf(ctx, a.New[0].ID); len(why) != 1 || why[0] != "one" {
		t.Error(why)
	}
	d.must(d.DropMute(ctx, "one"))
	d.want(d.find(nil), "one|two")
	if h, _ := d.Hits(ctx); h["one"] != 1 {
		t.Error(h)
	}
}

func TestEvents(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("lead", at(-10)), story("other", at(-5)), story("alone", at(-1)))
	b := d.save(chips, story("account", at(-8), func(s *feeds.Story) { s.Teaser = true }))
	id := func(i int) string { return a.New[i].ID }
	ev := feeds.EventID(id(0))
	d.must(d.SetEvent(ctx, []feeds.EventChange{
		{StoryID: id(0), Event: ev, Kind: feeds.Deal, Lead: true, Outlets: 2, Score: noon.Unix() + 9000},
		{StoryID: id(1), Event: ev, Kind: feeds.Deal, Outlets: 2, Score: noon.Unix() + 9000},
		{StoryID: b.New[0].ID, Event: ev, Kind: feeds.Deal, Outlets: 2, Score: noon.Unix() + 9000},
		{StoryID: "nosuchid", Event: ev},
	}))
	top := feeds.ListRequest{Sort: feeds.Top, Clusters: true}
	d.want(d.titles(top), "lead|alone")
	yes := true
	if _, err := d.Mark(ctx, []string{id(0)}, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	unread := top
	unread.Query.Root = is("unread")
	d.want(d.titles(unread), "other|alone")
	e, err := d.Event(ctx, ev)
	if err != nil || len(e.Stories) != 3 || e.Stories[0].Title != "lead" || e.Stories[1].Title != "account" || e.Kind != feeds.Deal || e.Outlets != 2 || !e.First.Equal(at(-10)) || !e.Last.Equal(at(-5)) {
		t.Errorf("%+v %v", e, err)
	}
	if _, err := d.Event(ctx, "enothing"); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	// whoever goes, somebody leads
	d.must(d.Hide(ctx, []string{id(0)}, true))
	d.want(d.titles(top), "other|alone")
	d.must(d.Hide(ctx, []string{id(0)}, false))
	d.want(d.titles(top), "other|alone")
	if n, err := d.forget(ctx, []int64{a.New[1].Row}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	d.want(d.titles(top), "lead|alone")
	d.sound()
	var live []string
	d.must(d.LiveStories(ctx, at(-9), func(s feeds.Story) error { live = append(live, s.Title); _, err := d.Event(ctx, ev); return err }))
	d.want(strings.Join(live, "|"), "account|alone")
	d.must(d.FixEvent(ctx, feeds.EventFix{A: "aaa", B: "bbb"}))
	d.must(d.FixEvent(ctx, feeds.EventFix{A: "bbb", B: "aaa", Together: true}))
	if f, err := d.EventFixes(ctx); err != nil || len(f) != 1 || f[0] != (feeds.EventFix{A: "bbb", B: "aaa", Together: true}) {
		t.Error(f, err)
	}
}

func TestLiveStoriesInParts(t *testing.T) {
	d := newDesk(t)
	var list []feeds.Story
	for i := range 3*livePart + 7 {
		list = append(list, story(fmt.Sprint("s", i), noon.Add(-time.Duration(i/5)*time.Second)))
	}
	d.save(gazette, list...)
	n, last := 0, feeds.Cursor{}
	d.must(d.LiveStories(ctx, time.Time{}.AddDate(1990, 0, 0), func(s feeds.Story) error {
		at := s.Place(feeds.Newest)
		if at.Key < last.Key || at.Key == last.Key && at.Row <= last.Row {
			t.Error("out of order")
		}
		n, last = n+1, at
		return nil
	}))
	if n != len(list) {
		t.Errorf("%d of %d", n, len(list))
	}
}

func TestCompanies(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", at(-1), about("amazon", "nvidia")), story("two", at(-2), about("amazon")), story("yesterday", at(-24*60), about("amazon", "amd")), story("long ago", at(-90*24*60), about("amazon")))
	id := a.New[0].ID
	yes := true
	if _, err := d.Mark(ctx, []string{id}, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	show := func(q feeds.Expr) string {
		t.Helper()
		list, err := d.CompanyCounts(ctx, feeds.Query{Root: q}, Env{Watched: []string{"amd"}}, 3, 0)
		d.must(err)
		var out []string
		for _, c := range list {
			out = append(out, fmt.Sprint(c.Slug, c.Stories, c.Unread, c.Days, c.Watched))
		}
		return strings.Join(out, "|")
	}
	want := "amazon4 3 [0 1 2] false|nvidia1 0 [0 0 1] false|amd1 1 [0 1 0] true"
	if got := show(nil); got != want && got != "amazon4 3 [0 1 2] false|amd1 1 [0 1 0] true|nvidia1 0 [0 0 1] false" {
		t.Error(got)
	}
	d.want(show(feeds.Term{Field: feeds.Time, From: at(-60)}), "amazon2 1 [0 1 2] false|nvidia1 0 [0 0 1] false")
	d.want(show(of(feeds.OfCompany, "amd", "nvidia")), "amazon2 1 [0 1 2] false|amd1 1 [0 1 0] true|nvidia1 0 [0 0 1] false")
	rel, err := d.Related(ctx, "amazon", 5)
	if err != nil || len(rel) != 2 {
		t.Error(rel, err)
	}
	// a person knows better, for good
	d.must(d.CorrectTag(ctx, id, feeds.Tag{Slug: "nvidia"}, false))
	d.must(d.CorrectTag(ctx, id, feeds.Tag{Slug: "tsmc", Name: "TSMC", Score: 1}, true))
	d.must(d.SetTags(ctx, []feeds.Story{{ID: id, Companies: []feeds.Tag{{Slug: "nvidia", Name: "Nvidia", Score: 1}, {Slug: "amazon", Name: "Amazon", Score: 0.5}}}, {ID: "nosuchid"}}))
	d.save(gazette, story("one", at(-1), about("amazon", "nvidia"), text("edited so much that it matters to a reader")))
	s, _ := d.Story(ctx, id)
	d.want(fmt.Sprint(s.Companies), "[{amazon AMAZON 1} {tsmc TSMC 1}]")
	d.want(fmt.Sprint(d.count(of(feeds.OfCompany, "nvidia")), d.count(of(feeds.OfCompany, "tsmc"))), "0 1")
	d.index()
	d.want(d.find(feeds.And{word("edited"), of(feeds.OfCompany, "tsmc")}), "one")
	d.want(d.find(feeds.And{word("edited"), of(feeds.OfCompany, "nvidia")}), "")
	d.sound()
	if err := d.CorrectTag(ctx, "nosuchid", feeds.Tag{Slug: "x"}, true); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	d.must(d.Watch(ctx, "tsmc", true))
	d.must(d.Watch(ctx, "tsmc", true))
	d.must(d.Watch(ctx, "amd", true))
	d.must(d.Watch(ctx, "amd", false))
	if w, _ := d.Watched(ctx); len(w) != 1 || w[0] != "tsmc" {
		t.Error(w)
	}
}

func TestArticles(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", at(-1), func(s *feeds.Story) { s.Teaser = true }), story("two", at(-2)))
	id := a.New[0].ID
	if _, _, err := d.ArticleOf(ctx, id); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	d.must(d.Queue(ctx, []string{id, a.New[1].ID}))
	if q, err := d.QueuedSaves(ctx); err != nil || len(q) != 2 || q[1] != id {
		t.Error(q, err)
	}
	d.must(d.SaveFailed(ctx, id, "the page has moved"))
	if s, _ := d.Story(ctx, id); s.Mark.Saved != feeds.Broken || s.Mark.SaveError != "the page has moved" {
		t.Errorf("%+v", s.Mark)
	}
	if q, _ := d.QueuedSaves(ctx); len(q) != 2 {
		t.Error("what failed is not tried again")
	}
	art := &feeds.Article{Title: "One", Markdown: "The **whole** article.", Words: 900, Source: "page", Pictures: []feeds.Picture{{URL: "u", File: "1.png", Data: []byte("DATA")}}}
	d.must(d.SaveArticle(ctx, id, art, "2026-one"))
	got, dir, err := d.ArticleOf(ctx, id)
	if err != nil || dir != "2026-one" || got.Markdown != art.Markdown || got.Pictures[0].File != "1.png" || got.Pictures[0].Data != nil || art.Pictures[0].Data == nil {
		t.Errorf("%+v %s %v", got, dir, err)
	}
	s, _ := d.Story(ctx, id)
	if s.Mark.Saved != feeds.Kept || s.Mark.SaveError != "" || !s.Full || s.Words != 900 {
		t.Errorf("%+v", s)
	}
	// what is kept is not lost to a later try
	d.must(d.SaveFailed(ctx, id, "no network"))
	d.must(d.Queue(ctx, []string{id}))
	d.must(d.FullText(ctx, id, &feeds.Article{Markdown: "a teaser", Teaser: true, Source: "page"}))
	if got, dir, _ := d.ArticleOf(ctx, id); dir != "2026-one" || got.Markdown != art.Markdown {
		t.Error(got, dir)
	}
	if s, _ := d.Story(ctx, id); s.Mark.Saved != feeds.Kept {
		t.Error(s.Mark)
	}
	d.want(fmt.Sprint(d.find(is("saved")), d.count(is("saved"))), "one|two2")
	if dir, err := d.Unsave(ctx, id); err != nil || dir != "2026-one" {
		t.Error(dir, err)
	}
	d.want(d.find(is("saved")), "two")
	if _, dir, err := d.ArticleOf(ctx, id); err != nil || dir != "" {
		t.Error("the text went with the mark:", dir, err)
	}
	d.sound()
	for _, err := range []error{d.Queue(ctx, []string{"nosuchid"}), d.SaveArticle(ctx, "nosuchid", art, "x"), d.SaveFailed(ctx, "nosuchid", "x")} {
		if !errors.Is(err, ErrNotFound) {
			t.Error(err)
		}
	}
}

func TestPages(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("of a feed", at(-1)))
	s, err := d.AddPage(ctx, feeds.Story{URL: a.New[0].URL, Title: "the same"})
	if err != nil || s.ID != a.New[0].ID {
		t.Error(s, err)
	}
	page := feeds.Story{URL: "https://elsewhere.example/page", Title: "A page", Published: at(-5), Text: "about gnus"}
	s, err = d.AddPage(ctx, page)
	if err != nil || s.ID == "" || s.FeedURL != SavedFeed {
		t.Fatal(s, err)
	}
	d.must(d.SaveArticle(ctx, s.ID, &feeds.Article{Markdown: "gnus"}, "dir"))
	d.want(d.find(is("saved"))+d.find(word("gnus")), "A pageA page")
	if list, _ := d.Feeds(ctx); len(list) != 3 {
		t.Error("the feed of saved pages is among the others")
	}
	if _, err := d.Unsave(ctx, s.ID); err != nil {
		t.Error(err)
	}
	d.want(d.find(is("saved"))+d.find(nil), "of a feed")
	again, err := d.AddPage(ctx, page)
	if err != nil || again.ID != s.ID {
		t.Error(again, err)
	}
	d.must(d.Queue(ctx, []string{again.ID}))
	d.want(d.find(is("saved")), "A page")
	d.sound()
}

func TestRetention(t *testing.T) {
	d := newDesk(t)
	const day = 24 * 60
	var list []feeds.Story
	for i := range 40 {
		list = append(list, story(fmt.Sprintf("s%02d", i), at(-i*day), about("amazon")))
	}
	d.clock = at(-60 * day)
	a := d.save(gazette, list...)
	for i := range a.New {
		a.New[i].Published = list[i].Published
	}
	d.clock = noon
	yes := true
	var read []string
	for i := 0; i < 40; i += 2 {
		read = append(read, a.New[i].ID)
	}
	if _, err := d.Mark(ctx, read, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Mark(ctx, []string{a.New[38].ID}, feeds.Change{Starred: &yes}); err != nil {
		t.Fatal(err)
	}
	d.must(d.Queue(ctx, []string{a.New[36].ID}))
	d.must(d.FullText(ctx, a.New[34].ID, &feeds.Article{Markdown: "x", Source: "page"}))
	d.index()
	if n, err := d.Retain(ctx, feeds.Retention{}, noon); n != 0 || err != nil {
		t.Error("nothing was to go:", n, err)
	}
	count := d.count(nil)
	// published: those that said so before they were seen are as given, the others of that moment
	n, err := d.Retain(ctx, feeds.Retention{ReadFor: 90 * 24 * time.Hour}, noon)
	if n != 0 || err != nil {
		t.Error(n, err)
	}
	n, err = d.Retain(ctx, feeds.Retention{ReadFor: 30 * 24 * time.Hour}, noon)
	if n != 18 || err != nil || d.count(nil) != count-18 {
		t.Error(n, err, d.count(nil))
	}
	d.sound()
	if s, err := d.Story(ctx, a.New[38].ID); err != nil || !s.Mark.Starred {
		t.Error("a starred story went:", err)
	}
	if q, _ := d.QueuedSaves(ctx); len(q) != 1 {
		t.Error("a queued story went")
	}
	if _, _, err := d.ArticleOf(ctx, a.New[34].ID); !errors.Is(err, ErrNotFound) {
		t.Error("the text of a page outlives its story:", err)
	}
	// it returns as it was
	back := d.save(gazette, list[2])
	if len(back.New) != 1 || back.New[0].ID != a.New[2].ID || !back.New[0].Mark.Read || !back.New[0].FirstSeen.Equal(at(-60*day)) {
		t.Errorf("%+v", back)
	}
	d.sound()
	if n, err := d.Retain(ctx, feeds.Retention{UnreadFor: 30 * 24 * time.Hour}, noon); n != 20 || err != nil {
		t.Error(n, err)
	}
	d.sound()

	var more []feeds.Story
	for i := range 30 {
		more = append(more, story(fmt.Sprintf("m%02d", i), at(-i)))
	}
	b := d.save(chips, more...)
	read = nil
	for _, s := range b.New[:25] {
		read = append(read, s.ID)
	}
	if _, err := d.Mark(ctx, read, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	if n, err := d.Retain(ctx, feeds.Retention{ReadPerFeed: 10}, noon); n != 15 || err != nil {
		t.Error(n, err)
	}
	got := d.find(of(feeds.FromFeed, chips))
	if !strings.HasPrefix(got, "m00|") || strings.Contains(got, "m10") || !strings.Contains(got, "m29") {
		t.Error(got)
	}
	d.sound()
	// given up: what nobody sees goes as what was read
	d.subscribe(subscriptions[:2]...)
	if n, err := d.Retain(ctx, feeds.Retention{ReadFor: time.Hour}, noon.Add(48*time.Hour)); n < 15 || err != nil {
		t.Error(n, err)
	}
	d.sound()
}
