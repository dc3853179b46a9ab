package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// columns are what a list shows of a story, of s and its feed f.
const columns = `s.id, s.sid, s.feed, f.url, f.title, s.guid, s.url, s.title, s.author, s.published, s.given, s.updated, s.seen, s.summary, s.lang,
	s.categories, s.enclosures, s.image, s.comments, s.words, s.companies, s.event, s.outlets, s.kind, s.lead, s.score, s.teaser, s.whole, s.hash,
	s.read, s.starred, s.saved`

func scanStory(r scanner, more ...any) (feeds.Story, error) {
	var s feeds.Story
	var published, updated, seen, hash int64
	var categories, enclosures, companies string
	err := r.Scan(append([]any{&s.Row, &s.ID, &s.FeedID, &s.FeedURL, &s.FeedTitle, &s.GUID, &s.URL, &s.Title, &s.Author, &published, &s.Given, &updated, &seen,
		&s.Summary, &s.Lang, &categories, &enclosures, &s.Image, &s.Comments, &s.Words, &companies, &s.Event, &s.Outlets, &s.Kind, &s.Lead, &s.Score,
		&s.Teaser, &s.Full, &hash, &s.Mark.Read, &s.Mark.Starred, &s.Mark.Saved}, more...)...)
	if err != nil {
		return s, err
	}
	s.Published, s.Updated, s.FirstSeen, s.Hash = fromUnix(published), fromUnix(updated), fromUnix(seen), uint64(hash)
	s.Outlets = max(s.Outlets, 1)
	fromJSON(categories, &s.Categories)
	fromJSON(enclosures, &s.Enclosures)
	fromJSON(companies, &s.Companies)
	return s, nil
}

// fromJSON reads a list; what cannot be read is none.
func fromJSON[T any](text string, to *[]T) {
	if text != "" && json.Unmarshal([]byte(text), to) != nil {
		*to = nil
	}
}

// placed is a row with the key that it is ordered by.
type placed struct {
	feeds.Story
	key int64
}

// List is one page of the stories that match (keyset paging): what it costs depends on
// the page, not on what is stored. The stories come without HTML and Text.
//
// The matches of a text come by the time of publication too, but stories of the same
// minute in any order. Relevance ranks the newest few hundred
// matches; up to some thousands more follow, the newest first.
func (db *DB) List(ctx context.Context, req feeds.ListRequest, env Env) ([]feeds.Story, error) {
	out, err := db.list(ctx, req, env)
	if err != nil {
		return nil, fmt.Errorf("list stories: %w", err)
	}
	return out, nil
}

func (db *DB) list(ctx context.Context, req feeds.ListRequest, env Env) ([]feeds.Story, error) {
	if req.Sort == feeds.Relevance {
		if out, ok, err := db.ranked(ctx, req, env); ok || err != nil {
			return out, err
		}
		req.Sort = feeds.Newest
	}
	p, err := db.plan(ctx, req, env)
	if err != nil {
		return nil, err
	}
	w := p.walk(req)
	if p.byDoc && !w.at.Zero() {
		// The cursor names a story; the index is walked from its key.
		err := db.row(ctx, "SELECT doc FROM story WHERE id = ?", []any{w.at.Row}, &w.at.Key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, err
		}
	}
	var got []placed
	if p.branches != nil {
		got, err = p.merge(w)
	} else if got, err = p.run(w); err == nil && p.wait != "" {
		got, err = p.withWaiting(w, got)
	}
	if err != nil {
		return nil, err
	}
	out := make([]feeds.Story, len(got))
	for i := range got {
		out[i] = got[i].Story
	}
	if w.reverse {
		slices.Reverse(out)
	}
	return out, nil
}

// walk is where a list is entered and in which direction it is walked.
type walk struct {
	at      feeds.Cursor
	down    bool // from larger to smaller keys
	reverse bool // the rows come last first
	limit   int  // 0 is all
}

func (p *plan) walk(req feeds.ListRequest) walk {
	w := walk{at: req.After, down: p.sort != feeds.Oldest, limit: max(req.Limit, 0)}
	if !req.Before.Zero() || req.FromEnd {
		w.down, w.reverse, w.at = !w.down, true, req.Before
	}
	return w
}

func (w walk) order() string {
	if w.down {
		return "DESC"
	}
	return "ASC"
}

// beyond is the condition of rows that follow the cursor.
func (w walk) beyond(key, id string) (string, []any) {
	if w.at.Zero() {
		return "", nil
	}
	than := ">"
	if w.down {
		than = "<"
	}
	if id == "" {
		return fmt.Sprintf("%s %s ?", key, than), []any{w.at.Key}
	}
	return fmt.Sprintf("(%s, %s) %s (?, ?)", key, id, than), []any{w.at.Key, w.at.Row}
}

// sql is the statement of a plan whose rows one index gives; what is what it selects.
func (p *plan) sql(w walk, what string) (string, []any) {
	var where []string
	args := slices.Clone(p.args)
	if p.first != "" {
		where = append(where, p.first)
	}
	if cond, more := w.beyond(p.key, p.id); cond != "" {
		where, args = append(where, cond), append(args, more...)
	}
	if p.conds != "" {
		where, args = append(where, p.conds), append(args, p.condsA...)
	}
	text := "SELECT " + what + " FROM " + p.from + " CROSS JOIN feed f ON f.id = s.feed"
	if len(where) > 0 {
		text += " WHERE " + strings.Join(where, " AND ")
	}
	text += " ORDER BY " + p.key + " " + w.order()
	if p.id != "" {
		text += ", " + p.id + " " + w.order()
	}
	if w.limit > 0 {
		text, args = text+" LIMIT ?", append(args, w.limit)
	}
	return text, args
}

