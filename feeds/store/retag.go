package store

import (
	"context"
	"fmt"

	"nightdesk/feeds"
)

// Whole reads stories with their texts, the last to arrive first: at most n of those
// whose Row is below before, 0 for all. Hidden ones are among them.
func (db *DB) Whole(ctx context.Context, before int64, n int) ([]feeds.Story, error) {
	if before <= 0 {
		before = 1<<63 - 1
	}
	out := make([]feeds.Story, 0, n)
	err := db.rows(ctx, "SELECT "+columns+`, coalesce(b.html, x'') FROM story s JOIN feed f ON f.id = s.feed LEFT JOIN body b ON b.id = s.id
		WHERE s.id < ? ORDER BY s.id DESC LIMIT ?`, []any{before, n}, func(r scanner) error {
		var body []byte
		s, err := scanStory(r, &body)
		s.HTML, s.Text = unpackBody(body)
		out = append(out, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read whole stories: %w", err)
	}
	return out, nil
}
