// Package query reads the query language that the reader's prompt, saved views, rules
// and the command line share:
//
//	words, "a phrase", pre*        full text
//	title: author: text:           one field of it
//	company: feed: folder: tag: category: lang: kind: id: event:
//	is:unread has:audio            state, and what a story carries
//	since:7d until: on:            time of publication
//	minutes:<5 words:>1000 outlets:>2
//	-term, a OR b, ( … )           not, or, grouping; side by side is and
//
// A term that makes no sense is an error that points at it and names the nearest valid
// one. The package knows neither SQL nor the screen. Start at Parse.
package query

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"nightdesk/feeds"
)

// Env is what the meaning of a query depends on.
type Env struct {
	Now time.Time // in the reader's place: its midnight begins the day
	// Company says whether a slug is known and, if not, which is nearest; nil takes any.
	Company func(slug string) (nearest string, ok bool)
}

// An Error is a term that makes no sense.
type Error struct {
	Query    string
	Pos, End int    // bytes of Query that are wrong
	Msg      string // what is wrong with them
	Suggest  string // what was meant, perhaps
	// Incomplete says that the query only ends too early, as it does while it is typed.
	Incomplete bool
}

func (e *Error) Error() string {
	s := e.Msg
	if e.Pos < e.End && e.End <= len(e.Query) {
		s += fmt.Sprintf(" (at %q, column %d)", e.Query[e.Pos:e.End], utf8.RuneCountInString(e.Query[:e.Pos])+1)
	}
	if e.Suggest != "" {
		s += "; did you mean " + e.Suggest + "?"
	}
	return s
}

// The bounds of a query: nobody types more.
const (
	maxLen   = 4096
	maxDepth = 32
	maxTerms = 256
)

// Parse reads a query. The empty one matches everything. Errors are *Error.
func Parse(text string, env Env) (feeds.Query, error) {
	p := &parser{text: text, env: env}
	if len(text) > maxLen {
		return feeds.Query{}, &Error{Query: text, Msg: fmt.Sprintf("a query has at most %d bytes", maxLen)}
	}
	if !utf8.ValidString(text) {
		return feeds.Query{}, &Error{Query: text, Msg: "the query is not valid UTF-8"}
	}
	root, err := p.or(0)
	if err != nil {
		return feeds.Query{}, err
	}
	if p.skip(); p.at < len(text) {
		return feeds.Query{}, p.fail(p.at, p.at+1, "there is no ( for this )")
	}
	return feeds.Query{Root: root, Text: text}, nil
}

type parser struct {
	text  string
	at    int
	terms int
	env   Env
}

func (p *parser) fail(from, to int, msg string, args ...any) *Error {
	return &Error{Query: p.text, Pos: from, End: min(to, len(p.text)), Msg: fmt.Sprintf(msg, args...)}
}

func (p *parser) skip() {
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if !unicode.IsSpace(r) && !unicode.IsControl(r) {
			return
		}
		p.at += n
	}
}

// or is and-groups with OR between them.
func (p *parser) or(depth int) (feeds.Expr, error) {
	if depth > maxDepth {
		return nil, p.fail(p.at, p.at+1, "the parentheses are nested deeper than %d", maxDepth)
	}
	var parts feeds.Or
	for {
		part, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
		p.skip()
		if !p.word("OR") {
			break
		}
		if part == nil {
			return nil, p.fail(p.at-2, p.at, "there is nothing before OR")
		}
	}
	if len(parts) == 1 {
		return parts[0], nil
	}
	if parts[len(parts)-1] == nil {
		e := p.fail(max(0, p.at-2), p.at, "there is nothing after OR")
		e.Incomplete = p.at >= len(p.text)
		return nil, e
	}
	return parts, nil
}

// word takes an upper-case word of the grammar if it stands here.
func (p *parser) word(w string) bool {
	rest := p.text[p.at:]
	if !strings.HasPrefix(rest, w) {
		return false
	}
	if r, _ := utf8.DecodeRuneInString(rest[len(w):]); len(rest) > len(w) && !unicode.IsSpace(r) && r != '(' && r != ')' {
		return false
	}
	p.at += len(w)
	return true
}

