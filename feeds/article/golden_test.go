package article

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write testdata/*.md anew")

// Pages of ten kinds and what is to be read of them.
func TestGolden(t *testing.T) {
	pages, _ := filepath.Glob("testdata/*.html")
	if len(pages) < 10 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, name := range pages {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".html"), func(t *testing.T) {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			a, err := Page(context.Background(), body, Source{URL: "https://post.example/2026/article"})
			if err != nil {
				t.Fatal(err)
			}
			teaser := ""
			if a.Teaser {
				teaser = " (teaser)"
			}
			got := a.Title + teaser + "\n" + a.Author + " · " + a.Lang + "\n\n" + a.Markdown + "\n"
			for _, p := range a.Pictures {
				got += "\npicture " + p.URL + " | " + p.Alt + " | " + p.Caption
			}
			golden := strings.TrimSuffix(name, ".html") + ".md"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}
