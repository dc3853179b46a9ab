//go:build !unix

package store

// isReadOnlyDisk reports whether a file could not be made or opened because of its disk.
func isReadOnlyDisk(error) bool { return false }
