package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"nightdesk/feeds"
)

// maxCompanies bounds how many companies are counted.
const maxCompanies = 10000

// daysOf is for how many companies, the first ones, the days are counted.
const daysOf = 60

// CompanyCounts are the companies of the stories that match, most stories first, with
// the stories of each of the last days if days > 0, for the first of them; limit 0 is
// all. Of all stories the counts are kept by the database; of a query's the newest ten
// thousand stories are counted. The companies have no Name: the store knows slugs.
func (db *DB) CompanyCounts(ctx context.Context, q feeds.Query, env Env, days, limit int) ([]feeds.CompanyCount, error) {
	if limit <= 0 || limit > maxCompanies {
		limit = maxCompanies
	}
	var out []feeds.CompanyCount
	text, args := "SELECT slug, stories, unread FROM company INDEXED BY company_stories WHERE stories > 0 ORDER BY stories DESC LIMIT ?", []any{limit}
	if len(conjuncts(q.Root)) > 0 {
		p, err := db.plan(ctx, feeds.ListRequest{Query: q}, env)
		if err != nil {
			return nil, fmt.Errorf("count companies: %w", err)
		}
		ids, err := p.rowIDs(countUpTo)
		if err != nil {
			return nil, fmt.Errorf("count companies: %w", err)
		}
		text = "SELECT t.company, count(*) n, sum(t.read = 0) FROM json_each(?) j CROSS JOIN tagged t ON t.story = j.value GROUP BY t.company ORDER BY n DESC, t.company LIMIT ?"
		args = []any{jsonIDs(ids), limit}
	}
	err := db.rows(ctx, text, args, func(r scanner) error {
		var c feeds.CompanyCount
		err := r.Scan(&c.Slug, &c.Stories, &c.Unread)
		c.Watched = slices.Contains(env.Watched, c.Slug)
		out = append(out, c)
		return err
	})
	for i := range out[:min(len(out), daysOf)] {
		if err != nil || days <= 0 {
			break
		}
		out[i].Days, err = db.CompanyDays(ctx, out[i].Slug, days)
	}
	if err != nil {
		return nil, fmt.Errorf("count companies: %w", err)
	}
	return out, nil
}

// rowIDs are the keys of the first stories of a plan.
func (p *plan) rowIDs(limit int) ([]int64, error) {
	var ids []int64
	add := func(r scanner) error {
		var id int64
		err := r.Scan(&id)
		ids = append(ids, id)
		return err
	}
	w := walk{down: true, limit: limit}
	if p.branches != nil {
		got, err := p.merge(w)
		for i := range got {
			ids = append(ids, got[i].Row)
		}
		return ids, err
	}
	text, args := p.sql(w, "s.id")
	if err := p.c.db.rows(p.c.ctx, text, args, add); err != nil || p.wait == "" {
		return ids, err
	}
	q := *p
	q.from, q.first, q.args, q.key = "story s", "s.id IN (SELECT value FROM json_each(?))", []any{p.wait}, "s.doc"
	text, args = q.sql(w, "s.id")
	return ids, p.c.db.rows(p.c.ctx, text, args, add)
}

// CompanyDays are a company's stories of each of the last days, the oldest first, today
// (by the clock's own zone) the last.
func (db *DB) CompanyDays(ctx context.Context, slug string, days int) ([]int, error) {
	if days <= 0 {
		return nil, nil
	}
	days = min(days, 3660)
	now := db.now()
	midnight := func(back int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, now.Location())
	}
	out := make([]int, days)
	starts := make([]int64, days+1) // of each day, and of tomorrow: not all have 24 hours
	for i := range starts {
		starts[i] = midnight(days - 1 - i).Unix()
	}
	err := db.rows(ctx, "SELECT published FROM tagged WHERE company = ? AND published >= ? AND published < ? AND hidden = 0", []any{slug, starts[0], starts[days]}, func(r scanner) error {
		var at int64
		if err := r.Scan(&at); err != nil {
			return err
		}
		i, ok := slices.BinarySearch(starts, at)
		if !ok {
			i--
		}
		out[min(max(i, 0), days-1)]++
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the days of %s: %w", slug, err)
	}
	return out, nil
}

