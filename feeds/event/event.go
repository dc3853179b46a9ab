// Package event says which stories report the same happening, and how much an event
// matters. It keeps an index of the live events in memory and is otherwise pure: it does
// no I/O, does not know where stories are kept, and time comes from the stories.
//
// Start at Index.Add: it takes the story's words (words.go), finds the live events that
// share rare ones (find.go), and asks of each how much likelier the story is as one more
// account of it than as one of something else (alike.go). People's corrections are in
// hand.go; Kind, Lead, Score and Spread judge what has been grouped and need no index.
package event

import (
	"slices"
	"time"

	"nightdesk/feeds"
)

// Options are what an Index is made with; the zero value is what runs.
type Options struct {
	Fixed []Fix // what people have decided; see Index.Separate and Index.Merge
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
	// Moved are earlier stories that this one has shown to belong to another event: two
	// events turned out to be one. The index has moved them already.
	Moved []Move
}

// A Move takes a story from one event to another.
type Move struct {
	Story string // ID
	From  string
	Event string
}

// account is what the index keeps of a story.
type account struct {
	id    string
	feed  int64
	at    int64 // seconds
	kind  feeds.Kind
	words []word
	gist  []int32  // rare words of the summary that are not in the title
	text  uint64   // signature, 0 if the text is too short for one
	links []string // addresses that it and other accounts may have: its own, those it links to
}

// word is something that a story's title, or its tags, say; id counts in
// vocabulary.terms.
type word struct {
	id   int32
	sort sort
}

// sort is the sort of a word.
type sort uint8

const (
	plainWord   sort = iota
	nameWord         // written as a name is
	figureWord       // a number or an amount
	companyWord      // not a word at all: a company that the story is about
)

// happening is a live event.
type happening struct {
	id          string
	accounts    []account
	counts      []count // of the accounts' words, sorted by term
	gist        []count // of their gists
	once, total int32   // words that one account alone has; all words of all accounts
	first, last int64
	gone        bool // united with another one
}

// count says how many of an event's accounts have a term.
type count struct {
	id int32
	n  int32
}

// Index is the live events. It is not safe for concurrent use. A live story takes about
// one kilobyte; 100,000 of them 100 MB at the most.
type Index struct {
	weights weights
	events  []happening
	byID    map[string]int32      // event id to place in events
	story   map[string]int32      // story id to place of its event in events
	byLink  map[string][]int32    // address to places in events
	byText  [4]map[uint16][]int32 // a quarter of a signature to places in events

	vocabulary
	apart map[pair]bool     // events that people keep apart
	alias map[string]string // events that people have put together: the one to the other

	scratch []float64 // of sharing, by place in events: zero between its calls
	met     []int32   // of sharing
	live    int
	cut     int64 // what Expire was told last: no later story joins an event from before
}

// New is an empty index.
func New(o Options) *Index {
	x := &Index{weights: tuned()}
	x.vocabulary.reset()
	x.apart = make(map[pair]bool)
	x.alias = make(map[string]string)
	for _, f := range o.Fixed {
		x.fix(f)
	}
	x.reset()
	return x
}

// reset empties the index of events; what was learnt of words stays.
func (x *Index) reset() {
	x.events, x.live = nil, 0
	x.byID = make(map[string]int32)
	x.story = make(map[string]int32)
	x.byLink = make(map[string][]int32)
	for i := range x.byText {
		x.byText[i] = make(map[uint16][]int32)
	}
	x.scratch = nil
}

// Restore puts a stored story back as it was, and says in which event it is: another one
// only if a person put the two together. An account without an event starts one, and a
// story that is there already is left as it is.
func (x *Index) Restore(a Account) string {
	if e, known := x.story[a.Story.ID]; known {
		return x.events[e].id
	}
	id := a.Event
	if id == "" {
		id = feeds.EventID(a.Story.ID)
	}
	if to, ok := x.alias[id]; ok {
		id = to
	}
	acc := x.account(&a.Story)
	x.put(x.place(id), acc)
	return id
}

// Add places a story: it joins the event that it is most likely an account of, or starts
// one. It sets nothing in the story. A story that is in the index already stays where it
// is.
func (x *Index) Add(s *feeds.Story) Placement {
	if e, known := x.story[s.ID]; known {
		id := x.events[e].id
		return Placement{Event: id, Joined: len(x.events[e].accounts) > 1, Why: "it was placed before"}
	}
	own := feeds.EventID(s.ID)
	acc := x.account(s)
	p := Placement{Event: own}
	if to, ok := x.alias[own]; ok {
		p.Event, p.Joined, p.Why = to, true, "put together by hand"
		x.put(x.place(to), acc)
		return p
	}
	best, second := x.best(&acc, own)
	if best.event < 0 {
		x.put(x.place(own), acc)
		return p
	}
	e := best.event
	p.Event, p.Joined, p.Why = x.events[e].id, true, x.why(&acc, best)
	x.put(e, acc)
	if second.event >= 0 && x.same(e, second.event) {
		p.Moved = x.unite(e, second.event)
		p.Event = x.events[x.story[s.ID]].id
		p.Moved = slices.DeleteFunc(p.Moved, func(m Move) bool { return m.Story == s.ID })
	}
	return p
}

// place is where the event with this id is, made if it is not there.
func (x *Index) place(id string) int32 {
	if e, ok := x.byID[id]; ok {
		return e
	}
	e := int32(len(x.events))
	x.events = append(x.events, happening{id: id})
	x.byID[id] = e
	return e
}

// put adds an account to the event at e and to what finds it.
func (x *Index) put(e int32, a account) {
	x.learn(a.words)
	x.hold(e, a)
}

// hold is put without learning.
func (x *Index) hold(e int32, a account) {
	h := &x.events[e]
	if len(h.accounts) == 0 || a.at < h.first {
		h.first = a.at
	}
	if len(h.accounts) == 0 || a.at > h.last {
		h.last = a.at
	}
	x.story[a.id] = e
	x.live++
	x.index(e, &a)
	for _, w := range a.words {
		var n int32
		h.counts, n = add(h.counts, w.id)
		h.total++
		switch n {
		case 1:
			h.once++
		case 2:
			h.once--
		}
	}
	for _, g := range a.gist {
		if len(h.gist) < maxGist || of(h.gist, g) > 0 {
			h.gist, _ = add(h.gist, g)
		}
	}
	h.accounts = append(h.accounts, a)
}

// Expire forgets the events whose last account is from before a time; they are no longer
// joined. What was learnt of words stays, fading.
func (x *Index) Expire(before time.Time) {
	cut, old := before.Unix(), 0
	for i := range x.events {
		if h := &x.events[i]; h.gone || h.last < cut {
			old++
		}
	}
	// Taking events out means making the index anew; it waits until that is worth it, or
	// there is so little of it that it costs nothing.
	x.cut = cut
	if 4*old < len(x.events) || old == 0 {
		return
	}
	events := x.events
	x.reset()
	x.vocabulary.renew(events, cut)
	for i := range events {
		h := &events[i]
		if h.gone || h.last < cut {
			continue
		}
		e := x.place(h.id)
		for _, a := range h.accounts {
			x.rename(&a)
			x.hold(e, a)
		}
	}
}

// Live is how many stories the index holds.
func (x *Index) Live() int { return x.live }
