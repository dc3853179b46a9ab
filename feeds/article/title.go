package article

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nightdesk/feeds/plain"
)

// pickTitle chooses among what the page calls its title and takes the outlet's name off.
func pickTitle(titleTag string, h1s []*html.Node, m *meta, base *url.URL) string {
	host := ""
	if base != nil {
		host = strings.TrimPrefix(base.Hostname(), "www.")
	}
	og := plain.Text(firstOf(m.tags["og:title"], m.tags["twitter:title"], m.tags["dc.title"], m.tags["parsely-title"], m.tags["sailthru.title"], m.tags["citation_title"]))
	cut := trimSite(titleTag, m.site, host)
	ogCut := trimSite(og, m.site, host)
	var heads []string
	for _, h := range h1s {
		if t := plain.Text(visible(h)); t != "" && utf8.RuneCountInString(t) < 400 && !sameText(t, m.site) && !hiddenSelf(h) {
			heads = append(heads, t)
		}
	}
	// A heading that the page's title contains, or the other way round, is the title as
	// people see it.
	for _, h := range heads {
		for _, other := range [...]string{m.ld.title, og, titleTag} {
			c := trimSite(other, m.site, host)
			if c == "" || len(words(h)) < 2 || likeness(h, c) < 0.6 && (isSite(h, m.site, host) || likeness(h, other) < 0.6) {
				continue
			}
			// A line over or under the title within the same heading is not part of it.
			if likeness(h, m.ld.title) < 0.9 && len(words(c)) > 2 && strings.HasSuffix(h, c) || len(words(c)) > 4 && strings.HasPrefix(h, c+" ") && sameText(cut, ogCut) {
				return c
			}
			return h
		}
	}
	// One heading unlike all of these is the title all the same, unless it is the outlet's
	// on every page: then what the others agree on is.
	if len(heads) == 1 && len(words(heads[0])) > 3 && !isSite(heads[0], m.site, host) {
		return heads[0]
	}
	if ogCut != "" && !sameText(ogCut, m.site) {
		return ogCut
	}
	if t := m.ld.title; t != "" && !sameText(t, m.site) {
		return trimSite(t, m.site, host)
	}
	if len(heads) == 1 && len(words(heads[0])) > 2 {
		return heads[0]
	}
	if cut != "" {
		return cut
	}
	if len(heads) > 0 {
		return heads[0]
	}
	return titleTag
}

// trimSite takes " | Outlet" and the like off a title: the part that names the site, or
// the short part at its end where a long one is left.
func trimSite(title, site, host string) string {
	title = strings.TrimSpace(title)
	for range 3 {
		at, n := -1, 0
		for _, sep := range [...]string{" | ", " - ", " – ", " — ", " :: ", " « ", " » ", " · ", " • ", " / ", " ‹ ", " › ", " // ", "｜", " ~ ", " >> ", " < "} {
			if i := strings.LastIndex(title, sep); i > at {
				at, n = i, len(sep)
			}
		}
		if at <= 0 {
			return title
		}
		head, tail := strings.TrimSpace(title[:at]), strings.TrimSpace(title[at+n:])
		sep := strings.TrimSpace(title[at : at+n])
		strong := sep == "|" || sep == "｜" || sep == "::" || sep == "«" || sep == "»" || sep == "‹" || sep == "›"
		switch {
		case isSite(tail, site, host), strong && len(words(head)) >= 2 && len(words(tail)) <= 5 && len(words(tail)) <= len(words(head)):
			title = head
		case isSite(head, site, host) && len(words(tail)) > 1:
			title = tail
		default:
			// The site may stand first: "Outlet: A title".
			if i := strings.Index(title, " | "); i > 0 && isSite(title[:i], site, host) {
				title = strings.TrimSpace(title[i+3:])
				continue
			}
			return title
		}
	}
	return title
}

// isSite reports whether a part of a title names the outlet: as the page says, or as its
// host does with other letters between.
func isSite(part, site, host string) bool {
	p := squeeze(part)
	if p == "" {
		return false
	}
	if s := squeeze(site); s != "" && (p == s || len(s) >= 4 && len(p) >= 4 && (strings.Contains(p, s) && len(p) < 3*len(s) || strings.Contains(s, p))) {
		return true
	}
	label := host
	if i := strings.LastIndexByte(label, '.'); i > 0 {
		label = label[:i]
	}
	h := squeeze(label)
	if h == "" {
		return false
	}
	if len(p) >= 4 && (strings.Contains(h, p) || len(h) >= 4 && strings.Contains(p, h) && len(words(part)) <= 6) {
		return true
	}
	return squeeze(host) == p
}

// squeeze leaves letters and digits, in lower case.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// sameText reports whether two texts have the same letters and digits in the same order;
// an empty one is like no other. It stops at the first difference.
func sameText(a, b string) bool {
	if a == "" {
		return false
	}
	for {
		var p, q rune
		p, a = nextLetter(a)
		q, b = nextLetter(b)
		if p != q {
			return false
		}
		if p < 0 {
			return true
		}
	}
}

// nextLetter is the first letter or digit of a text, in lower case, and what follows it;
// -1 if there is none.
func nextLetter(s string) (rune, string) {
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r), s[i+utf8.RuneLen(r):]
		}
	}
	return -1, ""
}

// words are the words of a text in lower case; every CJK character is one.
func words(s string) []string {
	var out []string
	start := -1
	for i, r := range s {
		cjk := isCJK(r)
		if !cjk && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r)) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			out = append(out, strings.ToLower(s[start:i]))
			start = -1
		}
		if cjk {
			out = append(out, string(r))
		}
	}
	if start >= 0 {
		out = append(out, strings.ToLower(s[start:]))
	}
	return out
}

// likeness is the share of the words of the shorter text that the longer one has too.
func likeness(a, b string) float64 {
	x, y := words(a), words(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	have := make(map[string]int, len(y))
	for _, w := range y {
		have[w]++
	}
	n := 0
	for _, w := range x {
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return float64(n) / float64(len(x))
}
