// Package find finds the feeds behind what a person types: a site, a page, a feed, a
// bare host, a channel, a subreddit, a repository, an account.
//
// It owns the rules for places whose feeds are known by their address (rules.go), the
// reading of a page for links to feeds (page.go) and the cheap test of whether bytes are
// a feed (sniff.go). It must not parse feeds. Everything that it returns has been fetched
// under the guard of feeds/fetch, so that a page cannot talk a private address into a
// person's config. Start at Find.
package find

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"nightdesk/feeds/fetch"
	"nightdesk/feeds/plain"
)

// A Getter gets documents; *fetch.Client is one.
type Getter interface {
	Get(context.Context, fetch.Request) (*fetch.Response, error)
}

// A Found is a feed.
type Found struct {
	URL   string // what to subscribe to
	Title string // its own, or what the page calls it; may be ""
	Type  string // "rss", "atom", "json", or "" if it could not be looked at
	Why   string // how it was found, for people: "linked from the page"
}

// ErrNone is the cause of Find's error when all went well and there is no feed.
var ErrNone = errors.New("no feed found")

const (
	maxChecked = 12 // candidates of one page that are fetched
	atATime    = 4
	acceptPage = "text/html, application/xhtml+xml, application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
)

// Find finds the feeds of what was typed, the best first. Its error says in one line why
// there are none.
func Find(ctx context.Context, g Getter, typed string) ([]Found, error) {
	f := finder{g: g}
	addrs, err := addresses(typed)
	if err != nil {
		return nil, err
	}
	for i, addr := range addrs {
		f.home = addr
		found, err := f.at(ctx, addr)
		if err == nil {
			return found, nil
		}
		// Only when nothing answers at a guessed scheme the other one is tried.
		var fe *fetch.Error
		if i+1 < len(addrs) && ctx.Err() == nil && errors.As(err, &fe) && unanswered(fe.Kind) {
			continue
		}
		return nil, err
	}
	return nil, ErrNone
}

func unanswered(k fetch.Kind) bool {
	switch k {
	case fetch.Refused, fetch.Unreachable, fetch.Timeout, fetch.TLS, fetch.Reset, fetch.Protocol:
		return true
	}
	return false
}

// finder is one Find.
type finder struct {
	g    Getter
	home string // the address that the person typed
}

// candidate is an address that may be a feed.
type candidate struct {
	Found
	sure bool // worth telling even if it does not answer just now
}

