package command

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/reader"
	"nightdesk/ui/theme"
)

// plainPage is how many headlines are read out at a time.
const plainPage = 10

// plainReader is the reader for screen readers and terminals that can do nothing: one
// line after the other, no cursor movement, no colour. It asks for a line and answers it.
type plainReader struct {
	a   *app
	d   *desk.Desk
	in  *bufio.Scanner
	out io.Writer

	name  string // of what is listed
	req   feeds.ListRequest
	pages []feeds.Cursor // where each page so far began
	rows  []feeds.Story  // the page shown
	story *feeds.Story   // the one read last
}

const plainHelp = `A number reads that story. n next page, p previous page.
front, wire, watch, starred, saved: those lists. c NAME: stories about a company. / QUERY: stories that match.
s saves, f stars, m marks read or unread the story read last; with a number that story of the page: s 3.
r refreshes the feeds. ? this help. q quits.`

// plain runs the plain reader until its input ends or q.
func (a *app) plain(ctx context.Context, d *desk.Desk) error {
	r := &plainReader{a: a, d: d, in: bufio.NewScanner(a.Stdin), out: a.Stdout}
	fmt.Fprintln(r.out, "nightdesk. Type ? for help.")
	if err := r.list(ctx, "Front page", "", true); err != nil {
		return err
	}
	for {
		fmt.Fprint(r.out, "> ")
		if !r.in.Scan() {
			fmt.Fprintln(r.out)
			return r.in.Err()
		}
		line := strings.TrimSpace(plain.Text(r.in.Text()))
		if line == "q" || line == "quit" {
			return nil
		}
		if err := r.answer(ctx, line); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			fmt.Fprintln(r.out, "That did not work: "+plain.Text(err.Error()))
		}
	}
}

// answer carries out one line.
func (r *plainReader) answer(ctx context.Context, line string) error {
	if n, err := strconv.Atoi(line); err == nil {
		return r.read(ctx, n)
	}
	if query, ok := strings.CutPrefix(line, "/"); ok {
		query = strings.TrimSpace(query)
		return r.list(ctx, "Stories that match "+query, query, false)
	}
	word, rest, _ := strings.Cut(line, " ")
	switch rest = strings.TrimSpace(rest); word {
	case "":
	case "n", "next":
		if len(r.rows) < plainPage {
			fmt.Fprintln(r.out, "That was the last page.")
			return nil
		}
		return r.page(ctx, r.rows[len(r.rows)-1].Place(r.req.Sort))
	case "p", "previous":
		if len(r.pages) < 2 {
			fmt.Fprintln(r.out, "This is the first page.")
			return nil
		}
		at := r.pages[len(r.pages)-2]
		r.pages = r.pages[:len(r.pages)-2]
		return r.page(ctx, at)
	case "front":
		return r.list(ctx, "Front page", "", true)
	case "wire":
		return r.list(ctx, "Wire", "", false)
	case "watch":
		return r.list(ctx, "Watch-list", "is:watched", false)
	case "starred", "saved":
		return r.list(ctx, strings.ToUpper(word[:1])+word[1:], "is:"+word, false)
	case "c", "company":
		return r.list(ctx, "Stories about "+rest, `company:"`+strings.ReplaceAll(rest, `"`, "")+`"`, false)
	case "s", "save", "f", "star", "m", "mark":
		return r.act(ctx, word[:1], rest)
	case "r", "refresh":
		sum, err := r.d.Refresh(ctx, nil, true, nil, nil)
		if err != nil {
			return err
		}
		fmt.Fprintf(r.out, "%d new stories from %d feeds, %d failed.\n", sum.New, sum.Feeds, sum.Failed)
		return r.list(ctx, r.name, r.req.Query.Text, r.req.Clusters)
	case "?", "h", "help":
		fmt.Fprintln(r.out, plainHelp)
	default:
		fmt.Fprintf(r.out, "%q is no command. Type ? for help.\n", cells.Cut(word, 30, ""))
	}
	return nil
}

// list begins a list.
func (r *plainReader) list(ctx context.Context, name, query string, front bool) error {
	q, err := r.d.Parse(query)
	if err != nil {
		return err
	}
	r.name, r.req, r.pages = name, feeds.ListRequest{Query: q, Sort: feeds.Newest}, nil
	if front {
		r.req.Sort, r.req.Clusters = feeds.Top, true
	}
	return r.page(ctx, feeds.Cursor{})
}

