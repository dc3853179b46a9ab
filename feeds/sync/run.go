package sync

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/parse"
	"nightdesk/feeds/plain"
)

// Newsroom is this side: what is kept here, and what was agreed upon with a server.
type Newsroom interface {
	Feeds(context.Context) ([]feeds.Feed, error)
	// Take stores stories of a feed that are not here and says how all of them stand.
	Take(ctx context.Context, f feeds.Feed, part []feeds.Story, how feeds.Taking) ([]feeds.Taken, error)
	Mark(ctx context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error)
	SyncState(ctx context.Context, server string) (map[string]feeds.Synced, error)
	SaveSync(ctx context.Context, server string, list []feeds.Synced) error
	PendingSync(ctx context.Context, server string) ([]feeds.Synced, error)
	SyncFeeds(ctx context.Context, server string) ([]string, error)
	SaveSyncFeeds(ctx context.Context, server string, urls []string) error
	Get(ctx context.Context, key string) (string, error)
	Set(ctx context.Context, key, value string) error
	// Subscribe and Unsubscribe change what a person is subscribed to, for good.
	Subscribe(context.Context, []feeds.Subscription) error
	Unsubscribe(ctx context.Context, url string) error
}

// Options say how a round goes.
type Options struct {
	DryRun bool // change nothing on either side
	Prune  bool // take over that a feed was removed, too
	Now    func() time.Time
}

// A Report says what one round did, or would do.
type Report struct {
	Server  string   `json:"server"`
	DryRun  bool     `json:"dry_run,omitempty"`
	Feeds   int      `json:"feeds"`    // both sides have
	Added   []string `json:"added"`    // feeds subscribed to here
	Told    []string `json:"told"`     // feeds subscribed to there
	Removed []string `json:"removed"`  // feeds let go on either side
	Stories int      `json:"stories"`  // stored here
	Here    Marks    `json:"here"`     // marks changed here
	There   Marks    `json:"there"`    // marks changed there
	Notes   []string `json:"notes"`    // what a person should know, a line each
	Failed  int      `json:"failures"` // parts that the server refused
}

// Marks counts changes of marks.
type Marks struct {
	Read      int `json:"read"`
	Unread    int `json:"unread"`
	Starred   int `json:"starred"`
	Unstarred int `json:"unstarred"`
}

// round is one run with one server.
type round struct {
	name string
	s    Server
	n    Newsroom
	o    Options
	r    *Report
	here map[string]feeds.Feed // by key of the address
	seen map[string]bool       // remote ids that came in this round; only in a dry run
}

// Run brings both sides in step once. After an error the report says how far it came;
// what is agreed upon is remembered as it goes, so that the next round goes on.
func Run(ctx context.Context, name string, s Server, n Newsroom, o Options) (Report, error) {
	r := Report{Server: name, DryRun: o.DryRun, Added: []string{}, Told: []string{}, Removed: []string{}, Notes: []string{}}
	d := &round{name: name, s: s, n: n, o: o, r: &r, seen: make(map[string]bool)}
	err := d.run(ctx)
	return r, err
}