func (p *plan) run(w walk) ([]placed, error) {
	text, args := p.sql(w, columns+", "+p.key)
	return p.ask(text, args, w.limit)
}

func (p *plan) ask(text string, args []any, room int) ([]placed, error) {
	out := make([]placed, 0, min(room, 1000))
	err := p.c.db.rows(p.c.ctx, text, args, func(r scanner) error {
		var key int64
		s, err := scanStory(r, &key)
		out = append(out, placed{s, key})
		return err
	})
	return out, err
}

// withWaiting puts those that wait to be indexed and match among what the index gave.
func (p *plan) withWaiting(w walk, got []placed) ([]placed, error) {
	q := *p
	q.from, q.first, q.args = "story s", "s.id IN (SELECT value FROM json_each(?))", []any{p.wait}
	q.key, q.wait = "s.doc", ""
	more, err := q.run(w)
	if err != nil || len(more) == 0 {
		return got, err
	}
	got = append(got, more...)
	slices.SortFunc(got, func(a, b placed) int {
		if w.down {
			return cmp.Compare(b.key, a.key)
		}
		return cmp.Compare(a.key, b.key)
	})
	if w.limit > 0 {
		got = got[:min(len(got), w.limit)]
	}
	return got, nil
}

// merge walks several indexes side by side, a part at a time: SQLite merges them in
// order, and the rows of a part are then looked up and asked.
func (p *plan) merge(w walk) ([]placed, error) {
	var out []placed
	if len(p.branches) == 0 {
		return out, nil
	}
	part := 4 * cmp.Or(w.limit, 500)
	for {
		text, args := p.mergeSQL(w, part)
		var ids []int64
		last := w.at
		err := p.c.db.rows(p.c.ctx, text, args, func(r scanner) error {
			err := r.Scan(&last.Key, &last.Row)
			ids = append(ids, last.Row)
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(ids) > 0 {
			q := *p
			q.from, q.first, q.args = "json_each(?) j CROSS JOIN story s ON s.id = j.value", "", nil
			q.branches = nil
			text, args := q.sql(walk{down: w.down, limit: w.limit}, columns+", s.published")
			got, err := q.ask(text, append([]any{jsonIDs(ids)}, args...), w.limit)
			if err != nil {
				return nil, err
			}
			if out = append(out, got...); w.limit > 0 && len(out) >= w.limit {
				return out[:w.limit], nil
			}
		}
		if len(ids) < part {
			return out, nil
		}
		w.at = last
		part = min(part*4, 8000)
	}
}

func (p *plan) mergeSQL(w walk, part int) (string, []any) {
	var texts []string
	var args []any
	for _, b := range p.branches {
		text := b.text
		args = append(args, b.args...)
		if cond, more := w.beyond("published", b.id); cond != "" {
			text, args = text+" AND "+cond, append(args, more...)
		}
		texts = append(texts, text)
	}
	text := strings.Join(texts, " UNION ")
	return text + " ORDER BY 1 " + w.order() + ", 2 " + w.order() + " LIMIT ?", append(args, part)
}

// whole are the columns of a whole story.
const whole = "SELECT " + columns + `, coalesce(b.html, x''), coalesce(m.error, ''), coalesce(m.position, 0)
	FROM story s JOIN feed f ON f.id = s.feed LEFT JOIN body b ON b.id = s.id LEFT JOIN mark m ON m.sid = s.sid `

// Story is a whole story by its id or an unambiguous beginning of it: an *AmbiguousError
// names the stories that others fit, ErrNotFound says that there is none.
func (db *DB) Story(ctx context.Context, id string) (feeds.Story, error) {
	folded := feeds.FoldID(id)
	if len(folded) < 2 {
		return feeds.Story{}, fmt.Errorf("%w: %q", ErrNotFound, id)
	}
	return db.one(ctx, id, whole+"WHERE s.sid >= ? AND s.sid < ? ORDER BY s.sid LIMIT 5", folded, folded+"\x7f")
}

// StoryByURL is the whole story with this link, the newest if there are several.
func (db *DB) StoryByURL(ctx context.Context, url string) (feeds.Story, error) {
	if url == "" {
		return feeds.Story{}, fmt.Errorf("%w: no address", ErrNotFound)
	}
	return db.one(ctx, url, whole+"WHERE s.url = ? ORDER BY s.published DESC, s.id DESC LIMIT 1", url)
}

func (db *DB) one(ctx context.Context, asked, text string, args ...any) (feeds.Story, error) {
	var found []feeds.Story
	err := db.rows(ctx, text, args, func(r scanner) error {
		var body []byte
		var why string
		var pos float64
		s, err := scanStory(r, &body, &why, &pos)
		if err != nil {
			return err
		}
		s.HTML, s.Text = unpackBody(body)
		s.Mark.SaveError, s.Mark.Position = why, pos
		found = append(found, s)
		return nil
	})
	switch {
	case err != nil:
		return feeds.Story{}, fmt.Errorf("read a story: %w", err)
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
