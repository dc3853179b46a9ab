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
