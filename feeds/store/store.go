// Package store keeps the news: feeds, stories, marks, tags, events, articles and the
// search index, in one SQLite database. It owns the schema and every query. It must not
// leak a type or an error of the driver, and knows of its siblings nothing: values of
// package feeds come in and go out.
//
// One connection writes and a few read, so that the screen never waits for a refresh;
// write-ahead logging lets other processes do the same at once.
//
// # How it is laid out
//
// A row of "story" is what a list shows; texts are apart, compressed, in "body" (what the
// feed gave) and "article" (what the page gave). Every usual list is a walk along one
// index (plan.go chooses which, TestPlans holds it to that), and every usual count is
// kept by triggers: what is on the screen costs the same with a thousand stories as with
// a hundred thousand. "mark" outlives the story, so that what drops out of a feed and
// returns is not new again.
//
// Start at Open, List and SaveStories; schema.go is the map.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"nightdesk/feeds"
)

// Options are how a database is opened.
type Options struct {
	ReadOnly bool             // write nothing and make nothing
	Log      *slog.Logger     // nil logs nothing
	Now      func() time.Time // nil is time.Now
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	path string
	log  *slog.Logger
	now  func() time.Time

	asked bool                  // to be read-only
	bound atomic.Pointer[pools] // what is open now
	grow  sync.Mutex            // held while pools change

	subscribed atomic.Pointer[[]feeds.Subscription] // what Subscribe was told: the only place of secrets
	feedCache  feedCache
}

// pools are the connections.
type pools struct {
	r    *sql.DB
	w    *sql.DB // nil if nothing can be written; connects when it is first used
	why  error   // of w being nil, if nobody asked for that
	keep stmts   // of r
}

func (p *pools) close() error {
	p.keep.close()
	var errs []error
	if p.w != nil {
		errs = append(errs, p.w.Close())
	}
	if p.r != nil {
		errs = append(errs, p.r.Close())
	}
	return errors.Join(errs...)
}

// Path is where the database is.
func (db *DB) Path() string { return db.path }

// ReadOnly reports whether the database can only be read, by wish or because the disk
// allows no more. In the latter case every write tries again, so that all works again
// when there is room.
func (db *DB) ReadOnly() bool { return db.bound.Load().w == nil }

// Why says why the database can only be read although nobody asked for that; nil if it
// is not so.
func (db *DB) Why() error { return db.bound.Load().why }

// Close closes the database. What was reported as stored is stored without it.
func (db *DB) Close() error {
	db.grow.Lock()
	defer db.grow.Unlock()
	return db.blame(db.bound.Load().close())
}

// writer gives the writing pool; if there is none because the disk refused, it tries
// whether it still does.
func (db *DB) writer() (*sql.DB, error) {
	p := db.bound.Load()
	if p.w != nil {
		return p.w, nil
	}
	if db.asked {
		return nil, fmt.Errorf("%s: %w", db.path, ErrReadOnly)
	}
	db.grow.Lock()
	defer db.grow.Unlock()
	if p = db.bound.Load(); p.w != nil {
		return p.w, nil
	}
	fresh, err := db.openPools()
	if err != nil {
		return nil, fmt.Errorf("%s: %w (%w)", db.path, ErrReadOnly, p.why)
	}
	if fresh.w == nil {
		_ = fresh.close()
		return nil, fmt.Errorf("%s: %w (%w)", db.path, ErrReadOnly, p.why)
	}
	db.bound.Store(fresh)
	db.log.Info("the database can be written again", "path", db.path)
	// Whoever reads through the old connections may finish; they are closed with the
	// program.
	return fresh.w, nil
}

