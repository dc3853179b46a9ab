package article

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// tokens are the words of class names and ids: "relatedPosts-box" is related, posts, box.
func tokens(s string) []string {
	var out []string
	start := -1
	var prev rune
	for i, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= 0x80
		upper := r >= 'A' && r <= 'Z'
		if start >= 0 && (!letter || upper && prev >= 'a' && prev <= 'z') {
			out = append(out, strings.ToLower(s[start:i]))
			start = -1
		}
		if letter && start < 0 {
			start = i
		}
		prev = r
		if len(out) > 60 {
			return out
		}
	}
	if start >= 0 {
		out = append(out, strings.ToLower(s[start:]))
	}
	return out
}

// verdict is what an element's names say of it.
type verdict int8

const (
	fine    verdict = iota
	weak            // clutter if it looks like it, too
	label           // clutter if there is little prose in it
	clutter         // clutter unless most of the text is in it
)

// judge reads an element's names.
func judge(n *html.Node) verdict {
	switch n.Data {
	case "nav", "footer", "form", "dialog":
		return clutter
	case "aside":
		return clutter
	case "header", "menu":
		return weak
	case "body", "html", "main", "article", "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code", "table", "tbody", "td", "tr", "th", "blockquote", "img", "picture", "video", "a", "em", "strong", "b", "i", "time", "br", "sup", "sub", "figure", "figcaption", "iframe":
		switch n.Data {
		case "p", "a", "h2", "h3", "h4", "table", "figure", "blockquote":
		default:
			return fine
		}
	}
	switch attr(n, "role") {
	case "navigation", "complementary", "contentinfo", "banner", "search", "dialog", "menu", "menubar", "toolbar", "alertdialog":
		return clutter
	}
	if attr(n, "aria-modal") == "true" {
		return clutter
	}
	class, id := attr(n, "class"), attr(n, "id")
	if class == "" && id == "" {
		return fine
	}
	worst := fine
	ts := tokens(class + " " + id)
	for i, t := range ts {
		next := ""
		if i+1 < len(ts) {
			next = ts[i+1]
		}
		if i > 0 {
			switch ts[i-1] {
			case "no", "with", "has", "without", "hide", "show":
				continue // of the page around it
			}
		}
		v := judgeToken(t, next)
		if v > worst {
			worst = v
		}
	}
	if n.Data == "a" && worst == weak {
		return fine
	}
	return worst
}

