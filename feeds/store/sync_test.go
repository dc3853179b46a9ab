package store

import (
	"testing"
	"time"

	"nightdesk/feeds"
)

// TestImportLeavesWhatIsHere: what is stored, marked or let go here stays so, whatever
// somebody else remembers of it.
func TestImportLeavesWhatIsHere(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("kept", noon), story("marked", noon.Add(time.Minute)))
	no, yes := false, true
	ids := map[string]string{}
	all, err := d.List(ctx, feeds.ListRequest{}, Env{})
	d.must(err)
	for _, s := range all {
		ids[s.Title] = s.ID
	}
	for _, on := range []*bool{&yes, &no} {
		if _, err := d.Mark(ctx, []string{ids["marked"]}, feeds.Change{Read: on}); err != nil {
			t.Fatal(err)
		}
	}
	theirs := func() []feeds.Story {
		out := []feeds.Story{
			story("kept", noon, func(s *feeds.Story) { s.HTML, s.Text = "other", "other" }),
			story("marked", noon), story("new", noon.AddDate(0, -2, 0)),
			story("kept", noon, func(s *feeds.Story) { s.GUID = s.URL }), // told by its link
		}
		for i := range out {
			out[i].Mark = feeds.Mark{Read: true, Starred: i == 0}
		}
		return out
	}
	run := func(how feeds.Taking) []feeds.Taken {
		t.Helper()
		got, err := d.Import(ctx, d.ids[gazette], theirs(), how)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, how := range []feeds.Taking{{KnownOnly: true}, {Marks: true, DryRun: true}, {Marks: true}, {Marks: true}} {
		got := run(how)
		if got[0].ID != ids["kept"] || got[3].ID != ids["kept"] || got[1].ID != ids["marked"] || got[1].Read {
			t.Errorf("%+v: %+v", how, got)
		}
	}
	if s, err := d.Story(ctx, ids["kept"]); err != nil || s.HTML == "other" || !s.Mark.Read || !s.Mark.Starred {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := d.Story(ctx, ids["marked"]); err != nil || s.Mark.Read {
		t.Errorf("%+v %v", s, err)
	}
	d.want(d.find(nil), "marked|kept|new")
	d.clock = noon.AddDate(0, 1, 0)
	if n, err := d.Retain(ctx, feeds.Retention{ReadFor: 24 * time.Hour}, d.clock); n == 0 || err != nil {
		t.Fatal(n, err)
	}
	if got := run(feeds.Taking{Marks: true}); !got[2].Gone || got[2].New {
		t.Errorf("what was let go comes back: %+v", got[2])
	}
	d.sound()
}

func TestPendingSync(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("a", noon), story("b", noon))
	ids := map[string]string{}
	all, err := d.List(ctx, feeds.ListRequest{}, Env{})
	d.must(err)
	for _, s := range all {
		ids[s.Title] = s.ID
	}
	d.must(d.SaveSync(ctx, "s", []feeds.Synced{{Remote: "1", ID: ids["a"]}, {Remote: "2", ID: ids["b"], Read: true}, {Remote: "3"}}))
	d.must(d.SaveSync(ctx, "other", []feeds.Synced{{Remote: "1", ID: ids["a"], Read: true}}))
	yes := true
	if _, err := d.Mark(ctx, []string{ids["a"], ids["b"]}, feeds.Change{Read: &yes}); err != nil {
		t.Fatal(err)
	}
	d.clock = noon.AddDate(0, 1, 0)
	if n, err := d.Retain(ctx, feeds.Retention{ReadFor: time.Hour}, d.clock); n != 2 || err != nil { // the marks stay
		t.Fatal(n, err)
	}
	got, err := d.PendingSync(ctx, "s")
	if err != nil || len(got) != 1 || got[0].Remote != "1" || !got[0].Mark.Read || got[0].Read {
		t.Errorf("%+v %v", got, err)
	}
	got[0].Read = true
	d.must(d.SaveSync(ctx, "s", got))
	if got, err := d.PendingSync(ctx, "s"); err != nil || len(got) != 0 {
		t.Errorf("%+v %v", got, err)
	}
	if all, err := d.SyncState(ctx, "s"); err != nil || len(all) != 3 || !all["1"].Read {
		t.Errorf("%+v %v", all, err)
	}
	d.clock = noon.AddDate(2, 0, 0)
	d.must(d.SaveSync(ctx, "s", nil))
	if all, err := d.SyncState(ctx, "s"); err != nil || len(all) != 1 { // those read long ago are forgotten
		t.Errorf("%+v %v", all, err)
	}
}
