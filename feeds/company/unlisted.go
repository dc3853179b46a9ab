package company

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Unlisted companies: most stories of startups are about one that no list has. A few
// turns of a headline name them surely enough: “Deck raises $12M”, “parking startup ZIRX
// gets funding”, “Launch HN: Vendo (YC S26)”, “acquires video app Msqrd”.

const unlistedScore = 0.6

// maxName is how many words the name of an unlisted company may have.
const maxName = 3

var (
	// What companies of this industry are called before their name.
	kinds = [...]string{"startup", "start-up", "startups", "company", "platform", "provider", "maker", "firm", "app", "unicorn", "developer", "marketplace", "neobank", "fintech", "insurtech", "scaleup", "scale-up", "spinout", "spinoff", "chipmaker", "automaker", "carmaker", "retailer", "vendor", "manufacturer", "outfit"}
	// What is said of one that is given money; it must be followed by money.
	gains = [...]string{"raises", "raised", "lands", "secures", "nabs", "closes", "snags", "bags", "scores", "gets", "grabs", "picks", "hauls", "nets", "feathers", "pulls",
		"lève", "recauda", "levanta", "cierra", "sammelt", "sichert", "erhält", "raccoglie", "capta", "haalt"}
	// What hardly anyone but a company does in a headline.
	deeds = [...]string{"launches", "unveils", "acquires", "debuts", "taps", "lets", "bets", "pivots", "partners", "introduces", "rebrands", "emerges", "relaunches", "open-sources", "automates", "expands", "acquihires"}
	// How an article tells of a company's own things.
	goods = [...]string{"platform", "app", "software", "api", "ceo", "cofounder", "co-founder", "founder", "founders", "startup", "ipo", "valuation"}
	funds = [...]string{"funding", "round", "series", "seed", "million", "billion", "investment", "backing", "valuation", "stealth", "pre-seed", "ipo",
		"millions", "millones", "millionen", "mio", "milioni", "milhões", "miljoen", "euro", "euros", "finanzierung", "ronda"}
	// What is done to one that is bought, and what may come after its name.
	buys  = [...]string{"acquires", "acquire", "buys", "acquiring", "buying", "snaps"}
	links = [...]string{"for", "in", "to", "as", "from", "at", "after", "amid", "and", "with"}
	// Words that begin headlines and are no names.
	common = [...]string{"the", "a", "an", "this", "that", "these", "why", "how", "what", "when", "who", "report", "study", "exclusive", "breaking", "video", "watch", "new", "former", "ex", "us", "uk", "eu", "china", "india", "russia", "japan", "korea", "taiwan", "iran", "israel", "france", "germany", "europe", "africa", "ukraine", "canada", "australia", "brazil", "singapore", "nasa", "fcc", "ftc", "doj", "sec", "fda", "esa", "isro", "nato", "un", "congress", "senate", "pentagon", "trump", "biden", "obama", "musk", "bezos", "zuckerberg", "putin", "modi", "government", "city", "state", "police", "ai", "startup", "startups", "company", "fund", "vc", "he", "she", "they", "it", "we", "i", "you", "team", "university", "court", "judge", "bill", "group", "researchers", "scientists", "engineers", "developers", "hackers", "california", "texas", "york", "london", "tokyo", "beijing", "shanghai", "founder", "ceo", "his", "her", "their", "its", "our", "my", "your", "and", "or", "but", "for", "with", "from", "in", "on", "at", "of", "to", "by", "as", "is", "no", "not", "another", "one", "two", "three", "inc", "tech", "big", "show", "launch", "ask", "hn", "yc", "republicans", "democrats", "nobody", "everyone", "crypto", "bitcoin", "ethereum", "linux",
		"today", "tomorrow", "yesterday", "week", "month", "year", "world", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"alabama", "alaska", "arizona", "colorado", "connecticut", "delaware", "florida", "georgia", "hawaii", "illinois", "indiana", "iowa", "kansas", "kentucky", "louisiana", "maine", "maryland", "massachusetts", "michigan", "minnesota", "missouri", "montana", "nebraska", "nevada", "ohio", "oklahoma", "oregon", "pennsylvania", "tennessee", "utah", "vermont", "virginia", "washington", "wisconsin", "wyoming", "ontario", "quebec", "bavaria", "england", "scotland", "wales", "ireland", "spain", "italy", "poland", "turkey", "egypt", "nigeria", "kenya", "indonesia", "vietnam", "thailand", "malaysia", "philippines", "pakistan", "bangladesh", "mexico", "argentina", "chile", "colombia", "dubai", "paris", "berlin", "seoul", "delhi", "mumbai", "chicago", "boston", "seattle", "austin",
		"sanders", "warren", "schumer", "newsom", "starmer", "macron", "merkel", "harris", "vance", "cruz", "hawley", "pelosi", "vestager", "xi", "democrat", "republican", "senator", "president", "minister", "parliament", "commission", "army", "navy", "share", "shares", "stock", "stocks", "bonds", "store", "stores", "server", "platform", "program", "programme", "policies", "update", "updates", "computer", "apps", "android", "windows"}
)

