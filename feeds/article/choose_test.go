package article

import (
	"context"
	"os"
	"testing"

	"nightdesk/feeds"
)

func TestNextPage(t *testing.T) {
	for _, c := range []struct{ here, link, want string }{
		{"https://a.example/story", `<a href="/story/2">2</a>`, "https://a.example/story/2"},
		{"https://a.example/story/", `<a href="/story/page/2/">next</a>`, "https://a.example/story/page/2/"},
		{"https://a.example/story/2", `<a href="/story/">1</a><a href="/story/3">3</a>`, "https://a.example/story/3"},
		{"https://a.example/s.html", `<a href="s-2.html#top">2</a>`, "https://a.example/s-2.html"},
		{"https://a.example/s?id=7", `<a href="?id=7&page=2">2</a>`, "https://a.example/s?id=7&page=2"},
		{"https://a.example/story", `<link rel="next" href="/another-story">`, ""},
		{"https://a.example/story", `<a href="https://b.example/story/2">2</a>`, ""},
		{"https://a.example/story/3", `<a href="/story/2">2</a>`, ""},
		{"", `<a href="/story/2">2</a>`, ""},
	} {
		if got := NextPage([]byte("<p>text "+c.link), Source{URL: c.here}); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.here, c.link, got, c.want)
		}
	}
}

func TestChoose(t *testing.T) {
	art := func(words int, teaser bool) *feeds.Article { return &feeds.Article{Words: words, Teaser: teaser} }
	for name, c := range map[string]struct {
		feed, page *feeds.Article
		wantPage   bool
	}{
		"no page":            {art(50, true), nil, false},
		"no feed":            {nil, art(50, false), true},
		"whole in the feed":  {art(600, false), art(640, false), false},
		"teaser in the feed": {art(60, true), art(640, false), true},
		"paid page":          {art(600, false), art(90, true), false},
		"far longer page":    {art(100, false), art(900, false), true},
	} {
		if got := Choose(c.feed, c.page) == c.page; got != c.wantPage {
			t.Errorf("%s: page chosen is %v", name, got)
		}
	}
}

func TestTeaser(t *testing.T) {
	for md, want := range map[string]bool{
		"The regulator said that the operator had failed to tell its customers about […]":           true,
		"A few words. [Read more](https://a.example/x)":                                             true,
		"A few words.\n\n[Continue reading](https://a.example/x)":                                   true,
		"The regulator said that the operator had failed to tell its customers about the outage, …": true,
		"It is done.": false,
	} {
		if got := Teaser(&feeds.Story{}, &feeds.Article{Words: 500, Markdown: md}); got != want {
			t.Errorf("%q: %v", md, got)
		}
	}
	if !Teaser(&feeds.Story{Summary: "It is done."}, &feeds.Article{Words: 3, Markdown: "It is done."}) {
		t.Error("a summary is no whole text")
	}
}

func TestRules(t *testing.T) {
	body := []byte(`<body><div class="x"><p>The one paragraph.</p><p class="y">Not this.</p></div><p>Nor this.</p>`)
	a, err := Page(context.Background(), body, Source{URL: "https://www.a.example/s", Rules: []Rule{{Host: "b.example", Content: "p"}, {Host: "a.example", Content: ".x", Strip: []string{"((", ".y"}}}})
	if err != nil || a.Markdown != "The one paragraph." {
		t.Errorf("%v %v", a, err)
	}
}

func BenchmarkPage(b *testing.B) {
	body, err := os.ReadFile("testdata/news.html")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Page(context.Background(), body, Source{URL: "https://post.example/a"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFragment(b *testing.B) {
	body, err := os.ReadFile("testdata/tables.html")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := Fragment(context.Background(), string(body), Source{URL: "https://post.example/a"}); err != nil {
			b.Fatal(err)
		}
	}
}
