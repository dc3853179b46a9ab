package desk

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch/fetchtest"
)

// TestLoadChild is the process that BenchmarkLoad measures; by itself it does nothing.
func TestLoadChild(t *testing.T) {
	mode := os.Getenv("NIGHTDESK_LOAD_CHILD")
	if mode == "" {
		t.Skip("run by BenchmarkLoad")
	}
	in := bufio.NewScanner(os.Stdin)
	var urls []string
	for in.Scan() && in.Text() != "" {
		urls = append(urls, in.Text())
	}
	do, rest := bareLoad(t, urls), func() {}
	if mode == "refresh" {
		do, rest = refreshLoad(t, urls, os.Getenv("NIGHTDESK_LOAD_DIR"))
	}
	for in.Scan() {
		if in.Text() == "peak" {
			fmt.Printf("\nload: %g\n", peakMiB(t))
			continue
		}
		begun := time.Now()
		do(in.Text())
		fmt.Printf("\nload: %g\n", float64(time.Since(begun))/float64(time.Millisecond))
		rest()
	}
}

// bareLoad asks for every address and reads the answers, with the ETags of the time
// before when nothing should have changed.
func bareLoad(t *testing.T, urls []string) func(string) {
	etags := make([]string, len(urls))
	client := &http.Transport{MaxIdleConns: 128, MaxIdleConnsPerHost: 4}
	return func(step string) {
		fetchtest.Each(len(urls), 128, func(i int) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, urls[i], nil)
			if err != nil {
				t.Error(err)
				return
			}
			if step == "unchanged" {
				r.Header.Set("If-None-Match", etags[i])
			}
			res, err := client.RoundTrip(r)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := io.Copy(io.Discard, res.Body); err != nil {
				t.Error(err)
			}
			_ = res.Body.Close()
			etags[i] = res.Header.Get("ETag")
		})
	}
}

// refreshLoad also returns what waits until nothing is left to do in the background.
func refreshLoad(t *testing.T, urls []string, dir string) (do func(string), rest func()) {
	var subs []feeds.Subscription
	for _, u := range urls {
		subs = append(subs, feeds.Subscription{URL: u})
	}
	now := time.Date(2026, 5, 22, 15, 0, 0, 0, time.UTC)
	d, err := Open(context.Background(), Options{
		Database: filepath.Join(dir, "nightdesk.db"), SavedDir: filepath.Join(dir, "saved"), Subscriptions: subs,
		Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	want := map[string]feeds.Status{"first": feeds.Updated, "unchanged": feeds.Unchanged}
	return func(step string) {
		sum, err := d.Refresh(context.Background(), nil, true, nil, func(o feeds.Outcome) {
			if w, ok := want[step]; o.Err != nil || ok && o.Status != w {
				fmt.Fprintln(os.Stderr, step, o.Feed.URL, o.Status, o.Err)
			}
		})
		if err != nil {
			t.Error(err, sum)
		}
	}, func() { d.background.Wait() }
}

// peakMiB is the most memory that this process had so far.
func peakMiB(t *testing.T) float64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb / 1024
		}
	}
	return 0
}
