package store

import (
	"database/sql"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"nightdesk/feeds"
)

// The benchmarks make their own databases: stories of 3 KB over a year in 48 feeds, two
// companies each, words as often as in a language (Zipf's law over 20,000 words).

var vocabulary = sync.OnceValue(func() []string {
	r := rand.New(rand.NewPCG(1, 2))
	const letters = "etaoinshrdlcumwfgypbvkjxqz"
	seen := make(map[string]bool)
	var out []string
	for len(out) < 20000 {
		w := make([]byte, 2+min(len(out)/200, 5)+r.IntN(5))
		for i := range w {
			w[i] = letters[min(int(r.ExpFloat64()*6), len(letters)-1)]
		}
		if !seen[string(w)] {
			seen[string(w)] = true
			out = append(out, string(w))
		}
	}
	return out
})

type author struct {
	r *rand.Rand
	z *rand.Zipf
}

func newAuthor(seed uint64) *author {
	r := rand.New(rand.NewPCG(seed, 7))
	return &author{r, rand.NewZipf(r, 1.05, 3, 19999)}
}

func (a *author) words(n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(vocabulary()[a.z.Uint64()])
	}
	return b.String()
}

func (a *author) story(i int, at time.Time, size int) feeds.Story {
	var text, html strings.Builder
	for html.Len() < size {
		p := a.words(50)
		text.WriteString(p + "\n")
		html.WriteString("<p>" + p + ".</p>\n")
	}
	s := feeds.Story{GUID: fmt.Sprintf("https://outlet%d.example/2026/05/story-%d", i%48, i), Title: a.words(9), Author: a.words(2), Published: at, Given: "x",
		HTML: html.String(), Text: text.String(), Summary: text.String()[:300], Words: text.Len() / 6, Lang: "en", Categories: []string{"Technology", "Business"}}
	s.URL = s.GUID
	z := int(a.r.ExpFloat64() * 20)
	for _, c := range []int{z % 300, (z*7 + 3) % 300} {
		s.Companies = append(s.Companies, feeds.Tag{Slug: fmt.Sprintf("company-%d", c), Name: fmt.Sprintf("Company %d", c), Score: 0.9})
	}
	h := fnv.New64a()
	h.Write([]byte(s.HTML))
	s.Hash = h.Sum64()
	return s
}

func benchSubscriptions() []feeds.Subscription {
	var out []feeds.Subscription
	for i := range 48 {
		out = append(out, feeds.Subscription{URL: fmt.Sprintf("https://outlet%d.example/feed", i), Title: fmt.Sprintf("Outlet %d", i), Site: fmt.Sprintf("https://outlet%d.example", i),
			Folder: fmt.Sprintf("Folder %d", i/8), Tags: []string{fmt.Sprintf("t%d", i%5)}})
	}
	return out
}