func judgeToken(t, next string) verdict {
	switch t {
	case "share", "sharing", "sharedaddy", "sharebar", "sharethis", "shareaholic", "addtoany", "addthis", "jp", "socials", "socialshare",
		"related", "relatedposts", "relatedarticles", "recommended", "recommendations", "recommendation", "recirc", "recirculation", "readnext", "upnext",
		"newsletter", "subscribe", "subscription", "signup", "optin", "mailchimp", "mc",
		"cookie", "cookies", "consent", "gdpr", "onetrust", "cookiebanner",
		"comments", "commentlist", "disqus", "respond", "commentform", "fbcomments", "livefyre",
		"breadcrumb", "breadcrumbs", "sidebar", "navbar", "navigation", "sitenav", "masthead", "pagination", "pager", "paging",
		"advert", "advertisement", "advertising", "adsbygoogle", "adslot", "adunit", "dfp", "gpt", "sponsored", "outbrain", "taboola", "revcontent", "mgid",
		"popup", "modal", "lightbox", "overlay", "interstitial", "paywall", "regwall", "piano",
		"tagcloud", "trending", "mostread", "mostpopular", "screenreader", "visuallyhidden", "noprint", "printonly", "skiplink", "authorbox", "authorbio", "aboutauthor", "postnav", "postnavigation", "yarpp", "crp", "wpcnt", "zergnet", "feedback", "copyright", "toolbar", "backtotop", "dropdown", "megamenu", "offcanvas", "tooltip":
		if t == "jp" && next != "relatedposts" && next != "post" || t == "mc" && next != "embed" {
			return fine
		}
		return clutter
	case "ad", "ads":
		return label
	case "post":
		switch next {
		case "navigation", "nav", "views", "tags", "footer", "ratings", "views-count", "related":
			return clutter
		case "meta", "info", "date", "author", "category", "categories":
			return weak
		}
	case "entry":
		switch next {
		case "footer", "tags", "navigation":
			return clutter
		case "meta", "header", "utility", "date", "author":
			return weak
		}
	case "author":
		switch next {
		case "box", "bio", "info", "card", "about", "description", "profile", "block", "section", "details":
			return clutter
		}
		return weak
	case "about":
		if next == "author" || next == "the" {
			return clutter
		}
	case "sr":
		if next == "only" {
			return clutter
		}
	case "screen", "visually":
		if next == "reader" || next == "hidden" {
			return clutter
		}
	case "read", "more", "also", "you":
		if t == "read" && (next == "more" || next == "next" || next == "also") || t == "more" && (next == "from" || next == "on" || next == "stories" || next == "articles" || next == "posts" || next == "news") || t == "you" && (next == "may" || next == "might") || t == "also" && next == "read" {
			return clutter
		}
		if t == "more" {
			return weak
		}
	case "next":
		if next == "prev" || next == "previous" || next == "post" || next == "article" {
			return clutter
		}
	case "prev", "previous":
		return clutter
	case "ai":
		if next == "summary" || next == "generated" || next == "assistant" || next == "overview" {
			return clutter
		}
	case "comment", "reply", "replies":
		return clutter
	case "sign":
		if next == "up" {
			return clutter
		}
	case "most":
		if next == "read" || next == "popular" || next == "viewed" {
			return clutter
		}
	case "social", "tags", "taglist", "topics", "promo", "promos", "promotion", "widget", "widgets", "banner", "menu", "nav", "footer", "meta", "byline", "bio", "popular", "latest", "toc", "print", "follow", "cta", "disclaimer", "credits", "categories", "tag", "views", "viewcount", "counter", "teaser", "carousel", "slider", "header", "hidden", "login", "donate", "donation", "hubspot", "category", "print-only", "app", "download", "store", "buttons", "button", "actions", "links", "list", "card", "cards", "grid", "partner", "partners", "affiliate", "sticky", "alert", "notice", "notification", "callout", "byl", "rating", "ratings", "dateline", "timestamp", "date", "published", "posted", "timeago", "readtime", "reading":
		return weak
	}
	return fine
}

// hiddenSelf reports whether an element is not shown.
func hiddenSelf(n *html.Node) bool {
	for i := range n.Attr {
		switch n.Attr[i].Key {
		case "hidden":
			return n.Attr[i].Val != "until-found"
		case "aria-hidden":
			if n.Attr[i].Val == "true" && n.Data != "img" && n.Data != "figure" && n.Data != "picture" && n.Data != "a" {
				return true
			}
		case "style":
			v := strings.ToLower(n.Attr[i].Val)
			if strings.Contains(v, "display") && strings.Contains(strings.ReplaceAll(v, " ", ""), "display:none") || strings.Contains(strings.ReplaceAll(v, " ", ""), "visibility:hidden") {
				return true
			}
		}
	}
	return false
}

// A weight is what a block holds, in characters that are not blank.
type weight struct {
	text   int // all
	linked int // within links
	good   int // in paragraphs of prose
	paras  int // of prose
	items  int // links
	punct  int // ends of sentences
}

func (w weight) add(o weight) weight {
	return weight{w.text + o.text, w.linked + o.linked, w.good + o.good, w.paras + o.paras, w.items + o.items, w.punct + o.punct}
}

func (w weight) density() float64 {
	if w.text == 0 {
		return 0
	}
	return float64(w.linked) / float64(w.text)
}

// scale weighs every element of a tree, once.
type scale map[*html.Node]weight

func weigh(root *html.Node) scale {
	s := scale{}
	s.weigh(root, false)
	return s
}

