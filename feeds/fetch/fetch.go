// Package fetch gets documents: over HTTP, from files and from commands. It owns the
// manners (validators, Retry-After, few requests at a time to a host), the limits (time,
// size after decoding, redirects, sockets) and the guard that keeps what feeds link to
// away from private networks.
//
// It must not know any feed format: it hands bytes on, with what the server said of
// them. Start at Client.Get; THREATS.md, "Feeds and their servers", is its contract.
package fetch

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"time"
)

// Limits bound what one Client does. A zero field takes the value of DefaultLimits.
type Limits struct {
	Total     time.Duration // of one Get, from when its turn has come to the last byte
	Bytes     int64         // of one document, after decoding
	Redirects int           // that one Get follows
	PerHost   int           // requests at a time to one host and port
	Sockets   int           // requests at a time in all; as many idle connections are kept
}

// DefaultLimits are the limits that THREATS.md promises.
var DefaultLimits = Limits{Total: 30 * time.Second, Bytes: 32 << 20, Redirects: 10, PerHost: 4, Sockets: 128}

const (
	dialTime    = 10 * time.Second // name look-up and connection
	tlsTime     = 10 * time.Second
	headerBytes = 128 << 10 // of a response's headers, interim responses included
	bigBody     = 2 << 20   // a body above this needs one of bigBodies places
	bigBodies   = 4         // so that hostile servers together cannot fill the memory
	processes   = 8         // commands at a time
)

// AcceptFeeds is the Accept header of a Request that has none of its own.
const AcceptFeeds = "application/atom+xml, application/rss+xml, application/feed+json, " +
	"application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"

// Options are what New needs. The zero value is usable.
type Options struct {
	UserAgent string
	Limits
	Log   *slog.Logger // of what is odd but no error; nil discards
	Proxy func(*http.Request) (*url.URL, error)
	now   func() time.Time

	tls       *tls.Config // nil for the system's; tests have certificates of their own
	unguarded bool        // tests redirect between servers on this machine
}

// A Client gets documents. It is safe for concurrent use.
type Client struct {
	limits Limits
	agent  string
	log    *slog.Logger
	proxy  func(*http.Request) (*url.URL, error)
	now    func() time.Time

	// Two pools of connections, so that a connection to a private address, which the
	// user's own typing allowed, can never carry a request that a redirect made.
	guarded *http.Transport
	open    *http.Transport

	hosts    hosts
	big      chan struct{}
	decoding chan struct{}
	procs    chan struct{}
}

// New makes a Client. Because net/http writes what servers do wrong to the standard
// logger, and from there onto the screen, New also points the standard logger to
// Options.Log.
func New(o Options) *Client {
	l := o.Limits
	if l.Total <= 0 {
		l.Total = DefaultLimits.Total
	}
	if l.Bytes <= 0 {
		l.Bytes = DefaultLimits.Bytes
	}
	if l.Redirects <= 0 {
		l.Redirects = DefaultLimits.Redirects
	}
	if l.PerHost <= 0 {
		l.PerHost = DefaultLimits.PerHost
	}
	if l.Sockets <= 0 {
		l.Sockets = DefaultLimits.Sockets
	}
	c := &Client{
		limits: l, agent: o.UserAgent, log: o.Log, proxy: o.Proxy, now: o.now,
		big: make(chan struct{}, bigBodies), procs: make(chan struct{}, processes),
		decoding: make(chan struct{}, runtime.GOMAXPROCS(0)),
	}
	if c.agent == "" {
		c.agent = "nightdesk"
	}
	if c.log == nil {
		c.log = slog.New(slog.DiscardHandler)
	}
	if c.proxy == nil {
		c.proxy = http.ProxyFromEnvironment
	}
	if c.now == nil {
		c.now = time.Now
	}
	c.hosts.init(l.PerHost, l.Sockets, c.now)
	catchStandardLog(c.log)
	c.guarded = c.transport(o.tls, !o.unguarded)
	c.open = c.transport(o.tls, false)
	return c
}

