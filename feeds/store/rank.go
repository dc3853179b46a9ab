package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// News that are old are seldom the best answer, and ranking costs by the match: the newest
// of them are ranked, and more of them follow in the order of time.
const (
	rankedMatches = 300
	moreMatches   = 3000 // with those that are ranked
)

// ranked is a page of the matches of the query's text, the best first (BM25 with titles
// and authors weighing more). ok is false if the query asks for no text.
func (db *DB) ranked(ctx context.Context, req feeds.ListRequest, env Env) (out []feeds.Story, ok bool, err error) {
	sh := shapeOf(req.Query.Root)
	match := matchAll(sh.texts)
	if match == "" {
		return nil, false, nil
	}
	// The first page is not kept waiting for what only later ones show.
	first := req.Limit > 0 && req.After.Zero() && req.Before.Zero() && !req.FromEnd
	order, err := db.rankedRows(ctx, req, env, match, !first)
	if err == nil && first && len(order) < req.Limit {
		order, err = db.rankedRows(ctx, req, env, match, true)
	}
	if err != nil {
		return nil, true, err
	}
	from, to := 0, len(order)
	at := func(c feeds.Cursor, none int) int {
		if i := slices.Index(order, c.Row); i >= 0 {
			return i
		}
		return none
	}
	limit := cmp.Or(max(req.Limit, 0), len(order))
	switch {
	case !req.Before.Zero():
		to = at(req.Before, 0)
		from = max(0, to-limit)
	case req.FromEnd:
		from = max(0, to-limit)
	case !req.After.Zero():
		from = min(at(req.After, len(order)-1)+1, len(order))
		to = min(to, from+limit)
	default:
		to = min(to, limit)
	}
	page := order[from:to]
	byRow := make(map[int64]feeds.Story, len(page))
	err = db.rows(ctx, "SELECT "+columns+" FROM json_each(?) j CROSS JOIN story s ON s.id = j.value CROSS JOIN feed f ON f.id = s.feed", []any{jsonIDs(page)}, func(r scanner) error {
		s, err := scanStory(r)
		byRow[s.Row] = s
		return err
	})
	for _, row := range page {
		if s, ok := byRow[row]; ok {
			out = append(out, s)
		}
	}
	return out, true, err
}

// rankedRows are the stories that match, the best first; more adds those that follow the
// ranked ones.
func (db *DB) rankedRows(ctx context.Context, req feeds.ListRequest, env Env, match string, more bool) ([]int64, error) {
	// What else is asked of them, and which account of an event stands for it, is told
	// by the plan for the same query in the order of time.
	p, err := db.plan(ctx, feeds.ListRequest{Query: req.Query, Clusters: req.Clusters}, env)
	if err != nil {
		return nil, err
	}
	narrow := ""
	if p.byDoc { // the companies and feeds that are asked for, too
		narrow, _ = p.args[0].(string)
	}
	n, err := p.c.matches(match, commonMatches)
	if err != nil {
		return nil, err
	}
	docs, rank, err := db.rankedDocs(ctx, match, cmp.Or(narrow, match), n == commonMatches, more)
	if err != nil {
		return nil, err
	}
	q := *p
	q.from, q.first, q.args = "json_each(?) j CROSS JOIN story s ON s.doc = j.value", "", nil
	wait := p.wait
	if err := p.c.load(); err != nil {
		return nil, err
	}
	if wait == "" && p.c.wait.any {
		wait = p.c.wait.find(shapeOf(req.Query.Root).texts...)
	}
	if wait != "" {
		q.first, q.args = notWaiting, []any{wait}
	}
	q.key, q.id, q.branches = "s.doc", "", nil
	type row struct {
		id   int64
		rank float64
	}
	var rows []row
	collect := func(text string, args []any, ranked bool) error {
		return db.rows(ctx, text, args, func(r scanner) error {
			var id, doc int64
			err := r.Scan(&id, &doc)
			n := -1e9 // what waits to be indexed is the newest: it comes first
			if ranked {
				n = rank[doc]
			}
			rows = append(rows, row{id, n})
			return err
		})
	}
	text, args := q.sql(walk{down: true}, "s.id, s.doc")
	if err := collect(text, append([]any{jsonIDs(docs)}, args...), true); err != nil {
		return nil, err
	}
	if wait != "" {
		q.from, q.first, q.args = "story s", "s.id IN (SELECT value FROM json_each(?))", []any{wait}
		text, args := q.sql(walk{down: true}, "s.id, s.doc")
		if err := collect(text, args, false); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int { return cmp.Compare(a.rank, b.rank) }) // the newest first
	out := make([]int64, len(rows))
	for i := range rows {
		out[i] = rows[i].id
	}
	return out, nil
}

// commonMatches is from how many matches on BM25 is not asked: it counts each word's
// stories first, which takes long for words that are in most of them and tells little.
const commonMatches = 4000