func (s scale) weigh(n *html.Node, inLink bool) weight {
	var w weight
	if n.Type == html.ElementNode {
		if mute(n.Data) && n.Data != "head" {
			return w
		}
		if n.Data == "a" {
			inLink = true
			w.items++
		}
	}
	prose := false
	blocks := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			chars, punct := measure(c.Data)
			w.text += chars
			w.punct += punct
			if inLink {
				w.linked += chars
			}
			if chars > 20 {
				prose = true
			}
		case html.ElementNode:
			if c.Data != "br" && block(c.Data) {
				blocks++
			}
			w = w.add(s.weigh(c, inLink))
		}
	}
	if n.Type == html.ElementNode && w.good == 0 {
		switch n.Data {
		case "p", "pre", "blockquote", "li", "dd", "td", "div", "section", "article", "figcaption", "center", "span", "font":
			// A leaf block of prose: some length, few links, a sentence.
			if (blocks == 0 || prose) && w.text >= 50 && w.density() < 0.4 && (w.punct > 0 || w.text > 200) && n.Data != "span" && n.Data != "font" {
				w.good = w.text - w.linked
				if n.Data == "li" || n.Data == "td" {
					w.good /= 2
				}
				w.paras = 1
			}
		}
	}
	if n.Type == html.ElementNode {
		s[n] = w
	}
	return w
}

// measure counts characters that are not blank (a CJK one as three) and ends of sentences.
func measure(t string) (chars, punct int) {
	for i := 0; i < len(t); {
		c := t[i]
		if c < utf8.RuneSelf {
			i++
			if c > ' ' {
				chars++
				if c == '.' || c == '!' || c == '?' || c == ',' || c == ';' || c == ':' {
					punct++
				}
			}
			continue
		}
		r, n := utf8.DecodeRuneInString(t[i:])
		i += n
		switch {
		case isCJK(r):
			chars += 3
		case r == '。' || r == '，' || r == '、' || r == '！' || r == '？' || r == '।' || r == '۔' || r == '،' || r == '؟':
			chars++
			punct++
		case !unicode.IsSpace(r):
			chars++
		}
	}
	return chars, punct
}

// sweep takes out of a tree what is not shown and what its names call clutter, as long as
// most of the good text is elsewhere.
func sweep(root *html.Node) {
	s := weigh(root)
	total := max(s[root].good, 1)
	walk(root, func(n *html.Node) bool {
		switch n.Type {
		case html.CommentNode:
			remove(n)
			return false
		case html.ElementNode:
		default:
			return false
		}
		switch n.Data {
		case "script", "style", "template", "link", "meta", "input", "select", "textarea", "button", "canvas", "datalist":
			remove(n)
			return false
		}
		w := s[n]
		if hiddenSelf(n) && w.good*4 < total {
			remove(n)
			return false
		}
		switch judge(n) {
		case clutter:
			if w.good*5 < total*2 {
				remove(n)
				return false
			}
		case label:
			if w.good < 200 {
				remove(n)
				return false
			}
		case weak:
			if w.good*10 < total && weakClutter(n, w) {
				remove(n)
				return false
			}
		}
		return true
	})
}

// weakClutter says whether a block with doubtful names is clutter by what it holds.
func weakClutter(n *html.Node, w weight) bool {
	if n.Data == "p" || n.Data == "h2" || n.Data == "h3" || n.Data == "h4" || n.Data == "table" || n.Data == "figure" || n.Data == "blockquote" {
		return false
	}
	if w.text == 0 {
		return find(n, "img") == nil && find(n, "iframe") == nil && find(n, "video") == nil
	}
	return w.good == 0 && (w.density() > 0.4 || w.text < 120 && w.items > 0 && w.punct < 3)
}

// clean makes an article's node fit to be read: it takes out what outlets put around and
// between their words. It is for a chosen article, not for a whole page.
func clean(root *html.Node, m *meta) {
	sweep(root)
	walk(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		switch n.Data {
		case "img":
			if tracker(n) {
				remove(n)
			}
			return false
		case "p", "div", "span", "small", "em", "strong", "li", "h2", "h3", "h4", "h5", "h6", "section", "a", "i", "b", "center":
			if n.Data != "a" && len(n.Attr) == 0 && n.FirstChild == nil {
				return false
			}
			if t, ok := shortText(n, 110); ok && noise(t, n) {
				remove(n)
				return false
			}
			if appeared(n, m) {
				remove(n)
				return false
			}
		}
		return true
	})
	once(root)
	linkLists(root)
	trimStart(root, m)
	trimEnd(root)
}

