package store

import (
	"database/sql"
	"fmt"
	"testing"

	"nightdesk/feeds"
)

// TestCheckAfterMerge: what is sound is not called damaged because the search index was
// merged after this connection had searched.
func TestCheckAfterMerge(t *testing.T) {
	d := newDesk(t)
	d.bound.Load().r.SetMaxOpenConns(1)
	for part := range 3 {
		var list []feeds.Story
		for i := range 60 {
			list = append(list, story(fmt.Sprintf("zebra %d %d", part, i), at(-part*100-i), text(fmt.Sprintf("w%d x%d y%d", i, part*i, part*100+i))))
		}
		d.save(gazette, list...)
		d.index()
		d.find(word("zebra"))
		if _, err := d.Check(ctx); err != nil {
			t.Fatal(err)
		}
	}
	d.must(d.write(ctx, func(tx *sql.Tx) error {
		_, err := tx.Exec("INSERT INTO search(search) VALUES('optimize')")
		return err
	}))
	if _, err := d.Check(ctx); err != nil {
		t.Fatal(err)
	}
}
