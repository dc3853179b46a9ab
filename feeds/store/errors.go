package store

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"modernc.org/sqlite"

	"nightdesk/feeds"
)

// Errors that callers tell apart.
var (
	ErrNewer    = errors.New("the database was made by a newer version of nightdesk; update the program, or use another --data-dir")
	ErrReadOnly = errors.New("the database cannot be written; what is stored can be read")
	ErrFull     = fmt.Errorf("the disk is full: %w", ErrReadOnly) // it is ErrReadOnly too
	ErrBusy     = errors.New("another program has kept the database locked")
	ErrNotFound = feeds.ErrNotFound
)

// A DamagedError says that a file is no database of nightdesk, or a broken one. The file
// is as it was found: SetAside makes room for a new one.
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
	IDs    []string // some of them, at least two
}

func (e *AmbiguousError) Error() string {
	return fmt.Sprintf("the id %s is not unique: %s", e.Prefix, strings.Join(e.IDs, ", "))
}

// Result codes of SQLite without their extended part: https://sqlite.org/rescode.html.
const (
	codePerm     = 3
	codeBusy     = 5
	codeLocked   = 6
	codeReadOnly = 8
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26
)

// code is the result code of a driver's error, 0 of any other.
func code(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// cannotWrite reports whether an error says that a file or its disk refuses to be
// written, or to be opened for that.
func cannotWrite(err error) bool {
	switch code(err) {
	case codePerm, codeReadOnly, codeFull, codeCantOpen, codeIOErr:
		return true
	}
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, ErrReadOnly) || isReadOnlyDisk(err)
}

// said is an error that names the database's file already.
type said struct{ error }

func (e said) Unwrap() error { return e.error }

// blame says to which file what happened, in this package's own errors: the driver's
// stay inside.
func (db *DB) blame(err error) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var done said
	if errors.As(err, &done) {
		return err
	}
	switch code(err) {
	case 0:
		return err
	case codeCorrupt, codeNotADB:
		return said{&DamagedError{db.path, errors.New(err.Error())}}
	case codeFull:
		return said{fmt.Errorf("%s: %w", db.path, ErrFull)}
	case codePerm, codeReadOnly, codeCantOpen, codeIOErr:
		return said{fmt.Errorf("%s: %w (%s)", db.path, ErrReadOnly, err.Error())}
	case codeBusy, codeLocked:
		return said{fmt.Errorf("%s: %w", db.path, ErrBusy)}
	}
	return said{fmt.Errorf("%s: %s", db.path, err.Error())}
}
