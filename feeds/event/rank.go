package event

import (
	"fmt"
	"math"
	"net/url"
	"strings"
	"time"

	"nightdesk/feeds"
)

// discussionHosts are where people talk about what outlets report.
var discussionHosts = [...]string{"news.ycombinator.com", "lobste.rs", "reddit.com", "slashdot.org", "tildes.net"}

// Discussion reports whether a story is a thread about an account rather than one.
func Discussion(s *feeds.Story) bool {
	for _, a := range [...]string{s.FeedURL, s.URL} {
		if h := host(a); h != "" {
			for _, d := range discussionHosts {
				if h == d || strings.HasSuffix(h, "."+d) {
					return true
				}
			}
		}
	}
	return strings.Contains(s.FeedURL, "hnrss.org")
}

func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// primaryHosts publish first-hand whatever their own name is.
var primaryHosts = [...]string{"sec.gov", "arxiv.org", "nature.com", "justice.gov", "ftc.gov", "europa.eu", "prnewswire.com", "businesswire.com", "globenewswire.com"}

// primary reports whether a story is the source itself: a filing, a paper, a status
// page, or the newsroom of the company that it is about.
func primary(s *feeds.Story) bool {
	h := host(s.URL)
	if h == "" {
		return false
	}
	for _, p := range primaryHosts {
		if h == p || strings.HasSuffix(h, "."+p) {
			return true
		}
	}
	if strings.HasPrefix(h, "status.") {
		return true
	}
	for _, t := range s.Companies {
		name := strings.ReplaceAll(t.Slug, "-", "")
		for part := range strings.SplitSeq(h, ".") {
			if part == name || part == t.Slug {
				return true
			}
		}
	}
	return false
}

// Lead is the index of the best account: the source itself, then what can be read whole,
// then the plainest report, whose title says most of what the others say too, then who
// was first. The stories are in the order of their times; discussions lead only where
// there is nothing else.
func Lead(stories []feeds.Story) int {
	best, top := 0, math.Inf(-1)
	plain := plainness(stories)
	for i := range stories {
		s := &stories[i]
		v := 2*plain[i] - 0.1*float64(min(i, 20))
		if Discussion(s) {
			v -= 20
		}
		if primary(s) {
			v += 3
		}
		if !s.Teaser || s.Full {
			v += 2
		}
		if len(s.Companies) > 0 {
			v += 0.5
		}
		if v > top {
			best, top = i, v
		}
	}
	return best
}

// plainness is, for each story, the share of its title's words that another account has:
// a report names what happened, a colour piece its own angle.
func plainness(stories []feeds.Story) []float64 {
	out := make([]float64, len(stories))
	if len(stories) < 2 {
		return out
	}
	titles := make([][]string, len(stories))
	in := make(map[string]int)
	for i := range stories {
		titles[i] = Words(withoutOutlet(stories[i].Title, stories[i].FeedTitle))
		for _, w := range titles[i] {
			in[w]++
		}
	}
	for i, words := range titles {
		for _, w := range words {
			out[i] += float64(in[w]-1) / float64(len(stories)-1) / float64(len(words))
		}
	}
	return out
}

// Importance is what makes an event matter.
type Importance struct {
	Outlets     int // distinct feeds among its accounts
	PickUp      int // of them within six hours of the first
	First, Last time.Time
	Watched     bool    // a watched company plays a part
	Reading     float64 // how much this reader opens such stories, 0 to 1
	Kind        feeds.Kind
}

// hour is the unit of Score: an event that matters as much as another one and is an hour
// younger stands above it by this.
const hour = 3600

// Score ranks events in seconds: the time of the event, plus what its weight is worth in
// hours. As time passes all events sink alike, so that the order of the front page never
// has to be worked out again; only an event that changes moves. Doubling the outlets is
// worth seven hours, as on link sites whose rank is log(votes) + age.
func Score(in Importance) int64 {
	t, _ := score(in)
	return t
}

func score(in Importance) (int64, []string) {
	// Late accounts keep an event fresh, but only half as much as being new does.
	at := in.First.Unix() + (in.Last.Unix()-in.First.Unix())/2
	why := []string{"its time: " + in.First.Local().Format("Mon 2 Jan 15:04")}
	add := func(hours float64, what string) {
		if hours == 0 {
			return
		}
		at += int64(hours * hour)
		why = append(why, fmt.Sprintf("%+.1f hours: %s", hours, what))
	}
	add(7*math.Log2(float64(max(in.Outlets, 1))), fmt.Sprintf("%d outlets carry it", max(in.Outlets, 1)))
	if in.PickUp > 2 {
		add(2, "it was picked up within hours")
	}
	if in.Watched {
		add(8, "it is about a company on the watch-list")
	}
	if in.Kind != "" {
		add(1.5, "it is a "+string(in.Kind)+" story")
	}
	add(4*in.Reading, "you read this outlet")
	return at, why
}

// Explain says what makes the score, a line each.
func Explain(in Importance) []string {
	_, why := score(in)
	return why
}
