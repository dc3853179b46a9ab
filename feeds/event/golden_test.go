package event

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/company"
)

func shared(t testing.TB, path string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	full := filepath.Join(dir, "..", "shared", path)
	if _, err := os.Stat(full); err != nil {
		t.Skip("the material beside the project is not there: ", path)
	}
	return full
}

// TestGolden prints how well labelled headlines are grouped (B-cubed, Bagga and Baldwin
// 1998) and fails if that gets worse.
func TestGolden(t *testing.T) {
	f, err := os.Open(shared(t, "goldens/clusters-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	type item struct {
		ID, Title, Source, URL, Cluster, Set string
		Date                                 string
		at                                   time.Time
	}
	sets := make(map[string][]item)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var it item
		if err := json.Unmarshal(sc.Bytes(), &it); err != nil {
			t.Fatal(err)
		}
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
			if it.at, err = time.Parse(layout, it.Date); err == nil {
				break
			}
		}
		sets[it.Set] = append(sets[it.Set], it)
	}
	tagger := company.New(company.Embedded())
	mean := 0.0
	for set, items := range sets {
		slices.SortStableFunc(items, func(a, b item) int { return a.at.Compare(b.at) })
		x := New(Options{})
		outlets := make(map[string]int64)
		got := make([]string, len(items))
		for i, it := range items {
			if outlets[it.Source] == 0 {
				outlets[it.Source] = int64(len(outlets) + 1)
			}
			s := feeds.Story{ID: it.ID, Title: it.Title, URL: it.URL, FeedID: outlets[it.Source], Published: it.at}
			s.Companies = tagger.Tag(&s)
			got[i] = x.Add(&s).Event
		}
		var p, r float64
		for i := range items {
			both, mine, theirs := 0, 0, 0
			for k := range items {
				a, b := got[i] == got[k], items[i].Cluster == items[k].Cluster
				if a {
					mine++
				}
				if b {
					theirs++
				}
				if a && b {
					both++
				}
			}
			p += float64(both) / float64(mine)
			r += float64(both) / float64(theirs)
		}
		p, r = p/float64(len(items)), r/float64(len(items))
		f1 := 2 * p * r / (p + r)
		mean += f1 / float64(len(sets))
		t.Logf("%-12s %4d items  B-cubed precision %.3f recall %.3f F1 %.3f", set, len(items), p, r, f1)
	}
	t.Logf("mean B-cubed F1 %.3f", mean)
	if mean < 0.77 {
		t.Errorf("mean F1 %.3f is below what was reached", mean)
	}
}
