package command

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"nightdesk/config"
	"nightdesk/feeds"
	"nightdesk/feeds/desk"
)

func TestExport(t *testing.T) {
	h := newHouse(t)
	h.must("refresh")
	h.must("save", strings.Fields(h.must("list", "company:nvidia", "has:image", "--limit", "1"))[0])

	t.Run("jsonl", func(t *testing.T) {
		lines := strings.Split(strings.TrimSpace(h.must("export", "--format", "jsonl")), "\n")
		if n := len(strings.Split(strings.TrimSpace(h.must("list", "--limit", "0")), "\n")); n != len(lines) || n < 60 {
			t.Errorf("%d lines of %d stories", len(lines), n)
		}
		for _, l := range lines {
			var s struct{ ID, Title, Markdown string }
			if err := json.Unmarshal([]byte(l), &s); err != nil || s.ID == "" || s.Title == "" || s.Markdown == "" {
				t.Errorf("%v: %.200s", err, l)
			}
		}
	})
	t.Run("feed", func(t *testing.T) {
		for format, kind := range map[string]string{"feed": "rss", "jsonfeed": "json"} {
			f, err := gofeed.NewParser().ParseString(h.must("export", "company:amazon", "--format", format))
			if err != nil || f.FeedType != kind || len(f.Items) < 2 {
				t.Fatalf("%s: %v: %+v", format, err, f)
			}
			for _, it := range f.Items {
				if it.Title == "" || it.Link == "" || it.PublishedParsed == nil || it.Content == "" || !strings.Contains(strings.Join(it.Categories, " "), "Amazon") {
					t.Errorf("%s: %+v", format, it)
				}
			}
		}
	})
	t.Run("html", func(t *testing.T) {
		file := h.path("saved.html")
		h.must("export", "is:saved", "-o", file)
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if page := string(b); !strings.Contains(page, "data:image/") || strings.Contains(page, "src=\"http") || strings.Contains(page, "<script") {
			t.Error("the page needs something else")
		}
		h.must("export", "is:saved", "-o", file) // again over it
	})
	t.Run("epub", func(t *testing.T) {
		file := h.path("all.epub")
		h.must("export", "-o", file)
		z, err := zip.OpenReader(file)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		if len(z.File) < 70 {
			t.Errorf("%d files", len(z.File))
		}
	})
	t.Run("markdown", func(t *testing.T) {
		dir := h.path("notes")
		h.must("export", "company:nvidia", "--format", "markdown", "-o", dir)
		files, _ := filepath.Glob(filepath.Join(dir, "*", "article.md"))
		if len(files) < 3 {
			t.Fatalf("%d articles", len(files))
		}
		pictures, _ := filepath.Glob(filepath.Join(dir, "*", "*.png"))
		if len(pictures) == 0 {
			t.Error("the saved article's picture is not there")
		}
		b, _ := os.ReadFile(files[0])
		if err := os.WriteFile(files[0], append(b, "my note\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		_, errs, _ := h.run("export", "company:nvidia", "--format", "markdown", "-o", dir)
		again, _ := filepath.Glob(filepath.Join(dir, "*", "article.md"))
		if now, _ := os.ReadFile(files[0]); len(again) != len(files) || !strings.HasSuffix(string(now), "my note\n") || !strings.Contains(errs, "1 story was edited by hand") {
			t.Errorf("%d articles became %d: %s", len(files), len(again), errs)
		}
		other := h.path("other")
		if err := os.MkdirAll(filepath.Join(other, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		h.fails(1, "other things", "export", "--format", "markdown", "-o", other)
	})
	h.fails(2, "--format", "export")
	h.fails(2, "not \"pdf\"", "export", "--format", "pdf")
	h.fails(2, "-o PATH", "export", "--format", "markdown")
	h.fails(2, "compny", "export", "compny:x", "--format", "jsonl")
	h.fails(1, "no story matches", "export", "title:zzzzz", "--format", "html")
	h.fails(1, "missing", "export", "--format", "html", "-o", h.path("missing/x.html"))
}

// TestExportGoesOn: a story that is deleted while an export runs is left out, and told.
func TestExportGoesOn(t *testing.T) {
	h := newHouse(t)
	h.must("refresh")
	c, err := config.Load(h.path("config.toml"), func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.Open(t.Context(), desk.Options{Database: h.path("data/nightdesk.db"), SavedDir: h.path("data/saved"), Subscriptions: c.Subscriptions()})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	all, err := d.List(t.Context(), feeds.ListRequest{})
	if err != nil || len(all) < 10 {
		t.Fatalf("%d stories: %v", len(all), err)
	}
	var errs bytes.Buffer
	e := &exporter{a: &app{Env: Env{Stderr: &errs, Now: time.Now}}, d: d}
	var got []string
	err = e.each(t.Context(), func(s feeds.Story, _ *feeds.Article) error {
		if got = append(got, s.ID); len(got) == 1 {
			yes := true
			if _, err := d.Mark(t.Context(), []string{all[3].ID, all[5].ID}, feeds.Change{Read: &yes}); err != nil {
				return err
			}
			n, err := d.Store().Retain(t.Context(), feeds.Retention{ReadFor: time.Hour}, time.Now().AddDate(1, 0, 0))
			if n != 2 {
				t.Errorf("%d deleted", n)
			}
			return err
		}
		return nil
	})
	if err != nil || len(got) != len(all)-2 || slices.Contains(got, all[3].ID) || !strings.Contains(errs.String(), "2 stories were deleted meanwhile") {
		t.Errorf("%d of %d: %v; %q", len(got), len(all), err, errs.String())
	}
}

// TestExportTooMany: a book of more stories than one can hold is refused in words, not cut.
func TestExportTooMany(t *testing.T) {
	dir := t.TempDir()
	d, err := desk.Open(t.Context(), desk.Options{Database: filepath.Join(dir, "nightdesk.db"), SavedDir: dir, Subscriptions: []feeds.Subscription{{URL: "https://g.example/feed"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	fs, err := d.Feeds(t.Context())
	if err != nil || len(fs) != 1 {
		t.Fatalf("%d feeds: %v", len(fs), err)
	}
	b := feeds.Batch{FeedID: fs[0].ID}
	for i := range maxBook + 1 {
		b.Stories = append(b.Stories, feeds.Story{FeedID: fs[0].ID, GUID: strconv.Itoa(i), Title: "Story " + strconv.Itoa(i), Published: time.Now(), Hash: uint64(i + 1)})
	}
	if _, err := d.Store().SaveStories(t.Context(), []feeds.Batch{b}); err != nil {
		t.Fatal(err)
	}
	for limit, fits := range map[int]bool{0: false, maxBook + 1: false, maxBook: true, 3: true} {
		for _, format := range []string{"html", "epub"} {
			var out bytes.Buffer
			e := &exporter{a: &app{Env: Env{Stderr: io.Discard, Now: time.Now}}, d: d, req: feeds.ListRequest{Limit: limit}}
			err := e.write(t.Context(), &out, format)
			if fits && (err != nil || out.Len() == 0) || !fits && (err == nil || !strings.Contains(err.Error(), "more than 2000 stories match") || out.Len() > 0 || e.n > 0) {
				t.Errorf("%s with limit %d: %v, %d bytes, %d stories read", format, limit, err, out.Len(), e.n)
			}
		}
	}
}

func TestBrief(t *testing.T) {
	h := newHouse(t)
	if _, errs, code := h.run("brief"); code != 0 || !strings.Contains(errs, "No story since") {
		t.Errorf("an empty day: exit %d: %s", code, errs)
	}
	h.must("refresh")
	all := h.must("brief", "--since", "7d")
	for _, want := range []string{"# The news since ", "## In brief", "## By company", "- **Amazon**", "*That is all.*", "layoffs · Amazon"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	short := h.must("brief", "--since", "7d", "--minutes", "1")
	if len(short) >= len(all) || !strings.Contains(short, "left out") {
		t.Errorf("a minute of\n%s", short)
	}
	if one := h.must("brief", "company:spotify", "--since", "10d"); !strings.Contains(one, "Spotify") || strings.Contains(one, "Cloudflare") {
		t.Errorf("a query's briefing:\n%s", one)
	}
	page := h.must("brief", "--since", "7d", "--format", "html")
	if !strings.Contains(page, "<h3>") || strings.Contains(page, "<script") {
		t.Errorf("%.600s", page)
	}
	h.must("brief", "--since", "7d", "-o", h.path("week.epub"))
	if _, err := zip.OpenReader(h.path("week.epub")); err != nil {
		t.Error(err)
	}
	h.fails(2, "since:", "brief", "--since", "whenever")
	h.fails(2, "--format", "brief", "--format", "pdf")
}

// A private feed's password and token stay at home, whatever is written.
func TestExportNamesNoSecret(t *testing.T) {
	h := newHouse(t)
	conf, err := os.ReadFile(h.path("config.toml"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(strings.SplitAfterN(string(conf), `url = "`, 2)[1], `"`)
	private := strings.Replace(first, "://", "://me:hunter2@", 1) + "?token=s3cret"
	if err := os.WriteFile(h.path("config.toml"), []byte("[[feed]]\nurl = \""+private+"\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	h.must("refresh")
	files := map[string]string{"folder": ""}
	for _, format := range []string{"jsonl", "feed", "jsonfeed", "html", "epub"} {
		files[format] = h.must("export", "--format", format)
	}
	h.must("export", "--format", "markdown", "-o", h.path("folder"))
	articles, err := filepath.Glob(h.path("folder/*/article.md"))
	if err != nil || len(articles) == 0 {
		t.Fatalf("%d articles: %v", len(articles), err)
	}
	for _, a := range articles {
		b, err := os.ReadFile(a)
		if err != nil {
			t.Fatal(err)
		}
		files["folder"] += string(b)
	}
	for format, s := range files {
		if s == "" || strings.Contains(s, "hunter2") || strings.Contains(s, "s3cret") {
			t.Errorf("%s: %d bytes, with the password %v, with the token %v", format, len(s), strings.Contains(s, "hunter2"), strings.Contains(s, "s3cret"))
		}
	}
}
