package export

import (
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

const pageStyle = `:root{color-scheme:light dark;--ink:#1f2328;--soft:#6b7280;--paper:#fbfaf7;--line:#e4e0d8;--link:#8a4b12}
@media(prefers-color-scheme:dark){:root{--ink:#d8dbe0;--soft:#8f96a3;--paper:#16181c;--line:#2c3038;--link:#e5ab58}}
body{max-width:40rem;margin:3rem auto;padding:0 1.2rem;font:1.12rem/1.65 Charter,Georgia,serif;color:var(--ink);background:var(--paper)}
h1,h2,h3,h4{line-height:1.25;text-wrap:balance}header,.by,nav{color:var(--soft)}.by{font-size:.92rem;margin-top:-.6rem}
a{color:var(--link)}nav ol{padding-left:1.4rem}article{border-top:1px solid var(--line);margin-top:4rem;padding-top:1rem}
img{max-width:100%;height:auto}pre{overflow-x:auto;padding:.9rem;border:1px solid var(--line);font-size:.88rem}code{font-family:ui-monospace,Menlo,monospace}
blockquote{margin-left:0;padding-left:1rem;border-left:3px solid var(--line);color:var(--soft)}table{border-collapse:collapse;display:block;overflow-x:auto}td,th{border:1px solid var(--line);padding:.3rem .6rem}`

// HTML writes a book as one page that needs nothing else: pictures stand in it, it runs
// no script and asks no server.
func HTML(w io.Writer, b *Book) error {
	var out strings.Builder
	out.WriteString("<!doctype html>\n<html lang=\"" + lang(b.Lang) + "\">\n<head>\n<meta charset=\"utf-8\">\n")
	out.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n")
	out.WriteString("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" + esc(b.Title) + "</title>\n<style>" + pageStyle + "</style>\n</head>\n<body>\n")
	out.WriteString("<header><h1>" + esc(b.Title) + "</h1>")
	if b.Subtitle != "" {
		out.WriteString("<p>" + esc(b.Subtitle) + "</p>")
	}
	out.WriteString("</header>\n")
	if len(b.Chapters) > 1 {
		out.WriteString("<nav><ol>\n")
		for i, c := range b.Chapters {
			fmt.Fprintf(&out, "<li><a href=\"#c%d\">%s</a></li>\n", i+1, esc(c.Title))
		}
		out.WriteString("</ol></nav>\n")
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return err
	}
	for i := range b.Chapters {
		c := &b.Chapters[i]
		body, err := xhtml(c.Markdown, 2, inline(c.Pictures))
		if err != nil {
			return fmt.Errorf("set %q: %w", c.Title, err)
		}
		out.Reset()
		fmt.Fprintf(&out, "<article id=\"c%d\" lang=\"%s\">\n<h2>%s</h2>\n", i+1, lang(first(c.Lang, b.Lang)), esc(c.Title))
		if c.Byline != "" {
			out.WriteString("<p class=\"by\">" + esc(c.Byline) + "</p>\n")
		}
		out.WriteString(body)
		out.WriteString(origin(c) + "</article>\n")
		if _, err := io.WriteString(w, out.String()); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, "</body>\n</html>\n")
	return err
}

// origin is a paragraph with the address of a chapter.
func origin(c *Chapter) string {
	if !plain.Link(c.URL) {
		return ""
	}
	return "<p class=\"by\"><a href=\"" + esc(c.URL) + "\">" + esc(c.URL) + "</a></p>\n"
}

// inline gives pictures as data: addresses.
func inline(ps []feeds.Picture) func(string) (string, bool) {
	return func(url string) (string, bool) {
		for i := range ps {
			if len(ps[i].Data) > 0 && (ps[i].URL == url || ps[i].File != "" && ps[i].File == url) {
				data, mediaType, _, ok := picture(&ps[i])
				return "data:" + mediaType + ";base64," + base64.StdEncoding.EncodeToString(data), ok
			}
		}
		return "", false
	}
}
