package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"nightdesk/feeds"
	"nightdesk/feeds/query"
)

// TestMatchAgrees holds the two readers of a query to one meaning: what a rule takes in as
// it arrives is what a list with the same query shows.
func TestMatchAgrees(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 3))
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	vocabulary := []string{"chip", "Chips", "café", "naïve", "AT&T", "C++", "m5", "½", "Ärger", "苹果发布", "新手机", "한국어", "हिन्दी", "ไทย", "ch", "of", "İstanbul", "Ⅷ", "o'clock", "new-chip", "é"}
	phrase := func(n int) string {
		words := make([]string, n)
		for i := range words {
			words[i] = pick(vocabulary...)
		}
		return strings.Join(words, pick(" ", " ", ", ", "\n"))
	}
	d := newDesk(t)
	var stories []feeds.Story
	for i := range 60 {
		s := story(fmt.Sprintf("n%d %s", i, phrase(3)), at(-i), text(phrase(6)), about(pick("amd", "nvidia", "tsmc")))
		s.Author, s.Summary, s.Lang = phrase(1), phrase(2), pick("en", "ko")
		s.Words, s.Teaser, s.Categories = r.IntN(900), r.IntN(3) == 0, []string{pick("Hardware", "Law")}
		stories = append(stories, s)
	}
	var term func(depth int) feeds.Expr
	term = func(depth int) feeds.Expr {
		switch n := r.IntN(14); {
		case depth > 0 && n < 2:
			return feeds.And{term(depth - 1), term(depth - 1)}
		case depth > 0 && n < 4:
			return feeds.Or{term(depth - 1), term(depth - 1)}
		case depth > 0 && n < 6:
			return feeds.Not{X: term(depth - 1)}
		case n == 6:
			return of(feeds.OfCompany, pick("amd", "intel"), "tsmc")
		case n == 7:
			return is(pick("unread", "read", "starred", "teaser"))
		case n == 8:
			return feeds.Term{Field: feeds.Words, Op: feeds.Op(pick("<", "<=", ">", ">=", "=")), Num: int64(r.IntN(900))}
		case n == 9:
			return of(pickField(r, feeds.Category, feeds.Lang), pick("hard", "law"), pick("en", "ko"))
		}
		x := of(pickField(r, feeds.AnyText, feeds.InTitle, feeds.InAuthor, feeds.InText), phrase(1+r.IntN(2)))
		switch r.IntN(4) {
		case 0:
			x.Phrase = true
		case 1:
			runes := []rune(x.Values[0])
			x.Values[0], x.Prefix = string(runes[:1+r.IntN(len(runes))]), true
		case 2:
			x.Values = append(x.Values, phrase(1), pick("", "!?", "—"))
		}
		return x
	}
	arrived := d.save(gazette, stories...)
	stories = stories[:0]
	for i := range arrived.New {
		d.mark(arrived.New[i].ID, r)
		s, err := d.Story(ctx, arrived.New[i].ID)
		d.must(err)
		stories = append(stories, s)
	}
	for _, indexed := range []bool{false, true} {
		if indexed {
			d.index()
		}
		for range 500 {
			q := feeds.Query{Root: term(2)}
			list, err := d.List(ctx, feeds.ListRequest{Query: q}, Env{})
			d.must(err)
			var got, want []string
			for i := range list {
				got = append(got, list[i].Title)
			}
			for i := range stories {
				if query.Match(q, &stories[i], nil) {
					want = append(want, stories[i].Title)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("indexed %v: %+v\nlist  %q\nmatch %q", indexed, q.Root, got, want)
			}
		}
	}
}

func pickField(r *rand.Rand, list ...feeds.Field) feeds.Field { return list[r.IntN(len(list))] }

func (d *desk) mark(id string, r *rand.Rand) {
	d.t.Helper()
	read, starred := r.IntN(2) == 0, r.IntN(4) == 0
	_, err := d.Mark(ctx, []string{id}, feeds.Change{Read: &read, Starred: &starred})
	d.must(err)
}
