package desk

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/query"
	"nightdesk/feeds/refresh"
)

// Refresh fetches the feeds asked for, or all, or (without force) those that are due;
// then it goes on with saves that were left, and indexes what has come for the search in
// the background.
func (d *Desk) Refresh(ctx context.Context, only []int64, force bool, begin func(int), report func(feeds.Outcome)) (feeds.Summary, error) {
	d.muteEnds.Store(0) // what other processes muted too
	d.liftEnded(ctx)
	// A refresh lives on documents that are gone as soon as they are read: to collect them
	// sooner costs it nothing that can be measured, and its peak is a quarter less.
	defer debug.SetGCPercent(debug.SetGCPercent(40))
	sum, err := d.flow.Run(ctx, refresh.Options{Feeds: only, Force: force, Begin: begin, Report: report})
	if err == nil {
		if _, _, e := d.SaveQueued(ctx); e != nil {
			d.opt.Log.Info("queued saves", "error", e)
		}
	}
	d.Background()
	return sum, err
}

// Background indexes what waits, forgets what has expired and tags anew what an older
// list of companies tagged, behind everything else.
func (d *Desk) Background() {
	if d.db.ReadOnly() {
		return
	}
	d.background.Go(func() {
		for d.ctx.Err() == nil {
			left, err := d.db.Index(d.ctx, 100)
			if err != nil {
				d.opt.Log.Info("index", "error", err)
				return
			}
			if left == 0 {
				break
			}
			select {
			case <-time.After(5 * time.Millisecond): // let others write
			case <-d.ctx.Done():
			}
		}
		if n, err := d.db.Retain(d.ctx, d.opt.Retention, d.opt.Now()); err != nil {
			d.opt.Log.Info("retention", "error", err)
		} else if n > 0 {
			d.opt.Log.Info("retention", "forgotten", n)
			if freed, err := d.db.Compact(d.ctx); err != nil && d.ctx.Err() == nil {
				d.opt.Log.Info("compact the database", "error", err)
			} else if freed > 0 {
				d.opt.Log.Info("compact the database", "freed", freed)
			}
		}
		if n, err := d.Retag(d.ctx); err != nil && d.ctx.Err() == nil {
			d.opt.Log.Info("tag anew", "error", err)
		} else if n > 0 {
			d.opt.Log.Info("tag anew", "stories", n)
		}
	})
}

// IndexAll indexes everything that waits, now.
func (d *Desk) IndexAll(ctx context.Context) error {
	for {
		left, err := d.db.Index(ctx, 200)
		if err != nil || left == 0 {
			return err
		}
	}
}

// arrived applies a person's rules to what has come.
func (d *Desk) arrived(ctx context.Context, arrivals []feeds.Arrival) error {
	mutes, err := d.Mutes(ctx)
	if err != nil {
		return err
	}
	own, _ := d.wishes()
	if len(own) == 0 && len(mutes) == 0 {
		return nil
	}
	var rules []rule
	for _, m := range mutes {
		if q, err := d.Parse(m.Query); err == nil {
			rules = append(rules, rule{m.Query, q, []string{"hide"}})
		}
	}
	for _, r := range own {
		if !r.Until.IsZero() && d.opt.Now().After(r.Until) {
			continue
		}
		q, err := d.Parse(r.When)
		if err != nil {
			d.opt.Log.Warn("a rule of the config makes no sense", "when", r.When, "error", err)
			continue
		}
		rules = append(rules, rule{r.When, q, r.Then})
	}
	watched, err := d.Watched(ctx)
	if err != nil {
		return err
	}
	isWatched := func(slug string) bool { return slices.Contains(watched, slug) }
	for _, a := range arrivals {
		for i := range a.New {
			s := a.New[i]
			if fresh, err := d.db.Story(ctx, s.ID); err == nil { // with its event
				fresh.Text = s.Text
				s = fresh
			}
			for _, r := range rules {
				if query.Match(r.q, &s, isWatched) {
					if err := errors.Join(d.apply(ctx, &s, r.then), d.db.Hit(ctx, r.text, s.ID)); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

type rule struct {
	text string
	q    feeds.Query
	then []string
}

func (d *Desk) apply(ctx context.Context, s *feeds.Story, then []string) error {
	yes := true
	for _, t := range then {
		var err error
		switch t {
		case "star":
			_, err = d.db.Mark(ctx, []string{s.ID}, feeds.Change{Starred: &yes})
		case "read":
			_, err = d.db.Mark(ctx, []string{s.ID}, feeds.Change{Read: &yes})
		case "hide":
			err = d.db.Hide(ctx, []string{s.ID}, true)
		case "save":
			err = d.db.Queue(ctx, []string{s.ID})
		case "fulltext":
			if _, _, e := d.Fetch(ctx, s.ID); e != nil {
				d.opt.Log.Info("a rule's full text", "story", s.ID, "error", e)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Offline fetches the full text of every story published since a time that is only a
// teaser, and reports each; it is what one does before a flight.
func (d *Desk) Offline(ctx context.Context, since time.Time, report func(s feeds.Story, err error)) error {
	q := feeds.Query{Root: feeds.And{feeds.Term{Field: feeds.Time, From: since}, feeds.Term{Field: feeds.Is, Values: []string{"teaser"}}}}
	stories, err := d.List(ctx, feeds.ListRequest{Query: q})
	if err != nil {
		return err
	}
	for _, s := range stories {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if s.URL == "" {
			continue
		}
		_, _, err := d.Fetch(ctx, s.ID)
		report(s, err)
	}
	return nil
}
