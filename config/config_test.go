package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nightdesk/feeds"
)

func noenv(string) string { return "" }

func TestErrors(t *testing.T) {
	for src, want := range map[string]Error{
		"\n[reader]\nwidht = 3\n":                                  {Line: 3, Column: 1, Suggest: `"width"`},
		"cataloge = true":                                          {Line: 1, Column: 1, Suggest: `"catalogue"`},
		"[[feed]]\nurl = \"ftp://x\"":                              {Line: 2, Column: 8},
		"[[feed]]\ntitle = \"x\"":                                  {Line: 1, Column: 1},
		"[[rule]]\nwhen = \"a\"\nthen = [\"stra\"]":                {Line: 3, Column: 10, Suggest: "star"},
		"[[feed]]\nurl=\"https://a\"\n[[feed]]\nurl=\"https://a\"": {Line: 2, Column: 6},
		"[reader]\nimages = \"atuo\"":                              {Line: 2, Column: 11, Suggest: "auto"},
		"a = ":                                                     {Line: 1},
	} {
		_, err := Parse("c.toml", []byte(src), noenv)
		var e *Error
		if !errors.As(err, &e) {
			t.Errorf("%q: %v", src, err)
			continue
		}
		if e.Line != want.Line || want.Column != 0 && e.Column != want.Column || e.Suggest != want.Suggest || !strings.HasPrefix(e.Error(), "c.toml:") {
			t.Errorf("%q: %d:%d %q (%v)", src, e.Line, e.Column, e.Suggest, err)
		}
	}
}

func TestSubscriptions(t *testing.T) {
	for src, want := range map[string]int{
		"": len(catalogue), "catalogue = false": 0, "[[feed]]\nurl = \"https://a\"": 1, "catalogue = true\n[[feed]]\nurl = \"https://a\"": len(catalogue) + 1,
		"catalogue = true\n[[feed]]\nurl = \"" + catalogue[1][3] + "\"\nenabled = false": len(catalogue) - 1,
	} {
		c, err := Parse("c", []byte(src), noenv)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(c.Subscriptions()); n != want {
			t.Errorf("%q: %d feeds, want %d", src, n, want)
		}
	}
	if s := Catalogue()[0]; s.URL != "https://dexternights.com/category/technology/feed/" {
		t.Errorf("the catalogue begins with %s", s.URL)
	}
	c, err := Parse("c", []byte("[[feed]]\nurl = \"https://a\"\ninterval = \"2d\"\nheaders = { Authorization = \"env:TOKEN\" }"), func(k string) string { return "secret of " + k })
	if err != nil || c.Subscriptions()[0].Headers["Authorization"] != "secret of TOKEN" || c.Subscriptions()[0].Interval.Hours() != 48 {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWhere(t *testing.T) {
	env := map[string]string{"XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s", "NIGHTDESK_LOG": "/l"}
	p := Where("", "", "", func(k string) string { return env[k] })
	if filepath.ToSlash(p.Config) != "/c/nightdesk/config.toml" || filepath.ToSlash(p.Database) != "/d/nightdesk/nightdesk.db" || p.Log != "/l" {
		t.Errorf("%+v", p)
	}
	if p = Where("/x.toml", "/data", "", func(k string) string { return env[k] }); p.Config != "/x.toml" || filepath.ToSlash(p.Saved) != "/data/saved" {
		t.Errorf("%+v", p)
	}
}

// TestEdit: adding a feed and removing it again gives the same file to the byte.
func TestEdit(t *testing.T) {
	for _, src := range []string{
		"# mine\ncatalogue = false # really\n\n[[feed]]\nurl = \"https://a\" # first\n\n# about b\n[[feed]]\nurl = 'https://b'\n",
		"catalogue = true\r\n\r\n[reader]\r\nwidth = 70\r\n",
	} {
		path := filepath.Join(t.TempDir(), "sub", "config.toml")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(src), 0o644); err != nil {
			t.Fatal(err)
		}
		add := feeds.Subscription{URL: "https://new.example/f?a=1&b", Title: `A "quoted" title`, Folder: "T"}
		if err := AddFeed(path, add); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, noenv)
		if err != nil || c.Feeds[len(c.Feeds)-1].URL != add.URL || c.Feeds[len(c.Feeds)-1].Title != add.Title {
			t.Fatalf("%v: %+v", err, c)
		}
		if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), src) {
			t.Errorf("the file before it changed:\n%s", b)
		}
		if err := AddFeed(path, add); err == nil {
			t.Error("the same feed was added twice")
		}
		if err := RemoveFeed(path, add.URL); err != nil {
			t.Fatal(err)
		}
		if b, _ := os.ReadFile(path); strings.TrimSpace(string(b)) != strings.TrimSpace(src) {
			t.Errorf("after both:\n%q\nwant\n%q", b, src)
		}
		if st, _ := os.Stat(path); st.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v", st.Mode())
		}
	}
}

func TestAddToNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x", "config.toml")
	if err := AddFeed(path, feeds.Subscription{URL: "https://new.example/f"}); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, noenv)
	if err != nil || len(c.Subscriptions()) != len(catalogue)+1 {
		t.Errorf("%v, %d feeds", err, len(c.Subscriptions()))
	}
	if err := RemoveFeed(path, catalogue[0][3]); err != nil {
		t.Fatal(err)
	}
	if c, err = Load(path, noenv); err != nil || len(c.Subscriptions()) != len(catalogue) {
		t.Errorf("%v, %d feeds", err, len(c.Subscriptions()))
	}
	if err := Init(path); err == nil {
		t.Error("init wrote over a config")
	}
}

func TestTemplate(t *testing.T) {
	if _, err := Parse("template", []byte(template), noenv); err != nil {
		t.Error(err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("[[feed]]\nurl = \"https://a\"\n[keys]\nsave = \"s\""))
	f.Fuzz(func(t *testing.T, b []byte) {
		c, err := Parse("c", b, noenv)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		c.Subscriptions()
	})
}

func FuzzAddFeed(f *testing.F) {
	f.Add("catalogue = true\n", "https://a", "t")
	f.Fuzz(func(t *testing.T, src, url, title string) {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		err := AddFeed(path, feeds.Subscription{URL: url, Title: title})
		b, readErr := os.ReadFile(path)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if err != nil {
			if string(b) != src {
				t.Fatalf("an error, and the file changed: %v", err)
			}
			return
		}
		c, err := Parse(path, b, noenv)
		if err != nil || c.Feeds[len(c.Feeds)-1].URL != url {
			t.Fatalf("%v\n%s", err, b)
		}
	})
}

// TestEditOthers: what is taken out or renamed is one feed and nothing of another.
func TestEditOthers(t *testing.T) {
	const a, b = "https://a.example/title", "https://b.example/f"
	remove := func(p string) error { return RemoveFeed(p, b) }
	rename := func(p string) error { return RenameFeed(p, a, "New") }
	for name, c := range map[string]struct {
		src  string
		do   func(string) error
		want string // "" if it has to be refused
	}{
		"a table of its own goes with it": {
			"[[feed]]\nurl = \"" + a + "\"\n\n[[feed]]\nurl = \"" + b + "\"\n[feed.headers]\nAuthorization = \"env:B\"\n", remove,
			"[[feed]]\nurl = \"" + a + "\"\n",
		},
		"a header within a text": {
			"[[feed]]\nurl = \"" + a + "\"\nfilter = \"\"\"\n[[feed]]\nurl = \"" + b + "\"\n\"\"\"\n[[feed]]\nurl = \"" + b + "\"\n", remove, "",
		},
		"title in the address": {"[[feed]]\nurl = \"" + a + "\"\n", rename, "[[feed]]\nurl = \"" + a + "\"\ntitle = \"New\"\n"},
		"a comment stays":      {"[[feed]]\nurl = \"" + a + "\"\ntitle = 'Old' # mine\n", rename, "[[feed]]\nurl = \"" + a + "\"\ntitle = \"New\" # mine\n"},
		"no end of line":       {"[[feed]]\nurl = \"" + a + "\"", rename, "[[feed]]\nurl = \"" + a + "\"\ntitle = \"New\"\n"},
	} {
		path := filepath.Join(t.TempDir(), "c.toml")
		if err := os.WriteFile(path, []byte(c.src), 0o600); err != nil {
			t.Fatal(err)
		}
		err := c.do(path)
		got, _ := os.ReadFile(path)
		if c.want == "" {
			if err == nil || string(got) != c.src {
				t.Errorf("%s: %v\n%s", name, err, got)
			}
		} else if err != nil || strings.TrimSpace(string(got)) != strings.TrimSpace(c.want) {
			t.Errorf("%s: %v\n%q\nwant\n%q", name, err, got, c.want)
		}
	}
	path := filepath.Join(t.TempDir(), "c.toml")
	if err := AddFeed(path, feeds.Subscription{URL: "https://\x81"}); err == nil {
		t.Error("an address that is no text was added")
	}
}

func TestViews(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	src := "# mine\r\n[[view]]\r\nname = 'Old'\r\nquery = \"is:starred\"\r\n"
	if err := os.WriteFile(path, []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := SaveView(path, `Chips "now"`, `company:nvidia "a phrase"`); err != nil {
		t.Fatal(err)
	}
	c, err := Load(path, noenv)
	if err != nil || len(c.Views) != 2 || c.Views[1] != (View{`Chips "now"`, `company:nvidia "a phrase"`}) {
		t.Fatalf("%v: %+v", err, c)
	}
	if err := RenameView(path, "Old", `Older "still"`); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), "# mine\r\n[[view]]\r\nname = \"Older \\\"still\\\"\"\r\nquery = \"is:starred\"\r\n") {
		t.Errorf("%q", b)
	}
	for _, err := range []error{RenameView(path, "Old", "x"), RenameView(path, `Chips "now"`, `Older "still"`), RenameView(path, `Chips "now"`, ""), RenameView(path, `Chips "now"`, "\xff")} {
		if err == nil {
			t.Error("a rename that makes no sense was done")
		}
	}
	if err := RenameView(path, `Older "still"`, "Old"); err != nil {
		t.Fatal(err)
	}
	src = strings.Replace(src, "'Old'", `"Old"`, 1)
	for _, err := range []error{SaveView(path, "Old", "x"), SaveView(path, "Bad", "\xff"), DropView(path, "None")} {
		if err == nil {
			t.Error("what makes no sense was done")
		}
	}
	if err := DropView(path, `Chips "now"`); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); strings.TrimSpace(string(b)) != strings.TrimSpace(src) {
		t.Errorf("%q became %q", src, b)
	}
	if err := DropView(path, "Old"); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(path); !strings.HasPrefix(string(b), "# mine\r\n") || strings.Contains(string(b), "view") {
		t.Errorf("%q", b)
	}
}

func TestMoveFeed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.toml")
	for _, tc := range [][2]string{
		{"[[feed]]\nurl = \"https://a.example/folder\" # one\n", "[[feed]]\nurl = \"https://a.example/folder\" # one\nfolder = \"Tech & more\"\n"},
		{"[[feed]]\nfolder = \"News\" # was\nurl = \"https://a.example/folder\"", "[[feed]]\nfolder = \"Tech & more\" # was\nurl = \"https://a.example/folder\""},
	} {
		if err := os.WriteFile(path, []byte(tc[0]), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := MoveFeed(path, "https://a.example/folder", "Tech & more"); err != nil {
			t.Error(err)
		}
		if b, _ := os.ReadFile(path); string(b) != tc[1] {
			t.Errorf("got %q, want %q", b, tc[1])
		}
	}
	if err := MoveFeed(path, "https://none.example/", "x"); err == nil {
		t.Error("a feed that is not there was moved")
	}
}
