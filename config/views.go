package config

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// SaveView adds a [[view]] at the end of the config, which is made if need be; every
// other byte stays as it was. Two views cannot have one name.
func SaveView(path, name, query string) error {
	if !utf8.ValidString(name) || !utf8.ValidString(query) {
		return fmt.Errorf("the view %q is not valid UTF-8", name)
	}
	return edit(path, nil, func(src []byte, c *Config) ([]byte, error) {
		if slices.ContainsFunc(c.Views, func(v View) bool { return v.Name == name }) {
			return nil, fmt.Errorf("there is a view called %s already", name)
		}
		nl := lineEnd(src)
		var b strings.Builder
		if len(src) > 0 {
			if !bytes.HasSuffix(src, []byte("\n")) {
				b.WriteString(nl)
			}
			b.WriteString(nl)
		}
		b.WriteString("[[view]]" + nl + "name = " + quoteTOML(name) + nl + "query = " + quoteTOML(query) + nl)
		return append(src, b.String()...), nil
	})
}

// RenameView gives a [[view]] of the config another name; every other byte stays as it was.
func RenameView(path, name, to string) error {
	if to == "" || !utf8.ValidString(to) {
		return fmt.Errorf("a view cannot be called %q", to)
	}
	return edit(path, nil, func(src []byte, c *Config) ([]byte, error) {
		at := slices.IndexFunc(c.Views, func(v View) bool { return v.Name == name })
		if at < 0 {
			return nil, fmt.Errorf("no view called %s is in the config", name)
		}
		if slices.ContainsFunc(c.Views, func(v View) bool { return v.Name == to }) {
			return nil, fmt.Errorf("there is a view called %s already", to)
		}
		from, end, ok := block(src, "view", "name", name)
		out := bytes.Clone(src[:from])
		for _, line := range bytes.SplitAfter(src[from:end], []byte("\n")) {
			if key, _, found := strings.Cut(string(line), "="); found && ok && strings.TrimSpace(key) == "name" {
				if rest, whole := afterValue(line); whole {
					line = []byte("name = " + quoteTOML(to) + rest)
				}
			}
			out = append(out, line...)
		}
		out = append(out, src[end:]...)
		want := slices.Clone(c.Views)
		want[at].Name = to
		after, err := Parse(path, out, func(string) string { return "-" })
		if err != nil || !slices.Equal(after.Views, want) {
			return nil, fmt.Errorf("the view %s is not written as a [[view]] block that can be renamed; edit %s", name, path)
		}
		return out, nil
	})
}

// DropView takes a [[view]] out of the config.
func DropView(path, name string) error {
	return edit(path, nil, func(src []byte, c *Config) ([]byte, error) {
		if !slices.ContainsFunc(c.Views, func(v View) bool { return v.Name == name }) {
			return nil, fmt.Errorf("no view called %s is in the config", name)
		}
		from, to, ok := block(src, "view", "name", name)
		if !ok {
			return nil, fmt.Errorf("the view %s is not written as a [[view]] block that can be taken out; edit %s", name, path)
		}
		return cutBlock(src, from, to), nil
	})
}