// fill stores n stories of so many bytes, marks most of them read, and indexes them.
func fill(tb testing.TB, path string, n, size int) {
	tb.Helper()
	start := time.Now()
	db, err := Open(path, Options{})
	if err != nil {
		tb.Fatal(err)
	}
	defer db.Close()
	if err := db.Subscribe(ctx, benchSubscriptions()); err != nil {
		tb.Fatal(err)
	}
	list, _ := db.Feeds(ctx)
	a := newAuthor(uint64(n))
	begin := time.Now().AddDate(-1, 0, 0)
	step := 365 * 24 * time.Hour / time.Duration(n)
	var read []string
	for i := 0; i < n; {
		batches := make([]feeds.Batch, 0, 48)
		for range min(480, n-i) {
			f := i % 48
			if f >= len(batches) {
				batches = append(batches, feeds.Batch{FeedID: list[f].ID})
			}
			batches[f].Stories = append(batches[f].Stories, a.story(i, begin.Add(time.Duration(i)*step), size))
			i++
		}
		got, err := db.SaveStories(ctx, batches)
		if err != nil {
			tb.Fatal(err)
		}
		var events []feeds.EventChange
		for _, g := range got {
			for k, s := range g.New {
				if a.r.IntN(10) < 7 {
					read = append(read, s.ID)
				}
				if k > 0 && a.r.IntN(5) == 0 {
					o := g.New[k-1]
					events = append(events, feeds.EventChange{StoryID: o.ID, Event: feeds.EventID(o.ID), Lead: true, Outlets: 2, Score: o.Published.Unix() + 5000, Kind: feeds.Funding},
						feeds.EventChange{StoryID: s.ID, Event: feeds.EventID(o.ID), Outlets: 2, Score: o.Published.Unix() + 5000, Kind: feeds.Funding})
				}
			}
		}
		if err := db.SetEvent(ctx, events); err != nil {
			tb.Fatal(err)
		}
	}
	stored := time.Since(start)
	yes := true
	if _, err := db.Mark(ctx, read, feeds.Change{Read: &yes}); err != nil {
		tb.Fatal(err)
	}
	for k := 0; k < len(read); k += 200 {
		if _, err := db.Mark(ctx, read[k:k+1], feeds.Change{Starred: &yes}); err != nil {
			tb.Fatal(err)
		}
	}
	marked := time.Since(start)
	for left := 1; left > 0; {
		if left, err = db.Index(ctx, 200); err != nil {
			tb.Fatal(err)
		}
	}
	tb.Logf("%d stories: stored in %v, marked in %v, indexed in %v", n, stored, marked-stored, time.Since(start)-marked)
}

var made = struct {
	sync.Mutex
	path map[int]string
}{path: make(map[int]string)}

// benchDB is the path of a database of n stories, made once a run (or once for all where
// NIGHTDESK_BENCH names a folder).
func benchDB(b testing.TB, n int) string {
	b.Helper()
	made.Lock()
	defer made.Unlock()
	if p := made.path[n]; p != "" {
		return p
	}
	dir := os.Getenv("NIGHTDESK_BENCH")
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp("", "nightdesk-bench-"); err != nil {
			b.Fatal(err)
		}
		benchDirs = append(benchDirs, dir)
	}
	p := filepath.Join(dir, fmt.Sprintf("%d.db", n))
	if _, err := os.Stat(p); err != nil {
		fill(b, p, n, 3000)
	}
	made.path[n] = p
	return p
}

var benchDirs []string

func TestMain(m *testing.M) {
	if os.Getenv("NIGHTDESK_CHILD") != "" {
		child()
		return
	}
	code := m.Run()
	for _, d := range benchDirs {
		_ = os.RemoveAll(d)
	}
	os.Exit(code)
}

var sizes = []int{1000, 100_000}

func eachSize(b *testing.B, f func(b *testing.B, path string)) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := benchDB(b, n)
			b.ResetTimer()
			f(b, path)
		})
	}
}

func BenchmarkOpenFirstPage(b *testing.B) {
	subs := benchSubscriptions()
	eachSize(b, func(b *testing.B, path string) {
		for b.Loop() {
			db, err := Open(path, Options{})
			if err != nil {
				b.Fatal(err)
			}
			if err := db.Subscribe(ctx, subs); err != nil {
				b.Fatal(err)
			}
			list, err := db.List(ctx, feeds.ListRequest{Limit: 50, Sort: feeds.Top, Clusters: true}, Env{})
			if err != nil || len(list) != 50 {
				b.Fatal(len(list), err)
			}
			if err := db.Close(); err != nil {
				b.Fatal(err)
			}
		}
	})
}

