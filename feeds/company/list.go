// Package company says which companies a story is about: offline, deterministic, in
// microseconds, and with reasons. It owns the embedded list of companies and the
// decision; it does no I/O and keeps nothing between stories. Start at Tagger.Tag; the
// form of the list is told in data/FORMAT.md.
package company

import (
	"embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nightdesk/feeds"
)

//go:embed data/*.txt
var data embed.FS

// A List is companies by their slugs.
type List struct {
	all    []feeds.Company // by slug
	vague  [][]string      // names of each that need evidence, folded; a leading "~" needs less
	held   []bool          // its parent only owns it: a story of it is none of the parent's
	bySlug map[string]int
	byName func() map[string]int
	sum    uint64
}

// Embedded is the built-in list. It is read when it is first asked for.
func Embedded() *List { return embedded() }

var embedded = sync.OnceValue(func() *List {
	l, err := load()
	if err != nil {
		panic("the embedded list of companies: " + err.Error()) // a test reads it
	}
	return l
})

// load reads the files of data, in the order of their names.
func load() (*List, error) {
	files, err := data.ReadDir("data")
	if err != nil {
		return nil, err
	}
	l := &List{bySlug: make(map[string]int, 2048)}
	for _, f := range files {
		text, err := data.ReadFile("data/" + f.Name())
		if err == nil {
			err = l.read(string(text))
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name(), err)
		}
	}
	l.finish()
	return l, nil
}

// Parse reads a list in the form of data/FORMAT.md. Errors name the line.
func Parse(text string) (*List, error) {
	l := &List{bySlug: make(map[string]int)}
	if err := l.read(text); err != nil {
		return nil, err
	}
	l.finish()
	return l, nil
}

// read adds the blocks of one file.
func (l *List) read(text string) error {
	var c *feeds.Company
	line := 0
	for row := range strings.SplitSeq(text, "\n") {
		line++
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			continue
		}
		if row[0] == '[' {
			slug := strings.Trim(row, "[]")
			if _, twice := l.bySlug[slug]; twice || slug == "" {
				return fmt.Errorf("line %d: the slug %q is empty or there already", line, slug)
			}
			l.bySlug[slug] = len(l.all)
			l.all = append(l.all, feeds.Company{Slug: slug})
			l.vague = append(l.vague, nil)
			l.held = append(l.held, false)
			c = &l.all[len(l.all)-1]
			continue
		}
		key, val, ok := strings.Cut(row, ": ")
		if !ok || c == nil {
			return fmt.Errorf("line %d: %q is no “key: value” of a company", line, row)
		}
		switch key {
		case "name":
			if names := l.names(val); len(names) > 0 {
				c.Name = names[0]
			}
		case "also":
			c.Aliases = l.names(val)
		case "products":
			c.Products = l.names(val)
		case "people":
			c.People = l.names(val)
		case "tickers":
			c.Tickers = l.names(val)
		case "parent":
			c.Parent = val
		case "owner":
			c.Parent = val
			l.held[len(l.held)-1] = true
		case "site":
			c.Site = val
		case "country":
			c.Country = val
		case "sector":
			c.Sector = val
		case "about":
			c.Description = val
		default:
			return fmt.Errorf("line %d: a company has no %q", line, key)
		}
	}
	return nil
}

// names splits a list of names of the last company; see unmark.
func (l *List) names(val string) []string { return l.unmark(len(l.all)-1, strings.Split(val, ", ")) }

// unmark takes the marks off names of company i and remembers them: a "!" before one
// says that it needs evidence, a "~" that it needs some, for it is seldom anything else
// in news of the industry. Empty names are dropped.
func (l *List) unmark(i int, marked []string) []string {
	out := make([]string, 0, len(marked))
	for _, n := range marked {
		rest := strings.TrimLeft(n, "!~")
		if rest == "" {
			continue
		}
		switch n[0] {
		case '!':
			l.vague[i] = append(slices.Clip(l.vague[i]), strings.ToLower(rest))
		case '~':
			l.vague[i] = append(slices.Clip(l.vague[i]), "~"+strings.ToLower(rest))
		}
		out = append(out, rest)
	}
	return out
}

