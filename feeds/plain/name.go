package plain

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// FileName is a name for a file or folder that is safe on every system, made of a title:
// lower-case letters and digits with "-" between words, accents off, at most most bytes.
// It never begins or ends with a dot or dash, is no name that Windows keeps for itself,
// and is never empty; letters of other scripts stay (in NFC).
func FileName(title string, most int) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(Text(title)) {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x370, r == '\'', r == '’':
			continue
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.Is(unicode.M, r):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	s := norm.NFC.String(b.String())
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "")
		if i := strings.LastIndexByte(s, '-'); i > most/2 {
			s = s[:i]
		}
		s = strings.Trim(s, "-")
	}
	switch s {
	case "":
		return "untitled"
	case "con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9":
		return s + "_"
	}
	return s
}
