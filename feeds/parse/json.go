package parse

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	jsonfeed "github.com/mmcdole/gofeed/json"
)

var errJSON = errors.New("this is JSON, not a JSON feed")

// feedJSON reads JSON Feed 1.0 and 1.1. The document is taken apart key by key, so that
// what stands before a cut or a fault is kept; gofeed reads the head and each item, and
// an item that it refuses is read once more with its types put right.
func feedJSON(src []byte, o Origin, r *Result) (*Result, error) {
	src = bytes.Map(func(c rune) rune { // raw control characters, line breaks in strings among them
		if c < 0x20 || c == 0x7f {
			return ' '
		}
		return c
	}, src)
	top, items, isCut, err := splitJSON(src)
	if err != nil {
		return nil, err
	}
	var f jsonfeed.Feed
	decodeJSON(top, feedFields, &f)
	if items == nil && !strings.Contains(f.Version, "jsonfeed") {
		return nil, errJSON
	}
	r.Format = "json feed"
	if _, v, ok := strings.Cut(f.Version, "/version/"); ok {
		r.Format += " " + short(v, 8)
	}
	h := &head{title: sniff(f.Title), description: sniff(f.Description), lang: f.Language}
	h.sites = []link{{href: f.HomePageURL}}
	h.self = []link{{href: f.FeedURL}}
	h.images = []link{{href: f.Icon}, {href: f.Favicon}}
	if a := jsonAuthors(f.Authors, f.Author); len(a) > 0 {
		h.author = strings.Join(a, ", ")
	}
	var hubs []struct{ URL string }
	if json.Unmarshal(top["hubs"], &hubs) == nil {
		for _, u := range hubs {
			h.hubs = append(h.hubs, link{href: u.URL})
		}
	}
	m := r.head(h, o)
	ids := map[string]bool{}
	var entries []entry
	mended, refused := 0, 0
	for n, raw := range items {
		if n >= maxItems {
			r.note("only the first %d of %d items were read", maxItems, len(items))
			break
		}
		k := hash(raw)
		r.ItemHashes = append(r.ItemHashes, k)
		var it jsonfeed.Item
		if o.Known != nil && o.Known(k) {
			r.Unchanged++
			var id struct{ ID any }
			if json.Unmarshal(raw, &id) == nil && id.ID != nil {
				ids[fmt.Sprint(id.ID)] = true
			}
			continue
		}
		if err := json.Unmarshal(raw, &it); err != nil || raw[0] != '{' {
			it = jsonfeed.Item{}
			var fields map[string]json.RawMessage
			if json.Unmarshal(raw, &fields) != nil || fields == nil {
				refused++
				continue
			}
			decodeJSON(fields, itemFields, &it)
			mended++
		}
		entries = append(entries, jsonEntry(&it))
	}
	r.stories(m, entries)
	for i := range r.Stories {
		if ids[r.Stories[i].GUID] {
			o.Known = nil
			return feedJSON(src, o, &Result{Repaired: r.Repaired})
		}
	}
	if isCut {
		r.note("the document is cut short or broken after %d items", len(items))
	}
	if mended > 0 {
		r.note("%d items had fields of a wrong type", mended)
	}
	if refused > 0 {
		r.note("%d items are no objects and were left out", refused)
	}
	r.finish()
	return r, nil
}

// splitJSON takes the top object apart. isCut says that it ends before its end.
func splitJSON(src []byte) (top map[string]json.RawMessage, items []json.RawMessage, isCut bool, err error) {
	d := json.NewDecoder(bytes.NewReader(src))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, nil, false, errJSON
	}
	top = make(map[string]json.RawMessage)
	for d.More() {
		t, err := d.Token()
		key, ok := t.(string)
		if err != nil || !ok {
			isCut = true
			break
		}
		key = strings.ToLower(key)
		if key == "items" && items == nil && next(src, d) == '[' {
			d.Token()
			items = []json.RawMessage{}
			for d.More() {
				var raw json.RawMessage
				if err := d.Decode(&raw); err != nil {
					return top, items, true, nil
				}
				items = append(items, raw)
			}
			if _, err := d.Token(); err != nil {
				return top, items, true, nil
			}
			continue
		}
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			isCut = true
			break
		}
		if len(top) < 100 {
			top[key] = raw
		}
	}
	if _, err := d.Token(); err != nil {
		isCut = true
	}
	if len(top) == 0 && items == nil {
		return nil, nil, false, errJSON
	}
	return top, items, isCut, nil
}

// next is the first character of the value that the decoder comes to.
func next(src []byte, d *json.Decoder) byte {
	for i := int(d.InputOffset()); i < len(src); i++ {
		if c := src[i]; c != ' ' && c != ':' {
			return c
		}
	}
	return 0
}

