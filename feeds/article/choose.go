package article

import (
	"strings"

	"nightdesk/feeds"
)

// Choose is the better whole text of what a feed gave and what its page has. Either may
// be nil. The page's must be clearly more than the feed's to replace it, for the feed's
// is what the outlet meant to be read, without anything around it.
func Choose(feed, page *feeds.Article) *feeds.Article {
	switch {
	case page == nil || page.Words == 0 && len(page.Pictures) == 0:
		return feed
	case feed == nil || feed.Words == 0:
		return page
	}
	if feed.Teaser && !page.Teaser && page.Words >= feed.Words {
		return page
	}
	switch {
	case page.Words*2 < feed.Words*3 && !feed.Teaser:
		return feed // much the same, or less
	case page.Words < feed.Words:
		return feed
	}
	return page
}

// Teaser reports whether a feed's text is only the beginning or a summary of the story.
func Teaser(s *feeds.Story, a *feeds.Article) bool {
	if a == nil || a.Words == 0 {
		return true
	}
	if a.Teaser || endsAsTeaser(lastText(a.Markdown)) {
		return true
	}
	if len(s.Enclosures) > 0 && a.Words > 60 {
		return false // an episode's notes are all there is
	}
	text := a.Words
	if s.Summary != "" && sameText(s.Summary, strings.TrimSpace(a.Markdown)) {
		return text < 250
	}
	return text < 120
}

// endsAsTeaser reports whether the last words of a text say that it goes on elsewhere.
func endsAsTeaser(last string) bool {
	l := strings.ToLower(strings.TrimSpace(last))
	if l == "" {
		return false
	}
	for _, end := range [...]string{"[…]", "[...]", "[ … ]", "(…)", "(more…)", "[&hellip;]", "\\[…\\]", "\\[...\\]", "(more...)", "[…"} {
		if strings.HasSuffix(l, end) {
			return true
		}
	}
	if len(l) < 400 {
		t := strings.TrimRight(l, " .…»›→>)]:")
		for _, end := range [...]string{"read more", "continue reading", "read the rest", "read full article", "read the full article", "read full story", "read the full story", "keep reading", "weiterlesen", "lire la suite", "leer más", "subscribe to read", "subscribe to continue reading", "log in to continue reading", "to continue reading", "to read the full story", "read the full post", "view article", "view full post", "mehr lesen", "続きを読む", "阅读全文", "читать далее"} {
			if strings.HasSuffix(t, end) && len(t) < len(end)+120 {
				return true
			}
		}
	}
	return (strings.HasSuffix(l, "…") || strings.HasSuffix(l, "...")) && len(l) > 60
}

// lastText is the last line of a markdown text that holds words, without its link's
// address.
func lastText(md string) string {
	md = strings.TrimRight(md, " \n")
	if i := strings.LastIndexByte(md, '\n'); i >= 0 {
		md = md[i+1:]
	}
	if len(md) > 4000 {
		md = strings.ToValidUTF8(md[len(md)-4000:], "")
	}
	// [text](address) at the end is its text.
	if strings.HasSuffix(md, ")") {
		if i := strings.LastIndex(md, "]("); i > 0 {
			if j := strings.LastIndexByte(md[:i], '['); j >= 0 {
				md = md[:j] + md[j+1:i]
			}
		}
	}
	return strings.Trim(md, " *_")
}
