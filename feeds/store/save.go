package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"nightdesk/feeds"
)

// SaveStories stores what fetches brought, all of it or, after an error, nothing.
//
// A story is told by its feed and guid. One whose guid changed but whose link, title and
// date did not is the same story; one that another feed of the same outlet has already
// (by its link) is one story in both feeds. A story that has been here before gets back
// its marks and the time it was first seen. One that was edited keeps its marks, its
// place in the lists and, if a reader would notice, its earlier version.
func (db *DB) SaveStories(ctx context.Context, batches []feeds.Batch) ([]feeds.Arrival, error) {
	out := make([]feeds.Arrival, len(batches))
	bodies := packAll(batches) // before anybody has to wait for this transaction
	err := db.write(ctx, func(tx *sql.Tx) error {
		s := newSaver(tx, db.now())
		defer s.close()
		for i := range batches {
			if err := s.batch(&batches[i], bodies[i], &out[i]); err != nil {
				return err
			}
		}
		return s.done()
	})
	if err != nil {
		return nil, fmt.Errorf("store stories: %w", err)
	}
	return out, nil
}

type outcome uint8

const (
	isSame outcome = iota
	isNew
	isChanged
)

// saver is one transaction's work, with the statements that it prepared.
type saver struct {
	tx      *sql.Tx
	now     time.Time
	stmts   map[string]*sql.Stmt
	touched bool // something can be seen
	renamed bool // a feed is called otherwise

	feed   source
	blank  bool            // the feed has no story but those of this transaction
	body   []byte          // packBody of the story that is saved; nil if nobody has packed it
	guids  map[string]bool // of the batch
	outlet map[int64]string
	first  int64 // row of the first story that the batch added; 0 is none
	last   int64 // of the last one
}

// source is the feed of a batch.
type source struct {
	id                 int64
	url, title, outlet string
	gone               bool
}

func newSaver(tx *sql.Tx, now time.Time) *saver {
	return &saver{tx: tx, now: now.UTC().Truncate(time.Second), stmts: make(map[string]*sql.Stmt), outlet: make(map[int64]string)}
}

func (s *saver) close() {
	for _, st := range s.stmts {
		_ = st.Close()
	}
}

// done tells others, at the end of the transaction, what they have to look at again.
func (s *saver) done() error {
	switch {
	case s.renamed:
		return feedsChanged(s.tx)
	case s.touched:
		return changed(s.tx)
	}
	return nil
}

func (s *saver) stmt(text string) (*sql.Stmt, error) {
	if st := s.stmts[text]; st != nil {
		return st, nil
	}
	st, err := s.tx.Prepare(text)
	if err == nil {
		s.stmts[text] = st
	}
	return st, err
}

func (s *saver) exec(text string, args ...any) error {
	st, err := s.stmt(text)
	if err == nil {
		_, err = st.Exec(args...)
	}
	return err
}

