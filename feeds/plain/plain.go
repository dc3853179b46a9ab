// Package plain is the border control for text. Clean at the border: what comes from
// outside passes Text, Lines or Markdown when it is parsed, so that no control character,
// escape sequence, direction override or invisible trick is ever stored or measured. Gate
// at the way out: what a renderer made of it passes Output, an allow-list, because
// renderers decode references themselves.
//
// It knows nothing of news or style. Start at Text and Output.
package plain

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// Text makes an untrusted string fit for one place on the screen (a title, an outlet's
// name, an error from a server): valid UTF-8 on one line, blanks folded, without control
// characters, escape sequences, direction controls and invisible characters.
func Text(s string) string { return strings.Join(strings.Fields(clean(s, false)), " ") }

// Lines is Text for text of more than one line: newlines stay, a tab becomes four blanks.
func Lines(s string) string { return clean(s, true) }

// Markdown makes untrusted Markdown fit for a renderer that decodes character references
// as it draws: references to control characters are made visible. Its output still has
// to pass Output once it is rendered.
func Markdown(s string) string { return Lines(s) }

// Output is the last gate, for what a renderer made of outside text: of escape sequences
// only SGR (without conceal and blink) and OSC 8 hyperlinks to http, https and mailto
// pass; of control characters only the newline.
func Output(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	p := ansi.NewParser()
	var state byte
	for len(s) > 0 {
		seq, width, n, next := ansi.DecodeSequence(s, state, p)
		state, s = next, s[n:]
		switch {
		case width > 0:
			b.WriteString(clean(seq, false))
		case seq == "\n":
			b.WriteByte('\n')
		case ansi.HasCsiPrefix(seq) && p.Command() == 'm':
			b.WriteString(seq)
		}
	}
	return b.String()
}

// Link reports whether an address may be opened, or written into a hyperlink: http and
// https with a host, and mailto; printable ASCII only.
func Link(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	u, err := url.Parse(s)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https":
		return u.Host != ""
	case "mailto":
		return true
	}
	return false
}

func clean(s string, lines bool) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n', r == '\t', r == '\r', r == '\v', r == '\f':
			return ' '
		case unicode.Is(unicode.Cc, r), r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, s)
}
