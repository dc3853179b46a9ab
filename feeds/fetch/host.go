package fetch

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"
)

// hosts keeps requests to a host few, and remembers which hosts asked to be left alone.
type hosts struct {
	perHost int
	sockets chan struct{}
	now     func() time.Time

	mu   sync.Mutex
	byID map[string]*host
}

type host struct {
	slots chan struct{}
	users int       // holding or waiting for a slot
	until time.Time // asked to be left alone, zero if not
}

// maxRests bounds how many hosts' waits are remembered.
const maxRests = 4096

func (h *hosts) init(perHost, sockets int, now func() time.Time) {
	h.perHost, h.now = perHost, now
	h.sockets = make(chan struct{}, sockets)
	h.byID = make(map[string]*host)
}

// enter waits for the turn of a request to host id and returns what ends it. A host that
// has asked for rest gives wait > 0, before or after the wait, and no turn.
func (h *hosts) enter(ctx context.Context, id string) (leave func(), wait time.Duration, err error) {
	h.mu.Lock()
	one := h.byID[id]
	if one == nil {
		one = &host{slots: make(chan struct{}, h.perHost)}
		h.byID[id] = one
	}
	one.users++
	h.mu.Unlock()

	if wait = h.rest(one); wait > 0 {
		h.drop(id, one)
		return nil, wait, nil
	}
	select {
	case one.slots <- struct{}{}:
	case <-ctx.Done():
		h.drop(id, one)
		return nil, 0, ctx.Err()
	}
	if wait = h.rest(one); wait > 0 {
		<-one.slots
		h.drop(id, one)
		return nil, wait, nil
	}
	select {
	case h.sockets <- struct{}{}:
	case <-ctx.Done():
		<-one.slots
		h.drop(id, one)
		return nil, 0, ctx.Err()
	}
	return func() {
		<-h.sockets
		<-one.slots
		h.drop(id, one)
	}, 0, nil
}

func (h *hosts) drop(id string, one *host) {
	h.mu.Lock()
	one.users--
	if one.users == 0 && (one.until.IsZero() || len(h.byID) > maxRests) {
		delete(h.byID, id)
	}
	h.mu.Unlock()
}

// rest is how long the host still wants to be left alone.
func (h *hosts) rest(one *host) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one.until.IsZero() {
		return 0
	}
	wait := one.until.Sub(h.now())
	if wait <= 0 || wait > maxWait { // over, or the clock was set back
		one.until = time.Time{}
		return 0
	}
	return wait
}

// leaveAlone remembers that a host, at which the caller has a turn, asked for rest.
func (h *hosts) leaveAlone(id string, wait time.Duration) {
	h.mu.Lock()
	if one := h.byID[id]; one != nil {
		one.until = h.now().Add(wait)
	}
	h.mu.Unlock()
}

func (h *hosts) forget() {
	h.mu.Lock()
	for id, one := range h.byID {
		one.until = time.Time{}
		if one.users == 0 {
			delete(h.byID, id)
		}
	}
	h.mu.Unlock()
}

// hostID is the host and port of an address in one spelling.
func hostID(u *url.URL) string { return hostName(u) + ":" + portOf(u) }

func hostName(u *url.URL) string {
	return strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
}

func portOf(u *url.URL) string {
	if p := u.Port(); p != "" {
		return p
	}
	if strings.EqualFold(u.Scheme, "https") {
		return "443"
	}
	return "80"
}

// trusted reports whether what was given for home may be sent to u: the same host and
// port, or the same host after the step from http to https at their usual ports.
func trusted(home, u *url.URL) bool {
	if hostName(home) != hostName(u) {
		return false
	}
	if home.Scheme == "https" && u.Scheme != "https" {
		return false
	}
	return portOf(home) == portOf(u) || portOf(home) == "80" && portOf(u) == "443"
}
