package parse

import (
	ext "github.com/mmcdole/gofeed/extensions"
)

// entry is an item of any format before it is a story: what the feed says, not yet
// resolved. Where a format has several places for a thing, the better comes first.
type entry struct {
	guid       string
	permalink  bool // the guid says of itself that it is an address
	links      []link
	origin     string // FeedBurner's note of the link before its own
	about      string // address that stands for the item when nothing better does
	titles     []text
	summaries  []text
	contents   []text
	published  []string
	updated    []string
	authors    []string
	categories []string
	enclosures []enclosure
	images     []link
	comments   link
	lang, base string
}

// nothing reports whether the item is empty.
func (e *entry) nothing() bool {
	return e.guid == "" && e.about == "" && len(e.links)+len(e.titles)+len(e.summaries)+len(e.contents)+len(e.published)+len(e.updated)+
		len(e.authors)+len(e.categories)+len(e.enclosures)+len(e.images) == 0
}

type link struct{ href, base, typ string }

type enclosure struct {
	link
	length string
}

// head is what any format says of the feed.
type head struct {
	title, description         text
	id, lang, author, ttl      string
	period, frequency          string
	sites, self, hubs, images  []link
	updated, hours, categories []string
}

// reader makes entries of what gofeed gives back for a carving.
type reader struct{ c *carving }

// piece is what a marker stands for, nil if s is none.
func (r reader) piece(s string) *piece {
	m := r.c.marker
	if len(s) < len(m)+2 || s[:len(m)] != m {
		return nil
	}
	n := 0
	for i := len(m); i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || n >= len(r.c.pieces) {
			break
		}
		n = n*10 + int(s[i]-'0')
	}
	if n >= len(r.c.pieces) {
		return nil
	}
	return &r.c.pieces[n]
}

// plain is the value of a marker, or s itself.
func (r reader) plain(s string) string {
	if p := r.piece(s); p != nil {
		return p.plain()
	}
	return s
}

func (r reader) text(s string) text { return r.piece(s).text() }

func (r reader) link(s string) link {
	if p := r.piece(s); p != nil {
		return link{href: p.plain(), base: p.base}
	}
	return link{href: s}
}

// texts adds those of the values that say something.
func (r reader) texts(to []text, values ...string) []text {
	for _, v := range values {
		if t := r.text(v); t.s != "" {
			to = append(to, t)
		}
	}
	return to
}

func (r reader) plains(to []string, values ...string) []string {
	for _, v := range values {
		if s := r.plain(v); s != "" {
			to = append(to, s)
		}
	}
	return to
}

// of are the values of the extension elements with this name.
func of(x ext.Extensions, prefix, name string) []string {
	es := x[prefix][name]
	if len(es) == 0 {
		return nil
	}
	out := make([]string, 0, len(es))
	for _, e := range es {
		out = append(out, e.Value)
	}
	return out
}

// extensions reads what any format may carry in other vocabularies.
func (r reader) extensions(e *entry, x ext.Extensions) {
	if len(x) == 0 {
		return
	}
	for _, v := range of(x, "feedburner", "origlink") {
		e.origin = r.plain(v)
	}
	for _, v := range of(x, "feedburner", "origenclosurelink") {
		if l := r.link(v); len(e.enclosures) > 0 && absolute("", l.href) != "" {
			e.enclosures[0].href = l.href
		}
	}
	e.titles = r.texts(e.titles, of(x, "dc", "title")...)
	e.titles = r.texts(e.titles, of(x, "atom", "title")...)
	e.titles = r.texts(e.titles, of(x, "itunes", "title")...)
	e.contents = r.texts(e.contents, of(x, "content", "encoded")...)
	e.contents = r.texts(e.contents, of(x, "nd", "xhtml")...)
	e.contents = r.texts(e.contents, of(x, "atom", "content")...)
	for _, n := range [...]string{"encoded", "fulltext", "full-text", "fullitem", "content", "body"} {
		e.contents = r.texts(e.contents, of(x, "nd", n)...)
	}
	e.summaries = r.texts(e.summaries, of(x, "dc", "description")...)
	e.summaries = r.texts(e.summaries, of(x, "atom", "summary")...)
	e.summaries = r.texts(e.summaries, of(x, "nd", "summary")...)
	e.summaries = r.texts(e.summaries, of(x, "nd", "description")...)
	e.summaries = r.texts(e.summaries, of(x, "nd", "info")...)
	e.summaries = r.texts(e.summaries, of(x, "itunes", "summary")...)
	e.summaries = r.texts(e.summaries, of(x, "googleplay", "description")...)
	e.summaries = r.texts(e.summaries, of(x, "itunes", "subtitle")...)
	for _, n := range [...][2]string{
		{"nd", "pubdate"}, {"nd", "published"}, {"nd", "issued"}, {"dc", "date"}, {"atom", "published"}, {"atom", "issued"}, {"dcterms", "created"}, {"dcterms", "issued"}, {"nd", "created"}, {"nd", "date"},
	} {
		e.published = r.plains(e.published, of(x, n[0], n[1])...)
	}
	for _, n := range [...][2]string{
		{"nd", "updated"}, {"nd", "modified"}, {"dcterms", "modified"}, {"atom", "updated"}, {"atom", "modified"}, {"nd", "lastmod"},
	} {
		e.updated = r.plains(e.updated, of(x, n[0], n[1])...)
	}
	for _, n := range [...][2]string{{"dc", "creator"}, {"dc", "author"}, {"dcterms", "creator"}, {"itunes", "author"}, {"googleplay", "author"}, {"nd", "creator"}, {"nd", "author"}, {"nd", "webmaster"}} {
		for _, v := range of(x, n[0], n[1]) {
			e.authors = append(e.authors, r.person(v))
		}
	}
	for _, a := range x["atom"]["author"] {
		e.authors = append(e.authors, r.personParts(child(a, "name"), child(a, "email")))
	}
	for _, v := range of(x, "dc", "subject") {
		e.categories = append(e.categories, r.plain(v))
	}
	for _, c := range x["atom"]["category"] {
		e.categories = append(e.categories, r.term(c.Attrs["label"], c.Attrs["term"]))
	}
	for _, c := range x["itunes"]["category"] {
		e.categories = r.itunesCategory(e.categories, c, 0)
	}
	for _, n := range [...]string{"itunes", "media"} {
		for _, v := range of(x, n, "keywords") {
			e.categories = append(e.categories, splitComma(r.plain(v))...)
		}
	}
	for _, l := range x["atom"]["link"] {
		r.atomLink(e, l.Attrs["rel"], l.Attrs["href"], l.Attrs["type"], l.Attrs["length"])
	}
	for _, i := range x["itunes"]["image"] {
		e.images = append(e.images, r.link(i.Attrs["href"]))
	}
	for _, i := range x["googleplay"]["image"] {
		e.images = append(e.images, r.link(i.Attrs["href"]))
	}
	r.media(e, x["media"], 0)
	for _, v := range of(x, "nd", "image") {
		if p := r.piece(v); p != nil {
			e.images = append(e.images, link{href: imageOf(p), base: p.base})
		}
	}
	for _, v := range of(x, "dc", "language") {
		e.lang = r.plain(v)
	}
	if e.guid == "" {
		for _, n := range [...][2]string{{"atom", "id"}, {"nd", "guid"}, {"nd", "id"}, {"dc", "identifier"}} {
			for _, v := range of(x, n[0], n[1]) {
				if e.guid == "" {
					e.guid, e.permalink = r.plain(v), true
				}
			}
		}
	}
}

