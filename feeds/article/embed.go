package article

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"nightdesk/feeds/plain"
)

// embed is the paragraph with a titled link that stands for an embedded video, podcast or
// post; nil if there is nothing to link to or it is no content (an advertisement, a
// counter).
func embed(n *html.Node, base *url.URL) *html.Node {
	if tracker(n) || hiddenSelf(n) {
		return nil
	}
	addr := firstOf(attr(n, "src"), attr(n, "data-src"), attr(n, "data-lazy-src"), attr(n, "data"), attr(n, "data-litespeed-src"))
	switch n.Data {
	case "video", "audio":
		if addr == "" {
			if s := find(n, "source"); s != nil {
				addr = attr(s, "src")
			}
		}
	case "amp-youtube", "lite-youtube":
		if id := firstOf(attr(n, "data-videoid"), attr(n, "videoid")); id != "" {
			addr = "https://www.youtube.com/watch?v=" + url.QueryEscape(id)
		}
	case "amp-twitter":
		if id := attr(n, "data-tweetid"); id != "" {
			addr = "https://twitter.com/i/status/" + url.PathEscape(id)
		}
	}
	to := httpURL(base, addr)
	u, err := url.Parse(to)
	if to == "" || err != nil {
		return nil
	}
	kind, to := embedded(n.Data, u)
	if kind == "" {
		return nil
	}
	title := plain.Text(firstOf(attr(n, "title"), attr(n, "aria-label"), attr(n, "data-title")))
	if l := strings.ToLower(title); title == "" || l == "youtube video player" || l == "embedded content" || len(title) > 200 || strings.HasPrefix(l, "twitter") {
		title = kind + " on " + strings.TrimPrefix(u.Hostname(), "www.")
	} else {
		title = kind + ": " + title
	}
	a := elem("a", textNode(title))
	setAttr(a, "href", to)
	return elem("p", a)
}

// embedded says what is embedded and where people see it whole.
func embedded(tag string, u *url.URL) (kind, to string) {
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.Trim(u.Path, "/")
	is := func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }
	switch {
	case is("youtube.com"), is("youtube-nocookie.com"), is("youtu.be"):
		if id, ok := strings.CutPrefix(path, "embed/"); ok && id != "" && !strings.Contains(id, "/") {
			return "Video", "https://www.youtube.com/watch?v=" + url.QueryEscape(id)
		}
		return "Video", u.String()
	case is("vimeo.com"):
		if id, ok := strings.CutPrefix(path, "video/"); ok {
			return "Video", "https://vimeo.com/" + id
		}
		return "Video", u.String()
	case is("dailymotion.com"), is("twitch.tv"), is("jwplayer.com"), is("brightcove.net"), is("wistia.net"), is("wistia.com"), is("ted.com"), is("tiktok.com"), is("rumble.com"), is("bitchute.com"), is("streamable.com"), is("loom.com"), is("peertube.tv"), is("odysee.com"), is("bilibili.com"):
		return "Video", u.String()
	case is("spotify.com"), is("soundcloud.com"), is("megaphone.fm"), is("simplecast.com"), is("libsyn.com"), is("acast.com"), is("buzzsprout.com"), is("podbean.com"), is("apple.com"), is("transistor.fm"), is("bandcamp.com"), is("omny.fm"), is("art19.com"), is("anchor.fm"), is("captivate.fm"):
		return "Audio", u.String()
	case is("twitter.com"), is("x.com"), is("bsky.app"), is("instagram.com"), is("reddit.com"), is("redditmedia.com"), is("linkedin.com"), is("threads.net"), is("mastodon.social"):
		return "Post", u.String()
	case is("gist.github.com"), is("codepen.io"), is("jsfiddle.net"), is("codesandbox.io"), is("stackblitz.com"), is("observablehq.com"):
		return "Code", u.String()
	case is("datawrapper.de"), is("dwcdn.net"), is("flourish.studio"), is("flo.uri.sh"), is("infogram.com"), is("documentcloud.org"), is("slideshare.net"), is("scribd.com"), is("tableau.com"), is("speakerdeck.com"):
		return "Document", u.String()
	case is("google.com") && strings.HasPrefix(path, "maps"), is("openstreetmap.org"):
		return "Map", u.String()
	case tag == "video":
		return "Video", u.String()
	case tag == "audio":
		return "Audio", u.String()
	}
	return "", ""
}

