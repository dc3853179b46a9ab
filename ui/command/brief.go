package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/export"
	"nightdesk/ui/reader"
	"nightdesk/ui/theme"
)

// maxBrief is the most events that a briefing is made of.
const maxBrief = 400

func (a *app) brief() *cobra.Command {
	var since, format, out string
	var minutes int
	cmd := &cobra.Command{
		Use:   "brief [QUERY…]",
		Short: "The news since yesterday as a briefing by event and company",
		Long: `The news since yesterday as a briefing: what several outlets report first, with a
standfirst and its sources, the rest in a line each, then the companies. Styled on a
terminal, Markdown in a pipe or a mail; --format epub has the leading articles whole.`,
		Example: `  nightdesk brief --minutes 5
  nightdesk brief is:watched --since 7d --format epub -o week.epub`,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch format {
			case "", "markdown", "html", "epub":
			default:
				return usage("--format is markdown, html or epub, not %q", format)
			}
			if format == "" {
				format = "markdown"
				if f, err := exportFormat("", out); err == nil && (f == "html" || f == "epub") {
					format = f
				}
			}
			if minutes < 0 {
				return usage("--minutes is 0 (all) or more, not %d", minutes)
			}
			if format == "epub" && (out == "" || out == "-") && isTerminal(a.Stdout) {
				return usage("say where to with -o FILE")
			}
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				q, err := d.Parse(strings.Join(args, " "))
				if err != nil {
					return err
				}
				window, from, err := d.Since(since)
				if err != nil {
					return err
				}
				if q.Root == nil {
					q.Root = window.Root
				} else {
					q.Root = feeds.And{q.Root, window.Root}
				}
				events, err := d.Edition(ctx, q, maxBrief)
				if err != nil {
					return err
				}
				if len(events) == 0 {
					fmt.Fprintln(a.Stderr, "No story since "+from.Local().Format("2006-01-02 15:04")+". nightdesk refresh fetches the feeds.")
					return nil
				}
				b := export.Brief(events, from, a.Now(), minutes)
				if (out == "" || out == "-") && format == "markdown" && a.styled() {
					lines := reader.Print(&feeds.Story{Title: b.Title, FeedTitle: b.Subtitle}, &feeds.Article{Markdown: b.Markdown}, min(a.width(), 80), theme.Builtin(theme.Options{})[0])
					_, err := io.WriteString(a.Stdout, strings.Join(lines, "\n")+"\n")
					return err
				}
				return a.output(out, func(w io.Writer) error { return a.writeBrief(ctx, d, w, &b, format) })
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&since, "since", "yesterday", "from when: yesterday, today, 24h, 7d or a date")
	f.IntVar(&minutes, "minutes", 0, "keep to so many minutes of reading, 0 is all")
	f.StringVar(&format, "format", "", "markdown, html or epub (default markdown)")
	f.StringVarP(&out, "output", "o", "", "the file; - is standard output")
	return cmd
}

// writeBrief writes a briefing; a book has the leading articles behind it.
func (a *app) writeBrief(ctx context.Context, d *desk.Desk, w io.Writer, b *export.Briefing, format string) error {
	if format == "markdown" {
		_, err := io.WriteString(w, b.Page())
		return err
	}
	book := &export.Book{Title: b.Title, Subtitle: b.Subtitle, Made: a.Now(), Chapters: []export.Chapter{b.Chapter()}}
	if format == "html" {
		return export.HTML(w, book)
	}
	for i := range b.Told {
		if i == 40 {
			break
		}
		s, art, err := d.Whole(ctx, b.Told[i].Stories[0].ID)
		if err != nil {
			return err
		}
		book.Chapters = append(book.Chapters, export.NewChapter(&s, art))
	}
	return export.EPUB(w, book)
}
