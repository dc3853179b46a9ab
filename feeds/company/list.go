// Package company says which companies a story is about: offline, deterministic, in
// microseconds, and with reasons. It owns the embedded list of companies and the
// decision; it does no I/O and keeps nothing between stories. Start at Tagger.Tag
// (decide.go); the form of the list is told in data/FORMAT.md. The folder's text files
// are what people read and change; companies.bin is made of them by go generate and is
// what the program carries, because it is read some thirty times as fast.
package company

//go:generate go test -run TestPackIsCurrent -update .

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"nightdesk/feeds"
)

// A List is companies by their slugs.
type List struct {
	all    []feeds.Company    // by slug
	held   []bool             // its parent only owns it: a story of it is none of the parent's
	names  []name             // what they are found by
	unless map[int32][]string // by place: words beside a name that make it another thing
	byName func() map[string]int
	sum    uint64
}

// Embedded is the built-in list. It is read when it is first asked for.
func Embedded() *List { return embedded() }

var embedded = sync.OnceValue(func() *List { return unpack(packed) })

// newList makes a list of companies by slug, with the names of each by its place. One of
// companies in another order must be sorted.
func newList(all []feeds.Company, held []bool, names []name, unless map[int32][]string, sum uint64) *List {
	l := &List{all: all, held: held, names: names, unless: unless, sum: sum}
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
	return l
}

func bySlug(a, b feeds.Company) int { return strings.Compare(a.Slug, b.Slug) }

func (l *List) sort() {
	order := make([]int, len(l.all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return bySlug(l.all[a], l.all[b]) })
	all, held, place := make([]feeds.Company, len(l.all)), make([]bool, len(l.all)), make([]int32, len(l.all))
	for to, from := range order {
		all[to], held[to], place[from] = l.all[from], l.held[from], int32(to)
	}
	l.all, l.held = all, held
	for i := range l.names {
		l.names[i].company = place[l.names[i].company]
	}
	unless := make(map[int32][]string, len(l.unless))
	for from, words := range l.unless {
		unless[place[from]] = words
	}
	l.unless = unless
	slices.SortStableFunc(l.names, func(a, b name) int { return int(a.company - b.company) })
}

// at is the place of a company, -1 if it is not on the list.
func (l *List) at(slug string) int {
	i, ok := slices.BinarySearchFunc(l.all, slug, func(c feeds.Company, s string) int { return strings.Compare(c.Slug, s) })
	if !ok {
		return -1
	}
	return i
}

// Find is the company with this slug.
func (l *List) Find(slug string) (feeds.Company, bool) {
	i := l.at(slug)
	if i < 0 {
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
func (l *List) Version() string { return strconv.FormatUint(l.sum, 36) + "-" + decision }
