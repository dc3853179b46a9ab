package migrate

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Nom reads the config and the database of nom (github.com/guyfedwards/nom). The path is
// its folder, its config.yml or its nom.db; without one it is $XDG_CONFIG_HOME/nom.
func Nom(ctx context.Context, w Where) (*Library, error) {
	l := &Library{Program: "nom", table: nomItems}
	config, database := "", ""
	switch st, err := os.Stat(w.Path); {
	case w.Path == "":
		config = filepath.Join(w.ConfigHome, "nom", "config.yml")
	case err != nil:
		return nil, fmt.Errorf("read nom's files: %w", err)
	case st.IsDir():
		config = filepath.Join(w.Path, "config.yml")
	case isDatabase(w.Path):
		database = w.Path
		if beside := filepath.Join(filepath.Dir(w.Path), "config.yml"); exists(beside) {
			config = beside
		}
	default:
		config = w.Path
	}
	listed := false
	if config != "" {
		b, err := readList(config)
		switch {
		case err == nil:
			l.Files = append(l.Files, config)
			name := l.readNom(b)
			listed = true
			if database == "" {
				if name == "" || strings.ContainsAny(name, "/\\") {
					name = "nom.db"
				}
				database = filepath.Join(filepath.Dir(config), name)
			}
		case !errors.Is(err, os.ErrNotExist):
			return nil, fmt.Errorf("read nom's config: %w", err)
		case database == "":
			database = filepath.Join(filepath.Dir(config), "nom.db")
		}
	}
	if exists(database) {
		db, err := openDatabase(ctx, database, l.table)
		if err != nil {
			return nil, fmt.Errorf("read nom's database: %w", err)
		}
		l.db = db
		l.Files = append(l.Files, database)
		if !listed {
			if err := l.feedsOfItems(ctx); err != nil {
				return nil, errors.Join(fmt.Errorf("read nom's database: %w", err), db.close())
			}
		}
	}
	if len(l.Files) == 0 {
		return nil, fmt.Errorf("read nom's files: no %s and no %s: %w", config, database, ErrNothing)
	}
	return l, nil
}

// readNom takes the feeds of a config and returns what it calls its database.
func (l *Library) readNom(b []byte) (database string) {
	seen := make(map[string]bool)
	doc := readYAML(b)
	for _, m := range doc.lists["feeds"] {
		s := feeds.Subscription{URL: strings.TrimSpace(m["url"]), Title: clip(plain.Text(m["name"]))}
		if s.URL == "" && s.Title == "" {
			continue
		}
		if !web(s.URL) {
			l.skip(first(s.URL, s.Title), "no address of a feed")
			continue
		}
		for t := range strings.SplitSeq(m["tags"], "\n") {
			if t = clip(plain.Text(t)); t != "" && len(s.Tags) < 32 {
				s.Tags = append(s.Tags, t)
			}
		}
		l.add(s, seen)
	}
	for _, kind := range []string{"miniflux", "freshrss"} {
		if doc.sections["backends."+kind] {
			l.skip("the "+kind+" server of nom's config", "write it as a [[sync]] of the config; nightdesk sync does the rest")
		}
	}
	return doc.values["database"]
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

// nomItems is the table of nom's stories.
var nomItems = table{
	name: "items", feed: "feedurl", rowid: "id",
	columns: []string{"guid", "link", "title", "content", "author", "readat", "favourite", "publishedat", "createdat", "updatedat"},
	item: func(v map[string]any) item {
		it := item{read: !moment(v["readat"]).IsZero(), starred: whole(v["favourite"]) != 0}
		it.GUID, it.URL, it.Title, it.Author, it.HTML = words(v["guid"]), words(v["link"]), words(v["title"]), words(v["author"]), words(v["content"])
		if it.Published = moment(v["publishedat"]); it.Published.Year() < 1985 {
			it.Published = moment(v["createdat"])
		}
		return it
	},
}

// feedsOfItems subscribes to the feeds that the stories name, for a database alone.
func (l *Library) feedsOfItems(ctx context.Context) error {
	seen := make(map[string]bool)
	return l.db.feeds(ctx, "items", "feedurl", nil, func(url string, _ map[string]any) {
		if !web(url) {
			l.skip(url, "no address of a feed")
		} else if !seen[url] {
			l.add(feeds.Subscription{URL: url}, seen)
		}
	})
}
