package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/parse"
)

// miniflux is Miniflux's own API (https://miniflux.app/docs/api.html).
type miniflux struct {
	http  HTTP
	base  string
	token string
	now   func() time.Time
	feeds map[int64]string // their addresses
	stars map[string]bool  // how the stars stand there, as far as this round has heard
}

// The shapes of its answers, as far as they are used.
type (
	mfFeed struct {
		ID       int64  `json:"id"`
		FeedURL  string `json:"feed_url"`
		SiteURL  string `json:"site_url"`
		Title    string `json:"title"`
		Category *struct {
			ID    int64  `json:"id"`
			Title string `json:"title"`
		} `json:"category"`
	}
	mfEntry struct {
		ID          int64     `json:"id"`
		FeedID      int64     `json:"feed_id"`
		URL         string    `json:"url"`
		Title       string    `json:"title"`
		Author      string    `json:"author"`
		Content     string    `json:"content"`
		CommentsURL string    `json:"comments_url"`
		PublishedAt time.Time `json:"published_at"`
		Status      string    `json:"status"`
		Starred     bool      `json:"starred"`
		Tags        []string  `json:"tags"`
		Feed        *mfFeed   `json:"feed"`
		Enclosures  []struct {
			URL      string `json:"url"`
			MimeType string `json:"mime_type"`
			Size     int64  `json:"size"`
		} `json:"enclosures"`
	}
	mfEntries struct {
		Total   *int64    `json:"total"`
		Entries []mfEntry `json:"entries"`
	}
)

func (m *miniflux) request(path string) fetch.Request {
	return fetch.Request{URL: m.base + "/v1/" + path, Typed: true, Accept: "application/json", Header: map[string]string{"X-Auth-Token": m.token}}
}

func (m *miniflux) get(ctx context.Context, path string, to any) error {
	res, err := m.http.Get(ctx, m.request(path))
	if err != nil {
		return m.failed(err)
	}
	if err := json.Unmarshal(res.Body, to); err != nil {
		return noJSON("ask Miniflux", err)
	}
	return nil
}

func (m *miniflux) send(ctx context.Context, method, path string, body any) error {
	b, err := json.Marshal(body)
	if err != nil {
		return err
	}
	if body == nil {
		b = nil
	}
	_, err = m.http.Send(ctx, fetch.Sending{Request: m.request(path), Method: method, ContentType: "application/json", Body: b})
	return m.failed(err)
}

func (m *miniflux) failed(err error) error {
	var f *fetch.Error
	if errors.As(err, &f) && (f.Status == http.StatusUnauthorized || f.Status == http.StatusForbidden) {
		return &errRemedy{err, "check the token of the [[sync]]: Miniflux makes one under Settings, API Keys"}
	}
	return err
}

func (m *miniflux) Login(ctx context.Context) error {
	if m.token == "" {
		return &errRemedy{errors.New("no token is set"), "set token in the [[sync]]: Miniflux makes one under Settings, API Keys"}
	}
	var me struct {
		ID *int64 `json:"id"`
	}
	if err := m.get(ctx, "me", &me); err != nil {
		return err
	}
	if me.ID == nil {
		return noJSON("ask Miniflux who we are", errors.New("it names nobody"))
	}
	return nil
}

func (m *miniflux) Feeds(ctx context.Context) ([]Feed, error) {
	var list []mfFeed
	if err := m.get(ctx, "feeds", &list); err != nil {
		return nil, err
	}
	m.feeds = make(map[int64]string, len(list))
	out := make([]Feed, 0, len(list))
	for _, f := range list[:min(len(list), maxFeeds)] {
		m.feeds[f.ID] = f.FeedURL
		one := Feed{ID: strconv.FormatInt(f.ID, 10), URL: f.FeedURL, Title: f.Title, Site: f.SiteURL}
		if f.Category != nil && f.Category.Title != "All" { // the category of what has none
			one.Folder = f.Category.Title
		}
		out = append(out, one)
	}
	return out, nil
}

func (m *miniflux) Subscribe(ctx context.Context, address, _, folder string) error {
	body := map[string]any{"feed_url": address}
	var cats []struct {
		ID    int64  `json:"id"`
		Title string `json:"title"`
	}
	if err := m.get(ctx, "categories", &cats); err != nil {
		return err
	}
	for i, c := range cats {
		if c.Title == folder || i == 0 {
			body["category_id"] = c.ID // older versions insist on one
		}
	}
	return m.send(ctx, http.MethodPost, "feeds", body)
}

func (m *miniflux) Unsubscribe(ctx context.Context, f Feed) error {
	return m.send(ctx, http.MethodDelete, "feeds/"+url.PathEscape(f.ID), nil)
}

