package export

import (
	"archive/zip"
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"time"

	"nightdesk/feeds"
)

// EPUB writes a book as an EPUB 3.3 publication (https://www.w3.org/TR/epub-33/), with
// the table of contents of EPUB 2 beside its own for older devices. The same book gives
// the same bytes.
func EPUB(w io.Writer, b *Book) error {
	e := &epub{zip: zip.NewWriter(w), book: b}
	e.file("mimetype", "application/epub+zip") // first and stored, so that it can be told by its first bytes
	e.file("META-INF/container.xml", xmlHead+`<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="book/package.opf" media-type="application/oebps-package+xml"/></rootfiles></container>`)
	e.item("style", "style.css", "text/css", "", bookStyle)
	e.item("cover-image", "cover.svg", "image/svg+xml", "cover-image", cover(b))
	e.page("cover", "cover.xhtml", "svg", "Cover", b.Lang, `<div class="cover">`+strings.TrimPrefix(cover(b), xmlHead)+"</div>")
	e.page("nav", "nav.xhtml", "nav", "Contents", b.Lang, nav(b))
	for i := range b.Chapters {
		e.chapter(i)
	}
	e.item("ncx", "toc.ncx", "application/x-dtbncx+xml", "", ncx(b))
	e.file("book/package.opf", e.pack())
	if e.err != nil {
		return fmt.Errorf("write the book: %w", e.err)
	}
	return e.zip.Close()
}

const xmlHead = `<?xml version="1.0" encoding="utf-8"?>` + "\n"

const bookStyle = `body{margin:0 4%;line-height:1.5}h1,h2,h3{line-height:1.2;page-break-after:avoid}
.by{color:#666;font-size:.85em}img{max-width:100%;height:auto}pre{white-space:pre-wrap;font-size:.85em}
blockquote{margin:1em 0 1em 1em;padding-left:.8em;border-left:2px solid #999}table{border-collapse:collapse;font-size:.9em}td,th{border:1px solid #999;padding:.2em .5em}
.cover{margin:0;padding:0;text-align:center}.cover svg{max-width:100%;height:95vh}
`

type epub struct {
	zip      *zip.Writer
	book     *Book
	manifest strings.Builder
	spine    strings.Builder
	err      error
}

// file puts a file into the archive, all of them with one time, so that the bytes depend on
// nothing but the book.
func (e *epub) file(name, data string) {
	if e.err != nil {
		return
	}
	h := &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.book.Made.UTC().Truncate(2 * time.Second)}
	var w io.Writer
	if name == "mimetype" {
		h = &zip.FileHeader{Name: name, Method: zip.Store, CRC32: crc32.ChecksumIEEE([]byte(data)), CompressedSize64: uint64(len(data)), UncompressedSize64: uint64(len(data))}
		w, e.err = e.zip.CreateRaw(h)
	} else {
		if strings.HasPrefix(name, "book/pictures/") {
			h.Method = zip.Store // they are compressed already
		}
		w, e.err = e.zip.CreateHeader(h)
	}
	if e.err == nil {
		_, e.err = io.WriteString(w, data)
	}
}

// item is a file that the manifest names.
func (e *epub) item(id, href, mediaType, properties, data string) {
	e.file("book/"+href, data)
	p := ""
	if properties != "" {
		p = ` properties="` + properties + `"`
	}
	fmt.Fprintf(&e.manifest, `<item id="%s" href="%s" media-type="%s"%s/>`+"\n", id, href, mediaType, p)
}

// page is an item in the order of reading.
func (e *epub) page(id, href, properties, title, language, body string) {
	e.item(id, href, "application/xhtml+xml", properties, xmlHead+`<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" lang="`+lang(language)+`" xml:lang="`+lang(language)+`">
<head><title>`+esc(title)+`</title><link rel="stylesheet" type="text/css" href="style.css"/></head>
<body>
`+body+`
</body>
</html>
`)
	linear := ""
	if id == "cover" {
		linear = ` linear="no"`
	}
	fmt.Fprintf(&e.spine, `<itemref idref="%s"%s/>`+"\n", id, linear)
}

func (e *epub) chapter(i int) {
	c := &e.book.Chapters[i]
	body, err := xhtml(c.Markdown, 1, e.pictures(i, c.Pictures))
	if err != nil && e.err == nil {
		e.err = fmt.Errorf("set %q: %w", c.Title, err)
	}
	head := "<h1>" + esc(c.Title) + "</h1>\n"
	if c.Byline != "" {
		head += `<p class="by">` + esc(c.Byline) + "</p>\n"
	}
	e.page(chapterID(i), chapterID(i)+".xhtml", "", c.Title, first(c.Lang, e.book.Lang), head+body+origin(c))
}

func chapterID(i int) string { return fmt.Sprintf("c%04d", i+1) }