// trimStart takes out the lines between a title and the first sentence that say who wrote
// it and when: the article says so itself.
func trimStart(root *html.Node, m *meta) {
	done := false
	walk(root, func(n *html.Node) bool {
		if done || n.Type != html.ElementNode || n.Data == "figure" || n.Data == "table" {
			return false
		}
		if n.Data == "pre" || n.Data == "blockquote" {
			done = true
			return false
		}
		if isHeading(n.Data) || !block(n.Data) || n.Data == "br" || hasBlock(n) {
			return true
		}
		t, ok := shortText(n, 140)
		if !ok {
			done = len(visible(n)) > 140
			return false
		}
		if t == "" {
			return true
		}
		named := find(n, "time") != nil || namesAuthorOrDate(n)
		for _, a := range all(n, "a") {
			named = named || strings.Contains(attr(a, "rel"), "author")
		}
		l := strings.ToLower(t)
		by := m.author != "" && len(words(t)) < 12 && likeness(t, m.author) == 1 && (strings.HasPrefix(l, "by ") || strings.HasPrefix(l, "von ") || sameText(t, m.author))
		ends := strings.HasSuffix(t, ".") && len(words(t)) > 8
		if by || named && !ends && len(words(t)) < 20 && (by || !readDate(t).IsZero() || strings.HasPrefix(l, "by ") || find(n, "time") != nil) {
			remove(n)
			return false
		}
		done = len(t) > 60
		return false
	})
}

// once takes out paragraphs that stand there a second time: pages carry a copy for narrow
// screens, or pull a sentence out of their own text.
func once(root *html.Node) {
	seen := map[string]bool{}
	walk(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		switch n.Data {
		case "p", "li", "blockquote", "h2", "h3", "h4", "dd":
		default:
			return n.Data != "pre" && n.Data != "table"
		}
		if hasBlock(n) && n.Data != "li" {
			return true
		}
		t := strings.Join(strings.Fields(rawText(n)), " ")
		if len(t) < 80 {
			return true
		}
		if seen[t] {
			remove(n)
			return false
		}
		seen[t] = true
		return false
	})
}

// shortText is the folded text of a node, if it is not longer than limit bytes.
func shortText(n *html.Node, limit int) (string, bool) {
	var b strings.Builder
	if !gather(&b, n, limit) {
		return "", false
	}
	return strings.Join(strings.Fields(b.String()), " "), true
}

func gather(b *strings.Builder, n *html.Node, limit int) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			b.WriteString(c.Data)
			if b.Len() > 4*limit+400 {
				return false
			}
		case html.ElementNode:
			switch c.Data {
			case "img", "picture", "iframe", "video", "audio", "table", "pre", "math":
				return false
			}
			b.WriteByte(' ')
			if !gather(b, c, limit) {
				return false
			}
		}
	}
	return len(strings.Join(strings.Fields(b.String()), " ")) <= limit
}

// tracker reports whether a picture is there to count readers.
func tracker(n *html.Node) bool {
	w, h := attr(n, "width"), attr(n, "height")
	small := func(s string) bool { return s == "0" || s == "1" || s == "2" || s == "1px" || s == "0px" }
	if small(w) || small(h) {
		return true
	}
	st := strings.ReplaceAll(attr(n, "style"), " ", "")
	return strings.Contains(st, "width:1px") || strings.Contains(st, "height:1px") || strings.Contains(st, "display:none")
}

