package company

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"nightdesk/feeds"
)

// A Tagger decides what stories are about. It is safe for concurrent use.
type Tagger struct {
	list   *List
	finder *finder
	shown  []string // names by company
	parent []int    // by company, -1 if none
	hosts  []string // sites by company
}

// New makes a tagger of a list.
func New(l *List) *Tagger {
	t := &Tagger{list: l, finder: newFinder(), parent: make([]int, len(l.all)), hosts: make([]string, len(l.all))}
	for i := range l.all {
		c := &l.all[i]
		t.shown = append(t.shown, c.Name)
		t.parent[i] = -1
		if p, ok := l.bySlug[c.Parent]; ok {
			t.parent[i] = p
		}
		t.hosts[i] = c.Site
		if c.Hidden {
			continue
		}
		vague := l.vague[i]
		for r, names := range [...][]string{asName: append([]string{c.Name}, c.Aliases...), asProduct: c.Products, asPerson: c.People} {
			for _, n := range names {
				t.finder.add(name{text: n, company: i, role: role(r), vague: slices.Contains(vague, strings.ToLower(n)) || slices.Contains(vague, "~"+strings.ToLower(n)), leaning: slices.Contains(vague, "~"+strings.ToLower(n))})
			}
		}
	}
	return t
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
	besideLead     = 0.5  // in a paragraph of the text beside the company of the title
	mostBeside     = 3    // companies of a story that are tagged for that alone
	inNewsroom     = 0.55 // the feed is the company's own
	vagueAlone     = 0.35 // a vague name without evidence keeps this share of its weight
)

// maxText is how much of a text is read; what a story is about stands at its beginning.
const maxText = 16 << 10

// tally gathers what is found of one company.
type tally struct {
	company int
	sure    int // mentions that need no evidence
	title   int
	text    int
	beside  bool // named in a paragraph with the company of the title
	first   int  // place of the first mention: title before summary before text
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
			if shareBar(text, m.from, m.to) {
				return
			}
			c := get(m.company)
			w := Word{Text: text[m.from:m.to], Where: where, As: m.role.String()}
			early := len(text) == 0 || m.from*3 <= len(text)*2
			switch where {
			case "title":
				switch {
				case m.role == asPerson:
					w.Weight = personInTitle
				case m.role == asProduct:
					w.Weight = productInTitle
				case early:
					w.Weight = inTitle
				default:
					w.Weight = inTitleLate
				}
			case "summary":
				switch {
				case m.role == asPerson:
					w.Weight = 0.15
				case m.role == asProduct && m.from < lead:
					w.Weight = productInLead
				case m.from < lead:
					w.Weight = inLead
				default:
					w.Weight = inSummary
				}
			default:
				w.Weight = inText
			}
			if where == "title" && m.from > 0 && m.from >= signature(text) {
				w.Weight *= 0.4
				if explain {
					c.against = append(c.against, "“"+w.Text+"” ends the title as an outlet does")
				}
			}
			if passing(text, m.from, m.to) {
				w.Weight *= 0.4
				if explain {
					c.against = append(c.against, "“"+w.Text+"” is named in passing")
				}
			}
			c.first = min(c.first, place+m.from)
			if where == "text" && m.role != asPerson && !m.vague {
				body.add(text, m.from, m.company, m.role)
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
				if c.text*5 > int(inTextMost*100) {
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
	if len(found) == 0 {
		return nil
	}
	body.beside(found)
	return t.weigh(s, found)
}

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
				w.Weight *= vagueAlone
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
		miss *= 1 - min(text, inTextMost)
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
		p := t.parent[i]
		if p < 0 || score[i] < threshold || t.list.held[i] {
			continue
		}
		c := found[p]
		if c == nil {
			c = &tally{company: p, first: found[i].first + 1}
			found[p] = c
			order = append(order, p)
		}
		w := Word{Text: t.shown[i], Where: "list", As: "subsidiary", Weight: score[i] * 0.85}
		c.words = append(c.words, w)
		score[p] = 1 - (1-score[p])*(1-w.Weight)
	}
	for _, i := range order {
		c := found[i]
		if len(c.words) == 0 {
			continue
		}
		out = append(out, Evidence{Slug: t.list.all[i].Slug, Name: t.shown[i], Score: score[i], About: score[i] >= threshold, Words: c.words, Against: c.against})
	}
	slices.SortStableFunc(out, func(a, b Evidence) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return found[t.list.bySlug[a.Slug]].first - found[t.list.bySlug[b.Slug]].first
	})
	return out
}

