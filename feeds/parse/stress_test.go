package parse

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"nightdesk/feeds"
)

// documents calls f with every file of the corpus.
func documents(t *testing.T, f func(name string, body []byte)) {
	dir := corpus(t)
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		if err == nil {
			f(p[len(dir)+1:], b)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What is left out because it is known must not change what is made of the rest.
func TestCorpusKnown(t *testing.T) {
	n := 0
	documents(t, func(name string, body []byte) {
		o := Origin{URL: "https://example.com/feed", Now: corpusNow}
		r, err := Feed(body, o)
		if err != nil || len(r.ItemHashes) < 2 {
			return
		}
		check2(t, r)
		known := map[uint64]bool{}
		for i, h := range r.ItemHashes {
			if i%2 == 1 {
				known[h] = true
			}
		}
		o.Known = func(h uint64) bool { return known[h] }
		part, err := Feed(body, o)
		if err != nil {
			t.Fatal(name, err)
		}
		if !reflect.DeepEqual(part.ItemHashes, r.ItemHashes) {
			t.Errorf("%s: other hashes", name)
		}
		whole := map[string]*feeds.Story{}
		for i := range r.Stories {
			whole[r.Stories[i].GUID] = &r.Stories[i]
		}
		for i := range part.Stories {
			s := &part.Stories[i]
			if w := whole[s.GUID]; w == nil || !reflect.DeepEqual(w, s) {
				t.Errorf("%s: %q is another story when half is known", name, s.GUID)
			}
			n++
		}
		if got := part.Unchanged + len(part.Stories); got < len(r.Stories) {
			t.Errorf("%s: %d of %d stories when half is known", name, got, len(r.Stories))
		}
	})
	t.Logf("%d stories are the same", n)
}

func check2(t *testing.T, r *Result) {
	was := now
	now = corpusNow
	defer func() { now = was }()
	check(t, r)
}

// Documents cut short, with parts lost, doubled or garbled: nothing breaks, and no item
// that is whole in the document is lost.
func TestCorpusDamaged(t *testing.T) {
	if testing.Short() {
		t.Skip()
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	documents(t, func(name string, body []byte) {
		if len(body) < 20 || len(body) > 1<<17 {
			return
		}
		for k := range 3 {
			b := bytes.Clone(body)
			i := rnd.IntN(len(b))
			j := min(len(b), i+rnd.IntN(60))
			switch k {
			case 0:
				b = b[:i]
			case 1:
				b = append(b[:i:i], b[j:]...)
			case 2:
				for n := range 4 {
					b[rnd.IntN(len(b))] = "<>&\"'/\x00\xff"[(n+i)%8]
				}
			}
			r, err := Feed(b, Origin{URL: "https://example.com/feed", Now: corpusNow})
			if err == nil {
				check2(t, r)
			} else if errors.Is(err, errCrash) || errors.Is(err, errBroken) {
				t.Errorf("%s damaged: %v", name, err)
			}
			if k == 0 && err == nil {
				whole, err := Feed(body, Origin{URL: "https://example.com/feed", Now: corpusNow})
				if err != nil {
					continue
				}
				ends := bytes.Count(b, []byte("</item>")) + bytes.Count(b, []byte("</entry>"))
				if plainItems := countItems(body) == bytes.Count(body, []byte("</item>"))+bytes.Count(body, []byte("</entry>")) && len(whole.ItemHashes) == countItems(body); plainItems && len(r.ItemHashes) < ends && len(r.ItemHashes) < maxItems {
					t.Errorf("%s cut at %d: %d items, %d whole", name, i, len(r.ItemHashes), ends)
				}
			}
		}
	})
}