// finish sorts the list by slug and makes what is looked up in it.
func (l *List) finish() {
	order := make([]int, len(l.all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(l.all[a].Slug, l.all[b].Slug) })
	all, vague, held := l.all, l.vague, l.held
	l.all, l.vague, l.held = make([]feeds.Company, len(all)), make([][]string, len(all)), make([]bool, len(all))
	for to, from := range order {
		l.all[to], l.vague[to], l.held[to] = all[from], vague[from], held[from]
		l.bySlug[l.all[to].Slug] = to
	}
	l.byName = sync.OnceValue(func() map[string]int {
		m := make(map[string]int, 3*len(l.all))
		for i := range l.all {
			c := &l.all[i]
			for _, n := range slices.Concat([]string{c.Name}, c.Aliases, c.Products) {
				if _, taken := m[strings.ToLower(n)]; !taken {
					m[strings.ToLower(n)] = i
				}
			}
		}
		return m
	})
	h := fnv.New64a()
	for i := range l.all {
		fmt.Fprintf(h, "%v|%v|%v\n", l.all[i], l.vague[i], l.held[i])
	}
	l.sum = h.Sum64()
}

// With is the list with a person's changes: an entry with a slug of the list adds to it
// or changes it, a hidden one is never tagged, another one is new.
func (l *List) With(changes []feeds.Company) (*List, error) {
	if len(changes) == 0 {
		return l, nil
	}
	out := &List{all: slices.Clone(l.all), vague: slices.Clone(l.vague), held: slices.Clone(l.held), bySlug: make(map[string]int, len(l.all))}
	for i := range out.all {
		out.bySlug[out.all[i].Slug] = i
	}
	for _, c := range changes {
		i, ok := out.bySlug[c.Slug]
		if !ok {
			if c.Name == "" {
				return nil, fmt.Errorf("the company %q has no name", c.Slug)
			}
			out.bySlug[c.Slug] = len(out.all)
			out.all, out.vague, out.held = append(out.all, c), append(out.vague, nil), append(out.held, false)
			own := &out.all[len(out.all)-1]
			for _, names := range []*[]string{&own.Aliases, &own.Products, &own.People} {
				*names = out.unmark(len(out.all)-1, *names)
			}
			if n := out.unmark(len(out.all)-1, []string{own.Name}); len(n) == 1 {
				own.Name = n[0]
			}
			continue
		}
		o := out.all[i]
		o.Hidden = c.Hidden
		for _, set := range []struct{ to, from *string }{{&o.Name, &c.Name}, {&o.Parent, &c.Parent}, {&o.Site, &c.Site}, {&o.Description, &c.Description}} {
			if *set.from != "" {
				*set.to = *set.from
			}
		}
		o.Aliases = slices.Concat(o.Aliases, out.unmark(i, c.Aliases))
		o.Products = slices.Concat(o.Products, out.unmark(i, c.Products))
		o.People = slices.Concat(o.People, out.unmark(i, c.People))
		o.Tickers = slices.Concat(o.Tickers, c.Tickers)
		out.all[i] = o
	}
	out.finish()
	return out, nil
}

// Find is the company with this slug.
func (l *List) Find(slug string) (feeds.Company, bool) {
	i, ok := l.bySlug[slug]
	if !ok {
		return feeds.Company{}, false
	}
	return l.all[i], true
}

// Lookup is the company with this name, alias or product, without regard to case.
func (l *List) Lookup(name string) (feeds.Company, bool) {
	i, ok := l.byName()[strings.ToLower(strings.TrimSpace(name))]
	if !ok {
		return feeds.Company{}, false
	}
	return l.all[i], true
}

// Search gives the companies whose slug, name or alias begins with this, or has a word
// that does, without regard to case, those of the name first, at most limit (0: all).
func (l *List) Search(prefix string, limit int) []feeds.Company {
	prefix = strings.ToLower(strings.TrimSpace(prefix))
	var first, later []feeds.Company
	for i := range l.all {
		c := &l.all[i]
		switch {
		case prefix == "" || strings.HasPrefix(c.Slug, prefix) || strings.HasPrefix(strings.ToLower(c.Name), prefix):
			first = append(first, *c)
		case slices.ContainsFunc(slices.Concat([]string{c.Name}, c.Aliases), func(n string) bool {
			n = strings.ToLower(n)
			return strings.HasPrefix(n, prefix) || strings.Contains(n, " "+prefix)
		}):
			later = append(later, *c)
		}
	}
	out := append(first, later...)
	if limit > 0 && len(out) > limit {
		out = out[:limit]
	}
	return out
}

// All are the companies in the order of the list. They must not be changed.
func (l *List) All() []feeds.Company { return l.all }

// Version changes with the list and with how it is used, so that stored tags can be
// told from what would be tagged today.
func (l *List) Version() string { return strconv.FormatUint(l.sum, 36) + "-1" }
