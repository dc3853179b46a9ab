package demo

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"net/http"
	"strings"
	"time"
)

// press answers the requests for feeds, pages and pictures of an edition.
type press struct {
	outlets []*outlet
	base    string // address of the server, without a slash at the end
	now     time.Time
	feeds   map[string]document // by path
	stories map[string]*story   // by path
}

// document is a feed, ready to be sent.
type document struct {
	kind string // media type
	tag  string // ETag
	body []byte
}

// newPress writes the feeds once: the same bytes give the same ETag for as long as the
// edition is served.
func newPress(outlets []*outlet, base string, now time.Time) *press {
	p := &press{outlets: outlets, base: base, now: now.Truncate(time.Second), feeds: make(map[string]document), stories: make(map[string]*story)}
	for _, o := range outlets {
		var d document
		switch o.format {
		case "atom":
			d = document{kind: "application/atom+xml; charset=utf-8", body: p.atom(o)}
		case "json":
			d = document{kind: "application/feed+json", body: p.jsonFeed(o)}
		default:
			d = document{kind: "application/rss+xml; charset=utf-8", body: p.rss(o)}
		}
		h := fnv.New64a()
		h.Write(d.body)
		d.tag = fmt.Sprintf(`"%x"`, h.Sum64())
		p.feeds[o.feedPath()] = d
		for _, s := range o.stories {
			p.stories[s.path()] = s
		}
	}
	return p
}

// ServeHTTP implements http.Handler.
func (p *press) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only to be read", http.StatusMethodNotAllowed)
		return
	}
	send := func(kind string, body []byte) {
		w.Header().Set("Content-Type", kind)
		// ServeContent answers If-None-Match and If-Modified-Since.
		http.ServeContent(w, r, "", p.now, bytes.NewReader(body))
	}
	path := r.URL.Path
	if d, ok := p.feeds[path]; ok {
		w.Header().Set("ETag", d.tag)
		send(d.kind, d.body)
		return
	}
	if s, ok := p.stories[path]; ok {
		send("text/html; charset=utf-8", p.page(s))
		return
	}
	if name, ok := strings.CutPrefix(path, "/pictures/"); ok {
		if body, ok := picture(name); ok {
			send("image/png", body)
			return
		}
	}
	for _, o := range p.outlets {
		if path == "/"+o.slug+"/" {
			send("text/html; charset=utf-8", p.front(o))
			return
		}
	}
	http.NotFound(w, r)
}

// date is when a story came out.
func (p *press) date(s *story) time.Time { return p.now.Add(-s.ago) }

// link is the address of a story's page.
func (p *press) link(s *story) string { return p.base + s.path() }

// image is the address of a picture of a kind, drawn for this story.
func (p *press) image(s *story, kind string) string {
	return p.base + "/pictures/" + kind + "-" + s.slug + ".png"
}

// html is a story's whole text, its lead picture first.
func (p *press) html(s *story) string {
	var b strings.Builder
	if s.picture != "" {
		figure(&b, p.image(s, s.picture), s.caption)
	}
	b.WriteString(bodyHTML(s.body, func(kind string) string { return p.image(s, kind) }))
	return b.String()
}
