package theme

import (
	"fmt"
	"strconv"
	"strings"
)

// A look is what a role looks like, taken apart.
type look struct {
	bold, faint, italic, underline, reverse, strike bool
	fg, bg                                          string // "#rrggbb", a number up to 255, or ""
}

// colours are the sixteen that every terminal lets its owner choose.
var colours = [16]string{
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta", "bright-cyan", "bright-white",
}

var attributes = [...]string{"bold", "faint", "italic", "underline", "reverse", "strike"}

// parseLook reads a look: words with blanks between. bold, faint, italic, underline,
// reverse and strike; a colour; "on" and a colour for the background. A colour is
// #rrggbb, #rgb, a number from 0 to 255, or one of the sixteen by name. "none" and ""
// are the look of plain text.
func parseLook(s string) (look, error) {
	var l look
	back := false
	for word := range strings.FieldsSeq(strings.ToLower(s)) {
		switch word {
		case "none", "default":
			continue
		case "bold":
			l.bold = true
		case "faint", "dim":
			l.faint = true
		case "italic":
			l.italic = true
		case "underline":
			l.underline = true
		case "reverse":
			l.reverse = true
		case "strike":
			l.strike = true
		case "on":
			back = true
			continue
		default:
			c, ok := colour(word)
			if !ok {
				known := append(append([]string{"none", "on"}, attributes[:]...), colours[:]...)
				return look{}, fmt.Errorf("%q is no colour and no attribute%s", word, meant(word, known))
			}
			if back {
				l.bg = c
			} else {
				l.fg = c
			}
		}
		back = false
	}
	if back {
		return look{}, fmt.Errorf("%q: a colour is missing after \"on\"", s)
	}
	return l, nil
}

// colour is "#rrggbb" or a decimal number of the palette.
func colour(word string) (string, bool) {
	for i, n := range colours {
		if word == n {
			return strconv.Itoa(i), true
		}
	}
	if word == "gray" || word == "grey" {
		return "8", true
	}
	if hex, ok := strings.CutPrefix(word, "#"); ok {
		if len(hex) == 3 {
			hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
		}
		if _, err := strconv.ParseUint(hex, 16, 32); err != nil || len(hex) != 6 {
			return "", false
		}
		return "#" + hex, true
	}
	n, err := strconv.ParseUint(word, 10, 8)
	return strconv.FormatUint(n, 10), err == nil
}

// sgr is the sequence that begins the look; colours only if there may be any.
func (l look) sgr(depth Depth) string {
	var p []string
	for _, a := range [...]struct {
		on   bool
		code string
	}{{l.bold, "1"}, {l.faint, "2"}, {l.italic, "3"}, {l.underline, "4"}, {l.reverse, "7"}, {l.strike, "9"}} {
		if a.on {
			p = append(p, a.code)
		}
	}
	if depth != NoColor {
		p = append(p, code(l.fg, 30)...)
		p = append(p, code(l.bg, 40)...)
	}
	if len(p) == 0 {
		return ""
	}
	return "\x1b[" + strings.Join(p, ";") + "m"
}

func code(c string, base int) []string {
	if c == "" {
		return nil
	}
	if hex, ok := strings.CutPrefix(c, "#"); ok {
		n, _ := strconv.ParseUint(hex, 16, 32)
		return []string{strconv.Itoa(base + 8), "2", strconv.Itoa(int(n >> 16)), strconv.Itoa(int(n >> 8 & 255)), strconv.Itoa(int(n & 255))}
	}
	n, _ := strconv.Atoi(c)
	switch {
	case n < 8:
		return []string{strconv.Itoa(base + n)}
	case n < 16:
		return []string{strconv.Itoa(base + 60 + n - 8)}
	}
	return []string{strconv.Itoa(base + 8), "5", c}
}
