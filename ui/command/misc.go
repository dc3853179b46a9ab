package command

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strings"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/store"
)

func (a *app) configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "The config file: where it is, a template, whether it is sound"}
	cmd.AddCommand(
		&cobra.Command{Use: "path", Short: "Say where the config is", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(a.Stdout, a.places.Config)
			return err
		}},
		&cobra.Command{Use: "init", Short: "Write a commented config to start from", Args: cobra.NoArgs, RunE: func(*cobra.Command, []string) error {
			if err := config.Init(a.places.Config); err != nil {
				return err
			}
			fmt.Fprintln(a.Stdout, a.places.Config)
			return nil
		}},
		&cobra.Command{Use: "check", Short: "Say whether the config is sound", Args: cobra.NoArgs, RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(_ context.Context, d *desk.Desk) error {
				for _, v := range a.conf.Views {
					if _, err := d.Parse(v.Query); err != nil {
						return usage("view %q: %w", v.Name, err)
					}
				}
				for _, r := range a.conf.Rules {
					if _, err := d.Parse(r.When); err != nil {
						return usage("rule %q: %w", r.When, err)
					}
				}
				for _, w := range a.conf.Warnings {
					fmt.Fprintln(a.Stderr, "nightdesk: "+plain.Text(w))
				}
				fmt.Fprintln(a.Stdout, "the config is sound")
				return nil
			})
		}},
	)
	return cmd
}

func (a *app) backup() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the database to a file, consistent even while it is in use",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error { return d.Store().Backup(ctx, args[0]) })
		},
	}
}

func (a *app) restore() *cobra.Command {
	return &cobra.Command{
		Use:   "restore FILE",
		Short: "Put a backup in the place of the database; the old one is kept beside it",
		Args:  cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			kept, err := store.Restore(args[0], a.places.Database, a.Now())
			if err != nil {
				return err
			}
			if kept != "" {
				fmt.Fprintln(a.Stdout, "restored; the database that was there is now "+kept)
			} else {
				fmt.Fprintln(a.Stdout, "restored")
			}
			return nil
		},
	}
}

// doctorJSON is what doctor tells.
type doctorJSON struct {
	Version  string       `json:"version"`
	Go       string       `json:"go"`
	Config   string       `json:"config"`
	Database string       `json:"database"`
	Saved    string       `json:"saved"`
	Log      string       `json:"log"`
	Terminal string       `json:"terminal"`
	Health   store.Health `json:"health"`
	Failing  []failing    `json:"failing"`
	Problems []string     `json:"problems"`
}

type failing struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	Error string `json:"error"`
	Gone  bool   `json:"gone,omitempty"`
}

