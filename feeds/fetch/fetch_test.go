package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// direct is a Proxy that uses none, whatever the environment of the test says.
func direct(*http.Request) (*url.URL, error) { return nil, nil }

func newClient(t testing.TB, o Options) *Client {
	t.Helper()
	if o.Proxy == nil {
		o.Proxy = direct
	}
	c := New(o)
	t.Cleanup(c.Close)
	return c
}

func serve(t testing.TB, f http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

func get(t testing.TB, c *Client, r Request) *Response {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("Get(%s): %v", r.URL, err)
	}
	return res
}

// fails gets what must fail with an error of this kind.
func fails(t testing.TB, c *Client, r Request, kind Kind) *Error {
	t.Helper()
	res, err := c.Get(t.Context(), r)
	if err == nil {
		t.Fatalf("Get(%s) = status %d with %d bytes, want an error of kind %q", r.URL, res.Status, len(res.Body), kind)
	}
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("Get(%s): %T is no *Error: %v", r.URL, err, err)
	}
	if e.Kind != kind {
		t.Fatalf("Get(%s): kind %q (%v; cause %v), want %q", r.URL, e.Kind, e, e.Err, kind)
	}
	if s := e.Error(); strings.ContainsAny(s, "\n\r\x1b") || e.Remedy() == "" {
		t.Errorf("Get(%s): unclean error %q or no remedy %q", r.URL, s, e.Remedy())
	}
	return e
}

func TestConditional(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `W/"v1"`)
		w.Header().Set("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT")
		w.Header().Set("Cache-Control", "public, max-age=600")
		if r.Header.Get("If-None-Match") == `W/"v1"` && r.Header.Get("If-Modified-Since") == "Wed, 21 Oct 2015 07:28:00 GMT" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		fmt.Fprint(w, "<rss/>")
	})
	c := newClient(t, Options{UserAgent: "test/1"})
	first := get(t, c, Request{URL: u, Typed: true})
	if string(first.Body) != "<rss/>" || first.Status != 200 || first.NotModified || first.Fresh != 10*time.Minute ||
		first.ContentType != "application/rss+xml; charset=utf-8" || first.Wire != 6 || first.Permanent != "" {
		t.Errorf("first = %+v", first)
	}
	second := get(t, c, Request{URL: u, Typed: true, ETag: first.ETag, LastModified: first.LastModified})
	if !second.NotModified || second.Status != 304 || len(second.Body) != 0 || second.ETag != first.ETag {
		t.Errorf("second = %+v", second)
	}
}

func TestUnaskedNotModifiedIsAnError(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	if e := fails(t, newClient(t, Options{}), Request{URL: u, Typed: true}, BadStatus); e.Status != 304 {
		t.Errorf("status %d", e.Status)
	}
}

// What a request says, and what it must not say.
func TestRequestHeaders(t *testing.T) {
	var got http.Header
	var host string
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first" {
			http.SetCookie(w, &http.Cookie{Name: "track", Value: "me"})
			http.Redirect(w, r, "/second", http.StatusFound)
			return
		}
		got, host = r.Header.Clone(), r.Host
	})
	c := newClient(t, Options{UserAgent: "nightdesk/1"})
	get(t, c, Request{URL: strings.Replace(u, "http://", "http://ann:s3cret@", 1) + "/first", Typed: true,
		Header: map[string]string{"x-token": "t", "Accept-Encoding": "br", "Connection": "close"}})
	for name, want := range map[string]string{
		"User-Agent": "nightdesk/1", "Accept": AcceptFeeds, "Accept-Encoding": "gzip", "X-Token": "t",
		"Authorization": "Basic YW5uOnMzY3JldA==", "Cookie": "", "Referer": "", "Connection": "", "If-None-Match": "",
	} {
		if got.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, got.Get(name), want)
		}
	}
	if host != strings.TrimPrefix(u, "http://") {
		t.Errorf("Host = %q", host)
	}
	get(t, c, Request{URL: u, Typed: true, Accept: "text/html", Username: "bob", Password: "p"})
	if got.Get("Accept") != "text/html" || got.Get("Authorization") != "Basic Ym9iOnA=" {
		t.Errorf("headers = %v", got)
	}
}

