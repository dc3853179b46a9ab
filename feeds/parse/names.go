package parse

import (
	"bytes"
	"strings"
)

// The vocabularies that are read, by the prefix that they get, whatever prefix the
// document gave them. "" is the format's own. "?" is any other: its elements are left out.
const (
	native  = ""
	foreign = "?"
)

// vocabulary is the prefix of a namespace. Real feeds vary the addresses: another case, a
// slash more or less, http or https.
func vocabulary(uri, prefix string) string {
	uri = strings.ToLower(strings.TrimSpace(uri))
	if _, rest, ok := strings.Cut(uri, "://"); ok {
		uri = rest
	}
	uri = strings.TrimSuffix(strings.TrimPrefix(uri, "www."), "/")
	switch uri {
	case "":
		return native
	case "w3.org/2005/atom", "purl.org/atom/ns#", "purl.org/atom/ns", "purl.org/atom":
		return "atom"
	case "purl.org/rss/1.0", "my.netscape.com/rdf/simple/0.9", "channel.netscape.com/rdf/simple/0.9",
		"purl.org/net/rss1.1#", "backend.userland.com/rss", "backend.userland.com/rss2", "my.netscape.com/publish/formats/rss-0.91.dtd",
		"blogs.law.harvard.edu/tech/rss", "cyber.law.harvard.edu/rss/rss.html", "purl.org/rss/2.0", "backend.userland.com/rss20":
		return native
	case "w3.org/1999/02/22-rdf-syntax-ns#":
		return "rdf"
	case "purl.org/rss/1.0/modules/content":
		return "content"
	case "purl.org/dc/elements/1.1", "purl.org/dc/elements/1.0":
		return "dc"
	case "purl.org/dc/terms":
		return "dcterms"
	case "w3.org/1999/xhtml":
		return "xhtml"
	case "purl.org/rss/1.0/modules/syndication":
		return "sy"
	}
	for _, v := range [...]struct{ part, prefix string }{
		{"search.yahoo.com/mrss", "media"}, {"itunes.com/dtds", "itunes"}, {"/dtds/podcast-1.0.dtd", "itunes"},
		{"google.com/schemas/play-podcasts", "googleplay"}, {"feedburner", "feedburner"},
		{"backend.userland.com/rss", native}, {"purl.org/dc/elements", "dc"}, {"w3.org/2005/atom", "atom"},
	} {
		if strings.Contains(uri, v.part) {
			return v.prefix
		}
	}
	if prefix != "" && knownPrefix(prefix) == prefix {
		return prefix
	}
	return foreign
}

// knownPrefix is what a prefix stands for that the document does not declare.
func knownPrefix(p string) string {
	switch p {
	case "rss", "":
		return native
	case "atom", "atom10", "atom03", "a10":
		return "atom"
	case "rdf", "content", "dc", "dcterms", "xhtml", "sy", "media", "itunes", "googleplay", "feedburner":
		return p
	}
	return foreign
}

// binding is a prefix in scope, the innermost first.
type binding struct {
	prefix, means string
	up            *binding
}

func (b *binding) lookup(prefix string) (string, bool) {
	for ; b != nil; b = b.up {
		if b.prefix == prefix {
			return b.means, true
		}
	}
	return "", false
}

// canonical brings a qualified name to the form of the tables below: "title" for the
// format's own, "dc:creator" for others, in lower case; "?" for those left out.
func canonical(name []byte, ns *binding, atom bool) string {
	prefix, local, ok := bytes.Cut(name, []byte{':'})
	if !ok {
		prefix, local = nil, name
	}
	p, known := ns.lookup(string(prefix))
	if !known {
		p = knownPrefix(string(prefix))
	}
	if p == "atom" && atom {
		p = native
	}
	if p == foreign {
		return foreign
	}
	if p == native {
		return intern(local)
	}
	return p + ":" + strings.ToLower(string(local))
}

// intern is the lower-case name, without an allocation where it is a usual one.
func intern(local []byte) string {
	switch string(local) {
	case "item":
		return "item"
	case "entry":
		return "entry"
	case "title":
		return "title"
	case "link":
		return "link"
	case "description":
		return "description"
	case "pubDate":
		return "pubdate"
	case "guid":
		return "guid"
	case "category":
		return "category"
	}
	return strings.ToLower(string(local))
}

// role is what the rewriting does with an element.
type role uint8

