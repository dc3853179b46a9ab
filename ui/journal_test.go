package ui

import (
	"errors"
	"testing"
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
