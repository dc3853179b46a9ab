package event

import (
	"slices"

	"nightdesk/feeds"
)

// Reasons say why the stories of one event are accounts of it, one for each, for people:
// what an empty index that knows the decisions of people says when they arrive as they
// did. It knows of words what the program was made with, not what it has learnt since, so
// that numbers may differ a little from those that decided.
func Reasons(accounts []feeds.Story, fixed []Fix) []string {
	order := make([]int, len(accounts))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return accounts[a].Published.Compare(accounts[b].Published) })
	x := New(Options{Fixed: fixed})
	out := make([]string, len(accounts))
	for n, i := range order {
		p := x.Add(&accounts[i])
		switch {
		case n == 0:
			out[i] = "it was the first"
		case p.Why != "":
			out[i] = p.Why
		default:
			out[i] = "what came later ties it to the others"
		}
	}
	return out
}
