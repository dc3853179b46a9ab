package sync

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
)

// greader is the Google Reader API as FreshRSS, Miniflux, BazQux, The Old Reader and
// others speak it (https://feedhq.readthedocs.io/en/latest/api/,
// https://github.com/theoldreader/api).
type greader struct {
	http       HTTP
	base       string
	user, pass string
	now        func() time.Time
	auth       string            // of ClientLogin
	token      string            // of what changes something; short-lived
	feeds      map[string]string // stream -> address
}

const (
	readingList = "user/-/state/com.google/reading-list"
	stateRead   = "user/-/state/com.google/read"
	stateStar   = "user/-/state/com.google/starred"
	idPrefix    = "tag:google.com,2005:reader/item/"

	idsAtOnce   = 1000
	itemsAtOnce = 100
	maxRecent   = 10_000 // ids of stories that were read there before we heard of them
)

// loose is a text or a number: servers do not agree which.
type loose string

func (l *loose) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*l = loose(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(b, &n); err == nil {
		*l = loose(n)
	}
	return nil // anything else is as if it were not there
}

// The shapes of its answers, as far as they are used.
type (
	grFeeds struct {
		Subscriptions *[]struct {
			ID         loose `json:"id"`
			Title      loose `json:"title"`
			URL        loose `json:"url"`
			HTMLURL    loose `json:"htmlUrl"`
			Categories []struct {
				ID    loose `json:"id"`
				Label loose `json:"label"`
			} `json:"categories"`
		} `json:"subscriptions"`
	}
	grIDs struct {
		ItemRefs []struct {
			ID loose `json:"id"`
		} `json:"itemRefs"`
		Continuation loose `json:"continuation"`
	}
	grLink struct {
		Href   loose `json:"href"`
		Type   loose `json:"type"`
		Length loose `json:"length"`
	}
	grText struct {
		Content loose `json:"content"`
	}
	grItem struct {
		ID         loose    `json:"id"`
		Published  loose    `json:"published"`
		Title      loose    `json:"title"`
		Author     loose    `json:"author"`
		Canonical  []grLink `json:"canonical"`
		Alternate  []grLink `json:"alternate"`
		Enclosure  []grLink `json:"enclosure"`
		Summary    *grText  `json:"summary"`
		Content    *grText  `json:"content"`
		Categories []loose  `json:"categories"`
		Origin     *struct {
			StreamID loose `json:"streamId"`
		} `json:"origin"`
	}
	grItems struct {
		Items *[]grItem `json:"items"`
	}
)

// canonicalID is an item's id as a signed decimal number, however it is written: long
// with hexadecimal digits, or short
// (https://raw.githubusercontent.com/mihaip/google-reader-api/master/wiki/ItemId.wiki).
func canonicalID(s string) (string, bool) {
	if hex, ok := strings.CutPrefix(s, idPrefix); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		return strconv.FormatInt(int64(n), 10), err == nil && n != 0
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return strconv.FormatInt(n, 10), n != 0
	}
	n, err := strconv.ParseUint(s, 10, 64)
	return strconv.FormatInt(int64(n), 10), err == nil
}

func (g *greader) request(path string) fetch.Request {
	r := fetch.Request{URL: g.base + path, Typed: true, Accept: "application/json, */*;q=0.5"}
	if g.auth != "" {
		r.Header = map[string]string{"Authorization": "GoogleLogin auth=" + g.auth}
	}
	return r
}

func (g *greader) get(ctx context.Context, path string, query url.Values, to any) error {
	query.Set("output", "json")
	res, err := g.http.Get(ctx, g.request("/reader/api/0/"+path+"?"+query.Encode()))
	if err != nil {
		return g.failed(err)
	}
	if err := json.Unmarshal(res.Body, to); err != nil {
		return noJSON("ask the server for "+path, err)
	}
	return nil
}

func (g *greader) post(ctx context.Context, path string, form url.Values) ([]byte, error) {
	res, err := g.http.Send(ctx, fetch.Sending{
		Request: g.request(path), Method: http.MethodPost, ContentType: "application/x-www-form-urlencoded", Body: []byte(form.Encode()),
	})
	if err != nil {
		return nil, g.failed(err)
	}
	return res.Body, nil
}

func (g *greader) failed(err error) error {
	var f *fetch.Error
	if errors.As(err, &f) && (f.Status == http.StatusUnauthorized || f.Status == http.StatusForbidden) {
		return &errRemedy{err, "check user and token of the [[sync]]; the token is the password of the API (FreshRSS: Profile, API management)"}
	}
	return err
}

