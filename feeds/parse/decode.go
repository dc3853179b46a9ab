package parse

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"mime"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// maxUnpacked bounds a document that is itself a gzip file.
const maxUnpacked = 32 << 20

// decode brings a document to UTF-8. What is right where sources contradict each other
// is decided in this order:
//
//  1. a byte order mark, or the zero bytes of UTF-16 and UTF-32 around the first "<" or "{";
//  2. bytes that are valid UTF-8 throughout (but for ISO-2022, which is hidden in ASCII);
//  3. bytes that are UTF-8 but for a few: those few are read as windows-1252;
//  4. the charset of the HTTP answer, then that of the XML declaration, whichever first
//     fits all bytes;
//  5. a statistical guess that fits all bytes;
//  6. windows-1252.
//
// note says what was overruled, "" if nothing.
func decode(b []byte, contentType string) (text []byte, note string) {
	if bytes.HasPrefix(b, []byte("\x1f\x8b")) {
		if z, err := gzip.NewReader(bytes.NewReader(b)); err == nil {
			if u, _ := io.ReadAll(io.LimitReader(z, maxUnpacked)); len(u) > 0 {
				b = u
			}
		}
	}
	if u, ok := wide(b); ok {
		return u, ""
	}
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	said := declared(b)
	served := served(contentType)
	if utf8.Valid(b) {
		for _, label := range []string{served, said} {
			if strings.HasPrefix(label, "iso-2022") && bytes.IndexByte(b, 0x1b) >= 0 {
				if u, ok := convert(b, label); ok {
					return u, ""
				}
			}
		}
		if said != "" && !isUTF8(said) && !isASCII(b) {
			note = "the document says that it is " + said + " and is UTF-8"
		}
		return b, note
	}
	good, bad := utf8Score(b)
	if good >= 3 && good >= 8*bad || good > bad && isUTF8(said) && (served == "" || isUTF8(served)) {
		return mixed(b), "bytes that are not UTF-8 were read as windows-1252"
	}
	for i, label := range []string{served, said} {
		if label == "" || isUTF8(label) {
			continue
		}
		if u, ok := convert(b, label); ok {
			if i == 1 && served != "" {
				note = "the server's charset " + served + " does not fit; " + said + " does"
			}
			return u, note
		}
	}
	if r, err := chardet.NewHtmlDetector().DetectBest(b[:min(len(b), 1<<16)]); err == nil && !isUTF8(r.Charset) {
		if u, ok := convert(b, r.Charset); ok {
			return u, "the charset was guessed to be " + r.Charset
		}
	}
	if good > bad {
		return mixed(b), "bytes that are not UTF-8 were read as windows-1252"
	}
	u, _ := charmap.Windows1252.NewDecoder().Bytes(b)
	return u, "the charset was taken to be windows-1252"
}

func isUTF8(label string) bool {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "unicode-1-1-utf-8", "us-ascii", "ascii":
		return true
	}
	return false
}

// served is the charset of a Content-Type, also of one that is not quite well formed.
func served(contentType string) string {
	if _, p, err := mime.ParseMediaType(contentType); err == nil && p["charset"] != "" {
		return strings.ToLower(strings.Trim(p["charset"], `'" `))
	}
	_, v, ok := strings.Cut(strings.ToLower(contentType), "charset")
	if !ok {
		return ""
	}
	v = strings.TrimLeft(v, " =:\"'")
	if i := strings.IndexAny(v, " ;\"',"); i >= 0 {
		v = v[:i]
	}
	return v
}

// declared is the encoding that the XML declaration names, in lower case, or "".
func declared(b []byte) string {
	h := b[:min(len(b), 1024)]
	i := bytes.Index(h, []byte("<?xml"))
	if i < 0 {
		return ""
	}
	h = h[i:]
	if j := bytes.IndexByte(h, '>'); j >= 0 {
		h = h[:j]
	}
	_, v, ok := bytes.Cut(h, []byte("encoding"))
	if !ok {
		return ""
	}
	v = bytes.TrimLeft(v, " =\t\r\n'\"")
	if j := bytes.IndexAny(v, "'\" ?\t\r\n"); j >= 0 {
		v = v[:j]
	}
	return strings.ToLower(string(v))
}

// convert decodes with the named charset; ok means that every byte had a meaning.
func convert(b []byte, label string) ([]byte, bool) {
	switch l := strings.ToLower(label); l {
	case "gb2312", "gb_2312-80", "gbk", "x-gbk", "gb-18030":
		label = "gb18030" // a superset, and what is in fact sent
	case "iso-8859-8-i":
		label = "iso-8859-8"
	case "x-sjis", "windows-31j", "cp932":
		label = "shift_jis"
	}
	var enc encoding.Encoding
	if enc, _ = charset.Lookup(label); enc == nil {
		return nil, false
	}
	if enc == encoding.Nop || enc == encoding.Replacement {
		return nil, false
	}
	u, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		return nil, false
	}
	fails := bytes.Count(u, []byte("\uFFFD"))
	if enc == charmap.Windows1252 { // of latin-1 and windows-1252, five bytes have no meaning
		for _, c := range []byte{0x81, 0x8d, 0x8f, 0x90, 0x9d} {
			fails += bytes.Count(b, []byte{c})
		}
	}
	if fails > 0 { // one lost character in a hundred is a typing error
		high := 0
		for _, c := range b {
			high += int(c >> 7)
		}
		return u, fails*100 <= high
	}
	return u, true
}

