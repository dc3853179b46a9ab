// Package config makes one validated value of the config file and the environment:
// preferences, subscriptions, saved views, rules and companies, and says where things
// are. It knows nothing of the store or the screen. Start at Load.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"nightdesk/feeds"
)

// Config is all that a person may set. Durations are text such as "1h" or "7d".
type Config struct {
	Catalogue *bool                        `toml:"catalogue"`
	Feeds     []Feed                       `toml:"feed"`
	Views     []View                       `toml:"view"`
	Rules     []Rule                       `toml:"rule"`
	Companies []Company                    `toml:"company"`
	Watch     Watch                        `toml:"watch"`
	Reader    Reader                       `toml:"reader"`
	Keys      map[string]string            `toml:"keys"`
	Saved     Saved                        `toml:"saved"`
	Retention Retention                    `toml:"retention"`
	Themes    map[string]map[string]string `toml:"theme"`
	Sites     []Site                       `toml:"site"`
	Sync      []Sync                       `toml:"sync"`

	Path string `toml:"-"` // of the file, also where there is none
	// Warnings are what is odd but no error: a secret's variable that is not set.
	Warnings []string `toml:"-"`
}

// Feed is one [[feed]].
type Feed struct {
	URL      string            `toml:"url"`
	Title    string            `toml:"title"`
	Folder   string            `toml:"folder"`
	Tags     []string          `toml:"tags"`
	Interval Duration          `toml:"interval"`
	Fulltext bool              `toml:"fulltext"`
	Enabled  *bool             `toml:"enabled"`
	Headers  map[string]string `toml:"headers"`
	Username string            `toml:"username"`
	Password string            `toml:"password"`
	Filter   string            `toml:"filter"`
}

// View is one [[view]].
type View struct {
	Name  string `toml:"name"`
	Query string `toml:"query"`
}

// Rule is one [[rule]].
type Rule struct {
	When  string   `toml:"when"`
	Then  []string `toml:"then"`
	Until string   `toml:"until"`
}

// Company is one [[company]]: an addition to the built-in list, or a change of it.
type Company struct {
	Slug        string   `toml:"slug"`
	Name        string   `toml:"name"`
	Aliases     []string `toml:"aliases"`
	Products    []string `toml:"products"`
	People      []string `toml:"people"`
	Tickers     []string `toml:"tickers"`
	Parent      string   `toml:"parent"`
	Site        string   `toml:"site"`
	Description string   `toml:"description"`
	Hide        bool     `toml:"hide"`
}

// Watch is [watch].
type Watch struct {
	Companies []string `toml:"companies"`
	Command   []string `toml:"command"` // told of their news; {title}, {body} and {url} stand for what it is
}

// Reader is [reader].
type Reader struct {
	Width   int    `toml:"width"`
	Images  string `toml:"images"`
	Theme   string `toml:"theme"`
	Refresh *bool  `toml:"refresh"` // on opening; the default is true
}

// Saved is [saved].
type Saved struct {
	Dir string `toml:"dir"`
}

// Retention is [retention].
type Retention struct {
	Read        Duration `toml:"read"`
	Unread      Duration `toml:"unread"`
	ReadPerFeed int      `toml:"read_per_feed"`
}

// Site is one [[site]]: how to read the pages of a host.
type Site struct {
	Host    string   `toml:"host"`
	Content string   `toml:"content"`
	Strip   []string `toml:"strip"`
}

// Sync is one [[sync]].
type Sync struct {
	Kind  string `toml:"kind"`
	URL   string `toml:"url"`
	User  string `toml:"user"`
	Token string `toml:"token"`
}

// Duration is a time such as "90m", "12h", "7d" or "2w".
type Duration time.Duration

// UnmarshalText reads a Duration.
func (d *Duration) UnmarshalText(b []byte) error {
	s := string(b)
	for suffix, unit := range map[string]time.Duration{"d": 24 * time.Hour, "w": 7 * 24 * time.Hour} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			var k int
			if _, err := fmt.Sscanf(n, "%d", &k); err == nil && fmt.Sprint(k) == n && k >= 0 && k < 100000 {
				*d = Duration(time.Duration(k) * unit)
				return nil
			}
		}
	}
	v, err := time.ParseDuration(s)
	if err != nil || v < 0 {
		return fmt.Errorf("%q is no time such as \"30m\", \"12h\" or \"7d\"", s)
	}
	*d = Duration(v)
	return nil
}

