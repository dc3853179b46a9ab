// Nightdesk reads tech-industry news in the terminal. main wires the rooms together:
// the command line does the rest.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"

	"nightdesk/ui/command"
)

// version is set by a release build: -ldflags "-X main.version=1.0.0".
var version = "dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := command.Run(ctx, command.Env{
		Args: os.Args[1:], Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Getenv: os.Getenv, Now: time.Now, Version: version,
	})
	stop()
	os.Exit(code)
}
