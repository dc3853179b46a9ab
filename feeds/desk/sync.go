package desk

import (
	"context"
	"slices"

	"nightdesk/feeds"
	"nightdesk/feeds/store"
	"nightdesk/feeds/sync"
)

// SyncOptions say how Sync goes.
type SyncOptions struct {
	DryRun, Prune bool
	// Subscribe writes subscriptions to where they are kept and returns the addresses of
	// those that were not there; Unsubscribe takes one out.
	Subscribe   func([]feeds.Subscription) (added []string, err error)
	Unsubscribe func(url string) error
}

// A Synced is what came of the round with one server.
type Synced struct {
	Report sync.Report
	Err    error
}

// Sync brings this desk and each server in step, one after the other, and reports each;
// what one does wrong does not keep the others.
func (d *Desk) Sync(ctx context.Context, servers []sync.Config, o SyncOptions, report func(Synced)) {
	room := &syncRoom{DB: d.db, d: d, o: o, subs: d.opt.Subscriptions[:len(d.opt.Subscriptions):len(d.opt.Subscriptions)]}
	for _, c := range servers {
		one := Synced{Report: sync.Report{Server: c.Name()}}
		s, err := sync.Open(c, d.client(), d.opt.Now)
		if err == nil {
			one.Report, err = sync.Run(ctx, c.Name(), s, room, sync.Options{DryRun: o.DryRun, Prune: o.Prune, Now: d.opt.Now})
		}
		one.Err = err
		if err != nil {
			d.opt.Log.Warn("sync", "server", c.Name(), "error", err)
		}
		report(one)
		if ctx.Err() != nil {
			return
		}
	}
}

// syncRoom is this side as feeds/sync sees it: the store, and what takes more than that.
type syncRoom struct {
	*store.DB
	d    *Desk
	o    SyncOptions
	subs []feeds.Subscription
}

func (r *syncRoom) Take(ctx context.Context, f feeds.Feed, part []feeds.Story, how feeds.Taking) ([]feeds.Taken, error) {
	return r.d.take(ctx, f, part, how)
}

func (r *syncRoom) Subscribe(ctx context.Context, subs []feeds.Subscription) error {
	added, err := r.o.Subscribe(subs)
	if err != nil {
		return err
	}
	for _, s := range subs {
		if slices.Contains(added, s.URL) {
			r.subs = append(r.subs, s)
		}
	}
	return r.d.db.Subscribe(ctx, r.subs)
}

func (r *syncRoom) Unsubscribe(ctx context.Context, url string) error {
	if err := r.o.Unsubscribe(url); err != nil {
		return err
	}
	r.subs = slices.DeleteFunc(slices.Clone(r.subs), func(s feeds.Subscription) bool { return s.URL == url })
	return r.d.db.Subscribe(ctx, r.subs)
}
