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
// calls one, else a short "By …".
func pickAuthor(m *meta, marked []*html.Node) string {
	if s := nameList(m.ld.authors, m.site); s != "" {
		return s
	}
	if s := nameList(m.authors, m.site); s != "" {
		return s
	}
	// Markup, by how plainly it says so.
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
		if utf8.RuneCountInString(t) > 120 {
			if rank >= 4 {
				if l := firstLink(n); l != "" && rank >= 4 {
					t = l
				} else {
					continue
				}
			} else {
				continue
			}
		}
		if s := nameList([]string{t}, m.site); s != "" {
			best, bestRank = s, rank
		}
	}
	if best != "" {
		return best
	}
	if t := m.tags["twitter:data1"]; t != "" && strings.Contains(strings.ToLower(m.tags["twitter:label1"]), "writ") {
		return nameList([]string{t}, m.site)
	}
	return ""
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
		s = stripBy(s)
		for _, sep := range [...]string{" | ", " • ", " · ", " – ", " — ", " - ", "\u00a0", " on ", " Updated", " Published", " Posted", " am ", " um ", " in ", " for ", "//"} {
			if i := strings.Index(s, sep); i > 2 {
				s = s[:i]
			}
		}
		s = strings.Trim(s, " ,;:|-–—•·/()")
		if !isName(s) {
			continue
		}
		if k := squeeze(s); !seen[k] {
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

func stripBy(s string) string {
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
	if n < 2 || n > 100 || strings.Contains(s, "://") || strings.Contains(s, "www.") || strings.HasPrefix(s, "@") || strings.ContainsAny(s, "{}<>[]=") {
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
	case "admin", "administrator", "author", "authors", "autor", "staff", "editor", "guest", "none", "null", "undefined", "unknown", "anonymous", "webmaster", "redaktion", "root", "wordpress", "user", "share", "follow", "written", "posted", "published", "date", "name", "more", "about", "the author", "about the author", "view all posts", "read more", "author archive":
		return false
	}
	return len(strings.Fields(s)) <= 12
}
