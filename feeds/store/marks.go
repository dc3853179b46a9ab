package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"nightdesk/feeds"
)

// Mark changes marks of stories and returns those that it changed as they were.
func (db *DB) Mark(ctx context.Context, ids []string, c feeds.Change) ([]feeds.MarkBefore, error) {
	var before []feeds.MarkBefore
	err := db.write(ctx, func(tx *sql.Tx) error {
		before = before[:0]
		for _, id := range ids {
			old, ok, err := markOf(tx, id)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("%w: %s", ErrNotFound, id)
			}
			now := old
			if c.Read != nil {
				now.Read = *c.Read
			}
			if c.Starred != nil {
				now.Starred = *c.Starred
			}
			if c.Position != nil {
				now.Position = *c.Position
			}
			if now == old {
				continue
			}
			if err := setMark(tx, id, now); err != nil {
				return err
			}
			if now.Read != old.Read || now.Starred != old.Starred {
				before = append(before, feeds.MarkBefore{ID: id, Mark: old})
			}
		}
		return changed(tx)
	})
	if err != nil {
		return nil, fmt.Errorf("mark stories: %w", err)
	}
	return before, nil
}

// MarkQuery changes the marks of all stories that match.
func (db *DB) MarkQuery(ctx context.Context, q feeds.Query, env Env, c feeds.Change) ([]feeds.MarkBefore, error) {
	stories, err := db.List(ctx, feeds.ListRequest{Query: q}, env)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(stories))
	for i := range stories {
		m := &stories[i].Mark
		if c.Read != nil && *c.Read != m.Read || c.Starred != nil && *c.Starred != m.Starred {
			ids = append(ids, stories[i].ID)
		}
	}
	return db.Mark(ctx, ids, c)
}

// Restore puts marks back as they were.
func (db *DB) Restore(ctx context.Context, before []feeds.MarkBefore) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		for _, b := range before {
			now, ok, err := markOf(tx, b.ID)
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			now.Read, now.Starred = b.Mark.Read, b.Mark.Starred
			if err := setMark(tx, b.ID, now); err != nil {
				return err
			}
		}
		return changed(tx)
	})
}

func markOf(tx *sql.Tx, sid string) (m feeds.Mark, ok bool, err error) {
	err = tx.QueryRow(`SELECT s.read, s.starred, s.saved, coalesce(m.error, ''), coalesce(m.position, 0)
		FROM story s LEFT JOIN mark m ON m.sid = s.sid WHERE s.sid = ?`, sid).Scan(&m.Read, &m.Starred, &m.Saved, &m.SaveError, &m.Position)
	if errors.Is(err, sql.ErrNoRows) {
		return m, false, nil
	}
	return m, err == nil, err
}

func setMark(tx *sql.Tx, sid string, m feeds.Mark) error {
	_, err := tx.Exec(`INSERT INTO mark(sid, read, starred, saved, error, position, seen)
		VALUES(?1, ?2, ?3, ?4, ?5, ?6, coalesce((SELECT seen FROM story WHERE sid = ?1), 0))
		ON CONFLICT(sid) DO UPDATE SET read = excluded.read, starred = excluded.starred, saved = excluded.saved, error = excluded.error, position = excluded.position`,
		sid, m.Read, m.Starred, m.Saved, m.SaveError, m.Position)
	if err != nil {
		return err
	}
	_, err = tx.Exec("UPDATE story SET read = ?, starred = ?, saved = ? WHERE sid = ? AND (read <> ?1 OR starred <> ?2 OR saved <> ?3)", m.Read, m.Starred, m.Saved, sid)
	return err
}

// Hide takes stories out of all lists but is:hidden, or puts them back.
func (db *DB) Hide(ctx context.Context, ids []string, on bool) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.Exec("UPDATE story SET hidden = ? WHERE sid = ? AND hidden <> 1", map[bool]int{true: 2, false: 0}[on], id); err != nil {
				return err
			}
		}
		return changed(tx)
	})
}

// Queue notes that stories are to be kept offline.
func (db *DB) Queue(ctx context.Context, ids []string) error {
	return db.setSaved(ctx, ids, feeds.Queued, "")
}

// SaveFailed notes why a story could not be kept.
func (db *DB) SaveFailed(ctx context.Context, id, why string) error {
	return db.setSaved(ctx, []string{id}, feeds.Broken, why)
}

func (db *DB) setSaved(ctx context.Context, ids []string, to feeds.Saved, why string) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		for _, id := range ids {
			m, ok, err := markOf(tx, id)
			if err != nil {
				return err
			}
			if !ok {
				return fmt.Errorf("%w: %s", ErrNotFound, id)
			}
			m.Saved, m.SaveError = to, why
			if err := setMark(tx, id, m); err != nil {
				return err
			}
		}
		return changed(tx)
	})
}

