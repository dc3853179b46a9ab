package fetch

import (
	"io"
	"net/http"
	"runtime"
	"testing"
	"time"

	"nightdesk/feeds/fetch/fetchtest"
)

// compare measures a refresh of all feeds by a Client against a bare concurrent download
// of the same by net/http, in the same run, and reports the ratio of their times.
func compare(b *testing.B, o fetchtest.Options, unchanged bool) {
	s := fetchtest.New(o)
	defer s.Close()
	s.Warm()
	width := DefaultLimits.Sockets
	etags := make([]string, s.Len())
	bare := &http.Transport{MaxIdleConns: width, MaxIdleConnsPerHost: 4}
	defer bare.CloseIdleConnections()
	c := newClient(b, Options{})
	plainly := func() {
		fetchtest.Each(s.Len(), width, func(i int) {
			r, _ := http.NewRequestWithContext(b.Context(), "GET", s.URL(i), nil)
			if unchanged {
				r.Header.Set("If-None-Match", etags[i])
			}
			res, err := bare.RoundTrip(r)
			if err != nil {
				b.Error(err)
				return
			}
			io.ReadAll(res.Body)
			res.Body.Close()
		})
	}
	ours := func() {
		fetchtest.Each(s.Len(), width, func(i int) {
			r := Request{URL: s.URL(i), Typed: true}
			if unchanged {
				r.ETag = etags[i]
			}
			res, err := c.Get(b.Context(), r)
			if err != nil || res.NotModified != unchanged {
				b.Error(res, err)
				return
			}
			etags[i] = res.ETag
		})
	}
	if unchanged {
		unchanged = false
		ours()
		unchanged = true
	}
	plainly()
	ours()
	var tBare, tOurs time.Duration
	var before, after runtime.MemStats
	var alloc uint64
	b.ResetTimer()
	for range b.N {
		t := time.Now()
		plainly()
		tBare += time.Since(t)
		runtime.ReadMemStats(&before)
		t = time.Now()
		ours()
		tOurs += time.Since(t)
		runtime.ReadMemStats(&after)
		alloc += after.TotalAlloc - before.TotalAlloc
	}
	b.ReportMetric(float64(tOurs.Milliseconds())/float64(b.N), "ms/refresh")
	b.ReportMetric(float64(tBare.Milliseconds())/float64(b.N), "ms/bare")
	b.ReportMetric(float64(tOurs)/float64(tBare), "ratio")
	b.ReportMetric(float64(alloc)/float64(b.N)/(1<<20), "MiB/refresh")
}

func BenchmarkNotModified500(b *testing.B) { compare(b, fetchtest.Options{Items: 2}, true) }
func BenchmarkNotModified500Far(b *testing.B) {
	compare(b, fetchtest.Options{Items: 2, Latency: 50 * time.Millisecond}, true)
}
func BenchmarkNotModified2000(b *testing.B) {
	compare(b, fetchtest.Options{Feeds: 2000, Items: 2}, true)
}
func BenchmarkBodies500(b *testing.B) { compare(b, fetchtest.Options{Items: 15}, false) }
func BenchmarkBodies500Far(b *testing.B) {
	compare(b, fetchtest.Options{Items: 15, Latency: 50 * time.Millisecond}, false)
}
