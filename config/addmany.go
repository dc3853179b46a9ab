package config

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"nightdesk/feeds"
)

// AddFeeds adds several feeds at the end of the config, all of them or none, and leaves
// every other byte as it was. Feeds that the config has already, also those that it has
// switched off, are left as they are. It returns the addresses of those added.
func AddFeeds(path string, subs []feeds.Subscription) (added []string, err error) {
	if len(subs) == 0 {
		return nil, nil
	}
	urls := make([]string, len(subs))
	for i := range subs {
		if urls[i] = subs[i].URL; !utf8.ValidString(urls[i]) {
			return nil, fmt.Errorf("the address %q is not valid UTF-8", urls[i])
		}
	}
	err = edit(path, urls, func(src []byte, c *Config) ([]byte, error) {
		nl := lineEnd(src)
		have := make(map[string]bool, len(c.Feeds))
		for _, f := range c.Feeds {
			have[f.URL] = true
		}
		var b strings.Builder
		for i := range subs {
			if have[subs[i].URL] {
				continue
			}
			have[subs[i].URL] = true
			added = append(added, subs[i].URL)
			b.WriteString(nl)
			writeFeed(&b, &subs[i], nl)
		}
		if len(added) == 0 {
			return src, nil
		}
		if len(src) > 0 && !bytes.HasSuffix(src, []byte("\n")) {
			src = append(src, nl...)
		}
		text := b.String()
		if c.Catalogue == nil && len(c.Feeds) == 0 { // it goes on being read
			src = append([]byte("catalogue = true"+nl), src...)
		}
		return append(src, text...), nil
	})
	if err != nil {
		return nil, err
	}
	return added, nil
}

// writeFeed writes a [[feed]]. Secrets are not written.
func writeFeed(b *strings.Builder, s *feeds.Subscription, nl string) {
	b.WriteString("[[feed]]" + nl + "url = " + quoteTOML(s.URL) + nl)
	for _, kv := range [][2]string{{"title", s.Title}, {"folder", s.Folder}, {"filter", s.Filter}} {
		if kv[1] != "" {
			b.WriteString(kv[0] + " = " + quoteTOML(kv[1]) + nl)
		}
	}
	if len(s.Tags) > 0 {
		qs := make([]string, len(s.Tags))
		for i, t := range s.Tags {
			qs[i] = quoteTOML(t)
		}
		b.WriteString("tags = [" + strings.Join(qs, ", ") + "]" + nl)
	}
	if s.Fulltext {
		b.WriteString("fulltext = true" + nl)
	}
	if s.Disabled {
		b.WriteString("enabled = false" + nl)
	}
}
