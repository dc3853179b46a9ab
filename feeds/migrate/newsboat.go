package migrate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Newsboat reads newsboat's list of feeds and its cache (its manual, "Configuring
// newsboat" and doc/configcommands). The path is its folder, its urls file or its
// cache.db; without one it is $XDG_CONFIG_HOME/newsboat with $XDG_DATA_HOME/newsboat, or
// ~/.newsboat.
func Newsboat(ctx context.Context, w Where) (*Library, error) {
	l := &Library{Program: "newsboat", table: newsboatItems}
	urls, cache := "", ""
	switch st, err := os.Stat(w.Path); {
	case w.Path == "":
		dir, data := filepath.Join(w.ConfigHome, "newsboat"), filepath.Join(w.DataHome, "newsboat")
		if !exists(dir) {
			dir = filepath.Join(w.Home, ".newsboat")
			data = dir
		}
		urls, cache = filepath.Join(dir, "urls"), filepath.Join(data, "cache.db")
		if own := cacheFile(filepath.Join(dir, "config"), w.Home); own != "" {
			cache = own
		}
	case err != nil:
		return nil, fmt.Errorf("read newsboat's files: %w", err)
	case st.IsDir():
		urls, cache = filepath.Join(w.Path, "urls"), filepath.Join(w.Path, "cache.db")
		if own := cacheFile(filepath.Join(w.Path, "config"), w.Home); own != "" {
			cache = own
		}
	case isDatabase(w.Path):
		cache = w.Path
		if beside := filepath.Join(filepath.Dir(w.Path), "urls"); exists(beside) {
			urls = beside
		}
	default:
		urls = w.Path
		if beside := filepath.Join(filepath.Dir(w.Path), "cache.db"); exists(beside) {
			cache = beside
		}
	}
	listed := false
	if urls != "" {
		b, err := readList(urls)
		switch {
		case err == nil:
			l.Files = append(l.Files, urls)
			l.readURLs(b)
			listed = true
		case !errors.Is(err, os.ErrNotExist):
			return nil, fmt.Errorf("read newsboat's list of feeds: %w", err)
		}
	}
	if cache != "" && exists(cache) {
		db, err := openDatabase(ctx, cache, l.table)
		if err != nil {
			return nil, fmt.Errorf("read newsboat's cache: %w", err)
		}
		l.db = db
		l.Files = append(l.Files, cache)
		if !listed {
			err = l.feedsOfCache(ctx)
		} else {
			err = l.titlesOfCache(ctx)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("read newsboat's cache: %w", err), db.close())
		}
	}
	if len(l.Files) == 0 {
		return nil, fmt.Errorf("read newsboat's files: no %s and no %s: %w", urls, cache, ErrNothing)
	}
	return l, nil
}

// cacheFile is what the config says of the place of the cache, "" if nothing.
func cacheFile(config, home string) string {
	b, err := readList(config)
	if err != nil {
		return ""
	}
	out := ""
	for line := range strings.Lines(string(b)) {
		if words := tokens(line); len(words) == 2 && words[0] == "cache-file" {
			out = words[1]
			if rest, ok := strings.CutPrefix(out, "~/"); ok {
				out = filepath.Join(home, rest)
			}
		}
	}
	return out
}

// readURLs reads the urls file: a feed a line, then its tags. A tag that begins with "~"
// is a title, one that begins with "!" hides the feed in newsboat's list.
func (l *Library) readURLs(b []byte) {
	seen := make(map[string]bool)
	hidden := 0
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	for line := range bytes.SplitSeq(b, []byte("\n")) {
		words := tokens(strings.TrimSuffix(strings.ToValidUTF8(string(line), "\uFFFD"), "\r"))
		if len(words) == 0 {
			continue
		}
		s := feeds.Subscription{}
		for _, tag := range words[1:] {
			switch {
			case strings.HasPrefix(tag, "~"):
				if s.Title == "" {
					s.Title = clip(plain.Text(tag[1:]))
				}
			case strings.HasPrefix(tag, "!"):
				hidden++
			default:
				if t := clip(plain.Text(tag)); t != "" && len(s.Tags) < 32 {
					s.Tags = append(s.Tags, t)
				}
			}
		}
		if why := source(&s, words[0]); why != "" {
			l.skip(words[0], why)
			continue
		}
		if strings.HasPrefix(s.URL, "exec:") {
			l.note("%s runs a command of yours at every refresh, as it did in newsboat", s.URL)
		}
		if s.Filter != "" {
			l.note("%s goes through a command of yours at every refresh, as it did in newsboat", s.URL)
		}
		l.add(s, seen)
	}
	if hidden > 0 {
		l.note("%d feeds were hidden in newsboat's list; here every feed is shown", hidden)
	}
}

