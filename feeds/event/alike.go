package event

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"nightdesk/feeds"
)

// shortTitle is how many words a title counts as at least: one with fewer says too little
// to decide more easily for being short.
const shortTitle = 6

// alike is how much likelier a story is as one more account of an event than as one of
// something else, in nats: the sum over its words of log P(word | event) / P(word |
// other stories), as in a naive Bayes classifier whose classes are the events, with what
// time, figures and outlets say.
//
//   - A word that the event has counts by how many of its accounts have it and by how
//     rare it is elsewhere; what is rare is learnt, over a table of common words.
//   - A word that it has not counts against it, by how much of what the event's accounts
//     say only one of them says (Good and Turing's estimate of the unseen).
//   - A word that most of its accounts have and the story has not counts against it.
func (x *Index) alike(a *account, e int32) float64 {
	h := &x.events[e]
	n := int32(len(h.accounts))
	nf := float64(n)
	unseen := (float64(h.once) + x.weights.U0) / (float64(h.total) + x.weights.U1)
	loss := x.weights.Loss * math.Log(min(unseen, 0.9))
	s, shared, best := 0.0, 0, 0.0
	figuresMine, figuresSame := 0, 0
	for _, w := range a.words {
		tf := of(h.counts, w.id)
		info := x.outside(w.id, tf, n)
		if w.sort == figureWord {
			figuresMine++
			if tf > 0 {
				figuresSame++
			}
		}
		if tf > 0 {
			p := (float64(tf) + x.weights.P0) / (nf + x.weights.P1)
			g := math.Log(p / info)
			switch w.sort {
			case nameWord:
				g *= x.weights.NameW
			case figureWord:
				g *= x.weights.FigW
			case companyWord:
				g *= x.weights.CompW
			default:
				shared++
			}
			if w.sort == nameWord || w.sort == figureWord {
				shared++
			}
			g = min(g, x.weights.GainMax)
			s += g
			best = max(best, g)
			continue
		}
		if w.sort == companyWord {
			s -= x.weights.CompLoss
			continue
		}
		if gf := of(h.gist, w.id); gf > 0 {
			s += x.weights.GistW * math.Max(0, math.Log(0.5/info))
			continue
		}
		// A rare word that is not there says less than a common one: every headline has some.
		s += loss
	}
	if shared == 0 {
		return math.Inf(-1)
	}
	for _, g := range a.gist {
		if tf := of(h.counts, g); tf > 0 {
			s += x.weights.GistW * math.Max(0, math.Log(float64(tf)/(nf+1)/x.outside(g, tf, n)))
		}
	}
	// What nearly all accounts say, and this one does not.
	if n >= 2 {
		for _, c := range h.counts {
			if c.n*2 > n && c.n > 1 {
				if !slices.ContainsFunc(a.words, func(w word) bool { return w.id == c.id }) {
					s += x.weights.Core * math.Log(1-(float64(c.n))/(nf+1.5))
				}
			}
		}
	}
	if figuresMine > 0 && figuresSame == 0 && x.hasFigures(h) {
		s -= x.weights.FigDiff
	}
	for i := range h.accounts {
		if h.accounts[i].feed == a.feed && a.feed != 0 {
			s -= x.weights.Feed
			break
		}
	}
	if a.kind != "" && h.otherKind(a.kind) {
		s -= x.weights.KindDiff
	}
	gap := max(0, h.first-a.at, a.at-h.last)
	s -= x.weights.Gap * float64(gap) / 3600
	span := max(h.last, a.at) - min(h.first, a.at)
	s -= x.weights.Span * float64(span) / 3600
	s += x.weights.Size * math.Log(nf)
	if shared == 1 && n == 1 {
		s -= x.weights.One
	}
	return s / math.Pow(math.Max(shortTitle, float64(len(a.words)))+x.weights.L0, x.weights.Norm)
}

// otherKind reports whether accounts of the event are of a kind, and none of this one.
func (h *happening) otherKind(k feeds.Kind) bool {
	other := false
	for i := range h.accounts[:min(len(h.accounts), 16)] {
		switch h.accounts[i].kind {
		case k:
			return false
		case "":
		default:
			other = true
		}
	}
	return other
}

// hasFigures reports whether a third of the accounts give a number.
func (x *Index) hasFigures(h *happening) bool {
	n := 0
	for i := range h.accounts {
		if slices.ContainsFunc(h.accounts[i].words, func(w word) bool { return w.sort == figureWord }) {
			n++
		}
		if i >= 16 {
			break
		}
	}
	return n*3 >= min(len(h.accounts), 17)
}

// why says in words what made a story join an event.
func (x *Index) why(a *account, c candidate) string {
	if c.why != "" {
		return c.why
	}
	h := &x.events[c.event]
	type part struct {
		text string
		gain float64
	}
	var parts []part
	for _, w := range a.words {
		if tf := of(h.counts, w.id); tf > 0 {
			parts = append(parts, part{x.terms[w.id], math.Log(float64(tf) / float64(len(h.accounts)) / x.outside(w.id, tf, int32(len(h.accounts))))})
		}
	}
	slices.SortStableFunc(parts, func(p, q part) int {
		switch {
		case p.gain > q.gain:
			return -1
		case p.gain < q.gain:
			return 1
		}
		return strings.Compare(p.text, q.text)
	})
	var b strings.Builder
	fmt.Fprintf(&b, "%.1f, needs %.1f: shares", c.score, x.weights.Join)
	for i, p := range parts[:min(len(parts), 6)] {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, " %s %.1f", p.text, p.gain)
	}
	if n := len(h.accounts); n > 1 {
		fmt.Fprintf(&b, " with %d accounts", n)
	}
	return b.String()
}