// imageOf is the address in an item's <image>, which is no RSS but common: text, or
// elements of which one is <url>.
func imageOf(p *piece) string {
	s := p.plain()
	if i := index(s, "<url>"); i >= 0 {
		s = s[i+len("<url>"):]
		if j := index(s, "<"); j >= 0 {
			s = s[:j]
		}
	}
	return s
}

func child(e ext.Extension, name string) string {
	if c := e.Children[name]; len(c) > 0 {
		return c[0].Value
	}
	return ""
}

func (r reader) itunesCategory(to []string, e ext.Extension, depth int) []string {
	if v := r.plain(e.Attrs["text"]); v != "" {
		to = append(to, v)
	}
	if depth < 3 {
		for _, c := range e.Children["category"] {
			to = r.itunesCategory(to, c, depth+1)
		}
	}
	return to
}

// term is the name of an Atom category.
func (r reader) term(label, term string) string {
	if l := r.plain(label); l != "" {
		return l
	}
	return r.plain(term)
}

// atomLink files a link by what it says to be.
func (r reader) atomLink(e *entry, rel, href, typ, length string) {
	l := r.link(href)
	l.typ = r.plain(typ)
	if l.href == "" {
		return
	}
	switch rel = r.plain(rel); rel {
	case "", "alternate":
		if l.typ == "" || index(l.typ, "html") >= 0 {
			e.links = append([]link{l}, e.links...)
			if n := len(e.links); n > 1 && (e.links[1].typ == "" || index(e.links[1].typ, "html") >= 0) {
				e.links[0], e.links[1] = e.links[1], e.links[0] // the first of its kind stays first
			}
		} else {
			e.links = append(e.links, l)
		}
	case "enclosure":
		e.enclosures = append(e.enclosures, enclosure{l, r.plain(length)})
	case "replies":
		if (l.typ == "" || index(l.typ, "html") >= 0) && e.comments.href == "" {
			e.comments = l
		}
	case "self", "related", "via", "http://www.iana.org/assignments/relation/alternate":
		if e.about == "" || rel == "http://www.iana.org/assignments/relation/alternate" {
			e.about = absolute(l.base, l.href)
		}
	}
}

// media reads Media RSS: pictures, files, and the texts of items that have no others.
func (r reader) media(e *entry, m map[string][]ext.Extension, depth int) {
	for _, t := range m["title"] {
		e.titles = r.texts(e.titles, t.Value)
	}
	for _, t := range m["description"] {
		e.summaries = r.texts(e.summaries, t.Value)
	}
	for _, t := range m["thumbnail"] {
		e.images = append(e.images, r.link(t.Attrs["url"]))
	}
	for _, c := range m["credit"] {
		if len(e.authors) == 0 && r.plain(c.Attrs["role"]) == "author" {
			e.authors = append(e.authors, r.person(c.Value))
		}
	}
	if depth > 2 {
		return
	}
	for _, c := range m["content"] {
		l := r.link(c.Attrs["url"])
		l.typ = r.plain(c.Attrs["type"])
		medium := r.plain(c.Attrs["medium"])
		switch {
		case l.href == "":
		case medium == "image" || index(l.typ, "image/") == 0 || medium == "" && l.typ == "" && isImage(l.href):
			e.images = append(e.images, l)
		default:
			e.enclosures = append(e.enclosures, enclosure{l, r.plain(c.Attrs["filesize"])})
		}
		r.media(e, c.Children, depth+1)
	}
	for _, g := range m["group"] {
		r.media(e, g.Children, depth+1)
	}
}
