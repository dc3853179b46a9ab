package store

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// A plan says how a list is got: which index is walked, in the order of the list, and
// what is asked of each row on the way. SQLite's own planner knows no more of a query
// than its shape; what is known here (which companies, how many stories they have, that
// a page is wanted and not all) chooses better, and INDEXED BY holds it to the choice.
type plan struct {
	c      *compiler
	sort   feeds.Sort
	from   string // what is walked, and the joins to s and f
	first  string // the condition of what is walked
	args   []any  // of first
	conds  string // what is asked of each row, "" for nothing
	condsA []any
	key    string // the order's column
	id     string // the second, "" if key is unique
	// several indexes that are walked side by side, of which the rows are put in order
	// first; from is then not set
	branches []branch
	// what waits to be indexed and matches, if the search index is walked
	wait    string
	byDoc   bool
	sorting bool       // the order does not come from an index
	done    feeds.Expr // the condition that the branches, or the walk, fulfil by themselves
	exact   bool       // the branches give no row that is hidden
}

// branch is one of several indexes.
type branch struct {
	text string // SELECT published, story …
	args []any
	id   string // the name of the story's column
}

// maxBranches is up to how many indexes are walked side by side. Many more feeds or
// companies than that are found quickly among the newest stories anyway.
const maxBranches = 24

// conjuncts are what must all be true, the nested ones too.
func conjuncts(e feeds.Expr) []feeds.Expr {
	switch e := e.(type) {
	case nil:
		return nil
	case feeds.And:
		var out []feeds.Expr
		for _, x := range e {
			out = append(out, conjuncts(x)...)
		}
		return out
	}
	return []feeds.Expr{e}
}

// shape is what a plan wants to know of the conjuncts.
type shape struct {
	all    []feeds.Expr
	texts  []feeds.Expr
	states map[string]bool // the single states that are asked for
	terms  map[feeds.Field][]feeds.Term
	hidden bool // asks for hidden stories somewhere
}

func shapeOf(root feeds.Expr) shape {
	s := shape{all: conjuncts(root), states: make(map[string]bool), terms: make(map[feeds.Field][]feeds.Term)}
	for _, e := range s.all {
		if pureText(e) {
			s.texts = append(s.texts, e)
		}
		if t, ok := e.(feeds.Term); ok {
			s.terms[t.Field] = append(s.terms[t.Field], t)
			if t.Field == feeds.Is && len(t.Values) == 1 {
				s.states[t.Values[0]] = true
			}
		}
	}
	s.hidden = asksHidden(root)
	return s
}

func asksHidden(e feeds.Expr) bool {
	switch e := e.(type) {
	case feeds.And:
		return slices.ContainsFunc(e, asksHidden)
	case feeds.Or:
		return slices.ContainsFunc(e, asksHidden)
	case feeds.Not:
		return asksHidden(e.X)
	case feeds.Term:
		return e.Field == feeds.Is && slices.Contains(e.Values, "hidden")
	}
	return false
}

// visible is the condition under which a list shows a row at all. What a person starred
// or saved can be found by that, and by its words, though no feed has it any more.
func (s *shape) visible(alias, match string) string {
	switch {
	case s.hidden, s.states["starred"], s.states["saved"], len(s.terms[feeds.ByID]) > 0:
		return ""
	case match != "":
		return fmt.Sprintf("(%[1]s.hidden = 0 OR %[1]s.hidden = 1 AND (%[1]s.saved > 0 OR %[1]s.starred = 1))", alias)
	}
	return alias + ".hidden = 0"
}

// fewMarked is up to how many stories with a mark are walked rather than the matches of
// a text.
const fewMarked = 800

