//go:build unix

package fetch

import (
	"os/exec"
	"syscall"
)

// apart gives the command a session of its own: it has no terminal to write to, and it
// can be ended together with what it started.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Cancel = func() error { return end(cmd) }
}

func end(cmd *exec.Cmd) error {
	if cmd.Process == nil || cmd.Process.Pid <= 1 {
		return nil
	}
	return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
}
