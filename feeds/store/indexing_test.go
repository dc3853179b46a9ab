package store

import (
	"testing"

	"nightdesk/feeds"
)

// TestIndexedMeanwhile: a story that is indexed between the look at what waits and the
// look into the index is found once.
func TestIndexedMeanwhile(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("a lake of glass", noon), story("another lake", at(1)))
	p, err := d.plan(ctx, feeds.ListRequest{Query: feeds.Query{Root: word("lake")}}, Env{})
	if err != nil || p.wait == "" {
		t.Fatal("nothing waits", err)
	}
	d.index()
	w := p.walk(feeds.ListRequest{})
	got, err := p.run(w)
	if err == nil {
		got, err = p.withWaiting(w, got)
	}
	if err != nil || len(got) != 2 {
		t.Errorf("%d stories of two, %v", len(got), err)
	}
}
