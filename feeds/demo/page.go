package demo

import (
	"fmt"
	"html"
	"strings"
	"time"
)

// page is a story's page: the whole text among what outlets put around it.
func (p *press) page(s *story) []byte {
	o := s.outlet
	var b strings.Builder
	title, name := html.EscapeString(s.title), html.EscapeString(o.name)
	fmt.Fprintf(&b, `<!DOCTYPE html>
<html lang="%s">
<head>
<meta charset="utf-8">
<title>%s | %s</title>
<link rel="canonical" href="%s">
<meta property="og:type" content="article">
<meta property="og:title" content="%s">
<meta property="og:site_name" content="%s">
<meta property="og:description" content="%s">
<meta property="article:published_time" content="%s">
<meta name="author" content="%s">
`, s.lang, title, name, p.link(s), title, name, html.EscapeString(firstParagraph(s.body)), p.date(s).Format(time.RFC3339), html.EscapeString(or(s.by, o.name)))
	if s.picture != "" {
		fmt.Fprintf(&b, "<meta property=\"og:image\" content=\"%s\">\n", p.image(s, s.picture))
	}
	fmt.Fprintf(&b, `<link rel="alternate" type="application/rss+xml" title="%s" href="%s">
</head>
<body>
<header class="site-header"><a href="/%s/">%s</a>
<nav><ul><li><a href="/%s/">Home</a></li><li><a href="/%s/#about">About</a></li></ul></nav></header>
<main>
<article class="post">
<header class="entry-header"><h1 class="entry-title">%s</h1>
<div class="entry-meta">By <span class="author">%s</span> on <time datetime="%s">%s</time></div></header>
<div class="entry-content">
`, name, p.base+o.feedPath(), o.slug, name, o.slug, o.slug, title, html.EscapeString(or(s.by, o.name)), p.date(s).Format(time.RFC3339), p.date(s).Format("2 January 2006"))
	if o.clutter {
		b.WriteString(shareBar)
	}
	b.WriteString(p.html(s))
	if o.clutter {
		b.WriteString("<p class=\"post-views\">(Visited 3 times, 3 visits today)</p>\n" + shareBar)
		b.WriteString(p.tail(s))
	}
	b.WriteString("</div>\n")
	if o.clutter {
		fmt.Fprintf(&b, "<div class=\"author-box\"><h3>About %s</h3><p>More from the desk on the <a href=\"/%s/\">front page</a>.</p></div>\n", name, o.slug)
	}
	b.WriteString("</article>\n<aside class=\"related\"><h3>Related posts</h3><ul>\n")
	for _, other := range o.stories[:min(4, len(o.stories))] {
		if other != s {
			fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", p.link(other), html.EscapeString(other.title))
		}
	}
	fmt.Fprintf(&b, "</ul></aside>\n</main>\n<footer class=\"site-footer\"><p>%s</p></footer>\n</body>\n</html>\n", note)
	return []byte(b.String())
}

// shareBar is what a share plug-in leaves in a text.
const shareBar = `<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="#share-mail">Email</a></li><li><a href="#share-print">Print</a></li><li><a href="#share-link">Copy link</a></li></ul></div>
`

// front is an outlet's front page, by which its feed can be found.
func (p *press) front(o *outlet) []byte {
	kind := map[string]string{"atom": "application/atom+xml", "json": "application/feed+json", "rss": "application/rss+xml"}[o.format]
	var b strings.Builder
	name := html.EscapeString(o.name)
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n<title>%s</title>\n<link rel=\"alternate\" type=\"%s\" title=\"%s\" href=\"%s\">\n</head>\n<body>\n<h1>%s</h1>\n<p id=\"about\">%s %s</p>\n<ul>\n",
		o.lang, name, kind, name, p.base+o.feedPath(), name, html.EscapeString(o.about), note)
	for _, s := range o.stories {
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", p.link(s), html.EscapeString(s.title))
	}
	b.WriteString("</ul>\n</body>\n</html>\n")
	return []byte(b.String())
}
