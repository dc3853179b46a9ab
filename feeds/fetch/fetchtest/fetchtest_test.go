package fetchtest

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"io"
	"net/http"
	"testing"
)

func ask(t *testing.T, url, etag string) (*http.Response, []byte) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), "GET", url, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	if etag != "" {
		r.Header.Set("If-None-Match", etag)
	}
	tr := &http.Transport{DisableKeepAlives: true}
	res, err := tr.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if b, err = io.ReadAll(z); err != nil {
			t.Fatal(err)
		}
	}
	return res, b
}

func TestServer(t *testing.T) {
	s := New(Options{Feeds: 20, Items: 5, Hosts: 3, Changed: 0.25})
	defer s.Close()
	type item struct {
		GUID string `xml:"guid"`
		Text string `xml:"encoded"`
	}
	var doc struct {
		Items []item `xml:"channel>item"`
	}
	etags := make([]string, s.Len())
	for i := range s.Len() {
		res, b := ask(t, s.URL(i), "")
		etags[i] = res.Header.Get("ETag")
		doc.Items = nil
		if err := xml.Unmarshal(b, &doc); err != nil || len(doc.Items) != 5 {
			t.Fatalf("feed %d: %d items, %v", i, len(doc.Items), err)
		}
		if n := len(doc.Items[0].Text); n < 3500 || n > 4600 {
			t.Errorf("an item of %d bytes", n)
		}
	}
	for round := range 3 {
		s.Next()
		changed := 0
		for i := range s.Len() {
			if res, b := ask(t, s.URL(i), etags[i]); res.StatusCode == 200 {
				changed++
				doc.Items = nil
				if xml.Unmarshal(b, &doc) != nil || len(doc.Items) != 5 {
					t.Fatalf("feed %d: %d items", i, len(doc.Items))
				}
				etags[i] = res.Header.Get("ETag")
			}
		}
		if changed != 5 {
			t.Errorf("round %d: %d feeds changed", round, changed)
		}
	}
	if s.Requests.Load() != 80 || s.NotModified.Load() != 45 {
		t.Errorf("%d requests, %d not modified", s.Requests.Load(), s.NotModified.Load())
	}
	a, b := s.Document(1, 0), s.Document(1, 1)
	// all but the oldest item is the same to the byte, one further down
	from := bytes.Index(a, []byte("<item>"))
	to := bytes.LastIndex(a, []byte("<item>"))
	if !bytes.Contains(b, a[from:to]) {
		t.Error("the items that stay are not the same")
	}
}
