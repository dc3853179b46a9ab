// Package sync keeps this desk and a server that other devices use in step:
// subscriptions, what is read, what is starred. It owns the protocols (Miniflux's own,
// and the Google Reader API that FreshRSS and others speak) and the rule by which two
// sides become one. It must not know SQL, the config or the screen.
//
// # The rule
//
// Both sides remember what they last agreed upon. Whichever differs from it has changed
// since, and the other takes that over. A mark is either set or not: if both sides
// changed it they changed it to the same, so that there is nothing to decide. Changes
// made offline are what differs, and need no queue that could be lost. Where nothing was
// agreed upon yet, read and starred count as a change.
//
// What a server leaves out is never taken for a change: a story is read there when the
// server says so of that story, and a feed is gone only on a person's word (Prune).
//
// Start at Run.
package sync

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/parse"
	"nightdesk/feeds/plain"
)

// HTTP is what gets and sends; *fetch.Client is one.
type HTTP interface {
	Get(context.Context, fetch.Request) (*fetch.Response, error)
	Send(context.Context, fetch.Sending) (*fetch.Response, error)
}

// A Config says which server and as whom.
type Config struct {
	Kind  string // "miniflux", or "greader" for the Google Reader API
	URL   string
	User  string // for greader
	Token string // the API token, or the password of the API; never shown
}

// Name tells servers apart, also for what is stored of them.
func (c Config) Name() string {
	u, err := url.Parse(c.URL)
	if err != nil {
		return c.Kind
	}
	name := c.Kind + " " + strings.ToLower(u.Host) + strings.TrimSuffix(u.EscapedPath(), "/")
	if c.User != "" {
		name += " " + c.User
	}
	return plain.Text(name)
}

// A Feed is a subscription on a server.
type Feed struct {
	ID, URL, Title, Site, Folder string
}

// An Entry is a story as a server has it.
type Entry struct {
	ID      string
	FeedURL string
	Item    parse.Item
	Read    bool
	Starred bool
	Gone    bool // it was asked for, and the server does not have it
}

// Server is a server's protocol. Its lists come whole or with an error.
type Server interface {
	// Login makes sure that the server knows us.
	Login(context.Context) error
	Feeds(context.Context) ([]Feed, error)
	Subscribe(ctx context.Context, url, title, folder string) error
	Unsubscribe(context.Context, Feed) error
	// Changed hands on, in parts, the stories that are new to known or may stand
	// otherwise; since is when it was last asked, zero at first.
	Changed(ctx context.Context, since time.Time, known map[string]feeds.Synced, each func([]Entry) error) error
	SetRead(ctx context.Context, ids []string, on bool) error
	SetStarred(ctx context.Context, ids []string, on bool) error
}

// Open makes the protocol of a server; nothing is asked yet.
func Open(c Config, h HTTP, now func() time.Time) (Server, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the url of a [[sync]] is an http or https address, not %q", plain.Text(fetch.Redact(c.URL)))
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	base := strings.TrimSuffix(u.String(), "/")
	switch c.Kind {
	case "miniflux":
		return &miniflux{http: h, base: strings.TrimSuffix(base, "/v1"), token: c.Token, now: now}, nil
	case "greader":
		return &greader{http: h, base: strings.TrimSuffix(base, "/reader/api/0"), user: c.User, pass: c.Token, now: now}, nil
	}
	return nil, fmt.Errorf("the kind of a [[sync]] is miniflux or greader, not %q", plain.Text(c.Kind))
}

// The bounds of what is asked of a server, and believed.
const (
	maxFeeds   = 20_000
	maxEntries = 100_000 // of one round
	maxPages   = 2000
	firstDays  = 90 // how far back the first round looks for what has been read there
	overlap    = 15 * time.Minute
)

// errRemedy is an error with what to do about it.
type errRemedy struct {
	err    error
	remedy string
}

func (e *errRemedy) Error() string { return e.err.Error() }
func (e *errRemedy) Unwrap() error { return e.err }

// Remedy says in one line what a person can do about an error of Run, "" if nothing is
// known.
func Remedy(err error) string {
	var r *errRemedy
	if errors.As(err, &r) {
		return r.remedy
	}
	var f *fetch.Error
	if !errors.As(err, &f) {
		return ""
	}
	switch {
	case f.Status == 404:
		return "check the url of the [[sync]]: it is that of the server's API"
	case f.Status >= 500:
		return "the server has a problem; what was done here is kept and told at the next sync"
	case f.Kind == fetch.Timeout || f.Kind == fetch.Reset || f.Kind == fetch.Refused || f.Kind == fetch.Unreachable || f.Kind == fetch.DNS:
		return "check the address and the network; what was done here is kept and told at the next sync"
	}
	return f.Remedy()
}

// noJSON is the error of an answer that is something else.
func noJSON(what string, err error) error {
	return &errRemedy{fmt.Errorf("%s: the answer is not what its API gives (%s)", what, plain.Text(cut(err.Error()))),
		"check the url and the kind of the [[sync]]"}
}

func cut(s string) string {
	if len(s) > 120 {
		return strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}