func (a *app) doctor() *cobra.Command {
	var asJSON, rebuild, dry bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Where everything is, and whether it is well",
		Long: `Where everything is, and whether it is well: versions, the terminal, the integrity
and size of the database, feeds that fail. With --rebuild the saved articles that
stand in the folder as plain files are taken into the database again; no file is changed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if rebuild {
				return a.with(cmd, func(ctx context.Context, d *desk.Desk) error { return a.rebuild(ctx, d, dry, asJSON) })
			}
			if dry {
				return usage("--dry-run goes with --rebuild")
			}
			out := doctorJSON{
				Version: a.Version, Go: runtime.Version(), Config: a.places.Config, Database: a.places.Database, Saved: a.places.Saved, Log: a.places.Log,
				Terminal: strings.TrimSpace(a.Getenv("TERM") + " " + a.Getenv("COLORTERM")), Failing: []failing{}, Problems: []string{},
			}
			err := a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				out.Saved = a.places.Saved
				h, err := d.Store().Check(ctx)
				if err != nil {
					return err
				}
				out.Health = h
				fs, err := d.Feeds(ctx)
				if err != nil {
					return err
				}
				for _, f := range fs {
					if f.State.Failures > 0 || f.State.Gone {
						out.Failing = append(out.Failing, failing{f.Title, redact(f.URL), f.State.Error, f.State.Gone})
					}
				}
				out.Problems = append(out.Problems, a.conf.Warnings...)
				return nil
			})
			if err != nil {
				out.Problems = append(out.Problems, plain.Text(err.Error()))
			}
			if asJSON {
				if e := writeJSON(a.Stdout, out); e != nil {
					return e
				}
			} else {
				a.printDoctor(&out)
			}
			if err != nil {
				return quietError{}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&asJSON, "json", false, "one JSON object; with --rebuild one for each article")
	f.BoolVar(&rebuild, "rebuild", false, "take saved articles from their files into the database")
	f.BoolVar(&dry, "dry-run", false, "with --rebuild: say what would be done")
	return cmd
}

// rebuild takes saved articles in from their files, and fails if one cannot be read.
func (a *app) rebuild(ctx context.Context, d *desk.Desk, dry, asJSON bool) error {
	counts := make(map[string]int)
	err := d.Rebuild(ctx, dry, func(r desk.Rebuilt) {
		counts[r.How]++
		if asJSON {
			problem := ""
			if r.Err != nil {
				problem = plain.Text(r.Err.Error())
			}
			_ = writeJSON(a.Stdout, struct {
				Folder string `json:"folder"`
				Title  string `json:"title"`
				ID     string `json:"id"`
				How    string `json:"how"`
				Error  string `json:"error"`
			}{r.Folder, r.Title, r.Story, r.How, problem})
			return
		}
		switch {
		case r.Err != nil:
			fmt.Fprintf(a.Stderr, "%s: %s\n", plain.Text(r.Folder), plain.Text(r.Err.Error()))
		case r.How != "known":
			fmt.Fprintf(a.Stdout, "%s: %s  %s\n", r.How, plain.Text(r.Folder), plain.Text(r.Title))
		}
	})
	if err != nil {
		return err
	}
	if !asJSON {
		would := ""
		if dry {
			would = " (nothing was written)"
		}
		fmt.Fprintf(a.Stderr, "%d taken in, %d moved, %d known already, %d could not be read%s\n", counts["taken in"], counts["moved"], counts["known"], counts["unreadable"], would)
	}
	if counts["unreadable"] > 0 {
		return quietError{}
	}
	return nil
}

func (a *app) printDoctor(o *doctorJSON) {
	p := func(key, format string, args ...any) {
		fmt.Fprintf(a.Stdout, "%-10s %s\n", key, plain.Text(fmt.Sprintf(format, args...)))
	}
	there := func(path string) string {
		if _, err := os.Stat(path); err != nil {
			return path + " (not there)"
		}
		return path
	}
	p("nightdesk", "%s, %s", o.Version, o.Go)
	p("config", "%s", there(o.Config))
	p("database", "%s, version %d, %.1f MB", there(o.Database), o.Health.Version, float64(o.Health.Bytes)/1e6)
	p("saved", "%s", there(o.Saved))
	p("log", "%s", there(o.Log))
	p("terminal", "%s", o.Terminal)
	p("stories", "%d of %d feeds; %d unread, %d starred, %d saved, %d wait to be indexed", o.Health.Stories, o.Health.Feeds, o.Health.Unread, o.Health.Starred, o.Health.Saved, o.Health.Pending)
	for _, f := range o.Failing {
		p("failing", "%s (%s): %s", f.Title, f.URL, f.Error)
	}
	for _, s := range o.Problems {
		p("problem", "%s", s)
	}
	if len(o.Problems)+len(o.Failing) == 0 {
		p("", "all is well")
	}
}

func (a *app) man(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "man", Short: "Print the manual page (roff)", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			page, err := mango.NewManPage(1, root)
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.Stdout, page.Build(roff.NewDocument()))
			return err
		},
	}
}

func (a *app) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(a.Stdout, "nightdesk %s (%s, %s/%s)\n", a.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return err
		},
	}
}
