package parse

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is the longest address that is kept.
const maxURL = 4096

// absolute is ref as an absolute http or https address of printable ASCII, resolved
// against base where it is relative, or "" if that can't be had.
func absolute(base, ref string) string { return resolve(base, ref, false) }

// resolve is absolute; with mail, addresses of mailto: pass as well.
func resolve(base, ref string, mail bool) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	if simple(ref) {
		return ref
	}
	ref = strings.Map(func(r rune) rune { // browsers drop these wherever they stand
		if r == '\n' || r == '\t' || r == '\r' || r < 0x20 || r == 0x7f {
			return -1
		}
		return r
	}, ref)
	if ref == "" {
		return ""
	}
	u, err := url.Parse(ref)
	if err != nil {
		u, err = url.Parse(mendURL(ref))
		if err != nil {
			return ""
		}
	}
	if u.Scheme == "" {
		if base == "" {
			if strings.HasPrefix(ref, "www.") { // a site without its scheme
				return resolve("", "http://"+ref, mail)
			}
			return ""
		}
		b, err := url.Parse(base)
		if err != nil || b.Host == "" {
			return ""
		}
		if ref[0] == '#' {
			b.Fragment, b.RawFragment = "", ""
		}
		u = b.ResolveReference(u)
	}
	switch u.Scheme = strings.ToLower(u.Scheme); u.Scheme {
	case "http", "https":
	case "feed":
		return resolve(base, "http:"+strings.TrimPrefix(ref[len("feed:"):], "http:"), mail)
	case "mailto":
		if mail && u.Opaque != "" {
			return "mailto:" + ascii(u.Opaque)
		}
		return ""
	default:
		return ""
	}
	if u.Host == "" || u.Opaque != "" {
		return ""
	}
	if !isASCII(u.Host) {
		h, err := idna.Lookup.ToASCII(u.Hostname())
		if err != nil {
			return ""
		}
		if p := u.Port(); p != "" {
			h += ":" + p
		}
		u.Host = h
	}
	if !hostName(u.Host) {
		return ""
	}
	s := ascii(u.String())
	if len(s) > maxURL {
		return ""
	}
	return s
}

// simple reports whether an address is absolute, of http or https, and of plain
// characters, as nearly all are: then there is nothing to resolve or to mend.
func simple(s string) bool {
	rest, ok := strings.CutPrefix(s, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(s, "http://"); !ok {
			return false
		}
	}
	host := true
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '/' && host:
			if i == 0 {
				return false
			}
			host = false
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '.', c == '-':
		case host:
			return false // a port, a name, capitals: seldom, and to be looked at closely
		case 'A' <= c && c <= 'Z', c == '/', c == '_', c == '~', c == '=', c == '&', c == '?', c == ',', c == ';', c == ':', c == '@', c == '+', c == '#', c == '!', c == '*', c == '(', c == ')':
		case c == '%' && i+2 < len(rest) && isHex(rest[i+1]) && isHex(rest[i+2]):
		default:
			return false
		}
	}
	return len(rest) > 0
}

// hostName reports whether a host consists of what names and addresses consist of.
func hostName(h string) bool {
	for i := 0; i < len(h); i++ {
		switch c := h[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z', '0' <= c && c <= '9', c == '.', c == '-', c == '_', c == ':', c == '[', c == ']':
		default:
			return false
		}
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
}

// mendURL writes what can't stand in an address, and a "%" that begins no escape, as escapes.
func mendURL(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2])) {
			b.WriteString("%25")
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// ascii writes what is not printable ASCII, or would end an address in a text, as escapes.
func ascii(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' && c != '|' && c != '}' {
			continue
		}
		b.WriteString(s[from:i])
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
		from = i + 1
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

func isASCII[T string | []byte](s T) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// untracked is an address without the parameters that only count where a reader came
// from. Every other parameter stays as it is, in its place.
func untracked(s string) string {
	main, frag, hasFrag := strings.Cut(s, "#")
	if hasFrag && (strings.HasPrefix(frag, "utm_") || strings.HasPrefix(frag, "xtor=") || strings.HasPrefix(frag, "?utm_") || strings.HasPrefix(frag, "ftag=")) {
		hasFrag = false
	}
	path, query, ok := strings.Cut(main, "?")
	if ok && tracked(query) {
		kept := make([]string, 0, 4)
		for _, p := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' }) {
			if !tracker(p) {
				kept = append(kept, p)
			}
		}
		main = path
		if len(kept) > 0 {
			main += "?" + strings.Join(kept, "&")
		}
	}
	if hasFrag {
		main += "#" + frag
	}
	return main
}

func tracked(query string) bool {
	for p := range strings.SplitSeq(query, "&") {
		if tracker(p) {
			return true
		}
	}
	return false
}

// tracker reports whether a parameter serves tracking alone.
func tracker(p string) bool {
	name, _, _ := strings.Cut(p, "=")
	name = strings.ToLower(strings.TrimPrefix(name, "amp;"))
	for _, prefix := range [...]string{"utm_", "mtm_", "pk_campaign", "pk_kwd", "pk_source", "pk_medium", "hsa_", "_hs", "at_medium", "at_campaign", "at_custom", "at_link", "at_ptr", "itm_", "oly_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	switch name {
	case "fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "li_fat_id", "igshid", "igsh", "mc_cid", "mc_eid",
		"mkt_tok", "vero_id", "vero_conv", "wickedid", "xtor", "srsltid", "guce_referrer", "guce_referrer_sig", "guccounter", "cmpid", "ns_campaign",
		"ns_mchannel", "ns_source", "ns_linkname", "ns_fee", "sr_share", "__twitter_impression", "ref_src", "ref_url", "feedname", "rb_clickid", "s_cid", "ml_subscriber", "ml_subscriber_hash":
		return true
	}
	return false
}
