// Package migrate reads what other programs keep: newsboat's urls file and cache.db,
// nom's config.yml and nom.db. It owns their formats and turns them into subscriptions
// and stories. It changes nothing of theirs: databases are opened for reading only, and
// one that its program has not finished writing is read from a copy. It must not know
// what becomes of what it reads. Start at Newsboat and Nom.
package migrate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/parse"
	"nightdesk/feeds/plain"
)

// Where says where to look. Path, if set, is a folder or a file that a person named;
// else it is the folders of that person.
type Where struct {
	Path       string
	Home       string
	ConfigHome string // $XDG_CONFIG_HOME or its default
	DataHome   string // $XDG_DATA_HOME or its default
}

// A Skipped is something that was not taken over, and why.
type Skipped struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// A Library is what another program keeps.
type Library struct {
	Program string
	Files   []string // those that were read
	Feeds   []feeds.Subscription
	Skipped []Skipped
	Notes   []string // what a person should know of what was taken, a line each

	db    *database
	table table
}

// ErrNothing says that the program keeps nothing where it was looked for.
var ErrNothing = errors.New("nothing is there")

// The bounds of what is read.
const (
	maxList     = 8 << 20   // bytes of a list of feeds
	maxFeeds    = 20_000    // subscriptions
	maxStories  = 2_000_000 // of all feeds
	maxText     = 4 << 20   // bytes of one text
	maxSkipped  = 500       // lines of a report
	maxOneStory = 200       // stories handed on at once
)

func (l *Library) skip(what, why string) {
	if len(l.Skipped) < maxSkipped {
		l.Skipped = append(l.Skipped, Skipped{clip(plain.Text(what)), why})
	}
}

func (l *Library) note(format string, args ...any) {
	if len(l.Notes) < maxSkipped {
		l.Notes = append(l.Notes, plain.Text(fmt.Sprintf(format, args...)))
	}
}

func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}

// add subscribes to a feed once.
func (l *Library) add(s feeds.Subscription, seen map[string]bool) {
	switch {
	case seen[s.URL]:
		l.skip(s.URL, "it is there twice")
	case len(l.Feeds) >= maxFeeds:
		l.skip(s.URL, fmt.Sprintf("more than %d feeds", maxFeeds))
	default:
		seen[s.URL] = true
		l.Feeds = append(l.Feeds, s)
	}
}

// Close closes the program's database.
func (l *Library) Close() error {
	if l.db == nil {
		return nil
	}
	return l.db.close()
}

// Stories hands the stories of each subscribed feed to each, in parts, with their marks;
// now bounds their dates. It goes on after a story that cannot be read and says so in
// Skipped; an error of each, or of the database, ends it.
func (l *Library) Stories(ctx context.Context, now time.Time, each func(feedURL string, part []feeds.Story) error) error {
	if l.db == nil {
		return nil
	}
	mine := make(map[string]string, len(l.Feeds)) // their address -> ours
	for _, f := range l.Feeds {
		mine[l.db.theirs(f.URL)] = f.URL
	}
	rows, strange, err := l.db.index(ctx, l.table, mine)
	if err != nil {
		return err
	}
	if strange > 0 {
		l.skip(fmt.Sprintf("%d stories", strange), "their feeds are not subscribed to any more")
	}
	for _, f := range l.Feeds {
		ids := rows[f.URL]
		broken := 0
		for len(ids) > 0 {
			n := min(len(ids), maxOneStory)
			items, err := l.db.read(ctx, l.table, ids[:n])
			if err != nil {
				return err
			}
			ids = ids[n:]
			part := make([]feeds.Story, 0, len(items))
			for i := range items {
				s, err := parse.Story(items[i].Item, parse.Origin{URL: f.URL, Now: now})
				if err != nil {
					broken++
					continue
				}
				s.Mark = feeds.Mark{Read: items[i].read, Starred: items[i].starred}
				part = append(part, s)
			}
			if err := each(f.URL, part); err != nil {
				return err
			}
		}
		if broken > 0 {
			l.skip(fmt.Sprintf("%d stories of %s", broken, f.URL), "they cannot be read")
		}
	}
	return nil
}

// readList reads a list of feeds, which nobody writes large.
func readList(path string) ([]byte, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxList+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxList {
		return nil, fmt.Errorf("%s is larger than %d MiB", path, maxList>>20)
	}
	return b, nil
}

// web reports whether an address is of a feed on the web. What passes has no control
// characters, blanks or bytes that are no text in it.
func web(s string) bool {
	low := strings.ToLower(s)
	return (strings.HasPrefix(low, "http://") || strings.HasPrefix(low, "https://")) && plain.Link(s)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
