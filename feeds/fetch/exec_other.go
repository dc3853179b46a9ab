//go:build !unix

package fetch

import "os/exec"

// apart leaves the command as it is: without process groups only the command itself can
// be ended, and what it started loses its output.
func apart(cmd *exec.Cmd) { cmd.Cancel = func() error { return end(cmd) } }

func end(cmd *exec.Cmd) error {
	if cmd.Process == nil {
		return nil
	}
	return cmd.Process.Kill()
}
