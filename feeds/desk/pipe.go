package desk

import (
	"context"
	"strings"

	"nightdesk/feeds/plain"
)

// Pipe gives a text to a command, run without a shell, and returns the lines that it
// prints, safe to show.
func (d *Desk) Pipe(ctx context.Context, command, text string) ([]string, error) {
	out, err := d.client().Pipe(ctx, command, []byte(text))
	if err != nil {
		return nil, err
	}
	shown := strings.TrimRight(plain.Lines(strings.ReplaceAll(string(out), "\t", "    ")), "\n ")
	if shown == "" {
		return nil, nil
	}
	return strings.Split(shown, "\n"), nil
}
