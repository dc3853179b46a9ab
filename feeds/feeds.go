// Package feeds holds the nouns of the newsroom: what a story, a feed, a mark, a
// company, an event, an article, a query and an outcome are, and how they are told
// apart. Every step of the news' way (see ARCHITECTURE.md) is a package below this one;
// values of this package, and nothing else, cross from one step to the next.
//
// It must stay free of I/O and of everything but the standard library. Start at Story.
package feeds

import (
	"time"
)

// A Story is one item of a feed, as nightdesk understands and keeps it. Its texts have
// passed feeds/plain, but for HTML, which is as hostile as it came.
//
// A story is told apart by its feed and its guid (see Identity), never by its place in
// the feed or its title.
type Story struct {
	ID  string // short public id, stable and unique in a database; made by Identity
	Row int64  // the store's own key; grows with arrival; 0 before it is stored

	FeedID    int64  // the store's own key of the feed
	FeedURL   string // the subscription's address
	FeedTitle string // the outlet's name as the reader shows it

	GUID  string // unique within the feed; made by feeds/parse where the feed has none or repeats it
	URL   string // absolute http(s) link without tracking parameters, or ""
	Title string // one line of plain text, never empty

	Author    string
	Published time.Time // UTC, for ordering: never after FirstSeen by more than a day
	Given     string    // the date as the feed wrote it, "" if it had none
	Updated   time.Time // when the outlet, or we, last saw it change; zero if never
	FirstSeen time.Time // UTC

	Summary    string // plain text, one paragraph, at most SummaryRunes
	HTML       string // what the feed gave as content; untrusted; only in what Story(…) reads, not in lists
	Text       string // plain text of HTML for tagging, events and search; as HTML, not in lists
	Lang       string // BCP 47 primary tag in lower case ("en", "de", "zh"), "" if unknown
	Categories []string
	Enclosures []Enclosure
	Image      string // address of the lead picture, or ""
	Comments   string // address of a discussion, or ""
	Words      int    // words of the best text known; CJK characters count as half a word

	// What the newsroom made of it.
	Companies []Tag  // strongest first
	Event     string // id of the event; stories with the same one report the same happening
	Outlets   int    // distinct feeds among the event's accounts, at least 1
	Kind      Kind   // of the event
	Lead      bool   // it leads its event
	Score     int64  // importance on the front page, in seconds since 1970: see feeds/event
	Teaser    bool   // the feed gave less than the article and no full text is known
	Full      bool   // the full text of the page has been fetched and is stored

	Mark Mark

	Hash uint64 // of what the feed said of it; equal hashes mean that nothing is to be done
}

// SummaryRunes is the longest a Story's Summary may be.
const SummaryRunes = 600

// Minutes is the time that reading takes, at 230 words a minute, at least 1 if there
// are words at all.
func (s *Story) Minutes() int {
	if s.Words <= 0 {
		return 0
	}
	return max(1, (s.Words+115)/230)
}

// An Enclosure is a file that a story carries (RSS 2.0 <enclosure>, Atom rel=enclosure,
// JSON Feed attachments, Media RSS content).
type Enclosure struct {
	URL    string `json:"url"`
	Type   string `json:"type,omitempty"`   // media type
	Length int64  `json:"length,omitempty"` // bytes as claimed, 0 if unknown
}

// A Mark is what a reader did with a story. Marks outlive the story's row: what drops
// out of a feed and returns keeps its marks.
type Mark struct {
	Read      bool
	Starred   bool
	Saved     Saved
	SaveError string  // why Saved is Broken
	Position  float64 // where reading stopped, 0 to 1 of the article
}

// Saved says how far the keeping of a story offline has come.
type Saved uint8

const (
	NotSaved Saved = iota
	Queued         // asked for, under way or to be tried again
	Kept           // the whole article is on disk
	Broken         // failed; SaveError says why; tried again at the next refresh
)

// String is "", "queued", "kept" or "broken".
func (s Saved) String() string { return [...]string{"", "queued", "kept", "broken"}[s&3] }

// A Tag is a company that a story is about.
type Tag struct {
	Slug  string  `json:"slug"`
	Name  string  `json:"name"`
	Score float64 `json:"score"` // 0 to 1
}

// A Company is an entry of the list of companies.
type Company struct {
	Slug        string   // lower-case letters, digits and "-"; never changes
	Name        string   // as written in running text
	Aliases     []string // other and former names
	Products    []string // products and services that stand for it
	People      []string // executives; they count only with the company in play
	Tickers     []string // "NASDAQ:AMZN"
	Parent      string   // slug, or ""
	Site        string   // host of its site
	Country     string   // ISO 3166 alpha-2
	Sector      string   // one of the list's sectors
	Description string   // one line
	Hidden      bool     // never tagged; set in a person's config
}

// A CompanyCount is a company with what is stored about it.
type CompanyCount struct {
	Slug    string `json:"slug"`
	Name    string `json:"name"`
	Stories int    `json:"stories"`
	Unread  int    `json:"unread"`
	Days    []int  `json:"days,omitempty"` // stories a day, oldest first, where asked for
	Watched bool   `json:"watched,omitempty"`
}

// Kind is the kind of an event, "" where unsure.
type Kind string

// The kinds of events.
const (
	Layoffs    Kind = "layoffs"
	Funding    Kind = "funding"
	Deal       Kind = "deal"
	Earnings   Kind = "earnings"
	Launch     Kind = "launch"
	Outage     Kind = "outage"
	Breach     Kind = "breach"
	Lawsuit    Kind = "lawsuit"
	Regulation Kind = "regulation"
)

// Kinds lists them all, in the order of the manual.
var Kinds = [...]Kind{Layoffs, Funding, Deal, Earnings, Launch, Outage, Breach, Lawsuit, Regulation}

// An Event is a happening and the stories that report it.
type Event struct {
	ID      string
	Kind    Kind
	Outlets int // distinct feeds among the accounts; discussions do not count
	First   time.Time
	Last    time.Time
	Score   int64   // importance, as Story.Score
	Stories []Story // the lead first, then the accounts in the order of their times, then discussions
}

// An Article is the readable text of a story or of a page.
type Article struct {
	URL       string // canonical
	Title     string
	Site      string // name of the outlet
	Author    string
	Published time.Time // zero if unknown
	Lang      string
	Image     string // lead picture
	Excerpt   string // plain text, one paragraph
	Markdown  string // safe for feeds/plain.Markdown's reader: CommonMark with tables and strikethrough
	HTML      string // the cleaned article as an HTML fragment with absolute addresses
	Pictures  []Picture
	Words     int
	Teaser    bool   // the page shows less than the whole article
	Source    string // "feed", "page" or "saved"
	Note      string // one line for the reader when something is missing: why the teaser stayed, what was cut
}

// A Picture is one picture of an article.
type Picture struct {
	URL     string // absolute, http(s); what Markdown names
	Alt     string
	Caption string
	File    string // name beside article.md once saved, "" before
	Type    string // media type, once loaded
	Data    []byte // once loaded
	Width   int    // pixels, 0 if unknown
	Height  int
}

// Minutes is the reading time of the article as Story.Minutes.
func (a *Article) Minutes() int { s := Story{Words: a.Words}; return s.Minutes() }
