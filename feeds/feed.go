package feeds

import "time"

// A Subscription is a feed that a person, or the catalogue, wants read: one [[feed]] of
// the config.
type Subscription struct {
	URL      string // http(s), file:// or "exec:command args"; the subscription's identity
	Title    string // "" means the feed's own
	Site     string
	Folder   string
	Tags     []string
	Interval time.Duration     // 0 means what the feed asks for
	Headers  map[string]string // values are already resolved; secrets: never logged, never sent to another host
	Username string            // basic auth
	Password string
	Filter   string // command that the document is piped through, "" for none
	Fulltext bool   // always fetch the page's text
	Disabled bool   // kept, not fetched
	Builtin  bool   // from the catalogue
}

// A Feed is a subscription and what is known of it.
type Feed struct {
	ID int64
	Subscription
	Description string
	Lang        string
	State       FeedState
	Stories     int // stored
	Unread      int
}

// Worth is what a feed has been to its reader; how much of it was read is told by Stories
// and Unread of the Feed.
type Worth struct {
	PerWeek        float64 // stories a week, over the last four
	Starred, Saved int     // stories of it
}

// FeedState is what one fetch has to know of those before it. The zero value is a feed
// never fetched.
type FeedState struct {
	ETag         string
	LastModified string
	BodyHash     uint64    // of the last document read
	Fetched      time.Time // last attempt
	Succeeded    time.Time // last attempt that gave a feed, 304 included
	Due          time.Time // not to be fetched before, unless asked by hand
	Failures     int       // in a row
	Error        string    // the last failure in one sentence for people, "" after a success
	Remedy       string    // what a person can do about it, "" if nothing is known
	Gone         bool      // the server said 410: no longer asked
	MovedTo      string    // where 301 or 308 last led to a readable feed
	MovedSeen    int       // how often in a row it led there
	Repaired     string    // what had to be mended in the last document, "" if nothing
}

// Status is how the fetch of one feed ended.
type Status string

const (
	Updated   Status = "ok"        // read, with or without new stories
	Unchanged Status = "unchanged" // 304, or the same bytes as before
	Failed    Status = "failed"
	Skipped   Status = "skipped" // not due, gone or disabled
)

// An Outcome is the result of refreshing one feed.
type Outcome struct {
	Feed    Feed
	Status  Status
	New     int // stories that were not there before
	Changed int // stories whose text changed
	Bytes   int64
	Took    time.Duration
	Err     error // set if Status is Failed; its text is one sentence for people
	// Notes say in one line each what was mended or cut ("cut short after 31 items").
	Notes []string
}
