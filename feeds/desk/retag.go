package desk

import (
	"context"
	"encoding/json"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/refresh"
)

// retagKey is where it is kept how far the stories have been tagged anew.
const retagKey = "retag"

// retagPart is how many stories are tagged between two looks at whether to stop: a write
// of so many takes some milliseconds, and nobody waits for longer.
const retagPart = 50

// retagged is how far the stored stories have been tagged by a version of the list.
type retagged struct {
	Version string // of the list, with a person's changes, and of the rules
	Before  int64  // stories from this row on are done; 0: none is
	Done    bool
}

// Retag tags the stored stories anew if the list of companies, a person's changes to it
// or the rules are not those that they were tagged by, the last to arrive first. It can
// be stopped at any time and goes on where it was. What a person said about a story
// stays. It gives the number of stories looked at.
func (d *Desk) Retag(ctx context.Context) (int, error) {
	if d.db.ReadOnly() {
		return 0, nil
	}
	d.retagging.Lock()
	defer d.retagging.Unlock()
	text, err := d.db.Get(ctx, retagKey)
	if err != nil {
		return 0, err
	}
	var at retagged
	version := d.list().Version()
	if json.Unmarshal([]byte(text), &at) != nil || at.Version != version {
		at = retagged{Version: version}
	}
	return d.retag(ctx, at, d.tagger())
}

func (d *Desk) retag(ctx context.Context, at retagged, tagger refresh.Tagger) (int, error) {
	seen := 0
	for !at.Done {
		part, err := d.db.Whole(ctx, at.Before, retagPart)
		if err != nil {
			return seen, err
		}
		changed := part[:0]
		for i := range part {
			s := &part[i]
			at.Before = s.Row
			old := s.Companies
			if s.Companies = tagger.Tag(s); !sameTags(old, s.Companies) {
				changed = append(changed, feeds.Story{ID: s.ID, Companies: s.Companies})
			}
		}
		at.Done = len(part) < retagPart
		if len(changed) > 0 {
			if err := d.db.SetTags(ctx, changed); err != nil {
				return seen, err
			}
		}
		note, err := json.Marshal(at)
		if err != nil {
			return seen, err
		}
		if err := d.db.Set(ctx, retagKey, string(note)); err != nil {
			return seen, err
		}
		seen += len(part)
		if at.Done {
			break
		}
		select {
		case <-time.After(5 * time.Millisecond): // let others write
		case <-ctx.Done():
			return seen, ctx.Err()
		}
	}
	return seen, nil
}

func sameTags(a, b []feeds.Tag) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
