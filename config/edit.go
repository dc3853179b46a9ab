package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	"nightdesk/feeds"
)

// template is what `nightdesk config init` writes.
const template = `# nightdesk's config. Every key may be left out; what stands here are examples.

# The built-in feeds of the tech industry: the default is true without any [[feed]]
# below and false with one.
# catalogue = true

# [[feed]]
# url = "https://example.org/feed"   # https://, http://, file:// or "exec:command args"
# title = "Example"
# folder = "Tech"
# tags = ["ai"]
# interval = "1h"
# fulltext = true                    # always fetch the page's text
# headers = { Authorization = "env:EXAMPLE_TOKEN" }

# [[view]]                           # a saved view in the rail
# name = "Chips"
# query = "company:nvidia,amd,tsmc since:7d"

# [[rule]]                           # acts on every story that arrives
# when = "company:nvidia outlets:>2"
# then = ["star", "save"]            # star, save, read, hide, fulltext
# until = "2026-12-31"

# [[company]]                        # adds to, changes or hides an entry of the list
# slug = "acme"
# name = "Acme"
# aliases = ["Acme AI"]

# [watch]
# companies = ["nvidia"]
# command = ["notify-send", "{title}", "{body}"]   # told of their news, without a shell

# [reader]
# width = 76                         # columns of text at most
# images = "auto"                    # auto, kitty, blocks, off
# theme = "auto"                     # auto, dark, light, contrast
# refresh = true                     # fetch what is due on opening

# [keys]
# preset = "default"                 # or "newsboat"
# save = "s"

# [saved]
# dir = "~/notes/news"               # where saved articles are written

# [[sync]]                           # nightdesk sync keeps several machines in step
# kind = "miniflux"                  # or "freshrss" or "greader": the Google Reader API
# url = "https://reader.example.org"
# user = "me"                        # not for miniflux
# token = "env:MINIFLUX_TOKEN"       # or "file:~/token" (0600), or "keyring:"

# [retention]
# read = "90d"                       # forget read stories after this time
# unread = "365d"
`

// Init writes a commented config to start from. It never overwrites one.
func Init(path string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the config: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already; it was left as it is", path)
	}
	if err != nil {
		return fmt.Errorf("write the config: %w", err)
	}
	_, err = f.WriteString(template)
	return errors.Join(err, f.Close())
}

// AddFeed adds a [[feed]] at the end of the config, which is made if need be; every
// other byte stays as it was. If the catalogue is read because nothing says otherwise it
// goes on being read.
func AddFeed(path string, s feeds.Subscription) error {
	if !utf8.ValidString(s.URL) {
		return fmt.Errorf("the address %q is not valid UTF-8", s.URL)
	}
	return edit(path, []string{s.URL}, func(src []byte, c *Config) ([]byte, error) {
		for _, f := range c.Feeds {
			if f.URL == s.URL && (f.Enabled == nil || *f.Enabled) {
				return nil, fmt.Errorf("the feed %s is in the config already", s.URL)
			}
			if f.URL == s.URL {
				from, to, ok := feedBlock(src, s.URL)
				if !ok {
					return nil, fmt.Errorf("the feed %s is in the config, switched off; set enabled = true", s.URL)
				}
				src = cutBlock(src, from, to)
			}
		}
		nl := lineEnd(src)
		var b strings.Builder
		if c.Catalogue == nil && len(c.Feeds) == 0 {
			src = append([]byte("catalogue = true"+nl+nl), src...)
		}
		if len(src) > 0 && !bytes.HasSuffix(src, []byte("\n")) {
			b.WriteString(nl)
		}
		if len(src) > 0 {
			b.WriteString(nl)
		}
		writeFeed(&b, &s, nl)
		return append(src, b.String()...), nil
	})
}

