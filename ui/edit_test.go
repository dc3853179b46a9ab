package ui

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// type_ types a text.
func (d *desk) type_(text string) {
	for _, r := range text {
		if r == ' ' {
			d.keys("space")
		} else {
			d.keys(string(r))
		}
	}
}

func (d *desk) shows(what string, texts ...string) {
	d.t.Helper()
	screen := d.screen()
	for _, t := range texts {
		if !strings.Contains(screen, t) {
			d.t.Errorf("%s: %q is not on the screen:\n%s", what, t, screen)
		}
	}
	d.check(what)
}

func (d *desk) hides(what, text string) {
	d.t.Helper()
	if screen := d.screen(); strings.Contains(screen, text) {
		d.t.Errorf("%s: %q is on the screen:\n%s", what, text, screen)
	}
}

func TestMute(t *testing.T) {
	d := newDesk(t, 10, 100, 30)
	d.shows("before", "Amazon cuts hundreds of jobs 0")
	d.keys("&")
	d.shows("the dialog", "Stories about Amazon", "Everything from Gazette", "This happening", "A word or a query")
	d.keys("j", "j", "enter") // the happening
	d.shows("how long", "for a day", "for a week", "for ever", "hides 1 story, and what comes")
	d.keys("j", "enter")
	d.hides("muted", "jobs 0")
	d.shows("muted", "for a week: 1 story hidden · u undoes")
	d.keys("u")
	d.shows("undone", "jobs 0", "undone: muted")
	d.send(tea.KeyPressMsg{Code: 'r', Mod: tea.ModCtrl})
	d.hides("done again", "jobs 0")

	d.keys("&", "G", "k", "enter")
	d.type_("hundreds")
	d.r.find("s0000").Mark.Starred = true
	d.keys("enter")
	d.shows("how many", "hides 1 story, and what comes") // the other one is starred
	d.r.find("s0000").Mark.Starred = false
	d.keys("enter")
	d.hides("a word", "Amazon cuts")
	if got := d.r.muted[1].Query; got != `title:"hundreds"` {
		t.Errorf("muted %s", got)
	}
	d.keys("&")
	d.send(tea.KeyPressMsg{Code: tea.KeyEnd})
	d.keys("enter")
	d.shows("the list of mutes", "Muted", `title:"hundreds"`, "1 story hidden, for ever")
	d.keys("j", "enter")
	d.shows("lifted", "Amazon cuts hundreds of jobs 5")

	d.keys("&")
	d.send(tea.KeyPressMsg{Code: tea.KeyUp})
	d.keys("G", "k", "enter")
	d.type_("compny:x")
	d.keys("enter")
	d.shows("a query that makes no sense", "company")
}

func TestByHand(t *testing.T) {
	d := newDesk(t, 10, 100, 30)
	d.keys("v", "j", ":")
	d.type_("make one event")
	d.keys("enter")
	d.shows("put together", "2 events are one now")
	if a, b := d.r.stories[0].Event, d.r.stories[1].Event; a != b {
		t.Errorf("%s and %s are two events", a, b)
	}
	d.keys("u")
	if a, b := d.r.stories[0].Event, d.r.stories[1].Event; a == b {
		t.Error("undo has left them together")
	}
	d.keys("j", ":")
	d.type_("take the story out")
	d.keys("enter")
	d.shows("taken out", "an event of its own now")
}

// TestUnfoldedByHand: events are put right where their accounts are seen.
func TestUnfoldedByHand(t *testing.T) {
	d := newDesk(t, 6, 100, 30)
	for i := range 3 { // the room's event
		d.r.stories[i].Event = "one"
	}
	d.run(d.m.load("", false))
	d.keys("e")
	d.shows("unfolded", "3 accounts of one happening", "- takes it out · + puts another with them")
	d.keys("j", "-")
	d.shows("taken out", "is an event of its own now · u undoes")
	if e := d.r.stories[1].Event; e != "own" || d.r.stories[0].Event != "one" {
		t.Errorf("it is in %s", e)
	}
	d.keys("u")
	if e := d.r.stories[1].Event; e != "one" {
		t.Errorf("undone, it is in %s", e)
	}
	d.keys("e", "+")
	d.shows("which other", "Which one tells of the same?", "as: Amazon cuts")
	d.type_("long")
	d.keys("enter")
	d.shows("put together", "2 events are one now · u undoes")
	if e := d.r.stories[4].Event; e != "one" {
		t.Errorf("the other one is in %s", e)
	}
	d.keys("enter", "+")
	d.shows("from the article", "Which one tells of the same?")
}

