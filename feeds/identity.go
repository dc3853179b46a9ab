package feeds

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// idEncoding is Crockford's base 32 in lower case: no i, l, o, u, so that an id is easy
// to read out and never spells a word by accident.
var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// IDLen is the length of a story's ID.
const IDLen = 8

// Identity is the short public id of the story with this guid in this feed. With tries
// above 0 it gives the next choice, for the rare case that two stories share an id.
// Forty bits: among 100,000 stories one such pair is to be expected in 200 databases.
func Identity(feedURL, guid string, tries int) string {
	h := sha256.New()
	h.Write([]byte(feedURL))
	h.Write([]byte{0})
	h.Write([]byte(guid))
	for range tries {
		h.Write([]byte{0xff})
	}
	return idEncoding.EncodeToString(h.Sum(nil)[:5])
}

// EventID is the id of an event that the story with this id started.
func EventID(storyID string) string { return "e" + storyID[:min(len(storyID), IDLen)] }

// FoldID brings what a person typed for an id to the form of Identity: lower case, with
// the letters that the alphabet leaves out read as the digits they look like.
func FoldID(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case 'i', 'I', 'l', 'L':
			return '1'
		case 'o', 'O':
			return '0'
		}
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(s))
}
