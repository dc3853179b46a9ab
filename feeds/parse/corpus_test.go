package parse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"nightdesk/feeds"
)

// corpus is the folder of public test feeds beside the repository, if it is there.
func corpus(t testing.TB) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Skip("no module root")
		}
		dir = up
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", "feeds")
	if _, err := os.Stat(filepath.Join(dir, "MANIFEST.tsv")); err != nil {
		t.Skip("the corpus is not here")
	}
	return dir
}

var corpusNow = time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)

// expectation is one line of expected.json.
type expectation struct {
	File, Path, Op string
	Expected       any
	Base           string
	Headers        map[string]string
}

// unread lists documents that the manifest calls feeds and that are refused, with the
// reason.
var unread = map[string]string{
	"gofeed/parser/json/invalid/invalid.json": "broken JSON without a field of a feed",
}

type tally struct{ docs, read, values, strict, lenient int }

func TestCorpus(t *testing.T) {
	dir := corpus(t)
	expected := map[string][]expectation{}
	b, err := os.ReadFile(filepath.Join(dir, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all []expectation
	if err := json.Unmarshal(b, &all); err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		expected[e.File] = append(expected[e.File], e)
	}
	m, err := os.Open(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	sets := map[string]*tally{}
	var sum tally
	safe, safeMet, refused, lost := 0, 0, 0, 0
	lines := bufio.NewScanner(m)
	lines.Scan()
	for lines.Scan() {
		f := strings.Split(lines.Text(), "\t")
		file, kind := f[0], f[1]
		switch kind {
		case "html", "expected-values", "json", "other", "xml":
			continue
		}
		body, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		set, _, _ := strings.Cut(file, "/")
		s := sets[set]
		if s == nil {
			s = &tally{}
			sets[set] = s
		}
		o := Origin{URL: "http://127.0.0.1:8097/" + file, Now: corpusNow}
		for _, e := range expected[file] {
			if e.Base != "" {
				o.URL = e.Base
			}
			for k, v := range e.Headers {
				switch strings.ToLower(k) {
				case "content-type":
					o.ContentType = v
				case "content-location":
					if u := absolute(o.URL, v); u != "" {
						o.URL = u
					}
				}
			}
		}
		s.docs++
		r, err := Feed(body, o)
		if err != nil {
			if unread[file] == "" {
				refused++
				t.Logf("refused %s (%s): %v", file, kind, err)
			}
			continue
		}
		s.read++
		if n := countItems(body); n > len(r.Stories) && len(r.Repaired) == 0 {
			lost++
			t.Logf("lost %s: %d of %d items and not a word", file, n-len(r.Stories), n)
		}
		for _, e := range expected[file] {
			if e.Path == "ok" {
				continue
			}
			s.values++
			strict, lenient, got := meets(r, e)
			if strict {
				s.strict++
			}
			if lenient || strict {
				s.lenient++
			} else if origin(body, got) {
				s.lenient++ // the feed itself says that the expected link is FeedBurner's and this the original
			} else if testing.Verbose() {
				t.Logf("missed %s %s %s\n   want %.300q\n   got  %.300q", file, e.Path, e.Op, fmt.Sprint(e.Expected), fmt.Sprint(got))
			}
			if e.Op == "safe" {
				safe++
				if strict {
					safeMet++
				}
			}
		}
	}
	names := make([]string, 0, len(sets))
	for n, s := range sets {
		names = append(names, n)
		sum.docs += s.docs
		sum.read += s.read
		sum.values += s.values
		sum.strict += s.strict
		sum.lenient += s.lenient
	}
	sort.Strings(names)
	t.Logf("%-22s %10s %8s %8s %8s", "set", "read", "values", "strict", "lenient")
	for _, n := range names {
		s := sets[n]
		t.Logf("%-22s %4d/%4d %8d %8d %8d", n, s.read, s.docs, s.values, s.strict, s.lenient)
	}
	t.Logf("%-22s %4d/%4d %8d %8d %8d  strict %.1f%% lenient %.2f%%, safe %d/%d", "all", sum.read, sum.docs, sum.values, sum.strict, sum.lenient,
		100*float64(sum.strict)/float64(sum.values), 100*float64(sum.lenient)/float64(sum.values), safeMet, safe)
	if refused > 0 {
		t.Errorf("%d feeds refused that are not on the list", refused)
	}
	if lost > 0 {
		t.Errorf("%d documents lost items in silence", lost)
	}
	if safeMet < safe {
		t.Errorf("safe %d of %d", safeMet, safe)
	}
	if p := float64(sum.lenient) / float64(sum.values); p < 0.9935 {
		t.Errorf("lenient %.2f%%, was 99.36%% since joiners between blanks are taken out of titles", 100*p)
	}
	if p := float64(sum.strict) / float64(sum.values); p < 0.814 {
		t.Errorf("strict %.2f%%, was 81.46%%", 100*p)
	}
}

// origin reports whether the document names this address as a link's original.
func origin(body []byte, got any) bool {
	s, _ := got.(string)
	return s != "" && bytes.Contains(body, []byte("<feedburner:origLink>"+html.EscapeString(s)+"</feedburner:origLink>"))
}

// countItems counts the items in a document without reading it, comments and CDATA left
// out.
func countItems(b []byte) int {
	src, _ := decode(b, "")
	n := 0
	for len(src) > 0 {
		i := bytes.IndexByte(src, '<')
		if i < 0 {
			break
		}
		src = src[i:]
		switch {
		case bytes.HasPrefix(src, []byte("<!--")):
			_, rest, ok := bytes.Cut(src, []byte("-->"))
			if !ok {
				return n
			}
			src = rest
			continue
		case bytes.HasPrefix(src, []byte("<![CDATA[")):
			_, rest, ok := bytes.Cut(src, []byte("]]>"))
			if !ok {
				return n
			}
			src = rest
			continue
		}
		if itemStart.Match(src[:min(len(src), 40)]) {
			n++
		}
		src = src[1:]
	}
	return n
}

var itemStart = regexp.MustCompile(`^<(?:rss:|atom:|a:)?(?:item|entry)[\s>/]`)

var pathIndex = regexp.MustCompile(`\[(\d+|\*)\]`)

// meets compares one expected value with what was read.
func meets(r *Result, e expectation) (strict, lenient bool, got any) {
	want := e.Expected
	if rest, ok := strings.CutPrefix(e.Path, "feed."); ok {
		name, _, _ := strings.Cut(rest, "[")
		switch name {
		case "title":
			return compareTitle(e.Op, want, r.Title)
		case "description":
			return compare(e.Op, want, r.Description)
		case "link":
			return compareURL(want, r.Site)
		case "language":
			return compareLang(want, r.Lang)
		case "author":
			return compare(e.Op, want, r.Author)
		case "id":
			return compare(e.Op, want, r.ID)
		case "updated", "date", "published":
			return compareTime(want, r.Updated)
		case "categories":
			return compareIn(want, r.Categories, e.Path)
		}
		return false, false, "?"
	}
	if e.Path == "entries.length" {
		n, _ := want.(float64)
		got := len(r.Stories) + r.Unchanged
		return got == int(n), got == int(n), got
	}
	idx := pathIndex.FindAllStringSubmatch(e.Path, -1)
	field := e.Path[strings.Index(e.Path, "].")+2:]
	if idx[0][1] == "*" {
		for i := range r.Stories {
			s, l, g := story(&r.Stories[i], field, e)
			strict, lenient = strict || s, lenient || l
			if got == nil {
				got = g
			}
		}
		return strict, lenient, got
	}
	i, _ := strconv.Atoi(idx[0][1])
	if i >= len(r.Stories) {
		return false, false, "no such story"
	}
	return story(&r.Stories[i], field, e)
}

func story(s *feeds.Story, field string, e expectation) (bool, bool, any) {
	want := e.Expected
	name, _, _ := strings.Cut(field, "[")
	switch name {
	case "title":
		return compareTitle(e.Op, want, s.Title)
	case "summary", "content", "body":
		if e.Op == "safe" {
			ok := isSafe(s.HTML) && isSafe(s.Summary)
			return ok, ok, s.HTML
		}
		var got any
		strict, lenient := false, false
		for i, v := range []string{s.HTML, s.Summary} {
			if w, ok := want.(string); ok && i == 1 && len(refs(w)) > 0 && fold(words2(w)) == fold(words2(s.HTML)) {
				break // the same text as HTML, so its links must be right
			}
			a, b, g := compare(e.Op, want, v)
			strict, lenient = strict || a, lenient || b
			if got == nil {
				got = g
			}
		}
		return strict, lenient, got
	case "link":
		return compareURL(want, s.URL)
	case "id":
		a, b, g := compare(e.Op, want, s.GUID)
		if !a {
			_, c, _ := compareURL(want, s.GUID)
			b = b || c
		}
		return a, b, g
	case "author":
		return compare(e.Op, want, s.Author)
	case "date", "published":
		return compareTime(want, s.Published)
	case "updated":
		if s.Updated.IsZero() {
			return compareTime(want, s.Published)
		}
		return compareTime(want, s.Updated)
	case "categories":
		return compareIn(want, s.Categories, field)
	case "enclosures":
		k := strings.LastIndex(field, ".")
		part := field[k+1:]
		var strict, lenient bool
		var got any
		one := pathIndex.FindStringSubmatch(field)[1]
		for i, n := range s.Enclosures {
			if one != "*" && one != strconv.Itoa(i) {
				continue
			}
			var a, b bool
			var g any
			switch part {
			case "url":
				a, b, g = compareURL(want, n.URL)
			case "type":
				a, b, g = compare("eq", want, n.Type)
			case "length":
				a, b, g = compare("eq", fmt.Sprint(want), strconv.FormatInt(n.Length, 10))
			}
			strict, lenient, got = strict || a, lenient || b, g
		}
		return strict, lenient, got
	}
	return false, false, "?"
}

// compare compares texts. Leniently, two are the same if a reader could not tell: the
// same words after markup is resolved (whichever side has it), the same links and
// pictures in HTML, a summary that begins like the expected one and was cut at its bound.
func compare(op string, wantAny any, got string) (strict, lenient bool, g any) {
	if op == "safe" {
		ok := isSafe(got)
		return ok, ok, got
	}
	want := fmt.Sprint(wantAny)
	if wantAny == nil {
		want = ""
	}
	if op == "contains" {
		s := strings.Contains(got, want)
		return s, s || strings.Contains(fold(got), fold(want)), got
	}
	if got == want {
		return true, true, got
	}
	for _, w := range []string{want, html.UnescapeString(want)} {
		for _, a := range []string{fold(w), fold(words2(w))} {
			for _, b := range []string{fold(got), fold(words2(got))} {
				if a == b && linksOf(w, got) {
					return false, true, got
				}
				if cutAt, ok := strings.CutSuffix(b, "…"); ok && len(b) > 90 && strings.HasPrefix(a, strings.TrimSpace(cutAt)) {
					return false, true, got
				}
			}
		}
	}
	return false, false, got
}

// compareTitle is compare for titles, which are never empty here. Where the expected one
// is a picture without words, what stands for it is not judged, only that it is text; and
// where it is an address, for want of a title, its host serves as well.
func compareTitle(op string, wantAny any, got string) (strict, lenient bool, g any) {
	strict, lenient, g = compare(op, wantAny, got)
	if want, ok := wantAny.(string); ok && op == "eq" && !lenient {
		if strings.HasPrefix(want, "<img ") && fold(words2(want)) == "" {
			lenient = got != "" && !strings.Contains(got, "<")
		}
		if u, err := url.Parse(want); err == nil && u.Host != "" {
			lenient = got == u.Host
		}
	}
	return strict, lenient, g
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// words2 is the text of HTML by another way than the one under test: the parser of
// browsers.
func words2(s string) string {
	doc, err := html.Parse(strings.NewReader(s))
	if err != nil {
		return s
	}
	var b strings.Builder
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "script" && n.Parent.Data != "style" {
			b.WriteString(n.Data)
		}
		if n.Type == html.ElementNode {
			switch n.Data {
			case "p", "br", "div", "li", "h1", "h2", "h3", "h4", "tr", "td", "blockquote", "pre", "ul", "ol", "img":
				b.WriteByte(' ')
			}
		}
	}
	return b.String()
}

// linksOf reports whether got, where it is HTML at all, has the links and pictures of
// want, in order.
func linksOf(want, got string) bool {
	if !strings.Contains(got, "<") {
		return true
	}
	a, b := refs(want), refs(got)
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func refs(s string) []string {
	var out []string
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return out
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if t.Data == "a" && a.Key == "href" || t.Data == "img" && a.Key == "src" {
					if u := normalURL(a.Val); strings.HasPrefix(u, "http") {
						out = append(out, u)
					}
				}
			}
		}
	}
}