// RemoveFeed takes a feed out of the config; one of the catalogue is switched off there.
func RemoveFeed(path, url string) error {
	return edit(path, []string{url}, func(src []byte, c *Config) ([]byte, error) {
		inFile := false
		for _, f := range c.Feeds {
			inFile = inFile || f.URL == url
		}
		if inFile {
			from, to, ok := feedBlock(src, url)
			if !ok {
				return nil, fmt.Errorf("the feed %s is not written as a [[feed]] block that can be taken out; edit %s", url, path)
			}
			src = cutBlock(src, from, to)
			if len(c.Feeds) == 1 && c.Catalogue == nil { // without any feed the catalogue would come back
				src = append([]byte("catalogue = false"+lineEnd(src)+lineEnd(src)), src...)
			}
		}
		if Builtin(url) && (c.Catalogue == nil && len(c.Feeds) == 0 || c.Catalogue != nil && *c.Catalogue) {
			nl := lineEnd(src)
			if c.Catalogue == nil {
				src = append([]byte("catalogue = true"+nl+nl), src...)
			}
			if len(src) > 0 && !bytes.HasSuffix(src, []byte("\n")) {
				src = append(src, nl...)
			}
			return append(src, nl+"[[feed]]"+nl+"url = "+quoteTOML(url)+nl+"enabled = false"+nl...), nil
		}
		if !inFile {
			return nil, fmt.Errorf("no feed %s is in the config", url)
		}
		return src, nil
	})
}

// RenameFeed sets the title of a feed of the config.
func RenameFeed(path, url, title string) error {
	return setText(path, url, "title", title, func(f Feed) bool { return f.Title != "" })
}

// MoveFeed sets the folder of a feed of the config, "" for none.
func MoveFeed(path, url, folder string) error {
	return setText(path, url, "folder", folder, func(f Feed) bool { return f.Folder != "" })
}

// setText sets one key of a feed; has reports whether a feed has it already.
func setText(path, url, name, value string, has func(Feed) bool) error {
	return edit(path, []string{url}, func(src []byte, c *Config) ([]byte, error) {
		from, to, ok := feedBlock(src, url)
		if !ok {
			if !Builtin(url) {
				return nil, fmt.Errorf("no feed %s is in the config", url)
			}
			nl := lineEnd(src)
			if c.Catalogue == nil && len(c.Feeds) == 0 {
				src = append([]byte("catalogue = true"+nl+nl), src...)
			}
			return append(src, nl+"[[feed]]"+nl+"url = "+quoteTOML(url)+nl+name+" = "+quoteTOML(value)+nl...), nil
		}
		block := src[from:to]
		nl := lineEnd(src)
		there := slices.ContainsFunc(c.Feeds, func(f Feed) bool { return f.URL == url && has(f) })
		var out []byte
		done := false
		for _, line := range bytes.SplitAfter(block, []byte("\n")) {
			if key, _, ok := strings.Cut(string(line), "="); ok && strings.TrimSpace(key) == name && !done {
				rest, ok := afterValue(line)
				if !ok {
					return nil, fmt.Errorf("the %s of %s is not written on one line; edit %s", name, url, path)
				}
				line, done = []byte(name+" = "+quoteTOML(value)+rest), true
			}
			out = append(out, line...)
			if key, _, ok := strings.Cut(string(line), "="); ok && strings.TrimSpace(key) == "url" && !done && !there {
				if !bytes.HasSuffix(out, []byte("\n")) {
					out = append(out, nl...)
				}
				out, done = append(out, name+" = "+quoteTOML(value)+nl...), true
			}
		}
		if !done {
			return nil, fmt.Errorf("the feed %s is not written so that its %s can be set; edit %s", url, name, path)
		}
		return append(append(bytes.Clone(src[:from]), out...), src[to:]...), nil
	})
}

