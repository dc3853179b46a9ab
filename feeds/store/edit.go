package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"nightdesk/feeds"
)

// keepVersions is how many earlier versions of a story are kept.
const keepVersions = 8

// change stores what an edited story says now. What a reader would not notice (a counter
// in the text, an address of a picture) is taken over in silence.
func (s *saver) change(st *feeds.Story, k *known) (outcome, error) {
	var published, updated, seen int64
	var whole bool
	var hidden, words int
	m := &st.Mark
	if _, err := s.row("SELECT published, updated, seen, read, starred, saved, whole, hidden, words, event, outlets, kind, lead, score FROM story WHERE id = ?", []any{k.id},
		&published, &updated, &seen, &m.Read, &m.Starred, &m.Saved, &whole, &hidden, &words, &st.Event, &st.Outlets, &st.Kind, &st.Lead, &st.Score); err != nil {
		return isSame, err
	}
	st.Published, st.FirstSeen, st.Full = fromUnix(published), fromUnix(seen), whole
	if whole {
		st.Words = words // of the page's text
	}
	var old []byte
	if _, err := s.row("SELECT html FROM body WHERE id = ?", []any{k.id}, &old); err != nil {
		return isSame, err
	}
	_, oldText := unpackBody(old)
	text := st.Text
	if text == "" {
		text = bare(st.HTML)
	}
	retitled := !sameWords(k.title, st.Title)
	edited := retitled || matters(oldText, text)
	if edited {
		st.Updated = s.now
		if old == nil {
			old = []byte{}
		}
		if err := s.exec("INSERT INTO version(story, at, title, html) VALUES(?,?,?,?)", k.id, s.now.Unix(), k.title, old); err != nil {
			return isSame, err
		}
		if err := s.exec("DELETE FROM version WHERE story = ?1 AND rowid NOT IN (SELECT rowid FROM version WHERE story = ?1 ORDER BY at DESC, rowid DESC LIMIT ?2)", k.id, keepVersions); err != nil {
			return isSame, err
		}
	} else {
		st.Updated = fromUnix(updated)
	}
	if err := s.correct(st); err != nil {
		return isSame, err
	}
	if err := s.exec(`UPDATE story SET title = ?, author = ?, summary = ?, lang = ?, categories = ?, enclosures = ?, image = ?, comments = ?, words = ?,
		url = ?, guid = ?, companies = ?, teaser = ?, hash = ?, updated = ? WHERE id = ?`,
		st.Title, st.Author, st.Summary, st.Lang, toJSON(st.Categories), toJSON(st.Enclosures), st.Image, st.Comments, st.Words,
		st.URL, st.GUID, toJSON(st.Companies), st.Teaser, int64(st.Hash), unix(st.Updated), k.id); err != nil {
		return isSame, err
	}
	if err := s.exec("INSERT INTO body(id, html) VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET html = excluded.html", k.id, s.packed(st)); err != nil {
		return isSame, err
	}
	if err := s.exec("DELETE FROM tagged WHERE story = ?", k.id); err != nil {
		return isSame, err
	}
	if err := s.tags(st, hidden); err != nil {
		return isSame, err
	}
	if err := s.exec(toIndex, k.id); err != nil {
		return isSame, err
	}
	if !edited {
		return isSame, nil
	}
	return isChanged, nil
}

// Versions are the earlier titles and texts of a story, newest first.
func (db *DB) Versions(ctx context.Context, id string) ([]feeds.Version, error) {
	var out []feeds.Version
	err := db.rows(ctx, "SELECT v.at, v.title, v.html FROM version v JOIN story s ON s.id = v.story WHERE s.sid = ? ORDER BY v.at DESC, v.rowid DESC", []any{id}, func(r scanner) error {
		var at int64
		var v feeds.Version
		var body []byte
		if err := r.Scan(&at, &v.Title, &body); err != nil {
			return err
		}
		v.At = fromUnix(at)
		v.HTML, _ = unpackBody(body)
		out = append(out, v)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of a story: %w", err)
	}
	return out, nil
}

// maxCompared bounds how much of a text is compared, in words.
const maxCompared = 20000

// matters reports whether a reader would notice that one text became the other: more
// than three words came or went, and more than two in a hundred.
func matters(old, new string) bool {
	if old == new {
		return false
	}
	a, b := wordsOf(Spaced(old), maxCompared), wordsOf(Spaced(new), maxCompared)
	n := make(map[string]int, len(a))
	for _, w := range a {
		n[w]++
	}
	for _, w := range b {
		n[w]--
	}
	differ := 0
	for w, d := range n {
		if strings.ContainsFunc(w, unicode.IsLetter) { // counters count for nothing
			differ += max(d, -d)
		}
	}
	return differ > 3 && differ*100 > 2*max(len(a), len(b))
}

// sameWords reports whether two titles differ in no more than case, blanks and marks.
func sameWords(a, b string) bool {
	if a == b {
		return true
	}
	return strings.Join(wordsOf(a, 1000), " ") == strings.Join(wordsOf(b, 1000), " ")
}

// similar reports whether two titles share most of their words.
func similar(a, b string) bool {
	if sameWords(a, b) {
		return true
	}
	x, y := wordsOf(a, 1000), wordsOf(b, 1000)
	has := make(map[string]bool, len(x))
	for _, w := range x {
		has[w] = true
	}
	shared := 0
	for _, w := range y {
		if has[w] {
			shared++
			delete(has, w)
		}
	}
	return shared > 0 && shared*3 >= 2*max(len(x), len(y))
}

// wordsOf are at most n words of a text, in lower case without punctuation.
func wordsOf(s string, n int) []string {
	var out []string
	for w := range strings.FieldsFuncSeq(strings.ToLower(s), func(r rune) bool { return !isWord(r) }) {
		if len(out) == n {
			break
		}
		out = append(out, w)
	}
	return out
}
