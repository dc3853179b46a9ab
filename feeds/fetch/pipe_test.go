package fetch

import (
	"context"
	"reflect"
	"runtime"
	"testing"
)

func TestPipe(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such commands there")
	}
	c := New(Options{})
	defer c.Close()
	if out, err := c.Pipe(context.Background(), "tr a-z A-Z", []byte("news")); err != nil || string(out) != "NEWS" {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := c.PipeArgs(context.Background(), []string{"printf", "%s", "it's; $HOME | \"x\""}, nil); err != nil || string(out) != "it's; $HOME | \"x\"" {
		t.Errorf("%q, %v", out, err)
	}
	for _, bad := range []string{"", "no-such-command-here", "false", "sh -c 'yes | head -c 2000000'"} {
		if _, err := c.Pipe(context.Background(), bad, nil); err == nil {
			t.Errorf("%q was no error", bad)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, args := range [][]string{{"a"}, {"a b", "c"}, {"it's", `"`, `\`, "$x", ""}} {
		if got, err := Split(Quote(args)); err != nil || !reflect.DeepEqual(got, args) {
			t.Errorf("%q became %q, %v", args, got, err)
		}
	}
}
