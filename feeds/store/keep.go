package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"nightdesk/feeds"
)

// Retain forgets what the policy lets go, a bounded part at a time, and returns how many
// stories went. What is starred, saved or queued never goes; marks stay, so that a story
// that comes back is not new.
func (db *DB) Retain(ctx context.Context, p feeds.Retention, now time.Time) (int, error) {
	total := 0
	forget := func(cond string, args ...any) error {
		return db.write(ctx, func(tx *sql.Tx) error {
			// the marks of what goes are kept
			if _, err := tx.Exec(`INSERT INTO mark(sid, read, seen) SELECT sid, read, seen FROM story WHERE starred = 0 AND saved = 0 AND id IN (`+cond+`) ON CONFLICT(sid) DO NOTHING`, args...); err != nil {
				return err
			}
			res, err := tx.Exec("DELETE FROM story WHERE starred = 0 AND saved = 0 AND id IN ("+cond+")", args...)
			if err != nil {
				return err
			}
			n, _ := res.RowsAffected()
			total += int(n)
			return changed(tx)
		})
	}
	const part = 5000
	if p.ReadFor > 0 {
		if err := forget("SELECT id FROM story WHERE read = 1 AND starred = 0 AND saved = 0 AND published < ? AND seen < ? ORDER BY published LIMIT ?", now.Add(-p.ReadFor).Unix(), now.Add(-p.ReadFor).Unix(), part); err != nil {
			return total, err
		}
	}
	if p.UnreadFor > 0 {
		if err := forget("SELECT id FROM story WHERE read = 0 AND starred = 0 AND saved = 0 AND published < ? AND seen < ? ORDER BY published LIMIT ?", now.Add(-p.UnreadFor).Unix(), now.Add(-p.UnreadFor).Unix(), part); err != nil {
			return total, err
		}
	}
	if p.ReadPerFeed > 0 {
		rows, err := db.Feeds(ctx)
		if err != nil {
			return total, err
		}
		for _, f := range rows {
			if f.Stories-f.Unread <= p.ReadPerFeed {
				continue
			}
			if err := forget("SELECT id FROM story WHERE feed = ? AND read = 1 AND starred = 0 AND saved = 0 AND hidden = 0 ORDER BY published DESC LIMIT ? OFFSET ?", f.ID, part, p.ReadPerFeed); err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// Backup writes a consistent copy of the database to a file that must not exist; it may
// be in use meanwhile.
func (db *DB) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("back up to %s: the file is there already", file)
	}
	temp := file + ".part"
	_ = os.Remove(temp)
	conn := db.w
	if conn == nil {
		conn = db.r
	}
	if _, err := conn.ExecContext(ctx, "VACUUM INTO ?", temp); err != nil {
		_ = os.Remove(temp)
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	if err := errors.Join(os.Chmod(temp, 0o600), os.Rename(temp, file)); err != nil {
		return fmt.Errorf("back up to %s: %w", file, err)
	}
	return nil
}

// Restore puts a backup in the place of the database at path; the database that was
// there is kept beside it. No other process may have it open. It returns where the old
// one is kept, "" if there was none.
func Restore(file, path string, now time.Time) (kept string, err error) {
	src, err := Open(file, Options{ReadOnly: true})
	if err != nil {
		return "", fmt.Errorf("restore from %s: %w", file, err)
	}
	if _, err := src.Check(context.Background()); err != nil {
		return "", errors.Join(fmt.Errorf("restore from %s: %w", file, err), src.Close())
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", errors.Join(err, src.Close())
	}
	temp := path + ".restoring"
	_ = os.Remove(temp)
	err = src.Backup(context.Background(), temp)
	if err = errors.Join(err, src.Close()); err != nil {
		return "", err
	}
	if _, err := os.Stat(path); err == nil {
		kept = fmt.Sprintf("%s.before-%s", path, now.Format("20060102-150405"))
		for _, tail := range []string{"", "-wal", "-shm"} {
			if err := os.Rename(path+tail, kept+tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return "", fmt.Errorf("restore: move the old database away: %w", err)
			}
		}
	}
	if err := os.Rename(temp, path); err != nil {
		return kept, fmt.Errorf("restore: %w", err)
	}
	return kept, nil
}

// Health is what Check found.
type Health struct {
	Version  int
	Stories  int
	Unread   int
	Saved    int
	Starred  int
	Feeds    int
	Pending  int   // stories that wait to be indexed
	Bytes    int64 // of the file
	Free     int64 // of them unused
	Database string
}

// Check verifies the database and counts what it holds.
func (db *DB) Check(ctx context.Context) (Health, error) {
	h := Health{Database: db.path}
	var verdict string
	if err := db.r.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return h, db.named(err)
	}
	if verdict != "ok" {
		return h, &DamagedError{db.path, errors.New(verdict)}
	}
	var page, pages, free int64
	err := db.r.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM story), (SELECT count(*) FROM story WHERE read = 0 AND hidden = 0), (SELECT count(*) FROM story WHERE saved > 0),
		(SELECT count(*) FROM story WHERE starred = 1), (SELECT count(*) FROM feed WHERE hidden = 0 AND position > 0), (SELECT count(*) FROM pending),
		(SELECT user_version FROM pragma_user_version), (SELECT page_size FROM pragma_page_size), (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count)`).
		Scan(&h.Stories, &h.Unread, &h.Saved, &h.Starred, &h.Feeds, &h.Pending, &h.Version, &page, &pages, &free)
	h.Bytes, h.Free = page*pages, page*free
	return h, db.named(err)
}