// An Error is something wrong in the config, with its place.
type Error struct {
	File         string
	Line, Column int // from 1; 0 if unknown
	Msg          string
	Suggest      string // the nearest valid key or value
}

func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
	}
	s := place + ": " + e.Msg
	if e.Suggest != "" {
		s += "; did you mean " + e.Suggest + "?"
	}
	return s
}

// Load reads the config at path. A file that is not there is the default config.
func Load(path string, getenv func(string) string) (*Config, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &Config{Path: path}, nil
	}
	if err != nil {
		return nil, &Error{File: path, Msg: fmt.Sprintf("cannot be read: %v", err)}
	}
	return Parse(path, b, getenv)
}

// maxConfig bounds a config; nobody writes more by hand.
const maxConfig = 8 << 20

// Parse reads a config. Errors are *Error.
func Parse(path string, b []byte, getenv func(string) string) (*Config, error) {
	if len(b) > maxConfig {
		return nil, &Error{File: path, Msg: "is larger than 8 MiB"}
	}
	c := &Config{Path: path}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	dec := toml.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return nil, placed(path, err)
	}
	if err := c.check(path, b); err != nil {
		return nil, err
	}
	c.secrets(getenv)
	return c, nil
}

// placed gives an error of the TOML reader its place and the nearest valid key.
func placed(path string, err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		one := strict.Errors[0]
		line, col := one.Position()
		key := one.Key()
		e := &Error{File: path, Line: line, Column: col, Msg: fmt.Sprintf("there is no key %q", strings.Join(key, "."))}
		if len(key) > 0 {
			if near := nearest(key[len(key)-1], keysAt(key[:len(key)-1])); near != "" {
				e.Suggest = fmt.Sprintf("%q", near)
			}
		}
		return e
	}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		line, col := de.Position()
		return &Error{File: path, Line: line, Column: col, Msg: strings.TrimPrefix(de.Error(), "toml: ")}
	}
	return &Error{File: path, Msg: strings.TrimPrefix(err.Error(), "toml: ")}
}

// keysAt are the keys that a table of the config knows.
func keysAt(table []string) []string {
	if len(table) == 0 {
		return []string{"catalogue", "feed", "view", "rule", "company", "watch", "reader", "keys", "saved", "retention", "theme", "site", "sync"}
	}
	switch table[0] {
	case "feed":
		return []string{"url", "title", "folder", "tags", "interval", "fulltext", "enabled", "headers", "username", "password", "filter"}
	case "view":
		return []string{"name", "query"}
	case "rule":
		return []string{"when", "then", "until"}
	case "company":
		return []string{"slug", "name", "aliases", "products", "people", "tickers", "parent", "site", "description", "hide"}
	case "watch":
		return []string{"companies"}
	case "reader":
		return []string{"width", "images", "theme", "refresh"}
	case "saved":
		return []string{"dir"}
	case "retention":
		return []string{"read", "unread", "read_per_feed"}
	case "site":
		return []string{"host", "content", "strip"}
	case "sync":
		return []string{"kind", "url", "user", "token"}
	}
	return nil
}

// thens are what a rule may do.
var thens = []string{"star", "save", "read", "hide", "fulltext"}

