package library

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var now = time.Date(2026, 5, 23, 8, 0, 0, 0, time.UTC)

func sample(title string) (*feeds.Story, *feeds.Article) {
	return &feeds.Story{
			ID: "k3f9q2aa", Title: title, URL: "https://g.example/a", FeedTitle: `The "Gazette": daily`, FeedURL: "https://g.example/feed", GUID: "tag:1\\x", Author: "Ada – B",
			Published: now.AddDate(0, 0, -1), Companies: []feeds.Tag{{Slug: "amazon"}, {Slug: "nvidia"}}, Categories: []string{"a, b"},
		}, &feeds.Article{
			URL: "https://g.example/a", Markdown: "First.\n\n![p](https://g.example/p.png)\n\n## Second\n\n---\n\nThird.", Words: 3, Lang: "en",
			Pictures: []feeds.Picture{{URL: "https://g.example/p.png", File: "picture-1.png", Data: []byte("png")}},
		}
}

func TestRoundTrip(t *testing.T) {
	l := New(filepath.Join(t.TempDir(), "saved"))
	s, a := sample("Quotes \" and 芯片 and #signs")
	name, err := l.Write(s, a, "", now)
	if err != nil {
		t.Fatal(err)
	}
	if name != "2026-05-22-quotes-and-芯片-and-signs" {
		t.Errorf("the folder is %q", name)
	}
	e, err := l.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if e.Article.Title != s.Title || e.Outlet != s.FeedTitle || e.Article.Author != s.Author || !e.Article.Published.Equal(s.Published) || e.GUID != s.GUID || e.ID != s.ID ||
		!reflect.DeepEqual(e.Slugs, []string{"amazon", "nvidia"}) || e.Article.Words != 3 || !e.Saved.Equal(now) {
		t.Errorf("read back: %+v", e)
	}
	if want := strings.ReplaceAll(a.Markdown, "https://g.example/p.png", "picture-1.png"); strings.TrimSpace(e.Article.Markdown) != want {
		t.Errorf("the text:\n%s\nwant\n%s", e.Article.Markdown, want)
	}
	if b, err := l.Picture(name, "picture-1.png"); err != nil || string(b) != "png" {
		t.Errorf("the picture: %q, %v", b, err)
	}
	if _, err := l.Picture(name, "../../x"); err == nil {
		t.Error("a picture outside the folder was read")
	}
}

func TestNames(t *testing.T) {
	base := t.TempDir()
	l := New(filepath.Join(base, "saved"))
	for i, title := range []string{"../../../etc/passwd", "/abs/olute", "CON", "...", "-rf", "a\x00b\x1b[0m", strings.Repeat("long ", 200), "", "same", "same", "SAME"} {
		s, a := sample(title)
		s.ID = fmt.Sprint("story", i)
		name, err := l.Write(s, a, "", now)
		if err != nil {
			t.Errorf("%q: %v", title, err)
			continue
		}
		if name != filepath.Base(name) || strings.HasPrefix(name, ".") || len(name) > 100 {
			t.Errorf("%q: the folder %q", title, name)
		}
	}
	all, err := l.Folders()
	if err != nil || len(all) != 11 {
		t.Errorf("%d folders, %v: two stories share one", len(all), err)
	}
	if es, _ := os.ReadDir(base); len(es) != 1 {
		t.Errorf("something was written outside: %v", es)
	}
}

func TestEdited(t *testing.T) {
	l := New(t.TempDir())
	s, a := sample("A story")
	name, err := l.Write(s, a, "", now)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.Write(s, a, name, now.Add(time.Hour)); err != nil || again != name {
		t.Fatalf("writing it again: %q, %v", again, err)
	}
	file := filepath.Join(l.Dir(), name, ArticleFile)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(b, "\nMy own note.\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Write(s, a, name, now); !errors.Is(err, ErrEdited) {
		t.Errorf("an edited text was written over: %v", err)
	}
	if err := l.Remove(name); !errors.Is(err, ErrEdited) {
		t.Errorf("an edited text was removed: %v", err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Remove(name); err != nil {
		t.Error(err)
	}
	if err := l.Remove("../x"); err != nil {
		t.Error(err)
	}
	if all, _ := l.Folders(); len(all) != 0 {
		t.Errorf("left: %v", all)
	}
}

func TestPictureNames(t *testing.T) {
	l := New(t.TempDir())
	for _, file := range []string{"../x", "a/b", `a\b`, "..", ".hidden"} {
		s, a := sample("A story")
		a.Pictures[0].File = file
		if _, err := l.Write(s, a, "", now); err == nil {
			t.Errorf("a picture was written as %q", file)
		}
	}
	if all, _ := l.Folders(); len(all) != 0 {
		t.Errorf("half an article is there: %v", all)
	}
}

func TestPlantedLink(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	l := New(dir)
	s, a := sample("A story")
	if err := os.Symlink(outside, filepath.Join(dir, ".writing-"+s.ID)); err != nil {
		t.Skip(err)
	}
	if _, err := l.Write(s, a, "", now); err != nil {
		t.Fatal(err)
	}
	if es, _ := os.ReadDir(outside); len(es) != 0 {
		t.Errorf("written through a link: %v", es)
	}
}

func FuzzParse(f *testing.F) {
	s, a := sample("x")
	f.Add(Format(s, a, now))
	f.Add([]byte("---\ntitle: 'it''s'\npublished: 2026-01-01\ncompanies: [a, b]\n---\ntext"))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Parse(b)
		if err != nil {
			return
		}
		if strings.ContainsAny(e.Article.Title+e.Outlet+e.Article.Author, "\x1b\n") || strings.Contains(e.Article.Markdown, "\x1b") || e.Article.Title == "" {
			t.Fatalf("%+v", e)
		}
	})
}

