// Package cells measures and cuts text in the cells of a terminal. What it is given may
// hold SGR and OSC 8 sequences; everything else was cleaned before. It knows nothing of
// panes or styles.
package cells

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Width is how many cells a line takes.
func Width(s string) int {
	if ascii(s) {
		return len(s)
	}
	return ansi.StringWidth(s)
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Cut shortens a line to at most w cells; what is cut off is told by tail, which must
// be one cell wide.
func Cut(s string, w int, tail string) string {
	switch {
	case w <= 0:
		return ""
	case Width(s) <= w:
		return s
	}
	return ansi.Truncate(s, w, tail)
}

// Fit makes a line exactly w cells wide, cut or filled with blanks.
func Fit(s string, w int, tail string) string {
	if w <= 0 {
		return ""
	}
	s = Cut(s, w, tail)
	if n := w - Width(s); n > 0 {
		return s + Blank(n)
	}
	return s
}

// Right makes a line exactly w cells wide with its text at the right end.
func Right(s string, w int, tail string) string {
	s = Cut(s, w, tail)
	return Blank(w-Width(s)) + s
}

const blanks = "                                                                                                                                "

// Blank is n blanks.
func Blank(n int) string {
	switch {
	case n <= 0:
		return ""
	case n <= len(blanks):
		return blanks[:n]
	}
	return strings.Repeat(" ", n)
}

// Block makes lines a block of exactly w by h cells.
func Block(lines []string, w, h int) []string {
	if w <= 0 || h <= 0 {
		return nil
	}
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Fit(lines[i], w, "…")
		} else {
			out[i] = Blank(w)
		}
	}
	return out
}

// Over lays a piece of exactly n cells over a line of w cells, from cell x on. A wide
// character of the line that is only half covered becomes a blank.
func Over(line, piece string, x, n, w int) string {
	left := Fit(ansi.Cut(line, 0, x), x, "")
	room := w - x - n
	if room <= 0 {
		return left + piece
	}
	right := ansi.Cut(line, x+n, w)
	if Width(right) > room {
		right = ansi.Cut(line, x+n+1, w)
	}
	return left + piece + Blank(room-Width(right)) + right
}
