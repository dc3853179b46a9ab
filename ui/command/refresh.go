package command

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/query"
)

func (a *app) refresh() *cobra.Command {
	var asJSON, strict, due bool
	var offline string
	cmd := &cobra.Command{
		Use:   "refresh [FEED…]",
		Short: "Fetch every feed once, or those named, and exit",
		RunE: func(cmd *cobra.Command, args []string) error {
			var since time.Time
			if offline != "" {
				var ok bool
				if since, _, ok = query.When(offline, a.Now()); !ok {
					return usage("--offline takes a time such as 7d or yesterday, not %q", offline)
				}
			}
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				only, err := choose(ctx, d, args)
				if err != nil {
					return err
				}
				sum, err := a.runRefresh(ctx, d, only, !due, asJSON)
				if err != nil {
					return err
				}
				if err := d.IndexAll(ctx); err != nil {
					return err
				}
				if err := retagFor(ctx, d, 3*time.Second); err != nil {
					return err
				}
				if offline != "" {
					if err := a.offline(ctx, d, since); err != nil {
						return err
					}
				}
				if sum.Feeds > 0 && sum.Failed == sum.Feeds || strict && sum.Failed > 0 {
					return quietError{}
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a feed and a last one for all")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit with 1 if any feed fails")
	cmd.Flags().BoolVar(&due, "due", false, "only feeds whose time has come, as cron likes it")
	cmd.Flags().StringVar(&offline, "offline", "", "fetch the whole text of every teaser since this `time`, such as 7d")
	return cmd
}

// retagFor gives tagging anew what time is left to it; the next refresh goes on.
func retagFor(ctx context.Context, d *desk.Desk, limit time.Duration) error {
	within, stop := context.WithTimeout(ctx, limit)
	defer stop()
	if _, err := d.Retag(within); err != nil && within.Err() == nil {
		return err
	}
	return ctx.Err()
}

// choose finds feeds by address, or by a part of the title or address.
func choose(ctx context.Context, d *desk.Desk, names []string) ([]int64, error) {
	if len(names) == 0 {
		return nil, nil
	}
	fs, err := d.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	only := []int64{}
	for _, n := range names {
		found := false
		for _, exact := range []bool{true, false} {
			for _, f := range fs {
				low := strings.ToLower(n)
				if exact && f.URL == n || !exact && !found && (strings.Contains(strings.ToLower(f.Title), low) || strings.Contains(strings.ToLower(f.URL), low)) {
					only = append(only, f.ID)
					found = found || exact
				}
			}
		}
		if len(only) == 0 {
			return nil, usage("no feed %q; nightdesk feed list shows them", plain.Text(n))
		}
	}
	slices.Sort(only)
	return slices.Compact(only), nil
}

// outcomeJSON is a feed's outcome as scripts see it.
type outcomeJSON struct {
	URL    string   `json:"url"`
	Title  string   `json:"title"`
	Status string   `json:"status"`
	New    int      `json:"new"`
	Update int      `json:"updated"`
	Bytes  int64    `json:"bytes"`
	MS     int64    `json:"ms"`
	Error  string   `json:"error"`
	Notes  []string `json:"notes,omitempty"`
}

func (a *app) runRefresh(ctx context.Context, d *desk.Desk, only []int64, force, asJSON bool) (feeds.Summary, error) {
	var mu sync.Mutex
	total, done := 0, 0
	bar := isTerminal(a.Stderr) && !asJSON && a.Getenv("TERM") != "dumb"
	draw := func() {
		if bar && total > 0 {
			w := 30
			full := done * w / total
			fmt.Fprintf(a.Stderr, "\r\x1b[K%s%s %d/%d", strings.Repeat("█", full), strings.Repeat("░", w-full), done, total)
		}
	}
	var failed []feeds.Outcome
	sum, err := d.Refresh(ctx, only, force,
		func(n int) { mu.Lock(); total = n; draw(); mu.Unlock() },
		func(o feeds.Outcome) {
			mu.Lock()
			defer mu.Unlock()
			done++
			draw()
			if o.Err != nil {
				failed = append(failed, o)
			}
			if asJSON {
				j := outcomeJSON{URL: redact(o.Feed.URL), Title: o.Feed.Title, Status: string(o.Status), New: o.New, Update: o.Changed, Bytes: o.Bytes, MS: o.Took.Milliseconds(), Notes: o.Notes}
				if o.Err != nil {
					j.Error = plain.Text(o.Err.Error())
				}
				_ = writeJSON(a.Stdout, j)
			}
		})
	if bar {
		fmt.Fprint(a.Stderr, "\r\x1b[K")
	}
	if asJSON {
		if e := writeJSON(a.Stdout, map[string]feeds.Summary{"summary": sum}); e != nil && err == nil {
			err = e
		}
		return sum, err
	}
	for _, o := range failed {
		name := o.Feed.Title
		if name == "" {
			name = redact(o.Feed.URL)
		}
		fmt.Fprintf(a.Stderr, "%s: %s\n", plain.Text(name), plain.Text(o.Err.Error()))
	}
	fmt.Fprintf(a.Stdout, "%d feeds: %d with news, %d unchanged, %d failed; %d new stories, %d updated, in %.1f s\n",
		sum.Feeds, sum.OK, sum.Unchanged, sum.Failed, sum.New, sum.Updated, sum.Took.Seconds())
	return sum, err
}

// redact takes the password out of an address.
func redact(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return plain.Text(address)
	}
	u.User = url.User(u.User.Username())
	return plain.Text(u.String())
}

func (a *app) offline(ctx context.Context, d *desk.Desk, since time.Time) error {
	had, not := 0, 0
	err := d.Offline(ctx, since, func(s feeds.Story, err error) {
		if err != nil {
			not++
			fmt.Fprintf(a.Stderr, "%s  %s: %s\n", s.ID, s.Title, plain.Text(err.Error()))
			return
		}
		had++
	})
	fmt.Fprintf(a.Stdout, "%d whole texts fetched, %d could not be had\n", had, not)
	return err
}
