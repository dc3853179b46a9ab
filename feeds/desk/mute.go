package desk

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/parse"
)

// muteSlice is how many stories are hidden at a time.
const muteSlice = 500

// Mute hides what a query matches, stored and still to come, until a time (zero: for
// ever), and says how many stories it has hidden.
func (d *Desk) Mute(ctx context.Context, text string, until time.Time) (int, error) {
	q, err := d.Parse(text)
	if err != nil {
		return 0, err
	}
	if q.Root == nil {
		return 0, fmt.Errorf("an empty query would mute everything")
	}
	if err := d.db.SetMute(ctx, text, until); err != nil {
		return 0, err
	}
	d.muteEnds.Store(0)   // not known
	if asksText(q.Root) { // a search looks through no more than some of what waits to be indexed
		if err := d.IndexAll(ctx); err != nil {
			return 0, err
		}
	}
	hidden := 0
	req := feeds.ListRequest{Query: q, Limit: muteSlice}
	for {
		rows, err := d.List(ctx, req)
		if err != nil || len(rows) == 0 {
			return hidden, err
		}
		// From the last row on, whatever becomes of those before it: a slice of which
		// everything stays in sight is not the end.
		req.After = rows[len(rows)-1].Place(req.Sort)
		ids := make([]string, 0, len(rows))
		for _, s := range rows {
			if s.Mark.Starred || s.Mark.Saved != feeds.NotSaved {
				continue // kept by hand: stays in sight
			}
			ids = append(ids, s.ID)
		}
		if err := d.db.Hit(ctx, text, ids...); err != nil {
			return hidden, err
		}
		if err := d.db.Hide(ctx, ids, true); err != nil {
			return hidden, err
		}
		hidden += len(ids)
		if len(rows) < muteSlice {
			return hidden, nil
		}
	}
}

// asksText reports whether a query asks for words anywhere.
func asksText(e feeds.Expr) bool {
	switch e := e.(type) {
	case feeds.And:
		return slices.ContainsFunc(e, asksText)
	case feeds.Or:
		return slices.ContainsFunc(e, asksText)
	case feeds.Not:
		return asksText(e.X)
	case feeds.Term:
		return e.Field.Text()
	}
	return false
}

// Unmute lifts a mute: what neither another mute nor a rule of the
// config hides is shown again.
func (d *Desk) Unmute(ctx context.Context, text string) error {
	own, _ := d.wishes()
	var hiding []string
	for _, r := range own {
		if r.When != text && slices.Contains(r.Then, "hide") && (r.Until.IsZero() || d.opt.Now().Before(r.Until)) {
			hiding = append(hiding, r.When)
		}
	}
	return d.db.DropMute(ctx, text, hiding...)
}

// Mutes are all mutes that hold, the newest first; those that have ended are lifted.
func (d *Desk) Mutes(ctx context.Context) ([]feeds.Mute, error) {
	all, err := d.db.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	now, next := d.opt.Now(), int64(math.MaxInt64)
	hold := all[:0]
	for _, m := range all {
		if !m.Until.IsZero() && !now.Before(m.Until) {
			if !d.db.ReadOnly() {
				if err := d.Unmute(ctx, m.Query); err != nil {
					return nil, err
				}
			}
			continue
		}
		if !m.Until.IsZero() {
			next = min(next, m.Until.Unix())
		}
		hold = append(hold, m)
	}
	d.muteEnds.Store(next)
	return hold, nil
}

// liftEnded lifts the mutes that have ended, and looks for none before the next one ends:
// it costs a look at a number, so that every list can ask.
func (d *Desk) liftEnded(ctx context.Context) {
	if d.opt.Now().Unix() < d.muteEnds.Load() || d.db.ReadOnly() {
		return
	}
	if _, err := d.Mutes(ctx); err != nil && ctx.Err() == nil {
		d.opt.Log.Info("mutes that have ended", "error", err)
		d.muteEnds.Store(d.opt.Now().Add(mutePause).Unix())
	}
}

// mutePause is for how long mutes are left alone that could not be lifted.
const mutePause = 10 * time.Second

// Versions are the titles and texts that a story has had, as plain text: as it stands
// first, then the earlier ones, newest first. A story that was never edited has one.
func (d *Desk) Versions(ctx context.Context, id string) ([]feeds.Version, error) {
	s, err := d.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	vs, err := d.db.Versions(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	vs = append([]feeds.Version{{At: s.Updated, Title: s.Title, HTML: s.HTML}}, vs...)
	for i := range vs {
		vs[i].Text = parse.PlainText(vs[i].HTML)
	}
	return vs, nil
}
