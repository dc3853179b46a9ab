package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/export"
	"nightdesk/feeds/library"
)

// maxBook is the most stories of one HTML file or EPUB, which are made in memory.
const maxBook = 2000

func (a *app) export() *cobra.Command {
	var format, out string
	var limit int
	var force bool
	cmd := &cobra.Command{
		Use:   "export [QUERY…]",
		Short: "Write stories or saved articles to files that other programs read",
		Long: `Write the stories that match to files that other programs read: a folder of
Markdown files with their pictures, one HTML file, an EPUB for an e-reader, JSON
Lines, or an RSS or JSON feed. Nothing is fetched: a story has the text that is
stored, a saved one its pictures too.`,
		Example: `  nightdesk export is:saved --format markdown -o ~/notes/news
  nightdesk export is:starred since:7d -o week.epub
  nightdesk export company:nvidia --format feed -o nvidia.xml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if limit < 0 {
				return usage("--limit is 0 (all) or more, not %d", limit)
			}
			format, err := exportFormat(format, out)
			if err != nil {
				return err
			}
			if out == "" && format != "jsonl" && (format == "markdown" || format == "epub" && isTerminal(a.Stdout)) {
				return usage("say where to with -o PATH")
			}
			if out == "-" && format == "markdown" {
				return usage("--format markdown writes a folder: give it with -o FOLDER")
			}
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				query := strings.Join(args, " ")
				q, err := d.Parse(query)
				if err != nil {
					return err
				}
				e := &exporter{a: a, d: d, query: query, req: feeds.ListRequest{Query: q, Limit: limit}}
				if format == "markdown" {
					return e.folder(ctx, out, force)
				}
				err = a.output(out, func(w io.Writer) error { return e.write(ctx, w, format) })
				if err == nil && out != "" && out != "-" {
					fmt.Fprintf(a.Stderr, "%s written to %s\n", plural(e.n, "story", "stories"), out)
				}
				return err
			})
		},
	}
	f := cmd.Flags()
	f.StringVar(&format, "format", "", "markdown, html, epub, jsonl, feed (RSS) or jsonfeed; by the name of PATH if left out")
	f.StringVarP(&out, "output", "o", "", "the file, or for markdown the folder; - is standard output")
	f.IntVar(&limit, "limit", 0, "at most so many, 0 is all")
	f.BoolVar(&force, "force", false, "write into a folder that has other things in it")
	return cmd
}

// exportFormat is the format that was named, or that a path's ending names.
func exportFormat(format, out string) (string, error) {
	switch format {
	case "markdown", "html", "epub", "jsonl", "feed", "jsonfeed":
		return format, nil
	case "md":
		return "markdown", nil
	case "rss":
		return "feed", nil
	case "":
	default:
		return "", usage("--format is markdown, html, epub, jsonl, feed or jsonfeed, not %q", format)
	}
	switch strings.ToLower(filepath.Ext(out)) {
	case ".html", ".htm":
		return "html", nil
	case ".epub":
		return "epub", nil
	case ".jsonl", ".ndjson":
		return "jsonl", nil
	case ".xml", ".rss":
		return "feed", nil
	case ".json":
		return "jsonfeed", nil
	}
	return "", usage("say which format with --format markdown, html, epub, jsonl, feed or jsonfeed")
}

// exporter writes the stories of one request.
type exporter struct {
	a     *app
	d     *desk.Desk
	query string
	req   feeds.ListRequest
	n     int // stories given to f
	gone  int // those that were deleted while the export ran
}

// each calls f for every story with its text. What retention or another process deletes
// meanwhile is left out, and told.
func (e *exporter) each(ctx context.Context, f func(feeds.Story, *feeds.Article) error) error {
	err := e.a.pages(ctx, e.d, e.req, func(row *feeds.Story) error {
		s, art, err := e.d.Whole(ctx, row.ID)
		if errors.Is(err, feeds.ErrNotFound) {
			e.gone++
			return nil
		}
		if err != nil {
			return err
		}
		e.n++
		return f(s, art)
	})
	if err == nil && e.gone > 0 {
		fmt.Fprintf(e.a.Stderr, "%s deleted meanwhile: left out\n", plural(e.gone, "story was", "stories were"))
	}
	return err
}

func (e *exporter) title() string {
	if e.query == "" {
		return "nightdesk: all stories"
	}
	return "nightdesk: " + e.query
}

func (e *exporter) write(ctx context.Context, w io.Writer, format string) error {
	switch format {
	case "jsonl":
		return e.each(ctx, func(s feeds.Story, art *feeds.Article) error {
			return writeJSON(w, struct {
				storyJSON
				Markdown string `json:"markdown"`
			}{toJSON(&s), art.Markdown})
		})
	case "feed", "jsonfeed":
		next, stop := e.items(ctx)
		defer stop()
		if format == "feed" {
			return export.RSS(w, e.title(), "Stories that match: "+e.query, e.a.Now(), next)
		}
		return export.JSONFeed(w, e.title(), "Stories that match: "+e.query, next)
	}
	if n, err := e.d.Count(ctx, e.req.Query); err != nil {
		return err
	} else if n > maxBook && (e.req.Limit == 0 || e.req.Limit > maxBook) {
		return errTooMany() // before they are all read
	}
	b := &export.Book{Title: e.title(), Made: e.a.Now()}
	err := e.each(ctx, func(s feeds.Story, art *feeds.Article) error {
		if len(b.Chapters) == maxBook {
			return errTooMany()
		}
		b.Chapters = append(b.Chapters, export.NewChapter(&s, art))
		return nil
	})
	if err != nil {
		return err
	}
	if len(b.Chapters) == 0 {
		return errors.New("no story matches: there is nothing to write")
	}
	b.Subtitle = plural(len(b.Chapters), "story", "stories") + " · " + e.a.Now().Local().Format("2 January 2006")
	b.Lang = b.Chapters[0].Lang
	if format == "epub" {
		return export.EPUB(w, b)
	}
	return export.HTML(w, b)
}

// errTooMany says that a book would be too large; a part of one is never written for it.
func errTooMany() error {
	return fmt.Errorf("more than %d stories match; narrow the query, or take the first with --limit %d", maxBook, maxBook)
}

// items gives the stories one after the other.
func (e *exporter) items(ctx context.Context) (next func() (*export.Item, bool, error), stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	items := make(chan export.Item)
	var err error
	go func() {
		defer close(items)
		err = e.each(ctx, func(s feeds.Story, art *feeds.Article) error {
			select {
			case items <- export.Item{Story: s, Article: *art}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	next = func() (*export.Item, bool, error) {
		it, ok := <-items
		if !ok {
			return nil, false, err // written before the channel was closed
		}
		return &it, true, nil
	}
	return next, func() {
		cancel()
		for range items {
		}
	}
}

// folder writes a folder of Markdown files, as saved articles are. Written again it takes
// in what is new and leaves what a person has changed.
func (e *exporter) folder(ctx context.Context, dir string, force bool) error {
	lib := library.New(dir)
	known := make(map[string]string)
	names, err := lib.Folders()
	if err != nil {
		return err
	}
	for _, name := range names {
		if entry, err := lib.Read(name); err == nil {
			known[entry.ID] = name
		}
	}
	if !force {
		if in, err := os.ReadDir(dir); err == nil && len(in) > 0 && len(known) == 0 {
			return fmt.Errorf("%s has other things in it; choose another folder, or add to it with --force", dir)
		}
	}
	edited := 0
	err = e.each(ctx, func(s feeds.Story, art *feeds.Article) error {
		_, err := lib.Write(&s, art, known[s.ID], e.a.Now())
		if errors.Is(err, library.ErrEdited) {
			edited++
			return nil
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(e.a.Stderr, "%s written to %s\n", plural(e.n-edited, "story", "stories"), dir)
	if edited > 0 {
		fmt.Fprintf(e.a.Stderr, "%s edited by hand: left as they are\n", plural(edited, "story was", "stories were"))
	}
	return nil
}

// output gives f a file that appears whole or not at all, or standard output.
func (a *app) output(path string, f func(io.Writer) error) (err error) {
	if path == "" || path == "-" {
		w := bufio.NewWriterSize(a.Stdout, 1<<16)
		return errors.Join(f(w), w.Flush())
	}
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	t, err := os.CreateTemp(filepath.Dir(path), ".nightdesk-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	defer os.Remove(t.Name())
	w := bufio.NewWriterSize(t, 1<<16)
	if err := errors.Join(f(w), w.Flush()); err != nil {
		return errors.Join(err, t.Close())
	}
	if err := errors.Join(t.Chmod(0o644), t.Sync(), t.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(t.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
