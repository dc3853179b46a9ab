package find

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"nightdesk/feeds/plain"
)

func urls(list []Found) string {
	var s []string
	for _, f := range list {
		s = append(s, f.URL)
	}
	return strings.Join(s, " ")
}

func TestLinks(t *testing.T) {
	const base = "https://site.example/blog/page.html"
	for name, c := range map[string]struct{ page, want string }{
		"plain":           {`<link rel="alternate" type="application/rss+xml" href="/feed">`, "https://site.example/feed"},
		"relative":        {`<link rel=alternate type=application/atom+xml href=atom.xml>`, "https://site.example/blog/atom.xml"},
		"other scheme":    {`<link rel="alternate" type="application/atom+xml" href="//cdn.example/f">`, "https://cdn.example/f"},
		"case":            {`<LINK REL="Foo ALTERNATE" TYPE="Application/RSS+XML" HREF="/f">`, "https://site.example/f"},
		"blanks":          {`<link rel=" alternate " type=" application/rss+xml " href=" /f ">`, "https://site.example/f"},
		"entities":        {`<link rel="&#97;lternate" type="application/rss&#43;xml" href="/f?a=1&amp;b=2">`, "https://site.example/f?a=1&b=2"},
		"charset":         {`<link rel="alternate" type="application/rss+xml; charset=utf-8" href="/f">`, "https://site.example/f"},
		"line breaks":     {"<link rel=\"alternate\"\r\rtype=\"application/rss+xml\"\rhref=\"/a\n/b\">", "https://site.example/a/b"},
		"rel feed":        {`<link rel="feed" href="/f">`, "https://site.example/f"},
		"json":            {`<link rel="alternate" type="application/feed+json" href="/f.json">`, "https://site.example/f.json"},
		"bare json":       {`<link rel="alternate" type="application/json" href="/feed.json">`, "https://site.example/feed.json"},
		"api":             {`<link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">`, ""},
		"oembed":          {`<link rel="alternate" type="text/xml" href="/oembed?url=x&format=xml">`, ""},
		"xml":             {`<link rel="alternate" type="application/xml" href="/rss.xml">`, "https://site.example/rss.xml"},
		"not a feed":      {`<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" type="application/rss+xml" href="/x">`, ""},
		"rev":             {`<link rev="alternate" type="application/rss+xml" href="/x">`, ""},
		"blank in type":   {`<link rel="alternate" type="application/ atom+xml" href="/x">`, ""},
		"an entry":        {`<link rel="alternate" type="application/atom+xml;type=entry" href="/x">`, ""},
		"in a comment":    {`<!-- <link rel="alternate" type="application/rss+xml" href="/x"> -->`, ""},
		"in a script":     {`<script>'<link rel="alternate" type="application/rss+xml" href="/x">'</script>`, ""},
		"bad schemes":     {`<link rel=alternate type=application/rss+xml href="javascript:x"><link rel=alternate type=application/rss+xml href="file:///etc/passwd">`, ""},
		"feed scheme":     {`<link rel=alternate type=application/rss+xml href="feed://a.example/f"><link rel=alternate type=application/rss+xml href="feed:https://b.example/f">`, "http://a.example/f https://b.example/f"},
		"secrets":         {`<link rel=alternate type=application/rss+xml href="https://u:p@a.example/f#x">`, "https://a.example/f"},
		"base":            {`<base href="https://other.example/x/"><link rel=alternate type=application/rss+xml href="f">`, "https://other.example/x/f"},
		"second base":     {`<base href="/x/"><base href="/y/"><link rel=alternate type=application/rss+xml href="f">`, "https://site.example/x/f"},
		"late base":       {`<link rel=alternate type=application/rss+xml href="f"><base href="/x/">`, "https://site.example/blog/f"},
		"evil base":       {`<base href="javascript:x"><link rel=alternate type=application/rss+xml href="f">`, "https://site.example/blog/f"},
		"twice":           {`<link rel=alternate type=application/rss+xml href="/f"><link rel=alternate type=application/rss+xml href="/f#2">`, "https://site.example/f"},
		"comments last":   {`<link rel=alternate type=application/rss+xml href="/comments/feed"><link rel=alternate type=application/rss+xml href="/f">`, "https://site.example/f https://site.example/comments/feed"},
		"anchors":         {`<a href="/about">x</a><a href="/blog/rss.xml">RSS</a><a href="https://feeds.feedburner.com/x">y</a><a href="/?feed=rss2">z</a><a href="/feedback">no</a>`, "https://site.example/blog/rss.xml https://feeds.feedburner.com/x https://site.example/?feed=rss2"},
		"links first":     {`<a href="/rss">RSS</a><link rel=alternate type=application/rss+xml href="/f">`, "https://site.example/f https://site.example/rss"},
		"utf-16":          {"\xff\xfe" + wide(`<link rel=alternate type=application/rss+xml href="/f">`), "https://site.example/f"},
		"odd host":        {`<link rel=alternate type=application/rss+xml href="http://[::1">`, ""},
		"escape sequence": {"<link rel=alternate type=application/rss+xml title='a\x1b[31mb' href='/\x1b]0;x'>", "https://site.example/%1B]0;x"},
	} {
		got := urls(Links([]byte(c.page), base))
		if name == "escape sequence" { // refused or escaped, but never raw
			if strings.Contains(got, "\x1b") {
				t.Errorf("%s: %q", name, got)
			}
			continue
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	l := Links([]byte(`<a href="/rss.xml"> All <b>the</b> news </a><a href=/x>no</a>`), base)
	if len(l) != 1 || l[0].Title != "All the news" {
		t.Errorf("anchor: %+v", l)
	}
	many := strings.Repeat(`<a href="/rss.xml?%d">x</a>`, 500)
	var n []any
	for i := range 500 {
		n = append(n, i)
	}
	if l := Links(fmt.Appendf(nil, many, n...), base); len(l) != maxLinks {
		t.Errorf("%d links", len(l))
	}
}

// wide is UTF-16LE.
func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

func TestRefresh(t *testing.T) {
	for page, want := range map[string]string{
		`<meta http-equiv="refresh" content="0; url=/new/">`:             "https://a.example/new/",
		`<META HTTP-EQUIV="Refresh" CONTENT="0;URL='http://b.example'">`: "http://b.example",
		`<meta http-equiv="refresh" content="30">`:                       "",
		`<meta http-equiv="refresh" content="0;url=javascript:x">`:       "",
		`<meta name="x" content="0; url=/new/">`:                         "",
	} {
		if got := refresh([]byte(page), "https://a.example/"); got != want {
			t.Errorf("%s: %q, want %q", page, got, want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add([]byte(`<base href="/x/"><link rel="alternate" type="application/rss+xml" title="t" href="f"><a href="/rss">x</a>`), "https://a.example/")
	f.Add([]byte(`<meta http-equiv="refresh" content="0; url=/new/">`), "https://a.example/x")
	f.Fuzz(func(t *testing.T, page []byte, base string) {
		list := Links(page, base)
		if len(list) > maxLinks {
			t.Errorf("%d links", len(list))
		}
		seen := make(map[string]bool)
		for _, l := range list {
			if !plain.Link(l.URL) || seen[l.URL] || len(l.URL) > 3<<10 {
				t.Errorf("link %q", l.URL)
			}
			seen[l.URL] = true
			if u, err := url.Parse(l.URL); err != nil || u.User != nil || !web(u) {
				t.Errorf("link %q", l.URL)
			}
			if l.Title != plain.Text(l.Title) || len([]rune(l.Title)) > 200 {
				t.Errorf("title %q", l.Title)
			}
		}
		if to := refresh(page, base); to != "" && !plain.Link(to) {
			t.Errorf("refresh to %q", to)
		}
	})
}

// corpus is the folder of shared test documents beside the module, if it is there.
func corpus(t *testing.T) string {
	t.Helper()
	dir, _ := os.Getwd()
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Skip("no module root")
		}
		dir = filepath.Dir(dir)
	}
	dir = filepath.Join(dir, "..", "shared", "corpus", "feeds")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no corpus")
	}
	return dir
}

// TestCorpusDiscovery counts, for each project, the pages whose feeds are found first and
// in order.
func TestCorpusDiscovery(t *testing.T) {
	dir := filepath.Join(corpus(t), "discovery")
	want := map[string][]string{
		"feed-io/discovery-dualprotocol.html": {"https://example.org/feed.xml", "https://example.org/comments.xml"},
		"feed-io/discovery-https.html":        {"https://example.org/feed.xml", "https://example.org/comments.xml"},
		"feeder/slashdot.html":                {"http://rss.slashdot.org/Slashdot/slashdotMain"},
		"feedreader/heise.html":               {"https://www.heise.de/rss/heise-atom.xml", "https://www.heise.de/rss/heise.rdf"},
		"feedreader/orf.html":                 {"https://rss.orf.at/news.xml"},
		"feedreader/stackoverflow.html":       {"https://example.org/feeds"},
		"netnewswire/inessential.html":        {"http://inessential.com/xml/rss.xml"},
	}
	least := map[string]int{"feed-io": 2, "feeder": 1, "feedreader": 3, "feedvalidator": 25, "netnewswire": 1}
	files, err := filepath.Glob(filepath.Join(dir, "*", "*.html"))
	if err != nil || len(files) == 0 {
		t.Skip("no pages")
	}
	found, expected := map[string]int{}, map[string]int{}
	for _, path := range files {
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		project, file, _ := strings.Cut(name, "/")
		page, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		base := "https://example.org/"
		exact := false
		exp := want[name]
		if project == "feedvalidator" {
			if file == "index.html" {
				continue
			}
			// Each page names exactly one feed, called as the page; what it must not find is "404".
			base, exact = "http://diveintomark.org/tests/client/autodiscovery/"+file, true
			exp = []string{strings.TrimSuffix(file, ".html") + ".xml"}
		}
		if exp == nil {
			t.Errorf("%s: no expectation", name)
		}
		expected[project]++
		got := Links(page, base)
		ok := len(got) >= len(exp) && (!exact || len(got) == len(exp))
		for i := range exp {
			ok = ok && (got[i].URL == exp[i] || exact && strings.HasSuffix(got[i].URL, "/"+exp[i]))
		}
		switch file { // relative to a base on another server
		case "html4-047.html", "html4-049.html":
			ok = ok && strings.HasPrefix(got[0].URL, "http://www.ragingplatypus.com/tests/client/autodiscovery/")
		case "html4-006.html":
			ok = ok && got[0].URL == "http://diveintomark.org/tests/client/autodiscovery/html4-006.xml"
		}
		if ok {
			found[project]++
		} else {
			t.Logf("%s: found %q, want %q", name, urls(got), exp)
		}
	}
	for project, n := range expected {
		t.Logf("%-14s %d/%d", project, found[project], n)
		if found[project] < min(least[project], n) {
			t.Errorf("%s: %d of %d found, it were %d before", project, found[project], n, least[project])
		}
	}
}

// TestCorpusLooksLikeFeed counts how many documents are told right.
func TestCorpusLooksLikeFeed(t *testing.T) {
	dir := corpus(t)
	manifest, err := os.ReadFile(filepath.Join(dir, "MANIFEST.tsv"))
	if err != nil {
		t.Skip("no manifest")
	}
	right, all := map[string]int{}, map[string]int{}
	feeds, told := 0, 0
	for line := range strings.SplitSeq(string(manifest), "\n") {
		f := strings.Split(line, "\t")
		if len(f) < 3 {
			continue
		}
		kind := f[1]
		var want bool
		switch kind {
		case "atom03", "atom10", "rss09x", "rss1", "rss2", "jsonfeed", "cdf":
			want = true
		case "html", "other":
		default:
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f[0])))
		if err != nil {
			continue
		}
		all[kind]++
		if want {
			feeds++
		}
		if LooksLikeFeed(b) == want {
			right[kind]++
			if want {
				told++
			}
		} else {
			t.Logf("%s (%s) is told wrong: %.100q", f[0], kind, b)
		}
	}
	for kind, n := range all {
		t.Logf("%-9s %d/%d", kind, right[kind], n)
	}
	if right["html"] < all["html"] || told*1000 < feeds*998 {
		t.Errorf("feeds %d/%d, pages %d/%d", told, feeds, right["html"], all["html"])
	}
}
