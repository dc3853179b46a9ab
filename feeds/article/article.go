// Package article makes readable articles of what outlets publish: a page or the content
// of a feed becomes clean HTML, markdown and a list of pictures, with the title, author,
// date, language and address that the page itself names.
//
// It is pure: bytes in, values out. It must never fetch (the caller does), never emit a
// terminal sequence and know nothing of how an article is set on the screen. Whatever the
// input, it ends within Budget and in bounded memory; see the limits below.
//
// Start at Page and Fragment. Two extractors give an opinion on a page (go-readability,
// and our own in own.go) and pick.go decides between them by evidence.
package article

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/html"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// Limits of what is read and of what comes out. What is beyond them is cut, and the
// article's Note says so.
const (
	MaxBytes    = 8 << 20 // of a page or fragment, before and after decoding
	MaxElements = 60_000  // of a document; the rest is left out
	MaxMarkdown = 2 << 20 // bytes of the result
	MaxPictures = 400     // listed in an Article

	maxDepth = 100 // of elements inside each other where a document has to be tamed
)

// Budget is how long one page or fragment may take when the context sets no earlier end.
const Budget = 5 * time.Second

// ErrTooLong says that a page took longer than it may. ErrEmpty says that a page holds
// nothing to read.
var (
	ErrTooLong = errors.New("the page takes too long to read")
	ErrEmpty   = errors.New("no text to read was found")
)

// A Source is where a page or fragment came from and what is known of it.
type Source struct {
	URL         string // where it was fetched from, for relative addresses; may be ""
	ContentType string // of the HTTP answer, for its charset; may be ""
	Witness     string // plain text that the feed gave of the story; helps to find it in the page
	Rules       []Rule // a person's own rules; the first for the page's host counts
}

// A Rule says for the pages of one host where the article is. Selectors are CSS; one that
// is not valid is passed over.
type Rule struct {
	Host    string   // "example.org" is for its subdomains too
	Content string   // what holds the article
	Strip   []string // what is to be left out
}

// Page is the article of an HTML page. Its error says what is wrong in a few words:
// ErrEmpty, ErrTooLong, or the context's.
func Page(ctx context.Context, body []byte, src Source) (*feeds.Article, error) {
	return guarded(ctx, src, func(ctx context.Context) (*feeds.Article, error) { return page(ctx, body, src) })
}

// Fragment is the article that a feed's own content is. It is taken as it comes, cleaned
// of what outlets append, and not searched for an article as a page is.
func Fragment(ctx context.Context, fragment string, src Source) (*feeds.Article, error) {
	return guarded(ctx, src, func(ctx context.Context) (*feeds.Article, error) { return fromFragment(ctx, fragment, src) })
}

// guarded runs work with a time limit and turns a panic into an error. The work runs in a
// goroutine of its own, because a library in the midst of it knows no context; it is left
// alone when the time is over, and ends by itself because its input is bounded.
func guarded(ctx context.Context, src Source, work func(context.Context) (*feeds.Article, error)) (*feeds.Article, error) {
	ctx, cancel := context.WithTimeout(ctx, Budget)
	defer cancel()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", name(src), err)
	}
	type result struct {
		a   *feeds.Article
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: fmt.Errorf("the page cannot be read: %v", p)}
			}
		}()
		a, err := work(ctx)
		done <- result{a, err}
	}()
	var r result
	select {
	case r = <-done:
	case <-ctx.Done():
		r.err = ctx.Err()
	}
	if errors.Is(r.err, context.DeadlineExceeded) {
		r.err = ErrTooLong
	}
	if r.err != nil {
		return nil, fmt.Errorf("read %s: %w", name(src), r.err)
	}
	return r.a, nil
}

func name(src Source) string {
	if u, err := url.Parse(src.URL); err == nil && u.Host != "" {
		return plain.Text(u.Host + u.Path)
	}
	return "the page"
}

