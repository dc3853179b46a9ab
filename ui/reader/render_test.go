package reader

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds/plain"
	"nightdesk/ui/theme"
)

func dark() *theme.Theme { return theme.Builtin(theme.Options{})[0] }

// check tests what holds for every page: no line is too wide, each is complete in
// itself, and nothing but looks and links to the web leaves.
func check(t testing.TB, p *Page) {
	t.Helper()
	for i, l := range p.Lines {
		if w := ansi.StringWidth(l); w > p.Width {
			t.Fatalf("width %d: line %d has %d cells: %q", p.Width, i, w, l)
		}
		if err := safe(l); err != "" {
			t.Fatalf("line %d: %s: %q", i, err, l)
		}
	}
	if len(p.indent) != len(p.Lines) {
		t.Fatalf("%d indents of %d lines", len(p.indent), len(p.Lines))
	}
	for i, l := range p.Links {
		if l.N != i+1 || !plain.Link(l.URL) || l.Line < 0 && p.Complete {
			t.Fatalf("link %d: %+v", i, l)
		}
		for _, s := range l.Spans {
			if s.Line >= len(p.Lines) || s.From >= s.To || s.To > p.Width {
				t.Fatalf("link %d: %+v of %d lines, width %d", i, s, len(p.Lines), p.Width)
			}
		}
	}
	if !slices.IsSortedFunc(p.Blocks, func(a, b Block) int { return a.Line - b.Line }) ||
		!slices.IsSortedFunc(p.Blocks, func(a, b Block) int { return a.Offset - b.Offset }) {
		t.Fatalf("blocks out of order: %v", p.Blocks)
	}
	for _, h := range p.Headings {
		if h.Line >= len(p.Lines) && len(p.Lines) > 0 && p.Complete {
			t.Fatalf("heading at line %d of %d", h.Line, len(p.Lines))
		}
	}
}

// safe says what is wrong with a line, "" if nothing.
func safe(l string) string {
	open, look := false, false
	for s := l; s != ""; {
		if s[0] != 0x1b {
			r := []rune(s[:min(len(s), 4)])[0]
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				return "control character"
			}
			s = s[len(string(r)):]
			continue
		}
		n := escape(s)
		seq := s[:n]
		s = s[n:]
		switch {
		case strings.HasPrefix(seq, "\x1b["):
			body := strings.TrimSuffix(seq[2:], "m")
			if !strings.HasSuffix(seq, "m") || strings.Trim(body, "0123456789;") != "" {
				return "sequence " + seq
			}
			look = body != "" && body != "0"
		case strings.HasPrefix(seq, "\x1b]8;"):
			_, url, _ := strings.Cut(seq[4:], ";")
			url = strings.TrimSuffix(strings.TrimSuffix(url, "\x07"), "\x1b\\")
			if url != "" && !plain.Link(url) {
				return "link to " + url
			}
			open = url != ""
		default:
			return "sequence " + seq
		}
	}
	if open || look {
		return "not closed"
	}
	return ""
}

func stripped(p *Page) string { return ansi.Strip(strings.Join(p.Lines, "\n")) }

