package company

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

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

// amount reports whether what stands at a place is a sum: $3M is not 3M.
func amount(text string, at int) bool {
	if text[at] < '0' || text[at] > '9' {
		return false
	}
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return unicode.Is(unicode.Sc, r) || r == '.' || r == ',' || unicode.IsDigit(r)
}

// another reports whether the word after a name makes it another thing, the Amazon
// rainforest, a meta-analysis, or the one before: Harrison Ford.
func (t *Tagger) another(text string, m mention) bool {
	words := t.list.unless[m.company]
	if words == nil || m.role == asPerson {
		return false
	}
	after, before := "", strings.TrimRight(text[:m.from], " -")
	if w, _ := next(text, m.to); w.from-m.to == 1 && (text[m.to] == ' ' || text[m.to] == '-') {
		after = text[w.from:w.to]
	}
	if m.from-len(before) != 1 {
		before = ""
	}
	before = before[strings.LastIndexAny(before, " \n\t(“\"")+1:]
	return slices.ContainsFunc(words, func(w string) bool {
		if own, ok := strings.CutSuffix(w, "-"); ok {
			return own == before || strings.ToLower(own) == own && strings.EqualFold(own, before)
		}
		return strings.EqualFold(w, after)
	})
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
		"buys", "acquires", "acquired", "acquiring", "to buy", "to acquire", "plans", "raises", "raised", "lays", "users", "app", "employees", "reports", "reportedly", "adds",
		"customers", "earnings", "revenue", "valuation", "ipo", "executive", "engineers", "founder", "co-founder", "cofounder", "chief", "store", "and google", "rolls", "releases", "introduces", "confirms",
		"hires", "tests", "apologizes", "admits", "pays", "expands", "partners", "teams", "settles", "appeals", "bans", "blocks", "removes", "will", "wants", "cuts", "gets", "wins", "loses", "faces",
		"offers", "drops", "brings", "makes", "takes", "opens", "warns", "seeks", "argues", "asks"}
	afterAny = [...]string{"is", "has"} // what may stand beside any word
	before   = [...]string{"at", "by", "from", "with", "against", "sues", "buys", "acquires", "joins", "leaves", "startup", "company", "giant", "maker", "how", "why", "of", "on", "for", "to", "than", "via", "and", "&", "vs", "vs.", "app", "platform", "rival", "invests", "meet", "using"}
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
	for _, w := range afterAny {
		if strings.HasPrefix(low, w+" ") {
			e++
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
	case "a", "an", "the", "your", "my", "its", "his", "her", "their", "our", "no", "every", "each", "one", "to", "into", "some", "any", "such":
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