// noise reports whether a whole block says only what machines add: labels of
// advertisements, counters, buttons.
func noise(t string, n *html.Node) bool {
	if t == "" {
		return false
	}
	l := strings.ToLower(strings.Trim(t, " .:-–—*[]()|»›→…!\u00a0"))
	switch l {
	case "advertisement", "advertisements", "ad", "ads", "advertising", "sponsored", "sponsored content", "anzeige", "werbung", "publicité", "publicidad", "pubblicità", "реклама", "広告", "广告",
		"advertisement - continue reading below", "continue reading below", "story continues below", "article continues below", "story continues below advertisement", "article continues below advertisement", "scroll to continue", "advertisement - scroll to continue",
		"share", "share this", "share this article", "share this story", "share this post", "share on facebook", "share on twitter", "tweet", "tweet this", "pin it", "print", "email", "facebook", "twitter", "linkedin", "whatsapp", "reddit", "pinterest", "copy link", "like this", "loading", "teilen", "drucken",
		"subscribe", "subscribe now", "sign up", "sign up now", "read more", "read more here", "continue reading", "read full article", "read the full article", "read full story", "keep reading", "weiterlesen", "lire la suite", "leer más", "続きを読む",
		"leave a comment", "leave a reply", "add comment", "post comment", "comments", "no comments", "no comments yet", "be the first to comment", "skip to content", "skip to main content", "back to top", "related", "related posts", "related articles", "related stories", "you may also like", "you might also like", "recommended", "more stories", "more from", "most read", "most popular", "trending", "trending now", "about the author", "save", "bookmark", "listen", "follow us", "view comments", "show comments", "close", "next", "previous", "advertiser content", "click to tweet":
		if n.Data == "a" || n.Data == "span" || n.Data == "em" || n.Data == "strong" || n.Data == "b" || n.Data == "i" || n.Data == "small" {
			// Within a sentence it is a word like any other.
			return alone(n)
		}
		return true
	}
	return counter(l)
}

// alone reports whether a node's neighbours on its line hold no text.
func alone(n *html.Node) bool {
	for p := n; p.Parent != nil; p = p.Parent {
		if p.Type == html.ElementNode && p != n && block(p.Data) {
			return true
		}
		for _, c := range [...]*html.Node{p.PrevSibling, p.NextSibling} {
			for ; c != nil; c = c.NextSibling {
				if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
					return false
				}
				if c.Type == html.ElementNode && c.Data != "br" && !block(c.Data) && strings.TrimSpace(visible(c)) != "" {
					return false
				}
				if c == p.PrevSibling {
					break
				}
			}
		}
		if block(p.Data) {
			return true
		}
	}
	return true
}

// counter reads "visited 3 times, 3 visits today", "1,234 views" and the like: few words,
// all of them of counting.
func counter(l string) bool {
	digits, other := 0, 0
	counts := false
	for _, w := range strings.FieldsFunc(l, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch {
		case w[0] >= '0' && w[0] <= '9':
			digits++
		case w == "views" || w == "view" || w == "visits" || w == "visit" || w == "visited" || w == "shares" || w == "hits" || w == "aufrufe" || w == "vues":
			counts = true
		case w == "times" || w == "time" || w == "today" || w == "total" || w == "post" || w == "k" || w == "likes" || w == "comments" || w == "so" || w == "far" || w == "daily" || w == "week" || w == "this" || w == "month":
		default:
			other++
		}
	}
	return counts && digits > 0 && other == 0
}

// appeared recognizes what feeds append: "The post TITLE appeared first on SITE" and its
// kin in any language, a short paragraph that is little but links, one to the story itself
// (or with its title) and one to another page of the same site.
func appeared(n *html.Node, m *meta) bool {
	if n.Data != "p" && n.Data != "div" && n.Data != "small" && n.Data != "em" && n.Data != "i" {
		return false
	}
	t, ok := shortText(n, 500)
	if !ok {
		return false
	}
	l := strings.ToLower(t)
	if strings.HasPrefix(l, "the post ") && (strings.Contains(l, " appeared first on ") || strings.Contains(l, " first appeared on ")) ||
		(strings.HasPrefix(l, "this post ") || strings.HasPrefix(l, "this article ") || strings.HasPrefix(l, "this story ")) && len(l) < 160 && (strings.Contains(l, "appeared on") || strings.Contains(l, "appeared first") || strings.Contains(l, "first appeared")) && find(n, "a") != nil && n.NextSibling == nil {
		return true
	}
	if strings.HasPrefix(l, "article url:") || strings.HasPrefix(l, "comments url:") {
		return false
	}
	links := all(n, "a")
	if len(links) != 2 {
		return false
	}
	first, second := attr(links[0], "href"), attr(links[1], "href")
	in := len(visible(links[0])) + len(visible(links[1]))
	return lastBlock(n) && in*10 > len(t)*7 && len(words(visible(links[0]))) > 2 && second != "" && len(second) < len(first) && strings.HasPrefix(first, strings.TrimSuffix(second, "/")+"/")
}