func compareURL(wantAny any, got string) (strict, lenient bool, g any) {
	want := fmt.Sprint(wantAny)
	if wantAny == nil {
		want = ""
	}
	return want == got, normalURL(want) == normalURL(got), got
}

// normalURL is an address without what makes no difference: the case of scheme and host,
// an empty path, escapes that need not be, parameters that only track.
func normalURL(s string) string {
	s = untracked(strings.TrimSpace(s))
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	if a := absolute("", s); a != "" {
		if v, err := url.Parse(a); err == nil {
			u = v
			u.Host = strings.ToLower(u.Host)
		}
	}
	if u.Path == "" && u.Host != "" {
		u.Path = "/"
	}
	q, _ := url.QueryUnescape(u.RawQuery)
	return u.Scheme + "://" + u.Host + u.Path + "?" + q + "#" + u.Fragment
}

func compareLang(wantAny any, got string) (strict, lenient bool, g any) {
	want := fmt.Sprint(wantAny)
	return want == got, primary(want) == got, got
}

func compareTime(wantAny any, got time.Time) (strict, lenient bool, g any) {
	want, err := time.Parse(time.RFC3339, fmt.Sprint(wantAny))
	if err != nil {
		return false, false, got
	}
	d := want.Sub(got).Abs()
	return d < time.Second, d < time.Second, got
}

