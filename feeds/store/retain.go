package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// Retain forgets what the policy lets go and returns how many stories went; it does so
// in parts, between which others can write, and at most some thousands at a call. What is
// starred, saved or queued never goes. Marks stay, so that a story that comes back is
// not new.
func (db *DB) Retain(ctx context.Context, p feeds.Retention, now time.Time) (int, error) {
	const lettable = " AND s.starred = 0 AND s.saved = 0"
	total := 0
	run := func(text string, args ...any) error {
		var ids []int64
		err := db.rows(ctx, text, args, func(r scanner) error {
			var id int64
			err := r.Scan(&id)
			ids = append(ids, id)
			return err
		})
		if err != nil {
			return err
		}
		n, err := db.forget(ctx, ids)
		total += n
		return err
	}
	err := func() error {
		if p.ReadFor > 0 {
			at := now.Add(-p.ReadFor).Unix()
			if err := run("SELECT s.id FROM story s INDEXED BY story_expire WHERE s.read = 1"+lettable+" AND s.seen < ? AND s.published < ? LIMIT ?", at, at, maxForgotten); err != nil {
				return err
			}
			// Nobody sees what no feed subscribed to has: it goes as what was read.
			if err := run("SELECT s.id FROM story s INDEXED BY story_hidden WHERE s.hidden > 0 AND s.hidden & 1 = 1"+lettable+" AND s.seen < ? AND s.published < ? LIMIT ?", at, at, maxForgotten); err != nil {
				return err
			}
		}
		if p.UnreadFor > 0 {
			at := now.Add(-p.UnreadFor).Unix()
			if err := run("SELECT s.id FROM story s INDEXED BY story_unread WHERE s.hidden = 0 AND s.read = 0"+lettable+" AND s.published < ? AND s.seen < ? LIMIT ?", at, at, maxForgotten); err != nil {
				return err
			}
		}
		if p.ReadPerFeed <= 0 {
			return nil
		}
		list, err := db.Feeds(ctx)
		if err != nil {
			return err
		}
		for i := range list {
			f := &list[i]
			if f.Stories-f.Unread <= p.ReadPerFeed {
				continue
			}
			if err := run("SELECT s.id FROM story s INDEXED BY story_feed WHERE s.feed = ? AND s.hidden = 0 AND s.read = 1"+lettable+" ORDER BY s.published DESC, s.id DESC LIMIT ? OFFSET ?", f.ID, maxForgotten, p.ReadPerFeed); err != nil {
				return err
			}
		}
		return nil
	}()
	if err == nil {
		err = db.boundMarks(ctx)
	}
	if err != nil {
		return total, fmt.Errorf("forget what has expired: %w", err)
	}
	return total, nil
}

const (
	maxForgotten = 5000   // of one kind at a call
	forgetPart   = 200    // in one transaction
	maxMarks     = 300000 // of stories that are gone
)

// forget deletes stories that are still to be let go, and keeps their marks.
func (db *DB) forget(ctx context.Context, ids []int64) (int, error) {
	total := 0
	for len(ids) > 0 {
		part := jsonIDs(ids[:min(len(ids), forgetPart)])
		ids = ids[min(len(ids), forgetPart):]
		err := db.write(ctx, func(tx *sql.Tx) error {
			const those = "FROM story WHERE starred = 0 AND saved = 0 AND id IN (SELECT value FROM json_each(?))"
			if _, err := tx.Exec("INSERT INTO mark(sid, read, seen) SELECT sid, read, seen "+those+" ON CONFLICT(sid) DO UPDATE SET seen = excluded.seen", part); err != nil {
				return err
			}
			if _, err := tx.Exec("DELETE FROM article WHERE saved = 0 AND sid IN (SELECT sid "+those+")", part); err != nil {
				return err
			}
			res, err := tx.Exec("DELETE "+those, part)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			total += int(n)
			return changed(tx)
		})
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// boundMarks drops the oldest marks of stories that are gone.
func (db *DB) boundMarks(ctx context.Context) error {
	var n int
	if err := db.row(ctx, "SELECT (SELECT count(*) FROM mark) - (SELECT count(*) FROM story)", nil, &n); err != nil || n <= maxMarks {
		return err
	}
	return db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec(`DELETE FROM mark WHERE sid IN (SELECT m.sid FROM mark m INDEXED BY mark_seen WHERE m.starred = 0 AND m.saved = 0
			AND NOT EXISTS (SELECT 1 FROM story s WHERE s.sid = m.sid) ORDER BY m.seen LIMIT ?)`, min(n-maxMarks, 20000))
		return err
	})
}

// Compact gives the disk back what the file does not use any more, if that is a quarter
// of it or more, and returns how many bytes that was. Nobody can write meanwhile.
func (db *DB) Compact(ctx context.Context) (int64, error) {
	var page, pages, free int64
	err := db.row(ctx, "SELECT (SELECT page_size FROM pragma_page_size), (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count)", nil, &page, &pages, &free)
	if err != nil || free*4 < pages || free*page < 4<<20 {
		return 0, err
	}
	w, err := db.writer()
	if err != nil {
		return 0, err
	}
	if _, err := w.ExecContext(ctx, "VACUUM"); err != nil {
		return 0, fmt.Errorf("compact the database: %w", db.blame(err))
	}
	return free * page, nil
}
