package ui

import (
	"context"
	"image"

	tea "charm.land/bubbletea/v2"

	"nightdesk/ui/reader"
)

// relayout places the panes anew after the size or the focus changed.
func (m *Model) relayout() tea.Cmd {
	m.frame = layout(m.w, m.h, m.shape)
	m.sizePanes()
	if m.reader.Stale() {
		return m.render()
	}
	return nil
}

func (m *Model) sizePanes() {
	f := m.frame
	m.rail.Resize(f.rail.w, f.rail.h)
	m.list.Resize(f.list.w, max(0, f.list.h-m.aboutLines()))
	m.reader.Resize(f.reader.w, f.reader.h)
	if m.measure > 0 {
		m.reader.SetMeasure(m.measure)
	}
}

// aboutLines is how many lines of a company's page stand above its stories.
func (m *Model) aboutLines() int {
	if len(m.about) == 0 || m.frame.list.h < 16 || m.frame.list.w < 40 {
		return 0
	}
	return len(m.about) + 1
}

// render sets the article in the background: the first screenful at once, the rest
// behind it.
func (m *Model) render() tea.Cmd {
	if m.article == nil || m.frame.reader.empty() {
		return nil
	}
	m.tokens.render++
	token, story, art := m.tokens.render, m.story, m.article
	if m.measure > 0 {
		m.reader.SetMeasure(m.measure)
	}
	m.reader.SetArticle(story, art, nil)
	opt := m.reader.Options()
	opt.Title, opt.Pictures = story.Title, m.art
	rows := max(m.frame.reader.h, 1)
	return func() tea.Msg {
		first, rest := reader.RenderFirst(art.Markdown, opt, rows)
		return renderMsg{token: token, page: first, rest: rest}
	}
}

func (m *Model) takeRender(msg renderMsg) tea.Cmd {
	if msg.token != m.tokens.render {
		return nil
	}
	m.reader.SetPage(msg.page)
	if !m.scrolled && m.goTo == 0 { // a note in the header must not move the beginning away
		m.reader.Top()
	}
	if msg.rest == nil {
		if m.goTo > 0 {
			m.scrolled = true
			m.reader.SetPosition(m.goTo)
			m.goTo = 0
		}
		return m.loadPictures()
	}
	token, rest := msg.token, msg.rest
	return tea.Batch(m.loadPictures(), func() tea.Msg { return renderMsg{token: token, page: rest()} })
}

// maxShown is how many pictures of one article are decoded for the screen.
const maxShown = 12

// loadPictures asks for the pictures of the article that is read, once each; only a
// story that was opened loads any, a preview none.
func (m *Model) loadPictures() tea.Cmd {
	if m.article == nil || !m.shape.reading || m.opt.Pictures == "off" || m.th.ASCII || m.opt.LoadPicture == nil {
		return nil
	}
	var cmds []tea.Cmd
	for i, p := range m.article.Pictures {
		if i >= maxShown || m.asked[p.URL] {
			continue
		}
		m.asked[p.URL] = true
		token, id, url, ctx, load := m.tokens.article, m.story.ID, p.URL, m.ctx, m.opt.LoadPicture
		cmds = append(cmds, func() tea.Msg {
			img, err := load(ctx, id, url)
			if err != nil {
				return nil
			}
			return pictureMsg{token, url, img}
		})
	}
	return tea.Batch(cmds...)
}

func (m *Model) takePicture(msg pictureMsg) tea.Cmd {
	if msg.token != m.tokens.article {
		return nil
	}
	art := make(map[string]reader.Art, len(m.art)+1)
	for k, v := range m.art { // pages under way read the old map
		art[k] = v
	}
	art[msg.url] = reader.Art{Image: msg.img}
	m.art = art
	return m.render()
}

// A PictureLoader gives a picture of an article, decoded within bounds and small enough
// for a screen.
type PictureLoader func(ctx context.Context, id, url string) (image.Image, error)