func compareIn(wantAny any, got []string, path string) (strict, lenient bool, g any) {
	all := pathIndex.FindAllStringSubmatch(path, -1)
	n, err := strconv.Atoi(all[len(all)-1][1])
	for i, c := range got {
		s, l, _ := compare("eq", wantAny, c)
		strict = strict || s && (err != nil || i == n)
		lenient = lenient || l
	}
	return strict, lenient, got
}

// isSafe reports whether HTML holds nothing that acts.
func isSafe(s string) bool {
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return true
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			switch t.Data {
			case "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "meta", "link", "base", "svg", "math", "template", "textarea", "select", "noscript", "xml":
				return false
			}
			for _, a := range t.Attr {
				v := strings.ToLower(strings.Join(strings.Fields(a.Val), ""))
				if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" || strings.HasPrefix(v, "javascript:") || strings.HasPrefix(v, "vbscript:") || strings.HasPrefix(v, "data:") {
					return false
				}
			}
		}
	}
}

func TestCorpusDates(t *testing.T) {
	f, err := os.Open(filepath.Join(corpus(t), "dates.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n, met := 0, 0
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var d struct {
			Text     string
			Expected any
		}
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		n++
		got, ok := date(d.Text, corpusNow)
		good := ok
		switch want := d.Expected.(type) {
		case nil:
			good = !ok
		case string:
			if want != "any" {
				w, _ := time.Parse(time.RFC3339, want)
				good = ok && got.Sub(w).Abs() < time.Second
			}
		}
		if good {
			met++
		} else {
			t.Logf("%q: %v %v, want %v", d.Text, got, ok, d.Expected)
		}
	}
	t.Logf("dates %d of %d", met, n)
	if met < n {
		t.Errorf("dates %d of %d", met, n)
	}
}