// row asks for one row; found is false if there is none.
func (s *saver) row(text string, args []any, to ...any) (found bool, err error) {
	st, err := s.stmt(text)
	if err == nil {
		err = st.QueryRow(args...).Scan(to...)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

func (s *saver) batch(b *feeds.Batch, bodies [][]byte, out *feeds.Arrival) error {
	*out = feeds.Arrival{FeedID: b.FeedID}
	if err := s.state(b.FeedID, b.State, b.Meta); err != nil {
		return fmt.Errorf("the state of feed %d: %w", b.FeedID, err)
	}
	if err := s.items(b.FeedID, b.ItemHashes); err != nil {
		return err
	}
	if len(b.Stories) == 0 {
		return nil
	}
	if err := s.enter(b.FeedID); err != nil {
		return err
	}
	some, err := s.row("SELECT 1 WHERE EXISTS (SELECT 1 FROM story WHERE feed = ?1) OR EXISTS (SELECT 1 FROM also WHERE feed = ?1)", []any{b.FeedID}, new(int))
	if err != nil {
		return err
	}
	s.blank = !some
	s.guids = make(map[string]bool, len(b.Stories))
	for i := range b.Stories {
		guid := b.Stories[i].GUID
		s.blank = s.blank && !s.guids[guid]
		s.guids[guid] = true
	}
	for i := range b.Stories {
		st := b.Stories[i]
		s.body = bodies[i]
		what, err := s.save(&st)
		if err != nil {
			return fmt.Errorf("%q of %s: %w", st.Title, s.feed.url, err)
		}
		switch what {
		case isNew:
			out.New = append(out.New, st)
		case isChanged:
			out.Changed = append(out.Changed, st)
		default:
			out.Same++
		}
	}
	if err := s.toIndex(); err != nil {
		return err
	}
	s.touched = s.touched || len(out.New)+len(out.Changed) > 0
	return nil
}

// enter makes a feed the one whose stories come next.
func (s *saver) enter(id int64) error {
	s.feed = source{id: id}
	found, err := s.row("SELECT url, title, outlet, hidden FROM feed WHERE id = ?", []any{id}, &s.feed.url, &s.feed.title, &s.feed.outlet, &s.feed.gone)
	if err == nil && !found {
		err = fmt.Errorf("there is no feed %d", id)
	}
	return err
}

// known is a stored story that may be the one that has come.
type known struct {
	id, feed  int64
	sid       string
	hash      int64
	title     string
	published int64
	given     string
}

func (s *saver) save(st *feeds.Story) (outcome, error) {
	st.FeedID, st.FeedURL, st.FeedTitle = s.feed.id, s.feed.url, s.feed.title
	var k known
	found := false
	if !s.blank {
		var err error
		found, err = s.row("SELECT id, sid, hash, title FROM story WHERE feed = ? AND guid = ?", []any{st.FeedID, st.GUID}, &k.id, &k.sid, &k.hash, &k.title)
		if err != nil {
			return isSame, err
		}
		if !found {
			shared, err := s.row("SELECT story, hash FROM also WHERE feed = ? AND guid = ?", []any{st.FeedID, st.GUID}, &k.id, &k.hash)
			if err != nil || shared { // its first feed says what it says
				return isSame, err
			}
		}
	}
	if !found {
		a, err := s.ahead(st)
		if err != nil {
			return isSame, err
		}
		if a.linked {
			if found, err = s.byLink(st, &k); err != nil {
				return isSame, err
			}
		}
		switch {
		case !found:
			return isNew, s.add(st, a)
		case k.feed != st.FeedID:
			return isSame, s.share(st, &k)
		}
	}
	st.ID, st.Row = k.sid, k.id
	if uint64(k.hash) == st.Hash && k.feed == 0 {
		return isSame, nil
	}
	return s.change(st, &k)
}

// byLink finds the stored story that has come under another guid, or in another feed of
// its outlet. The link alone does not tell: the items of a forum or a status page may
// all link to one page. What is stored twice is a nuisance, what is taken for another is
// lost; so it has to agree in more than that.
func (s *saver) byLink(st *feeds.Story, to *known) (bool, error) {
	if u, err := url.Parse(st.URL); err != nil || st.URL == "" || strings.Trim(u.Path, "/") == "" && u.RawQuery == "" {
		return false, nil
	}
	q, err := s.stmt("SELECT id, sid, feed, hash, title, published, given, guid FROM story WHERE url = ? ORDER BY id LIMIT 20")
	if err != nil {
		return false, err
	}
	rows, err := q.Query(st.URL)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	var all []known
	for rows.Next() {
		var k known
		var guid string
		if err := rows.Scan(&k.id, &k.sid, &k.feed, &k.hash, &k.title, &k.published, &k.given, &guid); err != nil {
			return false, err
		}
		if k.feed == st.FeedID && s.guids[guid] {
			continue // it is in this document too, as a story of its own
		}
		all = append(all, k)
	}
	if err := rows.Err(); err != nil {
		return false, err
	}
	rows.Close()
	for _, k := range all {
		near := abs(k.published-st.Published.Unix()) <= 60 || st.Published.IsZero() || k.given == ""
		alike := similar(k.title, st.Title)
		switch {
		case k.feed == st.FeedID && near && alike:
		case k.feed != st.FeedID && alike && s.feed.outlet != "" && abs(k.published-st.Published.Unix()) <= 3*24*3600:
			theirs, err := s.outletOf(k.feed)
			if err != nil {
				return false, err
			}
			if theirs != s.feed.outlet {
				continue
			}
		default:
			continue
		}
		*to = k
		return true, nil
	}
	return false, nil
}

func (s *saver) outletOf(feed int64) (string, error) {
	if o, ok := s.outlet[feed]; ok {
		return o, nil
	}
	var o string
	_, err := s.row("SELECT outlet FROM feed WHERE id = ?", []any{feed}, &o)
	if err == nil {
		s.outlet[feed] = o
	}
	return o, err
}

// share notes that this feed has a stored story too.
func (s *saver) share(st *feeds.Story, k *known) error {
	st.ID, st.Row = k.sid, k.id
	if !s.feed.gone {
		if err := s.exec("UPDATE story SET hidden = hidden & ~1 WHERE id = ? AND hidden & 1 = 1", k.id); err != nil {
			return err
		}
	}
	s.touched = true
	if err := s.exec(toIndex, k.id); err != nil {
		return err
	}
	return s.exec("INSERT OR IGNORE INTO also(feed, guid, story, hash, published, read, hidden) SELECT ?, ?, id, ?, published, read, hidden > 0 FROM story WHERE id = ?",
		st.FeedID, st.GUID, int64(st.Hash), k.id)
}

// ahead is what a story that seems new may meet; it is seldom any of these.
type ahead struct {
	named     bool // its id is taken
	dated     bool // its key in the search index is taken
	corrected bool
	marked    bool
	linked    bool // a story has its link
}

// ahead asks for all of that at once: for most stories no other question is needed.
func (s *saver) ahead(st *feeds.Story) (a ahead, err error) {
	seen := *st
	seen.FirstSeen = s.now
	s.date(&seen)
	_, err = s.row(`SELECT EXISTS(SELECT 1 FROM story WHERE sid = ?1), EXISTS(SELECT 1 FROM story WHERE doc = ?2), EXISTS(SELECT 1 FROM correction WHERE sid = ?1),
		EXISTS(SELECT 1 FROM mark WHERE sid = ?1), EXISTS(SELECT 1 FROM story WHERE url = ?3)`, []any{feeds.Identity(st.FeedURL, st.GUID, 0), docAt(seen.Published), st.URL},
		&a.named, &a.dated, &a.corrected, &a.marked, &a.linked)
	return a, err
}

// add stores a story that is new. One that comes with a Score stands in an event of its
// own from now on.
func (s *saver) add(st *feeds.Story, a ahead) error {
	st.FirstSeen = s.now
	st.ID = feeds.Identity(st.FeedURL, st.GUID, 0)
	if a.named {
		if err := s.name(st); err != nil {
			return err
		}
		a.corrected, a.marked = true, true // perhaps: it has another id now
	}
	m := &st.Mark
	if a.marked {
		seen := int64(0)
		if _, err := s.row("SELECT read, starred, saved, error, position, seen FROM mark WHERE sid = ?", []any{st.ID}, &m.Read, &m.Starred, &m.Saved, &m.SaveError, &m.Position, &seen); err != nil {
			return err
		}
		if seen > 0 {
			st.FirstSeen = fromUnix(seen)
			a.dated = true // perhaps: it may have another time now
		}
	}
	s.date(st)
	st.Outlets, st.Lead = max(st.Outlets, 1), true
	if st.Score == 0 {
		st.Score = st.Published.Unix()
	} else {
		st.Event = feeds.EventID(st.ID)
	}
	if a.corrected {
		if err := s.correct(st); err != nil {
			return err
		}
	}
	doc := docAt(st.Published)
	if a.dated {
		var err error
		if doc, err = s.doc(st); err != nil {
			return err
		}
	}
	hidden := 0
	if s.feed.gone {
		hidden = 1
	}
	// OR FAIL: an error takes the transaction back, so that SQLite need not be ready to take
	// back this one statement.
	ins, err := s.stmt(`INSERT OR FAIL INTO story(sid, feed, guid, url, title, author, published, given, updated, seen, summary, lang, categories, enclosures,
		image, comments, words, companies, teaser, hash, read, starred, saved, event, score, kind, doc, hidden, outlets, lead)
		VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,1)`)
	if err != nil {
		return err
	}
	res, err := ins.Exec(st.ID, st.FeedID, st.GUID, st.URL, st.Title, st.Author, st.Published.Unix(), st.Given, unix(st.Updated), st.FirstSeen.Unix(),
		st.Summary, st.Lang, toJSON(st.Categories), toJSON(st.Enclosures), st.Image, st.Comments, st.Words, toJSON(st.Companies), st.Teaser, int64(st.Hash),
		m.Read, m.Starred, m.Saved, st.Event, st.Score, string(st.Kind), doc, hidden, st.Outlets)
	if err != nil {
		return err
	}
	if st.Row, err = res.LastInsertId(); err != nil {
		return err
	}
	if st.HTML != "" || st.Text != "" {
		if err := s.exec("INSERT INTO body(id, html) VALUES(?, ?)", st.Row, s.packed(st)); err != nil {
			return err
		}
	}
	if err := s.tags(st, hidden); err != nil {
		return err
	}
	if s.first == 0 {
		s.first = st.Row
	}
	s.last = st.Row
	return nil
}

// packed is the body of the story that is saved.
func (s *saver) packed(st *feeds.Story) []byte {
	if s.body == nil {
		return packBody(st.HTML, st.Text)
	}
	return s.body
}

// toIndex has the stories that were added wait for the search index. Nobody else adds
// stories during a transaction, so that their rows follow one another.
func (s *saver) toIndex() error {
	if s.first == 0 {
		return nil
	}
	err := s.exec("INSERT OR REPLACE INTO pending(story, edit) SELECT id, random() FROM story WHERE id BETWEEN ? AND ?", s.first, s.last)
	s.first = 0
	return err
}

// name gives a story an id that is free.
func (s *saver) name(st *feeds.Story) error {
	for tries := range 17 {
		st.ID = feeds.Identity(st.FeedURL, st.GUID, tries)
		taken, err := s.row("SELECT 1 FROM story WHERE sid = ?", []any{st.ID}, new(int))
		if err != nil || !taken {
			return err
		}
	}
	return errors.New("no id is free for it")
}

// date gives a story the time that it is ordered by: what the feed says where that can
// be, else when it was seen.
func (s *saver) date(st *feeds.Story) { st.Published = feeds.OrderTime(st.Published, st.FirstSeen) }

// docAt is the key in the search index that a story would have if it were alone.
func docAt(published time.Time) int64 { return max(published.Unix(), 1) }

// doc is a free key in the search index: the second of the publication or, where others
// have that, one soon after it. Stories of one day without a time of day come in
// thousands, so that the search for a free one has to widen quickly.
func (s *saver) doc(st *feeds.Story) (int64, error) {
	at := docAt(st.Published)
	mix := st.Hash | 1
	try := make([]any, 0, 16)
	for width := uint64(1); width < 1<<32; {
		for try = try[:0]; len(try) < cap(try); width *= 4 {
			for range 4 {
				try = append(try, at+int64(mix%width))
				mix = mix*6364136223846793005 + 1442695040888963407 // Knuth's MMIX
				mix ^= mix >> 33
			}
		}
		var free int64
		found, err := s.row(`WITH try(doc) AS (VALUES (?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?),(?))
			SELECT doc FROM try WHERE NOT EXISTS (SELECT 1 FROM story WHERE story.doc = try.doc) LIMIT 1`, try, &free)
		if err != nil || found {
			return free, err
		}
	}
	return 0, errors.New("no key is free for it in the search index")
}

// correct lays what a person said of a story's companies over what was found.
func (s *saver) correct(st *feeds.Story) error {
	said, err := s.row("SELECT 1 FROM correction WHERE sid = ? LIMIT 1", []any{st.ID}, new(int))
	if err != nil || !said {
		return err
	}
	tags, err := corrected(s.tx, st.ID, st.Companies)
	st.Companies = tags
	return err
}

func (s *saver) tags(st *feeds.Story, hidden int) error {
	for _, t := range st.Companies {
		if err := s.exec("INSERT OR IGNORE INTO tagged(company, published, story, score, read, hidden) VALUES(?,?,?,?,?,?)",
			t.Slug, st.Published.Unix(), st.Row, t.Score, st.Mark.Read, hidden > 0); err != nil {
			return err
		}
	}
	return nil
}

func toJSON[T any](list []T) string {
	if len(list) == 0 {
		return ""
	}
	b, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return string(b)
}

func abs(n int64) int64 { return max(n, -n) }
