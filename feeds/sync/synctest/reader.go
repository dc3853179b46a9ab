package synctest

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

const (
	read = "user/-/state/com.google/read"
	star = "user/-/state/com.google/starred"
)

// reader speaks the Google Reader API as FreshRSS does: short ids are decimal, long ones
// hexadecimal, a page's continuation is its last id, feeds are numbers; but every POST
// needs a token, as with Miniflux.
func (s *Server) reader(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	if r.URL.Path == "/accounts/ClientLogin" {
		if r.PostForm.Get("Email") != s.User || r.PostForm.Get("Passwd") != s.Token {
			w.WriteHeader(http.StatusUnauthorized)
			fmt.Fprint(w, "Unauthorized!")
			return
		}
		fmt.Fprintf(w, "SID=%[1]s/x\nLSID=null\nAuth=%[1]s/x\n", s.User)
		return
	}
	if r.Header.Get("Authorization") != "GoogleLogin auth="+s.User+"/x" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	token := fmt.Sprintf("tok%d", s.session)
	if r.Method == http.MethodPost && r.PostForm.Get("T") != token {
		w.Header().Set("X-Reader-Google-Bad-Token", "true")
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	switch strings.TrimPrefix(r.URL.Path, "/reader/api/0/") {
	case "token":
		fmt.Fprintln(w, token)
	case "subscription/list":
		out := []object{}
		for _, f := range s.feeds {
			out = append(out, object{"id": fmt.Sprintf("feed/%d", f.ID), "title": f.Title, "url": f.URL, "htmlUrl": "", "categories": []object{{"id": "user/-/label/" + f.Folder, "label": f.Folder}}})
		}
		answer(w, object{"subscriptions": out})
	case "subscription/edit":
		stream := strings.TrimPrefix(r.PostForm.Get("s"), "feed/")
		if r.PostForm.Get("ac") == "subscribe" {
			s.addFeed(stream, r.PostForm.Get("t"), strings.TrimPrefix(r.PostForm.Get("a"), "user/-/label/"))
		} else {
			s.feeds = slices.DeleteFunc(s.feeds, func(f Feed) bool { return strconv.FormatInt(f.ID, 10) == stream })
		}
		fmt.Fprint(w, "OK")
	case "stream/items/ids":
		s.ids(w, r)
	case "stream/items/contents":
		out := []object{}
		for _, e := range s.entries {
			if slices.Contains(r.PostForm["i"], longID(e.ID)) {
				out = append(out, s.item(e))
			}
		}
		answer(w, object{"id": "user/-/state/com.google/reading-list", "updated": s.Now().Unix(), "items": out})
	case "edit-tag":
		for _, e := range s.entries {
			if !slices.Contains(r.PostForm["i"], longID(e.ID)) {
				continue
			}
			for tag, on := range map[string]bool{r.PostForm.Get("a"): true, r.PostForm.Get("r"): false} {
				switch tag {
				case read:
					e.Read = on
				case star:
					e.Starred = on
				}
			}
		}
		fmt.Fprint(w, "OK")
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// Renew makes the tokens of earlier sessions invalid.
func (s *Server) Renew() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session++
}

func longID(id int64) string { return fmt.Sprintf("tag:google.com,2005:reader/item/%016x", uint64(id)) }

func (s *Server) ids(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	var hits []int64
	ot, _ := strconv.ParseInt(q.Get("ot"), 10, 64)
	for _, e := range s.entries {
		if q.Get("s") == star && !e.Starred || q.Get("xt") == read && e.Read || e.Published.Unix() < ot {
			continue
		}
		hits = append(hits, e.ID)
	}
	slices.Sort(hits)
	slices.Reverse(hits)
	if c, err := strconv.ParseInt(q.Get("c"), 10, 64); err == nil {
		hits = hits[slices.Index(hits, c)+1:]
	}
	n, _ := strconv.Atoi(q.Get("n"))
	if s.Page > 0 {
		n = s.Page
	}
	out := object{}
	refs := []object{}
	for _, id := range hits[:min(len(hits), n)] {
		refs = append(refs, object{"id": strconv.FormatInt(id, 10)})
		if len(refs) == n {
			out["continuation"] = strconv.FormatInt(id, 10)
		}
	}
	out["itemRefs"] = refs
	answer(w, out)
}

func (s *Server) item(e *Entry) object {
	cats := []string{"user/-/state/com.google/reading-list"}
	if e.Read {
		cats = append(cats, read)
	}
	if e.Starred {
		cats = append(cats, star)
	}
	return object{"id": longID(e.ID), "crawlTimeMsec": "1", "timestampUsec": "1", "published": e.Published.Unix(), "title": e.Title,
		"summary": object{"content": e.Content}, "alternate": []object{{"href": e.URL}}, "categories": cats,
		"origin": object{"streamId": fmt.Sprintf("feed/%d", e.Feed), "title": "x"}}
}