// outlet reports whether a company is the one that publishes the story.
func (t *Tagger) outlet(s *feeds.Story, i int) bool {
	return t.hosts[i] != "" && strings.EqualFold(s.FeedTitle, t.shown[i])
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
		c := get(m.company)
		c.sure++
		c.words = append(c.words, Word{Text: title, Where: "feed", As: "name", Weight: inNewsroom})
	})
}

// tickers finds $AMZN and (NASDAQ: AMZN).
func (t *Tagger) tickers(text string, get func(int) *tally) {
	for at := 0; at < len(text); at++ {
		c := text[at]
		if c != '$' && c != ':' {
			continue
		}
		end := at + 1
		for end < len(text) && (text[end] == ' ' && end == at+1 && c == ':') {
			end++
		}
		from := end
		for end < len(text) && (text[end] >= 'A' && text[end] <= 'Z' || end > from && text[end] == '.') {
			end++
		}
		sym := text[from:end]
		if len(sym) < 1 || len(sym) > 6 || c == '$' && len(sym) < 2 {
			continue
		}
		exchange := ""
		if c == ':' {
			k := at
			for k > 0 && text[k-1] >= 'A' && text[k-1] <= 'Z' {
				k--
			}
			if exchange = text[k:at]; len(exchange) < 3 {
				continue
			}
		}
		for i := range t.list.all {
			for _, tick := range t.list.all[i].Tickers {
				ex, s, _ := strings.Cut(tick, ":")
				if s == sym && (exchange == "" || ex == exchange) && !t.list.all[i].Hidden {
					ta := get(i)
					ta.sure++
					ta.first = min(ta.first, at)
					ta.words = append(ta.words, Word{Text: text[at:end], Where: "title", As: asTicker.String(), Weight: 0.6})
				}
			}
		}
	}
}

// signature is where the outlet's name begins that many feeds put at the end of a title
// (“… - The Verge”), len(title) if there is none.
func signature(title string) int {
	for _, sep := range [...]string{" - ", " | ", " – ", " — "} {
		if i := strings.LastIndex(title, sep); i > len(title)/2 && len(title)-i < 36 && strings.Count(title[i+len(sep):], " ") < 4 {
			return i
		}
	}
	return len(title)
}

// shareBar: names of networks in the text of a share bar are no mention.
func shareBar(text string, from, to int) bool {
	before := strings.ToLower(text[max(0, from-20):from])
	for _, s := range [...]string{"share on ", "share to ", "follow us on ", "follow on ", "tweet on ", "share via ", "teilen auf ", "auf "} {
		if strings.HasSuffix(before, s) && (s != "auf " || strings.Contains(before, "teilen")) {
			return true
		}
	}
	return false
}

// passing: the words before a name say that it is only compared with, or was left.
func passing(text string, from, to int) bool {
	before := strings.ToLower(text[max(0, from-24):from])
	for _, s := range [...]string{"former ", "ex-", "ex ", "formerly of ", "formerly at ", "rival to ", "like ", "unlike ", "backed by ", "-backed by ", "alternative to ", "alum ", "veteran of ", "the next ", "the ", "-like "} {
		if s == "the " {
			continue
		}
		if strings.HasSuffix(before, s) {
			return true
		}
	}
	after := strings.ToLower(text[to:min(len(text), to+16)])
	for _, s := range [...]string{"-like", "-style", "-backed", " alum", " veteran", "-owned by"} {
		if strings.HasPrefix(after, s) {
			return true
		}
	}
	return false
}

