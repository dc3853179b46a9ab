// Package fetchtest is a server of many feeds on this machine, for tests and benchmarks
// of what fetches them. It owns the feeds' made-up content; it must not be linked into
// the program. Start at New.
package fetchtest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Options say what a Server serves. Zero fields take the values named with them.
type Options struct {
	Feeds   int           // 500
	Items   int           // of each feed; 50
	Size    int           // bytes of each item, roughly; 4096
	Latency time.Duration // before each answer; 0
	Changed float64       // share of the feeds that have a new item after Next, 0 to 1
	Hosts   int           // ports that the feeds are spread over; 100, never more than Feeds
	Newest  time.Time     // publication of the newest item; 2026-05-22 14:00 UTC
	Plain   bool          // never gzip
}

// A Server serves RSS feeds with ETag and Last-Modified, gzipped where that is asked for.
type Server struct {
	Requests    atomic.Int64 // answered so far
	NotModified atomic.Int64 // of them with 304
	Bytes       atomic.Int64 // of bodies sent

	o       Options
	bases   []string
	server  http.Server
	words   []string
	mu      sync.Mutex
	round   int
	version []int // of each feed: how many items were added to it
	cache   []document
}

type document struct {
	version int
	made    bool
	packed  []byte
	size    int
}

// New starts a server on 127.0.0.1. It panics if it cannot listen: there is no test
// without it.
func New(o Options) *Server {
	if o.Feeds <= 0 {
		o.Feeds = 500
	}
	if o.Items <= 0 {
		o.Items = 50
	}
	if o.Size <= 0 {
		o.Size = 4096
	}
	if o.Hosts <= 0 {
		o.Hosts = 100
	}
	o.Hosts = min(o.Hosts, o.Feeds)
	if o.Newest.IsZero() {
		o.Newest = time.Date(2026, 5, 22, 14, 0, 0, 0, time.UTC)
	}
	s := &Server{o: o, version: make([]int, o.Feeds), cache: make([]document, o.Feeds), words: words()}
	s.server.Handler = s
	for range o.Hosts {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			panic(fmt.Sprintf("fetchtest: listen: %v", err))
		}
		s.bases = append(s.bases, "http://"+l.Addr().String())
		go s.server.Serve(l)
	}
	return s
}

// Close ends the server and its connections.
func (s *Server) Close() { s.server.Close() }

// URL is the address of feed i, from 0.
func (s *Server) URL(i int) string { return s.bases[i%len(s.bases)] + "/feed/" + strconv.Itoa(i) }

// Len is the number of feeds.
func (s *Server) Len() int { return s.o.Feeds }

// Next gives Options.Changed of the feeds, evenly spread and other ones each time, a new
// item at their top. The oldest one leaves them.
func (s *Server) Next() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.round++
	n := int(s.o.Changed*float64(s.o.Feeds) + 0.5)
	for k := range n {
		s.version[(k*s.o.Feeds/n+s.round)%s.o.Feeds]++
	}
}

// Warm makes every document now, so that making them is not measured.
func (s *Server) Warm() {
	for i := range s.o.Feeds {
		s.mu.Lock()
		v := s.version[i]
		s.mu.Unlock()
		s.document(i, v)
	}
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/feed/"))
	if err != nil || i < 0 || i >= s.o.Feeds {
		http.NotFound(w, r)
		return
	}
	if s.o.Latency > 0 {
		time.Sleep(s.o.Latency)
	}
	s.Requests.Add(1)
	s.mu.Lock()
	v := s.version[i]
	s.mu.Unlock()
	etag := fmt.Sprintf(`"%d-%d"`, i, v)
	h := w.Header()
	h.Set("ETag", etag)
	h.Set("Last-Modified", s.o.Newest.Add(time.Duration(v)*time.Minute).Format(http.TimeFormat))
	if r.Header.Get("If-None-Match") == etag {
		s.NotModified.Add(1)
		w.WriteHeader(http.StatusNotModified)
		return
	}
	d := s.document(i, v)
	h.Set("Content-Type", "application/rss+xml; charset=utf-8")
	body := d.packed
	if s.o.Plain || !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body = s.Document(i, v)
	} else {
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.Write(body)
	s.Bytes.Add(int64(len(body)))
}