// utf8Score counts the multi-byte sequences that are UTF-8 and the bytes that are not.
func utf8Score(b []byte) (good, bad int) {
	for len(b) > 0 {
		if b[0] < utf8.RuneSelf {
			n := 1
			for n < len(b) && b[n] < utf8.RuneSelf {
				n++
			}
			b = b[n:]
			continue
		}
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		b = b[n:]
	}
	return good, bad
}

// mixed is UTF-8 with the bytes that are not UTF-8 read as windows-1252. A sequence that
// was begun and not finished (text cut by bytes) is one replacement character.
func mixed(b []byte) []byte {
	out := make([]byte, 0, len(b)+64)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r != utf8.RuneError || n != 1 {
			out = append(out, b[:n]...)
			b = b[n:]
			continue
		}
		k := 1
		for b[0] >= 0xc2 && k < len(b) && k < 4 && b[k]&0xc0 == 0x80 {
			k++
		}
		if k > 1 || b[0] >= 0xf5 {
			out = append(out, "\uFFFD"...)
		} else {
			out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b[0]))
		}
		b = b[k:]
	}
	return out
}

// wide decodes UTF-16 and UTF-32, by their mark or by the zero bytes of their first
// character.
func wide(b []byte) ([]byte, bool) {
	lead := b
	if len(lead) > 4 {
		lead = lead[:4]
	}
	first := func(p string) bool {
		return string(lead) == strings.ReplaceAll(p, "<", "{") || string(lead) == p
	}
	switch {
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")):
		return utf32Bytes(b[4:], binary.LittleEndian), true
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return utf32Bytes(b[4:], binary.BigEndian), true
	case first("<\x00\x00\x00"):
		return utf32Bytes(b, binary.LittleEndian), true
	case first("\x00\x00\x00<"):
		return utf32Bytes(b, binary.BigEndian), true
	case bytes.HasPrefix(b, []byte("\xff\xfe")):
		return utf16Bytes(b[2:], binary.LittleEndian), true
	case bytes.HasPrefix(b, []byte("\xfe\xff")):
		return utf16Bytes(b[2:], binary.BigEndian), true
	case len(b) >= 4 && (b[0] == '<' || b[0] == '{') && b[1] == 0 && b[2] != 0 && b[3] == 0:
		return utf16Bytes(b, binary.LittleEndian), true
	case len(b) >= 4 && (b[1] == '<' || b[1] == '{') && b[0] == 0 && b[3] != 0 && b[2] == 0:
		return utf16Bytes(b, binary.BigEndian), true
	}
	return nil, false
}

func utf16Bytes(b []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(b)/2+16)
	for len(b) >= 2 {
		r := rune(order.Uint16(b))
		b = b[2:]
		if utf16.IsSurrogate(r) {
			if len(b) >= 2 {
				if s := utf16.DecodeRune(r, rune(order.Uint16(b))); s != utf8.RuneError {
					r, b = s, b[2:]
				}
			}
		}
		out = utf8.AppendRune(out, r) // a lone surrogate becomes U+FFFD
	}
	return out
}

func utf32Bytes(b []byte, order binary.ByteOrder) []byte {
	out := make([]byte, 0, len(b)/4+16)
	for ; len(b) >= 4; b = b[4:] {
		r := order.Uint32(b)
		if r > utf8.MaxRune {
			r = utf8.RuneError
		}
		out = utf8.AppendRune(out, rune(r))
	}
	return out
}

// typographers puts right the control characters U+0080 to U+009F: they come from bytes
// of windows-1252 that somebody took for Latin-1, and mean quotes and dashes.
func typographers(b []byte) []byte {
	at := func(i int) int {
		for i < len(b) {
			k := bytes.IndexByte(b[i:], 0xc2)
			if k < 0 {
				break
			}
			i += k
			if i+1 < len(b) && b[i+1] < 0xa0 {
				return i
			}
			i++
		}
		return -1
	}
	i := at(0)
	if i < 0 {
		return b
	}
	out := make([]byte, 0, len(b)+len(b)/16)
	from := 0
	for ; i >= 0; i = at(from) {
		out = append(out, b[from:i]...)
		out = utf8.AppendRune(out, charmap.Windows1252.DecodeByte(b[i+1]))
		from = i + 2
	}
	return append(out, b[from:]...)
}
