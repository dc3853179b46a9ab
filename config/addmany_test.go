package config

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"nightdesk/feeds"
)

func TestAddFeeds(t *testing.T) {
	three := []feeds.Subscription{
		{URL: "https://a.example/feed", Title: "A \"quoted\"", Tags: []string{"x", "y"}},
		{URL: "https://b.example/feed", Filter: "sh -c 'a | b'"},
		{URL: "https://a.example/feed"},
	}
	for _, c := range []struct{ name, src, want string }{
		{"no file", "", "catalogue = true\n\n[[feed]]\nurl = \"https://a.example/feed\"\n"},
		{"comments stay", "# mine\ncatalogue = false # so\n[[feed]] # b\nurl = \"https://b.example/feed\"\nenabled = false # off", "enabled = false # off\n\n[[feed]]\nurl = \"https://a.example/feed\"\n"},
		{"Windows", "catalogue = false\r\n", "catalogue = false\r\n\r\n[[feed]]\r\nurl = "},
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		if c.src != "" {
			if err := os.WriteFile(path, []byte(c.src), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		added, err := AddFeeds(path, three)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), c.want) || !strings.HasPrefix(string(b), c.src) && c.src != "" {
			t.Errorf("%s:\n%s", c.name, b)
		}
		conf, err := Load(path, func(string) string { return "" })
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for _, f := range conf.Feeds {
			urls = append(urls, f.URL)
		}
		slices.Sort(urls)
		if !slices.Equal(urls, []string{"https://a.example/feed", "https://b.example/feed"}) {
			t.Errorf("%s: %q", c.name, urls)
		}
		if c.name == "comments stay" && len(added) != 1 || c.name != "comments stay" && len(added) != 2 {
			t.Errorf("%s: added %q", c.name, added)
		}
		if again, err := AddFeeds(path, three); err != nil || len(again) != 0 {
			t.Errorf("%s: a second time %q, %v", c.name, again, err)
		}
		if c, err := os.ReadFile(path); err != nil || string(c) != string(b) {
			t.Error("a second time changes the file")
		}
	}
	path := filepath.Join(t.TempDir(), "config.toml")
	if _, err := AddFeeds(path, []feeds.Subscription{{URL: "https://a.example"}, {URL: "nothing"}}); err == nil {
		t.Error("an address that no config may have is written")
	} else if _, err := os.Stat(path); err == nil {
		t.Error("half of it is written")
	}
}