func TestRender(t *testing.T) {
	for _, c := range []struct {
		name, md string
		width    int
		want     string
	}{
		{"paragraphs of an item stay apart, with a hanging indent", "- one two three four\n\n  five\n- six", 18,
			"• one two three\n  four\n\n  five\n\n• six"},
		{"tight list", "- one\n- two\n  - three\n    - four\n- five", 30, "• one\n• two\n  ◦ three\n    ▪ four\n• five"},
		{"numbers stand right-aligned", "9. nine\n10. ten", 40, "  9. nine\n 10. ten"},
		{"tasks", "- [ ] to do\n- [x] done", 20, "○ to do\n✓ done"},
		{"nested quotations keep their bars", "> one two three four five\n>\n> > six seven eight nine ten\n>\n> end", 20,
			"▎ one two three four\n▎ five\n▎\n▎ ▎ six seven eight\n▎ ▎ nine ten\n▎\n▎ end"},
		{"code keeps its indent", "```\nif x {\n\treturn // a long comment\n}\n```", 24,
			"│ if x {\n│     return // a long c\n│ ↪ omment\n│ }"},
		{"long words are cut", "see https://example.org/one/two/three/four/five now", 20, "see\nhttps://example.org/\none/two/three/four/\nfive[1] now"},
		{"soft and hard breaks", "one\ntwo  \nthree\\\nfour<br>five", 40, "one two\nthree\nfour\nfive"},
		{"CJK is broken between characters, not before a comma", "日本語の文章です、これは", 16, "日本語の文章で\nす、これは"},
		{"nor after an opening bracket", "日本語の文章は「これ」", 16, "日本語の文章は\n「これ」"},
		{"escapes and references are decoded once", `\*a\* &amp;amp; &lt;b&gt; \&amp; AT&T &copy; \~`, 60, "*a* &amp; <b> &amp; AT&T © ~"},
		{"code is not decoded", "`&amp; \\* <b>`", 40, "&amp; \\* <b>"},
		{"html", "a <b>bold</b> <!-- c --> move\n\n<!-- THE END -->\n\n<div>\nblock &lt;x\n</div>", 40, "a bold move\n\nblock <x"},
		{"rule", "a\n\n---\n\nb", 21, "a\n\n      ·   ·   ·\n\nb"},
		{"a link shows its number", "a [link](https://example.org/a), [again](https://example.org/a) [b](https://example.org/b)", 60, "a link[1], again[1] b[2]"},
		{"a link whose text is another host shows where it goes", "[www.bank.example](https://evil.example/x) [docs.go.dev](https://go.dev/x)", 60, "www.bank.example[1 evil.example] docs.go.dev[2]"},
		{"what may not be followed is text", "[a](javascript:alert(1)) [b](file:///etc/passwd) [c](#x) [d](data:text/html,x)", 60, "a b c d"},
		{"bare addresses", "see https://example.org/a_(b)?x=1&y=2, (http://example.org/c). xhttp://no ftp://no [in https://x.example](https://x.example/)", 99,
			"see https://example.org/a_(b)?x=1&y=2[1], (http://example.org/c[2]). xhttp://no ftp://no in\nhttps://x.example[3]"},
		{"addresses in other scripts", "[a](https://jp.example/二?q=三) [bücher.example](https://bücher.example/) [apple.com](https://аpple.com/)", 80, "a[1] bücher.example[2 xn--bcher-kva.example] apple.com[3 xn--pple-43d.com]"},
		{"soft breaks in CJK", "日本\n語の\nabc", 40, "日本語の abc"},
		{"mail", "<a@example.org> [b](mailto:b@example.org)", 60, "a@example.org[1] b[2]"},
		{"picture", "text\n\n![words](https://example.org/p.png \"A caption\")\n\n[![linked](https://example.org/q.png)](https://example.org/)", 40,
			"text\n\n▣ A caption\n\n▣ linked"},
		{"picture in a line", "before ![alt](https://example.org/p.png) after", 40, "before [alt] after"},
		{"table", "| a | n |\n|---|---|\n| [x](https://example.org) | 1 |\n| long cell | 20 |", 40,
			"a           n\n─────────────\nx[1]        1\nlong cell  20"},
		{"table with broken cells", "| name | what it is about |\n|---|---|\n| one | some words that are many |\n| two | few |", 24,
			"name  what it is about\n──────────────────────\none   some words that\n      are many\n──────────────────────\ntwo   few"},
		{"table that is folded", "| name | text | more |\n|---|---|---|\n| one | some words that are many | and even more of these |\n| two | few | |", 20,
			"name: one\ntext: some words\n  that are many\nmore: and even\n  more of these\n\nname: two\ntext: few"},
		{"breaks at the ends and in a row", "<br>\\\none<br><br><br>two<br>\n\nthree", 40, "one\n\ntwo\n\nthree"},
		{"code of nothing", "a\n\n```\n\n```\n\n```\n\n  b\n\n```", 20, "a\n\n│   b"},
		{"short items in paragraphs", "- one\n\n- two\n\n  - three\n", 20, "• one\n• two\n  ◦ three"},
		{"heading", "# One\n\ntext\n\n### Three\n\nmore", 40, "One\n\ntext\n\nThree\nmore"},
	} {
		p := Render(c.md, Options{Width: c.width, Theme: dark()})
		check(t, p)
		got := stripped(p)
		if c.width > 30 && c.name != "numbers stand right-aligned" {
			got = strings.ReplaceAll(got, "\n ", "\n")
		}
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestTitleIsNotRepeated(t *testing.T) {
	for _, c := range []struct {
		title, heading string
		left           bool
	}{
		{"The title", "The  Title", true}, {"The title", "The title of another", false}, {"The title", "Title", false}, {"", "Title", false},
		{"A headline that is long enough - The Site", "A headline that is long enough", true},
		{"A headline that is long enough", "A headline that is long enough | The Site", true},
		{"A headline that is long enough", "A headline that is long enoughs", false},
	} {
		p := Render("# "+c.heading+"\n\ntext", Options{Width: 80, Theme: dark(), Title: c.title})
		if got := stripped(p); (got == "text") != c.left {
			t.Errorf("%q under %q: %q", c.heading, c.title, got)
		}
	}
}

// Whatever the first screenful, the whole page is the same.
func TestFirstIsThePageBeginning(t *testing.T) {
	md := prose(3000, 7) + kinds
	for _, width := range []int{20, 76} {
		whole := Render(md, Options{Width: width, Theme: dark()})
		check(t, whole)
		for _, n := range []int{1, 24, 200, 1 << 20} {
			first, rest := RenderFirst(md, Options{Width: width, Theme: dark()}, n)
			check(t, first)
			if len(first.Lines) < min(n, len(whole.Lines)) || !slices.Equal(first.Lines, whole.Lines[:len(first.Lines)]) {
				t.Fatalf("width %d, %d lines: not the beginning", width, n)
			}
			if rest == nil {
				if !first.Complete {
					t.Fatal("nothing is left, but it is not complete")
				}
				continue
			}
			was := slices.Clone(first.Lines)
			all := rest()
			if !slices.Equal(all.Lines, whole.Lines) || !slices.EqualFunc(all.Links, whole.Links, func(a, b Link) bool { return a.URL == b.URL && slices.Equal(a.Spans, b.Spans) }) || !all.Complete {
				t.Fatalf("width %d, %d lines: the rest differs", width, n)
			}
			if !slices.Equal(first.Lines, was) {
				t.Fatal("the first page was changed")
			}
		}
	}
}

func TestPictures(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 64, 32))
	for x := range 64 {
		for y := range 32 {
			img.Set(x, y, color.RGBA{uint8(4 * x), uint8(8 * y), 90, 255})
		}
	}
	const md = "before\n\n> ![alt](https://example.org/p.png)\n\nafter"
	for _, id := range []uint32{0, 0x010203} {
		o := Options{Width: 40, Theme: dark(), Rows: 8, Pictures: map[string]Art{"https://example.org/p.png": {Image: img, Kitty: id}}}
		p := Render(md, o)
		check(t, p)
		if len(p.Pictures) != 1 || p.Pictures[0].Rows != 8 || p.Pictures[0].Cols != 32 {
			t.Fatalf("%+v", p.Pictures)
		}
		at := p.Pictures[0]
		for i := range at.Rows {
			if ansi.StringWidth(p.Lines[at.Line+i]) < at.Cols {
				t.Errorf("row %d is %d cells", i, ansi.StringWidth(p.Lines[at.Line+i]))
			}
		}
		if got := ansi.Strip(p.Lines[at.Line+at.Rows]); strings.Join(strings.Fields(got), " ") != "▎ alt" {
			t.Errorf("caption %q", got)
		}
		if _, err := Transmit(img, 7, at.Cols, at.Rows, 8, 16); err != nil {
			t.Error(err)
		}
	}
	p := Render(md, Options{Width: 40, Theme: theme.Builtin(theme.Options{Depth: theme.NoColor})[0], Pictures: map[string]Art{"https://example.org/p.png": {Image: img}}})
	if p.Pictures[0].Rows != 0 || !strings.Contains(stripped(p), "▣ alt") {
		t.Errorf("without colours: %+v", p.Pictures)
	}
}

