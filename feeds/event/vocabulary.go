package event

import (
	"math"
	"unicode/utf8"
)

// What the vocabulary holds before it halves what it has learnt, so that what was common
// last year does not stay so for ever.
const maxLearnt = 300_000

// pseudo is how many stories the table of common words is worth: after as many real ones
// both count the same.
const pseudo = 1500

// Shares of the headlines that have a word which neither the table nor the stories know.
const (
	rareWord = 0.00025
	oneFirm  = 0.004  // a company
	rarePair = 0.0008 // two characters of a script without blanks
)

// vocabulary is the words of the stories and how often they come.
type vocabulary struct {
	ids      map[string]int32
	terms    []string
	df       []float32 // stories with the term
	prior    []float32 // its share in the table, or a default
	postings [][]int32 // places of the events whose accounts have it, in the order of their coming
	n        float32   // stories learnt from
	moved    []int32   // new numbers by old ones, after renew
}

func (v *vocabulary) reset() {
	v.ids = make(map[string]int32)
}

// id is the number of a term.
func (v *vocabulary) id(t string) int32 {
	if i, ok := v.ids[t]; ok {
		return i
	}
	i := int32(len(v.terms))
	v.ids[t] = i
	v.terms = append(v.terms, t)
	v.df = append(v.df, 0)
	share, known := common().part[t]
	if !known {
		share = rareWord
		if r, _ := utf8.DecodeRuneInString(t); spaceless(r) {
			share = rarePair
		} else if r == '@' {
			share = oneFirm
		}
	}
	v.prior = append(v.prior, float32(share))
	v.postings = append(v.postings, nil)
	return i
}

// learn counts the words of one story.
func (v *vocabulary) learn(words []word) {
	v.n++
	for _, w := range words {
		v.df[w.id]++
	}
	if v.n >= maxLearnt {
		v.n /= 2
		for i := range v.df {
			v.df[i] /= 2
		}
	}
}

// outside is the share of the stories outside an event, of which have accounts and of those
// with have the term, that have the term.
func (v *vocabulary) outside(id int32, with, of int32) float64 {
	df := max(0, float64(v.df[id])-float64(with))
	n := max(0, float64(v.n)-float64(of))
	return (df + pseudo*float64(v.prior[id])) / (n + pseudo)
}

// info is how much a term tells, in nats.
func (v *vocabulary) info(id int32) float64 { return -math.Log(v.outside(id, 0, 0)) }

// renew keeps the terms of the events that stay, and those that have been seen often, and
// gives all of them new numbers.
func (v *vocabulary) renew(events []happening, cut int64) {
	old := *v
	keep := make([]bool, len(old.terms))
	for i := range events {
		h := &events[i]
		if h.gone || h.last < cut {
			continue
		}
		for _, a := range h.accounts {
			for _, w := range a.words {
				keep[w.id] = true
			}
			for _, g := range a.gist {
				keep[g] = true
			}
		}
	}
	v.ids = make(map[string]int32)
	v.terms, v.df, v.prior, v.postings = nil, nil, nil, nil
	v.moved = make([]int32, len(old.terms))
	for i, t := range old.terms {
		v.moved[i] = -1
		if keep[i] || old.df[i] > 2 {
			id := v.id(t)
			v.moved[i], v.df[id] = id, old.df[i]
		}
	}
}

// rename gives an account's words their new numbers after renew.
func (v *vocabulary) rename(a *account) {
	for i := range a.words {
		a.words[i].id = v.moved[a.words[i].id]
	}
	for i := range a.gist {
		a.gist[i] = v.moved[a.gist[i]]
	}
}

// add counts a term in and says how often it has been counted.
func add(c []count, id int32) ([]count, int32) {
	i, j := 0, len(c)
	for i < j {
		if m := (i + j) / 2; c[m].id < id {
			i = m + 1
		} else {
			j = m
		}
	}
	if i < len(c) && c[i].id == id {
		c[i].n++
		return c, c[i].n
	}
	c = append(c, count{})
	copy(c[i+1:], c[i:])
	c[i] = count{id, 1}
	return c, 1
}

// of is how often a term was counted.
func of(c []count, id int32) int32 {
	i, j := 0, len(c)
	for i < j {
		if m := (i + j) / 2; c[m].id < id {
			i = m + 1
		} else {
			j = m
		}
	}
	if i < len(c) && c[i].id == id {
		return c[i].n
	}
	return 0
}
