// Package store keeps the news: feeds, stories, marks, tags, events, articles and the
// search index, in one SQLite database. It owns the schema and every query. It must not
// leak a type of the driver, and knows of its siblings nothing: values of package feeds
// come in and go out.
//
// One connection writes and a few read, so that the screen never waits for a refresh;
// write-ahead logging lets other processes do the same at once. Start at Open and List.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite": SQLite in Go, no cgo
)

// Errors that callers tell apart.
var (
	ErrNewer    = errors.New("the database was made by a newer version of nightdesk; update the program, or use another --data-dir")
	ErrReadOnly = errors.New("the database cannot be written; what is stored can be read")
	ErrNotFound = errors.New("no such story")
)

// A DamagedError says that a file is no database of nightdesk, or a broken one.
type DamagedError struct {
	Path string
	Err  error
}

func (e *DamagedError) Error() string {
	return fmt.Sprintf("the database %s is damaged or not nightdesk's (%v); move it away to start afresh, or restore a backup with: nightdesk restore FILE", e.Path, e.Err)
}

func (e *DamagedError) Unwrap() error { return e.Err }

// An AmbiguousError says that the beginning of an id fits several stories.
type AmbiguousError struct {
	Prefix string
	IDs    []string
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("the id %s is not unique: %s", e.Prefix, strings.Join(e.IDs, ", "))
}

// Options are how a database is opened.
type Options struct {
	ReadOnly bool
	Now      func() time.Time // nil is time.Now
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	path     string
	w, r     *sql.DB
	readOnly bool
	now      func() time.Time
}

