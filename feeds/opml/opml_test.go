package opml

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

func TestRoundTrip(t *testing.T) {
	want := []feeds.Subscription{
		{URL: "https://a.example/f?x=1&y=2", Title: `A "quoted" & <odd> title`, Folder: "News", Site: "https://a.example/"},
		{URL: "https://b.example/f", Title: "芯片", Folder: "News"},
		{URL: "http://c.example/f", Title: "C"},
	}
	doc := Write("mine", want, time.Unix(0, 0))
	var x struct {
		Version string `xml:"version,attr"`
	}
	if err := xml.Unmarshal(doc, &x); err != nil || x.Version != "2.0" {
		t.Fatalf("%v\n%s", err, doc)
	}
	got, err := Read(doc)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, got, want)
	}
}

func TestBroken(t *testing.T) {
	got, err := Read([]byte(`<opml><body><outline text="Tech & more"><OUTLINE text='x' xmlURL="https://a.example/?a=1&b=2" ><outline xmlUrl=https://b.example/f
	<outline text="twice" xmlUrl="https://a.example/?a=1&amp;b=2"/><!-- <outline xmlUrl="https://no.example/"/> --><outline xmlUrl="javascript:x"/>`))
	if err != nil || len(got) != 2 || got[0].URL != "https://a.example/?a=1&b=2" || got[0].Folder != "Tech & more" || got[1].URL != "https://b.example/f" {
		t.Errorf("%v %+v", err, got)
	}
	if _, err := Read([]byte("<html>no</html>")); err == nil {
		t.Error("a page is a list")
	}
}

// TestCorpus reads real lists, if they are beside the project, and prints how many of the
// addresses that they name are found.
func TestCorpus(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "corpus", "opml")
	b, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Skip("the corpus is not there")
	}
	var cases []struct {
		File     string
		Path     string
		Expected any
	}
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	total, found, other := 0, 0, 0
	for _, c := range cases {
		urls, ok := c.Expected.([]any)
		if !ok || c.Path != "urls" {
			continue
		}
		doc, err := os.ReadFile(filepath.Join(dir, c.File))
		if err != nil {
			continue
		}
		subs, _ := Read(doc)
		have := make(map[string]bool)
		for _, s := range subs {
			have[s.URL] = true
		}
		miss := 0
		for _, u := range urls {
			if !strings.HasPrefix(u.(string), "http") { // a mailbox or a command of one program
				other++
				continue
			}
			total++
			if have[u.(string)] {
				found++
			} else if miss++; miss < 3 {
				t.Logf("%s: %q is not read", c.File, u)
			}
		}
	}
	if total == 0 {
		t.Skip("no lists")
	}
	t.Logf("%d of %d web addresses (%.2f %%); %d that are none are left out", found, total, 100*float64(found)/float64(total), other)
	if float64(found) < 0.995*float64(total) {
		t.Error("fewer than were reached")
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(`<outline text="a" xmlUrl="https://a.example/"/>`))
	f.Add([]byte("<outline xmlUrl='"))
	f.Fuzz(func(t *testing.T, doc []byte) {
		subs, err := Read(doc)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, s := range subs {
			if seen[s.URL] || !strings.HasPrefix(strings.ToLower(s.URL), "http") || strings.ContainsAny(s.Title+s.Folder, "\n\x1b") {
				t.Fatalf("%+v", s)
			}
			seen[s.URL] = true
		}
		again, err := Read(Write("x", subs, time.Unix(0, 0)))
		if err != nil || len(again) != len(subs) {
			t.Fatalf("written and read again: %v, %d of %d\n%s", err, len(again), len(subs), bytes.TrimSpace(doc))
		}
	})
}
