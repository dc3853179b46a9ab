package find

import (
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"nightdesk/feeds/plain"
)

// local reports whether an address is a file or a command.
func local(addr string) bool {
	scheme, _, ok := strings.Cut(addr, ":")
	return ok && (strings.EqualFold(scheme, "file") || strings.EqualFold(scheme, "exec"))
}

// pseudo are schemes by which pages hand a feed to a reader, with what they stand for.
var pseudo = [...]string{"feed", "rss", "atom", "podcast", "itpc", "pcast", "feeds"}

// addresses reads what was typed as addresses to be tried, the first one first.
func addresses(typed string) ([]string, error) {
	s := strings.TrimSpace(typed)
	if local(s) {
		return []string{s}, nil
	}
	s = strings.TrimSpace(strings.Trim(s, "<>\"'`"))
	if len(s) > 4<<10 {
		return nil, fmt.Errorf("what was typed is too long to be an address")
	}
	if s == "" {
		return nil, fmt.Errorf("no address was given: type a site, a page or a feed")
	}
	for _, p := range pseudo {
		if len(s) > len(p) && strings.EqualFold(s[:len(p)], p) && s[len(p)] == ':' {
			s = s[len(p)+1:]
			if rest := strings.TrimPrefix(s, "//"); strings.Contains(rest, "://") {
				s = rest
			}
			s = strings.TrimPrefix(s, "//")
			break
		}
	}
	if strings.ContainsAny(s, " \t\r\n\x00") {
		return nil, fmt.Errorf("%q is no address: type a site, a page or a feed", plain.Text(s))
	}
	if short := shorthand(s); short != "" {
		s = short
	}
	if at := strings.Index(s, "://"); at >= 0 {
		scheme := strings.ToLower(s[:at])
		if scheme != "http" && scheme != "https" {
			return nil, fmt.Errorf("%q is no http or https address", plain.Text(s))
		}
		if u, err := url.Parse(s); err != nil || u.Hostname() == "" {
			return nil, fmt.Errorf("%q is not a valid address", plain.Text(s))
		}
		return []string{s}, nil
	}
	s = strings.TrimPrefix(s, "//")
	u, err := url.Parse("https://" + s)
	if err != nil || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not a valid address", plain.Text(s))
	}
	host := u.Hostname()
	_, ipErr := netip.ParseAddr(host)
	switch {
	case ipErr == nil || host == "localhost":
		return []string{"http://" + s, "https://" + s}, nil
	case !strings.Contains(host, ".") && u.Port() == "":
		return nil, fmt.Errorf("%q is no address: type it with its http:// or https://, or the whole name of the site", plain.Text(s))
	}
	return []string{"https://" + s, "http://" + s}, nil
}

// shorthand reads what stands for an address without being one: r/name, @user@host,
// @handle, owner/repository.
func shorthand(s string) string {
	parts := strings.Split(strings.Trim(s, "/"), "/")
	switch {
	case len(parts) == 2 && (parts[0] == "r" || parts[0] == "u" || parts[0] == "user") && word(parts[1]):
		return "https://www.reddit.com/" + parts[0] + "/" + parts[1]
	case len(parts) == 1 && strings.HasPrefix(s, "@"):
		user, host, ok := strings.Cut(s[1:], "@")
		if !ok && word(user) {
			return "https://www.youtube.com/@" + user
		}
		if ok && word(user) && strings.Contains(host, ".") {
			return "https://" + host + "/@" + user
		}
	case len(parts) == 2 && !strings.HasPrefix(s, "/") && !strings.ContainsAny(parts[0], ".:@[") &&
		parts[0] != "localhost" && word(parts[0]) && word(parts[1]):
		return "https://github.com/" + parts[0] + "/" + parts[1]
	}
	return ""
}

// word reports whether s can be a name on such a site.
func word(s string) bool {
	for _, r := range s {
		if !(r == '_' || r == '-' || r == '.' || r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r > 0x7f) {
			return false
		}
	}
	return s != "" && len(s) < 100
}
