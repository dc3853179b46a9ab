package fetch

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestFewRequestsToAHost(t *testing.T) {
	var at, most, sum atomic.Int64
	gate := make(chan struct{})
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n := at.Add(1)
		for {
			m := most.Load()
			if n <= m || most.CompareAndSwap(m, n) {
				break
			}
		}
		if sum.Add(1) == 4 {
			close(gate)
		}
		<-gate
		at.Add(-1)
	})
	c := newClient(t, Options{})
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() { get(t, c, Request{URL: fmt.Sprintf("%s/%d", u, i), Typed: true}) })
	}
	all.Wait()
	if most.Load() != 4 || sum.Load() != 40 {
		t.Errorf("%d at a time, %d in all", most.Load(), sum.Load())
	}
	c.hosts.mu.Lock()
	defer c.hosts.mu.Unlock()
	if len(c.hosts.byID) != 0 {
		t.Errorf("%d hosts are still remembered", len(c.hosts.byID))
	}
}

func TestSocketsAreBounded(t *testing.T) {
	var h hosts
	h.init(4, 3, time.Now)
	var leave []func()
	for i := range 3 {
		l, _, err := h.enter(t.Context(), fmt.Sprint("host", i))
		if err != nil {
			t.Fatal(err)
		}
		leave = append(leave, l)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.enter(ctx, "host4"); err == nil {
		t.Error("a fourth got in")
	}
	leave[0]()
	if _, _, err := h.enter(t.Context(), "host4"); err != nil {
		t.Error(err)
	}
}

func TestTooManyRequests(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	var asked atomic.Int64
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.URL.Path == "/busy" {
			w.Header().Set("Retry-After", "120")
			w.WriteHeader(http.StatusTooManyRequests)
		}
		if r.URL.Path == "/down" {
			w.Header().Set("Retry-After", "soon")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	c := newClient(t, Options{now: func() time.Time { return now }})
	e := fails(t, c, Request{URL: u + "/down", Typed: true}, BadStatus)
	if e.RetryAfter != 10*time.Minute || !e.Temporary {
		t.Errorf("503: %+v", e)
	}
	get(t, c, Request{URL: u + "/other", Typed: true}) // one feed's 503 is not its host's
	e = fails(t, c, Request{URL: u + "/busy", Typed: true}, BadStatus)
	if e.RetryAfter != 2*time.Minute || e.Status != 429 || !e.Temporary || !strings.Contains(e.Error(), "2 min") {
		t.Errorf("429: %+v", e)
	}
	before := asked.Load()
	now = now.Add(time.Minute)
	e = fails(t, c, Request{URL: u + "/other", Typed: true}, Busy)
	if e.RetryAfter != time.Minute || e.Status != 429 || asked.Load() != before {
		t.Errorf("the next: %+v", e)
	}
	now = now.Add(time.Minute)
	get(t, c, Request{URL: u + "/other", Typed: true})

	fails(t, c, Request{URL: u + "/busy", Typed: true}, BadStatus)
	fails(t, c, Request{URL: u + "/other", Typed: true}, Busy)
	c.Forget()
	get(t, c, Request{URL: u + "/other", Typed: true})

	fails(t, c, Request{URL: u + "/busy", Typed: true}, BadStatus)
	now = now.Add(-1000 * time.Hour) // a clock set back must not lock a host out
	get(t, c, Request{URL: u + "/other", Typed: true})
}
