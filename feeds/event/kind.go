package event

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"

	"nightdesk/feeds"
)

//go:embed data/kinds.txt
var kindsText string

// sign is one line of data/kinds.txt.
type sign struct {
	kind   int // place in feeds.Kinds
	words  []string
	weight int // 2 decides alone, 1 needs a second one, -4 speaks against it
}

// signs are data/kinds.txt with the ways to find those that a text may have by any of
// its words, so that a story is not compared with every line of the table.
type signs struct {
	all    []sign
	first  map[string][]int // by their first word
	open   []int            // whose first word ends in *
	joined []int            // of scripts without blanks: they may stand anywhere
}

// kinds is data/kinds.txt, read when it is first needed.
var kinds = sync.OnceValue(func() *signs {
	out := &signs{first: make(map[string][]int)}
	k := 0
	for line := range strings.SplitSeq(kindsText, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			k = slices.Index(feeds.Kinds[:], feeds.Kind(strings.Trim(line, "[]")))
		default:
			sg := sign{k, plainWords(line[1:]), map[byte]int{'+': 2, '?': 1, '-': -4}[line[0]]}
			if len(sg.words) == 0 || k < 0 {
				continue
			}
			i := len(out.all)
			out.all = append(out.all, sg)
			if strings.HasSuffix(sg.words[0], "*") {
				out.open = append(out.open, i)
			} else {
				out.first[sg.words[0]] = append(out.first[sg.words[0]], i)
			}
			if len(sg.words) == 1 && strings.ContainsFunc(sg.words[0], spaceless) {
				out.joined = append(out.joined, i)
			}
		}
	}
	return out
})

// Where a sign stands.
const (
	inTitle = 1 << iota
	inSummary
)

// find notes which signs stand in the words of a text.
func (g *signs) find(words []string, where byte, found map[int]byte) {
	for i, w := range words {
		words[i] = strings.TrimRight(w, ".")
	}
	for i, w := range words {
		for _, n := range g.first[w] {
			if begins(words[i:], g.all[n].words) {
				found[n] |= where
			}
		}
		for _, n := range g.open {
			if begins(words[i:], g.all[n].words) {
				found[n] |= where
			}
		}
	}
}

// begins reports whether a text begins with these words; "*" ends any word.
func begins(text, words []string) bool {
	if len(text) < len(words) {
		return false
	}
	for i, w := range words {
		if n := len(w) - 1; w[n] == '*' {
			if !strings.HasPrefix(text[i], w[:n]) {
				return false
			}
		} else if text[i] != w {
			return false
		}
	}
	return true
}

// Kind is the kind of happening that a story reports, by the words of its title and, for
// half their weight, of its summary's beginning; "" where unsure. The table is
// data/kinds.txt.
func Kind(s *feeds.Story) feeds.Kind {
	lead := s.Summary
	if len(lead) > 240 {
		lead = lead[:240]
	}
	g := kinds()
	score := make([]int, len(feeds.Kinds))
	found := make(map[int]byte)
	g.find(plainWords(s.Title), inTitle, found)
	g.find(plainWords(lead), inSummary, found)
	if strings.ContainsFunc(s.Title, spaceless) {
		for _, n := range g.joined {
			if strings.Contains(s.Title, g.all[n].words[0]) {
				found[n] |= inTitle
			}
		}
	}
	for n, where := range found {
		switch sg := &g.all[n]; {
		case where&inTitle != 0:
			score[sg.kind] += 2 * sg.weight
		case sg.weight != 1:
			score[sg.kind] += sg.weight
		}
	}
	best, top, second := feeds.Kind(""), 0, 0
	for i, n := range score {
		if n > top {
			best, top, second = feeds.Kinds[i], n, top
		} else if n > second {
			second = n
		}
	}
	if top < 4 || top == second {
		return ""
	}
	return best
}

// plainWords are all words of a text in lower case; $5M is one.
func plainWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("$€£-*.&", r)
	})
}
