// Package demo owns the built-in sample edition: invented news of invented outlets about
// real companies, so that every feature can be tried without a network. It serves its
// feeds, pages and pictures from a loopback server, and the reader gets them by the very
// way that it gets any other feed: this package must not know how that way goes on.
//
// The stories are the text files below edition, one an outlet, in the form that
// edition.go describes. Start at Start.
package demo

import (
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"nightdesk/feeds"
)

// Edition is a sample edition that is being served. It is safe for concurrent use.
type Edition struct {
	base   string // "http://127.0.0.1:40123"
	press  *press
	server *http.Server
	done   chan struct{} // closed when Serve has returned

	mu      sync.Mutex
	closing bool
	conns   sync.WaitGroup // connections whose goroutine has not ended
}

// Start serves the sample edition from a free port of 127.0.0.1. Its stories are dated
// back from now. The caller closes the edition. Errors: no port can be had, or the
// embedded texts are broken (a test reads them all).
func Start(now time.Time) (*Edition, error) {
	outlets, err := outlets()
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serving the sample edition: %w", err)
	}
	e := &Edition{base: "http://" + l.Addr().String(), done: make(chan struct{})}
	e.press = newPress(outlets, e.base, now.UTC())
	e.server = &http.Server{
		Handler:           e.press,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    64 << 10,
		ConnState:         e.connState,
	}
	go func() {
		defer close(e.done)
		// Serve ends with ErrServerClosed; any other end shows as feeds that do not answer.
		_ = e.server.Serve(l)
	}()
	return e, nil
}

// connState counts connections, so that Close can wait for the last.
func (e *Edition) connState(c net.Conn, s http.ConnState) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch s {
	case http.StateNew:
		e.conns.Add(1)
		if e.closing {
			c.Close() // accepted while the server closed: the server no longer sees to it
		}
	case http.StateClosed, http.StateHijacked:
		e.conns.Done()
	}
}

// Subscriptions are the edition's feeds, in the order in which they are best shown.
func (e *Edition) Subscriptions() []feeds.Subscription {
	var out []feeds.Subscription
	for _, o := range e.press.outlets {
		out = append(out, feeds.Subscription{
			URL:    e.base + o.feedPath(),
			Title:  o.name,
			Site:   e.base + "/" + o.slug + "/",
			Folder: o.folder,
		})
	}
	return out
}

// Close ends the server and its connections, and returns when the last is gone. A second
// Close does nothing.
func (e *Edition) Close() error {
	e.mu.Lock()
	e.closing = true
	e.mu.Unlock()
	err := e.server.Close()
	<-e.done
	e.conns.Wait()
	if err != nil {
		return fmt.Errorf("closing the sample edition: %w", err)
	}
	return nil
}
