// Package serve lends the reader to terminals elsewhere, over SSH. It owns the listening,
// the host key and who may come in: holders of a key of an authorized_keys file. It lends
// the reader and nothing else: no shell, no command, no forwarding, no files. It must not
// know the newsroom; each connection gets a model from Options.Open. Start at Run.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/wish/v2"
	wishtea "charm.land/wish/v2/bubbletea"
	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"

	"nightdesk/feeds/plain"
)

// Options say where and to whom the reader is lent.
type Options struct {
	Listen  string // host:port
	HostKey string // file of the host key; made if it is not there
	Keys    string // the authorized_keys file
	Anyone  bool   // without keys: only on a loopback address
	Log     *slog.Logger
	// Open makes a session's model. The context ends with the connection.
	Open func(context.Context, Terminal) (*Session, error)
	// Ready is told once the server listens.
	Ready func(address, fingerprint string)
}

// A Terminal is what somebody sits at.
type Terminal struct {
	Term    string
	Environ []string // KEY=value as the client sent it; not to be believed
}

// A Session is the reader for one terminal.
type Session struct {
	Model   tea.Model
	Options []tea.ProgramOption
	Close   func() error
}

// The bounds of what somebody else may use up.
const (
	maxConnections = 32               // those that have not shown a key yet included
	loginTime      = 30 * time.Second // from the connection to the first session
	idleTime       = 24 * time.Hour
	farewell       = 5 * time.Second // for readers to end once the server does
	maxSide        = 2000            // columns or rows of a terminal
)

// server is a running server.
type server struct {
	o    Options
	ctx  context.Context
	keys *keyring

	mu      sync.Mutex
	conns   int
	readers int
}

// Run serves until ctx ends, then lets every reader end. It refuses to listen to other
// machines unless only holders of a key come in.
func Run(ctx context.Context, o Options) error {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	keys := &keyring{path: o.Keys, log: o.Log}
	n, err := keys.check()
	switch {
	case o.Anyone && !loopback(o.Listen):
		return fmt.Errorf("serve on %s: --anyone is for this machine alone; listen on 127.0.0.1, or drop it", plain.Text(o.Listen))
	case o.Anyone:
		keys = nil
	case err != nil:
		return fmt.Errorf("serve: %w", err)
	case n == 0:
		return fmt.Errorf("serve: %s holds no key that may come in; put a public key there (ssh-keygen makes one), or name another file with --keys", o.Keys)
	}
	signer, err := hostKey(o.HostKey)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	s := &server{o: o, ctx: ctx, keys: keys}
	options := []ssh.Option{
		func(srv *ssh.Server) error { srv.AddHostKey(signer); return nil },
		wish.WithVersion("nightdesk"), wish.WithIdleTimeout(idleTime),
		wish.WithMiddleware(func(ssh.Handler) ssh.Handler { return s.session }),
	}
	if keys != nil {
		options = append(options, wish.WithPublicKeyAuth(func(_ ssh.Context, k ssh.PublicKey) bool { return keys.has(k) }))
	}
	srv, err := wish.NewServer(options...)
	if err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	srv.ConnCallback = s.arrive
	srv.ConnectionFailedCallback = func(c net.Conn, err error) {
		o.Log.Info("serve: nobody came in", "from", c.RemoteAddr().String(), "error", plain.Text(err.Error()))
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("serve on %s: %w; another address can be named with --listen", plain.Text(o.Listen), err)
	}
	if o.Ready != nil {
		o.Ready(l.Addr().String(), gossh.FingerprintSHA256(signer.PublicKey()))
	}
	ended := make(chan error, 1)
	go func() { ended <- srv.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on %s: %w", plain.Text(o.Listen), err)
	case <-ctx.Done():
	}
	// Readers end by themselves when ctx does; who does not is cut off.
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer cancel()
	go func() { _ = srv.Shutdown(last) }() // nobody comes in any more
	for tick := time.NewTicker(10 * time.Millisecond); s.reading() && last.Err() == nil; {
		<-tick.C
	}
	if err := srv.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("end serving: %w", err)
	}
	return nil
}

// reading reports whether somebody still reads.
func (s *server) reading() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readers > 0
}

