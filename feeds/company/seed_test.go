package company

import (
	"os"
	"slices"
	"strings"
	"testing"

	"nightdesk/feeds"
	"nightdesk/feeds/parse"
)

// TestSeed tags a story of a real feed: the company that it is about leads, those that it
// deals with are there with room to spare, and no one else is.
func TestSeed(t *testing.T) {
	doc, err := os.ReadFile(shared(t, "seed/feed.xml"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := parse.Feed(doc, parse.Origin{URL: "https://dexternights.example/feed/"})
	if err != nil || len(got.Stories) == 0 {
		t.Fatal(err)
	}
	s := got.Stories[0]
	s.FeedTitle = got.Title
	checkSeed(t, s)
	article, err := os.ReadFile(shared(t, "seed/article.txt"))
	if err != nil {
		t.Fatal(err)
	}
	// The page's own text, with the paragraphs that the feed's leaves out or joins.
	_, text, _ := strings.Cut(string(article), s.Title)
	checkSeed(t, feeds.Story{Title: s.Title, Summary: s.Summary, Text: text, URL: s.URL})
}

func checkSeed(t *testing.T, s feeds.Story) {
	t.Helper()
	var slugs []string
	for _, tag := range New(Embedded()).Tag(&s) {
		slugs = append(slugs, tag.Slug)
		if tag.Score < usual().threshold+0.1 {
			t.Errorf("%s has %.2f: that is no margin", tag.Slug, tag.Score)
		}
	}
	if len(slugs) == 0 || slugs[0] != "amazon" {
		t.Errorf("%v: Amazon does not lead", slugs)
	}
	slices.Sort(slugs)
	if want := []string{"amazon", "anthropic", "nvidia"}; !slices.Equal(slugs, want) {
		t.Errorf("tagged %v, want %v", slugs, want)
	}
	if testing.Verbose() {
		for _, e := range New(Embedded()).Explain(&s) {
			t.Logf("%s %.2f %v %v", e.Slug, e.Score, e.Words, e.Against)
		}
	}
}
