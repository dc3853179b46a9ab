package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"nightdesk/feeds"
)

// CompanyCounts are the companies of the stories that match, most stories first, with
// the stories of each of the last days if days > 0. For the query that matches
// everything the counts are kept by the database.
func (db *DB) CompanyCounts(ctx context.Context, q feeds.Query, env Env, days, limit int) ([]feeds.CompanyCount, error) {
	if limit <= 0 {
		limit = 10000
	}
	text, args := "SELECT slug, stories, unread FROM company WHERE stories > 0 ORDER BY stories DESC LIMIT ?", []any{limit}
	if q.Root != nil {
		c := &compiler{db: db, ctx: ctx, env: env, alias: "s"}
		cond, err := c.expr(q.Root)
		if err != nil {
			return nil, err
		}
		text = "SELECT t.company, count(*) n, sum(t.read = 0) FROM story s JOIN tagged t ON t.story = s.id WHERE s.hidden = 0 AND (" + cond + ") GROUP BY t.company ORDER BY n DESC, t.company LIMIT ?"
		args = append(c.args, limit)
	}
	rows, err := db.r.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("count companies: %w", db.named(err))
	}
	defer rows.Close()
	watched := make(map[string]bool)
	for _, w := range env.Watched {
		watched[w] = true
	}
	var out []feeds.CompanyCount
	for rows.Next() {
		c := feeds.CompanyCount{}
		if err := rows.Scan(&c.Slug, &c.Stories, &c.Unread); err != nil {
			return nil, err
		}
		c.Watched = watched[c.Slug]
		out = append(out, c)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if days > 0 {
		for i := range out[:min(len(out), 40)] {
			if out[i].Days, err = db.companyDays(ctx, out[i].Slug, days); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (db *DB) companyDays(ctx context.Context, slug string, days int) ([]int, error) {
	now := db.now()
	end := time.Date(now.Year(), now.Month(), now.Day()+1, 0, 0, 0, 0, now.Location()).Unix()
	rows, err := db.r.QueryContext(ctx, "SELECT (? - 1 - published) / 86400 d, count(*) FROM tagged WHERE company = ? AND published >= ? AND published < ? AND hidden = 0 GROUP BY d",
		end, slug, end-int64(days)*86400, end)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := make([]int, days)
	for rows.Next() {
		var d, n int
		if err := rows.Scan(&d, &n); err != nil {
			return nil, err
		}
		if d >= 0 && d < days {
			out[days-1-d] = n
		}
	}
	return out, rows.Err()
}

// Related are the companies that appear most often in the newest stories about one.
func (db *DB) Related(ctx context.Context, slug string, limit int) ([]feeds.CompanyCount, error) {
	rows, err := db.r.QueryContext(ctx, `SELECT o.company, count(*) n FROM (SELECT story FROM tagged WHERE company = ?1 AND hidden = 0 ORDER BY published DESC LIMIT 500) m
		JOIN tagged o ON o.story = m.story WHERE o.company <> ?1 GROUP BY o.company ORDER BY n DESC, o.company LIMIT ?2`, slug, limit)
	if err != nil {
		return nil, fmt.Errorf("find related companies: %w", err)
	}
	defer rows.Close()
	var out []feeds.CompanyCount
	for rows.Next() {
		var c feeds.CompanyCount
		if err := rows.Scan(&c.Slug, &c.Stories); err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// Watch puts a company on the watch-list or takes it off.
func (db *DB) Watch(ctx context.Context, slug string, on bool) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		text := "DELETE FROM watched WHERE company = ?"
		if on {
			text = "INSERT OR IGNORE INTO watched VALUES(?)"
		}
		if _, err := tx.Exec(text, slug); err != nil {
			return err
		}
		return changed(tx)
	})
}

// Watched are the slugs of the watch-list.
func (db *DB) Watched(ctx context.Context) ([]string, error) {
	return db.ids(ctx, "SELECT company FROM watched ORDER BY company")
}

// CorrectTag says that a story is, or is not, about a company; this outlives retagging.
func (db *DB) CorrectTag(ctx context.Context, id string, t feeds.Tag, about bool) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT INTO correction(sid, company, about) VALUES(?,?,?) ON CONFLICT(sid, company) DO UPDATE SET about = excluded.about", id, t.Slug, about); err != nil {
			return err
		}
		s, err := scanStory(tx.QueryRow("SELECT "+columns+" FROM story s JOIN feed f ON f.id = s.feed WHERE s.sid = ?", id))
		if err != nil {
			return fmt.Errorf("%w: %s", ErrNotFound, id)
		}
		tags := make([]feeds.Tag, 0, len(s.Companies)+1)
		for _, old := range s.Companies {
			if old.Slug != t.Slug {
				tags = append(tags, old)
			}
		}
		if about {
			tags = append(tags, t)
		}
		return setTags(tx, &s, tags)
	})
}

// SetTags replaces the companies of a story; what a person corrected stays corrected.
func (db *DB) SetTags(ctx context.Context, stories []feeds.Story) error {
	return db.write(ctx, func(tx *sql.Tx) error {
		for i := range stories {
			s := &stories[i]
			no := make(map[string]bool)
			rows, err := tx.Query("SELECT company, about FROM correction WHERE sid = ?", s.ID)
			if err != nil {
				return err
			}
			for rows.Next() {
				var slug string
				var about bool
				if err := rows.Scan(&slug, &about); err != nil {
					return err
				}
				no[slug] = !about
			}
			rows.Close()
			tags := make([]feeds.Tag, 0, len(s.Companies))
			for _, t := range s.Companies {
				if !no[t.Slug] {
					tags = append(tags, t)
				}
			}
			if err := setTags(tx, s, tags); err != nil {
				return err
			}
		}
		return nil
	})
}

