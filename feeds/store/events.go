package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// livePart is how many stories LiveStories reads at a time.
const livePart = 500

// LiveStories calls each for the stories published since a time, oldest first, as the
// index of events needs them: without HTML and Text. each may ask the database.
func (db *DB) LiveStories(ctx context.Context, since time.Time, each func(feeds.Story) error) error {
	at := feeds.Cursor{Key: since.Unix() - 1, Row: 1<<63 - 1}
	for {
		part := make([]feeds.Story, 0, livePart)
		err := db.rows(ctx, "SELECT "+columns+` FROM story s INDEXED BY story_new CROSS JOIN feed f ON f.id = s.feed
			WHERE s.hidden = 0 AND (s.published, s.id) > (?, ?) ORDER BY s.published, s.id LIMIT ?`, []any{at.Key, at.Row, livePart}, func(r scanner) error {
			s, err := scanStory(r)
			part = append(part, s)
			return err
		})
		if err != nil {
			return fmt.Errorf("read live stories: %w", err)
		}
		for i := range part {
			if err := each(part[i]); err != nil {
				return err
			}
		}
		if len(part) < livePart {
			return nil
		}
		at = part[len(part)-1].Place(feeds.Newest)
	}
}

// StoriesBetween calls each for the stories whose rows lie between two others, in the
// order in which they were stored, as LiveStories does.
func (db *DB) StoriesBetween(ctx context.Context, after, before int64, each func(feeds.Story) error) error {
	for after < before-1 {
		part := make([]feeds.Story, 0, livePart)
		err := db.rows(ctx, "SELECT "+columns+` FROM story s JOIN feed f ON f.id = s.feed
			WHERE s.id > ? AND s.id < ? AND s.hidden = 0 ORDER BY s.id LIMIT ?`, []any{after, before, livePart}, func(r scanner) error {
			s, err := scanStory(r)
			part = append(part, s)
			return err
		})
		if err != nil {
			return fmt.Errorf("read stories that were stored: %w", err)
		}
		for i := range part {
			if err := each(part[i]); err != nil {
				return err
			}
		}
		if len(part) < livePart {
			return nil
		}
		after = part[len(part)-1].Row
	}
	return nil
}

// Placed is the row of the last story that was put into its event, as SetPlaced left it;
// 0 if nobody has.
func (db *DB) Placed(ctx context.Context) (int64, error) {
	var n int64
	err := db.row(ctx, "SELECT CAST(value AS INTEGER) FROM kv WHERE key = 'placed'", nil, &n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("read which stories have an event: %w", err)
	}
	return n, nil
}

// SetPlaced remembers that the stories up to a row have been put into their events. It
// never goes back.
func (db *DB) SetPlaced(ctx context.Context, row int64) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`INSERT INTO kv(key, value) VALUES('placed', ?1) ON CONFLICT(key) DO UPDATE SET value = excluded.value
			WHERE CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)`, row)
		return err
	})
	if err != nil {
		return fmt.Errorf("remember which stories have an event: %w", err)
	}
	return nil
}

// maxAccounts bounds how many stories of an event are read.
const maxAccounts = 500

// Event is an event with its stories, the lead first, then by time. An event that nobody
// knows has none and is ErrNotFound.
func (db *DB) Event(ctx context.Context, id string) (feeds.Event, error) {
	ev := feeds.Event{ID: id}
	if id == "" {
		return ev, fmt.Errorf("%w of an event without a name", ErrNotFound)
	}
	err := db.rows(ctx, "SELECT "+columns+` FROM story s INDEXED BY story_event JOIN feed f ON f.id = s.feed
		WHERE s.event = ? AND s.event <> '' AND (s.hidden = 0 OR s.hidden = 1 AND (s.saved > 0 OR s.starred = 1)) ORDER BY s.lead DESC, s.published, s.id LIMIT ?`, []any{id, maxAccounts}, func(r scanner) error {
		s, err := scanStory(r)
		if err != nil {
			return err
		}
		if ev.First.IsZero() || s.Published.Before(ev.First) {
			ev.First = s.Published
		}
		if s.Published.After(ev.Last) {
			ev.Last = s.Published
		}
		if len(ev.Stories) == 0 {
			ev.Kind, ev.Outlets, ev.Score = s.Kind, s.Outlets, s.Score
		}
		ev.Stories = append(ev.Stories, s)
		return nil
	})
	switch {
	case err != nil:
		return ev, fmt.Errorf("read an event: %w", err)
	case len(ev.Stories) == 0:
		return ev, fmt.Errorf("%w of event %s", ErrNotFound, id)
	}
	return ev, nil
}

// SetEvent writes how stories stand in their events. Stories that are gone are left out.
// An event that would be left without a lead gets one: the front page shows leads.
func (db *DB) SetEvent(ctx context.Context, changes []feeds.EventChange) error {
	if len(changes) == 0 {
		return nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		ask, err := tx.Prepare("SELECT event FROM story WHERE sid = ?")
		if err != nil {
			return err
		}
		defer ask.Close()
		put, err := tx.Prepare(`UPDATE story SET event = ?1, kind = ?2, lead = ?3, outlets = ?4, score = ?5 WHERE sid = ?6
			AND (event <> ?1 OR kind <> ?2 OR lead <> ?3 OR outlets <> ?4 OR score <> ?5)`)
		if err != nil {
			return err
		}
		defer put.Close()
		led, err := tx.Prepare(`UPDATE story SET lead = 1 WHERE id = (SELECT id FROM story INDEXED BY story_event WHERE event = ?1 AND event <> '' AND hidden = 0 ORDER BY lead DESC, teaser, id LIMIT 1)
			AND lead = 0`)
		if err != nil {
			return err
		}
		defer led.Close()
		touched := make(map[string]bool)
		for _, c := range changes {
			var was string
			err := ask.QueryRow(c.StoryID).Scan(&was)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			lead := c.Lead || c.Event == ""
			res, err := put.Exec(c.Event, string(c.Kind), lead, max(c.Outlets, 1), c.Score, c.StoryID)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			if n > 0 {
				touched[was], touched[c.Event] = true, true
			}
		}
		if len(touched) == 0 {
			return nil
		}
		delete(touched, "")
		for event := range touched {
			if _, err := led.Exec(event); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("store events: %w", err)
	}
	return nil
}

// FixEvent remembers what a person decided of two events; it takes the place of what was
// decided of the two before.
func (db *DB) FixEvent(ctx context.Context, f feeds.EventFix) error {
	if f.A == f.B || f.A == "" || f.B == "" {
		return nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM event_fix WHERE a = ?2 AND b = ?1", f.A, f.B); err != nil {
			return err
		}
		_, err := tx.Exec("INSERT INTO event_fix(a, b, together) VALUES(?,?,?) ON CONFLICT(a, b) DO UPDATE SET together = excluded.together", f.A, f.B, f.Together)
		return err
	})
	if err != nil {
		return fmt.Errorf("remember an event: %w", err)
	}
	return nil
}

// EventFixes are all of them.
func (db *DB) EventFixes(ctx context.Context) ([]feeds.EventFix, error) {
	var out []feeds.EventFix
	err := db.rows(ctx, "SELECT a, b, together FROM event_fix ORDER BY a, b", nil, func(r scanner) error {
		var f feeds.EventFix
		err := r.Scan(&f.A, &f.B, &f.Together)
		out = append(out, f)
		return err
	})
	return out, err
}
