// Package command is the command line, one file a command. It turns words and flags into
// calls of the newsroom's desk and what comes back into lines or JSON; it decides nothing
// that the newsroom should. Data goes to standard output, everything else to standard
// error. Start at Run.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"nightdesk/config"
	"nightdesk/feeds/article"
	"nightdesk/feeds/desk"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/query"

	"nightdesk/feeds"
)

// Exit statuses.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// Env is the world around the program; tests make their own.
type Env struct {
	Args    []string
	Stdin   io.Reader
	Stdout  io.Writer
	Stderr  io.Writer
	Getenv  func(string) string
	Now     func() time.Time
	Version string
}

// app is what the commands share.
type app struct {
	Env
	configFlag, dataFlag, logFlag string
	ascii                         bool
	plainly                       bool // one line at a time, for screen readers
	places                        config.Places
	conf                          *config.Config
	logFile                       *os.File
	log                           *slog.Logger
}

// usageError is wrong usage or a wrong config: exit status 2.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usage(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Run carries out a command line and returns the exit status.
func Run(ctx context.Context, env Env) int {
	a := &app{Env: env}
	root := a.root()
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	err := root.ExecuteContext(ctx)
	if a.logFile != nil {
		_ = a.logFile.Close()
	}
	if err == nil {
		return 0
	}
	var quiet quietError
	if !errors.As(err, &quiet) {
		fmt.Fprintln(env.Stderr, "nightdesk: "+plain.Text(err.Error()))
	}
	var u usageError
	var ce *config.Error
	var qe *query.Error
	switch {
	case ctx.Err() != nil || errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.As(err, &u), errors.As(err, &ce), errors.As(err, &qe), strings.HasPrefix(err.Error(), "unknown command"), strings.HasPrefix(err.Error(), "unknown flag"), strings.HasPrefix(err.Error(), "unknown shorthand"):
		return exitUsage
	}
	return exitFailed
}

// quietError is a failure of which everything has been said.
type quietError struct{}

func (quietError) Error() string { return "failed" }

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "nightdesk",
		Short: "Read tech-industry news in the terminal",
		Long: `nightdesk reads tech-industry news in the terminal: every story tagged with the
companies that it is about, the accounts of several outlets folded into one event,
articles set as readable pages and kept offline for ever in plain files.

Without a command it opens the reader.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.open(cmd.Context()) },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	f := root.PersistentFlags()
	f.StringVar(&a.configFlag, "config", "", "the config `file`")
	f.StringVar(&a.dataFlag, "data-dir", "", "the `folder` of the database and of saved articles")
	f.StringVar(&a.logFlag, "log", "", "the log `file`")
	root.Flags().BoolVar(&a.ascii, "ascii", false, "signs in ASCII only")
	root.Flags().BoolVar(&a.plainly, "plain", false, "one line at a time, for screen readers")
	root.PersistentPreRunE = func(cmd *cobra.Command, _ []string) error {
		a.places = config.Where(a.configFlag, a.dataFlag, a.logFlag, a.Getenv)
		a.plainly = a.plainly || a.Getenv("TERM") == "dumb"
		return nil
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	root.AddCommand(
		a.refresh(), a.list(), a.read(), a.save(), a.unsave(), a.mark(), a.feed(), a.companies(), a.demo(), a.configCommand(), a.export(), a.brief(), a.theme(),
		a.backup(), a.restore(), a.doctor(), a.man(root), a.version(),
	)
	root.AddCommand(a.importCommand(), a.syncCommand(), a.serve())
	return root
}

// load reads the config and opens the log.
func (a *app) load() error {
	conf, err := config.Load(a.places.Config, a.Getenv)
	if err != nil {
		return err
	}
	a.conf = conf
	if conf.Saved.Dir != "" {
		a.places.Saved = config.Expand(conf.Saved.Dir)
	}
	a.log = slog.New(slog.DiscardHandler)
	if err := os.MkdirAll(filepath.Dir(a.places.Log), 0o700); err == nil {
		if st, err := os.Stat(a.places.Log); err == nil && st.Size() > 4<<20 {
			_ = os.Rename(a.places.Log, a.places.Log+".old")
		}
		if f, err := os.OpenFile(a.places.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600); err == nil {
			a.logFile = f
			a.log = slog.New(slog.NewTextHandler(f, &slog.HandlerOptions{Level: slog.LevelInfo}))
		}
	}
	for _, w := range conf.Warnings {
		a.log.Warn("config", "what", w)
	}
	return nil
}

// desk opens the newsroom as the config says.
func (a *app) desk(ctx context.Context) (*desk.Desk, error) {
	if err := a.load(); err != nil {
		return nil, err
	}
	return desk.Open(ctx, a.deskOptions())
}

func (a *app) deskOptions() desk.Options {
	c := a.conf
	var sites []article.Rule
	for _, s := range c.Sites {
		sites = append(sites, article.Rule{Host: s.Host, Content: s.Content, Strip: s.Strip})
	}
	return desk.Options{
		Database: a.places.Database, SavedDir: a.places.Saved, Subscriptions: c.Subscriptions(), Companies: c.FeedCompanies(),
		Rules: c.FeedRules(), Watch: c.Watch.Companies, Sites: sites, Version: a.Version, Log: a.log, Now: a.Now,
		Retention: feeds.Retention{ReadFor: time.Duration(c.Retention.Read), UnreadFor: time.Duration(c.Retention.Unread), ReadPerFeed: c.Retention.ReadPerFeed},
	}
}

// with runs f on an open newsroom.
func (a *app) with(cmd *cobra.Command, f func(context.Context, *desk.Desk) error) (err error) {
	d, err := a.desk(cmd.Context())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return f(cmd.Context(), d)
}

// isTerminal reports whether a stream is one.
func isTerminal(s any) bool {
	f, ok := s.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// styled reports whether standard output may be styled: it is a terminal, and nobody
// asked for no colour.
func (a *app) styled() bool {
	return isTerminal(a.Stdout) && a.Getenv("NO_COLOR") == "" && a.Getenv("TERM") != "dumb"
}

// width is the terminal's, or 80.
func (a *app) width() int {
	if f, ok := a.Stdout.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}
