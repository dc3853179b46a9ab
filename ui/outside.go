package ui

import (
	"errors"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/rail"
	"nightdesk/ui/reader"
	"nightdesk/ui/theme"
)

// askedMsg goes on with something that a command had to find out first.
type askedMsg struct{ then func(*Model) tea.Cmd }

// config is the person's config, or nil with a word on why not.
func (m *Model) config() Config {
	if m.opt.Config == nil {
		m.say("there is no config to change here")
	}
	return m.opt.Config
}

// pipe asks for a command and gives it the article as Markdown.
func (m *Model) pipe() tea.Cmd {
	s, ok := m.subject()
	if !ok || m.opt.Pipe == nil {
		return nil
	}
	room, ctx, run := m.room, m.ctx, m.opt.Pipe
	m.overlay = newAsker("Pipe the article to", "it gets the article as Markdown; no shell: pandoc -o story.pdf", m.lastPipe, func(m *Model, text string) tea.Cmd {
		if text == "" {
			return nil
		}
		m.lastPipe = text
		m.say("running " + short(text) + " …")
		return func() tea.Msg {
			now, a, err := room.Article(ctx, s.ID)
			if err != nil {
				return linesMsg{err: err}
			}
			out, err := run(ctx, text, "# "+now.Title+"\n\n"+strings.TrimSpace(a.Markdown)+"\n\n<"+now.URL+">\n")
			if err != nil {
				return linesMsg{err: err}
			}
			if len(out) == 0 {
				return noticeMsg{text: "done: " + short(text)}
			}
			return linesMsg{title: short(text), lines: out}
		}
	})
	return nil
}

// changes shows what an outlet has changed in a story since it was first seen.
func (m *Model) changes() tea.Cmd {
	s, ok := m.subject()
	if !ok {
		return nil
	}
	room, ctx, th, width := m.room, m.ctx, m.th, min(max(m.w-8, 20), 80)
	return func() tea.Msg {
		vs, err := room.Versions(ctx, s.ID)
		switch {
		case err != nil:
			return linesMsg{err: err}
		case len(vs) < 2:
			return noticeMsg{text: "the outlet has not changed this story"}
		}
		return linesMsg{title: "What the outlet changed", lines: diffs(vs, th, width)}
	}
}