// kinds is an article with everything in it.
const kinds = `# Heading one

Text with *emph*, **strong**, ~~gone~~, ` + "`code`" + ` and a [link](https://example.org/a). 日本語の文章です、これは長い。 هذا نص عربي طويل. 👩‍👩‍👧‍👦 🇯🇵 é

## Heading two

- one
- two with [a link](https://example.org/b) that is long enough to be broken

  and another paragraph
  1. deep
     > quote in a list
     > - list in a quote

> quote
> > quote in it with https://example.org/a/very/long/address/that/does/not/fit/anywhere

` + "```go\nfunc main() {\n\tfmt.Println(\"日本語\") // comment\n}\n```" + `

| Head | Number | Words and words |
|---|--:|---|
| a | 12 | [x](https://example.org/c) and many more words than fit |
| b | 7 | 日本語 |

![picture](https://example.org/p.png)

- [x] task
- [ ] task

---

Last.
`

func TestEveryWidth(t *testing.T) {
	for _, th := range theme.Builtin(theme.Options{}) {
		for w := 1; w <= 130; w++ {
			check(t, Render(kinds, Options{Width: w, Theme: th}))
		}
	}
	for _, o := range []theme.Options{{Depth: theme.Colors16}, {Depth: theme.NoColor}, {ASCII: true}} {
		for _, th := range theme.Builtin(o) {
			p := Render(kinds, Options{Width: 60, Theme: th})
			check(t, p)
			if o.Depth == theme.NoColor && strings.Contains(strings.Join(p.Lines, ""), "[3") && strings.Contains(strings.Join(p.Lines, ""), "38;") {
				t.Errorf("%s: colours", th.Name)
			}
		}
	}
}

