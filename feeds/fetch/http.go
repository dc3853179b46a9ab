package fetch

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/http/httpguts"

	"nightdesk/feeds/plain"
)

// proxyKey is where a request's context keeps the proxy that was chosen for it.
type proxyKey struct{}

func proxyOf(r *http.Request) (*url.URL, error) {
	u, _ := r.Context().Value(proxyKey{}).(*url.URL)
	return u, nil
}

// trip is one Get over HTTP on its way through redirects.
type trip struct {
	c     *Client
	req   Request
	home  *url.URL
	limit int64

	user, pass string
	basic      bool

	method, kind string // of what is sent; "" is a GET
	body         []byte
}

// parse reads an http(s) address as a person or a server wrote it.
func parse(raw string) (*url.URL, *Error) {
	u, err := url.Parse(raw)
	if err != nil {
		return nil, &Error{URL: Redact(raw), Kind: BadAddress, Err: err, what: "not a valid address"}
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Hostname() == "" {
		return nil, &Error{URL: redact(u), Kind: BadAddress, what: "the address names no host"}
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

func (c *Client) getHTTP(ctx context.Context, r Request) (*Response, *Error) {
	return c.travel(ctx, r, &trip{c: c, req: r, limit: c.limit(r)})
}

// travel makes a trip from its first request to its last answer.
func (c *Client) travel(ctx context.Context, r Request, t *trip) (*Response, *Error) {
	u, bad := parse(r.URL)
	if bad != nil {
		return nil, bad
	}
	t.home = u
	if r.Home != "" {
		if t.home, bad = parse(r.Home); bad != nil {
			return nil, bad
		}
	}
	t.user, t.pass = r.Username, r.Password
	t.basic = t.user != "" || t.pass != ""
	if !t.basic && t.home.User != nil {
		t.user = t.home.User.Username()
		t.pass, _ = t.home.User.Password()
		t.basic = true
	}
	u.User = nil

	leave, bad := c.turn(ctx, u)
	if bad != nil {
		return nil, bad
	}
	defer func() { leave() }()
	ctx, cancel := context.WithTimeoutCause(ctx, c.limits.Total, errTotal)
	defer cancel()

	seen := map[string]bool{u.String(): true}
	lasting := true
	for hop := 0; ; hop++ {
		answer, err := t.ask(ctx, u)
		if err != nil {
			return nil, c.failure(ctx, u, t.limit, err)
		}
		next, bad := redirect(u, answer)
		if next != nil && t.method != "" {
			next, bad = nil, &Error{URL: redact(u), Kind: Redirect, Status: answer.StatusCode, what: "it redirects what is sent to it; give the address that it redirects to"}
		}
		if bad != nil {
			discard(answer)
			return nil, bad
		}
		if next == nil {
			res, bad := t.read(ctx, u, answer)
			if bad != nil {
				return nil, bad
			}
			if hop > 0 && lasting {
				res.Permanent = res.URL
			}
			if r.Filter != "" && !res.NotModified {
				res.Body, bad = c.filter(ctx, r, res.Body)
			}
			return res, bad
		}
		lasting = lasting && (answer.StatusCode == http.StatusMovedPermanently || answer.StatusCode == http.StatusPermanentRedirect)
		discard(answer)
		switch {
		case hop >= c.limits.Redirects:
			return nil, &Error{URL: redact(u), Kind: Redirect, what: "given up after " + strconv.Itoa(hop) + " redirects"}
		case seen[next.String()]:
			return nil, &Error{URL: redact(u), Kind: Redirect, what: "it redirects in a circle"}
		}
		seen[next.String()] = true
		if hostID(next) != hostID(u) {
			leave()
			leave = func() {}
			l, bad := c.turn(ctx, next)
			if bad != nil {
				return nil, bad
			}
			leave = l
		}
		u = next
	}
}

// turn waits until the host of u may be asked.
func (c *Client) turn(ctx context.Context, u *url.URL) (leave func(), bad *Error) {
	leave, wait, err := c.hosts.enter(ctx, hostID(u))
	if err != nil {
		return nil, c.failure(ctx, u, 0, err)
	}
	if wait > 0 {
		return nil, &Error{
			URL: redact(u), Kind: Busy, Status: http.StatusTooManyRequests, RetryAfter: wait, Temporary: true,
			what: "not asked: the host wants to be left alone for " + short(wait),
		}
	}
	return leave, nil
}

// ask sends one request.
func (t *trip) ask(ctx context.Context, u *url.URL) (*http.Response, error) {
	r := &http.Request{
		Method: http.MethodGet, URL: u, Host: u.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: make(http.Header, 8),
	}
	h := r.Header
	if t.method != "" {
		r.Method = t.method
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(t.body)), int64(len(t.body))
		r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(t.body)), nil }
		h.Set("Content-Type", t.kind)
	}
	h.Set("User-Agent", t.c.agent)
	h.Set("Accept", AcceptFeeds)
	if t.req.Accept != "" {
		h.Set("Accept", t.req.Accept)
	}
	if sendable(t.req.ETag) {
		h.Set("If-None-Match", t.req.ETag)
	}
	if sendable(t.req.LastModified) {
		h.Set("If-Modified-Since", t.req.LastModified)
	}
	if trusted(t.home, u) {
		if t.basic {
			h.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(t.user+":"+t.pass)))
		}
		for k, v := range t.req.Header {
			switch k = http.CanonicalHeaderKey(k); k {
			case "Host":
				r.Host = v
			case "Connection", "Content-Length", "Transfer-Encoding", "Trailer", "Te", "Upgrade", "Accept-Encoding":
				// these are the transport's
			default:
				h.Set(k, v)
			}
		}
	}
	h.Set("Accept-Encoding", "gzip")

	transport := t.c.guarded
	private := t.req.Typed && hostID(t.home) == hostID(u)
	if private {
		transport = t.c.open
	}
	r = r.WithContext(ctx)
	proxy, err := t.c.proxy(r)
	if err != nil {
		return nil, err
	}
	if proxy != nil {
		if !private {
			if err := proxied(ctx, u, proxy); err != nil {
				return nil, err
			}
		}
		// The proxy itself, which the person has set, may well be on a private address.
		transport = t.c.open
		r = r.WithContext(context.WithValue(ctx, proxyKey{}, proxy))
	}
	return transport.RoundTrip(r)
}

