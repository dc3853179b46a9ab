package article

import (
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// maxNested is how many lists, quotes or pieces of emphasis may stand inside each other.
const maxNested = 8

// prepare brings a cleaned article into a small set of elements and attributes, the ones
// that markdown knows: what Article.HTML is. Whatever is not in the set gives its place to
// its content.
func prepare(root *html.Node, base *url.URL, m *meta) {
	revive(root)
	p := &preparer{base: base, title: m.title}
	p.children(root, nest{})
	tidy(root)
}

type preparer struct {
	base  *url.URL
	title string
	words int // that were seen so far, to know the beginning
}

// nest counts what is around a node.
type nest struct{ lists, quotes, emphasis, depth int }

func (p *preparer) children(n *html.Node, in nest) {
	in.depth++
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		p.node(c, in)
		c = next
	}
}

func (p *preparer) node(n *html.Node, in nest) {
	switch n.Type {
	case html.TextNode:
		p.words += len(n.Data) / 6
		return
	case html.ElementNode:
	default:
		remove(n)
		return
	}
	if n.Namespace != "" && n.Data != "math" {
		remove(n)
		return
	}
	tag := n.Data
	switch tag {
	case "script", "style", "template", "noscript", "head", "title", "link", "meta", "form", "input", "select", "textarea", "button", "canvas", "svg", "datalist", "param", "source", "track", "area", "map", "dialog":
		if tag == "form" || tag == "dialog" {
			p.strip(n, in)
			return
		}
		remove(n)
		return
	case "math":
		replace(n, textNode(mathText(n)))
		return
	case "iframe", "embed", "object", "video", "audio", "amp-youtube", "amp-twitter", "amp-instagram", "amp-iframe", "amp-video", "lite-youtube":
		if l := embed(n, p.base); l != nil {
			replace(n, l)
		} else {
			p.strip(n, in)
		}
		return
	case "img":
		p.image(n)
		return
	case "amp-img":
		n.Data = "img"
		p.image(n)
		return
	case "a":
		p.children(n, in)
		p.link(n)
		return
	case "sup", "sub":
		p.script(n, in)
		return
	case "pre":
		prePlain(n)
		return
	case "code", "kbd", "samp", "tt":
		n.Data, n.DataAtom = "code", 0
		t := rawText(n)
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
		}
		n.AppendChild(textNode(t))
		n.Attr = nil
		return
	case "figure":
		p.children(n, in)
		n.Attr = nil
		return
	case "figcaption":
		p.children(n, in)
		n.Attr = nil
		return
	case "dl":
		if in.lists++; in.lists > maxNested {
			p.strip(n, in)
			return
		}
		p.children(n, in)
		definitions(n)
		return
	case "dt", "dd":
		p.children(n, in)
		if n.Parent == nil || n.Parent.Data != "dl" && n.Parent.Data != "div" || in.lists > maxNested {
			n.Data, n.DataAtom = "p", 0
			if hasBlock(n) {
				n.Data = "div"
			}
		}
		n.Attr = nil
		return
	case "table":
		p.children(n, in)
		table(n)
		return
	case "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col":
		if tag == "colgroup" || tag == "col" {
			remove(n)
			return
		}
		if !within(n, "table") {
			n.Data, n.DataAtom = "div", 0
		}
		p.children(n, in)
		keep(n, "colspan", "rowspan")
		return
	case "summary":
		n.Data, n.DataAtom = "p", 0
		n.Attr = nil
		p.children(n, in)
		strong := elem("strong")
		for c := n.FirstChild; c != nil; c = n.FirstChild {
			n.RemoveChild(c)
			strong.AppendChild(c)
		}
		n.AppendChild(strong)
		return
	case "q":
		p.children(n, in)
		n.InsertBefore(textNode("“"), n.FirstChild)
		n.AppendChild(textNode("”"))
		unwrap(n)
		return
	case "h1", "h2", "h3", "h4", "h5", "h6":
		if t := plain.Text(visible(n)); t == "" && find(n, "img") == nil || p.words < 80 && (sameText(t, p.title) || len(words(t)) > 3 && likeness(t, p.title) >= 0.9) {
			remove(n)
			return
		}
		if tag == "h1" {
			n.Data, n.DataAtom = "h2", 0
		}
		p.children(n, in)
		n.Attr = nil
		return
	case "ul", "ol":
		in.lists++
		if in.lists > maxNested {
			p.strip(n, in)
			return
		}
		p.children(n, in)
		start := attr(n, "start")
		n.Attr = nil
		if v, err := strconv.Atoi(start); err == nil && tag == "ol" && v > 1 && v < 100_000 {
			setAttr(n, "start", strconv.Itoa(v))
		}
		return
	case "li":
		if n.Parent.Data != "ul" && n.Parent.Data != "ol" {
			n.Data, n.DataAtom = "div", 0
		}
		p.children(n, in)
		n.Attr = nil
		return
	case "blockquote":
		in.quotes++
		if t := quoted(n, p.base); t != nil {
			p.children(n, in)
			n.Attr = nil
			n.AppendChild(t)
			return
		}
		if in.quotes > maxNested {
			p.strip(n, in)
			return
		}
		p.children(n, in)
		n.Attr = nil
		return
	case "em", "i", "cite", "var", "dfn", "strong", "b", "del", "s", "strike":
		in.emphasis++
		switch tag {
		case "i", "cite", "var", "dfn":
			n.Data, n.DataAtom = "em", 0
		case "b":
			n.Data, n.DataAtom = "strong", 0
		case "s", "strike":
			n.Data, n.DataAtom = "del", 0
		}
		if in.emphasis > 3 || hasBlock(n) || within(n, n.Data) {
			p.strip(n, in)
			return
		}
		p.children(n, in)
		n.Attr = nil
		return
	case "p", "div", "section", "article", "hr", "br":
		if in.depth > 60 && (tag == "div" || tag == "section" || tag == "article") {
			p.children(n, in)
			n.Data, n.DataAtom, n.Attr = "p", 0, nil
			if hasBlock(n) {
				unwrap(n)
			}
			return
		}
		p.children(n, in)
		n.Attr = nil
		return
	}
	if block(tag) {
		n.Data, n.DataAtom, n.Attr = "div", 0, nil
		p.children(n, in)
		return
	}
	p.strip(n, in)
}

