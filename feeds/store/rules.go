package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// SetMute adds a mute, or changes until when it holds.
func (db *DB) SetMute(ctx context.Context, query string, until time.Time) error {
	return db.rule(ctx, "INSERT INTO mute(query, until, since) VALUES(?, ?, ?) ON CONFLICT(query) DO UPDATE SET until = excluded.until", query, unix(until), db.now().Unix())
}

// DropMute forgets a mute and shows what it alone has hidden: no other mute, and none of
// the rules that hide stories too.
func (db *DB) DropMute(ctx context.Context, query string, hiding ...string) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(`UPDATE story SET hidden = hidden & ~2 WHERE hidden & 2 = 2 AND id IN (SELECT story FROM touched WHERE rule = ?1)
			AND NOT EXISTS (SELECT 1 FROM touched o WHERE o.story = story.id AND o.rule <> ?1
				AND (o.rule IN (SELECT query FROM mute) OR o.rule IN (SELECT value FROM json_each(?2))))`, query, toJSON(hiding)); err != nil {
			return err
		}
		for _, text := range []string{"DELETE FROM touched WHERE rule = ?1", "DELETE FROM mute WHERE query = ?1"} {
			if _, err := tx.Exec(text, query); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("forget a mute: %w", err)
	}
	return nil
}

// Mutes are all of them, the newest first; those that have ended too.
func (db *DB) Mutes(ctx context.Context) ([]feeds.Mute, error) {
	var out []feeds.Mute
	err := db.rows(ctx, "SELECT query, since, until, hits FROM mute ORDER BY since DESC, query", nil, func(r scanner) error {
		var m feeds.Mute
		var since, until int64
		err := r.Scan(&m.Query, &since, &until, &m.Hits)
		m.Since, m.Until = fromUnix(since), fromUnix(until)
		out = append(out, m)
		return err
	})
	return out, err
}

// Hit notes that a rule, or a mute by its query, touched stories; doing so twice counts
// once.
func (db *DB) Hit(ctx context.Context, rule string, ids ...string) error {
	if len(ids) == 0 {
		return nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		note, err := tx.Prepare("INSERT OR IGNORE INTO touched(story, rule) SELECT id, ? FROM story WHERE sid = ?")
		if err != nil {
			return err
		}
		defer note.Close()
		fresh := int64(0)
		for _, id := range ids {
			res, err := note.Exec(rule, id)
			if err != nil {
				return err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			fresh += n
		}
		if fresh == 0 {
			return nil
		}
		if _, err := tx.Exec("UPDATE mute SET hits = hits + ?2 WHERE query = ?1", rule, fresh); err != nil {
			return err
		}
		_, err = tx.Exec("INSERT INTO rule(rule, hits, last) VALUES(?1, ?3, ?2) ON CONFLICT(rule) DO UPDATE SET hits = hits + ?3, last = ?2", rule, db.now().Unix(), fresh)
		return err
	})
	if err != nil {
		return fmt.Errorf("note what a rule did: %w", err)
	}
	return nil
}

// Hits are how often each rule touched a story.
func (db *DB) Hits(ctx context.Context) (map[string]int, error) {
	out := make(map[string]int)
	err := db.rows(ctx, "SELECT rule, hits FROM rule", nil, func(r scanner) error {
		var rule string
		var n int
		err := r.Scan(&rule, &n)
		out[rule] = n
		return err
	})
	return out, err
}

// RulesOf are the rules and mutes that touched a story: why it is starred or hidden.
func (db *DB) RulesOf(ctx context.Context, id string) ([]string, error) {
	return db.strings(ctx, "SELECT t.rule FROM touched t JOIN story s ON s.id = t.story WHERE s.sid = ? ORDER BY t.rule", id)
}

func (db *DB) rule(ctx context.Context, text string, args ...any) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec(text, args...); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("store a rule: %w", err)
	}
	return nil
}
