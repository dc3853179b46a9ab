package refresh

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/event"
)

// ErrOneEvent says that stories cannot be taken apart: they are all that their event has,
// or are not in one event.
var ErrOneEvent = errors.New("these are all the accounts of the event")

// Separate takes stories out of their event, by hand. They become an event of their own,
// whose id is returned with that of what they left, and are never put back by the program.
func (e *Events) Separate(ctx context.Context, ids ...string) (own, stay string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(ids) == 0 {
		return "", "", ErrOneEvent
	}
	s, err := e.Store.Story(ctx, ids[0])
	if err != nil {
		return "", "", err
	}
	if err := e.recall(ctx, s.Event); err != nil {
		return "", "", err
	}
	list, fixes := e.index.Separate(ids...)
	if len(fixes) == 0 {
		return "", "", ErrOneEvent
	}
	return fixes[0].B, fixes[0].A, e.decide(ctx, list, fixes)
}

// Merge makes event b part of event a, by hand, and it stays so. It returns the ids of
// the stories that have moved, with which Separate undoes it.
func (e *Events) Merge(ctx context.Context, a, b string) (moved []string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if a == b {
		return nil, fmt.Errorf("the two are one event already")
	}
	if err := e.recall(ctx, a, b); err != nil {
		return nil, err
	}
	list, fixes := e.index.Merge(a, b)
	for _, m := range list {
		moved = append(moved, m.Story)
	}
	return moved, e.decide(ctx, list, fixes)
}

// recall makes sure that the accounts of events are in the index, old ones too.
func (e *Events) recall(ctx context.Context, ids ...string) error {
	if err := e.restore(ctx, math.MaxInt64); err != nil {
		return err
	}
	for _, id := range ids {
		accounts, err := e.accounts(ctx, id)
		if err != nil {
			return err
		}
		for _, s := range accounts {
			e.index.Restore(event.Account{Story: s, Event: id})
		}
	}
	return nil
}

// decide writes what people decided, and what comes of it; if that cannot be written the
// index is read anew when it is next asked.
func (e *Events) decide(ctx context.Context, list []event.Move, fixes []event.Fix) (err error) {
	defer func() {
		if err != nil {
			e.index = nil
		}
	}()
	for _, f := range fixes {
		if err := e.Store.FixEvent(ctx, feeds.EventFix(f)); err != nil {
			return err
		}
	}
	m := moves{to: make(map[string]string, len(list))}
	m.take(list)
	return e.settle(ctx, m)
}

// liveFor is how long an event may be joined after its last account.
const liveFor = 7 * 24 * time.Hour
