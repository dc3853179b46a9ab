package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"nightdesk/feeds"
	"nightdesk/feeds/article"
	"nightdesk/feeds/library"
	"nightdesk/feeds/plain"
)

// The bounds of the pictures of one saved article.
const (
	maxPictures     = 60
	maxPictureBytes = 64 << 20 // of all of them
)

// Save keeps the whole article of a story offline: its text, from the page if the feed
// has only a teaser, its pictures, and what is known of it, in the database and as plain
// files. It says in one line what was kept. What fails is tried again at the next
// refresh.
func (d *Desk) Save(ctx context.Context, id string) (string, error) {
	s, err := d.Story(ctx, id)
	if err != nil {
		return "", err
	}
	if s.Mark.Saved == feeds.Kept {
		return fmt.Sprintf("“%s” is saved already", s.Title), nil
	}
	if err := d.db.Queue(ctx, []string{s.ID}); err != nil {
		return "", err
	}
	return d.keep(ctx, s.ID)
}

// SaveURL saves the page at any address, a story of a feed or not.
func (d *Desk) SaveURL(ctx context.Context, address string) (feeds.Story, string, error) {
	if !plain.Link(address) {
		return feeds.Story{}, "", fmt.Errorf("%q is no web address", plain.Text(address))
	}
	s, err := d.db.StoryByURL(ctx, address)
	if err != nil {
		page, a, err := d.ReadURL(ctx, address)
		if err != nil {
			return page, "", err
		}
		page.URL = first(page.URL, address)
		if s, err = d.db.AddPage(ctx, page); err != nil {
			return s, "", err
		}
		if err := d.db.FullText(ctx, s.ID, a); err != nil {
			return s, "", err
		}
	}
	text, err := d.Save(ctx, s.ID)
	return s, text, err
}

// keep does the work of one save; the story is queued already.
func (d *Desk) keep(ctx context.Context, id string) (string, error) {
	d.saving.Lock()
	defer d.saving.Unlock()
	fail := func(err error) (string, error) {
		if e := d.db.SaveFailed(context.WithoutCancel(ctx), id, plain.Text(err.Error())); e != nil {
			err = errors.Join(err, e)
		}
		return "", err
	}
	s, a, err := d.Best(ctx, id)
	if err != nil {
		return fail(err)
	}
	if strings.HasPrefix(a.Note, "Only the feed's text: ") {
		return fail(fmt.Errorf("the whole text could not be had: %s", strings.TrimPrefix(a.Note, "Only the feed's text: ")))
	}
	loaded, missing := d.pictures(ctx, a)
	_, old, err := d.db.ArticleOf(ctx, id)
	if err != nil {
		old = ""
	}
	dir, err := d.lib.Write(&s, a, old, d.opt.Now())
	if err != nil && !errors.Is(err, library.ErrEdited) {
		return fail(err)
	}
	if err := d.db.SaveArticle(ctx, id, a, dir); err != nil {
		return fail(err)
	}
	text := fmt.Sprintf("saved “%s”", cut(s.Title, 40))
	switch {
	case loaded == 1:
		text += " with its picture"
	case loaded > 1:
		text += fmt.Sprintf(" with %d pictures", loaded)
	}
	if missing > 0 {
		text += fmt.Sprintf(", %d could not be had", missing)
	}
	return text, nil
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// pictures loads the pictures of an article into it, each judged by its header before it
// is kept; a broken one does not lose the article.
func (d *Desk) pictures(ctx context.Context, a *feeds.Article) (loaded, missing int) {
	if len(a.Pictures) == 0 && a.Image != "" {
		a.Pictures = append(a.Pictures, feeds.Picture{URL: a.Image})
		a.Markdown = "![](" + a.Image + ")\n\n" + a.Markdown
	}
	total := 0
	for i := range a.Pictures {
		p := &a.Pictures[i]
		if i >= maxPictures || total > maxPictureBytes || !strings.HasPrefix(p.URL, "http") {
			missing++
			continue
		}
		data, err := d.Picture(ctx, "", p.URL)
		if err != nil {
			d.opt.Log.Info("a picture of a saved article", "url", p.URL, "error", err)
			missing++
			continue
		}
		_, info, err := article.DecodePicture(data, article.Limits{})
		if err != nil {
			d.opt.Log.Info("a picture of a saved article", "url", p.URL, "error", err)
			missing++
			continue
		}
		p.Data, p.Type, p.Width, p.Height = data, "image/"+info.Format, info.Width, info.Height
		p.File = fmt.Sprintf("picture-%d.%s", i+1, map[string]string{"jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}[info.Format])
		total += len(data)
		loaded++
	}
	return loaded, missing
}

// Unsave lets a saved article go, its files too unless a person has edited them.
func (d *Desk) Unsave(ctx context.Context, id string) error {
	s, err := d.Story(ctx, id)
	if err != nil {
		return err
	}
	dir, err := d.db.Unsave(ctx, s.ID)
	if err != nil {
		return err
	}
	if err := d.lib.Remove(dir); err != nil && !errors.Is(err, library.ErrEdited) {
		return err
	}
	return nil
}

// SaveQueued goes on with what an earlier run, or the network, left undone. It returns
// how many were kept and how many failed again.
func (d *Desk) SaveQueued(ctx context.Context) (kept, failed int, err error) {
	ids, err := d.db.QueuedSaves(ctx)
	for _, id := range ids {
		if ctx.Err() != nil {
			return kept, failed, ctx.Err()
		}
		if _, err := d.keep(ctx, id); err != nil {
			d.opt.Log.Info("save again", "id", id, "error", err)
			failed++
		} else {
			kept++
		}
	}
	return kept, failed, err
}

// SavedDir is the folder of saved articles; Folder that of one story, "" if it is not
// saved.
func (d *Desk) SavedDir() string { return d.lib.Dir() }
