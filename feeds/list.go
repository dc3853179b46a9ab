package feeds

import "time"

// A Query is a parsed expression of the query language: see feeds/query, which makes it,
// and feeds/store, which answers it. The zero Query matches every story.
type Query struct {
	Root Expr   // nil matches everything
	Text string // as typed
}

// An Expr is And, Or, Not or Term.
type Expr interface{ expr() }

// And matches what all of its parts match; Or what any of them does.
type (
	And []Expr
	Or  []Expr
)

// Not matches what X does not.
type Not struct{ X Expr }

// A Term is one condition. Which of its values are set depends on Field.
type Term struct {
	Field  Field
	Values []string // any of them; text as typed, slugs and names folded to lower case
	Prefix bool     // pre*: the (one) value is the start of a word
	Phrase bool     // "a phrase": the (one) value's words in this order
	Op     Op       // for numbers and Outlets
	Num    int64    // for numbers
	From   time.Time
	To     time.Time // for Time: From <= published < To; a zero one is open
}

func (And) expr()  {}
func (Or) expr()   {}
func (Not) expr()  {}
func (Term) expr() {}

// Field says what a Term looks at.
type Field string

// The fields of a Term. Their values are the words of the language where it has one.
const (
	AnyText   Field = "" // title, summary, author and article text
	InTitle   Field = "title"
	InAuthor  Field = "author"
	InText    Field = "text"
	ByID      Field = "id"
	OfCompany Field = "company" // slugs
	FromFeed  Field = "feed"    // part of the feed's title or address, without case
	InFolder  Field = "folder"
	WithTag   Field = "tag" // the subscription's own tag
	Category  Field = "category"
	Lang      Field = "lang"
	Is        Field = "is"    // unread, read, starred, saved, watched, updated, teaser, hidden
	Has       Field = "has"   // image, audio, fulltext
	Time      Field = "since" // since:, until:, on:
	Minutes   Field = "minutes"
	Words     Field = "words"
	Outlets   Field = "outlets"
	OfKind    Field = "kind"
	OfEvent   Field = "event" // id of an event
)

// Text reports whether a field is asked for words, which the search index answers.
func (f Field) Text() bool { return f == AnyText || f == InTitle || f == InAuthor || f == InText }

// Op compares a number.
type Op string

// The comparisons.
const (
	Eq Op = "="
	Lt Op = "<"
	Le Op = "<="
	Gt Op = ">"
	Ge Op = ">="
)

// Sort is the order of a list.
type Sort string

const (
	Newest    Sort = "newest"
	Oldest    Sort = "oldest"
	Top       Sort = "top"       // by Story.Score: the front page
	Relevance Sort = "relevance" // best match of the query's text first
)

// A Cursor is a place in a list: the row after which, or before which, a page begins.
// It is made by Place and means something only to the same Query and Sort.
type Cursor struct {
	Key int64 // the sort's key of the row
	Row int64
}

// Zero reports whether the cursor is no place at all.
func (c Cursor) Zero() bool { return c == Cursor{} }

// Place is the cursor of a story in a list of this order.
func (s *Story) Place(by Sort) Cursor {
	if by == Top {
		return Cursor{s.Score, s.Row}
	}
	return Cursor{s.Published.Unix(), s.Row}
}

// Edited reports whether the outlet has changed the story since it was first seen.
func (s *Story) Edited() bool { return s.Updated.After(s.FirstSeen) }

// A ListRequest asks for one page of a list (keyset paging).
type ListRequest struct {
	Query    Query
	Sort     Sort   // "" is Newest
	Clusters bool   // one row an event: its lead, or the best account that matches
	After    Cursor // the page that follows this row; zero: from the start
	Before   Cursor // the page that ends before this row, in list order all the same
	FromEnd  bool   // the last page
	Limit    int    // rows at the most; 0 is all
}

// A Change is one change of marks; nil leaves a mark as it is.
type Change struct {
	Read     *bool
	Starred  *bool
	Position *float64
}