// loopback reports whether only this machine can reach an address.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// counted is a connection that counts until it is closed.
type counted struct {
	net.Conn
	once sync.Once
	gone func()
}

func (c *counted) Close() error {
	c.once.Do(c.gone)
	return c.Conn.Close()
}

// connKey is where a connection's context keeps the connection.
type connKey struct{}

// arrive takes a connection in, or not: there are enough. It has a while to show a key.
func (s *server) arrive(ctx ssh.Context, c net.Conn) net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns >= maxConnections {
		s.o.Log.Warn("serve: too many connections", "from", c.RemoteAddr().String())
		return nil
	}
	s.conns++
	patient := &slow{Conn: c}
	patient.until(time.Now().Add(loginTime))
	ctx.SetValue(connKey{}, patient)
	return &counted{Conn: patient, gone: func() { s.mu.Lock(); s.conns--; s.mu.Unlock() }}
}

// slow is a connection with a deadline that nobody else can put off.
type slow struct {
	net.Conn
	mu   sync.Mutex
	last time.Time // zero: none
}

func (c *slow) until(t time.Time) {
	c.mu.Lock()
	c.last = t
	c.mu.Unlock()
	_ = c.Conn.SetDeadline(t)
}

// SetDeadline is called by the server at every reading, for its own idle time.
func (c *slow) SetDeadline(t time.Time) error {
	c.mu.Lock()
	last := c.last
	c.mu.Unlock()
	if !last.IsZero() && (t.IsZero() || t.After(last)) {
		t = last
	}
	return c.Conn.SetDeadline(t)
}

// session is one reader for one terminal.
func (s *server) session(sess ssh.Session) {
	s.mu.Lock()
	s.readers++
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.readers--
		s.mu.Unlock()
	}()
	defer func() {
		if p := recover(); p != nil { // one reader's end is not that of the others
			s.o.Log.Error("serve: a session crashed", "panic", p)
			_ = sess.Exit(1)
		}
	}()
	if c, ok := sess.Context().Value(connKey{}).(*slow); ok {
		c.until(time.Time{})
	}
	refuse := func(text string) {
		wish.Errorf(sess, "nightdesk: %s\r\n", plain.Text(text))
		_ = sess.Exit(1)
	}
	pty, sizes, ok := sess.Pty()
	switch {
	case sess.RawCommand() != "" || sess.Subsystem() != "":
		refuse("only the reader is served here, no commands; leave the command out")
		return
	case !ok:
		refuse("the reader needs a terminal: ssh -t")
		return
	}
	ctx, cancel := context.WithCancel(sess.Context())
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	one, err := s.o.Open(ctx, Terminal{Term: pty.Term, Environ: sess.Environ()})
	if err != nil {
		refuse(err.Error())
		return
	}
	defer func() {
		if err := one.Close(); err != nil {
			s.o.Log.Warn("serve: the end of a session", "error", err)
		}
	}()
	s.o.Log.Info("serve: a reader came", "from", sess.RemoteAddr().String())
	options := append([]tea.ProgramOption{tea.WithoutSignalHandler()}, wishtea.MakeOptions(sess)...)
	p := tea.NewProgram(one.Model, append(options, one.Options...)...)
	ended := make(chan struct{})
	go watch(ctx, p, sizes, ended)
	_, err = p.Run()
	close(ended)
	if err != nil && ctx.Err() == nil && !errors.Is(err, tea.ErrInterrupted) {
		s.o.Log.Warn("serve: a session failed", "error", err)
		_ = sess.Exit(1)
		return
	}
	_ = sess.Exit(0)
}

// watch tells a program of its terminal's size, and ends it with the connection.
func watch(ctx context.Context, p *tea.Program, sizes <-chan ssh.Window, ended <-chan struct{}) {
	for {
		select {
		case w, ok := <-sizes:
			if !ok {
				sizes = nil
				continue
			}
			if w.Width > 0 && w.Height > 0 {
				go p.Send(tea.WindowSizeMsg{Width: min(w.Width, maxSide), Height: min(w.Height, maxSide)})
			}
		case <-ctx.Done():
			go p.Quit()
			select {
			case <-ended:
			case <-time.After(farewell / 2):
				p.Kill()
			}
			return
		case <-ended:
			return
		}
	}
}