// Login is ClientLogin: name and password for a token of the session.
func (g *greader) Login(ctx context.Context) error {
	if g.user == "" || g.pass == "" {
		return &errRemedy{errors.New("no user or no token is set"), "set user and token in the [[sync]]; the token is the password of the API"}
	}
	body, err := g.post(ctx, "/accounts/ClientLogin", url.Values{"Email": {g.user}, "Passwd": {g.pass}, "service": {"reader"}, "accountType": {"HOSTED_OR_GOOGLE"}, "client": {"nightdesk"}})
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(body)) {
		if auth, ok := strings.CutPrefix(strings.TrimSpace(line), "Auth="); ok && auth != "" && len(auth) < 4096 && !strings.ContainsFunc(auth, func(r rune) bool { return r <= ' ' || r > '~' }) {
			g.auth = auth
			return nil
		}
	}
	return noJSON("log in", errors.New("it gives no Auth"))
}

func (g *greader) Feeds(ctx context.Context) ([]Feed, error) {
	var list grFeeds
	if err := g.get(ctx, "subscription/list", url.Values{}, &list); err != nil {
		return nil, err
	}
	if list.Subscriptions == nil {
		return nil, noJSON("ask the server for subscription/list", errors.New("it lists no subscriptions"))
	}
	g.feeds = make(map[string]string)
	var out []Feed
	for _, s := range (*list.Subscriptions)[:min(len(*list.Subscriptions), maxFeeds)] {
		f := Feed{ID: string(s.ID), URL: string(s.URL), Title: string(s.Title), Site: string(s.HTMLURL)}
		if f.URL == "" {
			f.URL = strings.TrimPrefix(f.ID, "feed/")
		}
		for _, c := range s.Categories {
			if c.Label != "Uncategorized" && c.Label != "All" && f.Folder == "" { // FreshRSS's and Miniflux's for what has none
				f.Folder = string(c.Label)
			}
		}
		g.feeds[f.ID] = f.URL
		out = append(out, f)
	}
	return out, nil
}

func (g *greader) Subscribe(ctx context.Context, address, title, folder string) error {
	form := url.Values{"ac": {"subscribe"}, "s": {"feed/" + address}}
	if title != "" {
		form.Set("t", title)
	}
	if folder != "" {
		form.Set("a", "user/-/label/"+folder)
	}
	_, err := g.change(ctx, "subscription/edit", form)
	return err
}

func (g *greader) Unsubscribe(ctx context.Context, f Feed) error {
	_, err := g.change(ctx, "subscription/edit", url.Values{"ac": {"unsubscribe"}, "s": {f.ID}})
	return err
}

// change posts something with a token; one that has run out is renewed. Tokens are for
// what changes something, but Miniflux asks for one with every POST.
func (g *greader) change(ctx context.Context, path string, form url.Values) ([]byte, error) {
	for try := 0; ; try++ {
		if g.token == "" {
			res, err := g.http.Get(ctx, g.request("/reader/api/0/token"))
			if err != nil {
				return nil, g.failed(err)
			}
			g.token = strings.TrimSpace(string(res.Body))
			if g.token == "" || len(g.token) > 4096 || strings.ContainsFunc(g.token, func(r rune) bool { return r <= ' ' || r > '~' }) {
				g.token = ""
				return nil, noJSON("ask the server for a token", errors.New("it gives none"))
			}
		}
		form.Set("T", g.token)
		body, err := g.post(ctx, "/reader/api/0/"+path, form)
		var f *fetch.Error
		if try == 0 && errors.As(err, &f) && (f.Status == http.StatusUnauthorized || f.Status == http.StatusBadRequest) {
			g.token = ""
			continue
		}
		return body, err
	}
}

// ids asks for the ids of a stream, all pages, but not many more than most if that is
// above 0.
func (g *greader) ids(ctx context.Context, query url.Values, most int) (map[string]bool, error) {
	out := make(map[string]bool)
	query.Set("n", strconv.Itoa(idsAtOnce))
	for range maxPages {
		var page grIDs
		if err := g.get(ctx, "stream/items/ids", query, &page); err != nil {
			return nil, err
		}
		before := len(out)
		for _, r := range page.ItemRefs {
			if id, ok := canonicalID(string(r.ID)); ok {
				out[id] = true
			}
		}
		switch {
		case page.Continuation == "" || len(page.ItemRefs) == 0 || most > 0 && len(out) >= most:
			return out, nil
		case len(out) == before || string(page.Continuation) == query.Get("c"):
			return nil, noJSON("ask the server for stream/items/ids", errors.New("it gives the same page again and again"))
		case len(out) > maxEntries:
			return nil, fmt.Errorf("ask the server for stream/items/ids: more than %d of them", maxEntries)
		}
		query.Set("c", string(page.Continuation))
	}
	return nil, errors.New("ask the server for stream/items/ids: there is no end of pages")
}

