package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"nightdesk/feeds"
)

// Queue notes that stories are to be kept offline. What is kept already stays so.
func (db *DB) Queue(ctx context.Context, ids []string) error {
	return db.setSaved(ctx, ids, feeds.Queued, "")
}

// SaveFailed notes why a story could not be kept. What is kept already stays so.
func (db *DB) SaveFailed(ctx context.Context, id, why string) error {
	return db.setSaved(ctx, []string{id}, feeds.Broken, why)
}

func (db *DB) setSaved(ctx context.Context, ids []string, to feeds.Saved, why string) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		m, err := newMarker(tx)
		if err != nil {
			return err
		}
		defer m.close()
		for _, id := range ids {
			old, err := m.get(id)
			if err != nil {
				return err
			}
			if old.Saved == feeds.Kept {
				continue // a second try that fails must not lose the first
			}
			now := old
			now.Saved, now.SaveError = to, why
			if err := m.put(id, old, now); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("note what is to be saved: %w", err)
	}
	return nil
}

// QueuedSaves are the ids of the stories that are asked for and not on disk yet, the
// oldest first.
func (db *DB) QueuedSaves(ctx context.Context) ([]string, error) {
	return db.strings(ctx, "SELECT sid FROM story INDEXED BY story_saved WHERE saved > 0 AND saved IN (?, ?) ORDER BY published, id", feeds.Queued, feeds.Broken)
}

func (db *DB) strings(ctx context.Context, text string, args ...any) ([]string, error) {
	var out []string
	err := db.rows(ctx, text, args, func(r scanner) error {
		var s string
		err := r.Scan(&s)
		out = append(out, s)
		return err
	})
	return out, err
}

// SaveArticle stores a saved article and the folder that holds it, and marks its story
// kept. The data of pictures is not stored: it is in the folder.
func (db *DB) SaveArticle(ctx context.Context, id string, a *feeds.Article, dir string) error {
	return db.putArticle(ctx, id, a, dir, true)
}

// FullText stores the text that was fetched from a story's page. A saved article stays
// as it was saved.
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
		return fmt.Errorf("store the article: %w", err)
	}
	packed := pack(string(b))
	err = db.write(ctx, func(tx *sql.Tx) error {
		m, err := newMarker(tx)
		if err != nil {
			return err
		}
		defer m.close()
		old, err := m.get(id)
		if err != nil {
			return err
		}
		text := "INSERT INTO article(sid, article, dir, saved) VALUES(?, ?, '', 0) ON CONFLICT(sid) DO UPDATE SET article = excluded.article WHERE saved = 0"
		args := []any{id, packed}
		if saved {
			text = "INSERT INTO article(sid, article, dir, saved) VALUES(?, ?, ?, 1) ON CONFLICT(sid) DO UPDATE SET article = excluded.article, dir = excluded.dir, saved = 1"
			args = append(args, dir)
		}
		if _, err := tx.Exec(text, args...); err != nil {
			return err
		}
		if saved {
			now := old
			now.Saved, now.SaveError = feeds.Kept, ""
			if err := m.put(id, old, now); err != nil {
				return err
			}
		}
		whole := a.Source == "page" && !a.Teaser
		if _, err := tx.Exec("UPDATE story SET whole = max(whole, ?), words = CASE WHEN ?2 > 0 THEN ?2 ELSE words END WHERE sid = ?3", whole, a.Words, id); err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT OR REPLACE INTO pending(story, edit) SELECT id, random() FROM story WHERE sid = ?", id); err != nil {
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
	err := db.row(ctx, "SELECT article, dir FROM article WHERE sid = ?", []any{id}, &b, &dir)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, "", fmt.Errorf("%w with a saved article: %s", ErrNotFound, id)
	}
	if err != nil {
		return nil, "", fmt.Errorf("read a saved article: %w", err)
	}
	var a feeds.Article
	if err := json.Unmarshal([]byte(unpack(b)), &a); err != nil {
		return nil, "", fmt.Errorf("read the saved article of %s: %w", id, err)
	}
	return &a, dir, nil
}

// Unsave lets a saved story go; the fetched text stays until the story expires. It
// returns the folder that held it, "" if none did.
func (db *DB) Unsave(ctx context.Context, id string) (dir string, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		m, err := newMarker(tx)
		if err != nil {
			return err
		}
		defer m.close()
		old, err := m.get(id)
		if err != nil {
			return err
		}
		if err := tx.QueryRow("SELECT dir FROM article WHERE sid = ?", id).Scan(&dir); err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if _, err := tx.Exec("UPDATE article SET saved = 0, dir = '' WHERE sid = ?", id); err != nil {
			return err
		}
		now := old
		now.Saved, now.SaveError = feeds.NotSaved, ""
		if err := m.put(id, old, now); err != nil {
			return err
		}
		// A page that no feed brought was there to be saved, and for nothing else.
		if _, err := tx.Exec("UPDATE story SET hidden = hidden | 1 WHERE sid = ? AND feed IN (SELECT id FROM feed WHERE url = ?)", id, SavedFeed); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return "", fmt.Errorf("let a saved story go: %w", err)
	}
	return dir, nil
}

// AddPage stores a page that no feed brought, so that it can be saved, and returns its
// story. If a story with this link is there it is that one.
func (db *DB) AddPage(ctx context.Context, s feeds.Story) (feeds.Story, error) {
	old, err := db.StoryByURL(ctx, s.URL)
	if err == nil && old.FeedURL != SavedFeed {
		return old, nil
	}
	err = db.write(ctx, func(tx *sql.Tx) error {
		id, err := savedFeed(tx)
		if err != nil {
			return err
		}
		sv := newSaver(tx, db.now())
		defer sv.close()
		if err := sv.enter(id); err != nil {
			return err
		}
		if s.GUID == "" {
			s.GUID = s.URL
		}
		if _, err := sv.save(&s); err != nil {
			return err
		}
		if err := sv.toIndex(); err != nil {
			return err
		}
		if _, err := tx.Exec("UPDATE story SET hidden = 0 WHERE id = ? AND hidden & 1 = 1", s.Row); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return s, fmt.Errorf("store the page %s: %w", s.URL, err)
	}
	return s, nil
}
