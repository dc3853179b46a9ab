package store

import (
	"context"
	"fmt"
	"strings"

	"unicode"

	"nightdesk/feeds"
)

// Env is what the meaning of a query depends on besides the query.
type Env struct {
	Watched []string // slugs of watched companies
}

// compiler turns a query into a condition on a row of story. Every value is bound; no
// text of the query becomes SQL.
type compiler struct {
	db    *DB
	ctx   context.Context
	env   Env
	alias string
	args  []any
	// shown: the query asks for hidden stories itself
	hidden bool
}

func (c *compiler) bind(v any) string {
	c.args = append(c.args, v)
	return "?"
}

func (c *compiler) col(name string) string { return c.alias + "." + name }

// expr is the condition of an expression.
func (c *compiler) expr(e feeds.Expr) (string, error) {
	switch e := e.(type) {
	case nil:
		return "1", nil
	case feeds.And:
		return c.join(e, " AND ", "1")
	case feeds.Or:
		return c.join(e, " OR ", "0")
	case feeds.Not:
		s, err := c.expr(e.X)
		return "NOT (" + s + ")", err
	case feeds.Term:
		return c.term(e)
	}
	return "", fmt.Errorf("a query holds %T", e)
}

func (c *compiler) join(parts []feeds.Expr, op, none string) (string, error) {
	if len(parts) == 0 {
		return none, nil
	}
	out := make([]string, len(parts))
	for i, p := range parts {
		s, err := c.expr(p)
		if err != nil {
			return "", err
		}
		out[i] = "(" + s + ")"
	}
	return strings.Join(out, op), nil
}

func (c *compiler) list(values []string) string {
	qs := make([]string, len(values))
	for i, v := range values {
		qs[i] = c.bind(v)
	}
	return strings.Join(qs, ",")
}

func (c *compiler) term(t feeds.Term) (string, error) {
	switch t.Field {
	case feeds.AnyText, feeds.InTitle, feeds.InAuthor, feeds.InText:
		return c.text(t)
	case feeds.ByID:
		return c.col("sid") + " IN (" + c.list(t.Values) + ")", nil
	case feeds.OfEvent:
		return c.col("event") + " IN (" + c.list(t.Values) + ")", nil
	case feeds.OfCompany:
		return c.col("id") + " IN (SELECT story FROM tagged WHERE company IN (" + c.list(t.Values) + "))", nil
	case feeds.FromFeed:
		return c.feed(t.Values)
	case feeds.InFolder:
		return c.col("feed") + " IN (SELECT id FROM feed WHERE lower(folder) IN (" + c.list(lower(t.Values)) + "))", nil
	case feeds.WithTag:
		return c.col("feed") + " IN (SELECT feed.id FROM feed, json_each(feed.tags) j WHERE lower(j.value) IN (" + c.list(lower(t.Values)) + "))", nil
	case feeds.Category:
		var ors []string
		for _, v := range t.Values {
			ors = append(ors, c.col("categories")+" LIKE "+c.bind("%"+like(v)+"%")+` ESCAPE '\'`)
		}
		return strings.Join(ors, " OR "), nil
	case feeds.Lang:
		return c.col("lang") + " IN (" + c.list(lower(t.Values)) + ")", nil
	case feeds.OfKind:
		return c.col("kind") + " IN (" + c.list(lower(t.Values)) + ")", nil
	case feeds.Is, feeds.Has:
		return c.state(t)
	case feeds.Time:
		var ands []string
		if !t.From.IsZero() {
			ands = append(ands, c.col("published")+" >= "+c.bind(t.From.Unix()))
		}
		if !t.To.IsZero() {
			ands = append(ands, c.col("published")+" < "+c.bind(t.To.Unix()))
		}
		if len(ands) == 0 {
			return "1", nil
		}
		return strings.Join(ands, " AND "), nil
	case feeds.Minutes:
		// as Story.Minutes: words are rounded to minutes of 230
		return fmt.Sprintf("(CASE WHEN %[1]s <= 0 THEN 0 ELSE max(1, (%[1]s + 115) / 230) END) %[2]s %[3]s", c.col("words"), op(t.Op), c.bind(t.Num)), nil
	case feeds.Words:
		return c.col("words") + " " + op(t.Op) + " " + c.bind(t.Num), nil
	case feeds.Outlets:
		return c.col("outlets") + " " + op(t.Op) + " " + c.bind(t.Num), nil
	}
	return "", fmt.Errorf("the store knows no field %q", t.Field)
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

// like escapes what means something to LIKE.
func like(s string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s)
}

// feed asks for the feeds first: there are few of them, and with one alone its index
// gives the rows in order.
func (c *compiler) feed(values []string) (string, error) {
	var ids []string
	for _, v := range values {
		rows, err := c.db.r.QueryContext(c.ctx, `SELECT id FROM feed WHERE url = ?1
			UNION SELECT id FROM feed WHERE NOT EXISTS (SELECT 1 FROM feed WHERE url = ?1) AND (title LIKE ?2 ESCAPE '\' OR url LIKE ?2 ESCAPE '\')`, v, "%"+like(v)+"%")
		if err != nil {
			return "", err
		}
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return "", err
			}
			ids = append(ids, c.bind(id))
		}
		if err := rows.Err(); err != nil {
			return "", err
		}
		rows.Close()
	}
	switch len(ids) {
	case 0:
		return "0", nil
	case 1:
		return c.col("feed") + " = " + ids[0], nil
	}
	return c.col("feed") + " IN (" + strings.Join(ids, ",") + ")", nil
}

