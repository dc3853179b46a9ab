package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Open opens the database at path, or makes it, and brings its schema up to date; an
// older one is copied aside first. If it cannot be written it is opened for reading. A
// file that is no sound database of nightdesk is a *DamagedError and left as it is; one
// of a later version is ErrNewer.
//
// It costs the same whatever is stored.
func Open(path string, o Options) (*DB, error) {
	db := &DB{path: path, asked: o.ReadOnly, now: o.Now, log: o.Log}
	if db.now == nil {
		db.now = time.Now
	}
	if db.log == nil {
		db.log = slog.New(slog.DiscardHandler)
	}
	p, err := db.openPools()
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	db.bound.Store(p)
	if p.why != nil {
		db.log.Warn("the database can only be read", "path", path, "error", p.why)
	}
	return db, nil
}

// access is how far a connection may go.
type access int

const (
	readsOnly access = iota // of a file that others may be writing
	writes
	copies    // as readsOnly, but may write another file
	immutable // reading past a journal that cannot be opened: a full or read-only disk
	preserved // as immutable, but may write another file
)

func (db *DB) openPools() (*pools, error) {
	var why error
	if st, err := os.Stat(db.path); err == nil && !st.Mode().IsRegular() {
		return nil, &DamagedError{db.path, errors.New("it is no file")}
	}
	if !db.asked {
		if err := prepareFile(db.path); err != nil {
			if _, statErr := os.Stat(db.path); statErr != nil || !cannotWrite(err) {
				return nil, fmt.Errorf("%s: %w", db.path, err)
			}
			why = err
		}
	}
	if err := db.inspect(); err != nil {
		return nil, err
	}
	p := &pools{why: why}
	var err error
	if p.r, err = connect(db.path, readsOnly, 4); err != nil {
		return nil, err
	}
	version, err := db.identify(p.r)
	if cannotWrite(err) { // even reading writes a little: the index of the journal
		why = errors.New(err.Error())
		err = p.r.Close()
		if err == nil {
			p.r, err = connect(db.path, immutable, 4)
		}
		if err == nil {
			version, err = db.identify(p.r)
		}
	}
	if err != nil {
		return nil, errors.Join(db.blame(err), p.close())
	}
	p.why = why
	switch {
	case version > len(migrations):
		return nil, errors.Join(fmt.Errorf("%s: %w", db.path, ErrNewer), p.close())
	case version < len(migrations) && (db.asked || why != nil):
		return nil, errors.Join(fmt.Errorf("%s is of an older version and cannot be brought up to date: %w", db.path, ErrReadOnly), p.close())
	}
	if db.asked || why != nil {
		return p, nil
	}
	if p.w, err = connect(db.path, writes, 1); err != nil {
		return nil, errors.Join(err, p.close())
	}
	if version < len(migrations) {
		if err := db.migrate(p.w); err != nil {
			return nil, errors.Join(db.blame(err), p.close())
		}
	}
	return p, nil
}

// prepareFile makes the file and its folder: SQLite's journals take their rights from it.
func prepareFile(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if st, err := f.Stat(); err == nil && st.Mode().Perm()&0o077 != 0 {
		_ = f.Chmod(0o600) // may be somebody else's file; then it is for them to say
	}
	return f.Close()
}

// inspect looks at the first bytes of the file (https://sqlite.org/fileformat2.html#the_database_header):
// what is no database, or a part of one, is told before SQLite touches it.
func (db *DB) inspect() error {
	f, err := os.Open(db.path)
	if err != nil {
		return err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return err
	}
	damaged := func(text string, args ...any) error {
		return &DamagedError{db.path, fmt.Errorf(text, args...)}
	}
	if st.Size() == 0 {
		return nil // new
	}
	var head [100]byte
	if n, err := io.ReadFull(f, head[:]); errors.Is(err, io.ErrUnexpectedEOF) {
		return damaged("it has %d bytes", n)
	} else if err != nil {
		return err
	}
	if string(head[:16]) != "SQLite format 3\x00" {
		return damaged("it is not an SQLite database")
	}
	page := int64(binary.BigEndian.Uint16(head[16:]))
	if page == 1 {
		page = 65536
	}
	if page < 512 || page&(page-1) != 0 {
		return damaged("its header makes no sense")
	}
	pages := int64(binary.BigEndian.Uint32(head[28:]))
	// A journal may hold what the file lacks.
	if wal, err := os.Stat(db.path + "-wal"); err == nil && wal.Size() > 0 {
		return nil
	}
	if want := pages * page; st.Size() < want && string(head[24:28]) == string(head[92:96]) {
		return damaged("it is cut short: %d of %d bytes", st.Size(), want)
	}
	return nil
}

