package command

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// saved is what is saved, without what a rebuilt database cannot know.
func (h *house) saved() map[string]storyJSON {
	h.t.Helper()
	out := make(map[string]storyJSON)
	for line := range strings.Lines(h.must("list", "is:saved", "--json")) {
		var s storyJSON
		if err := json.Unmarshal([]byte(line), &s); err != nil {
			h.t.Fatal(err)
		}
		s.Fetched, s.Updated, s.Summary, s.Event, s.Outlets, s.Kind, s.Image, s.Read, s.Teaser, s.Comments = s.Published, nil, "", "", 0, "", "", false, false, ""
		s.Minutes, s.Enclosures = 0, nil
		for i := range s.Companies {
			s.Companies[i].Score = 0
		}
		out[s.ID] = s
	}
	return out
}

func TestRebuild(t *testing.T) {
	h := newHouse(t)
	h.must("refresh")
	for _, q := range []string{"company:cloudflare has:image", "lang:de", "company:amazon", "lang:zh"} {
		h.must("save", strings.Fields(h.must("list", q, "--limit", "1"))[0])
	}
	before := h.saved()
	texts := make(map[string]string)
	for id := range before {
		texts[id] = h.must("read", id)
	}
	if out := h.must("doctor", "--rebuild"); out != "" {
		t.Errorf("nothing had to be done: %s", out)
	}
	if len(before) != 4 {
		t.Fatalf("%d are saved", len(before))
	}
	remove := func() {
		t.Helper()
		for _, f := range []string{"nightdesk.db", "nightdesk.db-wal", "nightdesk.db-shm"} {
			_ = os.Remove(filepath.Join(h.path("data"), f))
		}
	}
	remove()
	if _, errs, code := h.run("doctor", "--rebuild", "--dry-run"); code != 0 || !strings.Contains(errs, "4 taken in") || len(h.saved()) != 0 {
		t.Errorf("dry: exit %d: %s", code, errs)
	}
	if _, errs, code := h.run("doctor", "--rebuild"); code != 0 || !strings.Contains(errs, "4 taken in, 0 moved, 0 known already, 0 could not be read") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if after := h.saved(); !reflect.DeepEqual(after, before) {
		t.Errorf("saved was\n%+v\nand is\n%+v", before, after)
	}
	for id, want := range texts {
		// The pictures are named by their files now.
		got := h.must("read", id)
		if a, b := strings.Fields(got), strings.Fields(want); len(a) != len(b) {
			t.Errorf("%s: %d words were %d", id, len(a), len(b))
		}
	}
	// When the feeds are fetched again they are the same stories.
	h.must("refresh")
	if after := h.saved(); len(after) != 4 {
		t.Errorf("%d are saved after a refresh", len(after))
	}

	// A person moves one, edits one and breaks one.
	folders, _ := filepath.Glob(filepath.Join(h.path("data"), "saved", "*"))
	if len(folders) != 4 {
		t.Fatalf("%q", folders)
	}
	if err := os.Rename(folders[0], filepath.Join(filepath.Dir(folders[0]), "moved-by-hand")); err != nil {
		t.Fatal(err)
	}
	edit := filepath.Join(folders[1], "article.md")
	b, err := os.ReadFile(edit)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edit, append(b, "\nMy own note.\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folders[2], "article.md"), []byte("---\ntitle: x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs, code := h.run("doctor", "--rebuild")
	if code != 1 || !strings.Contains(errs, "0 taken in, 1 moved, 2 known already, 1 could not be read") {
		t.Errorf("exit %d: %s", code, errs)
	}
	if now, _ := os.ReadFile(edit); !strings.HasSuffix(string(now), "My own note.\n") {
		t.Error("the edit is gone")
	}
	h.fails(2, "--rebuild", "doctor", "--dry-run")
}
