package fetch

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// raw listens and answers each connection by f, after it has read a request's headers.
func raw(t testing.TB, f func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer conn.Close()
				r := bufio.NewReader(conn)
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == "\r\n" {
						break
					}
				}
				f(conn)
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return "http://" + l.Addr().String() + "/"
}

const okHead = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"

// untilClosed waits for the other side to go.
func untilClosed(c net.Conn) { io.Copy(io.Discard, c) }

// endless writes s until the other side has had enough.
func endless(c net.Conn, s string) {
	block := []byte(strings.Repeat(s, 1+(16<<10)/len(s)))
	for {
		if _, err := c.Write(block); err != nil {
			return
		}
	}
}

func TestMisbehavingServers(t *testing.T) {
	for name, c := range map[string]struct {
		serve func(net.Conn)
		kind  Kind
	}{
		"never answers":        {untilClosed, Timeout},
		"stops in the headers": {func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 200 OK\r\nX: "); untilClosed(c) }, Timeout},
		"stops half way":       {func(c net.Conn) { fmt.Fprint(c, okHead+"Content-Length: 100\r\n\r\n<rss>"); untilClosed(c) }, Timeout},
		"never ends":           {func(c net.Conn) { fmt.Fprint(c, okHead+"\r\n"); endless(c, "<item/>") }, TooLarge},
		"never ends, in chunks": {func(c net.Conn) {
			fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\n")
			endless(c, "5\r\n<item\r\n")
		}, TooLarge},
		"one giant header":        {func(c net.Conn) { fmt.Fprint(c, okHead+"X: "); endless(c, "xxxxxxxx") }, TooLarge},
		"endless headers":         {func(c net.Conn) { fmt.Fprint(c, okHead); endless(c, "X-A: b\r\n") }, TooLarge},
		"endless status line":     {func(c net.Conn) { endless(c, "HTTP/1.1 200 ") }, TooLarge},
		"endless interim":         {func(c net.Conn) { endless(c, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n") }, TooLarge},
		"claims more than it has": {func(c net.Conn) { fmt.Fprint(c, okHead+"Content-Length: 100\r\n\r\n<rss/>") }, Reset},
		"claims the world":        {func(c net.Conn) { fmt.Fprint(c, okHead+"Content-Length: 9223372036854775807\r\n\r\n<rss/>") }, Reset},
		"negative length":         {func(c net.Conn) { fmt.Fprint(c, okHead+"Content-Length: -1\r\n\r\n<rss/>") }, Protocol},
		"two lengths":             {func(c net.Conn) { fmt.Fprint(c, okHead+"Content-Length: 6\r\nContent-Length: 7\r\n\r\n<rss/>") }, Protocol},
		"broken chunk":            {func(c net.Conn) { fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\nzz\r\n<rss/>") }, Protocol},
		"chunk cut off":           {func(c net.Conn) { fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\n10\r\n<rss/>") }, Reset},
		"last chunk missing":      {func(c net.Conn) { fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\n6\r\n<rss/>\r\n") }, Reset},
		"chunk of 2^63":           {func(c net.Conn) { fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\n7fffffffffffffff\r\n<rss/>") }, Reset},
		"endless chunk ends": {func(c net.Conn) {
			fmt.Fprint(c, okHead+"Transfer-Encoding: chunked\r\n\r\n0\r\n")
			endless(c, "X-A: b\r\n")
		}, Protocol},
		"noise":          {func(c net.Conn) { c.Write([]byte("\x1b]52;c;x\x07\x00\xff\xfe\r\n\r\n")) }, Protocol},
		"closes at once": {func(c net.Conn) {}, Reset},
		"resets":         {func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, Reset},
		"resets half way": {func(c net.Conn) {
			fmt.Fprint(c, okHead+"Content-Length: 100\r\n\r\n<rss>")
			c.(*net.TCPConn).SetLinger(0)
		}, Reset},
		"switches protocols": {func(c net.Conn) {
			fmt.Fprint(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
			untilClosed(c)
		}, BadStatus},
		"status of noise":        {func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 404 \x1b[31mred\r\nContent-Length: 0\r\n\r\n") }, BadStatus},
		"redirects, then pours":  {func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"); endless(c, "x") }, Redirect},
		"error page without end": {func(c net.Conn) { fmt.Fprint(c, "HTTP/1.1 500 No\r\n\r\n"); endless(c, "x") }, BadStatus},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := Limits{Bytes: 1 << 20, Total: 30 * time.Second}
			if c.kind == Timeout {
				l.Total = 150 * time.Millisecond
			}
			e := fails(t, newClient(t, Options{Limits: l}), Request{URL: raw(t, c.serve), Typed: true}, c.kind)
			if c.kind == Timeout && !strings.Contains(e.Error(), "150 ms") {
				t.Errorf("error %q does not name the limit", e)
			}
			if c.kind == TooLarge && !strings.Contains(e.Error(), "MiB") && !strings.Contains(e.Error(), "KiB") {
				t.Errorf("error %q does not name the limit", e)
			}
		})
	}
}

// What is odd but whole is read.
func TestOddButReadable(t *testing.T) {
	for name, answer := range map[string]string{
		"no length":         okHead + "\r\n<rss/>",
		"HTTP/1.0":          "HTTP/1.0 200 OK\r\n\r\n<rss/>",
		"no reason":         "HTTP/1.1 200\r\nContent-Length: 6\r\n\r\n<rss/>",
		"interim answers":   strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", 3) + okHead + "Content-Length: 6\r\n\r\n<rss/>",
		"same length twice": okHead + "Content-Length: 6\r\nContent-Length: 6\r\n\r\n<rss/>",
		"trailers":          okHead + "Transfer-Encoding: chunked\r\n\r\n6\r\n<rss/>\r\n0\r\nX: y\r\n\r\n",
		"charset as coding": okHead + "Content-Encoding: utf-8\r\nContent-Length: 6\r\n\r\n<rss/>",
		"gzip that is none": okHead + "Content-Encoding: gzip\r\nContent-Length: 6\r\n\r\n<rss/>",
		"says more later":   okHead + "Content-Length: 6\r\n\r\n<rss/>HTTP/1.1 200 OK\r\n\r\nunasked",
	} {
		t.Run(name, func(t *testing.T) {
			u := raw(t, func(c net.Conn) { fmt.Fprint(c, answer) })
			if res := get(t, newClient(t, Options{}), Request{URL: u, Typed: true}); string(res.Body) != "<rss/>" {
				t.Errorf("body %q", res.Body)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u := "http://" + l.Addr().String()
	l.Close()
	e := fails(t, newClient(t, Options{}), Request{URL: u, Typed: true}, Refused)
	if !e.Temporary {
		t.Error("not temporary")
	}
	fails(t, newClient(t, Options{}), Request{URL: "http://no-such-host.invalid/", Typed: true}, DNS)
}

// Slow feeds of one host delay neither each other's end nor the feeds of other hosts.
func TestSlowHostDelaysNobody(t *testing.T) {
	c := newClient(t, Options{Limits: Limits{Total: time.Minute, PerHost: 2}})
	slow := raw(t, untilClosed)
	ctx, cancel := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for i := range 20 {
		waiting.Go(func() { c.Get(ctx, Request{URL: fmt.Sprint(slow, i), Typed: true}) })
	}
	quick := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "x") })
	for range 10 {
		get(t, c, Request{URL: quick, Typed: true})
	}
	cancel()
	waiting.Wait()
}

// net/http tells what a server says out of turn to the standard logger; that must not
// reach the terminal, and must reach the log.
func TestStandardLogIsCaught(t *testing.T) {
	var buf syncBuffer
	newClient(t, Options{Log: slog.New(slog.NewTextHandler(&buf, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	log.Printf("Unsolicited response \x1b[31m")
	if s := buf.String(); !strings.Contains(s, "Unsolicited") || strings.Contains(s, "\x1b") {
		t.Errorf("log has %q", s)
	}
	newClient(t, Options{Log: slog.Default()}) // would wait for itself
	log.Printf("dropped")
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }
