package company

import (
	"slices"
	"strings"
)

// paragraphs remembers which companies share a paragraph of the text.
type paragraphs struct {
	start, end int
	now        []int // companies named in the paragraph, in order
	all        [][]int
}

func (p *paragraphs) add(text string, at, company int, r role) {
	if at >= p.end || at < p.start {
		p.close()
		p.start = strings.LastIndexByte(text[:at], '\n') + 1
		p.end = len(text)
		if i := strings.IndexByte(text[at:], '\n'); i >= 0 {
			p.end = at + i
		}
	}
	if r == asProduct {
		company = -company - 1 // a product calls its maker to mind, but is not it
	}
	p.now = append(p.now, company)
}

func (p *paragraphs) close() {
	if len(p.now) > 1 {
		p.all = append(p.all, p.now)
	}
	p.now = nil
}

// beside gives weight to companies that the text names beside the one of the title: who
// it buys from, invests in, competes with. A paragraph that lists many says nothing.
func (p *paragraphs) beside(found map[int]*tally) {
	p.close()
	given := 0
	for _, par := range p.all {
		if names := slices.Clone(par); len(names) > 8 {
			slices.Sort(names)
			if len(slices.Compact(names)) > 8 {
				continue
			}
		}
		lead := false
		for _, c := range par {
			if c < 0 {
				c = -c - 1
			}
			lead = lead || found[c].title > 0
		}
		if !lead {
			continue
		}
		for _, c := range par {
			if c < 0 || found[c].title > 0 || found[c].beside || given == mostBeside {
				continue
			}
			found[c].beside = true
			found[c].words = append(found[c].words, Word{Text: "beside the company of the title", Where: "list", As: "name", Weight: besideLead})
			given++
		}
	}
}
