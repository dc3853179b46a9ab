package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"nightdesk/feeds/plain"
)

// getLocal reads a file or what a command prints.
func (c *Client) getLocal(ctx context.Context, r Request, command bool) (*Response, *Error) {
	outer := ctx
	if command || r.Filter != "" {
		select {
		case c.procs <- struct{}{}:
			defer func() { <-c.procs }()
		case <-ctx.Done():
			return nil, c.localFailure(outer, r.URL, Exec, ctx.Err())
		}
	}
	ctx, cancel := context.WithTimeoutCause(ctx, c.limits.Total, errTotal)
	defer cancel()
	var res *Response
	var bad *Error
	if command {
		res = &Response{URL: r.URL, Status: http.StatusOK}
		res.Body, bad = c.run(ctx, r.URL, r.URL[len("exec:"):], nil, c.limit(r))
		res.Wire = int64(len(res.Body))
	} else {
		res, bad = c.file(ctx, r)
	}
	if bad != nil {
		return nil, bad
	}
	if r.Filter != "" && !res.NotModified {
		if res.Body, bad = c.run(ctx, r.URL, r.Filter, res.Body, c.limit(r)); bad != nil {
			return nil, bad
		}
	}
	return res, nil
}

// filter pipes what came over the network through the request's command.
func (c *Client) filter(ctx context.Context, r Request, body []byte) ([]byte, *Error) {
	select {
	case c.procs <- struct{}{}:
		defer func() { <-c.procs }()
	case <-ctx.Done():
		return nil, c.localFailure(ctx, r.URL, Exec, ctx.Err())
	}
	return c.run(ctx, r.URL, r.Filter, body, c.limit(r))
}

// localFailure is failure for what is not HTTP.
func (c *Client) localFailure(ctx context.Context, raw string, kind Kind, err error) *Error {
	e := &Error{URL: Redact(raw), Kind: kind, Err: err}
	switch {
	case errors.Is(context.Cause(ctx), errTotal):
		e.Kind, e.Temporary, e.what, e.Err = Timeout, true, "ended after "+short(c.limits.Total), context.DeadlineExceeded
	case ctx.Err() != nil:
		e.Kind, e.Temporary, e.what, e.Err = Cancelled, true, "interrupted", context.Cause(ctx)
	default:
		return nil
	}
	return e
}

// filePath is the path that a file: address names. "file://~/x" is below the home folder.
func filePath(raw string) (string, error) {
	rest := raw[len("file:"):]
	if strings.HasPrefix(rest, "//~/") {
		home, err := os.UserHomeDir()
		if err != nil {
			return "", err
		}
		return filepath.Join(home, unescape(rest[len("//~/"):])), nil
	}
	path := rest
	if strings.HasPrefix(rest, "//") {
		host, p, ok := strings.Cut(rest[2:], "/")
		if host != "" && !strings.EqualFold(host, "localhost") {
			return "", fmt.Errorf("the address names another machine: a path begins with file:///")
		}
		if !ok {
			return "", errors.New("the address names no path")
		}
		path = "/" + p
	}
	path = unescape(path)
	if runtime.GOOS == "windows" {
		if len(path) > 2 && path[0] == '/' && path[2] == ':' {
			path = path[1:]
		}
		path = filepath.FromSlash(path)
	}
	if strings.IndexByte(path, 0) >= 0 || !filepath.IsAbs(path) {
		return "", errors.New("the address names no absolute path")
	}
	return path, nil
}

