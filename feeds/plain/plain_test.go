package plain

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"plain words":            "plain words",
		"  two\t\nlines\r\n ":    "two lines",
		"a\x1b[31mred\x1b[0m b":  "ared b",
		"a\x1b]0;title\x07b":     "ab",
		"a\x1b]52;c;QUJD\x1b\\b": "ab",
		"a\u009b31mb":            "ab",
		"a\u009d0;x\u009cb":      "ab",
		"a\x1bPpayload\x1b\\b":   "ab",
		"a\x1b_Gkitty\x1b\\b":    "ab",
		"a\x1b\x1b[0m[31mb":      "a[31mb",
		"evil \u202egnp.exe":     "evil gnp.exe",
		"zero\u200bwidth\ufeff":  "zerowidth",
		"\xff\xfe":               "��",
		"família 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é": "família 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 é",
		"می\u200cخواهم":                               "می\u200cخواهم",
		"tag\U000e0041s":                              "tags",
		"A & B <c> 100 % $5 \"q\" 'p'":                "A & B <c> 100 % $5 \"q\" 'p'",
		"z" + strings.Repeat("\u0301", 50):            "z" + strings.Repeat("\u0301", maxMarks),
		"unended \x1b]0;" + strings.Repeat("x", 5000): "",
		"picture \U0010eeee":                          "picture",
	} {
		if strings.HasPrefix(in, "unended") {
			if got := Text(in); !strings.HasSuffix(got, "xxx") || strings.ContainsRune(got, 0x1b) {
				t.Errorf("an unended string: %.40q", got)
			}
			continue
		}
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	if got := Title("\u200b \x1b[0m"); got != "Untitled" {
		t.Errorf("Title of nothing = %q", got)
	}
}

func TestOutput(t *testing.T) {
	for in, want := range map[string]string{
		"\x1b[1;38;5;12mbold\x1b[m\nx":                       "\x1b[1;38;5;12mbold\x1b[m\nx",
		"\x1b[008ma\x1b[38;5;;8mb\x1b[48;2;;;;8mc\x1b[8:0md": "abcd",
		"\x1b[38:2::8:5:6ma":                                 "\x1b[38:2::8:5:6ma",
		"\x1b[8mhidden\x1b[5mblink":                          "hiddenblink",
		"\x1b[38;2;8;5;6mcolour":                             "\x1b[38;2;8;5;6mcolour",
		"\x1b]8;;https://a.example/\x07l\x1b]8;;\x07":        "\x1b]8;;https://a.example/\x07l\x1b]8;;\x07",
		"\x1b]8;;javascript:x\x07l\x1b]8;;\x07":              "l",
		"\x1b]8;;file:///etc/passwd\x1b\\l":                  "l",
		"\x1b]8;;https://a.example/\x07open":                 "\x1b]8;;https://a.example/\x07open\x1b]8;;\x07",
		"\x1b]52;c;QQ==\x07x\x1b[2Jy\x1b[?1049hz\x1bcw":      "xyzw",
		"\x1bPdcs\x1b\\a\x1b_apc\x1b\\b\u009bmc":             "abc",
		"a\rb\x08c":                                          "abc",
	} {
		if got := Output(in); got != want {
			t.Errorf("Output(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"a &#27;[31m b":   "a &amp;#27;[31m b",
		"a &#27[31m":      "a &amp;#27[31m",
		`a \&#x1B;`:       `a \&amp;#x1B;`,
		"&#x9b; &#0155;":  "&amp;#x9b; &amp;#0155;",
		"&#8238;x":        "&amp;#8238;x",
		"AT&T &amp; &#65": "AT&T &amp; &#65",
		"&#99999999999;":  "&amp;#99999999999;",
	} {
		if got := Markdown(in); got != want {
			t.Errorf("Markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFileName(t *testing.T) {
	for in, want := range map[string]string{
		"Amazon’s Silent Cull: AWS": "amazons-silent-cull-aws",
		"../../etc/passwd":          "etc-passwd",
		"CON":                       "con_",
		"...":                       "untitled",
		"Überraschung café":         "uberraschung-cafe",
		"三星维修":                      "三星维修",
		"-rf /":                     "rf",
	} {
		if got := FileName(in, 60); got != want {
			t.Errorf("FileName(%q) = %q, want %q", in, got, want)
		}
	}
	if got := FileName(strings.Repeat("wort ", 100), 60); len(got) > 60 || strings.HasSuffix(got, "-") {
		t.Errorf("a long name: %q", got)
	}
}

// TestSettled holds that what has passed is not changed when it passes again, though a
// blank that something hung on was folded away.
func TestSettled(t *testing.T) {
	for _, s := range []string{"\u2000\u200c", "\u3000\u200dx", " \ufe0f", "a \ufe0fb", "\u2000\ufe0f"} {
		if got := Text(s); Text(got) != got {
			t.Errorf("Text(%q) = %q, then %q", s, got, Text(got))
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\x1b]8;;http://x\x07b\u009b0m \u202e")
	f.Add("\u2000\u200c")
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{Text(s), Title(s)} {
			check(t, got, "")
			if again := Text(got); again != got {
				t.Errorf("not settled: %q then %q", got, again)
			}
		}
		check(t, Lines(s), "\n")
	})
}

func check(t *testing.T, s, allowed string) {
	t.Helper()
	if !utf8.ValidString(s) {
		t.Errorf("not valid: %q", s)
	}
	for _, r := range s {
		if (r < 0x20 || r >= 0x7f && r <= 0x9f || hidden(r)) && !strings.ContainsRune(allowed, r) {
			t.Errorf("%U in %q", r, s)
		}
	}
}

func FuzzOutput(f *testing.F) {
	f.Add("\x1b[1mx\x1b]8;;https://a.example\x07y\x1b]0;t\x07\x1bP")
	f.Fuzz(func(t *testing.T, s string) {
		got := Output(s)
		if strings.Count(got, "\x1b]8;;\x07") < 1 && strings.Contains(got, "\x1b]8;") {
			t.Errorf("a link stays open: %q", got)
		}
		rest := got
		for {
			i := strings.IndexByte(rest, 0x1b)
			if i < 0 {
				break
			}
			rest = rest[i:]
			switch {
			case strings.HasPrefix(rest, "\x1b]8;"):
				end := strings.IndexByte(rest, 0x07)
				_, link, ok := strings.Cut(rest[4:max(end, 4)], ";")
				if end < 0 || !ok || link != "" && !Link(link) {
					t.Fatalf("a bad link in %q", got)
				}
				rest = rest[end+1:]
			case strings.HasPrefix(rest, "\x1b["):
				end := strings.IndexByte(rest, 'm')
				if end < 0 || strings.Trim(rest[2:end], "0123456789;:") != "" {
					t.Fatalf("a sequence that is no style in %q", got)
				}
				rest = rest[end+1:]
			default:
				t.Fatalf("a sequence in %q", got)
			}
		}
		check(t, strings.NewReplacer("\x1b", "", "\x07", "").Replace(got), "\n")
	})
}

func BenchmarkText(b *testing.B) {
	for b.Loop() {
		Text("Amazon’s Silent Cull: AWS AI Division Sees Hundreds Axed")
	}
}
