package fetch

import (
	"context"
	"strings"
	"time"
)

// Bounds on a command that a person runs on a text.
const (
	pipeTime  = 20 * time.Second
	pipeBytes = 1 << 20
)

// Pipe gives a text to a command and returns what it prints, within 20 seconds and a
// megabyte. The line is split into words as a shell would, but no shell runs it. Errors
// are *Error.
func (c *Client) Pipe(ctx context.Context, line string, text []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, pipeTime)
	defer cancel()
	if text == nil {
		text = []byte{}
	}
	out, bad := c.run(ctx, "exec:"+line, line, text, pipeBytes)
	if bad != nil {
		return nil, bad
	}
	return out, nil
}

// PipeArgs is Pipe with the words given one by one.
func (c *Client) PipeArgs(ctx context.Context, args []string, text []byte) ([]byte, error) {
	return c.Pipe(ctx, Quote(args), text)
}

// Quote is the line that Split divides into these words.
func Quote(args []string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString("'" + strings.ReplaceAll(a, "'", `'"'"'`) + "'")
	}
	return b.String()
}
