// Package synctest is a sync server on this machine, for tests: it speaks Miniflux's API
// and the Google Reader API as those servers do, and can be told to misbehave. It must
// not be linked into the program. Start at New.
package synctest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Entry is a story on the server.
type Entry struct {
	ID            int64
	Feed          int64
	URL, Title    string
	Content       string
	Published     time.Time
	Changed       time.Time
	Read, Starred bool
}

// Feed is a subscription on the server.
type Feed struct {
	ID                 int64
	URL, Title, Folder string
}

// Server keeps one person's reading.
type Server struct {
	*httptest.Server
	mu      sync.Mutex
	feeds   []Feed
	entries []*Entry
	Now     func() time.Time
	Token   string // of Miniflux, and the password of the other
	User    string
	Page    int // how many a page has; 0 is what is asked for
	// Break, if set, sees each request first and says whether it has answered.
	Break    func(w http.ResponseWriter, r *http.Request) bool
	Requests []string
	session  int
}

// New starts a server.
func New(now func() time.Time) *Server {
	s := &Server{Now: now, Token: "secret", User: "ann"}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// AddFeed subscribes on the server.
func (s *Server) AddFeed(url, title, folder string) Feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addFeed(url, title, folder)
}

func (s *Server) addFeed(url, title, folder string) Feed {
	f := Feed{ID: int64(len(s.feeds) + 7), URL: url, Title: title, Folder: folder}
	for slices.ContainsFunc(s.feeds, func(o Feed) bool { return o.ID == f.ID }) {
		f.ID++
	}
	s.feeds = append(s.feeds, f)
	return f
}

// RemoveFeed unsubscribes on the server.
func (s *Server) RemoveFeed(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.feeds = slices.DeleteFunc(s.feeds, func(f Feed) bool { return f.URL == url })
}

// Feeds are the addresses subscribed to on the server.
func (s *Server) Feeds() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, f := range s.feeds {
		out = append(out, f.URL)
	}
	return out
}

// Add puts a story on the server.
func (s *Server) Add(e Entry) *Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.ID == 0 {
		e.ID = 1 + int64(len(s.entries))
	}
	e.Changed = s.Now()
	s.entries = append(s.entries, &e)
	return &e
}

// Drop forgets a story, as servers do with old ones.
func (s *Server) Drop(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.entries = slices.DeleteFunc(s.entries, func(e *Entry) bool { return e.ID == id })
}

// Set changes a story, as another device would.
func (s *Server) Set(id int64, read, starred bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.ID == id {
			e.Read, e.Starred, e.Changed = read, starred, s.Now()
		}
	}
}

// Marks says how a story stands: "r" read, "s" starred.
func (s *Server) Marks(id int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := ""
	for _, e := range s.entries {
		if e.ID == id && e.Read {
			out += "r"
		}
		if e.ID == id && e.Starred {
			out += "s"
		}
	}
	return out
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.Requests = append(s.Requests, r.Method+" "+r.URL.Path)
	brk := s.Break
	s.mu.Unlock()
	if brk != nil && brk(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rest, ok := strings.CutPrefix(r.URL.Path, "/v1/"); ok {
		if r.Header.Get("X-Auth-Token") != s.Token {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, `{"error_message":"access unauthorized"}`)
			return
		}
		s.miniflux(w, r, rest)
		return
	}
	s.reader(w, r)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

type object = map[string]any

func (s *Server) feedOf(id int64) object {
	for _, f := range s.feeds {
		if f.ID == id {
			return object{"id": f.ID, "feed_url": f.URL, "site_url": "", "title": f.Title, "category": object{"id": 1, "title": f.Folder}}
		}
	}
	return object{}
}

func (s *Server) miniflux(w http.ResponseWriter, r *http.Request, path string) {
	q := r.URL.Query()
	num := func(key string) int64 { n, _ := strconv.ParseInt(q.Get(key), 10, 64); return n }
	parts := strings.Split(path, "/")
	switch {
	case path == "me":
		answer(w, object{"id": 1, "username": s.User})
	case path == "categories":
		answer(w, []object{{"id": 1, "title": "All"}})
	case path == "feeds" && r.Method == http.MethodGet:
		out := []object{}
		for _, f := range s.feeds {
			out = append(out, s.feedOf(f.ID))
		}
		answer(w, out)
	case path == "feeds" && r.Method == http.MethodPost:
		var in struct {
			FeedURL string `json:"feed_url"`
		}
		_ = json.NewDecoder(r.Body).Decode(&in)
		f := s.addFeed(in.FeedURL, in.FeedURL, "All")
		w.WriteHeader(http.StatusCreated)
		answer(w, object{"feed_id": f.ID})
	case parts[0] == "feeds" && r.Method == http.MethodDelete:
		s.feeds = slices.DeleteFunc(s.feeds, func(f Feed) bool { return strconv.FormatInt(f.ID, 10) == parts[1] })
		w.WriteHeader(http.StatusNoContent)
	case path == "entries" && r.Method == http.MethodGet:
		var hits []*Entry
		for _, e := range s.entries {
			status := map[bool]string{true: "read", false: "unread"}[e.Read]
			if q.Get("status") != "" && q.Get("status") != status || q.Get("starred") == "true" && !e.Starred ||
				e.ID <= num("after_entry_id") || num("after") > e.Published.Unix() || num("changed_after") > e.Changed.Unix() {
				continue
			}
			hits = append(hits, e)
		}
		slices.SortFunc(hits, func(a, b *Entry) int { return int(a.ID - b.ID) })
		total := len(hits)
		limit := int(num("limit"))
		if s.Page > 0 {
			limit = s.Page
		}
		out := []object{}
		for _, e := range hits[:min(len(hits), limit)] {
			out = append(out, s.mfEntry(e))
		}
		answer(w, object{"total": total, "entries": out})
	case path == "entries" && r.Method == http.MethodPut:
		var in struct {
			IDs    []int64 `json:"entry_ids"`
			Status string  `json:"status"`
		}
		if json.NewDecoder(r.Body).Decode(&in) != nil || in.Status != "read" && in.Status != "unread" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, e := range s.entries {
			if slices.Contains(in.IDs, e.ID) {
				e.Read, e.Changed = in.Status == "read", s.Now()
			}
		}
		w.WriteHeader(http.StatusNoContent)
	case parts[0] == "entries" && len(parts) >= 2:
		for _, e := range s.entries {
			if strconv.FormatInt(e.ID, 10) != parts[1] {
				continue
			}
			if len(parts) == 3 && parts[2] == "bookmark" && r.Method == http.MethodPut {
				e.Starred, e.Changed = !e.Starred, s.Now()
				w.WriteHeader(http.StatusNoContent)
				return
			}
			answer(w, s.mfEntry(e))
			return
		}
		w.WriteHeader(http.StatusNotFound)
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func (s *Server) mfEntry(e *Entry) object {
	return object{"id": e.ID, "feed_id": e.Feed, "url": e.URL, "title": e.Title, "content": e.Content, "author": "", "published_at": e.Published.Format(time.RFC3339),
		"status": map[bool]string{true: "read", false: "unread"}[e.Read], "starred": e.Starred, "feed": s.feedOf(e.Feed)}
}
