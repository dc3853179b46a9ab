package store

import (
	"context"
	"fmt"
	"time"

	"nightdesk/feeds"
)

// worthOver is the time over which stories a week are counted.
const worthOver = 4 * 7 * 24 * time.Hour

// Worth is what each feed has been to its reader, by the feed's key. It reads indexes
// alone.
func (db *DB) Worth(ctx context.Context) (map[int64]feeds.Worth, error) {
	out := make(map[int64]feeds.Worth)
	now := db.now()
	ask := func(text string, args []any, take func(*feeds.Worth, int, int64)) error {
		return db.rows(ctx, text, args, func(r scanner) error {
			var id, first int64
			var n int
			if err := r.Scan(&id, &n, &first); err != nil {
				return err
			}
			w := out[id]
			take(&w, n, first)
			out[id] = w
			return nil
		})
	}
	err := ask("SELECT feed, sum(published >= ?1), min(published) FROM story INDEXED BY story_feed WHERE hidden = 0 GROUP BY feed", []any{now.Add(-worthOver).Unix()},
		func(w *feeds.Worth, n int, first int64) {
			over := min(max(now.Sub(fromUnix(first)), worthOver/4), worthOver)
			w.PerWeek = float64(n) / (over.Hours() / (7 * 24))
		})
	if err == nil {
		err = ask("SELECT feed, count(*), 0 FROM story INDEXED BY story_starred WHERE starred = 1 GROUP BY feed", nil, func(w *feeds.Worth, n int, _ int64) { w.Starred = n })
	}
	if err == nil {
		err = ask("SELECT feed, count(*), 0 FROM story INDEXED BY story_saved WHERE saved > 0 GROUP BY feed", nil, func(w *feeds.Worth, n int, _ int64) { w.Saved = n })
	}
	if err != nil {
		return nil, fmt.Errorf("tell what feeds are worth: %w", err)
	}
	return out, nil
}
