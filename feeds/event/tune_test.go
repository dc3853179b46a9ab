package event

import (
	"flag"
	"fmt"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	tuneSteps = flag.Int("tune", 0, "how many steps TestTune searches for better weights")
	tuneSeed  = flag.Int64("tune-seed", 1, "where TestTune's search begins")
	errorsIn  = flag.String("errors", "", "the labelled set whose wrong and missed folds TestErrors prints")
)

// together are all sets as one stream, moved to one time.
func together(sets map[string][]labelled) []labelled {
	var out []labelled
	base := time.Date(2025, 3, 10, 0, 0, 0, 0, time.UTC)
	for _, n := range setNames {
		middle := sets[n][len(sets[n])/2].story.Published
		for _, it := range sets[n] {
			it.story.Published = base.Add(it.story.Published.Sub(middle))
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b labelled) int { return a.story.Published.Compare(b.story.Published) })
	return out
}

func weighed(w weights) *Index {
	x := New(Options{})
	x.weights = w
	return x
}

// goal is what the search makes greater: F1 over the sets and over all of them as one
// stream, with a price for precision that is too low anywhere.
func goal(w weights, sets map[string][]labelled, stream []labelled) (total, mean float64, report string) {
	var b strings.Builder
	add := func(name string, items []labelled) float64 {
		f := judge(items, group(weighed(w), items))
		total += f.f1/5 - 1.5*math.Max(0, 0.948-f.p)
		fmt.Fprintf(&b, " %s %.3f/%.3f/%.3f", name, f.p, f.r, f.f1)
		return f.f1
	}
	for _, n := range setNames {
		mean += add(n, sets[n]) / float64(len(setNames))
	}
	add("all", stream)
	return total, mean, b.String()
}

// TestTune searches for weights on one half of the happenings and says what they do on
// the other: go test ./feeds/event -run Tune -v -args -tune 2000.
func TestTune(t *testing.T) {
	if *tuneSteps == 0 {
		t.Skip("a search, not a test: -args -tune 2000")
	}
	sets := goldens(t)
	train, held := make(map[string][]labelled), make(map[string][]labelled)
	for n, items := range sets {
		train[n], held[n] = half(items, 0), half(items, 1)
	}
	rng := rand.New(rand.NewSource(*tuneSeed))
	best := tuned()
	top, mean, report := goal(best, train, together(train))
	t.Logf("start: mean %.3f %s", mean, report)
	for range *tuneSteps {
		w := best
		v := reflect.ValueOf(&w).Elem()
		for range 1 + rng.Intn(3) {
			f := v.Field(rng.Intn(v.NumField()))
			f.SetFloat(f.Float()*math.Exp(rng.NormFloat64()*0.35) + rng.NormFloat64()*0.03)
		}
		// The labelled days are dense: on them time decides nothing, in a week of news it must.
		if w.U0 < 0.01 || w.U1 < 0.1 || w.P1 <= 0 || w.P0 < 0 || w.P0 > w.P1 || w.Core < 0 || w.FigDiff < 0 || w.Feed < 0 || w.Norm < 0 || w.L0 < 0 || w.Loss < 0 || w.Gap < 0.03 || w.Span < 0.02 {
			continue
		}
		if total, mean, report := goal(w, train, together(train)); total > top {
			best, top = w, total
			t.Logf("mean %.3f %s", mean, report)
		}
	}
	t.Logf("%+v", best)
	_, mean, report = goal(best, held, together(held))
	t.Logf("on the other half: mean %.3f %s", mean, report)
	_, mean, report = goal(best, sets, together(sets))
	t.Logf("on both: mean %.3f %s", mean, report)
}

// TestErrors prints the events of one set that hold several happenings, and the
// happenings that are spread over several events: -args -errors uci2014.
func TestErrors(t *testing.T) {
	if *errorsIn == "" {
		t.Skip("a report, not a test: -args -errors SET")
	}
	items := goldens(t)[*errorsIn]
	got := group(New(Options{}), items)
	happenings, events := make(map[string]map[string]bool), make(map[string]map[string]bool)
	note := func(m map[string]map[string]bool, k, v string) {
		if m[k] == nil {
			m[k] = make(map[string]bool)
		}
		m[k][v] = true
	}
	for i := range items {
		note(happenings, got[i], items[i].cluster)
		note(events, items[i].cluster, got[i])
	}
	for i := range items {
		if n := len(happenings[got[i]]); n > 1 {
			t.Logf("wrong: %s holds %d: %s %s", got[i], n, items[i].cluster, items[i].story.Title)
		}
	}
	for i := range items {
		if n := len(events[items[i].cluster]); n > 1 {
			t.Logf("missed: %s is in %d: %s %s", items[i].cluster, n, got[i], items[i].story.Title)
		}
	}
}