func (p *parser) and(depth int) (feeds.Expr, error) {
	var parts feeds.And
	for {
		p.skip()
		if p.at >= len(p.text) || p.text[p.at] == ')' {
			break
		}
		save := p.at
		if p.word("OR") {
			p.at = save
			break
		}
		if p.word("AND") {
			continue
		}
		part, err := p.factor(depth)
		if err != nil {
			return nil, err
		}
		if part != nil {
			parts = append(parts, part)
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return parts, nil
}

func (p *parser) factor(depth int) (feeds.Expr, error) {
	from := p.at
	if p.terms++; p.terms > maxTerms {
		return nil, p.fail(from, from+1, "a query has at most %d terms", maxTerms)
	}
	if p.word("NOT") {
		p.skip()
		return p.negate(from, depth)
	}
	switch p.text[p.at] {
	case '-':
		p.at++
		return p.negate(from, depth)
	case '(':
		p.at++
		x, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		p.skip()
		if p.at >= len(p.text) {
			e := p.fail(from, from+1, "this ( is never closed")
			e.Incomplete = true
			return nil, e
		}
		p.at++
		return x, nil
	}
	return p.term()
}

func (p *parser) negate(from, depth int) (feeds.Expr, error) {
	if p.at >= len(p.text) || unicode.IsSpace(rune(p.text[p.at])) || p.text[p.at] == ')' {
		e := p.fail(from, p.at, "there is nothing after - to leave out")
		e.Incomplete = p.at >= len(p.text)
		return nil, e
	}
	if p.text[p.at] == '-' {
		return nil, p.fail(from, p.at+1, "two - in a row")
	}
	x, err := p.factor(depth + 1)
	if err != nil || x == nil {
		return nil, err
	}
	return feeds.Not{X: x}, nil
}

// term is a word, a phrase, or field:value,value.
func (p *parser) term() (feeds.Expr, error) {
	from := p.at
	if p.text[p.at] == '"' {
		s, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if !strings.ContainsFunc(s, isWord) {
			return nil, nil
		}
		return feeds.Term{Values: []string{s}, Phrase: true}, nil
	}
	if name, ok := p.field(); ok {
		return p.fielded(name, from)
	}
	w := p.bare(false)
	if w == "" {
		p.at++
		return nil, p.fail(from, p.at, "this means nothing here")
	}
	return textTerm(feeds.AnyText, w), nil
}

func textTerm(f feeds.Field, w string) feeds.Expr {
	t := feeds.Term{Field: f}
	if cut := strings.TrimRight(w, "*"); cut != w {
		t.Prefix, w = true, cut
	}
	if !strings.ContainsFunc(w, isWord) {
		return nil
	}
	t.Values = []string{w}
	return t
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// field takes "name:" if it stands here: letters, then a colon that does not begin "//".
func (p *parser) field() (string, bool) {
	rest := p.text[p.at:]
	i := strings.IndexByte(rest, ':')
	if i <= 0 || strings.HasPrefix(rest[i:], "://") {
		return "", false
	}
	for _, r := range rest[:i] {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return "", false
		}
	}
	p.at += i + 1
	return strings.ToLower(rest[:i]), true
}

// quoted takes "…"; \" is a quotation mark in it.
func (p *parser) quoted() (string, error) {
	from := p.at
	p.at++
	var b strings.Builder
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '\\' && p.at+1 < len(p.text) && (p.text[p.at+1] == '"' || p.text[p.at+1] == '\\'):
			b.WriteByte(p.text[p.at+1])
			p.at += 2
		case c == '"':
			p.at++
			return b.String(), nil
		default:
			b.WriteByte(c)
			p.at++
		}
	}
	e := p.fail(from, len(p.text), "this quotation is never closed")
	e.Incomplete = true
	return "", e
}

// bare takes what goes on without blanks; within a field's value a comma ends it.
func (p *parser) bare(comma bool) string {
	from := p.at
	for p.at < len(p.text) {
		r, n := utf8.DecodeRuneInString(p.text[p.at:])
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == '(' || r == ')' || r == '"' || comma && r == ',' {
			break
		}
		p.at += n
	}
	return p.text[from:p.at]
}

// values takes value,value… of a field, with the place of each.
func (p *parser) values() (vals []string, places [][2]int, err error) {
	for {
		from := p.at
		var v string
		if p.at < len(p.text) && p.text[p.at] == '"' {
			if v, err = p.quoted(); err != nil {
				return nil, nil, err
			}
		} else {
			v = p.bare(true)
		}
		if v != "" {
			vals, places = append(vals, v), append(places, [2]int{from, p.at})
		}
		if p.at >= len(p.text) || p.text[p.at] != ',' {
			return vals, places, nil
		}
		p.at++
	}
}

// fieldOf lists the fields that a query may name.
var fieldNames = [...]string{"title", "author", "text", "company", "feed", "folder", "tag", "category", "lang", "is", "has", "since", "until", "on", "minutes", "words", "outlets", "kind", "id", "event"}

// States and Carried are the values of is: and has:.
var (
	states  = [...]string{"unread", "read", "starred", "saved", "watched", "updated", "teaser", "hidden"}
	carried = [...]string{"image", "audio", "video", "fulltext"}
)

