package store

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nightdesk/feeds"
)

// child is another process on the same database: it stores stories and stars each, and
// says a story's id when it was told that both are done.
func child() {
	db, err := Open(os.Getenv("NIGHTDESK_CHILD"), Options{})
	if err == nil {
		err = db.Subscribe(ctx, subscriptions)
	}
	var list []feeds.Feed
	if err == nil {
		list, err = db.Feeds(ctx)
	}
	name := os.Getenv("NIGHTDESK_NAME")
	yes := true
	for i := 0; err == nil && (name == "killed" || i < 60); i++ {
		var got []feeds.Arrival
		got, err = db.SaveStories(ctx, []feeds.Batch{{FeedID: list[i%3].ID, Stories: []feeds.Story{story(fmt.Sprint(name, " ", i), noon.Add(time.Duration(i)*time.Second), about("amazon"))}}})
		if err != nil {
			break
		}
		id := got[0].New[0].ID
		if _, err = db.Mark(ctx, []string{id}, feeds.Change{Starred: &yes}); err != nil {
			break
		}
		fmt.Println(id)
		if i%10 == 0 {
			_, err = db.Index(ctx, 5)
		}
	}
	if err == nil {
		err = db.Close()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, name, err)
		os.Exit(1)
	}
}

func start(t *testing.T, path, name string) (*exec.Cmd, io.Reader) {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), "NIGHTDESK_CHILD="+path, "NIGHTDESK_NAME="+name)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, out
}

// TestProcesses: a refresh beside an open reader, both writing.
func TestProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var commands []*exec.Cmd
	var outs []io.Reader
	for i := range 3 { // all three make the file, or one of them
		c, out := start(t, path, fmt.Sprint("child", i))
		commands, outs = append(commands, c), append(outs, out)
	}
	d := deskAt(t, path)
	var ids []string
	var mu sync.Mutex
	var readers sync.WaitGroup
	for _, out := range outs {
		readers.Go(func() {
			for lines := bufio.NewScanner(out); lines.Scan(); {
				mu.Lock()
				ids = append(ids, lines.Text())
				mu.Unlock()
			}
		})
	}
	no := false
	for i := range 60 {
		a := d.save(gazette, story(fmt.Sprint("mine ", i), noon, about("nvidia")))
		if _, err := d.Mark(ctx, []string{a.New[0].ID}, feeds.Change{Starred: &no}); err != nil {
			t.Fatal(err)
		}
		if _, err := d.List(ctx, feeds.ListRequest{Limit: 50}, Env{}); err != nil {
			t.Fatal(err)
		}
	}
	readers.Wait()
	for _, c := range commands {
		if err := c.Wait(); err != nil {
			t.Error(err)
		}
	}
	if len(ids) != 180 || d.count(is("starred")) != 180 || d.count(nil) != 240 {
		t.Error(len(ids), d.count(is("starred")), d.count(nil))
	}
	d.index()
	d.sound()
	if _, err := d.Check(ctx); err != nil {
		t.Error(err)
	}
}

// TestKilled: whatever was reported as stored is stored, wherever the process was killed.
func TestKilled(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var said []string
	for round := range 6 {
		c, out := start(t, path, "killed")
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			said = append(said, lines.Text())
			if n == 3+round*4 {
				break
			}
		}
		if err := c.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it said before it died
			if len(lines.Text()) == feeds.IDLen {
				said = append(said, lines.Text())
			}
		}
		_ = c.Wait()
		d := deskAt(t, path)
		for _, id := range said {
			if s, err := d.Story(ctx, id); err != nil || !s.Mark.Starred {
				t.Fatalf("%s: %+v %v", id, s.Mark, err)
			}
		}
		d.sound()
		if _, err := d.Check(ctx); err != nil {
			t.Error(err)
		}
		// the next round starts with other stories
		if _, err := d.forgetAll(); err != nil {
			t.Fatal(err)
		}
		said = said[:0]
		d.must(d.Close())
	}
}

