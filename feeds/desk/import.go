package desk

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/migrate"
)

// placeFor is how old a story may be that is still put into an event: older ones could be
// joined by nobody.
const placeFor = 7 * 24 * time.Hour

// ImportOptions say how a library of another program is taken over.
type ImportOptions struct {
	DryRun bool
	// Subscribe writes subscriptions to where they are kept and returns the addresses of
	// those that were not there in any form.
	Subscribe func([]feeds.Subscription) (added []string, err error)
	// Progress, if set, is told how many stories have been looked at.
	Progress func(stories int)
}

// An ImportReport says what was taken over, or would be.
type ImportReport struct {
	Program string            `json:"program"`
	Files   []string          `json:"files"`
	DryRun  bool              `json:"dry_run"`
	Added   []string          `json:"added"`   // addresses of feeds
	Already int               `json:"already"` // feeds that were subscribed to
	Stories int               `json:"stories"` // stored now
	Known   int               `json:"known"`   // stories that were here
	Gone    int               `json:"gone"`    // stories that were here and have been let go
	Read    int               `json:"read"`    // marks taken over
	Starred int               `json:"starred"`
	Skipped []migrate.Skipped `json:"skipped"`
	Notes   []string          `json:"notes"`
}

// Import takes over what another program keeps: feeds, then stories with their marks.
// What is here stays as it is; doing it twice changes nothing. After an error the report
// says how far it came.
func (d *Desk) Import(ctx context.Context, lib *migrate.Library, o ImportOptions) (ImportReport, error) {
	r := ImportReport{Program: lib.Program, Files: lib.Files, DryRun: o.DryRun, Added: []string{}}
	have := make(map[string]bool)
	for _, s := range d.opt.Subscriptions {
		have[s.URL] = true
	}
	var add []feeds.Subscription
	for _, s := range lib.Feeds {
		if have[s.URL] {
			r.Already++
		} else {
			add = append(add, s)
		}
	}
	err := d.importFeeds(ctx, add, o, &r)
	if err == nil {
		err = d.importStories(ctx, lib, o, &r)
	}
	r.Skipped, r.Notes = append(r.Skipped, lib.Skipped...), lib.Notes
	return r, err
}

func (d *Desk) importFeeds(ctx context.Context, add []feeds.Subscription, o ImportOptions, r *ImportReport) error {
	if len(add) == 0 {
		return nil
	}
	if o.DryRun {
		for _, s := range add {
			r.Added = append(r.Added, s.URL)
		}
		return nil
	}
	added, err := o.Subscribe(add)
	if err != nil {
		return fmt.Errorf("subscribe to %d feeds: %w", len(add), err)
	}
	r.Added = append(r.Added, added...)
	isNew := make(map[string]bool, len(added))
	for _, url := range added {
		isNew[url] = true
	}
	all := d.opt.Subscriptions[:len(d.opt.Subscriptions):len(d.opt.Subscriptions)]
	for _, s := range add {
		if isNew[s.URL] {
			all = append(all, s)
		} else {
			r.Skipped = append(r.Skipped, migrate.Skipped{What: fetch.Redact(s.URL), Why: "it is switched off in the config"})
		}
	}
	return d.db.Subscribe(ctx, all)
}

func (d *Desk) importStories(ctx context.Context, lib *migrate.Library, o ImportOptions, r *ImportReport) error {
	list, err := d.db.Feeds(ctx)
	if err != nil {
		return err
	}
	byURL := make(map[string]feeds.Feed, len(list))
	for _, f := range list {
		byURL[f.URL] = f
	}
	now := d.opt.Now()
	seen := 0
	return lib.Stories(ctx, now, func(url string, part []feeds.Story) error {
		if seen += len(part); o.Progress != nil {
			defer o.Progress(seen)
		}
		f, ok := byURL[url]
		if !ok && !o.DryRun {
			return nil // switched off
		}
		if !ok {
			for i := range part {
				r.count(feeds.Taken{New: true, Read: part[i].Mark.Read, Starred: part[i].Mark.Starred})
			}
			return nil
		}
		got, err := d.take(ctx, f, part, feeds.Taking{Marks: true, DryRun: o.DryRun})
		for _, t := range got {
			r.count(t)
		}
		return err
	})
}

// Clean is the report fit to be shown: without secrets in addresses, and lists that are
// empty rather than missing.
func (r ImportReport) Clean() ImportReport {
	added := make([]string, len(r.Added))
	for i, u := range r.Added {
		added[i] = fetch.Redact(u)
	}
	skipped := make([]migrate.Skipped, len(r.Skipped))
	for i, s := range r.Skipped {
		skipped[i] = s
		if strings.Contains(s.What, "://") {
			skipped[i].What = fetch.Redact(s.What)
		}
	}
	r.Added, r.Skipped, r.Notes = added, skipped, append([]string{}, r.Notes...)
	return r
}

func (r *ImportReport) count(t feeds.Taken) {
	switch {
	case t.New:
		r.Stories++
	case t.Gone:
		r.Gone++
	default:
		r.Known++
	}
	if t.Read {
		r.Read++
	}
	if t.Starred {
		r.Starred++
	}
}

// take stores stories of a feed that somebody else had, tagged and in their events.
func (d *Desk) take(ctx context.Context, f feeds.Feed, part []feeds.Story, how feeds.Taking) ([]feeds.Taken, error) {
	for i := range part {
		s := &part[i]
		s.FeedID, s.FeedURL, s.FeedTitle = f.ID, f.URL, f.Title
		if s.Lang == "" {
			s.Lang = f.Lang
		}
	}
	if !how.DryRun && !how.KnownOnly {
		if err := d.prepare(ctx, f, part); err != nil {
			return nil, err
		}
	}
	got, err := d.db.Import(ctx, f.ID, part, how)
	if err != nil || how.DryRun {
		return got, err
	}
	var fresh []feeds.Story
	for i := range got {
		if got[i].New && d.opt.Now().Sub(part[i].Published) < placeFor {
			fresh = append(fresh, part[i])
		}
	}
	if len(fresh) > 0 {
		err = d.events.Place(ctx, fresh)
	}
	return got, err
}

// prepare says of stories that are not here what the flow of a refresh says of new ones.
// It takes most of the time, so that those that are here are left out.
func (d *Desk) prepare(ctx context.Context, f feeds.Feed, part []feeds.Story) error {
	here, err := d.db.Import(ctx, f.ID, part, feeds.Taking{KnownOnly: true, DryRun: true})
	if err != nil {
		return err
	}
	tagger := d.tagger()
	var next atomic.Int64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(part); i = int(next.Add(1)) - 1 {
				if s := &part[i]; here[i].ID == "" {
					s.Teaser = article.Teaser(s, &feeds.Article{Words: s.Words, Markdown: s.Text})
					s.Companies = tagger.Tag(s)
				}
			}
		})
	}
	workers.Wait()
	return nil
}
