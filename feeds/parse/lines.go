package parse

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// lead is the first n runes of a text, or a little more.
func lead(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}

// boilerplate is a summary without the sentence that WordPress adds at its end.
func boilerplate(s string) string {
	if i := strings.LastIndex(s, "The post "); i > 0 {
		if strings.Contains(s[i:], " appeared first on ") || strings.Contains(s[i:], " first appeared on ") {
			return strings.TrimSpace(s[:i])
		}
	}
	return s
}

// clip cuts a line at n runes, between words if that is near.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	count, space := 0, 0
	for i, r := range s {
		if count == n-1 {
			if utf8.RuneCountInString(s[i:]) == 1 {
				return s
			}
			if space > i*3/4 {
				i = space
			}
			return strings.TrimRight(s[:i], " ,;:-–—") + "…"
		}
		if r == ' ' {
			space = i
		}
		count++
	}
	return s
}

// primary is the primary tag of a language, or "".
func primary(lang string) string {
	lang = strings.ToLower(strings.TrimSpace(lang))
	if i := strings.IndexAny(lang, "-_, ;"); i >= 0 {
		lang = lang[:i]
	}
	if len(lang) < 2 || len(lang) > 8 {
		return ""
	}
	for i := 0; i < len(lang); i++ {
		if lang[i] < 'a' || lang[i] > 'z' {
			return ""
		}
	}
	return lang
}

// words counts the words of a text; a character of Chinese, Japanese or Korean is half a
// word.
func words(s string) int {
	n, half, in := 0, 0, false
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
			if letter && !in {
				n++
			}
			in = letter || in && (c == '\'' || c == '-' || c == '.' || c == ',') && i+1 < len(s) && s[i+1] > ' '
			i++
			continue
		}
		r, k := utf8.DecodeRuneInString(s[i:])
		i += k
		switch {
		case r >= 0x2e80 && r <= 0x9fff || r >= 0xac00 && r <= 0xd7a3 || r >= 0xf900 && r <= 0xfaff || r >= 0x20000 && r <= 0x3ffff:
			if r < 0x3000 || r > 0x303f {
				half++
			}
			in = false
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || r == '’':
			if !in && r != '’' {
				n++
				in = true
			}
		default:
			in = false
		}
	}
	return n + (half+1)/2
}
