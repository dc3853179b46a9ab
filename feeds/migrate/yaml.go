package migrate

import (
	"strconv"
	"strings"
)

// document is what a config of nom says, as far as it is needed: the values of the top
// level, its lists of mappings, and which sections it has, "section.key" one below.
type document struct {
	values   map[string]string
	lists    map[string][]map[string]string
	sections map[string]bool
}

const (
	maxItems = 4 * maxFeeds
	maxKeys  = 64 // of one mapping
)

// readYAML reads the YAML that programs write and people write by hand for such a file:
// block lists of mappings or of scalars, mappings in braces, scalars bare or quoted,
// comments. Anchors, tags and texts of several lines are not in it; what cannot be read
// is passed over.
func readYAML(b []byte) document {
	d := document{values: map[string]string{}, lists: map[string][]map[string]string{}, sections: map[string]bool{}}
	text := strings.TrimPrefix(strings.ToValidUTF8(string(b), "\uFFFD"), "\ufeff")
	section, under := "", -1            // the key of the top level, and the indent below it
	var now map[string]string           // the mapping that is being read
	inner, innerAt := "", -1            // a key of it that has a list below
	dash := -1                          // the indent of the items
	item := func(rest string, at int) { // "- rest"
		now, inner, innerAt, dash = map[string]string{}, "", -1, at
		if len(d.lists[section]) >= maxItems {
			return
		}
		d.lists[section] = append(d.lists[section], now)
		switch {
		case rest == "":
		case rest[0] == '{':
			flow(rest, now)
		default:
			if k, v, ok := pair(rest); ok {
				now[k] = scalar(v)
			} else {
				now["url"] = scalar(rest)
			}
		}
	}
	for line := range strings.SplitSeq(text, "\n") {
		line = uncomment(strings.TrimRight(line, "\r"))
		body := strings.TrimLeft(line, " \t")
		indent := len(line) - len(body)
		if body = strings.TrimRight(body, " \t"); body == "" || body == "---" || body == "..." {
			continue
		}
		isItem := body == "-" || strings.HasPrefix(body, "- ") || strings.HasPrefix(body, "-\t")
		switch {
		case indent == 0 && !isItem:
			k, v, ok := pair(body)
			if !ok {
				section = ""
				continue
			}
			section, under, now, dash, inner = k, -1, nil, -1, ""
			d.sections[k] = true
			if v = strings.TrimSpace(v); strings.HasPrefix(v, "[") {
				for _, part := range split(strings.TrimSuffix(strings.TrimPrefix(v, "["), "]")) {
					if part != "" {
						item(part, 0)
					}
				}
			} else if v != "" {
				d.values[k] = scalar(v)
			}
		case section == "":
		case isItem && (dash < 0 || indent <= dash):
			item(strings.TrimSpace(body[1:]), indent)
		case isItem && inner != "" && indent >= innerAt && now != nil:
			now[inner] += scalar(strings.TrimSpace(body[1:])) + "\n"
		case now != nil && indent > dash:
			if k, v, ok := pair(body); ok && len(now) < maxKeys {
				v = strings.TrimSpace(v)
				if inner, innerAt = "", -1; v == "" {
					inner, innerAt = k, indent
				}
				if strings.HasPrefix(v, "[") {
					for _, part := range split(strings.TrimSuffix(strings.TrimPrefix(v, "["), "]")) {
						now[k] += scalar(part) + "\n"
					}
				} else if _, twice := now[k]; !twice {
					now[k] = scalar(v)
				}
			}
		default:
			if under < 0 {
				under = indent
			}
			if k, _, ok := pair(body); ok && indent == under && len(d.sections) < 1000 {
				d.sections[section+"."+k] = true
			}
		}
	}
	return d
}

// pair takes "key: value" apart.
func pair(s string) (k, v string, ok bool) {
	if s[0] == '"' || s[0] == '\'' {
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 && strings.HasPrefix(s[end+2:], ":") {
			return s[1 : end+1], s[end+3:], true
		}
		return "", "", false
	}
	if k, found := strings.CutSuffix(s, ":"); found && !strings.Contains(k, ": ") {
		return strings.TrimSpace(k), "", true
	}
	i := strings.Index(s, ": ")
	if i < 0 {
		i = strings.Index(s, ":\t")
	}
	if i <= 0 {
		return "", "", false
	}
	return strings.TrimSpace(s[:i]), s[i+2:], true
}

// flow reads "{key: value, key: value}" into a mapping.
func flow(s string, to map[string]string) {
	for _, part := range split(strings.TrimSuffix(strings.TrimPrefix(s, "{"), "}")) {
		if part == "" || len(to) >= maxKeys {
			continue
		}
		if k, v, ok := pair(part); ok {
			to[k] = scalar(v)
		}
	}
}

// split parts a text at its commas, but for those in quotes, braces or brackets.
func split(s string) []string {
	var out []string
	depth, quote, from := 0, byte(0), 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		case c == ',' && depth == 0:
			out, from = append(out, strings.TrimSpace(s[from:i])), i+1
		}
	}
	return append(out, strings.TrimSpace(s[from:]))
}

// scalar is the value of a scalar, quoted or bare.
func scalar(s string) string {
	s = strings.TrimSpace(s)
	switch {
	case len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'':
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	case len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"':
		if out, err := strconv.Unquote(s); err == nil { // YAML's escapes are nearly Go's
			return out
		}
		return s[1 : len(s)-1]
	case s == "null" || s == "~":
		return ""
	}
	return s
}

// uncomment takes off a comment: a # outside of quotes at the start or after a blank.
func uncomment(s string) string {
	quote := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == '\\' && quote == '"' {
				i++
			} else if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && (i == 0 || strings.IndexByte(" \t:-{[,", s[i-1]) >= 0):
			quote = c
		case c == '#' && (i == 0 || s[i-1] == ' ' || s[i-1] == '\t'):
			return s[:i]
		}
	}
	return s
}
