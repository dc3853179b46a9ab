package library

import (
	"fmt"
	"html"
	"strings"

	"nightdesk/feeds"
)

// Markdown is an article as one markdown text for pipes: title, a line on where it comes
// from, then the text.
func Markdown(s *feeds.Story, a *feeds.Article) string {
	var b strings.Builder
	b.WriteString("# " + heading(s.Title) + "\n\n")
	if line := heading(byline(s, a)); line != "" {
		b.WriteString("*" + line + "*\n\n")
	}
	if a.Note != "" {
		b.WriteString("> " + heading(a.Note) + "\n\n")
	}
	b.WriteString(strings.TrimSpace(a.Markdown) + "\n")
	if s.URL != "" {
		b.WriteString("\n<" + s.URL + ">\n")
	}
	return b.String()
}

func byline(s *feeds.Story, a *feeds.Article) string {
	var parts []string
	add := func(t string) {
		if t != "" {
			parts = append(parts, t)
		}
	}
	add(first(s.FeedTitle, a.Site))
	if !s.Published.IsZero() {
		add(s.Published.Local().Format("2 January 2006"))
	}
	if by := first(s.Author, a.Author); by != "" {
		add("by " + by)
	}
	if a.Words > 0 {
		add(fmt.Sprintf("%d words", a.Words))
	}
	var names []string
	for _, t := range s.Companies {
		names = append(names, t.Name)
	}
	add(strings.Join(names, ", "))
	return strings.Join(parts, " · ")
}

// HTML is an article as one page that needs nothing else. Its text is the sanitised
// article; it runs no script.
func HTML(s *feeds.Story, a *feeds.Article) string {
	esc := html.EscapeString
	var b strings.Builder
	b.WriteString("<!doctype html>\n<html lang=\"" + esc(first(a.Lang, s.Lang, "en")) + "\">\n<head>\n<meta charset=\"utf-8\">\n")
	b.WriteString("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src * data:; style-src 'unsafe-inline'\">\n")
	b.WriteString("<meta name=\"viewport\" content=\"width=device-width\">\n<title>" + esc(s.Title) + "</title>\n")
	b.WriteString("<style>body{max-width:42rem;margin:3rem auto;padding:0 1rem;font:1.1rem/1.6 Georgia,serif;color:#222;background:#fdfcf9}h1{line-height:1.2}img{max-width:100%;height:auto}pre{overflow-x:auto;background:#f2f0ea;padding:1rem}.by{color:#777}@media(prefers-color-scheme:dark){body{color:#ddd;background:#181818}pre{background:#222}a{color:#8ab4f8}}</style>\n</head>\n<body>\n<article>\n")
	b.WriteString("<h1>" + esc(s.Title) + "</h1>\n<p class=\"by\">" + esc(byline(s, a)) + "</p>\n")
	b.WriteString(a.HTML)
	if s.URL != "" {
		b.WriteString("\n<p><a href=\"" + esc(s.URL) + "\">" + esc(s.URL) + "</a></p>")
	}
	b.WriteString("\n</article>\n</body>\n</html>\n")
	return b.String()
}