// token is a word of a title with what joins its parts: “Plaid-ify”, “Booking.com”.
type token struct {
	from, to int
	low      string
	capital  bool
	own      bool // a possessive
	stop     bool // a comma, colon, full stop … stands after it
}

// tokens are the first words of a title.
func tokens(title string) []token {
	var out []token
	for at := 0; at < len(title) && len(out) < 40; {
		from := at
		for at < len(title) && title[at] != ' ' {
			at++
		}
		word := title[from:at]
		for at < len(title) && title[at] == ' ' {
			at++
		}
		lead := len(word) - len(strings.TrimLeft(word, "\"“‘'(["))
		core := strings.TrimRight(word[lead:], "\"”’'),.:;!?]")
		t := token{from: from + lead, to: from + lead + len(core), stop: strings.ContainsAny(word[lead+len(core):], ",.:;!?)")}
		for _, s := range [...]string{"'s", "’s"} {
			if rest, ok := strings.CutSuffix(core, s); ok {
				t.to, t.own, core = t.to-len(s), true, rest
			}
		}
		if core == "" {
			continue
		}
		r, _ := utf8.DecodeRuneInString(core)
		t.low, t.capital = strings.ToLower(core), unicode.IsUpper(r) || unicode.IsDigit(r) && strings.ContainsFunc(core, unicode.IsUpper)
		out = append(out, t)
	}
	return out
}

// unlisted is the name of a company that a title or the first sentence of a text gives
// away, "" for none, and why; buyer says that a company is known to be in play, which may
// have bought it.
func unlisted(title, lead string, buyer bool) (name, why string) {
	if rest, ok := strings.CutPrefix(title, "Launch HN: "); ok {
		if i := strings.Index(rest, " ("); i > 0 && i < 40 && strings.HasPrefix(rest[i:], " (YC ") {
			return rest[:i], "it is launched"
		}
	}
	ts := tokens(title)
	if name := called(title, ts); name != "" {
		return name, "it is called a company"
	}
	if name := begins(title, ts); name != "" {
		return name, "it begins the line and does what companies do"
	}
	if buyer {
		if name := bought(title, ts); name != "" {
			return name, "it is bought"
		}
	}
	if name := called(lead, tokens(lead)); name != "" && branded(name) {
		return name, "it is called a company"
	}
	return "", ""
}

// bought is a name that is all that stands between “acquires” and the end or a
// preposition.
func bought(title string, ts []token) string {
	for i := range ts {
		if i == 0 || !slices.Contains(buys[:], ts[i].low) {
			continue
		}
		end := i + 1
		for end < len(ts) && nameToken(ts[end]) && !slices.Contains(links[:], ts[end].low) {
			end++
			if ts[end-1].own || ts[end-1].stop {
				break
			}
		}
		if end == i+1 || end-i > maxName || ts[end-1].own {
			continue
		}
		if end == len(ts) || ts[end-1].stop || slices.Contains(links[:], ts[end].low) {
			return title[ts[i+1].from:ts[end-1].to]
		}
	}
	return ""
}

