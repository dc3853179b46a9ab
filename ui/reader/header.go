package reader

import (
	"fmt"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/theme"
)

// header is what stands above the text of an article: outlet and date, title, author and
// length, companies, event, what is missing. Where there is little room, it is tight and
// says less.
func header(th *theme.Theme, s *feeds.Story, a *feeds.Article, accounts []feeds.Story, w int, tight bool) []string {
	var out []string
	put := func(runs ...run) {
		for _, l := range set(runs, nil, w) {
			out = append(out, plain.Output(l.text))
		}
	}
	say := func(r theme.Role, text string) run { return run{text: text, sgr: th.SGR(r)} }
	dot := say(theme.Faint, " "+th.Glyphs.Dot+" ")
	join := func(parts ...run) {
		var runs []run
		for _, p := range parts {
			if p.text == "" {
				continue
			}
			if len(runs) > 0 {
				runs = append(runs, dot)
			}
			runs = append(runs, p)
		}
		if len(runs) > 0 {
			put(runs...)
		}
	}
	title, outlet, author, published, words := s.Title, s.FeedTitle, s.Author, s.Published, s.Words
	if a != nil {
		if title == "" {
			title = a.Title
		}
		if outlet == "" {
			outlet = a.Site
		}
		if author == "" || strings.Contains(author, "@") && a.Author != "" {
			author = a.Author
		}
		if published.IsZero() {
			published = a.Published
		}
		if a.Words > 0 {
			words = a.Words
		}
	}
	category := ""
	if len(s.Categories) > 0 && len(s.Categories[0]) < 30 && w >= 50 {
		category = s.Categories[0]
	}
	join(say(theme.Outlet, plain.Text(outlet)), say(theme.Dim, plain.Text(category)), say(theme.Dim, date(published)))
	if len(out) > 0 && !tight {
		out = append(out, "")
	}
	for _, l := range balanced([]run{say(theme.Headline, plain.Text(title))}, w) {
		out = append(out, plain.Output(l.text))
	}
	if !tight {
		out = append(out, "")
	}
	if author = plain.Text(author); author != "" && !strings.HasPrefix(strings.ToLower(author), "by ") {
		author = "By " + author
	}
	length, minutes := "", ""
	if words > 0 {
		length = fmt.Sprintf("%s words", grouped(words))
		minutes = fmt.Sprintf("%d min", max(1, (words+115)/230))
	}
	carried := event(s, accounts)
	if w < 50 {
		length = ""
	}
	kind := string(s.Kind)
	if w < 40 {
		kind = ""
	}
	join(say(theme.Dim, author), say(theme.Dim, length), say(theme.Dim, minutes), say(theme.Dim, kind))
	var chips []run
	for i, t := range s.Companies {
		if i == 8 || tight && i == 2 {
			break
		}
		if i > 0 {
			chips = append(chips, run{text: " \u00a0"})
		}
		chips = append(chips, say(theme.Company, strings.ReplaceAll(plain.Text(t.Name), " ", "\u00a0")))
	}
	if len(chips) > 0 && carried != "" && !tight && !strings.Contains(carried, ",") {
		chips = append(chips, dot, say(theme.Dim, carried))
		carried = ""
	}
	if len(chips) > 0 {
		put(chips...)
	}
	if carried != "" && !tight {
		put(say(theme.Dim, carried))
	}
	join(marks(th, s)...)
	if a != nil && a.Note != "" {
		put(say(theme.Note, plain.Text(a.Note)))
	} else if a != nil && a.Teaser {
		put(say(theme.Note, "Only a teaser: the feed gives no more."))
	}
	for len(out) > 0 && out[len(out)-1] == "" {
		out = out[:len(out)-1]
	}
	out = append(out, th.Paint(theme.Rule, strings.Repeat(th.Glyphs.Horizontal, w)))
	if !tight {
		out = append(out, "")
	}
	return out
}

// Print is a whole article for a terminal without the pane: what stands above the text,
// the text, and the addresses of its links by their numbers.
func Print(s *feeds.Story, a *feeds.Article, width int, th *theme.Theme) []string {
	o := Options{Width: max(1, min(width, DefaultMeasure)), Theme: th, Title: s.Title}
	out := header(th, s, a, nil, o.Width, false)
	if a == nil {
		return out
	}
	p := Render(a.Markdown, o)
	out = append(out, p.Lines...)
	if len(p.Links) > 0 {
		out = append(out, "")
	}
	for _, l := range p.Links {
		n := fmt.Sprintf("[%d]\u00a0", l.N)
		for _, line := range set([]run{{text: n, sgr: th.SGR(theme.LinkNumber)}, {text: l.URL, sgr: th.SGR(theme.Link), link: l.N}}, p.Links, o.Width) {
			out = append(out, plain.Output(line.text))
		}
	}
	return out
}

// marks are the states of a story, each with its sign.
func marks(th *theme.Theme, s *feeds.Story) []run {
	var out []run
	if s.Mark.Starred {
		out = append(out, run{text: th.Glyphs.Star + "\u00a0starred", sgr: th.SGR(theme.Star)})
	}
	if s.Edited() {
		out = append(out, run{text: th.Glyphs.Edited + "\u00a0changed\u00a0" + strings.ReplaceAll(s.Updated.Local().Format("2 January 15:04"), " ", "\u00a0"), sgr: th.SGR(theme.Dim)})
	}
	switch s.Mark.Saved {
	case feeds.Queued:
		out = append(out, run{text: th.Glyphs.Queued + "\u00a0being saved", sgr: th.SGR(theme.Saved)})
	case feeds.Kept:
		out = append(out, run{text: th.Glyphs.Saved + "\u00a0saved offline", sgr: th.SGR(theme.Saved)})
	case feeds.Broken:
		why := plain.Text(s.Mark.SaveError)
		if why != "" {
			why = ": " + why
		}
		out = append(out, run{text: th.Glyphs.Broken + "\u00a0not saved" + why, sgr: th.SGR(theme.Broken)})
	}
	return out
}

// event is the line of a story that several outlets report.
func event(s *feeds.Story, accounts []feeds.Story) string {
	if s.Outlets < 2 {
		return ""
	}
	text := fmt.Sprintf("%d outlets", s.Outlets)
	var names []string
	seen := map[string]bool{s.FeedTitle: true}
	for _, a := range accounts {
		if a.FeedTitle != "" && !seen[a.FeedTitle] {
			seen[a.FeedTitle] = true
			names = append(names, plain.Text(a.FeedTitle))
		}
	}
	if len(names) == 0 {
		return text
	}
	if more := len(names) - 4; more > 0 {
		names = append(names[:4], fmt.Sprintf("%d more", more))
	}
	return text + ", also " + strings.Join(names, ", ")
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2 January 2006")
}

// grouped is a number with commas between its thousands.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// balanced sets text on as few lines as it needs, of about the same length.
func balanced(runs []run, w int) []line {
	best := set(runs, nil, w)
	if len(best) < 2 || len(best) > 8 {
		return best
	}
	low, high := max(1, w/2), w
	for low < high {
		mid := (low + high) / 2
		if l := set(runs, nil, mid); len(l) <= len(best) {
			best, high = l, mid
		} else {
			low = mid + 1
		}
	}
	return best
}
