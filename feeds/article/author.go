package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nightdesk/feeds/plain"
)

// namesAuthorOrDate reports whether an element's own names say that it holds the author
// or the date.
func namesAuthorOrDate(n *html.Node) bool {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "class", "id", "itemprop", "rel", "data-testid", "data-component", "property":
			v := strings.ToLower(n.Attr[i].Val)
			for _, w := range [...]string{"author", "byline", "date", "published", "posted", "creator", "writer", "autor", "auteur", "timestamp", "meta", "time", "writtenby", "datum", "publi", "info", "fecha"} {
				if strings.Contains(v, w) {
					return true
				}
			}
		}
	}
	return false
}

// pickAuthor chooses the author: what the page states for machines, else what its markup
// calls one, else a short "By …". A person goes before the outlet's own name.
func pickAuthor(doc *html.Node, m *meta, marked []*html.Node, host string) string {
	stated := ""
	for _, s := range [...]string{nameList(m.ld.names(), m.site), nameList(m.authors, m.site)} {
		switch {
		case s == "":
		case !isSite(s, m.site, host) && !handle(s):
			return s
		case stated == "":
			stated = s
		}
	}
	if s := markedAuthor(m, marked); s != "" && !isSite(s, m.site, host) {
		return s
	}
	if s := shownAuthor(doc, m); s != "" && !isSite(s, m.site, host) {
		return s
	}
	if t := m.tags["twitter:data1"]; t != "" && strings.Contains(strings.ToLower(m.tags["twitter:label1"]), "writ") {
		if s := nameList([]string{t}, m.site); s != "" {
			return s
		}
	}
	return stated
}

// handle reports whether a name is one of an account rather than of a person.
func handle(s string) bool {
	return !strings.ContainsAny(s, " ") && (strings.ToLower(s) == s || strings.ContainsAny(s, "_.0123456789")) && !isCJK([]rune(s)[0])
}

// markedAuthor is the name in the element whose names say most plainly that it holds one.
func markedAuthor(m *meta, marked []*html.Node) string {
	best, bestRank := "", 0
	for _, n := range marked {
		rank := authorRank(n)
		if rank <= bestRank {
			continue
		}
		if inJunk(n) {
			rank -= 3
			if rank <= bestRank {
				continue
			}
		}
		t := plain.Text(visible(n))
		if t == "" {
			t = attr(n, "content")
		}
		if a := firstLink(n); a != "" && nameList([]string{a}, m.site) != "" && len(a) < 60 {
			t = a
		}
		if utf8.RuneCountInString(t) > 120 {
			continue
		}
		if s := nameList([]string{t}, m.site); s != "" {
			best, bestRank = s, rank
		}
	}
	return best
}