var benchQueries = []struct {
	name string
	req  feeds.ListRequest
	env  Env
}{
	{"newest", feeds.ListRequest{}, Env{}},
	{"unread", feeds.ListRequest{Query: feeds.Query{Root: is("unread")}}, Env{}},
	{"top", feeds.ListRequest{Sort: feeds.Top, Clusters: true}, Env{}},
	{"top-unread", feeds.ListRequest{Sort: feeds.Top, Clusters: true, Query: feeds.Query{Root: is("unread")}}, Env{}},
	{"company", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.OfCompany, "company-3")}}, Env{}},
	{"company-rare", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.OfCompany, "company-60")}}, Env{}},
	{"company-top", feeds.ListRequest{Sort: feeds.Top, Clusters: true, Query: feeds.Query{Root: of(feeds.OfCompany, "company-3")}}, Env{}},
	{"companies", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.OfCompany, "company-3", "company-50", "company-77")}}, Env{}},
	{"watched", feeds.ListRequest{Query: feeds.Query{Root: is("watched")}}, Env{Watched: []string{"company-9", "company-90", "company-91", "company-17", "company-33"}}},
	{"feed", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.FromFeed, "https://outlet3.example/feed")}}, Env{}},
	{"folder", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.InFolder, "folder 2")}}, Env{}},
	{"folder-unread", feeds.ListRequest{Query: feeds.Query{Root: feeds.And{of(feeds.InFolder, "folder 2"), is("unread")}}}, Env{}},
	{"starred", feeds.ListRequest{Query: feeds.Query{Root: is("starred")}}, Env{}},
	{"end", feeds.ListRequest{FromEnd: true}, Env{}},
	{"kind", feeds.ListRequest{Query: feeds.Query{Root: of(feeds.OfKind, "funding")}}, Env{}},
}

func BenchmarkList(b *testing.B) {
	eachSize(b, func(b *testing.B, path string) {
		db, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		for _, q := range benchQueries {
			b.Run(q.name, func(b *testing.B) {
				q.req.Limit = 50
				for b.Loop() {
					list, err := db.List(ctx, q.req, q.env)
					if err != nil || len(list) == 0 {
						b.Fatal(len(list), err)
					}
				}
			})
		}
	})
}

