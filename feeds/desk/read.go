package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/company"
	"nightdesk/feeds/fetch"
	"nightdesk/feeds/parse"
	"nightdesk/feeds/plain"
	"nightdesk/feeds/store"
)

// acceptPages is what is asked of an outlet's page.
const acceptPages = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

// maxPages is how many pages of an article in parts are put together.
const maxPages = 6

// Article is the best text of a story that is stored, without the network: the saved
// article, else the page's text, else what the feed gave.
func (d *Desk) Article(ctx context.Context, id string) (feeds.Story, *feeds.Article, error) {
	s, err := d.Story(ctx, id)
	if err != nil {
		return s, nil, err
	}
	a, err := d.stored(ctx, &s)
	return s, a, err
}

func (d *Desk) stored(ctx context.Context, s *feeds.Story) (*feeds.Article, error) {
	a, dir, err := d.db.ArticleOf(ctx, s.ID)
	switch {
	case err == nil:
		if dir != "" {
			a.Source = "saved"
		}
		return a, nil
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	return d.fromFeed(ctx, s)
}

// fromFeed is the article that the feed itself gave.
func (d *Desk) fromFeed(ctx context.Context, s *feeds.Story) (*feeds.Article, error) {
	html := s.HTML
	if html == "" {
		html = "<p>" + escape(s.Summary) + "</p>"
	}
	a, err := article.Fragment(ctx, html, article.Source{URL: s.URL, Witness: s.Summary, Rules: d.opt.Sites})
	if err != nil {
		a = &feeds.Article{Markdown: plain.Markdown(s.Summary), Excerpt: s.Summary, Note: "Only the summary: " + plain.Text(err.Error())}
	}
	a.Source = "feed"
	fill(a, s)
	return a, nil
}

func escape(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// fill completes an article with what its story knows.
func fill(a *feeds.Article, s *feeds.Story) {
	if a.URL == "" {
		a.URL = s.URL
	}
	a.Title = s.Title
	if a.Site == "" {
		a.Site = s.FeedTitle
	}
	if s.Author != "" {
		a.Author = s.Author
	}
	if !s.Published.IsZero() {
		a.Published = s.Published
	}
	if a.Lang == "" {
		a.Lang = s.Lang
	}
}

// Fetch gets a story's page, extracts its text and stores it. If the page has less than
// the feed, or cannot be read, the feed's text stays and a note says why.
func (d *Desk) Fetch(ctx context.Context, id string) (feeds.Story, *feeds.Article, error) {
	s, err := d.Story(ctx, id)
	if err != nil {
		return s, nil, err
	}
	if s.URL == "" {
		return s, nil, fmt.Errorf("“%s” has no page of its own", s.Title)
	}
	page, err := d.page(ctx, s.URL, s.Summary)
	if err != nil {
		return s, nil, err
	}
	own, err := d.fromFeed(ctx, &s)
	if err != nil {
		return s, nil, err
	}
	best := article.Choose(own, page)
	fill(best, &s)
	if best.Source == "page" {
		if err := d.db.FullText(ctx, s.ID, best); err != nil && !errors.Is(err, store.ErrReadOnly) {
			return s, nil, err
		}
		s.Full, s.Words = !best.Teaser, best.Words
	}
	return s, best, nil
}

// page fetches and extracts a page, and the pages that continue it.
func (d *Desk) page(ctx context.Context, address, witness string) (*feeds.Article, error) {
	var whole *feeds.Article
	seen := map[string]bool{}
	for next := address; next != "" && len(seen) < maxPages && !seen[next]; {
		seen[next] = true
		res, err := d.client().Get(ctx, fetch.Request{URL: next, Typed: d.isTyped(next), Accept: acceptPages})
		if err == nil {
			src := article.Source{URL: res.URL, ContentType: res.ContentType, Witness: witness, Rules: d.opt.Sites}
			var a *feeds.Article
			if a, err = article.Page(ctx, res.Body, src); err == nil {
				a.Source = "page"
				if whole == nil {
					whole = a
				} else {
					whole.Markdown += "\n\n" + a.Markdown
					whole.HTML += a.HTML
					whole.Words += a.Words
					whole.Pictures = append(whole.Pictures, a.Pictures...)
				}
				next = article.NextPage(res.Body, src)
				continue
			}
		}
		if whole == nil {
			return nil, err
		}
		whole.Note = "The article goes on, but its next page could not be had: " + plain.Text(err.Error())
		break
	}
	if whole == nil {
		return nil, fmt.Errorf("fetch %s: nothing to read", fetch.Redact(address))
	}
	return whole, nil
}

// ReadURL is the article at any address: a stored story's if there is one, else fetched
// and extracted without being stored.
func (d *Desk) ReadURL(ctx context.Context, address string) (feeds.Story, *feeds.Article, error) {
	if s, err := d.db.StoryByURL(ctx, address); err == nil {
		return d.Best(ctx, s.ID)
	}
	d.Typed(address)
	a, err := d.page(ctx, address, "")
	if err != nil {
		return feeds.Story{}, nil, err
	}
	s := feeds.Story{
		URL: first(a.URL, address), Title: first(a.Title, address), Author: a.Author, Published: a.Published, FeedTitle: a.Site, FeedURL: store.SavedFeed,
		GUID: first(a.URL, address), Summary: a.Excerpt, Text: a.Excerpt, Lang: a.Lang, Words: a.Words, Image: a.Image, Outlets: 1, HTML: a.HTML, Hash: 1,
	}
	s.Companies = d.tagger().Tag(&s)
	return s, a, nil
}

func first(ss ...string) string {
	for _, s := range ss {
		if s != "" {
			return s
		}
	}
	return ""
}

// Best is the article of a story, fetched if only a teaser is stored. If that fails the
// teaser comes with a note.
func (d *Desk) Best(ctx context.Context, id string) (feeds.Story, *feeds.Article, error) {
	s, a, err := d.Article(ctx, id)
	if err != nil || a.Source != "feed" || !s.Teaser && !article.Teaser(&s, a) || s.URL == "" {
		return s, a, err
	}
	_, full, err := d.Fetch(ctx, s.ID)
	if err != nil {
		a.Note = "Only the feed's text: " + plain.Text(err.Error())
		return s, a, nil
	}
	return s, full, nil
}

// Picture is the data of a picture of an article: from the saved folder, else from the
// network.
func (d *Desk) Picture(ctx context.Context, id, address string) ([]byte, error) {
	if a, dir, err := d.db.ArticleOf(ctx, id); err == nil && dir != "" {
		for _, p := range a.Pictures {
			if p.URL == address && p.File != "" {
				return d.lib.Picture(dir, p.File)
			}
		}
	}
	res, err := d.client().Get(ctx, fetch.Request{URL: address, Typed: d.isTyped(address), Accept: "image/png, image/jpeg, image/webp, image/gif;q=0.9, image/*;q=0.5", MaxBytes: 16 << 20})
	if err != nil {
		return nil, err
	}
	return res.Body, nil
}

// text gives a story its plain text, which is not stored.
func text(s *feeds.Story) {
	if s.Text == "" && s.HTML != "" {
		s.Text = parse.PlainText(s.HTML)
	}
}

// Evidence says which words of a story speak for which company, and whether they made a
// tag.
func (d *Desk) Evidence(s *feeds.Story) []company.Evidence {
	text(s)
	return d.tagger().Explain(s)
}
