package event

import (
	"cmp"
	"slices"

	"nightdesk/feeds"
)

// A Fix is what a person has decided of two events; the caller keeps it and gives it to
// New. An event is named for the story that started it (feeds.EventID), so that a Fix
// means the same in every later run.
type Fix struct {
	A, B     string // ids of events
	Together bool   // B is A; otherwise the two are never put together
}

// pair is two event ids in order.
type pair struct{ a, b string }

func pairOf(a, b string) pair {
	if b < a {
		a, b = b, a
	}
	return pair{a, b}
}

// fix takes a decision in; the later one counts.
func (x *Index) fix(f Fix) {
	if f.A == f.B || f.A == "" || f.B == "" {
		return
	}
	if !f.Together {
		x.apart[pairOf(f.A, f.B)] = true
		if x.alias[f.B] == f.A {
			delete(x.alias, f.B)
		}
		if x.alias[f.A] == f.B {
			delete(x.alias, f.A)
		}
		return
	}
	delete(x.apart, pairOf(f.A, f.B))
	to := f.A
	if t, ok := x.alias[to]; ok {
		to = t
	}
	if to == f.B { // B was A: the later decision turns it round
		delete(x.alias, f.A)
		to = f.A
	}
	x.alias[f.B] = to
	for from, t := range x.alias {
		if t == f.B {
			x.alias[from] = to
		}
	}
	delete(x.alias, to)
}

func (x *Index) isApart(a, b string) bool { return len(x.apart) > 0 && x.apart[pairOf(a, b)] }

// Separate takes stories out of the event they are in, by hand: they become an event
// of their own that the program never puts together with the one they left. If the event
// was named for one of them, what stays behind is named for its earliest story. The moves
// are what the caller has to write, the fixes what it has to keep. Nothing happens if the
// stories are not live, are not in one event, or are all that is in it.
func (x *Index) Separate(stories ...string) ([]Move, []Fix) {
	if len(stories) == 0 {
		return nil, nil
	}
	e, ok := x.story[stories[0]]
	if !ok {
		return nil, nil
	}
	old := x.events[e].id
	var out, rest []account
	for _, a := range x.events[e].accounts {
		if slices.Contains(stories, a.id) {
			out = append(out, a)
		} else {
			rest = append(rest, a)
		}
	}
	if len(out) != len(stories) || len(rest) == 0 {
		return nil, nil
	}
	own, stay := name(out), old
	for _, a := range out {
		id := feeds.EventID(a.id)
		if id == old || x.alias[id] == old { // the event it once was
			own = id
		}
	}
	if own == old {
		stay = name(rest)
	}
	f := Fix{A: stay, B: own}
	x.fix(f)
	x.drop(e)
	var moves []Move
	carry := func(to string, accounts []account) {
		for _, a := range accounts {
			x.hold(x.place(to), a)
			if to != old {
				moves = append(moves, Move{a.id, old, to})
			}
		}
	}
	carry(own, out)
	carry(stay, rest)
	return moves, []Fix{f}
}

// name is what an event with these accounts is called: by the earliest.
func name(accounts []account) string {
	first := slices.MinFunc(accounts, func(a, b account) int { return cmp.Compare(a.at, b.at) })
	return feeds.EventID(first.id)
}

// Merge puts event b into event a, by hand, and it stays so. The moves are what the caller
// has to write, the fixes what it has to keep. Events that are not live are put together
// when their stories come back.
func (x *Index) Merge(a, b string) ([]Move, []Fix) {
	if t, ok := x.alias[a]; ok && t != b {
		a = t
	}
	if a == b || a == "" || b == "" {
		return nil, nil
	}
	f := Fix{A: a, B: b, Together: true}
	x.fix(f)
	from, ok := x.byID[b]
	if !ok {
		return nil, []Fix{f}
	}
	return x.carry(x.place(a), from), []Fix{f}
}

// carry takes all accounts of one event to another.
func (x *Index) carry(to, from int32) []Move {
	accounts := x.events[from].accounts
	x.drop(from)
	moves := make([]Move, 0, len(accounts))
	for _, a := range accounts {
		moves = append(moves, Move{a.id, x.events[from].id, x.events[to].id})
		x.hold(to, a)
	}
	return moves
}

// drop takes an event out; what leads to it is passed over from then on.
func (x *Index) drop(e int32) {
	h := &x.events[e]
	x.live -= len(h.accounts)
	for i := range h.accounts {
		delete(x.story, h.accounts[i].id)
	}
	delete(x.byID, h.id)
	*h = happening{id: h.id, gone: true}
}

// maxUnited is the most accounts that the smaller of two events may have when the program
// puts them together by itself.
const maxUnited = 40

// same reports whether two events that one story belongs to are one: each account of the
// smaller one, or most of them, would join the larger one too.
func (x *Index) same(a, b int32) bool {
	if len(x.events[a].accounts) < len(x.events[b].accounts) {
		a, b = b, a
	}
	ea, eb := &x.events[a], &x.events[b]
	if len(eb.accounts) > maxUnited || x.isApart(ea.id, eb.id) {
		return false
	}
	sum := 0.0
	for i := range eb.accounts {
		acc := eb.accounts[i]
		s := x.alike(&acc, a)
		sum += max(s, -5)
	}
	return sum/float64(len(eb.accounts)) >= x.weights.Unite
}

// unite puts two events together under the id of the one that began first.
func (x *Index) unite(a, b int32) []Move {
	ea, eb := &x.events[a], &x.events[b]
	if eb.first < ea.first || eb.first == ea.first && b < a {
		a, b = b, a
	}
	return x.carry(a, b)
}
