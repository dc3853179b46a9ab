package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"syscall"
	"time"

	"nightdesk/feeds/plain"
)

// Kind is what kind of trouble an Error is.
type Kind string

// The kinds of trouble.
const (
	BadAddress  Kind = "address"     // cannot be read as an address
	Scheme      Kind = "scheme"      // neither http nor https, or a file or command that nobody typed
	DNS         Kind = "dns"         // no such host
	Refused     Kind = "refused"     // nothing listens there
	Unreachable Kind = "unreachable" // no way there
	Timeout     Kind = "timeout"
	TooLarge    Kind = "toolarge" // body or headers
	BadStatus   Kind = "status"
	Busy        Kind = "busy" // not asked, because the host wants to be left alone
	TLS         Kind = "tls"
	Redirect    Kind = "redirect" // in circles, too many, from https to http
	Private     Kind = "private"  // not a public address
	Decode      Kind = "decode"   // Content-Encoding
	Reset       Kind = "reset"    // cut off
	Protocol    Kind = "protocol" // not HTTP
	Proxy       Kind = "proxy"
	Exec        Kind = "exec" // command or filter
	File        Kind = "file"
	Cancelled   Kind = "cancelled"
)

// Error is why a document could not be had. Error gives one sentence for people, Remedy
// what they may do. Neither holds a secret, nor raw bytes from a server.
type Error struct {
	URL        string // for people: see Redact
	Kind       Kind
	Status     int           // HTTP status, 0 if it did not come to that
	RetryAfter time.Duration // the server's wish; 0 if it said nothing
	Gone       bool          // 410: do not ask again
	Temporary  bool          // may be well at the next try, without anybody doing anything
	Err        error         // the cause, may be nil; not for people

	what string
}

// Error is one line: what was got, and what went wrong.
func (e *Error) Error() string {
	return plain.Text("fetch " + e.URL + ": " + e.Short())
}

