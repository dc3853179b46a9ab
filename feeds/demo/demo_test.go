package demo

import (
	"bytes"
	"image/png"
	"io"
	"net/http"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds/parse"
)

var now = time.Date(2026, 5, 22, 14, 5, 11, 0, time.UTC)

// start serves the edition for one test.
func start(t *testing.T) *Edition {
	t.Helper()
	e, err := Start(now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// get is the answer to a request, its body read.
func get(t *testing.T, url string, head ...string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequest(http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(head); i += 2 {
		req.Header.Set(head[i], head[i+1])
	}
	c := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, body
}

// read fetches and parses every feed of the edition.
func read(t *testing.T, e *Edition) map[string]*parse.Result {
	t.Helper()
	out := make(map[string]*parse.Result)
	for _, s := range e.Subscriptions() {
		resp, body := get(t, s.URL)
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", s.URL, resp.Status)
		}
		r, err := parse.Feed(body, parse.Origin{URL: s.URL, ContentType: resp.Header.Get("Content-Type"), Now: now})
		if err != nil {
			t.Fatalf("%s: %v", s.URL, err)
		}
		out[s.Title] = r
	}
	return out
}

func TestFeedsParse(t *testing.T) {
	e := start(t)
	formats, langs := make(map[string]int), make(map[string]int)
	stories, teasers, full := 0, 0, 0
	for title, r := range read(t, e) {
		format, _, _ := strings.Cut(r.Format, " ")
		formats[format]++
		if r.Title != title {
			t.Errorf("the feed of %q calls itself %q", title, r.Title)
		}
		if len(r.Repaired) > 0 {
			t.Errorf("%s had to be mended: %q", title, r.Repaired)
		}
		stories += len(r.Stories)
		for _, s := range r.Stories {
			langs[s.Lang]++
			if s.URL == "" || s.GUID == "" || s.Summary == "" || s.Author == "" {
				t.Errorf("%s: %q lacks an address, guid, summary or author: %q %q %q", title, s.Title, s.URL, s.GUID, s.Author)
			}
			if age := now.Sub(s.Published); age < 0 || age > 10*24*time.Hour {
				t.Errorf("%s: %q is %v old", title, s.Title, age)
			}
			if strings.Contains(s.HTML, "[…]") {
				teasers++
			} else {
				full++
			}
		}
	}
	if len(e.Subscriptions()) < 6 || stories < 60 || teasers < 10 || full < 30 {
		t.Errorf("%d outlets, %d stories, %d teasers, %d full texts", len(e.Subscriptions()), stories, teasers, full)
	}
	if formats["atom"] != 1 || formats["json"] != 1 || formats["rss"] < 4 {
		t.Errorf("formats: %v", formats)
	}
	t.Logf("%d stories, %d teasers; languages %v, formats %v", stories, teasers, langs, formats)
}

func TestUnchangedFeedsAre304(t *testing.T) {
	for _, s := range start(t).Subscriptions() {
		resp, _ := get(t, s.URL)
		tag := resp.Header.Get("ETag")
		if tag == "" {
			t.Fatalf("%s has no ETag", s.URL)
		}
		if again, body := get(t, s.URL, "If-None-Match", tag); again.StatusCode != http.StatusNotModified || len(body) != 0 {
			t.Errorf("%s again: %s, %d bytes", s.URL, again.Status, len(body))
		}
	}
}

var source = regexp.MustCompile(`<img src="([^"]+)"`)

func TestPagesAndPictures(t *testing.T) {
	e := start(t)
	pictures, cluttered := 0, 0
	for _, o := range e.press.outlets {
		for _, s := range o.stories {
			resp, body := get(t, e.base+s.path())
			page := string(body)
			if resp.StatusCode != http.StatusOK || !strings.Contains(page, "<h1") || !strings.Contains(page, note) {
				t.Fatalf("%s: %s", s.path(), resp.Status)
			}
			if strings.Contains(page, "(Visited 3 times") && strings.Contains(page, "appeared first on") {
				cluttered++
			}
			for _, m := range source.FindAllStringSubmatch(page, -1) {
				_, data := get(t, m[1])
				img, err := png.Decode(bytes.NewReader(data))
				if err != nil {
					t.Fatalf("%s: %v", m[1], err)
				}
				if size := img.Bounds().Size(); size.X != pictureWidth || size.Y != pictureHeight {
					t.Errorf("%s is %v", m[1], size)
				}
				pictures++
			}
		}
	}
	if pictures < 20 || cluttered < 10 {
		t.Errorf("%d pictures, %d pages with clutter", pictures, cluttered)
	}
}

func TestHappeningsHaveSeveralAccounts(t *testing.T) {
	all, err := outlets()
	if err != nil {
		t.Fatal(err)
	}
	accounts, titles := make(map[string]map[*outlet]bool), make(map[string]bool)
	long := 0
	for _, o := range all {
		for _, s := range o.stories {
			if titles[s.title] {
				t.Errorf("the title %q is there twice", s.title)
			}
			titles[s.title] = true
			if len(strings.Fields(s.body)) >= 350 {
				long++
			}
			if s.event == "" {
				continue
			}
			if accounts[s.event] == nil {
				accounts[s.event] = make(map[*outlet]bool)
			}
			if accounts[s.event][o] && s.lang == "en" && s.event != "samsung-repair-portal" {
				t.Errorf("%s tells %s twice", o.name, s.event)
			}
			accounts[s.event][o] = true
		}
	}
	for event, by := range accounts {
		if len(by) < 2 {
			t.Errorf("only one outlet tells %s", event)
		}
	}
	if len(accounts) < 10 || long < 5 {
		t.Errorf("%d happenings, %d long stories", len(accounts), long)
	}
}

func TestOtherRequests(t *testing.T) {
	e := start(t)
	for _, path := range []string{"/", "/ledger", "/ledger/none/", "/pictures/", "/pictures/chart.png", "/pictures/other-x.png", "/../demo.go"} {
		if resp, _ := get(t, e.base+path); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, resp.Status)
		}
	}
	for _, s := range e.Subscriptions() {
		if resp, body := get(t, s.Site); resp.StatusCode != http.StatusOK || !bytes.Contains(body, []byte(s.URL)) {
			t.Errorf("%s: %s, or its feed is not named", s.Site, resp.Status)
		}
	}
	resp, err := http.Post(e.Subscriptions()[0].URL, "text/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %s", resp.Status)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	e, err := Start(now)
	if err != nil {
		t.Fatal(err)
	}
	// A connection that is kept alive must not keep the server.
	tr := &http.Transport{}
	resp, err := (&http.Client{Transport: tr}).Get(e.Subscriptions()[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	tr.CloseIdleConnections()
	buf := make([]byte, 1<<20)
	for range 1000 { // the runtime may still be taking the last goroutine away
		if s := string(buf[:runtime.Stack(buf, true)]); !strings.Contains(s, "net/http.(*conn).serve") && !strings.Contains(s, "net/http.(*Server).Serve") {
			break
		}
		runtime.Gosched()
	}
	if s := string(buf[:runtime.Stack(buf, true)]); strings.Contains(s, "net/http.(*conn).serve") || strings.Contains(s, "net/http.(*Server).Serve") {
		t.Errorf("goroutines are left:\n%s", s)
	}
	if _, err := http.Get(e.base + "/ledger/"); err == nil {
		t.Error("the server still answers")
	}
}

func TestBodyHTML(t *testing.T) {
	picture := func(kind string) string { return "/" + kind }
	for _, c := range []struct{ in, want string }{
		{"one\ntwo", "<p>one two</p>\n"},
		{"a **b** *c* `d<` [e](https://x.example/?a=1&b=2) 3*4", `<p>a <strong>b</strong> <em>c</em> <code>d&lt;</code> <a href="https://x.example/?a=1&amp;b=2">e</a> 3*4</p>` + "\n"},
		{"## h\n\n> q\n> r", "<h2>h</h2>\n<blockquote><p>q r</p></blockquote>\n"},
		{"- a\n  - b\n- c", "<ul>\n<li>a<ul>\n<li>b</li></ul>\n</li>\n<li>c</li></ul>\n"},
		{"1. a\n   - b\n2. c", "<ol>\n<li>a<ul>\n<li>b</li></ul>\n</li>\n<li>c</li></ol>\n"},
		{"```go\na < b\n\nc\n```\nend", "<pre><code class=\"language-go\">a &lt; b\n\nc</code></pre>\n<p>end</p>\n"},
		{"| a | b |\n| 1 | 2 |", "<table>\n<thead><tr><th>a</th><th>b</th></tr>\n</thead><tbody><tr><td>1</td><td>2</td></tr>\n</tbody></table>\n"},
		{"![cap](chart)", `<figure><img src="/chart" alt="cap" width="640" height="360"><figcaption>cap</figcaption></figure>` + "\n"},
	} {
		if got := bodyHTML(c.in, picture); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}

func TestReadOutletRefuses(t *testing.T) {
	head := "outlet: X\nslug: x\n"
	for _, c := range []struct{ name, text string }{
		{"no name", "slug: x\n"},
		{"unknown key of an outlet", head + "colour: red\n"},
		{"no hours", head + "\n=== T\nby: a\n\nbody"},
		{"bad hours", head + "\n=== T\nago: soon\n\nbody"},
		{"no text", head + "\n=== T\nago: 1\n\n"},
		{"unknown key", head + "\n=== T\nago: 1\nmood: bad\n\nbody"},
		{"no Latin letters", head + "\n=== 新闻\nago: 1\n\nbody"},
		{"twice", head + "\n=== T\nago: 1\n\nbody\n\n=== T\nago: 2\n\nbody"},
	} {
		if _, err := readOutlet(c.text); err == nil {
			t.Errorf("%s: no error", c.name)
		}
	}
}
