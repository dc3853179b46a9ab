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
)

// Text makes an untrusted string fit for one place on the screen (a title, an outlet's
// name, an error from a server): valid UTF-8 on one line, blanks folded, without control
// characters, escape sequences, direction controls and invisible characters.
func Text(s string) string {
	if tidy(s) {
		return s
	}
	return strings.Join(strings.Fields(clean(s, false)), " ")
}

// tidy reports whether a string is printable ASCII without blanks to fold: most are.
func tidy(s string) bool {
	blank := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < 0x20 || c >= 0x7f || c == ' ' && blank {
			return false
		}
		blank = c == ' '
	}
	return !blank || s == ""
}

// Title is Text, and "Untitled" where nothing visible is left.
func Title(s string) string {
	if s = Text(s); s != "" {
		return s
	}
	return "Untitled"
}

// Lines is Text for text of more than one line: newlines stay, a tab becomes four blanks.
func Lines(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 && r != '\n' || r >= 0x7f }) {
		return s
	}
	return clean(s, true)
}

// The bounds of one character as a reader sees it: no language or emoji needs more.
const (
	maxMarks  = 6  // combining marks on one letter
	maxJoined = 10 // joiners in one emoji
)

// clean takes everything out that a terminal could take for more than text. It looks at
// each byte once; an escape character is dropped wherever it stands, so that what is left
// when a sequence is cut out can make no new one.
func clean(s string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	marks, joined := 0, 0
	var last rune // the last character kept
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if n == 1 && r == utf8.RuneError {
			// Bytes that are no text; among them are the 8-bit forms of controls.
			b.WriteRune(utf8.RuneError)
			i++
			continue
		}
		if r == 0x1b || r >= 0x80 && r <= 0x9f {
			i += sequence(s[i:], r, n)
			continue
		}
		i += n
		switch {
		case r == '\n' && lines:
			marks, joined = 0, 0
		case r == '\t' && lines:
			b.WriteString("    ")
			continue
		case r == '\n', r == '\t', r == '\v', r == '\f', r == '\r', r == 0x2028, r == 0x2029, r == 0x85:
			if lines && r == '\r' {
				continue // \r\n keeps its newline
			}
			r = ' '
		case r < 0x20, r == 0x7f:
			continue
		case r < 0x7f:
			marks, joined = 0, 0
		case hidden(r):
			continue
		case r == 0x200c, r == 0x200d: // joiners: within words of scripts that need them, and emoji
			if last < 0x300 || unicode.IsSpace(last) || last == 0x200c || last == 0x200d || joined >= maxJoined {
				continue
			}
			joined++
		case r >= 0xe0020 && r <= 0xe007f: // tags: only behind the flag that they spell out
			if !(last == 0x1f3f4 || last >= 0xe0020 && last <= 0xe007e) || joined >= maxJoined {
				continue
			}
			joined++
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors
			if last <= 0x20 || unicode.IsSpace(last) || last >= 0xfe00 && last <= 0xfe0f || last >= 0xe0100 && last <= 0xe01ef {
				continue
			}
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
			if last != 0x200d {
				joined = 0
			}
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// hidden reports characters that turn the direction of text, that nobody sees, or that
// mean something to a terminal: they are never kept.
func hidden(r rune) bool {
	switch {
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f, r == 0x61c: // direction
		return true
	case r == 0xad, r == 0x200b, r >= 0x2060 && r <= 0x2065, r >= 0x206a && r <= 0x206f, r == 0xfeff, r == 0x180e, r == 0x34f, r >= 0xfff9 && r <= 0xfffb:
		return true
	case r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0, r == 0x17b4, r == 0x17b5: // fillers
		return true
	case r == 0xe0001, r >= 0xe0000 && r <= 0xe001f, r == 0x10eeee: // language tags; the placeholder of kitty's pictures
		return true
	}
	return r&0xfffe == 0xfffe || r >= 0xfdd0 && r <= 0xfdef // no characters at all
}

// maxSequence is the longest a control string is looked for; of a longer one only the
// introducer goes and the rest is shown as text.
const maxSequence = 4096

// sequence is the length of the escape sequence that s begins with (ECMA-48): of CSI up
// to its final byte, of OSC, DCS, SOS, PM and APC up to their end, in 7-bit and in 8-bit
// form.
func sequence(s string, r rune, n int) int {
	kind := byte(r - 0x40)
	at := n
	if r == 0x1b {
		if len(s) < 2 {
			return n
		}
		kind, at = s[1], 2
		if kind < 0x20 || kind > 0x7e {
			return n
		}
	}
	switch kind {
	case '[':
		for i := at; i < len(s) && i < at+64; i++ {
			switch c := s[i]; {
			case c >= 0x40 && c <= 0x7e:
				return i + 1
			case c < 0x20 || c > 0x7e:
				return i
			}
		}
		return at
	case ']', 'P', 'X', '^', '_':
		for i := at; i < len(s) && i < at+maxSequence; i++ {
			switch {
			case s[i] == 0x07:
				return i + 1
			case s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\':
				return i + 2
			case s[i] == 0xc2 && i+1 < len(s) && s[i+1] == 0x9c:
				return i + 2
			case s[i] == 0x1b || s[i] == '\n':
				return i // it was broken off
			}
		}
		return at
	}
	if r != 0x1b {
		return n
	}
	if kind >= 0x20 && kind <= 0x2f && len(s) > 2 && s[2] >= 0x30 && s[2] <= 0x7e {
		return 3 // a character set
	}
	if kind >= 0x30 {
		return 2
	}
	return n
}

// Link reports whether an address may be opened, or written into a hyperlink: http and
// https with a host, and mailto; printable ASCII only.
func Link(s string) bool {
	if len(s) > 8192 {
		return false
	}
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

// Host is the host that an address really leads to, as it is to be shown: without user,
// with a name in other letters in its ASCII form.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return Text(strings.ToLower(u.Host))
}
