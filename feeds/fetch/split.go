package fetch

import (
	"errors"
	"strings"
)

// Split takes a command line apart as a shell would, but for everything that makes a
// shell one: blanks part the words, '…' and "…" hold them together, a backslash before a
// blank, a quote or a backslash takes its meaning away (in "…" too, in '…' not). Other
// backslashes stay, so that paths of Windows can be written.
func Split(s string) ([]string, error) {
	var (
		words []string
		word  strings.Builder
		in    bool // a word has begun, be it empty
		quote byte
	)
	for i := 0; i < len(s); i++ {
		ch := s[i]
		switch {
		case ch == '\\' && quote != '\'' && i+1 < len(s) && strings.IndexByte("\\\"' \t", s[i+1]) >= 0 &&
			(quote == 0 || s[i+1] == '\\' || s[i+1] == '"'):
			i++
			word.WriteByte(s[i])
			in = true
		case quote != 0:
			if ch == quote {
				quote = 0
			} else {
				word.WriteByte(ch)
			}
		case ch == '\'' || ch == '"':
			quote, in = ch, true
		case ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r':
			if in {
				words, in = append(words, word.String()), false
				word.Reset()
			}
		case ch == 0:
			return nil, errors.New("a zero byte in the command")
		default:
			word.WriteByte(ch)
			in = true
		}
	}
	if quote != 0 {
		return nil, errors.New("a quote is not closed")
	}
	if in {
		words = append(words, word.String())
	}
	return words, nil
}
