package command

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"
)

func TestPlain(t *testing.T) {
	h := newHouse(t)
	h.must("refresh")
	talk := func(lines ...string) string {
		t.Helper()
		var out, errs bytes.Buffer
		code := Run(context.Background(), Env{
			Args:  []string{"--plain", "--config", h.path("config.toml"), "--data-dir", h.path("data"), "--log", h.path("log")},
			Stdin: strings.NewReader(strings.Join(lines, "\n")), Stdout: &out, Stderr: &errs, Getenv: func(string) string { return "" }, Now: time.Now, Version: "test",
		})
		if code != 0 || errs.Len() > 0 {
			t.Errorf("%q: exit %d: %s", lines, code, errs.String())
		}
		if strings.ContainsAny(out.String(), "\x1b\r") {
			t.Errorf("%q: more than lines: %q", lines, out.String())
		}
		return out.String()
	}
	for _, tc := range []struct{ said, want []string }{
		{nil, []string{"nightdesk. Type ? for help.\nFront page, page 1.\n1. ", "; about Amazon; ", " and 3 more; ", "\n10. "}},
		{[]string{"n", "p", "p", "q"}, []string{"Front page, page 2.\n1. ", "This is the first page."}},
		{[]string{"c Spotify", "1", "s", "f", "saved"}, []string{"Stories about Spotify, page 1.", "End of the story.", "saved “", "Starred.", "Saved, page 1.\n1. ", "read; starred; saved\n"}},
		{[]string{"/title:zzzz", "n"}, []string{"Nothing here.", "That was the last page."}},
		{[]string{"/compny:x", "99", "s", "s x", "wat", "", "?"}, []string{"That did not work: ", "company", "there is no story 99", "say which story", "there is no story x", `"wat" is no command`, "A number reads that story."}},
		{[]string{"wire", "m 2", "m 2"}, []string{"Wire, page 1.", "Marked read.", "Marked unread."}},
		{[]string{"r", "q"}, []string{"0 new stories from 6 feeds, 0 failed."}},
	} {
		got := talk(tc.said...)
		at := 0
		for _, w := range tc.want {
			i := strings.Index(got[at:], w)
			if i < 0 {
				t.Errorf("%q: %q is missing in\n%s", tc.said, w, got)
				break
			}
			at += i
		}
	}
}
