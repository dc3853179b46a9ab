package ui

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// healthMsg is what each feed is worth, by its key.
type healthMsg struct {
	worth map[int64]feeds.Worth
	err   error
}

func (m *Model) loadHealth() tea.Cmd {
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		worth, err := room.Worth(ctx)
		return healthMsg{worth, err}
	}
}

// checkup is one feed as the list of health shows it.
type checkup struct {
	feed    feeds.Feed
	worth   feeds.Worth
	failing bool
	idle    bool // brings much and is hardly ever read
}

// A feed is idle if it has brought so many stories of which fewer than one in so many was
// read, and none was starred or saved.
const (
	idleFrom  = 40
	idleShare = 50
)

func newCheckup(f feeds.Feed, w feeds.Worth) checkup {
	read := f.Stories - f.Unread
	return checkup{
		feed: f, worth: w, failing: f.State.Failures > 0 || f.State.Gone,
		idle: f.Stories >= idleFrom && read*idleShare < f.Stories && w.Starred == 0 && w.Saved == 0,
	}
}

// value is the worth of a feed in one line.
func (c checkup) value() string {
	parts := []string{fmt.Sprintf("%.0f a week", c.worth.PerWeek)}
	if c.worth.PerWeek > 0 && c.worth.PerWeek < 1.5 {
		parts[0] = fmt.Sprintf("%.1f a week", c.worth.PerWeek)
	}
	if c.feed.Stories > 0 {
		share := func(n int, what string) {
			text := fmt.Sprintf("%d %% %s", (100*n+c.feed.Stories/2)/c.feed.Stories, what)
			if n > 0 && 200*n < c.feed.Stories {
				text = "<1 % " + what
			}
			parts = append(parts, text)
		}
		share(c.feed.Stories-c.feed.Unread, "read")
		if c.worth.Starred > 0 {
			share(c.worth.Starred, "starred")
		}
		if c.worth.Saved > 0 {
			share(c.worth.Saved, "saved")
		}
	}
	return strings.Join(parts, " · ")
}

// advice is what is wrong and what can be done about it.
func (c checkup) advice(m *Model) []string {
	st := &c.feed.State
	switch {
	case c.failing:
		why := fmt.Sprintf("failed %d times in a row: %s", st.Failures, st.Error)
		if st.Failures == 1 {
			why = "failed once: " + st.Error
		}
		if st.Gone {
			why = "ended: " + st.Error
		}
		remedy := st.Remedy
		if remedy == "" {
			remedy = "open its address in a browser; the palette's “unsubscribe” drops it"
		}
		return []string{why, m.th.Glyphs.Arrow + " " + remedy}
	case c.idle:
		return []string{"hardly ever read", m.th.Glyphs.Arrow + " " + m.keys.hint("mute") + " mutes what you skip of it; “unsubscribe” in the palette drops it"}
	case st.Repaired != "":
		return []string{"its document is mended each time: " + st.Repaired, m.th.Glyphs.Arrow + " nothing to do"}
	}
	return nil
}

// takeHealth lists the feeds, those in trouble first: what each is worth, and what can be
// done.
func (m *Model) takeHealth(msg healthMsg) {
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	var all []checkup
	failing := 0
	for _, f := range m.feeds {
		c := newCheckup(f, msg.worth[f.ID])
		if c.failing {
			failing++
		}
		all = append(all, c)
	}
	rank := func(c checkup) int {
		switch {
		case c.failing:
			return 0
		case c.idle:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b checkup) int {
		return cmp.Or(rank(a)-rank(b), strings.Compare(strings.ToLower(feedTitle(a.feed)), strings.ToLower(feedTitle(b.feed))))
	})
	items := make([]item, len(all))
	for i, c := range all {
		items[i] = item{label: feedTitle(c.feed), detail: c.value()}
		switch {
		case c.failing:
			items[i].label = m.th.Glyphs.Broken + " " + items[i].label
			items[i].run = func(m *Model) tea.Cmd { return m.refresh([]int64{c.feed.ID}, true) }
		default:
			items[i].run = func(m *Model) tea.Cmd { return m.goPlace(feedPlace(c.feed.URL, feedTitle(c.feed))) }
		}
	}
	if len(items) == 0 {
		m.say("there are no feeds yet")
		return
	}
	title := "Feeds · every one answers · enter shows it"
	if failing > 0 {
		title = fmt.Sprintf("Feeds · %d in trouble · enter tries again", failing)
	}
	p := newPicker(title, items)
	p.plain = true
	if slices.ContainsFunc(all, func(c checkup) bool { return c.advice(m) != nil }) {
		p.more = func(at int) []string { return all[at].advice(m) }
	}
	m.overlay = p
}
