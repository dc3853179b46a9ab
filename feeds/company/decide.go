package company

import (
	"math"
	"sync"

	"nightdesk/feeds"
)

// A Tagger decides what stories are about. It is safe for concurrent use.
type Tagger struct {
	list    *List
	finder  *finder
	symbols func() map[string][]symbol
}

// New makes a tagger of a list.
func New(l *List) *Tagger {
	return &Tagger{list: l, finder: newFinder(l.names), symbols: sync.OnceValue(func() map[string][]symbol { return symbols(l) })}
}

// Evidence is what speaks for one company in a story.
type Evidence struct {
	Slug, Name string
	Score      float64
	About      bool // the score made a tag
	Words      []Word
	Against    []string
}

// A Word is one mention that counted.
type Word struct {
	Text   string
	Where  string // "title", "summary", "text"
	As     string // "name", "product", "person", "ticker", "subsidiary"
	Weight float64
}

// decision is counted up with every change of the rules, so that stored tags are made anew.
const decision = "2"

// The weights of the decision, set on the development set. A company's score is
// 1 - Π(1 - weight) over what speaks for it, so that weak signs add up and never
// reach certainty; from threshold on the story is about it.
const (
	threshold = 0.5

	inTitle        = 0.80 // named in the title
	inTitleLate    = 0.62 // in its last third, after others
	productInTitle = 0.72
	personInTitle  = 0.45 // only with the company in play elsewhere
	inLead         = 0.42 // in the first sentence of the summary
	inSummary      = 0.25
	productInLead  = 0.35
	inText         = 0.05 // each time in the text, up to inTextMost
	inTextMost     = 0.42
	inNewsroom     = 0.55 // the feed is the company's own
	vagueAlone     = 0.35 // a vague name without evidence keeps this share of its weight
)

// maxText is how much of a text is read; what a story is about stands at its beginning.
const maxText = 16 << 10

// Tag says which companies a story is about, the strongest first.
func (t *Tagger) Tag(s *feeds.Story) []feeds.Tag {
	var out []feeds.Tag
	for _, e := range t.judge(s, false) {
		if e.About {
			out = append(out, feeds.Tag{Slug: e.Slug, Name: e.Name, Score: math.Round(e.Score*100) / 100})
		}
	}
	return out
}

// Explain is the evidence for every company that a story names, the strongest first.
func (t *Tagger) Explain(s *feeds.Story) []Evidence { return t.judge(s, true) }