// strip prepares the content of a node and gives it the node's place.
func (p *preparer) strip(n *html.Node, in nest) {
	p.children(n, in)
	unwrap(n)
}

func replace(n, by *html.Node) {
	if n.Parent != nil {
		n.Parent.InsertBefore(by, n)
		n.Parent.RemoveChild(n)
	}
}

func keep(n *html.Node, keys ...string) {
	kept := n.Attr[:0]
	for _, a := range n.Attr {
		for _, k := range keys {
			if a.Key == k {
				kept = append(kept, a)
			}
		}
	}
	n.Attr = kept
}

func hasBlock(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.Data != "br" && block(c.Data) || hasBlock(c)) {
			return true
		}
	}
	return false
}

// link makes an address absolute, or gives the link's place to its text.
func (p *preparer) link(n *html.Node) {
	href := strings.TrimSpace(attr(n, "href"))
	text := plain.Text(rawText(n))
	to := ""
	switch {
	case strings.HasPrefix(strings.ToLower(href), "mailto:"):
		if plain.Link(href) && len(href) < 300 {
			to = href
		}
	case strings.HasPrefix(href, "#"):
		if isBackLink(text) {
			remove(n)
			return
		}
	default:
		to = httpURL(p.base, href)
	}
	if to == "" || hasBlock(n) || text == "" && find(n, "img") == nil {
		unwrap(n)
		return
	}
	if text == "" {
		unwrap(n) // a picture that links to its larger self
		return
	}
	n.Attr = []html.Attribute{{Key: "href", Val: to}}
	if claimed := hostIn(text); claimed != "" && strings.HasPrefix(to, "http") {
		if u, err := url.Parse(to); err == nil {
			if host := strings.ToLower(u.Hostname()); !sameSite(claimed, host) {
				n.AppendChild(textNode(" (" + host + ")"))
			}
		}
	}
}

func isBackLink(t string) bool {
	switch t {
	case "↩", "↩︎", "^", "↑", "⏎", "¶", "#", "§", "🔗", "Top", "top", "Back to top", "[edit]", "edit":
		return true
	}
	return false
}

// hostIn is the host that a link's text shows, if it looks like an address.
func hostIn(t string) string {
	t = strings.ToLower(strings.TrimSpace(t))
	for _, s := range [...]string{"https://", "http://"} {
		if i := strings.Index(t, s); i >= 0 {
			t = t[i+len(s):]
			if j := strings.IndexAny(t, "/?#: \u00a0"); j >= 0 {
				t = t[:j]
			}
			if i := strings.LastIndexByte(t, '@'); i >= 0 {
				t = t[i+1:]
			}
			return t
		}
	}
	for _, w := range strings.Fields(t) {
		w = strings.Trim(w, "()[]<>“”\"',;:!?")
		host := w
		if j := strings.IndexAny(w, "/?#"); j >= 0 {
			host = w[:j]
		}
		if i := strings.LastIndexByte(host, '@'); i >= 0 {
			continue
		}
		i := strings.LastIndexByte(host, '.')
		if i <= 0 || len(host)-i < 3 || strings.ContainsAny(host, "…*_") {
			continue
		}
		if strings.HasPrefix(host, "www.") || commonTLD(host[i+1:]) {
			return host
		}
	}
	return ""
}

