package ui

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/ui/rail"
)

// What the reader offers to catch up with at least and at most.
const (
	shortestVisit = time.Hour
	longestVisit  = 14 * 24 * time.Hour
	maxEdition    = 400 // events
)

// since is the time from which something is news to this person: the last visit, or
// yesterday where that is too near or unknown.
func (m *Model) since() time.Time {
	now := m.opt.Now()
	switch away := now.Sub(m.visit); {
	case m.visit.IsZero() || away < shortestVisit:
		return now.Add(-24 * time.Hour)
	case away > longestVisit:
		return now.Add(-longestVisit)
	}
	return m.visit
}

func unreadSince(t time.Time) feeds.Query {
	return feeds.Query{Root: feeds.And{feeds.Term{Field: feeds.Time, From: t}, feeds.Term{Field: feeds.Is, Values: []string{"unread"}}}}
}

// sinceLast says what came since the last visit, and which key makes an edition of it.
func (m *Model) sinceLast() tea.Cmd {
	if m.visit.IsZero() || m.opt.Now().Sub(m.visit) < shortestVisit {
		return nil
	}
	q, room, ctx, key := unreadSince(m.since()), m.room, m.ctx, m.keys.hint("catch-up")
	return func() tea.Msg {
		n, err := room.Count(ctx, q)
		if err != nil || n == 0 {
			return nil
		}
		text := stories(n) + " since last time"
		if n >= 10000 {
			text = "more than 10000 stories since last time"
		}
		if key != "" {
			text += " · " + key + " makes an edition of them"
		}
		return noticeMsg{text: text}
	}
}

// catchUp asks for how many minutes there are and makes an edition of what came since
// the last visit that fits into them: the most important events, and an end.
func (m *Model) catchUp() tea.Cmd {
	m.overlay = newAsker("Catch up in how many minutes?", "the most important of what came since "+m.since().Local().Format("Monday 15:04"), "10", func(m *Model, text string) tea.Cmd {
		minutes, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(text, "min")))
		if err != nil || minutes < 1 || minutes > 600 {
			m.warn("that is no number of minutes: " + text)
			return nil
		}
		q, room, ctx := unreadSince(m.since()), m.room, m.ctx
		return func() tea.Msg {
			rows, err := room.List(ctx, feeds.ListRequest{Query: q, Sort: feeds.Top, Clusters: true, Limit: maxEdition})
			if err == nil && len(rows) == 0 {
				err = errors.New("nothing unread has come since then")
			}
			if err != nil {
				return noticeMsg{err: err}
			}
			chosen, took := fit(rows, minutes)
			return askedMsg{func(m *Model) tea.Cmd { return m.goPlace(edition(chosen, took, len(rows)-len(chosen))) }}
		}
	})
	return nil
}

// fit takes rows while they can be read in the minutes; one too long for what is left is
// passed over for shorter ones behind it.
func fit(rows []feeds.Story, minutes int) (chosen []feeds.Story, took int) {
	for _, s := range rows {
		need := max(1, s.Minutes())
		if took+need > minutes && len(chosen) > 0 {
			continue
		}
		chosen = append(chosen, s)
		if took += need; took >= minutes {
			break
		}
	}
	return chosen, took
}

// editionKey is the key of the view that an edition is; the rail has none of that name.
const editionKey = "edition"

// edition is a view of chosen stories with an end.
func edition(chosen []feeds.Story, minutes, left int) place {
	ids := make([]string, len(chosen))
	for i, s := range chosen {
		ids[i] = s.ID
	}
	end := "That is all."
	if left > 0 {
		end += fmt.Sprintf(" %d more were left out.", left)
	}
	return place{
		kind: rail.View, key: editionKey, name: fmt.Sprintf("Catch-up · %s · %d min", stories(len(chosen)), minutes), query: "id:" + strings.Join(ids, ","),
		sort: feeds.Top, clusters: true, empty: end, end: end,
	}
}
