package serve

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// keyring is an authorized_keys file (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). It is read
// again for each who comes, so that a key taken out is out at once.
type keyring struct {
	path string
	log  *slog.Logger
}

// maxKeys bounds the file.
const maxKeys = 1 << 20

// harmless are the options of a key that take nothing away that is given here. A key with
// any other, such as command= or from=, is meant for less than the reader and does not
// come in.
var harmless = [...]string{"agent-forwarding", "port-forwarding", "x11-forwarding", "pty", "user-rc",
	"no-agent-forwarding", "no-port-forwarding", "no-x11-forwarding", "no-user-rc"}

// check says how many keys may come in, and what is wrong with the file.
func (k *keyring) check() (int, error) {
	keys, err := k.read()
	return len(keys), err
}

func (k *keyring) has(key ssh.PublicKey) bool {
	keys, err := k.read()
	if err != nil {
		k.log.Warn("serve: nobody comes in", "error", err)
		return false
	}
	found := false
	for _, one := range keys {
		found = ssh.KeysEqual(one, key) || found
	}
	return found
}

func (k *keyring) read() ([]ssh.PublicKey, error) {
	st, err := os.Stat(k.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no %s; put your public key there (ssh-keygen makes one), or name another file with --keys", k.path)
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, fmt.Errorf("%s is no file", k.path)
	case st.Mode().Perm()&0o022 != 0 && os.PathSeparator == '/':
		return nil, fmt.Errorf("others may write %s, and let themselves in; run chmod 600 %s", k.path, k.path)
	}
	f, err := os.Open(k.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxKeys))
	if err != nil {
		return nil, err
	}
	return parseKeys(b), nil
}

// parseKeys are the keys of a file that may come in; lines that are none are passed over,
// as sshd does.
func parseKeys(b []byte) []ssh.PublicKey {
	var out []ssh.PublicKey
	for line := range bytes.Lines(b) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		key, _, options, _, err := gossh.ParseAuthorizedKey(line)
		if err != nil || !allHarmless(options) {
			continue
		}
		if _, isCert := key.(*gossh.Certificate); isCert {
			continue
		}
		out = append(out, key)
	}
	return out
}

func allHarmless(options []string) bool {
	for _, o := range options {
		ok := false
		for _, h := range harmless {
			ok = ok || strings.EqualFold(strings.TrimSpace(o), h)
		}
		if !ok {
			return false
		}
	}
	return true
}

// hostKey is the key by which a terminal recognises this server. It is made once, whole
// or not at all, for nobody else to read.
func hostKey(path string) (gossh.Signer, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = makeHostKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the host key: %w", err)
	}
	if st, err := os.Stat(path); err == nil && st.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, fmt.Errorf("the host key can be read by others: %w", err)
		}
	}
	signer, err := gossh.ParsePrivateKey(b)
	if err != nil {
		return nil, fmt.Errorf("the host key %s cannot be read: %w; move it away and another is made", path, err)
	}
	return signer, nil
}

func makeHostKey(path string) ([]byte, error) {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	block, err := gossh.MarshalPrivateKey(private, "nightdesk")
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(block)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".host-key-*") // 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	// A link, not a rename: the key of one who was faster stays.
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	} else if err != nil {
		if err := os.Rename(f.Name(), path); err != nil { // a file system without links
			return nil, err
		}
	}
	return text, nil
}