// feedFields and itemFields say what a JSON Feed's fields are: 's'trings, 'p'ersons, lists
// of 'P'ersons, of 't'ags, of 'a'ttachments; 0 is none that is read.
func feedFields(key string) byte {
	switch key {
	case "version", "title", "home_page_url", "feed_url", "description", "icon", "favicon", "language":
		return 's'
	case "author":
		return 'p'
	case "authors":
		return 'P'
	}
	return 0
}

func itemFields(key string) byte {
	switch key {
	case "id", "url", "external_url", "title", "content_html", "content_text", "summary", "image", "banner_image", "date_published", "date_modified", "language":
		return 's'
	case "author":
		return 'p'
	case "authors":
		return 'P'
	case "tags":
		return 't'
	case "attachments":
		return 'a'
	}
	return 0
}

// decodeJSON makes an object of those fields that have, or can be given, the right type,
// and has it read as v.
func decodeJSON(fields map[string]json.RawMessage, kindOf func(string) byte, v any) {
	good := make(map[string]any, len(fields))
	for k, raw := range fields {
		kind := kindOf(strings.ToLower(k))
		if kind == 0 {
			continue
		}
		var x any
		if json.Unmarshal(raw, &x) != nil || x == nil {
			continue
		}
		switch kind {
		case 's':
			good[k] = str(x)
		case 't':
			good[k] = strs(x)
		case 'p':
			good[k] = personJSON(one(x))
		case 'P':
			var ps []any
			for _, p := range list(x) {
				ps = append(ps, personJSON(p))
			}
			good[k] = ps
		case 'a':
			var as []any
			for _, a := range list(x) {
				if m, ok := a.(map[string]any); ok {
					as = append(as, map[string]any{"url": str(m["url"]), "mime_type": str(m["mime_type"]), "size_in_bytes": str(m["size_in_bytes"])})
				} else if s := str(a); s != "" {
					as = append(as, map[string]any{"url": s})
				}
			}
			good[k] = as
		}
	}
	if b, err := json.Marshal(good); err == nil {
		_ = json.Unmarshal(b, v) // what it can't take is left out: there is nothing more to be had
	}
}

// str is a value as a string: of a list or an object, the first that says something.
func str(x any) string {
	switch v := x.(type) {
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		if len(v) > 0 {
			return str(v[0])
		}
	case map[string]any:
		for _, k := range [...]string{"url", "href", "src", "name", "value", "text", "html"} {
			if s, ok := v[k].(string); ok {
				return s
			}
		}
	}
	return ""
}

func list(x any) []any {
	if l, ok := x.([]any); ok {
		return l
	}
	return []any{x}
}

func one(x any) any {
	if l := list(x); len(l) > 0 {
		return l[0]
	}
	return nil
}

func strs(x any) []string {
	var out []string
	if s, ok := x.(string); ok {
		return splitComma(s)
	}
	for _, v := range list(x) {
		if s := str(v); s != "" {
			out = append(out, s)
		}
	}
	return out
}

func personJSON(x any) map[string]any {
	if m, ok := x.(map[string]any); ok {
		return map[string]any{"name": str(m["name"]), "url": str(m["url"])}
	}
	return map[string]any{"name": str(x)}
}

func jsonAuthors(list []*jsonfeed.Author, single *jsonfeed.Author) []string {
	if single != nil {
		list = append(list, single)
	}
	var out []string
	for _, a := range list {
		if a == nil {
			continue
		}
		if n := name(a.Name); n != "" && (len(out) == 0 || out[0] != n) {
			out = append(out, n)
		}
	}
	return out
}

// sniff is a text that should be plain and may be HTML all the same.
func sniff(s string) text { return text{s: strings.TrimSpace(s), html: looksHTML(s)} }

func jsonEntry(it *jsonfeed.Item) entry {
	e := entry{guid: it.ID, permalink: true, lang: it.Language}
	for _, u := range [...]string{it.URL, it.ExternalURL} {
		if u != "" {
			e.links = append(e.links, link{href: u})
		}
	}
	if it.Title != "" {
		e.titles = append(e.titles, sniff(it.Title))
	}
	if it.ContentHTML != "" {
		e.contents = append(e.contents, text{s: it.ContentHTML, html: true})
	} else if it.ContentText != "" {
		e.contents = append(e.contents, text{s: it.ContentText})
	}
	if it.Summary != "" {
		e.summaries = append(e.summaries, sniff(it.Summary))
	}
	if it.DatePublished != "" {
		e.published = []string{it.DatePublished}
	}
	if it.DateModified != "" {
		e.updated = []string{it.DateModified}
	}
	e.authors = jsonAuthors(it.Authors, it.Author)
	e.categories = it.Tags
	for _, u := range [...]string{it.Image, it.BannerImage} {
		if u != "" {
			e.images = append(e.images, link{href: u})
		}
	}
	if it.Attachments != nil {
		for _, a := range *it.Attachments {
			e.enclosures = append(e.enclosures, enclosure{link{href: a.URL, typ: a.MimeType}, strconv.FormatInt(a.SizeInBytes, 10)})
		}
	}
	return e
}