// unescape decodes %XX. People write such addresses by hand: a "%" that begins no escape
// is itself, and "?" and "#" are part of the name.
func unescape(path string) string {
	var b strings.Builder
	for i := 0; i < len(path); i++ {
		if path[i] == '%' && i+2 < len(path) {
			if n, err := strconv.ParseUint(path[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(path[i])
	}
	return b.String()
}

// fileSettled is how old a file's time must be to stand for its content: within the
// grain of a file system's clock two versions could share it.
const fileSettled = 3 * time.Second

func (c *Client) file(ctx context.Context, r Request) (*Response, *Error) {
	shown := Redact(r.URL)
	path, err := filePath(r.URL)
	if err != nil {
		return nil, localError(shown, File, "read the file", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, localError(shown, File, "read the file", err)
	}
	if !info.Mode().IsRegular() { // a pipe or a device may never end, or never begin
		return nil, &Error{URL: shown, Kind: File, what: "it is not a regular file"}
	}
	res := &Response{URL: r.URL, Status: http.StatusOK, LastModified: info.ModTime().UTC().Format(http.TimeFormat)}
	if age := c.now().Sub(info.ModTime()); age > fileSettled {
		res.ETag = fmt.Sprintf("\"file-%x-%x\"", info.Size(), info.ModTime().UnixNano())
		if res.ETag == r.ETag {
			res.NotModified = true
			return res, nil
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, localError(shown, File, "read the file", err)
	}
	defer f.Close()
	limit := c.limit(r)
	res.Body, res.Wire, err = c.read(ctx, f, nil, limit)
	if err != nil {
		var dec *decodeError
		switch bad := c.localFailure(ctx, r.URL, File, err); {
		case bad != nil:
			return nil, bad
		case errors.Is(err, errTooLarge):
			return nil, &Error{URL: shown, Kind: TooLarge, Err: err, what: "more than " + size(limit) + " of data"}
		case errors.As(err, &dec):
			return nil, &Error{URL: shown, Kind: Decode, Err: err, what: "the file is packed, and damaged"}
		}
		return nil, localError(shown, File, "read the file", err)
	}
	return res, nil
}

// tail keeps the end of what is written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	const keep = 4 << 10
	t.b = append(t.b, p[max(0, len(p)-keep):]...)
	if len(t.b) > keep {
		t.b = append(t.b[:0], t.b[len(t.b)-keep:]...)
	}
	return len(p), nil
}

// last is the last line that says something.
func (t *tail) last() string {
	lines := bytes.Split(bytes.TrimSpace(t.b), []byte("\n"))
	return plain.Text(cut(string(bytes.TrimSpace(lines[len(lines)-1])), 200))
}

// capped takes what a command prints, up to a limit.
type capped struct {
	b     []byte
	limit int64
	over  bool
	stop  context.CancelFunc
}

func (w *capped) Write(p []byte) (int, error) {
	if int64(len(w.b)+len(p)) > w.limit {
		w.over = true
		w.stop()
		return 0, errTooLarge
	}
	w.b = append(w.b, p...)
	return len(p), nil
}

// run runs a command without a shell and returns what it prints. It gets in on its
// standard input, has no terminal, and is ended with everything it started when the time
// or the output is up.
func (c *Client) run(ctx context.Context, raw, line string, in []byte, limit int64) ([]byte, *Error) {
	shown := Redact(raw)
	args, err := Split(line)
	if err == nil && len(args) == 0 {
		err = errors.New("no command is given")
	}
	if err != nil {
		return nil, &Error{URL: shown, Kind: Exec, Err: err, what: err.Error()}
	}
	name := plain.Text(cut(filepath.Base(args[0]), 60))
	runCtx, stop := context.WithCancel(ctx)
	defer stop()
	cmd := exec.CommandContext(runCtx, args[0], args[1:]...)
	out := &capped{limit: limit, stop: stop}
	var said tail
	cmd.Stdout, cmd.Stderr = out, &said
	if in != nil {
		cmd.Stdin = bytes.NewReader(in)
	}
	cmd.WaitDelay = time.Second
	apart(cmd)
	err = cmd.Run()
	switch {
	case out.over:
		return nil, &Error{URL: shown, Kind: TooLarge, Err: errTooLarge, what: name + " prints more than " + size(limit)}
	case ctx.Err() != nil:
		bad := c.localFailure(ctx, raw, Exec, err)
		if bad.Kind == Timeout {
			bad.what = name + " was " + bad.what
		}
		return nil, bad
	case err == nil:
		return out.b, nil
	}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		what := fmt.Sprintf("%s failed (%s)", name, exit.ProcessState)
		if l := said.last(); l != "" {
			what += ": " + l
		}
		return nil, &Error{URL: shown, Kind: Exec, Err: err, what: what}
	case errors.Is(err, exec.ErrWaitDelay):
		// It ended well but left something behind that holds its output open: what it has
		// printed is all of it.
		end(cmd)
		return out.b, nil
	case errors.Is(err, exec.ErrNotFound), errors.Is(err, os.ErrNotExist):
		return nil, &Error{URL: shown, Kind: Exec, Err: err, what: name + ": no such command"}
	case errors.Is(err, io.ErrClosedPipe):
		return out.b, nil
	}
	return nil, localError(shown, Exec, "run "+name, err)
}
