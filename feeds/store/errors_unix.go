//go:build unix

package store

import (
	"errors"
	"syscall"
)

// isReadOnlyDisk reports whether a file could not be made or opened because of its disk.
func isReadOnlyDisk(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
