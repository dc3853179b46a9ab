package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// SyncState is every story that a server and this database have agreed upon, by the
// server's id.
func (db *DB) SyncState(ctx context.Context, server string) (map[string]feeds.Synced, error) {
	out := make(map[string]feeds.Synced)
	err := db.rows(ctx, "SELECT remote, sid, read, starred FROM sync_entry WHERE server = ?", []any{server}, func(r scanner) error {
		var e feeds.Synced
		err := r.Scan(&e.Remote, &e.ID, &e.Read, &e.Starred)
		out[e.Remote] = e
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what was agreed with a sync server: %w", err)
	}
	return out, nil
}

// syncFor is how long an agreement about a story is remembered that the server has not
// spoken of since, if it is read and without a star.
const syncFor = 365 * 24 * time.Hour

// SaveSync remembers what was agreed upon, and forgets agreements about stories that were
// read long ago.
func (db *DB) SaveSync(ctx context.Context, server string, list []feeds.Synced) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		now := db.now()
		put, err := tx.Prepare(`INSERT INTO sync_entry(server, remote, sid, read, starred, seen) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
			ON CONFLICT(server, remote) DO UPDATE SET sid = ?3, read = ?4, starred = ?5, seen = ?6`)
		if err != nil {
			return err
		}
		defer put.Close()
		for _, e := range list {
			if _, err := put.Exec(server, e.Remote, e.ID, e.Read, e.Starred, now.Unix()); err != nil {
				return err
			}
		}
		_, err = tx.Exec("DELETE FROM sync_entry WHERE server = ? AND read = 1 AND starred = 0 AND seen < ?", server, now.Add(-syncFor).Unix())
		return err
	})
	if err != nil {
		return fmt.Errorf("remember what was agreed with a sync server: %w", err)
	}
	return nil
}

// PendingSync are the stories whose marks here differ from what was agreed upon: what
// was done since, offline or not. A story that has been let go still has its marks.
func (db *DB) PendingSync(ctx context.Context, server string) ([]feeds.Synced, error) {
	var out []feeds.Synced
	err := db.rows(ctx, `SELECT e.remote, e.sid, e.read, e.starred, m.read, m.starred FROM sync_entry e JOIN mark m ON m.sid = e.sid
		WHERE e.server = ? AND e.sid <> '' AND (m.read <> e.read OR m.starred <> e.starred)`, []any{server}, func(r scanner) error {
		var e feeds.Synced
		err := r.Scan(&e.Remote, &e.ID, &e.Read, &e.Starred, &e.Mark.Read, &e.Mark.Starred)
		out = append(out, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what a sync server has to be told: %w", err)
	}
	return out, nil
}

// SyncFeeds are the subscriptions that a server and this side have agreed upon.
func (db *DB) SyncFeeds(ctx context.Context, server string) ([]string, error) {
	var out []string
	err := db.rows(ctx, "SELECT url FROM sync_feed WHERE server = ? ORDER BY url", []any{server}, func(r scanner) error {
		var url string
		err := r.Scan(&url)
		out = append(out, url)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the subscriptions of a sync server: %w", err)
	}
	return out, nil
}

// SaveSyncFeeds remembers the subscriptions agreed upon.
func (db *DB) SaveSyncFeeds(ctx context.Context, server string, urls []string) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec("DELETE FROM sync_feed WHERE server = ?", server); err != nil {
			return err
		}
		for _, u := range urls {
			if _, err := tx.Exec("INSERT OR IGNORE INTO sync_feed(server, url) VALUES(?, ?)", server, u); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("remember the subscriptions of a sync server: %w", err)
	}
	return nil
}