// write runs f in a transaction. An error leaves everything as it was.
func (db *DB) write(ctx context.Context, f func(*sql.Tx) error) error {
	w, err := db.writer()
	if err != nil {
		return err
	}
	tx, err := w.BeginTx(ctx, nil)
	if err != nil {
		return db.blame(err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback()
		return db.blame(err)
	}
	return db.blame(tx.Commit())
}

type scanner interface{ Scan(...any) error }

// rows asks for rows and hands each to scan.
func (db *DB) rows(ctx context.Context, text string, args []any, scan func(scanner) error) error {
	p := db.bound.Load()
	st, err := p.keep.get(ctx, p.r, text)
	if err != nil {
		return db.blame(err)
	}
	defer p.keep.done(st)
	rs, err := st.QueryContext(ctx, args...)
	if err != nil {
		return db.blame(err)
	}
	defer rs.Close()
	for rs.Next() {
		if err := scan(rs); err != nil {
			return db.blame(err)
		}
	}
	return db.blame(rs.Err())
}

// row asks for one row; without one the error is sql.ErrNoRows.
func (db *DB) row(ctx context.Context, text string, args []any, to ...any) error {
	p := db.bound.Load()
	st, err := p.keep.get(ctx, p.r, text)
	if err != nil {
		return db.blame(err)
	}
	defer p.keep.done(st)
	return db.blame(st.QueryRowContext(ctx, args...).Scan(to...))
}

// txRows is rows within a transaction.
func txRows(tx *sql.Tx, text string, args []any, scan func(scanner) error) error {
	rs, err := tx.Query(text, args...)
	if err != nil {
		return err
	}
	defer rs.Close()
	for rs.Next() {
		if err := scan(rs); err != nil {
			return err
		}
	}
	return rs.Err()
}

// stmts are the statements that readers have prepared: preparing one costs more than
// most of their answers.
type stmts struct {
	mu sync.Mutex
	m  map[string]*kept
}

type kept struct {
	*sql.Stmt
	users int
	gone  bool // closed by its last user
}

// maxStmts bounds how many statements are kept; beyond it one of the others goes.
const maxStmts = 150

// get is the statement for a text; whoever gets it gives it back with done.
func (c *stmts) get(ctx context.Context, db *sql.DB, text string) (*kept, error) {
	c.mu.Lock()
	k := c.m[text]
	if k != nil {
		k.users++
	}
	c.mu.Unlock()
	if k != nil {
		return k, nil
	}
	st, err := db.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.m[text]; k != nil { // somebody was faster
		k.users++
		_ = st.Close()
		return k, nil
	}
	if c.m == nil {
		c.m = make(map[string]*kept)
	}
	if len(c.m) >= maxStmts {
		for key, old := range c.m {
			delete(c.m, key)
			if old.gone = true; old.users == 0 {
				_ = old.Close()
			}
			break
		}
	}
	k = &kept{Stmt: st, users: 1}
	c.m[text] = k
	return k, nil
}

func (c *stmts) done(k *kept) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k.users--; k.gone && k.users == 0 {
		_ = k.Close()
	}
}

func (c *stmts) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range c.m {
		_ = k.Close()
	}
	c.m = nil
}

// Version changes whenever what a list or the rail shows may have changed, by this
// process or another one.
func (db *DB) Version(ctx context.Context) (int64, error) {
	var n int64
	err := db.row(ctx, "SELECT n FROM change", nil, &n)
	return n, err
}

// changed notes that something is different now.
func changed(tx *sql.Tx) error {
	_, err := tx.Exec("UPDATE change SET n = n + 1")
	return err
}

// Get reads a small text kept under a key, "" if there is none.
func (db *DB) Get(ctx context.Context, key string) (string, error) {
	var v string
	err := db.row(ctx, "SELECT value FROM kv WHERE key = ?", []any{key}, &v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, err
}

// Set keeps a small text under a key.
func (db *DB) Set(ctx context.Context, key, value string) error {
	return db.write(ctx, func(tx *sql.Tx) error { return set(tx, key, value) })
}

func set(tx *sql.Tx, key, value string) error {
	_, err := tx.Exec("INSERT INTO kv(key, value) VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", key, value)
	return err
}
