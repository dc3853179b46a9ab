package command

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds/demo"
)

// house is a person's folder with a config that names the sample edition's feeds.
type house struct {
	t   *testing.T
	dir string
}

func newHouse(t *testing.T) *house {
	t.Helper()
	ed, err := demo.Start(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ed.Close() })
	h := &house{t, t.TempDir()}
	var conf strings.Builder
	for _, s := range ed.Subscriptions() {
		fmt.Fprintf(&conf, "[[feed]]\nurl = %q\ntitle = %q\nfolder = %q\n", s.URL, s.Title, s.Folder)
	}
	if err := os.WriteFile(filepath.Join(h.dir, "config.toml"), []byte(conf.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) path(name string) string { return filepath.Join(h.dir, name) }

// run carries out a command line.
func (h *house) run(args ...string) (out, errs string, code int) {
	h.t.Helper()
	var o, e bytes.Buffer
	code = Run(context.Background(), Env{
		Args: append([]string{"--config", h.path("config.toml"), "--data-dir", h.path("data"), "--log", h.path("log")}, args...), Stdin: strings.NewReader(""), Stdout: &o, Stderr: &e,
		Getenv: func(string) string { return "" }, Now: time.Now, Version: "test",
	})
	return o.String(), e.String(), code
}

// must is run of what has to work.
func (h *house) must(args ...string) string {
	h.t.Helper()
	out, errs, code := h.run(args...)
	if code != 0 {
		h.t.Fatalf("%v: exit %d: %s", args, code, errs)
	}
	return out
}

// fails is run of what must not work: with this status and these words.
func (h *house) fails(code int, words string, args ...string) {
	h.t.Helper()
	out, errs, got := h.run(args...)
	if got != code || !strings.Contains(errs, words) {
		h.t.Errorf("%v: exit %d, want %d: %q lacks %q", args, got, code, errs, words)
	}
	if strings.Count(strings.TrimSpace(errs), "\n") > 0 || out != "" {
		h.t.Errorf("%v: more than one line of error: %q, %q", args, errs, out)
	}
}