// Short is Error without the address, for where the feed is named beside it.
func (e *Error) Short() string {
	if e.what == "" {
		return string(e.Kind)
	}
	return plain.Text(e.what)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Remedy says in one line what a person can do about it.
func (e *Error) Remedy() string {
	switch e.Kind {
	case BadAddress, Scheme:
		return "correct the address in the config"
	case DNS:
		return "check the spelling of the host, and the network"
	case Refused, Unreachable:
		return "check the address and the network; the server may be down"
	case Timeout, Reset:
		return "nothing to do: it is tried again later"
	case TooLarge:
		return "look for a smaller feed of the site, or raise the limit in the config"
	case TLS:
		return "tell the site that its certificate is not valid, or ask for its http address"
	case Redirect:
		return "open the address in a browser to see where it leads, and subscribe to that"
	case Private:
		return "if it is meant, put that very address with its port into the config"
	case Decode, Protocol:
		return "tell the site: its server answers with something unreadable"
	case Proxy:
		return "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY"
	case Exec:
		return "run the command by hand to see what it says"
	case File:
		return "check the path and its rights"
	case Busy:
		return "nothing to do: it is asked again when the wait is over"
	case Cancelled:
		return "start the refresh again"
	case BadStatus:
		switch {
		case e.Gone:
			return "remove the feed: the site has ended it"
		case e.Status == http.StatusUnauthorized, e.Status == http.StatusProxyAuthRequired:
			return "give a user name and password, or a header with a token, in the config"
		case e.Status == http.StatusForbidden:
			return "the site may block feed readers; look for another address of the feed"
		case e.Status == http.StatusNotFound:
			return "look for the feed's new address: feed add with the address of the site finds it"
		case e.Status == http.StatusTooManyRequests:
			return "nothing to do: it is asked again when the wait is over"
		case e.Status >= 500:
			return "nothing to do: the site has a problem, it is tried again later"
		}
		return "open the address in a browser to see what it is"
	}
	return ""
}

// errTotal is the cause of a context that Limits.Total has ended; errTooLarge ends the
// reading of a body at its limit.
var (
	errTotal    = errors.New("time is up")
	errTooLarge = errors.New("too large")
)

// decodeError marks what a decompressor says, apart from what the network under it says.
type decodeError struct {
	coding string
	err    error
}

func (e *decodeError) Error() string { return "decode " + e.coding + ": " + e.err.Error() }
func (e *decodeError) Unwrap() error { return e.err }

// failure makes an Error of what net/http, or the reading of a body, returned.
func (c *Client) failure(ctx context.Context, u *url.URL, limit int64, err error) *Error {
	e := &Error{URL: redact(u), Err: err}
	var (
		private *privateError
		dns     *net.DNSError
		dec     *decodeError
		op      *net.OpError
		netErr  net.Error
	)
	text := err.Error()
	switch {
	case errors.Is(context.Cause(ctx), errTotal):
		e.Kind, e.Temporary = Timeout, true
		e.what = "given up after " + short(c.limits.Total)
		e.Err = context.DeadlineExceeded
	case errors.Is(ctx.Err(), context.DeadlineExceeded): // the caller's own
		e.Kind, e.Temporary, e.what, e.Err = Timeout, true, "not there in the time it had", context.DeadlineExceeded
	case ctx.Err() != nil:
		e.Kind, e.Temporary, e.what, e.Err = Cancelled, true, "interrupted", context.Cause(ctx)
	case errors.Is(err, errTooLarge):
		e.Kind, e.what = TooLarge, "more than "+size(limit)+" of data"
	case errors.As(err, &private):
		e.Kind, e.what = Private, "refused to follow it to a private address ("+private.addr+")"
	case errors.As(err, &dec):
		e.Kind, e.what = Decode, "the data is not the "+dec.coding+" that the server says it is"
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Kind, e.what = DNS, "no host of this name"
		e.Temporary = true // the same is said without a network
	case errors.As(err, &dns):
		e.Kind, e.Temporary, e.what = DNS, true, "the host's name could not be looked up"
	case isTLS(err):
		e.Kind, e.what = TLS, tlsSentence(err)
	case errors.As(err, &op) && (op.Op == "proxyconnect" || op.Op == "socks connect"):
		e.Kind, e.Temporary, e.what = Proxy, true, "the proxy could not be used"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Kind, e.Temporary, e.what = Refused, true, "the server refused the connection"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		e.Kind, e.Temporary, e.what = Unreachable, true, "the server cannot be reached"
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		e.Kind, e.Temporary, e.what = Unreachable, true, "too many files are open on this machine"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Kind, e.Temporary, e.what = Reset, true, "the server broke off the connection"
	case errors.As(err, &netErr) && netErr.Timeout():
		e.Kind, e.Temporary, e.what = Timeout, true, "the server does not answer"
	case strings.Contains(text, "response headers exceeded"), strings.Contains(text, "header list too large"),
		strings.Contains(text, "header list larger"):
		e.Kind, e.what = TooLarge, "more than "+size(headerBytes)+" of headers"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF),
		strings.Contains(text, "server closed idle connection"), strings.Contains(text, "connection lost"):
		e.Kind, e.Temporary, e.what = Reset, true, "the answer was cut off"
	case strings.Contains(text, "invalid header field"):
		e.Kind, e.what = BadAddress, "a header set for it in the config is not valid"
	default:
		e.Kind, e.Temporary, e.what = Protocol, true, "the server's answer is not valid HTTP"
	}
	return e
}

func isTLS(err error) bool {
	var (
		cert   *tls.CertificateVerificationError
		record tls.RecordHeaderError
		alert  tls.AlertError
	)
	return errors.As(err, &cert) || errors.As(err, &record) || errors.As(err, &alert) ||
		strings.Contains(err.Error(), "tls: ") || strings.Contains(err.Error(), "TLS handshake") ||
		strings.Contains(err.Error(), "HTTP response to HTTPS client")
}

