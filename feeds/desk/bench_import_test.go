package desk

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nightdesk/feeds"
	"nightdesk/feeds/migrate"
)

// BenchmarkImport takes over 2,000 stories of 3 KB in ten feeds; a second time they are
// known.
func BenchmarkImport(b *testing.B) {
	dir := b.TempDir()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "cache.db"))
	if err != nil {
		b.Fatal(err)
	}
	text := "<p>" + strings.Repeat("Nvidia names a chip for the plant that Amazon opened there. ", 50) + "</p>"
	if _, err := db.Exec(`CREATE TABLE rss_feed(rssurl TEXT, url TEXT, title TEXT);
		CREATE TABLE rss_item(id INTEGER PRIMARY KEY, guid TEXT, title TEXT, author TEXT, url TEXT, feedurl TEXT, pubDate INTEGER, content TEXT, unread INTEGER, flags TEXT);
		WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
		INSERT INTO rss_item(guid, title, author, url, feedurl, pubDate, content, unread, flags)
		SELECT 'g' || i, 'Story number ' || i || ' of them', '', 'https://f' || (i % 10) || '.example/' || i, 'https://f' || (i % 10) || '.example/feed', 1779400000 - i * 600, i || ?1, i % 2, '' FROM n`, text); err != nil {
		b.Fatal(err)
	}
	_ = db.Close()
	var urls strings.Builder
	for i := range 10 {
		fmt.Fprintf(&urls, "https://f%d.example/feed\n", i)
	}
	if err := os.WriteFile(filepath.Join(dir, "urls"), []byte(urls.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	run := func(b *testing.B, d *Desk) {
		lib, err := migrate.Newsboat(b.Context(), migrate.Where{Path: dir})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := d.Import(b.Context(), lib, ImportOptions{Subscribe: func(s []feeds.Subscription) (added []string, _ error) {
			for _, one := range s {
				added = append(added, one.URL)
			}
			return added, nil
		}}); err != nil {
			b.Fatal(err)
		}
		_ = lib.Close()
	}
	fresh := func(b *testing.B, i int) *Desk {
		d, err := Open(b.Context(), Options{Database: filepath.Join(b.TempDir(), fmt.Sprint(i), "x.db")})
		if err != nil {
			b.Fatal(err)
		}
		d.tagger()
		return d
	}
	b.Run("new", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			b.StopTimer()
			d := fresh(b, i)
			b.StartTimer()
			run(b, d)
			b.StopTimer()
			_ = d.Close()
			b.StartTimer()
		}
	})
	b.Run("known", func(b *testing.B) {
		d := fresh(b, 0)
		run(b, d)
		for b.Loop() {
			run(b, d)
		}
		_ = d.Close()
	})
}
