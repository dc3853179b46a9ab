package ui

import (
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/ui/cells"
)

// accountsPicker is an event unfolded: its accounts, to read, to take out of it, or to put
// another event with.
func (m *Model) accountsPicker(ev feeds.Event) overlay {
	var items []item
	for i, s := range ev.Stories {
		detail := s.FeedTitle + " · " + cells.Age(s.Published, m.opt.Now())
		label := s.Title
		if i == 0 {
			label = m.th.Glyphs.Star + " " + label
		}
		items = append(items, item{label, cells.Cut(detail, 26, "…"), func(m *Model) tea.Cmd { return m.read(s) }})
	}
	title := fmt.Sprintf("%d accounts of one happening", len(items))
	if len(items) == 1 {
		title = "The only account so far"
	}
	p := newPicker(title, items)
	p.plain = true
	p.acts = map[action]func(*Model, int) tea.Cmd{
		"put-together": func(m *Model, _ int) tea.Cmd { return m.joinPicker(ev.ID, ev.Stories) },
	}
	var hints []string
	hint := func(a action, text string) {
		if k := m.keys.hint(a); k != "" {
			hints = append(hints, k+" "+text)
		}
	}
	if len(items) > 1 {
		p.acts["take-apart"] = func(m *Model, at int) tea.Cmd { return m.takeOut(ev.Stories[at]) }
		hint("take-apart", "takes it out")
	}
	hint("put-together", "puts another with them")
	p.note = strings.Join(hints, " · ")
	return p
}

// takeApart takes the story read, or under the cursor, out of its event.
func (m *Model) takeApart() tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	if s.Outlets < 2 {
		m.say("this story is the only account of its event")
		return nil
	}
	return m.takeOut(s)
}

func (m *Model) takeOut(s feeds.Story) tea.Cmd {
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		own, stay, err := room.SeparateEvent(ctx, s.ID)
		return editedMsg{
			text: "“" + short(s.Title) + "” is an event of its own now", err: err,
			undo: func() error { _, err := room.MergeEvents(ctx, stay, own); return err },
			redo: func() error { _, _, err := room.SeparateEvent(ctx, s.ID); return err },
		}
	}
}

// putTogether makes one event of those of the selected stories; without a selection it
// asks which story of the list tells of the same as this one.
func (m *Model) putTogether() tea.Cmd {
	if m.shape.focus != paneReader && m.list.Selecting() {
		var events []string
		ids := m.list.Chosen()
		for _, s := range m.list.Rows() {
			if s.Event != "" && slices.Contains(ids, s.ID) && !slices.Contains(events, s.Event) {
				events = append(events, s.Event)
			}
		}
		if len(events) < 2 {
			m.say("select the stories of more than one happening")
			return nil
		}
		m.list.Deselect()
		return m.merge(events)
	}
	s, ok := m.subject()
	if !ok || s.Event == "" {
		m.say("this story is in no event yet")
		return nil
	}
	return m.joinPicker(s.Event, []feeds.Story{s})
}

// joinPicker asks which story of the list belongs to an event too.
func (m *Model) joinPicker(event string, accounts []feeds.Story) tea.Cmd {
	var items []item
	seen := map[string]bool{event: true}
	for _, s := range m.list.Rows() {
		if s.Event == "" || seen[s.Event] {
			continue
		}
		seen[s.Event] = true
		detail := s.FeedTitle + " · " + cells.Age(s.Published, m.opt.Now())
		items = append(items, item{s.Title, cells.Cut(detail, 26, "…"), func(m *Model) tea.Cmd { return m.merge([]string{event, s.Event}) }})
	}
	if len(items) == 0 {
		m.say("nothing else is in the list")
		return nil
	}
	p := newPicker("Which one tells of the same?", items)
	p.note = "as: " + cells.Cut(accounts[0].Title, 60, "…")
	m.overlay = p
	return nil
}

// merge makes one event of several.
func (m *Model) merge(events []string) tea.Cmd {
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		var moved [][]string
		merge := func() error {
			moved = moved[:0]
			for _, other := range events[1:] {
				ids, err := room.MergeEvents(ctx, events[0], other)
				if err != nil {
					return err
				}
				moved = append(moved, ids)
			}
			return nil
		}
		return editedMsg{
			text: fmt.Sprintf("%d events are one now", len(events)), err: merge(), redo: merge,
			undo: func() error {
				for _, ids := range moved {
					if len(ids) == 0 {
						continue
					}
					if _, _, err := room.SeparateEvent(ctx, ids...); err != nil {
						return err
					}
				}
				return nil
			},
		}
	}
}
