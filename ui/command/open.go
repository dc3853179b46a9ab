package command

import (
	"context"
	"errors"
	"image"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/cli/browser"

	"nightdesk/feeds/article"
	"nightdesk/feeds/desk"
	"nightdesk/ui"
	"nightdesk/ui/theme"
)

// openPlain opens the reader of one line after the other.
func (a *app) openPlain(ctx context.Context) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	return errors.Join(a.plain(ctx, d), d.Close())
}

// open opens the reader.
func (a *app) open(ctx context.Context) error {
	if a.plainly {
		return a.openPlain(ctx)
	}
	if !isTerminal(a.Stdin) || !isTerminal(a.Stdout) {
		return errors.New("the reader needs a terminal on standard input and output; nightdesk list prints stories anywhere")
	}
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	opt, err := a.readerOptions(d)
	if err != nil {
		return errors.Join(err, d.Close())
	}
	opt.Config = &readerConfig{a: a, d: d}
	opt.Refresh = a.conf.Reader.Refresh == nil || *a.conf.Reader.Refresh
	return errors.Join(a.runReader(ctx, d, opt), d.Close())
}

// looks is what the terminal can show.
func (a *app) looks() theme.Options {
	depth := theme.TrueColor
	term := a.Getenv("TERM")
	switch {
	case a.Getenv("NO_COLOR") != "" || term == "dumb":
		depth = theme.NoColor
	case term == "linux" || term == "xterm-16color" || term == "ansi":
		depth = theme.Colors16
	}
	return theme.Options{Depth: depth, ASCII: a.ascii || !utf8Locale(a.Getenv)}
}

// themes are the built-in ones and the config's.
func (a *app) themes() ([]*theme.Theme, error) {
	c, looks := a.conf, a.looks()
	themes := theme.Builtin(looks)
	for _, name := range slices.Sorted(maps.Keys(c.Themes)) {
		own := maps.Clone(c.Themes[name])
		base := own["base"]
		if base == "" {
			base = "dark"
		}
		delete(own, "base")
		t, err := theme.Custom(name, base, own, looks)
		if err != nil {
			return nil, usage("%s: [theme.%s]: %w", c.Path, name, err)
		}
		themes = append(themes, t)
	}
	return themes, nil
}

func (a *app) readerOptions(d *desk.Desk) (ui.Options, error) {
	c := a.conf
	themes, err := a.themes()
	if err != nil {
		return ui.Options{}, err
	}
	keys := make(map[string]string)
	preset := ""
	for k, v := range c.Keys {
		if k == "preset" {
			preset = v
		} else {
			keys[k] = v
		}
	}
	opt := ui.Options{
		Views: c.FeedViews(), Themes: themes, Theme: c.Reader.Theme,
		Keys: keys, Preset: preset, Measure: c.Reader.Width, Pictures: c.Reader.Images, Log: a.log, Now: a.Now, Open: openBrowser, Pipe: d.Pipe, Notifier: notifier(a.Getenv),
		LoadPicture: func(ctx context.Context, id, url string) (image.Image, error) {
			data, err := d.Picture(ctx, id, url)
			if err != nil {
				return nil, err
			}
			img, _, err := article.DecodePicture(data, article.Limits{})
			if err != nil {
				return nil, err
			}
			return article.Shrink(img, 288, 144), nil
		},
	}
	if a.looks().Depth != theme.TrueColor {
		opt.Pictures = "off"
	}
	if command := c.Watch.Command; len(command) > 0 {
		opt.Tell = func(ctx context.Context, title, body, url string) error {
			return d.Tell(ctx, command, map[string]string{"{title}": title, "{body}": body, "{url}": url})
		}
	}
	if d.ReadOnly() {
		opt.ReadOnly = "the database can only be read"
	}
	return opt, nil
}

// notifier is the notice that the terminal knows, by what it says of itself; a
// multiplexer would swallow it.
func notifier(getenv func(string) string) ui.Notifier {
	term := getenv("TERM")
	if getenv("TMUX") != "" || strings.HasPrefix(term, "screen") || strings.HasPrefix(term, "tmux") {
		return ui.NoNotifier
	}
	switch program := getenv("TERM_PROGRAM"); {
	case getenv("KITTY_WINDOW_ID") != "" || term == "xterm-kitty":
		return ui.OSC99
	case program == "iTerm.app", program == "WezTerm", program == "ghostty", term == "xterm-ghostty", getenv("WT_SESSION") != "":
		return ui.OSC9
	case strings.HasPrefix(term, "foot"), strings.HasPrefix(term, "rxvt"):
		return ui.OSC777
	}
	return ui.NoNotifier
}

// utf8Locale reports whether the locale can show more than ASCII (POSIX: LC_ALL before
// LC_CTYPE before LANG; none set is taken for a modern terminal).
func utf8Locale(getenv func(string) string) bool {
	for _, k := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := getenv(k); v != "" {
			low := strings.ToLower(v)
			return strings.Contains(low, "utf-8") || strings.Contains(low, "utf8")
		}
	}
	return true
}

// openBrowser hands an address to the system's browser, whose words must not reach the
// screen.
func openBrowser(url string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	return browser.OpenURL(url)
}

// runReader runs the reader until it is left, by key or by signal.
func (a *app) runReader(ctx context.Context, d *desk.Desk, opt ui.Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	m, err := ui.New(ctx, d, opt)
	if err != nil {
		return usageError{err}
	}
	opts := []tea.ProgramOption{tea.WithFPS(120), tea.WithoutSignalHandler()}
	if f, ok := a.Stdin.(*os.File); ok {
		opts = append(opts, tea.WithInput(f))
	}
	if f, ok := a.Stdout.(*os.File); ok {
		opts = append(opts, tea.WithOutput(f))
	}
	if a.Getenv("NO_COLOR") != "" {
		opts = append(opts, tea.WithColorProfile(colorprofile.ASCII))
	}
	p := tea.NewProgram(m, opts...)
	sig := make(chan os.Signal, 4)
	signal.Notify(sig, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(sig)
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-sig:
			p.Quit()
		case <-ctx.Done():
			p.Quit()
		case <-done:
		}
	}()
	_, err = p.Run()
	if errors.Is(err, tea.ErrInterrupted) {
		return context.Canceled
	}
	return err
}
