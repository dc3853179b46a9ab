package command

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/ui/cells"
)

func (a *app) list() *cobra.Command {
	var asJSON, clusters, explain bool
	var limit int
	var sort string
	cmd := &cobra.Command{
		Use:   "list [QUERY…]",
		Short: "List the stories that match, newest first",
		Example: `  nightdesk list company:amazon since:7d
  nightdesk list is:unread outlets:'>2' --sort top --json`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return usage("--limit is 0 (all) or more, not %d", limit)
			}
			by := feeds.Sort(sort)
			switch by {
			case feeds.Newest, feeds.Oldest, feeds.Top, feeds.Relevance:
			default:
				return usage("--sort is newest, oldest, top or relevance, not %q", sort)
			}
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				q, err := d.Parse(strings.Join(args, " "))
				if err != nil {
					return err
				}
				req := feeds.ListRequest{Query: q, Sort: by, Clusters: clusters, Limit: limit}
				return a.pages(ctx, d, req, func(s *feeds.Story) error {
					var why []string
					if explain {
						if why, err = d.Why(ctx, s.ID); err != nil {
							return err
						}
					}
					if asJSON {
						j := toJSON(s)
						j.Explain = why
						return writeJSON(a.Stdout, j)
					}
					_, err := fmt.Fprintln(a.Stdout, a.line(s, clusters))
					for _, l := range why {
						fmt.Fprintln(a.Stdout, "    "+l)
					}
					return err
				})
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "JSON Lines")
	f.BoolVar(&clusters, "clusters", false, "one line an event")
	f.BoolVar(&explain, "explain", false, "say why each story is where it is")
	f.IntVar(&limit, "limit", 50, "at most so many, 0 is all")
	f.StringVar(&sort, "sort", "newest", "newest, oldest, top or relevance")
	return cmd
}

// pages calls each for every story of a list, fetched in pages so that a long list needs
// no more memory than a short one.
func (a *app) pages(ctx context.Context, d *desk.Desk, req feeds.ListRequest, each func(*feeds.Story) error) error {
	left := req.Limit
	for {
		req.Limit = 500
		if left > 0 {
			req.Limit = min(500, left)
		}
		page, err := d.List(ctx, req)
		if err != nil {
			return err
		}
		for i := range page {
			if err := each(&page[i]); err != nil {
				return err
			}
		}
		if left > 0 {
			if left -= len(page); left <= 0 {
				return nil
			}
		}
		if len(page) < req.Limit || req.Sort == feeds.Relevance {
			return nil
		}
		req.After = page[len(page)-1].Place(req.Sort)
	}
}

// line is a story as one line for people.
func (a *app) line(s *feeds.Story, clusters bool) string {
	marks := []byte("   ")
	if !s.Mark.Read {
		marks[0] = 'N'
	}
	if s.Mark.Starred {
		marks[1] = '*'
	}
	if s.Mark.Saved == feeds.Kept {
		marks[2] = 'S'
	}
	var tail []string
	for _, t := range s.Companies[:min(len(s.Companies), 3)] {
		tail = append(tail, t.Name)
	}
	from := s.FeedTitle
	if clusters && s.Outlets > 1 {
		from = fmt.Sprintf("%s +%d", from, s.Outlets-1)
	}
	about := ""
	if len(tail) > 0 {
		about = " [" + strings.Join(tail, ", ") + "]"
	}
	head := fmt.Sprintf("%s  %s  %s  ", s.ID, s.Published.Local().Format("2006-01-02 15:04"), marks)
	if !isTerminal(a.Stdout) {
		return head + s.Title + about + " — " + from
	}
	rest := about + " — " + from
	room := a.width() - cells.Width(head)
	if room < 20 {
		return cells.Cut(head+s.Title, a.width(), "…")
	}
	title := cells.Cut(s.Title, max(room-cells.Width(rest), room/2), "…")
	rest = cells.Cut(rest, room-cells.Width(title), "…")
	if a.styled() {
		if !s.Mark.Read {
			title = "\x1b[1m" + title + "\x1b[m"
		}
		return "\x1b[2m" + head + "\x1b[m" + title + "\x1b[2m" + rest + "\x1b[m"
	}
	return head + title + rest
}

// frontPage is the request of the front page: events, the most important first.
func frontPage(q feeds.Query) feeds.ListRequest {
	return feeds.ListRequest{Query: q, Sort: feeds.Top, Clusters: true, Limit: 100}
}
