package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nightdesk/feeds"
)

// TestFull: on a full disk nothing is half stored, reading goes on, and all works again
// when there is room.
func TestFull(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("before", at(-1)))
	w, err := d.writer()
	d.must(err)
	full := func(on bool) {
		n := 1 << 30
		if on {
			d.must(w.QueryRow("SELECT page_count FROM pragma_page_count").Scan(&n))
		}
		if _, err := w.Exec(fmt.Sprint("PRAGMA max_page_count = ", n)); err != nil {
			t.Fatal(err)
		}
	}
	full(true)
	big := story("big", at(0), text(newAuthor(1).words(200_000)))
	_, err = d.SaveStories(ctx, []feeds.Batch{{FeedID: d.ids[gazette], Stories: []feeds.Story{story("small", at(-2)), big}}})
	if !errors.Is(err, ErrFull) || !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), d.Path()) {
		t.Errorf("%v", err)
	}
	d.want(d.find(nil), "before")
	full(false)
	d.save(gazette, story("small", at(-2)), big)
	d.want(d.find(nil), "big|before|small")
	d.sound()
}

// TestDisk uses a small disk that is full, or can only be read, where a folder for that
// is given: NIGHTDESK_DISK names an empty file system of a few megabytes.
func TestDisk(t *testing.T) {
	dir := os.Getenv("NIGHTDESK_DISK")
	if dir == "" {
		t.Skip("NIGHTDESK_DISK names no disk to fill")
	}
	path := filepath.Join(dir, "x.db")
	d := deskAt(t, path)
	d.save(gazette, story("one", at(-1)))
	d.must(d.Close())
	filler, err := os.Create(filepath.Join(dir, "filler"))
	d.must(err)
	for n := 1 << 20; n > 0; {
		if _, err := filler.Write(make([]byte, n)); err != nil {
			n /= 2
		}
	}
	d.must(filler.Close())
	db, err := Open(path, Options{})
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer db.Close()
	list, err := db.List(ctx, feeds.ListRequest{}, Env{})
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	t.Log("read-only:", db.ReadOnly(), db.Why())
	yes := true
	if _, err = db.Mark(ctx, []string{list[0].ID}, feeds.Change{Read: &yes}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("%v", err)
	}
	t.Log(err)
	d.must(os.Remove(filler.Name()))
	if _, err := db.Mark(ctx, []string{list[0].ID}, feeds.Change{Read: &yes}); err != nil {
		t.Error("there is room again:", err)
	}
	if list, err := db.List(ctx, feeds.ListRequest{}, Env{}); err != nil || !list[0].Mark.Read || db.ReadOnly() {
		t.Error(list, err)
	}
}
