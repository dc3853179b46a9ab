package ui

import (
	"errors"
	"fmt"
	"testing"

	"nightdesk/feeds"
)

// TestJournalKeepsWhatFailed: an undo or a redo that the store refuses can be tried again.
func TestJournalKeepsWhatFailed(t *testing.T) {
	for what, do := range map[string][]string{"a mark": {"f"}, "a mute": {"&", "j", "j", "enter", "enter"}} {
		t.Run(what, func(t *testing.T) {
			d := newDesk(t, 6, 100, 30)
			full := errors.New("the disk is full")
			step := func(key string, fail error, undo, redo int, says string) {
				t.Helper()
				d.r.fail = fail
				d.keys(key)
				d.r.fail = nil
				if len(d.m.undo) != undo || len(d.m.redo) != redo {
					t.Errorf("after %s (%v): %d to undo, %d to redo; want %d, %d", key, fail, len(d.m.undo), len(d.m.redo), undo, redo)
				}
				d.shows(key, says)
			}
			d.keys(do...)
			name := d.m.undo[0].text
			step("u", full, 1, 0, "the disk is full")
			step("u", nil, 0, 1, "undone: "+name)
			step("ctrl+r", full, 0, 1, "the disk is full")
			if s, _ := d.m.list.Current(); s.Mark.Starred {
				t.Error("it is shown as starred although the redo failed")
			}
			step("ctrl+r", nil, 1, 0, "done again: "+name)
			step("u", nil, 0, 1, "undone: "+name)
			step("ctrl+r", nil, 1, 0, "done again: "+name)
			d.hides("the name grows", "done again: done")
			if got := d.m.undo[0].text; got != name {
				t.Errorf("it is called %q now", got)
			}
		})
	}
}

// TestMarkFrom: above and below the cursor means the shown list, not the rows of it that
// happen to be held.
func TestMarkFrom(t *testing.T) {
	const n = 2600
	for _, c := range []struct {
		name string
		keys []string
		want func(i, cur int) bool // is read afterwards
	}{
		{"below", []string{"j", "j", "}"}, func(i, cur int) bool { return i > cur }},
		{"above from the end", []string{"G", "k", "{"}, func(i, cur int) bool { return i < cur }},
		{"above", []string{"j", "j", "j", "{"}, func(i, cur int) bool { return i < cur }},
	} {
		for _, view := range []string{"1", "2"} { // the front page and the wire
			t.Run(c.name+" in "+view, func(t *testing.T) {
				d := newDesk(t, n, 100, 30)
				for i := range d.r.stories {
					d.r.stories[i].Mark.Read = i%4 == 0
				}
				d.keys(view)
				d.keys(c.keys...)
				cur, marked := d.m.currentID(), 0
				for i, s := range d.r.stories {
					var at int
					fmt.Sscanf(cur, "s%d", &at)
					if want := c.want(i, at) || i%4 == 0; s.Mark.Read != want {
						t.Fatalf("story %d: read %v with the cursor at %d", i, s.Mark.Read, at)
					}
					if s.Mark.Read && i%4 != 0 {
						marked++
					}
				}
				d.shows("how many", fmt.Sprintf("%d %s marked read · u undoes", marked, c.name[:5]))
				d.keys("u")
				for i, s := range d.r.stories {
					if s.Mark.Read != (i%4 == 0) {
						t.Fatalf("story %d: read %v after an undo", i, s.Mark.Read)
					}
				}
			})
		}
	}
}

// TestMarkedInPart: of a long change that breaks off, what was done can be taken back and
// the rest is not shown as done.
func TestMarkedInPart(t *testing.T) {
	d := newDesk(t, 2600, 100, 30)
	d.r.marks = 1 // the first slice only
	d.keys("}")
	d.shows("refused", "the disk is full")
	if len(d.m.undo) != 1 || len(d.m.undo[0].before) != markSlice {
		t.Fatalf("%d to undo", len(d.m.undo))
	}
	d.r.fail = nil
	d.keys("u")
	for i, s := range d.r.stories {
		if s.Mark.Read {
			t.Fatalf("story %d is read", i)
		}
	}
}

func TestWatchCanBeUndone(t *testing.T) {
	d := newDesk(t, 3, 100, 30)
	for _, c := range []struct {
		key     string
		fail    error
		watched bool
		says    string
	}{
		{"w", errors.New("the disk is full"), false, "the disk is full"}, {"w", nil, true, "watching Amazon · u undoes"}, {"u", nil, false, "undone: watching Amazon"},
		{"ctrl+r", nil, true, "done again: watching Amazon"}, {"w", nil, false, "no longer watching Amazon"}, {"u", nil, true, "undone: no longer watching"},
	} {
		d.r.fail = c.fail
		d.keys(c.key)
		if d.r.fail = nil; d.r.watched != c.watched {
			t.Errorf("%s: watched %v", c.key, d.r.watched)
		}
		d.shows(c.key, c.says)
	}
}

// TestNotLetGo: an article that could not be let go is shown as kept, which it is.
func TestNotLetGo(t *testing.T) {
	d := newDesk(t, 3, 100, 30)
	d.r.stories[0].Mark.Saved = feeds.Kept
	d.run(d.m.load("", false))
	d.r.fail = errors.New("the disk is full")
	d.keys("s")
	if s, _ := d.m.list.Current(); s.Mark.Saved != feeds.Kept {
		t.Errorf("it is shown as %v", s.Mark.Saved)
	}
	d.shows("refused", "the disk is full")
}