func TestSecretsStayAtHome(t *testing.T) {
	var got http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) { got = r.Header.Clone() })
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other+"/x", http.StatusMovedPermanently)
	})
	c := newClient(t, Options{unguarded: true})
	secret := Request{URL: home, Typed: true, Username: "ann", Password: "p", Header: map[string]string{"X-Token": "t"}}
	res := get(t, c, secret)
	if got.Get("Authorization") != "" || got.Get("X-Token") != "" {
		t.Errorf("another host was told %v", got)
	}
	if res.Permanent != other+"/x" || res.URL != other+"/x" {
		t.Errorf("URL %q, Permanent %q", res.URL, res.Permanent)
	}
	secret.URL, secret.Home = other+"/x", home // as after the move has been learnt
	get(t, c, secret)
	if got.Get("Authorization") != "" || got.Get("X-Token") != "" {
		t.Errorf("the address moved to was told %v", got)
	}
}

func TestTrusted(t *testing.T) {
	for _, c := range []struct {
		home, to string
		want     bool
	}{
		{"http://a.example/x", "http://A.example./y", true},
		{"http://a.example/x", "https://a.example/y", true},
		{"https://a.example/x", "http://a.example/y", false},
		{"http://a.example:8080/x", "https://a.example/y", false},
		{"https://a.example:443/x", "https://a.example/y", true},
		{"https://a.example/x", "https://a.example:8443/y", false},
		{"https://a.example/x", "https://www.a.example/y", false},
		{"https://a.example/x", "https://a.example.evil.example/y", false},
	} {
		home, _ := url.Parse(c.home)
		to, _ := url.Parse(c.to)
		if got := trusted(home, to); got != c.want {
			t.Errorf("trusted(%s, %s) = %v", c.home, c.to, got)
		}
	}
}

func TestRedirects(t *testing.T) {
	mux := http.NewServeMux()
	hop := func(path, to string, status int) {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", to)
			w.WriteHeader(status)
		})
	}
	mux.HandleFunc("/end", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(304)
			return
		}
		fmt.Fprint(w, "end")
	})
	hop("/301", "/end", 301)
	hop("/308", "end#part", 308)
	hop("/302", "/end", 302)
	hop("/303", "/end", 303)
	hop("/307", "/301", 307)
	hop("/mixed", "/302", 301)
	hop("/lasting", "/308", 301)
	hop("/self", "/self", 301)
	hop("/a", "/b", 302)
	hop("/b", "/a", 302)
	hop("/nowhere", "", 302)
	hop("/file", "file:///etc/passwd", 302)
	hop("/exec", "exec:id", 302)
	hop("/gopher", "gopher://127.0.0.1/", 302)
	hop("/script", "javascript:alert(1)", 302)
	hop("/garbage", "http://[::1", 302)
	hop("/long", "/"+strings.Repeat("x", 20<<10), 302)
	hop("/hostless", "http:///x", 302)
	chain := func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscanf(r.URL.Path, "/down/%d", &n)
		if n == 0 {
			fmt.Fprint(w, "end")
			return
		}
		http.Redirect(w, r, fmt.Sprintf("/down/%d", n-1), 301)
	}
	mux.HandleFunc("/down/", chain)
	u := serve(t, mux.ServeHTTP)
	c := newClient(t, Options{})
	for path, permanent := range map[string]string{
		"/301": "/end", "/308": "/end", "/302": "", "/303": "", "/307": "", "/mixed": "", "/lasting": "/end", "/down/10": "/down/0",
	} {
		res := get(t, c, Request{URL: u + path, Typed: true})
		if permanent != "" {
			permanent = u + permanent
		}
		if string(res.Body) != "end" || res.Permanent != permanent {
			t.Errorf("%s: body %q, Permanent %q, want %q", path, res.Body, res.Permanent, permanent)
		}
	}
	if res := get(t, c, Request{URL: u + "/301", Typed: true, ETag: `"x"`}); !res.NotModified || res.Permanent != u+"/end" {
		t.Errorf("304 after a redirect: %+v", res)
	}
	for path, kind := range map[string]Kind{
		"/self": Redirect, "/a": Redirect, "/nowhere": Redirect, "/down/11": Redirect, "/long": Redirect,
		"/garbage": Redirect, "/hostless": Redirect, "/file": Scheme, "/exec": Scheme, "/gopher": Scheme, "/script": Scheme,
	} {
		e := fails(t, c, Request{URL: u + path, Typed: true}, kind)
		if circle := path == "/self" || path == "/a"; circle != strings.Contains(e.Error(), "circle") {
			t.Errorf("%s: %v", path, e)
		}
	}
}

