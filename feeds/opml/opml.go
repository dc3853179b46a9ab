// Package opml reads and writes lists of subscriptions (OPML 2.0, http://opml.org/spec2.opml).
// Lists in the wild are often no XML at all: reading takes every address that a person
// could read out of one. It does no I/O. Start at Read and Write.
package opml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// The bounds of a list.
const (
	maxFeeds  = 20_000
	maxFolder = 16       // folders within one another
	maxTag    = 64 << 10 // bytes that the attributes of one outline are looked for in
)

// ErrNone says that a document names no feed.
var ErrNone = errors.New("no feed is named in it; is it an OPML file?")

// Read is every feed that a list names, each address once, in the order of the list. It
// does not need well-formed XML: it looks for outline tags and reads their attributes as
// they stand, an unescaped & or a missing end included.
func Read(doc []byte) ([]feeds.Subscription, error) {
	text := decode(doc)
	var out []feeds.Subscription
	seen := make(map[string]bool)
	var folders []string
	unended := false // a comment was begun that never ends
	for at := 0; at < len(text) && len(out) < maxFeeds; {
		i := strings.IndexByte(text[at:], '<')
		if i < 0 {
			break
		}
		at += i
		rest := text[at:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			if !unended {
				if end := strings.Index(rest, "-->"); end >= 0 {
					at += end
					continue
				}
				unended = true // and so is every later one
			}
			at++
		case len(rest) > 9 && strings.EqualFold(rest[:9], "</outline"):
			if len(folders) > 0 {
				folders = folders[:len(folders)-1]
			}
			at += 9
		case len(rest) > 9 && strings.EqualFold(rest[:8], "<outline") && !isName(rest[8]):
			attrs, n, closed := attributes(rest[8:])
			if attrs["xmlurl"] == "" { // a description with unescaped markup may hide it
				if url, end, ok := hidden(rest[8:]); ok {
					attrs["xmlurl"], n, closed = url, end, strings.HasSuffix(strings.TrimSpace(rest[8:8+end]), "/>")
				}
			}
			at += 8 + n
			url := strings.TrimSpace(first(attrs["xmlurl"], attrs["feedurl"]))
			if url == "" && strings.EqualFold(attrs["type"], "rss") {
				url = strings.TrimSpace(attrs["url"])
			}
			title := plain.Text(first(attrs["title"], attrs["text"]))
			if strings.HasPrefix(url, "feed://") {
				url = "http://" + url[len("feed://"):]
			}
			url = strings.TrimPrefix(url, "feed:")
			if plain.Link(url) && !strings.HasPrefix(strings.ToLower(url), "mailto:") {
				if !seen[url] {
					seen[url] = true
					s := feeds.Subscription{URL: url, Title: title, Folder: strings.Join(named(folders), "/")}
					if site := strings.TrimSpace(attrs["htmlurl"]); plain.Link(site) {
						s.Site = site
					}
					out = append(out, s)
				}
				title = ""
			}
			if !closed && len(folders) < 4*maxFolder {
				folders = append(folders, title)
			}
		default:
			at++
		}
	}
	if len(out) == 0 {
		return nil, ErrNone
	}
	return out, nil
}

// hidden finds xmlUrl="…" anywhere before the next outline; end is where that begins.
func hidden(s string) (url string, end int, ok bool) {
	end = min(len(s), maxTag)
	for i := 0; i < end; i++ {
		if s[i] != '<' {
			continue
		}
		tag := strings.TrimPrefix(s[i+1:min(i+16, len(s))], "/")
		if len(tag) >= 7 && strings.EqualFold(tag[:7], "outline") {
			end = i
		}
	}
	i := strings.Index(strings.ToLower(s[:end]), "xmlurl=")
	if i < 0 || i+8 >= end || strings.ToLower(s[i:i+7]) != "xmlurl=" {
		return "", 0, false
	}
	q := s[i+7]
	if q != '"' && q != '\'' {
		return "", 0, false
	}
	n := strings.IndexByte(s[i+8:end], q)
	if n < 0 {
		return "", 0, false
	}
	return html.UnescapeString(s[i+8 : i+8+n]), end, true
}

// named leaves out what is no folder, such as a feed's outline that has an end tag.
func named(folders []string) []string {
	var out []string
	for _, f := range folders {
		if f != "" && len(out) < maxFolder {
			out = append(out, f)
		}
	}
	return out
}

func isName(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-'
}