// TestInterruptedReplacement: a crash between the two renames loses nothing.
func TestInterruptedReplacement(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "saved")
	l := New(dir)
	s, a := sample("A story")
	name, err := l.Write(s, a, "", now)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, name), filepath.Join(dir, ".old-"+name)); err != nil {
		t.Fatal(err)
	}
	if names, err := l.Folders(); err != nil || len(names) != 1 || names[0] != name {
		t.Fatalf("after the crash: %q, %v", names, err)
	}
	if e, err := l.Read(name); err != nil || e.ID != s.ID {
		t.Errorf("%+v, %v", e, err)
	}
	// With the new one in its place the old one goes.
	if err := os.CopyFS(filepath.Join(dir, ".old-"+name), os.DirFS(filepath.Join(dir, name))); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Write(s, a, name, now); err != nil || got != name {
		t.Fatal(got, err)
	}
	if es, err := os.ReadDir(dir); err != nil || len(es) != 1 {
		t.Errorf("%v, %v", es, err)
	}
}

// TestUnreadableOld: what cannot be looked at is not held to be gone.
func TestUnreadableOld(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "saved")
	l := New(dir)
	s, a := sample("A story")
	name, err := l.Write(s, a, "", now)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, name, ArticleFile)
	if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
		t.Fatal(err)
	}
	if got, err := l.Write(s, a, name, now); err == nil {
		t.Errorf("a second copy was written to %s", got)
	}
}

// TestWrittenTwice: a folder that the database does not know of, as after a crash, is
// found by the story's id; a text that a person has edited in it stays.
func TestWrittenTwice(t *testing.T) {
	l := New(t.TempDir())
	s, a := sample("same")
	name, err := l.Write(s, a, "", now)
	if err != nil {
		t.Fatal(err)
	}
	a.Markdown = "A longer text."
	if again, err := l.Write(s, a, "", now); err != nil || again != name {
		t.Errorf("written to %s, then to %s: %v", name, again, err)
	}
	if e, err := l.Read(name); err != nil || !strings.Contains(e.Article.Markdown, "A longer text.") {
		t.Errorf("%+v, %v", e, err)
	}
	file := filepath.Join(l.Dir(), name, ArticleFile)
	b, _ := os.ReadFile(file)
	b = append(b, "A note of mine.\n"...)
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := l.Write(s, a, "", now); !errors.Is(err, ErrEdited) || again != name {
		t.Errorf("an edited text: %s, %v", again, err)
	}
	if now, _ := os.ReadFile(file); string(now) != string(b) {
		t.Error("an edited text was overwritten")
	}
}

// TestLinks: a link in the place of a folder, or of its text, is neither followed out of
// the library nor taken for what it hides.
func TestLinks(t *testing.T) {
	for _, what := range []string{"folder", "text"} {
		out := t.TempDir()
		l := New(filepath.Join(t.TempDir(), "saved"))
		s, a := sample("same")
		name, err := l.Write(s, a, "", now)
		if err != nil {
			t.Fatal(err)
		}
		mine := filepath.Join(out, ArticleFile)
		at, to := filepath.Join(l.Dir(), name), out
		if what == "text" {
			at, to = filepath.Join(at, ArticleFile), mine
		}
		b, _ := os.ReadFile(filepath.Join(l.Dir(), name, ArticleFile))
		if err := errors.Join(os.WriteFile(mine, b, 0o600), os.RemoveAll(at)); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, at); err != nil {
			t.Skip(err)
		}
		if _, err := l.Read(name); err == nil {
			t.Errorf("%s: what lies outside was read", what)
		}
		if err := l.Remove(name); err == nil {
			t.Errorf("%s: what could not be looked at was removed", what)
		}
		if _, err := l.Write(s, a, name, now); err == nil {
			t.Errorf("%s: what could not be looked at was replaced", what)
		}
		if again, err := l.Write(s, a, "", now); err != nil || again == name {
			t.Errorf("%s: written to %q, %v", what, again, err)
		}
		if now, err := os.ReadFile(mine); err != nil || string(now) != string(b) {
			t.Errorf("%s: what lies outside is changed: %v", what, err)
		}
	}
}
