package parse

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"
	"unicode/utf8"
)

// maxRaw is how much of one text is looked at.
const maxRaw = 4 << 20

// text is a text and whether it is HTML.
type text struct {
	s    string
	html bool
	base string // what relative links in it are relative to, "" if the feed does not say
	lang string
}

// plain is the piece without markup of any meaning: an address, a date, an id.
func (p *piece) plain() string {
	if p == nil {
		return ""
	}
	if p.attr {
		return strings.TrimSpace(html.UnescapeString(string(bound(p.raw))))
	}
	return strings.TrimSpace(unescape(bound(p.raw)))
}

func bound(b []byte) []byte {
	if len(b) > maxRaw {
		b = b[:maxRaw]
	}
	return b
}

// text is the piece as the kind of text that its format and its attributes say it is. A
// text of no stated kind, and one that is said to be plain and shows that it is not, is
// HTML if it looks like HTML.
func (p *piece) text() text {
	if p == nil {
		return text{}
	}
	raw := bound(p.raw)
	t := text{base: p.base, lang: p.lang}
	typ, mode := strings.ToLower(strings.TrimSpace(p.typ)), strings.ToLower(p.mode)
	switch {
	case p.attr:
		t.s = p.plain()
		t.html = looksHTML(t.s)
		return t
	case mode == "base64" || isBinary(typ):
		b := bytes.Map(func(r rune) rune {
			if r <= ' ' {
				return -1
			}
			return r
		}, raw)
		if d, err := base64.StdEncoding.DecodeString(string(b)); err == nil {
			if !utf8.Valid(d) {
				return t
			}
			t.s = strings.TrimSpace(string(d))
			t.html = strings.Contains(typ, "html") || looksHTML(t.s)
			return t
		}
	}
	markup := hasMarkup(raw)
	switch {
	case markup && (strings.Contains(typ, "xml") || mode == "xml" || mode == "" && !bytes.Contains(raw, []byte("<![CDATA["))):
		t.s, t.html = markupOf(raw), true
	case strings.Contains(typ, "html"):
		t.s, t.html = unescape(raw), true
	default:
		t.s = unescape(raw)
		t.html = looksHTML(t.s)
	}
	t.s = strings.TrimSpace(t.s)
	return t
}

// isBinary reports whether an Atom content of this type is base64.
func isBinary(typ string) bool {
	for _, p := range [...]string{"image/", "audio/", "video/", "application/octet-stream", "application/pdf", "application/zip"} {
		if strings.HasPrefix(typ, p) && !strings.Contains(typ, "xml") {
			return true
		}
	}
	return false
}

// hasMarkup reports whether tags stand in a text outside of CDATA.
func hasMarkup(raw []byte) bool {
	for {
		i := bytes.IndexByte(raw, '<')
		if i < 0 || i+1 >= len(raw) {
			return false
		}
		raw = raw[i:]
		switch {
		case bytes.HasPrefix(raw, []byte("<![CDATA[")):
			_, rest, ok := bytes.Cut(raw, []byte("]]>"))
			if !ok {
				return false
			}
			raw = rest
		case raw[1] == '/' || nameEnd(raw, 1) > 1:
			return true
		default:
			raw = raw[1:]
		}
	}
}

// markupOf is markup that stands in the document as such, made HTML: its CDATA sections
// are text, prefixes for XHTML go.
func markupOf(raw []byte) string {
	if !bytes.Contains(raw, []byte("<![CDATA[")) && !bytes.Contains(raw, []byte(":")) {
		return string(raw)
	}
	var b strings.Builder
	b.Grow(len(raw))
	for len(raw) > 0 {
		i := bytes.IndexByte(raw, '<')
		if i < 0 {
			i = len(raw)
		}
		b.Write(raw[:i])
		raw = raw[i:]
		if bytes.HasPrefix(raw, []byte("<![CDATA[")) {
			in, rest, _ := bytes.Cut(raw[len("<![CDATA["):], []byte("]]>"))
			b.WriteString(html.EscapeString(string(in)))
			raw = rest
			continue
		}
		if len(raw) == 0 {
			break
		}
		k := 1
		if k < len(raw) && raw[k] == '/' {
			k++
		}
		b.Write(raw[:k])
		e := nameEnd(raw, k)
		if c := bytes.LastIndexByte(raw[k:e], ':'); c >= 0 { // <xhtml:p>
			k += c + 1
		}
		b.Write(raw[k:e])
		raw = raw[e:]
	}
	return b.String()
}