func commonTLD(s string) bool {
	switch s {
	case "com", "org", "net", "edu", "gov", "mil", "info", "biz", "io", "dev", "app", "ai", "co", "uk", "de", "fr", "es", "it", "nl", "eu", "ch", "at", "us", "ca", "au", "jp", "cn", "ru", "br", "in", "me", "tv", "xyz", "site", "online", "tech", "cloud", "page", "bank", "example", "test":
		return true
	}
	return false
}

// sameSite reports whether the host shown and the host meant are one, or one is below the
// other.
func sameSite(shown, meant string) bool {
	shown, meant = strings.TrimPrefix(strings.TrimSuffix(shown, "."), "www."), strings.TrimPrefix(meant, "www.")
	return shown == meant || strings.HasSuffix(meant, "."+shown)
}

// script sets what is raised or lowered in plain characters where there are such, and
// makes "[1]" of a mark that leads to a note.
func (p *preparer) script(n *html.Node, in nest) {
	t := strings.TrimSpace(rawText(n))
	if a := find(n, "a"); a != nil || n.Data == "sup" && strings.HasPrefix(t, "[") {
		if a != nil && strings.Contains(attr(a, "href"), "#") && len(t) <= 6 {
			t = "[" + strings.Trim(t, "[]() ") + "]"
			replace(n, textNode(t))
			return
		}
		p.strip(n, in)
		return
	}
	if s, ok := scripted(t, n.Data == "sup"); ok {
		replace(n, textNode(s))
		return
	}
	if t == "" || len(t) > 40 || n.Data == "sup" && (t == "th" || t == "st" || t == "nd" || t == "rd" || t == "TM" || t == "®" || t == "™") || find(n, "img") != nil {
		p.strip(n, in)
		return
	}
	mark := "^"
	if n.Data == "sub" {
		mark = "_"
	}
	if len([]rune(t)) > 1 {
		t = "(" + t + ")"
	}
	replace(n, textNode(mark+t))
}

func scripted(s string, up bool) (string, bool) {
	from, to := "0123456789+-=()n−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ⁻"
	if !up {
		from, to = "0123456789+-=()−", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋"
	}
	f, t := []rune(from), []rune(to)
	var out []rune
	for _, r := range s {
		at := -1
		for i := range f {
			if f[i] == r {
				at = i
			}
		}
		if at < 0 {
			return "", false
		}
		out = append(out, t[at])
	}
	return string(out), len(out) > 0
}

// image keeps a picture that has an address on the web, with its alt text.
func (p *preparer) image(n *html.Node) {
	src := httpURL(p.base, source(n))
	alt := plain.Text(attr(n, "alt"))
	if src == "" {
		if alt != "" && len(words(alt)) <= 3 && strings.Contains(attr(n, "class"), "emoji") || len([]rune(alt)) == 1 {
			replace(n, textNode(alt))
			return
		}
		remove(n)
		return
	}
	if strings.Contains(attr(n, "class"), "emoji") && alt != "" {
		replace(n, textNode(alt))
		return
	}
	w, h := attr(n, "width"), attr(n, "height")
	n.Attr = []html.Attribute{{Key: "src", Val: src}, {Key: "alt", Val: alt}}
	for _, d := range [...][2]string{{"width", w}, {"height", h}} {
		if v, err := strconv.Atoi(strings.TrimSuffix(d[1], "px")); err == nil && v > 0 && v < 100_000 {
			setAttr(n, d[0], strconv.Itoa(v))
		}
	}
}

// pictures lists the pictures of a prepared article in their order, each address once.
func pictures(root *html.Node) []feeds.Picture {
	var out []feeds.Picture
	seen := map[string]bool{}
	for _, n := range all(root, "img") {
		u := attr(n, "src")
		if seen[u] || len(out) >= MaxPictures {
			continue
		}
		seen[u] = true
		pic := feeds.Picture{URL: u, Alt: attr(n, "alt")}
		pic.Width, _ = strconv.Atoi(attr(n, "width"))
		pic.Height, _ = strconv.Atoi(attr(n, "height"))
		for f := n.Parent; f != nil && f != root; f = f.Parent {
			if f.Data == "figure" {
				if c := find(f, "figcaption"); c != nil {
					pic.Caption = plain.Text(visible(c))
				}
				break
			}
		}
		out = append(out, pic)
	}
	return out
}

// tidy takes out elements that hold nothing.
func tidy(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		if c.Type == html.ElementNode {
			tidy(c)
			switch c.Data {
			case "img", "br", "hr", "td", "th", "tr", "code", "pre":
			default:
				if c.FirstChild == nil {
					remove(c)
				}
			}
		}
		c = next
	}
}
