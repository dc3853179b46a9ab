package desk

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"nightdesk/feeds"
)

// outlet is a small outlet on the loopback: a feed of one whole story and one teaser.
type outlet struct {
	*httptest.Server
	unchanged atomic.Int32
}

func newOutlet(t *testing.T) *outlet {
	t.Helper()
	o := &outlet{}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("This sentence gives the paragraph the length that paragraphs of articles have. ", 8)
	o.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		base := "http://" + r.Host
		switch r.URL.Path {
		case "/feed":
			if r.Header.Get("If-None-Match") == `"1"` {
				o.unchanged.Add(1)
				w.WriteHeader(http.StatusNotModified)
				return
			}
			w.Header().Set("ETag", `"1"`)
			fmt.Fprintf(w, `<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Gazette</title><link>%[1]s</link>
<item><title>Amazon opens a plant</title><link>%[1]s/plant</link><guid>1</guid><pubDate>%[2]s</pubDate>
<content:encoded><![CDATA[<p>Amazon has opened a plant. %[3]s</p><h2>What it makes</h2><p><img src="/p.png" alt="a plant"> %[3]s</p><p>(Visited 3 times, 3 visits today)</p>]]></content:encoded></item>
<item><title>Nvidia names a chip</title><link>%[1]s/chip</link><guid>2</guid><pubDate>%[2]s</pubDate><description>Nvidia has named [...]</description></item>
</channel></rss>`, base, time.Now().Add(-time.Hour).UTC().Format(time.RFC1123Z), text)
		case "/p.png":
			_, _ = w.Write(picture.Bytes())
		case "/chip":
			fmt.Fprintf(w, `<html><head><title>Nvidia names a chip</title></head><body><article><h1>Nvidia names a chip</h1><p>The page has the whole text. %[1]s</p><p>%[1]s</p><p>%[1]s</p></article></body></html>`, text)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(o.Close)
	return o
}

func open(t *testing.T, dir string, o Options) *Desk {
	t.Helper()
	o.Database, o.SavedDir = filepath.Join(dir, "nightdesk.db"), filepath.Join(dir, "saved")
	d, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func list(t *testing.T, d *Desk, query string) []feeds.Story {
	t.Helper()
	q, err := d.Parse(query)
	if err != nil {
		t.Fatal(err)
	}
	out, err := d.List(t.Context(), feeds.ListRequest{Query: q})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestMainJob is the whole way: refresh, filter, read, save, and read again without the
// network.
func TestMainJob(t *testing.T) {
	o := newOutlet(t)
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}})
	ctx := t.Context()
	sum, err := d.Refresh(ctx, nil, true, nil, nil)
	if err != nil || sum.New != 2 || sum.Failed != 0 {
		t.Fatalf("refresh: %+v, %v", sum, err)
	}
	if sum, err = d.Refresh(ctx, nil, true, nil, nil); err != nil || sum.Unchanged != 1 || sum.New != 0 || o.unchanged.Load() != 1 {
		t.Fatalf("second refresh: %+v, %v, %d times 304", sum, err, o.unchanged.Load())
	}
	amazon := list(t, d, "company:amazon")
	if len(amazon) != 1 || amazon[0].Title != "Amazon opens a plant" || amazon[0].Companies[0].Slug != "amazon" || amazon[0].Teaser {
		t.Fatalf("company:amazon gives %+v", amazon)
	}
	teaser := list(t, d, "company:nvidia is:teaser")
	if len(teaser) != 1 {
		t.Fatalf("the teaser is not told: %+v", list(t, d, ""))
	}
	var texts []string
	for _, s := range []feeds.Story{amazon[0], teaser[0]} {
		said, err := d.Save(ctx, s.ID)
		if err != nil {
			t.Fatalf("save %s: %v", s.Title, err)
		}
		t.Log(said)
		_, a, err := d.Best(ctx, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, a.Markdown)
	}
	if !strings.Contains(texts[0], "What it makes") || strings.Contains(texts[0], "Visited 3") {
		t.Errorf("the first article: %s", texts[0])
	}
	if !strings.Contains(texts[1], "The page has the whole text") {
		t.Errorf("the teaser was not completed: %s", texts[1])
	}
	o.Close()
	for i, s := range []feeds.Story{amazon[0], teaser[0]} {
		_, a, err := d.Best(ctx, s.ID)
		if err != nil || a.Markdown != texts[i] || a.Source != "saved" {
			t.Errorf("offline: %v, %s", err, a.Source)
		}
	}
	if n := len(list(t, d, "is:saved")); n != 2 {
		t.Errorf("%d saved", n)
	}
	_, a, _ := d.Article(ctx, amazon[0].ID)
	if data, err := d.Picture(ctx, amazon[0].ID, a.Pictures[0].URL); err != nil || len(data) == 0 {
		t.Errorf("the saved picture: %d bytes, %v", len(data), err)
	}
	folders, err := os.ReadDir(d.SavedDir())
	if err != nil || len(folders) != 2 {
		t.Fatalf("folders: %v, %v", folders, err)
	}
	if err := d.Unsave(ctx, amazon[0].ID); err != nil {
		t.Fatal(err)
	}
	if folders, _ = os.ReadDir(d.SavedDir()); len(folders) != 1 || len(list(t, d, "is:saved")) != 1 {
		t.Errorf("after unsave: %v", folders)
	}
	if sum, err = d.Refresh(ctx, nil, true, nil, nil); err != nil || sum.Failed != 1 || len(list(t, d, "")) != 2 {
		t.Errorf("without the server: %+v, %v", sum, err)
	}
}

