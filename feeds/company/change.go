package company

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// With is the list with a person's changes: an entry with a slug of the list adds to it
// or changes it, a hidden one is never tagged, another one is new. Names may have the
// marks of data/FORMAT.md; a name that is there already is marked anew.
func (l *List) With(changes []feeds.Company) (*List, error) {
	if len(changes) == 0 {
		return l, nil
	}
	all, held, names := slices.Clone(l.all), slices.Clone(l.held), slices.Clone(l.names)
	h := fnv.New64a()
	fmt.Fprintf(h, "%d", l.sum)
	for _, c := range changes {
		fmt.Fprintf(h, "|%v", c)
		i := slices.IndexFunc(all, func(o feeds.Company) bool { return o.Slug == c.Slug })
		if i < 0 {
			if c.Name == "" {
				return nil, fmt.Errorf("the company %q has no name", c.Slug)
			}
			i = len(all)
			all, held = append(all, feeds.Company{Slug: c.Slug}), append(held, false)
		}
		o := all[i]
		o.Hidden = c.Hidden
		for _, set := range []struct{ to, from *string }{{&o.Parent, &c.Parent}, {&o.Site, &c.Site}, {&o.Description, &c.Description}} {
			if *set.from != "" {
				*set.to = *set.from
			}
		}
		if c.Name != "" {
			add(&names, i, asName, []string{c.Name})
			o.Name = strings.TrimLeft(c.Name, "!~")
		}
		o.Aliases = slices.Concat(o.Aliases, add(&names, i, asName, c.Aliases))
		o.Products = slices.Concat(o.Products, add(&names, i, asProduct, c.Products))
		o.People = slices.Concat(o.People, add(&names, i, asPerson, c.People))
		o.Tickers = slices.Concat(o.Tickers, c.Tickers)
		all[i] = o
	}
	names = slices.DeleteFunc(names, func(n name) bool { return all[n.company].Hidden })
	out := newList(all, held, names, l.unless, h.Sum64())
	out.sort()
	return out, nil
}

// add puts names of company i after the others, or in the place of one that is spelt the
// same, and gives the new ones without their marks.
func add(names *[]name, i int, r role, marked []string) []string {
	var out []string
	for _, m := range marked {
		n, ok := newName(m, i, r)
		if !ok {
			continue
		}
		if at := slices.IndexFunc(*names, func(o name) bool { return int(o.company) == i && o.role == r && o.text == n.text }); at >= 0 {
			(*names)[at] = n
			continue
		}
		*names = append(*names, n)
		out = append(out, n.text)
	}
	return out
}