func (c *Config) check(path string, src []byte) error {
	bad := func(text, msg string, args ...any) *Error {
		line, col := find(src, text)
		return &Error{File: path, Line: line, Column: col, Msg: fmt.Sprintf(msg, args...)}
	}
	seen := make(map[string]bool)
	for i := range c.Feeds {
		f := &c.Feeds[i]
		switch {
		case f.URL == "":
			return bad("[[feed]]", "feed %d has no url", i+1)
		case !strings.HasPrefix(f.URL, "http://") && !strings.HasPrefix(f.URL, "https://") && !strings.HasPrefix(f.URL, "file://") && !strings.HasPrefix(f.URL, "exec:"):
			return bad(f.URL, "the url of a feed begins with https://, http://, file:// or exec:, not %q", f.URL)
		case seen[f.URL]:
			return bad(f.URL, "the feed %s is there twice", f.URL)
		}
		seen[f.URL] = true
	}
	for i, v := range c.Views {
		if v.Name == "" {
			return bad("[[view]]", "view %d has no name", i+1)
		}
	}
	for _, r := range c.Rules {
		if r.When == "" {
			return bad("[[rule]]", "a rule without when would act on every story")
		}
		for _, t := range r.Then {
			if !slices.Contains(thens, t) {
				e := bad(t, "a rule can do %s, not %q", strings.Join(thens, ", "), t)
				e.Suggest = nearest(t, thens)
				return e
			}
		}
		if r.Until != "" {
			if _, err := time.Parse("2006-01-02", r.Until); err != nil {
				return bad(r.Until, "until is a day such as 2026-12-31, not %q", r.Until)
			}
		}
	}
	for _, k := range c.Companies {
		if k.Slug == "" || strings.Trim(k.Slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return bad(k.Slug, "the slug of a company is lower-case letters, digits and -, not %q", k.Slug)
		}
	}
	for _, s := range c.Sync {
		if !slices.Contains(syncKinds, s.Kind) {
			e := bad(first(s.Kind, "[[sync]]"), "the kind of a [[sync]] is one of %s, not %q", strings.Join(syncKinds, ", "), s.Kind)
			e.Suggest = nearest(s.Kind, syncKinds)
			return e
		}
		if !strings.HasPrefix(s.URL, "https://") && !strings.HasPrefix(s.URL, "http://") {
			return bad(first(s.URL, "[[sync]]"), "the url of a [[sync]] begins with https:// or http://, not %q", s.URL)
		}
	}
	if w := c.Reader.Width; w != 0 && (w < 20 || w > 400) {
		return bad("width", "reader.width is from 20 to 400 columns, not %d", w)
	}
	for key, val := range map[string][]string{"images": {c.Reader.Images, "", "auto", "kitty", "blocks", "off"}} {
		if !slices.Contains(val[1:], val[0]) {
			e := bad(val[0], "reader.%s is one of %s, not %q", key, strings.Join(val[2:], ", "), val[0])
			e.Suggest = nearest(val[0], val[2:])
			return e
		}
	}
	return nil
}

// find is the place of a text in the file, for values that are wrong.
func find(src []byte, text string) (line, col int) {
	i := bytes.Index(src, []byte(text))
	if i < 0 || text == "" {
		return 0, 0
	}
	line = 1 + bytes.Count(src[:i], []byte("\n"))
	return line, i - bytes.LastIndexByte(src[:i], '\n')
}

// secrets puts the values of environment variables where "env:NAME" stands.
func (c *Config) secrets(getenv func(string) string) {
	resolve := func(v, where string) string {
		name, ok := strings.CutPrefix(v, "env:")
		if !ok {
			return v
		}
		val := getenv(name)
		if val == "" {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s: the environment variable %s is not set", where, name))
		}
		return val
	}
	for i := range c.Feeds {
		f := &c.Feeds[i]
		for k, v := range f.Headers {
			f.Headers[k] = resolve(v, f.URL)
		}
		f.Username, f.Password = resolve(f.Username, f.URL), resolve(f.Password, f.URL)
	}
	for i := range c.Sync {
		c.Sync[i].Token = resolve(c.Sync[i].Token, c.Sync[i].URL)
	}
}

