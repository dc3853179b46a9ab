package find

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"nightdesk/feeds/fetch"
)

const rss = `<?xml version="1.0"?><rss version="2.0"><channel><title>The &amp; News</title><item/></channel></rss>`
const atom = `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title></feed>`

// web answers from a table: a body, "-> ADDRESS" for a lasting redirect, "!kind" for an
// error; what is not in it is 404.
type fakeWeb struct {
	pages map[string]string
	mu    sync.Mutex
	asked []fetch.Request
}

func (w *fakeWeb) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	w.mu.Lock()
	w.asked = append(w.asked, r)
	w.mu.Unlock()
	body, ok := w.pages[r.URL]
	switch {
	case ctx.Err() != nil:
		return nil, &fetch.Error{URL: r.URL, Kind: fetch.Cancelled, Err: ctx.Err()}
	case !ok:
		return nil, &fetch.Error{URL: r.URL, Kind: fetch.BadStatus, Status: 404}
	case strings.HasPrefix(body, "!"):
		kind := fetch.Kind(body[1:])
		return nil, &fetch.Error{URL: r.URL, Kind: kind, Temporary: kind != fetch.Private}
	case strings.HasPrefix(body, "-> "):
		to := body[3:]
		return &fetch.Response{URL: to, Permanent: to, Status: 200, Body: []byte(w.pages[to])}, nil
	}
	return &fetch.Response{URL: r.URL, Status: 200, Body: []byte(body)}, nil
}

