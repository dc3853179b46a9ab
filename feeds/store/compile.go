package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"nightdesk/feeds"
)

// Env is what the meaning of a query depends on besides the query.
type Env struct {
	Watched []string // slugs of watched companies
}

// compiler turns expressions into conditions on a row of story. Every value is bound; no
// text of a query becomes SQL.
type compiler struct {
	db    *DB
	ctx   context.Context
	env   Env
	alias string // of story
	args  []any
	wait  *waiting // loaded when the first text is asked for
	// perRow looks each row up in the search index: right where few rows are asked.
	perRow bool
	feeds  *feedIndex
}

// maxDepth bounds how deep expressions may nest; the language allows less.
const maxDepth = 200

func (c *compiler) bind(v any) string {
	c.args = append(c.args, v)
	return "?"
}

// never is a condition that nothing fulfils. It is bound: of a constant SQLite would
// conclude that no index is of use, and refuse the one that it is told to walk.
func (c *compiler) never() string { return c.bind(0) }

func (c *compiler) col(name string) string { return c.alias + "." + name }

// expr is the condition of an expression.
func (c *compiler) expr(e feeds.Expr, depth int) (string, error) {
	if depth > maxDepth {
		return "", fmt.Errorf("the query nests too deep")
	}
	if e != nil && pureText(e) {
		if m := matchAll([]feeds.Expr{e}); m != "" {
			return c.text(m, e)
		}
	}
	switch e := e.(type) {
	case nil:
		return "1", nil
	case feeds.And:
		return c.join(e, " AND ", "1", depth)
	case feeds.Or:
		if len(e) == 0 {
			return c.never(), nil
		}
		return c.join(e, " OR ", "", depth)
	case feeds.Not:
		s, err := c.expr(e.X, depth+1)
		return "NOT (" + s + ")", err
	case feeds.Term:
		if e.Field.Text() {
			return "1", nil // no word in it
		}
		s, err := c.term(e)
		return "(" + s + ")", err
	}
	return "", fmt.Errorf("a query holds %T", e)
}

func (c *compiler) join(parts []feeds.Expr, op, none string, depth int) (string, error) {
	if len(parts) == 0 {
		return none, nil
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		s, err := c.expr(p, depth+1)
		if err != nil {
			return "", err
		}
		out[i] = s
	}
	return "(" + strings.Join(out, op) + ")", nil
}

// in asks whether a column is one of values: one parameter, so that statements are alike
// and may be kept.
func (c *compiler) in(col string, values []string) string {
	switch len(values) {
	case 0:
		return c.never()
	case 1:
		return col + " = " + c.bind(values[0])
	}
	b, err := json.Marshal(values)
	if err != nil {
		return c.never()
	}
	return col + " IN (SELECT value FROM json_each(" + c.bind(string(b)) + "))"
}

func (c *compiler) term(t feeds.Term) (string, error) {
	switch t.Field {
	case feeds.ByID:
		var ors []string
		for _, v := range t.Values {
			id := feeds.FoldID(v)
			ors = append(ors, "("+c.col("sid")+" >= "+c.bind(id)+" AND "+c.col("sid")+" < "+c.bind(id+"\x7f")+")")
		}
		return c.or(ors), nil
	case feeds.OfEvent:
		return "(" + c.col("event") + " <> '' AND " + c.in(c.col("event"), t.Values) + ")", nil
	case feeds.OfCompany:
		return c.about(t.Values), nil
	case feeds.FromFeed, feeds.InFolder, feeds.WithTag:
		ids, err := c.feedsOf(t)
		return c.from(ids), err
	case feeds.Category:
		var ors []string
		for _, v := range t.Values {
			if len(v) > maxLike {
				continue
			}
			// The list is JSON, in which a quote is escaped.
			b, err := json.Marshal(v)
			if err != nil {
				return "", err
			}
			ors = append(ors, c.col("categories")+" LIKE "+c.bind("%"+like(string(b[1:len(b)-1]))+"%")+` ESCAPE '\'`)
		}
		return c.or(ors), nil
	case feeds.Lang:
		return c.in(c.col("lang"), lower(t.Values)), nil
	case feeds.OfKind:
		return "(" + c.col("kind") + " <> '' AND " + c.in(c.col("kind"), lower(t.Values)) + ")", nil
	case feeds.Is, feeds.Has:
		return c.states(t)
	case feeds.Time:
		return c.between(c.col("published"), t), nil
	case feeds.Minutes: // as Story.Minutes
		return fmt.Sprintf("(CASE WHEN %[1]s <= 0 THEN 0 ELSE max(1, (%[1]s + 115) / 230) END) %[2]s %[3]s", c.col("words"), op(t.Op), c.bind(t.Num)), nil
	case feeds.Words:
		return c.col("words") + " " + op(t.Op) + " " + c.bind(t.Num), nil
	case feeds.Outlets:
		return "max(1, " + c.col("outlets") + ") " + op(t.Op) + " " + c.bind(t.Num), nil
	}
	return "", fmt.Errorf("the store knows no field %q", t.Field)
}

