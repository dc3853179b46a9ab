package export

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"nightdesk/feeds"
)

// An Item is a story with its text, as a feed carries it.
type Item struct {
	Story   feeds.Story
	Article feeds.Article
}

// content is an article's text as HTML for a feed reader; its pictures stay where they are
// on the web.
func (it *Item) content() (string, error) {
	return Fragment(it.Article.Markdown)
}

type rssItem struct {
	Title       string   `xml:"title"`
	Link        string   `xml:"link,omitempty"`
	GUID        rssGUID  `xml:"guid"`
	Date        string   `xml:"pubDate,omitempty"`
	Creator     string   `xml:"dc:creator,omitempty"`
	Categories  []string `xml:"category"`
	Description string   `xml:"description,omitempty"`
	Content     string   `xml:"content:encoded,omitempty"`
	Source      *rssFrom `xml:"source,omitempty"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	ID        string `xml:",chardata"`
}

type rssFrom struct {
	URL  string `xml:"url,attr"`
	Name string `xml:",chardata"`
}

// RSS writes items as an RSS 2.0 channel (https://www.rssboard.org/rss-specification).
// next gives one item after the other, and false at the end.
func RSS(w io.Writer, title, about string, made time.Time, next func() (*Item, bool, error)) error {
	_, err := fmt.Fprintf(w, xmlHead+`<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel>
<title>%s</title>
<link>https://nightdesk.invalid/</link>
<description>%s</description>
<lastBuildDate>%s</lastBuildDate>
<generator>nightdesk</generator>
`, esc(title), esc(about), made.UTC().Format(time.RFC1123Z))
	if err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	for {
		it, ok, err := next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		s := &it.Story
		html, err := it.content()
		if err != nil {
			return err
		}
		x := rssItem{Title: clean(s.Title), Link: s.URL, GUID: rssGUID{false, "nightdesk:" + s.ID}, Creator: clean(s.Author), Description: clean(s.Summary), Content: html}
		if !s.Published.IsZero() {
			x.Date = s.Published.UTC().Format(time.RFC1123Z)
		}
		for _, t := range s.Companies {
			x.Categories = append(x.Categories, clean(t.Name))
		}
		for _, c := range s.Categories {
			x.Categories = append(x.Categories, clean(c))
		}
		if s.FeedURL != "" {
			x.Source = &rssFrom{s.FeedURL, clean(s.FeedTitle)}
		}
		if err := enc.EncodeElement(x, xml.StartElement{Name: xml.Name{Local: "item"}}); err != nil {
			return fmt.Errorf("write %q: %w", s.Title, err)
		}
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "</channel>\n</rss>\n")
	return err
}

type jsonItem struct {
	ID        string       `json:"id"`
	URL       string       `json:"url,omitempty"`
	Title     string       `json:"title"`
	HTML      string       `json:"content_html"`
	Summary   string       `json:"summary,omitempty"`
	Published string       `json:"date_published,omitempty"`
	Authors   []jsonAuthor `json:"authors,omitempty"`
	Tags      []string     `json:"tags,omitempty"`
	Lang      string       `json:"language,omitempty"`
	Image     string       `json:"image,omitempty"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

// JSONFeed writes items as a JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/). next
// gives one item after the other, and false at the end.
func JSONFeed(w io.Writer, title, about string, next func() (*Item, bool, error)) error {
	head, err := json.Marshal(struct {
		Version string `json:"version"`
		Title   string `json:"title"`
		About   string `json:"description,omitempty"`
	}{"https://jsonfeed.org/version/1.1", title, about})
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s,\"items\":[", head[:len(head)-1]); err != nil {
		return err
	}
	for sep := "\n"; ; sep = ",\n" {
		it, ok, err := next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		s := &it.Story
		html, err := it.content()
		if err != nil {
			return err
		}
		j := jsonItem{ID: s.ID, URL: s.URL, Title: s.Title, HTML: html, Summary: s.Summary, Lang: s.Lang, Image: s.Image}
		if !s.Published.IsZero() {
			j.Published = s.Published.UTC().Format(time.RFC3339)
		}
		if s.Author != "" {
			j.Authors = []jsonAuthor{{s.Author}}
		}
		for _, t := range s.Companies {
			j.Tags = append(j.Tags, t.Name)
		}
		line, err := json.Marshal(j)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "%s%s", sep, line); err != nil {
			return err
		}
	}
	_, err = io.WriteString(w, "\n]}\n")
	return err
}
