package article

import (
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"nightdesk/feeds/plain"
)

// meta is what a page says of itself.
type meta struct {
	title     string
	site      string
	author    string
	published time.Time
	lang      string
	image     string
	excerpt   string
	canonical string
	body      string // JSON-LD articleBody, plain
	walled    bool   // the page says that it is not free to read, and shows no more than a part

	tags    map[string]string // of <meta>, the first of each name
	authors []string          // every <meta> that names an author
	ld      linked
}

// readMeta reads the page's own words about itself before anything is removed from it.
func readMeta(doc *html.Node, base *url.URL) *meta {
	m := &meta{tags: map[string]string{}}
	var titleTag string
	var h1s []*html.Node
	var times, bylines []*html.Node
	var canonical, amp string
	walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		switch n.Data {
		case "html":
			m.lang = firstOf(attr(n, "lang"), attr(n, "xml:lang"))
		case "title":
			if titleTag == "" && n.Parent.Data != "svg" && n.Namespace == "" {
				titleTag = plain.Text(rawText(n))
			}
		case "meta":
			m.meta(n)
		case "link":
			switch rel := strings.ToLower(attr(n, "rel")); {
			case rel == "canonical" && canonical == "":
				canonical = attr(n, "href")
			case rel == "amphtml" && amp == "":
				amp = attr(n, "href")
			}
		case "script":
			if strings.Contains(strings.ToLower(attr(n, "type")), "ld+json") {
				m.ld.read(rawText(n))
			}
			return false
		case "h1":
			h1s = append(h1s, n)
		case "time":
			times = append(times, n)
		}
		if len(bylines) < 400 && n.Data != "body" && n.Data != "html" && namesAuthorOrDate(n) {
			bylines = append(bylines, n)
		}
		return true
	})
	m.site = plain.Text(firstOf(m.tags["og:site_name"], m.ld.site, m.tags["application-name"]))
	if base != nil {
		m.canonical = httpURL(base, firstOf(canonical, m.tags["og:url"], m.ld.url))
		if c, err := url.Parse(m.canonical); err != nil || c.Path == "" || c.Path == "/" {
			if base.Path != "" && base.Path != "/" {
				m.canonical = "" // a page deep in a site that names the front page
			}
		}
	} else {
		m.canonical = httpURL(&url.URL{}, firstOf(canonical, m.tags["og:url"], m.ld.url))
	}
	if base == nil && m.canonical != "" {
		base, _ = url.Parse(m.canonical)
	}
	m.title = pickTitle(titleTag, h1s, m, base)
	host := ""
	if base != nil {
		host = strings.TrimPrefix(base.Hostname(), "www.")
	}
	m.author = pickAuthor(doc, m, bylines, host)
	m.published = pickDate(doc, m, times, bylines, base)
	m.image = httpURL(base, firstOf(m.tags["og:image"], m.tags["og:image:url"], m.tags["og:image:secure_url"], m.tags["twitter:image"], m.tags["twitter:image:src"], m.ld.image, m.tags["thumbnail"]))
	m.excerpt = excerpt(firstOf(m.tags["og:description"], m.tags["description"], m.tags["twitter:description"], m.ld.description))
	m.lang = primary(firstOf(m.lang, m.tags["content-language"], m.tags["language"], m.tags["og:locale"], m.ld.lang))
	m.body = m.ld.body
	m.walled = m.ld.walled
	return m
}

// meta notes one <meta> element.
func (m *meta) meta(n *html.Node) {
	val := strings.TrimSpace(attr(n, "content"))
	if val == "" || len(val) > 10_000 {
		return
	}
	for _, key := range [...]string{"property", "name", "itemprop", "http-equiv"} {
		k := strings.ToLower(strings.TrimSpace(attr(n, key)))
		if k == "" {
			continue
		}
		if key == "itemprop" {
			k = "itemprop:" + k
		}
		if _, ok := m.tags[k]; !ok && len(m.tags) < 500 {
			m.tags[k] = val
		}
		switch k {
		case "author", "article:author", "dc.creator", "dcterms.creator", "dc.contributor", "parsely-author", "sailthru.author", "byl", "citation_author", "twitter:creator:name", "authors", "article:author_name", "cxenseparse:author":
			m.authors = append(m.authors, val)
		}
	}
}

func firstOf(ss ...string) string {
	for _, s := range ss {
		if s = strings.TrimSpace(s); s != "" {
			return s
		}
	}
	return ""
}

// rawText is all text in a node as it stands, up to 1 MiB.
func rawText(n *html.Node) string {
	if n.FirstChild != nil && n.FirstChild == n.LastChild && n.FirstChild.Type == html.TextNode {
		return n.FirstChild.Data
	}
	var b strings.Builder
	walk(n, func(c *html.Node) bool {
		if c.Type == html.TextNode && b.Len() < 1<<20 {
			b.WriteString(c.Data)
		}
		return c.Type == html.ElementNode
	})
	return b.String()
}

// primary is the primary tag of a language: "en" of "en-US" and "en_GB".
func primary(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if i := strings.IndexAny(s, "-_, ;"); i >= 0 {
		s = s[:i]
	}
	if len(s) < 2 || len(s) > 3 {
		return ""
	}
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			return ""
		}
	}
	return s
}

// guessLang tells a language by its script where that is certain enough.
func guessLang(text string) string {
	counts := map[string]int{}
	total := 0
	for _, r := range text[:min(len(text), 6000)] {
		switch {
		case r < 0x80:
			if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
				counts["latin"]++
				total++
			}
			continue
		case r >= 0x3040 && r <= 0x30FF:
			counts["ja"] += 3
		case isCJK(r):
			counts["zh"]++
		case r >= 0xAC00 && r <= 0xD7A3:
			counts["ko"]++
		case r >= 0x0590 && r <= 0x05FF:
			counts["he"]++
		case r >= 0x0E00 && r <= 0x0E7F:
			counts["th"]++
		case r >= 0x0370 && r <= 0x03FF:
			counts["el"]++
		default:
			continue
		}
		total++
	}
	best, n := "", 0
	for _, l := range [...]string{"ja", "zh", "ko", "he", "th", "el"} {
		if counts[l] > n {
			best, n = l, counts[l]
		}
	}
	if n*2 < total || n < 10 {
		return ""
	}
	return best
}

// httpURL resolves an address and gives it back if it may be opened over the web.
func httpURL(base *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > 8192 {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		// Blanks and the like inside an address are common.
		u, err = url.Parse(strings.NewReplacer(" ", "%20", "\n", "", "\t", "", "\r", "").Replace(ref))
		if err != nil {
			return ""
		}
	}
	if base != nil {
		u = base.ResolveReference(u)
	}
	if s := strings.ToLower(u.Scheme); s != "http" && s != "https" || u.Host == "" {
		return ""
	}
	u.User = nil
	s := u.String()
	if !plain.Link(s) {
		return ""
	}
	return s
}
