package parse

import (
	"strconv"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// guid is what tells the story apart within its feed: the feed's id for it, else its
// link, else its words.
func guid(e *entry, s *feeds.Story) string {
	g := plain.Text(e.guid)
	if g == "" {
		g = s.URL
	}
	if g == "" {
		g = "text:" + strconv.FormatUint(hash([]byte(s.Title+"\x00"+s.Given+"\x00"+s.Summary)), 36)
	}
	if len(g) > maxGUID {
		g = strings.ToValidUTF8(g[:maxGUID-20], "") + "#" + strconv.FormatUint(hash([]byte(g)), 36)
	}
	return g
}

// storyHash is over all that a reader could notice of a story.
func storyHash(s *feeds.Story) uint64 {
	var b []byte
	for _, p := range [...]string{s.GUID, s.URL, s.Title, s.Author, s.Given, s.Summary, s.HTML, s.Lang, s.Image, s.Comments} {
		b = append(append(b, p...), 0)
	}
	for _, c := range s.Categories {
		b = append(append(b, c...), 1)
	}
	for _, n := range s.Enclosures {
		b = append(append(b, n.URL...), 2)
	}
	return hash(b)
}

// unique makes every guid unique. A story that comes twice, with guid and link, is kept
// the first time. A guid that different links share belongs to none of them: each gets
// one with its link, so that which of them comes first does not matter.
func unique(in []feeds.Story) (out []feeds.Story, repeated, shared int) {
	links := make(map[string]string, len(in)) // guid -> its one link
	many := make(map[string]bool)
	for i := range in {
		g, u := in[i].GUID, in[i].URL
		if was, ok := links[g]; !ok {
			links[g] = u
		} else if was != u {
			many[g] = true
		}
	}
	seen := make(map[string]bool, len(in))
	titles := make(map[string]string)
	out = in[:0]
	for i := range in {
		s := in[i]
		g := s.GUID
		if many[s.GUID] {
			of := first(s.URL, s.Title)
			s.GUID = s.GUID + "#" + strconv.FormatUint(hash([]byte(of)), 36)
			s.Hash = storyHash(&s)
			shared++
		}
		if seen[s.GUID] && many[g] && titles[s.GUID] != s.Title {
			s.GUID += "#" + strconv.FormatUint(hash([]byte(s.Title)), 36)
			s.Hash = storyHash(&s)
		}
		if seen[s.GUID] {
			repeated++
			continue
		}
		seen[s.GUID] = true
		if many[g] {
			titles[s.GUID] = s.Title
		}
		out = append(out, s)
	}
	return out, repeated, shared
}
