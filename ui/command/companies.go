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

func (a *app) companies() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "companies [QUERY…]",
		Short: "Companies with the number of their stories",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				q, err := d.Parse(strings.Join(args, " "))
				if err != nil {
					return err
				}
				cs, err := d.Companies(ctx, q, 0)
				if err != nil {
					return err
				}
				for _, c := range cs {
					if asJSON {
						if err := writeJSON(a.Stdout, c); err != nil {
							return err
						}
						continue
					}
					fmt.Fprintf(a.Stdout, "%5d %5d  %-20s %s\n", c.Stories, c.Unread, c.Slug, c.Name)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON Lines")
	cmd.AddCommand(a.companyShow(), a.companyExplain(), a.companyNot(), a.companyAbout())
	return cmd
}

func (a *app) companyShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show SLUG",
		Short: "One company's page",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				q, err := d.Parse("company:" + quoteValue(args[0]))
				if err != nil {
					return err
				}
				slug := q.Root.(feeds.Term).Values[0]
				c, ok := d.Company(slug)
				if !ok {
					return fmt.Errorf("no company %q is on the list", slug)
				}
				counts, err := d.Companies(ctx, q, 30)
				if err != nil {
					return err
				}
				related, err := d.Related(ctx, slug)
				if err != nil {
					return err
				}
				stories, err := d.List(ctx, feeds.ListRequest{Query: q, Limit: 20})
				if err != nil {
					return err
				}
				one := feeds.CompanyCount{Slug: slug, Name: c.Name}
				for _, k := range counts {
					if k.Slug == slug {
						one = k
					}
				}
				if asJSON {
					js := make([]storyJSON, len(stories))
					for i := range stories {
						js[i] = toJSON(&stories[i])
					}
					return writeJSON(a.Stdout, map[string]any{"slug": slug, "name": c.Name, "description": c.Description, "tickers": c.Tickers, "parent": c.Parent,
						"site": c.Site, "stories": one.Stories, "unread": one.Unread, "days": one.Days, "related": related, "newest": js})
				}
				fmt.Fprintf(a.Stdout, "%s — %s\n", c.Name, c.Description)
				var facts []string
				facts = append(facts, c.Tickers...)
				if p, ok := d.Company(c.Parent); ok {
					facts = append(facts, "part of "+p.Name)
				}
				if c.Site != "" {
					facts = append(facts, c.Site)
				}
				if len(facts) > 0 {
					fmt.Fprintln(a.Stdout, strings.Join(facts, " · "))
				}
				fmt.Fprintf(a.Stdout, "%d stories, %d unread  %s\n", one.Stories, one.Unread, strings.TrimSpace(cells.Spark(one.Days, false)))
				var with []string
				for _, r := range related[:min(8, len(related))] {
					with = append(with, fmt.Sprintf("%s %d", r.Name, r.Stories))
				}
				if len(with) > 0 {
					fmt.Fprintln(a.Stdout, "with "+strings.Join(with, ", "))
				}
				for i := range stories {
					fmt.Fprintln(a.Stdout, a.line(&stories[i], false))
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "JSON")
	return cmd
}

func quoteValue(s string) string { return `"` + strings.ReplaceAll(s, `"`, "") + `"` }

func (a *app) companyExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain ID",
		Short: "Which words made each tag of a story",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				s, err := d.Story(ctx, args[0])
				if err != nil {
					return err
				}
				fmt.Fprintln(a.Stdout, s.Title)
				for _, e := range d.Evidence(&s) {
					verdict := "about"
					if !e.About {
						verdict = "mentioned"
					}
					fmt.Fprintf(a.Stdout, "%.2f %-9s %s\n", e.Score, verdict, e.Slug)
					for _, w := range e.Words {
						fmt.Fprintf(a.Stdout, "       %q, %s in the %s\n", w.Text, w.As, w.Where)
					}
					for _, x := range e.Against {
						fmt.Fprintf(a.Stdout, "       against: %s\n", x)
					}
				}
				return nil
			})
		},
	}
}

func (a *app) companyNot() *cobra.Command {
	return &cobra.Command{
		Use:   "not ID SLUG",
		Short: "Correct a tag: the story is not about this company",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error { return d.NotAbout(ctx, args[0], args[1]) })
		},
	}
}

func (a *app) companyAbout() *cobra.Command {
	return &cobra.Command{
		Use:   "about ID SLUG",
		Short: "Correct a tag: the story is about this company",
		Args:  cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error { return d.About(ctx, args[0], args[1]) })
		},
	}
}