// afterValue is what stands after the string of a "key = string" line: its comment and
// its end. ok is false if the string is not whole on the line.
func afterValue(line []byte) (rest string, ok bool) {
	_, val, _ := strings.Cut(string(line), "=")
	val = strings.TrimLeft(val, " \t")
	if val == "" || strings.HasPrefix(val, `"""`) || strings.HasPrefix(val, "'''") {
		return "", false
	}
	quote := val[0]
	for i := 1; i < len(val); i++ {
		switch {
		case val[i] == '\\' && quote == '"':
			i++
		case val[i] == quote:
			return val[i+1:], true
		}
	}
	return "", false
}

// others are the feeds but those with these urls.
func others(c *Config, urls []string) []Feed {
	return slices.DeleteFunc(slices.Clone(c.Feeds), func(f Feed) bool { return slices.Contains(urls, f.URL) })
}

// edit changes what the file says of the feeds with these urls, if what comes of it is a
// valid config that says of every other feed what it said before, whole or not at all: a
// header with a secret must not end up with another feed.
func edit(path string, urls []string, change func([]byte, *Config) ([]byte, error)) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a linked config stays a link
	}
	src, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the config: %w", err)
	}
	none := func(string) string { return "-" }
	c, err := Parse(path, src, none)
	if err != nil {
		return err
	}
	out, err := change(bytes.Clone(src), c)
	if err != nil {
		return err
	}
	after, err := Parse(path, out, none)
	if err != nil {
		return fmt.Errorf("the config was left as it is, for the change would have broken it: %w", err)
	}
	if !slices.EqualFunc(others(c, urls), others(after, urls), func(x, y Feed) bool { return reflect.DeepEqual(x, y) }) {
		return fmt.Errorf("the config was left as it is, for the change would have touched another feed; edit %s", path)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the config: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".config-*.toml")
	if err != nil {
		return fmt.Errorf("write the config: %w", err)
	}
	_, err = f.Write(out)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write the config: %w", err)
	}
	return nil
}

// feedBlock is where the [[feed]] with this url stands.
func feedBlock(src []byte, url string) (from, to int, ok bool) { return block(src, "feed", "url", url) }

// block is where the [[table]] stands whose key has this value: from its header to the
// next header, comments before which belong to that.
func block(src []byte, table, key, value string) (from, to int, ok bool) {
	at, start := 0, -1
	hit := false
	end := 0
	for _, line := range bytes.SplitAfter(src, []byte("\n")) {
		text := strings.TrimSpace(string(line))
		if strings.HasPrefix(text, "[") && !(start >= 0 && within(text, table)) {
			if start >= 0 && hit {
				return start, end, true
			}
			start, hit = -1, false
			if head, _, _ := strings.Cut(text, "#"); strings.ReplaceAll(strings.TrimSpace(head), " ", "") == "[["+table+"]]" {
				start = at
			}
		}
		if k, val, found := strings.Cut(text, "="); found && start >= 0 && strings.TrimSpace(k) == key {
			val = strings.TrimSpace(val)
			hit = strings.HasPrefix(val, quoteTOML(value)) || strings.HasPrefix(val, "'"+value+"'")
		}
		at += len(line)
		if text != "" && !strings.HasPrefix(text, "#") {
			end = at
		}
	}
	return start, end, start >= 0 && hit
}

// within reports whether a header names a table within the one above it, such as
// [feed.headers], which goes where the feed goes.
func within(header, table string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(header, "[ \t"), table)
	return ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ".")
}

// cutBlock takes bytes out, and the blank line that set them apart.
func cutBlock(src []byte, from, to int) []byte {
	out := append(bytes.Clone(src[:from]), src[to:]...)
	nl := []byte(lineEnd(src))
	double := append(bytes.Clone(nl), nl...)
	if bytes.HasSuffix(out[:from], double) && (from == len(out) || bytes.HasPrefix(out[from:], nl)) {
		out = append(out[:from-len(nl)], out[from:]...)
	}
	return out
}

func lineEnd(src []byte) string {
	if bytes.Contains(src, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// quoteTOML is a text as a TOML basic string.
func quoteTOML(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			b.WriteString(`\u` + fmt.Sprintf("%04X", r))
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
