package ui

import (
	"context"
	"time"

	"nightdesk/feeds"
)

// Newsroom is all that the reader asks of the news behind it. Every method may be called
// from any goroutine, and none from Update or View.
type Newsroom interface {
	Asker
	Marker
	Reading
	Subjects
	Refresher
	Editor
}

// An Editor changes what is shown for good. What each of it does can be taken back.
type Editor interface {
	// Mute hides what a query matches until a time, zero for ever, and says how many
	// stories it has hidden; Unmute shows them again.
	Mute(ctx context.Context, query string, until time.Time) (int, error)
	Unmute(ctx context.Context, query string) error
	Mutes(context.Context) ([]feeds.Mute, error)
	// SeparateEvent makes an event of its own of stories of one event, and names the new
	// one and what they left. MergeEvents makes b part of a and says which stories moved.
	SeparateEvent(ctx context.Context, stories ...string) (own, stay string, err error)
	MergeEvents(ctx context.Context, a, b string) (moved []string, err error)
	// Versions are the titles and texts that a story has had: as it stands, then the
	// earlier ones, newest first.
	Versions(ctx context.Context, id string) ([]feeds.Version, error)
	// About adds a company to what a story is about, for good.
	About(ctx context.Context, id, slug string) error
}

// An Asker answers queries.
type Asker interface {
	// Parse reads the query language; its errors are *query.Error.
	Parse(text string) (feeds.Query, error)
	List(context.Context, feeds.ListRequest) ([]feeds.Story, error)
	Count(context.Context, feeds.Query) (int, error)
	// Version changes whenever anything that a list shows may have changed, by this
	// process or another one.
	Version(context.Context) (int64, error)
	// Recall and Remember keep small texts of the reader from one run to the next.
	Recall(ctx context.Context, key string) (string, error)
	Remember(ctx context.Context, key, value string) error
}

// A Marker changes what a reader did with stories. What is returned takes the change
// back.
type Marker interface {
	Mark(ctx context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error)
	MarkQuery(ctx context.Context, q feeds.Query, c feeds.Change) ([]feeds.MarkBefore, error)
	Restore(context.Context, []feeds.MarkBefore) error
	// Save keeps the whole article offline and says in one line what was kept.
	Save(ctx context.Context, id string) (string, error)
	Unsave(ctx context.Context, id string) error
}

// Reading gives articles.
type Reading interface {
	// Article is the best text that is stored, without the network.
	Article(ctx context.Context, id string) (feeds.Story, *feeds.Article, error)
	// Fetch gets the whole text from the outlet's page and stores it.
	Fetch(ctx context.Context, id string) (feeds.Story, *feeds.Article, error)
	Event(ctx context.Context, id string) (feeds.Event, error)
	// Why explains a story: its tags, event and rank, a line each.
	Why(ctx context.Context, id string) ([]string, error)
}

// Subjects are what stories are about and where they come from.
type Subjects interface {
	Feeds(context.Context) ([]feeds.Feed, error)
	// Worth is what each feed has been to its reader, by the feed's key.
	Worth(context.Context) (map[int64]feeds.Worth, error)
	// Companies are the companies of the matching stories, most stories first, with the
	// stories of each of the last days if days > 0.
	Companies(ctx context.Context, q feeds.Query, days int) ([]feeds.CompanyCount, error)
	Company(slug string) (feeds.Company, bool)
	Related(ctx context.Context, slug string) ([]feeds.CompanyCount, error)
	Watch(ctx context.Context, slug string, on bool) error
	// NotAbout corrects a tag, for this story and for good.
	NotAbout(ctx context.Context, id, slug string) error
}

// A Refresher fetches news. begin and report are called from other goroutines.
type Refresher interface {
	Refresh(ctx context.Context, only []int64, force bool, begin func(total int), report func(feeds.Outcome)) (feeds.Summary, error)
}