func TestFind(t *testing.T) {
	link := func(href string) string {
		return `<link rel="alternate" type="application/rss+xml" href="` + href + `">`
	}
	ucid := "UC" + strings.Repeat("x", 22)
	for name, c := range map[string]struct {
		typed string
		pages map[string]string
		want  string // addresses, or "error: part of it"
	}{
		"a feed":               {"https://a.example/f", map[string]string{"https://a.example/f": rss}, "https://a.example/f"},
		"a feed that moved":    {"http://a.example/f", map[string]string{"http://a.example/f": "-> https://a.example/f", "https://a.example/f": rss}, "https://a.example/f"},
		"a bare host":          {"a.example", map[string]string{"https://a.example": link("/f"), "https://a.example/f": rss}, "https://a.example/f"},
		"only http":            {" <a.example/x> ", map[string]string{"https://a.example/x": "!refused", "http://a.example/x": rss}, "http://a.example/x"},
		"no such host":         {"a.example", map[string]string{"https://a.example": "!dns"}, "error: dns"},
		"feed scheme":          {"feed://a.example/f", map[string]string{"https://a.example/f": rss}, "https://a.example/f"},
		"feed scheme twice":    {"feed:https://a.example/f", map[string]string{"https://a.example/f": rss}, "https://a.example/f"},
		"two feeds":            {"https://a.example/", map[string]string{"https://a.example/": link("/f") + link("/g") + link("/gone"), "https://a.example/f": rss, "https://a.example/g": atom}, "https://a.example/f https://a.example/g"},
		"one feed twice":       {"https://a.example/", map[string]string{"https://a.example/": link("/f") + link("/g"), "https://a.example/f": "-> https://a.example/g", "https://a.example/g": atom}, "https://a.example/g"},
		"a link that lies":     {"https://a.example/", map[string]string{"https://a.example/": link("/f") + `<a href="/rss">`, "https://a.example/f": "<html>", "https://a.example/rss": rss}, "https://a.example/rss"},
		"a private link":       {"https://a.example/", map[string]string{"https://a.example/": link("http://10.0.0.1/f"), "http://10.0.0.1/f": "!private"}, "error: no feed found"},
		"a slow link":          {"https://a.example/", map[string]string{"https://a.example/": link("/f"), "https://a.example/f": "!timeout"}, "https://a.example/f"},
		"the usual place":      {"https://a.example/blog/", map[string]string{"https://a.example/blog/": "<html>", "https://a.example/blog/rss.xml": rss, "https://a.example/feed": rss}, "https://a.example/blog/rss.xml"},
		"the usual place, 404": {"https://a.example/x", map[string]string{"https://a.example/feed": rss}, "https://a.example/feed"},
		"nothing":              {"https://a.example/", map[string]string{"https://a.example/": "<html>"}, "error: no feed found"},
		"elsewhere":            {"https://a.example/", map[string]string{"https://a.example/": `<meta http-equiv="refresh" content="0; url=/en/">`, "https://a.example/en/": link("f"), "https://a.example/en/f": rss}, "https://a.example/en/f"},
		"with a password":      {"https://u:p@a.example/", map[string]string{"https://u:p@a.example/": link("https://a.example/f"), "https://a.example/f": rss}, "https://u:p@a.example/f"},
		"hacker news":          {"news.ycombinator.com", map[string]string{"https://news.ycombinator.com/rss": rss}, "https://news.ycombinator.com/rss"},
		"youtube channel":      {"https://www.youtube.com/channel/" + ucid + "/videos", map[string]string{"https://www.youtube.com/feeds/videos.xml?channel_id=" + ucid: atom}, "https://www.youtube.com/feeds/videos.xml?channel_id=" + ucid},
		"youtube handle":       {"@someone", map[string]string{"https://www.youtube.com/@someone": `<script>{"externalId":"` + ucid + `"}</script>`, "https://www.youtube.com/feeds/videos.xml?channel_id=" + ucid: atom}, "https://www.youtube.com/feeds/videos.xml?channel_id=" + ucid},
		"youtube list":         {"youtube.com/playlist?list=PL123", map[string]string{"https://www.youtube.com/feeds/videos.xml?playlist_id=PL123": atom}, "https://www.youtube.com/feeds/videos.xml?playlist_id=PL123"},
		"subreddit":            {"r/golang", map[string]string{"https://www.reddit.com/r/golang/.rss": atom}, "https://www.reddit.com/r/golang/.rss"},
		"subreddit, busy":      {"https://old.reddit.com/r/golang/", map[string]string{"https://www.reddit.com/r/golang/.rss": "!status"}, "https://www.reddit.com/r/golang/.rss"},
		"repository":           {"golang/go", map[string]string{"https://github.com/golang/go/releases.atom": atom, "https://github.com/golang/go/tags.atom": atom}, "https://github.com/golang/go/releases.atom https://github.com/golang/go/tags.atom"},
		"mastodon":             {"@ann@social.example", map[string]string{"https://social.example/@ann.rss": rss}, "https://social.example/@ann.rss"},
		"medium":               {"medium.com/@ann", map[string]string{"https://medium.com/feed/@ann": rss}, "https://medium.com/feed/@ann"},
		"substack":             {"https://ann.substack.com/p/x", map[string]string{"https://ann.substack.com/feed": rss}, "https://ann.substack.com/feed"},
		"file":                 {"file:///x.xml", map[string]string{"file:///x.xml": rss}, "file:///x.xml"},
		"command":              {"exec:cmd 'a b'", map[string]string{"exec:cmd 'a b'": rss}, "exec:cmd 'a b'"},
		"command of no feed":   {"exec:cmd", map[string]string{"exec:cmd": "hello"}, "error: no feed found"},
		"empty":                {" ", nil, "error: no address"},
		"words":                {"latest tech news", nil, "error: no address"},
		"one word":             {"golang", nil, "error: no address"},
		"other scheme":         {"gopher://a.example", nil, "error: no http"},
		"garbage":              {"http://[", nil, "error: not a valid address"},
		"escape":               {"http://a.example\x1b[31m/", nil, "error: not a valid address"},
	} {
		w := &fakeWeb{pages: c.pages}
		got, err := Find(t.Context(), w, c.typed)
		if part, bad := strings.CutPrefix(c.want, "error: "); bad {
			if err == nil || !strings.Contains(err.Error(), part) || strings.ContainsAny(err.Error(), "\x1b\n") {
				t.Errorf("%s: %q, %v, want an error with %q", name, urls(got), err, part)
			}
			continue
		}
		if err != nil || urls(got) != c.want {
			t.Errorf("%s: %q, %v, want %q", name, urls(got), err, c.want)
			continue
		}
		for _, f := range got {
			if f.Why == "" {
				t.Errorf("%s: no reason for %s", name, f.URL)
			}
		}
		for _, r := range w.asked {
			if r.URL != c.typed && r.Home == "" && !strings.Contains(r.URL, strings.TrimSpace(c.typed)) && strings.Contains(r.URL, "10.0.0.1") {
				t.Errorf("%s: %s is asked as if it were typed", name, r.URL)
			}
		}
	}
	got, _ := Find(t.Context(), &fakeWeb{pages: map[string]string{"https://a.example/f": rss}}, "https://a.example/f")
	if len(got) != 1 || got[0].Title != "The & News" || got[0].Type != "rss" {
		t.Errorf("found %+v", got)
	}
}

func TestFindStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := &fakeWeb{}
	if _, err := Find(ctx, w, "a.example"); !errors.Is(err, context.Canceled) || len(w.asked) > 3 {
		t.Errorf("%v after %d requests", err, len(w.asked))
	}
}

// A page must not talk a private address into a subscription.
func TestFindUnderGuard(t *testing.T) {
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Write([]byte(rss)) }))
	defer inner.Close()
	outer := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Write([]byte(`<link rel=alternate type=application/rss+xml href="` + inner.URL + `/f"><link rel=alternate type=application/rss+xml href="/mine">`))
		case "/mine":
			w.Write([]byte(rss))
		default:
			http.NotFound(w, r)
		}
	}))
	defer outer.Close()
	c := fetch.New(fetch.Options{Proxy: func(*http.Request) (*url.URL, error) { return nil, nil }})
	defer c.Close()
	got, err := Find(t.Context(), c, strings.TrimPrefix(outer.URL, "http://"))
	if err != nil || urls(got) != outer.URL+"/mine" {
		t.Errorf("%q, %v", urls(got), err)
	}
}

func TestRules(t *testing.T) {
	for typed, want := range map[string]string{
		"https://github.com/golang/go":                     "https://github.com/golang/go/releases.atom https://github.com/golang/go/tags.atom https://github.com/golang/go/commits.atom",
		"https://github.com/golang/go/commits/master":      "https://github.com/golang/go/commits/master.atom",
		"https://github.com/golang":                        "https://github.com/golang.atom",
		"https://github.com/trending/go":                   "",
		"https://github.com/golang/go/releases.atom":       "",
		"https://gist.github.com/x/y":                      "",
		"https://www.reddit.com":                           "https://www.reddit.com/.rss",
		"https://reddit.com/u/ann":                         "https://www.reddit.com/user/ann/.rss",
		"https://reddit.com/r/go/top/":                     "https://www.reddit.com/r/go/top/.rss",
		"https://medium.com/netflix-techblog/some-story-1": "https://medium.com/feed/netflix-techblog",
		"https://ann.medium.com/":                          "https://ann.medium.com/feed",
		"https://www.medium.com/@ann/story":                "https://medium.com/feed/@ann",
		"https://substack.com/@ann":                        "https://ann.substack.com/feed",
		"https://www.substack.com/":                        "",
		"https://www.youtube.com/@ann/videos":              "",
		"https://m.youtube.com/watch?v=1&list=PL%26x":      "https://www.youtube.com/feeds/videos.xml?playlist_id=PL%26x",
		"https://www.youtube.com/watch?v=1":                "",
		"https://evilyoutube.com/channel/UC1":              "",
		"https://mastodon.social/@ann":                     "https://mastodon.social/@ann.rss",
		"https://mastodon.social/@ann/123":                 "",
		"http://social.example:8080/users/ann":             "http://social.example:8080/users/ann.rss",
		"https://dev.to/t/go":                              "https://dev.to/feed/tag/go",
		"https://lobste.rs/t/go":                           "https://lobste.rs/t/go.rss",
		"https://bsky.app/profile/ann.example":             "https://bsky.app/profile/ann.example/rss",
		"https://ann.tumblr.com/":                          "https://ann.tumblr.com/rss",
		"https://codeberg.org/forgejo/forgejo":             "https://codeberg.org/forgejo/forgejo/releases.rss https://codeberg.org/forgejo/forgejo.rss",
		"https://site.example/":                            "",
	} {
		u, err := url.Parse(typed)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, c := range byRule(u) {
			got = append(got, c.URL)
		}
		if g := strings.Join(got, " "); g != want {
			t.Errorf("%s: %q, want %q", typed, g, want)
		}
	}
}

