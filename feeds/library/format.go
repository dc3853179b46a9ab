package library

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

var errEOF = io.EOF

// An Entry is a saved article as its file tells it.
type Entry struct {
	Folder  string // name within the library
	ID      string
	Feed    string // address of the subscription, "" for an article saved by its address alone
	GUID    string
	Outlet  string
	Saved   time.Time
	Starred bool
	Slugs   []string // of companies
	Tags    []string // the outlet's categories
	Article feeds.Article
}

// Format is article.md: YAML front matter in a form that JSON readers of values
// understand too (strings in double quotes, lists in brackets), then the Markdown, in
// which the pictures that were kept are named by their files.
func Format(s *feeds.Story, a *feeds.Article, now time.Time) []byte {
	var b bytes.Buffer
	put := func(key string, v any) {
		j := new(bytes.Buffer)
		enc := json.NewEncoder(j)
		enc.SetEscapeHTML(false)
		if enc.Encode(v) == nil {
			b.WriteString(key + ": " + j.String())
		}
	}
	text := func(key, v string) {
		if v != "" {
			put(key, v)
		}
	}
	date := func(key string, t time.Time) {
		if !t.IsZero() {
			b.WriteString(key + ": " + t.UTC().Format(time.RFC3339) + "\n")
		}
	}
	b.WriteString("---\n")
	text("title", s.Title)
	text("url", first(a.URL, s.URL))
	text("outlet", first(s.FeedTitle, a.Site))
	text("author", first(s.Author, a.Author))
	date("published", s.Published)
	date("saved", now)
	if len(s.Companies) > 0 {
		slugs := make([]string, len(s.Companies))
		for i, t := range s.Companies {
			slugs[i] = t.Slug
		}
		put("companies", slugs)
	}
	if len(s.Categories) > 0 {
		put("tags", s.Categories)
	}
	put("words", a.Words)
	text("lang", first(a.Lang, s.Lang))
	text("id", s.ID)
	text("feed", s.FeedURL)
	text("guid", s.GUID)
	b.WriteString(stampKey + "\n---\n\n")
	b.WriteString("# " + heading(s.Title) + "\n\n")
	md := a.Markdown
	for _, p := range a.Pictures {
		if p.File != "" && p.URL != "" {
			md = strings.ReplaceAll(md, "]("+p.URL, "]("+p.File)
		}
	}
	b.WriteString(strings.TrimSpace(md))
	b.WriteByte('\n')
	return b.Bytes()
}

// heading is a title as the text of a Markdown heading: signs that mean something there
// are escaped.
func heading(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_[]<>&#|~$", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

// ErrNoFrontMatter says that a file does not begin with YAML front matter.
var ErrNoFrontMatter = errors.New("no front matter: the file does not begin with ---")

// Parse reads article.md, also one that a person has edited: unknown keys are passed
// over, plain YAML scalars are read as well as quoted ones. All of it is outside text
// and is cleaned.
func Parse(file []byte) (*Entry, error) {
	src := strings.ReplaceAll(strings.TrimPrefix(string(file), "\ufeff"), "\r\n", "\n")
	rest, ok := strings.CutPrefix(src, "---\n")
	if !ok {
		return nil, ErrNoFrontMatter
	}
	head, body, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return nil, errors.New("the front matter has no end")
	}
	e := &Entry{}
	for line := range strings.SplitSeq(head, "\n") {
		key, val, ok := strings.Cut(line, ":")
		if !ok || strings.HasPrefix(line, " ") {
			continue
		}
		val = strings.TrimSpace(val)
		switch strings.TrimSpace(key) {
		case "title":
			e.Article.Title = plain.Text(scalar(val))
		case "url":
			if u := scalar(val); plain.Link(u) {
				e.Article.URL = u
			}
		case "outlet":
			e.Outlet = plain.Text(scalar(val))
		case "author":
			e.Article.Author = plain.Text(scalar(val))
		case "published":
			e.Article.Published = when(val)
		case "saved":
			e.Saved = when(val)
		case "companies":
			e.Slugs = list(val)
		case "tags":
			for _, t := range list(val) {
				if t = plain.Text(t); t != "" {
					e.Tags = append(e.Tags, t)
				}
			}
		case "words":
			_ = json.Unmarshal([]byte(val), &e.Article.Words)
		case "lang":
			e.Article.Lang = plain.Text(scalar(val))
		case "id":
			e.ID = feeds.FoldID(plain.Text(scalar(val)))
		case "feed":
			e.Feed = scalar(val)
		case "guid":
			e.GUID = scalar(val)
		}
	}
	body = strings.TrimLeft(body, "\n")
	if line, after, _ := strings.Cut(body, "\n"); strings.HasPrefix(line, "# ") {
		body = strings.TrimLeft(after, "\n")
	}
	e.Article.Markdown = plain.Markdown(body)
	e.Article.Source = "saved"
	if e.Article.Title == "" {
		e.Article.Title = "Untitled"
	}
	return e, nil
}

func when(v string) time.Time {
	v = scalar(v)
	for _, layout := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

// scalar reads a YAML scalar: in double quotes as JSON, in single quotes with ” for ',
// or plain.
func scalar(v string) string {
	var s string
	switch {
	case strings.HasPrefix(v, `"`):
		if json.Unmarshal([]byte(v), &s) == nil {
			return s
		}
		return strings.Trim(v, `"`)
	case len(v) >= 2 && v[0] == '\'' && v[len(v)-1] == '\'':
		return strings.ReplaceAll(v[1:len(v)-1], "''", "'")
	}
	return v
}

func list(v string) []string {
	var out []string
	if json.Unmarshal([]byte(v), &out) == nil {
		return out
	}
	for part := range strings.SplitSeq(strings.Trim(v, "[] "), ",") {
		if p := plain.Text(scalar(strings.TrimSpace(part))); p != "" {
			out = append(out, p)
		}
	}
	return out
}
