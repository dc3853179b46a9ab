package demo

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"time"
)

// note is in each feed and on each page, so that nobody takes the edition for news.
const note = "Sample edition: outlets and events are invented."

// esc is a text as it stands in XML.
func esc(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a Buffer does not fail
	return b.String()
}

// feedHTML is what a feed gives of a story: its text, or for a teaser the beginning.
func (p *press) feedHTML(s *story) string {
	if s.teaser {
		return "<p>" + html.EscapeString(firstParagraph(s.body)) + " […]</p>\n" + p.tail(s)
	}
	return p.html(s) + p.tail(s)
}

// tail is the line that some blogs put below each story in their feeds.
func (p *press) tail(s *story) string {
	if !s.outlet.clutter {
		return ""
	}
	return fmt.Sprintf("<p>The post <a href=\"%s\">%s</a> appeared first on <a href=\"%s/%s/\">%s</a>.</p>\n",
		p.link(s), html.EscapeString(s.title), p.base, s.outlet.slug, html.EscapeString(s.outlet.name))
}

// rss writes RSS 2.0.
func (p *press) rss(o *outlet) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>%s</title>
<atom:link href="%s" rel="self" type="application/rss+xml"/>
<link>%s/%s/</link>
<description>%s</description>
<language>%s</language>
<lastBuildDate>%s</lastBuildDate>
<ttl>60</ttl>
`, esc(o.name), esc(p.base+o.feedPath()), p.base, o.slug, esc(o.about+" "+note), o.lang, p.now.Format(time.RFC1123Z))
	for _, s := range o.stories {
		fmt.Fprintf(&b, "<item>\n<title>%s</title>\n<link>%s</link>\n<guid isPermaLink=\"false\">%s</guid>\n<pubDate>%s</pubDate>\n",
			esc(s.title), p.link(s), "demo:"+o.slug+":"+s.slug, p.date(s).Format(time.RFC1123Z))
		if s.by != "" {
			fmt.Fprintf(&b, "<dc:creator>%s</dc:creator>\n", esc(s.by))
		}
		if s.lang != o.lang {
			fmt.Fprintf(&b, "<dc:language>%s</dc:language>\n", s.lang)
		}
		for _, t := range s.tags {
			fmt.Fprintf(&b, "<category>%s</category>\n", esc(t))
		}
		if s.picture != "" {
			fmt.Fprintf(&b, "<media:content url=\"%s\" medium=\"image\" type=\"image/png\" width=\"640\" height=\"360\"/>\n", p.image(s, s.picture))
		}
		if s.teaser {
			fmt.Fprintf(&b, "<description>%s</description>\n", esc(p.feedHTML(s)))
		} else {
			fmt.Fprintf(&b, "<description>%s</description>\n<content:encoded>%s</content:encoded>\n", esc(firstParagraph(s.body)), esc(p.feedHTML(s)))
		}
		b.WriteString("</item>\n")
	}
	b.WriteString("</channel>\n</rss>\n")
	return b.Bytes()
}

// atom writes Atom 1.0.
func (p *press) atom(o *outlet) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="%s">
<title>%s</title>
<subtitle>%s</subtitle>
<id>tag:nightdesk.example,2026:%s</id>
<link rel="self" href="%s"/>
<link rel="alternate" href="%s/%s/"/>
<updated>%s</updated>
`, o.lang, esc(o.name), esc(o.about+" "+note), o.slug, esc(p.base+o.feedPath()), p.base, o.slug, p.now.Format(time.RFC3339))
	for _, s := range o.stories {
		at := p.date(s).Format(time.RFC3339)
		fmt.Fprintf(&b, "<entry>\n<title>%s</title>\n<id>tag:nightdesk.example,2026:%s/%s</id>\n<link rel=\"alternate\" href=\"%s\"/>\n<published>%s</published>\n<updated>%s</updated>\n<author><name>%s</name></author>\n",
			esc(s.title), o.slug, s.slug, p.link(s), at, at, esc(or(s.by, o.name)))
		for _, t := range s.tags {
			fmt.Fprintf(&b, "<category term=\"%s\"/>\n", esc(t))
		}
		fmt.Fprintf(&b, "<summary>%s</summary>\n", esc(firstParagraph(s.body)))
		if !s.teaser {
			fmt.Fprintf(&b, "<content type=\"html\" xml:lang=\"%s\">%s</content>\n", s.lang, esc(p.feedHTML(s)))
		}
		b.WriteString("</entry>\n")
	}
	b.WriteString("</feed>\n")
	return b.Bytes()
}

// jsonFeed writes JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/).
func (p *press) jsonFeed(o *outlet) []byte {
	type author struct {
		Name string `json:"name"`
	}
	type item struct {
		ID       string    `json:"id"`
		URL      string    `json:"url"`
		Title    string    `json:"title"`
		HTML     string    `json:"content_html,omitempty"`
		Text     string    `json:"content_text,omitempty"`
		Summary  string    `json:"summary"`
		Image    string    `json:"image,omitempty"`
		Date     time.Time `json:"date_published"`
		Authors  []author  `json:"authors,omitempty"`
		Tags     []string  `json:"tags,omitempty"`
		Language string    `json:"language"`
	}
	doc := struct {
		Version     string `json:"version"`
		Title       string `json:"title"`
		Home        string `json:"home_page_url"`
		Feed        string `json:"feed_url"`
		Description string `json:"description"`
		Language    string `json:"language"`
		Items       []item `json:"items"`
	}{"https://jsonfeed.org/version/1.1", o.name, p.base + "/" + o.slug + "/", p.base + o.feedPath(), o.about + " " + note, o.lang, []item{}}
	for _, s := range o.stories {
		it := item{ID: "demo:" + o.slug + ":" + s.slug, URL: p.link(s), Title: s.title, Summary: firstParagraph(s.body), Date: p.date(s), Tags: s.tags, Language: s.lang}
		if s.by != "" {
			it.Authors = []author{{s.by}}
		}
		if s.picture != "" {
			it.Image = p.image(s, s.picture)
		}
		if s.teaser {
			it.Text = firstParagraph(s.body)
		} else {
			it.HTML = p.feedHTML(s)
		}
		doc.Items = append(doc.Items, it)
	}
	b, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return []byte("{}") // strings and times always marshal
	}
	return b
}

func or(s, other string) string {
	if s != "" {
		return s
	}
	return other
}