func (d *round) run(ctx context.Context) error {
	if err := d.s.Login(ctx); err != nil {
		return err
	}
	begun := d.o.Now()
	if err := d.subscriptions(ctx); err != nil {
		return err
	}
	known, err := d.n.SyncState(ctx, d.name)
	if err != nil {
		return err
	}
	sinceKey := "sync:" + d.name
	var since time.Time
	if text, err := d.n.Get(ctx, sinceKey); err == nil {
		if t, err := time.Parse(time.RFC3339, text); err == nil && !t.After(begun) {
			since = t
		}
	}
	if err := d.s.Changed(ctx, since, known, func(part []Entry) error { return d.entries(ctx, part, known) }); err != nil {
		return err
	}
	if !d.o.DryRun {
		if err := d.n.Set(ctx, sinceKey, begun.UTC().Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return d.tell(ctx)
}

// key is an address as it is compared: both sides may write it otherwise.
func key(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return address
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.") + strings.TrimSuffix(u.EscapedPath(), "/") + "?" + u.RawQuery
}

// ours reports whether a feed may be told to a server: nothing of this machine, nothing
// secret, and what a person chose.
func ours(s *feeds.Subscription) bool {
	u, err := url.Parse(s.URL)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && len(s.Headers) == 0 && s.Username == "" && s.Password == "" &&
		s.Filter == "" && !s.Builtin && !s.Disabled
}

func (d *round) subscriptions(ctx context.Context) error {
	there, err := d.s.Feeds(ctx)
	if err != nil {
		return err
	}
	base, err := d.n.SyncFeeds(ctx, d.name)
	if err != nil {
		return err
	}
	agreed := make(map[string]bool, len(base))
	for _, u := range base {
		agreed[key(u)] = true
	}
	if err := d.readHere(ctx); err != nil {
		return err
	}
	remote := make(map[string]Feed, len(there))
	var add []feeds.Subscription
	for _, f := range there {
		k := key(f.URL)
		if _, twice := remote[k]; twice {
			continue
		}
		remote[k] = f
		_, isHere := d.here[k]
		switch {
		case isHere:
		case !plain.Link(f.URL) || !strings.HasPrefix(strings.ToLower(f.URL), "http"):
			d.note("the server has a feed at %q, which is no web address", f.URL)
		case !agreed[k]:
			add = append(add, feeds.Subscription{URL: f.URL, Title: plain.Text(cut(f.Title)), Site: f.Site, Folder: plain.Text(cut(f.Folder))})
		case !d.o.Prune:
			d.note("%s was removed here and is still on the server; --prune removes it there", f.URL)
		default:
			d.r.Removed = append(d.r.Removed, f.URL)
			if !d.o.DryRun {
				if err := d.s.Unsubscribe(ctx, f); err != nil {
					return fmt.Errorf("unsubscribe from %s: %w", plain.Text(f.URL), err)
				}
			}
			delete(remote, k)
		}
	}
	for _, s := range add {
		d.r.Added = append(d.r.Added, s.URL)
	}
	if len(add) > 0 && !d.o.DryRun {
		if err := d.n.Subscribe(ctx, add); err != nil {
			return err
		}
	}
	if err := d.tellFeeds(ctx, remote, agreed, len(there)); err != nil {
		return err
	}
	if d.o.DryRun {
		return nil
	}
	if err := d.readHere(ctx); err != nil {
		return err
	}
	var both []string
	for k, f := range d.here {
		_, isThere := remote[k]
		// What was removed on one side alone stays agreed upon, so that it is not added again.
		if isThere || agreed[k] || slices.Contains(d.r.Told, f.URL) {
			both = append(both, f.URL)
		}
	}
	for k, f := range remote {
		if _, isHere := d.here[k]; !isHere && agreed[k] {
			both = append(both, f.URL)
		}
	}
	return d.n.SaveSyncFeeds(ctx, d.name, both)
}

// tellFeeds subscribes there to what was added here.
func (d *round) tellFeeds(ctx context.Context, remote map[string]Feed, agreed map[string]bool, listed int) error {
	for _, k := range sortedKeys(d.here) {
		f := d.here[k]
		_, isThere := remote[k]
		switch {
		case isThere:
			d.r.Feeds++
		case !ours(&f.Subscription):
		case agreed[k] && (!d.o.Prune || listed == 0):
			d.note("%s is no longer on the server; --prune removes it here", f.URL)
		case agreed[k]:
			d.r.Removed = append(d.r.Removed, f.URL)
			if !d.o.DryRun {
				if err := d.n.Unsubscribe(ctx, f.URL); err != nil {
					return err
				}
			}
		default:
			if !d.o.DryRun {
				if err := d.s.Subscribe(ctx, f.URL, f.Title, f.Folder); err != nil {
					if ctx.Err() != nil {
						return err
					}
					d.r.Failed++ // one feed that the server cannot read is not the end
					d.note("the server did not take %s: %s", f.URL, err.Error())
					continue
				}
			}
			d.r.Told = append(d.r.Told, f.URL)
		}
	}
	return nil
}

func sortedKeys(m map[string]feeds.Feed) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (d *round) note(format string, args ...any) {
	if len(d.r.Notes) < 100 {
		d.r.Notes = append(d.r.Notes, plain.Text(fmt.Sprintf(format, args...)))
	}
}

func (d *round) readHere(ctx context.Context) error {
	list, err := d.n.Feeds(ctx)
	if err != nil {
		return err
	}
	d.here = make(map[string]feeds.Feed, len(list))
	for _, f := range list {
		d.here[key(f.URL)] = f
	}
	return nil
}

// entries takes in what a server says of stories.
func (d *round) entries(ctx context.Context, part []Entry, known map[string]feeds.Synced) error {
	var keep []feeds.Synced
	byFeed := make(map[string][]Entry)
	var order []string
	for _, e := range part {
		if e.Gone {
			keep = append(keep, feeds.Synced{Remote: e.ID, Read: true})
			continue
		}
		k := key(e.FeedURL)
		if _, isHere := d.here[k]; !isHere {
			continue
		}
		if byFeed[k] == nil {
			order = append(order, k)
		}
		byFeed[k] = append(byFeed[k], e)
	}
	var change [4][]string // of stories here: read, unread, starred, unstarred
	for _, k := range order {
		got, err := d.match(ctx, d.here[k], byFeed[k])
		if err != nil {
			return err
		}
		for i, e := range byFeed[k] {
			t := got[i]
			now := feeds.Synced{Remote: e.ID, ID: t.ID, Read: e.Read, Starred: e.Starred}
			keep = append(keep, now)
			base := known[e.ID] // nothing was agreed upon: neither read nor starred
			known[e.ID] = now
			if t.ID == "" || d.seen[e.ID] {
				continue
			}
			if base.ID != t.ID {
				base = feeds.Synced{}
			}
			read, starred := merge(base.Read, t.Mark.Read, e.Read), merge(base.Starred, t.Mark.Starred, e.Starred)
			d.diff(t, read, starred, &change)
			if d.o.DryRun {
				d.seen[e.ID] = true
				d.r.There.add(e.Read, read, e.Starred, starred)
			}
		}
	}
	if d.o.DryRun {
		return nil
	}
	yes, no := true, false
	for i, c := range []feeds.Change{{Read: &yes}, {Read: &no}, {Starred: &yes}, {Starred: &no}} {
		if len(change[i]) > 0 {
			if _, err := d.n.Mark(ctx, change[i], c); err != nil {
				return err
			}
		}
	}
	return d.n.SaveSync(ctx, d.name, keep)
}

// merge is how a mark stands when one side, or both, changed what was agreed upon.
func merge(agreed, here, there bool) bool {
	if here != agreed {
		return here
	}
	return there
}

func (d *round) diff(t feeds.Taken, read, starred bool, change *[4][]string) {
	d.r.Here.add(t.Mark.Read, read, t.Mark.Starred, starred)
	put := func(was, is bool, on, off int) {
		switch {
		case is && !was:
			change[on] = append(change[on], t.ID)
		case was && !is:
			change[off] = append(change[off], t.ID)
		}
	}
	put(t.Mark.Read, read, 0, 1)
	put(t.Mark.Starred, starred, 2, 3)
}

func (m *Marks) add(wasRead, isRead, wasStarred, isStarred bool) {
	switch {
	case isRead && !wasRead:
		m.Read++
	case wasRead && !isRead:
		m.Unread++
	}
	switch {
	case isStarred && !wasStarred:
		m.Starred++
	case wasStarred && !isStarred:
		m.Unstarred++
	}
}

// match finds the stories of a feed here, and stores those that are not here: also what
// was read there, or it would come as unread with the feed's next document.
func (d *round) match(ctx context.Context, f feeds.Feed, list []Entry) ([]feeds.Taken, error) {
	out := make([]feeds.Taken, len(list))
	part := make([]feeds.Story, 0, len(list))
	at := make([]int, 0, len(list))
	for i, e := range list {
		s, err := parse.Story(e.Item, parse.Origin{URL: f.URL, Now: d.o.Now()})
		if err != nil {
			continue // as if it were not there
		}
		part, at = append(part, s), append(at, i)
	}
	got, err := d.n.Take(ctx, f, part, feeds.Taking{DryRun: d.o.DryRun})
	if err != nil {
		return nil, err
	}
	for j, t := range got {
		out[at[j]] = t
		if t.New {
			d.r.Stories++
		}
	}
	return out, nil
}

// tellAtOnce bounds one request.
const tellAtOnce = 200

// tell tells the server what was done here.
func (d *round) tell(ctx context.Context) error {
	pending, err := d.n.PendingSync(ctx, d.name)
	if err != nil {
		return err
	}
	if d.o.DryRun {
		for _, p := range pending {
			if !d.seen[p.Remote] {
				d.r.There.add(p.Read, p.Mark.Read, p.Starred, p.Mark.Starred)
			}
		}
		return nil
	}
	steps := []struct {
		is    func(feeds.Synced) bool
		do    func(context.Context, []string, bool) error
		on    bool
		set   func(*feeds.Synced)
		count *int
	}{
		{func(p feeds.Synced) bool { return p.Mark.Starred && !p.Starred }, d.s.SetStarred, true, func(p *feeds.Synced) { p.Starred = true }, &d.r.There.Starred},
		{func(p feeds.Synced) bool { return !p.Mark.Starred && p.Starred }, d.s.SetStarred, false, func(p *feeds.Synced) { p.Starred = false }, &d.r.There.Unstarred},
		{func(p feeds.Synced) bool { return p.Mark.Read && !p.Read }, d.s.SetRead, true, func(p *feeds.Synced) { p.Read = true }, &d.r.There.Read},
		{func(p feeds.Synced) bool { return !p.Mark.Read && p.Read }, d.s.SetRead, false, func(p *feeds.Synced) { p.Read = false }, &d.r.There.Unread},
	}
	for _, step := range steps {
		var at []int
		for i := range pending {
			if step.is(pending[i]) {
				at = append(at, i)
			}
		}
		for part := range slices.Chunk(at, tellAtOnce) {
			ids := make([]string, len(part))
			for i, n := range part {
				ids[i] = pending[n].Remote
			}
			if err := step.do(ctx, ids, step.on); err != nil {
				return err
			}
			*step.count += len(part)
			done := make([]feeds.Synced, len(part))
			for i, n := range part {
				step.set(&pending[n])
				done[i] = pending[n]
			}
			if err := d.n.SaveSync(ctx, d.name, done); err != nil {
				return err
			}
		}
	}
	return nil
}