// Related are the companies that appear most often in the newest stories about one.
func (db *DB) Related(ctx context.Context, slug string, limit int) ([]feeds.CompanyCount, error) {
	var out []feeds.CompanyCount
	err := db.rows(ctx, `SELECT o.company, count(*) n, sum(o.read = 0) FROM (SELECT story FROM tagged WHERE company = ?1 AND hidden = 0 ORDER BY published DESC LIMIT 500) m
		CROSS JOIN tagged o ON o.story = m.story WHERE o.company <> ?1 GROUP BY o.company ORDER BY n DESC, o.company LIMIT ?2`, []any{slug, limit}, func(r scanner) error {
		var c feeds.CompanyCount
		err := r.Scan(&c.Slug, &c.Stories, &c.Unread)
		out = append(out, c)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find related companies: %w", err)
	}
	return out, nil
}

// Watch puts a company on the watch-list or takes it off.
func (db *DB) Watch(ctx context.Context, slug string, on bool) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		text := "DELETE FROM watched WHERE company = ?"
		if on {
			text = "INSERT OR IGNORE INTO watched VALUES(?)"
		}
		if _, err := tx.Exec(text, slug); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("change the watch-list: %w", err)
	}
	return nil
}

// Watched are the slugs of the watch-list.
func (db *DB) Watched(ctx context.Context) ([]string, error) {
	return db.strings(ctx, "SELECT company FROM watched ORDER BY company")
}

// CorrectTag says that a story is, or is not, about a company; this outlives retagging
// and the story.
func (db *DB) CorrectTag(ctx context.Context, id string, t feeds.Tag, about bool) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		s, err := scanStory(tx.QueryRow("SELECT "+columns+" FROM story s JOIN feed f ON f.id = s.feed WHERE s.sid = ?", id))
		if errors.Is(err, sql.ErrNoRows) {
			return fmt.Errorf("%w: %s", ErrNotFound, id)
		}
		if err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO correction(sid, company, about, name, score) VALUES(?,?,?,?,?) ON CONFLICT(sid, company) DO UPDATE SET about = excluded.about, name = excluded.name, score = excluded.score", id, t.Slug, about, t.Name, t.Score); err != nil {
			return err
		}
		tags, err := corrected(tx, id, s.Companies)
		if err != nil {
			return err
		}
		if err := setTags(tx, s.Row, tags); err != nil {
			return err
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("correct a company: %w", err)
	}
	return nil
}

// SetTags replaces the companies of stories (ID and Companies are read); what a person
// corrected stays corrected. A story that is gone is left out.
func (db *DB) SetTags(ctx context.Context, stories []feeds.Story) error {
	err := db.write(ctx, func(tx *sql.Tx) error {
		for i := range stories {
			s := &stories[i]
			var row int64
			var now string
			err := tx.QueryRow("SELECT id, companies FROM story WHERE sid = ?", s.ID).Scan(&row, &now)
			if errors.Is(err, sql.ErrNoRows) {
				continue
			}
			if err != nil {
				return err
			}
			tags, err := corrected(tx, s.ID, s.Companies)
			if err != nil {
				return err
			}
			if toJSON(tags) == now {
				continue
			}
			if err := setTags(tx, row, tags); err != nil {
				return err
			}
		}
		return changed(tx)
	})
	if err != nil {
		return fmt.Errorf("store companies: %w", err)
	}
	return nil
}

// corrected lays what a person said over the companies that were found in a story.
func corrected(tx *sql.Tx, sid string, found []feeds.Tag) ([]feeds.Tag, error) {
	out := slices.Clone(found)
	said := false
	err := txRows(tx, "SELECT company, about, name, score FROM correction WHERE sid = ?", []any{sid}, func(r scanner) error {
		var t feeds.Tag
		var about bool
		if err := r.Scan(&t.Slug, &about, &t.Name, &t.Score); err != nil {
			return err
		}
		said = true
		has := slices.IndexFunc(out, func(o feeds.Tag) bool { return o.Slug == t.Slug })
		switch {
		case about && has < 0 && t.Name != "":
			out = append(out, t)
		case !about && has >= 0:
			out = slices.Delete(out, has, has+1)
		}
		return nil
	})
	if said {
		slices.SortStableFunc(out, func(a, b feeds.Tag) int { return cmp.Compare(b.Score, a.Score) })
	}
	return out, err
}

func setTags(tx *sql.Tx, row int64, tags []feeds.Tag) error {
	if _, err := tx.Exec("DELETE FROM tagged WHERE story = ?", row); err != nil {
		return err
	}
	for _, t := range tags {
		if _, err := tx.Exec("INSERT OR IGNORE INTO tagged(company, published, story, score, read, hidden) SELECT ?, published, id, ?, read, hidden > 0 FROM story WHERE id = ?", t.Slug, t.Score, row); err != nil {
			return err
		}
	}
	if _, err := tx.Exec("UPDATE story SET companies = ? WHERE id = ?", toJSON(tags), row); err != nil {
		return err
	}
	_, err := tx.Exec(toIndex, row)
	return err
}
