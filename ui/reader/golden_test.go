package reader

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/theme"
)

var update = flag.Bool("update", false, "write the golden files anew")

// unlinked is s without its hyperlinks, which TestHyperlinks looks at.
func unlinked(s string) string {
	var b strings.Builder
	for {
		at := strings.Index(s, "\x1b]8;")
		if at < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:at])
		s = s[at:]
		s = s[escape(s):]
	}
}

// A link is one to the terminal too, on every line that it takes; its end is the line's.
func TestHyperlinks(t *testing.T) {
	if plain.Output("\x1b]8;;https://example.org\x07x\x1b]8;;\x07") == "x" {
		t.Skip("plain.Output lets no hyperlinks through")
	}
	p := Render("[a link of several words that is broken](https://example.org/a) and [mail](mailto:a@example.org), ![p](https://example.org/p.png)\n\n![p](https://example.org/q.png)", Options{Width: 20, Theme: dark()})
	check(t, p)
	for i, l := range p.Lines {
		if opens, ends := strings.Count(l, "\x1b]8;"), strings.Count(l, "\x1b]8;;\x07")+strings.Count(l, "\x1b]8;;\x1b\\"); opens != 2*ends {
			t.Errorf("line %d: %d sequences, %d ends: %q", i, opens, ends, l)
		}
	}
	all := strings.Join(p.Lines, "\n")
	for url, n := range map[string]int{"https://example.org/a": 3, "mailto:a@example.org": 1, "https://example.org/q.png": 1} {
		if got := strings.Count(all, ";"+url+"\x07") + strings.Count(all, ";"+url+"\x1b\\"); got < n {
			t.Errorf("%s: %d times, want %d: %q", url, got, n, all)
		}
	}
}

// Screens of self-written articles of each kind, as they are seen: the first screen,
// the second one, and what is found with a link selected. Sequences are written with "^[" for the escape.
func TestGolden(t *testing.T) {
	for _, kind := range []string{"news", "table", "code", "cjk", "rtl", "lists", "quotes"} {
		md, err := os.ReadFile(filepath.Join("testdata", kind+".md"))
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range [][2]int{{40, 12}, {80, 24}, {140, 45}} {
			for _, name := range []string{"dark", "light"} {
				th, err := theme.New(name, theme.Options{})
				if err != nil {
					t.Fatal(err)
				}
				m := New(th)
				m.Resize(size[0], size[1])
				s := story()
				m.SetArticle(s, &feeds.Article{}, nil)
				m.SetPage(Render(string(md), m.Options()))
				got := strings.Join(m.View(), "|\n") + "|\n"
				if m.PageDown() {
					got += "\n" + strings.Join(m.View(), "|\n") + "|\n"
				}
				m.Find("an")
				m.NextLink(1)
				got += "\n" + strings.Join(m.View(), "|\n") + "|\n"
				got = strings.ReplaceAll(unlinked(got), "\x1b", "^[")
				file := filepath.Join("testdata", fmt.Sprintf("%s-%dx%d-%s.golden", kind, size[0], size[1], name))
				if *update {
					if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
						t.Fatal(err)
					}
					continue
				}
				want, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if got != string(want) {
					t.Errorf("%s: the screen differs; with -update it is written anew, to be read:\n%s", file, strings.ReplaceAll(got, "^[", "\x1b"))
				}
			}
		}
	}
}
