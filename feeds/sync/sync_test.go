package sync

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
)

var noon = time.Date(2026, 5, 22, 12, 0, 0, 0, time.UTC)

// canned answers every request with the same bytes.
type canned []byte

func (c canned) Get(context.Context, fetch.Request) (*fetch.Response, error) {
	return &fetch.Response{Status: 200, Body: slices.Clone(c)}, nil
}

func (c canned) Send(context.Context, fetch.Sending) (*fetch.Response, error) {
	return &fetch.Response{Status: 200, Body: slices.Clone(c)}, nil
}

func TestCanonicalID(t *testing.T) {
	for in, want := range map[string]string{
		"tag:google.com,2005:reader/item/5d0cfa30041d4348": "6705009029382226760",
		"tag:google.com,2005:reader/item/ffffffffffffffff": "-1",
		"6705009029382226760":                              "6705009029382226760",
		"-1":                                               "-1",
		"18446744073709551615":                             "-1",
		"":                                                 "", "0": "", "x": "", "tag:google.com,2005:reader/item/xyz": "",
	} {
		got, ok := canonicalID(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q %v", in, got, ok)
		}
	}
}

func TestMerge(t *testing.T) {
	for _, c := range []struct{ agreed, here, there, want bool }{
		{false, false, false, false}, {false, true, false, true}, {false, false, true, true}, {false, true, true, true},
		{true, true, true, true}, {true, false, true, false}, {true, true, false, false}, {true, false, false, false},
	} {
		if got := merge(c.agreed, c.here, c.there); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

func TestName(t *testing.T) {
	c := Config{Kind: "greader", URL: "https://me:secret@RSS.example/api/greader.php/?token=secret", User: "ann", Token: "secret"}
	if got := c.Name(); got != "greader rss.example/api/greader.php ann" {
		t.Errorf("the name: %q", got)
	}
	for _, bad := range []Config{{Kind: "miniflux", URL: "file:///etc/passwd"}, {Kind: "miniflux"}, {Kind: "ttrss", URL: "https://a.example"}} {
		if _, err := Open(bad, canned(nil), time.Now); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// FuzzAnswers reads any answer as that of a server: no crash, no endless loop, and what
// comes of it has ids that can be sent back.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"id":1,"total":1,"entries":[{"id":5,"feed_id":7,"status":"unread","starred":true,"url":"https://a.example/1","title":"t","published_at":"2026-05-22T10:00:00Z","feed":{"id":7,"feed_url":"https://a.example/feed"},"enclosures":[{"url":"x","size":1}]}]}`))
	f.Add([]byte(`[{"id":7,"feed_url":"https://a.example/feed","site_url":"https://a.example","title":"A","category":{"id":1,"title":"All"}}]`))
	f.Add([]byte("SID=x\nAuth=ann/1\n"))
	f.Add([]byte(`{"subscriptions":[{"id":"feed/7","title":"A","url":"https://a.example/feed","categories":[{"id":"user/-/label/x","label":"x"}]}],"itemRefs":[{"id":"5"},{"id":6}],"continuation":"6",
"items":[{"id":"tag:google.com,2005:reader/item/0000000000000005","published":1779400000,"title":"t","alternate":[{"href":"https://a.example/1"}],"summary":{"content":"<p>x"},"categories":["user/1/state/com.google/read"],"origin":{"streamId":"feed/7"}}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, kind := range []string{"miniflux", "greader"} {
			s, err := Open(Config{Kind: kind, URL: "https://a.example", User: "ann", Token: "x"}, canned(b), func() time.Time { return noon })
			if err != nil {
				t.Fatal(err)
			}
			_ = s.Login(t.Context())
			_, _ = s.Feeds(t.Context())
			n := 0
			err = s.Changed(t.Context(), time.Time{}, map[string]feeds.Synced{"5": {Remote: "5", Starred: true}}, func(part []Entry) error {
				for _, e := range part {
					if id, err := strconv.ParseInt(e.ID, 10, 64); err != nil || id == 0 || strconv.FormatInt(id, 10) != e.ID {
						t.Fatalf("an entry with the id %q", e.ID)
					}
				}
				n += len(part)
				return nil
			})
			if n > maxEntries {
				t.Fatalf("%d entries", n)
			}
			if err != nil && strings.ContainsAny(err.Error(), "\x00\x1b\n") {
				t.Fatalf("the error %q", err)
			}
		}
	})
}
