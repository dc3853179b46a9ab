package store

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nightdesk/feeds"
)

// pureText reports whether an expression asks for texts only, so that the search index
// can answer it by itself.
func pureText(e feeds.Expr) bool {
	switch e := e.(type) {
	case feeds.And:
		return allText(e)
	case feeds.Or:
		return allText(e)
	case feeds.Not:
		return pureText(e.X)
	case feeds.Term:
		return e.Field.Text()
	}
	return false
}

func allText(list []feeds.Expr) bool {
	for _, e := range list {
		if !pureText(e) {
			return false
		}
	}
	return len(list) > 0
}

// matchAll is the FTS5 query (https://sqlite.org/fts5.html#full_text_query_syntax) for
// stories that match all of the expressions, which are pure text. It is "" where FTS5
// cannot say it: it knows "this without that", but no "without that" by itself. A part
// that holds no word at all (punctuation) matches everything.
func matchAll(list []feeds.Expr) string {
	var yes, no []string
	var walk func(feeds.Expr) bool
	walk = func(e feeds.Expr) bool {
		switch e := e.(type) {
		case feeds.And:
			for _, x := range e {
				if !walk(x) {
					return false
				}
			}
		case feeds.Or:
			var any []string
			for _, x := range e {
				m := matchAll([]feeds.Expr{x})
				if m == "" {
					return false
				}
				any = append(any, m)
			}
			if len(any) == 0 {
				return false
			}
			yes = append(yes, "("+strings.Join(any, " OR ")+")")
		case feeds.Not:
			m := matchAll([]feeds.Expr{e.X})
			if m == "" {
				return false
			}
			no = append(no, m)
		case feeds.Term:
			if m := Match(e); m != "" {
				yes = append(yes, "("+m+")")
			}
		}
		return true
	}
	for _, e := range list {
		if !walk(e) {
			return ""
		}
	}
	switch {
	case len(yes) == 0:
		return ""
	case len(no) == 0:
		return strings.Join(yes, " AND ")
	}
	return "((" + strings.Join(yes, " AND ") + ") NOT (" + strings.Join(no, " OR ") + "))"
}

// maxWords bounds how many words of a term are asked for.
const maxWords = 64

// Match is a term as an FTS5 query; what a person typed is quoted, so that nothing in it
// is syntax. It is "" if the term holds no word.
func Match(t feeds.Term) string {
	var any []string
	for _, v := range t.Values {
		if m := matchValue(v, t); m != "" {
			any = append(any, m)
		}
	}
	if len(any) == 0 {
		return ""
	}
	m := strings.Join(any, " OR ")
	if len(any) > 1 {
		m = "(" + m + ")"
	}
	switch t.Field {
	case feeds.InTitle:
		return "{title} : (" + m + ")"
	case feeds.InAuthor:
		return "{author} : (" + m + ")"
	case feeds.InText:
		return "{text} : (" + m + ")"
	}
	return "{text title author} : (" + m + ")"
}

func matchValue(v string, t feeds.Term) string {
	parts := asked(v, t.Phrase)
	if len(parts) == 0 {
		return ""
	}
	out := make([]string, len(parts))
	for i, words := range parts {
		out[i] = `"` + strings.Join(words, " ") + `"`
	}
	if t.Prefix && opens(parts) {
		out[len(out)-1] += "*"
	}
	return "(" + strings.Join(out, " AND ") + ")"
}

// asked are the parts of what a person typed, all of which have to be found: of a phrase
// the whole, else each word. A part of several words has to be found in that order: a
// word with marks in it ("AT&T"), a run of a script without blanks.
func asked(v string, phrase bool) [][]string {
	fields := []string{v}
	if !phrase {
		fields = strings.Fields(v)
	}
	var out [][]string
	n := 0
	for _, f := range fields {
		if words := tokens(f); len(words) > 0 && n < maxWords {
			words = words[:min(len(words), maxWords-n)]
			n += len(words)
			out = append(out, words)
		}
	}
	return out
}

// minPrefix is the length of the shortest beginning that stands for more than itself:
// those of one or two letters fit too much to be of use, and take the index long.
const minPrefix = 3

// opens reports whether the last word of what was asked may be the beginning of one.
func opens(parts [][]string) bool {
	last := parts[len(parts)-1]
	return utf8.RuneCountInString(last[len(last)-1]) >= minPrefix
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isToken is wider than isWord: marks belong to the letter before them.
func isToken(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Co, r)
}

// Spaced puts blanks between the characters of scripts that are written without them, in
// what is indexed and in what is asked for alike; else a run of them would be one word.
func Spaced(s string) string {
	if !strings.ContainsFunc(s, spaceless) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) * 3 / 2)
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

// maxWaiting is how many of the stories that wait to be indexed are searched one by one,
// the newest first. More of them wait only for moments after a long absence.
const maxWaiting = 1000

// waiting is what a search has to know of the stories that wait to be indexed: nothing,
// most of the time.
type waiting struct {
	any  bool
	docs []waitingDoc
}

type waitingDoc struct {
	id                  int64
	text, title, author []string // words
}