// TestNotAbout: of several companies one is picked; what the store refuses is not shown as
// done, and an undo brings the company back.
func TestNotAbout(t *testing.T) {
	d := newDesk(t, 3, 140, 30)
	first := &d.r.stories[0]
	first.Companies = append(first.Companies, feeds.Tag{Slug: "nvidia", Name: "Nvidia", Score: 1})
	d.keys("2", "enter")
	command := func() {
		d.keys(":")
		d.type_("not about a company")
		d.keys("enter")
	}
	command()
	d.shows("a choice", "The story is not about", "Nvidia")
	d.r.fail = errors.New("the disk is full")
	d.keys("j", "enter")
	if len(d.m.undo) != 0 || len(first.Companies) != 2 || len(d.m.list.Rows()[0].Companies) != 2 {
		t.Errorf("refused: %d to undo, %v", len(d.m.undo), d.m.list.Rows()[0].Companies)
	}
	d.shows("refused", "the disk is full")
	d.r.fail = nil
	command()
	d.keys("j", "enter")
	d.shows("done", "not about Nvidia: remembered · u undoes")
	if len(first.Companies) != 1 || len(d.m.story.Companies) != 1 {
		t.Errorf("%v, in the reader %v", first.Companies, d.m.story.Companies)
	}
	d.keys("u")
	d.shows("undone", "undone: not about Nvidia")
	if len(first.Companies) != 2 || len(d.m.story.Companies) != 2 {
		t.Errorf("%v, in the reader %v", first.Companies, d.m.story.Companies)
	}
	d.keys("esc", "j")
	command()
	d.shows("the only one", "not about Amazon: remembered")
}

func TestChanges(t *testing.T) {
	d := newDesk(t, 3, 100, 30)
	d.keys("D")
	d.shows("what changed", "What the outlet changed", "nine", "ten", "Before")
}

func TestCatchUp(t *testing.T) {
	d := newDesk(t, 30, 100, 30)
	d.keys("B")
	d.shows("how many minutes", "Catch up in how many minutes?")
	d.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	d.send(tea.KeyPressMsg{Code: tea.KeyBackspace})
	d.type_("7")
	d.keys("enter")
	// Stories of 500 words are two minutes each; nine came in a day.
	d.shows("the edition", "Catch-up · 3 stories · 6 min")
	if n := len(d.m.list.Rows()); n != 3 {
		t.Errorf("%d stories", n)
	}
	d.keys("enter", "n", "n", "n")
	d.shows("its end", "That is all. 6 more were left out.")
	d.keys("esc", "B")
	d.type_("x")
	d.keys("enter")
	d.shows("no number", "no number of minutes")
}

func TestPipe(t *testing.T) {
	d := newDesk(t, 3, 100, 30)
	var got [2]string
	d.m.opt.Pipe = func(_ context.Context, command, text string) ([]string, error) {
		got = [2]string{command, text}
		if command == "false" {
			return nil, errors.New("false failed (exit status 1)")
		}
		return []string{"1234 words"}, nil
	}
	d.keys("|")
	d.type_("wc -w")
	d.keys("enter")
	d.shows("what it printed", "1234 words")
	if got[0] != "wc -w" || !strings.HasPrefix(got[1], "# Amazon cuts hundreds of jobs 0\n\nA paragraph") {
		t.Errorf("%.80q", got)
	}
	d.keys("esc", "|")
	d.shows("remembered", "wc -w")
	d.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	d.type_("false")
	d.keys("enter")
	d.shows("a failure", "false failed (exit status 1)")
}

// file is a config in memory.
type file struct {
	views []feeds.View
	feeds []feeds.Subscription
	fail  error
}

func (f *file) Editor() (*exec.Cmd, error) { return exec.Command("true"), nil }
func (f *file) Reload(context.Context) (Options, error) {
	return Options{Views: slices.Clone(f.views)}, f.fail
}
func (f *file) SaveView(name, query string) error {
	f.views = append(f.views, feeds.View{Name: name, Query: query})
	return f.fail
}
func (f *file) RenameView(name, to string) error {
	for i := range f.views {
		if f.views[i].Name == name && f.fail == nil {
			f.views[i].Name = to
		}
	}
	return f.fail
}
func (f *file) DropView(name string) error {
	f.views = slices.DeleteFunc(f.views, func(v feeds.View) bool { return v.Name == name })
	return f.fail
}
func (f *file) FindFeeds(_ context.Context, typed string) ([]feeds.Subscription, error) {
	if typed == "two.example" {
		return []feeds.Subscription{{URL: "https://two.example/a", Title: "All"}, {URL: "https://two.example/b", Title: "Brief"}}, nil
	}
	return nil, errors.New("there is no feed at " + typed)
}
func (f *file) AddFeed(_ context.Context, s feeds.Subscription) error {
	f.feeds = append(f.feeds, s)
	return f.fail
}
func (f *file) RenameFeed(_ context.Context, url, title string) error {
	f.feeds = append(f.feeds, feeds.Subscription{URL: url, Title: title})
	return f.fail
}
func (f *file) MoveFeed(_ context.Context, url, folder string) error {
	f.feeds = append(f.feeds, feeds.Subscription{URL: url, Folder: folder})
	return f.fail
}
func (f *file) RemoveFeed(_ context.Context, url string) error {
	f.feeds = append(f.feeds, feeds.Subscription{URL: url, Disabled: true})
	return f.fail
}

