package company

import (
	"slices"
	"strings"

	"nightdesk/feeds"
)

// tally gathers what is found of one company.
type tally struct {
	company int
	sure    int // mentions that need no evidence
	title   int
	text    int
	first   int // place of the first mention: title before summary before text
	words   []Word
	against []string
	vague   []pending
	persons []Word
}

// pending is a vague mention that waits for evidence.
type pending struct {
	w     Word
	score int // evidence from the words around it
}

func (t *Tagger) judge(s *feeds.Story, explain bool) []Evidence {
	found := make(map[int]*tally)
	place := 0
	get := func(i int) *tally {
		if found[i] == nil {
			found[i] = &tally{company: i, first: 1 << 30}
		}
		return found[i]
	}
	var body paragraphs
	note := func(text, where string, lead int, titleCase bool) {
		t.finder.find(text, func(m mention) {
			if shareBar(text, m.from, m.to) || amount(text, m.from) || t.another(text, m) {
				return
			}
			c := get(int(m.company))
			w := Word{Text: text[m.from:m.to], Where: where, As: m.role.String()}
			early := len(text) == 0 || m.from*3 <= len(text)*2
			switch where {
			case "title":
				switch {
				case m.role == asPerson:
					w.Weight = t.weights.personInTitle
				case m.role == asProduct:
					w.Weight = t.weights.productInTitle
				case early:
					w.Weight = t.weights.inTitle
				default:
					w.Weight = t.weights.inTitleLate
				}
			case "summary":
				switch {
				case m.role == asPerson:
					w.Weight = t.weights.personInLead
				case m.role == asProduct && m.from < lead:
					w.Weight = t.weights.productInLead
				case m.from < lead:
					w.Weight = t.weights.inLead
				default:
					w.Weight = t.weights.inSummary
				}
			default:
				w.Weight = t.weights.inText
			}
			if where == "title" && m.from > 0 && m.from >= signature(text) {
				w.Weight *= t.weights.passing
				if explain {
					c.against = append(c.against, "“"+w.Text+"” ends the title as an outlet does")
				}
			}
			if passing(text, m.from, m.to) {
				w.Weight *= t.weights.passing
				if explain {
					c.against = append(c.against, "“"+w.Text+"” is named in passing")
				}
			}
			c.first = min(c.first, place+m.from)
			if where == "text" && m.role != asPerson && !m.vague {
				body.add(text, m)
			}
			if m.role == asPerson {
				c.persons = append(c.persons, w)
				return
			}
			if m.vague {
				c.vague = append(c.vague, pending{w, around(text, m.from, m.to, titleCase) + lean(m.leaning, text[:m.from])})
				return
			}
			c.sure++
			if where == "title" {
				c.title++
			}
			if where == "text" {
				c.text++
				if c.text*5 > int(t.weights.inTextMost*100) {
					return
				}
			}
			c.words = append(c.words, w)
		})
		place += len(text) + 1
	}
	note(s.Title, "title", len(s.Title), isTitleCase(s.Title))
	summary := s.Summary
	note(summary, "summary", firstSentence(summary), false)
	rest := s.Text
	if len(rest) > maxText {
		rest = rest[:maxText]
	}
	if after, ok := strings.CutPrefix(rest, summary); ok {
		rest = after
	}
	if rest != summary {
		note(rest, "text", 0, false)
	}
	t.tickers(s.Title+"\n"+summary, get)
	t.newsroom(s, get)
	body.beside(found)
	return t.withUnlisted(s, t.weigh(s, found), summary[:firstSentence(summary)])
}

// withUnlisted adds a company that the list does not have.
func (t *Tagger) withUnlisted(s *feeds.Story, all []Evidence, lead string) []Evidence {
	known := slices.ContainsFunc(all, func(e Evidence) bool { return e.About })
	if known {
		lead = "" // the title's companies are enough
	}
	e, inside, ok := t.unlisted(s.Title, lead, known)
	if !ok || slugOf(s.FeedTitle) == e.Slug {
		return all
	}
	all = slices.DeleteFunc(all, func(o Evidence) bool { return slices.Contains(inside, int32(t.list.at(o.Slug))) })
	at := 0
	for at < len(all) && all[at].Score >= e.Score {
		at++
	}
	return slices.Insert(all, at, e)
}

// newsroom notes the company whose own feed this is: “Mistral AI”, “Microsoft Azure
// Blog”. Those that publish what others write (sector: media) have no such feed.
func (t *Tagger) newsroom(s *feeds.Story, get func(int) *tally) {
	title := strings.TrimSpace(s.FeedTitle)
	if title == "" || len(title) > 60 {
		return
	}
	t.finder.find(title, func(m mention) {
		if m.from > 0 || m.role != asName || m.vague && m.to < len(title) || t.list.all[m.company].Sector == "media" {
			return
		}
		rest := strings.ToLower(title[m.to:])
		if rest != "" && !strings.Contains(rest, "blog") && !strings.Contains(rest, "newsroom") && !strings.Contains(rest, "press") && !strings.Contains(rest, "engineering") {
			return
		}
		c := get(int(m.company))
		c.sure++
		c.words = append(c.words, Word{Text: title, Where: "feed", As: "name", Weight: t.weights.inNewsroom})
	})
}
