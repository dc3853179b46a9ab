// Package company says which companies a story is about: offline, deterministic, in
// microseconds, and with reasons. It owns the embedded list of companies and the
// decision; it does no I/O and keeps nothing between stories. Start at Tagger.Tag; the
// form of the list is told in data/FORMAT.md.
package company

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"sync"

	"nightdesk/feeds"
)

//go:embed data/companies.txt
var companies string

// A List is companies by their slugs.
type List struct {
	all    []feeds.Company // by slug
	vague  [][]string      // names of each that need evidence, folded; a leading "~" needs less
	bySlug map[string]int
	byName func() map[string]int
	sum    uint64
}

// Embedded is the built-in list. It is read when it is first asked for.
func Embedded() *List { return embedded() }

var embedded = sync.OnceValue(func() *List {
	l, err := Parse(companies)
	if err != nil {
		panic("the embedded list of companies: " + err.Error()) // a test reads it
	}
	return l
})

// Parse reads a list in the form of data/FORMAT.md. Errors name the line.
func Parse(text string) (*List, error) {
	l := &List{bySlug: make(map[string]int)}
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
				return nil, fmt.Errorf("line %d: the slug %q is empty or there already", line, slug)
			}
			l.bySlug[slug] = len(l.all)
			l.all = append(l.all, feeds.Company{Slug: slug})
			l.vague = append(l.vague, nil)
			c = &l.all[len(l.all)-1]
			continue
		}
		key, val, ok := strings.Cut(row, ": ")
		if !ok || c == nil {
			return nil, fmt.Errorf("line %d: %q is no “key: value” of a company", line, row)
		}
		switch key {
		case "name":
			c.Name = l.names(val)[0]
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
		case "site":
			c.Site = val
		case "country":
			c.Country = val
		case "sector":
			c.Sector = val
		case "about":
			c.Description = val
		default:
			return nil, fmt.Errorf("line %d: a company has no %q", line, key)
		}
	}
	l.finish()
	return l, nil
}

// names splits a list of names; a "!" before one says that it needs evidence, a "~" that
// it needs some, for it is seldom anything else in news of the industry.
func (l *List) names(val string) []string {
	out := strings.Split(val, ", ")
	for i, n := range out {
		if rest, vague := strings.CutPrefix(n, "!"); vague {
			out[i] = rest
			last := len(l.vague) - 1
			l.vague[last] = append(l.vague[last], strings.ToLower(rest))
		} else if rest, leaning := strings.CutPrefix(n, "~"); leaning {
			out[i] = rest
			last := len(l.vague) - 1
			l.vague[last] = append(l.vague[last], "~"+strings.ToLower(rest))
		}
	}
	return out
}

func (l *List) finish() {
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
		fmt.Fprintf(h, "%v|%v\n", l.all[i], l.vague[i])
	}
	l.sum = h.Sum64()
}

// With is the list with a person's changes: an entry with a slug of the list adds to it
// or changes it, a hidden one is never tagged, another one is new.
func (l *List) With(changes []feeds.Company) (*List, error) {
	if len(changes) == 0 {
		return l, nil
	}
	out := &List{all: slices.Clone(l.all), vague: slices.Clone(l.vague), bySlug: make(map[string]int, len(l.all))}
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
			out.all, out.vague = append(out.all, c), append(out.vague, nil)
			continue
		}
		o := out.all[i]
		o.Hidden = c.Hidden
		for _, set := range []struct{ to, from *string }{{&o.Name, &c.Name}, {&o.Parent, &c.Parent}, {&o.Site, &c.Site}, {&o.Description, &c.Description}} {
			if *set.from != "" {
				*set.to = *set.from
			}
		}
		o.Aliases = slices.Concat(o.Aliases, c.Aliases)
		o.Products = slices.Concat(o.Products, c.Products)
		o.People = slices.Concat(o.People, c.People)
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

// All are the companies in the order of the list. They must not be changed.
func (l *List) All() []feeds.Company { return l.all }

// Version changes with the list and with how it is used, so that stored tags can be
// told from what would be tagged today.
func (l *List) Version() string { return strconv.FormatUint(l.sum, 36) + "-1" }
