package article

import (
	"context"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is the folder with the corpus beside the module, or the test is skipped.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no module root")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no folder ../shared")
	}
	return dir
}

// The page and the feed that the product was drawn after.
func TestSeed(t *testing.T) {
	dir := filepath.Join(shared(t), "seed")
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Skip(err)
		}
		return b
	}
	const address = "https://dexternights.example/technology/amazons-silent-cull-aws-ai-division-sees-hundreds-axed/"
	var feed struct {
		Items []struct {
			Content string `xml:"encoded"`
		} `xml:"channel>item"`
	}
	if err := xml.Unmarshal(read("feed.xml"), &feed); err != nil || len(feed.Items) == 0 {
		t.Fatal("the seed's feed:", err)
	}
	page, err := Page(context.Background(), read("article.html"), Source{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	fragment, err := Fragment(context.Background(), feed.Items[0].Content, Source{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	if want := "Amazon’s Silent Cull: AWS AI Division Sees Hundreds Axed as Bezos Era Tech Rethink Accelerates"; page.Title != want {
		t.Errorf("title %q", page.Title)
	}
	if page.Author != "Dexter" || page.Site != "Dexter Nights" || page.Lang != "en" || page.URL != address || page.Published.Format("2006-01-02") != "2026-05-22" {
		t.Errorf("page says %q %q %q %q %v", page.Author, page.Site, page.Lang, page.URL, page.Published)
	}
	for which, md := range map[string]string{"page": page.Markdown, "feed": fragment.Markdown} {
		for _, want := range []string{
			"Amazon Web Services (AWS) has seen hundreds of roles eliminated in a quiet",
			"\n## The Quiet Reshaping of AWS\n", "\n## AI as a Catalyst for Change, Not Just Growth\n",
			"\n## Beyond the Cuts: Amazon’s AI Future\n", "\n## Conclusion: Navigating the AI Transformation\n",
			"how will you navigate this AI-driven transformation?",
		} {
			if strings.Count(md, want) != 1 {
				t.Errorf("%s: %q stands there %d times", which, want, strings.Count(md, want))
			}
		}
		for _, not := range []string{"Visited 3", "appeared first", "Related", "budgeting", "Staff writer", "cookies", "Newsletter", "Facebook", "min read", "Leave a Reply", "Sees Hundreds Axed", "Avatar"} {
			if strings.Contains(md, not) {
				t.Errorf("%s: holds %q", which, not)
			}
		}
	}
	if got := Choose(fragment, page); got != fragment {
		t.Error("the feed's whole text was not chosen")
	}
}
