package theme

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Builtin are the themes that nightdesk brings: dark, light, contrast and plain. Without
// colours each looks as it can: those that are told apart by colour take the attributes
// of plain.
func Builtin(o Options) []*Theme {
	all := []builtin{darkTheme(), lightTheme(), contrastTheme(), plainTheme()}
	out := make([]*Theme, len(all))
	for i, b := range all {
		out[i], _ = build(b, nil, o) // the built-in ones are right: a test reads them all
	}
	return out
}

// New is a built-in theme by its name.
func New(name string, o Options) (*Theme, error) { return Custom(name, name, nil, o) }

// Custom is a person's own theme: the built-in one called base with some roles changed.
// looks maps the names of roles to looks ("bold #e5ab58 on #202020"). An error names
// every role and word that makes no sense, with what was probably meant.
func Custom(name, base string, looks map[string]string, o Options) (*Theme, error) {
	all := []builtin{darkTheme(), lightTheme(), contrastTheme(), plainTheme()}
	var known []string
	for _, b := range all {
		if b.name == base {
			t, err := build(b, looks, o)
			if err != nil {
				return nil, fmt.Errorf("theme %s: %w", name, err)
			}
			t.Name = name
			return t, nil
		}
		known = append(known, b.name)
	}
	return nil, fmt.Errorf("theme %s: there is no theme %q%s", name, base, meant(base, known))
}

func build(b builtin, own map[string]string, o Options) (*Theme, error) {
	t := &Theme{Name: b.name, Dark: b.dark, ASCII: o.ASCII, Depth: o.Depth, Glyphs: unicodeGlyphs()}
	if o.ASCII {
		t.Glyphs = asciiGlyphs()
	}
	looks := maps.Clone(b.looks)
	switch {
	case o.Depth == Colors16:
		maps.Copy(looks, b.few)
	case o.Depth == NoColor && b.name != "contrast":
		looks = plainTheme().looks
	}
	if b.name == "plain" {
		t.Depth = NoColor
	}
	var wrong []error
	for _, key := range slices.Sorted(maps.Keys(own)) {
		if !slices.Contains(names[:], key) {
			wrong = append(wrong, fmt.Errorf("there is no part %q%s", key, meant(key, names[:])))
			continue
		}
		looks[key] = own[key]
	}
	for r := range roles {
		l, err := parseLook(looks[names[r]])
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%s: %w", names[r], err))
			continue
		}
		t.looks[r], t.sgr[r] = l, l.sgr(t.Depth)
	}
	return t, errors.Join(wrong...)
}

// meant is ", meant X?" with the name that is nearest to what was written, or "".
func meant(word string, known []string) string {
	best, at := 1+len(word)/3, ""
	for _, k := range known {
		if d := distance(strings.ToLower(word), k); d <= best && (at == "" || d < best) {
			best, at = d, k
		}
	}
	if at == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", at)
}

// distance is Levenshtein's, in bytes, of texts of at most 64 bytes.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
