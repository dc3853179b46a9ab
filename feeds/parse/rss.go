package parse

import (
	"bytes"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// readRSS has gofeed read a carving of RSS of any version, RDF or CDF.
func readRSS(c *carving) (*head, []entry, error) {
	f, err := (&rss.Parser{}).Parse(bytes.NewReader(c.out))
	if err != nil {
		return nil, nil, err
	}
	r := reader{c}
	h := &head{title: r.text(f.Title), description: r.text(f.Description), lang: r.plain(f.Language), ttl: r.plain(f.TTL)}
	for _, l := range f.Links {
		h.sites = append(h.sites, r.link(l))
	}
	r.feedExtensions(h, f.Extensions)
	if h.author == "" && f.ManagingEditor != "" {
		h.author = r.person(f.ManagingEditor)
	}
	if f.Image != nil {
		h.images = append([]link{r.link(f.Image.URL)}, h.images...)
		if l := r.link(f.Image.Link); l.href != "" {
			h.sites = append(h.sites, l)
		}
	}
	for _, s := range f.SkipHours {
		h.hours = append(h.hours, r.plain(s))
	}
	for _, k := range f.Categories {
		h.categories = append(h.categories, r.plain(k.Value))
	}
	out := make([]entry, 0, len(f.Items))
	for n, it := range f.Items {
		var e entry
		r.rssItem(&e, it)
		if n < len(c.items) {
			k := &c.items[n]
			e.base, e.lang = k.base, first(e.lang, k.lang)
			if k.about != nil && e.guid == "" {
				e.guid, e.permalink = unescape(k.about), true
			}
		}
		out = append(out, e)
	}
	return h, out, nil
}

func first(a ...string) string {
	for _, s := range a {
		if s != "" {
			return s
		}
	}
	return ""
}

// feedExtensions reads what the feed says of itself in other vocabularies.
func (r reader) feedExtensions(h *head, x ext.Extensions) {
	var e entry
	r.extensions(&e, x)
	if h.title.s == "" && len(e.titles) > 0 {
		h.title = e.titles[0]
	}
	if h.description.s == "" && len(e.summaries) > 0 {
		h.description = e.summaries[0]
	}
	h.lang = first(h.lang, e.lang)
	h.sites = append(h.sites, e.links...)
	if h.author == "" && len(e.authors) > 0 {
		h.author = e.authors[0]
	}
	h.images = append(h.images, e.images...)
	h.categories = append(h.categories, e.categories...)
	h.updated = r.plains(h.updated, of(x, "nd", "lastbuilddate")...)
	h.updated = append(append(h.updated, e.updated...), e.published...)
	for _, v := range of(x, "sy", "updateperiod") {
		h.period = r.plain(v)
	}
	for _, v := range of(x, "sy", "updatefrequency") {
		h.frequency = r.plain(v)
	}
	for _, l := range x["atom"]["link"] {
		switch r.plain(l.Attrs["rel"]) {
		case "self":
			h.self = append(h.self, r.link(l.Attrs["href"]))
		case "hub":
			h.hubs = append(h.hubs, r.link(l.Attrs["href"]))
		}
	}
}

func (r reader) rssItem(e *entry, it *rss.Item) {
	e.titles = r.texts(e.titles, it.Title)
	e.summaries = r.texts(e.summaries, it.Description)
	e.contents = r.texts(e.contents, it.Content)
	for _, l := range it.Links {
		if k := r.link(l); k.href != "" {
			e.links = append(e.links, k)
		}
	}
	if it.Author != "" {
		e.authors = append(e.authors, r.person(it.Author))
	}
	if it.GUID != nil {
		e.guid = r.plain(it.GUID.Value)
		e.permalink = !strings.EqualFold(r.plain(it.GUID.IsPermalink), "false")
	}
	for _, c := range it.Categories {
		e.categories = append(e.categories, r.plain(c.Value))
	}
	for _, n := range it.Enclosures {
		l := r.link(n.URL)
		l.typ = r.plain(n.Type)
		e.enclosures = append(e.enclosures, enclosure{l, r.plain(n.Length)})
	}
	e.comments = r.link(it.Comments)
	r.extensions(e, it.Extensions)
}
