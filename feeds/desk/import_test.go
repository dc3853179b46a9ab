package desk

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"nightdesk/feeds"
	"nightdesk/feeds/migrate"
)

// oldReader is the folder of another program that has read the outlet's feed: one story
// read and starred, one unread, one that has left the feed.
func oldReader(t *testing.T, o *outlet) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "urls"), []byte(o.URL+"/feed \"~Gazette\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "cache.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`CREATE TABLE rss_item(id INTEGER PRIMARY KEY, guid TEXT, title TEXT, author TEXT, url TEXT, feedurl TEXT, pubDate INTEGER, content TEXT, unread INTEGER, flags TEXT);
		CREATE TABLE rss_feed(rssurl TEXT, url TEXT, title TEXT);
		INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread, flags) VALUES
		('1', 'Amazon opens a plant', '', ?1 || '/plant', ?1 || '/feed', unixepoch() - 3600, '<p>as it was</p>', 0, 'a'),
		('2', 'Nvidia names a chip', '', ?1 || '/chip', ?1 || '/feed', unixepoch() - 3600, '', 1, ''),
		('0', 'Intel closed a plant', '', ?1 || '/closed', ?1 || '/feed', unixepoch() - 86400, '<p>Intel closed a plant.</p>', 0, '')`, o.URL); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestImport takes a library over before and after the feed has been fetched: the feed
// recognises the stories, nothing is there twice, and what a reader does since stays.
func TestImport(t *testing.T) {
	for _, refreshFirst := range []bool{false, true} {
		o := newOutlet(t)
		from := oldReader(t, o)
		dir := t.TempDir()
		var opt Options
		sub := feeds.Subscription{URL: o.URL + "/feed", Title: "Gazette"}
		if refreshFirst {
			opt.Subscriptions = []feeds.Subscription{sub}
		}
		d := open(t, dir, opt)
		ctx := t.Context()
		if refreshFirst {
			if sum, err := d.Refresh(ctx, nil, true, nil, nil); err != nil || sum.New != 2 {
				t.Fatalf("refresh: %+v, %v", sum, err)
			}
		}
		run := func(dry bool) ImportReport {
			t.Helper()
			lib, err := migrate.Newsboat(ctx, migrate.Where{Path: from})
			if err != nil {
				t.Fatal(err)
			}
			defer lib.Close()
			r, err := d.Import(ctx, lib, ImportOptions{DryRun: dry, Subscribe: func(s []feeds.Subscription) ([]string, error) {
				if dry {
					t.Error("a dry run subscribes")
				}
				d.opt.Subscriptions = append(d.opt.Subscriptions, s...)
				return []string{s[0].URL}, nil
			}})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		before, err := d.Version(ctx)
		if err != nil {
			t.Fatal(err)
		}
		dry := run(true)
		if after, err := d.Version(ctx); err != nil || after != before {
			t.Errorf("a dry run changes something: %v", err)
		}
		real := run(false)
		if dry.Stories != real.Stories || dry.Read != real.Read || dry.Starred != real.Starred || len(dry.Added) != len(real.Added) {
			t.Errorf("the dry run says %+v, the real one %+v", dry, real)
		}
		if want := map[bool]int{false: 3, true: 1}[refreshFirst]; real.Stories != want || real.Known != 3-want || real.Read != 2 || real.Starred != 1 {
			t.Errorf("taken over, refreshed first %v: %+v", refreshFirst, real)
		}
		if _, err := d.Refresh(ctx, nil, true, nil, nil); err != nil {
			t.Fatal(err)
		}
		if got := list(t, d, ""); len(got) != 3 {
			t.Fatalf("%d stories after a refresh: %+v", len(got), got)
		}
		if got := list(t, d, "is:starred is:read company:amazon"); len(got) != 1 {
			t.Errorf("the star of the story that the feed still has: %+v", got)
		}
		if got := list(t, d, "is:read company:intel"); len(got) != 1 {
			t.Errorf("the story that has left the feed: %+v", got)
		}
		no := false
		if _, err := d.Mark(ctx, []string{list(t, d, "company:amazon")[0].ID}, feeds.Change{Read: &no, Starred: &no}); err != nil {
			t.Fatal(err)
		}
		again := run(false)
		if again.Stories+again.Read+again.Starred+len(again.Added) != 0 || again.Known != 3 || again.Already != 1 {
			t.Errorf("a second time: %+v", again)
		}
		if got := list(t, d, "is:unread"); len(got) != 2 {
			t.Errorf("what was marked here since is undone: %+v", got)
		}
	}
}