// identify gives the file's version, and an error for a database that is not ours.
func (db *DB) identify(c *sql.DB) (version int, err error) {
	var id, tables, v1 int
	err = c.QueryRow(`SELECT (SELECT user_version FROM pragma_user_version), (SELECT application_id FROM pragma_application_id),
		EXISTS (SELECT 1 FROM sqlite_schema), (SELECT count(*) FROM sqlite_schema WHERE name IN ('story', 'mark', 'kv'))`).Scan(&version, &id, &tables, &v1)
	if err != nil {
		return 0, err
	}
	ours := id == applicationID || id == 0 && version == 1 && v1 == 3 || id == 0 && version == 0 && tables == 0
	if !ours {
		return 0, said{&DamagedError{db.path, errors.New("it belongs to another program")}}
	}
	return version, nil
}

// connect makes a pool; it does not touch the file yet.
func connect(path string, a access, n int) (*sql.DB, error) {
	c, err := sql.Open("sqlite", dsn(path, a))
	if err != nil {
		return nil, err
	}
	c.SetMaxOpenConns(n)
	c.SetMaxIdleConns(n)
	return c, nil
}

// dsn is a file's name as SQLite takes it (https://sqlite.org/uri.html).
func dsn(path string, a access) string {
	q := url.Values{}
	pragma := func(list ...string) { q["_pragma"] = append(q["_pragma"], list...) }
	pragma("busy_timeout(10000)")
	switch a {
	case writes:
		// Of a new file: more texts fit on a larger page without a gap. The driver runs
		// pragmas by their names and this key after them, so that the size comes first.
		pragma("page_size(8192)")
		q.Set("_journal_mode", "WAL")
		pragma("synchronous(normal)", "foreign_keys(1)", "journal_size_limit(16777216)", "recursive_triggers(0)")
		q.Set("_txlock", "immediate")
	case immutable, preserved:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	pragma("temp_store(memory)", "cache_size(-4000)", "trusted_schema(0)")
	if a == readsOnly || a == immutable {
		pragma("query_only(1)")
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/…
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// migrate runs what a database still lacks: all of it or, after an error, nothing.
func (db *DB) migrate(w *sql.DB) error {
	var v int
	if err := w.QueryRow("PRAGMA user_version").Scan(&v); err != nil {
		return err
	}
	if v > 0 && v < len(migrations) {
		if err := keepOlder(w, fmt.Sprintf("%s.v%d", db.path, v)); err != nil {
			return fmt.Errorf("copy the database before bringing it up to date: %w", err)
		}
	}
	tx, err := w.Begin()
	if err != nil {
		return err
	}
	// Another process may have done it while this one waited for the lock.
	err = tx.QueryRow("PRAGMA user_version").Scan(&v)
	for ; err == nil && v < len(migrations); v++ {
		if _, err = tx.Exec(migrations[v]); err != nil {
			err = fmt.Errorf("bring the database to version %d: %w", v+1, err)
			break
		}
		_, err = tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", v+1))
	}
	if err == nil {
		err = tx.Commit()
	}
	if err != nil {
		_ = tx.Rollback()
	}
	return err
}

// keepOlder writes a copy that appears under its name only when it is whole. A copy that
// is there from an earlier try stays: it is the older one.
func keepOlder(w *sql.DB, name string) error {
	if _, err := os.Stat(name); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return copyInto(context.Background(), w, name)
}

// copyInto writes a consistent copy of the database to a file that is not there yet.
func copyInto(ctx context.Context, c *sql.DB, name string) error {
	part := name + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) // VACUUM INTO takes an empty file
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, "VACUUM INTO ?", part)
	if err == nil {
		err = syncFile(part)
	}
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}

func syncFile(name string) error {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// SetAside moves a database that cannot be used, and its journals, to a name beside it
// and returns that name. It is for a person to say so: nothing here does it unasked.
func SetAside(path string, now time.Time) (string, error) {
	to := fmt.Sprintf("%s.damaged-%s", path, now.Format("20060102-150405"))
	if _, err := os.Lstat(to); err == nil {
		return "", fmt.Errorf("set %s aside: %s is there already", path, to)
	}
	for _, tail := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(path+tail, to+tail); err != nil && (tail == "" || !errors.Is(err, fs.ErrNotExist)) {
			return "", fmt.Errorf("set the database aside: %w", err)
		}
	}
	return to, nil
}
