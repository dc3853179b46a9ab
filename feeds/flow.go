package feeds

import (
	"errors"
	"time"
)

// What follows is carried between the refresh and the store (store.Batch, store.Saved
// and the like are these).

// Meta is what a feed says of itself.
type Meta struct {
	Title       string
	Site        string
	Description string
	Lang        string
}

// OrderTime is the time by which a story is ordered that its feed dates so: when it was
// first seen where the date cannot be.
func OrderTime(published, seen time.Time) time.Time {
	if published.IsZero() || published.After(seen.Add(24*time.Hour)) || published.Year() < 1980 {
		published = seen
	}
	return published.UTC().Truncate(time.Second)
}

// A Batch is what one fetch of one feed brought.
type Batch struct {
	FeedID     int64
	State      FeedState
	Meta       Meta
	Stories    []Story  // without ID, Row and marks; their Companies are set, and Kind and Score if each is to stand in an event of its own
	ItemHashes []uint64 // of every item in the document, those of stories left out as known included; nil leaves what is remembered
}

// An Arrival is what became of a Batch once it was stored.
type Arrival struct {
	FeedID  int64
	New     []Story // with ID and Row, as stored
	Changed []Story // known ones whose text changed
	Same    int
}

// An EventChange puts a story into an event and says how the event stands.
type EventChange struct {
	StoryID string
	Event   string
	Kind    Kind
	Lead    bool
	Outlets int
	Score   int64
}

// ErrNotFound says that there is nothing by the name that was asked for.
var ErrNotFound = errors.New("no such story")

// An EventFix is what a person has decided of two events, named by their ids: that B is A,
// or that the two are never one.
type EventFix struct {
	A, B     string
	Together bool
}

// A MarkBefore is a story's mark as it was before a change, for undo.
type MarkBefore struct {
	ID   string
	Mark Mark
}

// A Mute hides what matches a query until a time.
type Mute struct {
	Query string    // text of the query language
	Since time.Time // when it was said
	Until time.Time // zero is for ever
	Hits  int       // stories that it has hidden
}

// A View is a saved query with a name.
type View struct {
	Name  string
	Query string // text of the query language
}

// A Rule acts on every story that arrives and matches.
type Rule struct {
	When  string    // text of the query language
	Then  []string  // star, save, read, hide, fulltext
	Until time.Time // zero is for ever
}

// A Summary counts the outcomes of one refresh.
type Summary struct {
	Feeds     int           `json:"feeds"`
	OK        int           `json:"ok"` // read and changed
	Unchanged int           `json:"unchanged"`
	Failed    int           `json:"failed"`
	Skipped   int           `json:"skipped,omitempty"`
	New       int           `json:"new"`
	Updated   int           `json:"updated"`
	Bytes     int64         `json:"bytes"`
	Took      time.Duration `json:"-"`
	MS        int64         `json:"ms"` // Took in milliseconds
}

// Add counts one outcome in.
func (s *Summary) Add(o Outcome) {
	s.Feeds++
	switch o.Status {
	case Updated:
		s.OK++
	case Unchanged:
		s.Unchanged++
	case Failed:
		s.Failed++
	case Skipped:
		s.Skipped++
	}
	s.New += o.New
	s.Updated += o.Changed
	s.Bytes += o.Bytes
}

// A Version is what a story said before it was edited.
type Version struct {
	At    time.Time // when the edit was seen
	Title string
	HTML  string
	Text  string // of HTML, where it was asked for
}

// Retention says what may be forgotten. Zero values keep everything.
type Retention struct {
	ReadFor     time.Duration // read stories go after this time
	UnreadFor   time.Duration // unread ones after this
	ReadPerFeed int           // and at most so many read ones of a feed stay
}
