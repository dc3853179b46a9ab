package company

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// shared finds material that lies beside the project's folder.
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

type labelled struct {
	ID, Title, Summary, Source, Lang string
	Companies, Mentions, Tags        []string
}

type counts struct{ tp, fp, fn int }

func (c counts) precision() float64 { return ratio(c.tp, c.tp+c.fp) }
func (c counts) recall() float64    { return ratio(c.tp, c.tp+c.fn) }
func (c counts) f1() float64 {
	p, r := c.precision(), c.recall()
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 1
	}
	return float64(a) / float64(b)
}

// TestGolden prints how well labelled stories are tagged and fails if that gets worse.
func TestGolden(t *testing.T) {
	tagger := New(Embedded())
	by := make(map[string]*counts)
	add := func(tag string, c counts) {
		if by[tag] == nil {
			by[tag] = &counts{}
		}
		by[tag].tp, by[tag].fp, by[tag].fn = by[tag].tp+c.tp, by[tag].fp+c.fp, by[tag].fn+c.fn
	}
	none, clean := 0, 0
	for _, l := range readGolden(t) {
		got := slugs(tagger, l)
		var c counts
		var wrong []string
		for _, g := range got {
			switch {
			case slices.Contains(l.Companies, g):
				c.tp++
			case !slices.Contains(l.Mentions, g):
				c.fp++
				wrong = append(wrong, "+"+g)
			}
		}
		for _, w := range l.Companies {
			if !slices.Contains(got, w) {
				c.fn++
				wrong = append(wrong, "-"+w)
			}
		}
		add("all", c)
		for _, tag := range l.Tags {
			add(tag, c)
		}
		if len(l.Companies) == 0 {
			none++
			if c.fp == 0 {
				clean++
			}
		}
		if len(wrong) > 0 && testing.Verbose() {
			t.Logf("%s %s | %s | %.120s", strings.Join(wrong, " "), l.Tags, l.Title, l.Summary)
		}
	}
	for tag, c := range by {
		t.Logf("%-12s precision %.3f recall %.3f F1 %.3f (%d right, %d wrong, %d missed)", tag, c.precision(), c.recall(), c.f1(), c.tp, c.fp, c.fn)
	}
	t.Logf("stories about no company: %d of %d without a tag (%.3f)", clean, none, ratio(clean, none))
	if f1 := by["all"].f1(); f1 < 0.95 {
		t.Errorf("F1 %.3f is below what was reached", f1)
	}
}
