package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/sync"
)

func (a *app) syncCommand() *cobra.Command {
	var dry, prune, asJSON bool
	cmd := &cobra.Command{
		Use:   "sync",
		Short: "One round with the sync servers of the config: subscriptions, read, starred",
		Long: `One round with every [[sync]] of the config: subscriptions, what is read and what is
starred, both ways. What was done here since the last round, offline or not, is told to the
server. Servers are Miniflux, and FreshRSS and others that speak the Google Reader API.

That a feed was removed on one side is only said; --prune takes it over.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.with(cmd, func(ctx context.Context, d *desk.Desk) error {
				if len(a.conf.Sync) == 0 {
					return usage("%s has no [[sync]]; add one with kind, url and token", a.places.Config)
				}
				return a.runSync(ctx, d, desk.SyncOptions{DryRun: dry, Prune: prune,
					Subscribe:   func(s []feeds.Subscription) ([]string, error) { return config.AddFeeds(a.places.Config, s) },
					Unsubscribe: func(url string) error { return config.RemoveFeed(a.places.Config, url) },
				}, asJSON)
			})
		},
	}
	cmd.Flags().BoolVar(&dry, "dry-run", false, "say what would be done, and change nothing on either side")
	cmd.Flags().BoolVar(&prune, "prune", false, "take over that a feed was removed, here or there")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object a server")
	cmd.AddCommand(a.syncToken())
	return cmd
}

// syncJSON is a server's round as scripts see it.
type syncJSON struct {
	sync.Report
	Error  string `json:"error"`
	Remedy string `json:"remedy,omitempty"`
}

func (a *app) runSync(ctx context.Context, d *desk.Desk, o desk.SyncOptions, asJSON bool) error {
	worked := 0
	var failed error
	report := func(one desk.Synced) {
		if one.Err == nil {
			worked++
		}
		if !asJSON {
			a.printSync(&one)
			return
		}
		j := syncJSON{Report: one.Report}
		if one.Err != nil {
			j.Error, j.Remedy = plain.Text(one.Err.Error()), plain.Text(sync.Remedy(one.Err))
		}
		failed = errors.Join(failed, writeJSON(a.Stdout, j))
	}
	var servers []sync.Config
	for _, s := range a.conf.Sync {
		c := sync.Config{Kind: s.Kind, URL: s.URL, User: s.User}
		if c.Kind == "freshrss" {
			c.Kind = "greader"
		}
		var err error
		if c.Token, err = s.Secret(ctx); err != nil {
			report(desk.Synced{Report: sync.Report{Server: c.Name()}, Err: err})
			continue
		}
		servers = append(servers, c)
	}
	d.Sync(ctx, servers, o, report)
	if err := errors.Join(ctx.Err(), failed); err != nil {
		return err
	}
	if err := d.IndexAll(ctx); err != nil && !o.DryRun {
		return err
	}
	if worked == 0 {
		return quietError{}
	}
	return nil
}

func (a *app) printSync(s *desk.Synced) {
	r := &s.Report
	if s.Err != nil {
		text := "nightdesk: sync " + r.Server + ": " + s.Err.Error()
		if remedy := sync.Remedy(s.Err); remedy != "" {
			text += "; " + remedy
		}
		fmt.Fprintln(a.Stderr, plain.Text(text))
	} else {
		would := ""
		if r.DryRun {
			would = "would be: "
		}
		fmt.Fprintln(a.Stdout, plain.Text(fmt.Sprintf("%s: %s%d feeds, %d added here, %d there, %d removed; %d stories taken; here %s; there %s",
			r.Server, would, r.Feeds, len(r.Added), len(r.Told), len(r.Removed), r.Stories, marks(r.Here), marks(r.There))))
	}
	for _, n := range r.Notes {
		fmt.Fprintln(a.Stderr, plain.Text(r.Server+": "+n))
	}
}

func marks(m sync.Marks) string {
	var out []string
	for _, p := range []struct {
		n    int
		what string
	}{{m.Read, "read"}, {m.Unread, "unread"}, {m.Starred, "starred"}, {m.Unstarred, "unstarred"}} {
		if p.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", p.n, p.what))
		}
	}
	if len(out) == 0 {
		return "nothing new"
	}
	return strings.Join(out, ", ")
}

func (a *app) syncToken() *cobra.Command {
	return &cobra.Command{
		Use:   "token URL",
		Short: "Put the token of a [[sync]] into the system's keyring; reads it from standard input",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if isTerminal(a.Stdin) {
				fmt.Fprintln(a.Stderr, "type the token, then enter and ctrl+d")
			}
			b, err := io.ReadAll(io.LimitReader(a.Stdin, 16<<10))
			if err != nil {
				return fmt.Errorf("read the token: %w", err)
			}
			token := strings.TrimSpace(string(b))
			if token == "" {
				return errors.New("standard input has no token")
			}
			if err := config.KeepSecret(cmd.Context(), args[0], token); err != nil {
				return err
			}
			fmt.Fprintln(a.Stdout, `kept; write token = "keyring:" into the [[sync]]`)
			return nil
		},
	}
}