func TestStatuses(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		var n int
		fmt.Sscanf(r.URL.Path, "/%d", &n)
		w.WriteHeader(n)
		fmt.Fprint(w, "<html>\x1b[31mtoken=abc")
	})
	c := newClient(t, Options{})
	for _, n := range []int{206, 300, 400, 401, 403, 404, 410, 418, 451, 500, 502, 503, 599, 799} {
		e := fails(t, c, Request{URL: u + fmt.Sprintf("/%d?token=hush&x=1", n), Typed: true}, BadStatus)
		if e.Status != n || e.Gone != (n == 410) || e.Temporary != (n >= 500) {
			t.Errorf("%d: %+v", n, e)
		}
		if s := e.Error(); strings.Contains(s, "hush") || strings.Contains(s, "abc") || !strings.Contains(s, fmt.Sprint(n)) {
			t.Errorf("%d: %q", n, s)
		}
	}
}

func TestBadAddresses(t *testing.T) {
	c := newClient(t, Options{})
	for raw, kind := range map[string]Kind{
		"": Scheme, "ftp://x.example/": Scheme, "javascript:1": Scheme, "mailto:a@b": Scheme, "/etc/passwd": Scheme,
		"http://": BadAddress, "http://[": BadAddress, "https:opaque": BadAddress, "http://a b/": BadAddress, "http://h:port/": BadAddress,
	} {
		e := fails(t, c, Request{URL: raw, Typed: true}, kind)
		if len(e.Error()) > 300 {
			t.Errorf("%q: long error", raw)
		}
	}
}

func TestRedact(t *testing.T) {
	for raw, want := range map[string]string{
		"https://ann:pw@h.example/f?user=x&api_key=abc&Token=d#frag": "https://h.example/f?user=x&api_key=…&Token=…",
		"http://ann:p w@h.example/f?token=1":                         "h.example/f",
		"exec:curl -u ann:pw https://h.example":                      "exec:curl …",
		"exec:'":                                                     "exec:…",
		"file:///home/ann/feed.xml":                                  "file:///home/ann/feed.xml",
		"http://h.example/\x1b]0;x\x07":                              "h.example/]0;x",
	} {
		if got := Redact(raw); strings.Contains(got, "pw") || got != want && !strings.HasPrefix(raw, "http://h.") || strings.ContainsAny(got, "\x1b\x07") {
			t.Errorf("Redact(%q) = %q, want %q", raw, got, want)
		}
	}
}

// TestPublicAddress: what is given to other programs is whole, but for the secrets.
func TestPublicAddress(t *testing.T) {
	long := "https://h.example/" + strings.Repeat("feed/", 60) + "x?a=1&token="
	if got, want := Public(strings.Replace(long, "://", "://ann:pw@", 1)+"abc&b=2"), long+"…&b=2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := Redact(long); len(got) > maxShown+len("…") {
		t.Errorf("%d bytes are shown", len(got))
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("https://ann:pw@h.example/f?api_key=abc#x")
	f.Add("exec:curl 'a b' --token x")
	f.Fuzz(func(t *testing.T, s string) {
		got := Redact(s)
		if strings.ContainsAny(got, "\n\r\x1b\x00") || len(got) > 2000 {
			t.Errorf("Redact(%q) = %q", s, got)
		}
	})
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	block := make(chan struct{})
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { cancel(); <-block })
	defer close(block)
	_, err := newClient(t, Options{}).Get(ctx, Request{URL: u, Typed: true})
	var e *Error
	if !errors.As(err, &e) || e.Kind != Cancelled || !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v", err)
	}
}

func TestTLS(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/down" {
			http.Redirect(w, r, "http://"+r.Host+"/x", 301)
			return
		}
		fmt.Fprint(w, r.Proto)
	}))
	s.EnableHTTP2 = true
	s.Config.ErrorLog = nil
	s.StartTLS()
	defer s.Close()
	fails(t, newClient(t, Options{}), Request{URL: s.URL, Typed: true}, TLS)
	conf := s.Client().Transport.(*http.Transport).TLSClientConfig
	c := newClient(t, Options{tls: conf})
	if res := get(t, c, Request{URL: s.URL, Typed: true}); string(res.Body) != "HTTP/2.0" {
		t.Errorf("spoken: %s", res.Body)
	}
	fails(t, c, Request{URL: s.URL + "/down", Typed: true}, Redirect)
	wrong := strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
	fails(t, newClient(t, Options{tls: conf}), Request{URL: wrong, Typed: true}, TLS)
	plainServer := serve(t, func(http.ResponseWriter, *http.Request) {})
	fails(t, c, Request{URL: strings.Replace(plainServer, "http", "https", 1), Typed: true}, TLS)
}