// rankedDocs are the keys of the stories that are ranked, the newest first, and their
// ranks, of which the smallest is the best. more adds those that follow. match asks for
// words alone, narrow perhaps for companies and feeds too; common says that it matches many.
func (db *DB) rankedDocs(ctx context.Context, match, narrow string, common, more bool) ([]int64, map[int64]float64, error) {
	var docs []int64
	rank := make(map[int64]float64)
	take := func(what, match string, limit int) error {
		return db.rows(ctx, "SELECT rowid, "+what+" FROM search WHERE search MATCH ? ORDER BY rowid DESC LIMIT ?", []any{match, limit}, func(r scanner) error {
			var doc int64
			var n float64
			if err := r.Scan(&doc, &n); err != nil {
				return err
			}
			if _, ok := rank[doc]; !ok {
				docs, rank[doc] = append(docs, doc), n
			}
			return nil
		})
	}
	var err error
	if !common {
		err = take("bm25(search, 1.0, 6.0, 3.0, 0.0)", narrow, rankedMatches)
	} else { // those with the words in their titles, then the newest
		if err = take("-2.0", "({title} : ("+match+")) AND ("+narrow+")", rankedMatches/2); err == nil {
			err = take("-1.0", narrow, rankedMatches/2)
		}
	}
	if err == nil && more {
		err = take("1e9", narrow, moreMatches)
	}
	return docs, rank, err
}

// Snippet is the part of a story's text that shows best where the query's words are, of
// about 30 words on one line, with each match between start and end. It is "" if none of
// them is in the text.
func (db *DB) Snippet(ctx context.Context, id string, q feeds.Query, start, end string) (string, error) {
	d, err := db.textOf(ctx, id)
	if err != nil {
		return "", err
	}
	var want []feeds.Term
	var walk func(e feeds.Expr)
	walk = func(e feeds.Expr) {
		switch e := e.(type) {
		case feeds.And:
			for _, x := range e {
				walk(x)
			}
		case feeds.Or:
			for _, x := range e {
				walk(x)
			}
		case feeds.Term:
			if e.Field == feeds.AnyText || e.Field == feeds.InText {
				want = append(want, e)
			}
		}
	}
	walk(q.Root)
	return snippet(d.text, want, start, end), nil
}

// textOf is what is searched of one story.
func (db *DB) textOf(ctx context.Context, id string) (indexed, error) {
	var d indexed
	err := db.rows(ctx, "SELECT "+strings.Replace(waitingColumns, "pending p CROSS JOIN story s ON s.id = p.story", "story s LEFT JOIN (SELECT 0 AS edit) p", 1)+" WHERE s.sid = ?", []any{id}, func(r scanner) (err error) {
		d, err = scanWaiting(r)
		return err
	})
	if err == nil && d.id == 0 {
		err = fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return d, err
}

// snippetWords is the length of a snippet.
const snippetWords = 30

func snippet(text string, want []feeds.Term, start, end string) string {
	words := strings.Fields(text)
	words = words[:min(len(words), 200_000)]
	hit := make([]bool, len(words))
	any := false
	for _, t := range want {
		for _, v := range t.Values {
			parts := asked(v, t.Phrase)
			for _, part := range parts {
				for i := range words {
					if n := covers(words[i:], part, t.Prefix && opens(parts)); n > 0 {
						any = true
						for k := range n {
							hit[i+k] = true
						}
					}
				}
			}
		}
	}
	if !any {
		return ""
	}
	best, from, n := -1, 0, 0
	for i := range words { // the window with the most matches, the first of those
		if hit[i] {
			n++
		}
		if i >= snippetWords && hit[i-snippetWords] {
			n--
		}
		if n > best && (hit[i] || best < 0) {
			best, from = n, max(0, i-snippetWords+1)
		}
	}
	for from > 0 && !hit[from] && firstHit(hit, from)-from > snippetWords/2 {
		from++
	}
	first := firstHit(hit, from)
	from = max(0, min(from, first-5))
	to := min(len(words), from+snippetWords)
	var b strings.Builder
	if from > 0 {
		b.WriteString("… ")
	}
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte(' ')
		}
		if hit[i] && (i == from || !hit[i-1]) {
			b.WriteString(start)
		}
		b.WriteString(words[i])
		if hit[i] && (i == to-1 || !hit[i+1]) {
			b.WriteString(end)
		}
	}
	if to < len(words) {
		b.WriteString(" …")
	}
	return b.String()
}

func firstHit(hit []bool, from int) int {
	for i := from; i < len(hit); i++ {
		if hit[i] {
			return i
		}
	}
	return from
}

// covers is over how many of the words, from the first on, the tokens of want reach if
// they are found there; 0 if they are not.
func covers(words []string, want []string, prefix bool) int {
	k := 0
	for n, w := range words[:min(len(words), len(want)+2)] {
		have := tokens(w)
		if n == 0 && len(have) > len(want) { // inside of a longer run
			if inAny([][]string{have}, want, prefix) {
				return 1
			}
			return 0
		}
		for _, h := range have {
			if k == len(want) {
				break
			}
			if h != want[k] && !(prefix && k == len(want)-1 && strings.HasPrefix(h, want[k])) {
				return 0
			}
			k++
		}
		if k == len(want) {
			return n + 1
		}
	}
	return 0
}
