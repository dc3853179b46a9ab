package parse

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// paragraphs takes plain text for what it is: its empty lines part paragraphs.
func (c *cleaner) paragraphs(s string) {
	for p := range strings.SplitSeq(strings.ReplaceAll(s, "\r\n", "\n"), "\n\n") {
		if strings.TrimSpace(p) == "" || c.isCut {
			continue
		}
		c.blank('\n')
		if c.keep {
			c.out = append(c.out, "<p>"...)
		}
		for i, line := range strings.Split(strings.TrimSpace(p), "\n") {
			if i > 0 {
				c.blank('\n')
				if c.keep {
					c.out = append(c.out, "<br>"...)
				}
			}
			c.write([]byte(line))
		}
		if c.keep {
			c.out = append(c.out, "</p>"...)
		}
	}
}

func (c *cleaner) attribute(name, value string) {
	if !c.keep {
		return
	}
	if len(value) > maxURL {
		value = strings.ToValidUTF8(value[:maxURL], "")
	}
	c.out = append(append(append(c.out, ' '), name...), `="`...)
	c.escape([]byte(value), true)
	c.out = append(c.out, '"')
}

// write adds text to both forms.
func (c *cleaner) write(s []byte) {
	if c.keep {
		c.escape(s, false)
	}
	c.plainly(s)
	c.full()
}

// full cuts at the bounds.
func (c *cleaner) full() {
	if c.keep && len(c.out) > maxHTML {
		n := maxHTML
		for n > 0 && n > maxHTML-4096 && c.out[n] != '<' && c.out[n] != ' ' {
			n--
		}
		if lt, gt := bytes.LastIndexByte(c.out[:n], '<'), bytes.LastIndexByte(c.out[:n], '>'); lt > gt { // not inside a tag
			n = lt
		}
		c.out = bytes.ToValidUTF8(c.out[:n], nil)
		c.isCut = true
	}
	if !c.keep && (len(c.text) >= maxText || c.enough > 0 && len(c.text) >= c.enough) {
		c.isCut = true
	}
}

// escape adds s to the HTML, without control characters.
func (c *cleaner) escape(s []byte, value bool) {
	from := 0
	for i := 0; i < len(s); {
		b := s[i]
		rep, n := "", 1
		switch {
		case b == '&':
			rep = "&amp;"
		case b == '<':
			rep = "&lt;"
		case b == '>':
			rep = "&gt;"
		case b == '"' && value:
			rep = "&#34;"
		case b < 0x20 && b != '\n' && b != '\t', b == 0x7f:
		case b < 0x80:
			i++
			continue
		default:
			var r rune
			r, n = utf8.DecodeRune(s[i:])
			if r >= 0xa0 && (r != utf8.RuneError || n > 1) && !hidden(r) {
				i += n
				continue
			}
		}
		c.out = append(append(c.out, s[from:i]...), rep...)
		i += n
		from = i
	}
	c.out = append(c.out, s[from:]...)
}

// hidden reports whether a character turns the direction of text or ends lines unseen.
func hidden(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 || r == 0xfeff || r >= 0xfff9 && r <= 0xfffb
}

// blank asks for a gap before the next text.
func (c *cleaner) blank(b byte) {
	if c.gap != '\n' {
		c.gap = b
	}
}

// plainly adds s to the text, with blanks folded and without control characters.
func (c *cleaner) plainly(s []byte) {
	if len(c.text) >= maxText {
		return
	}
	if room := maxText - len(c.text); len(s) > 4*room {
		s = bytes.ToValidUTF8(s[:4*room], nil)
	}
	for i := 0; i < len(s); {
		b := s[i]
		if b > 0x20 && b < 0x7f { // a run of plain letters
			j := i + 1
			for j < len(s) && s[j] > 0x20 && s[j] < 0x7f {
				j++
			}
			c.word(s[i:j])
			i = j
			continue
		}
		if b < 0x80 {
			if isSpace(b) {
				c.blank(' ')
			}
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		switch {
		case r == 0xa0 || r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Zs, r):
			c.blank(' ')
		case r < 0xa0 || hidden(r) || r == utf8.RuneError && n == 1 || r == 0xad || r == 0x200b:
		default:
			c.word(s[i : i+n])
		}
		i += n
	}
	if len(c.text) > maxText {
		c.text = bytes.ToValidUTF8(c.text[:maxText], nil)
	}
}

func (c *cleaner) word(s []byte) {
	if c.gap != 0 && len(c.text) > 0 {
		c.text = append(c.text, c.gap)
	}
	c.gap = 0
	c.text = append(c.text, s...)
}

// plainText is the text of HTML.
func plainText(src string) string {
	c := cleaner{}
	c.run(src)
	return string(c.text)
}

// PlainText is the text of an HTML fragment, without its scripts and styles, as a
// Story's Text is made.
func PlainText(fragment string) string { return plainText(fragment) }
