package company

import (
	"slices"
	"strings"
	"testing"

	"nightdesk/feeds"
)

func TestTag(t *testing.T) {
	tagger := New(Embedded())
	for _, tc := range []struct{ title, summary, want string }{
		{"Amazon cuts hundreds of jobs at AWS", "", "amazon"},
		{"Apple shares fall as iPhone sales slow", "", "apple"},
		{"An apple a day keeps the doctor away", "", ""},
		{"How to build a block of flats", "", ""},
		{"GitHub Copilot gets a free tier", "", "github microsoft"},
		{"ChatGPT goes down for two hours", "", "openai"},
		{"阿里巴巴发布新款芯片", "", "alibaba"},
		{"Shares of (NASDAQ: AMD) rise", "", "amd"},
		{"Nothing to see here", "", ""},
		{"A new season of The Flash begins", "", ""},
		{"Former Google engineer starts bakery", "", ""},
		{"Otto Group baut Stellen ab", "", "otto-group"},
		{"Otto Aviation shows its Phantom 3500", "", "otto-aviation"},
		{"Otto Warmbier’s parents speak", "", ""},
		{"A plan to save $3M or 1.3M a year", "", ""},
		{"3M settles over its foams", "", "3m"},
		{"A geek is no robot, Geeks are neither", "", ""},
		{"Geek+ ships a thousand robots", "", "geekplus"},
		{"Twitter’s new owner fires staff", "", "x"},
	} {
		var got []string
		for _, tag := range tagger.Tag(&feeds.Story{Title: tc.title, Summary: tc.summary}) {
			got = append(got, tag.Slug)
		}
		if s := strings.Join(got, " "); s != tc.want {
			t.Errorf("%q: tagged %q, want %q", tc.title, s, tc.want)
		}
	}
}

func TestShareBar(t *testing.T) {
	s := feeds.Story{Title: "Amazon trims a team", Summary: "Amazon has trimmed a team.", Text: "Amazon has trimmed a team.\nShare on Facebook Share on X Share on LinkedIn\nAmazon buys chips from Nvidia."}
	var got []string
	for _, tag := range New(Embedded()).Tag(&s) {
		got = append(got, tag.Slug)
	}
	if !slices.Equal(got, []string{"amazon", "nvidia"}) {
		t.Errorf("tagged %v", got)
	}
}

func TestListIsSound(t *testing.T) {
	l := Embedded()
	last := ""
	for _, c := range l.All() {
		if c.Slug <= last {
			t.Errorf("%q comes after %q", c.Slug, last)
		}
		last = c.Slug
		if c.Name == "" || strings.Trim(c.Slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			t.Errorf("%q has no name or a bad slug", c.Slug)
		}
		if _, ok := l.Find(c.Parent); c.Parent != "" && !ok {
			t.Errorf("the parent %q of %q is not on the list", c.Parent, c.Slug)
		}
		for _, tick := range c.Tickers {
			if !strings.Contains(tick, ":") {
				t.Errorf("%q: the ticker %q has no exchange", c.Slug, tick)
			}
		}
	}
	if n := len(l.All()); n < 3000 {
		t.Errorf("only %d companies", n)
	}
}

func TestWith(t *testing.T) {
	l, err := Embedded().With([]feeds.Company{{Slug: "acme", Name: "Acme Rockets"}, {Slug: "intel", Hidden: true}, {Slug: "amazon", Aliases: []string{"The Everything Store"}}})
	if err != nil {
		t.Fatal(err)
	}
	tagger := New(l)
	for title, want := range map[string]string{"Acme Rockets lays off staff": "acme", "Intel lays off staff": "", "The Everything Store lays off staff": "amazon"} {
		got := ""
		for _, tag := range tagger.Tag(&feeds.Story{Title: title}) {
			got += tag.Slug
		}
		if got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func FuzzTag(f *testing.F) {
	f.Add("Amazon’s Silent Cull", "Apple, (NASDAQ: X) $AMZN 微软")
	f.Add("\xff\xfe $", ": A")
	tagger := New(Embedded())
	f.Fuzz(func(t *testing.T, title, text string) {
		s := feeds.Story{Title: title, Summary: text, Text: text + title}
		a := tagger.Tag(&s)
		if !slices.Equal(a, tagger.Tag(&s)) {
			t.Error("two answers for one story")
		}
		for _, tag := range a {
			if tag.Score < usual().threshold-0.01 || tag.Score > 1 {
				t.Errorf("score %v", tag.Score)
			}
		}
	})
}

func BenchmarkTag(b *testing.B) {
	tagger := New(Embedded())
	text := strings.Repeat("The company said that it would invest in chips for data centres, and Nvidia shares rose. ", 35)
	s := feeds.Story{Title: "Microsoft and OpenAI agree on a new deal", Summary: "Microsoft said on Monday that it would.", Text: text}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		tagger.Tag(&s)
	}
}

// BenchmarkStart is what the first story pays for the list.
func BenchmarkStart(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(unpack(packed))
	}
}

// BenchmarkTypical is a story as most feeds give it: a title and some sentences.
func BenchmarkTypical(b *testing.B) {
	tagger := New(Embedded())
	s := feeds.Story{
		Title:   "Microsoft and OpenAI agree on a new deal, and Oracle is left out of it",
		Summary: "Microsoft said on Monday that it would share the proceeds of ChatGPT with OpenAI until 2032. Sam Altman, the chief executive, called the deal a relief for both. Shares of Oracle fell by four percent after the news, those of Nvidia rose a little. Analysts had expected less: the two had been at odds about chips, data centres and who may sell what to whom since the spring.",
	}
	b.ReportAllocs()
	for b.Loop() {
		tagger.Tag(&s)
	}
}