func (db *DB) plan(ctx context.Context, req feeds.ListRequest, env Env) (*plan, error) {
	p := &plan{c: &compiler{db: db, ctx: ctx, env: env, alias: "s"}, sort: cmp.Or(req.Sort, feeds.Newest), key: "s.published", id: "s.id"}
	sh := shapeOf(req.Query.Root)
	match := matchAll(sh.texts)
	use := sh.all // what is left to be asked of each row
	var err error
	switch {
	case p.sort == feeds.Top:
		err = p.byScore(&sh, req.Clusters)
	case match != "" && p.manyMarked(&sh):
		use = without(use, pureText)
		err = p.byText(&sh, match)
	case len(sh.terms[feeds.ByID])+len(sh.terms[feeds.OfEvent]) > 0:
		p.from, p.sorting = "story s", true
	case sh.states["starred"]:
		p.index("story_starred", "s.starred = 1")
	case sh.states["saved"]:
		p.index("story_saved", "s.saved > 0")
	default:
		if err = p.byShelf(&sh); err == nil && p.from == "" && p.branches == nil {
			p.byTime(&sh)
		}
		if p.done != nil {
			use = without(use, func(e feeds.Expr) bool { return same(e, p.done) })
		}
	}
	if err != nil {
		return nil, err
	}
	p.c.perRow = p.c.perRow || sh.states["starred"] || sh.states["saved"]

	var where []string
	if v := sh.visible("s", match); v != "" {
		where = append(where, v)
	}
	for _, e := range use {
		cond, err := p.c.expr(e, 0)
		if err != nil {
			return nil, err
		}
		if cond != "1" {
			where = append(where, cond)
		}
	}
	if req.Clusters {
		cond, err := p.leads(&sh, req.Query.Root, match)
		if err != nil {
			return nil, err
		}
		where = append(where, cond)
	}
	p.conds, p.condsA = strings.Join(where, " AND "), p.c.args
	return p, nil
}

// same reports whether two expressions are one and the same term.
func same(a, b feeds.Expr) bool {
	x, ok1 := a.(feeds.Term)
	y, ok2 := b.(feeds.Term)
	return ok1 && ok2 && reflect.DeepEqual(x, y)
}

func without(list []feeds.Expr, drop func(feeds.Expr) bool) []feeds.Expr {
	return slices.DeleteFunc(slices.Clone(list), drop)
}

// index walks one index of story.
func (p *plan) index(name, cond string) {
	p.from, p.first = "story s INDEXED BY "+name, cond
}

// manyMarked reports whether walking the matches of a text is right although a mark is
// asked for too.
func (p *plan) manyMarked(sh *shape) bool {
	for _, what := range []string{"starred", "saved"} {
		if !sh.states[what] {
			continue
		}
		var n int
		if err := p.c.db.row(p.c.ctx, "SELECT stories FROM total WHERE what = ?", []any{what}, &n); err == nil && n <= fewMarked {
			return false
		}
	}
	return true
}

// byText walks the search index, newest first. Companies and feeds are asked of it along
// with the words: it intersects them without looking at a story.
func (p *plan) byText(sh *shape, match string) error {
	if err := p.c.load(); err != nil {
		return err
	}
	if p.c.wait.any {
		p.wait = p.c.wait.find(sh.texts...)
	}
	of := func(words []string) {
		if len(words) > 0 && len(words) <= 100 {
			match = "(" + match + ") AND {of} : (" + strings.Join(words, " OR ") + ")"
		}
	}
	var slugs [][]string
	for _, t := range sh.terms[feeds.OfCompany] {
		slugs = append(slugs, t.Values)
	}
	if sh.states["watched"] {
		slugs = append(slugs, p.c.env.Watched)
	}
	for _, list := range slugs {
		words := make([]string, len(list))
		for i, slug := range list {
			words[i] = `"` + ofCompany(slug) + `"`
		}
		of(words)
	}
	for _, field := range []feeds.Field{feeds.FromFeed, feeds.InFolder, feeds.WithTag} {
		for _, t := range sh.terms[field] {
			ids, err := p.c.feedsOf(t)
			if err != nil {
				return err
			}
			words := make([]string, len(ids))
			for i, id := range ids {
				words[i] = `"` + ofFeed(id) + `"`
			}
			of(words)
		}
	}
	p.from = "search CROSS JOIN story s ON s.doc = search.rowid"
	p.first, p.args = "search MATCH ?", []any{match}
	if p.wait != "" {
		// Those that waited when they were looked through may have been indexed since: they
		// come from there once, not from the index again.
		p.first += " AND " + notWaiting
		p.args = append(p.args, p.wait)
	}
	p.key, p.id, p.byDoc = "search.rowid", "", true
	return nil
}

