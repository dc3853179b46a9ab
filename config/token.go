package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/zalando/go-keyring"
)

// syncKinds are the protocols of sync servers; freshrss is another name for greader.
var syncKinds = []string{"miniflux", "greader", "freshrss"}

// keyringService is the name under which the system's keyring keeps our tokens; the
// user is the server's url.
const keyringService = "nightdesk"

// keyringTime is how long the keyring has: where there is no desktop it may wait for one.
const keyringTime = 5 * time.Second

// maxToken bounds a token.
const maxToken = 16 << 10

// Secret is the token of a sync server: as it stands, or from a file that nobody else
// may read ("file:PATH"), or from the system's keyring ("keyring:"). "env:NAME" was
// resolved when the config was read.
func (s Sync) Secret(ctx context.Context) (string, error) {
	switch {
	case strings.HasPrefix(s.Token, "file:"):
		return secretFile(Expand(strings.TrimPrefix(s.Token, "file:")))
	case s.Token == "keyring:":
		return inTime(ctx, func() (string, error) {
			v, err := keyring.Get(keyringService, s.URL)
			if errors.Is(err, keyring.ErrNotFound) {
				return "", fmt.Errorf("the keyring has no token for %s; nightdesk sync token %s puts one there", s.URL, s.URL)
			}
			if err != nil {
				return "", fmt.Errorf("ask the keyring: %w; use token = \"file:PATH\" or \"env:NAME\"", err)
			}
			return v, nil
		})
	}
	return s.Token, nil
}

// KeepSecret puts a token into the system's keyring, for token = "keyring:".
func KeepSecret(ctx context.Context, url, token string) error {
	_, err := inTime(ctx, func() (string, error) {
		if err := keyring.Set(keyringService, url, token); err != nil {
			return "", fmt.Errorf("tell the keyring: %w; use token = \"file:PATH\" or \"env:NAME\"", err)
		}
		return "", nil
	})
	return err
}

func inTime(ctx context.Context, f func() (string, error)) (string, error) {
	type answer struct {
		text string
		err  error
	}
	ctx, cancel := context.WithTimeout(ctx, keyringTime)
	defer cancel()
	done := make(chan answer, 1)
	go func() {
		text, err := f()
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		return a.text, a.err
	case <-ctx.Done():
		return "", errors.New("the keyring does not answer; unlock it, or use token = \"file:PATH\" or \"env:NAME\"")
	}
}

func secretFile(path string) (string, error) {
	st, err := os.Stat(path) // before it is opened: a pipe would wait for ever
	switch {
	case err != nil:
		return "", fmt.Errorf("read the token: %w", err)
	case !st.Mode().IsRegular():
		return "", fmt.Errorf("read the token: %s is no file", path)
	case st.Mode().Perm()&0o077 != 0 && os.PathSeparator == '/':
		return "", fmt.Errorf("read the token: others may read %s; run chmod 600 %s", path, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxToken))
	if err != nil {
		return "", fmt.Errorf("read the token: %w", err)
	}
	token := strings.TrimSpace(string(b))
	if token == "" {
		return "", fmt.Errorf("read the token: %s is empty", path)
	}
	return token, nil
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}
