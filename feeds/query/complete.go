package query

import (
	"slices"
	"strings"
)

// A Completion replaces the bytes From to the cursor by Text.
type Completion struct {
	From int
	Text string
}

// Known are the names that a place knows, for completion.
type Known struct {
	Companies, Feeds, Folders, Tags []string
}

// Complete lists what the word before the cursor may become, at most limit.
func Complete(text string, cursor int, known Known, limit int) []Completion {
	if cursor < 0 || cursor > len(text) {
		return nil
	}
	from := strings.LastIndexAny(text[:cursor], " \t(") + 1
	if from < cursor && text[from] == '-' {
		from++
	}
	word := text[from:cursor]
	name, val, fielded := strings.Cut(word, ":")
	var from2 int
	var values []string
	if !fielded {
		if word == "" {
			return nil
		}
		for _, f := range fieldNames {
			values = append(values, f+":")
		}
		from2, val = from, word
	} else {
		from2 = from + len(name) + 1 + strings.LastIndexByte(val, ',') + 1
		val = text[from2:cursor]
		switch strings.ToLower(name) {
		case "company":
			values = known.Companies
		case "feed":
			values = known.Feeds
		case "folder":
			values = known.Folders
		case "tag":
			values = known.Tags
		case "is":
			values = states[:]
		case "has":
			values = carried[:]
		case "kind":
			values = kindNames()
		case "since", "until", "on":
			values = []string{"today", "yesterday", "7d", "24h", "2w", "1mo"}
		}
	}
	var out []Completion
	want := strings.ToLower(strings.TrimPrefix(val, `"`))
	add := func(fits func(string) bool) {
		for _, v := range values {
			if len(out) >= limit {
				return
			}
			c := Completion{from2, v}
			if strings.ContainsAny(v, " ,()") {
				c.Text = `"` + strings.ReplaceAll(v, `"`, "") + `"`
			}
			if fits(strings.ToLower(v)) && v != val && !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	add(func(v string) bool { return strings.HasPrefix(v, want) })
	if fielded && want != "" {
		add(func(v string) bool { return strings.Contains(v, want) })
	}
	return out
}
