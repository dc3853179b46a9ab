package store

import (
	"context"
	"database/sql"
	"errors"
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

// TagName is how the newest story about a company names it, "" if there is none.
func (db *DB) TagName(ctx context.Context, slug string) (string, error) {
	var text string
	err := db.row(ctx, "SELECT s.companies FROM tagged t JOIN story s ON s.id = t.story WHERE t.company = ? ORDER BY t.published DESC LIMIT 1", []any{slug}, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("read the name of a company: %w", err)
	}
	var tags []feeds.Tag
	fromJSON(text, &tags)
	for _, t := range tags {
		if t.Slug == slug {
			return t.Name, nil
		}
	}
	return "", nil
}
