package store

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"nightdesk/feeds"
)

func TestOpenMakesPrivateFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "folder")
	d := deskAt(t, filepath.Join(dir, "x.db"))
	d.save(gazette, story("one", noon))
	if runtime.GOOS == "windows" {
		t.Skip("rights of another kind")
	}
	for _, name := range []string{dir, d.Path(), d.Path() + "-wal", d.Path() + "-shm"} {
		st, err := os.Stat(name)
		if err != nil || st.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", name, st.Mode(), err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	make := func(t *testing.T) string {
		d := newDesk(t)
		for i := range 50 {
			d.save(gazette, story(strings.Repeat("word ", 300)+string(rune('a'+i)), at(i)))
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		return d.Path()
	}
	write := func(content string) func(*testing.T) string {
		return func(t *testing.T) string {
			p := filepath.Join(t.TempDir(), "x.db")
			if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			return p
		}
	}
	sqlite := func(text string) func(*testing.T) string {
		return func(t *testing.T) string {
			p := filepath.Join(t.TempDir(), "x.db")
			execSQL(t, p, text)
			return p
		}
	}
	for name, test := range map[string]struct {
		make func(*testing.T) string
		is   error // nil: a DamagedError
	}{
		"text":        {write("url = \"https://a.example\"\n" + strings.Repeat("x", 500)), nil},
		"a few bytes": {write("hello"), nil},
		"a folder":    {func(t *testing.T) string { return t.TempDir() }, nil},
		"header only": {write("SQLite format 3\x00" + strings.Repeat("\x00", 200)), nil},
		"cut": {func(t *testing.T) string {
			p := make(t)
			if err := os.Truncate(p, 100_000); err != nil {
				t.Fatal(err)
			}
			return p
		}, nil},
		"garbled": {func(t *testing.T) string {
			p := make(t)
			b, _ := os.ReadFile(p)
			for i := 100; i < 8000; i++ {
				b[i] = byte(i * 7)
			}
			if err := os.WriteFile(p, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return p
		}, nil},
		"another program's":               {sqlite("CREATE TABLE cache(url TEXT)"), nil},
		"another program's, with version": {sqlite("CREATE TABLE story(x); PRAGMA user_version = 1"), nil},
		"another program's, marked":       {sqlite("CREATE TABLE story(x); PRAGMA application_id = 7; PRAGMA user_version = 2"), nil},
		"newer": {func(t *testing.T) string {
			p := make(t)
			execSQL(t, p, "PRAGMA user_version = 99")
			return p
		}, ErrNewer},
	} {
		t.Run(name, func(t *testing.T) {
			p := test.make(t)
			before, _ := os.ReadFile(p)
			for _, o := range []Options{{}, {ReadOnly: true}} {
				db, err := Open(p, o)
				if err == nil {
					_ = db.Close()
				}
				var damaged *DamagedError
				if test.is == nil && (!errors.As(err, &damaged) || damaged.Path != p) || test.is != nil && !errors.Is(err, test.is) {
					t.Errorf("%+v: %v", o, err)
				}
				if err != nil && !strings.Contains(err.Error(), p) {
					t.Errorf("does not name the file: %v", err)
				}
				if code(err) != 0 {
					t.Errorf("the driver's error leaks: %v", err)
				}
			}
			if after, _ := os.ReadFile(p); string(after) != string(before) {
				t.Error("the file was changed")
			}
			to, err := SetAside(p, noon)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := os.Stat(to); err != nil {
				t.Error(err)
			}
			db, err := Open(p, Options{})
			if err != nil {
				t.Fatal(err)
			}
			_ = db.Close()
		})
	}
}

func execSQL(t testing.TB, path, text string) {
	t.Helper()
	c, err := connect(path, copies, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.Exec(text); err == nil {
		err = c.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDamagedWithin(t *testing.T) {
	d := newDesk(t)
	for i := range 300 {
		d.save(gazette, story(strings.Repeat("word ", 30)+string(rune('a'+i)), at(i)))
	}
	d.must(d.Close())
	b, _ := os.ReadFile(d.Path())
	for i := len(b) / 4; i < len(b); i++ {
		b[i] = byte(i * 7)
	}
	if err := os.WriteFile(d.Path(), b, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(d.Path(), Options{})
	if err == nil {
		defer db.Close()
		_, err = db.Check(ctx)
	}
	var damaged *DamagedError
	if !errors.As(err, &damaged) {
		t.Errorf("%v", err)
	}
}

// TestMigrate brings a database of every earlier version up to date.
func TestMigrate(t *testing.T) {
	for v := 1; v < len(migrations); v++ {
		script, err := os.ReadFile(filepath.Join("testdata", "v"+string(rune('0'+v))+".sql"))
		if err != nil {
			t.Fatal("every version that was released has its example: ", err)
		}
		p := filepath.Join(t.TempDir(), "x.db")
		execSQL(t, p, string(script))
		if _, err := Open(p, Options{ReadOnly: true}); !errors.Is(err, ErrReadOnly) {
			t.Error(err)
		}
		d := &desk{t: t, clock: noon, ids: map[string]int64{}}
		if d.DB, err = Open(p, Options{Now: nil}); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.DB.Close() })
		d.sound()
		d.want(d.find(nil), "A lake is rented|Amazon rents a lake|Zürich 発表")
		d.want(d.find(is("starred")), "Zürich 発表|Starred once")
		for _, indexed := range []bool{false, true} {
			if indexed {
				d.index()
			}
			d.want(d.find(word("deep")), "Amazon rents a lake")
			d.want(d.find(word("glacier")), "Zürich 発表")
			d.want(d.find(word("lake")), "A lake is rented|Amazon rents a lake")
			d.want(d.find(word("no")), "")
		}
		s, err := d.Story(ctx, "aaaaaaaa")
		if err != nil || !s.Mark.Read || s.Mark.Position != 0.5 || s.HTML == "" || s.Event != "eaaaaaaaa" || s.Companies[0].Slug != "amazon" {
			t.Errorf("%+v %v", s, err)
		}
		a, dir, err := d.ArticleOf(ctx, "cccccccc")
		if err != nil || dir != "2026-05-22-zurich" || !strings.Contains(a.Markdown, "glacier") {
			t.Error(a, dir, err)
		}
		if v, err := d.Versions(ctx, "aaaaaaaa"); err != nil || len(v) != 1 || v[0].Title != "Amazon buys a lake" || !strings.Contains(v[0].HTML, "deep") {
			t.Error(v, err)
		}
		list, err := d.Feeds(ctx)
		if err != nil || len(list) != 1 || list[0].State.ETag != "abc" || list[0].State.BodyHash != 1<<64-1 || list[0].Stories != 3 {
			t.Errorf("%+v %v", list, err)
		}
		if known, err := d.KnownItems(ctx, 1); len(known) != 2 {
			t.Error(known, err)
		}
		if w, _ := d.Watched(ctx); len(w) != 1 {
			t.Error(w)
		}
		if here, _ := d.Get(ctx, "cursor"); here != "here" {
			t.Error(here)
		}
		if n, _ := d.Version(ctx); n < 42 {
			t.Error("the version went back:", n)
		}
		d.subscribe(subscriptions...)
		d.save(gazette, story("a new one", noon))
		d.sound()
		// the schema is the same as that of a new file
		if fresh, mine := schemaOf(t, newDesk(t).DB), schemaOf(t, d.DB); fresh != mine {
			t.Errorf("fresh:\n%s\nmigrated:\n%s", fresh, mine)
		}
		old, err := connect(p+".v"+string(rune('0'+v)), copies, 1)
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := old.QueryRow("SELECT count(*) FROM story").Scan(&n); err != nil || n != 4 {
			t.Error("no copy of the older one was kept:", n, err)
		}
		_ = old.Close()
	}
}

func schemaOf(t *testing.T, db *DB) string {
	var out []string
	if err := db.rows(ctx, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name", nil, func(r scanner) error {
		var s string
		err := r.Scan(&s)
		out = append(out, s)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return strings.Join(out, "\n")
}

// TestMigrateFails: a migration that cannot be done leaves the file as it was.
func TestMigrateFails(t *testing.T) {
	script, err := os.ReadFile("testdata/v1.sql")
	if err != nil {
		t.Fatal(err)
	}
	p := filepath.Join(t.TempDir(), "x.db")
	execSQL(t, p, string(script)+"; CREATE TABLE mute(x);") // in the way
	for range 2 {
		if _, err := Open(p, Options{}); err == nil {
			t.Fatal("it was in the way of nothing")
		}
	}
	c, err := connect(p, copies, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var v, n int
	if err := c.QueryRow("SELECT (SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM story)").Scan(&v, &n); err != nil || v != 1 || n != 4 {
		t.Error(v, n, err)
	}
}

func TestReadOnly(t *testing.T) {
	d := newDesk(t)
	a := d.save(gazette, story("one", noon))
	d.must(d.Close())
	db, err := Open(d.Path(), Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if list, err := db.List(ctx, feeds.ListRequest{}, Env{}); err != nil || len(list) != 1 || !db.ReadOnly() {
		t.Error(list, err)
	}
	yes := true
	_, err = db.Mark(ctx, []string{a.New[0].ID}, feeds.Change{Read: &yes})
	if !errors.Is(err, ErrReadOnly) {
		t.Error(err)
	}
	if err := db.Subscribe(ctx, subscriptions[1:]); err != nil {
		t.Error("a reader need not be told that it cannot subscribe:", err)
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.db"), Options{ReadOnly: true}); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestVersion(t *testing.T) {
	d := newDesk(t)
	other, err := Open(d.Path(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	last, _ := d.Version(ctx)
	step := func(what string, change bool) {
		t.Helper()
		now, err := d.Version(ctx)
		if err != nil || (now > last) != change {
			t.Errorf("%s: %d, then %d (%v)", what, last, now, err)
		}
		last = now
	}
	yes, half := true, 0.5
	a, err := other.SaveStories(ctx, []feeds.Batch{{FeedID: d.ids[gazette], Stories: []feeds.Story{story("one", noon)}}})
	d.must(err)
	step("a new story of another process", true)
	_, err = other.SaveStories(ctx, []feeds.Batch{{FeedID: d.ids[gazette], Stories: []feeds.Story{story("one", noon)}}})
	d.must(err)
	step("nothing new", false)
	id := a[0].New[0].ID
	_, err = other.Mark(ctx, []string{id}, feeds.Change{Read: &yes})
	d.must(err)
	step("a mark", true)
	_, err = other.Mark(ctx, []string{id}, feeds.Change{Position: &half})
	d.must(err)
	step("the place in a text", false)
	d.must(other.Watch(ctx, "amazon", true))
	step("a company watched", true)
	d.must(other.SaveFeedState(ctx, d.ids[gazette], feeds.FeedState{Error: "it failed"}, feeds.Meta{}))
	step("a feed fails", true)
}

func TestFirstMigration(t *testing.T) {
	script, err := os.ReadFile("testdata/v1.sql")
	if err != nil || !strings.HasPrefix(string(script), migrations[0]) {
		t.Error("the first migration was changed after its release:", err)
	}
}

// TestSettings: what is asked of the driver takes effect; it says nothing where it does not.
func TestSettings(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("one", noon))
	w, err := d.writer()
	d.must(err)
	for pragma, want := range map[string]string{"page_size": "8192", "journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "busy_timeout": "10000", "query_only": "0"} {
		var got string
		if err := w.QueryRow("PRAGMA " + pragma).Scan(&got); err != nil || got != want {
			t.Errorf("writer: %s is %s, want %s (%v)", pragma, got, want, err)
		}
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "busy_timeout": "10000", "query_only": "1"} {
		var got string
		if err := d.row(ctx, "PRAGMA "+pragma, nil, &got); err != nil || got != want {
			t.Errorf("reader: %s is %s, want %s (%v)", pragma, got, want, err)
		}
	}
	if _, err := d.bound.Load().r.Exec("DELETE FROM story"); err == nil {
		t.Error("a reader wrote")
	}
}
