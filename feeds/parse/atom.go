package parse

import (
	"bytes"

	"github.com/mmcdole/gofeed/atom"
)

// readAtom has gofeed read a carving of Atom.
func readAtom(c *carving) (*head, []entry, error) {
	f, err := (&atom.Parser{}).Parse(bytes.NewReader(c.out))
	if err != nil {
		return nil, nil, err
	}
	r := reader{c}
	h := &head{title: r.text(f.Title), description: r.text(f.Subtitle), lang: c.lang}
	if p := r.piece(f.ID); p != nil {
		h.id = first(absolute(first(p.base, c.url), p.plain()), p.plain())
	}
	for _, l := range f.Links {
		k := r.link(l.Href)
		k.typ = r.plain(l.Type)
		switch r.plain(l.Rel) {
		case "", "alternate":
			h.sites = append(h.sites, k)
		case "self":
			h.self = append(h.self, k)
		case "hub":
			h.hubs = append(h.hubs, k)
		}
	}
	if len(f.Authors) > 0 {
		h.author = r.personParts(f.Authors[0].Name, f.Authors[0].Email)
	}
	for _, s := range [...]string{f.Logo, f.Icon} {
		if l := r.link(s); l.href != "" {
			h.images = append(h.images, l)
		}
	}
	for _, k := range f.Categories {
		h.categories = append(h.categories, r.term(k.Label, k.Term))
	}
	r.feedExtensions(h, f.Extensions)
	out := make([]entry, 0, len(f.Entries))
	for n, it := range f.Entries {
		var e entry
		r.atomEntry(&e, it)
		if n < len(c.items) {
			e.base, e.lang = c.items[n].base, first(e.lang, c.items[n].lang)
		}
		out = append(out, e)
	}
	return h, out, nil
}

func (r reader) atomEntry(e *entry, it *atom.Entry) {
	e.titles = r.texts(e.titles, it.Title)
	e.summaries = r.texts(e.summaries, it.Summary)
	if it.Content != nil {
		if p := r.piece(it.Content.Value); p != nil {
			if t := p.text(); t.s != "" {
				e.contents = append(e.contents, t)
			} else if len(p.src) > 0 {
				s := unescape(p.src)
				e.about = absolute(first(p.base, r.c.url), s)
				if t := p.typ; t != "" && index(t, "html") < 0 && index(t, "text/") < 0 && index(t, "xml") < 0 {
					e.enclosures = append(e.enclosures, enclosure{link{s, p.base, t}, ""})
				}
			}
		}
	}
	e.guid, e.permalink = r.plain(it.ID), true
	for _, l := range it.Links {
		r.atomLink(e, l.Rel, l.Href, l.Type, l.Length)
	}
	for _, a := range it.Authors {
		e.authors = append(e.authors, r.personParts(a.Name, a.Email))
	}
	for _, c := range it.Categories {
		e.categories = append(e.categories, r.term(c.Label, c.Term))
	}
	r.extensions(e, it.Extensions)
	if len(e.authors) == 0 && it.Source != nil {
		for _, a := range it.Source.Authors {
			e.authors = append(e.authors, r.personParts(a.Name, a.Email))
		}
	}
}
