package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// columns are what a list shows of a story.
const columns = `s.id, s.sid, s.feed, f.url, f.title, s.guid, s.url, s.title, s.author, s.published, s.given, s.updated, s.seen, s.summary, s.lang,
	s.categories, s.enclosures, s.image, s.comments, s.words, s.companies, s.event, s.outlets, s.kind, s.lead, s.score, s.teaser, s.whole, s.hash,
	s.read, s.starred, s.saved`

func scanStory(row scanner, more ...any) (feeds.Story, error) {
	var s feeds.Story
	var published, updated, seen, hash int64
	var categories, enclosures, companies string
	err := row.Scan(append([]any{&s.Row, &s.ID, &s.FeedID, &s.FeedURL, &s.FeedTitle, &s.GUID, &s.URL, &s.Title, &s.Author, &published, &s.Given, &updated, &seen,
		&s.Summary, &s.Lang, &categories, &enclosures, &s.Image, &s.Comments, &s.Words, &companies, &s.Event, &s.Outlets, &s.Kind, &s.Lead, &s.Score,
		&s.Teaser, &s.Full, &hash, &s.Mark.Read, &s.Mark.Starred, &s.Mark.Saved}, more...)...)
	if err != nil {
		return s, err
	}
	s.Published, s.Updated, s.FirstSeen, s.Hash = fromUnix(published), fromUnix(updated), fromUnix(seen), uint64(hash)
	if categories != "" {
		_ = json.Unmarshal([]byte(categories), &s.Categories)
	}
	if enclosures != "" {
		_ = json.Unmarshal([]byte(enclosures), &s.Enclosures)
	}
	if companies != "" {
		_ = json.Unmarshal([]byte(companies), &s.Companies)
	}
	return s, nil
}

// List is one page of the stories that match (keyset paging): what it costs depends on
// the page, not on what is stored. The stories come without HTML and Text.
func (db *DB) List(ctx context.Context, req feeds.ListRequest, env Env) ([]feeds.Story, error) {
	text, args, reverse, err := db.listSQL(ctx, req, env)
	if err != nil {
		return nil, err
	}
	rows, err := db.r.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", db.named(err))
	}
	defer rows.Close()
	var out []feeds.Story
	for rows.Next() {
		s, err := scanStory(rows)
		if err != nil {
			return nil, fmt.Errorf("list stories: %w", err)
		}
		out = append(out, s)
	}
	if reverse {
		slices.Reverse(out)
	}
	return out, rows.Err()
}

// listSQL is the statement of a list; reverse says that its rows come last first.
func (db *DB) listSQL(ctx context.Context, req feeds.ListRequest, env Env) (text string, args []any, reverse bool, err error) {
	c := &compiler{db: db, ctx: ctx, env: env, alias: "s"}
	key, keyID := "s.published", "s.id"
	if req.Sort == feeds.Top {
		key = "s.score"
	}
	desc := req.Sort != feeds.Oldest
	from := "story s"
	root := req.Query.Root
	// With one company among the conditions its own index leads: the rows come from it
	// in order.
	if slug, rest, ok := companyOf(root); ok && req.Sort != feeds.Top && !req.Clusters {
		from = "tagged t CROSS JOIN story s ON s.id = t.story"
		key, keyID = "t.published", "t.story"
		root = rest
		c.args = append(c.args, slug)
	}
	cond, err := c.expr(root)
	if err != nil {
		return "", nil, false, err
	}
	var where []string
	if strings.HasPrefix(from, "tagged") {
		where = append(where, "t.company = ?")
	}
	if !c.hidden {
		where = append(where, "s.hidden = 0")
	}
	if cond != "1" {
		where = append(where, "("+cond+")")
	}
	if req.Clusters {
		if req.Query.Root == nil {
			where = append(where, "s.lead = 1")
		} else { // the best of the event's accounts that match
			o := &compiler{db: db, ctx: ctx, env: env, alias: "o"}
			other, err := o.expr(root)
			if err != nil {
				return "", nil, false, err
			}
			where = append(where, "(s.lead = 1 OR s.event = '' OR NOT EXISTS (SELECT 1 FROM story o WHERE o.event = s.event AND o.hidden = 0 AND o.id <> s.id AND ("+other+") AND (o.lead > s.lead OR o.lead = s.lead AND o.id < s.id)))")
			c.args = append(c.args, o.args...)
		}
	}
	at := req.After
	back := desc
	if !req.Before.Zero() || req.FromEnd {
		back, reverse = !desc, true
		at = req.Before
	}
	if !at.Zero() {
		cmp := ">"
		if back {
			cmp = "<"
		}
		where = append(where, fmt.Sprintf("(%s, %s) %s (?, ?)", key, keyID, cmp))
		c.args = append(c.args, at.Key, at.Row)
	}
	dir := "ASC"
	if back {
		dir = "DESC"
	}
	text = "SELECT " + columns + " FROM " + from + " CROSS JOIN feed f ON f.id = s.feed"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	if m := relevance(req); m != "" && req.Sort == feeds.Relevance {
		text = strings.Replace(text, "FROM story s", "FROM (SELECT rowid, rank FROM search WHERE search MATCH ? ORDER BY rank LIMIT 500) m CROSS JOIN story s ON s.id = m.rowid", 1)
		c.args = append([]any{m}, c.args...)
		text += " ORDER BY m.rank"
	} else {
		text += fmt.Sprintf(" ORDER BY %s %s, %s %s", key, dir, keyID, dir)
	}
	if req.Limit > 0 {
		text += " LIMIT ?"
		c.args = append(c.args, req.Limit)
	}
	return text, c.args, reverse, nil
}

