package desk

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"nightdesk/feeds"
)

// TestRebuildKeepsFeeds: an article that is taken in is no fetch of its feed; what is
// known of the feed stays.
func TestRebuildKeepsFeeds(t *testing.T) {
	o := newOutlet(t)
	opt := Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}}
	first := t.TempDir()
	d := open(t, first, opt)
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	s := list(t, d, "company:amazon")[0]
	if _, err := d.Save(t.Context(), s.ID); err != nil {
		t.Fatal(err)
	}
	// The same feed elsewhere, fetched, with one of its stories gone and its file there.
	second := t.TempDir()
	if err := os.CopyFS(filepath.Join(second, "saved"), os.DirFS(d.SavedDir())); err != nil {
		t.Fatal(err)
	}
	e := open(t, second, opt)
	before, err := e.Store().Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	before[0].State.ETag, before[0].State.Failures = `"kept"`, 3
	if _, err := e.Store().SaveStories(t.Context(), []feeds.Batch{{FeedID: before[0].ID, State: before[0].State}}); err != nil {
		t.Fatal(err)
	}
	before, err = e.Store().Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	how := ""
	if err := e.Rebuild(t.Context(), false, func(r Rebuilt) { how += r.How }); err != nil || how != "taken in" {
		t.Fatal(how, err)
	}
	after, err := e.Store().Feeds(t.Context())
	if err != nil || !reflect.DeepEqual(after[0].State, before[0].State) {
		t.Errorf("the state of the feed was %+v and is %+v, %v", before[0].State, after[0].State, err)
	}
}