// page reads out the page behind a row.
func (r *plainReader) page(ctx context.Context, at feeds.Cursor) error {
	req := r.req
	req.After, req.Limit = at, plainPage
	rows, err := r.d.List(ctx, req)
	if err != nil {
		return err
	}
	if len(rows) == 0 && !at.Zero() {
		fmt.Fprintln(r.out, "That was the last page.")
		return nil
	}
	r.pages, r.rows = append(r.pages, at), rows
	fmt.Fprintf(r.out, "%s, page %d.\n", r.name, len(r.pages))
	if len(rows) == 0 {
		fmt.Fprintln(r.out, "Nothing here. r refreshes the feeds.")
	}
	for i := range rows {
		fmt.Fprintf(r.out, "%d. %s\n", i+1, r.headline(&rows[i]))
	}
	return nil
}

// headline is a story in one line that can be read out: state is told in words.
func (r *plainReader) headline(s *feeds.Story) string {
	parts := []string{s.Title}
	var names []string
	for _, t := range s.Companies[:min(len(s.Companies), 3)] {
		names = append(names, t.Name)
	}
	if len(names) > 0 {
		parts = append(parts, "about "+strings.Join(names, " and "))
	}
	from := s.FeedTitle
	if r.req.Clusters && s.Outlets > 1 {
		from += fmt.Sprintf(" and %d more", s.Outlets-1)
	}
	parts = append(parts, from, s.Published.Local().Format("2 January 15:04"))
	if s.Mark.Read {
		parts = append(parts, "read")
	}
	if s.Mark.Starred {
		parts = append(parts, "starred")
	}
	if s.Mark.Saved == feeds.Kept {
		parts = append(parts, "saved")
	}
	return strings.Join(parts, "; ")
}

// numbered is the story that a number names, or the one read last.
func (r *plainReader) numbered(text string) (*feeds.Story, error) {
	if text == "" {
		if r.story == nil {
			return nil, fmt.Errorf("say which story: s 3")
		}
		return r.story, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(r.rows) {
		return nil, fmt.Errorf("there is no story %s on this page", text)
	}
	return &r.rows[n-1], nil
}

func (r *plainReader) read(ctx context.Context, n int) error {
	s, err := r.numbered(strconv.Itoa(n))
	if err != nil {
		return err
	}
	now, art, err := r.d.Best(ctx, s.ID)
	if err != nil {
		return err
	}
	yes := true
	if _, err := r.d.Mark(ctx, []string{s.ID}, feeds.Change{Read: &yes}); err != nil {
		return err
	}
	s.Mark.Read = true
	r.story = s
	looks := theme.Builtin(theme.Options{Depth: theme.NoColor, ASCII: !utf8Locale(r.a.Getenv)})[0]
	for _, line := range reader.Print(&now, art, min(r.a.width(), 80), looks) {
		fmt.Fprintln(r.out, strings.TrimRight(ansi.Strip(line), " "))
	}
	fmt.Fprintln(r.out, "End of the story.")
	return nil
}

func (r *plainReader) act(ctx context.Context, what, which string) error {
	s, err := r.numbered(which)
	if err != nil {
		return err
	}
	switch what {
	case "s":
		text, err := r.d.Save(ctx, s.ID)
		if err != nil {
			return err
		}
		s.Mark.Saved = feeds.Kept
		fmt.Fprintln(r.out, text+".")
	case "f", "m":
		on := !s.Mark.Starred
		c, text := feeds.Change{Starred: &on}, map[bool]string{true: "Starred.", false: "No longer starred."}
		if what == "m" {
			on = !s.Mark.Read
			c, text = feeds.Change{Read: &on}, map[bool]string{true: "Marked read.", false: "Marked unread."}
		}
		if _, err := r.d.Mark(ctx, []string{s.ID}, c); err != nil {
			return err
		}
		if what == "m" {
			s.Mark.Read = on
		} else {
			s.Mark.Starred = on
		}
		fmt.Fprintln(r.out, text[on])
	}
	return nil
}