const (
	drop      role = iota // left out with all that is in it
	through               // its tags are left out, what is in it is not
	leaf                  // its content is set aside whole
	container             // its tags and its children are kept
	bare                  // kept for its attributes only
)

// roleOf is what becomes of an element with this canonical name, and the name that it is
// given. Names that begin with "nd:" are this package's own: elements that gofeed would
// drop, or read as something else, and dates, of which it would try all its forms on a
// marker.
func roleOf(name string, atom, inItem bool) (role, string) {
	switch name {
	case "rss", "rdf:rdf", "rdf", "feed", "channel":
		return through, ""
	case "title", "link", "category", "author", "contributor":
		if name == "author" && !atom && !inItem {
			return leaf, "nd:author"
		}
		if atom {
			switch name {
			case "link", "category":
				return bare, name
			case "author", "contributor":
				return container, name
			}
		}
		return leaf, name
	case "enclosure":
		return bare, name
	case "dc:title", "dc:creator", "dc:author", "dc:subject", "dc:description", "dc:date", "dc:language", "dc:contributor", "dc:identifier", "dc:publisher",
		"dcterms:created", "dcterms:issued", "dcterms:modified", "dcterms:creator",
		"media:title", "media:description", "media:credit", "media:keywords",
		"itunes:author", "itunes:summary", "itunes:subtitle", "itunes:keywords", "itunes:title",
		"googleplay:author", "googleplay:description", "feedburner:origlink", "feedburner:origenclosurelink",
		"sy:updateperiod", "sy:updatefrequency", "content:encoded":
		return leaf, name
	case "xhtml:body", "xhtml:div":
		return leaf, "nd:xhtml"
	case "media:group", "media:content":
		return container, name
	case "media:thumbnail", "itunes:image", "googleplay:image":
		return bare, name
	case "itunes:category":
		return container, name
	case "itunes:owner":
		return drop, ""
	case "email", "uri", "name", "url", "homepage", "hour", "day":
		return leaf, name
	}
	if atom {
		switch name {
		case "id", "summary", "content", "subtitle", "tagline", "icon", "logo":
			return leaf, name
		case "published":
			return leaf, "nd:published"
		case "updated":
			return leaf, "nd:updated"
		case "modified", "issued", "created", "info", "description", "pubdate", "guid", "date":
			return leaf, "nd:" + name
		case "source":
			return container, name
		}
		return drop, ""
	}
	switch name {
	case "description", "guid", "comments", "language", "managingeditor", "ttl":
		return leaf, name
	case "pubdate":
		return leaf, "nd:pubdate"
	case "lastbuilddate":
		return leaf, "nd:lastbuilddate"
	case "abstract":
		return leaf, "description"
	case "webmaster":
		return leaf, "nd:webmaster"
	case "image":
		if inItem {
			return leaf, "nd:image"
		}
		return container, name
	case "skiphours":
		return container, name
	case "atom:link", "atom:category":
		return bare, name
	case "atom:author", "atom:contributor":
		return container, name
	case "atom:name", "atom:email", "atom:updated", "atom:published", "atom:modified", "atom:issued", "atom:summary", "atom:content", "atom:id", "atom:title", "atom:subtitle":
		return leaf, name
	case "content", "summary", "body", "date", "published", "updated", "created", "modified", "id", "encoded", "fulltext", "full-text", "fullitem", "dcdate", "lastmod", "subject", "creator":
		if inItem || name == "date" || name == "updated" {
			return leaf, "nd:" + name
		}
	}
	return drop, ""
}

// single reports whether an item has at most one of the element: of more, the first that
// says something counts.
func single(name string) bool {
	switch name {
	case "title", "description", "guid", "nd:pubdate", "id", "nd:updated", "nd:published", "content:encoded", "comments", "summary", "content":
		return true
	}
	return false
}

// htmlName reports whether HTML has an element of this name; an unclosed text does not end
// at one.
func htmlName(name []byte) bool {
	switch strings.ToLower(string(name)) {
	case "a", "abbr", "address", "article", "aside", "b", "blockquote", "br", "center", "code", "cite", "dd", "del", "div", "dl", "dt", "em", "figure", "figcaption", "font",
		"h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "iframe", "img", "ins", "li", "ol", "p", "pre", "q", "s", "script", "section", "small", "span", "strike",
		"strong", "style", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "tt", "u", "ul", "video", "audio":
		return true
	}
	return false
}