func page(ctx context.Context, body []byte, src Source) (*feeds.Article, error) {
	text, cut := decode(body, src.ContentType)
	doc, trimmed, err := parse(ctx, text)
	if err != nil {
		return nil, err
	}
	base := baseOf(doc, src.URL)
	m := readMeta(doc, base)
	a := m.article(base)
	content, err := extract(ctx, doc, m, src, base)
	if err != nil {
		return nil, err
	}
	if content == nil {
		return nil, ErrEmpty
	}
	if err := finish(ctx, a, content, base, m); err != nil {
		return nil, err
	}
	if a.Words == 0 && len(a.Pictures) == 0 {
		return nil, ErrEmpty
	}
	a.Teaser = m.walled || endsAsTeaser(lastText(a.Markdown))
	if cut || trimmed {
		a.Note = join(a.Note, "The page is too large; the rest was left out.")
	}
	return a, nil
}

// article is what the page says of itself as the beginning of an Article.
func (m *meta) article(base *url.URL) *feeds.Article {
	a := &feeds.Article{
		URL: m.canonical, Title: m.title, Site: m.site, Author: m.author, Published: m.published,
		Lang: m.lang, Image: m.image, Excerpt: m.excerpt, Source: "page",
	}
	if a.URL == "" && base != nil {
		a.URL = httpURL(base, base.String())
	}
	return a
}

func fromFragment(ctx context.Context, fragment string, src Source) (*feeds.Article, error) {
	cut := len(fragment) > MaxBytes
	if cut {
		fragment = fragment[:MaxBytes]
	}
	if !utf8.ValidString(fragment) {
		fragment = strings.ToValidUTF8(fragment, "\uFFFD")
	}
	doc, trimmed, err := parse(ctx, fragment)
	if err != nil {
		return nil, err
	}
	base := baseOf(doc, src.URL)
	a := &feeds.Article{Source: "feed"}
	if base != nil {
		a.URL = httpURL(base, base.String())
	}
	content := find(doc, "body")
	if content == nil {
		return nil, ErrEmpty
	}
	content.Data = "div"
	content.DataAtom = 0
	content.Parent.RemoveChild(content)
	applyStrip(content, src)
	m := &meta{}
	clean(content, m)
	if err := finish(ctx, a, content, base, m); err != nil {
		return nil, err
	}
	if a.Words == 0 && len(a.Pictures) == 0 {
		return nil, ErrEmpty
	}
	if len(a.Pictures) > 0 {
		a.Image = a.Pictures[0].URL
	}
	a.Teaser = endsAsTeaser(lastText(a.Markdown))
	if cut || trimmed {
		a.Note = "The feed's text is too long; the rest was left out."
	}
	return a, nil
}

// finish turns the article's node into everything that an Article says of its text.
func finish(ctx context.Context, a *feeds.Article, content *html.Node, base *url.URL, m *meta) error {
	prepare(content, base, m)
	if err := ctx.Err(); err != nil {
		return err
	}
	a.Pictures = pictures(content)
	text := visible(content)
	a.Words = countWords(text)
	if a.Lang == "" {
		a.Lang = guessLang(text)
	}
	if a.Excerpt == "" {
		a.Excerpt = excerpt(text)
	}
	a.HTML = render(content)
	md, err := toMarkdown(ctx, content)
	if err != nil {
		return err
	}
	if len(md) > MaxMarkdown {
		md = cutLines(md, MaxMarkdown)
		a.Note = "The article is too long; the rest was left out."
	}
	a.Markdown = plain.Markdown(md)
	return nil
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " " + b
}

// excerpt is the beginning of a text, cut at a word, as one paragraph.
func excerpt(text string) string {
	s := plain.Text(text[:min(len(text), 4000)])
	s = strings.ToValidUTF8(s, "")
	r := []rune(s)
	if len(r) <= 300 {
		return s
	}
	cut := string(r[:300])
	if i := strings.LastIndexByte(cut, ' '); i > 200 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–—-") + "…"
}

// cutLines cuts at the end of a line, or at least of a rune.
func cutLines(s string, n int) string {
	s = s[:n]
	if i := strings.LastIndexByte(s, '\n'); i > n/2 {
		return s[:i]
	}
	for len(s) > 0 && !utf8.ValidString(s[max(0, len(s)-utf8.UTFMax):]) {
		s = s[:len(s)-1]
	}
	return s
}
