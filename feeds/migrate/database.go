package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver

	"nightdesk/feeds/parse"
	"nightdesk/feeds/plain"
)

// item is a story as another program keeps it.
type item struct {
	parse.Item
	read, starred bool
}

// table says where a program keeps its stories.
type table struct {
	name, feed, rowid string
	columns           []string // that item asks for, if they are there
	item              func(map[string]any) item
}

// database is another program's SQLite file.
type database struct {
	*sql.DB
	path    string
	copy    string // folder of the copy that is read instead, "" if none
	columns map[string][]string
	names   map[string]string // our address of a feed -> theirs
}

// isDatabase reports whether a file begins as SQLite's do.
func isDatabase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [16]byte
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:]) == "SQLite format 3\x00"
}

// openDatabase opens a program's database for reading only. One with a journal beside it,
// whose program runs or has crashed, is read from a copy, because SQLite would tidy up.
func openDatabase(ctx context.Context, path string, t table) (_ *database, err error) {
	if !isDatabase(path) {
		return nil, fmt.Errorf("%s is no SQLite database", path)
	}
	db := &database{columns: make(map[string][]string), names: make(map[string]string)}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("%s: %w", path, plainError(err)), db.close())
		}
	}()
	db.path = path
	q := url.Values{"_pragma": {"query_only(1)", "trusted_schema(0)", "cell_size_check(1)", "temp_store(memory)", "busy_timeout(5000)"}}
	journal := false
	for _, tail := range []string{"-wal", "-journal"} {
		if st, err := os.Stat(path + tail); err == nil && st.Size() > 0 {
			journal = true
		}
	}
	switch {
	case journal:
		if db.copy, err = copyAll(path); err != nil {
			return nil, fmt.Errorf("copy it, for its program may be running: %w", err)
		}
		path2 := filepath.Join(db.copy, "db")
		db.DB, err = sql.Open("sqlite", dsn(path2, q))
	default:
		q.Set("mode", "ro")
		if isWAL(path) { // without a journal nothing is in it that is not in the file
			q.Set("immutable", "1")
		}
		db.DB, err = sql.Open("sqlite", dsn(path, q))
	}
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	cols, err := db.columnsOf(ctx, t.name)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(cols, t.feed) {
		return nil, fmt.Errorf("it has no table %s of stories; is it another program's?", t.name)
	}
	return db, nil
}

func dsn(path string, q url.Values) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if path = filepath.ToSlash(path); !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}

// isWAL reports whether a file is in write-ahead mode
// (https://sqlite.org/fileformat2.html#file_format_version_numbers).
func isWAL(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var b [20]byte
	_, err = io.ReadFull(f, b[:])
	return err == nil && b[19] == 2
}

// maxCopy bounds what is copied.
const maxCopy = 4 << 30

func copyAll(path string) (dir string, err error) {
	if dir, err = os.MkdirTemp("", "nightdesk-import-"); err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
			dir = ""
		}
	}()
	for _, tail := range []string{"", "-wal", "-journal"} {
		in, err := os.Open(path + tail)
		if errors.Is(err, os.ErrNotExist) && tail != "" {
			continue
		}
		if err != nil {
			return dir, err
		}
		out, err := os.OpenFile(filepath.Join(dir, "db"+tail), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return dir, errors.Join(err, in.Close())
		}
		n, err := io.Copy(out, io.LimitReader(in, maxCopy))
		if err == nil && n == maxCopy {
			err = errors.New("it is too large")
		}
		if err = errors.Join(err, in.Close(), out.Close()); err != nil {
			return dir, err
		}
	}
	return dir, nil
}

func (db *database) close() error {
	var errs []error
	if db.DB != nil {
		errs = append(errs, db.DB.Close())
	}
	if db.copy != "" {
		errs = append(errs, os.RemoveAll(db.copy))
	}
	return errors.Join(errs...)
}

// plainError is an error of the driver, without its type.
func plainError(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return err
	}
	return errors.New(plain.Text(err.Error()))
}

// alias notes what the program calls a feed of ours.
func (db *database) alias(ours, theirs string) { db.names[ours] = theirs }

// theirs is what the program calls a feed of ours.
func (db *database) theirs(ours string) string {
	if t, ok := db.names[ours]; ok {
		return t
	}
	return ours
}

