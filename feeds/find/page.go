package find

import (
	"bytes"
	"mime"
	"net/url"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"nightdesk/feeds/plain"
)

const (
	whyLinked = "linked from the page as its feed"
	whyAnchor = "a link on the page that looks like a feed"

	maxPage  = 4 << 20 // bytes of a page that are read
	maxLinks = 100
)

// Links are the feeds that a page names, the likeliest first: its <link rel="alternate">
// and <link rel="feed"> in their order, those of comments after the others, then its
// <a href> that look like feeds. base is the page's address. It fetches nothing.
//
// A <base href> counts for what follows it, as the tests of autodiscovery have it
// (HTML itself lets the first count for the whole page).
func Links(page []byte, base string) []Found {
	at, err := url.Parse(base)
	if err != nil {
		at = &url.URL{}
	}
	var linked, comments, anchors []Found
	seen := make(map[string]bool)
	based := false
	var text *Found // the anchor whose text is being read
	end := func() {
		if text != nil {
			text.Title = tidy(text.Title)
			text = nil
		}
	}
	z := html.NewTokenizer(bytes.NewReader(unicodePage(page[:min(len(page), maxPage)])))
	anchors = make([]Found, 0, maxLinks)
	for len(seen) < maxLinks {
		switch z.Next() {
		case html.ErrorToken:
			end()
			return append(append(linked, comments...), anchors...)
		case html.TextToken:
			if text != nil && len(text.Title) < 300 {
				text.Title += string(z.Text())
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "a" {
				end()
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch string(name) {
			case "base":
				if a := attrs(z, more); a.href != "" && !based {
					if u, err := at.Parse(a.href); err == nil && web(u) {
						at, based = u, true
					}
				}
			case "link":
				a := attrs(z, more)
				typ, ok := a.feed()
				if !ok {
					continue
				}
				u := resolve(at, a.href)
				if u == "" || seen[u] {
					continue
				}
				seen[u] = true
				f := Found{URL: u, Title: tidy(a.title), Type: typ, Why: whyLinked}
				if ofComments(f) {
					comments = append(comments, f)
				} else {
					linked = append(linked, f)
				}
			case "a", "area":
				end()
				a := attrs(z, more)
				if !feedish(a.href, a.typ) {
					continue
				}
				u := resolve(at, a.href)
				if u == "" || seen[u] {
					continue
				}
				seen[u] = true
				anchors = append(anchors, Found{URL: u, Title: a.title, Why: whyAnchor})
				text = &anchors[len(anchors)-1]
				if text.Title != "" {
					end()
				}
			}
		}
	}
	end()
	return append(append(linked, comments...), anchors...)
}

// unicodePage is a page in UTF-8, decoded as a browser would decode it without headers.
func unicodePage(b []byte) []byte {
	enc, name, _ := charset.DetermineEncoding(b[:min(len(b), 1024)], "")
	if name == "utf-8" || name == "windows-1252" { // the latter is the guess for want of a better
		return b
	}
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return b
	}
	return out
}

// element holds the attributes that matter of one element.
type element struct{ href, rel, typ, title, equiv, content string }

func attrs(z *html.Tokenizer, more bool) (e element) {
	for n := 0; more && n < 200; n++ {
		var k, v []byte
		k, v, more = z.TagAttr()
		var to *string
		switch string(k) {
		case "href":
			to = &e.href
		case "rel":
			to = &e.rel
		case "type":
			to = &e.typ
		case "title":
			to = &e.title
		case "http-equiv":
			to = &e.equiv
		case "content":
			to = &e.content
		default:
			continue
		}
		if *to == "" && len(v) <= 8<<10 { // the first of its name counts
			*to = strings.TrimSpace(string(v))
		}
	}
	return e
}

// types are the media types of feeds; those with "" count only with rel=alternate and an
// address that does not speak against it.
var types = map[string]string{
	"application/rss+xml": "rss", "application/rss": "rss", "application/x-rss+xml": "rss", "text/rss": "rss", "text/rss+xml": "rss",
	"application/rdf+xml": "rss", "application/rdf": "rss", "text/rdf": "rss", "application/x-rss": "rss",
	"application/atom+xml": "atom", "application/atom": "atom", "application/x-atom+xml": "atom", "application/x.atom+xml": "atom",
	"text/atom": "atom", "text/atom+xml": "atom",
	"application/feed+json": "json", "application/json": "json",
	"application/xml": "", "text/xml": "",
}

// feed reports whether a <link> names a feed, and of which type it says that it is.
func (e element) feed() (typ string, ok bool) {
	if e.href == "" {
		return "", false
	}
	var alternate, feed, style bool
	for _, r := range strings.Fields(strings.ToLower(e.rel)) {
		switch r {
		case "alternate", "alternative":
			alternate = true
		case "feed":
			feed = true
		case "stylesheet", "search", "edituri", "wlwmanifest", "icon", "canonical":
			style = true
		}
	}
	if style || !alternate && !feed {
		return "", false
	}
	media, params, err := mime.ParseMediaType(e.typ)
	if err != nil {
		media, _, _ = strings.Cut(e.typ, ";")
		media = strings.ToLower(strings.TrimSpace(media))
	}
	typ, known := types[media]
	href := strings.ToLower(e.href)
	switch {
	case strings.Contains(href, "oembed"), strings.Contains(href, "/wp-json"), strings.EqualFold(params["type"], "entry"):
		return "", false
	case feed && (known || e.typ == ""):
		return typ, true
	case known && typ != "" && media != "application/json":
		return typ, true
	case known, e.typ == "":
		return typ, feedish(e.href, "") || known && strings.Contains(strings.ToLower(e.title), "feed")
	}
	return "", false
}

// ofComments reports whether a feed is one of comments, which a person seldom means.
func ofComments(f Found) bool {
	return strings.Contains(strings.ToLower(f.URL), "comment") || strings.Contains(strings.ToLower(f.Title), "comment") ||
		strings.Contains(strings.ToLower(f.Title), "kommentar") || strings.Contains(strings.ToLower(f.Title), "commentaire")
}

// feedish reports whether a link looks like one to a feed: by its type, a last part of its
// path that is named like a feed, or a parameter that asks for one.
func feedish(href, typ string) bool {
	media, _, _ := strings.Cut(strings.ToLower(typ), ";")
	if t := types[strings.TrimSpace(media)]; t != "" && t != "json" {
		return true
	}
	s := strings.ToLower(strings.TrimSpace(href))
	if s == "" || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "mailto:") || strings.HasPrefix(s, "javascript:") {
		return false
	}
	s, _, _ = strings.Cut(s, "#")
	path, query, _ := strings.Cut(s, "?")
	if i := strings.Index(path, "://"); i >= 0 {
		host, p, _ := strings.Cut(path[i+3:], "/")
		if strings.HasPrefix(host, "feeds.") || strings.HasPrefix(host, "rss.") || strings.HasPrefix(host, "feed.") {
			return true
		}
		path = "/" + p
	}
	last := strings.TrimSuffix(path, "/")
	last = last[strings.LastIndexByte(last, '/')+1:]
	name, ext, _ := strings.Cut(last, ".")
	switch {
	case strings.HasSuffix(last, ".rss"), strings.HasSuffix(last, ".atom"), strings.HasSuffix(last, ".rdf"):
		return true
	case name == "feed" || name == "rss" || name == "atom" || name == "feeds" || name == "rss2":
		return ext == "" || ext == "xml" || ext == "json" || ext == "php" || ext == "aspx"
	case ext == "xml":
		return name == "index" || strings.Contains(name, "rss") || strings.Contains(name, "feed") || strings.Contains(name, "atom")
	}
	for part := range strings.SplitSeq(query, "&") {
		k, v, _ := strings.Cut(part, "=")
		switch {
		case k == "feed" && v != "", (k == "format" || k == "output" || k == "type") && (v == "rss" || v == "atom" || v == "feed"):
			return true
		}
	}
	return false
}

