package parse

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"nightdesk/feeds"
)

var now = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func rssDoc(items string) string {
	return `<?xml version="1.0"?><rss version="2.0"><channel><title>Example</title><link>https://example.com/news/</link>` + items + `</channel></rss>`
}

func atomDoc(entries string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title><link href="https://example.com/"/>` + entries + `</feed>`
}

func read(t testing.TB, doc string) *Result {
	t.Helper()
	r, err := Feed([]byte(doc), Origin{URL: "https://feeds.example.net/all.xml", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func only(t testing.TB, doc string) feeds.Story {
	t.Helper()
	r := read(t, doc)
	if len(r.Stories) != 1 {
		t.Fatalf("%d stories, want 1; %v", len(r.Stories), r.Repaired)
	}
	return r.Stories[0]
}

// show is a story in the form of the tables below: the parts that are asked for.
func show(s feeds.Story, parts string) string {
	var out []string
	for p := range strings.FieldsSeq(parts) {
		v := ""
		switch p {
		case "guid":
			v = s.GUID
		case "url":
			v = s.URL
		case "title":
			v = s.Title
		case "author":
			v = s.Author
		case "date":
			v = s.Published.Format(time.RFC3339)
		case "given":
			v = s.Given
		case "updated":
			v = s.Updated.Format(time.RFC3339)
		case "summary":
			v = s.Summary
		case "html":
			v = s.HTML
		case "text":
			v = s.Text
		case "lang":
			v = s.Lang
		case "categories":
			v = strings.Join(s.Categories, ",")
		case "files":
			for _, e := range s.Enclosures {
				v += fmt.Sprintf("[%s %s %d]", e.URL, e.Type, e.Length)
			}
		case "image":
			v = s.Image
		case "comments":
			v = s.Comments
		case "words":
			v = fmt.Sprint(s.Words)
		}
		out = append(out, v)
	}
	return strings.Join(out, " | ")
}

func TestStory(t *testing.T) {
	for _, c := range []struct{ name, doc, parts, want string }{
		{"plain", rssDoc(`<item><title>A</title><link>https://example.com/a</link><guid>g</guid></item>`), "title url guid", "A | https://example.com/a | g"},
		{"no guid: the link", rssDoc(`<item><title>A</title><link>https://example.com/a?utm_source=x&amp;id=3&amp;fbclid=9#top</link></item>`), "url guid", "https://example.com/a?id=3#top | https://example.com/a?id=3#top"},
		{"guid as link", rssDoc(`<item><guid>https://example.com/p</guid></item>`), "url", "https://example.com/p"},
		{"guid that is no link", rssDoc(`<item><title>x</title><guid isPermaLink="false">https://example.com/p</guid><enclosure url="/f.mp3" type="audio/mpeg" length="12"/></item>`),
			"url files", "https://example.com/f.mp3 | [https://example.com/f.mp3 audio/mpeg 12]"},
		{"relative to the site", rssDoc(`<item><title>x</title><link>a/b.html</link><description>&lt;img src="p.png"&gt; &lt;a href="/q"&gt;q&lt;/a&gt;</description></item>`),
			"url html image", `https://example.com/news/a/b.html | <img src="https://example.com/news/p.png"> <a href="https://example.com/q">q</a> | https://example.com/news/p.png`},
		{"xml:base", atomDoc(`<entry xml:base="https://b.example/x/"><title>t</title><link href="y"/><content type="html" xml:base="z/">&lt;a href="w"&gt;w&lt;/a&gt;</content></entry>`),
			"url html", `https://b.example/x/y | <a href="https://b.example/x/z/w">w</a>`},
		{"feedburner", strings.Replace(rssDoc(`<item><title>x</title><link>http://feedproxy.example/~r/1</link><feedburner:origLink>https://example.com/real?utm_medium=feed</feedburner:origLink></item>`), "<rss", `<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"`, 1), "url", "https://example.com/real"},
		{"bare ampersand", rssDoc(`<item><title>Fish & Chips &amp; AT&amp;T &eacute; &#8217;</title><link>https://example.com/?a=1&copy=2</link></item>`), "title url", "Fish & Chips & AT&T é ’ | https://example.com/?a=1&copy=2"},
		{"HTML in a title", rssDoc(`<item><title>&lt;b&gt;Bold&lt;/b&gt; &amp;amp; &lt;i&gt;more&lt;/i&gt;</title></item>`), "title", "Bold & more"},
		{"CDATA title", rssDoc("<item><title><![CDATA[ A &amp; B <em>C</em>\n D ]]></title></item>"), "title", "A & B C D"},
		{"angles that are no markup", rssDoc(`<item><title>List&lt;T&gt; is &lt;3 when 1 &lt; 2</title></item>`), "title", "List<T> is <3 when 1 < 2"},
		{"Atom's escaped title is resolved once", atomDoc(`<entry><title type="html">x &amp;lt;b&amp;gt; y</title></entry>`), "title", "x <b> y"},
		{"xhtml", atomDoc(`<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>B</b></div></title><content type="xhtml"><x:div xmlns:x="http://www.w3.org/1999/xhtml"><x:p>P &amp; Q<x:br/>R</x:p></x:div></content></entry>`),
			"title html text", "A B | <div><p>P &amp; Q<br>R</p></div> | P & Q\nR"},
		{"no title: the first sentence", rssDoc(`<item><description>Something happened here today. Then more.</description></item>`), "title summary", "Something happened here today. | Something happened here today. Then more."},
		{"no title, no text", rssDoc(`<item><link>https://example.com/2026/a</link></item>`), "title", "https://example.com/2026/a"},
		{"nothing but a picture", rssDoc(`<item><image>https://example.com/i.png</image></item>`), "title url", "Untitled | "},
		{"control characters", rssDoc("<item><title>a\x1b]52;c;x\x07b&#27;c&#8;d\u202e</title></item>"), "title", "abd"},
		{"description and content", strings.Replace(rssDoc(`<item><title>t</title><description>Short.</description><c:encoded><![CDATA[<p>Long <script>x()</script>text</p>]]></c:encoded></item>`), "<rss", `<rss xmlns:c="http://purl.org/rss/1.0/modules/content/"`, 1),
			"summary html text words", "Short. | <p>Long text</p> | Long text | 2"},
		{"content before description", rssDoc(`<item><title>t</title><content:encoded><![CDATA[<p>one</p><p>two</p>]]></content:encoded></item>`), "summary text", "one two | one\ntwo"},
		{"authors", strings.Replace(rssDoc(`<item><title>t</title><author>a@example.com (Ann)</author><dc:creator>Bob &amp; Co</dc:creator><dc:creator>ann</dc:creator><itunes:author>Cleo</itunes:author></item>`), "<rss", `<rss xmlns:dc="http://purl.org/dc/elements/1.1/"`, 1), "author", "Ann, Bob & Co, Cleo"},
		{"author of the feed", atomDoc(`<author><name>Feed's</name></author><entry><title>t</title></entry>`), "author", "Feed's"},
		{"author without elements", atomDoc(`<entry><title>t</title><author>Somebody</author></entry>`), "author", "Somebody"},
		{"author's mail", atomDoc(`<entry><title>t</title><author><email>x@example.com</email></author></entry>`), "author", "x@example.com"},
		{"categories", rssDoc(`<item><title>t</title><category>A</category><category><![CDATA[B &amp; C]]></category><category>A</category></item>`), "categories", "A,B & C"},
		{"Atom's categories", atomDoc(`<entry><title>t</title><category term="x" label="X"/><category term="y"/></entry>`), "categories", "X,y"},
		{"media", rssDoc(`<item><title>t</title><media:group><media:content url="https://example.com/v.mp4" type="video/mp4" fileSize="7"/><media:thumbnail url="https://example.com/t.jpg"/></media:group></item>`), "files image", "[https://example.com/v.mp4 video/mp4 7] | https://example.com/t.jpg"},
		{"media for want of others", rssDoc(`<item><media:content url="https://example.com/p.jpg" medium="image"><media:title>T</media:title><media:description>D</media:description></media:content></item>`), "title summary image", "T | D | https://example.com/p.jpg"},
		{"comments", rssDoc(`<item><title>t</title><link>https://example.com/a</link><comments>https://example.com/a#respond</comments></item>`), "comments", "https://example.com/a#respond"},
		{"replies", atomDoc(`<entry><title>t</title><link rel="replies" type="application/atom+xml" href="/r.xml"/><link rel="replies" type="text/html" href="/r"/></entry>`), "comments", "https://example.com/r"},
		{"language", rssDoc(`<item><title>t</title><dc:language>pt_BR</dc:language></item>`), "lang", "pt"},
		{"xml:lang", atomDoc(`<entry xml:lang="zh-Hans"><title>t</title></entry>`), "lang", "zh"},
		{"dates", rssDoc(`<item><title>t</title><pubDate>Fri, 22 May 2026 14:05:11 +0200</pubDate></item>`), "date given", "2026-05-22T12:05:11Z | Fri, 22 May 2026 14:05:11 +0200"},
		{"first readable date", rssDoc(`<item><title>t</title><pubDate>soon</pubDate><dc:date>2026-05-22</dc:date></item>`), "date given", "2026-05-22T00:00:00Z | soon"},
		{"a date in the future", rssDoc(`<item><title>t</title><pubDate>Fri, 22 May 2099 14:05:11 GMT</pubDate></item>`), "date given", "0001-01-01T00:00:00Z | Fri, 22 May 2099 14:05:11 GMT"},
		{"year nought", rssDoc(`<item><title>t</title><pubDate>Mon, 01 Jan 0001 00:00:00 GMT</pubDate></item>`), "date", "0001-01-01T00:00:00Z"},
		{"updated", atomDoc(`<entry><title>t</title><published>2026-01-01T00:00:00Z</published><updated>2026-01-02T00:00:00Z</updated></entry>`), "date updated", "2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z"},
		{"no published", atomDoc(`<entry><title>t</title><updated>2026-01-02T00:00:00Z</updated></entry>`), "date updated", "2026-01-02T00:00:00Z | 0001-01-01T00:00:00Z"},
		{"address of control characters", rssDoc("<item><title>t</title><enclosure url='\x10\x11'/></item>"), "url files", " | "},
		{"scheme that acts", rssDoc(`<item><title>t</title><link>javascript:alert(1)</link><guid>javascript:x</guid></item>`), "url", ""},
		{"address in letters", rssDoc(`<item><title>t</title><link>https://bücher.example/ä b?q=ü</link></item>`), "url", "https://xn--bcher-kva.example/%C3%A4%20b?q=%C3%BC"},
		{"without a root", `<item><title>t</title></item>`, "title", "t"},
		{"an entry alone", `<entry xmlns="http://www.w3.org/2005/Atom"><title>t</title></entry>`, "title", "t"},
		{"prefix for the format itself", `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>t</a:title><a:link href="https://example.com/1"/></a:entry></a:feed>`, "title url", "t | https://example.com/1"},
		{"RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="x"><title>c</title><items><rdf:Seq><rdf:li/></rdf:Seq></items></channel><item rdf:about="https://example.com/1"><title>t</title></item></rdf:RDF>`, "title url guid", "t | https://example.com/1 | https://example.com/1"},
		{"CDF", `<CHANNEL HREF="https://example.com/"><TITLE>c</TITLE><ITEM HREF="/i/1" LASTMOD="2004-04-06T23:05:43-05:00"><TITLE>t</TITLE><ABSTRACT>a</ABSTRACT></ITEM></CHANNEL>`, "title url summary date", "t | https://example.com/i/1 | a | 2004-04-07T04:05:43Z"},
		{"first title counts", rssDoc(`<item><title></title><title>a</title><title>b</title></item>`), "title", "a"},
		{"Atom 0.3", `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped">a &amp;amp; b</title><issued>2003-12-13T08:29:29-04:00</issued><content type="text/html" mode="base64">PGI+eDwvYj4=</content></entry></feed>`, "title date html", "a & b | 2003-12-13T12:29:29Z | <b>x</b>"},
		{"WordPress's last sentence", rssDoc(`<item><title>t</title><description>News. The post t first appeared on Example.</description></item>`), "summary", "News."},
		{"a picture lazily loaded, one that counts", rssDoc(`<item><title>t</title><description>&lt;img src="https://c.example/p.gif" width="1" height="1"&gt;&lt;img src="data:x" data-src="/l.jpg"&gt;</description></item>`), "html image", `<img src="https://example.com/l.jpg"> | https://example.com/l.jpg`},
	} {
		if got := show(only(t, c.doc), c.parts); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestHead(t *testing.T) {
	r := read(t, `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
<title>A &amp;amp; B</title><link>https://example.com</link><description>D</description><language>en-US</language><ttl>90</ttl>
<skipHours><hour>3</hour><hour>24</hour><hour>x</hour></skipHours><image><url>/i.png</url><title>not this</title><link>https://wrong.example</link></image>
<atom:link rel="self" href="https://example.com/feed"/><atom:link rel="hub" href="https://hub.example/"/><sy:updatePeriod>daily</sy:updatePeriod></channel></rss>`)
	got := fmt.Sprint(r.Title, "|", r.Site, "|", r.Description, "|", r.Lang, "|", r.TTL, "|", r.SkipHours, "|", r.Image, "|", r.Self, "|", r.Hub, "|", r.Format)
	if want := "A & B|https://example.com|D|en|1h30m0s|[3 0]|https://example.com/i.png|https://example.com/feed|https://hub.example/|rss 2.0"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(r.Repaired) > 0 {
		t.Errorf("repaired: %q", r.Repaired)
	}
	r = read(t, rssDoc(`<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>`))
	if r.TTL != 6*time.Hour {
		t.Errorf("four times a day is %v", r.TTL)
	}
}

func TestBroken(t *testing.T) {
	item := func(s string) string {
		return "<item><title>" + s + "</title><link>https://example.com/" + s + "</link></item>"
	}
	for _, c := range []struct {
		name, doc, titles string
		said              string // a part of what is said, "" if nothing may be
	}{
		{"sound", rssDoc(item("a") + item("b")), "a b", ""},
		{"cut in an item", rssDoc(item("a") + item("b"))[:150+50], "a", "cut short after 1"},
		{"cut after an item", strings.TrimSuffix(rssDoc(item("a")+item("b")), "</channel></rss>"), "a b", ""},
		{"cut in the first item", rssDoc(item("a"))[:150], "", "cut short"},
		{"open CDATA", rssDoc("<item><title>a</title><description><![CDATA[ x </description></item>" + item("b")), "a b", ""},
		{"open CDATA before another", rssDoc("<item><title>a</title><description><![CDATA[ x </description></item><item><title>b</title><description><![CDATA[ y ]]></description></item>"), "a b", ""},
		{"items in CDATA and comments are none", rssDoc("<!-- " + item("no") + " --><item><title>a</title><description><![CDATA[" + item("no") + "]]></description></item>"), "a", ""},
		{"open comment", rssDoc(item("a") + "<!-- " + item("b")), "a b", ""},
		{"junk first", "\n\nWarning: mysql_connect()\n<br />" + rssDoc(item("a")), "a", ""},
		{"XML 1.1", strings.Replace(rssDoc(item("a")), `"1.0"`, `"1.1"`, 1), "a", ""},
		{"item not closed", rssDoc("<item><title>a</title>" + item("b")), "a b", "not closed"},
		{"title not closed", rssDoc("<item><title>a<link>https://example.com/a</link></item>" + item("b")), "a b", "not closed"},
		{"wrongly nested", rssDoc("<item><title>a</title></description></b></item>" + item("b")), "a b", "no start"},
		{"document type with entities", `<!DOCTYPE rss [<!ENTITY x "&y;&y;"><!ENTITY y SYSTEM "file:///etc/passwd">]>` + rssDoc(item("a")+"<item><title>b&x;</title></item>"), "a b&x;", ""},
		{"items after the end", rssDoc(item("a")) + item("b"), "a b", ""},
		{"root without an end, prefix undeclared", "<rss><channel><dc:foo>x</dc:foo>" + item("a"), "a", ""},
		{"upper case", strings.ToUpper(rssDoc("<item><title>a</title></item>")), "A", ""},
		{"attributes without quotes", rssDoc(`<item><title type=text>a</title><enclosure url=https://example.com/f length=3></item>`), "a", ""},
		{"nothing but open elements", rssDoc("<item><title>a</title>" + strings.Repeat("<x>", 300) + "</item>"), "a", "not closed"},
		{"items that say nothing", rssDoc("<item/><item></item>" + item("a")), "a", "2 items say nothing"},
		{"an image that is not closed", rssDoc("<image><url>u</url>" + item("a")), "a", ""},
	} {
		r := read(t, c.doc)
		var titles []string
		for _, s := range r.Stories {
			titles = append(titles, s.Title)
		}
		if got := strings.Join(titles, " "); got != c.titles {
			t.Errorf("%s: %q, want %q", c.name, got, c.titles)
		}
		said := strings.Join(r.Repaired, "; ")
		if c.said == "" && said != "" || !strings.Contains(said, c.said) {
			t.Errorf("%s: said %q, want %q", c.name, said, c.said)
		}
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct{ doc, want string }{
		{"", "empty"},
		{" \n\t", "empty"},
		{"<!DOCTYPE html><html><body>404</body></html>", "HTML page"},
		{"<html><head><title>x</title></head><body><item>no</item></body></html>", "HTML page"},
		{"hello", "text"},
		{"<opml><body/></opml>", "<opml>"},
		{`{"error":"no"}`, "JSON"},
		{`[1,2]`, "JSON"},
		{`{`, "JSON"},
	} {
		_, err := Feed([]byte(c.doc), Origin{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.doc, err, c.want)
		}
	}
}

func TestGUIDs(t *testing.T) {
	it := func(guid, link, title string) string {
		return fmt.Sprintf(`<item><guid isPermaLink="false">%s</guid><link>https://example.com/%s</link><title>%s</title></item>`, guid, link, title)
	}
	ids := func(doc string) (out []string) {
		for _, s := range read(t, doc).Stories {
			out = append(out, s.Title+"="+s.GUID)
		}
		return out
	}
	if got := ids(rssDoc(it("g", "a", "A") + it("g", "a", "B") + it("h", "a", "C"))); !slices.Equal(got, []string{"A=g", "C=h"}) {
		t.Errorf("repeated: %q", got)
	}
	ab := ids(rssDoc(it("g", "a", "A") + it("g", "b", "B") + it("g", "a", "C") + it("g", "a", "A")))
	if len(ab) != 3 || ab[0] == "A=g" || ab[1] == "B=g" {
		t.Errorf("shared: %q", ab)
	}
	ba := ids(rssDoc(it("g", "b", "B") + it("g", "a", "A")))
	if len(ba) != 2 || ba[1] != ab[0] || ba[0] != ab[1] {
		t.Errorf("the order of items changes their guids: %q %q", ab, ba)
	}
}

func TestKnown(t *testing.T) {
	it := func(n int, title string) string {
		return fmt.Sprintf(`<item><guid>g%d</guid><title>%s</title></item>`, n, title)
	}
	known := map[uint64]bool{}
	feed := func(items string) *Result {
		r, err := Feed([]byte(rssDoc(items)), Origin{Now: now, Known: func(h uint64) bool { return known[h] }})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	first := feed(it(1, "a") + it(2, "b"))
	for _, h := range first.ItemHashes {
		known[h] = true
	}
	for _, c := range []struct {
		name, items, titles string
		unchanged, hashes   int
	}{
		{"the same", it(1, "a") + it(2, "b"), "", 2, 2},
		{"another order", it(2, "b") + it(1, "a"), "", 2, 2},
		{"a new one", it(3, "c") + it(1, "a") + it(2, "b"), "c", 2, 3},
		{"a changed one", it(1, "A") + it(2, "b"), "A", 1, 2},
		{"a guid of a known one: all are read again", it(1, "a") + it(1, "z") + it(2, "b"), "a b", 0, 3},
	} {
		r := feed(c.items)
		var titles []string
		for _, s := range r.Stories {
			titles = append(titles, s.Title)
		}
		if got := strings.Join(titles, " "); got != c.titles || r.Unchanged != c.unchanged || len(r.ItemHashes) != c.hashes {
			t.Errorf("%s: %q, %d unchanged, %d hashes", c.name, got, r.Unchanged, len(r.ItemHashes))
		}
	}
}

func TestDecode(t *testing.T) {
	utf16of := func(s string, big bool) string {
		var b []byte
		for _, u := range utf16.Encode([]rune(s)) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		return string(b)
	}
	utf32of := func(s string) string {
		var b []byte
		for _, r := range s {
			b = append(b, 0, byte(r>>16), byte(r>>8), byte(r))
		}
		return string(b)
	}
	doc := func(enc, title string) string {
		return `<?xml version="1.0" encoding="` + enc + `"?><rss><channel><item><title>` + title + `</title></item></channel></rss>`
	}
	for _, c := range []struct{ name, doc, ct, want string }{
		{"UTF-8", doc("utf-8", "é"), "", "é"},
		{"UTF-8 with a mark", "\xef\xbb\xbf" + doc("utf-8", "é"), "", "é"},
		{"UTF-8 that says otherwise", doc("iso-8859-1", "é"), "text/xml; charset=koi8-r", "é"},
		{"UTF-16 little", "\xff\xfe" + utf16of(doc("utf-16", "é😀"), false), "", "é😀"},
		{"UTF-16 big", "\xfe\xff" + utf16of(doc("utf-16", "é"), true), "", "é"},
		{"UTF-16 without a mark", utf16of(doc("utf-16", "é"), false), "", "é"},
		{"UTF-16 big without a mark", utf16of(doc("utf-8", "é"), true), "", "é"},
		{"UTF-32", utf32of(doc("utf-32", "é")), "", "é"},
		{"declared", doc("windows-1251", "\xcf\xf0\xe8"), "", "При"},
		{"by the server", doc("utf-8", "\xcf\xf0\xe8"), "text/xml; charset=windows-1251", "При"},
		{"the server is wrong", doc("windows-1251", "\xcf\xf0\xe8"), "text/xml; charset=utf-8", "При"},
		{"Latin-1 undeclared", doc("utf-8", "caf\xe9 na\xefve"), "", "café naïve"},
		{"unknown encoding", doc("foo-8", "x"), "", "x"},
		{"windows-1252 in UTF-8", doc("utf-8", "ééé éééé éé \x93x\x94"), "", "ééé éééé éé “x”"},
		{"a sequence cut", doc("utf-8", "ééé éééé éé \xe2\x80"), "", "ééé éééé éé \uFFFD"},
		{"C1 controls are quotes", doc("utf-8", "don\u0092t"), "", "don’t"},
		{"Shift-JIS", doc("Shift_JIS", "\x93\xfa\x96\x7b"), "", "日本"},
		{"Big5", doc("big5", "\xa4\xa4\xa4\xe5"), "", "中文"},
		{"GB2312", doc("gb2312", "\xd6\xd0\xce\xc4"), "", "中文"},
		{"ISO-2022-JP", doc("iso-2022-jp", "\x1b$BF|K\\\x1b(B"), "", "日本"},
		{"KOI8-R", doc("koi8-r", "\xf0\xd2\xc9"), "", "При"},
		{"KOI8-R undeclared", doc("", strings.Repeat("\xf7 \xc7\xcf\xd2\xcf\xc4\xc5 \xce\xc1\xde\xc1\xcc\xc1\xd3\xd8 \xd7\xd9\xd3\xd4\xc1\xd7\xcb\xc1 ", 4)), "", strings.TrimSpace(strings.Repeat("В городе началась выставка ", 4))},
		{"charset with odd quotes", doc("", "\xe9"), "text/xml;charset= 'iso-8859-1'", "é"},
	} {
		if s := decoded(t, c.doc, c.ct); s.Title != c.want {
			t.Errorf("%s: %q, want %q", c.name, s.Title, c.want)
		}
	}
}

func decoded(t *testing.T, doc, ct string) feeds.Story {
	t.Helper()
	r, err := Feed([]byte(doc), Origin{ContentType: ct, Now: now})
	if err != nil || len(r.Stories) != 1 {
		t.Fatalf("%q: %v", doc, err)
	}
	return r.Stories[0]
}

func TestJSON(t *testing.T) {
	s := only(t, `{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://example.com/","items":[
{"id":7,"url":"/a","title":"A","content_html":"<p>x <a href=\"b\">b</a></p>","date_published":"2026-01-01T00:00:00Z","authors":[{"name":"N"}],"tags":["q"],
"attachments":[{"url":"https://example.com/f.mp3","mime_type":"audio/mpeg","size_in_bytes":"9"}],"image":"/i.png","language":"de-AT"}]}`)
	if got, want := show(s, "guid url title html date author categories files image lang"), `7 | https://example.com/a | A | <p>x <a href="https://example.com/b">b</a></p> | 2026-01-01T00:00:00Z | N | q | [https://example.com/f.mp3 audio/mpeg 9] | https://example.com/i.png | de`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for _, c := range []struct{ name, doc, titles, said string }{
		{"wrong types", `{"version":"x","title":5,"items":[{"id":{"a":1},"title":["A"],"tags":"p, q","author":"N","attachments":{"url":"https://example.com/f"},"date_published":1700000000}]}`, "A", "wrong type"},
		{"cut short", `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"A"},{"id":"2","title":"B`, "A", "cut short"},
		{"a mark first", "\xef\xbb\xbf" + `{"items":[{"id":"1","title":"A"}]}`, "A", ""},
		{"line breaks in strings", "{\"items\":[{\"id\":\"1\",\"title\":\"A\nB\"}]}", "A B", ""},
		{"items that are none", `{"items":[null,3,{"id":"1","title":"A"}]}`, "A", "2 items are no objects"},
	} {
		r := read(t, c.doc)
		var titles []string
		for _, s := range r.Stories {
			titles = append(titles, s.Title)
		}
		said := strings.Join(r.Repaired, "; ")
		if got := strings.Join(titles, " "); got != c.titles || c.said == "" && said != "" || !strings.Contains(said, c.said) {
			t.Errorf("%s: %q, said %q", c.name, got, said)
		}
	}
}

// Hostile documents end soon, in bounds, and what was cut is said.
func TestBounds(t *testing.T) {
	big := func(n int, s string) string { return strings.Repeat(s, n) }
	for _, c := range []struct{ name, doc, said string }{
		{"a million items", rssDoc(big(1_000_000, "<item/>")), "only the first 5000 of 1000000"},
		{"open CDATA sections", rssDoc(big(100_000, "<item><title><![CDATA[x</title></item>")), "only the first"},
		{"open elements in one item", rssDoc("<item>" + big(300_000, "<title>") + "</item>"), "not closed"},
		{"open elements of many names", rssDoc("<item>" + func() string {
			var b strings.Builder
			for i := range 60_000 {
				fmt.Fprintf(&b, "<a%d>", i)
			}
			return b.String()
		}() + "</item>"), "not closed"},
		{"nested elements", rssDoc("<item>" + big(200_000, "<media:group>") + "</item>"), "nested too deep"},
		{"attributes", "<rss " + big(300_000, `a="1" `) + "><channel><item/></channel></rss>", ""},
		{"a giant title", rssDoc("<item><title>" + big(8_000_000, "x") + "</title></item>"), ""},
		{"nested HTML", rssDoc("<item><description><![CDATA[" + big(300_000, "<div>") + "]]></description></item>"), ""},
		{"open frames", rssDoc("<item><description><![CDATA[" + big(100_000, "<iframe><template>") + "]]></description></item>"), ""},
		{"categories", rssDoc("<item>" + big(100_000, "<category>x</category>") + "</item>"), ""},
		{"open comments", rssDoc(big(200_000, "<!-- ")), ""},
		{"open quotes", rssDoc(big(100_000, `<item a="`)), "not closed"},
		{"references", rssDoc("<item><title>" + big(500_000, "&a") + "</title></item>"), ""},
		{"prefixes", rssDoc(big(50_000, `<x xmlns:p="u">`)), ""},
		{"JSON depth", `{"items":[` + big(50_000, "[") + "", "cut short"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := Feed([]byte(c.doc), Origin{Now: now})
			if err != nil {
				t.Fatal(err)
			}
			check(t, r)
			if said := strings.Join(r.Repaired, "; "); !strings.Contains(said, c.said) {
				t.Errorf("said %q, want %q", said, c.said)
			}
		})
	}
}

// check is what holds of every result.
func check(t testing.TB, r *Result) {
	t.Helper()
	if len(r.Stories) > maxItems || len(r.ItemHashes) > maxItems {
		t.Fatalf("%d stories, %d hashes", len(r.Stories), len(r.ItemHashes))
	}
	line := func(what, s string, n int) {
		if !utf8.ValidString(s) || utf8.RuneCountInString(s) > n || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) {
			t.Fatalf("%s: %.200q", what, s)
		}
	}
	address := func(what, s string) {
		line(what, s, maxURL)
		if s != "" && absolute("", s) == "" {
			t.Fatalf("%s: %q", what, s)
		}
	}
	line("title of the feed", r.Title, maxTitle)
	line("description", r.Description, feeds.SummaryRunes)
	for _, u := range []string{r.Site, r.Image, r.Self, r.Hub} {
		address("address", u)
	}
	for _, n := range r.Repaired {
		line("note", n, 400)
	}
	seen := map[string]bool{}
	for i := range r.Stories {
		s := &r.Stories[i]
		if s.GUID == "" || seen[s.GUID] || len(s.GUID) > maxGUID+40 {
			t.Fatalf("guid %q", s.GUID)
		}
		seen[s.GUID] = true
		line("guid", s.GUID, maxGUID+40)
		if s.Title == "" {
			t.Fatal("a story without a title")
		}
		line("title", s.Title, maxTitle)
		line("author", s.Author, maxAuthor)
		line("summary", s.Summary, feeds.SummaryRunes)
		line("given", s.Given, maxDate)
		line("lang", s.Lang, 8)
		address("url", s.URL)
		address("image", s.Image)
		address("comments", s.Comments)
		if len(s.Categories) > maxCategories || len(s.Enclosures) > maxEnclosures {
			t.Fatalf("%d categories, %d enclosures", len(s.Categories), len(s.Enclosures))
		}
		for _, c := range s.Categories {
			line("category", c, maxCategory)
		}
		for _, e := range s.Enclosures {
			address("enclosure", e.URL)
			line("type", e.Type, 100)
			if e.URL == "" || e.Length < 0 {
				t.Fatalf("enclosure %v", e)
			}
		}
		if len(s.HTML) > maxHTML+8192 || !utf8.ValidString(s.HTML) || !isSafe(s.HTML) {
			t.Fatalf("HTML: %d bytes, %.300q", len(s.HTML), s.HTML)
		}
		if len(s.Text) > maxText || !utf8.ValidString(s.Text) {
			t.Fatalf("text: %d bytes", len(s.Text))
		}
		if s.Words < 0 || s.Hash == 0 {
			t.Fatal("words or hash")
		}
		if !s.Published.IsZero() && (s.Published.Before(oldest) || s.Published.After(now.Add(24*time.Hour))) {
			t.Fatalf("published %v", s.Published)
		}
	}
}

func TestSeed(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(corpus(t), "..", "..", "seed", "feed.xml"))
	if err != nil {
		t.Skip(err)
	}
	r, err := Feed(b, Origin{URL: "https://dexternights.example/category/technology/feed/", Now: now})
	if err != nil {
		t.Fatal(err)
	}
	check(t, r)
	if r.Title != "Technology – Dexter Nights" || r.Lang != "en" || r.TTL != time.Hour || len(r.Repaired) > 0 {
		t.Errorf("%q %q %v %q", r.Title, r.Lang, r.TTL, r.Repaired)
	}
	if len(r.Stories) != 1 {
		t.Fatalf("%d stories", len(r.Stories))
	}
	s := r.Stories[0]
	if got, want := show(s, "guid title author date categories comments lang"), "https://dexternights.example/?p=4127 | Amazon’s Silent Cull: AWS AI Division Sees Hundreds Axed as Bezos Era Tech Rethink Accelerates | Dexter | 2026-05-22T14:05:11Z | Technology | https://dexternights.example/technology/amazons-silent-cull-aws-ai-division-sees-hundreds-axed/#respond | "; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !strings.HasPrefix(s.Summary, "Amazon Web Services (AWS) has seen hundreds") || strings.Contains(s.Summary, "The post") || s.Words < 600 {
		t.Errorf("%d words, %q", s.Words, s.Summary)
	}
}
