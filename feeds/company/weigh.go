package company

import (
	"slices"
	"strings"

	"nightdesk/feeds"
)

// weigh turns what was found into scores.
func (t *Tagger) weigh(s *feeds.Story, found map[int]*tally) []Evidence {
	cats := strings.ToLower(strings.Join(s.Categories, " ") + " " + s.URL)
	out := make([]Evidence, 0, len(found))
	score := make(map[int]float64, len(found))
	order := make([]int, 0, len(found))
	for i := range found {
		order = append(order, i)
	}
	slices.SortFunc(order, func(a, b int) int {
		if d := found[a].first - found[b].first; d != 0 {
			return d
		}
		return a - b
	})
	companies := 0
	for _, i := range order {
		if found[i].sure > 0 {
			companies++
		}
	}
	for _, i := range order {
		c := found[i]
		slug := t.list.all[i].Slug
		tagged := strings.Contains(cats, " "+slug+" ") || strings.Contains(cats, "/"+slug+"-") || strings.Contains(cats, "/"+slug+"/")
		for _, p := range c.vague {
			w := p.w
			e := p.score
			if c.sure > 0 {
				e += 2
			}
			if len(c.persons) > 0 {
				e += 2
			}
			if tagged {
				e += 2
			}
			if companies > 0 {
				e++
			}
			if len(c.vague) > 2 {
				e++
			}
			if e < 2 {
				w.Weight *= t.weights.vagueAlone
				c.against = append(c.against, "“"+w.Text+"” may be the common word")
			} else {
				c.sure++
				if w.Where == "title" {
					c.title++
				}
			}
			c.words = append(c.words, w)
		}
		if c.sure > 0 {
			c.words = append(c.words, c.persons...)
		}
		miss := 1.0
		text := 0.0
		for _, w := range c.words {
			if w.Where == "text" {
				text += w.Weight
				continue
			}
			miss *= 1 - w.Weight
		}
		miss *= 1 - min(text, t.weights.inTextMost)
		switch {
		case t.outlet(s, i) && t.list.all[i].Sector != "media":
			// The company's own newsroom speaks of the company, whether it names itself or not.
		case t.outlet(s, i) && c.title < 2:
			miss = 1 - (1-miss)*0.5
			c.against = append(c.against, "it is the outlet itself")
		}
		score[i] = 1 - miss
	}
	// A subsidiary speaks for its parent, unless the parent's own part is known to be small.
	for _, i := range order {
		if score[i] < t.weights.threshold || t.list.held[i] || t.list.all[i].Parent == "" {
			continue
		}
		p := t.list.at(t.list.all[i].Parent)
		if p < 0 || t.list.all[p].Hidden {
			continue
		}
		c := found[p]
		if c == nil {
			c = &tally{company: p, first: found[i].first + 1}
			found[p] = c
			order = append(order, p)
		}
		w := Word{Text: t.list.all[i].Name, Where: "list", As: "subsidiary", Weight: score[i] * 0.85}
		c.words = append(c.words, w)
		score[p] = 1 - (1-score[p])*(1-w.Weight)
	}
	for _, i := range order {
		c := found[i]
		if len(c.words) == 0 {
			continue
		}
		out = append(out, Evidence{Slug: t.list.all[i].Slug, Name: t.list.all[i].Name, Score: score[i], About: score[i] >= t.weights.threshold, Words: c.words, Against: c.against})
	}
	slices.SortStableFunc(out, func(a, b Evidence) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return found[t.list.at(a.Slug)].first - found[t.list.at(b.Slug)].first
	})
	return out
}

// outlet reports whether a company is the one that publishes the story.
func (t *Tagger) outlet(s *feeds.Story, i int) bool {
	return t.list.all[i].Site != "" && strings.EqualFold(s.FeedTitle, t.list.all[i].Name)
}
