package event

import (
	"math"
	"slices"

	"nightdesk/feeds"
)

// Bounds on the work for one story, which make its cost independent of how many are live.
const (
	rarest     = 10  // words of a story that are looked up, those that tell most
	maxPosting = 192 // newest events that one word leads to
	maxTried   = 24  // events that are compared in full
	maxGist    = 48  // words of an event's summaries
	maxLinks   = 8   // links of a story
	maxLinked  = 6   // events that one address leads to; what more have is no source
	sameText   = 6   // bits in which two signatures of one text may differ
	textFor    = 4 * 24 * 3600
)

// candidate is a live event that a story may belong to.
type candidate struct {
	event int32 // -1 is none
	score float64
	why   string // for people, where it is not the words
}

// account is what the index keeps of a story.
func (x *Index) account(s *feeds.Story) account {
	a := account{id: s.ID, feed: s.FeedID, at: s.Published.Unix(), kind: Kind(s)}
	for _, t := range terms(withoutOutlet(s.Title, s.FeedTitle)) {
		w := word{id: x.id(t.text)}
		switch {
		case t.text[0] >= '0' && t.text[0] <= '9':
			w.sort = figureWord
		case t.name:
			w.sort = nameWord
		}
		a.words = append(a.words, w)
	}
	for i, t := range s.Companies {
		if i == 6 {
			break
		}
		a.words = append(a.words, word{x.id("@" + t.Slug), companyWord})
	}
	a.gist = x.gistOf(s, a.words)
	a.text = signature(s.Text)
	a.links = linksOf(s)
	return a
}

// gistOf is the rarest words of a summary that are not in the title.
func (x *Index) gistOf(s *feeds.Story, words []word) []int32 {
	if s.Summary == "" {
		return nil
	}
	var out []int32
	for _, t := range terms(s.Summary) {
		id := x.id(t.text)
		if x.info(id) > 6 && !slices.ContainsFunc(words, func(w word) bool { return w.id == id }) {
			out = append(out, id)
		}
		if len(out) == 12 {
			break
		}
	}
	return out
}

// index makes an account findable.
func (x *Index) index(e int32, a *account) {
	for _, w := range a.words {
		x.postings[w.id] = post(x.postings[w.id], e, maxPosting)
	}
	for _, l := range a.links {
		x.byLink[l] = post(x.byLink[l], e, maxLinked+1)
	}
	if a.text != 0 {
		for i := range x.byText {
			k := uint16(a.text >> (16 * i))
			x.byText[i][k] = post(x.byText[i][k], e, 16)
		}
	}
}

// post adds a place to a list that holds at least the newest n of them.
func post(list []int32, e int32, n int) []int32 {
	if k := len(list); k > 0 && list[k-1] == e || slices.Contains(list[max(0, len(list)-8):], e) {
		return list
	}
	if len(list) >= 2*n {
		list = list[:copy(list, list[len(list)-n+1:])]
	}
	return append(list, e)
}

// best are the event that a story belongs to and the one that is next to it; event -1 if
// there is none.
func (x *Index) best(a *account, own string) (first, second candidate) {
	first, second = candidate{event: -1}, candidate{event: -1}
	consider := func(c candidate) {
		switch {
		case first.event < 0 || c.score > first.score:
			first, second = c, first
		case second.event < 0 || c.score > second.score:
			second = c
		}
	}
	tried := make([]int32, 0, maxTried)
	try := func(e int32, bonus float64, why string) {
		h := &x.events[e]
		if h.gone || len(h.accounts) == 0 || h.last < x.cut && a.at >= x.cut || slices.Contains(tried, e) || x.isApart(own, h.id) {
			return
		}
		tried = append(tried, e)
		s := x.alike(a, e)
		if bonus > 0 && math.IsInf(s, -1) {
			s = -1
		}
		if s += bonus; s >= x.weights.Join {
			consider(candidate{e, s, why})
		}
	}
	for i, l := range a.links {
		list := x.byLink[l]
		if i > 0 && len(list) > maxLinked {
			continue
		}
		for _, e := range list {
			if i == 0 && x.hasOwn(e, l) {
				try(e, 100, "the same address")
			} else {
				try(e, 3, "")
			}
		}
	}
	if a.text != 0 {
		for i := range x.byText {
			for _, e := range x.byText[i][uint16(a.text>>(16*i))] {
				if x.hasText(e, a) {
					try(e, 50, "the same text")
				}
			}
		}
	}
	for _, e := range x.sharing(a) {
		try(e, 0, "")
	}
	return first, second
}

// sharing are the events that share the most telling words with a story, at the most
// maxTried of them.
func (x *Index) sharing(a *account) []int32 {
	type key struct {
		id   int32
		info float64
	}
	keys := make([]key, 0, len(a.words))
	for _, w := range a.words {
		if w.sort != companyWord {
			keys = append(keys, key{w.id, x.info(w.id)})
		}
	}
	slices.SortStableFunc(keys, func(p, q key) int {
		if p.info > q.info {
			return -1
		} else if p.info < q.info {
			return 1
		}
		return int(p.id - q.id)
	})
	if n := len(x.events) - len(x.scratch); n > 0 {
		x.scratch = append(x.scratch, make([]float64, n)...)
	}
	met := x.met[:0]
	for _, k := range keys[:min(len(keys), rarest)] {
		list := x.postings[k.id]
		for _, e := range list[max(0, len(list)-maxPosting):] {
			if x.scratch[e] == 0 {
				met = append(met, e)
			}
			x.scratch[e] += k.info
		}
	}
	x.met = met
	// The best of them, the newer of two that share as much.
	type hit struct {
		e int32
		s float64
	}
	var top [maxTried + 1]hit
	n := 0
	for _, e := range met {
		h := hit{e, x.scratch[e]}
		x.scratch[e] = 0
		i := n
		for ; i > 0 && (h.s > top[i-1].s || h.s == top[i-1].s && h.e > top[i-1].e); i-- {
			top[i] = top[i-1]
		}
		top[i] = h
		n = min(n+1, maxTried)
	}
	out := make([]int32, n)
	for i := range out {
		out[i] = top[i].e
	}
	return out
}

// hasOwn reports whether an account of the event is at this address.
func (x *Index) hasOwn(e int32, link string) bool {
	for i := range x.events[e].accounts {
		if l := x.events[e].accounts[i].links; len(l) > 0 && l[0] == link {
			return true
		}
	}
	return false
}

// hasText reports whether an account of the event has the same text, but for a few words.
func (x *Index) hasText(e int32, a *account) bool {
	for i := range x.events[e].accounts {
		b := &x.events[e].accounts[i]
		if b.text != 0 && differ(a.text, b.text) <= sameText && max(a.at-b.at, b.at-a.at) < textFor {
			return true
		}
	}
	return false
}
