package store

import (
	"strings"
	"testing"

	"nightdesk/feeds"
)

func TestSearch(t *testing.T) {
	for _, indexed := range []bool{false, true} {
		d := newDesk(t)
		d.save(gazette,
			story("Nvidia's new chip", at(-1), text("A new chip for servers, said Jensen.")),
			story("OpenAI lawsuit café", at(-2), text("The case goes on.")),
			story("苹果发布新手机 M5", at(-3), text("苹果公司今天发布")),
			story("AT&T \"quoted\" C++", at(-4), text("It is about AT&T.")),
			story("Ärger in Zürich", at(-5), text("naïve coöperation"), func(s *feeds.Story) { s.Author = "José Müller" }),
			story("Only a summary", at(-6), text("nothing"), func(s *feeds.Story) { s.Summary = "mentions a walrus" }))
		if indexed {
			d.index()
		}
		phrase, prefix := func(t feeds.Term) feeds.Term { t.Phrase = true; return t }, func(t feeds.Term) feeds.Term { t.Prefix = true; return t }
		for _, test := range []struct {
			q    feeds.Expr
			want string
		}{
			{word("chip"), "Nvidia's new chip"},
			{word("CHIP"), "Nvidia's new chip"},
			{prefix(word("nvid")), "Nvidia's new chip"},
			{prefix(word("nv")), ""}, // too short to stand for more than itself
			{word("nvid"), ""},
			{phrase(word("new chip")), "Nvidia's new chip"},
			{phrase(word("chip new")), ""},
			{phrase(prefix(word("new chi"))), "Nvidia's new chip"},
			{word("cafe"), "OpenAI lawsuit café"},
			{word("café"), "OpenAI lawsuit café"},
			{word("zurich"), "Ärger in Zürich"},
			{word("ÄRGER"), "Ärger in Zürich"},
			{word("naive"), "Ärger in Zürich"},
			{of(feeds.InAuthor, "jose"), "Ärger in Zürich"},
			{of(feeds.InTitle, "jose"), ""},
			{word("jose"), "Ärger in Zürich"},
			{word("发布"), "苹果发布新手机 M5"},
			{word("布发"), ""},
			{word("新手机"), "苹果发布新手机 M5"},
			{word("m5"), "苹果发布新手机 M5"},
			{word("at&t"), "AT&T \"quoted\" C++"},
			{word("c++"), "AT&T \"quoted\" C++"},
			{word("walrus"), "Only a summary"},
			{feeds.And{word("chip"), word("servers")}, "Nvidia's new chip"},
			{feeds.And{word("new"), feeds.Not{X: word("lawsuit")}}, "Nvidia's new chip"},
			{feeds.Or{word("walrus"), word("cafe")}, "OpenAI lawsuit café|Only a summary"},
			{feeds.And{feeds.Not{X: word("the")}, feeds.Not{X: word("it")}, feeds.Not{X: word("a")}}, "苹果发布新手机 M5|Ärger in Zürich"},
			{word("f1z"), ""}, // what the index knows besides is not to be found by its name
			{of(feeds.InTitle, "cafe", "chip"), "Nvidia's new chip|OpenAI lawsuit café"},
		} {
			if got := d.find(test.q); got != test.want {
				t.Errorf("indexed %v: %+v:\ngot  %q\nwant %q", indexed, test.q, got, test.want)
			}
		}
	}
}

func TestIndexFollows(t *testing.T) {
	d := newDesk(t)
	named := func(s *feeds.Story) { s.GUID, s.URL = "g", "https://x.example/g" }
	a := d.save(gazette, story("a walrus", noon, named))
	d.index()
	d.save(gazette, story("a unicorn", noon, named, text("quite another text about something else")))
	d.want(d.find(word("unicorn"))+"|"+d.find(word("walrus")), "a unicorn|")
	d.index()
	d.want(d.find(word("unicorn"))+"|"+d.find(word("walrus")), "a unicorn|")
	id := a.New[0].ID
	d.must(d.FullText(ctx, id, &feeds.Article{Title: "t", Markdown: strings.Repeat("The page tells of a griffin. ", 9), Source: "page", Words: 9}))
	d.want(d.find(word("griffin")), "a unicorn")
	d.index()
	d.want(d.find(feeds.And{word("griffin"), word("unicorn")}), "a unicorn")
	if n, err := d.forget(ctx, []int64{a.New[0].Row}); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	d.want(d.find(word("griffin")), "")
	if left, err := d.Index(ctx, 10); left != 0 || err != nil {
		t.Error(left, err)
	}
}

func TestSnippet(t *testing.T) {
	d := newDesk(t)
	filler := strings.Repeat("lorem ipsum dolor sit amet ", 30)
	a := d.save(gazette, story("t", noon, text(filler+"then the naïve Regulator, said on Friday "+filler)))
	for q, want := range map[string]string{"regulator": "[Regulator,]", "naive": "[naïve]", "absent": "", "\"*": ""} {
		got, err := d.Snippet(ctx, a.New[0].ID, feeds.Query{Root: word(q)}, "[", "]")
		if err != nil || !strings.Contains(got, want) || want == "" && got != "" || len(strings.Fields(got)) > snippetWords+2 {
			t.Errorf("%s: %q %v", q, got, err)
		}
	}
	got, _ := d.Snippet(ctx, a.New[0].ID, feeds.Query{Root: feeds.And{feeds.Term{Values: []string{"regulator said"}, Phrase: true}, feeds.Not{X: word("lorem")}}}, "[", "]")
	if !strings.Contains(got, "[Regulator, said]") {
		t.Error(got)
	}
}

