// Package desk is the newsroom's desk: the one door through which the reader and the
// command line come. It puts the rooms of the newsroom together and owns what takes more
// than one of them: reading an article (store, page, extraction), keeping one offline
// (article, pictures, files, store), a refresh with a person's rules. It holds no SQL, no
// HTTP and nothing of a terminal. Start at Open.
package desk

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/company"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/find"
	"nightdesk/feeds/library"
	"nightdesk/feeds/query"
	"nightdesk/feeds/refresh"
	"nightdesk/feeds/store"
)

// Options say where things are and what a person prefers.
type Options struct {
	Database      string
	SavedDir      string
	ReadOnly      bool
	Subscriptions []feeds.Subscription
	Companies     []feeds.Company // changes to the built-in list
	Rules         []feeds.Rule
	Watch         []string // slugs watched by the config
	Retention     feeds.Retention
	Sites         []article.Rule
	Version       string // for the User-Agent
	Log           *slog.Logger
	Now           func() time.Time
}

// Desk is an open newsroom. It is safe for concurrent use.
type Desk struct {
	opt       Options
	db        *store.DB
	lib       *library.Library
	client    func() *fetch.Client
	used      bool // client was called
	mu        sync.Mutex
	tagger    func() *company.Tagger
	list      func() *company.List
	typed     map[string]bool               // host:port that a person typed; under mu
	secret    map[string]feeds.Subscription // by address, those with headers or a password; under mu
	rules     []feeds.Rule                  // under mu
	watch     []string                      // under mu
	muteEnds  atomic.Int64                  // when the next mute ends, in seconds; 0 is not known
	seen      atomic.Int64                  // what Version last was
	flow      *refresh.Refresher
	events    *refresh.Events
	saving    sync.Mutex
	retagging sync.Mutex

	background sync.WaitGroup
	stop       context.CancelFunc
	ctx        context.Context
}

// Open opens the newsroom. What is slow (the list of companies, the network) waits until
// it is needed.
func Open(ctx context.Context, o Options) (*Desk, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	db, err := store.Open(o.Database, store.Options{ReadOnly: o.ReadOnly, Now: o.Now})
	if err != nil {
		return nil, err
	}
	d := &Desk{opt: o, db: db, lib: library.New(o.SavedDir), typed: make(map[string]bool)}
	d.ctx, d.stop = context.WithCancel(context.WithoutCancel(ctx))
	if err := d.Apply(ctx, o.Subscriptions, o.Rules, o.Watch); err != nil {
		o.Log.Warn("subscriptions", "error", err)
	}
	d.list = sync.OnceValue(func() *company.List {
		l, err := company.Embedded().With(o.Companies)
		if err != nil {
			o.Log.Error("companies of the config", "error", err)
			return company.Embedded()
		}
		return l
	})
	d.tagger = sync.OnceValue(func() *company.Tagger { return company.New(d.list()) })
	d.client = sync.OnceValue(func() *fetch.Client {
		d.mu.Lock()
		d.used = true
		d.mu.Unlock()
		return fetch.New(fetch.Options{UserAgent: "nightdesk/" + o.Version + " (terminal feed reader)", Log: o.Log})
	})
	d.events = &refresh.Events{Store: db, Now: o.Now}
	d.flow = &refresh.Refresher{
		Fetch: fetcher{d}, Store: feedStore{d}, Tagger: func() refresh.Tagger { return d.tagger() }, Placer: d.events,
		Arrived: d.arrived, Now: o.Now, Log: o.Log,
	}
	return d, nil
}

// Apply puts other subscriptions, rules and watched companies in force.
func (d *Desk) Apply(ctx context.Context, subs []feeds.Subscription, rules []feeds.Rule, watch []string) error {
	secret := make(map[string]feeds.Subscription)
	d.mu.Lock()
	for _, s := range subs {
		if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
			d.typed[hostPort(u)] = true
		}
		if s.Headers != nil || s.Username != "" || s.Password != "" {
			secret[s.URL] = s
		}
	}
	d.secret, d.rules, d.watch = secret, rules, watch
	d.mu.Unlock()
	return d.db.Subscribe(ctx, subs)
}

// wishes are the rules and watched companies that are in force.
func (d *Desk) wishes() (rules []feeds.Rule, watch []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.rules, d.watch
}

