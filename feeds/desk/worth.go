package desk

import (
	"context"

	"nightdesk/feeds"
)

// Worth is what each feed has been to its reader, by the feed's key.
func (d *Desk) Worth(ctx context.Context) (map[int64]feeds.Worth, error) { return d.db.Worth(ctx) }
