package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// A Briefing is the news of a time, composed.
type Briefing struct {
	Title    string
	Subtitle string
	Markdown string
	Told     []feeds.Event // the events told, in their order
	Left     int           // stories left out to keep to the minutes
}

// wordsAMinute is what people read of news.
const wordsAMinute = 230

// Brief composes a briefing of events, the most important first: those that several
// outlets carry, or that are of a kind, with standfirst and sources; the rest in a line
// each; then the companies with what they were in. minutes is the reading time to keep
// to, 0 for all of it. Every event has its stories, the lead first.
func Brief(events []feeds.Event, since, now time.Time, minutes int) Briefing {
	b := Briefing{Title: "The news since " + moment(since, now)}
	stories, outlets := 0, make(map[string]bool)
	for _, e := range events {
		stories += len(e.Stories)
		for _, s := range e.Stories {
			outlets[s.FeedTitle] = true
		}
	}
	budget := minutes * wordsAMinute
	var full, short []string
	var inFull, inShort []feeds.Event
	spent, told := 0, 0
	for i := range events {
		e := &events[i]
		if len(e.Stories) == 0 {
			continue
		}
		major := e.Outlets > 1 || len(full) < 5 && e.Kind != "" || len(full) == 0
		text := line(e)
		if major {
			text = entry(e)
		}
		n := len(strings.Fields(text))
		if budget > 0 && spent+n > budget && told > 0 {
			b.Left += len(e.Stories)
			continue
		}
		spent += n
		told += len(e.Stories)
		if major {
			full, inFull = append(full, text), append(inFull, *e)
		} else {
			short, inShort = append(short, text), append(inShort, *e)
		}
	}
	b.Told = slices.Concat(inFull, inShort)
	b.Subtitle = fmt.Sprintf("%s · %s from %s · %s", now.Local().Format("Monday 2 January 2006"), count(stories, "story", "stories"), count(len(outlets), "outlet", "outlets"), count(max(1, (spent+wordsAMinute-1)/wordsAMinute), "minute", "minutes"))
	var out strings.Builder
	for _, t := range full {
		out.WriteString(t + "\n\n")
	}
	if len(short) > 0 {
		out.WriteString("## In brief\n\n" + strings.Join(short, "\n") + "\n\n")
	}
	out.WriteString(companies(b.Told))
	if b.Left > 0 {
		fmt.Fprintf(&out, "*That is all for %s. %s left out.*\n", count(minutes, "minute", "minutes"), count(b.Left, "story was", "stories were"))
	} else {
		out.WriteString("*That is all.*\n")
	}
	b.Markdown = out.String()
	return b
}

// Chapter is the briefing as a chapter of a book.
func (b *Briefing) Chapter() Chapter {
	return Chapter{Title: b.Title, Byline: b.Subtitle, Markdown: b.Markdown}
}

// Page is the briefing as one Markdown text.
func (b *Briefing) Page() string {
	return "# " + b.Title + "\n\n*" + b.Subtitle + "*\n\n" + b.Markdown
}

// entry is an event in full.
func entry(e *feeds.Event) string {
	lead := &e.Stories[0]
	var out strings.Builder
	out.WriteString("## " + link(lead.Title, lead.URL) + "\n\n")
	var facts []string
	if e.Kind != "" {
		facts = append(facts, string(e.Kind))
	}
	if names := names(lead); names != "" {
		facts = append(facts, names)
	}
	if len(facts) > 0 {
		out.WriteString("**" + escape(strings.Join(facts, " · ")) + "**\n\n")
	}
	if s := standfirst(lead); s != "" {
		out.WriteString(escape(s) + "\n\n")
	}
	var sources []string
	seen := make(map[string]bool)
	for i := range e.Stories {
		s := &e.Stories[i]
		if !seen[s.FeedTitle] {
			seen[s.FeedTitle] = true
			sources = append(sources, link(s.FeedTitle, s.URL))
		}
	}
	out.WriteString("— " + strings.Join(sources, ", "))
	return out.String()
}

// line is an event in one line.
func line(e *feeds.Event) string {
	s := &e.Stories[0]
	out := "- " + link(s.Title, s.URL)
	if n := names(s); n != "" {
		out += " · " + escape(n)
	}
	return out + " — " + escape(s.FeedTitle)
}

func names(s *feeds.Story) string {
	var out []string
	for _, t := range s.Companies[:min(len(s.Companies), 4)] {
		out = append(out, t.Name)
	}
	return strings.Join(out, ", ")
}

// standfirst is the beginning of a story, whole sentences if there are any, of some forty
// words.
func standfirst(s *feeds.Story) string {
	text := strings.Join(strings.Fields(s.Summary), " ")
	for _, cut := range [...]string{"[…]", "[...]", "[&hellip;]"} { // how outlets say that it goes on
		text = strings.TrimSpace(strings.TrimSuffix(text, cut))
	}
	r := []rune(text)
	if len(r) <= 280 {
		return text
	}
	r = r[:280]
	for i := len(r) - 1; i > 80; i-- {
		if r[i] == '。' || (r[i] == '.' || r[i] == '!' || r[i] == '?') && i+1 < len(r) && r[i+1] == ' ' {
			return string(r[:i+1])
		}
	}
	for i := len(r) - 1; i > 80; i-- {
		if r[i] == ' ' {
			r = r[:i]
			break
		}
	}
	return string(r) + " …"
}

// companies is an index: each company with the headlines that it is in, those with most
// first.
func companies(events []feeds.Event) string {
	type row struct {
		name   string
		titles []string
	}
	at := make(map[string]int)
	var rows []row
	for _, e := range events {
		for _, t := range e.Stories[0].Companies {
			i, ok := at[t.Slug]
			if !ok {
				i = len(rows)
				at[t.Slug] = i
				rows = append(rows, row{name: t.Name})
			}
			rows[i].titles = append(rows[i].titles, e.Stories[0].Title)
		}
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		return cmp.Or(len(b.titles)-len(a.titles), strings.Compare(a.name, b.name))
	})
	if len(rows) == 0 {
		return ""
	}
	var out strings.Builder
	out.WriteString("## By company\n\n")
	for _, r := range rows[:min(len(rows), 30)] {
		more := ""
		if n := len(r.titles); n > 3 {
			more = fmt.Sprintf("; %d more", n-3)
		}
		fmt.Fprintf(&out, "- **%s** %d: %s%s\n", escape(r.name), len(r.titles), escape(strings.Join(r.titles[:min(len(r.titles), 3)], "; ")), more)
	}
	return out.String() + "\n"
}

func link(text, url string) string {
	if !plain.Link(url) || strings.ContainsAny(url, "<>") {
		return escape(text)
	}
	return "[" + escape(text) + "](<" + url + ">)"
}

// escape is a text within Markdown: signs that mean something there are escaped.
func escape(s string) string {
	var b strings.Builder
	r := []rune(strings.Join(strings.Fields(s), " "))
	for i, r1 := range r {
		if strings.ContainsRune("\\`*_[]<>#|~$", r1) || r1 == '&' && i+1 < len(r) && r[i+1] != ' ' {
			b.WriteByte('\\')
		}
		b.WriteRune(r1)
	}
	return b.String()
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// moment names a time as people say it.
func moment(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch {
	case t.Equal(midnight):
		return "midnight"
	case t.Equal(midnight.AddDate(0, 0, -1)):
		return "yesterday"
	case !t.Before(midnight):
		return t.Format("15:04")
	case now.Sub(t) < 6*24*time.Hour:
		return t.Format("Monday 15:04")
	}
	return t.Format("2 January 2006")
}
