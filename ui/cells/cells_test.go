package cells

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
)

// samples are lines as panes make them: wide characters, joined ones, styles, links.
func samples() []string {
	return []string{
		"", "plain", "三星维修网站", "a family 👨‍👩‍👧 and 🏴󠁧󠁢󠁥󠁮󠁧󠁿", "e\u0301e\u0301e\u0301", "\x1b[1;31mred\x1b[0m and \x1b[4m三星\x1b[0m",
		"\x1b]8;;https://a.example/\x1b\\a link\x1b]8;;\x1b\\ here", "עברית ועוד", strings.Repeat("x", 300),
	}
}

func TestMeasures(t *testing.T) {
	for _, s := range samples() {
		if Width(s) != ansi.StringWidth(s) {
			t.Errorf("%q: %d cells, want %d", s, Width(s), ansi.StringWidth(s))
		}
		for w := -1; w < 24; w++ {
			want := max(w, 0)
			for what, got := range map[string]string{"Fit": Fit(s, w, "…"), "Right": Right(s, w, "")} {
				if n := ansi.StringWidth(got); n != want {
					t.Errorf("%s(%q, %d) is %d cells: %q", what, s, w, n, got)
				}
			}
			cut := Cut(s, w, "…")
			if n := ansi.StringWidth(cut); n > want {
				t.Errorf("Cut(%q, %d) is %d cells", s, w, n)
			}
			if plain := ansi.Strip(cut); Width(s) <= w && plain != ansi.Strip(s) || w > 0 && Width(s) > w && !strings.HasSuffix(plain, "…") {
				t.Errorf("Cut(%q, %d) = %q", s, w, plain)
			}
		}
	}
	for _, n := range []int{-1, 0, 1, 128, 129, 500} {
		if got := len(Blank(n)); got != max(n, 0) {
			t.Errorf("Blank(%d) is %d", n, got)
		}
	}
}

func TestBlock(t *testing.T) {
	for _, c := range []struct{ w, h int }{{0, 3}, {3, 0}, {-1, 2}, {1, 1}, {7, 3}, {40, 20}} {
		got := Block(samples(), c.w, c.h)
		if c.w <= 0 || c.h <= 0 {
			if got != nil {
				t.Errorf("%v: %q", c, got)
			}
			continue
		}
		if len(got) != c.h {
			t.Errorf("%v: %d lines", c, len(got))
		}
		for _, l := range got {
			if ansi.StringWidth(l) != c.w {
				t.Errorf("%v: %q", c, l)
			}
		}
	}
}

// TestOver: the line stays as wide as it was wherever a piece is laid over it, and what
// stands beside the piece stays where it stood.
func TestOver(t *testing.T) {
	piece := "[三]"
	n := Width(piece)
	for _, s := range samples() {
		const w = 30
		line := Fit(s, w, "…")
		for x := 0; x+n <= w; x++ {
			got := Over(line, piece, x, n, w)
			if Width(got) != w {
				t.Errorf("%q over %q at %d is %d cells", piece, ansi.Strip(line), x, Width(got))
			}
			if plain := ansi.Strip(got); ansi.Cut(plain, x, x+n) != piece {
				t.Errorf("%q over %q at %d: %q", piece, ansi.Strip(line), x, plain)
			}
		}
	}
	if got := Over("abcdefgh", "12", 3, 2, 8); got != "abc12fgh" {
		t.Errorf("%q", got)
	}
	if got := Over("ab三d", "1", 2, 1, 5); got != "ab1 d" {
		t.Errorf("a wide character half covered: %q", got)
	}
}

func TestAge(t *testing.T) {
	now := time.Date(2026, 5, 22, 18, 4, 0, 0, time.UTC)
	day := 24 * time.Hour
	for ago, want := range map[time.Duration]string{
		-time.Hour: "now", 0: "now", 59 * time.Second: "now", time.Minute: "1m", 59 * time.Minute: "59m", time.Hour: "1h", 23 * time.Hour: "23h",
		day: "1d", 20 * day: "20d", 21 * day: "3w", 364 * day: "52w", 365 * day: "1y", 200 * 365 * day: "99y",
	} {
		got := Age(now.Add(-ago), now)
		if got != want || len(got) > 3 {
			t.Errorf("%v ago is %q, want %q", ago, got, want)
		}
	}
	if got := Age(time.Time{}, now); got != "" {
		t.Errorf("no time is %q", got)
	}
}

func TestDay(t *testing.T) {
	zone := time.FixedZone("", 2*60*60)
	now := time.Date(2026, 5, 22, 0, 30, 0, 0, zone) // a Friday
	for at, want := range map[time.Time]string{
		now: "Today", time.Date(2026, 5, 22, 23, 59, 59, 0, zone): "Today", time.Date(2026, 5, 22, 0, 0, 0, 0, zone): "Today",
		time.Date(2026, 5, 23, 0, 0, 0, 0, zone): "Later", time.Date(2026, 5, 30, 0, 0, 0, 0, zone): "Later",
		time.Date(2026, 5, 21, 23, 59, 0, 0, zone):     "Yesterday",
		time.Date(2026, 5, 21, 22, 30, 0, 0, time.UTC): "Today",
		time.Date(2026, 5, 20, 12, 0, 0, 0, zone):      "Wednesday",
		time.Date(2026, 5, 16, 0, 0, 0, 0, zone):       "Saturday",
		time.Date(2026, 5, 15, 23, 59, 0, 0, zone):     "Friday 15 May",
		time.Date(2026, 1, 2, 12, 0, 0, 0, zone):       "Friday 2 January",
		time.Date(2025, 5, 22, 12, 0, 0, 0, zone):      "22 May 2025",
	} {
		if got := Day(at, now); got != want {
			t.Errorf("%v is %q, want %q", at, got, want)
		}
	}
}

func TestSpark(t *testing.T) {
	for _, c := range []struct {
		values []int
		ascii  bool
		want   string
	}{
		{nil, false, ""}, {[]int{0, 0}, false, "  "}, {[]int{0, 0}, true, ".."}, {[]int{0, 1, 4, 8}, false, " ▁▄█"}, {[]int{0, 1, 5, 9}, true, ".159"},
		{[]int{-3, -1}, false, "  "}, {[]int{-3, -1}, true, ".."}, {[]int{1 << 40, 1}, true, "90"},
	} {
		if got := Spark(c.values, c.ascii); got != c.want {
			t.Errorf("Spark(%v, %v) = %q, want %q", c.values, c.ascii, got, c.want)
		}
	}
}
