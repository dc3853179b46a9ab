package query

import (
	"errors"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var now = time.Date(2026, 5, 22, 15, 0, 0, 0, time.UTC) // a Friday

func story() *feeds.Story {
	return &feeds.Story{
		Title: "Nvidia’s café chips", Author: "Ada", Summary: "About GPUs and 芯片技术", FeedTitle: "The Verge", FeedURL: "https://v.example/f", Published: now.Add(-48 * time.Hour),
		Companies: []feeds.Tag{{Slug: "nvidia"}}, Words: 900, Outlets: 3, Kind: feeds.Launch, Lang: "en", Image: "x", Categories: []string{"Hardware"},
	}
}

func TestMatch(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "cafe": true, "chip": false, "chip*": true, `"cafe chips"`: true, `"chips cafe"`: false, "芯片": true, "片芯": false,
		"company:nvidia": true, "company:amd,nvidia": true, "company:amd": false, "-company:amd": true, "feed:verge": true, "author:ada": true,
		"title:gpus": false, "text:gpus": true, "is:unread": true, "is:read": false, "has:image": true, "since:7d": true, "since:24h": false, "on:2026-05-20": true,
		"until:2026-05-19": false, "minutes:<5": true, "words:>1000": false, "outlets:>2": true, "kind:launch": true, "lang:EN": true, "category:hard": true,
		"cafe (company:amd OR kind:launch)": true, "cafe AND company:amd": false, "company:amd OR cafe": true, "NOT cafe": false,
	} {
		q, err := Parse(text, Env{Now: now})
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := Match(q, story(), nil); got != want {
			t.Errorf("%q matches: %v, want %v", text, got, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for text, want := range map[string]struct {
		at, suggest string
		incomplete  bool
	}{
		"compny:x":       {"compny:", "company:", false},
		"a is:unred":     {"unred", "is:unread", true},
		"kind:layoff":    {"layoff", "kind:layoffs", true},
		"(a b":           {"(", "", true},
		`"open`:          {`"open`, "", true},
		"company:":       {"company:", "", true},
		"since:whenever": {"whenever", "", true},
		"minutes:many x": {"many", "", false},
		"a ) b":          {")", "", false},
		"OR x":           {"", "", false},
		"a --b":          {"--", "", false},
	} {
		_, err := Parse(text, Env{Now: now})
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if want.at != "" && text[e.Pos:e.End] != want.at || e.Suggest != want.suggest || e.Incomplete != want.incomplete {
			t.Errorf("%q: at %q, suggests %q, incomplete %v; want %+v", text, text[e.Pos:e.End], e.Suggest, e.Incomplete, want)
		}
	}
	_, err := Parse("company:amazn", Env{Now: now, Company: func(string) (string, bool) { return "amazon", false }})
	if err == nil || !strings.Contains(err.Error(), "company:amazon") {
		t.Errorf("an unknown company: %v", err)
	}
}

func TestWhen(t *testing.T) {
	for s, want := range map[string]string{
		"today": "2026-05-22T00:00:00Z", "yesterday": "2026-05-21T00:00:00Z", "7d": "2026-05-15T15:00:00Z", "2w": "2026-05-08T15:00:00Z", "3mo": "2026-02-22T15:00:00Z",
		"wed": "2026-05-20T00:00:00Z", "2026-05": "2026-05-01T00:00:00Z", "2026-05-01": "2026-05-01T00:00:00Z", "2025": "2025-01-01T00:00:00Z",
	} {
		begin, _, ok := When(s, now)
		if !ok || begin.Format(time.RFC3339) != want {
			t.Errorf("When(%q) = %v, %v, want %s", s, begin, ok, want)
		}
	}
	for _, s := range []string{"", "soon", "5x", "2026-13-01", "-3d"} {
		if _, _, ok := When(s, now); ok {
			t.Errorf("When(%q) makes sense", s)
		}
	}
}

func TestComplete(t *testing.T) {
	known := Known{Companies: []string{"amazon", "amd"}, Folders: []string{"Big Tech"}}
	for text, want := range map[string]string{"comp": "company:", "a company:am": "amazon", "company:nvidia,amd": "", "is:st": "starred", "folder:big": `"Big Tech"`, "-is:re": "read"} {
		got := ""
		if cs := Complete(text, len(text), known, 5); len(cs) > 0 {
			got = cs[0].Text
		}
		if got != want {
			t.Errorf("%q completes to %q, want %q", text, got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`a (b OR -c) "d e" company:x,y since:7d`, "((((", "a:b:c", "-", "\"\\\"", "is:", "words:>=9999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		q, err := Parse(s, Env{Now: now})
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Pos < 0 || e.End > len(s) || e.Error() == "" {
				t.Fatalf("%q: %#v", s, err)
			}
			return
		}
		Match(q, story(), nil)
		Words(q)
		Complete(s, len(s), Known{Companies: []string{"amazon"}}, 5)
	})
}