// Changed compares the ids of what is unread and starred there with what is known, and
// asks for every story that is new or may stand otherwise: what counts is what the
// server says of the story itself, not that a list lacks it.
func (g *greader) Changed(ctx context.Context, since time.Time, known map[string]feeds.Synced, each func([]Entry) error) error {
	unread, err := g.ids(ctx, url.Values{"s": {readingList}, "xt": {stateRead}}, 0)
	if err != nil {
		return err
	}
	starred, err := g.ids(ctx, url.Values{"s": {stateStar}}, 0)
	if err != nil {
		return err
	}
	from := g.now().AddDate(0, 0, -firstDays)
	if !since.IsZero() {
		from = since.Add(-24 * time.Hour) // "ot" is of the arrival there, and clocks differ
	}
	recent, err := g.ids(ctx, url.Values{"s": {readingList}, "ot": {strconv.FormatInt(from.Unix(), 10)}}, maxRecent)
	if err != nil {
		return err
	}
	var ask []string
	for _, set := range []map[string]bool{starred, unread, recent} {
		for id := range set {
			if _, ok := known[id]; !ok {
				ask = append(ask, id)
			}
		}
	}
	for id, k := range known {
		if k.Read == unread[id] || k.Starred != starred[id] {
			ask = append(ask, id)
		}
	}
	asked := make(map[string]bool, len(ask))
	part := make([]string, 0, itemsAtOnce)
	flush := func() error {
		if len(part) == 0 {
			return nil
		}
		entries, err := g.items(ctx, part)
		part = part[:0]
		if err != nil {
			return err
		}
		return each(entries)
	}
	for _, id := range ask {
		if asked[id] {
			continue
		}
		asked[id] = true
		if part = append(part, id); len(part) == itemsAtOnce {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// items asks for stories; what was not asked for is not believed.
func (g *greader) items(ctx context.Context, ids []string) ([]Entry, error) {
	form := url.Values{"output": {"json"}}
	want := make(map[string]bool, len(ids))
	for _, id := range ids {
		want[id] = true
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is no id", id)
		}
		form.Add("i", fmt.Sprintf("%s%016x", idPrefix, uint64(n)))
	}
	body, err := g.change(ctx, "stream/items/contents?output=json", form)
	if err != nil {
		return nil, err
	}
	var list grItems
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, noJSON("ask the server for stories", err)
	}
	if list.Items == nil {
		return nil, noJSON("ask the server for stories", errors.New("it gives no items"))
	}
	out := make([]Entry, 0, len(ids))
	for i := range *list.Items {
		it := &(*list.Items)[i]
		id, ok := canonicalID(string(it.ID))
		if !ok || !want[id] {
			continue
		}
		delete(want, id) // once
		out = append(out, g.entry(id, it))
	}
	for id := range want { // it is not kept there any more
		out = append(out, Entry{ID: id, Gone: true})
	}
	return out, nil
}

func (g *greader) entry(id string, it *grItem) Entry {
	e := Entry{ID: id}
	if it.Origin != nil {
		stream := string(it.Origin.StreamID)
		if e.FeedURL = g.feeds[stream]; e.FeedURL == "" {
			e.FeedURL = strings.TrimPrefix(stream, "feed/")
		}
	}
	for _, c := range it.Categories { // "user/-/state/…" or with the user's number
		switch {
		case strings.HasSuffix(string(c), "/state/com.google/read"):
			e.Read = true
		case strings.HasSuffix(string(c), "/state/com.google/starred"):
			e.Starred = true
		}
	}
	for _, l := range append(it.Canonical, it.Alternate...) {
		if l.Href != "" {
			e.Item.URL = string(l.Href)
			break
		}
	}
	for _, t := range []*grText{it.Content, it.Summary} {
		if t != nil && len(t.Content) > len(e.Item.HTML) {
			e.Item.HTML = string(t.Content)
		}
	}
	if n, err := strconv.ParseInt(string(it.Published), 10, 64); err == nil && n > 0 && n < 1<<40 {
		e.Item.Published = time.Unix(n, 0).UTC()
	}
	for _, n := range it.Enclosure {
		size, _ := strconv.ParseInt(string(n.Length), 10, 64)
		e.Item.Enclosures = append(e.Item.Enclosures, feeds.Enclosure{URL: string(n.Href), Type: string(n.Type), Length: size})
	}
	e.Item.Title, e.Item.Author = string(it.Title), string(it.Author)
	return e
}

func (g *greader) SetRead(ctx context.Context, ids []string, on bool) error {
	return g.tag(ctx, ids, stateRead, on)
}

func (g *greader) SetStarred(ctx context.Context, ids []string, on bool) error {
	return g.tag(ctx, ids, stateStar, on)
}

func (g *greader) tag(ctx context.Context, ids []string, state string, on bool) error {
	form := url.Values{map[bool]string{true: "a", false: "r"}[on]: {state}}
	for _, id := range ids {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is no id", id)
		}
		form.Add("i", fmt.Sprintf("%s%016x", idPrefix, uint64(n)))
	}
	_, err := g.change(ctx, "edit-tag", form)
	return err
}
