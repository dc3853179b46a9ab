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
	weights weights
}

// New makes a tagger of a list.
func New(l *List) *Tagger {
	return &Tagger{list: l, weights: usual(), finder: newFinder(l.names), symbols: sync.OnceValue(func() map[string][]symbol { return symbols(l) })}
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

// weights are those of the decision. A company's score is 1 - Π(1 - weight) over what
// speaks for it, so that weak signs add up and never reach certainty; from threshold on
// the story is about it.
type weights struct {
	threshold float64

	inTitle        float64 // named in the title
	inTitleLate    float64 // in its last third, after others
	productInTitle float64
	personInTitle  float64 // only with the company in play elsewhere
	inLead         float64 // in the first sentence of the summary
	inSummary      float64
	productInLead  float64
	personInLead   float64
	inText         float64 // each time in the text, up to inTextMost
	inTextMost     float64
	inNewsroom     float64 // the feed is the company's own
	vagueAlone     float64 // a vague name without evidence keeps this share of its weight
	passing        float64 // one named in passing keeps this
}

// usual are the weights set on the development set; what they reach on stories that had
// no part in that is printed by TestGoldenCrossValidated.
func usual() weights {
	return weights{
		threshold: 0.5, inTitle: 0.80, inTitleLate: 0.62, productInTitle: 0.72, personInTitle: 0.45, inLead: 0.42, inSummary: 0.25,
		productInLead: 0.35, personInLead: 0.15, inText: 0.05, inTextMost: 0.42, inNewsroom: 0.55, vagueAlone: 0.35, passing: 0.4,
	}
}

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