// at finds the feeds of one address.
func (f *finder) at(ctx context.Context, addr string) ([]Found, error) {
	if local(addr) {
		res, err := f.g.Get(ctx, fetch.Request{URL: addr, Typed: true})
		if err != nil {
			return nil, err
		}
		if !LooksLikeFeed(res.Body) {
			return nil, fmt.Errorf("read %s: %w", fetch.Redact(addr), ErrNone)
		}
		return []Found{{URL: addr, Title: title(res.Body), Type: format(res.Body), Why: "as given"}}, nil
	}
	u, err := url.Parse(addr)
	if err != nil {
		return nil, fmt.Errorf("%s: not a valid address", fetch.Redact(addr))
	}
	if list := byRule(u); len(list) > 0 {
		if found, _ := f.check(ctx, list); len(found) > 0 {
			return found, nil
		}
	}
	res, err := f.g.Get(ctx, fetch.Request{URL: addr, Typed: true, Accept: acceptPage})
	if err != nil {
		var fe *fetch.Error
		if !errors.As(err, &fe) || fe.Kind != fetch.BadStatus {
			return nil, err
		}
		if found := f.guess(ctx, u); len(found) > 0 {
			return found, nil
		}
		return nil, err
	}
	for range 2 { // a page may only say where the page is
		if LooksLikeFeed(res.Body) {
			return []Found{f.itself(addr, res)}, nil
		}
		list := fromPage(res)
		if found, _ := f.check(ctx, list); len(found) > 0 {
			return found, nil
		}
		next := refresh(res.Body, res.URL)
		if next == "" || next == res.URL {
			break
		}
		res2, err := f.g.Get(ctx, fetch.Request{URL: next, Home: f.home, Typed: true, Accept: acceptPage})
		if err != nil {
			break
		}
		addr, res = next, res2
	}
	if end, err := url.Parse(res.URL); err == nil {
		if found := f.guess(ctx, end); len(found) > 0 {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%s: %w: the page links to none, and the usual addresses have none", fetch.Redact(addr), ErrNone)
}

// itself is the Found of a typed address that is a feed: as it was typed, unless the
// server says that it has moved for good.
func (f *finder) itself(addr string, res *fetch.Response) Found {
	if res.Permanent != "" && plain.Link(res.Permanent) {
		addr = f.keepUser(res.Permanent)
	}
	return Found{URL: addr, Title: title(res.Body), Type: format(res.Body), Why: "it is a feed"}
}

// keepUser puts the user name and password that were typed back into an address at the
// same host: the feed will need them too.
func (f *finder) keepUser(addr string) string {
	home, err := url.Parse(f.home)
	u, err2 := url.Parse(addr)
	if err != nil || err2 != nil || home.User == nil || home.Scheme != u.Scheme || !strings.EqualFold(home.Host, u.Host) {
		return addr
	}
	u.User = home.User
	return u.String()
}

// fromPage are the feeds that a page names, and those that its address gives away.
func fromPage(res *fetch.Response) []candidate {
	var list []candidate
	for _, l := range Links(res.Body, res.URL) {
		list = append(list, candidate{l, l.Why == whyLinked})
	}
	u, err := url.Parse(res.URL)
	if err != nil {
		return list
	}
	if id := channelID(u, res.Body); id != "" {
		list = append([]candidate{{Found{URL: "https://www.youtube.com/feeds/videos.xml?channel_id=" + id, Why: "the channel's videos"}, true}}, list...)
	}
	return list
}

// check fetches the candidates, a few at a time, and keeps those that are feeds, in
// their order. A sure one that does not answer just now is kept too, said so.
func (f *finder) check(ctx context.Context, list []candidate) ([]Found, error) {
	list = list[:min(len(list), maxChecked)]
	results := make([]*Found, len(list))
	finals := make([]string, len(list))
	slots := make(chan struct{}, atATime)
	var all sync.WaitGroup
	for i, c := range list {
		all.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			res, err := f.g.Get(ctx, fetch.Request{URL: c.URL, Home: f.home, Typed: true})
			if err != nil {
				var fe *fetch.Error
				if c.sure && errors.As(err, &fe) && fe.Temporary && fe.Kind != fetch.Cancelled && fe.Kind != fetch.DNS {
					c.Why += "; it could not be looked at: " + fe.Short()
					results[i], finals[i] = &c.Found, c.URL
				}
				return
			}
			if !LooksLikeFeed(res.Body) {
				return
			}
			if res.Permanent != "" && plain.Link(res.Permanent) {
				c.URL = res.Permanent
			}
			c.URL = f.keepUser(c.URL)
			c.Type = format(res.Body)
			if t := title(res.Body); t != "" {
				c.Title = t
			}
			results[i], finals[i] = &c.Found, res.URL
		})
	}
	all.Wait()
	var found []Found
	seen := make(map[string]bool)
	for i, r := range results {
		if r != nil && !seen[finals[i]] && !seen[r.URL] {
			seen[finals[i]], seen[r.URL] = true, true
			found = append(found, *r)
		}
	}
	return found, ctx.Err()
}

// paths are where feeds usually are.
var paths = [...]string{"/feed", "/rss", "/rss.xml", "/atom.xml", "/index.xml", "/feed.xml", "/feed.json",
	"/feed/", "/feed.atom", "/rss/index.xml", "/feeds/posts/default", "/index.rdf", "/blog/feed", "/?feed=rss2"}

// guess tries the usual addresses, below the page's own folder first; the first that is
// a feed is enough.
func (f *finder) guess(ctx context.Context, u *url.URL) []Found {
	bases := []string{""}
	if dir := strings.TrimSuffix(u.EscapedPath(), "/"); dir != "" {
		bases = []string{dir, ""}
	}
	tried := 0
	for _, b := range bases {
		for _, p := range paths {
			if ctx.Err() != nil || tried == 20 {
				return nil
			}
			tried++
			c := candidate{Found{URL: u.Scheme + "://" + u.Host + b + p, Why: "at a usual address"}, false}
			if found, _ := f.check(ctx, []candidate{c}); len(found) > 0 {
				return found
			}
		}
	}
	return nil
}