// Close ends what runs in the background and closes the database.
func (d *Desk) Close() error {
	d.stop()
	d.background.Wait()
	d.mu.Lock()
	used := d.used
	d.mu.Unlock()
	if used {
		d.client().Close()
	}
	return d.db.Close()
}

// ReadOnly reports whether nothing can be written.
func (d *Desk) ReadOnly() bool { return d.db.ReadOnly() }

// Store is the database, for the commands that look after it.
func (d *Desk) Store() *store.DB { return d.db }

// fetcher and feedStore lay what a person configured over what the rooms know: secrets
// are never stored, so they are added when a feed is asked.
type fetcher struct{ d *Desk }

func (f fetcher) Get(ctx context.Context, r fetch.Request) (*fetch.Response, error) {
	return f.d.client().Get(ctx, r)
}

type feedStore struct{ d *Desk }

func (s feedStore) Feeds(ctx context.Context) ([]feeds.Feed, error) {
	fs, err := s.d.db.Feeds(ctx)
	s.d.mu.Lock()
	defer s.d.mu.Unlock()
	for i := range fs {
		if sub, ok := s.d.secret[fs[i].URL]; ok {
			fs[i].Headers, fs[i].Username, fs[i].Password = sub.Headers, sub.Username, sub.Password
		}
	}
	return fs, err
}

func (s feedStore) KnownItems(ctx context.Context, id int64) (map[uint64]struct{}, error) {
	return s.d.db.KnownItems(ctx, id)
}

func (s feedStore) SaveStories(ctx context.Context, b []feeds.Batch) ([]feeds.Arrival, error) {
	return s.d.db.SaveStories(ctx, b)
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[strings.ToLower(u.Scheme)]
		if port == "" {
			port = "80"
		}
	}
	return strings.ToLower(u.Hostname()) + ":" + port
}

// isTyped reports whether a person typed the host of an address: only then may it be a
// private one.
func (d *Desk) isTyped(address string) bool {
	u, err := url.Parse(address)
	d.mu.Lock()
	defer d.mu.Unlock()
	return err == nil && d.typed[hostPort(u)]
}

// Typed notes that a person typed this address.
func (d *Desk) Typed(address string) {
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		d.mu.Lock()
		d.typed[hostPort(u)] = true
		d.mu.Unlock()
	}
}

// Parse reads the query language as it stands now.
func (d *Desk) Parse(text string) (feeds.Query, error) {
	return query.Parse(text, query.Env{Now: d.opt.Now(), Company: d.slug})
}

// slug finds the company that a person names: by its slug, else by a name or alias.
func (d *Desk) slug(name string) (string, bool) {
	l := d.list()
	if _, ok := l.Find(name); ok {
		return "", true
	}
	if c, ok := l.Lookup(name); ok {
		return c.Slug, true
	}
	if c, ok := d.unlisted(name); ok {
		return c.Slug, true
	}
	var slugs []string
	for _, c := range l.All() {
		slugs = append(slugs, c.Slug)
	}
	return query.Nearest(name, slugs), false
}

func (d *Desk) env(ctx context.Context) store.Env {
	w, err := d.Watched(ctx)
	if err != nil {
		d.opt.Log.Warn("watch-list", "error", err)
	}
	return store.Env{Watched: w}
}

// Watched are the slugs of the companies watched: the config's and those starred in the
// reader.
func (d *Desk) Watched(ctx context.Context) ([]string, error) {
	w, err := d.db.Watched(ctx)
	_, own := d.wishes()
	for _, s := range own {
		found := false
		for _, have := range w {
			found = found || have == s
		}
		if !found {
			w = append(w, s)
		}
	}
	return w, err
}

// List is one page of the stories that match.
func (d *Desk) List(ctx context.Context, req feeds.ListRequest) ([]feeds.Story, error) {
	d.liftEnded(ctx)
	return d.db.List(ctx, req, d.env(ctx))
}

// Count is how many stories match, up to ten thousand exactly.
func (d *Desk) Count(ctx context.Context, q feeds.Query) (int, error) {
	d.liftEnded(ctx)
	return d.db.Count(ctx, q, d.env(ctx))
}

// Story is a whole story by its id, an unambiguous beginning of it, or its address.
func (d *Desk) Story(ctx context.Context, idOrURL string) (feeds.Story, error) {
	if strings.Contains(idOrURL, "://") {
		return d.db.StoryByURL(ctx, idOrURL)
	}
	return d.db.Story(ctx, idOrURL)
}

