package command

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds/demo"
	"nightdesk/feeds/desk"
)

func (a *app) demo() *cobra.Command {
	var list bool
	cmd := &cobra.Command{
		Use: "demo", Short: "The reader on a built-in sample edition: no network, none of your files touched", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if !list && (!isTerminal(a.Stdin) || !isTerminal(a.Stdout)) {
				return errors.New("the demo needs a terminal; nightdesk demo --list prints its stories")
			}
			dir, err := os.MkdirTemp("", "nightdesk-demo-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(dir)
			ed, err := demo.Start(a.Now())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, ed.Close()) }()
			a.places = config.Places{Config: filepath.Join(dir, "config.toml"), Database: filepath.Join(dir, "nightdesk.db"), Saved: filepath.Join(dir, "saved"), Log: filepath.Join(dir, "log")}
			if err := a.load(); err != nil {
				return err
			}
			opt := a.deskOptions()
			opt.Subscriptions = ed.Subscriptions()
			d, err := desk.Open(cmd.Context(), opt)
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, d.Close()) }()
			if _, err := d.Refresh(cmd.Context(), nil, true, nil, nil); err != nil {
				return err
			}
			if list {
				return a.demoList(cmd.Context(), d)
			}
			ro, err := a.readerOptions(d)
			if err != nil {
				return err
			}
			return a.runReader(cmd.Context(), d, ro)
		},
	}
	cmd.Flags().BoolVar(&list, "list", false, "print the sample edition's front page instead")
	return cmd
}

func (a *app) demoList(ctx context.Context, d *desk.Desk) error {
	q, err := d.Parse("")
	if err != nil {
		return err
	}
	stories, err := d.List(ctx, frontPage(q))
	for i := range stories {
		if _, err := a.Stdout.Write([]byte(a.line(&stories[i], true) + "\n")); err != nil {
			return err
		}
	}
	return err
}
