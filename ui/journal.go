package ui

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// done is a change that can be taken back. It is in m.undo while it holds and in m.redo
// once it was taken back; a change that fails either way goes back to where it was, so
// that it can be tried again.
type done struct {
	before     []feeds.MarkBefore
	change     feeds.Change
	text       string // what was done, as a person reads it
	undo, redo func() error
	config     bool   // it changed the config
	show, back string // keys of the views to go to once it is done again, or undone
}

// maxJournal is how many changes can be taken back.
const maxJournal = 100

// way says what a command that changes something is: the change itself, or a change of
// the journal done backwards or once more.
type way uint8

const (
	doing way = iota
	undoing
	redoing
)

// record keeps a new change.
func (m *Model) record(d *done) {
	m.undo = append(m.undo, d)
	if cut := len(m.undo) - maxJournal; cut > 0 {
		m.undo = slices.Delete(m.undo, 0, cut)
	}
	m.redo = nil
}

// stays puts a change back to where it was before an undo or a redo that failed.
func (m *Model) stays(d *done, w way) {
	from, to := &m.redo, &m.undo
	if w == redoing {
		from, to = to, from
	}
	*from = slices.DeleteFunc(*from, func(o *done) bool { return o == d })
	if !slices.Contains(*to, d) {
		*to = append(*to, d)
	}
}

// named is what is said of a change.
func (w way) named(text string) string {
	switch w {
	case undoing:
		return "undone: " + text
	case redoing:
		return "done again: " + text
	}
	return text + " · u undoes"
}

// pop takes the last change.
func pop(ds *[]*done) *done {
	d := (*ds)[len(*ds)-1]
	*ds = (*ds)[:len(*ds)-1]
	return d
}

func (m *Model) undoLast() tea.Cmd {
	if len(m.undo) == 0 {
		m.say("nothing to undo")
		return nil
	}
	d := pop(&m.undo)
	m.redo = append(m.redo, d)
	if d.undo != nil {
		return func() tea.Msg {
			return editedMsg{text: d.text, err: d.undo(), entry: d, way: undoing, config: d.config, show: d.back}
		}
	}
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		return markedMsg{before: d.before, entry: d, way: undoing, text: d.text, err: room.Restore(ctx, d.before)}
	}
}

func (m *Model) redoLast() tea.Cmd {
	if len(m.redo) == 0 {
		m.say("nothing to redo")
		return nil
	}
	d := pop(&m.redo)
	m.undo = append(m.undo, d)
	if d.redo != nil {
		return func() tea.Msg {
			return editedMsg{text: d.text, err: d.redo(), entry: d, way: redoing, config: d.config, show: d.show}
		}
	}
	ids := make([]string, len(d.before))
	for i, b := range d.before {
		ids[i] = b.ID
	}
	was := m.showMarks(ids, d.change)
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		before, err := room.Mark(ctx, ids, d.change)
		return markedMsg{before: before, was: was, change: d.change, entry: d, way: redoing, text: d.text, err: err}
	}
}

// takeMarked takes the answer of a change of marks: what was shown at once and not done
// is shown as it was, what was done goes to the journal.
func (m *Model) takeMarked(msg markedMsg) {
	switch {
	case msg.err != nil:
		for _, b := range msg.was {
			if !slices.ContainsFunc(msg.before, func(d feeds.MarkBefore) bool { return d.ID == b.ID }) {
				m.putBack(b)
			}
		}
		switch {
		case msg.entry != nil:
			m.stays(msg.entry, msg.way)
		case len(msg.before) > 0: // a part of it was done
			m.record(&done{before: msg.before, change: msg.change, text: msg.text})
		}
		m.fail(msg.err)
		return
	case msg.way == undoing:
		for _, b := range msg.before {
			m.putBack(b)
		}
	case msg.way == redoing:
		msg.entry.before = msg.before
	case msg.text != "":
		m.record(&done{before: msg.before, change: msg.change, text: msg.text})
	}
	if msg.text != "" {
		m.say(msg.way.named(msg.text))
	}
}

func (m *Model) putBack(b feeds.MarkBefore) {
	apply := func(s *feeds.Story) { s.Mark.Read, s.Mark.Starred = b.Mark.Read, b.Mark.Starred }
	m.list.Change(b.ID, apply)
	if m.story.ID == b.ID {
		apply(&m.story)
		m.reader.SetStory(m.story)
	}
}

// showMarks shows a change of marks at once, and gives the marks of what it changed as
// they were.
func (m *Model) showMarks(ids []string, c feeds.Change) []feeds.MarkBefore {
	of := make(map[string]bool, len(ids))
	for _, id := range ids {
		of[id] = true
	}
	var was []feeds.MarkBefore
	apply := func(s *feeds.Story) {
		if c.Read != nil {
			s.Mark.Read = *c.Read
		}
		if c.Starred != nil {
			s.Mark.Starred = *c.Starred
		}
	}
	for i, s := range m.list.Rows() {
		if of[s.ID] {
			was = append(was, feeds.MarkBefore{ID: s.ID, Mark: s.Mark})
			m.list.ChangeAt(i, apply)
		}
	}
	if of[m.story.ID] {
		if !slices.ContainsFunc(was, func(b feeds.MarkBefore) bool { return b.ID == m.story.ID }) {
			was = append(was, feeds.MarkBefore{ID: m.story.ID, Mark: m.story.Mark})
		}
		apply(&m.story)
		m.reader.SetStory(m.story)
	}
	return was
}

// editedMsg is a change of what is shown that is no mark, done and to be taken back.
type editedMsg struct {
	text       string
	err        error
	undo, redo func() error
	entry      *done // of the journal, for an undo or a redo
	way        way
	config     bool   // the config was changed
	show, back string // keys of the views to go to, and once it is undone
}

func (m *Model) takeEdited(msg editedMsg) tea.Cmd {
	if msg.err != nil {
		if msg.entry != nil {
			m.stays(msg.entry, msg.way)
		}
		m.fail(msg.err)
		return nil
	}
	m.say(msg.way.named(msg.text))
	if msg.way == doing {
		m.record(&done{text: msg.text, undo: msg.undo, redo: msg.redo, config: msg.config, show: msg.show, back: msg.back})
	}
	if msg.config {
		return m.reread(msg.show, msg.way == doing)
	}
	return tea.Batch(m.load(m.currentID(), false), m.loadRail(), m.loadStory())
}

// storyMsg is a story as it stands after a change.
type storyMsg feeds.Story

// loadStory asks for what is known of the story in the reader, without its text.
func (m *Model) loadStory() tea.Cmd {
	id, room, ctx := m.story.ID, m.room, m.ctx
	if id == "" {
		return nil
	}
	return func() tea.Msg {
		s, _, err := room.Article(ctx, id)
		if err != nil {
			return nil // it may be gone; what is shown stays
		}
		return storyMsg(s)
	}
}

func (m *Model) takeStory(s feeds.Story) {
	if s.ID != m.story.ID {
		return
	}
	s.Mark = m.story.Mark // what was pressed meanwhile
	m.story = s
	m.reader.SetStory(s)
}