// notWaiting is the condition of stories that do not wait to be indexed and did not when
// the list that it asks for was made.
const notWaiting = "NOT EXISTS (SELECT 1 FROM pending p WHERE p.story = s.id) AND s.id NOT IN (SELECT value FROM json_each(?))"

// byShelf walks the index of companies or feeds, those with the fewest stories if both
// are asked for.
func (p *plan) byShelf(sh *shape) error {
	best := -1
	consider := func(n int, bs []branch, done feeds.Term) {
		if len(bs) <= maxBranches && (best < 0 || n < best) {
			best, p.branches, p.done, p.exact = n, bs, done, done.Field == feeds.OfCompany || done.Field == feeds.Is
		}
	}
	unread := ""
	if sh.states["unread"] {
		unread = " AND read = 0"
	}
	companies := func(slugs []string, done feeds.Term) error {
		slugs = slices.Compact(slices.Sorted(slices.Values(slugs)))
		if len(slugs) > maxBranches {
			return nil
		}
		n, err := p.count("SELECT coalesce(sum(stories), 0) FROM company WHERE slug IN (SELECT value FROM json_each(?))", toJSON(slugs))
		if err != nil {
			return err
		}
		bs := []branch{}
		for _, slug := range slugs {
			bs = append(bs, branch{"SELECT published, story FROM tagged WHERE company = ? AND hidden = 0" + unread, []any{slug}, "story"})
		}
		consider(n, bs, done)
		return nil
	}
	if !sh.hidden {
		for _, t := range sh.terms[feeds.OfCompany] {
			if err := companies(t.Values, t); err != nil {
				return err
			}
		}
		if sh.states["watched"] {
			if err := companies(p.c.env.Watched, feeds.Term{Field: feeds.Is, Values: []string{"watched"}}); err != nil {
				return err
			}
		}
		for _, field := range []feeds.Field{feeds.FromFeed, feeds.InFolder, feeds.WithTag} {
			for _, t := range sh.terms[field] {
				ids, err := p.c.feedsOf(t)
				if err != nil {
					return err
				}
				if len(ids) > maxBranches {
					continue
				}
				n, err := p.count("SELECT coalesce(sum(stories), 0) FROM total WHERE what IN (SELECT 'feed:' || value FROM json_each(?))", jsonIDs(ids))
				if err != nil {
					return err
				}
				shared, err := p.sharing(ids)
				if err != nil {
					return err
				}
				bs := []branch{}
				for _, id := range ids {
					bs = append(bs, branch{"SELECT published, id FROM story INDEXED BY story_feed WHERE feed = ? AND hidden = 0", []any{id}, "id"})
					if shared[id] {
						bs = append(bs, branch{"SELECT published, story FROM also INDEXED BY also_feed WHERE feed = ?", []any{id}, "story"})
					}
				}
				consider(n, bs, t)
			}
		}
	}
	if len(p.branches) == 1 && best >= 0 { // one index: its rows come in order
		b := p.branches[0]
		p.branches = nil
		switch {
		case strings.Contains(b.text, "FROM tagged"):
			p.from = "tagged t CROSS JOIN story s ON s.id = t.story"
			p.first, p.args = "t.company = ? AND t.hidden = 0"+strings.ReplaceAll(unread, "read", "t.read"), b.args
			p.key, p.id = "t.published", "t.story"
		case strings.Contains(b.text, "FROM also"):
			p.branches = []branch{b}
		default:
			p.from = "story s INDEXED BY story_feed"
			p.first, p.args = "s.feed = ? AND s.hidden = 0", b.args
		}
	}
	return nil
}

// sharing are those of the feeds that carry stories of others.
func (p *plan) sharing(ids []int64) (map[int64]bool, error) {
	out := make(map[int64]bool)
	err := p.c.db.rows(p.c.ctx, "SELECT value FROM json_each(?) WHERE EXISTS (SELECT 1 FROM also WHERE also.feed = value)", []any{jsonIDs(ids)}, func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		out[id] = true
		return err
	})
	return out, err
}

func (p *plan) count(text string, args ...any) (n int, err error) {
	err = p.c.db.row(p.c.ctx, text, args, &n)
	return n, err
}

