package migrate

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var noon = time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC)

// The schemas as the programs make them.
const (
	newsboatSchema = `
CREATE TABLE rss_feed ( rssurl VARCHAR(1024) PRIMARY KEY NOT NULL, url VARCHAR(1024) NOT NULL, title VARCHAR(1024) NOT NULL , lastmodified INTEGER(11) NOT NULL DEFAULT 0, is_rtl INTEGER(1) NOT NULL DEFAULT 0, etag VARCHAR(128) NOT NULL DEFAULT "");
CREATE TABLE rss_item ( id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, guid VARCHAR(64) NOT NULL, title VARCHAR(1024) NOT NULL, author VARCHAR(1024) NOT NULL, url VARCHAR(1024) NOT NULL, feedurl VARCHAR(1024) NOT NULL, pubDate INTEGER NOT NULL, content VARCHAR(65535) NOT NULL, unread INTEGER(1) NOT NULL , enclosure_url VARCHAR(1024), enclosure_type VARCHAR(1024), enqueued INTEGER(1) NOT NULL DEFAULT 0, flags VARCHAR(52), deleted INTEGER(1) NOT NULL DEFAULT 0, base VARCHAR(128) NOT NULL DEFAULT "", content_mime_type VARCHAR(255) NOT NULL DEFAULT "");
CREATE INDEX idx_rssurl ON rss_feed(rssurl);
CREATE INDEX idx_guid ON rss_item(guid);
CREATE INDEX idx_feedurl ON rss_item(feedurl);
CREATE TABLE metadata ( db_schema_version_major INTEGER NOT NULL, db_schema_version_minor INTEGER NOT NULL );`
	oldNewsboatSchema = `
CREATE TABLE rss_feed ( rssurl VARCHAR(1024) PRIMARY KEY NOT NULL, url VARCHAR(1024) NOT NULL, title VARCHAR(1024) NOT NULL );
CREATE TABLE rss_item ( id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, guid VARCHAR(64) NOT NULL, title VARCHAR(1024) NOT NULL, author VARCHAR(1024) NOT NULL, url VARCHAR(1024) NOT NULL, feedurl VARCHAR(1024) NOT NULL, pubDate INTEGER NOT NULL, content VARCHAR(65535) NOT NULL, unread INTEGER(1) NOT NULL );`
	nomSchema = `
create table items (id integer primary key, feedurl text, link text, title text, content text, author text, readat datetime, publishedat datetime, updatedat datetime, createdat datetime);
create table migrations (id integer not null, runat datetime);
alter table items add favourite boolean not null default 0;`
)