// Fields, States and Carries list what the language knows, for completion and manuals.
func Fields() []string  { return slices.Clone(fieldNames[:]) }
func States() []string  { return slices.Clone(states[:]) }
func Carries() []string { return slices.Clone(carried[:]) }

func kindNames() []string {
	out := make([]string, len(feeds.Kinds))
	for i, k := range feeds.Kinds {
		out[i] = string(k)
	}
	return out
}

func (p *parser) fielded(name string, from int) (feeds.Expr, error) {
	if !slices.Contains(fieldNames[:], name) {
		e := p.fail(from, p.at, "there is no term %s:", name)
		if near := Nearest(name, fieldNames[:]); near != "" {
			e.Suggest = near + ":"
		} else {
			e.Suggest = `"` + name + ":" + `" in quotation marks`
		}
		return nil, e
	}
	vals, places, err := p.values()
	if err != nil {
		return nil, err
	}
	if len(vals) == 0 {
		e := p.fail(from, p.at, "%s: wants a value", name)
		e.Incomplete = p.at >= len(p.text)
		return nil, e
	}
	t := feeds.Term{Field: feeds.Field(name), Values: vals}
	switch name {
	case "title", "author", "text":
		if len(vals) == 1 && p.text[places[0][0]] != '"' {
			return textTerm(t.Field, vals[0]), nil
		}
		if len(vals) == 1 {
			t.Phrase = true
			return t, nil
		}
		var or feeds.Or
		for _, v := range vals {
			if x := textTerm(t.Field, v); x != nil {
				or = append(or, x)
			}
		}
		return or, nil
	case "company":
		for i, v := range vals {
			vals[i] = strings.ToLower(v)
			if p.env.Company == nil {
				continue
			}
			near, ok := p.env.Company(vals[i])
			if !ok {
				e := p.fail(places[i][0], places[i][1], "no company %q is on the list", v)
				if near != "" {
					e.Suggest = "company:" + near
				}
				e.Incomplete = p.at >= len(p.text)
				return nil, e
			}
			if near != "" {
				vals[i] = near
			}
		}
	case "lang":
		for i := range vals {
			vals[i] = strings.ToLower(vals[i])
		}
	case "is":
		return t, p.oneOf(&t, places, states[:], "is")
	case "has":
		return t, p.oneOf(&t, places, carried[:], "has")
	case "kind":
		return t, p.oneOf(&t, places, kindNames(), "kind")
	case "minutes", "words", "outlets":
		if len(vals) != 1 {
			return nil, p.fail(places[0][0], p.at, "%s: takes one number", name)
		}
		if t.Op, t.Num, err = number(vals[0]); err != nil {
			e := p.fail(places[0][0], places[0][1], "%s: wants a number such as >2, not %q", name, vals[0])
			e.Incomplete = p.at >= len(p.text) && strings.Trim(vals[0], "<>=") == ""
			return nil, e
		}
		t.Values = nil
	case "since", "until", "on":
		if len(vals) != 1 {
			return nil, p.fail(places[0][0], p.at, "%s: takes one time", name)
		}
		begin, end, ok := When(vals[0], p.env.Now)
		if !ok {
			e := p.fail(places[0][0], places[0][1], "%s: wants a time such as 7d, today, yesterday or 2026-05-01, not %q", name, vals[0])
			e.Incomplete = p.at >= len(p.text)
			return nil, e
		}
		t.Field, t.Values = feeds.Time, nil
		switch name {
		case "since":
			t.From = begin
		case "until":
			t.To = end
		default:
			t.From, t.To = begin, end
		}
	}
	return t, nil
}

func (p *parser) oneOf(t *feeds.Term, places [][2]int, known []string, name string) error {
	for i, v := range t.Values {
		v = strings.ToLower(v)
		t.Values[i] = v
		if slices.Contains(known, v) {
			continue
		}
		e := p.fail(places[i][0], places[i][1], "%s: knows no %q, but %s", name, v, strings.Join(known, ", "))
		if near := Nearest(v, known); near != "" {
			e.Suggest = name + ":" + near
		}
		e.Incomplete = p.at >= len(p.text)
		return e
	}
	return nil
}

func number(s string) (feeds.Op, int64, error) {
	op := feeds.Eq
	for _, o := range []feeds.Op{feeds.Le, feeds.Ge, feeds.Lt, feeds.Gt, feeds.Eq} {
		if rest, ok := strings.CutPrefix(s, string(o)); ok {
			op, s = o, rest
			break
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && n < 0 {
		err = strconv.ErrRange
	}
	return op, n, err
}