// pictures puts the pictures of a chapter into the book when they are met.
func (e *epub) pictures(chapter int, ps []feeds.Picture) func(string) (string, bool) {
	in := make(map[int]string)
	return func(url string) (string, bool) {
		for i := range ps {
			if len(ps[i].Data) == 0 || ps[i].URL != url && (ps[i].File == "" || ps[i].File != url) {
				continue
			}
			if href, ok := in[i]; ok {
				return href, true
			}
			data, mediaType, ext, ok := picture(&ps[i])
			if !ok {
				return "", false
			}
			id := fmt.Sprintf("%s-p%d", chapterID(chapter), i+1)
			in[i] = "pictures/" + id + ext
			e.item(id, in[i], mediaType, "", string(data))
			return in[i], true
		}
		return "", false
	}
}

func nav(b *Book) string {
	var out strings.Builder
	out.WriteString("<nav epub:type=\"toc\" id=\"toc\"><h1>" + esc(b.Title) + "</h1>\n<ol>\n")
	for i, c := range b.Chapters {
		out.WriteString(`<li><a href="` + chapterID(i) + `.xhtml">` + esc(c.Title) + "</a></li>\n")
	}
	if len(b.Chapters) == 0 {
		out.WriteString(`<li><a href="cover.xhtml">` + esc(b.Title) + "</a></li>\n")
	}
	out.WriteString("</ol></nav>")
	return out.String()
}

// ncx is the table of contents of EPUB 2.
func ncx(b *Book) string {
	var out strings.Builder
	out.WriteString(xmlHead + `<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/" version="2005-1"><head><meta name="dtb:uid" content="` + uid(b) + `"/></head><docTitle><text>` + esc(b.Title) + "</text></docTitle><navMap>\n")
	for i, c := range b.Chapters {
		fmt.Fprintf(&out, `<navPoint id="n%d" playOrder="%d"><navLabel><text>%s</text></navLabel><content src="%s.xhtml"/></navPoint>`+"\n", i+1, i+1, esc(c.Title), chapterID(i))
	}
	if len(b.Chapters) == 0 {
		out.WriteString(`<navPoint id="n1" playOrder="1"><navLabel><text>` + esc(b.Title) + `</text></navLabel><content src="cover.xhtml"/></navPoint>` + "\n")
	}
	out.WriteString("</navMap></ncx>\n")
	return out.String()
}

// uid names a book by what is in it: a UUID of version 8 (RFC 9562).
func uid(b *Book) string {
	h := sha256.New()
	fmt.Fprintln(h, b.Title, b.Subtitle, b.Made.Unix())
	for _, c := range b.Chapters {
		fmt.Fprintln(h, c.Title, c.URL)
	}
	s := h.Sum(nil)
	s[6], s[8] = s[6]&0x0f|0x80, s[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", s[0:4], s[4:6], s[6:8], s[8:10], s[10:16])
}

func (e *epub) pack() string {
	b := e.book
	title := esc(first(b.Title, "nightdesk"))
	made := b.Made.UTC().Format("2006-01-02T15:04:05Z")
	description := ""
	if b.Subtitle != "" {
		description = "<dc:description>" + esc(b.Subtitle) + "</dc:description>"
	}
	return xmlHead + `<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="uid" xml:lang="` + lang(b.Lang) + `">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="uid">` + uid(b) + `</dc:identifier><dc:title>` + title + `</dc:title><dc:language>` + lang(b.Lang) + `</dc:language><dc:publisher>nightdesk</dc:publisher>` + description + `<dc:date>` + made + `</dc:date><meta property="dcterms:modified">` + made + `</meta><meta name="cover" content="cover-image"/></metadata>
<manifest>
` + e.manifest.String() + `</manifest>
<spine toc="ncx">
` + e.spine.String() + `</spine>
</package>
`
}

// cover is a picture of the title, drawn with the device's own letters.
func cover(b *Book) string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(first(b.Title, "nightdesk")) {
		if line != "" && len([]rune(line))+len([]rune(w)) > 16 {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + w)
	}
	lines = append(lines, line)
	var out strings.Builder
	out.WriteString(xmlHead + `<svg xmlns="http://www.w3.org/2000/svg" version="1.1" width="600" height="800" viewBox="0 0 600 800">
<rect width="600" height="800" fill="#16181c"/><rect x="48" y="96" width="72" height="6" fill="#e5ab58"/>
<text x="48" y="78" font-family="sans-serif" font-size="26" fill="#8f96a3">nightdesk</text>
`)
	y := 190
	for i, l := range lines[:min(len(lines), 6)] {
		if i == 5 && len(lines) > 6 {
			l += " …"
		}
		fmt.Fprintf(&out, `<text x="48" y="%d" font-family="Georgia, serif" font-size="58" font-weight="bold" fill="#f2f0ea">%s</text>`+"\n", y, esc(l))
		y += 72
	}
	fmt.Fprintf(&out, `<text x="48" y="720" font-family="sans-serif" font-size="24" fill="#8f96a3">%s</text>`+"\n</svg>\n", esc(cut(b.Subtitle, 44)))
	return out.String()
}

func cut(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}
