package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"nightdesk/feeds"
)

// Mark changes marks of stories, of all of them or, after an error, of none. It returns
// those whose reading or star it changed as they were, for Restore.
func (db *DB) Mark(ctx context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error) {
	var before []feeds.MarkBefore
	err := db.write(ctx, func(tx *sql.Tx) (err error) {
		before, err = mark(tx, ids, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("mark stories: %w", err)
	}
	return before, nil
}

func mark(tx *sql.Tx, ids []string, c feeds.Change) ([]feeds.MarkBefore, error) {
	m, err := newMarker(tx)
	if err != nil {
		return nil, err
	}
	defer m.close()
	var before []feeds.MarkBefore
	any := false
	for _, id := range ids {
		old, err := m.get(id)
		if err != nil {
			return nil, err
		}
		now := old
		if c.Read != nil {
			now.Read = *c.Read
		}
		if c.Starred != nil {
			now.Starred = *c.Starred
		}
		if c.Position != nil && *c.Position >= 0 && *c.Position <= 1 {
			now.Position = *c.Position
		}
		if now == old {
			continue
		}
		if err := m.put(id, old, now); err != nil {
			return nil, err
		}
		if now.Read != old.Read || now.Starred != old.Starred {
			before = append(before, feeds.MarkBefore{ID: id, Mark: old})
			any = true
		}
	}
	if any {
		return before, changed(tx)
	}
	return before, nil
}

// MarkQuery changes the marks of all stories that match and returns those that it
// changed as they were.
func (db *DB) MarkQuery(ctx context.Context, q feeds.Query, env Env, c feeds.Change) ([]feeds.MarkBefore, error) {
	// Only those that differ are asked for: they are few where all was marked before.
	root := conjuncts(q.Root)
	var differ feeds.Or
	state := func(on *bool, is, not feeds.Expr) {
		if on != nil && *on {
			differ = append(differ, not)
		} else if on != nil {
			differ = append(differ, is)
		}
	}
	unread := feeds.Term{Field: feeds.Is, Values: []string{"unread"}}
	read := feeds.Term{Field: feeds.Is, Values: []string{"read"}}
	starred := feeds.Term{Field: feeds.Is, Values: []string{"starred"}}
	state(c.Read, read, unread)
	state(c.Starred, starred, feeds.Not{X: starred})
	switch len(differ) {
	case 0:
		return nil, nil
	case 1:
		root = append(root, differ[0])
	default:
		root = append(root, differ)
	}
	var before []feeds.MarkBefore
	for {
		// In parts: others can write in between, and what is held in memory is bounded.
		list, err := db.List(ctx, feeds.ListRequest{Query: feeds.Query{Root: feeds.And(root)}, Limit: 2000}, env)
		if err != nil {
			return before, err
		}
		ids := make([]string, len(list))
		for i := range list {
			ids[i] = list[i].ID
		}
		part, err := db.Mark(ctx, ids, c)
		before = append(before, part...)
		if err != nil || len(part) == 0 || len(list) < 2000 {
			return before, err
		}
	}
}

// Restore puts the reading and the stars of stories back as they were.
func (db *DB) Restore(ctx context.Context, before []feeds.MarkBefore) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		m, err := newMarker(tx)
		if err != nil {
			return err
		}
		defer m.close()
		for _, b := range before {
			old, err := m.get(b.ID)
			if errors.Is(err, ErrNotFound) {
				continue // it expired
			}
			if err != nil {
				return err
			}
			now := old
			now.Read, now.Starred = b.Mark.Read, b.Mark.Starred
			if err := m.put(b.ID, old, now); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("put marks back: %w", err)
	}
	return nil
}

// marker reads and writes marks within a transaction.
type marker struct{ ask, keep, copy *sql.Stmt }

func newMarker(tx *sql.Tx) (*marker, error) {
	m := &marker{}
	for to, text := range map[**sql.Stmt]string{
		&m.ask: "SELECT s.read, s.starred, s.saved, coalesce(m.error, ''), coalesce(m.position, 0) FROM story s LEFT JOIN mark m ON m.sid = s.sid WHERE s.sid = ?",
		&m.keep: `INSERT INTO mark(sid, read, starred, saved, error, position, seen)
			VALUES(?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT seen FROM story WHERE sid = ?1), 0))
			ON CONFLICT(sid) DO UPDATE SET read = ?2, starred = ?3, saved = ?4, error = ?5, position = ?6`,
		&m.copy: "UPDATE story SET read = ?, starred = ?, saved = ? WHERE sid = ?",
	} {
		st, err := tx.Prepare(text)
		if err != nil {
			m.close()
			return nil, err
		}
		*to = st
	}
	return m, nil
}

func (m *marker) close() {
	for _, st := range []*sql.Stmt{m.ask, m.keep, m.copy} {
		if st != nil {
			_ = st.Close()
		}
	}
}

func (m *marker) get(sid string) (feeds.Mark, error) {
	var k feeds.Mark
	err := m.ask.QueryRow(sid).Scan(&k.Read, &k.Starred, &k.Saved, &k.SaveError, &k.Position)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("%w: %s", ErrNotFound, sid)
	}
	return k, err
}

func (m *marker) put(sid string, old, now feeds.Mark) error {
	if _, err := m.keep.Exec(sid, now.Read, now.Starred, now.Saved, now.SaveError, now.Position); err != nil {
		return err
	}
	if old.Read == now.Read && old.Starred == now.Starred && old.Saved == now.Saved {
		return nil // the place in the text alone: the lists know nothing of it
	}
	_, err := m.copy.Exec(now.Read, now.Starred, now.Saved, sid)
	return err
}

// Hide takes stories out of all lists but is:hidden, or puts them back.
func (db *DB) Hide(ctx context.Context, ids []string, on bool) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		text := "UPDATE story SET hidden = hidden & ~2 WHERE sid = ?"
		if on {
			text = "UPDATE story SET hidden = hidden | 2 WHERE sid = ?"
		}
		for _, id := range ids {
			if _, err := tx.Exec(text, id); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("hide stories: %w", err)
	}
	return nil
}
