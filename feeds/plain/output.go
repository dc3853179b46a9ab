package plain

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Output is the last gate, for what a renderer made of outside text: of escape sequences
// only SGR (without conceal and blink) and OSC 8 hyperlinks to http, https and mailto
// pass; of control characters only the newline. Links are closed at the end.
func Output(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' || r >= 0x7f }) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	open := false
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], 0x1b)
		if at != 0 { // what stands before the next sequence
			if at < 0 {
				at = len(s) - i
			}
			b.WriteString(Lines(s[i : i+at]))
			i += at
			continue
		}
		n := sequence(s[i:], 0x1b, 1)
		seq := s[i : i+n]
		i += n
		switch {
		case strings.HasPrefix(seq, "\x1b[") && seq[len(seq)-1] == 'm':
			if style(seq[2 : len(seq)-1]) {
				b.WriteString(seq)
			}
		case strings.HasPrefix(seq, "\x1b]8;"):
			data := strings.TrimSuffix(strings.TrimSuffix(seq[4:], "\x07"), "\x1b\\")
			params, link, ok := strings.Cut(data, ";")
			if !ok || link == "" || !Link(link) || len(seq) == len(data)+4 {
				if open {
					b.WriteString(ansi.ResetHyperlink())
					open = false
				}
				continue
			}
			if !strings.HasPrefix(params, "id=") || strings.Trim(params[3:], "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_.") != "" {
				params = ""
			}
			b.WriteString("\x1b]8;" + params + ";" + link + "\x07")
			open = true
		}
	}
	if open {
		b.WriteString(ansi.ResetHyperlink())
	}
	return b.String()
}

// style reports whether the parameters of an SGR may pass: digits with ; or : between
// them, without blink (5, 6) and conceal (8).
func style(params string) bool {
	if len(params) > 64 || strings.Trim(params, "0123456789;:") != "" {
		return false
	}
	ps := strings.Split(params, ";") // an empty one counts: it is a 0
	for i := 0; i < len(ps); i++ {
		first, _, _ := strings.Cut(ps[i], ":")
		switch first = strings.TrimLeft(first, "0"); first {
		case "5", "6", "8":
			return false
		case "38", "48", "58": // the numbers of a colour follow
			if strings.Contains(ps[i], ":") {
				break // its numbers stand with it
			}
			if i+1 < len(ps) && ps[i+1] == "5" {
				i += 2
			} else if i+1 < len(ps) && ps[i+1] == "2" {
				i += 4
			}
		}
	}
	return true
}

// Markdown makes untrusted Markdown fit for a renderer that decodes character references
// as it draws: references to control characters, with or without their semicolon and
// however often they were encoded, are made visible. What is drawn still has to pass
// Output.
func Markdown(s string) string {
	s = Lines(s)
	if !strings.Contains(s, "&") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		b.WriteByte(s[i])
		if s[i] == '&' && controls(s[i+1:]) {
			b.WriteString("amp;")
		}
	}
	return b.String()
}

// controls reports whether what follows an & makes it a reference to a character that
// clean would not let pass: &#27; &#x1b &NewLine; &Tab; and direction marks by name.
func controls(s string) bool {
	for _, name := range [...]string{"Tab;", "NewLine;", "lrm;", "rlm;", "zwsp;", "shy;", "ZeroWidthSpace;", "NoBreak;", "InvisibleTimes;", "InvisibleComma;", "ic;", "it;", "af;", "ApplyFunction;"} {
		if strings.HasPrefix(s, name) {
			return true
		}
	}
	if len(s) < 2 || s[0] != '#' {
		return false
	}
	base, i := 10, 1
	if s[1] == 'x' || s[1] == 'X' {
		base, i = 16, 2
	}
	v, digits := 0, 0
	for ; i < len(s); i++ {
		c := s[i] | 0x20
		d := -1
		switch {
		case s[i] >= '0' && s[i] <= '9':
			d = int(s[i] - '0')
		case base == 16 && c >= 'a' && c <= 'f':
			d = int(c-'a') + 10
		}
		if d < 0 {
			break
		}
		digits++
		if v = v*base + d; v > 0x10ffff {
			return true
		}
	}
	if digits == 0 {
		return false
	}
	r := rune(v)
	return r < 0x20 || r >= 0x7f && r <= 0x9f || hidden(r) || r == 0x2028 || r == 0x2029 || r >= 0xe0000 && r <= 0xe007f
}
