// Package event says which stories report the same happening, and how much an event
// matters. It keeps an index of the live events in memory and is otherwise pure: it does
// no I/O, does not know where stories are kept, and time comes from the stories. Start
// at Index.Add.
package event

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"nightdesk/feeds"
)

// The weights of the decision whether a story joins an event.
const (
	joinAt     = 0.22           // similarity from which it joins
	halfLife   = 60 * time.Hour // time in which similarity loses half its worth
	maxPosting = 400            // accounts that one word leads to; the newest
	rareWords  = 8              // words of a title that are looked up, the rarest
)

// Options are for tests and tuning; the zero value is what runs.
type Options struct {
	JoinAt float64 // 0 is the built-in threshold
}

// An Account is a stored story that is put back into the index.
type Account struct {
	Story feeds.Story
	Event string
}

// A Placement is where a story went.
type Placement struct {
	Event  string
	Joined bool
	Why    string // for people
}

// account is what the index keeps of a story.
type account struct {
	id        string
	event     string
	feed      int64
	at        int64 // seconds
	words     []string
	companies []string
	url       string
	gone      bool
}

// Index is the live events. It is not safe for concurrent use.
type Index struct {
	joinAt   float64
	accounts []account
	byWord   map[string][]int32
	byURL    map[string]int32
	df       map[string]int // stories that have a word
	n        int
	events   map[string][]int32
}

// New is an empty index.
func New(o Options) *Index {
	x := &Index{joinAt: o.JoinAt, byWord: make(map[string][]int32), byURL: make(map[string]int32), df: make(map[string]int), events: make(map[string][]int32)}
	if x.joinAt == 0 {
		x.joinAt = joinAt
	}
	return x
}

// Restore puts a stored story back as it was.
func (x *Index) Restore(a Account) {
	acc := x.account(&a.Story)
	acc.event = a.Event
	x.put(acc)
}

// Add places a story: it joins the event that it most resembles, or starts one.
func (x *Index) Add(s *feeds.Story) Placement {
	acc := x.account(s)
	p := Placement{Event: feeds.EventID(s.ID)}
	best, why := x.best(&acc)
	if best >= 0 {
		p.Event, p.Joined, p.Why = x.accounts[best].event, true, why
	}
	acc.event = p.Event
	x.put(acc)
	return p
}

// Expire forgets accounts from before a time; their events are no longer joined.
func (x *Index) Expire(before time.Time) {
	keep := x.accounts[:0:0]
	for _, a := range x.accounts {
		if !a.gone && a.at >= before.Unix() {
			keep = append(keep, a)
		}
	}
	if len(keep) == len(x.accounts) {
		return
	}
	df, n := x.df, x.n
	*x = *New(Options{JoinAt: x.joinAt})
	for _, a := range keep {
		x.put(a)
	}
	x.df, x.n = df, n // what is rare is learnt from more than what is live
}

func (x *Index) account(s *feeds.Story) account {
	a := account{id: s.ID, feed: s.FeedID, at: s.Published.Unix(), words: Words(s.Title), url: s.URL}
	for _, t := range s.Companies {
		a.companies = append(a.companies, t.Slug)
	}
	return a
}

func (x *Index) put(a account) {
	i := int32(len(x.accounts))
	for _, w := range a.words {
		x.df[w]++
		list := append(x.byWord[w], i)
		if len(list) > 2*maxPosting {
			list = append(list[:0:0], list[len(list)-maxPosting:]...)
		}
		x.byWord[w] = list
	}
	x.n++
	if a.url != "" {
		x.byURL[a.url] = i
	}
	x.events[a.event] = append(x.events[a.event], i)
	x.accounts = append(x.accounts, a)
}

// idf is how much a word tells: a word in every story nothing.
func (x *Index) idf(w string) float64 {
	return math.Log(float64(max(x.n, 50)+50) / (float64(x.df[w]) + 0.5))
}

// best is the account whose event a story joins, -1 if there is none.
func (x *Index) best(a *account) (int, string) {
	if a.url != "" {
		if i, ok := x.byURL[a.url]; ok {
			return int(i), "the same address"
		}
	}
	if len(a.words) < 2 {
		return -1, ""
	}
	words := slices.Clone(a.words)
	slices.SortStableFunc(words, func(p, q string) int { return x.df[p] - x.df[q] })
	shared := make(map[int32]float64)
	for k, w := range words[:min(len(words), rareWords)] {
		list := x.byWord[w]
		if k > 0 && len(list) > maxPosting {
			list = list[len(list)-maxPosting:]
		}
		for _, i := range list {
			shared[i] += x.idf(w)
		}
	}
	type candidate struct {
		i int32
		s float64
	}
	var cands []candidate
	for i, s := range shared {
		cands = append(cands, candidate{i, s})
	}
	slices.SortFunc(cands, func(p, q candidate) int {
		if p.s != q.s {
			if p.s > q.s {
				return -1
			}
			return 1
		}
		return int(q.i - p.i)
	})
	at, top, why := -1, x.joinAt, ""
	seen := make(map[string]bool)
	for _, c := range cands[:min(len(cands), 24)] {
		o := &x.accounts[c.i]
		if seen[o.event] {
			continue
		}
		seen[o.event] = true
		s, text := x.alike(a, o)
		// Being like one account is not enough where the event has many: the others must
		// be like it too.
		if members := x.events[o.event]; len(members) > 2 {
			sum, n := 0.0, 0
			for _, m := range members[max(0, len(members)-8):] {
				v, _ := x.alike(a, &x.accounts[m])
				sum += v
				n++
			}
			s = 0.6*s + 0.4*sum/float64(n)
		}
		if s >= top {
			at, top, why = int(c.i), s, text
		}
	}
	return at, why
}

// alike is how much two accounts resemble each other, 0 to 1, and why: the cosine of
// their titles' words weighted by how rare they are, more for the same companies, less
// for different ones, less with the time between them.
func (x *Index) alike(a, b *account) (float64, string) {
	dot, na, nb := 0.0, 0.0, 0.0
	var common []string
	for _, w := range a.words {
		v := x.idf(w)
		na += v * v
		if slices.Contains(b.words, w) {
			dot += v * v
			common = append(common, w)
		}
	}
	for _, w := range b.words {
		v := x.idf(w)
		nb += v * v
	}
	if na == 0 || nb == 0 || len(common) < 2 && dot < na*0.8 {
		return 0, ""
	}
	s := dot / math.Sqrt(na*nb)
	same, diff := 0, 0
	for _, c := range a.companies {
		if slices.Contains(b.companies, c) {
			same++
		} else {
			diff++
		}
	}
	switch {
	case same > 0 && len(common) >= 3:
		s += 0.12
	case same > 0:
		s += 0.06
	case len(a.companies) > 0 && len(b.companies) > 0:
		s -= 0.2
	}
	if a.feed == b.feed && a.feed != 0 {
		s -= 0.1 // one outlet seldom tells the same thing twice
	}
	if numbersDiffer(a.words, b.words) {
		s -= 0.08
	}
	hours := math.Abs(float64(a.at-b.at)) / 3600
	s *= math.Pow(0.5, hours/halfLife.Hours())
	why := fmt.Sprintf("%.2f: shares %s", s, strings.Join(common, ", "))
	if same > 0 {
		why += "; the same company"
	}
	return s, why
}

// numbersDiffer: each has a number that the other has not.
func numbersDiffer(a, b []string) bool {
	only := func(a, b []string) bool {
		for _, w := range a {
			if w[0] >= '0' && w[0] <= '9' && !slices.Contains(b, w) {
				return true
			}
		}
		return false
	}
	return only(a, b) && only(b, a)
}