// columnsOf are the columns of a table, none if it is no table: a view of a strange file
// could be made to count for ever.
func (db *database) columnsOf(ctx context.Context, name string) ([]string, error) {
	if c, ok := db.columns[name]; ok {
		return c, nil
	}
	rows, err := db.QueryContext(ctx, "SELECT i.name FROM sqlite_schema s JOIN pragma_table_info(s.name) i WHERE s.type = 'table' AND s.name = ? AND s.sql NOT LIKE 'CREATE VIRTUAL%'", name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	db.columns[name] = out
	return out, rows.Err()
}

// feeds lists the distinct feeds that a table names, with some columns of each.
func (db *database) feeds(ctx context.Context, name, key string, want []string, each func(url string, v map[string]any)) error {
	cols, err := db.columnsOf(ctx, name)
	if err != nil || !slices.Contains(cols, key) {
		return plainErrorOrNil(err)
	}
	pick := present(want, cols)
	text := "SELECT " + strings.Join(append([]string{bounded(key)}, boundedAll(pick)...), ", ") + " FROM " + name + " GROUP BY " + key + " ORDER BY min(rowid) LIMIT " + strconv.Itoa(2*maxFeeds)
	rows, err := db.QueryContext(ctx, text)
	if err != nil {
		return plainError(err)
	}
	defer rows.Close()
	for rows.Next() {
		vals := make([]any, len(pick)+1)
		to := make([]any, len(vals))
		for i := range vals {
			to[i] = &vals[i]
		}
		if err := rows.Scan(to...); err != nil {
			return plainError(err)
		}
		v := make(map[string]any, len(pick))
		for i, c := range pick {
			v[c] = vals[i+1]
		}
		each(words(vals[0]), v)
	}
	return plainErrorOrNil(rows.Err())
}

func plainErrorOrNil(err error) error {
	if err == nil {
		return nil
	}
	return plainError(err)
}

func present(want, have []string) []string {
	return slices.DeleteFunc(slices.Clone(want), func(c string) bool { return !slices.Contains(have, c) })
}

// bounded asks for a column without taking more of it into memory than a text may have.
func bounded(column string) string {
	return fmt.Sprintf("CASE WHEN typeof(%[1]s) IN ('text', 'blob') THEN substr(%[1]s, 1, %[2]d) ELSE %[1]s END", column, maxText)
}

func boundedAll(columns []string) []string {
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = bounded(c)
	}
	return out
}

// index finds the keys of the stories of each feed of ours; strange counts the others.
func (db *database) index(ctx context.Context, t table, mine map[string]string) (out map[string][]int64, strange int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT "+t.rowid+", "+bounded(t.feed)+" FROM "+t.name+" ORDER BY "+t.rowid+" LIMIT "+strconv.Itoa(maxStories))
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", db.path, plainError(err))
	}
	defer rows.Close()
	out = make(map[string][]int64)
	for rows.Next() {
		var id int64
		var feed any
		if err := rows.Scan(&id, &feed); err != nil {
			return nil, 0, fmt.Errorf("%s: %w", db.path, plainError(err))
		}
		if url, ok := mine[words(feed)]; ok {
			out[url] = append(out[url], id)
		} else {
			strange++
		}
	}
	if err := rows.Err(); err != nil {
		return nil, 0, fmt.Errorf("%s: %w", db.path, plainError(err))
	}
	return out, strange, nil
}

// read reads stories by their keys.
func (db *database) read(ctx context.Context, t table, ids []int64) ([]item, error) {
	cols, err := db.columnsOf(ctx, t.name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", db.path, plainError(err))
	}
	pick := present(t.columns, cols)
	if len(pick) == 0 {
		return nil, nil
	}
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = strconv.FormatInt(id, 10)
	}
	rows, err := db.QueryContext(ctx, "SELECT "+strings.Join(boundedAll(pick), ", ")+" FROM "+t.name+" WHERE "+t.rowid+" IN ("+strings.Join(list, ",")+") ORDER BY "+t.rowid)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", db.path, plainError(err))
	}
	defer rows.Close()
	var out []item
	for rows.Next() {
		vals := make([]any, len(pick))
		to := make([]any, len(pick))
		for i := range vals {
			to[i] = &vals[i]
		}
		if err := rows.Scan(to...); err != nil {
			return nil, fmt.Errorf("%s: %w", db.path, plainError(err))
		}
		v := make(map[string]any, len(pick))
		for i, c := range pick {
			v[c] = vals[i]
		}
		out = append(out, t.item(v))
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", db.path, plainError(err))
	}
	return out, nil
}

// words is a value as text.
func words(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	}
	return ""
}

// whole is a value as a number, 0 if it is none.
func whole(v any) int64 {
	switch v := v.(type) {
	case int64:
		return v
	case bool:
		if v {
			return 1
		}
	case float64:
		if math.Abs(v) < 1<<53 {
			return int64(v)
		}
	case string:
		n, err := strconv.ParseInt(v, 10, 64)
		if err == nil {
			return n
		}
		if b, err := strconv.ParseBool(v); err == nil && b {
			return 1
		}
	}
	return 0
}

// moment is a value as a time: seconds since 1970, or text as SQLite's drivers for Go
// write it; zero if it is none or stands for none.
func moment(v any) time.Time {
	switch v := v.(type) {
	case time.Time:
		if v.Year() < 1971 {
			return time.Time{}
		}
		return v.UTC()
	case int64:
		if v <= 0 || v > 1<<40 {
			return time.Time{}
		}
		return time.Unix(v, 0).UTC()
	case []byte:
		return moment(string(v))
	case string:
		if n, err := strconv.ParseInt(v, 10, 64); err == nil {
			return moment(n)
		}
		if i := strings.Index(v, " m=+"); i > 0 { // of a monotonic clock
			v = v[:i]
		}
		for _, layout := range []string{
			"2006-01-02 15:04:05.999999999-07:00", "2006-01-02T15:04:05.999999999-07:00", time.RFC3339Nano,
			"2006-01-02 15:04:05.999999999 -0700 MST", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", "2006-01-02",
		} {
			if t, err := time.Parse(layout, strings.TrimSuffix(v, " ")); err == nil {
				return moment(t)
			}
		}
	}
	return time.Time{}
}
