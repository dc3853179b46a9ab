package article

import (
	"strings"

	"golang.org/x/net/html"
)

// own is our own extractor, the second opinion: it takes clutter out of the page and
// gives the smallest part of what is left that holds nearly all prose. It changes doc.
func own(doc *html.Node, m *meta) *html.Node {
	body := find(doc, "body")
	if body == nil {
		return nil
	}
	sweep(body)
	s := weigh(body)
	total := s[body].good
	if total == 0 {
		return nil
	}
	at := body
	// What the page itself marks as the article's text.
	var marked, stated *html.Node
	best, bodies := 0, 0
	walk(body, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		if strings.EqualFold(attr(n, "itemprop"), "articleBody") && s[n].good > 200 {
			stated = n
			bodies++
		}
		if g := s[n].good; g > best && g*2 > total && bodyNamed(n) {
			marked, best = n, g
		}
		return true
	})
	switch {
	case bodies == 1 && s[stated].good*5 > total:
		at = stated
	case marked != nil:
		at = marked
	}
	for {
		var heavy *html.Node
		for c := at.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && s[c].good*100 >= s[at].good*85 {
				heavy = c
			}
		}
		if heavy == nil || s[heavy].paras <= 1 && s[at].paras > 1 || heavy.Data == "p" || heavy.Data == "blockquote" || heavy.Data == "li" || heavy.Data == "pre" {
			break
		}
		// Short paragraphs, headings and lists beside the heavy part belong to it, unless
		// they are mostly links.
		rest := weight{text: s[at].text - s[heavy].text, linked: s[at].linked - s[heavy].linked}
		if rest.text > 0 && rest.density() < 0.2 && rest.text*6 > s[heavy].text && bodyNamed(at) {
			break
		}
		at = heavy
	}
	out := clone(at)
	if out.Data != "div" && out.Data != "article" && out.Data != "section" {
		out.Data, out.DataAtom = "div", 0
	}
	lead := standfirst(body, at, m)
	clean(out, m)
	if lead != nil && !strings.Contains(squeeze(visible(out)), squeeze(visible(lead))) {
		out.InsertBefore(lead, out.FirstChild)
	}
	return out
}

// standfirst is a copy of the paragraph between the title and the article's text that
// sums it up, if it stands outside of the part that was found: its names say so, or the
// page describes itself with the same words.
func standfirst(body, at *html.Node, m *meta) *html.Node {
	var found *html.Node
	titled, done := false, false
	walk(body, func(n *html.Node) bool {
		if done || found != nil || n == at {
			done = true
			return false
		}
		if n.Type != html.ElementNode {
			return false
		}
		if isHeading(n.Data) && !titled && likeness(visible(n), m.title) > 0.9 {
			titled = true
			return false
		}
		if !titled || !block(n.Data) || n.Data == "br" || hasBlock(n) {
			return true
		}
		t, ok := shortText(n, 700)
		if !ok || len(t) < 40 || !readDate(t).IsZero() && len(t) < 80 {
			return true
		}
		named := false
		for _, e := range [...]*html.Node{n, n.Parent} {
			for _, w := range tokens(attr(e, "class") + " " + attr(e, "itemprop")) {
				switch w {
				case "standfirst", "lead", "lede", "dek", "deck", "subtitle", "subheadline", "subhead", "intro", "introduction", "vorspann", "chapo", "teaser", "summary", "excerpt", "abstract", "entradilla", "sommario", "description", "sapo":
					named = true
				}
			}
		}
		if named || m.excerpt != "" && likeness(t, m.excerpt) >= 0.85 {
			found = elem("p", textNode(t))
		}
		return false
	})
	return found
}

// bodyNamed reports whether an element's names say that it is an article's text.
func bodyNamed(n *html.Node) bool {
	if strings.EqualFold(attr(n, "itemprop"), "articleBody") {
		return true
	}
	if n.Data == "article" {
		return true
	}
	ts := tokens(attr(n, "class") + " " + attr(n, "id"))
	for i, t := range ts {
		next := ""
		if i+1 < len(ts) {
			next = ts[i+1]
		}
		switch t {
		case "article", "entry", "post", "story", "content", "blog", "news":
			switch next {
			case "content", "body", "text", "main", "copy":
				return true
			}
		case "articlebody", "storybody", "entrycontent", "postcontent", "postbody", "articlecontent", "articletext":
			return true
		}
	}
	return false
}
