package event

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"nightdesk/feeds"
)

//go:embed data/kinds.txt
var kindsText string

// sign is one line of data/kinds.txt.
type sign struct {
	words  []string
	weight int // 2 decides alone, 1 needs a second one, -2 speaks against it
}

// kinds is data/kinds.txt, read when it is first needed.
var kinds = sync.OnceValue(func() map[feeds.Kind][]sign {
	out := make(map[feeds.Kind][]sign)
	var k feeds.Kind
	for line := range strings.SplitSeq(kindsText, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			k = feeds.Kind(strings.Trim(line, "[]"))
		default:
			w := map[byte]int{'+': 2, '?': 1, '-': -4}[line[0]]
			out[k] = append(out[k], sign{plainWords(line[1:]), w})
		}
	}
	return out
})

// Kind is the kind of happening that a story reports, by the words of its title and, for
// half their weight, of its summary's beginning; "" where unsure. The table is
// data/kinds.txt.
func Kind(s *feeds.Story) feeds.Kind {
	title := plainWords(s.Title)
	lead := s.Summary
	if len(lead) > 240 {
		lead = lead[:240]
	}
	summary := plainWords(lead)
	best, top, second := feeds.Kind(""), 0, 0
	for _, k := range feeds.Kinds {
		n := 0
		for _, sg := range kinds()[k] {
			if has(title, sg.words) || cjkIn(s.Title, sg.words) {
				n += 2 * sg.weight
			} else if sg.weight != 1 && has(summary, sg.words) {
				n += sg.weight
			}
		}
		if n > top {
			best, top, second = k, n, top
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

// has reports whether the words stand in text side by side; "*" ends any word.
func has(text, words []string) bool {
	if len(words) == 0 {
		return false
	}
	for i := 0; i+len(words) <= len(text); i++ {
		ok := true
		for k, w := range words {
			there := strings.TrimRight(text[i+k], ".")
			if stem, open := strings.CutSuffix(w, "*"); open {
				ok = ok && strings.HasPrefix(there, stem)
			} else {
				ok = ok && there == w
			}
		}
		if ok {
			return true
		}
	}
	return false
}

// cjkIn finds a word of a script without blanks anywhere.
func cjkIn(title string, words []string) bool {
	return len(words) == 1 && strings.ContainsFunc(words[0], spaceless) && strings.Contains(title, words[0])
}
