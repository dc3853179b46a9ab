package article

import (
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/html"
)

// pickDate chooses the day of publication: JSON-LD, meta elements, time elements, marked
// elements, then the address.
func pickDate(doc *html.Node, m *meta, times, marked []*html.Node, base *url.URL) time.Time {
	try := func(ss ...string) time.Time {
		for _, s := range ss {
			if t := readDate(s); !t.IsZero() {
				return t
			}
		}
		return time.Time{}
	}
	byURL := urlDate(base)
	t := try(m.ld.published)
	if t.IsZero() {
		for _, k := range [...]string{"article:published_time", "og:article:published_time", "itemprop:datepublished", "article:published", "datepublished", "parsely-pub-date", "sailthru.date", "date_published", "publish-date", "publish_date", "publishdate", "publication_date", "pubdate", "ptime", "pdate", "dc.date.issued", "dcterms.created", "dc.date.created", "dcterms.issued", "dc.date", "dcterms.date", "dc.issued", "cxenseparse:recs:publishtime", "og:published_time", "og:pubdate", "article.published", "article:post_date", "citation_publication_date", "citation_date", "date", "dc.created", "originalpublicationdate", "itemprop:datecreated", "bt:pubdate", "analyticsattributes.articledate", "created", "article_date_original", "rnews:datepublished", "vr:published_time", "release_date", "shareaholic:article_published_time", "published-date", "published_on", "publisheddate", "article:published_date", "last-modified-orig", "time"} {
			if t = try(m.tags[k]); !t.IsZero() {
				break
			}
		}
	}
	if t.IsZero() {
		t = byURL
	}
	if t.IsZero() {
		t = timeElement(times)
	}
	if t.IsZero() {
		t = markedDate(marked)
	}
	if t.IsZero() {
		t = shownDate(doc, m.title)
	}
	if t.IsZero() {
		t = try(m.ld.modified, m.tags["article:modified_time"], m.tags["og:updated_time"], m.tags["last-modified"], m.tags["dcterms.modified"], m.tags["revised"])
	}
	return t
}

// timeElement is the date of the first <time> that stands for the article: one marked as
// published, else the first outside of lists of other articles.
func timeElement(times []*html.Node) time.Time {
	best, rank := time.Time{}, 0
	for _, n := range times[:min(len(times), 60)] {
		t := readDate(firstOf(attr(n, "datetime"), attr(n, "content"), attr(n, "title")))
		if t.IsZero() {
			t = readDate(visible(n))
		}
		if t.IsZero() {
			continue
		}
		r := 3
		cls := strings.ToLower(attr(n, "class") + " " + attr(n, "itemprop"))
		switch {
		case hasAttr(n, "pubdate") || strings.Contains(cls, "publish") || strings.Contains(cls, "entry-date"):
			r = 5
		case strings.Contains(cls, "updated") || strings.Contains(cls, "modified"):
			r = 2
		}
		if inJunk(n) {
			r -= 2
		} else if within(n, "a", "li") {
			r--
		}
		if r > rank {
			best, rank = t, r
		}
	}
	return best
}

func within(n *html.Node, tags ...string) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		for _, t := range tags {
			if p.Data == t {
				return true
			}
		}
	}
	return false
}

// markedDate is the date in an element whose class, id or itemprop speaks of one.
func markedDate(marked []*html.Node) time.Time {
	best, rank := time.Time{}, 0
	for _, n := range marked {
		r := 0
		v := strings.ToLower(attr(n, "class") + " " + attr(n, "id") + " " + attr(n, "itemprop") + " " + attr(n, "property"))
		switch {
		case strings.Contains(v, "datepublished") || strings.Contains(v, "pubdate") || strings.Contains(v, "publish"):
			r = 6
		case strings.Contains(v, "update") && !strings.Contains(v, "published"), strings.Contains(v, "modif"):
			r = 2
		case strings.Contains(v, "date") || strings.Contains(v, "datum") || strings.Contains(v, "fecha"):
			r = 5
		case strings.Contains(v, "time") || strings.Contains(v, "posted"):
			r = 4
		case strings.Contains(v, "byline") || strings.Contains(v, "meta") || strings.Contains(v, "info") || strings.Contains(v, "author"):
			r = 3
		}
		if r <= rank || r == 0 {
			continue
		}
		if inJunk(n) {
			if r -= 3; r <= rank {
				continue
			}
		}
		t := readDate(attr(n, "content"))
		if t.IsZero() {
			t = readDate(attr(n, "datetime"))
		}
		if t.IsZero() {
			if s := visible(n); len(s) <= 200 {
				t = readDate(s)
			}
		}
		if !t.IsZero() {
			best, rank = t, r
		}
	}
	return best
}

