package desk

import (
	"context"
	"fmt"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/event"
)

// Why explains a story for people: its companies, its event and its rank, and what rules
// and mutes did to it, a line each.
func (d *Desk) Why(ctx context.Context, id string) ([]string, error) {
	s, err := d.Story(ctx, id)
	if err != nil {
		return nil, err
	}
	out := []string{"Companies"}
	evidence := d.Evidence(&s)
	if len(evidence) == 0 {
		out = append(out, "  none of the list is named in it")
	}
	for _, e := range evidence {
		verdict := "about"
		if !e.About {
			verdict = "only mentioned"
		}
		var words []string
		for _, w := range e.Words[:min(len(e.Words), 5)] {
			words = append(words, fmt.Sprintf("“%s” (%s in the %s)", w.Text, w.As, w.Where))
		}
		out = append(out, fmt.Sprintf("  %s %.2f, %s: %s", e.Name, e.Score, verdict, strings.Join(words, ", ")))
		for _, a := range e.Against {
			out = append(out, "    against: "+a)
		}
	}
	rules, err := d.rulesOf(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	if len(rules) > 0 {
		out = append(append(out, "", "Rules and mutes that it met"), rules...)
	}
	out = append(out, "", "Event")
	ev, err := d.db.Event(ctx, s.Event)
	if err != nil || s.Event == "" {
		return append(out, "  it is in no event yet"), nil
	}
	kind := "no certain kind"
	if ev.Kind != "" {
		kind = string(ev.Kind)
	}
	out = append(out, fmt.Sprintf("  %s: %d accounts, %d outlets, %s", ev.ID, len(ev.Stories), ev.Outlets, kind))
	reasons := d.reasons(ctx, ev.Stories)
	for i, o := range ev.Stories {
		role := "  "
		if i == 0 {
			role = "lead"
		}
		out = append(out, fmt.Sprintf("  %-4s %s · %s", role, o.FeedTitle, o.Title))
		if len(ev.Stories) > 1 {
			out = append(out, "         "+reasons[i])
		}
	}
	watched, _ := d.Watched(ctx)
	in := event.Importance{Outlets: ev.Outlets, First: ev.First, Last: ev.Last, Kind: ev.Kind}
	for _, t := range s.Companies {
		for _, w := range watched {
			in.Watched = in.Watched || w == t.Slug
		}
	}
	out = append(out, "", "Rank on the front page")
	for _, line := range event.Explain(in) {
		out = append(out, "  "+line)
	}
	if s.Edited() {
		out = append(out, "", "The outlet changed it on "+s.Updated.Local().Format(time.DateTime))
	}
	return out, nil
}

// reasons say why the accounts of an event are together.
func (d *Desk) reasons(ctx context.Context, accounts []feeds.Story) []string {
	stored, err := d.db.EventFixes(ctx)
	if err != nil {
		d.opt.Log.Info("what was decided of events", "error", err)
	}
	fixed := make([]event.Fix, len(stored))
	for i, f := range stored {
		fixed[i] = event.Fix(f)
	}
	return event.Reasons(accounts, fixed)
}

// rulesOf says of each rule and mute that touched a story what it does.
func (d *Desk) rulesOf(ctx context.Context, id string) ([]string, error) {
	texts, err := d.db.RulesOf(ctx, id)
	if err != nil || len(texts) == 0 {
		return nil, err
	}
	mutes, err := d.db.Mutes(ctx)
	if err != nil {
		return nil, err
	}
	hits, err := d.db.Hits(ctx)
	if err != nil {
		return nil, err
	}
	own, _ := d.wishes()
	var out []string
	for _, text := range texts {
		does := "no longer in force"
		for _, m := range mutes {
			if m.Query == text {
				does = "muted for ever"
				if !m.Until.IsZero() {
					does = "muted until " + m.Until.Local().Format("2 Jan 15:04")
				}
			}
		}
		for _, r := range own {
			if r.When == text {
				does = "a rule of the config: " + strings.Join(r.Then, ", ")
			}
		}
		met := "1 story"
		if n := hits[text]; n != 1 {
			met = fmt.Sprintf("%d stories", n)
		}
		out = append(out, fmt.Sprintf("  %s — %s (%s so far)", text, does, met))
	}
	return out, nil
}
