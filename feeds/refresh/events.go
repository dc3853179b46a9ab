package refresh

import (
	"context"
	"slices"
	"sync"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/event"
)

// EventStore is what Events needs of the store.
type EventStore interface {
	LiveStories(ctx context.Context, since time.Time, each func(feeds.Story) error) error
	Event(ctx context.Context, id string) (feeds.Event, error)
	SetEvent(context.Context, []feeds.EventChange) error
	Watched(context.Context) ([]string, error)
}

// liveFor is how long an event may be joined after its last account.
const liveFor = 7 * 24 * time.Hour

// Events puts stories into events and keeps how each event stands: who leads it, its
// kind, outlets and importance. It is a Placer. The index of live events is read from
// the store when the first story arrives, and grows with what arrives from then on.
type Events struct {
	Store EventStore
	Now   func() time.Time
	// Standing is an outlet's standing by this reader's own reading, 0 to 1; may be nil.
	Standing func(feedID int64) float64

	mu    sync.Mutex
	index *event.Index
}

// Place puts new stories, in the order of their times, into events and writes what has
// changed of those.
func (e *Events) Place(ctx context.Context, fresh []feeds.Story) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	slices.SortStableFunc(fresh, func(a, b feeds.Story) int { return a.Published.Compare(b.Published) })
	isFresh := make(map[string]bool, len(fresh))
	for i := range fresh {
		isFresh[fresh[i].ID] = true
	}
	if err := e.restore(ctx, isFresh); err != nil {
		return err
	}
	touched := make(map[string][]feeds.Story) // by event: its fresh stories
	var order []string
	for i := range fresh {
		s := &fresh[i]
		place := e.index.Add(s)
		s.Event = place.Event
		if touched[place.Event] == nil {
			order = append(order, place.Event)
		}
		touched[place.Event] = append(touched[place.Event], *s)
	}
	return e.settle(ctx, order, touched)
}

// restore fills the index from the store, once, and forgets what is too old to be
// joined. Stories that have no event yet (a crash came between storing and placing) are
// placed now.
func (e *Events) restore(ctx context.Context, fresh map[string]bool) error {
	since := e.Now().Add(-liveFor)
	if e.index != nil {
		e.index.Expire(since)
		return nil
	}
	e.index = event.New(event.Options{})
	var lost []feeds.Story
	err := e.Store.LiveStories(ctx, since, func(s feeds.Story) error {
		switch {
		case fresh[s.ID]:
		case s.Event == "":
			lost = append(lost, s)
		default:
			e.index.Restore(event.Account{Story: s, Event: s.Event})
		}
		return nil
	})
	if err != nil {
		e.index = nil
		return err
	}
	touched := make(map[string][]feeds.Story)
	var order []string
	for i := range lost {
		s := &lost[i]
		s.Event = e.index.Add(s).Event
		if touched[s.Event] == nil {
			order = append(order, s.Event)
		}
		touched[s.Event] = append(touched[s.Event], *s)
	}
	return e.settle(ctx, order, touched)
}

// settle writes how the touched events stand.
func (e *Events) settle(ctx context.Context, order []string, touched map[string][]feeds.Story) error {
	if len(order) == 0 {
		return nil
	}
	slugs, err := e.Store.Watched(ctx)
	if err != nil {
		return err
	}
	watched := make(map[string]bool, len(slugs))
	for _, s := range slugs {
		watched[s] = true
	}
	var changes []feeds.EventChange
	for _, id := range order {
		stories := touched[id]
		if len(stories) > 1 || id != feeds.EventID(stories[0].ID) { // it has, or may have, accounts that are stored
			ev, err := e.Store.Event(ctx, id)
			if err != nil && len(ev.Stories) == 0 {
				ev.Stories = nil
			}
			stories = union(ev.Stories, stories)
		}
		changes = append(changes, Settle(id, stories, watched, e.Standing)...)
	}
	return e.Store.SetEvent(ctx, changes)
}

// union is a and those of b that are not in it, in the order of their times.
func union(a, b []feeds.Story) []feeds.Story {
	seen := make(map[string]bool, len(a))
	out := make([]feeds.Story, 0, len(a)+len(b))
	for _, s := range slices.Concat(a, b) {
		if !seen[s.ID] {
			seen[s.ID] = true
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y feeds.Story) int { return x.Published.Compare(y.Published) })
	return out
}

// Settle says how the event with these stories stands: who leads it, its kind, how many
// outlets carry it and how much it matters. The stories are in the order of their times.
func Settle(id string, stories []feeds.Story, watched map[string]bool, standing func(int64) float64) []feeds.EventChange {
	lead := event.Lead(stories)
	outlets := make(map[int64]bool)
	quick := make(map[int64]bool)
	kinds := make(map[feeds.Kind]int)
	in := event.Importance{First: stories[0].Published, Last: stories[0].Published}
	for i := range stories {
		s := &stories[i]
		if k := event.Kind(s); k != "" {
			kinds[k]++
		}
		for _, t := range s.Companies {
			in.Watched = in.Watched || watched[t.Slug]
		}
		if event.Discussion(s) {
			continue
		}
		outlets[s.FeedID] = true
		if s.Published.Sub(in.First) < 6*time.Hour {
			quick[s.FeedID] = true
		}
		if s.Published.After(in.Last) {
			in.Last = s.Published
		}
		if standing != nil {
			in.Reading = max(in.Reading, standing(s.FeedID))
		}
	}
	in.Outlets, in.PickUp = max(len(outlets), 1), len(quick)
	var kind feeds.Kind
	for _, k := range feeds.Kinds {
		if kinds[k] > kinds[kind] {
			kind = k
		}
	}
	in.Kind = kind
	score := event.Score(in)
	out := make([]feeds.EventChange, len(stories))
	for i := range stories {
		out[i] = feeds.EventChange{StoryID: stories[i].ID, Event: id, Kind: kind, Lead: i == lead, Outlets: in.Outlets, Score: score}
	}
	return out
}
