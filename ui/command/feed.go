package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/opml"
	"nightdesk/feeds/plain"
)

func (a *app) feed() *cobra.Command {
	cmd := &cobra.Command{Use: "feed", Short: "Subscriptions: list, add, remove, rename, import, export, check"}
	cmd.AddCommand(a.feedList(), a.feedAdd(), a.feedRemove(), a.feedRename(), a.feedImport(), a.feedExport(), a.feedCheck())
	return cmd
}

// feedListJSON is a feed as scripts see it.
type feedListJSON struct {
	URL     string   `json:"url"`
	Title   string   `json:"title"`
	Site    string   `json:"site,omitempty"`
	Folder  string   `json:"folder"`
	Tags    []string `json:"tags"`
	Stories int      `json:"stories"`
	Unread  int      `json:"unread"`
	Error   string   `json:"error"`
}

func (a *app) feedList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "list", Short: "The feeds subscribed to", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				fs, err := d.Feeds(ctx)
				if err != nil {
					return err
				}
				folder := "\x00"
				for _, f := range fs {
					if asJSON {
						tags := f.Tags
						if tags == nil {
							tags = []string{}
						}
						if err := writeJSON(a.Stdout, feedListJSON{redact(f.URL), f.Title, f.Site, f.Folder, tags, f.Stories, f.Unread, f.State.Error}); err != nil {
							return err
						}
						continue
					}
					if f.Folder != folder {
						folder = f.Folder
						if folder != "" {
							fmt.Fprintln(a.Stdout, plain.Text(folder))
						}
					}
					mark := " "
					if f.State.Failures > 0 || f.State.Gone {
						mark = "!"
					}
					fmt.Fprintf(a.Stdout, "%s %5d %5d  %s  %s\n", mark, f.Stories, f.Unread, plain.Text(f.Title), redact(f.URL))
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")
	return cmd
}

func (a *app) feedAdd() *cobra.Command {
	var first, fulltext bool
	var title, folder string
	var tags []string
	cmd := &cobra.Command{
		Use: "add SITE|URL", Short: "Subscribe: finds the feed of a site, a page, a channel, a repository", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				sub := feeds.Subscription{URL: args[0], Title: title, Folder: folder, Tags: tags, Fulltext: fulltext}
				if !strings.HasPrefix(args[0], "exec:") && !strings.HasPrefix(args[0], "file:") {
					found, err := d.Find(ctx, args[0])
					if err != nil {
						return err
					}
					if len(found) > 1 && !first {
						fmt.Fprintln(a.Stderr, "several feeds were found; name one of them, or take the first with --first:")
						for _, f := range found {
							fmt.Fprintf(a.Stdout, "%s  %s\n", plain.Text(f.URL), plain.Text(f.Title))
						}
						return quietError{}
					}
					sub.URL = found[0].URL
				}
				if err := config.AddFeed(a.places.Config, sub); err != nil {
					return err
				}
				fmt.Fprintln(a.Stdout, "subscribed to "+redact(sub.URL))
				return nil
			})
		},
	}
	f := cmd.Flags()
	f.BoolVar(&first, "first", false, "take the first of several")
	f.BoolVar(&fulltext, "fulltext", false, "always fetch the page's text")
	f.StringVar(&title, "title", "", "the name to show")
	f.StringVar(&folder, "folder", "", "the folder to put it in")
	f.StringSliceVar(&tags, "tag", nil, "tags of your own")
	return cmd
}

// one finds the one feed that a person names.
func one(ctx context.Context, d *desk.Desk, name string) (feeds.Feed, error) {
	fs, err := d.Feeds(ctx)
	if err != nil {
		return feeds.Feed{}, err
	}
	var hits []feeds.Feed
	for _, f := range fs {
		if f.URL == name {
			return f, nil
		}
		if strings.Contains(strings.ToLower(f.Title), strings.ToLower(name)) || strings.Contains(f.URL, name) {
			hits = append(hits, f)
		}
	}
	switch len(hits) {
	case 0:
		return feeds.Feed{}, fmt.Errorf("no feed %q; nightdesk feed list shows them", plain.Text(name))
	case 1:
		return hits[0], nil
	}
	return feeds.Feed{}, fmt.Errorf("%q fits %d feeds, %s and %s among them; give the whole address", plain.Text(name), len(hits), redact(hits[0].URL), redact(hits[1].URL))
}