// quoted is the link to the post that a blockquote embeds, as a paragraph, or nil.
func quoted(n *html.Node, base *url.URL) *html.Node {
	cls := attr(n, "class")
	addr := ""
	switch {
	case strings.Contains(cls, "instagram-media"):
		addr = attr(n, "data-instgrm-permalink")
	case strings.Contains(cls, "tiktok-embed"):
		addr = attr(n, "cite")
	case strings.Contains(cls, "bluesky-embed"), strings.Contains(cls, "mastodon-embed"):
		return nil
	}
	if addr == "" {
		return nil
	}
	for _, a := range all(n, "a") {
		if strings.HasPrefix(attr(a, "href"), strings.TrimSuffix(addr, "/")) {
			return nil // it is there already
		}
	}
	to := httpURL(base, addr)
	if to == "" {
		return nil
	}
	u, err := url.Parse(to)
	if err != nil {
		return nil
	}
	a := elem("a", textNode("Post on "+strings.TrimPrefix(u.Hostname(), "www.")))
	setAttr(a, "href", to)
	return elem("p", a)
}

// mathText is a formula as text: its LaTeX if it carries it, else its own words.
func mathText(n *html.Node) string {
	for _, a := range all(n, "annotation") {
		if strings.Contains(attr(a, "encoding"), "tex") {
			if t := strings.TrimSpace(rawText(a)); t != "" {
				return t
			}
		}
		remove(a)
	}
	if t := strings.TrimSpace(attr(n, "alttext")); t != "" {
		return t
	}
	var b strings.Builder
	mathML(&b, n, 0)
	return strings.Join(strings.Fields(b.String()), " ")
}

// mathML writes presentation MathML in one line (https://www.w3.org/TR/mathml-core/).
func mathML(b *strings.Builder, n *html.Node, depth int) {
	if depth > 60 {
		return
	}
	var kids []*html.Node
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode {
			b.WriteString(strings.TrimSpace(c.Data))
		} else if c.Type == html.ElementNode && c.Data != "annotation" && c.Data != "annotation-xml" {
			kids = append(kids, c)
		}
	}
	arg := func(i int) string {
		if i >= len(kids) {
			return ""
		}
		var k strings.Builder
		mathML(&k, kids[i], depth+1)
		s := strings.TrimSpace(k.String())
		if len([]rune(s)) > 1 && (kids[i].Data == "mrow" || kids[i].Data == "mfrac") {
			s = "(" + s + ")"
		}
		return s
	}
	raise := func(s string, up bool) string {
		if t, ok := scripted(s, up); ok {
			return t
		}
		if up {
			return "^" + s
		}
		return "_" + s
	}
	switch n.Data {
	case "mfrac":
		b.WriteString(arg(0) + "/" + arg(1))
	case "msup", "mover":
		b.WriteString(arg(0) + raise(arg(1), true))
	case "msub", "munder":
		b.WriteString(arg(0) + raise(arg(1), false))
	case "msubsup", "munderover":
		b.WriteString(arg(0) + raise(arg(1), false) + raise(arg(2), true))
	case "msqrt":
		b.WriteString("√(")
		for _, k := range kids {
			mathML(b, k, depth+1)
		}
		b.WriteByte(')')
	case "mo":
		if s := b.String(); s != "" && len(kids) == 0 {
			b.WriteByte(' ')
		}
	default:
		for _, k := range kids {
			if k.Data == "mo" {
				if t := strings.TrimSpace(rawText(k)); len([]rune(t)) == 1 && strings.ContainsAny(t, "=+−-<>≤≥≈≠±×·→⇒∈") {
					b.WriteString(" " + t + " ")
					continue
				}
			}
			mathML(b, k, depth+1)
		}
	}
}