// Open opens the database at path, or makes it, and brings its schema up to date; an
// older one is copied aside first. If it cannot be written it is opened for reading.
func Open(path string, o Options) (*DB, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	db := &DB{path: path, readOnly: o.ReadOnly, now: o.Now}
	if !o.ReadOnly {
		err := db.openWriter()
		if err != nil && !cannotWrite(err) {
			return nil, err
		}
		if err != nil {
			if _, statErr := os.Stat(path); statErr != nil {
				return nil, fmt.Errorf("make the database %s: %w", path, err)
			}
			db.readOnly = true
		}
	}
	if err := db.openReaders(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func (db *DB) openWriter() error {
	if err := os.MkdirAll(filepath.Dir(db.path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the database: %w", err)
	}
	// The file exists with its rights before SQLite writes to it; its journals take
	// their rights from it.
	f, err := os.OpenFile(db.path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	if st, err := f.Stat(); err == nil && st.Mode().Perm()&0o077 != 0 {
		_ = f.Chmod(0o600)
	}
	if err := f.Close(); err != nil {
		return err
	}
	w, err := sql.Open("sqlite", dsn(db.path, false))
	if err != nil {
		return err
	}
	w.SetMaxOpenConns(1)
	if err := db.migrate(w); err != nil {
		return errors.Join(err, w.Close())
	}
	db.w = w
	return nil
}

func (db *DB) openReaders() error {
	r, err := sql.Open("sqlite", dsn(db.path, true))
	if err != nil {
		return err
	}
	r.SetMaxOpenConns(4)
	r.SetMaxIdleConns(4)
	var v int
	if err := r.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return errors.Join(db.named(err), r.Close())
	}
	if v > len(migrations) {
		return errors.Join(ErrNewer, r.Close())
	}
	if v < len(migrations) {
		return errors.Join(fmt.Errorf("the database %s is of an older version and cannot be brought up to date: %w", db.path, ErrReadOnly), r.Close())
	}
	db.r = r
	return nil
}

func dsn(path string, readOnly bool) string {
	q := url.Values{"_pragma": {"busy_timeout(10000)", "synchronous(normal)", "foreign_keys(1)", "temp_store(memory)", "cache_size(-8000)"}}
	if readOnly {
		q.Add("_pragma", "query_only(1)")
	} else {
		q["_pragma"] = append(q["_pragma"], "journal_mode(wal)")
		q.Set("_txlock", "immediate")
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		abs = path
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// migrate runs what a database still lacks, each step whole or not at all.
func (db *DB) migrate(w *sql.DB) error {
	var v int
	if err := w.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return db.named(err)
	}
	if v > len(migrations) {
		return ErrNewer
	}
	if v > 0 && v < len(migrations) {
		keep := fmt.Sprintf("%s.v%d", db.path, v)
		if _, err := os.Stat(keep); errors.Is(err, fs.ErrNotExist) {
			if _, err := w.Exec("VACUUM INTO ?", keep); err != nil {
				return fmt.Errorf("copy the database before bringing it up to date: %w", err)
			}
			_ = os.Chmod(keep, 0o600)
		}
	}
	for v < len(migrations) {
		tx, err := w.Begin()
		if err != nil {
			return db.named(err)
		}
		// Another process may have done it while this one waited for the lock.
		if err = tx.QueryRow("PRAGMA user_version").Scan(&v); err == nil && v < len(migrations) {
			if _, err = tx.Exec(migrations[v]); err == nil {
				v++
				_, err = tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", v))
			}
		}
		if err == nil {
			err = tx.Commit()
		}
		if err != nil {
			return errors.Join(fmt.Errorf("bring the database to version %d: %w", v+1, db.named(err)), tx.Rollback())
		}
	}
	return nil
}

// named makes the driver's words about a broken file an error that says what to do.
func (db *DB) named(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if strings.Contains(text, "(26)") || strings.Contains(text, "(11)") || strings.Contains(text, "malformed") || strings.Contains(text, "not a database") {
		return &DamagedError{db.path, err}
	}
	return err
}

// cannotWrite reports whether an error says that a file or disk refuses to be written.
func cannotWrite(err error) bool {
	if errors.Is(err, fs.ErrPermission) {
		return true
	}
	text := err.Error()
	for _, sign := range []string{"(8)", "(13)", "(14)", "(776)", "(1032)", "(520)", "(1544)", "read-only", "readonly", "disk is full", "no space left"} {
		if strings.Contains(text, sign) {
			return true
		}
	}
	return false
}

// Path is where the database is; ReadOnly whether it can only be read.
func (db *DB) Path() string   { return db.path }
func (db *DB) ReadOnly() bool { return db.readOnly }

// Close closes the database.
func (db *DB) Close() error {
	var errs []error
	if db.w != nil {
		_, err := db.w.Exec("PRAGMA optimize")
		if err != nil && !cannotWrite(err) {
			errs = append(errs, err)
		}
		errs = append(errs, db.w.Close())
	}
	if db.r != nil {
		errs = append(errs, db.r.Close())
	}
	return errors.Join(errs...)
}

// write runs f in a transaction.
func (db *DB) write(ctx context.Context, f func(*sql.Tx) error) error {
	if db.w == nil {
		return ErrReadOnly
	}
	tx, err := db.w.BeginTx(ctx, nil)
	if err != nil {
		return db.blame(err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback()
		return db.blame(err)
	}
	return db.blame(tx.Commit())
}

// blame says to which file what happened.
func (db *DB) blame(err error) error {
	switch {
	case err == nil:
		return nil
	case cannotWrite(err) && !errors.Is(err, ErrReadOnly):
		return fmt.Errorf("write to %s: %w (%w)", db.path, ErrReadOnly, err)
	}
	return db.named(err)
}

// Version changes whenever the database has changed, by this process or another one.
func (db *DB) Version(ctx context.Context) (int64, error) {
	var n int64
	err := db.r.QueryRowContext(ctx, "SELECT (SELECT coalesce(max(id), 0) FROM story) * 1000003 + (SELECT coalesce(value, 0) FROM kv WHERE key = 'changes')").Scan(&n)
	if err != nil {
		err = db.r.QueryRowContext(ctx, "SELECT coalesce(max(id), 0) * 1000003 FROM story").Scan(&n)
	}
	return n, err
}

// changed notes that something other than a new story is different now.
func changed(tx *sql.Tx) error {
	_, err := tx.Exec("INSERT INTO kv(key, value) VALUES('changes', '1') ON CONFLICT(key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)")
	return err
}

// Get reads a small text kept under a key, "" if there is none; Set keeps one.
func (db *DB) Get(ctx context.Context, key string) (string, error) {
	var v string
	err := db.r.QueryRowContext(ctx, "SELECT value FROM kv WHERE key = ?", key).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, err
}

// Set keeps a small text under a key.
func (db *DB) Set(ctx context.Context, key, value string) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO kv(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value)
		return err
	})
}