// QueuedSaves are the ids of the stories that are asked for and not on disk yet.
func (db *DB) QueuedSaves(ctx context.Context) ([]string, error) {
	return db.ids(ctx, "SELECT sid FROM story WHERE saved IN (?, ?) ORDER BY published", feeds.Queued, feeds.Broken)
}

func (db *DB) ids(ctx context.Context, text string, args ...any) ([]string, error) {
	rows, err := db.r.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// SaveArticle stores a saved article and the folder that holds it, and marks its story
// kept.
func (db *DB) SaveArticle(ctx context.Context, id string, a *feeds.Article, dir string) error {
	return db.putArticle(ctx, id, a, dir, true)
}

// FullText stores the text that was fetched from a story's page.
func (db *DB) FullText(ctx context.Context, id string, a *feeds.Article) error {
	return db.putArticle(ctx, id, a, "", false)
}

func (db *DB) putArticle(ctx context.Context, id string, a *feeds.Article, dir string, saved bool) error {
	slim := *a
	slim.Pictures = make([]feeds.Picture, len(a.Pictures))
	for i, p := range a.Pictures {
		p.Data = nil
		slim.Pictures[i] = p
	}
	b, err := json.Marshal(&slim)
	if err != nil {
		return err
	}
	err = db.write(ctx, func(tx *sql.Tx) error {
		m, ok, err := markOf(tx, id)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%w: %s", ErrNotFound, id)
		}
		if _, err := tx.Exec(`INSERT INTO article(sid, article, dir, saved) VALUES(?,?,?,?)
			ON CONFLICT(sid) DO UPDATE SET article = excluded.article, dir = CASE excluded.saved WHEN 1 THEN excluded.dir ELSE dir END, saved = max(saved, excluded.saved)`,
			id, pack(string(b)), dir, saved); err != nil {
			return err
		}
		if saved {
			m.Saved, m.SaveError = feeds.Kept, ""
			if err := setMark(tx, id, m); err != nil {
				return err
			}
		}
		whole := a.Source == "page" && !a.Teaser
		if _, err := tx.Exec("UPDATE story SET whole = max(whole, ?), words = CASE WHEN ? > 0 THEN ? ELSE words END WHERE sid = ?", whole, a.Words, a.Words, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO pending(id, title, author, text) SELECT id, title, author, ? FROM story WHERE sid = ?
			ON CONFLICT(id) DO UPDATE SET text = excluded.text`, a.Excerpt+"\n"+a.Markdown, id); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("store the article: %w", err)
	}
	return nil
}

// ArticleOf is the article that was saved, or fetched, for a story, and the folder of a
// saved one. Without one it returns ErrNotFound.
func (db *DB) ArticleOf(ctx context.Context, id string) (*feeds.Article, string, error) {
	var b []byte
	var dir string
	err := db.r.QueryRowContext(ctx, "SELECT article, dir FROM article WHERE sid = ?", id).Scan(&b, &dir)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", fmt.Errorf("%w with a saved article: %s", ErrNotFound, id)
	}
	if err != nil {
		return nil, "", fmt.Errorf("read a saved article: %w", err)
	}
	var a feeds.Article
	if err := json.Unmarshal([]byte(unpack(b)), &a); err != nil {
		return nil, "", fmt.Errorf("read a saved article: %w", err)
	}
	return &a, dir, nil
}

// Unsave lets a saved story go; the fetched text stays until the story expires. It
// returns the folder that held it.
func (db *DB) Unsave(ctx context.Context, id string) (dir string, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		m, ok, err := markOf(tx, id)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%w: %s", ErrNotFound, id)
		}
		if err := tx.QueryRow("SELECT dir FROM article WHERE sid = ?", id).Scan(&dir); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.Exec("UPDATE article SET saved = 0, dir = '' WHERE sid = ?", id); err != nil {
			return err
		}
		m.Saved, m.SaveError = feeds.NotSaved, ""
		if err := setMark(tx, id, m); err != nil {
			return err
		}
		return changed(tx)
	})
	return dir, err
}

// AddPage stores a page that no feed brought, so that it can be saved, and returns its
// story. If a story with this link is there it is that one.
func (db *DB) AddPage(ctx context.Context, s feeds.Story) (feeds.Story, error) {
	if old, err := db.StoryByURL(ctx, s.URL); err == nil {
		return old, nil
	}
	err := db.write(ctx, func(tx *sql.Tx) error {
		id, err := savedFeed(tx)
		if err != nil {
			return err
		}
		sv, err := newSaver(tx, db.now())
		if err != nil {
			return err
		}
		defer sv.close()
		s.FeedID, s.FeedURL = id, SavedFeed
		if s.FeedTitle == "" {
			s.FeedTitle = "Saved pages"
		}
		_, err = sv.save(&s)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("store the page %s: %w", s.URL, err)
	}
	return s, nil
}
