package find

import (
	"bytes"
	"net/url"
	"strings"
)

// A rule knows the feed of a place by the place's address.
type rule struct {
	host string // "reddit.com" is for its subdomains too; "{x}.substack.com" names the label before it
	path string // segments: a word, {name}, {name:a|b} for some words only; a last * is any rest
	arg  string // name of a parameter that must be there, captured under that name
	feed string // address with {name} put in
	why  string
}

// rules are tried from the top; all that fit are offered, up to the first whose host and
// path have fitted.
var rules = []rule{
	{"youtube.com", "/playlist", "list", "https://www.youtube.com/feeds/videos.xml?playlist_id={list}", "the playlist's videos"},
	{"youtube.com", "/watch", "list", "https://www.youtube.com/feeds/videos.xml?playlist_id={list}", "the playlist's videos"},
	{"youtube.com", "/channel/{id}/*", "", "https://www.youtube.com/feeds/videos.xml?channel_id={id}", "the channel's videos"},
	{"youtube.com", "/user/{user}/*", "", "https://www.youtube.com/feeds/videos.xml?user={user}", "the user's videos"},
	{"youtube.com", "/*", "", "", ""}, // the page of a handle names its channel

	{"reddit.com", "/", "", "https://www.reddit.com/.rss", "the front page of Reddit"},
	{"reddit.com", "/{kind:r|user|domain}/{name}", "", "https://www.reddit.com/{kind}/{name}/.rss", "the posts there"},
	{"reddit.com", "/u/{name}", "", "https://www.reddit.com/user/{name}/.rss", "the user's posts"},
	{"reddit.com", "/r/{name}/{sort:new|hot|top|rising|controversial}", "", "https://www.reddit.com/r/{name}/{sort}/.rss", "the posts there"},
	{"reddit.com", "/user/{name}/m/{multi}", "", "https://www.reddit.com/user/{name}/m/{multi}/.rss", "the posts there"},
	{"reddit.com", "/r/{name}/comments/{id}/*", "", "https://www.reddit.com/r/{name}/comments/{id}/.rss", "the discussion"},

	{"github.com", "/{reserved:features|topics|trending|about|marketplace|explore|login|orgs|sponsors|settings|search|collections|security|pricing|readme}/*", "", "", ""},
	{"github.com", "/{owner}/{repo}/commits/{branch}/*", "", "https://github.com/{owner}/{repo}/commits/{branch}.atom", "the repository's commits"},
	{"github.com", "/{owner}/{repo}/tags", "", "https://github.com/{owner}/{repo}/tags.atom", "the repository's tags"},
	{"github.com", "/{owner}/{repo}/discussions/*", "", "https://github.com/{owner}/{repo}/discussions.atom", "the repository's discussions"},
	{"github.com", "/{owner}/{repo}/*", "", "https://github.com/{owner}/{repo}/releases.atom", "the repository's releases"},
	{"github.com", "/{owner}/{repo}/*", "", "https://github.com/{owner}/{repo}/tags.atom", "the repository's tags"},
	{"github.com", "/{owner}/{repo}/*", "", "https://github.com/{owner}/{repo}/commits.atom", "the repository's commits"},
	{"github.com", "/{owner}", "", "https://github.com/{owner}.atom", "what the account does in public"},
	{"gitlab.com", "/{owner}/{repo}", "", "https://gitlab.com/{owner}/{repo}/-/releases.atom", "the repository's releases"},
	{"gitlab.com", "/{owner}/{repo}", "", "https://gitlab.com/{owner}/{repo}/-/tags?format=atom", "the repository's tags"},
	{"codeberg.org", "/{owner}/{repo}/*", "", "https://codeberg.org/{owner}/{repo}/releases.rss", "the repository's releases"},
	{"codeberg.org", "/{owner}/{repo}/*", "", "https://codeberg.org/{owner}/{repo}.rss", "the repository's commits"},
	{"codeberg.org", "/{owner}", "", "https://codeberg.org/{owner}.rss", "what the account does in public"},
	{"sourceforge.net", "/projects/{name}/*", "", "https://sourceforge.net/projects/{name}/rss", "the project's files"},
	{"pypi.org", "/project/{name}/*", "", "https://pypi.org/rss/project/{name}/releases.xml", "the package's releases"},
	{"crates.io", "/crates/{name}/*", "", "https://static.crates.io/rss/crates/{name}.xml", "the crate's releases"},

	{"medium.com", "/@{user}/*", "", "https://medium.com/feed/@{user}", "the author's stories"},
	{"medium.com", "/tag/{tag}/*", "", "https://medium.com/feed/tag/{tag}", "the tag's stories"},
	{"{user}.medium.com", "/*", "", "https://{user}.medium.com/feed", "the publication's stories"},
	{"medium.com", "/{name}/*", "", "https://medium.com/feed/{name}", "the publication's stories"},
	{"substack.com", "/@{user}/*", "", "https://{user}.substack.com/feed", "the newsletter"},
	{"{name}.substack.com", "/*", "", "https://{name}.substack.com/feed", "the newsletter"},
	{"{name}.blogspot.com", "/*", "", "https://{name}.blogspot.com/feeds/posts/default", "the blog's posts"},
	{"{name}.tumblr.com", "/*", "", "https://{name}.tumblr.com/rss", "the blog's posts"},
	{"{name}.wordpress.com", "/*", "", "https://{name}.wordpress.com/feed/", "the blog's posts"},
	{"{name}.hashnode.dev", "/*", "", "https://{name}.hashnode.dev/rss.xml", "the blog's posts"},
	{"dev.to", "/", "", "https://dev.to/feed", "the newest posts"},
	{"dev.to", "/t/{tag}", "", "https://dev.to/feed/tag/{tag}", "the tag's posts"},
	{"dev.to", "/{user}", "", "https://dev.to/feed/{user}", "the author's posts"},

	{"bsky.app", "/profile/{user}/*", "", "https://bsky.app/profile/{user}/rss", "the account's posts"},
	{"news.ycombinator.com", "/", "", "https://news.ycombinator.com/rss", "the front page of Hacker News"},
	{"news.ycombinator.com", "/{list:news|front}", "", "https://news.ycombinator.com/rss", "the front page of Hacker News"},
	{"lobste.rs", "/", "", "https://lobste.rs/rss", "the front page of Lobsters"},
	{"lobste.rs", "/t/{tag}", "", "https://lobste.rs/t/{tag}.rss", "the tag's stories"},
	{"stackoverflow.com", "/questions/tagged/{tag}", "", "https://stackoverflow.com/feeds/tag/{tag}", "the tag's questions"},
	{"producthunt.com", "/", "", "https://www.producthunt.com/feed", "today's products"},
	{"arxiv.org", "/list/{name}/*", "", "https://rss.arxiv.org/rss/{name}", "the new papers"},
	{"vimeo.com", "/{user}", "", "https://vimeo.com/{user}/videos/rss", "the user's videos"},
	{"letterboxd.com", "/{user}", "", "https://letterboxd.com/{user}/rss/", "the user's diary"},

	// Mastodon and its kin, on whatever host they are.
	{"", "/@{user}", "", "{self}/@{user}.rss", "the account's posts"},
	{"", "/users/{user}", "", "{self}/users/{user}.rss", "the account's posts"},
}

