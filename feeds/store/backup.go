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
)

// Backup writes a consistent copy of the database to a file that must not exist; it may
// be in use meanwhile, by others too. The copy appears under its name when it is whole.
func (db *DB) Backup(ctx context.Context, file string) error {
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("back up to %s: the file is there already", file)
	}
	how := copies
	if db.Why() != nil {
		how = preserved
	}
	c, err := connect(db.path, how, 1)
	if err == nil {
		err = errors.Join(copyInto(ctx, c, file), c.Close())
	}
	if err != nil {
		return fmt.Errorf("back up to %s: %w", file, db.blame(err))
	}
	return nil
}

// Restore puts a backup in the place of the database at path; the database that was
// there is kept beside it, sound or not. No other process may have it open. It returns
// where the old one is kept, "" if there was none. The backup is verified first, and
// stays as it is.
func Restore(file, path string, now time.Time) (kept string, err error) {
	fail := func(err error) (string, error) {
		return "", fmt.Errorf("restore %s from %s: %w", path, file, err)
	}
	if a, err := os.Stat(file); err != nil {
		return fail(err)
	} else if b, err := os.Stat(path); err == nil && os.SameFile(a, b) {
		return fail(errors.New("they are the same file"))
	}
	ctx := context.Background()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fail(err)
	}
	temp := path + ".restoring"
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(temp + tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail(err)
		}
	}
	// A copy of the file is opened, so that an older one can be brought up to date.
	if err := copyFile(file, temp); err != nil {
		return fail(err)
	}
	defer os.Remove(temp)
	src, err := Open(temp, Options{})
	if err != nil {
		return fail(err)
	}
	_, err = src.Check(ctx)
	if err == nil {
		var busy, log, done int
		err = src.bound.Load().w.QueryRow("PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &log, &done)
	}
	if err = errors.Join(err, src.Close()); err != nil {
		return fail(err)
	}
	if old, _ := filepath.Glob(temp + ".v*"); old != nil { // the older copy that Open kept: the backup itself is that
		for _, name := range old {
			_ = os.Remove(name)
		}
	}
	if _, err := os.Stat(path); err == nil {
		kept = fmt.Sprintf("%s.before-%s", path, now.Format("20060102-150405"))
		if _, err := os.Lstat(kept); err == nil {
			return fail(fmt.Errorf("%s is there already", kept))
		}
		for _, tail := range []string{"-wal", "-shm", ""} {
			if err := os.Rename(path+tail, kept+tail); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return fail(fmt.Errorf("move the old database away: %w", err))
			}
		}
	}
	if err := errors.Join(syncFile(temp), os.Rename(temp, path)); err != nil {
		return kept, fmt.Errorf("restore %s from %s: %w", path, file, err)
	}
	return kept, nil
}

// copyFile copies a backup, which nobody has open.
func copyFile(from, to string) error {
	db := &DB{path: from}
	if err := db.inspect(); err != nil {
		return err
	}
	c, err := connect(from, copies, 1)
	if err != nil {
		return err
	}
	_, err = db.identify(c)
	if err == nil {
		err = copyInto(context.Background(), c, to)
	}
	if cannotWrite(err) { // on a disk that cannot be written
		_ = c.Close()
		if c, err = connect(from, preserved, 1); err != nil {
			return err
		}
		err = copyInto(context.Background(), c, to)
	}
	return db.blame(errors.Join(err, c.Close()))
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
	Sizes    map[string]int64 `json:",omitempty"` // bytes of what takes most: rows, texts, articles, versions, search
}

// Check verifies the database and counts what it holds. It reads the whole file.
func (db *DB) Check(ctx context.Context) (Health, error) {
	h := Health{Database: db.path}
	verdict, err := db.quickCheck(ctx)
	if err != nil {
		return h, db.blame(err)
	}
	if verdict != "ok" {
		return h, &DamagedError{db.path, errors.New(verdict)}
	}
	var page, pages, free int64
	err = db.row(ctx, `SELECT (SELECT count(*) FROM story), (SELECT unread FROM total WHERE what = 'all'), (SELECT stories FROM total WHERE what = 'saved'),
		(SELECT stories FROM total WHERE what = 'starred'), (SELECT count(*) FROM feed WHERE hidden = 0 AND position > 0), (SELECT count(*) FROM pending),
		(SELECT user_version FROM pragma_user_version), (SELECT page_size FROM pragma_page_size), (SELECT page_count FROM pragma_page_count), (SELECT freelist_count FROM pragma_freelist_count)`,
		nil, &h.Stories, &h.Unread, &h.Saved, &h.Starred, &h.Feeds, &h.Pending, &h.Version, &page, &pages, &free)
	if err != nil {
		return h, err
	}
	h.Bytes, h.Free = page*pages, page*free
	h.Sizes = make(map[string]int64)
	err = db.rows(ctx, `SELECT CASE WHEN name LIKE 'search%' THEN 'search' WHEN name = 'body' THEN 'texts' WHEN name = 'article' THEN 'articles'
		WHEN name LIKE 'version%' THEN 'versions' ELSE 'rows' END, sum(pgsize) FROM dbstat WHERE aggregate = TRUE GROUP BY 1`, nil, func(r scanner) error {
		var name string
		var n int64
		err := r.Scan(&name, &n)
		h.Sizes[name] = n
		return err
	})
	return h, err
}

// quickCheck is what SQLite says of the file. A connection that has searched before holds
// the layout of the search index as it was then, and its check does not look whether
// another connection has changed it: it would find parts missing that were merged
// meanwhile. A search does look.
func (db *DB) quickCheck(ctx context.Context) (verdict string, err error) {
	tx, err := db.bound.Load().r.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return "", err
	}
	defer func() { _ = tx.Rollback() }() // nothing was written
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM search WHERE search MATCH 'nightdesk'").Scan(&n); err != nil {
		return "", err
	}
	err = tx.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict)
	return verdict, err
}
