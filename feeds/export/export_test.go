package export

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var made = time.Date(2026, 5, 22, 18, 4, 0, 0, time.UTC)

func square(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 2, 2))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// wellFormed reads XML to its end and calls each for every element.
func wellFormed(doc string, each func(xml.StartElement)) error {
	d := xml.NewDecoder(strings.NewReader(doc))
	d.Entity = map[string]string{}
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := tok.(xml.StartElement); ok && each != nil {
			each(e)
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func TestXHTML(t *testing.T) {
	source := func(url string) (string, bool) { return "p.png", url == "https://a.example/have.png" }
	for md, want := range map[string]string{
		"# One\n\ntwo & <three>":               "<h2>One</h2>\n<p>two &amp; </p>\n",
		"[a](https://a.example/?x=1&y=2)":      `<p><a href="https://a.example/?x=1&amp;y=2">a</a></p>` + "\n",
		"[a *b*](javascript:alert(1)) c":       "<p>a <em>b</em> c</p>\n",
		"![alt](https://a.example/have.png)":   `<p><img src="p.png" alt="alt" /></p>` + "\n",
		"![alt](https://a.example/other.png)":  "<p><em>alt</em></p>\n",
		"![](https://a.example/other.png)x":    "<p>x</p>\n",
		"<script>alert(1)</script>\n\nx":       "<p>x</p>\n",
		"a <b>c</b> <https://a.example/> d":    `<p>a c <a href="https://a.example/">https://a.example/</a> d</p>` + "\n",
		"<ftp://a.example/>":                   "<p>ftp://a.example/</p>\n",
		"a\x00b\x0bc\ufffed":                   "<p>ab cd</p>\n",
		"~~a~~\n\n|a|b|\n|-|:-:|\n|1|2|":       "<p><del>a</del></p>\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th style=\"text-align:center\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td style=\"text-align:center\">2</td>\n</tr>\n</tbody>\n</table>\n",
		"```go\nif a < b && c {}\n```":         "<pre><code class=\"language-go\">if a &lt; b &amp;&amp; c {}\n</code></pre>\n",
		"[![i](https://a.example/no.png)](/x)": "<p><em>i</em></p>\n",
	} {
		got, err := xhtml(md, 1, source)
		if err != nil || got != want {
			t.Errorf("%q: %v\n got %q\nwant %q", md, err, got, want)
		}
	}
}

func FuzzXHTML(f *testing.F) {
	f.Add("# a\n\n[b](javascript:x) ![c](https://x.example/y.png) <i>d</i> &#x0; &lt;")
	f.Add("[a](<https://x.example/\"onclick=1>) ```\n]]>\n```")
	f.Fuzz(func(t *testing.T, md string) {
		if len(md) > 4096 {
			return
		}
		out, err := xhtml(md, 1, func(url string) (string, bool) { return "p.png", strings.HasSuffix(url, ".png") })
		if err != nil {
			t.Fatal(err)
		}
		err = wellFormed("<div>"+out+"</div>", func(e xml.StartElement) {
			switch e.Name.Local {
			case "script", "style", "iframe", "object", "form":
				t.Fatalf("<%s> in %q", e.Name.Local, out)
			case "img":
				if attr(e, "src") != "p.png" {
					t.Fatalf("a picture from elsewhere in %q", out)
				}
			case "a":
				if to := attr(e, "href"); !strings.HasPrefix(to, "http://") && !strings.HasPrefix(to, "https://") && !strings.HasPrefix(strings.ToLower(to), "mailto:") && !strings.HasPrefix(strings.ToLower(to), "http") {
					t.Fatalf("a link to %q in %q", to, out)
				}
			}
			for _, a := range e.Attr {
				if strings.HasPrefix(a.Name.Local, "on") {
					t.Fatalf("%s= in %q", a.Name.Local, out)
				}
			}
		})
		if err != nil {
			t.Fatalf("%v in %q", err, out)
		}
	})
}

// hostile is a book of texts that mean something elsewhere.
func hostile(t testing.TB) *Book {
	return &Book{Title: `A "quoted" <title> & ]]> more`, Subtitle: "'sub' & \x1b[31m", Lang: `en" onload="x`, Made: made, Chapters: []Chapter{
		{Title: "One </title><script>", Byline: "by <b>", URL: "https://a.example/?a=1&b='2'", Markdown: "text ![p](https://a.example/p.png) again ![p](https://a.example/p.png) ![w](broken.webp)",
			Pictures: []feeds.Picture{{URL: "https://a.example/p.png", Data: square(t)}, {URL: "broken.webp", Data: []byte("RIFFxxxxWEBP")}}},
		{Title: "二", Lang: "zh", URL: "javascript:alert(1)", Markdown: "# 题\n\n正文"},
		{Title: "", Markdown: ""},
	}}
}

func TestEPUB(t *testing.T) {
	for name, b := range map[string]*Book{"hostile": hostile(t), "empty": {Made: made}} {
		t.Run(name, func(t *testing.T) {
			var out, again bytes.Buffer
			if err := EPUB(&out, b); err != nil {
				t.Fatal(err)
			}
			if err := EPUB(&again, b); err != nil || !bytes.Equal(out.Bytes(), again.Bytes()) {
				t.Error("the same book gives other bytes", err)
			}
			if head := out.Bytes()[30:58]; string(head) != "mimetypeapplication/epub+zip" {
				t.Errorf("it begins with %q", head)
			}
			z, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
			if err != nil {
				t.Fatal(err)
			}
			files := make(map[string]string)
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				data, err := io.ReadAll(r)
				if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
				if _, twice := files[f.Name]; twice {
					t.Errorf("%s is there twice", f.Name)
				}
				files[f.Name] = string(data)
			}
			checkBook(t, files)
		})
	}
}

func checkBook(t *testing.T, files map[string]string) {
	t.Helper()
	listed := map[string]bool{"mimetype": true, "META-INF/container.xml": true, "book/package.opf": true}
	ids := make(map[string]bool)
	var spine []string
	err := wellFormed(files["book/package.opf"], func(e xml.StartElement) {
		switch e.Name.Local {
		case "item":
			if id := attr(e, "id"); ids[id] {
				t.Errorf("two items are called %s", id)
			}
			ids[attr(e, "id")] = true
			listed["book/"+attr(e, "href")] = true
			if _, there := files["book/"+attr(e, "href")]; !there {
				t.Errorf("%s is not there", attr(e, "href"))
			}
		case "itemref":
			spine = append(spine, attr(e, "idref"))
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range spine {
		if !ids[id] {
			t.Errorf("%s is read, and not there", id)
		}
	}
	if !slices.Contains(spine, "nav") {
		t.Error("no table of contents")
	}
	for name, data := range files {
		if !listed[name] {
			t.Errorf("nothing names %s", name)
		}
		if !regexp.MustCompile(`\.(xhtml|xml|opf|ncx|svg)$`).MatchString(name) {
			continue
		}
		seen := make(map[string]bool)
		err := wellFormed(data, func(e xml.StartElement) {
			if e.Name.Local == "script" {
				t.Errorf("%s: a script", name)
			}
			if id := attr(e, "id"); id != "" && seen[id] {
				t.Errorf("%s: two ids are %s", name, id)
			} else {
				seen[id] = true
			}
			for _, to := range []string{attr(e, "src"), attr(e, "href")} {
				if to == "" || strings.Contains(to, "://") || e.Name.Local == "item" {
					continue
				}
				if _, there := files[path.Join(path.Dir(name), to)]; !there {
					t.Errorf("%s names %s, which is not there", name, to)
				}
			}
		})
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, data)
		}
	}
}

func TestHTML(t *testing.T) {
	var out bytes.Buffer
	if err := HTML(&out, hostile(t)); err != nil {
		t.Fatal(err)
	}
	page := out.String()
	for _, bad := range []string{"<script", "javascript:", "onload=\"x", "\x1b", "broken.webp"} {
		if strings.Contains(page, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	for _, want := range []string{"data:image/png;base64,", "<li><a href=\"#c2\">二</a></li>", "<h3>题</h3>", "<em>w</em>"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
}

func TestBrief(t *testing.T) {
	story := func(title, outlet string, names ...string) feeds.Story {
		s := feeds.Story{Title: title, FeedTitle: outlet, URL: "https://" + strings.ToLower(outlet) + ".example/a_b", Summary: "It is so. " + strings.Repeat("More of it follows here. ", 30)}
		for _, n := range names {
			s.Companies = append(s.Companies, feeds.Tag{Slug: strings.ToLower(n), Name: n})
		}
		return s
	}
	events := []feeds.Event{
		{Outlets: 2, Kind: feeds.Layoffs, Stories: []feeds.Story{story("Zentavia cuts *900* jobs", "Gazette", "Zentavia"), story("Jobs go at Zentavia", "Ledger", "Zentavia")}},
		{Outlets: 1, Stories: []feeds.Story{story("A [quiet] day", "Gazette", "Orbix", "Zentavia")}},
		{},
	}
	since := time.Date(2026, 5, 21, 0, 0, 0, 0, time.Local)
	b := Brief(events, since, time.Date(2026, 5, 22, 18, 0, 0, 0, time.Local), 0)
	if b.Title != "The news since yesterday" || b.Subtitle != "Friday 22 May 2026 · 3 stories from 2 outlets · 1 minute" || b.Left != 0 || len(b.Told) != 2 {
		t.Errorf("%q, %q, %d left, %d told", b.Title, b.Subtitle, b.Left, len(b.Told))
	}
	want := `## [Zentavia cuts \*900\* jobs](<https://gazette.example/a_b>)

**layoffs · Zentavia**

It is so. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here. More of it follows here.

— [Gazette](<https://gazette.example/a_b>), [Ledger](<https://ledger.example/a_b>)

## In brief

- [A \[quiet\] day](<https://gazette.example/a_b>) · Orbix, Zentavia — Gazette

## By company

- **Zentavia** 2: Zentavia cuts \*900\* jobs; A \[quiet\] day
- **Orbix** 1: A \[quiet\] day

*That is all.*
`
	if b.Markdown != want {
		t.Errorf("got\n%s\nwant\n%s", b.Markdown, want)
	}
	for range 8 {
		events = append(events, events[0])
	}
	if b := Brief(events, since, made, 1); b.Left == 0 || !strings.Contains(b.Markdown, "left out.*") || len(b.Told) == 0 {
		t.Errorf("%d left of a minute, %d told", b.Left, len(b.Told))
	}
}

// TestPictureBounds: the bound on a picture's pixels is that of every format, whatever is
// handed on as it is.
func TestPictureBounds(t *testing.T) {
	small := image.NewPaletted(image.Rect(0, 0, 4, 4), color.Palette{color.Black, color.White})
	encoded := func(f func(w *bytes.Buffer) error) []byte {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	formats := map[string]struct {
		data []byte
		size int // where the header says width and height, or height and width
		wide int // bytes of each
		put  func([]byte, uint16)
	}{
		"image/png":  {encoded(func(w *bytes.Buffer) error { return png.Encode(w, small) }), 16, 4, func(b []byte, n uint16) { binary.BigEndian.PutUint32(b, uint32(n)) }},
		"image/gif":  {encoded(func(w *bytes.Buffer) error { return gif.Encode(w, small, nil) }), 6, 2, binary.LittleEndian.PutUint16},
		"image/jpeg": {encoded(func(w *bytes.Buffer) error { return jpeg.Encode(w, small, nil) }), 0, 2, binary.BigEndian.PutUint16},
	}
	for kind, f := range formats {
		if kind == "image/jpeg" { // behind the marker of its frame
			f.size = bytes.Index(f.data, []byte("\xff\xc0")) + 5
		}
		if _, got, _, ok := picture(&feeds.Picture{Data: f.data}); !ok || got != kind {
			t.Errorf("%s: %s, %v", kind, got, ok)
		}
		huge := bytes.Clone(f.data)
		f.put(huge[f.size:], 30000)
		f.put(huge[f.size+f.wide:], 30000)
		if kind == "image/png" {
			binary.BigEndian.PutUint32(huge[29:], crc32.ChecksumIEEE(huge[12:29]))
		}
		if c, _, err := image.DecodeConfig(bytes.NewReader(huge)); err != nil || c.Width != 30000 || c.Height != 30000 {
			t.Fatalf("%s: the test's picture is %d by %d: %v", kind, c.Width, c.Height, err)
		}
		if _, _, _, ok := picture(&feeds.Picture{Data: huge}); ok {
			t.Errorf("%s: a picture of 900 million pixels is handed on", kind)
		}
		if _, _, _, ok := picture(&feeds.Picture{Data: f.data[:8]}); ok {
			t.Errorf("%s: a broken picture is handed on", kind)
		}
	}
}
