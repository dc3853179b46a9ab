package theme

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestBuiltin(t *testing.T) {
	for _, b := range []builtin{darkTheme(), lightTheme(), contrastTheme(), plainTheme()} {
		for _, m := range []map[string]string{b.looks, b.few} {
			if _, err := build(b, m, Options{}); err != nil {
				t.Errorf("%s: %v", b.name, err)
			}
		}
	}
	for _, o := range []Options{{}, {Depth: Colors16}, {Depth: NoColor}, {ASCII: true}} {
		for _, th := range Builtin(o) {
			for _, r := range Roles() {
				got := th.Paint(r, "word")
				if ansi.Strip(got) != "word" {
					t.Errorf("%s %s: %q", th.Name, r, got)
				}
				if th.Depth == NoColor && (th.looks[r].fg != "" || th.looks[r].bg != "") {
					t.Errorf("%s %s: colour without colours", th.Name, r)
				}
				if o.Depth == Colors16 && strings.Contains(th.SGR(r), "8;2") {
					t.Errorf("%s %s: %q needs more than 16 colours", th.Name, r, th.SGR(r))
				}
			}
		}
	}
}

// What is told by weight or reverse must differ without any colour too.
func TestToldApartWithoutColour(t *testing.T) {
	for _, o := range []Options{{}, {Depth: Colors16}, {Depth: NoColor}} {
		for _, th := range Builtin(o) {
			for _, p := range [][2]Role{{Title, ReadTitle}, {Match, Text}, {CurrentMatch, Match}, {SelectedLink, Link}, {Added, Removed}, {Strong, Text}, {Heading2, Text}} {
				a, b := th.looks[p[0]], th.looks[p[1]]
				a.fg, b.fg = "", ""
				if p[0] == Match || p[0] == CurrentMatch || p[0] == SelectedLink {
					// their backgrounds tell: reverse without colours
					if th.Depth == NoColor && a == b {
						t.Errorf("%s: %s and %s look the same", th.Name, p[0], p[1])
					}
					continue
				}
				if a == b {
					t.Errorf("%s: %s and %s are told apart by colour alone", th.Name, p[0], p[1])
				}
			}
		}
	}
}

func TestPaint(t *testing.T) {
	th, err := New("dark", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := th.Paint(Title, "x"); got != "\x1b[1mx\x1b[m" {
		t.Errorf("%q", got)
	}
	if got := th.Paint(Text, "x"); got != "x" {
		t.Errorf("%q", got)
	}
	if got := th.Style(Accent).Render("x"); got != "\x1b[38;2;229;171;88mx\x1b[m" {
		t.Errorf("%q", got)
	}
	if got, want := th.Fill(Selected, "a\x1b[1mb\x1b[mc"), "\x1b[48;2;38;42;51ma\x1b[1mb\x1b[m\x1b[48;2;38;42;51mc\x1b[m"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if th.Paint(200, "x") != "x" || th.SGR(200) != "" || Role(200).String() != "?" {
		t.Error("a role that is none must do nothing")
	}
}

func TestCustom(t *testing.T) {
	th, err := Custom("mine", "light", map[string]string{"accent": "Bold #abc on 17", "dim": "bright-blue", "text": "none"}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for r, want := range map[Role]string{Accent: "\x1b[1;38;2;170;187;204;48;5;17m", Dim: "\x1b[94m", Text: ""} {
		if th.SGR(r) != want {
			t.Errorf("%s: %q, want %q", r, th.SGR(r), want)
		}
	}
	if th.Name != "mine" {
		t.Error(th.Name)
	}
	for _, c := range []struct {
		base  string
		looks map[string]string
		want  string
	}{
		{"drak", nil, `there is no theme "drak"; did you mean "dark"?`},
		{"dark", map[string]string{"acent": "red"}, `there is no part "acent"; did you mean "accent"?`},
		{"dark", map[string]string{"accent": "bald"}, `accent: "bald" is no colour and no attribute; did you mean "bold"?`},
		{"dark", map[string]string{"accent": "#12345"}, `"#12345" is no colour`},
		{"dark", map[string]string{"accent": "256"}, `"256" is no colour`},
		{"dark", map[string]string{"accent": "red on"}, `a colour is missing after "on"`},
	} {
		_, err := Custom("mine", c.base, c.looks, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %s", c.looks, err, c.want)
		}
	}
}

func TestGlyphsAreOneCell(t *testing.T) {
	for _, g := range []Glyphs{unicodeGlyphs(), asciiGlyphs()} {
		all := append([]string{g.Cursor, g.Unread, g.Star, g.Queued, g.Saved, g.Broken, g.Caret, g.Ellipsis, g.Dot, g.Arrow, g.Up, g.Down, g.Refresh,
			g.Close, g.Picture, g.Horizontal, g.Vertical, g.TopLeft, g.TopRight, g.BottomLeft, g.BottomRight, g.TeeDown, g.TeeUp, g.TeeRight, g.TeeLeft,
			g.Crossing, g.ProgressFull, g.ProgressEmpty, g.Heavy, g.Quote, g.Ticked, g.Unticked, g.Wrapped}, append(g.Spinner, g.Bullets[:]...)...)
		for i, s := range all {
			if ansi.StringWidth(s) != 1 {
				t.Errorf("sign %d %q is %d cells wide", i, s, ansi.StringWidth(s))
			}
		}
	}
	for _, s := range []string{asciiGlyphs().Star, asciiGlyphs().Cursor, asciiGlyphs().Wrapped} {
		if s[0] >= 0x80 {
			t.Errorf("%q is no ASCII", s)
		}
	}
}

// contrast is that of WCAG 2: from 1 to 21.
func contrast(a, b string) float64 {
	lum := func(hex string) float64 {
		var sum float64
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
			v := float64(n) / 255
			if v <= 0.04045 {
				v /= 12.92
			} else {
				v = math.Pow((v+0.055)/1.055, 2.4)
			}
			sum += weight * v
		}
		return sum
	}
	x, y := lum(a), lum(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestContrast(t *testing.T) {
	for name, grounds := range map[string][]string{"dark": {"#000000", "#16181d", "#1e1e2e"}, "light": {"#ffffff", "#fafafa"}} {
		th, err := New(name, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range Roles() {
			l := th.looks[r]
			want := 4.5
			switch r {
			case Rule, QuoteBar: // lines, not to be read
				continue
			case Faint, LinkNumber, Age, Section, Unread, Star, Progress, Bullet: // signs, and what may be overlooked
				want = 3
			}
			if l.fg == "" {
				continue
			}
			on := grounds
			if l.bg != "" {
				on = []string{l.bg}
			}
			for _, g := range on {
				if c := contrast(l.fg, g); c < want {
					t.Errorf("%s: %s %s on %s: contrast %.2f, want %.1f", name, r, l.fg, g, c, want)
				}
			}
		}
	}
}

func TestPreview(t *testing.T) {
	for _, th := range Builtin(Options{}) {
		all := ansi.Strip(strings.Join(th.Preview(80), "\n"))
		for _, r := range Roles() {
			if !strings.Contains(all, r.String()) {
				t.Errorf("%s: no %s", th.Name, r)
			}
		}
		for _, w := range []int{1, 40, 80} {
			for _, l := range th.Preview(w) {
				if ansi.StringWidth(l) > max(w, 18) {
					t.Errorf("width %d: %q", w, l)
				}
			}
		}
	}
}

func BenchmarkPaint(b *testing.B) {
	th := Builtin(Options{})[0]
	b.ReportAllocs()
	for b.Loop() {
		th.Paint(Title, "Trainium 2 racks ship to the first customers")
	}
}
