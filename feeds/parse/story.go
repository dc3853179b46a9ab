package parse

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Bounds of a story's parts; those of its texts are beside CleanHTML.
const (
	maxTitle      = 400 // runes
	maxAuthor     = 200 // runes, of all authors together
	maxCategory   = 80  // runes
	maxCategories = 24
	maxEnclosures = 16
	maxGUID       = 1000 // bytes
	maxAllHTML    = 96 << 20
)

// maker makes stories of entries.
type maker struct {
	o      Origin
	site   string // absolute, or ""
	author string // of the feed
	clean  cleaner
	html   int // bytes of HTML made so far
}

// base is what relative addresses are relative to: what xml:base says, else the feed's
// site, else the feed's address.
func (m *maker) base(own string) string { return first(own, m.site, m.o.URL) }

func (m *maker) story(e *entry) feeds.Story {
	var s feeds.Story
	s.URL = m.link(e)
	m.files(&s, e)
	m.texts(&s, e)
	m.dates(&s, e)
	s.Author = m.authors(e)
	s.Categories = categories(e.categories)
	s.Lang = primary(e.lang)
	if s.Comments = untracked(absolute(m.base(e.comments.base), e.comments.href)); s.Comments == s.URL {
		s.Comments = ""
	}
	s.GUID = guid(e, &s)
	s.Hash = storyHash(&s)
	return s
}

// link is the address of the story.
func (m *maker) link(e *entry) string {
	if u := absolute("", e.origin); u != "" {
		return untracked(u)
	}
	for _, l := range e.links {
		if u := absolute(m.base(first(l.base, e.base)), l.href); u != "" {
			return untracked(u)
		}
	}
	if e.permalink {
		if u := absolute("", e.guid); u != "" {
			return untracked(u)
		}
	}
	if e.about != "" {
		return untracked(e.about)
	}
	for _, n := range e.enclosures {
		if u := absolute(m.base(n.base), n.href); u != "" {
			return untracked(u)
		}
	}
	return untracked(absolute("", e.guid))
}

// texts sets the title, the summary, the content and its text.
func (m *maker) texts(s *feeds.Story, e *entry) {
	for _, t := range e.titles {
		if s.Title = clip(m.line(t, 2*maxTitle), maxTitle); s.Title != "" {
			break
		}
	}
	var content, summary text
	for _, t := range e.contents {
		if len(t.s) > len(content.s) {
			content = t
		}
	}
	if len(e.summaries) > 0 {
		summary = e.summaries[0]
	}
	if content.s == "" || len(content.s)*2 < len(summary.s) && summary.html {
		content, summary = summary, content
	}
	if content.s != "" {
		e.lang = first(e.lang, content.lang)
		c := m.clean.again(m.base(first(content.base, e.base)), m.html < maxAllHTML)
		if content.html {
			c.run(content.s)
		} else {
			c.paragraphs(content.s)
		}
		s.HTML, s.Text, s.Image = string(c.out), string(c.text), first(s.Image, c.image)
		m.html += len(c.out)
	}
	if summary.s != "" {
		s.Summary = m.line(summary, feeds.SummaryRunes*5/4)
	}
	if s.Summary == "" {
		s.Summary = plain.Text(lead(s.Text, feeds.SummaryRunes*5/4))
	}
	s.Summary = clip(boilerplate(s.Summary), feeds.SummaryRunes)
	if s.Title == "" {
		s.Title = m.titleFrom(s)
	}
	s.Words = words(s.Text)
}

// line is a text on one line, n runes of it at the least if it has them.
func (m *maker) line(t text, n int) string {
	if !t.html {
		return plain.Text(lead(t.s, n))
	}
	c := m.clean.again("", false)
	c.literal, c.enough = true, 4*n
	c.run(t.s)
	if s := plain.Text(lead(string(c.text), n)); s != "" || len(t.s) > 200 {
		return s
	}
	if len(t.s) > 2 && t.s[0] == '<' && strings.IndexByte(t.s, '>') == len(t.s)-1 && !strings.ContainsAny(t.s, " /=") {
		return plain.Text(t.s) // "<script>" as a title means the word
	}
	return plain.Text(c.alt)
}