// source reads the address of a feed as newsboat writes them; why says why it cannot be
// taken over.
func source(s *feeds.Subscription, word string) (why string) {
	switch {
	case strings.HasPrefix(word, "query:"):
		return "a query feed; write its expression as a [[view]] of the config"
	case strings.HasPrefix(word, "exec:"):
		if plain.Text(word) != word || strings.TrimSpace(word[5:]) == "" {
			return "its command cannot be read"
		}
		s.URL = "exec:" + shell(strings.TrimSpace(word[5:]))
	case strings.HasPrefix(word, "filter:"):
		command, url, ok := strings.Cut(word[7:], ":http")
		if !ok || !web("http"+url) || plain.Text(command) != command || strings.TrimSpace(command) == "" {
			return "its filter cannot be read"
		}
		s.URL, s.Filter = "http"+url, shell(strings.TrimSpace(command))
	case strings.HasPrefix(word, "file://"):
		if plain.Text(word) != word {
			return "its path cannot be read"
		}
		s.URL = word
	case web(word):
		s.URL = word
	default:
		return "no address of a feed"
	}
	return ""
}

// shell is a command that newsboat gives to a shell, as one that needs none: the words
// themselves where they mean the same, else sh with them.
func shell(command string) string {
	if !strings.ContainsAny(command, "\\\"'$`|&;<>()*?[]#~{}") {
		return command
	}
	return "sh -c '" + strings.ReplaceAll(command, "'", `'"'"'`) + "'"
}

// tokens takes a line of newsboat's files apart: words, and "…" with \" and \\ within.
// What follows a # outside of quotes is a comment.
func tokens(line string) []string {
	var out []string
	for i := 0; i < len(line) && len(out) < 100; {
		switch c := line[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			i++
		case c == '#':
			return out
		case c == '"':
			var b strings.Builder
			for i++; i < len(line) && line[i] != '"'; i++ {
				if line[i] == '\\' && i+1 < len(line) && (line[i+1] == '"' || line[i+1] == '\\') {
					i++
				}
				b.WriteByte(line[i])
			}
			i++
			out = append(out, b.String())
		default:
			from := i
			for i < len(line) && !strings.ContainsRune(" \t\r\n", rune(line[i])) {
				i++
			}
			out = append(out, line[from:i])
		}
	}
	return out
}

// newsboatItems is the table of newsboat's stories (schema 2.x; columns that an older
// cache lacks are left out).
var newsboatItems = table{
	name: "rss_item", feed: "feedurl", rowid: "rowid",
	columns: []string{"guid", "url", "title", "author", "content", "pubDate", "enclosure_url", "enclosure_type", "base", "unread", "flags", "deleted"},
	item: func(v map[string]any) item {
		it := item{read: whole(v["unread"]) == 0 || whole(v["deleted"]) != 0, starred: words(v["flags"]) != ""}
		it.GUID, it.URL, it.Title, it.Author = words(v["guid"]), words(v["url"]), words(v["title"]), words(v["author"])
		it.HTML, it.Published, it.Base = words(v["content"]), moment(v["pubDate"]), words(v["base"])
		// Where a feed gives no id newsboat makes one of the link and the date.
		if it.URL != "" && it.GUID != it.URL && strings.HasPrefix(it.GUID, it.URL) && datelike(it.GUID[len(it.URL):]) || it.GUID == it.Title {
			it.GUID = ""
		}
		if u := words(v["enclosure_url"]); u != "" {
			it.Enclosures = []feeds.Enclosure{{URL: u, Type: words(v["enclosure_type"])}}
		}
		return it
	},
}

// datelike reports whether a text may be a date as feeds write them.
func datelike(s string) bool {
	digits := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= '0' && s[i] <= '9' {
			digits++
		}
	}
	return digits >= 6 && (strings.Contains(s, ":") || strings.Contains(s, "-")) && !strings.ContainsAny(s, "/?#&=")
}

// feedsOfCache subscribes to the feeds of the cache, for a person who has no list.
func (l *Library) feedsOfCache(ctx context.Context) error {
	seen := make(map[string]bool)
	return l.db.feeds(ctx, "rss_feed", "rssurl", []string{"title", "url"}, func(url string, v map[string]any) {
		s := feeds.Subscription{Title: clip(plain.Text(words(v["title"])))}
		if why := source(&s, url); why != "" {
			l.skip(url, why)
			return
		}
		if site := words(v["url"]); web(site) {
			s.Site = site
		}
		l.db.alias(s.URL, url)
		l.add(s, seen)
	})
}

// titlesOfCache notes which feed of the list is which of the cache.
func (l *Library) titlesOfCache(ctx context.Context) error {
	at := make(map[string]bool, len(l.Feeds))
	for i := range l.Feeds {
		at[l.Feeds[i].URL] = true
	}
	return l.db.feeds(ctx, "rss_feed", "rssurl", nil, func(url string, _ map[string]any) {
		var s feeds.Subscription
		if source(&s, url) == "" && at[s.URL] {
			l.db.alias(s.URL, url)
		}
	})
}