func BenchmarkCount(b *testing.B) {
	eachSize(b, func(b *testing.B, path string) {
		db, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		for _, q := range benchQueries {
			b.Run(q.name, func(b *testing.B) {
				for b.Loop() {
					if n, err := db.Count(ctx, q.req.Query, q.env); err != nil || n == 0 {
						b.Fatal(n, err)
					}
				}
			})
		}
		b.Run("companies-kept", func(b *testing.B) {
			for b.Loop() {
				if _, err := db.CompanyCounts(ctx, feeds.Query{}, Env{}, 0, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("companies-days", func(b *testing.B) {
			for b.Loop() {
				if _, err := db.CompanyCounts(ctx, feeds.Query{}, Env{}, 30, 20); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("feeds", func(b *testing.B) {
			for b.Loop() {
				if _, err := db.Feeds(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

func BenchmarkSearch(b *testing.B) {
	v := vocabulary()
	phrase := func(t feeds.Term) feeds.Term { t.Phrase = true; return t }
	prefix := func(t feeds.Term) feeds.Term { t.Prefix = true; return t }
	for _, q := range []struct {
		name string
		root feeds.Expr
		sort feeds.Sort
	}{
		{"rare", word(v[19000]), ""},
		{"medium", word(v[800]), ""},
		{"frequent", word(v[1]), ""},
		{"phrase-frequent", phrase(word(v[0] + " " + v[1])), ""},
		{"phrase-rare", phrase(word(v[300] + " " + v[400])), ""},
		{"prefix-1", prefix(word(v[5][:1])), ""},
		{"prefix-3", prefix(word(v[9000][:3])), ""},
		{"prefix-long", prefix(word(v[9000][:4])), ""},
		{"two-words", feeds.And{word(v[20]), word(v[2000])}, ""},
		{"company+frequent", feeds.And{word(v[1]), of(feeds.OfCompany, "company-60")}, ""},
		{"company+medium", feeds.And{word(v[800]), of(feeds.OfCompany, "company-3")}, ""},
		{"starred+frequent", feeds.And{word(v[1]), is("starred")}, ""},
		{"unread+frequent", feeds.And{word(v[1]), is("unread")}, ""},
		{"without", feeds.And{word(v[20]), feeds.Not{X: word(v[3])}}, ""},
		{"title", of(feeds.InTitle, v[10]), ""},
		{"relevance-medium", word(v[800]), feeds.Relevance},
		{"relevance-frequent", word(v[1]), feeds.Relevance},
		{"top-medium", word(v[800]), feeds.Top},
		{"or-mixed", feeds.Or{word(v[5000]), of(feeds.OfCompany, "company-60")}, ""},
	} {
		for _, n := range sizes {
			b.Run(fmt.Sprintf("%s/%d", q.name, n), func(b *testing.B) {
				db, err := Open(benchDB(b, n), Options{})
				if err != nil {
					b.Fatal(err)
				}
				defer db.Close()
				req := feeds.ListRequest{Query: feeds.Query{Root: q.root}, Sort: q.sort, Limit: 50}
				found := 0
				b.ResetTimer()
				for b.Loop() {
					list, err := db.List(ctx, req, Env{})
					if err != nil {
						b.Fatal(err)
					}
					found = len(list)
				}
				b.ReportMetric(float64(found), "found")
			})
		}
	}
}

func BenchmarkSave(b *testing.B) {
	path := filepath.Join(b.TempDir(), "x.db")
	db, err := Open(path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Subscribe(ctx, benchSubscriptions()); err != nil {
		b.Fatal(err)
	}
	list, _ := db.Feeds(ctx)
	a := newAuthor(3)
	const part = 200
	b.Run("new", func(b *testing.B) {
		i := 0
		for b.Loop() {
			b.StopTimer()
			batch := feeds.Batch{FeedID: list[i/part%48].ID}
			for range part {
				batch.Stories = append(batch.Stories, a.story(i, time.Now().Add(-time.Duration(i)*time.Minute), 3000))
				i++
			}
			b.StartTimer()
			if _, err := db.SaveStories(ctx, []feeds.Batch{batch}); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "stories/s")
	})
	b.Run("index", func(b *testing.B) {
		for b.Loop() {
			left, err := db.Index(ctx, 100)
			if err != nil {
				b.Fatal(err)
			}
			if left == 0 {
				b.StopTimer()
				if err := db.write(ctx, func(t *sql.Tx) error {
					_, err := t.Exec("INSERT OR REPLACE INTO pending(story, edit) SELECT id, random() FROM story LIMIT 2000")
					return err
				}); err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		}
		b.ReportMetric(100*float64(b.N)/b.Elapsed().Seconds(), "stories/s")
	})
	b.Run("same", func(b *testing.B) {
		page, err := db.List(ctx, feeds.ListRequest{Limit: 200, Query: feeds.Query{Root: of(feeds.FromFeed, list[0].URL)}}, Env{})
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := db.SaveStories(ctx, []feeds.Batch{{FeedID: list[0].ID, Stories: page}}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkMark is a key pressed: one story read, and read no more.
func BenchmarkMark(b *testing.B) {
	eachSize(b, func(b *testing.B, path string) {
		copied := filepath.Join(b.TempDir(), "x.db")
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(copied, data, 0o600); err != nil {
			b.Fatal(err)
		}
		db, err := Open(copied, Options{})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		page, err := db.List(ctx, feeds.ListRequest{Limit: 1}, Env{})
		if err != nil {
			b.Fatal(err)
		}
		on := false
		b.ResetTimer()
		for b.Loop() {
			on = !on
			if _, err := db.Mark(ctx, []string{page[0].ID}, feeds.Change{Read: &on}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkDisk says what 25,000 stories of 4 KB take on disk.
func BenchmarkDisk(b *testing.B) {
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "x.db")
		fill(b, path, 25000, 4000)
		db, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		h, err := db.Check(ctx)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(h.Bytes)/1e6, "MB")
		b.ReportMetric(float64(h.Free)/1e6, "free-MB")
		for what, n := range h.Sizes {
			b.ReportMetric(float64(n)/1e6, what+"-MB")
		}
		_ = db.Close()
	}
}
