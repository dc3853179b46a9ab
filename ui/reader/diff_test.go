package reader

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/ui/theme"
)

func TestDiff(t *testing.T) {
	none := theme.Builtin(theme.Options{Depth: theme.NoColor})[0]
	for _, c := range []struct{ old, new, want string }{
		{"same text", "same  text\n", ""},
		{"", "", ""},
		{"", "new words", "{+new words+}"},
		{"old words", "", "[-old words-]"},
		{"The quick brown fox", "The slow brown fox", "The [-quick-] {+slow+} brown fox"},
		{"One.\nSame.\nThree is here.", "One.\nSame.\nThree was here.\nFour.", "Three [-is-] {+was+} here.\n\n{+Four.+}"},
		{"価格は百円です", "価格は千円です", "価 格 は [-百-] {+千+} 円 で す"},
		{"a b c d e f g h", "a x c d y f g", "a [-b-] {+x+} c d [-e-] {+y+} f g [-h-]"},
	} {
		got := strings.Join(Diff(c.old, c.new, 70, none), "\n")
		if ansi.Strip(got) != c.want {
			t.Errorf("%q -> %q: %q, want %q", c.old, c.new, ansi.Strip(got), c.want)
		}
	}
	got := strings.Join(Diff("a b", "a c", 70, dark()), "")
	if !strings.Contains(got, dark().SGR(theme.Removed)+" b") || !strings.Contains(got, dark().SGR(theme.Added)) {
		t.Errorf("%q", got)
	}
	long := strings.Repeat("x y z ", 30000)
	if lines := Diff(long, strings.ReplaceAll(long, "y", "w"), 70, dark()); len(lines) == 0 {
		t.Error("nothing of a long text")
	}
}

// What was added and what stayed is the new text; what was removed and what stayed the
// old one.
func FuzzDiff(f *testing.F) {
	f.Add("a b c d", "b c x d e", uint8(20))
	f.Add("a\nb\nc", "a\nc", uint8(3))
	f.Add("日本語 text", "日本 text", uint8(1))
	th := dark()
	f.Fuzz(func(t *testing.T, old, new string, w uint8) {
		if len(old)+len(new) > 4000 {
			return
		}
		for _, l := range Diff(old, new, int(w), th) {
			if ansi.StringWidth(l) > max(1, int(w)) {
				t.Fatalf("width %d: %q", w, l)
			}
			if err := safe(l); err != "" {
				t.Fatalf("%s: %q", err, l)
			}
		}
		a, b := words(old), words(new)
		var wasA, wasB []string
		for _, e := range compare(a, b) {
			if e.kind != added {
				wasA = append(wasA, e.word)
			}
			if e.kind != removed {
				wasB = append(wasB, e.word)
			}
		}
		if strings.Join(wasA, " ") != strings.Join(a, " ") || strings.Join(wasB, " ") != strings.Join(b, " ") {
			t.Fatalf("%q %q: %q %q", a, b, wasA, wasB)
		}
	})
}