// hostile are strings that mean something to SQL, to FTS5, to LIKE or to JSON.
var hostile = []string{"", " ", "\x00", "a\x00b", "'", `"`, `""`, `"a`, `a"b`, "';DROP TABLE story;--", "*", "a*", "^a", "a:b", "title:x", "NEAR(a b)", "NEAR", "AND", "OR", "NOT", "a AND", "(", ")", "((", "{a b}:c", "-a", "+", "a+b", "%", "_", `\`, "\xff\xfe", "a\xffb",
	"\u202e", "\u0301", "e\u0301", "🙂", "𝔘", "\ufdfa", "ﬀ", "İ", "ß", strings.Repeat("a ", 5000), strings.Repeat("x", 100_000), strings.Repeat("(", 1000), strings.Repeat("漢", 3000), "[1,2]", `{"a":1}`, "?", "?1", ":a", "@a", "$a", "\u2028", "\t", "\n", "1e999", "0x10", "-1"}

func FuzzQuery(f *testing.F) {
	for i, s := range hostile {
		if len(s) < 1000 {
			f.Add(s, hostile[(i*7)%len(hostile)][:min(20, len(hostile[(i*7)%len(hostile)]))], byte(i))
		}
	}
	d, _ := library(f, true)
	d.save(gazette, story("Something that waits", noon))
	f.Fuzz(func(t *testing.T, a, b string, how byte) { d.ask(t, a, b, how) })
}

func TestHostile(t *testing.T) {
	d, _ := library(t, true)
	d.save(gazette, story("Something that waits", noon))
	for i, a := range hostile {
		for how := range 6 {
			d.ask(t, a, hostile[(i*5+how)%len(hostile)], byte(how*41+i))
		}
	}
	// as content too
	var list []feeds.Story
	for i, s := range hostile {
		title := strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "") + "."
		list = append(list, story(title, at(i), func(x *feeds.Story) {
			x.GUID, x.URL, x.Author, x.Categories, x.Companies = s, s, s, []string{s}, []feeds.Tag{{Slug: s, Name: s}}
		}))
	}
	d.save(chips, list...)
	d.index()
	d.sound()
	for i := range list {
		if got, err := d.List(ctx, feeds.ListRequest{Query: feeds.Query{Root: of(feeds.OfCompany, list[i].Companies[0].Slug)}}, Env{}); err != nil || len(got) == 0 {
			t.Errorf("%.20q: %d %v", list[i].Companies[0].Slug, len(got), err)
		}
	}
}

// ask asks for two values in every way; whatever they are, the answer is a list, the same
// for a page and for the whole, and agrees with the count.
func (d *desk) ask(t *testing.T, a, b string, how byte) {
	t.Helper()
	fields := []feeds.Field{feeds.AnyText, feeds.InTitle, feeds.InAuthor, feeds.InText, feeds.ByID, feeds.OfCompany, feeds.FromFeed, feeds.InFolder, feeds.WithTag, feeds.Category, feeds.Lang, feeds.OfKind, feeds.OfEvent}
	x := feeds.Term{Field: fields[int(how)%len(fields)], Values: []string{a}, Prefix: how&16 > 0, Phrase: how&32 > 0}
	y := feeds.Term{Field: fields[int(how/3)%len(fields)], Values: []string{b, a}, Prefix: how&64 > 0}
	var root feeds.Expr = feeds.And{x, y}
	switch how % 5 {
	case 0:
		root = feeds.Or{x, y}
	case 1:
		root = feeds.And{x, feeds.Not{X: y}}
	case 2:
		root = x
	case 3:
		root = feeds.Not{X: feeds.Or{x, feeds.And{y, is("unread")}}}
	}
	sorts := []feeds.Sort{feeds.Newest, feeds.Oldest, feeds.Top, feeds.Relevance}
	req := feeds.ListRequest{Query: feeds.Query{Root: root}, Sort: sorts[int(how/7)%4], Clusters: how&128 > 0}
	list, err := d.List(ctx, req, Env{Watched: []string{a, b}})
	if err != nil {
		t.Fatalf("%.80q %.80q %d: %v", a, b, how, err)
	}
	req.Limit = 3
	page, err := d.List(ctx, req, Env{})
	if err != nil || len(page) != min(3, len(list)) {
		t.Fatalf("%.80q %.80q %d: %d of %d: %v", a, b, how, len(page), len(list), err)
	}
	n, err := d.Count(ctx, req.Query, Env{})
	if err != nil || !req.Clusters && n != len(list) {
		t.Fatalf("%.80q %.80q %d: counted %d of %d: %v", a, b, how, n, len(list), err)
	}
	if _, err := d.CompanyCounts(ctx, req.Query, Env{}, 0, 5); err != nil {
		t.Fatal(err)
	}
	if len(page) > 0 {
		if _, err := d.Snippet(ctx, page[0].ID, req.Query, "[", "]"); err != nil {
			t.Fatal(err)
		}
	}
}

func FuzzBare(f *testing.F) {
	for _, s := range []string{"<p>a &amp; b</p>", "<script>x</script>y", "<", "a<b", "<style", "</", "<!-- x -->"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := bare(s); len(got) > 4*len(s)+16 {
			t.Errorf("%d bytes became %d", len(s), len(got))
		}
		m, x := unpackBody(packBody(s, "text of it"))
		if m != strings.ReplaceAll(s, "\x00", "") || x != "text of it" {
			t.Errorf("%q %q", m, x)
		}
	})
}
