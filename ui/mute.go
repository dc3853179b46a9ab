package ui

import (
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// mutePicker asks what is to be hidden: something of the story, or a word; and shows what
// is hidden already.
func (m *Model) mutePicker() overlay {
	var items []item
	add := func(label, query string) {
		items = append(items, item{label, "", func(m *Model) tea.Cmd { return m.muteFor(label, query) }})
	}
	if s, ok := m.subject(); ok {
		for _, t := range s.Companies {
			add("Stories about "+t.Name, "company:"+t.Slug)
		}
		if s.FeedURL != "" {
			add("Everything from "+s.FeedTitle, "feed:"+quote(s.FeedURL))
		}
		if s.Event != "" {
			add("This happening, whoever tells it", "event:"+s.Event)
		}
	}
	items = append(items,
		item{"A word or a query …", "", func(m *Model) tea.Cmd {
			m.overlay = newAsker("Mute what matches", "a word in the title, or any query: kind:deal, company:x -company:y", "", func(m *Model, text string) tea.Cmd {
				if text == "" {
					return nil
				}
				query := text
				if isWord(text) {
					query = "title:" + quote(text)
				}
				if _, err := m.room.Parse(query); err != nil {
					m.fail(err)
					return nil
				}
				return m.muteFor("“"+text+"”", query)
			})
			return nil
		}},
		item{"What is muted now …", "", func(m *Model) tea.Cmd { return m.loadMutes() }},
	)
	p := newPicker("Mute", items)
	p.plain = true
	return p
}

// isWord reports whether a text has no sign of the query language in it.
func isWord(s string) bool {
	for _, r := range s {
		switch r {
		case ':', '"', '(', ')', '*', ' ':
			return false
		}
	}
	return s != "" && s[0] != '-'
}

// muteFor asks for how long, and shows how many stories the mute would hide now.
func (m *Model) muteFor(label, query string) tea.Cmd {
	var items []item
	for _, t := range []struct {
		label string
		days  int
	}{{"for a day", 1}, {"for a week", 7}, {"for ever", 0}} {
		items = append(items, item{t.label, "", func(m *Model) tea.Cmd {
			var until time.Time
			if t.days > 0 {
				until = m.opt.Now().AddDate(0, 0, t.days)
			}
			return m.mute(label, query, t.label, until)
		}})
	}
	p := newPicker("Mute: "+label, items)
	p.plain = true
	m.overlay = p
	q, err := m.room.Parse("(" + query + ") -is:starred -is:saved") // what is kept by hand stays in sight
	if err != nil {
		return nil
	}
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		n, err := room.Count(ctx, q)
		if err != nil {
			return nil // the mute itself says what is wrong
		}
		return wouldHideMsg{p, n}
	}
}

// wouldHideMsg is how many stories the mute that is asked about would hide.
type wouldHideMsg struct {
	of *picker
	n  int
}

func (w wouldHideMsg) String() string {
	switch {
	case w.n == 0:
		return "hides nothing that is there now, and what comes"
	case w.n >= 10000:
		return "hides more than 10000 stories, and what comes"
	}
	return "hides " + stories(w.n) + ", and what comes"
}

func (m *Model) mute(label, query, how string, until time.Time) tea.Cmd {
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		n, err := room.Mute(ctx, query, until)
		return editedMsg{
			text: fmt.Sprintf("muted %s %s: %s hidden", label, how, stories(n)), err: err,
			undo: func() error { return room.Unmute(ctx, query) },
			redo: func() error { _, err := room.Mute(ctx, query, until); return err },
		}
	}
}

func stories(n int) string {
	if n == 1 {
		return "1 story"
	}
	return strconv.Itoa(n) + " stories"
}

type mutesMsg struct {
	mutes []feeds.Mute
	err   error
}

func (m *Model) loadMutes() tea.Cmd {
	room, ctx := m.room, m.ctx
	return func() tea.Msg {
		ms, err := room.Mutes(ctx)
		return mutesMsg{ms, err}
	}
}

func (m *Model) takeMutes(msg mutesMsg) {
	if msg.err != nil {
		m.fail(msg.err)
		return
	}
	if len(msg.mutes) == 0 {
		m.say("nothing is muted")
		return
	}
	var items []item
	for _, mu := range msg.mutes {
		until := "for ever"
		if !mu.Until.IsZero() {
			until = "until " + mu.Until.Local().Format("2 Jan 15:04")
		}
		items = append(items, item{mu.Query, fmt.Sprintf("%s hidden, %s", stories(mu.Hits), until), func(m *Model) tea.Cmd {
			room, ctx := m.room, context_(m)
			return func() tea.Msg {
				return editedMsg{
					text: "no longer muted: " + mu.Query, err: room.Unmute(ctx, mu.Query),
					undo: func() error { _, err := room.Mute(ctx, mu.Query, mu.Until); return err },
					redo: func() error { return room.Unmute(ctx, mu.Query) },
				}
			}
		}})
	}
	p := newPicker("Muted · enter lifts it", items)
	p.plain = true
	m.overlay = p
}
