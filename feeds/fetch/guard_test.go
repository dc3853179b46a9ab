package fetch

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "172.15.0.1": true, "172.32.0.1": true, "100.63.0.1": true, "100.128.0.1": true,
		"2606:4700::1111": true, "2a00:1450::1": true, "2001:4860::8888": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.1.2.3": false, "127.0.0.1": false, "127.255.0.1": false, "100.64.0.1": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.0.0.8": false, "192.168.1.1": false,
		"198.18.0.1": false, "224.0.0.1": false, "239.1.1.1": false, "240.0.0.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::7f00:1": false, "fe80::1": false, "fe80::1%eth0": false, "fc00::1": false, "fd12::1": false,
		"fec0::1": false, "ff02::1": false, "2001:db8::1": false, "2001::1": false, "100::1": false,
		"::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "::ffff:8.8.8.8": true,
		"64:ff9b::7f00:1": false, "64:ff9b::a00:1": false, "64:ff9b::808:808": true, "64:ff9b:1::1": false,
		"2002:7f00:1::": false, "2002:c0a8:101::1": false, "2002:808:808::1": true,
		"2a00::5efe:10.0.0.1": false, "2a00::200:5efe:192.168.0.1": false, "2a00::5efe:8.8.8.8": true,
	} {
		if got := public(netip.MustParseAddr(addr)); got != want {
			t.Errorf("public(%s) = %v", addr, got)
		}
	}
	if public(netip.Addr{}) {
		t.Error("no address is public")
	}
}

func FuzzPublic(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add(make([]byte, 16))
	f.Fuzz(func(t *testing.T, b []byte) {
		ip, ok := netip.AddrFromSlice(b)
		if !ok {
			return
		}
		if (ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified()) && public(ip) {
			t.Errorf("public(%v)", ip)
		}
		if ip.Is4() && public(ip) != public(netip.AddrFrom16(ip.As16())) {
			t.Errorf("%v mapped into IPv6 is judged otherwise", ip)
		}
	})
}

func TestPrivateOnlyWhereTyped(t *testing.T) {
	var hits int
	inner := serve(t, func(w http.ResponseWriter, r *http.Request) { hits++; fmt.Fprint(w, "secret") })
	port := inner[strings.LastIndexByte(inner, ':'):]
	var to string
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/out":
			http.Redirect(w, r, to, http.StatusFound)
		case "/here":
			http.Redirect(w, r, "/there", http.StatusFound)
		default:
			fmt.Fprint(w, "mine")
		}
	})
	c := newClient(t, Options{})
	// typed, and redirected within the very host and port
	if res := get(t, c, Request{URL: outer + "/here", Typed: true}); string(res.Body) != "mine" {
		t.Errorf("body %q", res.Body)
	}
	// after its move has been learnt
	if res := get(t, c, Request{URL: outer + "/there", Home: outer + "/here", Typed: true}); string(res.Body) != "mine" {
		t.Errorf("body %q", res.Body)
	}
	// typed elsewhere first, so that a connection to it lies ready
	if res := get(t, c, Request{URL: inner, Typed: true}); string(res.Body) != "secret" {
		t.Errorf("body %q", res.Body)
	}
	hits = 0
	for _, host := range []string{"127.0.0.1", "localhost", "LOCALHOST", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "[::ffff:7f00:1]"} {
		to = "http://" + host + port + "/"
		fails(t, c, Request{URL: outer + "/out", Typed: true}, Private)
		fails(t, c, Request{URL: to}, Private)
		fails(t, c, Request{URL: to, Home: outer, Typed: true}, Private)
	}
	for _, host := range []string{"2130706433", "0x7f.1", "017700000001", "127.1"} {
		to = "http://" + host + port + "/"
		if _, err := c.Get(t.Context(), Request{URL: to}); err == nil {
			t.Errorf("%s was reached", host)
		}
	}
	if hits > 0 {
		t.Errorf("the private server was asked %d times", hits)
	}
}

// With a proxy no dial of ours sees the address: names decide.
func TestProxy(t *testing.T) {
	var asked []string
	p := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String())
		if r.URL.Path == "/out" {
			http.Redirect(w, r, r.URL.Query().Get("to"), http.StatusFound)
			return
		}
		fmt.Fprint(w, "by proxy")
	})
	proxy, _ := url.Parse(p)
	c := newClient(t, Options{Proxy: func(*http.Request) (*url.URL, error) { return proxy, nil }})
	if res := get(t, c, Request{URL: "http://feeds.example.invalid/x"}); string(res.Body) != "by proxy" {
		t.Errorf("body %q", res.Body)
	}
	if res := get(t, c, Request{URL: "http://10.0.0.7/x", Typed: true}); string(res.Body) != "by proxy" {
		t.Errorf("body %q", res.Body)
	}
	asked = nil
	for _, to := range []string{
		"http://10.0.0.7/x", "http://localhost/x", "http://nas.local/", "http://printer.lan/", "http://[::1]/", "http://0x7f.1/",
		"http://2130706433/", "http://metadata.google.internal/", "http://169.254.169.254/latest", "http://[64:ff9b::7f00:1]/",
	} {
		fails(t, c, Request{URL: to}, Private)
		fails(t, c, Request{URL: "http://feeds.example.invalid/out?to=" + url.QueryEscape(to), Typed: true}, Private)
	}
	for _, a := range asked {
		if !strings.HasPrefix(a, "http://feeds.example.invalid/out") {
			t.Errorf("the proxy was asked for %s", a)
		}
	}
	down, _ := url.Parse("http://127.0.0.1:1")
	c = newClient(t, Options{Proxy: func(*http.Request) (*url.URL, error) { return down, nil }})
	fails(t, c, Request{URL: "http://feeds.example.invalid/x"}, Proxy)
}
