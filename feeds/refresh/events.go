package refresh

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/event"
)

// EventStore is what Events needs of the store.
type EventStore interface {
	LiveStories(ctx context.Context, since time.Time, each func(feeds.Story) error) error
	StoriesBetween(ctx context.Context, after, before int64, each func(feeds.Story) error) error
	Placed(context.Context) (int64, error)
	SetPlaced(ctx context.Context, row int64) error
	Event(ctx context.Context, id string) (feeds.Event, error)
	SetEvent(context.Context, []feeds.EventChange) error
	Watched(context.Context) ([]string, error)
	FixEvent(ctx context.Context, f feeds.EventFix) error
	EventFixes(context.Context) ([]feeds.EventFix, error)
	Story(ctx context.Context, id string) (feeds.Story, error)
}

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
	seen  int64 // row of the last story that the index has, or was shown
}

// Alone gives stories that are not stored yet the kind and the score that each has in an
// event of its own, which is what most of them stay in.
func (e *Events) Alone(ctx context.Context, stories []feeds.Story) error {
	if len(stories) == 0 {
		return nil
	}
	watched, err := e.watched(ctx)
	if err != nil {
		return err
	}
	now := e.Now()
	for i := range stories {
		s := stories[i]
		s.Published = feeds.OrderTime(s.Published, now)
		c := Settle("", []feeds.Story{s}, watched, e.Standing)[0]
		stories[i].Kind, stories[i].Score = c.Kind, c.Score
	}
	return nil
}

func (e *Events) watched(ctx context.Context) (map[string]bool, error) {
	slugs, err := e.Store.Watched(ctx)
	watched := make(map[string]bool, len(slugs))
	for _, s := range slugs {
		watched[s] = true
	}
	return watched, err
}

