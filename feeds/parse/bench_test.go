package parse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/mmcdole/gofeed"
)

// sample is a feed of n items of some four kilobytes, as outlets write them; kind says
// how the texts are written.
func sample(kind string, n int) []byte {
	para := `<p>Amazon Web Services has seen <a href="https://example.com/a?b=1&amp;c=2">hundreds of roles</a> eliminated in a quiet restructuring, signalling a <em>strategic</em> pivot driven by efficiency goals and a re-evaluation of its initiatives — “as planned”.</p>` + "\n"
	body := strings.Repeat(para, 15)
	var b strings.Builder
	esc := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	if kind == "atom" {
		b.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Example</title><link href="https://example.com/"/>`)
		for i := range n {
			fmt.Fprintf(&b, `<entry><title type="html">Story number %d &amp;amp; more</title><id>tag:example.com,2026:%d</id><link href="https://example.com/%d"/><published>2026-05-22T14:05:11Z</published><updated>2026-05-22T14:05:11Z</updated><author><name>Somebody</name></author><category term="Technology"/><content type="html">%s</content></entry>`+"\n", i, i, i, esc.Replace(body))
		}
		b.WriteString(`</feed>`)
		return []byte(b.String())
	}
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Example</title><link>https://example.com/</link><description>D</description>`)
	for i := range n {
		if kind == "escaped" {
			fmt.Fprintf(&b, `<item><title>Story number %d</title><link>https://example.com/%d</link><guid>https://example.com/?p=%d</guid><dc:creator>Somebody</dc:creator><pubDate>Fri, 22 May 2026 14:05:11 +0000</pubDate><category>Technology</category><description>%s</description></item>`+"\n", i, i, i, esc.Replace(body))
			continue
		}
		fmt.Fprintf(&b, `<item><title>Story number %d</title><link>https://example.com/%d</link><guid>https://example.com/?p=%d</guid><dc:creator><![CDATA[Somebody]]></dc:creator><pubDate>Fri, 22 May 2026 14:05:11 +0000</pubDate><category><![CDATA[Technology]]></category><description><![CDATA[%s]]></description><content:encoded><![CDATA[%s]]></content:encoded></item>`+"\n", i, i, i, para, body)
	}
	b.WriteString(`</channel></rss>`)
	return []byte(b.String())
}

var kinds = []string{"cdata", "escaped", "atom"}

func BenchmarkGofeedAlone(b *testing.B) {
	for _, k := range kinds {
		doc := sample(k, 50)
		b.Run(k, func(b *testing.B) {
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := gofeed.NewParser().Parse(bytes.NewReader(doc)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func benchmarkFeed(b *testing.B, known func(i int) bool) {
	for _, k := range kinds {
		doc := sample(k, 50)
		b.Run(k, func(b *testing.B) {
			r, err := Feed(doc, Origin{Now: now})
			if err != nil {
				b.Fatal(err)
			}
			seen := map[uint64]bool{}
			for i, h := range r.ItemHashes {
				seen[h] = known(i)
			}
			b.SetBytes(int64(len(doc)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Feed(doc, Origin{Now: now, Known: func(h uint64) bool { return seen[h] }}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkFirst(b *testing.B)  { benchmarkFeed(b, func(int) bool { return false }) }
func BenchmarkOneNew(b *testing.B) { benchmarkFeed(b, func(i int) bool { return i > 0 }) }
func BenchmarkKnown(b *testing.B)  { benchmarkFeed(b, func(int) bool { return true }) }

func BenchmarkDate(b *testing.B) {
	for _, s := range []string{"Fri, 22 May 2026 14:05:11 +0000", "2026-05-22T14:05:11Z", "Lundi, 16. Novembre 2020 - 15:54"} {
		b.Run(s, func(b *testing.B) {
			for b.Loop() {
				date(s, now)
			}
		})
	}
}

func BenchmarkCleanHTML(b *testing.B) {
	doc := strings.Repeat(`<p class="x" style="y">Amazon Web Services has seen <a href="https://example.com/a?b=1&amp;c=2" onclick="x()">hundreds of roles</a> eliminated in a quiet restructuring.</p>`, 30)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		CleanHTML(doc, "https://example.com/")
	}
}
