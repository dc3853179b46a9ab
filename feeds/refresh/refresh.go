// Package refresh is the flow of the news: fetch -> parse -> company -> store -> event.
// It owns the only pool of workers and decides which feed is due when, what a failure
// means for the next time, and in what order stories reach the store. It knows neither
// SQL nor the screen. Start at Refresher.Run.
package refresh

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/parse"
)

// Fetcher gets documents.
type Fetcher interface {
	Get(context.Context, fetch.Request) (*fetch.Response, error)
}

// Store keeps what arrives.
type Store interface {
	Feeds(context.Context) ([]feeds.Feed, error)
	KnownItems(ctx context.Context, feedID int64) (map[uint64]struct{}, error)
	SaveStories(context.Context, []feeds.Batch) ([]feeds.Arrival, error)
}

// Tagger says which companies a story is about.
type Tagger interface {
	Tag(*feeds.Story) []feeds.Tag
}

// Placer puts stories that have arrived into events: Alone, before they are stored, each
// in one of its own, Place where they belong.
type Placer interface {
	Alone(context.Context, []feeds.Story) error
	Place(context.Context, []feeds.Story) error
}

// Refresher refreshes feeds. Its fields are set once, before the first Run; Runs exclude
// one another.
type Refresher struct {
	Fetch   Fetcher
	Store   Store
	Tagger  func() Tagger // called when the first story needs it, so that a start pays nothing
	Placer  Placer        // may be nil
	Arrived func(context.Context, []feeds.Arrival) error
	Now     func() time.Time
	Log     *slog.Logger
	Workers int // documents under way at once; 0 is 128

	run sync.Mutex
}

// Options says what one Run refreshes.
type Options struct {
	Feeds  []int64 // only these; nil is all
	Force  bool    // also those that are not due yet, as a person who asks by hand expects
	Report func(feeds.Outcome)
	Begin  func(total int) // told how many feeds will be asked, before the first Outcome
}

// commitEvery is how long arrived stories wait for others to share a transaction with.
// The first batch of a run is written at once: somebody may be looking at an empty list.
const commitEvery = 250 * time.Millisecond

// maxBatch bounds what one transaction, and the memory before it, holds.
const maxBatch = 400

// result is one feed's fetch on its way to the writer.
type result struct {
	outcome feeds.Outcome
	batch   feeds.Batch
	started time.Time
	parsed  bool // holds a place among those that parse until the writer has taken it
}