// companyOf takes the one company that a query asks for out of its conditions.
func companyOf(e feeds.Expr) (slug string, rest feeds.Expr, ok bool) {
	isOne := func(e feeds.Expr) bool {
		t, is := e.(feeds.Term)
		return is && t.Field == feeds.OfCompany && len(t.Values) == 1
	}
	if isOne(e) {
		return e.(feeds.Term).Values[0], nil, true
	}
	and, is := e.(feeds.And)
	if !is {
		return "", e, false
	}
	for i, part := range and {
		if isOne(part) {
			return part.(feeds.Term).Values[0], append(slices.Clone(and[:i]), and[i+1:]...), true
		}
	}
	return "", e, false
}

// relevance is the text of a query as FTS5 takes it, for ranking.
func relevance(req feeds.ListRequest) string {
	var words []string
	var walk func(feeds.Expr)
	walk = func(e feeds.Expr) {
		switch e := e.(type) {
		case feeds.And:
			for _, p := range e {
				walk(p)
			}
		case feeds.Term:
			switch e.Field {
			case feeds.AnyText, feeds.InTitle, feeds.InAuthor, feeds.InText:
				if m := Match(e); m != "" {
					words = append(words, "("+m+")")
				}
			}
		}
	}
	walk(req.Query.Root)
	return strings.Join(words, " AND ")
}

// countUpTo is as far as matches are counted one by one.
const countUpTo = 10000

// Count is how many stories match. All, all unread, a company's and a feed's are known
// without counting; others are counted up to ten thousand, and more is told as that.
func (db *DB) Count(ctx context.Context, q feeds.Query, env Env) (int, error) {
	var n int
	switch slug, rest, one := companyOf(q.Root); {
	case q.Root == nil:
		err := db.r.QueryRowContext(ctx, "SELECT coalesce(sum(stories), 0) FROM feed").Scan(&n)
		return n, err
	case isState(q.Root, "unread"):
		err := db.r.QueryRowContext(ctx, "SELECT coalesce(sum(unread), 0) FROM feed").Scan(&n)
		return n, err
	case one && (rest == nil || isState(rest, "unread")):
		col := "stories"
		if rest != nil {
			col = "unread"
		}
		err := db.r.QueryRowContext(ctx, "SELECT "+col+" FROM company WHERE slug = ?", slug).Scan(&n)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return n, err
	}
	c := &compiler{db: db, ctx: ctx, env: env, alias: "s"}
	cond, err := c.expr(q.Root)
	if err != nil {
		return 0, err
	}
	hidden := "s.hidden = 0 AND "
	if c.hidden {
		hidden = ""
	}
	err = db.r.QueryRowContext(ctx, "SELECT count(*) FROM (SELECT 1 FROM story s WHERE "+hidden+"("+cond+") LIMIT ?)", append(c.args, countUpTo)...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count stories: %w", db.named(err))
	}
	return n, nil
}

func isState(e feeds.Expr, state string) bool {
	if and, ok := e.(feeds.And); ok && len(and) == 1 {
		e = and[0]
	}
	t, ok := e.(feeds.Term)
	return ok && t.Field == feeds.Is && len(t.Values) == 1 && t.Values[0] == state
}

// Story is a whole story by its id or an unambiguous beginning of it.
func (db *DB) Story(ctx context.Context, id string) (feeds.Story, error) {
	folded := feeds.FoldID(id)
	if len(folded) < 2 {
		return feeds.Story{}, ErrNotFound
	}
	rows, err := db.r.QueryContext(ctx, "SELECT "+columns+", coalesce(b.html, x''), coalesce(m.error, ''), coalesce(m.position, 0) FROM story s JOIN feed f ON f.id = s.feed LEFT JOIN body b ON b.id = s.id LEFT JOIN mark m ON m.sid = s.sid WHERE s.sid >= ? AND s.sid < ? ORDER BY s.sid LIMIT 5",
		folded, folded+"\x7f")
	if err != nil {
		return feeds.Story{}, fmt.Errorf("read a story: %w", db.named(err))
	}
	return oneStory(rows, id)
}

// StoryByURL is the whole story with this link.
func (db *DB) StoryByURL(ctx context.Context, url string) (feeds.Story, error) {
	rows, err := db.r.QueryContext(ctx, "SELECT "+columns+", coalesce(b.html, x''), coalesce(m.error, ''), coalesce(m.position, 0) FROM story s JOIN feed f ON f.id = s.feed LEFT JOIN body b ON b.id = s.id LEFT JOIN mark m ON m.sid = s.sid WHERE s.url = ? LIMIT 1", url)
	if err != nil {
		return feeds.Story{}, fmt.Errorf("read a story: %w", db.named(err))
	}
	return oneStory(rows, url)
}

func oneStory(rows *sql.Rows, asked string) (feeds.Story, error) {
	defer rows.Close()
	var found []feeds.Story
	for rows.Next() {
		var html []byte
		var why string
		var pos float64
		s, err := scanStory(rows, &html, &why, &pos)
		if err != nil {
			return s, err
		}
		s.HTML, s.Mark.SaveError, s.Mark.Position = unpack(html), why, pos
		found = append(found, s)
	}
	if err := rows.Err(); err != nil {
		return feeds.Story{}, err
	}
	switch {
	case len(found) == 0:
		return feeds.Story{}, fmt.Errorf("%w: %s", ErrNotFound, asked)
	case len(found) > 1 && found[0].ID != feeds.FoldID(asked):
		ids := make([]string, len(found))
		for i := range found {
			ids[i] = found[i].ID
		}
		return feeds.Story{}, &AmbiguousError{asked, ids}
	}
	return found[0], nil
}
