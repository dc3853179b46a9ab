package command

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/library"
	"nightdesk/ui/reader"
	"nightdesk/ui/theme"
)

// articleJSON is an article as scripts see it.
type articleJSON struct {
	storyJSON
	Markdown string         `json:"markdown"`
	HTML     string         `json:"html"`
	Source   string         `json:"source"`
	Note     string         `json:"note,omitempty"`
	Pictures []articleImage `json:"pictures"`
}

type articleImage struct {
	URL     string `json:"url"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	File    string `json:"file,omitempty"`
}

func (a *app) read() *cobra.Command {
	var asJSON, asHTML, asMarkdown bool
	var width int
	cmd := &cobra.Command{
		Use:   "read ID|URL|-",
		Short: "Show an article: styled on a terminal, markdown in a pipe",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				s, art, err := a.article(ctx, d, args[0])
				if err != nil {
					return err
				}
				switch {
				case asJSON:
					j := articleJSON{storyJSON: toJSON(&s), Markdown: art.Markdown, HTML: art.HTML, Source: art.Source, Note: art.Note, Pictures: []articleImage{}}
					for _, p := range art.Pictures {
						j.Pictures = append(j.Pictures, articleImage{p.URL, p.Alt, p.Caption, p.File})
					}
					return writeJSON(a.Stdout, j)
				case asHTML:
					_, err := io.WriteString(a.Stdout, library.HTML(&s, art))
					return err
				case a.styled() && !asMarkdown:
					if width == 0 {
						width = min(a.width(), 80)
					}
					th := theme.Builtin(theme.Options{})[0]
					_, err := io.WriteString(a.Stdout, strings.Join(reader.Print(&s, art, width, th), "\n")+"\n")
					return err
				}
				_, err = io.WriteString(a.Stdout, library.Markdown(&s, art))
				return err
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "story and article as one JSON object")
	f.BoolVar(&asHTML, "html", false, "one HTML page")
	f.BoolVar(&asMarkdown, "markdown", false, "plain markdown, on a terminal too")
	f.IntVar(&width, "width", 0, "columns")
	return cmd
}

// article finds what a person named: a story by id or address, a page, or a page on
// standard input.
func (a *app) article(ctx context.Context, d *desk.Desk, what string) (feeds.Story, *feeds.Article, error) {
	switch {
	case what == "-":
		b, err := io.ReadAll(io.LimitReader(a.Stdin, 32<<20))
		if err != nil {
			return feeds.Story{}, nil, fmt.Errorf("read the page from standard input: %w", err)
		}
		art, err := article.Page(ctx, b, article.Source{})
		if err != nil {
			return feeds.Story{}, nil, err
		}
		return feeds.Story{Title: art.Title, Author: art.Author, Published: art.Published, FeedTitle: art.Site, URL: art.URL, Words: art.Words}, art, nil
	case strings.Contains(what, "://"):
		return d.ReadURL(ctx, what)
	}
	return d.Best(ctx, what)
}
