package command

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"

	"nightdesk/config"
	"nightdesk/feeds"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/fetch"
	"nightdesk/ui"
)

// readerConfig changes the config for the reader. It is a ui.Config.
type readerConfig struct {
	a  *app
	d  *desk.Desk
	mu sync.Mutex // over a.conf, and over the file as far as this process goes
}

func (r *readerConfig) path() string { return r.a.places.Config }

// Editor is $VISUAL or $EDITOR, else vi, on the config, which is made if need be.
func (r *readerConfig) Editor() (*exec.Cmd, error) {
	if _, err := os.Stat(r.path()); errors.Is(err, os.ErrNotExist) {
		if err := config.Init(r.path()); err != nil {
			return nil, err
		}
	}
	line := r.a.Getenv("VISUAL")
	if line == "" {
		line = r.a.Getenv("EDITOR")
	}
	if line == "" {
		line = "vi"
	}
	args, err := fetch.Split(line)
	if err != nil || len(args) == 0 {
		return nil, fmt.Errorf("$EDITOR makes no sense: %s", line)
	}
	return exec.Command(args[0], append(args[1:], r.path())...), nil
}

func (r *readerConfig) Reload(ctx context.Context) (ui.Options, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, err := config.Load(r.path(), r.a.Getenv)
	if err != nil {
		return ui.Options{}, err
	}
	was := r.a.conf
	r.a.conf = c
	opt, err := r.a.readerOptions(r.d)
	if err == nil {
		err = ui.CheckKeys(opt)
	}
	if err != nil {
		r.a.conf = was
		return ui.Options{}, err
	}
	return opt, r.d.Apply(ctx, c.Subscriptions(), c.FeedRules(), c.Watch.Companies)
}

// change edits the file, then follows what it says.
func (r *readerConfig) change(ctx context.Context, edit func(path string) error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := edit(r.path()); err != nil {
		return err
	}
	c, err := config.Load(r.path(), r.a.Getenv)
	if err != nil {
		return err
	}
	r.a.conf = c
	return r.d.Apply(ctx, c.Subscriptions(), c.FeedRules(), c.Watch.Companies)
}

func (r *readerConfig) SaveView(name, query string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return config.SaveView(r.path(), name, query)
}

func (r *readerConfig) RenameView(name, to string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return config.RenameView(r.path(), name, to)
}

func (r *readerConfig) DropView(name string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return config.DropView(r.path(), name)
}

func (r *readerConfig) FindFeeds(ctx context.Context, typed string) ([]feeds.Subscription, error) {
	found, err := r.d.Find(ctx, typed)
	if err != nil {
		return nil, err
	}
	out := make([]feeds.Subscription, len(found))
	for i, f := range found {
		out[i] = feeds.Subscription{URL: f.URL, Title: f.Title}
	}
	return out, nil
}

func (r *readerConfig) AddFeed(ctx context.Context, s feeds.Subscription) error {
	s.Title = "" // the feed's own name is followed until a person gives one
	return r.change(ctx, func(path string) error { return config.AddFeed(path, s) })
}

func (r *readerConfig) RenameFeed(ctx context.Context, url, title string) error {
	return r.change(ctx, func(path string) error { return config.RenameFeed(path, url, title) })
}

func (r *readerConfig) MoveFeed(ctx context.Context, url, folder string) error {
	return r.change(ctx, func(path string) error { return config.MoveFeed(path, url, folder) })
}

func (r *readerConfig) RemoveFeed(ctx context.Context, url string) error {
	return r.change(ctx, func(path string) error { return config.RemoveFeed(path, url) })
}
