package refresh

import (
	"context"
	"time"

	"nightdesk/feeds"
)

// write is the one writer: it gathers what arrives into transactions and reports each
// feed once what it brought is stored. If the store fails it cancels the fetches and
// drains what is under way.
func (r *Refresher) write(ctx context.Context, arrived <-chan result, report func(feeds.Outcome), cancel func()) error {
	var pending []result
	var failure error
	stories := 0
	flush := func() {
		if len(pending) == 0 {
			return
		}
		if failure == nil {
			if failure = r.commit(ctx, pending); failure != nil {
				cancel()
			}
		}
		for _, p := range pending {
			if failure != nil {
				p.outcome.Status, p.outcome.Err, p.outcome.New, p.outcome.Changed = feeds.Failed, failure, 0, 0
			}
			report(p.outcome)
		}
		pending, stories = pending[:0], 0
	}
	tick := time.NewTimer(commitEvery)
	defer tick.Stop()
	armed, first := true, true
	for {
		select {
		case res, ok := <-arrived:
			if !ok {
				flush()
				return failure
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

// commit stores a batch, and puts what is new into its events.
func (r *Refresher) commit(ctx context.Context, pending []result) error {
	batches := make([]feeds.Batch, len(pending))
	for i := range pending {
		batches[i] = pending[i].batch
	}
	saved, err := r.Store.SaveStories(ctx, batches)
	if err != nil {
		return err
	}
	var fresh []feeds.Story
	for i := range saved {
		pending[i].outcome.New, pending[i].outcome.Changed = len(saved[i].New), len(saved[i].Changed)
		if pending[i].outcome.Status == feeds.Updated && len(saved[i].New)+len(saved[i].Changed) == 0 && saved[i].Same > 0 {
			pending[i].outcome.Status = feeds.Unchanged
		}
		fresh = append(fresh, saved[i].New...)
		pending[i].batch.Stories = nil
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
