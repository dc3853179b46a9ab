package article

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	readability "codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
)

type gold struct {
	Set, ID, File, URL, Text, Title, Author, Published string
	With, Without                                      []string
}

// TestCorpus prints how well pages are read that others have read by hand. A fifth of the
// pages, or all of them with -v or with ARTICLE_CORPUS=all; a set's name reads that set.
func TestCorpus(t *testing.T) {
	dir := filepath.Join(shared(t), "corpus", "pages")
	if testing.Short() {
		t.Skip("takes up to a minute")
	}
	every, only := 5, os.Getenv("ARTICLE_CORPUS")
	if testing.Verbose() || only != "" {
		every = 1
	}
	if only == "all" {
		only = ""
	}
	var golds []gold
	names, _ := filepath.Glob(filepath.Join(dir, "gold", "*.jsonl"))
	for _, name := range names {
		set := strings.TrimRight(strings.TrimSuffix(filepath.Base(name), ".jsonl"), "-123456789")
		if set != "scrapinghub" && set != "wcxb" && set != "trafilatura" || only != "" && set != only {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Skip(err)
		}
		sc := bufio.NewScanner(f)
		sc.Buffer(nil, 8<<20)
		for i := 0; sc.Scan(); i++ {
			var g gold
			if json.Unmarshal(sc.Bytes(), &g) == nil && i%every == 0 {
				golds = append(golds, g)
			}
		}
		f.Close()
	}
	if len(golds) == 0 {
		t.Skip("no gold data")
	}
	var f1s []float64
	bySet := map[string][]float64{}
	type row struct {
		f1, theirs   float64
		id, note     string
		have, wanted int
	}
	var rows []row
	var with, withAll, without, withoutAll, dates, datesAll, titles, titlesAll, authors, authorsAll, failed, low int
	var ours, theirs time.Duration
	misses := os.Getenv("ARTICLE_MISSES")
	for _, g := range golds {
		body := unzip(t, filepath.Join(dir, g.File))
		start := time.Now()
		a, err := Page(context.Background(), body, Source{URL: g.URL})
		ours += time.Since(start)
		if err != nil {
			failed++
			if misses != "" {
				t.Logf("%s: %v", g.ID, err)
			}
		}
		text := ""
		if a != nil {
			doc, _ := html.Parse(strings.NewReader(a.HTML))
			text = visible(doc)
		}
		if g.Text != "" {
			rtext := ""
			start = time.Now()
			u, _ := url.Parse(g.URL)
			if art, err := readability.FromReader(bytes.NewReader(body), u); err == nil && art.Node != nil {
				theirs += time.Since(start)
				rtext = visible(art.Node)
			} else {
				theirs += time.Since(start)
			}
			f, r := overlap(text, g.Text), overlap(rtext, g.Text)
			f1s = append(f1s, f)
			bySet[g.Set] = append(bySet[g.Set], f)
			bySet[g.Set+" readability"] = append(bySet[g.Set+" readability"], r)
			bySet["better of both"] = append(bySet["better of both"], max(f, r))
			rows = append(rows, row{f, r, g.ID, g.URL, len(words(text)), len(words(g.Text))})
			if f < 0.3 && r > 0.8 {
				low++
			}
		} else {
			start = time.Now()
			u, _ := url.Parse(g.URL)
			_, _ = readability.FromReader(bytes.NewReader(body), u)
			theirs += time.Since(start)
		}
		flat := strings.Join(strings.Fields(text), " ")
		all := flat
		for _, w := range g.With {
			withAll++
			if strings.Contains(all, strings.Join(strings.Fields(w), " ")) {
				with++
			} else if misses == "with" {
				t.Logf("with %s: %.100q", g.ID, w)
			}
		}
		for _, w := range g.Without {
			withoutAll++
			if !strings.Contains(flat, strings.Join(strings.Fields(w), " ")) {
				without++
			} else if misses == "without" {
				t.Logf("without %s: %.100q", g.ID, w)
			}
		}
		if a == nil {
			text, _ := decode(body, "")
			doc, _, _ := parse(context.Background(), text)
			base := baseOf(doc, g.URL)
			a = readMeta(doc, base).article(base)
		}
		if g.Title != "" {
			titlesAll++
			if sameText(g.Title, a.Title) || likeness(g.Title, a.Title) > 0.9 && overlap(g.Title, a.Title) > 0.8 {
				titles++
			} else if misses == "title" {
				t.Logf("title %s: %q, want %q", g.ID, a.Title, g.Title)
			}
		}
		if g.Author != "" {
			authorsAll++
			if overlap(g.Author, a.Author) >= 0.66 {
				authors++
			} else if misses == "author" {
				t.Logf("author %s: %q, want %q", g.ID, a.Author, g.Author)
			}
		}
		if g.Published != "" {
			datesAll++
			if len(g.Published) >= 10 && (a.Published.Format("2006-01-02") == g.Published[:10] || a.Published.UTC().Format("2006-01-02") == g.Published[:10]) {
				dates++
			} else if misses == "date" {
				t.Logf("date %s: %v, want %s (%s)", g.ID, a.Published, g.Published, g.URL)
			}
		}
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].f1 < rows[j].f1 })
	for _, r := range rows[:min(len(rows), 20)] {
		t.Logf("%.3f (readability %.3f) %6d/%6d words %.20s %.90s", r.f1, r.theirs, r.have, r.wanted, r.id, r.note)
	}
	if misses == "worse" {
		for _, r := range rows {
			if r.theirs-r.f1 > 0.03 {
				t.Logf("worse %.3f (readability %.3f) %6d/%6d words %.20s %.90s", r.f1, r.theirs, r.have, r.wanted, r.id, r.note)
			}
		}
	}
	var sets []string
	for s := range bySet {
		sets = append(sets, s)
	}
	sort.Strings(sets)
	for _, s := range sets {
		mean, median := middle(bySet[s])
		t.Logf("%-26s %4d pages, F1 mean %.4f median %.4f", s, len(bySet[s]), mean, median)
	}
	mean, median := middle(f1s)
	t.Logf("all with gold text: F1 mean %.4f median %.4f; %d pages under 0.3 that readability reads above 0.8; %d pages failed", mean, median, low, failed)
	share := func(n, of int) string {
		return fmt.Sprintf("%d of %d (%.1f %%)", n, of, 100*float64(n)/float64(max(of, 1)))
	}
	t.Logf("passages that stay %s, gone %s", share(with, withAll), share(without, withoutAll))
	t.Logf("dates %s, titles %s, authors %s", share(dates, datesAll), share(titles, titlesAll), share(authors, authorsAll))
	n := time.Duration(len(golds))
	t.Logf("a page takes %v, readability %v (%.2f times)", (ours / n).Round(time.Microsecond*10), (theirs / n).Round(time.Microsecond*10), float64(ours)/float64(theirs))
	if only == "" && (mean < 0.92 || low > 0) {
		t.Errorf("the pages are read worse than they were: mean %.3f, %d pages lost", mean, low)
	}
}

func middle(f []float64) (mean, median float64) {
	if len(f) == 0 {
		return 0, 0
	}
	s := append([]float64(nil), f...)
	sort.Float64s(s)
	for _, x := range s {
		mean += x
	}
	return mean / float64(len(s)), s[len(s)/2]
}

func unzip(t testing.TB, name string) []byte {
	f, err := os.Open(name)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(name, err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(name, err)
	}
	return b
}