func (a *app) feedRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove FEED", Short: "Unsubscribe; what is starred or saved stays", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				f, err := one(ctx, d, args[0])
				if err != nil {
					return err
				}
				if err := config.RemoveFeed(a.places.Config, f.URL); err != nil {
					return err
				}
				fmt.Fprintln(a.Stdout, "no longer subscribed to "+redact(f.URL))
				return nil
			})
		},
	}
}

func (a *app) feedRename() *cobra.Command {
	return &cobra.Command{
		Use: "rename FEED TITLE", Short: "Give a feed another name", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				f, err := one(ctx, d, args[0])
				if err != nil {
					return err
				}
				return config.RenameFeed(a.places.Config, f.URL, args[1])
			})
		},
	}
}

func (a *app) feedImport() *cobra.Command {
	return &cobra.Command{
		Use: "import FILE|-", Short: "Subscribe to the feeds of an OPML file", Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			in := a.Stdin
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				in = f
			}
			b, err := io.ReadAll(io.LimitReader(in, 32<<20))
			if err != nil {
				return fmt.Errorf("read %s: %w", args[0], err)
			}
			subs, err := opml.Read(b)
			if err != nil {
				return fmt.Errorf("import %s: %w", args[0], err)
			}
			if err := a.load(); err != nil {
				return err
			}
			have := make(map[string]bool)
			for _, s := range a.conf.Subscriptions() {
				have[s.URL] = true
			}
			added := 0
			for _, s := range subs {
				if have[s.URL] {
					continue
				}
				if err := config.AddFeed(a.places.Config, s); err != nil {
					return fmt.Errorf("%d of %d feeds were added, then %s failed: %w", added, len(subs), plain.Text(s.URL), err)
				}
				have[s.URL] = true
				added++
			}
			fmt.Fprintf(a.Stdout, "%d feeds added, %d were there already\n", added, len(subs)-added)
			return nil
		},
	}
}

func (a *app) feedExport() *cobra.Command {
	return &cobra.Command{
		Use: "export [FILE|-]", Short: "Write the subscriptions as OPML 2.0", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if err := a.load(); err != nil {
				return err
			}
			doc := opml.Write("nightdesk", a.conf.Subscriptions(), a.Now())
			if len(args) == 0 || args[0] == "-" {
				_, err := a.Stdout.Write(doc)
				return err
			}
			return os.WriteFile(args[0], doc, 0o600)
		},
	}
}

func (a *app) feedCheck() *cobra.Command {
	return &cobra.Command{
		Use: "check [FEED…]", Short: "Fetch feeds and say what is wrong with each, and what to do",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				only, err := choose(ctx, d, args)
				if err != nil {
					return err
				}
				bad := 0
				_, err = d.Refresh(ctx, only, true, nil, func(o feeds.Outcome) {
					name := plain.Text(o.Feed.Title)
					if name == "" {
						name = redact(o.Feed.URL)
					}
					switch {
					case o.Err != nil:
						bad++
						fmt.Fprintf(a.Stdout, "%s: %s\n", name, plain.Text(o.Err.Error()))
						var fe *fetch.Error
						if errors.As(o.Err, &fe) && fe.Remedy() != "" {
							fmt.Fprintf(a.Stdout, "    %s\n", plain.Text(fe.Remedy()))
						}
					case len(o.Notes) > 0:
						for _, n := range o.Notes {
							fmt.Fprintf(a.Stdout, "%s: mended: %s\n", name, plain.Text(n))
						}
					}
				})
				if err != nil {
					return err
				}
				if bad == 0 {
					fmt.Fprintln(a.Stdout, "every feed answers")
				}
				return nil
			})
		},
	}
}
