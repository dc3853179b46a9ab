package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"

	"nightdesk/feeds"
)

// SaveStories stores what fetches brought, all in one transaction. A story is told by
// its feed and guid; one whose guid changed but whose link did not is the same story;
// one that another feed of the database has already (by its link) is not stored again.
// A story that has been here before gets back its marks and the time it was first seen.
func (db *DB) SaveStories(ctx context.Context, batches []feeds.Batch) ([]feeds.Arrival, error) {
	out := make([]feeds.Arrival, len(batches))
	err := db.write(ctx, func(tx *sql.Tx) error {
		s, err := newSaver(tx, db.now())
		if err != nil {
			return err
		}
		defer s.close()
		for i := range batches {
			b := &batches[i]
			out[i] = feeds.Arrival{FeedID: b.FeedID}
			var url, title string
			if err := tx.QueryRow("SELECT url, title FROM feed WHERE id = ?", b.FeedID).Scan(&url, &title); err != nil {
				return fmt.Errorf("store the stories of feed %d: %w", b.FeedID, err)
			}
			if title == "" {
				title = b.Meta.Title
			}
			if err := saveState(tx, b.FeedID, b.State, b.Meta); err != nil {
				return fmt.Errorf("store the state of %s: %w", url, err)
			}
			if err := saveItems(tx, b.FeedID, b.ItemHashes); err != nil {
				return err
			}
			for k := range b.Stories {
				st := b.Stories[k]
				st.FeedID, st.FeedURL, st.FeedTitle = b.FeedID, url, title
				what, err := s.save(&st)
				if err != nil {
					return fmt.Errorf("store %q of %s: %w", st.Title, url, err)
				}
				switch what {
				case isNew:
					out[i].New = append(out[i].New, st)
				case isChanged:
					out[i].Changed = append(out[i].Changed, st)
				default:
					out[i].Same++
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type outcome uint8

const (
	isSame outcome = iota
	isNew
	isChanged
)

// saver holds the prepared statements of one transaction.
type saver struct {
	tx                                                      *sql.Tx
	now                                                     time.Time
	byGUID, byURL, insert, body, pending, mark, tag, update *sql.Stmt
}

func newSaver(tx *sql.Tx, now time.Time) (*saver, error) {
	s := &saver{tx: tx, now: now}
	for to, text := range map[**sql.Stmt]string{
		&s.byGUID: "SELECT id, sid, hash, title, url FROM story WHERE feed = ? AND guid = ?",
		&s.byURL:  "SELECT id, sid, hash, title, feed FROM story WHERE url = ? LIMIT 1",
		&s.insert: `INSERT INTO story(sid, feed, guid, url, title, author, published, given, updated, seen, summary, lang, categories, enclosures,
			image, comments, words, companies, teaser, hash, read, starred, saved, score, kind)
			VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT(sid) DO NOTHING RETURNING id`,
		&s.body:    "INSERT INTO body(id, html) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET html = excluded.html",
		&s.pending: "INSERT INTO pending(id, title, author, text) VALUES(?,?,?,?) ON CONFLICT(id) DO UPDATE SET title = excluded.title, author = excluded.author, text = excluded.text",
		&s.mark:    "SELECT read, starred, saved, error, position, seen FROM mark WHERE sid = ?",
		&s.tag:     "INSERT OR IGNORE INTO tagged(company, published, story, score, read) VALUES(?,?,?,?,?)",
		&s.update: `UPDATE story SET title = ?, author = ?, summary = ?, lang = ?, categories = ?, enclosures = ?, image = ?, comments = ?, words = ?,
			url = ?, guid = ?, companies = ?, teaser = ?, hash = ?, updated = ? WHERE id = ?`,
	} {
		st, err := tx.Prepare(text)
		if err != nil {
			s.close()
			return nil, err
		}
		*to = st
	}
	return s, nil
}

func (s *saver) close() {
	for _, st := range []*sql.Stmt{s.byGUID, s.byURL, s.insert, s.body, s.pending, s.mark, s.tag, s.update} {
		if st != nil {
			_ = st.Close()
		}
	}
}

func (s *saver) save(st *feeds.Story) (outcome, error) {
	var id, hash, feed int64
	var sid, title, url string
	err := s.byGUID.QueryRow(st.FeedID, st.GUID).Scan(&id, &sid, &hash, &title, &url)
	if errors.Is(err, sql.ErrNoRows) && st.URL != "" {
		err = s.byURL.QueryRow(st.URL).Scan(&id, &sid, &hash, &title, &feed)
		if err == nil && feed != st.FeedID {
			return isSame, nil // another feed of the outlet has it
		}
	}
	switch {
	case err == nil:
		st.ID, st.Row = sid, id
		if uint64(hash) == st.Hash {
			return isSame, nil
		}
		return isChanged, s.change(st, title)
	case !errors.Is(err, sql.ErrNoRows):
		return isSame, err
	}
	return isNew, s.add(st)
}

func (s *saver) add(st *feeds.Story) error {
	st.FirstSeen = s.now.UTC().Truncate(time.Second)
	for tries := 0; ; tries++ {
		st.ID = feeds.Identity(st.FeedURL, st.GUID, tries)
		seen := int64(0)
		m := &st.Mark
		err := s.mark.QueryRow(st.ID).Scan(&m.Read, &m.Starred, &m.Saved, &m.SaveError, &m.Position, &seen)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if seen > 0 {
			st.FirstSeen = fromUnix(seen)
		}
		if st.Published.IsZero() || st.Published.After(st.FirstSeen.Add(24*time.Hour)) || st.Published.Year() < 1980 {
			st.Published = st.FirstSeen
		}
		st.Published = st.Published.UTC().Truncate(time.Second)
		if st.Outlets == 0 {
			st.Outlets = 1
		}
		st.Lead = true
		if st.Score == 0 {
			st.Score = st.Published.Unix()
		}
		err = s.insert.QueryRow(st.ID, st.FeedID, st.GUID, st.URL, st.Title, st.Author, st.Published.Unix(), st.Given, unix(st.Updated), st.FirstSeen.Unix(),
			st.Summary, st.Lang, toJSON(st.Categories), toJSON(st.Enclosures), st.Image, st.Comments, st.Words, toJSON(st.Companies), st.Teaser, int64(st.Hash),
			m.Read, m.Starred, m.Saved, st.Score, st.Kind).Scan(&st.Row)
		if errors.Is(err, sql.ErrNoRows) && tries < 8 {
			continue // another story has this id
		}
		if err != nil {
			return err
		}
		break
	}
	if st.HTML != "" {
		if _, err := s.body.Exec(st.Row, pack(st.HTML)); err != nil {
			return err
		}
	}
	if err := s.tags(st); err != nil {
		return err
	}
	return s.index(st)
}

func (s *saver) index(st *feeds.Story) error {
	text := st.Text
	if text == "" {
		text = st.Summary
	}
	_, err := s.pending.Exec(st.Row, st.Title, st.Author, text)
	return err
}

func (s *saver) tags(st *feeds.Story) error {
	for _, t := range st.Companies {
		if _, err := s.tag.Exec(t.Slug, st.Published.Unix(), st.Row, t.Score, st.Mark.Read); err != nil {
			return err
		}
	}
	return nil
}

// keepVersions is how many older versions of a story are kept.
const keepVersions = 5

func (s *saver) change(st *feeds.Story, oldTitle string) error {
	var published int64
	var read bool
	if err := s.tx.QueryRow("SELECT published, read FROM story WHERE id = ?", st.Row).Scan(&published, &read); err != nil {
		return err
	}
	st.Published, st.Mark.Read = fromUnix(published), read
	var old []byte
	err := s.tx.QueryRow("SELECT html FROM body WHERE id = ?", st.Row).Scan(&old)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if oldHTML := unpack(old); oldTitle != st.Title || oldHTML != st.HTML {
		st.Updated = s.now.UTC()
		if _, err := s.tx.Exec("INSERT INTO version(story, at, title, html) VALUES(?,?,?,?)", st.Row, s.now.Unix(), oldTitle, orEmpty(old)); err != nil {
			return err
		}
		if _, err := s.tx.Exec("DELETE FROM version WHERE story = ? AND rowid NOT IN (SELECT rowid FROM version WHERE story = ? ORDER BY at DESC LIMIT ?)", st.Row, st.Row, keepVersions); err != nil {
			return err
		}
	}
	if _, err := s.update.Exec(st.Title, st.Author, st.Summary, st.Lang, toJSON(st.Categories), toJSON(st.Enclosures), st.Image, st.Comments, st.Words,
		st.URL, st.GUID, toJSON(st.Companies), st.Teaser, int64(st.Hash), unix(st.Updated), st.Row); err != nil {
		return err
	}
	if _, err := s.body.Exec(st.Row, pack(st.HTML)); err != nil {
		return err
	}
	if _, err := s.tx.Exec("DELETE FROM tagged WHERE story = ?", st.Row); err != nil {
		return err
	}
	if err := s.tags(st); err != nil {
		return err
	}
	if err := s.index(st); err != nil {
		return err
	}
	return changed(s.tx)
}

func orEmpty(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func toJSON(v any) string {
	switch v := v.(type) {
	case []string:
		if len(v) == 0 {
			return ""
		}
	case []feeds.Tag:
		if len(v) == 0 {
			return ""
		}
	case []feeds.Enclosure:
		if len(v) == 0 {
			return ""
		}
	}
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

// Texts are kept compressed (Zstandard, RFC 8878): HTML of 4 KB takes a third of that.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithWindowSize(128<<10))
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxText))
		return d
	})
)

// maxText bounds a stored text once it is unpacked.
const maxText = 64 << 20

func pack(s string) []byte { return encoder().EncodeAll([]byte(s), []byte{}) }

// unpack gives "" for what is damaged: a text that cannot be read must not keep its
// story from being listed.
func unpack(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	out, err := decoder().DecodeAll(b, nil)
	if err != nil {
		return ""
	}
	return string(out)
}
