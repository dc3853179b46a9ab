// Package parse turns the bytes of a feed into stories. It owns everything about feed
// formats: encodings, broken documents, the many ways to write a date, a link, an author.
// It is the only place that knows gofeed's types. It does no I/O and keeps no state.
//
// Start at Feed.
package parse

import (
	"time"

	"nightdesk/feeds"
)

// Origin is what is known of a document beside its bytes.
type Origin struct {
	URL         string    // the feed's address; relative links are resolved against it in the last resort
	ContentType string    // of the answer, "" if unknown; its charset counts less than the bytes
	Now         time.Time // when it was fetched: dates beyond it are clamped
	// Known reports whether an item with this hash of its bytes has been read before; such
	// an item is counted and not parsed. May be nil.
	Known func(hash uint64) bool
}

// Result is a feed as it was read.
type Result struct {
	Title       string // one line of plain text; the host of its site if the feed has none
	Site        string // absolute address of the feed's site, or ""
	Description string // one line of plain text
	Lang        string // BCP 47 primary tag in lower case, or ""
	Image       string // absolute address of the feed's picture, or ""
	Author      string
	Categories  []string
	Updated     time.Time     // when the feed says that it changed; zero if it does not
	ID          string        // the feed's own id (Atom), or ""
	Self        string        // the feed's own idea of its address, or ""
	Hub         string        // WebSub hub, or ""
	TTL         time.Duration // how long the feed asks to be left alone; 0 if it does not say
	SkipHours   []int         // hours, GMT, in which the feed asks not to be fetched
	Format      string        // "rss 2.0", "atom 1.0", "json feed 1.1", "cdf", …

	Stories    []feeds.Story // in the order of the document
	Unchanged  int           // items left out because Origin.Known knew them
	ItemHashes []uint64      // of every item in the document, known or not
	Repaired   []string      // what was mended or cut, one line for people each
}