// What a page may try to do to the renderer ends soon. The time is not asserted; a test
// that hangs is noticed.
func TestHostile(t *testing.T) {
	for name, md := range hostile() {
		from := time.Now()
		p := Render(md, Options{Width: 76, Theme: dark()})
		t.Logf("%s: %d KB, %v, %d lines", name, len(md)>>10, time.Since(from).Round(time.Millisecond), len(p.Lines))
		check(t, p)
	}
}

func hostile() map[string]string {
	return map[string]string{
		"links":      strings.Repeat("[a](", 50000),
		"brackets":   strings.Repeat("[", 100000) + strings.Repeat("]", 100000),
		"images":     strings.Repeat("![", 50000),
		"stars":      strings.Repeat("*a **a ", 50000),
		"unders":     strings.Repeat("_a__", 50000),
		"ticks":      strings.Repeat("`a``", 50000),
		"less":       strings.Repeat("<a ", 50000),
		"quotes":     strings.Repeat(">", 100000) + "a",
		"quotes2":    strings.Repeat(strings.Repeat("> ", 500)+"a\n", 300),
		"lists":      strings.Repeat("- ", 20000) + "a",
		"lists2":     strings.Repeat(strings.Repeat("1. ", 500)+"a\n", 300),
		"indents":    deep(),
		"table":      "|" + strings.Repeat("a|", 2000) + "\n|" + strings.Repeat("-|", 2000) + "\n" + strings.Repeat("|"+strings.Repeat("b|", 2000)+"\n", 100),
		"tall table": "|a|b|\n|-|-|\n" + strings.Repeat("|x|y|\n", 50000),
		"line":       strings.Repeat("word ", 400000),
		"word":       strings.Repeat("x", 1<<20),
		"number":     "9000000000000000000. a\n9000000000000000001. b\n\n999999999. x\n1. y",
		"breaks":     strings.Repeat("a\n", 200000),
		"marks":      "a" + strings.Repeat("\u0301", 100000),
		"entities":   strings.Repeat("&amp;", 200000),
		"code":       "```go\n" + strings.Repeat("x := \"\x1b[31m\"\n", 20000) + "```",
		"colours":    strings.Repeat("```rust\n"+strings.Repeat("r#\"\"\"'", 1500)+"\n```\n\n", 100),
		"refs":       strings.Repeat("[a]: https://example.org\n", 20000) + strings.Repeat("[a] ", 20000),
		"headings":   strings.Repeat("# a\n", 20000),
		"private":    "\U0010FF00" + "9\U0010FF01x\U0010FF02\U0010FF02 \U0010EEEE &#x10FF00;1&#x10FF01;x&#x10FF02; &#x10EEEE;",
		"escape":     "&#27;]52;c;ZXZpbA==&#7; \\&#27;[2J `&#27;[2J` ~~&#27;[2J~~ <b title=x>&#27;[2J</b> [x](<https://a/&#27;]0;p&#7;>) &#27[2J \u009b2J \x1b]0;t\x07 &#x202e;abc",
	}
}

func deep() string {
	var b strings.Builder
	for i := range 1000 {
		b.WriteString(strings.Repeat("  ", i) + "- x\n")
	}
	return b.String()
}

func FuzzRender(f *testing.F) {
	f.Add(kinds, uint8(40))
	for _, s := range hostile() {
		if len(s) < 4000 {
			f.Add(s, uint8(20))
		}
	}
	for _, s := range []string{"1. a\n\n   b\n2. c", "a\\\nb  \nc", "|a|\n|-|\n|`x`|", "> ```\n> x\n", "<a@b.c> <https://x.y>", "[a](<b c>)", "[ref]\n\n[ref]: https://example.org 'title'", "# a #\nb\n==="} {
		f.Add(s, uint8(3))
	}
	ths := theme.Builtin(theme.Options{})
	f.Fuzz(func(t *testing.T, md string, w uint8) {
		if len(md) > 1<<14 {
			return
		}
		o := Options{Width: int(w), Theme: ths[int(w)%len(ths)]}
		p := Render(md, o)
		check(t, p)
		first, rest := RenderFirst(md, o, 3)
		if rest != nil {
			check(t, first)
			first = rest()
		}
		if !slices.Equal(first.Lines, p.Lines) {
			t.Fatalf("%q\n%q", first.Lines, p.Lines)
		}
	})
}