func tlsSentence(err error) string {
	var (
		unknown x509.UnknownAuthorityError
		name    x509.HostnameError
		invalid x509.CertificateInvalidError
		record  tls.RecordHeaderError
	)
	switch {
	case errors.As(err, &unknown):
		return "the server's certificate is signed by nobody known"
	case errors.As(err, &name):
		return "the server's certificate is for another host"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired, or is not valid yet"
	case errors.As(err, &invalid):
		return "the server's certificate is not valid"
	case errors.As(err, &record), strings.Contains(err.Error(), "HTTP response to HTTPS client"):
		return "the server does not speak TLS at this port"
	case strings.Contains(err.Error(), "timeout"):
		return "the server does not finish the TLS handshake"
	}
	return "no secure connection could be made"
}

// statusError is the Error of an answer that is neither a document nor a redirect.
func statusError(u *url.URL, status int, wait time.Duration) *Error {
	e := &Error{URL: redact(u), Kind: BadStatus, Status: status, RetryAfter: wait}
	e.Gone = status == http.StatusGone
	e.Temporary = status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500
	e.what = fmt.Sprintf("the server answered %d", status)
	if text := http.StatusText(status); text != "" {
		e.what += " (" + strings.ToLower(text) + ")"
	}
	switch {
	case e.Gone:
		e.what = "the server says that the feed is gone for good (410)"
	case wait > 0:
		e.what += ", and asks to wait for " + short(wait)
	}
	return e
}

// localError tells what the system said of a file or command, without repeating paths.
func localError(shown string, kind Kind, doing string, err error) *Error {
	e := &Error{URL: shown, Kind: kind, Err: err}
	switch {
	case errors.Is(err, os.ErrNotExist):
		e.what = doing + ": not found"
	case errors.Is(err, os.ErrPermission):
		e.what = doing + ": not permitted"
	default:
		var path *os.PathError
		if errors.As(err, &path) {
			err = path.Err
		}
		e.what = doing + ": " + cut(err.Error(), 200)
	}
	return e
}

// maxShown is up to how many bytes of an address a screen, a log or an error shows.
const maxShown = 200

// Redact is an address fit for a screen, a log or an error: Public, and not too long.
func Redact(raw string) string { return cut(Public(raw), maxShown) }

// Public is an address that may be given to others: without credentials, with the values
// of parameters that look like secrets left out, and clean. Of a command only the
// program's name stays. It is as long as it was.
func Public(raw string) string {
	raw = strings.TrimSpace(raw)
	if len(raw) > 5 && strings.EqualFold(raw[:5], "exec:") {
		args, err := Split(raw[5:])
		if err != nil || len(args) == 0 {
			return "exec:…"
		}
		name := "exec:" + plain.Text(cut(args[0], 80))
		if len(args) > 1 {
			name += " …"
		}
		return name
	}
	u, err := url.Parse(raw)
	if err != nil {
		if at := strings.LastIndexByte(raw, '@'); at >= 0 {
			raw = raw[at+1:]
		}
		raw, _, _ = strings.Cut(raw, "?")
		return plain.Text(raw)
	}
	return bare(u)
}

func redact(u *url.URL) string { return cut(bare(u), maxShown) }

func bare(u *url.URL) string {
	v := *u
	v.User, v.Fragment, v.RawFragment = nil, "", ""
	if v.RawQuery != "" {
		parts := strings.Split(v.RawQuery, "&")
		for i, p := range parts {
			if name, _, ok := strings.Cut(p, "="); ok && secretName(name) {
				parts[i] = name + "=…"
			}
		}
		v.RawQuery = strings.Join(parts, "&")
	}
	return plain.Text(v.String())
}

func secretName(s string) bool {
	s = strings.ToLower(s)
	for _, w := range [...]string{"token", "key", "secret", "pass", "pwd", "auth", "sig", "session", "credential"} {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// cut shortens to at most n bytes, at a rune's start.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// size is a number of bytes for people.
func size(n int64) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}

// short is a duration for people.
func short(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d h", (d+time.Hour/2)/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d min", (d+time.Minute/2)/time.Minute)
	case d >= time.Second:
		return fmt.Sprintf("%d s", (d+time.Second/2)/time.Second)
	}
	return fmt.Sprintf("%d ms", max(d/time.Millisecond, 1))
}
