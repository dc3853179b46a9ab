// Package export gives stories and articles out in forms that other programs read: one
// HTML file, an EPUB, a feed; and it composes the briefing. Values go in and bytes come
// out: it must not fetch, nor know where stories are kept. Folders of Markdown are
// feeds/library's, JSON Lines the command line's.
//
// Start at Book. All text in it is outside text: Markdown is rendered without raw HTML
// (markup.go), everything else is escaped.
package export

import (
	"bytes"
	"image"
	_ "image/gif" // formats that are converted
	"image/jpeg"
	_ "image/png"
	"strings"
	"time"

	_ "golang.org/x/image/webp"

	"nightdesk/feeds"
)

// A Book is what is written as one document.
type Book struct {
	Title    string
	Subtitle string // one line under it: a query, a day
	Lang     string // BCP 47; "" is English
	Made     time.Time
	Chapters []Chapter
}

// A Chapter is an article of a book, or a text of the book's own.
type Chapter struct {
	Title    string
	Byline   string // one line: outlet, date, author, companies
	URL      string // where it stands on the web, "" for a text of the book's own
	Lang     string
	Markdown string
	Pictures []feeds.Picture // those with Data are shown, the others told by their text
}

// NewChapter is the chapter of a story.
func NewChapter(s *feeds.Story, a *feeds.Article) Chapter {
	var by []string
	for _, t := range []string{first(s.FeedTitle, a.Site), day(s.Published), first(s.Author, a.Author)} {
		if t != "" {
			by = append(by, t)
		}
	}
	var names []string
	for _, t := range s.Companies {
		names = append(names, t.Name)
	}
	if len(names) > 0 {
		by = append(by, strings.Join(names, ", "))
	}
	return Chapter{Title: s.Title, Byline: strings.Join(by, " · "), URL: s.URL, Lang: first(a.Lang, s.Lang), Markdown: a.Markdown, Pictures: a.Pictures}
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Local().Format("2 January 2006")
}

// Bounds on a picture: what has more pixels is left out, what is wider is kept as it is.
const maxPixels = 40 << 20

// picture is a picture in a type that every reading system knows: JPEG, PNG or GIF as
// they are, others decoded and made a JPEG. ok is false if it is none of them, broken, or
// larger than a reader of books could bear.
func picture(p *feeds.Picture) (data []byte, mediaType, ext string, ok bool) {
	c, format, err := image.DecodeConfig(bytes.NewReader(p.Data))
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return nil, "", "", false
	}
	switch format {
	case "jpeg":
		return p.Data, "image/jpeg", ".jpg", true
	case "png":
		return p.Data, "image/png", ".png", true
	case "gif":
		return p.Data, "image/gif", ".gif", true
	}
	img, _, err := image.Decode(bytes.NewReader(p.Data))
	if err != nil {
		return nil, "", "", false
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 85}); err != nil {
		return nil, "", "", false
	}
	return out.Bytes(), "image/jpeg", ".jpg", true
}