// Run refreshes the feeds asked for, or all that are due. What one feed does wrong is an
// Outcome and no error; Run's error says that the store failed or that ctx ended, and
// what had arrived before is stored all the same.
func (r *Refresher) Run(ctx context.Context, o Options) (feeds.Summary, error) {
	r.run.Lock()
	defer r.run.Unlock()
	begun := r.Now()
	var sum feeds.Summary
	all, err := r.Store.Feeds(ctx)
	if err != nil {
		return sum, err
	}
	todo := choose(all, o, begun)
	if o.Begin != nil {
		o.Begin(len(todo))
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs := make(chan feeds.Feed)
	arrived := make(chan result, 8)
	parsing := make(chan struct{}, runtime.GOMAXPROCS(0))
	tag := sync.OnceValue(r.Tagger)
	var workers sync.WaitGroup
	for range min(len(todo), cmpOr(r.Workers, 128)) {
		workers.Go(func() {
			for f := range jobs {
				res := r.one(ctx, f, parsing, tag)
				parsed := res.parsed
				if ctx.Err() == nil || !errors.Is(res.outcome.Err, context.Canceled) {
					arrived <- res
				} // else interrupted: nothing was learnt about the feed
				if parsed {
					<-parsing
				}
			}
		})
	}
	go func() {
		defer close(jobs)
		for _, f := range todo {
			select {
			case jobs <- f:
			case <-ctx.Done():
				return
			}
		}
	}()
	go func() { workers.Wait(); close(arrived) }()

	report := func(out feeds.Outcome) {
		sum.Add(out)
		if o.Report != nil {
			o.Report(out)
		}
	}
	err = r.write(context.WithoutCancel(ctx), arrived, report, cancel)
	if err == nil {
		err = context.Cause(ctx)
	}
	sum.Took = r.Now().Sub(begun)
	sum.MS = sum.Took.Milliseconds()
	return sum, err
}

func cmpOr(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}

// choose picks the feeds to ask.
func choose(all []feeds.Feed, o Options, now time.Time) []feeds.Feed {
	only := map[int64]bool{}
	for _, id := range o.Feeds {
		only[id] = true
	}
	var out []feeds.Feed
	for _, f := range all {
		switch {
		case o.Feeds != nil && !only[f.ID], f.Disabled:
		case o.Feeds == nil && f.State.Gone:
		case !o.Force && f.State.Due.After(now):
		default:
			out = append(out, f)
		}
	}
	return out
}

// one fetches and reads one feed.
func (r *Refresher) one(ctx context.Context, f feeds.Feed, parsing chan struct{}, tag func() Tagger) result {
	started := r.Now()
	st := f.State
	req := fetch.Request{
		URL: f.URL, Typed: true, ETag: st.ETag, LastModified: st.LastModified, Header: f.Headers,
		Username: f.Username, Password: f.Password, Filter: f.Filter,
	}
	if st.MovedSeen >= movedTrust && st.MovedTo != "" {
		req.URL, req.Home = st.MovedTo, f.URL
	}
	res, err := r.Fetch.Get(ctx, req)
	out := result{started: started, outcome: feeds.Outcome{Feed: f}}
	out.batch.FeedID = f.ID
	if err != nil {
		return r.failed(out, err)
	}
	out.outcome.Bytes = res.Wire
	if res.NotModified {
		return r.unchanged(out, f, res, 0)
	}
	sum := bodyHash(res.Body)
	if sum == st.BodyHash && st.BodyHash != 0 {
		return r.unchanged(out, f, res, sum)
	}

	select { // parsing is work for the processor: as many at once as there are
	case parsing <- struct{}{}:
		out.parsed = true
	case <-ctx.Done():
		return r.failed(out, ctx.Err())
	}
	var known map[uint64]struct{}
	if !st.Succeeded.IsZero() {
		if known, err = r.Store.KnownItems(ctx, f.ID); err != nil {
			return r.failed(out, err)
		}
	}
	doc, err := parse.Feed(res.Body, parse.Origin{
		URL: res.URL, ContentType: res.ContentType, Now: r.Now(),
		Known: func(h uint64) bool { _, ok := known[h]; return ok },
	})
	if err != nil {
		return r.failed(out, err)
	}
	for i := range doc.Stories {
		s := &doc.Stories[i]
		s.FeedID, s.FeedURL, s.FeedTitle = f.ID, f.URL, f.Title
		if s.FeedTitle == "" {
			s.FeedTitle = doc.Title
		}
		if s.Lang == "" {
			s.Lang = doc.Lang
		}
		s.Teaser = article.Teaser(s, &feeds.Article{Words: s.Words, Markdown: s.Text})
		s.Companies = tag().Tag(s)
	}
	if r.Placer != nil {
		if err := r.Placer.Alone(ctx, doc.Stories); err != nil {
			return r.failed(out, err)
		}
	}
	now := r.Now()
	st = readable(st, res, now)
	st.BodyHash = sum
	st.Repaired = firstOf(doc.Repaired)
	st.Due = due(now, f.Interval, doc.TTL, res.Fresh)
	out.batch.State = st
	out.batch.Meta = feeds.Meta{Title: doc.Title, Site: doc.Site, Description: doc.Description, Lang: doc.Lang}
	out.batch.Stories, out.batch.ItemHashes = doc.Stories, doc.ItemHashes
	out.outcome.Status, out.outcome.Notes = feeds.Updated, doc.Repaired
	return out
}

func firstOf(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}

// unchanged is a feed that said, or showed, that nothing is new.
func (r *Refresher) unchanged(out result, f feeds.Feed, res *fetch.Response, sum uint64) result {
	now := r.Now()
	st := readable(f.State, res, now)
	if sum != 0 {
		st.BodyHash = sum
	}
	st.Due = due(now, f.Interval, 0, res.Fresh)
	out.batch.State = st
	out.outcome.Status = feeds.Unchanged
	return out
}

// failed is a feed that could not be had.
func (r *Refresher) failed(out result, err error) result {
	now := r.Now()
	f := out.outcome.Feed
	out.batch.State = failure(f.State, f.Interval, err, now, jitter(f.URL, f.State.Failures))
	out.outcome.Status, out.outcome.Err = feeds.Failed, err
	return out
}
