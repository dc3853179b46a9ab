package parse

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func FuzzFeed(f *testing.F) {
	for _, s := range []string{
		rssDoc(`<item><title>a &amp; b</title><link>https://example.com/a</link><guid isPermaLink="false">g</guid><pubDate>Fri, 22 May 2026 14:05:11 +0000</pubDate><description><![CDATA[<p>x <img src="i.png">]]></description></item>`),
		rssDoc(`<item><title>a<link>b</link></item><item><guid>g</guid></item><item><guid>g</guid><link>x</link></item>`),
		atomDoc(`<entry xml:base="b/" xml:lang="de"><title type="xhtml"><div>a</div></title><link href="c"/><author><name>n</name></author><content type="html">&lt;a href="d"&gt;</content></entry>`),
		`<rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><title>c</title></channel><item rdf:about="https://example.com/1"><title>t</title></item></rdf:RDF>`,
		`<CHANNEL HREF="https://example.com/"><ITEM HREF="/i/1" LASTMOD="2004-04-06"><TITLE>t</TITLE></ITEM></CHANNEL>`,
		`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":7,"url":"/a","content_html":"<p>x</p>","attachments":[{"url":"https://example.com/f"}]}]}`,
		rssDoc(`<media:group><item><media:content url="u"><media:title>x`),
		"\xff\xfe<\x00r\x00s\x00s\x00>\x00",
		`<!DOCTYPE rss [<!ENTITY a "b">]><rss><item><title>&a;&#27;&#x110000;</title></item>`,
	} {
		f.Add([]byte(s), "text/xml; charset=iso-8859-1")
	}
	f.Fuzz(func(t *testing.T, doc []byte, ct string) {
		o := Origin{URL: "https://feeds.example.net/all.xml", ContentType: ct, Now: now}
		r, err := Feed(doc, o)
		if err != nil {
			if r != nil || errors.Is(err, errCrash) || errors.Is(err, errBroken) {
				t.Fatal(err)
			}
			return
		}
		check(t, r)
		if len(r.Stories) != len(r.ItemHashes) && len(r.Repaired) == 0 {
			t.Fatalf("%d stories of %d items, and not a word", len(r.Stories), len(r.ItemHashes))
		}
		known := map[uint64]bool{}
		for _, h := range r.ItemHashes {
			known[h] = true
		}
		o.Known = func(h uint64) bool { return known[h] }
		again, err := Feed(doc, o)
		if err != nil || len(again.Stories) != 0 || again.Unchanged != len(r.ItemHashes) {
			t.Fatalf("read again: %v, %d stories, %d of %d unchanged", err, len(again.Stories), again.Unchanged, len(r.ItemHashes))
		}
		// One item forgotten must come as it came before.
		if len(r.ItemHashes) > 1 {
			delete(known, r.ItemHashes[0])
			part, err := Feed(doc, o)
			if err != nil {
				t.Fatal(err)
			}
			ids := map[string]bool{}
			for i := range r.Stories {
				ids[r.Stories[i].GUID] = true
			}
			for i := range part.Stories {
				if !ids[part.Stories[i].GUID] {
					t.Fatalf("another guid: %q", part.Stories[i].GUID)
				}
			}
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"Fri, 22 May 2026 14:05:11 +0000", "2026-05-22T14:05:11.5Z", "Lundi, 16. Novembre 2020 - 15:54", "2004-05-25 오후 11:23:17", "10/30/23 21:55:58", "1520932969", "2003-335", "2020年5月3日 10時20分", "mar., 03 mars", "Sat, 11 04 2020 08:51:49 GMT-07:00", "12:30 p.m. Jan. 4"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, ok := date(s, now)
		if !ok {
			return
		}
		if d.Location() != time.UTC || d.Year() < 0 || d.Year() > 10000 {
			t.Fatalf("%q: %v", s, d)
		}
		if e, ok := date(d.Format(time.RFC3339), now); d.Year() > 0 && d.Year() < 10000 && (!ok || !e.Equal(d.Truncate(time.Second))) {
			t.Fatalf("%q: %v, then %v %v", s, d, e, ok)
		}
	})
}

func FuzzCleanHTML(f *testing.F) {
	for _, s := range []string{`<p>a<b>c</p><script>x</script><a href="javascript:x" onclick=y>z</a>`, `<img src=x onerror=y><svg/onload=z><iframe>`, `<li>a<li>b<table><td>c<tr>`, `<a href="/x">&lt;script&gt;</a><!-- -->`, `<style><img src="</style><img src=x onerror=y>">`, `<title><textarea></title><img src=1 onerror=y>`} {
		f.Add(s, "https://example.com/a/b")
	}
	f.Fuzz(func(t *testing.T, s, base string) {
		got := CleanHTML(s, base)
		if !isSafe(got) {
			t.Fatalf("not safe: %q", got)
		}
		if utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Fatalf("not UTF-8: %q", got)
		}
		if strings.Count(got, "<") > 2*strings.Count(s, "<")+2 {
			t.Fatalf("more tags than there were: %q", got)
		}
		if again := CleanHTML(got, base); !isSafe(again) {
			t.Fatalf("not safe the second time: %q", again)
		}
	})
}