// unescape resolves XML's references, HTML's names for characters too, and CDATA
// sections. References without their semicolon stay as they are: they are parts of
// addresses more often than characters. An unknown one stays too.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '<') < 0 {
		return string(raw)
	}
	var b strings.Builder
	b.Grow(len(raw))
	for len(raw) > 0 {
		i := bytes.IndexAny(raw, "&<")
		if i < 0 {
			b.Write(raw)
			break
		}
		b.Write(raw[:i])
		raw = raw[i:]
		switch {
		case raw[0] == '&':
			n := writeReference(&b, raw)
			raw = raw[n:]
		case bytes.HasPrefix(raw, []byte("<![CDATA[")):
			in, rest, _ := bytes.Cut(raw[len("<![CDATA["):], []byte("]]>"))
			b.Write(in)
			raw = rest
		case bytes.HasPrefix(raw, []byte("<!--")) && bytes.Contains(raw[:min(len(raw), 1<<16)], []byte("-->")):
			_, raw, _ = bytes.Cut(raw, []byte("-->"))
		default:
			b.WriteByte('<')
			raw = raw[1:]
		}
	}
	return b.String()
}

// writeReference writes what the reference at the start of raw stands for and returns how
// many bytes it took: the "&" alone if it is none.
func writeReference(b *strings.Builder, raw []byte) int {
	w := raw[:min(len(raw), 40)]
	e := bytes.IndexByte(w, ';')
	if e < 2 {
		b.WriteByte('&')
		return 1
	}
	for _, c := range w[1:e] {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '#') {
			b.WriteByte('&')
			return 1
		}
	}
	switch string(w[1:e]) {
	case "amp":
		b.WriteByte('&')
		return e + 1
	case "lt":
		b.WriteByte('<')
		return e + 1
	case "gt":
		b.WriteByte('>')
		return e + 1
	case "quot":
		b.WriteByte('"')
		return e + 1
	}
	span := string(w[:e+1])
	dec := html.UnescapeString(span)
	if strings.HasSuffix(dec, ";") { // only a part of it was a name
		b.WriteByte('&')
		return 1
	}
	b.WriteString(dec)
	return e + 1
}

// looksHTML reports whether a text of no stated kind is HTML: it has a tag that HTML
// knows, or a reference.
func looksHTML(s string) bool {
	for i := 0; i < len(s); i++ {
		k := strings.IndexAny(s[i:], "<&")
		if k < 0 {
			return false
		}
		i += k
		if s[i] == '&' {
			e := strings.IndexByte(s[i:min(len(s), i+34)], ';')
			if e > 1 {
				ref := s[i : i+e+1]
				if d := html.UnescapeString(ref); d != ref && !strings.HasSuffix(d, ";") {
					return true
				}
			}
			continue
		}
		j := i + 1
		if j < len(s) && s[j] == '/' {
			j++
		}
		e := j
		for e < len(s) && e-j < 12 && ('a' <= s[e]|0x20 && s[e]|0x20 <= 'z' || '0' <= s[e] && s[e] <= '9') {
			e++
		}
		if e > j && e < len(s) && (s[e] == '>' || s[e] == '/' || isSpace(s[e])) && knownElement(s[j:e]) {
			return strings.IndexByte(s[e:], '>') >= 0
		}
	}
	return false
}
