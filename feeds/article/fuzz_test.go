package article

import (
	"bytes"
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// sound checks what holds for every article, whatever it was made of.
func sound(t *testing.T, a *feeds.Article, size int) {
	t.Helper()
	for _, s := range []string{a.Title, a.Author, a.Site, a.Excerpt, a.Lang} {
		if s != plain.Text(s) {
			t.Errorf("not a plain line: %q", s)
		}
	}
	if !utf8.ValidString(a.Markdown) || !utf8.ValidString(a.HTML) {
		t.Error("not UTF-8")
	}
	for _, r := range a.Markdown {
		if unicode.IsControl(r) && r != '\n' {
			t.Errorf("control %U in %q", r, a.Markdown)
			break
		}
	}
	if len(a.Markdown) > MaxMarkdown*2 || len(a.Markdown) > 64*size+4096 {
		t.Errorf("%d bytes of markdown from %d", len(a.Markdown), size)
	}
	for _, u := range []string{a.URL, a.Image} {
		if u != "" && !plain.Link(u) {
			t.Errorf("address %q", u)
		}
	}
	doc, err := html.Parse(strings.NewReader(a.HTML))
	if err != nil {
		t.Fatal(err)
	}
	walk(doc, func(n *html.Node) bool {
		for _, at := range n.Attr {
			switch at.Key {
			case "href", "src":
				if !plain.Link(at.Val) {
					t.Errorf("<%s %s=%q>", n.Data, at.Key, at.Val)
				}
			case "alt", "class", "start", "colspan", "rowspan", "width", "height":
			default:
				t.Errorf("<%s %s> is left", n.Data, at.Key)
			}
		}
		switch n.Data {
		case "script", "style", "iframe", "form", "svg", "object":
			if n.Type == html.ElementNode {
				t.Errorf("<%s> is left", n.Data)
			}
		}
		return true
	})
	for _, p := range a.Pictures {
		if !strings.HasPrefix(p.URL, "http") || !plain.Link(p.URL) {
			t.Errorf("picture %q", p.URL)
		}
	}
}

func seeds(f *testing.F) {
	pages, _ := filepath.Glob("testdata/*.html")
	for _, p := range pages {
		if b, err := os.ReadFile(p); err == nil {
			f.Add(string(b))
		}
	}
	for _, s := range hostile {
		if len(s) < 20_000 {
			f.Add(s)
		}
	}
}

func FuzzPage(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Page(context.Background(), []byte(s), Source{URL: "https://post.example/a", Witness: "A witness"})
		if err == nil {
			sound(t, a, len(s))
		}
		if n := NextPage([]byte(s), Source{URL: "https://post.example/a"}); n != "" && !plain.Link(n) {
			t.Errorf("next %q", n)
		}
	})
}

func FuzzFragment(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Fragment(context.Background(), s, Source{URL: "https://post.example/a"})
		if err == nil {
			sound(t, a, len(s))
			Teaser(&feeds.Story{Summary: a.Excerpt}, a)
		}
	})
}

func FuzzDecodePicture(f *testing.F) {
	for _, img := range pictureFiles() {
		f.Add(img)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		img, info, err := DecodePicture(b, Limits{Pixels: 1 << 16})
		if err == nil && (img == nil || info.Width*info.Height > 1<<16 || info.Frames < 1) {
			t.Errorf("%+v", info)
		}
		if err == nil {
			if s := Shrink(img, 8, 8).Bounds(); s.Dx() > 8 || s.Dy() > 8 {
				t.Errorf("shrunk to %v", s)
			}
		}
	})
}

