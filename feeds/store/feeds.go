package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// Subscribe makes the database follow these subscriptions: new ones are added, those
// that are gone are hidden with their stories (what is starred or saved stays). If they
// are the same as last time nothing is read or written but their hash.
func (db *DB) Subscribe(ctx context.Context, subs []feeds.Subscription) error {
	h := sha256.New()
	for i := range subs {
		s := withoutSecrets(subs[i])
		b, err := json.Marshal(s)
		if err != nil {
			return err
		}
		h.Write(b)
	}
	sum := hex.EncodeToString(h.Sum(nil))
	if old, err := db.Get(ctx, "subscriptions"); err == nil && old == sum {
		return nil
	}
	if db.readOnly {
		return nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec("CREATE TEMP TABLE IF NOT EXISTS keep(id INTEGER PRIMARY KEY); DELETE FROM keep"); err != nil {
			return err
		}
		for i := range subs {
			s := withoutSecrets(subs[i])
			sub, _ := json.Marshal(s)
			tags, _ := json.Marshal(s.Tags)
			var id int64
			err := tx.QueryRow(`INSERT INTO feed(url, subscription, title, folder, site, tags, position) VALUES(?,?,?,?,?,?,?)
				ON CONFLICT(url) DO UPDATE SET subscription = excluded.subscription, title = CASE excluded.title WHEN '' THEN title ELSE excluded.title END,
				folder = excluded.folder, site = CASE excluded.site WHEN '' THEN site ELSE excluded.site END, tags = excluded.tags, position = excluded.position
				RETURNING id`, s.URL, string(sub), s.Title, s.Folder, s.Site, string(tags), i+1).Scan(&id)
			if err != nil {
				return fmt.Errorf("subscribe to %s: %w", s.URL, err)
			}
			if _, err := tx.Exec("INSERT OR IGNORE INTO keep VALUES(?)", id); err != nil {
				return err
			}
		}
		for _, stmt := range []string{
			"UPDATE story SET hidden = 1 WHERE hidden = 0 AND starred = 0 AND saved = 0 AND feed IN (SELECT id FROM feed WHERE hidden = 0 AND position > 0 AND id NOT IN keep)",
			"UPDATE story SET hidden = 0 WHERE hidden = 1 AND feed IN (SELECT id FROM feed WHERE hidden = 1 AND id IN keep)",
			"UPDATE feed SET hidden = (id NOT IN keep) WHERE position > 0",
		} {
			if _, err := tx.Exec(stmt); err != nil {
				return err
			}
		}
		if _, err := tx.Exec("INSERT INTO kv(key, value) VALUES('subscriptions', ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", sum); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("store the subscriptions: %w", err)
	}
	return nil
}

// withoutSecrets is what of a subscription may be stored.
func withoutSecrets(s feeds.Subscription) feeds.Subscription {
	s.Headers, s.Username, s.Password = nil, "", ""
	return s
}

// Feeds are the feeds subscribed to, in the order of the subscriptions. What is secret
// in a subscription is not stored and not in them.
func (db *DB) Feeds(ctx context.Context) ([]feeds.Feed, error) {
	rows, err := db.r.QueryContext(ctx, `SELECT id, url, subscription, title, folder, site, description, lang, state, stories, unread
		FROM feed WHERE hidden = 0 AND position > 0 ORDER BY position`)
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", db.named(err))
	}
	defer rows.Close()
	var out []feeds.Feed
	for rows.Next() {
		f, err := scanFeed(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// Feed is one feed.
func (db *DB) Feed(ctx context.Context, id int64) (feeds.Feed, error) {
	row := db.r.QueryRowContext(ctx, "SELECT id, url, subscription, title, folder, site, description, lang, state, stories, unread FROM feed WHERE id = ?", id)
	f, err := scanFeed(row)
	if errors.Is(err, sql.ErrNoRows) {
		return f, errors.New("no such feed")
	}
	return f, err
}

type scanner interface{ Scan(...any) error }

func scanFeed(row scanner) (feeds.Feed, error) {
	var f feeds.Feed
	var sub, state, url, title, folder, site string
	if err := row.Scan(&f.ID, &url, &sub, &title, &folder, &site, &f.Description, &f.Lang, &state, &f.Stories, &f.Unread); err != nil {
		return f, err
	}
	_ = json.Unmarshal([]byte(sub), &f.Subscription)
	_ = json.Unmarshal([]byte(state), &f.State)
	f.URL, f.Title, f.Folder, f.Site = url, title, folder, site
	return f, nil
}

// SaveFeedState stores the state of one feed by itself.
func (db *DB) SaveFeedState(ctx context.Context, id int64, st feeds.FeedState, meta feeds.Meta) error {
	return db.write(ctx, func(tx *sql.Tx) error { return saveState(tx, id, st, meta) })
}

func saveState(tx *sql.Tx, id int64, st feeds.FeedState, meta feeds.Meta) error {
	b, err := json.Marshal(st)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`UPDATE feed SET state = ?, title = CASE WHEN title = '' THEN ? ELSE title END, site = CASE WHEN site = '' THEN ? ELSE site END,
		description = CASE ? WHEN '' THEN description ELSE ? END, lang = CASE ? WHEN '' THEN lang ELSE ? END WHERE id = ?`,
		string(b), meta.Title, meta.Site, meta.Description, meta.Description, meta.Lang, meta.Lang, id)
	return err
}

// KnownItems are the hashes of the items of the feed's last document.
func (db *DB) KnownItems(ctx context.Context, feedID int64) (map[uint64]struct{}, error) {
	var b []byte
	if err := db.r.QueryRowContext(ctx, "SELECT items FROM feed WHERE id = ?", feedID).Scan(&b); err != nil {
		return nil, fmt.Errorf("read what is known of a feed: %w", err)
	}
	out := make(map[uint64]struct{}, len(b)/8)
	for len(b) >= 8 {
		out[binary.LittleEndian.Uint64(b)] = struct{}{}
		b = b[8:]
	}
	return out, nil
}

func saveItems(tx *sql.Tx, id int64, hashes []uint64) error {
	if hashes == nil {
		return nil
	}
	b := make([]byte, 0, 8*len(hashes))
	for _, h := range hashes[:min(len(hashes), 10000)] {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	_, err := tx.Exec("UPDATE feed SET items = ? WHERE id = ?", b, id)
	return err
}

// SavedFeed is the address of the hidden feed that holds pages saved by their address.
const SavedFeed = "nightdesk:saved"

// savedFeed is that feed's key.
func savedFeed(tx *sql.Tx) (int64, error) {
	var id int64
	err := tx.QueryRow("INSERT INTO feed(url, title, position, hidden) VALUES(?, 'Saved pages', 0, 0) ON CONFLICT(url) DO UPDATE SET hidden = 0 RETURNING id", SavedFeed).Scan(&id)
	return id, err
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
