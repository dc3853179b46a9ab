package parse

import (
	"strings"

	"nightdesk/feeds/plain"
)

// person is the name in an author's element: "mail (name)", "name <mail>", a name, or
// elements of which one is <name>. An address of mail stands in for a name only where
// there is no other.
func (r reader) person(value string) string {
	p := r.piece(value)
	if p == nil {
		return ""
	}
	if raw := string(bound(p.raw)); strings.Contains(raw, "name>") && hasMarkup(p.raw) {
		_, in, _ := strings.Cut(raw, "name>")
		in, _, _ = strings.Cut(in, "</")
		return name(unescape([]byte(in)))
	}
	return name(p.plain())
}

func (r reader) personParts(n, mail string) string {
	if s := r.plain(n); s != "" {
		return name(s)
	}
	return name(r.plain(mail))
}

func name(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '('); i > 0 && strings.HasSuffix(s, ")") {
		if out, in := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:len(s)-1]); in != "" && strings.Contains(out, "@") {
			s = in
		} else if strings.Contains(in, "@") {
			s = out
		}
	}
	if i := strings.IndexByte(s, '<'); i >= 0 && strings.HasSuffix(s, ">") && strings.Contains(s[i:], "@") {
		if out := strings.TrimSpace(s[:i]); out != "" {
			s = strings.Trim(out, `"' `)
		} else {
			s = s[1 : len(s)-1]
		}
	}
	if looksHTML(s) {
		s = plainText(s)
	}
	return clip(plain.Text(strings.TrimPrefix(s, "mailto:")), maxAuthor)
}

func index(s, sub string) int { return strings.Index(s, sub) }

func splitComma(s string) []string {
	var out []string
	for p := range strings.SplitSeq(s, ",") {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// isImage reports whether an address ends like a picture's.
func isImage(u string) bool {
	u, _, _ = strings.Cut(strings.ToLower(u), "?")
	for _, e := range [...]string{".jpg", ".jpeg", ".png", ".gif", ".webp", ".avif"} {
		if strings.HasSuffix(u, e) {
			return true
		}
	}
	return false
}
