package desk

import (
	"context"
	"errors"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
)

// Whole is the best text of a story that is stored, with the pictures that were kept with
// it, without the network. What is written of it goes to other people and programs, so its
// feed's address is without passwords, tokens and a command's arguments.
func (d *Desk) Whole(ctx context.Context, id string) (feeds.Story, *feeds.Article, error) {
	s, a, err := d.Article(ctx, id)
	s.FeedURL = fetch.Public(s.FeedURL)
	if err != nil || a.Source != "saved" {
		return s, a, err
	}
	_, dir, err := d.db.ArticleOf(ctx, s.ID)
	if err != nil || dir == "" {
		return s, a, err
	}
	for i := range a.Pictures {
		if p := &a.Pictures[i]; p.File != "" {
			// A picture that a person took away is told by its text.
			p.Data, _ = d.lib.Picture(dir, p.File)
		}
	}
	return s, a, nil
}

// Since is the time that a word of the query language's since: means.
func (d *Desk) Since(word string) (feeds.Query, time.Time, error) {
	q, err := d.Parse("since:" + word)
	if err != nil {
		return q, time.Time{}, err
	}
	t, ok := q.Root.(feeds.Term)
	if !ok || t.From.IsZero() {
		return q, time.Time{}, errors.New("--since is one time: yesterday, 24h, 7d or a date")
	}
	return q, t.From, nil
}

// Edition is the events that a query matches, the most important first, with their
// accounts: the best that matches leads.
func (d *Desk) Edition(ctx context.Context, q feeds.Query, most int) ([]feeds.Event, error) {
	leads, err := d.List(ctx, feeds.ListRequest{Query: q, Sort: feeds.Top, Clusters: true, Limit: most})
	if err != nil {
		return nil, err
	}
	out := make([]feeds.Event, 0, len(leads))
	for _, s := range leads {
		e := feeds.Event{ID: s.Event, Kind: s.Kind, Outlets: s.Outlets, Score: s.Score, First: s.Published, Last: s.Published, Stories: []feeds.Story{s}}
		if s.Outlets > 1 {
			ev, err := d.Event(ctx, s.Event)
			if err != nil {
				return nil, err
			}
			e.First, e.Last = ev.First, ev.Last
			for _, o := range ev.Stories {
				if o.ID != s.ID {
					e.Stories = append(e.Stories, o)
				}
			}
		}
		out = append(out, e)
	}
	return out, nil
}
