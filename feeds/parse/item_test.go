package parse

import (
	"strings"
	"testing"
	"time"
)

// TestItemIsTheFeedsStory: what another program read of a feed has the identity and the
// texts that the feed's own story has.
func TestItemIsTheFeedsStory(t *testing.T) {
	now := time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct{ name, id string }{{"with an id", "<guid>tag:1</guid>"}, {"without", ""}} {
		doc := `<rss version="2.0"><channel><title>G</title><link>https://g.example/</link><item>` + c.id + `<title>Tom &amp;amp; Jerry &lt;b&gt;x&lt;/b&gt;</title><link>https://g.example/1?utm_source=rss&amp;a=1</link>
<author>ann@g.example (Ann)</author><pubDate>Fri, 22 May 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;A &lt;a href="/x"&gt;text&lt;/a&gt;&lt;script&gt;no&lt;/script&gt;&lt;/p&gt;</description></item></channel></rss>`
		o := Origin{URL: "https://g.example/feed", Now: now}
		r, err := Feed([]byte(doc), o)
		if err != nil || len(r.Stories) != 1 {
			t.Fatal(err)
		}
		it := Item{URL: "https://g.example/1?utm_source=rss&a=1", Title: "Tom &amp; Jerry <b>x</b>", Author: "ann@g.example (Ann)",
			HTML: `<p>A <a href="/x">text</a><script>no</script></p>`, Published: now.Add(-2 * time.Hour)}
		if c.id != "" {
			it.GUID = "tag:1"
		}
		s, err := Story(it, o)
		if err != nil {
			t.Fatal(err)
		}
		f := r.Stories[0]
		if s.GUID != f.GUID || s.URL != f.URL || s.Title != f.Title || s.Author != f.Author || s.HTML != f.HTML || s.Text != f.Text || s.Summary != f.Summary || !s.Published.Equal(f.Published) || s.Given != "" {
			t.Errorf("%s:\n%+v\n%+v", c.name, s, f)
		}
	}
}

func FuzzItem(f *testing.F) {
	f.Add("id", "https://a.example/1", "title", "ann", "<p>text", "https://a.example")
	f.Fuzz(func(t *testing.T, id, link, title, author, html, base string) {
		s, err := Story(Item{GUID: id, URL: link, Title: title, Author: author, HTML: html, Base: base}, Origin{URL: "https://a.example/feed"})
		if err != nil {
			t.Fatal(err)
		}
		if s.GUID == "" || s.Title == "" || len(s.GUID) > maxGUID+100 {
			t.Fatalf("%+v", s)
		}
		for _, text := range []string{s.GUID, s.URL, s.Title, s.Author, s.Summary} {
			if strings.ContainsAny(text, "\x00\x1b\n\r\t\u009b\u202e") {
				t.Fatalf("%q gets through", text)
			}
		}
	})
}