func TestLooksLikeFeed(t *testing.T) {
	for doc, want := range map[string]string{
		"": "", "hello": "", "{}": "", "[]": "", "<": "", "<!--": "", "\x00\x00\x00": "",
		rss: "rss", atom: "atom", "\xef\xbb\xbf  \n" + rss: "rss", "junk & < more\n" + rss: "rss",
		"\xff\xfe" + wide(atom): "atom", wide(rss): "rss",
		"<!-- " + strings.Repeat("x", 9000) + " --><rss>":   "rss",
		`<!DOCTYPE rss [<!ENTITY x "y">]><rss>`:             "rss",
		`<rdf:RDF xmlns="http://purl.org/rss/1.0/">`:        "rss",
		`<rdf:RDF xmlns:foaf="http://xmlns.com/foaf/0.1/">`: "",
		`<atom:feed>`: "atom", `<html><body><rss></rss>`: "", "<!doctype html><title>x</title>": "",
		`<opml version="2.0"><body>`: "", `<urlset><url/></urlset>`: "",
		`{"version":"https://jsonfeed.org/version/1.1","title":"x"}`:   "json",
		`{"version":"https:\/\/jsonfeed.org\/version\/1","title":"x"}`: "json",
		`{"title":"x","items":[{"content_text":"y"}]}`:                 "json",
		`{"title":"an API","results":[]}`:                              "",
		"\x1f\x8b\x08":                                                 "",
	} {
		if got := format([]byte(doc)); got != want || LooksLikeFeed([]byte(doc)) != (want != "") {
			t.Errorf("%.60q: %q, want %q", doc, got, want)
		}
	}
	for doc, want := range map[string]string{
		`<rss><channel><title type="x"><![CDATA[ A <b> & B ]]></title>`: "A <b> & B",
		`<rss><title>x`: "", `<feed><title/>`: "",
		`{"title": "a\u00e9\ud83d\ude00\"b\n c", "version":"https://jsonfeed.org/version/1"}`: "aé😀\"b c",
		"<feed><title>a&#27;[31mb\x1b]0;c</title>":                                            "a[31mb]0;c",
	} {
		if got := title([]byte(doc)); got != want && !strings.Contains(want, "31m") || strings.Contains(got, "\x1b") {
			t.Errorf("title of %q: %q, want %q", doc, got, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte(rss))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","title":"a\u00e9"}`))
	f.Add([]byte("\xff\xfe" + wide(atom)))
	f.Fuzz(func(t *testing.T, b []byte) {
		switch format(b) {
		case "", "rss", "atom", "json":
		default:
			t.Errorf("format %q", format(b))
		}
		if s := title(b); s != tidy(s) || len([]rune(s)) > 200 {
			t.Errorf("title %q", s)
		}
	})
}

func FuzzTyped(f *testing.F) {
	for _, s := range []string{"@0@0.0\x7f\xff", "a.example", "r/golang", "@a@b.example", "feed:https://x", "https://github.com/a/b", "exec:x", "{self}.tumblr.com"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := addresses(s)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\x1b\n\r") {
				t.Errorf("error %q", err)
			}
			return
		}
		for _, a := range list {
			if local(a) {
				continue
			}
			u, err := url.Parse(a)
			if err != nil || !web(u) {
				t.Errorf("%q gives %q", s, a)
				continue
			}
			for _, c := range byRule(u) {
				if v, err := url.Parse(c.URL); err != nil || !web(v) {
					t.Errorf("%q gives %q by a rule", s, c.URL)
				}
			}
		}
	})
}