// shownDate is the first date that stands as a line of its own near the title, or else
// anywhere in the page but its margins: what is left of pages that state none.
func shownDate(doc *html.Node, title string) time.Time {
	var near, before, any time.Time
	seen, lines, sinceBefore := false, 0, 0
	walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode || !near.IsZero() {
			return n.Type != html.ElementNode && near.IsZero()
		}
		switch n.Data {
		case "head", "script", "style", "nav", "footer", "aside", "form", "noscript", "svg", "select":
			return false
		}
		if isHeading(n.Data) && sameText(visible(n), title) {
			seen, lines = true, 0
			return false
		}
		leaf := false
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			leaf = leaf || c.Type == html.TextNode && strings.TrimSpace(c.Data) != ""
		}
		if !leaf || n.Data == "a" && within(n, "li") {
			return true
		}
		lines++
		sinceBefore++
		s, ok := shortText(n, 120)
		if !ok || len(s) < 8 {
			return true
		}
		t := readDate(s)
		if t.IsZero() || t.Year() < 1995 {
			return true
		}
		if strings.ContainsRune(s, '©') {
			return true
		}
		switch {
		case seen && lines < 25:
			near = t
		case !seen:
			before, sinceBefore = t, 0
		}
		if any.IsZero() {
			any = t
		}
		return true
	})
	switch {
	case !near.IsZero():
		return near
	case !before.IsZero() && seen:
		return before
	}
	return any
}