// attributes reads a tag's attributes up to its end; n is how far that was.
func attributes(s string) (attrs map[string]string, n int, closed bool) {
	attrs = make(map[string]string)
	for n < len(s) {
		switch c := s[n]; {
		case c == '>':
			return attrs, n + 1, closed
		case c == '/':
			closed = true
			n++
		case c == '<': // the tag never ended
			return attrs, n, closed
		case isName(c):
			closed = false
			from := n
			for n < len(s) && (isName(s[n]) || s[n] == ':') {
				n++
			}
			key := strings.ToLower(s[from:n])
			for n < len(s) && (s[n] == ' ' || s[n] == '\n' || s[n] == '\r' || s[n] == '\t') {
				n++
			}
			if n >= len(s) || s[n] != '=' {
				continue
			}
			n++
			for n < len(s) && (s[n] == ' ' || s[n] == '\n' || s[n] == '\r' || s[n] == '\t') {
				n++
			}
			if n >= len(s) {
				return attrs, n, closed
			}
			var val string
			if q := s[n]; q == '"' || q == '\'' {
				end := strings.IndexByte(s[n+1:], q)
				if end < 0 {
					return attrs, len(s), closed
				}
				val = s[n+1 : n+1+end]
				n += end + 2
			} else {
				from := n
				for n < len(s) && !strings.ContainsRune(" \t\r\n>", rune(s[n])) {
					n++
				}
				val = strings.TrimSuffix(s[from:n], "/")
			}
			if _, twice := attrs[key]; !twice && len(val) < 1<<16 {
				attrs[key] = html.UnescapeString(val)
			}
		default:
			n++
		}
	}
	return attrs, n, closed
}

func decode(doc []byte) string {
	if utf8.Valid(doc) {
		return strings.TrimPrefix(string(doc), "\ufeff")
	}
	enc, name, _ := charset.DetermineEncoding(doc, declared(doc))
	if bytes.HasPrefix(doc, []byte{0xff, 0xfe}) || bytes.HasPrefix(doc, []byte{0xfe, 0xff}) {
		enc, name = charset.Lookup("utf-16")
	}
	_ = name
	if out, err := enc.NewDecoder().Bytes(doc); err == nil {
		return string(out)
	}
	return strings.ToValidUTF8(string(doc), "\uFFFD")
}

// declared is the encoding of an XML declaration, in the form of a content type.
func declared(doc []byte) string {
	head := string(doc[:min(len(doc), 200)])
	i := strings.Index(head, "encoding=")
	if i < 0 || i+11 > len(head) {
		return ""
	}
	q := head[i+9]
	end := strings.IndexByte(head[i+10:], q)
	if end < 0 {
		return ""
	}
	return "text/xml; charset=" + head[i+10:i+10+end]
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

// Write is a list of subscriptions as OPML 2.0, feeds in their folders. Secrets are not
// in it.
func Write(title string, subs []feeds.Subscription, now time.Time) []byte {
	var b bytes.Buffer
	esc := func(s string) string {
		var e bytes.Buffer
		_ = xml.EscapeText(&e, []byte(plain.Text(s)))
		return e.String()
	}
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n    <title>%s</title>\n    <dateCreated>%s</dateCreated>\n  </head>\n  <body>\n", esc(title), now.UTC().Format(time.RFC1123Z))
	var order []string
	in := make(map[string][]feeds.Subscription)
	for _, s := range subs {
		if in[s.Folder] == nil {
			order = append(order, s.Folder)
		}
		in[s.Folder] = append(in[s.Folder], s)
	}
	for _, folder := range order {
		indent := "    "
		if folder != "" {
			fmt.Fprintf(&b, "    <outline text=\"%s\" title=\"%s\">\n", esc(folder), esc(folder))
			indent = "      "
		}
		for _, s := range in[folder] {
			name := first(s.Title, s.URL)
			fmt.Fprintf(&b, "%s<outline type=\"rss\" text=\"%s\" title=\"%s\" xmlUrl=\"%s\"", indent, esc(name), esc(name), esc(s.URL))
			if s.Site != "" {
				fmt.Fprintf(&b, " htmlUrl=\"%s\"", esc(s.Site))
			}
			b.WriteString("/>\n")
		}
		if folder != "" {
			b.WriteString("    </outline>\n")
		}
	}
	b.WriteString("  </body>\n</opml>\n")
	return b.Bytes()
}
