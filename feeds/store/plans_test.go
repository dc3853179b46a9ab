package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

// TestPlans: what a reader asks for at every key is answered by an index in order; no
// table is scanned and nothing is sorted, however much is stored.
func TestPlans(t *testing.T) {
	d := newDesk(t)
	var stories []feeds.Story
	for i := range 3000 {
		stories = append(stories, story(fmt.Sprintf("story %d", i), noon.Add(-time.Duration(i)*time.Minute), about("amazon")))
	}
	d.save("https://gazette.example/news.xml", stories...)
	d.index()
	here := feeds.Cursor{Key: noon.Add(-time.Hour).Unix(), Row: 50}
	company := feeds.Term{Field: feeds.OfCompany, Values: []string{"amazon"}}
	feed := feeds.Term{Field: feeds.FromFeed, Values: []string{"https://gazette.example/news.xml"}}
	for name, req := range map[string]feeds.ListRequest{
		"newest":            {},
		"newest, next page": {After: here},
		"newest, page back": {Before: here},
		"last page":         {FromEnd: true},
		"oldest":            {Sort: feeds.Oldest},
		"unread":            {Query: feeds.Query{Root: is("unread")}},
		"unread, next page": {Query: feeds.Query{Root: is("unread")}, After: here},
		"starred":           {Query: feeds.Query{Root: is("starred")}},
		"saved":             {Query: feeds.Query{Root: is("saved")}},
		"company":           {Query: feeds.Query{Root: company}},
		"company, unread":   {Query: feeds.Query{Root: feeds.And{company, is("unread")}}},
		"company, page":     {Query: feeds.Query{Root: company}, After: here},
		"feed":              {Query: feeds.Query{Root: feed}},
		"front page":        {Sort: feeds.Top, Clusters: true},
		"front page, next":  {Sort: feeds.Top, Clusters: true, After: here},
	} {
		req.Limit = 100
		p, err := d.plan(ctx, req, Env{})
		if err != nil {
			t.Fatal(name, err)
		}
		texts, args := []string{}, [][]any{}
		if p.branches == nil {
			text, a := p.sql(p.walk(req), columns)
			texts, args = append(texts, text), append(args, a)
		} else {
			for i := range p.branches {
				text, a := p.mergeSQL(p.walk(req), i)
				texts, args = append(texts, text), append(args, a)
			}
		}
		for i, text := range texts {
			for _, step := range explain(t, d.DB, text, args[i]) {
				if strings.HasPrefix(step, "SCAN") && !strings.Contains(step, "INDEX") || strings.Contains(step, "TEMP B-TREE") {
					t.Errorf("%s: %s\n%s", name, step, text)
				}
			}
		}
	}
}

func explain(t *testing.T, db *DB, text string, args []any) []string {
	t.Helper()
	rows, err := db.bound.Load().r.Query("EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		out = append(out, detail)
	}
	return out
}