func (c *compiler) between(col string, t feeds.Term) string {
	var ands []string
	if !t.From.IsZero() {
		ands = append(ands, col+" >= "+c.bind(t.From.Unix()))
	}
	if !t.To.IsZero() {
		ands = append(ands, col+" < "+c.bind(t.To.Unix()))
	}
	if len(ands) == 0 {
		return "1"
	}
	return strings.Join(ands, " AND ")
}

func (c *compiler) or(parts []string) string {
	if len(parts) == 0 {
		return c.never()
	}
	return strings.Join(parts, " OR ")
}

func op(o feeds.Op) string {
	switch o {
	case feeds.Lt, feeds.Le, feeds.Gt, feeds.Ge:
		return string(o)
	}
	return "="
}

func lower(vs []string) []string {
	out := make([]string, len(vs))
	for i, v := range vs {
		out[i] = strings.ToLower(v)
	}
	return out
}

// maxLike bounds what is looked for in lists: nothing there is as long, and SQLite refuses
// patterns that are.
const maxLike = 1000

// like escapes what means something to LIKE.
func like(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// about asks for stories about one of the companies.
func (c *compiler) about(slugs []string) string {
	if len(slugs) == 0 {
		return c.never()
	}
	return "EXISTS (SELECT 1 FROM tagged t WHERE t.story = " + c.col("id") + " AND " + c.in("t.company", slugs) + ")"
}

// from asks for stories that one of the feeds carries.
func (c *compiler) from(ids []int64) string {
	if len(ids) == 0 {
		return c.never()
	}
	list := jsonIDs(ids)
	return c.col("feed") + " IN (SELECT value FROM json_each(" + c.bind(list) + ")) OR EXISTS (SELECT 1 FROM also a WHERE a.story = " +
		c.col("id") + " AND a.feed IN (SELECT value FROM json_each(" + c.bind(list) + ")))"
}

func jsonIDs(ids []int64) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, id, 10)
	}
	return string(append(b, ']'))
}

func (c *compiler) states(t feeds.Term) (string, error) {
	var ors []string
	for _, v := range t.Values {
		s, err := c.state(v)
		if err != nil {
			return "", err
		}
		ors = append(ors, "("+s+")")
	}
	return c.or(ors), nil
}

func (c *compiler) state(v string) (string, error) {
	switch v {
	case "unread":
		return c.col("read") + " = 0", nil
	case "read":
		return c.col("read") + " = 1", nil
	case "starred":
		return c.col("starred") + " = 1", nil
	case "saved":
		return c.col("saved") + " > 0", nil
	case "watched":
		return c.about(c.env.Watched), nil
	case "updated":
		return c.col("updated") + " > 0", nil
	case "teaser":
		return c.col("teaser") + " = 1 AND " + c.col("whole") + " = 0", nil
	case "hidden":
		return c.col("hidden") + " > 0 AND " + c.col("hidden") + " & 2 = 2", nil
	case "image":
		return c.col("image") + " <> ''", nil
	case "audio", "video":
		return c.col("enclosures") + " LIKE " + c.bind(`%"type":"`+v+`/%`), nil
	case "fulltext":
		return c.col("whole") + " = 1 OR " + c.col("teaser") + " = 0", nil
	}
	return "", fmt.Errorf("the store knows no state %q", v)
}

// fewMatches is up to how many matches of a text are looked up at once; with more of
// them each row of the list is looked up in the index by itself, which takes long for a
// row but finds a page after few of them.
const fewMatches = 20000