// Subscriptions are the feeds to read: the catalogue's unless the config lists feeds
// itself, and the config's.
func (c *Config) Subscriptions() []feeds.Subscription {
	var out []feeds.Subscription
	at := make(map[string]int)
	if c.Catalogue == nil && len(c.Feeds) == 0 || c.Catalogue != nil && *c.Catalogue {
		out = Catalogue()
		for i := range out {
			at[out[i].URL] = i
		}
	}
	for _, f := range c.Feeds {
		s := feeds.Subscription{
			URL: f.URL, Title: f.Title, Folder: f.Folder, Tags: f.Tags, Interval: time.Duration(f.Interval), Headers: f.Headers,
			Username: f.Username, Password: f.Password, Filter: f.Filter, Fulltext: f.Fulltext, Disabled: f.Enabled != nil && !*f.Enabled,
		}
		if i, ok := at[f.URL]; ok { // a change of a catalogue's feed
			if s.Title == "" {
				s.Title = out[i].Title
			}
			if s.Folder == "" {
				s.Folder = out[i].Folder
			}
			s.Site = out[i].Site
			out[i] = s
			continue
		}
		out = append(out, s)
	}
	return slices.DeleteFunc(out, func(s feeds.Subscription) bool { return s.Disabled && Builtin(s.URL) })
}

// FeedViews, FeedRules and FeedCompanies are the config's in the newsroom's words.
func (c *Config) FeedViews() []feeds.View {
	out := make([]feeds.View, len(c.Views))
	for i, v := range c.Views {
		out[i] = feeds.View(v)
	}
	return out
}

// FeedRules are the rules that have not ended.
func (c *Config) FeedRules() []feeds.Rule {
	var out []feeds.Rule
	for _, r := range c.Rules {
		until, _ := time.Parse("2006-01-02", r.Until)
		if !until.IsZero() {
			until = until.AddDate(0, 0, 1)
		}
		out = append(out, feeds.Rule{When: r.When, Then: r.Then, Until: until})
	}
	return out
}

// FeedCompanies are the changes to the list of companies.
func (c *Config) FeedCompanies() []feeds.Company {
	var out []feeds.Company
	for _, k := range c.Companies {
		out = append(out, feeds.Company{
			Slug: k.Slug, Name: k.Name, Aliases: k.Aliases, Products: k.Products, People: k.People, Tickers: k.Tickers,
			Parent: k.Parent, Site: k.Site, Description: k.Description, Hidden: k.Hide,
		})
	}
	return out
}

// nearest is the word of a list that was most probably meant.
func nearest(word string, known []string) string {
	best, at := "", 3
	for _, k := range known {
		if d := distance(word, k); d < at {
			best, at = k, d
		}
	}
	return best
}

// distance is Levenshtein's, up to 3.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 3
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		prev := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			prev, row[j] = row[j], min(row[j]+1, row[j-1]+1, prev+cost)
		}
	}
	return row[len(b)]
}

// Places are where the files of nightdesk are.
type Places struct {
	Config, Database, Saved, Log string
}

// Where says where things are: what the flags say, else the environment, else the
// platform's own folders (XDG Base Directory Specification on Unix).
func Where(configFlag, dataFlag, logFlag string, getenv func(string) string) Places {
	home, _ := os.UserHomeDir()
	base := func(env, unix, mac, windows string) string {
		if v := getenv(env); filepath.IsAbs(v) {
			return v
		}
		switch runtime.GOOS {
		case "darwin":
			return filepath.Join(home, mac)
		case "windows":
			if v := getenv(windows); v != "" {
				return v
			}
		}
		return filepath.Join(home, unix)
	}
	first := func(vs ...string) string {
		for _, v := range vs {
			if v != "" {
				return Expand(v)
			}
		}
		return ""
	}
	data := first(dataFlag, getenv("NIGHTDESK_DATA"), filepath.Join(base("XDG_DATA_HOME", ".local/share", "Library/Application Support", "LocalAppData"), "nightdesk"))
	return Places{
		Config:   first(configFlag, getenv("NIGHTDESK_CONFIG"), filepath.Join(base("XDG_CONFIG_HOME", ".config", "Library/Application Support", "AppData"), "nightdesk", "config.toml")),
		Database: filepath.Join(data, "nightdesk.db"),
		Saved:    filepath.Join(data, "saved"),
		Log:      first(logFlag, getenv("NIGHTDESK_LOG"), filepath.Join(base("XDG_STATE_HOME", ".local/state", "Library/Logs", "LocalAppData"), "nightdesk", "nightdesk.log")),
	}
}

// Expand puts the home folder where a path begins with "~/".
func Expand(path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return path
}