func (s *Server) document(i, v int) document {
	s.mu.Lock()
	d := s.cache[i]
	s.mu.Unlock()
	if d.made && d.version == v {
		return d
	}
	plain := s.Document(i, v)
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	z.Write(plain)
	z.Close()
	d = document{version: v, made: true, packed: b.Bytes(), size: len(plain)}
	s.mu.Lock()
	s.cache[i] = d
	s.mu.Unlock()
	return d
}

// Document is feed i as it is after v items were added to it, not packed.
func (s *Server) Document(i, v int) []byte {
	var b bytes.Buffer
	b.Grow(s.o.Items*(s.o.Size+400) + 500)
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Outlet %d</title><link>https://outlet%d.example/</link><description>News of outlet %d</description>
`, i, i, i)
	for k := range s.o.Items {
		s.item(&b, i, s.o.Items+v-1-k)
	}
	b.WriteString("</channel></rss>\n")
	return b.Bytes()
}

// item writes item n of feed i: the same whenever it is written.
func (s *Server) item(b *bytes.Buffer, i, n int) {
	rng := rand.New(rand.NewPCG(uint64(i), uint64(n)))
	at := s.o.Newest.Add(time.Duration(n-s.o.Items)*20*time.Minute - time.Duration(i)*time.Second)
	fmt.Fprintf(b, "<item><title>%s</title><link>https://outlet%d.example/%d</link><guid isPermaLink=\"false\">outlet%d-%d</guid><pubDate>%s</pubDate>",
		s.sentence(rng, 9), i, n, i, n, at.Format(time.RFC1123Z))
	fmt.Fprintf(b, "<description>%s.</description><content:encoded><![CDATA[", s.sentence(rng, 25))
	for end := b.Len() + s.o.Size - 250; b.Len() < end; {
		fmt.Fprintf(b, "<p>%s. %s <a href=\"https://outlet%d.example/%d/%d\">%s</a>.</p>\n",
			s.sentence(rng, 30), s.sentence(rng, 12), i, n, rng.IntN(1000), s.sentence(rng, 3))
	}
	b.WriteString("]]></content:encoded></item>\n")
}

func (s *Server) sentence(rng *rand.Rand, n int) string {
	var b strings.Builder
	for k := range n {
		w := s.words[rng.IntN(len(s.words))]
		if k == 0 {
			b.WriteString(strings.ToUpper(w[:1]) + w[1:])
			continue
		}
		b.WriteByte(' ')
		b.WriteString(w)
	}
	return b.String()
}

// words makes a vocabulary: some names of companies among words of no language.
func words() []string {
	rng := rand.New(rand.NewPCG(1, 2))
	list := []string{"Amazon", "Nvidia", "Intel", "Google", "Microsoft", "chips", "cloud", "launch", "layoffs", "outage"}
	const on, vowel = "bcdfghklmnprstvwz", "aeiou"
	for len(list) < 4000 {
		var w []byte
		for range 1 + rng.IntN(4) {
			w = append(w, on[rng.IntN(len(on))], vowel[rng.IntN(len(vowel))])
		}
		list = append(list, string(w))
	}
	return list
}

// Each runs f(0) to f(n-1), so many at a time, and returns when all are done.
func Each(n, width int, f func(i int)) {
	jobs := make(chan int)
	var all sync.WaitGroup
	for range width {
		all.Go(func() {
			for i := range jobs {
				f(i)
			}
		})
	}
	for i := range n {
		jobs <- i
	}
	close(jobs)
	all.Wait()
}
