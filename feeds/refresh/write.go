package refresh

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"nightdesk/feeds"
)

// group is what one transaction was to store, on its way to its events.
type group struct {
	results []result
	saved   []feeds.Arrival
	err     error // why it was not stored
}

// write is the one writer: it gathers what arrives into transactions. While it stores
// one, what the one before it brought is put into events and reported. If the store fails
// it cancels the fetches and drains what is under way.
func (r *Refresher) write(ctx context.Context, arrived <-chan result, report func(feeds.Outcome), cancel func()) error {
	var broken atomic.Pointer[error]
	failed := func() error {
		if err := broken.Load(); err != nil {
			return *err
		}
		return nil
	}
	stop := func(err error) {
		if err != nil && broken.CompareAndSwap(nil, &err) {
			cancel()
		}
	}
	stored := make(chan group)
	var settled sync.WaitGroup
	settled.Go(func() {
		for g := range stored {
			if failed() == nil {
				stop(r.settle(ctx, g.saved))
			}
			for _, p := range g.results {
				if g.err != nil {
					p.outcome.Status, p.outcome.Err, p.outcome.New, p.outcome.Changed = feeds.Failed, g.err, 0, 0
				}
				report(p.outcome)
			}
		}
	})
	var pending []result
	stories := 0
	flush := func() {
		if len(pending) == 0 {
			return
		}
		g := group{results: pending, err: failed()}
		if g.err == nil {
			g.saved, g.err = r.commit(ctx, pending)
			stop(g.err)
		}
		stored <- g
		pending, stories = nil, 0
	}
	tick := time.NewTimer(commitEvery)
	defer tick.Stop()
	armed, first := true, true
	for {
		select {
		case res, ok := <-arrived:
			if !ok {
				flush()
				close(stored)
				settled.Wait()
				return failed()
			}
			res.outcome.Took = r.Now().Sub(res.started)
			pending = append(pending, res)
			stories += len(res.batch.Stories)
			if stories >= maxBatch || first && stories > 0 {
				first = false // somebody may be looking at an empty list
				flush()
			} else if !armed {
				tick.Reset(commitEvery)
				armed = true
			}
		case <-tick.C:
			armed = false
			if len(pending) > 0 {
				flush()
			}
		}
	}
}

// commit stores a batch.
func (r *Refresher) commit(ctx context.Context, pending []result) ([]feeds.Arrival, error) {
	batches := make([]feeds.Batch, len(pending))
	for i := range pending {
		batches[i] = pending[i].batch
	}
	saved, err := r.Store.SaveStories(ctx, batches)
	if err != nil {
		return nil, err
	}
	for i := range saved {
		pending[i].outcome.New, pending[i].outcome.Changed = len(saved[i].New), len(saved[i].Changed)
		if pending[i].outcome.Status == feeds.Updated && len(saved[i].New)+len(saved[i].Changed) == 0 && saved[i].Same > 0 {
			pending[i].outcome.Status = feeds.Unchanged
		}
		pending[i].batch.Stories = nil
	}
	return saved, nil
}

// settle puts what is new into its events.
func (r *Refresher) settle(ctx context.Context, saved []feeds.Arrival) error {
	var fresh []feeds.Story
	for i := range saved {
		fresh = append(fresh, saved[i].New...)
	}
	if r.Placer != nil && len(fresh) > 0 {
		if err := r.Placer.Place(ctx, fresh); err != nil {
			return err
		}
	}
	if r.Arrived != nil {
		return r.Arrived(ctx, saved)
	}
	return nil
}