// shownAuthor finds what readers see: "By NAME" as a line, a label and the name below it,
// or a link to an author's page.
func shownAuthor(doc *html.Node, m *meta) string {
	linked, byline := "", ""
	expect, lines := false, 0
	walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode || byline != "" {
			return false
		}
		switch n.Data {
		case "head", "script", "style", "nav", "footer", "aside", "form", "noscript", "svg", "select", "button":
			return false
		}
		for _, t := range tokens(attr(n, "class") + " " + attr(n, "id")) {
			if t == "comment" || t == "comments" || t == "related" || t == "sidebar" {
				return false
			}
		}
		if n.Data == "a" && linked == "" {
			href := strings.ToLower(attr(n, "href"))
			for _, w := range [...]string{"/author/", "/authors/", "/autor/", "/autoren/", "/writers/", "/contributor/", "/contributors/", "/people/", "/profile/", "/by/", "/staff/", "/journalist/", "?author=", "/redaktion/", "/reporter/"} {
				if strings.Contains(href, w) {
					if t := plain.Text(visible(n)); len(t) < 60 {
						linked = nameList([]string{t}, m.site)
					}
					break
				}
			}
		}
		leaf := false
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			leaf = leaf || c.Type == html.TextNode && strings.TrimSpace(c.Data) != ""
		}
		if !leaf {
			return true
		}
		if lines++; lines > 1500 {
			return false
		}
		t, ok := shortText(n, 110)
		if !ok || t == "" {
			return true
		}
		l := strings.ToLower(strings.TrimRight(t, ": "))
		if expect {
			expect = false
			if len(strings.Fields(t)) <= 6 {
				if byline = nameList([]string{t}, m.site); byline != "" {
					return false
				}
			}
		}
		switch l {
		case "by", "written by", "author", "article by", "words by", "autor", "autorin", "von", "posted by", "story by", "text", "authors", "par", "por":
			expect = l != "text"
			return true
		}
		for _, p := range [...]string{"by ", "by: ", "written by ", "article by ", "posted by ", "von ", "author: ", "autor: ", "autorin: ", "text: ", "words by ", "par ", "por ", "published by ", "story by "} {
			if rest, ok := cutFold(t, p); ok {
				rest = strings.TrimSpace(rest)
				name := nameList([]string{rest}, m.site)
				if f := strings.Fields(name); len(f) >= 1 && len(f) <= 8 && (len(f) > 1 || n.Data != "p" || find(n, "a") != nil || len(strings.Fields(rest)) == 1) && capitalized(f, p == "by " && len(f) == 1) {
					byline = name
					return false
				}
			}
		}
		return true
	})
	if byline != "" {
		return byline
	}
	return linked
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return "", false
}

// capitalized reports whether words look like a name: the first and the last of them begin
// with a capital letter (or with a letter of a script without).
func capitalized(f []string, loose bool) bool {
	if loose {
		return true
	}
	for _, w := range [...]string{f[0], f[len(f)-1]} {
		r, _ := utf8.DecodeRuneInString(w)
		if unicode.IsLower(r) || !unicode.IsLetter(r) && r != '(' {
			return false
		}
	}
	return true
}

func firstLink(n *html.Node) string {
	if a := find(n, "a"); a != nil {
		return plain.Text(visible(a))
	}
	return ""
}

// authorRank says how plainly an element names the author; 0 is not at all.
func authorRank(n *html.Node) int {
	if n.Data == "img" || n.Data == "link" || n.Data == "script" || n.Data == "form" {
		return 0
	}
	rel, prop := strings.ToLower(attr(n, "rel")), strings.ToLower(attr(n, "itemprop"))
	switch {
	case prop == "author" || prop == "creator":
		return 8
	case rel == "author" || strings.HasPrefix(rel, "author "):
		return 9
	}
	rank := 0
	for _, c := range tokens(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "data-testid")) {
		switch c {
		case "author", "byline", "autor", "auteur", "writer", "writtenby", "verfasser", "redakteur":
			rank = max(rank, 5)
		case "bio", "box", "avatar", "image", "photo", "about", "comment", "comments", "social", "follow", "description", "title", "related", "date", "time", "count", "list", "img", "twitter":
			return min(rank, 1)
		}
	}
	if rank == 0 {
		return 0
	}
	cls := strings.ToLower(attr(n, "class"))
	if strings.Contains(cls, "name") {
		rank += 2
	}
	if n.Data == "a" || n.Data == "span" {
		rank++
	}
	return rank
}

func inJunk(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		if p.Data == "footer" || p.Data == "aside" || p.Data == "nav" {
			return true
		}
		for _, t := range tokens(attr(p, "class") + " " + attr(p, "id")) {
			switch t {
			case "comment", "comments", "related", "sidebar", "widget", "footer", "commentlist":
				return true
			}
		}
	}
	return false
}

