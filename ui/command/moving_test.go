package command

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds/sync/synctest"
)

func TestImportCommand(t *testing.T) {
	h := newHouse(t)
	dir := h.path("newsboat")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "urls"), []byte("https://a.example/feed \"~A\" chips\n\"query:X:y\"\nhttps://user:secret@b.example/feed\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := h.must("feed", "list")
	out := h.must("import", "newsboat", dir, "--dry-run")
	if !strings.Contains(out, "2 feeds would be added, 0 were there") || !strings.Contains(out, "not taken: query:X:y: a query feed") {
		t.Errorf("dry run:\n%s", out)
	}
	if h.must("feed", "list") != before {
		t.Error("a dry run subscribes")
	}
	out = h.must("import", "newsboat", dir, "--json")
	var r struct {
		Added   []string `json:"added"`
		Skipped []struct{ What, Why string }
	}
	if err := json.Unmarshal([]byte(out), &r); err != nil || len(r.Added) != 2 || len(r.Skipped) != 1 || strings.Contains(out, "secret") {
		t.Errorf("%s: %v", out, err)
	}
	if out := h.must("import", "newsboat", dir); !strings.Contains(out, "0 feeds added, 2 were there") {
		t.Errorf("a second time:\n%s", out)
	}
	if out := h.must("feed", "list"); !strings.Contains(out, " A  https://a.example/feed") {
		t.Errorf("feed list:\n%s", out)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"import"}, 2, "newsboat or nom"},
		{[]string{"import", "nom", h.path("none")}, 1, "no such file"},
		{[]string{"import", "nom", h.dir}, 1, "nightdesk import nom PATH"},
	} {
		if _, errs, code := h.run(c.args...); code != c.code || !strings.Contains(errs, c.says) {
			t.Errorf("%v: exit %d, %s", c.args, code, errs)
		}
	}
}

func TestSyncCommand(t *testing.T) {
	h := newHouse(t)
	if _, errs, code := h.run("sync"); code != 2 || !strings.Contains(errs, "has no [[sync]]") {
		t.Errorf("without a server: exit %d, %s", code, errs)
	}
	s := synctest.New(time.Now)
	defer s.Close()
	s.AddFeed("https://a.example/feed", "A", "News")
	b, err := os.ReadFile(h.path("config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	token := h.path("token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := string(b) + fmt.Sprintf("[[sync]] # mine\nkind = \"miniflux\"\nurl = %q\ntoken = %q\n[[sync]]\nkind = \"freshrss\"\nurl = %q\nuser = \"ann\"\ntoken = \"wrong-one\"\n", s.URL, "file:"+token, s.URL)
	if err := os.WriteFile(h.path("config.toml"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	out, errs, code := h.run("sync")
	if code != 0 || strings.Count(out, "\n") != 1 || !strings.Contains(out, "miniflux 127.0.0.1") || !strings.Contains(out, "1 added here") {
		t.Errorf("one of two works: exit %d\n%s", code, out)
	}
	if strings.Count(errs, "\n") != 1 || !strings.Contains(errs, "greader 127.0.0.1") || !strings.Contains(errs, "401") || !strings.Contains(errs, "check user and token") || strings.Contains(errs, "wrong-one") {
		t.Errorf("the one that fails: %s", errs)
	}
	if b, err := os.ReadFile(h.path("config.toml")); err != nil || !strings.HasPrefix(string(b), conf) || !strings.Contains(string(b), `url = "https://a.example/feed"`) {
		t.Errorf("the config:\n%s", b)
	}
	if out := h.must("feed", "list"); !strings.Contains(out, "A  https://a.example/feed") {
		t.Errorf("feed list:\n%s", out)
	}
	s.Token = "changed"
	out, errs, code = h.run("sync", "--json")
	if code != 1 || strings.Count(out, "\n") != 2 || !strings.Contains(out, `"remedy":"check the token`) || errs != "" {
		t.Errorf("none works: exit %d\n%s%s", code, out, errs)
	}
}