func web(u *url.URL) bool { return (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" }

// resolve is a link of a page as an absolute http(s) address, or "".
func resolve(at *url.URL, href string) string {
	href = strings.TrimSpace(href)
	for _, p := range [...]string{"feed://", "feed:"} { // feed:https://… and feed://host/…
		if len(href) > len(p) && strings.EqualFold(href[:len(p)], p) {
			href = href[len(p):]
			if !strings.Contains(href, "://") {
				href = "http://" + strings.TrimPrefix(href, "//")
			}
			break
		}
	}
	// As a browser does: line breaks and tabs within an address are not part of it.
	href = strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(href)
	u, err := at.Parse(href)
	if err != nil || !web(u) {
		return ""
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	s := u.String()
	if !plain.Link(s) || len(s) > 2<<10 {
		return ""
	}
	return s
}

// refresh is where a page's <meta http-equiv="refresh"> leads, or "".
func refresh(page []byte, base string) string {
	at, err := url.Parse(base)
	if err != nil {
		return ""
	}
	z := html.NewTokenizer(bytes.NewReader(unicodePage(page[:min(len(page), 64<<10)])))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return ""
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			if string(name) != "meta" {
				continue
			}
			a := attrs(z, more)
			if !strings.EqualFold(a.equiv, "refresh") {
				continue
			}
			_, to, _ := strings.Cut(a.content, ";")
			to = strings.TrimSpace(to)
			if len(to) > 4 && strings.EqualFold(to[:3], "url") {
				to = strings.TrimSpace(to[3:])
				to = strings.Trim(strings.TrimSpace(strings.TrimPrefix(to, "=")), "'\"")
				return resolve(at, to)
			}
		}
	}
}