func setTags(tx *sql.Tx, s *feeds.Story, tags []feeds.Tag) error {
	if _, err := tx.Exec("DELETE FROM tagged WHERE story = ?", s.Row); err != nil {
		return err
	}
	for _, t := range tags {
		if _, err := tx.Exec("INSERT OR IGNORE INTO tagged(company, published, story, score, read, hidden) SELECT ?, published, id, ?, read, hidden FROM story WHERE id = ?", t.Slug, t.Score, s.Row); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("UPDATE story SET companies = ? WHERE id = ?", toJSON(tags), s.Row); err != nil {
		return err
	}
	return changed(tx)
}

// LiveStories calls each for the stories published since a time, oldest first, as the
// index of events needs them: without HTML and Text.
func (db *DB) LiveStories(ctx context.Context, since time.Time, each func(feeds.Story) error) error {
	rows, err := db.r.QueryContext(ctx, "SELECT "+columns+" FROM story s CROSS JOIN feed f ON f.id = s.feed WHERE s.hidden = 0 AND s.published >= ? ORDER BY s.published, s.id", since.Unix())
	if err != nil {
		return fmt.Errorf("read live stories: %w", db.named(err))
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanStory(rows)
		if err != nil {
			return err
		}
		if err := each(s); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Event is an event with its stories, the lead first, then by time. An event that nobody
// knows has none and is ErrNotFound.
func (db *DB) Event(ctx context.Context, id string) (feeds.Event, error) {
	ev := feeds.Event{ID: id}
	rows, err := db.r.QueryContext(ctx, "SELECT "+columns+" FROM story s JOIN feed f ON f.id = s.feed WHERE s.event = ? ORDER BY s.lead DESC, s.published, s.id LIMIT 500", id)
	if err != nil {
		return ev, fmt.Errorf("read an event: %w", db.named(err))
	}
	defer rows.Close()
	for rows.Next() {
		s, err := scanStory(rows)
		if err != nil {
			return ev, err
		}
		if ev.First.IsZero() || s.Published.Before(ev.First) {
			ev.First = s.Published
		}
		if s.Published.After(ev.Last) {
			ev.Last = s.Published
		}
		ev.Kind, ev.Outlets, ev.Score = s.Kind, s.Outlets, s.Score
		ev.Stories = append(ev.Stories, s)
	}
	if err := rows.Err(); err != nil {
		return ev, err
	}
	if len(ev.Stories) == 0 {
		return ev, fmt.Errorf("%w of event %s", ErrNotFound, id)
	}
	return ev, nil
}

// SetEvent writes how stories stand in their events.
func (db *DB) SetEvent(ctx context.Context, changes []feeds.EventChange) error {
	if len(changes) == 0 {
		return nil
	}
	return db.write(ctx, func(tx *sql.Tx) error {
		st, err := tx.Prepare("UPDATE story SET event = ?, kind = ?, lead = ?, outlets = ?, score = ? WHERE sid = ?")
		if err != nil {
			return err
		}
		defer st.Close()
		for _, c := range changes {
			if _, err := st.Exec(c.Event, string(c.Kind), c.Lead, c.Outlets, c.Score, c.StoryID); err != nil {
				return fmt.Errorf("store an event: %w", err)
			}
		}
		return changed(tx)
	})
}

// Index moves up to n waiting stories into the search index and returns how many still
// wait. It is work for the background.
func (db *DB) Index(ctx context.Context, n int) (left int, err error) {
	err = db.write(ctx, func(tx *sql.Tx) error {
		rows, err := tx.Query("SELECT id, title, author, text FROM pending ORDER BY id LIMIT ?", n)
		if err != nil {
			return err
		}
		type row struct {
			id                  int64
			title, author, text string
		}
		var todo []row
		for rows.Next() {
			var r row
			if err := rows.Scan(&r.id, &r.title, &r.author, &r.text); err != nil {
				return err
			}
			todo = append(todo, r)
		}
		if err := rows.Err(); err != nil {
			return err
		}
		rows.Close()
		for _, r := range todo {
			if _, err := tx.Exec("DELETE FROM search WHERE rowid = ?", r.id); err != nil {
				return err
			}
			if _, err := tx.Exec("INSERT INTO search(rowid, title, author, text) VALUES(?,?,?,?)", r.id, Spaced(r.title), Spaced(r.author), Spaced(strings.ToValidUTF8(r.text, ""))); err != nil {
				return err
			}
			if _, err := tx.Exec("DELETE FROM pending WHERE id = ?", r.id); err != nil {
				return err
			}
		}
		return tx.QueryRow("SELECT count(*) FROM pending").Scan(&left)
	})
	if err != nil {
		return left, fmt.Errorf("index stories for the search: %w", err)
	}
	return left, nil
}

// Versions are the earlier titles and texts of a story, newest first.
func (db *DB) Versions(ctx context.Context, id string) ([]feeds.Version, error) {
	rows, err := db.r.QueryContext(ctx, "SELECT v.at, v.title, v.html FROM version v JOIN story s ON s.id = v.story WHERE s.sid = ? ORDER BY v.at DESC", id)
	if err != nil {
		return nil, fmt.Errorf("read versions: %w", err)
	}
	defer rows.Close()
	var out []feeds.Version
	for rows.Next() {
		var at int64
		var v feeds.Version
		var html []byte
		if err := rows.Scan(&at, &v.Title, &html); err != nil {
			return nil, err
		}
		v.At, v.HTML = fromUnix(at), unpack(html)
		out = append(out, v)
	}
	return out, rows.Err()
}