func (d *desk) forgetAll() (int, error) {
	no := false
	if _, err := d.MarkQuery(ctx, feeds.Query{}, Env{}, feeds.Change{Starred: &no}); err != nil {
		return 0, err
	}
	list, err := d.List(ctx, feeds.ListRequest{}, Env{})
	if err != nil {
		return 0, err
	}
	return d.forget(ctx, keys(list))
}

func TestBackup(t *testing.T) {
	d := newDesk(t)
	for i := range 100 {
		d.save(gazette, story(fmt.Sprint("story ", i), at(-i), about("amazon")))
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "backup.db")
	var writing sync.WaitGroup
	writing.Go(func() {
		for i := range 50 {
			d.save(chips, story(fmt.Sprint("meanwhile ", i), at(-i)))
		}
	})
	if err := d.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	writing.Wait()
	if err := d.Backup(ctx, file); err == nil || !strings.Contains(err.Error(), "already") {
		t.Error(err)
	}
	if st, err := os.Stat(file); err != nil || st.Mode().Perm() != 0o600 {
		t.Error(st, err)
	}
	d.must(d.Close())

	// into an empty place, over a sound one, and over a damaged one
	target := filepath.Join(dir, "new", "x.db")
	for i, before := range []string{"", "same", "damaged"} {
		if before == "damaged" {
			if err := os.WriteFile(target, []byte("garbage"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := Restore(file, target, noon.Add(time.Duration(i)*time.Second))
		if err != nil || (kept != "") != (before != "") {
			t.Fatalf("%s: %q %v", before, kept, err)
		}
		if before == "damaged" {
			if b, _ := os.ReadFile(kept); string(b) != "garbage" {
				t.Error("what was there is lost")
			}
		}
		r := deskAt(t, target)
		if n := r.count(of(feeds.FromFeed, gazette)); n != 100 {
			t.Error(n)
		}
		r.sound()
		d.must(r.Close())
	}
	left, _ := filepath.Glob(filepath.Join(dir, "new", "*restoring*"))
	if len(left) > 0 {
		t.Error(left)
	}

	junk := filepath.Join(dir, "junk")
	if err := os.WriteFile(junk, []byte("SQLite format 3\x00 not really"), 0o600); err != nil {
		t.Fatal(err)
	}
	was, _ := os.ReadFile(target)
	for _, bad := range []string{junk, filepath.Join(dir, "nothing"), target} {
		if _, err := Restore(bad, target, noon); err == nil {
			t.Error("restored from", bad)
		}
	}
	var damaged *DamagedError
	if _, err := Restore(junk, target, noon); !errors.As(err, &damaged) || damaged.Path != junk {
		t.Error(err)
	}
	if now, _ := os.ReadFile(target); string(now) != string(was) {
		t.Error("a failed restore changed the database")
	}
}

func TestRestoreOlder(t *testing.T) {
	script, err := os.ReadFile("testdata/v1.sql")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	old, target := filepath.Join(dir, "old.db"), filepath.Join(dir, "x.db")
	execSQL(t, old, string(script))
	was, _ := os.ReadFile(old)
	if _, err := Restore(old, target, noon); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(old); string(now) != string(was) {
		t.Error("the backup was changed")
	}
	d := deskAt(t, target)
	if n := d.count(is("starred")); n != 2 {
		t.Error(n)
	}
	all, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range all {
		if strings.Contains(name, "restoring") {
			t.Error(name)
		}
	}
}

func TestCompact(t *testing.T) {
	d := newDesk(t)
	var list []feeds.Story
	for i := range 800 {
		list = append(list, story(fmt.Sprint("story ", i), at(-i), text(newAuthor(uint64(i)).words(2000))))
	}
	d.save(gazette, list...)
	if n, err := d.Compact(ctx); n != 0 || err != nil {
		t.Error(n, err)
	}
	if _, err := d.forgetAll(); err != nil {
		t.Fatal(err)
	}
	h, err := d.Check(ctx)
	d.must(err)
	n, err := d.Compact(ctx)
	if err != nil || n != h.Free || n == 0 {
		t.Error(n, h.Free, err)
	}
	if h, _ := d.Check(ctx); h.Free != 0 {
		t.Error(h.Free)
	}
}
