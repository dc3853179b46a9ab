package reader

import (
	"image"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"charm.land/glamour/v2"
	"charm.land/glamour/v2/styles"

	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

// prose is made-up Markdown of about that many words: paragraphs with some emphasis and
// links, headings, a list and a quotation now and then.
func prose(words int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 1))
	const letters = "etaoinshrdlucmfwypvbgkjqxz"
	word := func() string {
		b := make([]byte, 1+r.IntN(9))
		for i := range b {
			b[i] = letters[min(r.IntN(len(letters)), r.IntN(len(letters)))]
		}
		return string(b)
	}
	var b strings.Builder
	sentence := func(n int) {
		for i := range n {
			if i > 0 {
				b.WriteByte(' ')
			}
			w := word()
			switch r.IntN(40) {
			case 0:
				b.WriteString("**" + w + "**")
			case 1:
				b.WriteString("[" + w + " " + word() + "](https://example.org/" + w + ")")
			case 2:
				b.WriteString("*" + w + "*")
			case 3:
				b.WriteString("`" + w + "`")
			default:
				b.WriteString(w)
			}
		}
		b.WriteByte('.')
	}
	for left, para := words, 0; left > 0; para++ {
		switch {
		case para%9 == 4:
			b.WriteString("## ")
			sentence(5)
			left -= 5
		case para%11 == 7:
			for range 4 {
				b.WriteString("- ")
				sentence(14)
				b.WriteByte('\n')
			}
			left -= 56
		case para%13 == 9:
			b.WriteString("> ")
			sentence(30)
			left -= 30
		default:
			n := 40 + r.IntN(60)
			sentence(n)
			left -= n
		}
		b.WriteString("\n\n")
	}
	return b.String()
}

// From stored text to the lines that the screen shows: 45 of them, at a measure of 76.
func benchFirst(b *testing.B, words int) {
	md := prose(words, 1)
	th := theme.Builtin(theme.Options{})[0]
	m := New(th)
	m.Resize(100, 45)
	s := feeds.Story{ID: "a", Title: "A title", FeedTitle: "Outlet", Words: words}
	b.ReportAllocs()
	var took []time.Duration
	for b.Loop() {
		from := time.Now()
		m.Begin(s)
		p, _ := RenderFirst(md, m.Options(), m.Screenful())
		m.SetPage(p)
		m.View()
		took = append(took, time.Since(from))
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*95/100])/1e6, "p95-ms")
}

func BenchmarkFirst1k(b *testing.B)  { benchFirst(b, 1000) }
func BenchmarkFirst10k(b *testing.B) { benchFirst(b, 10000) }

func benchWhole(b *testing.B, words int) {
	md := prose(words, 1)
	th := theme.Builtin(theme.Options{})[0]
	b.ReportAllocs()
	for b.Loop() {
		Render(md, Options{Width: 76, Theme: th})
	}
}

func BenchmarkWhole1k(b *testing.B)  { benchWhole(b, 1000) }
func BenchmarkWhole10k(b *testing.B) { benchWhole(b, 10000) }

// What glamour itself takes for the same.
func benchGlamour(b *testing.B, words int) {
	md := prose(words, 1)
	b.ReportAllocs()
	for b.Loop() {
		r, err := glamour.NewTermRenderer(glamour.WithStyles(styles.DarkStyleConfig), glamour.WithWordWrap(76))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := r.Render(md); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGlamour1k(b *testing.B)  { benchGlamour(b, 1000) }
func BenchmarkGlamour10k(b *testing.B) { benchGlamour(b, 10000) }

func BenchmarkScroll(b *testing.B) {
	th := theme.Builtin(theme.Options{})[0]
	m := New(th)
	m.Resize(100, 45)
	m.Begin(feeds.Story{ID: "a", Title: "A title"})
	m.SetPage(Render(prose(10000, 1), m.Options()))
	b.ReportAllocs()
	n := 1
	for b.Loop() {
		m.ScrollBy(n)
		if m.AtEnd() || m.top == 0 {
			n = -n
		}
		m.View()
	}
}

func BenchmarkFind10k(b *testing.B) {
	th := theme.Builtin(theme.Options{})[0]
	m := New(th)
	m.Resize(100, 45)
	m.Begin(feeds.Story{ID: "a", Title: "A title"})
	m.SetPage(Render(prose(10000, 1), m.Options()))
	b.ReportAllocs()
	for b.Loop() {
		m.Find("eta")
	}
}

func BenchmarkCode(b *testing.B) {
	for _, lang := range []string{"go", "text", "unheardof"} {
		b.Run(lang, func(b *testing.B) {
			md := "```" + lang + "\n" + strings.Repeat("func main() { fmt.Println(\"hi\", 12) } // comment\n", 40) + "```\n"
			for b.Loop() {
				Render(md, Options{Width: 76, Theme: theme.Builtin(theme.Options{})[0]})
			}
		})
	}
}

func BenchmarkPicture(b *testing.B) {
	img := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for b.Loop() {
		halfBlocks(img, 48, 16, true)
	}
}
