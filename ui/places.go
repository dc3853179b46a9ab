package ui

import (
	"slices"
	"strings"

	"nightdesk/feeds"
	"nightdesk/ui/rail"
)

// A place is what the list shows before any filter: a view, a company, a feed, a folder.
type place struct {
	kind     rail.Kind
	key      string
	name     string
	query    string
	sort     feeds.Sort
	clusters bool
	empty    string // what an empty list says
	end      string // what is said when nothing unread is left in it
}

// The views that are always there.
const (
	viewFront   = "front"
	viewWire    = "wire"
	viewWatch   = "watch"
	viewStarred = "starred"
	viewSaved   = "saved"
)

func builtin() []place {
	return []place{
		{rail.View, viewFront, "Front page", "", feeds.Top, true, "No stories yet.\nR refreshes all feeds.", ""},
		{rail.View, viewWire, "Wire", "", feeds.Newest, false, "No stories yet.\nR refreshes all feeds.", ""},
		{rail.View, viewWatch, "Watch-list", "is:watched", feeds.Newest, false, "No company is watched, or nothing is about one.\nw watches the company of a story.", ""},
		{rail.View, viewStarred, "Starred", "is:starred", feeds.Newest, false, "Nothing is starred.\nf stars a story.", ""},
		{rail.View, viewSaved, "Saved", "is:saved", feeds.Newest, false, "Nothing is saved offline.\ns keeps a whole article.", ""},
	}
}

// views are the built-in ones and a person's own.
func views(own []feeds.View) []place {
	out := builtin()
	for _, v := range own {
		out = append(out, place{rail.View, "view:" + v.Name, v.Name, v.Query, feeds.Newest, false, "Nothing matches " + v.Query, ""})
	}
	return out
}

func companyPlace(slug, name string) place {
	return place{rail.Company, slug, name, "company:" + slug, feeds.Newest, false, "No story is about " + name + " yet.", ""}
}

func feedPlace(url, title string) place {
	return place{rail.Feed, url, title, "feed:" + quote(url), feeds.Newest, false, "Nothing from " + title + " yet.\nr refreshes it.", ""}
}

func folderPlace(name string) place {
	return place{rail.Folder, name, name, "folder:" + quote(name), feeds.Newest, false, "Nothing in this folder yet.", ""}
}

// quote makes a text one value of the query language.
func quote(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, "") + `"`
}

// railPlaces is the rail's content.
func (m *Model) railPlaces() []rail.Place {
	out := []rail.Place{{Kind: rail.Heading, Label: "VIEWS"}}
	for _, v := range m.views {
		out = append(out, rail.Place{Kind: rail.View, Key: v.key, Label: v.name, Count: m.counts[v.key]})
	}
	if len(m.companies) > 0 {
		out = append(out, rail.Place{Kind: rail.Heading}, rail.Place{Kind: rail.Heading, Label: "COMPANIES"})
		for i, c := range m.companies {
			if i >= 12 && !c.Watched {
				continue
			}
			out = append(out, rail.Place{Kind: rail.Company, Key: c.Slug, Label: c.Name, Count: c.Unread, Days: c.Days, Watched: c.Watched})
		}
	}
	if len(m.feeds) == 0 {
		return out
	}
	out = append(out, rail.Place{Kind: rail.Heading}, rail.Place{Kind: rail.Heading, Label: "FEEDS"})
	var folders []string
	in := make(map[string][]feeds.Feed)
	for _, f := range m.feeds {
		if in[f.Folder] == nil {
			folders = append(folders, f.Folder)
		}
		in[f.Folder] = append(in[f.Folder], f)
	}
	for _, name := range folders {
		if name != "" {
			p := rail.Place{Kind: rail.Folder, Key: name, Label: name}
			for _, f := range in[name] {
				p.Count += f.Unread
			}
			out = append(out, p)
		}
		fs := in[name]
		slices.SortStableFunc(fs, func(a, b feeds.Feed) int {
			return strings.Compare(strings.ToLower(feedTitle(a)), strings.ToLower(feedTitle(b)))
		})
		for _, f := range fs {
			out = append(out, rail.Place{Kind: rail.Feed, Key: f.URL, Label: feedTitle(f), Count: f.Unread, Broken: f.State.Failures > 0 || f.State.Gone, Indent: name != ""})
		}
	}
	return out
}

func feedTitle(f feeds.Feed) string {
	if f.Title != "" {
		return f.Title
	}
	return strings.TrimPrefix(strings.TrimPrefix(f.URL, "https://"), "http://")
}

// goTo is the place of a line of the rail.
func (m *Model) placeOf(p rail.Place) (place, bool) {
	switch p.Kind {
	case rail.View:
		for _, v := range m.views {
			if v.key == p.Key {
				return v, true
			}
		}
	case rail.Company:
		name := p.Label
		if c, ok := m.room.Company(p.Key); ok && name == "" {
			name = c.Name
		}
		return companyPlace(p.Key, name), true
	case rail.Feed:
		return feedPlace(p.Key, p.Label), true
	case rail.Folder:
		return folderPlace(p.Key), true
	}
	return place{}, false
}

// queryText is the query that the list shows: the place's, and the filters on it.
func (m *Model) queryText() string {
	var parts []string
	add := func(s string) {
		if s != "" {
			parts = append(parts, s)
		}
	}
	add(m.place.query)
	if m.company != "" {
		add("company:" + m.company)
	}
	if m.unreadOnly {
		add("is:unread")
	}
	if m.watchedOnly {
		add("is:watched")
	}
	if m.filter != "" {
		add("(" + m.filter + ")")
	}
	return strings.Join(parts, " ")
}

// request is the first page of what the list shows.
func (m *Model) request() (feeds.ListRequest, error) {
	q, err := m.room.Parse(m.queryText())
	if err != nil {
		return feeds.ListRequest{}, err
	}
	req := feeds.ListRequest{Query: q, Sort: m.place.sort, Clusters: m.place.clusters}
	if m.sort != "" {
		req.Sort, req.Clusters = m.sort, m.sort == feeds.Top
	}
	return req, nil
}
