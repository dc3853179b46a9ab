package query

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"nightdesk/feeds"
)

// Match reports whether a story matches, with the meaning that the store gives a query;
// it is for rules, which see stories as they arrive. watched says whether a company is
// on the watch-list; nil is nobody.
func Match(q feeds.Query, s *feeds.Story, watched func(slug string) bool) bool {
	m := matcher{s: s, watched: watched}
	return m.expr(q.Root)
}

type matcher struct {
	s       *feeds.Story
	watched func(string) bool
}

func (m *matcher) expr(e feeds.Expr) bool {
	switch e := e.(type) {
	case feeds.And:
		for _, x := range e {
			if !m.expr(x) {
				return false
			}
		}
		return true
	case feeds.Or:
		for _, x := range e {
			if m.expr(x) {
				return true
			}
		}
		return false
	case feeds.Not:
		return !m.expr(e.X)
	case feeds.Term:
		return m.term(e)
	}
	return true
}

func (m *matcher) term(t feeds.Term) bool {
	s := m.s
	anyOf := func(f func(v string) bool) bool {
		for _, v := range t.Values {
			if f(v) {
				return true
			}
		}
		return false
	}
	switch t.Field {
	case feeds.AnyText:
		return text(t, s.Title, s.Author, body(s))
	case feeds.InTitle:
		return text(t, s.Title)
	case feeds.InAuthor:
		return text(t, s.Author)
	case feeds.InText:
		return text(t, body(s))
	case feeds.ByID:
		return anyOf(func(v string) bool { return v == s.ID })
	case feeds.OfEvent:
		return anyOf(func(v string) bool { return v == s.Event })
	case feeds.OfCompany:
		return anyOf(func(v string) bool {
			for _, c := range s.Companies {
				if c.Slug == v {
					return true
				}
			}
			return false
		})
	case feeds.FromFeed:
		return anyOf(func(v string) bool {
			v = strings.ToLower(v)
			return strings.Contains(strings.ToLower(s.FeedTitle), v) || strings.Contains(strings.ToLower(s.FeedURL), v)
		})
	case feeds.Category:
		return anyOf(func(v string) bool {
			for _, c := range s.Categories {
				if strings.Contains(strings.ToLower(c), strings.ToLower(v)) {
					return true
				}
			}
			return false
		})
	case feeds.Lang:
		return anyOf(func(v string) bool { return v == s.Lang })
	case feeds.OfKind:
		return anyOf(func(v string) bool { return v == string(s.Kind) })
	case feeds.Is, feeds.Has:
		return anyOf(m.state)
	case feeds.Time:
		return (t.From.IsZero() || !s.Published.Before(t.From)) && (t.To.IsZero() || s.Published.Before(t.To))
	case feeds.Minutes:
		return compare(t, int64(s.Minutes()))
	case feeds.Words:
		return compare(t, int64(s.Words))
	case feeds.Outlets:
		return compare(t, int64(max(s.Outlets, 1)))
	}
	return false
}

func compare(t feeds.Term, n int64) bool {
	switch t.Op {
	case feeds.Lt:
		return n < t.Num
	case feeds.Le:
		return n <= t.Num
	case feeds.Gt:
		return n > t.Num
	case feeds.Ge:
		return n >= t.Num
	}
	return n == t.Num
}

func (m *matcher) state(v string) bool {
	s := m.s
	switch v {
	case "unread":
		return !s.Mark.Read
	case "read":
		return s.Mark.Read
	case "starred":
		return s.Mark.Starred
	case "saved":
		return s.Mark.Saved != feeds.NotSaved
	case "updated":
		return !s.Updated.IsZero()
	case "teaser":
		return s.Teaser && !s.Full
	case "image":
		return s.Image != ""
	case "audio", "video":
		for _, e := range s.Enclosures {
			if strings.HasPrefix(e.Type, v+"/") {
				return true
			}
		}
	case "fulltext":
		return s.Full || !s.Teaser
	case "watched":
		for _, c := range s.Companies {
			if m.watched != nil && m.watched(c.Slug) {
				return true
			}
		}
	}
	return false
}

// body is the text of a story as the search index has it: one text, so that a phrase may
// begin in the summary.
func body(s *feeds.Story) string {
	if strings.Contains(s.Text, s.Summary) {
		return s.Text
	}
	return s.Summary + "\n" + s.Text
}

// minPrefix is the length of the shortest beginning that stands for more than itself,
// and maxWords up to how many words of a value are asked for: as in the search index.
const (
	minPrefix = 3
	maxWords  = 64
)

// text reports whether one of a term's values is in the texts, without regard to case
// and marks: of a phrase its words in this order, else each of its words. A term without
// a word in it matches.
func text(t feeds.Term, in ...string) bool {
	var have []string
	for _, s := range in {
		have = append(have, words(s)...)
		have = append(have, "") // no phrase reaches over the border
	}
	asked := false
	for _, v := range t.Values {
		parts := []string{v}
		if !t.Phrase {
			parts = strings.Fields(v)
		}
		var want [][]string
		n := 0
		for _, part := range parts {
			if w := words(part); len(w) > 0 && n < maxWords {
				w = w[:min(len(w), maxWords-n)]
				n += len(w)
				want = append(want, w)
			}
		}
		all := len(want) > 0
		asked = asked || all
		for i, w := range want {
			opens := t.Prefix && i == len(want)-1 && utf8.RuneCountInString(w[len(w)-1]) >= minPrefix
			all = all && phrase(have, w, opens)
		}
		if all {
			return true
		}
	}
	return !asked
}

func phrase(have, want []string, prefix bool) bool {
	for i := 0; i+len(want) <= len(have); i++ {
		k := 0
		for k < len(want) && (have[i+k] == want[k] || prefix && k == len(want)-1 && strings.HasPrefix(have[i+k], want[k])) {
			k++
		}
		if k == len(want) {
			return true
		}
	}
	return false
}

// words splits as the search index does: letters and numbers, in lower case and without
// marks; each character of a script without blanks is a word.
func words(s string) []string {
	var out []string
	var b strings.Builder
	flush := func() {
		if b.Len() > 0 {
			out = append(out, norm.NFC.String(b.String()))
			b.Reset()
		}
	}
	for _, r := range norm.NFD.String(strings.ToLower(strings.ToValidUTF8(s, " "))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case spaceless(r):
			flush()
			out = append(out, string(r))
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.Is(unicode.Co, r):
			b.WriteRune(r)
		default:
			flush()
		}
	}
	flush()
	return out
}

func spaceless(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// Words are the words that a query asks for in texts, for highlights.
func Words(q feeds.Query) []string {
	var out []string
	var walk func(feeds.Expr)
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
			switch e.Field {
			case feeds.AnyText, feeds.InTitle, feeds.InText:
				out = append(out, e.Values...)
			}
		}
	}
	walk(q.Root)
	return out
}
