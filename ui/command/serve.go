package command

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/spf13/cobra"

	"nightdesk/config"
	"nightdesk/feeds/plain"
	"nightdesk/ui"
	"nightdesk/ui/serve"
)

func (a *app) serve() *cobra.Command {
	var listen, keys string
	var anyone bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Lend the reader to other terminals over SSH",
		Long: `Serves the reader over SSH, and nothing else: no shell, no commands, no forwarding.
Who holds a key of the authorized_keys file comes in, each with a reader of their own on this
desk's stories and marks. A key with options such as command= or from= does not come in.

By default only this machine is listened to; --listen :2222 listens to all. The server's own
key is made in the data folder and its fingerprint printed.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.load(); err != nil {
				return err
			}
			err := serve.Run(cmd.Context(), serve.Options{
				Listen: listen, HostKey: filepath.Join(filepath.Dir(a.places.Database), "ssh_host_ed25519_key"), Keys: config.Expand(keys), Anyone: anyone, Log: a.log,
				Open: a.lend,
				Ready: func(address, fingerprint string) {
					host, port, _ := strings.Cut(address, ":")
					if i := strings.LastIndexByte(address, ':'); i >= 0 {
						host, port = address[:i], address[i+1:]
					}
					fmt.Fprintf(a.Stdout, "serving on %s; read with: ssh -p %s %s\nits key is %s\n", address, port, strings.Trim(host, "[]"), fingerprint)
				},
			})
			if err != nil {
				return err
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:2222", "the `address` to listen on")
	cmd.Flags().StringVar(&keys, "keys", "~/.ssh/authorized_keys", "the `file` of the keys that come in")
	cmd.Flags().BoolVar(&anyone, "anyone", false, "let in everybody of this machine without a key; only on a loopback address")
	return cmd
}

// lend opens a reader for a terminal elsewhere: a desk of its own, and nothing that would
// act on this machine's screen, programs or config.
func (a *app) lend(ctx context.Context, t serve.Terminal) (*serve.Session, error) {
	b := *a
	b.logFile = nil
	d, err := b.desk(ctx)
	end := func() error {
		var errs []error
		if d != nil {
			errs = append(errs, d.Close())
		}
		if b.logFile != nil {
			errs = append(errs, b.logFile.Close())
		}
		return errors.Join(errs...)
	}
	if err != nil {
		return nil, errors.Join(err, end())
	}
	b.Getenv = remoteEnv(t)
	opt, err := b.readerOptions(d)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	opt.Pipe, opt.Config = nil, nil
	opt.Open = func(url string) error {
		return errors.New("the browser is on your side; y copies the address: " + plain.Text(url))
	}
	opt.Refresh = b.conf.Reader.Refresh == nil || *b.conf.Reader.Refresh
	m, err := ui.New(ctx, d, opt)
	if err != nil {
		return nil, errors.Join(err, end())
	}
	return &serve.Session{Model: m, Options: []tea.ProgramOption{tea.WithFPS(60)}, Close: end}, nil
}

// remoteEnv is the environment that a terminal elsewhere brings, as far as it speaks of
// the terminal.
func remoteEnv(t serve.Terminal) func(string) string {
	env := map[string]string{"TERM": t.Term}
	for _, kv := range t.Environ {
		k, v, _ := strings.Cut(kv, "=")
		switch k {
		case "LANG", "LC_ALL", "LC_CTYPE", "NO_COLOR", "COLORTERM", "TERM_PROGRAM":
			if len(v) < 200 {
				env[k] = v
			}
		}
	}
	return func(k string) string { return env[k] }
}