func TestViewsOfOnesOwn(t *testing.T) {
	d := newDesk(t, 10, 140, 40)
	f := &file{}
	d.m.opt.Config = f
	d.keys("V")
	d.shows("nothing to keep", "there is no filter to keep")
	d.keys("/")
	d.type_("title:hundreds ")
	d.keys("enter", "V")
	d.shows("asked", "Keep as a view")
	d.type_("Cuts")
	d.keys("enter")
	d.shows("kept", "Cuts", "is kept · u undoes")
	if len(f.views) != 1 || f.views[0].Query != "(title:hundreds)" || d.m.place.name != "Cuts" {
		t.Errorf("%+v, at %s", f.views, d.m.place.name)
	}
	d.keys(":")
	d.type_("forget a view")
	d.keys("enter")
	if len(f.views) != 0 || d.m.place.key != viewFront {
		t.Errorf("%+v, at %s", f.views, d.m.place.key)
	}
	d.keys("u")
	if len(f.views) != 1 || len(d.m.views) != 6 {
		t.Errorf("undone: %+v", f.views)
	}
	f.fail = errors.New("the disk is full")
	d.keys("/")
	d.type_("x ")
	d.keys("enter", "V", "Y", "enter")
	d.shows("a failure", "the disk is full")
}

func TestRenameView(t *testing.T) {
	d := newDesk(t, 10, 140, 40)
	f := &file{views: []feeds.View{{Name: "Cuts", Query: "title:hundreds"}, {Name: "Flags", Query: "title:flags"}}}
	d.m.opt.Config = f
	d.run(d.m.reread("", false))
	d.keys("V")
	d.shows("the views", "Views of yours", "Cuts", "title:flags")
	d.keys("j", "enter")
	d.shows("the menu", "The view “Flags”", "Show it", "Rename it", "Forget it")
	d.keys("enter")
	if d.m.place.name != "Flags" {
		t.Fatalf("at %s", d.m.place.name)
	}
	d.keys("V", "enter")
	d.shows("asked", "Rename the view “Flags”")
	d.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	d.type_("Banners")
	d.keys("enter")
	if f.views[1].Name != "Banners" || d.m.place.name != "Banners" {
		t.Errorf("%+v, at %s", f.views, d.m.place.name)
	}
	d.shows("renamed", "is called “Banners” now · u undoes")
	d.keys("u")
	if f.views[1].Name != "Flags" || d.m.place.name != "Flags" {
		t.Errorf("undone: %+v, at %s", f.views, d.m.place.name)
	}
	d.keys("ctrl+r", "1", ":")
	d.type_("rename a view")
	d.keys("enter")
	d.shows("which", "Rename which view?")
	f.fail = errors.New("the disk is full")
	d.keys("enter", "2", "enter")
	d.shows("refused", "the disk is full")
}

func TestFeedsFromInside(t *testing.T) {
	d := newDesk(t, 10, 140, 40)
	f := &file{}
	d.m.opt.Config = f
	d.keys("a")
	d.type_("none.example")
	d.keys("enter")
	d.shows("nothing there", "there is no feed at none.example")
	d.keys("a")
	d.send(tea.PasteMsg{Content: "two.example\x1b[31m\n"})
	d.keys("enter")
	d.shows("a choice", "Several feeds were found", "All", "Brief")
	d.send(tea.KeyPressMsg{Code: tea.KeyDown})
	d.keys("enter")
	if len(f.feeds) != 1 || f.feeds[0].URL != "https://two.example/b" {
		t.Errorf("%+v", f.feeds)
	}
	command := func(name string) {
		d.keys(":")
		d.type_(name)
		d.keys("enter")
	}
	command("rename a feed")
	d.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	d.type_("The Gazette")
	d.keys("enter")
	command("move a feed")
	d.type_("s")
	d.keys("enter")
	command("unsubscribe")
	d.shows("asked", "Keep it")
	d.keys("j", "enter")
	want := []feeds.Subscription{{URL: "https://g.example/feed", Title: "The Gazette"}, {URL: "https://g.example/feed", Folder: "Newss"}, {URL: "https://g.example/feed", Disabled: true}}
	for i, w := range want {
		if i+1 >= len(f.feeds) || f.feeds[i+1].Title != w.Title || f.feeds[i+1].Folder != w.Folder || f.feeds[i+1].Disabled != w.Disabled {
			t.Errorf("%+v, want %+v", f.feeds, w)
		}
	}
}