// Mark, MarkQuery and Restore change marks; what they return takes the change back.
func (d *Desk) Mark(ctx context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error) {
	return d.db.Mark(ctx, ids, c)
}

// MarkQuery changes the marks of all that matches.
func (d *Desk) MarkQuery(ctx context.Context, q feeds.Query, c feeds.Change) ([]feeds.MarkBefore, error) {
	return d.db.MarkQuery(ctx, q, d.env(ctx), c)
}

// Restore puts marks back.
func (d *Desk) Restore(ctx context.Context, before []feeds.MarkBefore) error {
	return d.db.Restore(ctx, before)
}

// Version changes whenever what is stored has changed, or a mute has ended.
func (d *Desk) Version(ctx context.Context) (int64, error) {
	v, err := d.db.Version(ctx)
	if err == nil && d.seen.Swap(v) != v {
		d.muteEnds.Store(0) // another process may have muted something
	}
	if d.opt.Now().Unix() < d.muteEnds.Load() || err != nil {
		return v, err
	}
	d.liftEnded(ctx)
	return d.db.Version(ctx)
}

// Recall and Remember keep small texts.
func (d *Desk) Recall(ctx context.Context, key string) (string, error) { return d.db.Get(ctx, key) }

// Remember keeps a small text.
func (d *Desk) Remember(ctx context.Context, key, value string) error {
	return d.db.Set(ctx, key, value)
}

// Feeds are the feeds subscribed to.
func (d *Desk) Feeds(ctx context.Context) ([]feeds.Feed, error) { return d.db.Feeds(ctx) }

// Event is an event with its stories.
func (d *Desk) Event(ctx context.Context, id string) (feeds.Event, error) { return d.db.Event(ctx, id) }

// Companies are the companies of the stories that match, with their names.
func (d *Desk) Companies(ctx context.Context, q feeds.Query, days int) ([]feeds.CompanyCount, error) {
	out, err := d.db.CompanyCounts(ctx, q, d.env(ctx), days, 0)
	d.name(out)
	return out, err
}

// Related are the companies that appear with one.
func (d *Desk) Related(ctx context.Context, slug string) ([]feeds.CompanyCount, error) {
	out, err := d.db.Related(ctx, slug, 12)
	d.name(out)
	return out, err
}

func (d *Desk) name(cs []feeds.CompanyCount) {
	for i := range cs {
		cs[i].Name = cs[i].Slug
		if c, ok := d.Company(cs[i].Slug); ok {
			cs[i].Name = c.Name
		}
	}
}

// Company is an entry of the list, or a company that stored stories are about.
func (d *Desk) Company(slug string) (feeds.Company, bool) {
	if c, ok := d.list().Find(slug); ok {
		return c, true
	}
	return d.unlisted(slug)
}

// CompanyNames are the slugs of the list, for completion.
func (d *Desk) CompanyNames() []string {
	var out []string
	for _, c := range d.list().All() {
		out = append(out, c.Slug)
	}
	return out
}

// Watch puts a company on the watch-list or takes it off.
func (d *Desk) Watch(ctx context.Context, slug string, on bool) error {
	return d.db.Watch(ctx, slug, on)
}

// NotAbout remembers that a story is not about a company.
func (d *Desk) NotAbout(ctx context.Context, id, slug string) error {
	s, err := d.Story(ctx, id)
	if err != nil {
		return err
	}
	for _, t := range s.Companies {
		if t.Slug == slug {
			return d.db.CorrectTag(ctx, s.ID, t, false)
		}
	}
	return fmt.Errorf("story %s is not tagged %q", s.ID, slug)
}

// About remembers that a story is about a company.
func (d *Desk) About(ctx context.Context, id, slug string) error {
	c, ok := d.Company(slug)
	if !ok {
		return fmt.Errorf("no company %q is on the list", slug)
	}
	s, err := d.Story(ctx, id)
	if err != nil {
		return err
	}
	return d.db.CorrectTag(ctx, s.ID, feeds.Tag{Slug: slug, Name: c.Name, Score: 1}, true)
}

// Find finds the feeds behind what a person types: a site, a page, a feed.
func (d *Desk) Find(ctx context.Context, typed string) ([]find.Found, error) {
	return find.Find(ctx, d.client(), typed)
}