// Place puts stories that have been stored into events and writes what has changed of
// those.
func (e *Events) Place(ctx context.Context, fresh []feeds.Story) error {
	if len(fresh) == 0 {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	first, last := fresh[0].Row, fresh[0].Row
	for i := range fresh {
		first, last = min(first, fresh[i].Row), max(last, fresh[i].Row)
	}
	slices.SortStableFunc(fresh, func(a, b feeds.Story) int { return a.Published.Compare(b.Published) })
	if err := e.restore(ctx, first); err != nil {
		return err
	}
	if err := e.settle(ctx, e.add(fresh)); err != nil {
		return err
	}
	e.seen = max(e.seen, last)
	return e.Store.SetPlaced(ctx, last)
}

// moves say where stories have to go: new ones, and stored ones that turned out to belong
// elsewhere.
type moves struct {
	fresh []feeds.Story     // not in an event of the store yet
	to    map[string]string // story to event, of fresh and of stored ones
	from  []string          // events that stored ones leave
}

func (m *moves) take(list []event.Move) {
	for _, move := range list {
		if _, known := m.to[move.Story]; !known && !slices.Contains(m.from, move.From) {
			m.from = append(m.from, move.From)
		}
		m.to[move.Story] = move.Event
	}
}

// add places stories in the index.
func (e *Events) add(fresh []feeds.Story) moves {
	m := moves{fresh: fresh, to: make(map[string]string, len(fresh))}
	for i := range fresh {
		p := e.index.Add(&fresh[i])
		m.to[fresh[i].ID] = p.Event
		m.take(p.Moved)
	}
	return m
}

// restore fills the index from the store, once, with the stories in rows before one, and
// forgets what is too old to be joined. Later it only looks at what another process has
// stored meanwhile. Stories that have not been placed (a crash came between storing and
// placing) are placed now.
func (e *Events) restore(ctx context.Context, before int64) error {
	since := e.Now().Add(-liveFor)
	var lost []feeds.Story
	var late []event.Move // put together by hand, and not written then
	placed := int64(math.MaxInt64)
	take := func(s feeds.Story) error {
		if s.Row >= before {
			return nil // stored behind what comes now, and on its way here
		}
		e.seen = max(e.seen, s.Row)
		if s.Event == "" || s.Row > placed && s.Event == feeds.EventID(s.ID) {
			lost = append(lost, s)
		} else if id := e.index.Restore(event.Account{Story: s, Event: s.Event}); id != s.Event {
			late = append(late, event.Move{Story: s.ID, From: s.Event, Event: id})
		}
		return nil
	}
	var err error
	if e.index == nil {
		if placed, err = e.Store.Placed(ctx); err != nil {
			return err
		}
		if placed == 0 {
			placed = math.MaxInt64 // nobody has said: those with an event have been
		}
		if err := e.begin(ctx); err != nil {
			return err
		}
		e.seen = 0
		err = e.Store.LiveStories(ctx, since, take)
	} else {
		e.index.Expire(since)
		err = e.Store.StoriesBetween(ctx, e.seen, before, take)
	}
	if err != nil {
		e.index = nil
		return err
	}
	m := e.add(lost)
	m.take(late)
	return e.settle(ctx, m)
}

// begin makes an empty index that knows what people have decided.
func (e *Events) begin(ctx context.Context) error {
	stored, err := e.Store.EventFixes(ctx)
	if err != nil {
		return err
	}
	fixed := make([]event.Fix, len(stored))
	for i, f := range stored {
		fixed[i] = event.Fix(f)
	}
	e.index = event.New(event.Options{Fixed: fixed})
	return nil
}

// settle writes how the events stand that stories come to or leave.
func (e *Events) settle(ctx context.Context, m moves) error {
	if len(m.to) == 0 {
		return nil
	}
	watched, err := e.watched(ctx)
	if err != nil {
		return err
	}
	coming := make(map[string][]feeds.Story) // by event
	var order []string
	come := func(s feeds.Story) {
		id := m.to[s.ID]
		if coming[id] == nil {
			order = append(order, id)
		}
		coming[id] = append(coming[id], s)
	}
	isFresh := make(map[string]bool, len(m.fresh))
	for _, s := range m.fresh {
		isFresh[s.ID] = true
		come(s)
	}
	stored := make(map[string][]feeds.Story)
	for _, id := range m.from {
		accounts, err := e.accounts(ctx, id)
		if err != nil {
			return err
		}
		stored[id] = accounts
		for _, s := range accounts {
			if to, moved := m.to[s.ID]; moved && to != id && !isFresh[s.ID] {
				come(s)
			}
		}
	}
	for _, id := range m.from {
		if coming[id] == nil {
			order = append(order, id)
		}
	}
	var changes []feeds.EventChange
	for _, id := range order {
		stories := coming[id]
		// One that is new and alone in an event named for it has nobody to stand with; if
		// it was stored so there is nothing to write.
		if len(stories) == 1 && stories[0].Event == id && isFresh[stories[0].ID] && id == feeds.EventID(stories[0].ID) && !slices.Contains(m.from, id) {
			continue
		}
		if len(stories) != 1 || !isFresh[stories[0].ID] || id != feeds.EventID(stories[0].ID) {
			there, read := stored[id]
			if !read {
				if there, err = e.accounts(ctx, id); err != nil {
					return err
				}
			}
			stay := slices.DeleteFunc(slices.Clone(there), func(s feeds.Story) bool {
				to, moved := m.to[s.ID]
				return moved && to != id
			})
			stories = union(stay, stories)
		}
		if len(stories) > 0 {
			changes = append(changes, Settle(id, stories, watched, e.Standing)...)
		}
	}
	return e.Store.SetEvent(ctx, changes)
}

// accounts are the stored stories of an event; none if it is not stored.
func (e *Events) accounts(ctx context.Context, id string) ([]feeds.Story, error) {
	ev, err := e.Store.Event(ctx, id)
	if err != nil && len(ev.Stories) == 0 && !errors.Is(err, feeds.ErrNotFound) {
		return nil, err
	}
	return ev.Stories, nil
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
