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

// shared is a file of the material beside the module; the test is skipped without it.
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

// labelled is a story with the happening that it reports.
type labelled struct {
	story   feeds.Story
	cluster string
}

// goldens are the labelled headlines of each set in the order of their times, with the
// companies that the tagger gives them.
func goldens(t testing.TB) map[string][]labelled {
	t.Helper()
	f, err := os.Open(shared(t, "goldens/clusters-dev.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tagger := company.New(company.Embedded())
	outlets := make(map[string]int64)
	sets := make(map[string][]labelled)
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var it struct{ ID, Title, Source, URL, Cluster, Set, Date string }
		if err := json.Unmarshal(sc.Bytes(), &it); err != nil {
			t.Fatal(err)
		}
		var at time.Time
		for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02"} {
			if at, err = time.Parse(layout, it.Date); err == nil {
				break
			}
		}
		if outlets[it.Source] == 0 {
			outlets[it.Source] = int64(len(outlets) + 1)
		}
		s := feeds.Story{ID: it.ID, Title: it.Title, URL: it.URL, FeedTitle: it.Source, FeedID: outlets[it.Source], Published: at}
		s.Companies = tagger.Tag(&s)
		sets[it.Set] = append(sets[it.Set], labelled{s, it.Cluster})
	}
	for _, items := range sets {
		slices.SortStableFunc(items, func(a, b labelled) int { return a.story.Published.Compare(b.story.Published) })
	}
	return sets
}

// figures say how well a grouping agrees with the labels.
type figures struct {
	p, r, f1   float64 // B-cubed (Bagga and Baldwin 1998)
	pp, pr, pf float64 // over pairs
}

func f1(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func judge(items []labelled, got []string) figures {
	mine, theirs, both := make(map[string]float64), make(map[string]float64), make(map[[2]string]float64)
	for i := range items {
		mine[got[i]]++
		theirs[items[i].cluster]++
		both[[2]string{got[i], items[i].cluster}]++
	}
	var f figures
	var together, found, real float64
	for k, n := range both {
		f.p += n * n / mine[k[0]]
		f.r += n * n / theirs[k[1]]
		together += n * (n - 1) / 2
	}
	for _, n := range mine {
		found += n * (n - 1) / 2
	}
	for _, n := range theirs {
		real += n * (n - 1) / 2
	}
	f.p, f.r = f.p/float64(len(items)), f.r/float64(len(items))
	f.f1 = f1(f.p, f.r)
	if found > 0 && real > 0 {
		f.pp, f.pr = together/found, together/real
		f.pf = f1(f.pp, f.pr)
	}
	return f
}

// group adds stories one after the other and says in which event each is in the end.
func group(x *Index, items []labelled) []string {
	at := make(map[string]int, len(items))
	got := make([]string, len(items))
	for i := range items {
		at[items[i].story.ID] = i
		p := x.Add(&items[i].story)
		got[i] = p.Event
		for _, m := range p.Moved {
			if k, ok := at[m.Story]; ok {
				got[k] = m.Event
			}
		}
	}
	return got
}

// half are the items whose happening falls into one half of all happenings, which is chosen by a hash.
func half(items []labelled, which uint32) []labelled {
	var out []labelled
	for _, it := range items {
		h := uint32(2166136261)
		for i := range len(it.cluster) {
			h = (h ^ uint32(it.cluster[i])) * 16777619
		}
		if h>>7&1 == which {
			out = append(out, it)
		}
	}
	return out
}

var setNames = []string{"uci2014", "gnews2024", "ainews2026", "readhub2018"}

// TestGolden prints how well labelled headlines are grouped and fails if that gets worse.
func TestGolden(t *testing.T) {
	sets := goldens(t)
	mean := 0.0
	for _, set := range setNames {
		items := sets[set]
		f := judge(items, group(New(Options{}), items))
		mean += f.f1 / float64(len(setNames))
		t.Logf("%-12s %4d items  B-cubed precision %.3f recall %.3f F1 %.3f; pairs precision %.3f recall %.3f F1 %.3f", set, len(items), f.p, f.r, f.f1, f.pp, f.pr, f.pf)
		if f.p < 0.95 {
			t.Errorf("%s: precision %.3f is below what was reached", set, f.p)
		}
	}
	t.Logf("mean B-cubed F1 %.3f", mean)
	for which := range uint32(2) {
		m, low := 0.0, 1.0
		for _, set := range setNames {
			items := half(sets[set], which)
			f := judge(items, group(New(Options{}), items))
			m += f.f1 / float64(len(setNames))
			low = min(low, f.p)
		}
		t.Logf("half %d of the happenings: mean B-cubed F1 %.3f, lowest precision %.3f", which+1, m, low)
	}
	if mean < 0.88 {
		t.Errorf("mean F1 %.3f is below what was reached", mean)
	}
}