// Changed asks for what has changed since, or at first for all that is unread, starred
// or of the last weeks. Pages go by id, so that none is missed while others come in.
func (m *miniflux) Changed(ctx context.Context, since time.Time, _ map[string]feeds.Synced, each func([]Entry) error) error {
	m.stars = make(map[string]bool)
	if !since.IsZero() {
		return m.pages(ctx, "changed_after="+strconv.FormatInt(since.Add(-overlap).Unix(), 10), each)
	}
	for _, which := range []string{
		"status=unread", "starred=true",
		"after=" + strconv.FormatInt(m.now().AddDate(0, 0, -firstDays).Unix(), 10) + "&status=read",
	} {
		if err := m.pages(ctx, which, each); err != nil {
			return err
		}
	}
	return nil
}

func (m *miniflux) pages(ctx context.Context, which string, each func([]Entry) error) error {
	last, total := int64(0), 0
	for range maxPages {
		var page mfEntries
		path := fmt.Sprintf("entries?%s&order=id&direction=asc&limit=100", which)
		if last > 0 {
			path += "&after_entry_id=" + strconv.FormatInt(last, 10)
		}
		if err := m.get(ctx, path, &page); err != nil {
			return err
		}
		if page.Total == nil {
			return noJSON("ask Miniflux for entries", errors.New("it gives no total"))
		}
		if len(page.Entries) == 0 {
			return nil
		}
		before := last
		out := make([]Entry, 0, len(page.Entries))
		for i := range page.Entries {
			e := &page.Entries[i]
			last = max(last, e.ID)
			if e.ID <= before { // the server does not know after_entry_id, or lies
				continue
			}
			if one, ok := m.entry(e); ok {
				out = append(out, one)
			}
		}
		if last == before {
			return noJSON("ask Miniflux for entries", errors.New("it gives the same page again and again"))
		}
		if total += len(out); total > maxEntries {
			return fmt.Errorf("ask Miniflux for entries: more than %d of them", maxEntries)
		}
		if err := each(out); err != nil {
			return err
		}
		if len(page.Entries) < 100 && *page.Total <= int64(len(page.Entries)) {
			return nil
		}
	}
	return errors.New("ask Miniflux for entries: there is no end of pages")
}

func (m *miniflux) entry(e *mfEntry) (Entry, bool) {
	if e.ID <= 0 || e.Status != "read" && e.Status != "unread" {
		return Entry{}, false // removed there: not a change of what was read
	}
	out := Entry{ID: strconv.FormatInt(e.ID, 10), FeedURL: m.feeds[e.FeedID], Read: e.Status == "read", Starred: e.Starred}
	if out.FeedURL == "" && e.Feed != nil {
		out.FeedURL = e.Feed.FeedURL
	}
	m.stars[out.ID] = e.Starred
	out.Item = parse.Item{URL: e.URL, Title: e.Title, Author: e.Author, HTML: e.Content, Published: e.PublishedAt, Comments: e.CommentsURL, Categories: e.Tags}
	for _, n := range e.Enclosures {
		out.Item.Enclosures = append(out.Item.Enclosures, feeds.Enclosure{URL: n.URL, Type: n.MimeType, Length: n.Size})
	}
	return out, true
}

func (m *miniflux) SetRead(ctx context.Context, ids []string, on bool) error {
	nums, err := numbers(ids)
	if err != nil {
		return err
	}
	status := map[bool]string{true: "read", false: "unread"}[on]
	return m.send(ctx, http.MethodPut, "entries", map[string]any{"entry_ids": nums, "status": status})
}

// SetStarred turns stars over, for that is all that the API can; how each stands is asked
// first, unless this round has heard it.
func (m *miniflux) SetStarred(ctx context.Context, ids []string, on bool) error {
	if _, err := numbers(ids); err != nil {
		return err
	}
	for _, id := range ids {
		is, known := m.stars[id]
		if !known {
			var e mfEntry
			if err := m.get(ctx, "entries/"+id, &e); err != nil {
				var f *fetch.Error
				if errors.As(err, &f) && f.Status == http.StatusNotFound {
					continue // it is gone there
				}
				return err
			}
			if strconv.FormatInt(e.ID, 10) != id {
				return noJSON("ask Miniflux for an entry", errors.New("it gives another one"))
			}
			is = e.Starred
		}
		if is == on {
			continue
		}
		if err := m.send(ctx, http.MethodPut, "entries/"+id+"/bookmark", nil); err != nil {
			return err
		}
		m.stars[id] = on
	}
	return nil
}

func numbers(ids []string) ([]int64, error) {
	out := make([]int64, len(ids))
	for i, id := range ids {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n <= 0 {
			return nil, fmt.Errorf("%q is no id of Miniflux", id)
		}
		out[i] = n
	}
	return out, nil
}
