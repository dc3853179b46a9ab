package article

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

// decode makes UTF-8 of a page. In order: a byte order mark; bytes that are valid UTF-8,
// whatever a header or the page claims, since no other encoding looks like it by chance;
// the header's charset; the page's own; and windows-1252 as browsers do.
func decode(body []byte, contentType string) (text string, cut bool) {
	if len(body) > MaxBytes {
		body, cut = body[:MaxBytes], true
	}
	defer func() {
		if len(text) > MaxBytes {
			text, cut = strings.ToValidUTF8(text[:MaxBytes], ""), true
		}
	}()
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return strings.ToValidUTF8(string(body[3:]), "\uFFFD"), cut
	case bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return convert(body, "utf-16le"), cut
	case bytes.HasPrefix(body, []byte("\xFE\xFF")):
		return convert(body, "utf-16be"), cut
	}
	escaped := bytes.Contains(body[:min(len(body), 1<<16)], []byte("\x1b$")) // ISO-2022-JP is valid UTF-8
	if !escaped && validButEnd(body) {
		return strings.ToValidUTF8(string(body), "\uFFFD"), cut
	}
	var label string
	if _, params, err := mime.ParseMediaType(contentType); err == nil {
		label = params["charset"]
	}
	if label == "" {
		label = declared(body)
	}
	if escaped && label == "" {
		label = "iso-2022-jp"
	}
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "":
		// Claimed and not quite true: a few bad bytes, or another encoding altogether.
		bad := 0
		for b := body; len(b) > 0; {
			r, n := utf8.DecodeRune(b)
			if r == utf8.RuneError && n == 1 {
				bad++
			}
			b = b[n:]
		}
		if label != "" && bad*3 < high(body) || bad*50 < high(body) {
			return strings.ToValidUTF8(string(body), "\uFFFD"), cut
		}
		if label != "" {
			return convert(body, "windows-1252"), cut
		}
		_, name, _ := charset.DetermineEncoding(body[:min(len(body), 1024)], contentType)
		label = name
	}
	return convert(body, label), cut
}

// validButEnd forgives a last rune that was cut.
func validButEnd(b []byte) bool {
	if utf8.Valid(b) {
		return true
	}
	for i := 1; i < utf8.UTFMax && i < len(b); i++ {
		if utf8.RuneStart(b[len(b)-i]) {
			return utf8.Valid(b[:len(b)-i])
		}
	}
	return false
}

func high(b []byte) (n int) {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// declared is the charset that a page names in its first 16 KiB; browsers look at 1 KiB,
// pages of today put it behind.
func declared(body []byte) string {
	head := bytes.ToLower(body[:min(len(body), 16<<10)])
	for {
		i := bytes.Index(head, []byte("charset="))
		if i < 0 {
			return ""
		}
		head = head[i+len("charset="):]
		v := bytes.TrimLeft(head, "\"' ")
		end := bytes.IndexAny(v, "\"'; />\n")
		if end < 0 {
			return ""
		}
		if e, _ := htmlindex.Get(string(v[:end])); e != nil {
			return string(v[:end])
		}
	}
}

func convert(body []byte, label string) string {
	var e encoding.Encoding
	if label != "" {
		e, _ = htmlindex.Get(label)
	}
	if e == nil {
		e, _ = htmlindex.Get("windows-1252")
	}
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return strings.ToValidUTF8(string(body), "\uFFFD")
	}
	return strings.ToValidUTF8(string(out), "\uFFFD")
}