// loadWaiting reads the stories that wait to be indexed.
func (db *DB) loadWaiting(ctx context.Context) (*waiting, error) {
	w := &waiting{}
	if err := db.row(ctx, "SELECT EXISTS (SELECT 1 FROM pending)", nil, &w.any); err != nil || !w.any {
		return w, err
	}
	err := db.rows(ctx, waitingSQL, []any{maxWaiting}, func(r scanner) error {
		d, err := scanWaiting(r)
		w.docs = append(w.docs, waitingDoc{d.id, tokens(d.text), tokens(d.title), tokens(d.author)})
		return err
	})
	return w, err
}

// find is the JSON list of the stories that wait and match all of the expressions.
func (w *waiting) find(list ...feeds.Expr) string {
	b := []byte{'['}
	for i := range w.docs {
		if w.docs[i].matches(feeds.And(list)) {
			if len(b) > 1 {
				b = append(b, ',')
			}
			b = strconv.AppendInt(b, w.docs[i].id, 10)
		}
	}
	return string(append(b, ']'))
}

func (d *waitingDoc) matches(e feeds.Expr) bool {
	switch e := e.(type) {
	case feeds.And:
		for _, x := range e {
			if !d.matches(x) {
				return false
			}
		}
		return true
	case feeds.Or:
		for _, x := range e {
			if d.matches(x) {
				return true
			}
		}
		return false
	case feeds.Not:
		return !d.matches(e.X)
	case feeds.Term:
		in := [][]string{d.text, d.title, d.author}
		switch e.Field {
		case feeds.InText:
			in = in[:1]
		case feeds.InTitle:
			in = in[1:2]
		case feeds.InAuthor:
			in = in[2:]
		}
		words := false
		for _, v := range e.Values {
			parts := asked(v, e.Phrase)
			all := len(parts) > 0
			words = words || all
			for i, p := range parts {
				all = all && inAny(in, p, e.Prefix && i == len(parts)-1 && opens(parts))
			}
			if all {
				return true
			}
		}
		return !words
	}
	return true
}

func inAny(in [][]string, want []string, prefix bool) bool {
	for _, have := range in {
		for i := 0; i+len(want) <= len(have); i++ {
			k := 0
			for k < len(want) && (have[i+k] == want[k] || prefix && k == len(want)-1 && strings.HasPrefix(have[i+k], want[k])) {
				k++
			}
			if k == len(want) {
				return true
			}
		}
	}
	return false
}

// tokens splits a text as the index does: in lower case, without diacritics, each
// character of a script without blanks by itself. The index is given these and not the
// text, so that what is asked for is split as what is there in every script: SQLite's
// tokenizer by itself takes the vowel signs of India for blanks.
func tokens(s string) []string {
	s = strings.ToLower(strings.ToValidUTF8(s, " "))
	if strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) {
		s = strings.Map(func(r rune) rune {
			if unicode.Is(unicode.Mn, r) {
				return -1
			}
			return r
		}, norm.NFD.String(s))
		s = norm.NFC.String(s) // puts the syllables of Hangul together again
	}
	return strings.FieldsFunc(Spaced(s), func(r rune) bool { return !isToken(r) })
}

// forIndex is a text as the index takes it.
func forIndex(s string) string { return strings.Join(tokens(s), " ") }

// ofFeed and ofCompany are the words under which the index knows whose a story is.
func ofFeed(id int64) string { return "f" + strconv.FormatInt(id, 10) + "z" }

func ofCompany(slug string) string {
	return "c" + strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return 'ø' // may make two slugs one: what is found this way is checked again
	}, strings.ToLower(slug)) + "z"
}

// indexed is a story as the search index takes it.
type indexed struct {
	id, doc, feed, edit int64
	title, author, text string
	companies           []feeds.Tag
	also                string // other feeds, with commas
}

const waitingColumns = `s.id, s.doc, s.feed, s.title, s.author, s.summary, s.companies, coalesce(b.html, x''), coalesce(a.article, x''),
	coalesce((SELECT group_concat(feed) FROM also WHERE also.story = s.id), ''), p.edit
	FROM pending p CROSS JOIN story s ON s.id = p.story LEFT JOIN body b ON b.id = s.id LEFT JOIN article a ON a.sid = s.sid`

const waitingSQL = "SELECT " + waitingColumns + " ORDER BY p.story DESC LIMIT ?"

func scanWaiting(r scanner) (indexed, error) {
	var d indexed
	var summary, companies string
	var body, article []byte
	if err := r.Scan(&d.id, &d.doc, &d.feed, &d.title, &d.author, &summary, &companies, &body, &article, &d.also, &d.edit); err != nil {
		return d, err
	}
	if companies != "" && json.Unmarshal([]byte(companies), &d.companies) != nil {
		d.companies = nil
	}
	_, d.text = unpackBody(body)
	if a := unpack(article); a != "" {
		var page feeds.Article
		if json.Unmarshal([]byte(a), &page) == nil && len(page.Markdown) > len(d.text)/2 {
			d.text = page.Title + "\n" + page.Excerpt + "\n" + page.Markdown
		}
	}
	if !strings.Contains(d.text, summary) {
		d.text = summary + "\n" + d.text
	}
	return d, nil
}

// of is the content of the index's column of this name.
func (d *indexed) of() string {
	var b strings.Builder
	b.WriteString(ofFeed(d.feed))
	for _, t := range d.companies {
		b.WriteString(" " + ofCompany(t.Slug))
	}
	for id := range strings.SplitSeq(d.also, ",") {
		if n, err := strconv.ParseInt(id, 10, 64); err == nil {
			b.WriteString(" " + ofFeed(n))
		}
	}
	return b.String()
}
