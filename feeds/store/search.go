package store

import (
	"context"
	"database/sql"
	"fmt"
)

// toIndex makes a story wait to be indexed.
const toIndex = "INSERT OR REPLACE INTO pending(story, edit) VALUES(?, random())"

// Index moves up to n waiting stories, the newest first, into the search index and
// returns how many still wait. It is work for the background: each call is one
// transaction, in which nothing else can be written.
func (db *DB) Index(ctx context.Context, n int) (left int, err error) {
	err = db.row(ctx, "SELECT count(*) FROM pending", nil, &left)
	if err != nil || left == 0 {
		return left, err
	}
	// What takes time is done before the writer is asked for.
	type entry struct {
		indexed
		body []string
	}
	var todo []entry
	err = db.rows(ctx, waitingSQL, []any{n}, func(r scanner) error {
		d, err := scanWaiting(r)
		todo = append(todo, entry{d, []string{forIndex(d.text), forIndex(d.title), forIndex(d.author), d.of()}})
		return err
	})
	if err != nil {
		return left, fmt.Errorf("index stories for the search: %w", err)
	}
	err = db.write(ctx, func(tx *sql.Tx) error {
		// OR REPLACE takes out what was indexed before under the same key.
		put, err := tx.Prepare("INSERT OR REPLACE INTO search(rowid, text, title, author, of) VALUES(?,?,?,?,?)")
		if err != nil {
			return err
		}
		defer put.Close()
		// A story that went, or was edited, meanwhile is not what was read.
		is, err := tx.Prepare("DELETE FROM pending WHERE story = ? AND edit = ?")
		if err != nil {
			return err
		}
		defer is.Close()
		for i := range todo {
			d := &todo[i]
			res, err := is.Exec(d.id, d.edit)
			if err != nil {
				return err
			}
			if gone, err := res.RowsAffected(); err != nil || gone == 0 {
				continue
			}
			if _, err := put.Exec(d.doc, d.body[0], d.body[1], d.body[2], d.body[3]); err != nil {
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