// What stands beside the name of a company and hardly beside the common word.
var (
	after = [...]string{"inc", "corp", "ceo", "cfo", "cto", "coo", "shares", "stock", "says", "said", "announces", "announced", "launches", "launched", "unveils", "unveiled", "sues", "sued",
		"buys", "acquires", "acquired", "acquiring", "to buy", "to acquire", "will", "is", "has", "plans", "raises", "raised", "cuts", "lays", "users", "app", "employees", "reports", "reportedly", "wants", "adds", "gets",
		"customers", "earnings", "revenue", "valuation", "ipo", "executive", "engineers", "founder", "co-founder", "cofounder", "chief", "store", "and google", "rolls", "releases", "wins", "loses", "faces", "introduces", "confirms",
		"hires", "offers", "drops", "brings", "makes", "takes", "opens", "tests", "apologizes", "admits", "warns", "pays", "expands", "partners", "teams", "seeks", "settles", "appeals", "argues", "asks", "bans", "blocks", "removes"}
	before = [...]string{"at", "by", "from", "with", "against", "sues", "buys", "acquires", "joins", "leaves", "startup", "company", "giant", "maker", "how", "why", "of", "on", "for", "to", "than", "via", "and", "&", "vs", "vs.", "app", "platform", "rival", "invests", "meet", "using"}
)

// around is the evidence of the words beside a vague name.
func around(text string, from, to int, titleCase bool) int {
	e := 0
	raw := text[from:to]
	r, _ := utf8.DecodeRuneInString(raw)
	if !unicode.IsUpper(r) {
		return -2
	}
	if unspaced(text) {
		e += 2
	}
	if !titleCase && from > 0 && !sentenceStart(text, from) {
		e++ // a capital within a line of small letters
	}
	rest := text[to:]
	if strings.HasPrefix(rest, "'s") || strings.HasPrefix(rest, "’s") {
		e++
		rest = strings.TrimPrefix(strings.TrimPrefix(rest, "'s"), "’s")
	}
	low := strings.ToLower(rest[:min(len(rest), 24)])
	low = strings.TrimLeft(low, " ,")
	for _, w := range after {
		if strings.HasPrefix(low, w) && (len(low) == len(w) || !isASCIIWord(low[len(w)])) {
			e += 2
			break
		}
	}
	prev := strings.TrimRight(text[:from], " ")
	prev = strings.ToLower(prev[max(0, len(prev)-12):])
	for _, w := range before {
		if strings.HasSuffix(prev, w) && (len(prev) == len(w) || !isASCIIWord(prev[len(prev)-len(w)-1])) {
			e++
			break
		}
	}
	if from == 0 && titleCase {
		e++ // a headline begins with who acts
	}
	if to-from == 1 && e < 3 { // one letter
		e--
	}
	return e
}

// lean is the evidence that a name brings itself; less of it after a word that goes with
// the common noun.
func lean(on bool, before string) int {
	if !on {
		return 0
	}
	before = strings.TrimRight(before, " ")
	prev := before[strings.LastIndexByte(before, ' ')+1:]
	switch strings.ToLower(prev) {
	case "a", "an", "the", "your", "my", "its", "his", "her", "their", "our", "no", "every", "each", "one", "to", "into":
		return 1
	}
	return 2
}

// unspaced reports whether a line is written without blanks, as Chinese is: a word in
// Latin letters and a capital is a name there.
func unspaced(text string) bool {
	n := 0
	for i, r := range text {
		if r >= 0x3040 && spaceless(r) {
			if n++; n >= 4 {
				return true
			}
		}
		if i > 240 {
			break
		}
	}
	return false
}

func sentenceStart(text string, at int) bool {
	prev := strings.TrimRight(text[:at], " \"'“‘(")
	return prev == "" || strings.ContainsAny(prev[len(prev)-1:], ".!?:|")
}

// isTitleCase reports whether most words of a line begin with a capital, as headlines
// of some outlets do: then a capital says nothing.
func isTitleCase(s string) bool {
	words, upper := 0, 0
	for f := range strings.FieldsSeq(s) {
		r, n := utf8.DecodeRuneInString(f)
		if !unicode.IsLetter(r) || len(f)-n < 3 {
			continue
		}
		words++
		if unicode.IsUpper(r) {
			upper++
		}
	}
	return words >= 3 && upper*4 >= words*3
}

// firstSentence is where the first sentence ends.
func firstSentence(s string) int {
	for i := 40; i < len(s); i++ {
		switch {
		case s[i] == '.' && i+1 < len(s) && s[i+1] == ' ', s[i] == '\n':
			return i
		case strings.HasPrefix(s[i:], "。"):
			return i
		}
	}
	return len(s)
}
