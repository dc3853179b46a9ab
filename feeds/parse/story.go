package parse

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
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
		s.Summary = m.line(summary, 2*feeds.SummaryRunes)
	}
	if s.Summary == "" {
		s.Summary = plain.Text(lead(s.Text, 2*feeds.SummaryRunes))
	}
	s.Summary = clip(boilerplate(s.Summary), feeds.SummaryRunes)
	if s.Title == "" {
		s.Title = m.titleFrom(s)
	}
	s.Words = words(s.Text)
}

// lead is the first n runes of a text, or a little more.
func lead(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
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

// boilerplate is a summary without the sentence that WordPress adds at its end.
func boilerplate(s string) string {
	if i := strings.LastIndex(s, "The post "); i > 0 {
		if strings.Contains(s[i:], " appeared first on ") || strings.Contains(s[i:], " first appeared on ") {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

// clip cuts a line at n runes, between words if that is near.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, space := 0, 0
	for i, r := range s {
		if count == n-1 {
			if utf8.RuneCountInString(s[i:]) == 1 {
				return s
			}
			if space > i*3/4 {
				i = space
			}
			return strings.TrimRight(s[:i], " ,;:-–—") + "…"
		}
		if r == ' ' {
			space = i
		}
		count++
	}
	return s
}

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

// primary is the primary tag of a language, or "".
func primary(lang string) string {
	lang = strings.ToLower(strings.TrimSpace(lang))
	if i := strings.IndexAny(lang, "-_, ;"); i >= 0 {
		lang = lang[:i]
	}
	if len(lang) < 2 || len(lang) > 8 {
		return ""
	}
	for i := 0; i < len(lang); i++ {
		if lang[i] < 'a' || lang[i] > 'z' {
			return ""
		}
	}
	return lang
}

// words counts the words of a text; a character of Chinese, Japanese or Korean is half a
// word.
func words(s string) int {
	n, half, in := 0, 0, false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
			if letter && !in {
				n++
			}
			in = letter || in && (c == '\'' || c == '-' || c == '.' || c == ',') && i+1 < len(s) && s[i+1] > ' '
			i++
			continue
		}
		r, k := utf8.DecodeRuneInString(s[i:])
		i += k
		switch {
		case r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff:
			if r < 0x3000 || r > 0x303f {
				half++
			}
			in = false
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '’':
			if !in && r != '’' {
				n++
				in = true
			}
		default:
			in = false
		}
	}
	return n + (half+1)/2
}

// guid is what tells the story apart within its feed: the feed's id for it, else its
// link, else its words.
func guid(e *entry, s *feeds.Story) string {
	g := plain.Text(e.guid)
	if g == "" {
		g = s.URL
	}
	if g == "" {
		g = "text:" + strconv.FormatUint(hash([]byte(s.Title+"\x00"+s.Given+"\x00"+s.Summary)), 36)
	}
	if len(g) > maxGUID {
		g = strings.ToValidUTF8(g[:maxGUID-20], "") + "#" + strconv.FormatUint(hash([]byte(g)), 36)
	}
	return g
}

// storyHash is over all that a reader could notice of a story.
func storyHash(s *feeds.Story) uint64 {
	var b []byte
	for _, p := range [...]string{s.GUID, s.URL, s.Title, s.Author, s.Given, s.Summary, s.HTML, s.Lang, s.Image, s.Comments} {
		b = append(append(b, p...), 0)
	}
	for _, c := range s.Categories {
		b = append(append(b, c...), 1)
	}
	for _, n := range s.Enclosures {
		b = append(append(b, n.URL...), 2)
	}
	return hash(b)
}

// unique makes every guid unique. A story that comes twice, with guid and link, is kept
// the first time. A guid that different links share belongs to none of them: each gets
// one with its link, so that which of them comes first does not matter.
func unique(in []feeds.Story) (out []feeds.Story, repeated, shared int) {
	links := make(map[string]string, len(in)) // guid -> its one link
	many := make(map[string]bool)
	for i := range in {
		g, u := in[i].GUID, in[i].URL
		if was, ok := links[g]; !ok {
			links[g] = u
		} else if was != u {
			many[g] = true
		}
	}
	seen := make(map[string]bool, len(in))
	titles := make(map[string]string)
	out = in[:0]
	for i := range in {
		s := in[i]
		g := s.GUID
		if many[s.GUID] {
			of := first(s.URL, s.Title)
			s.GUID = s.GUID + "#" + strconv.FormatUint(hash([]byte(of)), 36)
			s.Hash = storyHash(&s)
			shared++
		}
		if seen[s.GUID] && many[g] && titles[s.GUID] != s.Title {
			s.GUID += "#" + strconv.FormatUint(hash([]byte(s.Title)), 36)
			s.Hash = storyHash(&s)
		}
		if seen[s.GUID] {
			repeated++
			continue
		}
		seen[s.GUID] = true
		if many[g] {
			titles[s.GUID] = s.Title
		}
		out = append(out, s)
	}
	return out, repeated, shared
}
