package parse

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Feed reads a document. Its error is one sentence for people. A document that brings
// the parser down is an error too: one bad feed must not end the program.
func Feed(body []byte, o Origin) (r *Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			r, err = nil, fmt.Errorf("%w: %v", errCrash, p)
		}
	}()
	return feed(body, o)
}

func feed(body []byte, o Origin) (*Result, error) {
	src, note := decode(body, o.ContentType)
	src = typographers(bytes.TrimLeft(src, " \t\r\n\x00"))
	if len(src) == 0 {
		return nil, errEmpty
	}
	r := &Result{}
	if note != "" {
		r.note("%s", note)
	}
	if src[0] == '{' || src[0] == '[' {
		return feedJSON(src, o, r)
	}
	return feedXML(src, o, r)
}

func (r *Result) note(format string, args ...any) {
	if len(r.Repaired) < 20 {
		r.Repaired = append(r.Repaired, plain.Text(fmt.Sprintf(format, args...)))
	}
}

// feedXML reads RSS, RDF, Atom and CDF.
func feedXML(src []byte, o Origin, r *Result) (*Result, error) {
	c, err := carve(src, o.URL, o.Known)
	if err != nil {
		return nil, err
	}
	read := readRSS
	if c.atom {
		read = readAtom
	}
	h, entries, err := read(c)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errBroken, err)
	}
	if len(entries) != len(c.items) {
		r.note("of %d items only %d could be read", len(c.items), len(entries))
	}
	r.Format, r.ItemHashes, r.Unchanged = c.format, c.hashes, c.skipped
	m := r.head(h, o)
	r.stories(m, entries)
	if c.ids != nil {
		for i := range r.Stories {
			if c.ids[r.Stories[i].GUID] { // a guid shared with an item that was left out: it needs looking at all
				o.Known = nil
				return feedXML(src, o, &Result{Repaired: r.Repaired})
			}
		}
	}
	c.notes(r)
	r.finish()
	return r, nil
}

// notes says what was mended.
func (c *carving) notes(r *Result) {
	if c.isCut {
		r.note("the document is cut short after %d items", c.total)
	}
	if c.over > 0 {
		r.note("only the first %d of %d items were read", c.total-c.over, c.total)
	}
	if c.implied > 0 {
		r.note("%d items were not closed", c.implied)
	}
	if c.unclosed > 0 {
		r.note("%d elements were not closed", c.unclosed)
	}
	if c.wrong > 0 {
		r.note("%d end tags had no start", c.wrong)
	}
	if c.tooDeep {
		r.note("what was nested too deep, or too many, was cut")
	}
}

// head takes over what the feed says of itself.
func (r *Result) head(h *head, o Origin) *maker {
	m := &maker{o: o}
	for _, l := range h.sites {
		if r.Site = absolute(first(l.base, o.URL), l.href); r.Site != "" && (l.typ == "" || strings.Contains(l.typ, "html")) {
			break
		}
	}
	m.site = r.Site
	if r.Title = clip(m.line(h.title, 2*maxTitle), maxTitle); r.Title == "" {
		r.Title = host(first(r.Site, o.URL))
	}
	r.Description = clip(m.line(h.description, feeds.SummaryRunes*5/4), feeds.SummaryRunes)
	r.Lang = primary(h.lang)
	r.Author, m.author = h.author, h.author
	r.ID = clip(plain.Text(h.id), maxGUID)
	r.Categories = categories(h.categories)
	pick := func(ls []link) string {
		for _, l := range ls {
			if u := absolute(m.base(l.base), l.href); u != "" {
				return u
			}
		}
		return ""
	}
	r.Image, r.Self, r.Hub = pick(h.images), pick(h.self), pick(h.hubs)
	for _, d := range h.updated {
		if t, ok := date(d, o.Now); ok {
			r.Updated = t
			break
		}
	}
	r.TTL = ttl(h)
	for _, s := range h.hours {
		if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= 24 && !slices.Contains(r.SkipHours, n%24) {
			r.SkipHours = append(r.SkipHours, n%24)
		}
	}
	return m
}

// host is the host of an address, as a name for what has none.
func host(u string) string {
	_, rest, _ := strings.Cut(u, "://")
	h, _, _ := strings.Cut(rest, "/")
	return plain.Text(strings.TrimPrefix(h, "www."))
}

// ttl is how long the feed asks to be left alone: its <ttl> in minutes, or the period and
// frequency of the syndication module.
func ttl(h *head) time.Duration {
	if n, err := strconv.Atoi(strings.TrimSpace(h.ttl)); err == nil && n > 0 {
		return time.Duration(min(n, 366*24*60)) * time.Minute
	}
	var d time.Duration
	switch strings.ToLower(h.period) {
	case "hourly":
		d = time.Hour
	case "daily":
		d = 24 * time.Hour
	case "weekly":
		d = 7 * 24 * time.Hour
	case "monthly":
		d = 30 * 24 * time.Hour
	case "yearly":
		d = 365 * 24 * time.Hour
	}
	if n, err := strconv.Atoi(h.frequency); err == nil && n > 1 {
		d /= time.Duration(n)
	}
	return d.Truncate(time.Second)
}

// stories makes stories of all entries but those that say nothing at all.
func (r *Result) stories(m *maker, entries []entry) {
	r.Stories = make([]feeds.Story, 0, len(entries))
	void := 0
	for i := range entries {
		if entries[i].nothing() {
			void++
			continue
		}
		r.Stories = append(r.Stories, m.story(&entries[i]))
		entries[i] = entry{} // its pieces are not needed any more
	}
	if void > 0 {
		r.note("%d items say nothing and were left out", void)
	}
}

// finish makes the guids unique and says what that took.
func (r *Result) finish() {
	var repeated, shared int
	r.Stories, repeated, shared = unique(r.Stories)
	if repeated > 0 {
		r.note("%d items repeat another one", repeated)
	}
	if shared > 0 {
		r.note("%d items share a guid with another one", shared)
	}
}
