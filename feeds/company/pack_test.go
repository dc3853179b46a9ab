package company

import (
	"encoding/binary"
	"flag"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"nightdesk/feeds"
)

var update = flag.Bool("update", false, "write companies.bin anew")

// readText reads a list in the form of data/FORMAT.md. Errors name the line.
func readText(text string) (*List, error) {
	var all []feeds.Company
	var held []bool
	var names []name
	unless := make(map[int32][]string)
	seen := make(map[string]bool)
	line := 0
	for row := range strings.SplitSeq(text, "\n") {
		line++
		row = strings.TrimSpace(row)
		if row == "" || row[0] == '#' {
			continue
		}
		if row[0] == '[' {
			slug := strings.Trim(row, "[]")
			if slug == "" || seen[slug] {
				return nil, fmt.Errorf("line %d: the slug %q is empty or there already", line, slug)
			}
			if n := len(all); n > 0 && all[n-1].Slug > slug {
				return nil, fmt.Errorf("line %d: %q comes after %q", line, slug, all[n-1].Slug)
			}
			seen[slug] = true
			all, held = append(all, feeds.Company{Slug: slug}), append(held, false)
			continue
		}
		key, val, ok := strings.Cut(row, ": ")
		if !ok || len(all) == 0 {
			return nil, fmt.Errorf("line %d: %q is no “key: value” of a company", line, row)
		}
		i := len(all) - 1
		c := &all[i]
		list := strings.Split(val, ", ")
		switch key {
		case "name":
			c.Name = strings.TrimLeft(val, "!~")
			add(&names, i, asName, []string{val})
		case "also":
			c.Aliases = add(&names, i, asName, list)
		case "products":
			c.Products = add(&names, i, asProduct, list)
		case "people":
			c.People = add(&names, i, asPerson, list)
		case "tickers":
			c.Tickers = list
		case "unless":
			unless[int32(i)] = list
		case "parent":
			c.Parent = val
		case "owner":
			c.Parent, held[i] = val, true
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
	return newList(all, held, names, unless, 0), nil
}

// pack writes what unpack reads.
func pack(l *List) string {
	var b []byte
	num := func(n int) { b = binary.AppendUvarint(b, uint64(n)) }
	text := func(s string) { num(len(s)); b = append(b, s...) }
	texts := 0
	for i, c := range l.all {
		texts += len(l.unless[int32(i)]) + 1 + len(c.Aliases) + len(c.Products) + len(c.People) + len(c.Tickers)
	}
	num(len(l.all))
	num(texts)
	num(len(l.names))
	num(len(l.unless))
	names := l.names
	for i, c := range l.all {
		text(c.Slug)
		for r, list := range [...][]string{asName: append([]string{c.Name}, c.Aliases...), asProduct: c.Products, asPerson: c.People} {
			num(len(list))
			for _, t := range list {
				at := slices.IndexFunc(names, func(n name) bool { return n.role == role(r) && n.text == t && int(n.company) == i })
				n := names[at]
				marks := byte(0)
				for bit, on := range []bool{n.vague, n.leaning, n.exact} {
					if on {
						marks |= 1 << bit
					}
				}
				b = append(binary.LittleEndian.AppendUint32(append(b, marks), n.hash), n.second)
				text(t)
			}
		}
		for _, list := range [][]string{c.Tickers, l.unless[int32(i)]} {
			num(len(list))
			for _, t := range list {
				text(t)
			}
		}
		text(c.Parent)
		if l.held[i] {
			num(1)
		} else {
			num(0)
		}
		for _, t := range []string{c.Site, c.Country, c.Sector, c.Description} {
			text(t)
		}
		for len(names) > 0 && int(names[0].company) == i {
			names = names[1:]
		}
	}
	h := fnv.New64a()
	h.Write(b)
	return string(binary.LittleEndian.AppendUint64(nil, h.Sum64())) + string(b)
}

// TestPackIsCurrent holds companies.bin to the text files.
func TestPackIsCurrent(t *testing.T) {
	files, err := filepath.Glob("data/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	l := newList(nil, nil, nil, make(map[int32][]string), 0)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		part, err := readText(string(text))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		at := int32(len(l.all))
		for i := range part.names {
			part.names[i].company += at
		}
		for i, words := range part.unless {
			l.unless[at+i] = words
		}
		l.all, l.held, l.names = append(l.all, part.all...), append(l.held, part.held...), append(l.names, part.names...)
	}
	l.sort()
	want := pack(l)
	if *update {
		if err := os.WriteFile("companies.bin", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != packed {
		t.Error("companies.bin is not what data/*.txt say: run go generate ./feeds/company")
	}
	back := unpack(want)
	if !reflect.DeepEqual(back.all, l.all) || !slices.Equal(back.names, l.names) || !slices.Equal(back.held, l.held) || !reflect.DeepEqual(back.unless, l.unless) {
		t.Error("what is unpacked is not what was packed")
	}
}