// urlDate reads /2019/11/19/ and the like out of an address.
func urlDate(u *url.URL) time.Time {
	if u == nil {
		return time.Time{}
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' || r == '-' || r == '_' || r == '.' })
	for i := range parts {
		if len(parts[i]) == 8 {
			if t := ymd(parts[i][:4], parts[i][4:6], parts[i][6:]); !t.IsZero() {
				return t
			}
		}
		if i+2 < len(parts) && len(parts[i]) == 4 && len(parts[i+1]) <= 3 && len(parts[i+2]) <= 2 {
			if t := ymd(parts[i], parts[i+1], parts[i+2]); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

func ymd(y, m, d string) time.Time {
	yy, err1 := strconv.Atoi(y)
	mm, err2 := strconv.Atoi(m)
	dd, err3 := strconv.Atoi(d)
	if err2 != nil {
		mm, err2 = monthNamed(m), nil
	}
	if err1 != nil || err2 != nil || err3 != nil {
		return time.Time{}
	}
	return day(yy, mm, dd)
}

func day(y, m, d int) time.Time {
	if y < 1990 || y > 2100 || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if t.Day() != d {
		return time.Time{}
	}
	return t
}

// readDate reads a date out of a machine's or people's words. Where 03/04 is ambiguous
// the month stands first unless dots part the numbers, as in most of Europe.
func readDate(s string) time.Time {
	s = strings.TrimSpace(s)
	if len(s) < 6 || len(s) > 400 {
		return time.Time{}
	}
	for _, layout := range [...]string{time.RFC3339, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05-0700", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05Z", time.RFC1123Z, time.RFC1123, time.RFC850, time.UnixDate, time.ANSIC, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1990 || t.Year() > 2100 {
				return time.Time{}
			}
			return t
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		switch {
		case len(s) == 8:
			return ymd(s[:4], s[4:6], s[6:])
		case len(s) == 10 && n > 600_000_000:
			return time.Unix(n, 0).UTC()
		case len(s) == 13 && n > 600_000_000_000:
			return time.UnixMilli(n).UTC()
		}
		return time.Time{}
	}
	return scanDate(s)
}

// scanDate finds the first date among words.
func scanDate(s string) time.Time {
	type token struct {
		num  int // -1 for a word
		len  int
		word string
		sep  byte // what stands before it
	}
	var ts []token
	rs := []rune(s)
	for i := 0; i < len(rs) && len(ts) < 40; {
		r := rs[i]
		switch {
		case r >= '0' && r <= '9':
			j, v := i, 0
			for j < len(rs) && rs[j] >= '0' && rs[j] <= '9' && j-i < 9 {
				v = v*10 + int(rs[j]-'0')
				j++
			}
			t := token{num: v, len: j - i}
			if i > 0 && rs[i-1] < 0x80 {
				t.sep = byte(rs[i-1])
			}
			ts = append(ts, t)
			i = j
		case unicode.IsLetter(r):
			j := i
			for j < len(rs) && (unicode.IsLetter(rs[j]) || unicode.Is(unicode.Mn, rs[j])) && !(j > i && isCJK(rs[j]) != isCJK(r)) {
				j++
			}
			ts = append(ts, token{num: -1, word: strings.ToLower(string(rs[i:j]))})
			i = j
		default:
			i++
		}
	}
	// Words such as "st", "de", "of" between the parts do not matter.
	kept := ts[:0]
	for _, t := range ts {
		if t.num < 0 {
			switch t.word {
			case "st", "nd", "rd", "th", "de", "del", "of", "the", "er", "e", "na", "º":
				continue
			}
		}
		kept = append(kept, t)
	}
	ts = kept
	for i := range ts {
		if i+2 >= len(ts) {
			break
		}
		a, b, c := ts[i], ts[i+1], ts[i+2]
		switch {
		case a.num >= 0 && b.num < 0 && c.num >= 0 && monthNamed(b.word) > 0:
			if c.len == 4 || c.len == 2 && a.len <= 2 {
				if t := day(year(c.num, c.len), monthNamed(b.word), a.num); !t.IsZero() {
					return t
				}
			}
			if a.len == 4 {
				if t := day(a.num, monthNamed(b.word), c.num); !t.IsZero() {
					return t
				}
			}
		case a.num < 0 && monthNamed(a.word) > 0 && b.num >= 0 && c.num >= 0 && c.len == 4:
			if t := day(c.num, monthNamed(a.word), b.num); !t.IsZero() {
				return t
			}
		case a.num >= 0 && a.len == 4 && b.word == "年" && c.num >= 0 && i+4 < len(ts) && ts[i+4].num >= 0:
			if t := day(a.num, c.num, ts[i+4].num); !t.IsZero() {
				return t
			}
		case a.num >= 0 && b.num >= 0 && c.num >= 0 && a.len == 4 && b.len <= 2 && c.len <= 2:
			if t := day(a.num, b.num, c.num); !t.IsZero() {
				return t
			}
		case a.num >= 0 && b.num >= 0 && c.num >= 0 && a.len <= 2 && b.len <= 2 && (c.len == 4 || c.len == 2 && b.sep == c.sep && b.sep != ':' && b.sep != ' ') && b.sep != ':':
			y := year(c.num, c.len)
			first, second := day(y, a.num, b.num), day(y, b.num, a.num)
			if b.sep == '.' || first.IsZero() {
				first, second = second, first
			}
			if !first.IsZero() {
				return first
			}
			if !second.IsZero() {
				return second
			}
		}
	}
	return time.Time{}
}

func year(n, digits int) int {
	if digits == 2 {
		return 2000 + n
	}
	return n
}

// monthNamed is the number of a month by its name, or the first letters of it, in the
// languages of Western and Central Europe; 0 if it is none.
func monthNamed(w string) int {
	w = strings.ToLower(w)
	if len([]rune(w)) < 3 {
		return 0
	}
	for i, names := range [...]string{
		"january jan januar janvier janv enero ene gennaio gen janeiro januari januar tammikuuta leden ledna stycznia sty ocak января янв jänner ianuarie januari januára",
		"february feb februar février févr fevrier febrero febbraio fevereiro fev februari helmikuuta únor února lutego lut şubat февраля фев feber februarie februára",
		"march mar märz mars marzo março marco maart maaliskuuta březen března marca mart марта мар mrz maerz martie",
		"april apr avril avr abril abr aprile april huhtikuuta duben dubna kwietnia kwi nisan апреля апр aprilie apríla",
		"may mai mayo maggio mag maio mei toukokuuta květen května maja mayıs мая maj mája",
		"june jun juni juin junio giugno giu junho kesäkuuta červen června czerwca cze haziran июня июн iunie júna",
		"july jul juli juillet juil julio luglio lug julho heinäkuuta červenec července lipca lip temmuz июля июл iulie júla",
		"august aug août aout agosto ago augustus augusti elokuuta srpen srpna sierpnia sie ağustos августа авг augusta",
		"september sep sept septembre septiembre settembre set setembro syyskuuta září wrzesień września wrz eylül сентября сен septembrie septembra",
		"october oct oktober octobre octubre ottobre ott outubro out lokakuuta říjen října października paź ekim октября окт okt octombrie októbra",
		"november nov novembre noviembre novembro marraskuuta listopad listopadu listopada lis kasım ноября ноя noiembrie novembra",
		"december dec dez dezember décembre déc decembre diciembre dic dicembre dezembro joulukuuta prosinec prosince grudnia gru aralık декабря дек decembrie decembra desember des",
	} {
		for names != "" {
			var nm string
			nm, names, _ = strings.Cut(names, " ")
			if nm == w {
				return i + 1
			}
		}
	}
	return 0
}