// byTime walks the stories by their time.
func (p *plan) byTime(sh *shape) {
	kinds := sh.terms[feeds.OfKind]
	switch {
	case sh.hidden && sh.states["hidden"]:
		p.index("story_hidden", "s.hidden > 0")
	case sh.hidden:
		p.from, p.sorting = "story s", true
	case len(kinds) == 1 && len(kinds[0].Values) == 1:
		p.index("story_kind", "s.kind = ? AND s.kind <> ''")
		p.args = []any{strings.ToLower(kinds[0].Values[0])}
	case sh.states["updated"]:
		p.index("story_updated", "s.updated > 0")
	case sh.states["unread"]:
		p.index("story_unread", "s.hidden = 0 AND s.read = 0")
	default:
		p.index("story_new", "s.hidden = 0")
	}
}

// fewOnShelf is up to how many stories of companies or feeds are read and sorted by
// their score; beyond it the stories are walked by score until a page is found.
const fewOnShelf = 1500

// byScore walks the stories by their score.
func (p *plan) byScore(sh *shape, clusters bool) error {
	p.key = "s.score"
	open := !sh.hidden && !sh.states["starred"] && !sh.states["saved"] && len(sh.terms[feeds.ByID])+len(sh.terms[feeds.OfEvent]) == 0
	if !open {
		p.sorting, p.from = true, "story s"
		switch {
		case sh.states["starred"]:
			p.from = "story s INDEXED BY story_starred"
		case sh.states["saved"]:
			p.from = "story s INDEXED BY story_saved"
		case sh.states["hidden"]:
			p.from = "story s INDEXED BY story_hidden"
		}
		return nil
	}
	if match := matchAll(sh.texts); match != "" {
		n, err := p.c.matches(match, fewOnShelf+1)
		if err == nil {
			err = p.c.load()
		}
		if err != nil {
			return err
		}
		if n <= fewOnShelf {
			p.from, p.sorting = "story s INDEXED BY story_doc", true
			p.first = "s.doc IN (SELECT rowid FROM search WHERE search MATCH ? UNION ALL SELECT doc FROM story WHERE id IN (SELECT value FROM json_each(?)))"
			p.args = []any{match, p.c.wait.find(sh.texts...)}
			return nil
		}
	}
	var slugs []string
	for _, t := range sh.terms[feeds.OfCompany] {
		slugs = t.Values
	}
	if len(slugs) > 0 {
		n, err := p.count("SELECT coalesce(sum(stories), 0) FROM company WHERE slug IN (SELECT value FROM json_each(?))", toJSON(slugs))
		if err != nil {
			return err
		}
		if n <= fewOnShelf {
			p.from, p.sorting = "story s", true // by its key
			p.first = "s.id IN (SELECT story FROM tagged WHERE company IN (SELECT value FROM json_each(?)))"
			p.args = []any{toJSON(slugs)}
			return nil
		}
	}
	switch {
	case clusters && len(sh.all) == 0:
		p.index("story_top", "s.lead = 1 AND s.hidden = 0")
	case sh.states["unread"]:
		p.index("story_score_unread", "s.hidden = 0 AND s.read = 0")
	default:
		p.index("story_score", "s.hidden = 0")
	}
	return nil
}

// leads lets one account of each event through: of those that match its lead, else the
// one that is whole, else the first.
func (p *plan) leads(sh *shape, root feeds.Expr, match string) (string, error) {
	if len(sh.all) == 0 {
		return "s.lead = 1", nil
	}
	o := &compiler{db: p.c.db, ctx: p.c.ctx, env: p.c.env, alias: "o", wait: p.c.wait, perRow: true, feeds: p.c.feeds}
	cond, err := o.expr(root, 0)
	if err != nil {
		return "", err
	}
	if v := sh.visible("o", match); v != "" {
		cond += " AND " + v
	}
	p.c.args = append(p.c.args, o.args...)
	return `(s.event = '' OR NOT EXISTS (SELECT 1 FROM story o INDEXED BY story_event WHERE o.event = s.event AND o.event <> '' AND o.id <> s.id
		AND (o.lead > s.lead OR o.lead = s.lead AND (o.teaser < s.teaser OR o.teaser = s.teaser AND o.id < s.id)) AND ` + cond + "))", nil
}
