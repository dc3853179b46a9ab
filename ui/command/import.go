package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/migrate"
	"nightdesk/feeds/plain"
)

func (a *app) importCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take over the feeds, stories and marks of another program",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return usage("import takes the name of a program: newsboat or nom (feed import reads OPML)")
		},
	}
	cmd.AddCommand(
		a.importFrom("newsboat", "its urls file and cache.db", migrate.Newsboat),
		a.importFrom("nom", "its config.yml and nom.db", migrate.Nom),
	)
	return cmd
}

func (a *app) importFrom(name, what string, open func(context.Context, migrate.Where) (*migrate.Library, error)) *cobra.Command {
	var dry, asJSON bool
	cmd := &cobra.Command{
		Use:   name + " [PATH]",
		Short: "Take over feeds, stories, read marks and stars of " + name + ": " + what,
		Long: "Takes over feeds, stories, read marks and stars of " + name + ", from " + what + ".\n" +
			"PATH is its folder or one of its files; without it the usual places are looked at. Nothing of\n" +
			name + "'s is changed, and doing it twice changes nothing here.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			where := a.others()
			if len(args) > 0 {
				where.Path = config.Expand(args[0])
			}
			lib, err := open(cmd.Context(), where)
			if errors.Is(err, migrate.ErrNothing) {
				return fmt.Errorf("%w; name the folder: nightdesk import %s PATH", err, name)
			}
			if err != nil {
				return err
			}
			defer lib.Close()
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				o := desk.ImportOptions{DryRun: dry, Subscribe: func(subs []feeds.Subscription) ([]string, error) {
					return config.AddFeeds(a.places.Config, subs)
				}}
				bar := isTerminal(a.Stderr) && a.Getenv("TERM") != "dumb"
				if bar {
					o.Progress = func(n int) { fmt.Fprintf(a.Stderr, "\r\x1b[K%d stories", n) }
				}
				r, err := d.Import(ctx, lib, o)
				if bar {
					fmt.Fprint(a.Stderr, "\r\x1b[K")
				}
				if asJSON {
					if e := writeJSON(a.Stdout, r.Clean()); e != nil && err == nil {
						err = e
					}
				} else {
					a.printImport(&r)
				}
				if err == nil && !dry {
					err = d.IndexAll(ctx)
				}
				if err != nil {
					return fmt.Errorf("import %s: what is said above was taken, then: %w; do it again to take the rest", name, err)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be taken over, and change nothing")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

// others says where programs keep their files (XDG Base Directory Specification).
func (a *app) others() migrate.Where {
	home, _ := os.UserHomeDir()
	if h := a.Getenv("HOME"); h != "" {
		home = h
	}
	base := func(env, rest string) string {
		if v := a.Getenv(env); filepath.IsAbs(v) {
			return v
		}
		return filepath.Join(home, rest)
	}
	return migrate.Where{Home: home, ConfigHome: base("XDG_CONFIG_HOME", ".config"), DataHome: base("XDG_DATA_HOME", filepath.Join(".local", "share"))}
}

func (a *app) printImport(r *desk.ImportReport) {
	would := ""
	if r.DryRun {
		would = "would be "
	}
	for _, f := range r.Files {
		fmt.Fprintf(a.Stdout, "read %s\n", plain.Text(f))
	}
	fmt.Fprintf(a.Stdout, "%d feeds %sadded, %d were there already\n", len(r.Added), would, r.Already)
	fmt.Fprintf(a.Stdout, "%d stories %staken over, %d were here", r.Stories, would, r.Known)
	if r.Gone > 0 {
		fmt.Fprintf(a.Stdout, ", %d have been let go before and stay away", r.Gone)
	}
	fmt.Fprintf(a.Stdout, "\n%d read marks and %d stars %staken over\n", r.Read, r.Starred, would)
	for _, s := range r.Skipped {
		fmt.Fprintf(a.Stdout, "not taken: %s: %s\n", redact(s.What), plain.Text(s.Why))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(a.Stdout, "note: %s\n", plain.Text(n))
	}
}
