package event

import (
	"math/bits"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"nightdesk/feeds"
)

// Words of a text that its signature is made of; a text with fewer than minText has none.
const (
	minText = 50
	maxText = 600
)

// signature is the simhash (Charikar 2002) of the pairs of neighbouring words of a text:
// texts that differ in few words differ in few bits. 0 is none.
func signature(text string) uint64 {
	if len(text) < 4*minText {
		return 0
	}
	// How often each bit was set, as 64 counters side by side: planes[k] has their bits of
	// value 1<<k.
	var planes [16]uint64
	n := 0
	var prev, h uint64
	in := false
	const offset, prime = 14695981039346656037, 1099511628211 // FNV-1a
	end := func() {
		if !in {
			return
		}
		in = false
		v := mix(prev*31 + h)
		for k := 0; v != 0; k++ {
			planes[k], v = planes[k]^v, planes[k]&v
		}
		prev = h
		n++
	}
	for _, r := range text {
		if r < utf8.RuneSelf {
			switch {
			case 'A' <= r && r <= 'Z':
				r += 'a' - 'A'
				fallthrough
			case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
				if !in {
					in, h = true, offset
				}
				h = (h ^ uint64(r)) * prime
				continue
			}
		} else if unicode.IsLetter(r) || unicode.IsDigit(r) {
			if !in {
				in, h = true, offset
			}
			h = (h ^ uint64(unicode.ToLower(r))) * prime
			if !spaceless(r) {
				continue
			}
		}
		end()
		if n >= maxText {
			break
		}
	}
	end()
	if n < minText {
		return 0
	}
	var out uint64
	for i := range 64 {
		set := 0
		for k := range bits.Len(uint(n)) {
			set |= int(planes[k]>>i&1) << k
		}
		if 2*set > n {
			out |= 1 << i
		}
	}
	return out
}

// mix is the finalizer of MurmurHash3.
func mix(v uint64) uint64 {
	v ^= v >> 33
	v *= 0xff51afd7ed558ccd
	v ^= v >> 33
	v *= 0xc4ceb9fe1a85ec53
	return v ^ v>>33
}

func differ(a, b uint64) int { return bits.OnesCount64(a ^ b) }

// linksOf are a story's own address and those that its text links to, as far as
// they can be a source: not its own host, and deeper than a front page.
func linksOf(s *feeds.Story) []string {
	var out []string
	own := ""
	if k, h := linkKey(s.URL); k != "" {
		out, own = append(out, k), h
	}
	html := s.HTML
	if len(html) > 1<<16 {
		html = html[:1<<16]
	}
	for len(out) < maxLinks {
		i := strings.Index(html, "href=\"http")
		if i < 0 {
			break
		}
		html = html[i+len("href=\""):]
		j := strings.IndexByte(html, '"')
		if j < 0 {
			break
		}
		k, h := linkKey(strings.ReplaceAll(html[:j], "&amp;", "&"))
		html = html[j:]
		if k == "" || h == own || shareHost(h) || len(k)-len(h) < 12 {
			continue
		}
		seen := false
		for _, o := range out {
			seen = seen || o == k
		}
		if !seen {
			out = append(out, k)
		}
	}
	return out
}

// linkKey is an address without what does not matter, and its host.
func linkKey(address string) (key, host string) {
	if address == "" || len(address) > 1024 {
		return "", ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", ""
	}
	host = strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	path := strings.TrimRight(u.EscapedPath(), "/")
	if path == "" && u.RawQuery == "" {
		return "", ""
	}
	key = host + path
	if q := u.RawQuery; q != "" && !strings.HasPrefix(q, "utm_") {
		key += "?" + q
	}
	return key, host
}

// shareHost reports a host that stories link to so that people pass them on.
func shareHost(h string) bool {
	switch h {
	case "facebook.com", "twitter.com", "x.com", "linkedin.com", "reddit.com", "news.ycombinator.com", "t.me", "wa.me", "api.whatsapp.com",
		"pinterest.com", "tumblr.com", "flipboard.com", "getpocket.com", "bsky.app", "threads.net", "mastodon.social", "feeds.feedburner.com", "feedburner.com", "amzn.to":
		return true
	}
	return false
}

// withoutOutlet takes an outlet's own name off the end of a title: "Title - Outlet".
func withoutOutlet(title, outlet string) string {
	for _, sep := range [...]string{" - ", " | ", " — ", " – ", " :: ", " · "} {
		i := strings.LastIndex(title, sep)
		if i <= 0 {
			continue
		}
		tail := strings.TrimSpace(title[i+len(sep):])
		if outlet != "" && (strings.EqualFold(tail, outlet) || len(tail) > 3 && strings.HasPrefix(strings.ToLower(outlet), strings.ToLower(tail))) {
			return title[:i]
		}
	}
	return title
}