// TestSaveFails: what cannot be had is marked broken with its reason, and is kept at the
// next refresh once it can.
func TestSaveFails(t *testing.T) {
	var up atomic.Bool
	var srv *httptest.Server
	srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed" {
			fmt.Fprintf(w, `<rss version="2.0"><channel><title>G</title><item><title>A story</title><link>%s/page</link><guid>1</guid><description>Short [...]</description></item></channel></rss>`, srv.URL)
			return
		}
		if !up.Load() {
			http.Error(w, "no", http.StatusInternalServerError)
			return
		}
		fmt.Fprintf(w, "<html><body><article><h1>A story</h1><p>%s</p></article></body></html>", strings.Repeat("The whole text is here now. ", 60))
	}))
	defer srv.Close()
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: srv.URL + "/feed"}}})
	ctx := t.Context()
	if _, err := d.Refresh(ctx, nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	s := list(t, d, "")[0]
	if _, err := d.Save(ctx, s.ID); err == nil {
		t.Fatal("saving succeeded without the page")
	}
	if s, _ = d.Story(ctx, s.ID); s.Mark.Saved != feeds.Broken || s.Mark.SaveError == "" {
		t.Fatalf("the mark is %v, %q", s.Mark.Saved, s.Mark.SaveError)
	}
	up.Store(true)
	if _, err := d.Refresh(ctx, nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	if s, _ = d.Story(ctx, s.ID); s.Mark.Saved != feeds.Kept {
		t.Errorf("after the refresh the mark is %v, %q", s.Mark.Saved, s.Mark.SaveError)
	}
}

func TestRules(t *testing.T) {
	o := newOutlet(t)
	d := open(t, t.TempDir(), Options{
		Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}},
		Rules: []feeds.Rule{
			{When: "company:amazon", Then: []string{"star"}}, {When: "title:chip", Then: []string{"hide"}},
			{When: "title:plant", Then: []string{"read"}, Until: time.Now().Add(-time.Hour)},
		},
	})
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := list(t, d, ""); len(got) != 1 || !got[0].Mark.Starred || got[0].Mark.Read {
		t.Errorf("after the rules: %+v", got)
	}
	if got := list(t, d, "is:hidden"); len(got) != 1 {
		t.Errorf("hidden: %+v", got)
	}
}

func TestNotAbout(t *testing.T) {
	o := newOutlet(t)
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}})
	ctx := t.Context()
	if _, err := d.Refresh(ctx, nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	s := list(t, d, "company:amazon")[0]
	if err := d.NotAbout(ctx, s.ID, "amazon"); err != nil {
		t.Fatal(err)
	}
	if got := list(t, d, "company:amazon"); len(got) != 0 {
		t.Errorf("still tagged: %+v", got)
	}
	if cs, err := d.Companies(ctx, feeds.Query{}, 0); err != nil || len(cs) != 1 || cs[0].Slug != "nvidia" {
		t.Errorf("companies: %+v, %v", cs, err)
	}
	if lines, err := d.Why(ctx, s.ID); err != nil || len(lines) < 5 {
		t.Errorf("why: %v, %v", lines, err)
	}
}

// TestInterrupted: what has arrived before an interruption is kept.
func TestInterrupted(t *testing.T) {
	o := newOutlet(t)
	hang := make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	defer slow.Close()
	defer close(hang)
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}, {URL: slow.URL + "/feed"}}})
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Refresh(ctx, nil, true, nil, func(feeds.Outcome) { cancel() })
	if err == nil {
		t.Error("an interrupted refresh says that it was whole")
	}
	if got := list(t, d, ""); len(got) != 2 {
		t.Errorf("%d stories are kept", len(got))
	}
}
