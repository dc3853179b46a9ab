package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// countUpTo is as far as Count counts one by one.
const countUpTo = 10000

// Count is how many stories match. Those of everything, of a mark, of a company, of
// feeds, and the unread ones of each, are known without counting; others are counted up
// to ten thousand.
func (db *DB) Count(ctx context.Context, q feeds.Query, env Env) (int, error) {
	n, _, err := db.CountUpTo(ctx, q, env, countUpTo)
	return n, err
}

// CountUpTo is as Count with a bound of the caller's: more says that there are more.
func (db *DB) CountUpTo(ctx context.Context, q feeds.Query, env Env, limit int) (n int, more bool, err error) {
	sh := shapeOf(q.Root)
	n, ok, err := db.known(ctx, &sh)
	if !ok && err == nil {
		n, err = db.countRows(ctx, q, env, &sh, limit+1)
		more = n > limit
		n = min(n, limit)
	}
	if err != nil {
		return 0, false, fmt.Errorf("count stories: %w", err)
	}
	return n, more, nil
}

// known answers from what the triggers count.
func (db *DB) known(ctx context.Context, sh *shape) (n int, ok bool, err error) {
	col := "stories"
	rest := sh.all
	if sh.states["unread"] {
		col = "unread"
		rest = slices.DeleteFunc(slices.Clone(rest), func(e feeds.Expr) bool {
			t, ok := e.(feeds.Term)
			return ok && t.Field == feeds.Is && slices.Equal(t.Values, []string{"unread"})
		})
	}
	text, args := "", []any(nil)
	switch {
	case len(rest) == 0:
		text, args = "SELECT "+col+" FROM total WHERE what = 'all'", nil
	case len(rest) > 1:
		return 0, false, nil
	default:
		t, is := rest[0].(feeds.Term)
		switch {
		case !is:
			return 0, false, nil
		case t.Field == feeds.Is && (slices.Equal(t.Values, []string{"starred"}) || slices.Equal(t.Values, []string{"saved"})):
			text, args = "SELECT "+col+" FROM total WHERE what = ?", []any{t.Values[0]}
		case t.Field == feeds.OfCompany && len(t.Values) == 1:
			text, args = "SELECT "+col+" FROM company WHERE slug = ?", []any{t.Values[0]}
		case t.Field == feeds.FromFeed, t.Field == feeds.InFolder, t.Field == feeds.WithTag:
			x, err := db.feedIndex(ctx)
			if err != nil {
				return 0, false, err
			}
			ids := x.find(t)
			if len(ids) > 1 { // a story of two of them would be counted twice
				var shared bool
				err := db.row(ctx, "SELECT EXISTS (SELECT 1 FROM json_each(?) j JOIN also a ON a.feed = j.value)", []any{jsonIDs(ids)}, &shared)
				if err != nil || shared {
					return 0, false, err
				}
			}
			text, args = "SELECT coalesce(sum("+col+"), 0) FROM total WHERE what IN (SELECT 'feed:' || value FROM json_each(?))", []any{jsonIDs(ids)}
		default:
			return 0, false, nil
		}
	}
	err = db.row(ctx, text, args, &n)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return n, err == nil, err
}

// countRows counts matches one by one.
func (db *DB) countRows(ctx context.Context, q feeds.Query, env Env, sh *shape, limit int) (int, error) {
	p, err := db.plan(ctx, feeds.ListRequest{Query: q}, env)
	if err != nil {
		return 0, err
	}
	if p.branches != nil {
		if len(p.branches) == 0 {
			return 0, nil
		}
		if rest := len(sh.all) - 1; p.exact && (rest == 0 || rest == 1 && sh.states["unread"]) && !sh.states["saved"] && !sh.states["starred"] {
			text, args := p.mergeSQL(walk{down: true}, limit)
			n, err := p.count("SELECT count(*) FROM ("+text+")", args...)
			return n, err
		}
		text, args := p.mergeSQL(walk{down: true}, -1)
		q := *p
		q.branches, q.from, q.first, q.args = nil, "("+text+") u CROSS JOIN story s ON s.id = u."+p.branches[0].id, "", args
		p = &q
	}
	text, args := p.countSQL(limit)
	if p.byDoc && len(sh.all) == len(sh.texts) && p.wait == "" {
		// The index alone knows, if nothing that it holds is hidden.
		var hidden bool
		if err := db.row(ctx, "SELECT EXISTS (SELECT 1 FROM story INDEXED BY story_hidden WHERE hidden > 0)", nil, &hidden); err != nil {
			return 0, err
		}
		if !hidden {
			text, args = "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)", []any{p.args[0], limit}
		}
	}
	var n int
	if err := db.row(ctx, text, args, &n); err != nil || p.wait == "" {
		return n, err
	}
	w := *p
	w.from, w.first, w.args = "story s", "s.id IN (SELECT value FROM json_each(?))", []any{p.wait}
	text, args = w.countSQL(limit)
	var more int
	err = db.row(ctx, text, args, &more)
	return min(n+more, limit), err
}

func (p *plan) countSQL(limit int) (string, []any) {
	var where []string
	args := slices.Clone(p.args)
	if p.first != "" {
		where = append(where, p.first)
	}
	if p.conds != "" {
		where, args = append(where, p.conds), append(args, p.condsA...)
	}
	text := "SELECT 1 FROM " + p.from
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	return "SELECT count(*) FROM (" + text + " LIMIT ?)", append(args, limit)
}
