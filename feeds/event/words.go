package event

import (
	"slices"
	"strings"
	"unicode"
)

// isStop reports a word of headlines that tells nothing of what happened.
func isStop(w string) bool {
	switch w {
	case "the", "a", "an", "and", "or", "of", "to", "in", "on", "for", "with", "at", "by", "from", "as", "is", "are", "was", "be", "been", "has", "have", "had", "will", "would", "could", "can", "may", "its", "it",
		"that", "this", "these", "their", "his", "her", "he", "she", "they", "you", "your", "we", "our", "my", "i", "not", "no", "but", "after", "before", "over", "into", "about", "than", "more", "most", "how", "why", "what",
		"when", "who", "new", "now", "just", "up", "out", "off", "all", "some", "here", "there", "get", "gets", "says", "say", "said", "report", "reports", "amid", "via", "vs", "should", "does", "do", "did", "us", "s", "t",
		"der", "die", "das", "und", "ein", "eine", "mit", "von", "für", "auf", "im", "den", "des", "le", "la", "les", "de", "du", "et", "en", "un", "une", "el", "los", "y", "que", "por", "con", "video", "photos", "update", "live", "watch", "review":
		return true
	}
	return false
}

// Words are the words of a title that tell what happened: folded, without common words,
// plural and past endings off; of scripts without blanks the pairs of characters.
func Words(title string) []string {
	var out []string
	add := func(w string) {
		if w != "" && !slices.Contains(out, w) && len(out) < 40 {
			out = append(out, w)
		}
	}
	var b strings.Builder
	flush := func() {
		w := b.String()
		b.Reset()
		w = strings.TrimSuffix(w, "'s")
		if w != "" && !isStop(w) {
			add(stem(w))
		}
	}
	var prev rune
	for _, r := range title {
		switch {
		case spaceless(r):
			flush()
			if prev != 0 {
				add(string([]rune{prev, r}))
			}
			prev = r
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		case (r == '\'' || r == '’') && b.Len() > 0:
			b.WriteByte('\'')
		case (r == '.' || r == ',') && b.Len() > 0 && isNumber(b.String()):
			// 3.5 and 1,000 are one word
			b.WriteByte('.')
		default:
			flush()
		}
		prev = 0
	}
	flush()
	return out
}

func isNumber(s string) bool { return strings.Trim(s, "0123456789.") == "" }

func spaceless(r rune) bool {
	return r >= 0x2e80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul)
}

// stem takes the commonest English endings off.
func stem(w string) string {
	w = strings.TrimRight(strings.ReplaceAll(w, "'", ""), ".")
	n := len(w)
	switch {
	case n > 4 && strings.HasSuffix(w, "ies"):
		return w[:n-3] + "y"
	case n > 5 && strings.HasSuffix(w, "ing"):
		return strings.TrimSuffix(w[:n-3], "e")
	case n > 4 && strings.HasSuffix(w, "ed"):
		return strings.TrimSuffix(w[:n-2], "e")
	case n > 4 && (strings.HasSuffix(w, "ches") || strings.HasSuffix(w, "shes") || strings.HasSuffix(w, "sses") || strings.HasSuffix(w, "xes")):
		return w[:n-2]
	case n > 3 && strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && !strings.HasSuffix(w, "us"):
		return strings.TrimSuffix(w[:n-1], "e")
	case n > 4 && strings.HasSuffix(w, "e"):
		return w[:n-1]
	}
	return w
}