// diffs are the changes from each version to the one after it, the newest first.
func diffs(vs []feeds.Version, th *theme.Theme, width int) []string {
	var out []string
	for i := 0; i+1 < len(vs); i++ {
		now, before := &vs[i], &vs[i+1]
		when := "changed"
		if at := before.At; !at.IsZero() {
			when = at.Local().Format("2 January 15:04")
		}
		var lines []string
		if now.Title != before.Title {
			lines = append(lines, reader.Diff(before.Title, now.Title, width, th)...)
		}
		if body := reader.Diff(before.Text, now.Text, width, th); len(body) > 0 {
			if len(lines) > 0 {
				lines = append(lines, "")
			}
			lines = append(lines, body...)
		}
		if len(lines) == 0 {
			lines = []string{th.Paint(theme.Dim, "nothing that can be read")}
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		out = append(out, th.Paint(theme.Heading, when), "")
		out = append(out, lines...)
	}
	return out
}

// addFeed asks for a site or an address and subscribes to the feed behind it.
func (m *Model) addFeed() tea.Cmd {
	c := m.config()
	if c == nil {
		return nil
	}
	m.overlay = newAsker("Add a feed", "a site, a page, a feed, a channel: theverge.com", "", func(m *Model, text string) tea.Cmd {
		if text == "" {
			return nil
		}
		m.say("looking for the feed of " + plain.Text(text) + " …")
		ctx := m.ctx
		return func() tea.Msg {
			found, err := c.FindFeeds(ctx, text)
			if err == nil && len(found) == 0 {
				err = errors.New("no feed was found at " + text)
			}
			if err != nil {
				return noticeMsg{err: err}
			}
			return askedMsg{func(m *Model) tea.Cmd {
				if len(found) == 1 {
					return m.subscribe(found[0])
				}
				var items []item
				for _, f := range found {
					items = append(items, item{feedTitle(feeds.Feed{Subscription: f}), cells.Cut(f.URL, 34, "…"), func(m *Model) tea.Cmd { return m.subscribe(f) }})
				}
				m.overlay = newPicker("Several feeds were found", items)
				return nil
			}}
		}
	})
	return nil
}

func (m *Model) subscribe(f feeds.Subscription) tea.Cmd {
	c, room, ctx := m.opt.Config, m.room, context_(m)
	return func() tea.Msg {
		if err := c.AddFeed(ctx, f); err != nil {
			return noticeMsg{err: err}
		}
		fs, err := room.Feeds(ctx)
		if err != nil {
			return noticeMsg{err: err}
		}
		return askedMsg{func(m *Model) tea.Cmd {
			for _, have := range fs {
				if have.URL == f.URL {
					m.say("subscribed to " + feedTitle(have))
					return tea.Batch(m.loadRail(), m.refresh([]int64{have.ID}, true))
				}
			}
			m.say("subscribed to " + plain.Text(f.URL))
			return m.loadRail()
		}}
	}
}

// feedAt is the feed that an action is about: in the rail, shown, or of the story.
func (m *Model) feedAt() (feeds.Feed, bool) {
	url := ""
	if p, ok := m.rail.Current(); ok && m.shape.focus == paneRail && p.Kind == rail.Feed {
		url = p.Key
	} else if m.place.kind == rail.Feed {
		url = m.place.key
	} else if s, ok := m.subject(); ok {
		url = s.FeedURL
	}
	for _, f := range m.feeds {
		if f.URL == url {
			return f, true
		}
	}
	return feeds.Feed{}, false
}

// editFeed renames, moves or removes a feed.
func (m *Model) editFeed(a action) tea.Cmd {
	c := m.config()
	f, ok := m.feedAt()
	if c == nil {
		return nil
	}
	if !ok {
		m.say("no feed here")
		return nil
	}
	ctx, name := context_(m), feedTitle(f)
	change := func(text string, do, undo func() error) tea.Cmd {
		return func() tea.Msg { return editedMsg{text: text, err: do(), undo: undo, redo: do, config: true} }
	}
	switch a {
	case "rename-feed":
		m.overlay = newAsker("Rename "+name, "", name, func(m *Model, text string) tea.Cmd {
			if text == "" || text == name {
				return nil
			}
			return change(name+" is called "+text+" now",
				func() error { return c.RenameFeed(ctx, f.URL, text) }, func() error { return c.RenameFeed(ctx, f.URL, name) })
		})
	case "move-feed":
		m.overlay = newAsker("Move "+name+" to the folder", "an empty name is no folder", f.Folder, func(m *Model, text string) tea.Cmd {
			if text == f.Folder {
				return nil
			}
			where := text
			if where == "" {
				where = "no folder"
			}
			return change(name+" is in "+where+" now",
				func() error { return c.MoveFeed(ctx, f.URL, text) }, func() error { return c.MoveFeed(ctx, f.URL, f.Folder) })
		})
	default:
		p := newPicker("Unsubscribe from "+name+"?", []item{
			{"Keep it", "", func(*Model) tea.Cmd { return nil }},
			{"Unsubscribe: starred and saved stories stay", "", func(m *Model) tea.Cmd {
				return change("unsubscribed from "+name,
					func() error { return c.RemoveFeed(ctx, f.URL) }, func() error { return c.AddFeed(ctx, f.Subscription) })
			}},
		})
		p.plain = true
		m.overlay = p
	}
	return nil
}

// editConfig opens the config in the person's editor; what is good of it holds at once,
// and what is not is said with its line.
func (m *Model) editConfig() tea.Cmd {
	c := m.config()
	if c == nil {
		return nil
	}
	cmd, err := c.Editor()
	if err != nil {
		m.fail(err)
		return nil
	}
	ctx := m.ctx
	return tea.ExecProcess(cmd, func(err error) tea.Msg {
		if err != nil {
			return noticeMsg{err: fmt.Errorf("the editor: %w", err)}
		}
		opt, err := c.Reload(ctx)
		if err != nil {
			return noticeMsg{err: fmt.Errorf("the config stays as it was: %w", err)}
		}
		return askedMsg{func(m *Model) tea.Cmd { return m.reconfigure(opt) }}
	})
}

// reconfigure puts other preferences in force.
func (m *Model) reconfigure(opt Options) tea.Cmd {
	keys, err := newKeymap(opt.Preset, opt.Keys)
	if err != nil {
		m.fail(err)
		return nil
	}
	m.keys, m.views = keys, views(opt.Views)
	if opt.Theme != "" && opt.Theme != "auto" {
		m.opt.Theme = opt.Theme
	}
	if len(opt.Themes) > 0 {
		m.opt.Themes = opt.Themes
	}
	m.opt.Views, m.opt.Keys, m.opt.Preset, m.opt.Pictures = opt.Views, opt.Keys, opt.Preset, opt.Pictures
	if opt.Measure != m.opt.Measure {
		m.opt.Measure, m.measure = opt.Measure, opt.Measure
	}
	if m.place.kind == rail.View {
		if _, there := m.placeOf(rail.Place{Kind: rail.View, Key: m.place.key}); !there {
			m.setPlace(m.views[0])
		}
	}
	m.say("the config is in force")
	return tea.Batch(m.setTheme(m.pickTheme()), m.relayout(), m.load(m.currentID(), false), m.loadRail())
}