// lastBlock reports whether nothing with text follows a node among its siblings.
func lastBlock(n *html.Node) bool {
	for c := n.NextSibling; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" || c.Type == html.ElementNode && visible(c) != "" {
			return false
		}
	}
	return true
}

// linkLists takes out lists that are nothing but links to other pages, with the heading
// over them, where a sentence of the article does not lead into them.
func linkLists(root *html.Node) {
	s := weigh(root)
	total := s[root].good
	walk(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		if n.Data != "ul" && n.Data != "ol" && n.Data != "div" && n.Data != "section" {
			return n.Data != "table" && n.Data != "pre" && n.Data != "p"
		}
		w := s[n]
		if w.text == 0 || w.good*20 > total {
			return true
		}
		list := n.Data == "ul" || n.Data == "ol"
		if w.density() > 0.75 && w.items >= 3 || !list && w.density() > 0.9 && w.items >= 2 {
			prev := prevBlock(n)
			if list && prev != nil && !isHeading(prev.Data) && strings.HasSuffix(strings.TrimSpace(visible(prev)), ":") || total < 400 {
				return false
			}
			if prev != nil && isHeading(prev.Data) {
				if list && !relatedWords(visible(prev)) && nextBlock(n) != nil {
					return false
				}
				remove(prev)
			}
			remove(n)
			return false
		}
		return true
	})
}

func prevBlock(n *html.Node) *html.Node {
	for c := n.PrevSibling; c != nil; c = c.PrevSibling {
		if c.Type == html.ElementNode {
			return c
		}
	}
	return nil
}

func nextBlock(n *html.Node) *html.Node {
	for c := n.NextSibling; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && visible(c) != "" {
			return c
		}
	}
	return nil
}

func isHeading(tag string) bool {
	return len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6'
}

// relatedWords reports whether a heading announces other articles, discussion or the
// author.
func relatedWords(t string) bool {
	l := strings.ToLower(t)
	if len(l) > 60 {
		return false
	}
	for _, w := range [...]string{"related", "read more", "more from", "more on", "read next", "you may also", "you might also", "also read", "also like", "recommended", "recent posts", "latest", "popular", "trending", "further reading", "share this", "leave a", "comments", "about the author", "newsletter", "subscribe", "sign up", "follow us", "tags", "mehr zum thema", "lesen sie auch", "das könnte", "à lire", "sur le même", "artículos relacionados", "leggi anche", "kommentare", "ähnliche", "weitere artikel", "more stories", "more articles", "more news", "post navigation", "sponsored", "next post", "previous post", "what's your reaction", "what do you think", "join the conversation", "other articles", "other posts", "similar", "see also", "most read", "don't miss", "you may like"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

// trimEnd takes headings off the end that nothing follows, and what stands after one that
// announces other articles.
func trimEnd(root *html.Node) {
	total := 0
	s := weigh(root)
	total = s[root].good
	for _, h := range all(root, "h2", "h3", "h4", "h5", "h6") {
		if h.Parent == nil || !relatedWords(visible(h)) {
			continue
		}
		// What stands with it until the next heading of its rank, if it is little and linked.
		var part []*html.Node
		var w weight
		for c := h.NextSibling; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (isHeading(c.Data) && c.Data <= h.Data || c.Data == "table" || s[c].good > 60 && s[c].density() < 0.3 && s[c].items < 2) {
				break
			}
			part = append(part, c)
			w = w.add(s[c])
		}
		if w.good*10 < total && (w.density() > 0.3 || w.good == 0 || w.text < 300) {
			for _, c := range part {
				remove(c)
			}
			remove(h)
		}
	}
	for {
		last := lastElement(root)
		if last == nil || !isHeading(last.Data) {
			return
		}
		remove(last)
	}
}

// lastElement is the deepest last block that has text.
func lastElement(n *html.Node) *html.Node {
	for c := n.LastChild; c != nil; c = c.PrevSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return nil
		}
		if c.Type != html.ElementNode {
			continue
		}
		if isHeading(c.Data) {
			return c
		}
		switch c.Data {
		case "div", "section", "article", "main", "span":
			if l := lastElement(c); l != nil {
				return l
			}
			if visible(c) != "" || find(c, "img") != nil || find(c, "iframe") != nil {
				return nil
			}
			continue
		}
		return nil
	}
	return nil
}