// text asks for stories that match an FTS5 query, which says what e does.
func (c *compiler) text(match string, e feeds.Expr) (string, error) {
	if err := c.load(); err != nil {
		return "", err
	}
	few := false
	if !c.perRow {
		n, err := c.matches(match, fewMatches)
		if err != nil {
			return "", err
		}
		few = n < fewMatches
	}
	cond := "EXISTS (SELECT 1 FROM search WHERE search MATCH " + c.bind(match) + " AND search.rowid = " + c.col("doc") + ")"
	if few {
		cond = c.col("doc") + " IN (SELECT rowid FROM search WHERE search MATCH ?)"
	}
	if !c.wait.any {
		return cond, nil
	}
	return "(" + cond + " AND NOT EXISTS (SELECT 1 FROM pending p WHERE p.story = " + c.col("id") + ") OR " +
		c.col("id") + " IN (SELECT value FROM json_each(" + c.bind(c.wait.find(e)) + ")))", nil
}

// matches is how many stories the index holds that match, up to a limit.
func (c *compiler) matches(match string, limit int) (n int, err error) {
	err = c.db.row(c.ctx, "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)", []any{match, limit}, &n)
	if err != nil {
		err = fmt.Errorf("search: %w", err)
	}
	return n, err
}

// load reads what waits to be indexed, once a query.
func (c *compiler) load() (err error) {
	if c.wait == nil {
		c.wait, err = c.db.loadWaiting(c.ctx)
	}
	return err
}

// feedIndex is what queries ask of feeds.
type feedIndex struct {
	all []feedEntry
}

type feedEntry struct {
	id                 int64
	url, title, folder string // in lower case
	tags               []string
}

type feedCache struct {
	sync.Mutex
	of  string // the change that it was read at
	now *feedIndex
}

// feedsOf are the feeds that a term names.
func (c *compiler) feedsOf(t feeds.Term) ([]int64, error) {
	if c.feeds == nil {
		var err error
		if c.feeds, err = c.db.feedIndex(c.ctx); err != nil {
			return nil, err
		}
	}
	return c.feeds.find(t), nil
}

func (db *DB) feedIndex(ctx context.Context) (*feedIndex, error) {
	of, err := db.Get(ctx, "feeds")
	if err != nil {
		return nil, err
	}
	db.feedCache.Lock()
	defer db.feedCache.Unlock()
	if db.feedCache.now != nil && db.feedCache.of == of {
		return db.feedCache.now, nil
	}
	x := &feedIndex{}
	err = db.rows(ctx, "SELECT id, lower(url), title, folder, tags FROM feed", nil, func(r scanner) error {
		var f feedEntry
		var tags string
		if err := r.Scan(&f.id, &f.url, &f.title, &f.folder, &tags); err != nil {
			return err
		}
		if json.Unmarshal([]byte(tags), &f.tags) != nil {
			f.tags = nil
		}
		f.title, f.folder, f.tags = strings.ToLower(f.title), strings.ToLower(f.folder), lower(f.tags)
		x.all = append(x.all, f)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", err)
	}
	db.feedCache.of, db.feedCache.now = of, x
	return x, nil
}

func (x *feedIndex) find(t feeds.Term) []int64 {
	values := lower(t.Values)
	if t.Field == feeds.FromFeed { // a whole address means that feed alone
		for i, v := range values {
			for k := range x.all {
				if x.all[k].url == v {
					values[i] = "\x00" + v
				}
			}
		}
	}
	var out []int64
	for i := range x.all {
		if x.all[i].is(t.Field, values) {
			out = append(out, x.all[i].id)
		}
	}
	return out
}

func (f *feedEntry) is(field feeds.Field, values []string) bool {
	for _, v := range values {
		switch field {
		case feeds.FromFeed:
			if whole, ok := strings.CutPrefix(v, "\x00"); ok && f.url == whole || !ok && (strings.Contains(f.title, v) || strings.Contains(f.url, v)) {
				return true
			}
		case feeds.InFolder:
			if f.folder == v || strings.HasPrefix(f.folder, v+"/") {
				return true
			}
		case feeds.WithTag:
			for _, tag := range f.tags {
				if tag == v {
					return true
				}
			}
		}
	}
	return false
}