// database makes a program's database and leaves it closed.
func makeDatabase(t testing.TB, path, schema string, rows ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range append([]string{schema}, rows...) {
		if _, err := db.Exec(text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func stories(t testing.TB, l *Library) map[string][]feeds.Story {
	t.Helper()
	out := make(map[string][]feeds.Story)
	if err := l.Stories(context.Background(), noon, func(url string, part []feeds.Story) error {
		out[url] = append(out[url], part...)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// folder is the sum of all files of a folder, to show that nothing was changed.
func folder(t testing.TB, dir string) string {
	t.Helper()
	var b bytes.Buffer
	err := filepath.Walk(dir, func(path string, st os.FileInfo, err error) error {
		if err != nil || st.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(&b, "%s %x %s\n", path, sha256.Sum256(data), st.ModTime())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const urls = `# my feeds
https://gazette.example/feed.xml chips "daily news" "~The Gazette" # mine
https://quiet.example/atom "!" "~Quiet"
"query:Unread:unread = \"yes\"" "~Unread"
"exec:fetch-it --all"
"exec:~/bin/make feed | tr a b" local
filter:~/bin/clean.sh:https://filtered.example/rss
https://gazette.example/feed.xml twice
gopher://old.example/
`

func TestNewsboat(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, ".newsboat")
	write(t, filepath.Join(dir, "urls"), urls)
	makeDatabase(t, filepath.Join(dir, "cache.db"), newsboatSchema,
		`INSERT INTO rss_feed(rssurl, url, title) VALUES('https://gazette.example/feed.xml', 'https://gazette.example', 'Gazette'), ('filter:~/bin/clean.sh:https://filtered.example/rss', '', 'F'), ('https://left.example/rss', '', 'Left')`,
		`INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread, enclosure_url, enclosure_type, flags, deleted, base) VALUES
			('tag:1', 'Amazon & co. open a plant', 'Ann', 'https://gazette.example/1?utm_source=rss', 'https://gazette.example/feed.xml', 1779400000, '<p>Text <a href="/x">more</a></p><script>bad()</script>', 0, 'https://gazette.example/1.mp3', 'audio/mpeg', 'ab', 0, 'https://gazette.example/'),
			('https://gazette.example/2Fri, 22 May 2026 10:00:00 +0000', 'No id', '', 'https://gazette.example/2', 'https://gazette.example/feed.xml', 1779400001, 'plain', 1, NULL, NULL, NULL, 0, ''),
			('gone', 'Deleted there', '', 'https://gazette.example/3', 'https://gazette.example/feed.xml', 1779400002, '', 1, '', '', '', 1, ''),
			('f1', 'Filtered', '', 'https://filtered.example/1', 'filter:~/bin/clean.sh:https://filtered.example/rss', 1779400003, '', 1, '', '', '', 0, ''),
			('l1', 'Left', '', 'https://left.example/1', 'https://left.example/rss', 1779400003, '', 1, '', '', '', 0, '')`)
	before := folder(t, home)
	l, err := Newsboat(context.Background(), Where{Home: home, ConfigHome: filepath.Join(home, ".config"), DataHome: filepath.Join(home, ".local/share")})
	if err != nil {
		t.Fatal(err)
	}
	want := []feeds.Subscription{
		{URL: "https://gazette.example/feed.xml", Title: "The Gazette", Tags: []string{"chips", "daily news"}},
		{URL: "https://quiet.example/atom", Title: "Quiet"},
		{URL: "exec:fetch-it --all"},
		{URL: "exec:sh -c '~/bin/make feed | tr a b'", Tags: []string{"local"}},
		{URL: "https://filtered.example/rss", Filter: "sh -c '~/bin/clean.sh'"},
	}
	if !slices.EqualFunc(l.Feeds, want, func(a, b feeds.Subscription) bool {
		return a.URL == b.URL && a.Title == b.Title && a.Filter == b.Filter && slices.Equal(a.Tags, b.Tags)
	}) {
		t.Errorf("feeds: %+v", l.Feeds)
	}
	got := stories(t, l)
	gazette := got["https://gazette.example/feed.xml"]
	if len(gazette) != 3 || len(got["https://filtered.example/rss"]) != 1 || len(got) != 2 {
		t.Fatalf("stories: %+v", got)
	}
	s := gazette[0]
	if s.GUID != "tag:1" || s.URL != "https://gazette.example/1" || s.Title != "Amazon & co. open a plant" || s.Author != "Ann" || s.Published.Unix() != 1779400000 ||
		!s.Mark.Read || !s.Mark.Starred || strings.Contains(s.HTML, "script") || !strings.Contains(s.HTML, "https://gazette.example/x") || s.Enclosures[0].Type != "audio/mpeg" || s.Given != "" {
		t.Errorf("a story: %+v", s)
	}
	if s := gazette[1]; s.GUID != "https://gazette.example/2" || s.Mark.Read || s.Mark.Starred {
		t.Errorf("a story without an id is told by its link, as feeds/parse does: %+v", s)
	}
	if !gazette[2].Mark.Read {
		t.Error("what was deleted there counts as read here")
	}
	var skipped []string
	for _, x := range l.Skipped {
		skipped = append(skipped, x.What)
	}
	if len(skipped) != 4 || !strings.HasPrefix(skipped[0], "query:") || skipped[1] != "https://gazette.example/feed.xml" || skipped[2] != "gopher://old.example/" || skipped[3] != "1 stories" {
		t.Errorf("not taken: %q", skipped)
	}
	if len(l.Notes) != 4 {
		t.Errorf("notes: %q", l.Notes)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if folder(t, home) != before {
		t.Error("newsboat's files were touched")
	}
}

// TestRunningProgram reads databases that a program has open, or left with a journal.
func TestRunningProgram(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cache.db")
	makeDatabase(t, path, "PRAGMA journal_mode=wal;"+oldNewsboatSchema)
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, text := range []string{
		"PRAGMA wal_autocheckpoint=0",
		"INSERT INTO rss_feed VALUES('https://a.example/feed', 'https://a.example', 'A')",
		"INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread) VALUES('1', 'In the journal', '', 'https://a.example/1', 'https://a.example/feed', 1779400000, 'x', 0)",
	} {
		if _, err := db.Exec(text); err != nil {
			t.Fatal(err)
		}
	}
	before := folder(t, dir)
	l, err := Newsboat(t.Context(), Where{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	got := stories(t, l)["https://a.example/feed"]
	if len(l.Feeds) != 1 || l.Feeds[0].Title != "A" || l.Feeds[0].Site != "https://a.example" || len(got) != 1 || got[0].Title != "In the journal" || !got[0].Mark.Read {
		t.Errorf("feeds %+v, stories %+v", l.Feeds, got)
	}
	tmp := l.db.copy
	if err := l.Close(); err != nil || exists(tmp) {
		t.Errorf("the copy stays: %v", err)
	}
	if folder(t, dir) != before {
		t.Error("the files of a running program were touched")
	}
}

func TestNom(t *testing.T) {
	home := t.TempDir()
	dir := filepath.Join(home, ".config", "nom")
	write(t, filepath.Join(dir, "config.yml"), `
configpath: ""
pager: "less # not a comment"
feeds: # mine
- url: https://a.example/feed
  name: "A: the \"first\""
-   url: 'https://b.example/it''s'   # comment
    tags:
    - chips
    - "daily news"
- {url: "https://c.example/x?a={b}", name: C}
- https://d.example/bare
- name: nothing
- url: ftp://no.example
database: own.db
backends:
  miniflux:
    host: http://myminiflux.foo
    api_key: secret
`)
	makeDatabase(t, filepath.Join(dir, "own.db"), nomSchema,
		`INSERT INTO items(feedurl, link, title, content, author, readat, favourite, publishedat, createdat, updatedat) VALUES
		('https://a.example/feed', 'https://a.example/1', 'One', '<p>text</p>', 'Ann', '2026-05-20 10:00:00.123456789+02:00', 1, '2026-05-19 08:00:00+00:00', '2026-05-19 09:00:00+00:00', '2026-05-19 09:00:00+00:00'),
		('https://a.example/feed', 'https://a.example/2', 'Two', NULL, NULL, NULL, 0, '0001-01-01 00:00:00+00:00', '2026-05-19 09:00:00.5+00:00', '2026-05-19 09:00:00+00:00')`)
	before := folder(t, home)
	l, err := Nom(t.Context(), Where{ConfigHome: filepath.Join(home, ".config")})
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, f := range l.Feeds {
		have = append(have, f.URL+"|"+f.Title+"|"+strings.Join(f.Tags, ","))
	}
	want := []string{`https://a.example/feed|A: the "first"|`, "https://b.example/it's||chips,daily news", "https://c.example/x?a={b}|C|", "https://d.example/bare||"}
	if !slices.Equal(have, want) {
		t.Errorf("feeds: %q", have)
	}
	if len(l.Skipped) != 3 || strings.Contains(fmt.Sprint(l.Skipped), "secret") {
		t.Errorf("not taken: %+v", l.Skipped)
	}
	got := stories(t, l)["https://a.example/feed"]
	if len(got) != 2 || got[0].GUID != "https://a.example/1" || !got[0].Mark.Read || !got[0].Mark.Starred || got[0].Published.Format(time.RFC3339) != "2026-05-19T08:00:00Z" || got[0].Author != "Ann" {
		t.Errorf("stories: %+v", got)
	}
	if got[1].Mark.Read || got[1].Published.Format(time.RFC3339) != "2026-05-19T09:00:00Z" {
		t.Errorf("a story without a date takes that of its arrival: %+v", got[1])
	}
	if err := l.Close(); err != nil || folder(t, home) != before {
		t.Errorf("nom's files were touched, or %v", err)
	}
}

func TestNothingThere(t *testing.T) {
	for _, f := range []func(context.Context, Where) (*Library, error){Newsboat, Nom} {
		dir := t.TempDir()
		if _, err := f(t.Context(), Where{Home: dir, ConfigHome: dir, DataHome: dir}); !errors.Is(err, ErrNothing) {
			t.Errorf("an empty folder: %v", err)
		}
		if _, err := f(t.Context(), Where{Path: filepath.Join(dir, "none")}); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("a path that is not there: %v", err)
		}
		write(t, filepath.Join(dir, "cache.db"), "SQLite format 3\x00 and then nothing")
		if _, err := f(t.Context(), Where{Path: filepath.Join(dir, "cache.db")}); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("a broken database: %v", err)
		}
		makeDatabase(t, filepath.Join(dir, "strange.db"), "CREATE TABLE x(y); CREATE VIEW rss_item AS SELECT 1 AS feedurl; CREATE VIEW items AS SELECT 1 AS feedurl")
		if _, err := f(t.Context(), Where{Path: filepath.Join(dir, "strange.db")}); err == nil || !strings.Contains(err.Error(), "no table") {
			t.Errorf("another program's database: %v", err)
		}
	}
}

// TestDamaged reads a database damaged in every page: an error or what is readable, and
// no crash.
func TestDamaged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "cache.db")
	makeDatabase(t, path, newsboatSchema,
		"INSERT INTO rss_feed(rssurl, url, title) VALUES('https://a.example/feed', '', 'A')",
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread)
		SELECT 'g' || i, 'Title ' || i, '', 'https://a.example/' || i, 'https://a.example/feed', CASE i % 4 WHEN 0 THEN 'never' WHEN 1 THEN -5 WHEN 2 THEN x'00ff' ELSE 1779400000 END, hex(zeroblob(300)), 1 FROM n`)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(b []byte) (int, error) {
		broken := filepath.Join(dir, "broken.db")
		if err := os.WriteFile(broken, b, 0o600); err != nil {
			t.Fatal(err)
		}
		l, err := Newsboat(t.Context(), Where{Path: broken})
		if err != nil {
			return 0, err
		}
		n := 0
		err = l.Stories(t.Context(), noon, func(_ string, part []feeds.Story) error { n += len(part); return nil })
		return n, errors.Join(err, l.Close())
	}
	if n, err := try(whole); n != 60 || err != nil {
		t.Fatalf("whole: %d stories, %v", n, err)
	}
	failed := 0
	for at := 100; at < len(whole); at += 1499 {
		for _, b := range [][]byte{whole[:at], append(append(bytes.Clone(whole[:at]), 0xff, 0xff, 0xff, 0x7f), whole[min(at+4, len(whole)):]...)} {
			if _, err := try(b); err != nil {
				failed++
			}
		}
	}
	if failed == 0 {
		t.Error("no damage was noticed")
	}
}

func FuzzLists(f *testing.F) {
	f.Add([]byte(urls))
	f.Add([]byte("feeds:\n- url: https://a.example\n  name: a\n- {url: \"https://b.example\", name: 'b'}\nbackends:\n  miniflux:\n"))
	f.Add([]byte("feeds: [https://a.example, {url: b}]\n- x\n\t- y\n\"a\":\n - :\n -\n  -"))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, read := range []func(*Library){func(l *Library) { l.readURLs(b) }, func(l *Library) { l.readNom(b) }} {
			l := &Library{}
			read(l)
			seen := make(map[string]bool)
			for _, s := range l.Feeds {
				if seen[s.URL] {
					t.Fatalf("%q twice", s.URL)
				}
				seen[s.URL] = true
				if !web(s.URL) && !strings.HasPrefix(s.URL, "exec:") && !strings.HasPrefix(s.URL, "file://") {
					t.Fatalf("a feed at %q", s.URL)
				}
				for _, text := range append([]string{s.URL, s.Title, s.Filter}, s.Tags...) {
					if strings.ContainsAny(text, "\x00\x1b\n\r\t\u202e\u009b") {
						t.Fatalf("%q gets in", text)
					}
				}
			}
		}
	})
}
