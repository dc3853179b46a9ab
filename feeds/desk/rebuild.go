package desk

import (
	"context"
	"errors"
	"path"
	"regexp"
	"strings"
	"sync"

	"nightdesk/feeds"
	"nightdesk/feeds/export"
	"nightdesk/feeds/library"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/store"
)

// A Rebuilt says what became of one folder of saved articles.
type Rebuilt struct {
	Folder string
	Title  string
	Story  string // id
	How    string // "known", "moved", "taken in" or "unreadable"
	Err    error  // why it is unreadable
}

// Rebuild takes the saved articles that stand in the folder into the database: those that
// it does not know, and those that a person has moved or renamed. The files stay as they
// are. With dry nothing is written. Each folder is reported.
func (d *Desk) Rebuild(ctx context.Context, dry bool, report func(Rebuilt)) error {
	folders, err := d.lib.Folders()
	if err != nil {
		return err
	}
	fs, err := d.db.Feeds(ctx)
	if err != nil {
		return err
	}
	byURL := make(map[string]feeds.Feed, len(fs))
	for _, f := range fs {
		byURL[f.URL] = f
	}
	for _, name := range folders {
		if err := ctx.Err(); err != nil {
			return err
		}
		r := Rebuilt{Folder: name}
		e, err := d.lib.Read(name)
		if err == nil {
			r.Title = e.Article.Title
			err = d.takeIn(ctx, e, byURL, dry, &r)
		}
		if err != nil {
			if errors.Is(err, store.ErrReadOnly) || ctx.Err() != nil {
				return err
			}
			r.How, r.Err = "unreadable", err
		}
		report(r)
	}
	return nil
}

// takeIn stores one saved article as its file tells it.
func (d *Desk) takeIn(ctx context.Context, e *library.Entry, byURL map[string]feeds.Feed, dry bool, r *Rebuilt) error {
	s, known, err := d.storyOf(ctx, e)
	if err != nil {
		return err
	}
	r.How = "taken in"
	if known && s.Mark.Saved == feeds.Kept {
		_, dir, err := d.db.ArticleOf(ctx, s.ID)
		switch {
		case err == nil && dir == e.Folder:
			r.Story, r.How = s.ID, "known"
			return nil
		case err == nil && dir != "":
			if _, err := d.lib.Read(dir); err == nil { // a copy that a person made
				r.Story, r.How = s.ID, "known"
				return nil
			}
			r.How = "moved"
		}
	}
	r.Story = s.ID
	if dry {
		return nil
	}
	if !known {
		if s, err = d.bring(ctx, e, byURL); err != nil {
			return err
		}
		r.Story = s.ID
	}
	a := e.Article
	a.Pictures = d.picturesIn(e)
	if a.HTML, err = export.Fragment(a.Markdown); err != nil {
		return err
	}
	if a.Words == 0 {
		a.Words = len(strings.Fields(a.Markdown))
	}
	a.Site = e.Outlet
	return d.db.SaveArticle(ctx, s.ID, &a, e.Folder)
}

// storyOf finds the story of a saved article: by its id, else by its address.
func (d *Desk) storyOf(ctx context.Context, e *library.Entry) (feeds.Story, bool, error) {
	if e.ID != "" {
		s, err := d.db.Story(ctx, e.ID)
		if err == nil && s.ID == e.ID {
			return s, true, nil
		} else if err != nil && !errors.Is(err, store.ErrNotFound) && errors.Is(err, store.ErrReadOnly) {
			return s, false, err
		}
	}
	if e.Article.URL != "" {
		if s, err := d.db.StoryByURL(ctx, e.Article.URL); err == nil {
			return s, true, nil
		}
	}
	return feeds.Story{ID: e.ID}, false, nil
}

// bring stores the story of a saved article: in its feed if that is subscribed to, so that
// it is the same story when the feed tells it again, else as a page of its own.
func (d *Desk) bring(ctx context.Context, e *library.Entry, byURL map[string]feeds.Feed) (feeds.Story, error) {
	a := &e.Article
	s := feeds.Story{
		GUID: plain.Text(e.GUID), URL: a.URL, Title: a.Title, Author: a.Author, Published: a.Published, FeedTitle: e.Outlet, FeedURL: e.Feed,
		Summary: cut(excerpt(a.Markdown), 300), Lang: a.Lang, Words: a.Words, Categories: e.Tags,
	}
	if s.Published.IsZero() {
		s.Published = e.Saved
	}
	if s.Published.IsZero() {
		s.Published = d.opt.Now()
	}
	l := d.list()
	for i, slug := range e.Slugs {
		if c, ok := l.Find(slug); ok {
			s.Companies = append(s.Companies, feeds.Tag{Slug: c.Slug, Name: c.Name, Score: 1 - 0.01*float64(min(i, 40))})
		}
	}
	if s.GUID == "" {
		s.GUID = first(s.URL, "saved:"+e.Folder)
	}
	feed, subscribed := byURL[e.Feed]
	if !subscribed {
		return d.db.AddPage(ctx, s)
	}
	arrived, err := d.db.SaveStories(ctx, []feeds.Batch{{FeedID: feed.ID, State: feed.State, Stories: []feeds.Story{s}}})
	if err != nil {
		return s, err
	}
	for _, part := range arrived {
		if len(part.New) > 0 {
			return part.New[0], d.events.Place(ctx, part.New)
		}
		if len(part.Changed) > 0 {
			return part.Changed[0], nil
		}
	}
	return s, errors.New("the story could not be stored")
}

// excerpt is the first paragraph of a text that is one.
func excerpt(markdown string) string {
	for part := range strings.SplitSeq(markdown, "\n\n") {
		part = strings.TrimSpace(part)
		if part != "" && !strings.ContainsAny(part[:1], "#!|>`-*[") {
			return plain.Text(part)
		}
	}
	return ""
}

// pictureIn finds the pictures that a saved text shows.
var pictureIn = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`!\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)`)
})

// picturesIn are the pictures of a saved article that stand beside it.
func (d *Desk) picturesIn(e *library.Entry) []feeds.Picture {
	var out []feeds.Picture
	seen := make(map[string]bool)
	for _, m := range pictureIn().FindAllStringSubmatch(e.Article.Markdown, maxPictures) {
		file := m[2]
		if seen[file] || file != path.Base(file) || strings.HasPrefix(file, ".") {
			continue
		}
		seen[file] = true
		if _, err := d.lib.Picture(e.Folder, file); err == nil {
			out = append(out, feeds.Picture{URL: file, File: file, Alt: plain.Text(m[1])})
		}
	}
	return out
}
