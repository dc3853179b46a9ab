package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// markSlice is how many stories are read of a list, and marked, at a time: others can
// write in between.
const markSlice = 1000

// markFrom marks everything below (1) or above (-1) the cursor read, as far as the shown
// list goes and not only the rows of it that are held. What came since it was loaded is
// not in it: above a list that is held from its beginning nothing else is touched.
func (m *Model) markFrom(dir int) tea.Cmd {
	var ids []string
	rows := m.list.Rows()
	for i := m.list.Cursor() + dir; i >= 0 && i < len(rows); i += dir {
		if !rows[i].Mark.Read {
			ids = append(ids, rows[i].ID)
		}
	}
	beyond, more := m.list.Beyond(dir)
	if len(ids) == 0 && !more {
		m.say("nothing unread there")
		return nil
	}
	where := map[int]string{1: "below", -1: "above"}[dir]
	if !more {
		return m.mark(ids, read(true), fmt.Sprintf("%d %s marked read", len(ids), where))
	}
	req, err := m.request()
	if err != nil {
		m.fail(err)
		return nil
	}
	if !req.Clusters { // of an event an account that is not shown would come in its place
		if req.Query, err = m.room.Parse(strings.TrimSpace(m.queryText() + " is:unread")); err != nil {
			m.fail(err)
			return nil
		}
	}
	req.After, req.Before, req.Limit = beyond.After, beyond.Before, markSlice
	was := m.showMarks(ids, read(true))
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		rest, err := unreadFrom(ctx, room, req)
		if err != nil {
			return markedMsg{was: was, err: err}
		}
		ids = append(ids, rest...)
		var before []feeds.MarkBefore
		for from := 0; from < len(ids) && err == nil; from += markSlice {
			var part []feeds.MarkBefore
			part, err = room.Mark(ctx, ids[from:min(from+markSlice, len(ids))], read(true))
			before = append(before, part...)
		}
		text := fmt.Sprintf("%d %s marked read", len(before), where)
		return markedMsg{before: before, was: was, change: read(true), text: text, err: err}
	}
}

// unreadFrom are the unread stories of a list from the place in it where a request
// stands, to its end.
func unreadFrom(ctx context.Context, room Newsroom, req feeds.ListRequest) ([]string, error) {
	var ids []string
	up := !req.Before.Zero()
	for {
		rows, err := room.List(ctx, req)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			if !rows[i].Mark.Read {
				ids = append(ids, rows[i].ID)
			}
		}
		if len(rows) < req.Limit {
			return ids, nil
		}
		if up {
			req.Before = rows[0].Place(req.Sort)
		} else {
			req.After = rows[len(rows)-1].Place(req.Sort)
		}
	}
}

func read(on bool) feeds.Change { return feeds.Change{Read: &on} }

// markShown marks everything that the query matches read, also what is not on screen.
func (m *Model) markShown() tea.Cmd {
	text := strings.TrimSpace(m.queryText() + " is:unread")
	q, err := m.room.Parse(text)
	if err != nil {
		m.fail(err)
		return nil
	}
	c := read(true)
	ids := make([]string, 0, m.list.Len())
	for _, s := range m.list.Rows() {
		ids = append(ids, s.ID)
	}
	was := m.showMarks(ids, c)
	room, ctx := m.room, context_(m)
	return func() tea.Msg {
		before, err := room.MarkQuery(ctx, q, c)
		return markedMsg{before: before, was: was, change: c, text: fmt.Sprintf("%d marked read", len(before)), err: err}
	}
}