var hostile = map[string]string{
	"deep divs":        strings.Repeat("<div>", 30_000) + "the text in the midst of it all",
	"deep quotes":      strings.Repeat("<blockquote>", 5_000) + "<p>the text in the midst of it all",
	"deep lists":       strings.Repeat("<ul><li>", 5_000) + "the text in the midst of it all",
	"deep tables":      strings.Repeat("<table><tr><td>", 3_000) + "the text in the midst of it all",
	"open formatting":  strings.Repeat("<b a=1><i b=2><font c=3>", 5_000) + strings.Repeat("<p>word", 5_000),
	"open links":       strings.Repeat(`<a href="/x">`, 10_000) + "the text",
	"many paragraphs":  strings.Repeat("<p>one and two", 30_000),
	"many brackets":    "<p>" + strings.Repeat("[a](", 100_000) + "</p>",
	"wide table":       "<table><tr>" + strings.Repeat("<td>cell", 20_000) + "<tr><td>a<td>b</table><p>the text",
	"spanning table":   `<table><tr><th colspan="1000000000" rowspan="1000000000">a<th>b<tr><td>c<td>d</table><p>the text`,
	"far list":         `<ol start="9223372036854775807"><li>the first<li>the second</ol>`,
	"long line":        "<p>" + strings.Repeat("x", 1<<20),
	"many attributes":  "<p " + strings.Repeat("a=b ", 50_000) + ">the text",
	"long class":       `<div class="` + strings.Repeat("aB-", 500_000) + `">the text of it</div>`,
	"escape":           "<p>red \x1b[31mtext &#27;[31m &#x9b;31m \u202etxet and \x00 more</p>",
	"double escape":    "<p>&amp;#27;[31m and <code>&amp;#27;]52;c;x&amp;#7;</code></p>",
	"schemes":          `<p>the text <a href="javascript:alert(1)">one</a> <a href="data:text/html,x">two</a> <a href="file:///etc/passwd">three</a><img src="file:///etc/passwd"><img src="data:image/png;base64,x"></p>`,
	"latin":            "<meta charset=iso-8859-1><p>caf\xe9 cr\xe8me",
	"json-ld bomb":     `<script type="application/ld+json">` + strings.Repeat("[", 100_000) + "</script><p>the text",
	"json-ld wrong":    `<script type="application/ld+json">{"@type":["NewsArticle",3],"author":[1,{"name":2},null],"headline":{},"image":[[]]}</script><p>the text`,
	"nothing":          "",
	"only a tag":       "<",
	"frameset":         "<frameset><frame src=x></frameset>",
	"plaintext":        "<plaintext>the text</p>",
	"template":         "<template><p>in</template><p>the text",
	"svg with a title": "<svg><title>no</title><p>no</p></svg><p>the text",
	"noscript bomb":    strings.Repeat("<noscript><img src=/a.png></noscript>", 5_000) + "<p>the text",
	"nested dl":        strings.Repeat("<dl><dt>a<dd>b", 300) + "the text",
}

// Whatever comes, it ends in time with something sound or an error.
func TestHostile(t *testing.T) {
	for name, s := range hostile {
		t.Run(name, func(t *testing.T) {
			for _, which := range []string{"page", "fragment"} {
				var a *feeds.Article
				var err error
				src := Source{URL: "https://post.example/a"}
				if which == "page" {
					a, err = Page(context.Background(), []byte(s), src)
				} else {
					a, err = Fragment(context.Background(), s, src)
				}
				if err != nil {
					t.Logf("%s: %v", which, err)
					if strings.Contains(s, "the text") {
						t.Errorf("%s: the text was lost", which)
					}
					continue
				}
				sound(t, a, len(s))
				if strings.Contains(s, "the text") && !strings.Contains(strings.Join(strings.Fields(a.Markdown), " "), "the text") {
					t.Errorf("%s: the text is not in %.200q", which, a.Markdown)
				}
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Page(ctx, []byte("<p>text"), Source{}); err == nil {
		t.Error("no error")
	}
}

func TestPictures(t *testing.T) {
	for name, b := range pictureFiles() {
		img, info, err := DecodePicture(b, Limits{})
		if strings.HasPrefix(name, "bad") {
			if err == nil {
				t.Errorf("%s: taken", name)
			}
			continue
		}
		if err != nil || info.Format != name || info.Width != 30 || info.Height != 20 {
			t.Errorf("%s: %+v %v", name, info, err)
			continue
		}
		if s := Shrink(img, 10, 10).Bounds(); s != image.Rect(0, 0, 10, 6) {
			t.Errorf("%s: shrunk to %v", name, s)
		}
		if _, _, err := DecodePicture(b, Limits{Pixels: 599}); err == nil {
			t.Errorf("%s: too many pixels taken", name)
		}
		if _, _, err := DecodePicture(b, Limits{Bytes: 10}); err == nil {
			t.Errorf("%s: too many bytes taken", name)
		}
		if _, _, err := DecodePicture(bytes.Clone(b[:len(b)/2]), Limits{}); err == nil && name != "gif" {
			t.Errorf("%s: half a picture taken", name)
		}
	}
}
