package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
)

func (a *app) save() *cobra.Command {
	return &cobra.Command{
		Use:   "save ID|URL|QUERY…",
		Short: "Keep whole articles offline, pictures included (- reads addresses from standard input)",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				todo, err := a.targets(ctx, d, args)
				if err != nil {
					return err
				}
				failed := 0
				for _, t := range todo {
					var text string
					var err error
					if strings.Contains(t, "://") {
						var s feeds.Story
						if s, text, err = d.SaveURL(ctx, t); err == nil {
							text += " as " + s.ID
						}
					} else {
						text, err = d.Save(ctx, t)
					}
					if err != nil {
						if ctx.Err() != nil {
							return err
						}
						failed++
						fmt.Fprintf(a.Stderr, "nightdesk: save %s: %s\n", plain.Text(t), plain.Text(err.Error()))
						continue
					}
					fmt.Fprintln(a.Stdout, text)
				}
				if err := d.IndexAll(ctx); err != nil {
					return err
				}
				if failed > 0 {
					return quietError{}
				}
				return nil
			})
		},
	}
}

// targets are the stories and addresses that a person named: ids and addresses as they
// are, everything together as a query otherwise.
func (a *app) targets(ctx context.Context, d *desk.Desk, args []string) ([]string, error) {
	if len(args) == 1 && args[0] == "-" {
		var out []string
		sc := bufio.NewScanner(a.Stdin)
		for sc.Scan() {
			if line := strings.TrimSpace(sc.Text()); line != "" && !strings.HasPrefix(line, "#") {
				out = append(out, line)
			}
		}
		return out, sc.Err()
	}
	named := true
	var notFound error
	for _, arg := range args {
		if strings.Contains(arg, "://") {
			continue
		}
		if _, err := d.Story(ctx, arg); err != nil {
			named, notFound = false, err
		}
	}
	if named {
		return args, nil
	}
	text := strings.Join(args, " ")
	q, err := d.Parse(text)
	if err != nil {
		return nil, err
	}
	if !strings.ContainsAny(text, ":\" (") { // one word: most probably an id that is none
		return nil, notFound
	}
	stories, err := d.List(ctx, feeds.ListRequest{Query: q, Limit: 1000})
	if err != nil {
		return nil, err
	}
	if len(stories) == 0 {
		return nil, errors.New("nothing matches " + plain.Text(text))
	}
	out := make([]string, len(stories))
	for i := range stories {
		out[i] = stories[i].ID
	}
	return out, nil
}

func (a *app) unsave() *cobra.Command {
	return &cobra.Command{
		Use:   "unsave ID|URL|QUERY…",
		Short: "Let saved articles go",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				todo, err := a.targets(ctx, d, args)
				if err != nil {
					return err
				}
				for _, t := range todo {
					s, err := d.Story(ctx, t)
					if err != nil {
						return err
					}
					if err := d.Unsave(ctx, s.ID); err != nil {
						return err
					}
					fmt.Fprintf(a.Stdout, "no longer saved: “%s”\n", s.Title)
				}
				return nil
			})
		},
	}
}

func (a *app) mark() *cobra.Command {
	return &cobra.Command{
		Use:       "mark read|unread|starred|unstarred QUERY…",
		Short:     "Change the state of all stories that match",
		Args:      cobra.MinimumNArgs(2),
		ValidArgs: []string{"read", "unread", "starred", "unstarred"},
		RunE: func(cmd *cobra.Command, args []string) error {
			yes, no := true, false
			c, ok := map[string]feeds.Change{"read": {Read: &yes}, "unread": {Read: &no}, "starred": {Starred: &yes}, "unstarred": {Starred: &no}}[args[0]]
			if !ok {
				return usage("mark takes read, unread, starred or unstarred, not %q", plain.Text(args[0]))
			}
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				if len(args) == 2 && !strings.Contains(args[1], ":") {
					if s, err := d.Story(ctx, args[1]); err == nil {
						changed, err := d.Mark(ctx, []string{s.ID}, c)
						if err == nil {
							fmt.Fprintln(a.Stdout, len(changed))
						}
						return err
					}
				}
				q, err := d.Parse(strings.Join(args[1:], " "))
				if err != nil {
					return err
				}
				changed, err := d.MarkQuery(ctx, q, c)
				if err != nil {
					return err
				}
				fmt.Fprintln(a.Stdout, len(changed))
				return nil
			})
		},
	}
}
