package find

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf16"

	"nightdesk/feeds/plain"
)

// sniffed is how far into a document LooksLikeFeed looks. Generators put comments of
// some kilobytes before the root.
const sniffed = 16 << 10

// LooksLikeFeed reports whether bytes are a feed, well-formed or not: RSS, RDF, Atom,
// CDF or JSON Feed, in any encoding that shows ASCII, or UTF-16 or 32.
func LooksLikeFeed(b []byte) bool { return format(b) != "" }

// format is "rss", "atom" or "json", or "" for what is no feed.
func format(b []byte) string {
	head := ascii(b[:min(len(b), sniffed)])
	head = bytes.TrimLeft(head, " \t\r\n\x00")
	if len(head) > 0 && (head[0] == '{' || head[0] == '[') {
		return jsonFormat(head)
	}
	lower := bytes.ToLower(head)
	for i := 0; i < len(lower); {
		at := bytes.IndexByte(lower[i:], '<')
		if at < 0 {
			return ""
		}
		i += at + 1
		rest := lower[i:]
		switch {
		case bytes.HasPrefix(rest, []byte("!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return ""
			}
			i += end + 3
			continue
		case len(rest) == 0:
			return ""
		case rest[0] == '!' || rest[0] == '?':
			continue // its end is no "<", and what an internal subset holds is none of these
		}
		name := rest[:len(rest)-len(bytes.TrimLeft(rest, "abcdefghijklmnopqrstuvwxyz0123456789-_.:"))]
		if colon := bytes.LastIndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		switch string(name) {
		case "rss":
			return "rss"
		case "feed", "entry":
			return "atom"
		case "rdf":
			if bytes.Contains(rest, []byte("purl.org/rss")) || bytes.Contains(rest, []byte("netscape.com/rdf")) ||
				bytes.Contains(rest, []byte("<channel")) || bytes.Contains(rest, []byte("<item")) {
				return "rss"
			}
			return ""
		case "channel", "item":
			if bytes.Contains(rest, []byte("<title")) || bytes.Contains(rest, []byte("<item")) {
				return "rss"
			}
			return ""
		case "":
			continue // a "<" of the junk before the document
		case "html", "head", "body", "opml", "svg", "urlset", "sitemapindex", "div", "p", "script", "meta", "title", "h1":
			return ""
		default:
			// Some other element. Junk may come before a document, and markup is junk.
		}
		if i > 4<<10 {
			return ""
		}
	}
	return ""
}

// jsonFormat looks for what every JSON Feed has: its version's address, or items beside
// a version.
func jsonFormat(b []byte) string {
	if bytes.Contains(b, []byte("jsonfeed.org")) {
		return "json"
	}
	if b[0] == '{' && bytes.Contains(b, []byte(`"items"`)) &&
		(bytes.Contains(b, []byte(`"home_page_url"`)) || bytes.Contains(b, []byte(`"feed_url"`)) ||
			bytes.Contains(b, []byte(`"content_html"`)) || bytes.Contains(b, []byte(`"content_text"`))) {
		return "json"
	}
	return ""
}

// ascii brings UTF-16 and UTF-32 to bytes that show ASCII, and leaves the rest alone.
func ascii(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if len(b) < 4 {
		return b
	}
	wide, low := 0, 0
	switch {
	case b[0] == 0 && b[1] == 0 && (b[2] == 0xfe && b[3] == 0xff || b[2] == 0 && b[3] != 0):
		wide, low = 4, 3
	case b[0] == 0xff && b[1] == 0xfe && b[2] == 0 && b[3] == 0, b[0] != 0 && b[1] == 0 && b[2] == 0 && b[3] == 0:
		wide, low = 4, 0
	case b[0] == 0xfe && b[1] == 0xff, b[0] == 0 && b[1] != 0:
		wide, low = 2, 1
	case b[0] == 0xff && b[1] == 0xfe, b[0] != 0 && b[1] == 0 && b[2] != 0 && b[3] == 0:
		wide, low = 2, 0
	default:
		return b
	}
	out := make([]byte, 0, len(b)/wide)
	for i := 0; i+wide <= len(b); i += wide {
		ch := b[i+low]
		for k := range wide {
			if k != low && b[i+k] != 0 {
				ch = '?'
			}
		}
		if i == 0 && ch == '?' {
			continue // the byte order mark
		}
		out = append(out, ch)
	}
	return out
}

// title is the feed's own title, read cheaply: for a choice that a person makes, not for
// keeping. "" where it is not plain to see.
func title(b []byte) string {
	head := b[:min(len(b), sniffed)]
	if format(head) == "json" {
		return jsonTitle(head)
	}
	if wide := ascii(head); len(wide) < len(head)-3 {
		return "" // letters other than ASCII are gone
	}
	lower := bytes.ToLower(head)
	if len(lower) != len(head) {
		return "" // letters whose other case has another length
	}
	from := bytes.Index(lower, []byte("<title"))
	if from < 0 {
		return ""
	}
	open := bytes.IndexByte(lower[from:], '>')
	if open < 0 {
		return ""
	}
	from += open + 1
	end := bytes.Index(lower[from:], []byte("</title"))
	if end < 0 {
		return ""
	}
	s := string(head[from : from+end])
	if inner, ok := strings.CutPrefix(strings.TrimSpace(s), "<![CDATA["); ok {
		s = strings.TrimSuffix(strings.TrimSpace(inner), "]]>")
	}
	return tidy(html.UnescapeString(s))
}

// jsonTitle is the value of the first "title" of a JSON document.
func jsonTitle(b []byte) string {
	at := bytes.Index(b, []byte(`"title"`))
	if at < 0 {
		return ""
	}
	rest := bytes.TrimLeft(b[at+len(`"title"`):], " \t\r\n:")
	if len(rest) == 0 || rest[0] != '"' {
		return ""
	}
	for i := 1; i < len(rest); i++ {
		switch rest[i] {
		case '\\':
			i++
		case '"':
			return tidy(jsonString(string(rest[1:i])))
		}
	}
	return ""
}

// jsonString takes the escapes of a JSON string away.
func jsonString(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var units []uint16
	var b strings.Builder
	flush := func() { b.WriteString(string(utf16.Decode(units))); units = units[:0] }
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 >= len(s) {
			flush()
			b.WriteByte(s[i])
			continue
		}
		i++
		if s[i] == 'u' && i+4 < len(s) {
			var n uint16
			for _, h := range []byte(s[i+1 : i+5]) {
				n = n<<4 | uint16(strings.IndexByte("0123456789abcdef", h|0x20)&15)
			}
			units = append(units, n)
			i += 4
			continue
		}
		flush()
		if s[i] == 'n' || s[i] == 't' || s[i] == 'r' {
			b.WriteByte(' ')
		} else {
			b.WriteByte(s[i])
		}
	}
	flush()
	return b.String()
}

// tidy makes a title fit to be shown.
func tidy(s string) string {
	s = plain.Text(s)
	if r := []rune(s); len(r) > 200 {
		s = string(r[:199]) + "…"
	}
	return s
}
