// Serve answers on the loopback with two small feeds and their pages, for the end-to-end
// run. It prints its address and serves until it is ended.
package main

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const feed = `<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Harbour Gazette</title><link>BASE/</link><description>News</description>
<item><title>Amazon fills its shelves with robots</title><link>BASE/shelves</link><guid>1</guid><pubDate>DATE</pubDate>
<content:encoded><![CDATA[<p>Amazon has put robots into a further warehouse, the company said on Monday. TEXT</p>
<h2>The robots and the shelves</h2><p>They carry what people used to carry. TEXT</p>
<p>(Visited 3 times, 3 visits today)</p><p>The post <a href="BASE/shelves">Amazon fills its shelves</a> appeared first on <a href="BASE/">Harbour Gazette</a>.</p>]]></content:encoded></item>
<item><title>Nvidia names a new chip</title><link>BASE/chip</link><guid>2</guid><pubDate>DATE</pubDate>
<content:encoded><![CDATA[<p>Nvidia has named a chip. TEXT</p><p>It is fast. TEXT</p>]]></content:encoded></item>
</channel></rss>`

const teaser = `<?xml version="1.0"?>
<rss version="2.0"><channel><title>The Short Wire</title><link>BASE/</link><description>News</description>
<item><title>TSMC orders a wafer line</title><link>BASE/wafer</link><guid>w1</guid><pubDate>DATE</pubDate>
<description>TSMC has ordered a line [...]</description></item>
</channel></rss>`

const page = `<!doctype html><html lang="en"><head><title>TSMC orders a wafer line - The Short Wire</title></head><body>
<nav><a href="/">Home</a></nav><article><h1>TSMC orders a wafer line</h1>
<p>The whole text of the wafer story stands on its page. TEXT</p><p>A second paragraph. TEXT</p><p>A third. TEXT</p></article>
<aside class="related-posts"><a href="/x">Something else</a></aside></body></html>`

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	base := "http://" + l.Addr().String()
	date := time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z)
	text := strings.Repeat("This sentence is here so that the paragraph has a length that an article's paragraph has. ", 6)
	fill := strings.NewReplacer("BASE", base, "DATE", date, "TEXT", text)
	answers := map[string][2]string{"/feed.xml": {"application/rss+xml", fill.Replace(feed)}, "/teaser.xml": {"application/rss+xml", fill.Replace(teaser)}, "/wafer": {"text/html; charset=utf-8", fill.Replace(page)}}
	fmt.Println(base)
	err = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a[0])
		w.Header().Set("ETag", fmt.Sprintf("%q", r.URL.Path))
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(a[1]))
	}))
	fmt.Fprintln(os.Stderr, err)
}
