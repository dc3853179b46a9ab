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

// Tell runs a person's command on a notice, without a shell: every word of values is
// replaced within its arguments, which no text can divide.
func (d *Desk) Tell(ctx context.Context, command []string, values map[string]string) error {
	args := make([]string, len(command))
	for i, arg := range command {
		for word, value := range values {
			arg = strings.ReplaceAll(arg, word, plain.Text(value))
		}
		args[i] = arg
	}
	_, err := d.client().PipeArgs(ctx, args, nil)
	return err
}
