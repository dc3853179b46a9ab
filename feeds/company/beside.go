package company

import (
	"slices"
	"strings"
)

// What a text says of a company beside the one of the title, each as a weight of its own.
// Two companies of a paragraph alone say little; a sentence with both, or a word of
// dealing beside the name, makes the second a party to the story.
const (
	inParagraph = 0.35 // in a paragraph with the company of the title
	inSentence  = 0.15 // in a sentence with it
	inDealings  = 0.40 // it is bought from, invested in, competed with …
	mostBeside  = 3    // companies of a story that may be tagged for that
	mostListed  = 8    // a paragraph that names more is a list and says nothing
)

// spot is where the text names a company.
type spot struct {
	company  int
	product  bool // it calls its maker to mind, but is not it
	from, to int
}

// paragraphs remembers which companies share a paragraph of the text.
type paragraphs struct {
	text       string
	start, end int
	now        []spot // of the paragraph, in order
	all        [][]spot
}

func (p *paragraphs) add(text string, m mention) {
	if m.from >= p.end || m.from < p.start {
		p.close()
		p.text = text
		p.start = strings.LastIndexByte(text[:m.from], '\n') + 1
		p.end = len(text)
		if i := strings.IndexByte(text[m.from:], '\n'); i >= 0 {
			p.end = m.from + i
		}
	}
	if len(p.now) == mostSpots {
		return
	}
	p.now = append(p.now, spot{int(m.company), m.role == asProduct, m.from, m.to})
}

func (p *paragraphs) close() {
	if len(p.now) > 1 {
		p.all = append(p.all, p.now)
	}
	p.now = nil
}

// mostSpots bounds what is remembered of a paragraph.
const mostSpots = 200

// longestSentence bounds how far the ends of a sentence are looked for.
const longestSentence = 400

// sentence is where the sentence of a spot begins and ends.
func (p *paragraphs) sentence(s spot) (begin, end int) {
	begin, end = max(0, s.from-longestSentence), min(len(p.text), s.to+longestSentence)
	before, after := p.text[begin:s.from], p.text[s.to:end]
	from := begin
	for _, stop := range [...]string{". ", "? ", "! ", "。", "\n"} {
		if i := strings.LastIndex(before, stop); i >= 0 {
			begin = max(begin, from+i+len(stop))
		}
		if i := strings.Index(after, stop); i >= 0 {
			end = min(end, s.to+i)
		}
	}
	return begin, end
}

// dealers are beginnings of words that say what one company has to do with another.
var dealers = [...]string{"invest", "stake", "acqui", "buy", "bought", "purchas", "partner", "allian", "deal", "agreement", "contract", "suppl", "provider",
	"relian", "relies", "rely", "depend", "rival", "compet", "customer", "client", "backed", "backs", "backing", "funded", "funding", "sue", "suing", "lawsuit", "merge", "licens", "venture",
	"owns", "owned", "sold", "sell", "hired", "hires", "poach", "fined", "fines", "accus"}

// dealings reports whether a sentence has such a word shortly before a name or after it.
func dealings(before, after string) bool {
	for _, s := range [...]string{before[max(0, len(before)-80):], after[:min(len(after), 40)]} {
		for w := range strings.FieldsSeq(strings.ToLower(s)) {
			if slices.ContainsFunc(dealers[:], func(d string) bool { return strings.HasPrefix(w, d) }) {
				return true
			}
		}
	}
	return false
}

// beside gives weight to companies that the text names beside the one of the title.
func (p *paragraphs) beside(found map[int]*tally) {
	p.close()
	best := make(map[int]beside)
	for _, par := range p.all {
		if listed(par) {
			continue
		}
		leads := slices.DeleteFunc(slices.Clone(par), func(s spot) bool { return found[s.company].title == 0 })
		if len(leads) == 0 {
			continue
		}
		for _, s := range par {
			b := best[s.company]
			if s.product || found[s.company].title > 0 || b.sentence && b.dealings {
				continue
			}
			begin, end := p.sentence(s)
			b.near = true
			b.sentence = b.sentence || slices.ContainsFunc(leads, func(l spot) bool { return l.from >= begin && l.to <= end })
			b.dealings = b.dealings || dealings(p.text[begin:s.from], p.text[s.to:end])
			best[s.company] = b
		}
	}
	order := make([]int, 0, len(best))
	for c, b := range best {
		if b.near {
			order = append(order, c)
		}
	}
	slices.SortFunc(order, func(a, b int) int {
		if x, y := best[a].rank(), best[b].rank(); x != y {
			return y - x
		}
		return found[a].first - found[b].first
	})
	for _, c := range order[:min(len(order), mostBeside)] {
		found[c].words = append(found[c].words, best[c].words()...)
	}
}

// beside is the best that the paragraphs say of a company.
type beside struct{ near, sentence, dealings bool }

func (b beside) rank() int { return len(b.words()) }

func (b beside) words() []Word {
	out := make([]Word, 0, 3)
	for _, w := range []struct {
		on     bool
		text   string
		weight float64
	}{
		{b.near, "beside the company of the title", inParagraph},
		{b.sentence, "in a sentence with the company of the title", inSentence},
		{b.dealings, "has dealings with the company of the title", inDealings},
	} {
		if w.on {
			out = append(out, Word{Text: w.text, Where: "list", As: "name", Weight: w.weight})
		}
	}
	return out
}

// listed reports whether a paragraph names so many that it says nothing of each.
func listed(par []spot) bool {
	seen := make([]int, 0, mostListed)
	for _, s := range par {
		if !slices.Contains(seen, s.company) {
			if len(seen) == mostListed {
				return true
			}
			seen = append(seen, s.company)
		}
	}
	return false
}
