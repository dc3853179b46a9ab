package store

import (
	"fmt"
	"testing"

	"nightdesk/feeds"
)

// TestRankedPages turns the pages of more matches than are ranked: each is there once,
// and those with the word in the title, or with nothing but the word, come first.
func TestRankedPages(t *testing.T) {
	d := newDesk(t)
	const n = 2*rankedMatches + 50
	var all []feeds.Story
	for i := range n {
		s := story(fmt.Sprintf("story %d", i), at(-i), text("a zebra among other animals and yet more words"))
		if i == rankedMatches-9 {
			s = story("zebra", at(-i), text("zebra"))
		}
		all = append(all, s)
	}
	d.save(gazette, all...)
	d.index()
	req := feeds.ListRequest{Query: feeds.Query{Root: word("zebra")}, Sort: feeds.Relevance, Limit: 70}
	seen := make(map[string]bool)
	for {
		page, err := d.List(ctx, req, Env{})
		d.must(err)
		if len(page) == 0 {
			break
		}
		if len(seen) == 0 && page[0].Title != "zebra" {
			t.Errorf("the first is %q", page[0].Title)
		}
		for i := range page {
			if seen[page[i].ID] {
				t.Fatalf("%s comes twice", page[i].Title)
			}
			seen[page[i].ID] = true
		}
		req.After = page[len(page)-1].Place(feeds.Relevance)
	}
	if len(seen) != n {
		t.Errorf("%d of %d stories", len(seen), n)
	}
	m := matchAll([]feeds.Expr{word("zebra")})
	docs, rank, err := d.rankedDocs(ctx, m, m, true, true)
	d.must(err)
	if len(docs) != n || rank[docs[0]] >= rank[docs[1]] {
		t.Errorf("of a frequent word: %d docs, ranks %v, %v", len(docs), rank[docs[0]], rank[docs[1]])
	}
	var title string
	d.must(d.row(ctx, "SELECT title FROM story WHERE doc = ?", []any{docs[0]}, &title))
	d.want(title, "zebra")
}
