package command

import (
	"encoding/json"
	"io"
	"time"

	"nightdesk/feeds"
)

// storyJSON is a story as scripts see it.
type storyJSON struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	URL        string            `json:"url"`
	Feed       feedJSON          `json:"feed"`
	Author     string            `json:"author"`
	Published  time.Time         `json:"published"`
	Fetched    time.Time         `json:"fetched"`
	Updated    *time.Time        `json:"updated,omitempty"`
	Summary    string            `json:"summary"`
	Companies  []feeds.Tag       `json:"companies"`
	Categories []string          `json:"categories"`
	Lang       string            `json:"lang,omitempty"`
	Read       bool              `json:"read"`
	Starred    bool              `json:"starred"`
	Saved      bool              `json:"saved"`
	Words      int               `json:"words"`
	Minutes    int               `json:"minutes"`
	Event      string            `json:"event"`
	Outlets    int               `json:"outlets"`
	Kind       string            `json:"kind"`
	Teaser     bool              `json:"teaser,omitempty"`
	Image      string            `json:"image,omitempty"`
	Comments   string            `json:"comments,omitempty"`
	Enclosures []feeds.Enclosure `json:"enclosures"`
	Explain    []string          `json:"explain,omitempty"`
}

type feedJSON struct {
	Title string `json:"title"`
	URL   string `json:"url"`
}

func toJSON(s *feeds.Story) storyJSON {
	j := storyJSON{
		ID: s.ID, Title: s.Title, URL: s.URL, Feed: feedJSON{s.FeedTitle, s.FeedURL}, Author: s.Author, Published: s.Published.UTC(), Fetched: s.FirstSeen.UTC(),
		Summary: s.Summary, Companies: s.Companies, Categories: s.Categories, Lang: s.Lang, Read: s.Mark.Read, Starred: s.Mark.Starred,
		Saved: s.Mark.Saved == feeds.Kept, Words: s.Words, Minutes: s.Minutes(), Event: s.Event, Outlets: max(s.Outlets, 1), Kind: string(s.Kind),
		Teaser: s.Teaser && !s.Full, Image: s.Image, Comments: s.Comments, Enclosures: s.Enclosures,
	}
	if j.Companies == nil {
		j.Companies = []feeds.Tag{}
	}
	if j.Categories == nil {
		j.Categories = []string{}
	}
	if j.Enclosures == nil {
		j.Enclosures = []feeds.Enclosure{}
	}
	if !s.Updated.IsZero() {
		t := s.Updated.UTC()
		j.Updated = &t
	}
	return j
}

// writeJSON writes one value as one line.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