// called is a name after what it is called: the run of capitals from there on.
func called(title string, ts []token) string {
	is := func(i int, words []string) bool { return i < len(ts) && slices.Contains(words, ts[i].low) }
	for i := 0; i+1 < len(ts); i++ {
		if !is(i, kinds[:]) || ts[i].stop || ts[i].own || ts[i].capital && !branded(title[ts[i+1].from:ts[i+1].to]) {
			continue
		}
		end := i + 1
		for end < len(ts) && end-i <= maxName && nameToken(ts[end]) && !is(end, gains[:]) && !is(end, deeds[:]) {
			end++
			if ts[end-1].own || ts[end-1].stop {
				break
			}
		}
		if end == i+1 || end-i > maxName {
			continue
		}
		// In a line of capitals only a verb or a stop says where the name ends.
		if !isTitleCase(title) || ts[end-1].own || ts[end-1].stop || end == len(ts) || is(end, gains[:]) || is(end, deeds[:]) {
			return title[ts[i+1].from:ts[end-1].to]
		}
	}
	return ""
}

// begins is a name that begins the line and does what companies do.
func begins(title string, ts []token) string {
	is := func(i int, words []string) bool { return i < len(ts) && slices.Contains(words, ts[i].low) }
	for n := 1; n <= maxName && n < len(ts); n++ {
		if !nameToken(ts[n-1]) || ts[n-1].stop {
			break
		}
		name := title[ts[0].from:ts[n-1].to]
		switch {
		case ts[n-1].own:
			if is(n, goods[:]) || is(n+1, goods[:]) && ts[n].capital {
				return name
			}
			return ""
		case is(n, gains[:]) && money(title[ts[n].to:], ts[n+1:]), is(n, deeds[:]) && (n == 1 || branded(name)):
			return name
		}
	}
	return ""
}

// nameToken reports whether a word may be one of a name.
func nameToken(t token) bool { return t.capital && !slices.Contains(common[:], t.low) }

// branded reports whether a name is written as no word is: with a capital or a digit inside.
func branded(name string) bool {
	for i, r := range name {
		if i > 0 && (unicode.IsUpper(r) && name[i-1] != ' ' && name[i-1] != '-' || unicode.IsDigit(r)) {
			return true
		}
	}
	return false
}

// money reports whether a line goes on with an amount or a round.
func money(rest string, ts []token) bool {
	if strings.ContainsAny(rest, "$€£¥₹") {
		return true
	}
	return slices.ContainsFunc(ts[:min(len(ts), 8)], func(t token) bool { return slices.Contains(funds[:], t.low) })
}

// slugOf makes a slug of a name, "" if it has too few Latin letters.
func slugOf(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == ' ' || r == '-' || r == '.':
			b.WriteByte('-')
		case r == '&' || r == '’' || r == '\'':
		default:
			return ""
		}
	}
	s := strings.Trim(b.String(), "-")
	if len(s) < 3 {
		return ""
	}
	return s
}

// unlisted is the company that a story gives away and the list does not have; inside are
// those of the list that are named within its name by a common word, and not meant.
func (t *Tagger) unlisted(title, lead string, buyer bool) (e Evidence, inside []int32, ok bool) {
	text, why := unlisted(title, lead, buyer)
	slug := slugOf(text)
	if slug == "" || t.list.at(slug) >= 0 {
		return e, nil, false
	}
	known := false
	t.finder.find(text, func(m mention) {
		rest := strings.ToLower(strings.TrimSpace(text[:m.from] + text[m.to:]))
		known = known || !m.vague || rest == "" || slices.Contains(forms[:], strings.Trim(rest, ".,"))
		inside = append(inside, m.company)
	})
	last := " " + text
	if known || slices.ContainsFunc(t.list.names, func(n name) bool { return n.role == asPerson && strings.HasSuffix(n.text, last) }) {
		return e, nil, false
	}
	return Evidence{Slug: slug, Name: text, Score: unlistedScore, About: true, Words: []Word{{Text: text, Where: "title", As: "unlisted: " + why, Weight: unlistedScore}}}, inside, true
}

// forms are what may follow a company's name without making it another company's.
var forms = [...]string{"inc", "corp", "ltd", "llc", "plc", "ag", "se", "gmbh", "sa", "co", "ai", "labs", "technologies", "systems", "group", "holdings"}