// titleFrom is a title for a story without one: the start of its text, or what its
// address ends with.
func (m *maker) titleFrom(s *feeds.Story) string {
	if t := plain.Text(first(s.Summary, s.Text[:min(len(s.Text), 1000)])); t != "" {
		if i := strings.IndexAny(t, ".!?。！？"); i > 20 && i < 120 {
			_, n := utf8.DecodeRuneInString(t[i:])
			if i+n == len(t) || t[i+n] == ' ' || n > 1 {
				return t[:i+n]
			}
		}
		return clip(t, 100)
	}
	for _, n := range s.Enclosures { // the name of its file
		u, _, _ := strings.Cut(n.URL, "?")
		u = u[strings.LastIndexByte(u, '/')+1:]
		if i := strings.LastIndexByte(u, '.'); i > 0 {
			u = u[:i]
		}
		if t, err := url.PathUnescape(u); err == nil && plain.Text(t) != "" {
			return clip(plain.Text(t), 100)
		}
	}
	return first(clip(s.URL, 200), untitled)
}

// untitled is the title of a story of which nothing could serve as one.
const untitled = "Untitled"

// oldest is the first date that is believed: before it there were no feeds, and what
// stands for "no date" are the beginnings of calendars.
var oldest = time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC)

// dates sets when the story was published and changed. A date that can't be, or one in
// the future, leaves Published zero: the story is ordered by when it was first seen.
func (m *maker) dates(s *feeds.Story, e *entry) {
	for _, list := range [...][]string{e.published, e.updated} {
		for _, d := range list {
			if s.Given == "" {
				s.Given = clip(plain.Text(d), maxDate)
			}
			if t, ok := date(d, m.o.Now); ok && m.sane(t) {
				s.Published = t
				break
			}
		}
		if !s.Published.IsZero() {
			break
		}
	}
	for _, d := range e.updated {
		if t, ok := date(d, m.o.Now); ok && m.sane(t) {
			if t.After(s.Published) {
				s.Updated = t
			}
			break
		}
	}
}

func (m *maker) sane(t time.Time) bool {
	return t.After(oldest) && (m.o.Now.IsZero() || t.Before(m.o.Now.Add(24*time.Hour)))
}

func (m *maker) authors(e *entry) string {
	var out []string
	n := 0
	for _, a := range e.authors {
		if a == "" || len(out) >= 8 {
			continue
		}
		dup := false
		for _, b := range out {
			dup = dup || strings.EqualFold(a, b)
		}
		if !dup {
			out = append(out, a)
			n += len(a)
		}
	}
	if len(out) == 0 {
		return m.author
	}
	return clip(strings.Join(out, ", "), maxAuthor)
}

func categories(in []string) []string {
	var out []string
	for _, c := range in {
		if looksHTML(c) {
			c = plainText(c)
		}
		if c = clip(plain.Text(c), maxCategory); c == "" {
			continue
		}
		dup := false
		for _, b := range out {
			dup = dup || b == c
		}
		if !dup {
			if out = append(out, c); len(out) >= maxCategories {
				break
			}
		}
	}
	return out
}

// files sets the enclosures and the picture.
func (m *maker) files(s *feeds.Story, e *entry) {
	image := ""
	for _, i := range e.images {
		if image = absolute(m.base(first(i.base, e.base)), i.href); image != "" {
			break
		}
	}
	for _, n := range e.enclosures {
		u := absolute(m.base(first(n.base, e.base)), n.href)
		if u == "" || len(s.Enclosures) >= maxEnclosures {
			continue
		}
		dup := false
		for _, x := range s.Enclosures {
			dup = dup || x.URL == u
		}
		if dup {
			continue
		}
		size, err := strconv.ParseInt(strings.TrimSpace(n.length), 10, 64)
		if err != nil || size < 0 {
			size = 0
		}
		typ := clip(plain.Text(strings.ToLower(n.typ)), 100)
		s.Enclosures = append(s.Enclosures, feeds.Enclosure{URL: u, Type: typ, Length: size})
		if image == "" && strings.HasPrefix(typ, "image/") {
			image = u
		}
	}
	if image != "" {
		s.Image = image
	}
}
