package serve

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"
)

// mirror is a model that shows how large its terminal is and what was typed.
type mirror struct {
	w, h  int
	typed string
}

func (m mirror) Init() tea.Cmd { return nil }

func (m mirror) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.w, m.h = msg.Width, msg.Height
	case tea.KeyPressMsg:
		if msg.String() == "q" {
			return m, tea.Quit
		}
		if msg.String() == "!" {
			panic("a bug")
		}
		m.typed += msg.String()
	}
	return m, nil
}

func (m mirror) View() tea.View { return tea.NewView(fmt.Sprintf("<%dx%d %s>", m.w, m.h, m.typed)) }

func newKey(t *testing.T) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func line(s gossh.Signer) string { return string(gossh.MarshalAuthorizedKey(s.PublicKey())) }

// place is a running server.
type place struct {
	address, fingerprint string
	stop                 context.CancelFunc
	ended                chan error
	mu                   sync.Mutex
	open                 int // sessions
	terms                []Terminal
}

func start(t *testing.T, o Options) *place {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	p := &place{stop: stop, ended: make(chan error, 1)}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	if o.HostKey == "" {
		o.HostKey = filepath.Join(t.TempDir(), "host")
	}
	o.Open = func(_ context.Context, term Terminal) (*Session, error) {
		if term.Term == "broken" {
			return nil, errors.New("the config is \x1b[31mwrong")
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		p.open++
		p.terms = append(p.terms, term)
		return &Session{Model: mirror{}, Close: func() error { p.mu.Lock(); p.open--; p.mu.Unlock(); return nil }}, nil
	}
	ready := make(chan struct{})
	o.Ready = func(a, f string) { p.address, p.fingerprint = a, f; close(ready) }
	go func() { p.ended <- Run(ctx, o) }()
	select {
	case <-ready:
	case err := <-p.ended:
		t.Fatalf("it does not start: %v", err)
	}
	t.Cleanup(stop)
	return p
}

func (p *place) dial(keys ...gossh.Signer) (*gossh.Client, error) {
	return gossh.Dial("tcp", p.address, &gossh.ClientConfig{
		User: "anybody", Auth: []gossh.AuthMethod{gossh.PublicKeys(keys...)},
		HostKeyCallback: func(_ string, _ net.Addr, k gossh.PublicKey) error {
			if gossh.FingerprintSHA256(k) != p.fingerprint {
				return errors.New("another host key")
			}
			return nil
		},
	})
}

// screen is a session with a terminal.
type screen struct {
	t *testing.T
	*gossh.Session
	in  io.Writer
	out chan string
}

func (p *place) screen(t *testing.T, c *gossh.Client, term string) *screen {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	in, _ := s.StdinPipe()
	r, _ := s.StdoutPipe()
	_ = s.Setenv("LC_ALL", "C.UTF-8")
	if err := s.RequestPty(term, 24, 80, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	out := make(chan string, 1000)
	go func() {
		defer close(out)
		b := make([]byte, 4096)
		for {
			n, err := r.Read(b)
			if n > 0 {
				out <- string(b[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	return &screen{t, s, in, out}
}

// until waits for a text on the screen.
func (s *screen) until(text string) {
	s.t.Helper()
	all := ""
	limit := time.After(20 * time.Second)
	for !strings.Contains(all, text) {
		select {
		case part, ok := <-s.out:
			if !ok {
				s.t.Fatalf("the screen ended without %q: %q", text, all)
			}
			all += part
		case <-limit:
			s.t.Fatalf("no %q on the screen: %q", text, all)
		}
	}
}

func (s *screen) end() {
	s.t.Helper()
	for range s.out { // until it is closed
	}
}

func TestServe(t *testing.T) {
	mine, strange, restricted := newKey(t), newKey(t), newKey(t)
	keys := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(keys, []byte("# mine\n\nnonsense\ncommand=\"/bin/x\" "+line(restricted)+"no-agent-forwarding "+line(mine)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, Options{Keys: keys})
	for name, k := range map[string]gossh.Signer{"a strange key": strange, "a key for one command": restricted} {
		if c, err := p.dial(k); err == nil {
			t.Errorf("%s comes in", name)
			_ = c.Close()
		}
	}
	c, err := p.dial(strange, mine)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()

	// Two readers at once, each with its own model and size.
	a, b := p.screen(t, c, "xterm-256color"), p.screen(t, c, "xterm")
	a.until("80x24")
	b.until("80x24")
	fmt.Fprint(a.in, "hello")
	a.until("hello")
	if err := b.WindowChange(40, 100); err != nil {
		t.Fatal(err)
	}
	b.until("100x40")
	fmt.Fprint(b.in, "q")
	b.end()
	if err := b.Wait(); err != nil {
		t.Errorf("leaving: %v", err)
	}
	// A crash in one is not the end of the other.
	x := p.screen(t, c, "xterm")
	x.until("80x24")
	fmt.Fprint(x.in, "!")
	x.end()
	fmt.Fprint(a.in, "z")
	a.until("z")

	// The reader, and nothing else.
	for _, cmd := range []string{"ls", "nightdesk list"} {
		s, err := c.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		var errs strings.Builder
		s.Stderr = &errs
		var status *gossh.ExitError
		if err := s.Run(cmd); !errors.As(err, &status) || status.ExitStatus() != 1 || !strings.Contains(errs.String(), "only the reader") {
			t.Errorf("%s: %v %q", cmd, err, errs.String())
		}
	}
	if s, err := c.NewSession(); err != nil {
		t.Error(err)
	} else {
		var errs strings.Builder
		s.Stderr = &errs
		if err := s.Shell(); err == nil {
			_ = s.Wait()
		}
		if !strings.Contains(errs.String(), "needs a terminal") {
			t.Errorf("without a terminal: %q", errs.String())
		}
	}
	if s, err := c.NewSession(); err == nil && s.RequestSubsystem("sftp") == nil {
		t.Error("sftp is served")
	}
	if _, err := c.Dial("tcp", p.address); err == nil {
		t.Error("it forwards")
	}
	if _, err := c.Listen("tcp", "127.0.0.1:0"); err == nil {
		t.Error("it forwards back")
	}
	broken, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var errs strings.Builder
	broken.Stderr = &errs
	_ = broken.RequestPty("broken", 24, 80, gossh.TerminalModes{})
	if err := broken.Shell(); err == nil {
		_ = broken.Wait()
	}
	if !strings.Contains(errs.String(), "the config is") || strings.Contains(errs.String(), "\x1b") {
		t.Errorf("a desk that cannot be opened: %q", errs.String())
	}

	// A key taken out is out at once.
	if err := os.WriteFile(keys, []byte(line(strange)), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := p.dial(mine); err == nil {
		t.Error("a key that was taken out comes in")
		_ = c.Close()
	}

	// The end of the server is the end of the readers, in order.
	p.stop()
	a.end()
	_ = c.Close()
	if err := <-p.ended; err != nil {
		t.Errorf("the end: %v", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != 0 || len(p.terms) != 3 || p.terms[0].Term != "xterm-256color" {
		t.Errorf("%d sessions are open, terminals %+v", p.open, p.terms)
	}
}

// TestGone: a terminal that goes away ends its reader.
func TestGone(t *testing.T) {
	mine := newKey(t)
	keys := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(keys, []byte(line(mine)), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, Options{Keys: keys})
	c, err := p.dial(mine)
	if err != nil {
		t.Fatal(err)
	}
	p.screen(t, c, "xterm").until("80x24")
	_ = c.Close()
	p.stop()
	if err := <-p.ended; err != nil {
		t.Error(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open != 0 {
		t.Error("its reader goes on")
	}
}

func TestRefusesToStart(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good", line(newKey(t)), 0o644)
	for _, c := range []struct {
		o    Options
		says string
	}{
		{Options{Keys: filepath.Join(dir, "none")}, "there is no "},
		{Options{Keys: filepath.Join(dir, "none"), Listen: ":0"}, "there is no "},
		{Options{Keys: file("empty", "# nothing\n", 0o600)}, "holds no key"},
		{Options{Keys: file("wide", line(newKey(t)), 0o666)}, "others may write"},
		{Options{Keys: dir}, "is no file"},
		{Options{Anyone: true, Listen: "0.0.0.0:0"}, "for this machine alone"},
		{Options{Anyone: true, Listen: ":0"}, "for this machine alone"},
		{Options{Keys: good, Listen: "nothing"}, "--listen"},
		{Options{Keys: good, HostKey: file("hostkey", "rubbish", 0o600)}, "cannot be read"},
	} {
		if c.o.HostKey == "" {
			c.o.HostKey = filepath.Join(dir, "host")
		}
		if c.o.Listen == "" {
			c.o.Listen = "127.0.0.1:0"
		}
		c.o.Ready = func(string, string) { t.Errorf("%+v starts", c.o) }
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		if err := Run(ctx, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.o, err)
		}
		cancel()
	}
	p := start(t, Options{Anyone: true})
	conn, err := p.dial()
	if err != nil {
		t.Fatal(err)
	}
	p.screen(t, conn, "xterm").until("80x24")
	_ = conn.Close()
}

func TestHostKeyStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "deep", "host")
	one, err := hostKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	two, err := hostKey(path)
	if err != nil || line(one) != line(two) {
		t.Errorf("another key: %v", err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", st.Mode(), err)
	}
	if list, _ := os.ReadDir(filepath.Dir(path)); len(list) != 1 {
		t.Errorf("something is left beside it: %v", list)
	}
}

func FuzzKeys(f *testing.F) {
	_, private, _ := ed25519.GenerateKey(rand.Reader)
	s, err := gossh.NewSignerFromKey(private)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte("command=\"x\" " + line(s)))
	f.Add([]byte("no-pty " + line(s) + "# x\ncert-authority " + line(s)))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(parseKeys(b)) > strings.Count(string(b), "\n")+1 {
			t.Fatal("more keys than lines")
		}
		if n := len(parseKeys([]byte("command=\"x\" " + line(s)))); n != 0 {
			t.Fatal("a key for one command comes in")
		}
	})
}
