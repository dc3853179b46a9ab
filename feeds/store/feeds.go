package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"nightdesk/feeds"
)

// Subscribe makes the database follow these subscriptions: new ones are added; those that
// are gone are hidden with the stories that no other feed has, of which the starred and
// saved stay to be found as such. If they are the same as last time nothing is read or
// written but their hash.
func (db *DB) Subscribe(ctx context.Context, subs []feeds.Subscription) error {
	db.subscribed.Store(&subs)
	sum := hashOf(subs)
	if old, err := db.Get(ctx, "subscriptions"); err == nil && old == sum {
		return nil
	}
	if db.asked {
		return nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		if err := subscribe(tx, subs); err != nil {
			return err
		}
		if err := set(tx, "subscriptions", sum); err != nil {
			return err
		}
		return feedsChanged(tx)
	})
	if err != nil {
		return fmt.Errorf("store the subscriptions: %w", err)
	}
	return nil
}

func subscribe(tx *sql.Tx, subs []feeds.Subscription) error {
	was := make(map[string]int64) // feeds subscribed to so far
	err := txRows(tx, "SELECT id, url FROM feed WHERE hidden = 0 AND position > 0", nil, func(r scanner) error {
		var id int64
		var url string
		err := r.Scan(&id, &url)
		was[url] = id
		return err
	})
	if err != nil {
		return err
	}
	put, err := tx.Prepare(`INSERT INTO feed(url, subscription, title, folder, site, tags, position, hidden, outlet) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, ?8)
		ON CONFLICT(url) DO UPDATE SET subscription = ?2, title = CASE WHEN ?3 <> '' THEN ?3 WHEN own <> '' THEN own ELSE title END, folder = ?4,
		site = CASE ?5 WHEN '' THEN site ELSE ?5 END, tags = ?6, position = ?7, hidden = 0, outlet = CASE WHEN ?5 <> '' OR outlet = '' THEN ?8 ELSE outlet END
		RETURNING id`)
	if err != nil {
		return err
	}
	defer put.Close()
	seen := make(map[string]bool)
	var back []int64
	for i := range subs {
		s := &subs[i]
		if seen[s.URL] {
			continue
		}
		seen[s.URL] = true
		kept, err := json.Marshal(withoutSecrets(*s))
		if err != nil {
			return err
		}
		tags, err := json.Marshal(append([]string{}, s.Tags...))
		if err != nil {
			return err
		}
		var id int64
		if err := put.QueryRow(s.URL, string(kept), s.Title, s.Folder, s.Site, string(tags), i+1, outlet(s.Site, s.URL)).Scan(&id); err != nil {
			return fmt.Errorf("subscribe to %s: %w", s.URL, err)
		}
		if was[s.URL] == 0 {
			back = append(back, id)
		}
	}
	for url, id := range was {
		if seen[url] {
			continue
		}
		if _, err := tx.Exec("UPDATE feed SET hidden = 1 WHERE id = ?", id); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE story SET hidden = hidden | 1 WHERE hidden & 1 = 0 AND (feed = ?1 OR id IN (SELECT story FROM also WHERE feed = ?1))
			AND NOT EXISTS (SELECT 1 FROM feed f WHERE f.id = story.feed AND f.hidden = 0)
			AND NOT EXISTS (SELECT 1 FROM also a JOIN feed f ON f.id = a.feed AND f.hidden = 0 WHERE a.story = story.id)`, id); err != nil {
			return err
		}
	}
	for _, id := range back {
		if _, err := tx.Exec("UPDATE story SET hidden = hidden & ~1 WHERE hidden & 1 = 1 AND (feed = ?1 OR id IN (SELECT story FROM also WHERE feed = ?1))", id); err != nil {
			return err
		}
	}
	return nil
}

// feedsChanged notes a change of what feeds are called or where they belong.
func feedsChanged(tx *sql.Tx) error {
	if _, err := tx.Exec("INSERT INTO kv(key, value) VALUES('feeds', '1') ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"); err != nil {
		return err
	}
	return changed(tx)
}

// withoutSecrets is what of a subscription may be stored: nothing that opens a door, and
// no command that a strange database could have run. Feeds adds them again.
func withoutSecrets(s feeds.Subscription) feeds.Subscription {
	s.Headers, s.Username, s.Password, s.Filter = nil, "", "", ""
	return s
}

// hashOf tells two lists of subscriptions apart by what is stored of them.
func hashOf(subs []feeds.Subscription) string {
	h := sha256.New()
	var b []byte
	for i := range subs {
		s := &subs[i]
		b = b[:0]
		for _, field := range append([]string{s.URL, s.Title, s.Site, s.Folder}, s.Tags...) {
			b = binary.AppendUvarint(b, uint64(len(field)))
			b = append(b, field...)
		}
		b = binary.AppendUvarint(b, uint64(len(s.Tags)))
		b = binary.AppendVarint(b, int64(s.Interval))
		for _, flag := range [...]bool{s.Fulltext, s.Disabled, s.Builtin} {
			b = strconv.AppendBool(b, flag)
		}
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// outlet tells whose a feed is: the registered domain of its site, else of its address.
func outlet(addresses ...string) string {
	for _, a := range addresses {
		u, err := url.Parse(a)
		if err != nil || u.Hostname() == "" {
			continue
		}
		host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
		if d, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
			return d
		}
		return host
	}
	return ""
}

const feedColumns = `f.id, f.url, f.subscription, f.title, f.folder, f.site, f.description, f.lang, f.state, coalesce(t.stories, 0), coalesce(t.unread, 0)
	FROM feed f LEFT JOIN total t ON t.what = 'feed:' || f.id`

// Feeds are the feeds subscribed to, in the order of the subscriptions. What is secret
// in a subscription is not stored; they have it if Subscribe was told.
func (db *DB) Feeds(ctx context.Context) ([]feeds.Feed, error) {
	var out []feeds.Feed
	told := make(map[string]*feeds.Subscription)
	if subs := db.subscribed.Load(); subs != nil {
		for i := range *subs {
			told[(*subs)[i].URL] = &(*subs)[i]
		}
	}
	err := db.rows(ctx, "SELECT "+feedColumns+" WHERE f.hidden = 0 AND f.position > 0 ORDER BY f.position", nil, func(r scanner) error {
		f, err := scanFeed(r)
		if s := told[f.URL]; s != nil {
			f.Headers, f.Username, f.Password, f.Filter = s.Headers, s.Username, s.Password, s.Filter
		}
		out = append(out, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the feeds: %w", err)
	}
	return out, nil
}

// Feed is one feed, be it subscribed to or not.
func (db *DB) Feed(ctx context.Context, id int64) (feeds.Feed, error) {
	var f feeds.Feed
	err := db.rows(ctx, "SELECT "+feedColumns+" WHERE f.id = ?", []any{id}, func(r scanner) (err error) {
		f, err = scanFeed(r)
		return err
	})
	if err == nil && f.ID == 0 {
		return f, fmt.Errorf("%w: there is no feed %d", ErrNotFound, id)
	}
	return f, err
}

func scanFeed(r scanner) (feeds.Feed, error) {
	var f feeds.Feed
	var sub, state, url, title, folder, site string
	if err := r.Scan(&f.ID, &url, &sub, &title, &folder, &site, &f.Description, &f.Lang, &state, &f.Stories, &f.Unread); err != nil {
		return f, err
	}
	// What cannot be read is as if it had never been: the feed is fetched anew.
	if json.Unmarshal([]byte(sub), &f.Subscription) != nil {
		f.Subscription = feeds.Subscription{}
	}
	if json.Unmarshal([]byte(state), &f.State) != nil {
		f.State = feeds.FeedState{}
	}
	f.URL, f.Title, f.Folder, f.Site = url, title, folder, site
	return f, nil
}

// SaveFeedState stores the state of one feed by itself.
func (db *DB) SaveFeedState(ctx context.Context, id int64, st feeds.FeedState, meta feeds.Meta) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		s := newSaver(tx, db.now())
		defer s.close()
		if err := s.state(id, st, meta); err != nil {
			return err
		}
		return s.done()
	})
	if err != nil {
		return fmt.Errorf("store the state of a feed: %w", err)
	}
	return nil
}

func (s *saver) state(id int64, st feeds.FeedState, meta feeds.Meta) error {
	b, err := json.Marshal(st)
	if err != nil {
		return err
	}
	var url, title, own, site, old string
	found, err := s.row("SELECT url, title, own, site, state FROM feed WHERE id = ?", []any{id}, &url, &title, &own, &site, &old)
	if err == nil && !found {
		err = sql.ErrNoRows
	}
	if err != nil {
		return err
	}
	var before feeds.FeedState
	_ = json.Unmarshal([]byte(old), &before)
	renamed := false
	if meta.Title != "" && meta.Title != own {
		if title == own || title == "" {
			title, renamed = meta.Title, true
		}
		own = meta.Title
	}
	domain := ""
	if site == "" && meta.Site != "" {
		site, domain = meta.Site, outlet(meta.Site, url)
	}
	err = s.exec(`UPDATE feed SET state = ?, title = ?, own = ?, site = ?, outlet = CASE ?5 WHEN '' THEN outlet ELSE ?5 END,
		description = CASE ?6 WHEN '' THEN description ELSE ?6 END, lang = CASE ?7 WHEN '' THEN lang ELSE ?7 END WHERE id = ?8`,
		string(b), title, own, site, domain, meta.Description, meta.Lang, id)
	s.renamed = s.renamed || renamed
	s.touched = s.touched || before.Error != st.Error || before.Gone != st.Gone
	return err
}

// KnownItems are the hashes of the items of the feed's last document.
func (db *DB) KnownItems(ctx context.Context, feedID int64) (map[uint64]struct{}, error) {
	var b []byte
	err := db.row(ctx, "SELECT items FROM document WHERE feed = ?", []any{feedID}, &b)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("read what is known of a feed: %w", err)
	}
	out := make(map[uint64]struct{}, len(b)/8)
	for len(b) >= 8 {
		out[binary.LittleEndian.Uint64(b)] = struct{}{}
		b = b[8:]
	}
	return out, nil
}

// maxItems bounds how many items of a document are remembered.
const maxItems = 20000

func (s *saver) items(id int64, hashes []uint64) error {
	if hashes == nil {
		return nil
	}
	b := make([]byte, 0, 8*len(hashes))
	for _, h := range hashes[:min(len(hashes), maxItems)] {
		b = binary.LittleEndian.AppendUint64(b, h)
	}
	return s.exec("INSERT INTO document(feed, items) VALUES(?, ?) ON CONFLICT(feed) DO UPDATE SET items = excluded.items", id, b)
}

// SavedFeed is the address of the feed that holds pages saved by their address. It is
// not in Feeds.
const SavedFeed = "nightdesk:saved"

// savedFeed is that feed's key.
func savedFeed(tx *sql.Tx) (int64, error) {
	var id int64
	err := tx.QueryRow("INSERT INTO feed(url, title, own, position, hidden) VALUES(?, 'Saved pages', 'Saved pages', 0, 0) ON CONFLICT(url) DO UPDATE SET hidden = 0 RETURNING id", SavedFeed).Scan(&id)
	return id, err
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}

func fromUnix(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(n, 0).UTC()
}
