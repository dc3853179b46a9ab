package timeline

import (
	"testing"

	"nightdesk/feeds"
)

// TestSelection: what is selected stays selected while pages come and go, and while the
// list is read anew.
func TestSelection(t *testing.T) {
	src := newSource(1500)
	m := shown(src, 80, 24, false)
	m.Move(3)
	m.Select()
	for range 900 {
		m.Move(1)
		fill(m, src)
	}
	if got := m.Chosen(); len(got) != 901 || got[0] != src[3].ID || got[900] != src[903].ID {
		t.Errorf("%d chosen, from %s to %s", len(got), got[0], got[len(got)-1])
	}
	m.Deselect()

	m = shown(src, 80, 24, false)
	m.Move(10)
	m.Select()
	m.Move(5)
	late := append(source{{ID: "new", Row: 9999, Title: "0. News", Published: clock}}, src...)
	cur, _ := m.Current()
	req := feeds.ListRequest{Limit: PageRows}
	m.Reset(late.page(req), req, cur.ID)
	if got := m.Chosen(); len(got) != 6 || got[0] != src[10].ID || got[5] != src[15].ID {
		t.Errorf("after a reload %v", got)
	}
	m.Reset(src[12:40], req, cur.ID)
	if m.Selecting() {
		t.Error("a selection whose beginning is gone goes on")
	}
}
