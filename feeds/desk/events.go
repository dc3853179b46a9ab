package desk

import "context"

// SeparateEvent takes stories out of their event, by hand: they become an event of their
// own, for good. It returns the ids of the new event and of what they left; MergeEvents
// of stay and own undoes it.
func (d *Desk) SeparateEvent(ctx context.Context, stories ...string) (own, stay string, err error) {
	return d.events.Separate(ctx, stories...)
}

// MergeEvents makes event b part of event a, by hand, for good. It returns the ids of the
// stories that have moved; SeparateEvent of them undoes it.
func (d *Desk) MergeEvents(ctx context.Context, a, b string) (moved []string, err error) {
	return d.events.Merge(ctx, a, b)
}
