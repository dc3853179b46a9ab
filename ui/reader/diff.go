package reader

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"nightdesk/feeds/plain"
	"nightdesk/ui/theme"
)

// Bounds of a comparison: words of each text, and how many may differ.
const (
	maxDiffWords = 20_000
	maxEdits     = 2_000
)

// Diff shows what an outlet changed in a text: the words that went and the words that
// came, in the paragraphs they stand in; paragraphs that stayed as they were are left
// out. Nothing but whitespace changed gives no lines. The comparison is Myers' (An O(ND)
// Difference Algorithm, 1986) over words; texts with more than 2,000 changed words are
// shown one after the other.
func Diff(old, new string, width int, th *theme.Theme) []string {
	a, b := words(plain.Lines(old)), words(plain.Lines(new))
	edits := compare(a, b)
	var out []string
	var runs []run
	changed := false
	flush := func() {
		if changed {
			if len(out) > 0 {
				out = append(out, "")
			}
			for _, l := range set(runs, nil, width) {
				out = append(out, plain.Output(l.text))
			}
		}
		runs, changed = nil, false
	}
	looks := map[edit]string{kept: "", added: th.SGR(theme.Added), removed: th.SGR(theme.Removed)}
	signs := map[edit][2]string{kept: {"", ""}, added: {"{+", "+}"}, removed: {"[-", "-]"}}
	last := kept
	end := func() {
		if last != kept && th.Depth == theme.NoColor && len(runs) > 0 {
			runs = append(runs, run{text: signs[last][1], glue: true})
		}
		last = kept
	}
	for _, e := range edits {
		if e.word == "\n" {
			end()
			if e.kind != removed {
				flush()
			} else if len(runs) > 0 {
				runs = append(runs, run{text: " "})
			}
			continue
		}
		if e.kind != last {
			end()
			if e.kind != kept && th.Depth == theme.NoColor {
				runs = append(runs, run{text: " " + signs[e.kind][0]})
				runs = append(runs, run{text: e.word, sgr: looks[e.kind]})
				last, changed = e.kind, true
				continue
			}
		}
		last = e.kind
		if e.kind != kept {
			changed = true
		}
		gap := " "
		if len(runs) == 0 || closesWord(e.word) && e.kind == kept {
			gap = ""
		}
		runs = append(runs, run{text: gap + e.word, sgr: looks[e.kind]})
	}
	end()
	flush()
	return out
}

func closesWord(w string) bool { return len(w) == 1 && strings.ContainsAny(w, ".,;:!?") }

// words are the words of a text, with "\n" for the end of each paragraph. CJK characters
// are words of their own.
func words(s string) []string {
	var out []string
	for para := range strings.SplitSeq(s, "\n") {
		n := len(out)
		for w := range strings.FieldsSeq(para) {
			from := 0
			for i, r := range w {
				if ideograph(r) && !unicode.IsPunct(r) {
					if i > from {
						out = append(out, w[from:i])
					}
					from = i + utf8.RuneLen(r)
					out = append(out, w[i:from])
				}
			}
			if from < len(w) {
				out = append(out, w[from:])
			}
		}
		if len(out) > n {
			out = append(out, "\n")
		}
		if len(out) > maxDiffWords {
			break
		}
	}
	return out
}

type edit uint8

const (
	kept edit = iota
	added
	removed
)

type edited struct {
	kind edit
	word string
}

// compare is how b comes from a.
func compare(a, b []string) []edited {
	var head, tail []edited
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		head = append(head, edited{kept, a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append(tail, edited{kept, a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := append(head, middle(a, b)...)
	for i := len(tail) - 1; i >= 0; i-- {
		out = append(out, tail[i])
	}
	return out
}

func middle(a, b []string) []edited {
	var trace [][]int32 // furthest x on each diagonal, before each step
	limit := min(len(a)+len(b), maxEdits)
	v := make([]int32, 2*limit+2)
	found := -1
search:
	for d := 0; d <= limit; d++ {
		trace = append(trace, append([]int32(nil), v[limit-d:min(limit+d+2, len(v))]...))
		for k := -d; k <= d; k += 2 {
			x := int32(0)
			if k == -d || k != d && v[limit+k-1] < v[limit+k+1] {
				x = v[limit+k+1]
			} else {
				x = v[limit+k-1] + 1
			}
			y := x - int32(k)
			for int(x) < len(a) && int(y) < len(b) && a[x] == b[y] {
				x++
				y++
			}
			v[limit+k] = x
			if int(x) >= len(a) && int(y) >= len(b) {
				found = d
				break search
			}
		}
	}
	if found < 0 {
		out := make([]edited, 0, len(a)+len(b))
		for _, w := range a {
			out = append(out, edited{removed, w})
		}
		for _, w := range b {
			out = append(out, edited{added, w})
		}
		return out
	}
	var back []edited
	x, y := len(a), len(b)
	for d := found; d > 0; d-- {
		was := trace[d] // diagonal k stands at k+d
		k := x - y
		at := func(k int) int { return int(was[k+d]) }
		down := k == -d || k != d && at(k-1) < at(k+1)
		px := 0
		if down {
			px = at(k + 1)
		} else {
			px = at(k-1) + 1
		}
		for x > px {
			x--
			y--
			back = append(back, edited{kept, a[x]})
		}
		if down {
			y--
			back = append(back, edited{added, b[y]})
		} else {
			x--
			back = append(back, edited{removed, a[x]})
		}
	}
	for x > 0 {
		x--
		back = append(back, edited{kept, a[x]})
	}
	out := make([]edited, 0, len(back))
	for i := len(back) - 1; i >= 0; i-- {
		out = append(out, back[i])
	}
	return pairwise(out)
}

// pairwise puts what went before what came where both happen in a row.
func pairwise(in []edited) []edited {
	out := make([]edited, 0, len(in))
	for i := 0; i < len(in); {
		if in[i].kind == kept {
			out = append(out, in[i])
			i++
			continue
		}
		j := i
		for j < len(in) && in[j].kind != kept {
			j++
		}
		for _, want := range [...]edit{removed, added} {
			for _, e := range in[i:j] {
				if e.kind == want {
					out = append(out, e)
				}
			}
		}
		i = j
	}
	return out
}
