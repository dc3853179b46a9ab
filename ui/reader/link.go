package reader

import (
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/idna"

	"nightdesk/feeds/plain"
)

// prepareLink puts marks in the place of a link, if it is one that may be followed.
func (k *inker) prepareLink(parent ast.Node, n *ast.Link, dest string) {
	dest = address(html.UnescapeString(dest))
	words := strings.TrimSpace(plainText(n, k.src))
	ok := plain.Link(dest) && words != ""
	if ok {
		i, known := k.byURL[dest]
		if !known {
			k.links = append(k.links, Link{N: len(k.links) + 1, Text: plain.Text(words), URL: dest, Line: -1})
			i = len(k.links)
			k.byURL[dest] = i
		}
		parent.InsertBefore(parent, n, k.add(string(markOpen)+strconv.Itoa(i)+string(markText)))
	}
	for c := n.FirstChild(); c != nil; c = n.FirstChild() {
		n.RemoveChild(n, c)
		parent.InsertBefore(parent, n, c)
	}
	if ok {
		end := string(markClose)
		if h := elsewhere(words, dest); h != "" {
			end += encode(h)
		}
		parent.InsertBefore(parent, n, k.add(end+string(markClose)))
	}
	parent.RemoveChild(parent, n)
}

// address writes an address with other characters than ASCII as the web sends it: the
// host in Punycode, the rest in percent signs.
func address(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return r >= 0x7f || r <= ' ' }) < 0 {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && host != u.Hostname() {
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	u.RawQuery = strings.ReplaceAll(url.PathEscape(u.RawQuery), "%25", "%")
	return u.String()
}

// elsewhere is the host of a link whose text names another one, or "".
func elsewhere(words, dest string) string {
	u, err := url.Parse(dest)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if host == "" {
		return ""
	}
	for w := range strings.FieldsSeq(strings.ToLower(words)) {
		if _, after, ok := strings.Cut(w, "://"); ok {
			w = after
		}
		w = strings.Trim(w, "()[]{}<>\"'“”‘’.,:;!?…")
		if i := strings.IndexAny(w, "/:?#"); i >= 0 {
			w = w[:i]
		}
		if i := strings.LastIndexByte(w, '@'); i >= 0 {
			w = w[i+1:]
		}
		if !hostlike(w) {
			continue
		}
		w, h := strings.TrimPrefix(w, "www."), strings.TrimPrefix(host, "www.")
		if w != h && !strings.HasSuffix(h, "."+w) && !strings.HasSuffix(w, "."+h) {
			return host
		}
	}
	return ""
}

// hostlike reports whether a word reads as the name of a host.
func hostlike(w string) bool {
	last := strings.LastIndexByte(w, '.')
	if last <= 0 || len(w)-last < 3 {
		return false
	}
	for _, r := range w {
		if !(r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r > 0x7f) {
			return false
		}
	}
	for _, r := range w[last+1:] {
		if r >= '0' && r <= '9' {
			return false
		}
	}
	return true
}

// hyperlink begins an OSC 8 link, whose parts on several lines belong together.
func hyperlink(l Link) string { return ansi.SetHyperlink(l.URL, "id="+strconv.Itoa(l.N)) }
