package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The texts of the edition, one file an outlet. A file begins with lines "key: value"
// about the outlet (outlet, slug, folder, about, lang, format: rss, atom or json; text:
// full or teaser; clutter: yes). A line "=== Title" begins a story; then come lines
// about it (ago: hours before now; by, tags, picture: a kind of picture and its caption;
// slug where the title has no Latin letters; lang; teaser: yes; event: a note for people,
// the same on all accounts of a happening), a blank line and the text, in the form that
// body.go reads.
//
//go:embed edition/*.md
var texts embed.FS

// outlet is an invented outlet.
type outlet struct {
	name, slug, folder, about string
	lang, format              string
	teaser                    bool // the feed has only the beginning of each story
	clutter                   bool // pages, and full texts, are as cluttered as blogs are
	stories                   []*story
}

// story is an invented story.
type story struct {
	title, slug, by, lang, event string
	picture, caption             string // kind of the lead picture, "" for none
	tags                         []string
	ago                          time.Duration
	teaser                       bool
	body                         string
	outlet                       *outlet
}

func (o *outlet) feedPath() string {
	switch o.format {
	case "atom":
		return "/" + o.slug + "/atom.xml"
	case "json":
		return "/" + o.slug + "/feed.json"
	}
	return "/" + o.slug + "/feed/"
}

func (s *story) path() string { return "/" + s.outlet.slug + "/" + s.slug + "/" }

// outlets are the embedded texts, read when they are first needed.
var outlets = sync.OnceValues(func() ([]*outlet, error) {
	names, err := fs.Glob(texts, "edition/*.md")
	if err != nil {
		return nil, fmt.Errorf("listing the sample edition: %w", err)
	}
	var out []*outlet
	for _, name := range names {
		b, err := texts.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("reading the sample edition: %w", err)
		}
		o, err := readOutlet(string(b))
		if err != nil {
			return nil, fmt.Errorf("reading the sample edition's %s: %w", name, err)
		}
		out = append(out, o)
	}
	return out, nil
})

// readOutlet reads one file of the edition.
func readOutlet(text string) (*outlet, error) {
	parts := strings.Split("\n"+strings.ReplaceAll(text, "\r\n", "\n"), "\n=== ")
	o := &outlet{lang: "en", format: "rss"}
	for key, value := range lines(parts[0]) {
		switch key {
		case "outlet":
			o.name = value
		case "slug":
			o.slug = value
		case "folder":
			o.folder = value
		case "about":
			o.about = value
		case "lang":
			o.lang = value
		case "format":
			o.format = value
		case "text":
			o.teaser = value == "teaser"
		case "clutter":
			o.clutter = value == "yes"
		default:
			return nil, fmt.Errorf("unknown key %q of an outlet", key)
		}
	}
	if o.name == "" || o.slug == "" {
		return nil, fmt.Errorf("an outlet needs a name and a slug")
	}
	slugs := make(map[string]bool)
	for _, part := range parts[1:] {
		s, err := readStory(part, o)
		if err != nil {
			return nil, err
		}
		if slugs[s.slug] {
			return nil, fmt.Errorf("two stories have the slug %q", s.slug)
		}
		slugs[s.slug] = true
		o.stories = append(o.stories, s)
	}
	return o, nil
}

// readStory reads one story; part begins with its title.
func readStory(part string, o *outlet) (*story, error) {
	head, body, _ := strings.Cut(part, "\n\n")
	title, head, _ := strings.Cut(head, "\n")
	s := &story{title: strings.TrimSpace(title), lang: o.lang, teaser: o.teaser, body: strings.TrimSpace(body), outlet: o, ago: -1}
	for key, value := range lines(head) {
		switch key {
		case "ago":
			h, err := strconv.ParseFloat(value, 64)
			if err != nil {
				return nil, fmt.Errorf("%q: hours: %w", s.title, err)
			}
			s.ago = time.Duration(h * float64(time.Hour)).Truncate(time.Minute)
		case "by":
			s.by = value
		case "tags":
			for tag := range strings.SplitSeq(value, ",") {
				s.tags = append(s.tags, strings.TrimSpace(tag))
			}
		case "picture":
			s.picture, s.caption, _ = strings.Cut(value, " ")
		case "slug":
			s.slug = value
		case "lang":
			s.lang = value
		case "teaser":
			s.teaser = value == "yes"
		case "event":
			s.event = value
		default:
			return nil, fmt.Errorf("%q: unknown key %q", s.title, key)
		}
	}
	if s.slug == "" {
		s.slug = slug(s.title)
	}
	if s.title == "" || s.slug == "" || s.body == "" || s.ago < 0 {
		return nil, fmt.Errorf("%q: a story needs a title, a slug, a text and its hours", s.title)
	}
	return s, nil
}

// lines goes over the lines "key: value" of a head; others are given as keys alone, for
// the reader of the head to refuse.
func lines(head string) func(func(key, value string) bool) {
	return func(yield func(string, string) bool) {
		for line := range strings.SplitSeq(head, "\n") {
			if strings.TrimSpace(line) == "" {
				continue
			}
			key, value, _ := strings.Cut(line, ":")
			if !yield(strings.TrimSpace(key), strings.TrimSpace(value)) {
				return
			}
		}
	}
}

// slug is a title as it stands in an address: its Latin letters and digits.
func slug(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(title) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case r == '\'' || r == '’':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 64 {
			break
		}
	}
	return strings.Trim(b.String(), "-")
}
