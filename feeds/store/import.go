package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"nightdesk/feeds"
)

// errDryRun takes a transaction back that was only tried.
var errDryRun = errors.New("only tried")

// Import takes stories over that another program, or a server, has of one feed. Other
// than SaveStories it never changes a story that is here: what a feed said last counts,
// not what somebody remembers of it. A story that was here and was let go stays away.
// Marks of a story count only if nobody has marked it here, so that doing it twice
// changes nothing and never undoes what a reader did since. The answers are in the order
// of the stories.
func (db *DB) Import(ctx context.Context, feedID int64, stories []feeds.Story, how feeds.Taking) ([]feeds.Taken, error) {
	out := make([]feeds.Taken, len(stories))
	err := db.write(ctx, func(tx *sql.Tx) error {
		s := newSaver(tx, db.now())
		defer s.close()
		if err := s.enter(feedID); err != nil {
			return err
		}
		m, err := newMarker(tx)
		if err != nil {
			return err
		}
		defer m.close()
		s.guids = make(map[string]bool)
		for i := range stories {
			if err := s.take(&stories[i], m, how, &out[i]); err != nil {
				return fmt.Errorf("%q of %s: %w", stories[i].Title, s.feed.url, err)
			}
			s.touched = s.touched || out[i].New || out[i].Read || out[i].Starred
		}
		if how.DryRun {
			return errDryRun
		}
		if err := s.toIndex(); err != nil {
			return err
		}
		return s.done()
	})
	if err != nil && !errors.Is(err, errDryRun) {
		return nil, fmt.Errorf("take stories over: %w", err)
	}
	return out, nil
}

func (s *saver) take(st *feeds.Story, m *marker, how feeds.Taking, out *feeds.Taken) error {
	want := st.Mark
	st.Mark = feeds.Mark{}
	defer func() {
		if !out.New {
			st.Mark = want // what is told of it is not how it stands
		}
	}()
	st.FeedID, st.FeedURL, st.FeedTitle = s.feed.id, s.feed.url, s.feed.title
	found, err := s.here(st, out)
	if err != nil {
		return err
	}
	marked := false
	if found {
		if marked, err = s.row("SELECT 1 FROM mark WHERE sid = ?", []any{out.ID}, new(int)); err != nil {
			return err
		}
	} else {
		if how.KnownOnly {
			return nil
		}
		if out.Gone, err = s.row("SELECT 1 FROM mark WHERE sid = ?", []any{feeds.Identity(st.FeedURL, st.GUID, 0)}, new(int)); err != nil || out.Gone {
			return err
		}
		a, err := s.ahead(st)
		if err != nil {
			return err
		}
		if err := s.add(st, a); err != nil {
			return err
		}
		out.ID, out.Row, out.New = st.ID, st.Row, true
	}
	old, err := m.get(out.ID)
	if err != nil {
		return err
	}
	out.Mark = old
	if !how.Marks || marked || !want.Read && !want.Starred {
		return nil
	}
	now := old
	now.Read, now.Starred = old.Read || want.Read, old.Starred || want.Starred
	out.Read, out.Starred, out.Mark = now.Read && !old.Read, now.Starred && !old.Starred, now
	return m.put(out.ID, old, now)
}

// here finds the stored story that is the one told of: by the feed's id of it; by its
// link where the title agrees, for not everybody keeps the id; else as byLink does.
func (s *saver) here(st *feeds.Story, out *feeds.Taken) (bool, error) {
	found, err := s.row("SELECT sid, id FROM story WHERE feed = ? AND guid = ?", []any{st.FeedID, st.GUID}, &out.ID, &out.Row)
	if err != nil || found {
		return found, err
	}
	found, err = s.row("SELECT s.sid, s.id FROM also a JOIN story s ON s.id = a.story WHERE a.feed = ? AND a.guid = ?", []any{st.FeedID, st.GUID}, &out.ID, &out.Row)
	if err != nil || found || st.URL == "" {
		return found, err
	}
	q, err := s.stmt("SELECT sid, id, title FROM story WHERE url = ?1 AND (feed = ?2 OR id IN (SELECT story FROM also WHERE feed = ?2)) ORDER BY id LIMIT 20")
	if err != nil {
		return false, err
	}
	rows, err := q.Query(st.URL, st.FeedID)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var k known
		if err := rows.Scan(&k.sid, &k.id, &k.title); err != nil {
			return false, err
		}
		if similar(k.title, st.Title) {
			out.ID, out.Row = k.sid, k.id
			return true, nil
		}
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	rows.Close()
	var k known
	if found, err = s.byLink(st, &k); err == nil && found {
		out.ID, out.Row = k.sid, k.id
	}
	return found, err
}