// nameList makes "A, B" of the names in a page's words for its authors, without "By",
// titles of jobs, addresses and the outlet's own name where a person is named.
func nameList(in []string, site string) string {
	var out []string
	seen := map[string]bool{}
	for _, s := range in[:min(len(in), 12)] {
		s = plain.Text(html.UnescapeString(s))
		if strings.Contains(s, "://") {
			continue
		}
		for _, after := range [...]string{"ritten by ", "Autor: ", "Author: ", "uthored by: ", "all posts by ", "osts by "} {
			if i := strings.Index(s, after); i >= 0 && i < 60 {
				s = s[i+len(after):]
			}
		}
		s = stripBy(s)
		for _, sep := range [...]string{" | ", " • ", " · ", " – ", " — ", " - ", "\u00a0", " on ", " Updated", " Published", " Posted", " am ", " um ", " in ", " for ", " Reviewed ", ". Reviewed", " Stand:", " Stand ", " Quelle", " Datum", " Content ", " designed", ", Privacy", " View ", " Read ", " Follow"} {
			if i := strings.Index(s, sep); i > 2 {
				s = s[:i]
			}
		}
		if i := strings.IndexAny(s, "0123456789"); i > 4 && s[i-1] == ' ' {
			s = s[:i] // a date follows
			f := strings.Fields(s)
			for len(f) > 1 && (len(f) > 2 || weekday(f[1])) && (monthNamed(strings.Trim(f[len(f)-1], ".,")) > 0 || weekday(f[len(f)-1])) {
				f = f[:len(f)-1]
			}
			s = strings.Join(f, " ")
		}
		s = strings.Trim(s, " ,;:|-–—•·/→›»")
		if !isName(s) {
			continue
		}
		known := false
		for _, o := range out {
			known = known || strings.Contains(squeeze(o), squeeze(s))
		}
		if k := squeeze(s); !seen[k] && !known {
			seen[k] = true
			out = append(out, s)
		}
	}
	if len(out) > 1 {
		// The outlet beside a person is not a person.
		kept := out[:0]
		for _, s := range out {
			if !sameText(s, site) {
				kept = append(kept, s)
			}
		}
		out = kept
	}
	return strings.Join(out, ", ")
}

func weekday(w string) bool {
	switch strings.ToLower(strings.Trim(w, ".,")) {
	case "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "mon", "tue", "wed", "thu", "fri", "sat", "sun":
		return true
	}
	return false
}

func stripBy(s string) string {
	if len(s) > 3 && (s[:2] == "By") && s[2] >= 'A' && s[2] <= 'Z' {
		s = s[2:]
	}
	for range 3 {
		l := strings.ToLower(s)
		done := true
		for _, p := range [...]string{"by ", "by: ", "by:", "von ", "von: ", "par ", "por ", "di ", "written by ", "posted by ", "published by ", "author: ", "author:", "author ", "autor: ", "autor:", "autor ", "text: ", "words by ", "story by ", "article by ", "added by ", "submitted by ", "reviewed by ", "geschrieben von ", "veröffentlicht von ", "von:", "автор: ", "door ", "af ", "av ", "escrito por ", "publié par ", "a cura di ", "tekst: ", "about "} {
			if strings.HasPrefix(l, p) && len(s) > len(p) {
				s = strings.TrimSpace(s[len(p):])
				done = false
				break
			}
		}
		if done {
			break
		}
	}
	return s
}

func isName(s string) bool {
	n := utf8.RuneCountInString(s)
	if n < 2 || n > 100 || strings.Contains(s, "://") || strings.Contains(s, "www.") || strings.HasPrefix(s, "@") || strings.Contains(s, ".com/") || strings.ContainsAny(s, "{}<>[]=") {
		return false
	}
	letters, digits := 0, 0
	for _, r := range s {
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		}
	}
	if letters < 2 || digits > letters/2 {
		return false
	}
	switch strings.ToLower(s) {
	case "admin", "administrator", "author", "authors", "autor", "staff", "editor", "guest", "none", "null", "undefined", "unknown", "anonymous", "webmaster", "redaktion", "root", "wordpress", "user", "share", "follow", "written", "posted", "published", "date", "name", "more", "about", "the author", "about the author", "view all posts", "read more", "author archive", "von", "by", "some", "alle beiträge", "archiv anzeigen", "page.head.extra.author", "all posts", "profile", "website", "contact", "home", "login", "contributor", "contributors":
		return false
	}
	return len(strings.Fields(s)) <= 12
}
