package parse

import (
	"fmt"
	"strings"
	"time"

	"nightdesk/feeds"
)

// Item is a story as it is told by who has read the feed before: another program's
// database, a sync server. Its texts are as hostile as a feed's.
type Item struct {
	GUID       string // the feed's own id of it; "" takes the link, as for a feed without ids
	URL        string
	Title      string
	Author     string
	HTML       string // content, HTML or plain text
	Published  time.Time
	Updated    time.Time
	Base       string // what relative addresses are relative to, "" for the feed's address
	Lang       string
	Comments   string
	Categories []string
	Enclosures []feeds.Enclosure
}

// Story makes a story of an item just as Feed does of the feed's own, so that both have
// the same identity and the next refresh recognises it. It has no Given: who tells of it
// does not know how the feed wrote its date.
func Story(it Item, o Origin) (s feeds.Story, err error) {
	defer func() {
		if p := recover(); p != nil {
			s, err = feeds.Story{}, fmt.Errorf("%w: %v", errCrash, p)
		}
	}()
	e := entry{
		guid: bounded(it.GUID), permalink: true, lang: it.Lang, base: absolute("", it.Base),
		links: []link{{href: it.URL}}, comments: link{href: it.Comments}, categories: it.Categories,
	}
	if t := sniff(bounded(it.Title)); t.s != "" {
		e.titles = []text{t}
	}
	if it.HTML != "" {
		e.contents = []text{sniff(bounded(it.HTML))}
	}
	if a := name(bounded(it.Author)); a != "" {
		e.authors = []string{a}
	}
	for _, t := range []struct {
		at time.Time
		to *[]string
	}{{it.Published, &e.published}, {it.Updated, &e.updated}} {
		if !t.at.IsZero() {
			*t.to = []string{t.at.UTC().Format(time.RFC3339)}
		}
	}
	for _, n := range it.Enclosures {
		e.enclosures = append(e.enclosures, enclosure{link{href: n.URL, typ: n.Type}, fmt.Sprint(n.Length)})
	}
	m := maker{o: o}
	s = m.story(&e)
	s.Given = ""
	s.Hash = storyHash(&s)
	return s, nil
}

// bounded is what is looked at of a text.
func bounded(s string) string {
	if len(s) > maxRaw {
		s = s[:maxRaw]
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}
