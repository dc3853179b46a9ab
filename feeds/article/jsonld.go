package article

import (
	"encoding/json"
	"strings"

	"golang.org/x/net/html"

	"nightdesk/feeds/plain"
)

// linked is what the JSON-LD of a page says of its article (https://schema.org/Article).
type linked struct {
	title, body, published, modified, description, image, site, url, lang string
	authors                                                               []string
	walled                                                                bool
	rank                                                                  int               // of the type that gave the title
	persons                                                               map[string]string // names of persons by their @id
	byRef                                                                 []string          // @id of authors that are named elsewhere
}

func (l *linked) read(s string) {
	s = strings.TrimSpace(s)
	s = strings.TrimSuffix(strings.TrimPrefix(s, "<![CDATA["), "]]>")
	s = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(s), "<!--"), "-->")
	if s == "" || len(s) > 1<<20 {
		return
	}
	var v any
	if json.Unmarshal([]byte(s), &v) != nil {
		// Raw new lines inside strings are the usual fault.
		s = strings.Map(func(r rune) rune {
			if r < 0x20 {
				return ' '
			}
			return r
		}, s)
		if json.Unmarshal([]byte(strings.TrimRight(s, "; ")), &v) != nil {
			return
		}
	}
	budget := 5000
	l.value(v, 0, &budget)
}

func (l *linked) value(v any, depth int, budget *int) {
	*budget--
	if depth > 8 || *budget < 0 {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			l.value(x, depth+1, budget)
		}
	case map[string]any:
		l.object(v)
		for _, key := range [...]string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "liveBlogUpdate"} {
			if key == "liveBlogUpdate" || key == "itemListElement" {
				continue // parts, not the page
			}
			if x, ok := v[key]; ok {
				l.value(x, depth+1, budget)
			}
		}
	}
}

func (l *linked) object(o map[string]any) {
	rank := 0
	for _, t := range texts(o["@type"]) {
		switch i := strings.LastIndexAny(t, "/:"); t[i+1:] {
		case "Person":
			if id, nm := one(o["@id"]), one(o["name"]); id != "" && nm != "" && len(l.persons) < 50 {
				if l.persons == nil {
					l.persons = map[string]string{}
				}
				l.persons[id] = nm
			}
		case "NewsArticle", "BlogPosting", "Article", "TechArticle", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle",
			"ReviewNewsArticle", "BackgroundNewsArticle", "ScholarlyArticle", "LiveBlogPosting", "Report", "SocialMediaPosting", "DiscussionForumPosting", "AskPublicNewsArticle", "AdvertiserContentArticle", "SatiricalArticle":
			rank = max(rank, 3)
		case "Review", "Recipe", "Product", "QAPage", "HowTo", "CreativeWork", "VideoObject", "Event", "PodcastEpisode":
			rank = max(rank, 2)
		case "WebPage", "ItemPage":
			rank = max(rank, 1)
		case "WebSite", "Organization", "NewsMediaOrganization":
			if l.site == "" {
				l.site = one(o["name"])
			}
		}
	}
	if rank == 0 || rank < l.rank {
		return
	}
	better := rank > l.rank
	l.rank = rank
	set := func(to *string, v string) {
		if v != "" && (better || *to == "") {
			*to = v
		}
	}
	set(&l.title, plain.Text(html.UnescapeString(one(o["headline"]))))
	if rank < 3 {
		set(&l.title, plain.Text(html.UnescapeString(one(o["name"]))))
	}
	set(&l.published, firstOf(one(o["datePublished"]), one(o["dateCreated"]), one(o["uploadDate"])))
	set(&l.modified, one(o["dateModified"]))
	set(&l.description, one(o["description"]))
	set(&l.url, one(o["url"]))
	set(&l.lang, one(o["inLanguage"]))
	set(&l.image, link(firstAny(o["image"], o["thumbnailUrl"])))
	if p, ok := o["publisher"].(map[string]any); ok {
		set(&l.site, one(p["name"]))
	}
	body := one(o["articleBody"])
	if body == "" {
		body = one(o["text"])
	}
	if len(body) > len(l.body) {
		l.body = body
	}
	if rank >= 2 {
		if names := people(firstAny(o["author"], o["creator"])); len(names) > 0 && (better || len(l.authors) == 0) {
			l.authors = names
		}
		if ref, ok := o["author"].(map[string]any); ok && ref["name"] == nil {
			if id := one(ref["@id"]); id != "" && len(l.byRef) < 20 {
				l.byRef = append(l.byRef, id)
			}
		}
	}
	switch free := o["isAccessibleForFree"].(type) {
	case bool:
		l.walled = l.walled || !free
	case string:
		l.walled = l.walled || strings.EqualFold(free, "false")
	}
}

// names are the authors, those that are only referred to with their names looked up.
func (l *linked) names() []string {
	out := l.authors
	for _, id := range l.byRef {
		if nm := l.persons[id]; nm != "" && len(out) < 12 {
			out = append(out, nm)
		}
	}
	return out
}

func firstAny(vs ...any) any {
	for _, v := range vs {
		if v != nil {
			return v
		}
	}
	return nil
}

// one is the first text of a value that may be a text, a list or an object with a value.
func one(v any) string {
	switch v := v.(type) {
	case string:
		return strings.TrimSpace(v)
	case []any:
		for _, x := range v {
			if s, ok := x.(string); ok {
				return strings.TrimSpace(s)
			}
		}
	case map[string]any:
		for _, k := range [...]string{"@value", "name"} {
			if s, ok := v[k].(string); ok {
				return strings.TrimSpace(s)
			}
		}
	}
	return ""
}

func texts(v any) []string {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		var out []string
		for _, x := range v {
			if s, ok := x.(string); ok {
				out = append(out, s)
			}
		}
		return out
	}
	return nil
}

func link(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case []any:
		if len(v) > 0 {
			return link(v[0])
		}
	case map[string]any:
		return firstOf(one(v["url"]), one(v["contentUrl"]))
	}
	return ""
}

// people are the names of authors, organisations last.
func people(v any) []string {
	var persons, others []string
	var add func(v any, depth int)
	add = func(v any, depth int) {
		if depth > 3 || len(persons)+len(others) > 20 {
			return
		}
		switch v := v.(type) {
		case string:
			persons = append(persons, v)
		case []any:
			for _, x := range v {
				add(x, depth+1)
			}
		case map[string]any:
			n := v["name"]
			if n == nil {
				return
			}
			t := texts(v["@type"])
			if len(t) > 0 && strings.HasSuffix(t[0], "Organization") {
				others = append(others, texts(n)...)
			} else {
				persons = append(persons, texts(n)...)
			}
		}
	}
	add(v, 0)
	if len(persons) == 0 {
		return others
	}
	return persons
}