// byRule are the feeds that an address gives away.
func byRule(u *url.URL) []candidate {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if looksLikeFile(u.Path) {
		return nil
	}
	var list []candidate
	first := -1
	for i, r := range rules {
		if first >= 0 && (r.host != rules[first].host || r.path != rules[first].path) {
			break
		}
		names := map[string]string{"self": u.Scheme + "://" + u.Host}
		if !matchHost(r.host, host, names) || !matchPath(r.path, u.EscapedPath(), names) {
			continue
		}
		if r.arg != "" {
			v := u.Query().Get(r.arg)
			if v == "" || len(v) > 200 {
				continue
			}
			names[r.arg] = url.QueryEscape(v)
		}
		first = i
		if r.feed == "" {
			return nil
		}
		list = append(list, candidate{Found{URL: fill(r.feed, names), Why: r.why}, true})
	}
	return list
}

// looksLikeFile reports whether a path names a feed already.
func looksLikeFile(path string) bool {
	path = strings.ToLower(path)
	for _, end := range [...]string{".rss", ".atom", ".xml", ".rdf", ".json", "/feed", "/rss", "/feed/", "/rss/"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

func matchHost(pattern, host string, names map[string]string) bool {
	if pattern == "" {
		return true
	}
	if strings.HasPrefix(pattern, "{") {
		name, suffix, _ := strings.Cut(pattern[1:], "}")
		label, ok := strings.CutSuffix(host, suffix)
		if !ok || label == "" || label == "www" || strings.Contains(label, ".") {
			return false
		}
		names[name] = label
		return true
	}
	if host == pattern {
		return true
	}
	sub, ok := strings.CutSuffix(host, "."+pattern)
	switch sub {
	case "www", "m", "old", "new", "np", "mobile", "music", "export", "gaming":
		return ok
	}
	return false
}

func matchPath(pattern, path string, names map[string]string) bool {
	want := strings.Split(strings.Trim(pattern, "/"), "/")
	have := strings.Split(strings.Trim(path, "/"), "/")
	for i, w := range want {
		if w == "*" && i == len(want)-1 {
			return true
		}
		if i >= len(have) {
			return false
		}
		h := have[i]
		open := strings.IndexByte(w, '{')
		if open < 0 {
			if !strings.EqualFold(w, h) {
				return false
			}
			continue
		}
		value, ok := strings.CutPrefix(h, w[:open])
		if !ok || value == "" || len(value) > 200 || open == 0 && value[0] == '@' {
			return false
		}
		name, some, limited := strings.Cut(strings.TrimSuffix(w[open+1:], "}"), ":")
		if limited {
			value = strings.ToLower(value)
			if !contains(strings.Split(some, "|"), value) {
				return false
			}
		}
		names[name] = value
	}
	return len(have) == len(want)
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// fill puts the captured names into a template; what was captured holds no braces, for
// an address that was parsed has them escaped.
func fill(template string, names map[string]string) string {
	for name, value := range names {
		template = strings.ReplaceAll(template, "{"+name+"}", value)
	}
	return template
}

// channelID is the id in the page of a YouTube channel that is known by its handle.
func channelID(u *url.URL, page []byte) string {
	if !matchHost("youtube.com", strings.ToLower(u.Hostname()), nil) {
		return ""
	}
	for _, before := range [...]string{`"externalId":"`, `itemprop="identifier" content="`, `itemprop="channelId" content="`,
		`"channelId":"`, `youtube.com/channel/`, `"browseId":"`} {
		i := bytes.Index(page, []byte(before))
		if i < 0 {
			continue
		}
		id := page[i+len(before):]
		if len(id) >= 24 && bytes.HasPrefix(id, []byte("UC")) && word(string(id[:24])) {
			return string(id[:24])
		}
	}
	return ""
}