func (c *compiler) state(t feeds.Term) (string, error) {
	var ors []string
	for _, v := range t.Values {
		switch v {
		case "unread":
			ors = append(ors, c.col("read")+" = 0")
		case "read":
			ors = append(ors, c.col("read")+" = 1")
		case "starred":
			ors = append(ors, c.col("starred")+" = 1")
		case "saved":
			ors = append(ors, c.col("saved")+" > 0")
		case "watched":
			if len(c.env.Watched) == 0 {
				ors = append(ors, "0")
			} else {
				ors = append(ors, c.col("id")+" IN (SELECT story FROM tagged WHERE company IN ("+c.list(c.env.Watched)+"))")
			}
		case "updated":
			ors = append(ors, c.col("updated")+" > 0")
		case "teaser":
			ors = append(ors, "("+c.col("teaser")+" = 1 AND "+c.col("whole")+" = 0)")
		case "hidden":
			c.hidden = true
			ors = append(ors, c.col("hidden")+" > 0")
		case "image":
			ors = append(ors, c.col("image")+" <> ''")
		case "audio":
			ors = append(ors, c.col("enclosures")+` LIKE '%"audio/%'`)
		case "video":
			ors = append(ors, c.col("enclosures")+` LIKE '%"video/%'`)
		case "fulltext":
			ors = append(ors, "("+c.col("whole")+" = 1 OR "+c.col("teaser")+" = 0)")
		default:
			return "", fmt.Errorf("the store knows no state %q", v)
		}
	}
	if len(ors) == 0 {
		return "0", nil
	}
	return strings.Join(ors, " OR "), nil
}

// fewMatches is up to how many matches of a text are fetched and sorted; beyond them the
// rows are walked in the order of the list and each is looked up in the index, which
// finds the first page of a frequent word at once.
const fewMatches = 2000

func (c *compiler) text(t feeds.Term) (string, error) {
	match := Match(t)
	if match == "" {
		return "1", nil
	}
	var n int
	if err := c.db.r.QueryRowContext(c.ctx, "SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT ?)", match, fewMatches).Scan(&n); err != nil {
		return "", fmt.Errorf("search: %w", err)
	}
	var cond string
	if n < fewMatches {
		cond = c.col("id") + " IN (SELECT rowid FROM search WHERE search MATCH " + c.bind(match) + ")"
	} else {
		cond = "EXISTS (SELECT 1 FROM search WHERE search MATCH " + c.bind(match) + " AND search.rowid = " + c.col("id") + ")"
	}
	// what waits to be indexed is found too
	var waiting int
	if err := c.db.r.QueryRowContext(c.ctx, "SELECT EXISTS (SELECT 1 FROM pending)").Scan(&waiting); err != nil || waiting == 0 {
		return cond, err
	}
	var ands []string
	field := "(title || ' ' || author || ' ' || text)"
	switch t.Field {
	case feeds.InTitle:
		field = "title"
	case feeds.InAuthor:
		field = "author"
	case feeds.InText:
		field = "text"
	}
	for _, v := range t.Values {
		parts := strings.Fields(v)
		if t.Phrase {
			parts = []string{v}
		}
		for _, w := range parts {
			ands = append(ands, field+" LIKE "+c.bind("%"+like(w)+"%")+` ESCAPE '\'`)
		}
	}
	if len(ands) == 0 {
		return cond, nil
	}
	return cond + " OR " + c.col("id") + " IN (SELECT id FROM pending WHERE " + strings.Join(ands, " AND ") + ")", nil
}

// Match is a term as an FTS5 query; what a person typed is quoted and no syntax of
// FTS5's own. It is "" if the term holds no word.
func Match(t feeds.Term) string {
	var words []string
	for _, v := range t.Values {
		q := strings.TrimSpace(strings.Map(func(r rune) rune {
			if r == '"' || unicode.IsControl(r) {
				return ' '
			}
			return r
		}, Spaced(v)))
		if !strings.ContainsFunc(q, isWord) {
			continue
		}
		if t.Phrase {
			words = append(words, `"`+q+`"`)
			continue
		}
		fs := strings.Fields(q)
		if len(fs) > 1 && strings.ContainsFunc(v, spaceless) { // a run of CJK is a phrase
			words = append(words, `"`+q+`"`)
			continue
		}
		for i, f := range fs {
			if !strings.ContainsFunc(f, isWord) {
				continue
			}
			w := `"` + f + `"`
			if t.Prefix && i == len(fs)-1 {
				w += "*"
			}
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return ""
	}
	m := strings.Join(words, " AND ")
	switch t.Field {
	case feeds.InTitle:
		return "title : (" + m + ")"
	case feeds.InAuthor:
		return "author : (" + m + ")"
	case feeds.InText:
		return "text : (" + m + ")"
	}
	return m
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// Spaced puts blanks between the characters of scripts that are written without them, in
// what is indexed and in what is asked for alike; else a run of them would be one word.
func Spaced(s string) string {
	if !strings.ContainsFunc(s, spaceless) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if spaceless(r) {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func spaceless(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}