func (c *Client) transport(conf *tls.Config, guarded bool) *http.Transport {
	d := &net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	if guarded {
		d.ControlContext = guard
	}
	if conf = conf.Clone(); conf == nil {
		conf = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	conf.ClientSessionCache = tls.NewLRUClientSessionCache(c.limits.Sockets)
	return &http.Transport{
		Proxy:                  proxyOf,
		DialContext:            d.DialContext,
		TLSClientConfig:        conf,
		TLSHandshakeTimeout:    tlsTime,
		DisableCompression:     true, // decoded here, with a bound at each step and pooled readers
		MaxIdleConns:           c.limits.Sockets,
		MaxIdleConnsPerHost:    c.limits.PerHost,
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: headerBytes,
		WriteBufferSize:        1 << 10, // requests are small
		ReadBufferSize:         4 << 10,
		ForceAttemptHTTP2:      true,
		HTTP2: &http.HTTP2Config{
			MaxReceiveBufferPerConnection: 1 << 20,
			MaxReceiveBufferPerStream:     256 << 10,
		},
	}
}

// Close ends the idle connections. The client can be used on.
func (c *Client) Close() {
	c.guarded.CloseIdleConnections()
	c.open.CloseIdleConnections()
}

// Forget drops the waits that hosts have asked for: for a refresh that a person asks for
// by hand.
func (c *Client) Forget() { c.hosts.forget() }

// A Request says what to get and what is known of it.
type Request struct {
	URL string // http, https; with Typed also file://path and "exec:command args"

	// Typed: a person gave this very address, so that private addresses are allowed for
	// exactly its host and port, and nothing it redirects to elsewhere.
	Typed bool
	// Home is the address that the person gave if URL is another one, as after a lasting
	// redirect; "" if it is URL. Typed, Header and the credentials are for Home's host
	// alone.
	Home string

	ETag, LastModified string            // as the last Response gave them
	Header             map[string]string // sent to the home's host only
	Username, Password string            // basic auth, to the home's host only; "" takes those in the address
	Accept             string            // "" is AcceptFeeds
	MaxBytes           int64             // 0, or more than the client's limit, is the client's limit
	Filter             string            // command that the body is piped through; needs Typed
}

// A Response is what came.
type Response struct {
	URL                string // where the document came from, after redirects; no credentials
	Status             int    // 200 for files and commands
	NotModified        bool
	Permanent          string // where a chain of only 301 and 308 led, "" else
	Body               []byte // decoded; the caller's own
	ContentType        string
	ETag, LastModified string
	Fresh              time.Duration // Cache-Control or Expires: not sooner again; 0 unknown
	RetryAfter         time.Duration
	Wire               int64 // bytes of the body as they were sent
	Took               time.Duration
}

// Get gets a document. Its error is an *Error always; a status other than 2xx and 304 is
// one. A Get waits for its turn at a busy host as long as ctx allows; from then on
// Limits.Total counts.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	begun := c.now()
	r.URL = strings.TrimSpace(r.URL)
	if r.Filter != "" && !r.Typed {
		return nil, &Error{URL: Redact(r.URL), Kind: Scheme, what: "only a feed of one's own config may have a filter"}
	}
	scheme, _, _ := strings.Cut(r.URL, ":")
	var res *Response
	var err *Error
	switch strings.ToLower(scheme) {
	case "http", "https":
		res, err = c.getHTTP(ctx, r)
	case "file", "exec":
		if !r.Typed {
			return nil, &Error{URL: Redact(r.URL), Kind: Scheme, what: "files and commands are read only when the config names them"}
		}
		res, err = c.getLocal(ctx, r, strings.EqualFold(scheme, "exec"))
	default:
		return nil, &Error{URL: Redact(r.URL), Kind: Scheme, what: "not an http or https address"}
	}
	if err != nil {
		return nil, err
	}
	res.Took = max(c.now().Sub(begun), 0)
	return res, nil
}

// limit is the most bytes that the request's document may have.
func (c *Client) limit(r Request) int64 {
	if r.MaxBytes > 0 {
		return min(r.MaxBytes, c.limits.Bytes)
	}
	return c.limits.Bytes
}
