package command

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// TestServeCommand reads the sample edition over SSH and marks a story from there.
func TestServeCommand(t *testing.T) {
	h := newHouse(t)
	h.must("refresh")
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	if _, errs, code := h.run("serve", "--listen", "127.0.0.1:0", "--keys", h.path("none")); code != 1 || !strings.Contains(errs, "put your public key there") {
		t.Errorf("without keys: exit %d, %s", code, errs)
	}
	if err := os.WriteFile(h.path("keys"), gossh.MarshalAuthorizedKey(key.PublicKey()), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	said, out := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- Run(ctx, Env{
			Args:  []string{"--config", h.path("config.toml"), "--data-dir", h.path("data"), "--log", h.path("log"), "serve", "--listen", "127.0.0.1:0", "--keys", h.path("keys")},
			Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Getenv: func(string) string { return "" }, Now: time.Now, Version: "test",
		})
		_ = out.Close()
	}()
	b := make([]byte, 4096)
	n, err := said.Read(b)
	if err != nil {
		t.Fatal(err)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	line, _, _ := strings.Cut(string(b[:n]), ";")
	address, ok := strings.CutPrefix(line, "serving on ")
	if !ok {
		t.Fatalf("it says %q", b[:n])
	}
	c, err := gossh.Dial("tcp", address, &gossh.ClientConfig{User: "me", Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	in, err := s.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	screen, err := s.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.RequestPty("xterm-256color", 40, 120, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	shown := make(chan []byte, 100)
	go func() {
		defer close(shown)
		for {
			b := make([]byte, 8192)
			n, err := screen.Read(b)
			if n > 0 {
				shown <- b[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	until := func(text string) {
		t.Helper()
		var all bytes.Buffer
		limit := time.After(30 * time.Second)
		for !strings.Contains(all.String(), text) {
			select {
			case part, ok := <-shown:
				if !ok {
					t.Fatalf("the screen ended without %q", text)
				}
				all.Write(part)
			case <-limit:
				t.Fatalf("no %q on the screen: %q", text, all.String())
			}
		}
	}
	until("Amazon")
	if _, err := in.Write([]byte("f")); err != nil { // a star
		t.Fatal(err)
	}
	for limit := time.Now().Add(30 * time.Second); !strings.Contains(h.must("list", "is:starred"), "\n"); {
		if time.Now().After(limit) {
			t.Fatal("the star does not arrive")
		}
	}
	stop()
	if code := <-ended; code != 0 && code != exitInterrupted {
		t.Errorf("exit %d", code)
	}
	if st, err := os.Stat(h.path("data/ssh_host_ed25519_key")); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the host key: %v %v", st, err)
	}
}