func sendable(s string) bool { return s != "" && httpguts.ValidHeaderFieldValue(s) }

// redirect is where an answer leads, nil if nowhere.
func redirect(u *url.URL, answer *http.Response) (*url.URL, *Error) {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	to := strings.TrimSpace(answer.Header.Get("Location"))
	if to == "" {
		return nil, &Error{URL: redact(u), Kind: Redirect, Status: answer.StatusCode, what: "it redirects to nowhere"}
	}
	if len(to) > 8<<10 {
		return nil, &Error{URL: redact(u), Kind: Redirect, Status: answer.StatusCode, what: "it redirects to an endless address"}
	}
	next, err := u.Parse(to)
	if err != nil {
		return nil, &Error{URL: redact(u), Kind: Redirect, Status: answer.StatusCode, Err: err, what: "it redirects to what is no address"}
	}
	next.Scheme = strings.ToLower(next.Scheme)
	next.User, next.Fragment, next.RawFragment = nil, "", ""
	bad := &Error{URL: redact(u), Kind: Redirect, Status: answer.StatusCode}
	switch {
	case next.Scheme != "http" && next.Scheme != "https":
		bad.Kind, bad.what = Scheme, "it redirects to an address that is neither http nor https"
	case u.Scheme == "https" && next.Scheme == "http":
		bad.what = "refused to follow it from https to http"
	case next.Hostname() == "":
		bad.what = "it redirects to what is no address"
	default:
		return next, nil
	}
	return nil, bad
}

// discard ends an answer that is not read; a short rest is taken off the connection so
// that it can be used again.
func discard(answer *http.Response) {
	if n := answer.ContentLength; n > 0 && n <= 4<<10 {
		io.CopyN(io.Discard, answer.Body, n+1)
	}
	answer.Body.Close()
}

// read makes a Response of the last answer of a trip.
func (t *trip) read(ctx context.Context, u *url.URL, answer *http.Response) (*Response, *Error) {
	defer answer.Body.Close()
	now := t.c.now()
	h := answer.Header
	res := &Response{
		URL: u.String(), Status: answer.StatusCode,
		ContentType: plain.Text(cut(h.Get("Content-Type"), 200)),
		ETag:        validator(h.Get("ETag")), LastModified: validator(h.Get("Last-Modified")),
		Fresh: fresh(h, now), RetryAfter: retryAfter(h, now),
	}
	switch s := answer.StatusCode; {
	case s == http.StatusNotModified && (t.req.ETag != "" || t.req.LastModified != ""):
		res.NotModified = true
		return res, nil
	case s == http.StatusPartialContent, s < 200, s > 299:
		if s == http.StatusTooManyRequests {
			wait := res.RetryAfter
			if wait == 0 {
				wait = unspokenWait
			}
			t.c.hosts.leaveAlone(hostID(u), wait)
		}
		bad := statusError(u, s, res.RetryAfter)
		discard(answer)
		return nil, bad
	}
	list, err := codings(h)
	if err == nil {
		res.Body, res.Wire, err = t.c.read(ctx, answer.Body, list, t.limit)
	}
	if err != nil {
		bad := t.c.failure(ctx, u, t.limit, err)
		if bad.Kind == Timeout && res.Wire > 0 {
			bad.what += " and " + size(res.Wire) + ": the answer was not complete"
		}
		return nil, bad
	}
	return res, nil
}

// validator keeps an ETag or a date to be sent back to the letter, if it can be.
func validator(s string) string {
	if len(s) > 1<<10 || !sendable(s) {
		return ""
	}
	return s
}
