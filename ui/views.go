package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/ui/rail"
)

// ownPrefix begins the keys of the views that are in the config.
const ownPrefix = "view:"

// ownView is the name of the view of the person's own that is shown, as it is: without
// another filter on it.
func (m *Model) ownView() (name string, plain, ok bool) {
	name, ok = strings.CutPrefix(m.place.key, ownPrefix)
	return name, m.queryText() == m.place.query, ok && m.place.kind == rail.View
}

// saveView keeps what is filtered as a view of the rail. Where there is no filter to keep,
// it is about the views that are kept already.
func (m *Model) saveView() tea.Cmd {
	c := m.config()
	if c == nil {
		return nil
	}
	if name, plain, own := m.ownView(); own && plain {
		m.overlay = m.viewMenu(name)
		return nil
	}
	query := m.queryText()
	if query == "" {
		if !m.pickView("Views of yours", func(m *Model, name string) tea.Cmd { m.overlay = m.viewMenu(name); return nil }) {
			m.say("there is no filter to keep: " + m.keys.hint("query") + " makes one")
		}
		return nil
	}
	m.overlay = newAsker("Keep as a view", query, "", func(m *Model, name string) tea.Cmd {
		if name == "" {
			return nil
		}
		return m.changeViews("view “"+name+"” is kept", name, "", func() error { return c.SaveView(name, query) }, func() error { return c.DropView(name) })
	})
	return nil
}

// pickView asks for one of the person's own views; false if there is none.
func (m *Model) pickView(title string, then func(*Model, string) tea.Cmd) bool {
	var items []item
	for _, v := range m.opt.Views {
		items = append(items, item{v.Name, v.Query, func(m *Model) tea.Cmd { return then(m, v.Name) }})
	}
	if len(items) == 0 {
		return false
	}
	p := newPicker(title, items)
	p.plain = true
	m.overlay = p
	return true
}

// viewMenu is what can be done with a view of the person's own.
func (m *Model) viewMenu(name string) overlay {
	items := []item{
		{"Rename it …", "", func(m *Model) tea.Cmd { return m.askViewName(name) }},
		{"Forget it", "", func(m *Model) tea.Cmd { return m.forgetView(name) }},
	}
	if v, there := m.placeOf(rail.Place{Kind: rail.View, Key: ownPrefix + name}); there && m.place.key != v.key {
		items = append([]item{{"Show it", "", func(m *Model) tea.Cmd { return m.goPlace(v) }}}, items...)
	}
	p := newPicker("The view “"+name+"”", items)
	p.plain = true
	return p
}

// renameView asks for another name of the view that is shown, or that is picked.
func (m *Model) renameView() tea.Cmd {
	if m.config() == nil {
		return nil
	}
	if name, _, own := m.ownView(); own {
		return m.askViewName(name)
	}
	if !m.pickView("Rename which view?", func(m *Model, name string) tea.Cmd { return m.askViewName(name) }) {
		m.say("there is no view of yours: " + m.keys.hint("save-view") + " keeps a filter as one")
	}
	return nil
}

func (m *Model) askViewName(name string) tea.Cmd {
	c := m.opt.Config
	m.overlay = newAsker("Rename the view “"+name+"”", "", name, func(m *Model, to string) tea.Cmd {
		if to == "" || to == name {
			return nil
		}
		return m.changeViews("view “"+name+"” is called “"+to+"” now", to, name,
			func() error { return c.RenameView(name, to) }, func() error { return c.RenameView(to, name) })
	})
	return nil
}

// dropView forgets the view that is shown.
func (m *Model) dropView() tea.Cmd {
	if m.config() == nil {
		return nil
	}
	name, _, own := m.ownView()
	if !own {
		m.say("this is no view of yours")
		return nil
	}
	return m.forgetView(name)
}

func (m *Model) forgetView(name string) tea.Cmd {
	c := m.opt.Config
	for _, v := range m.opt.Views {
		if v.Name == name {
			return m.changeViews("view “"+name+"” is forgotten", "", name, func() error { return c.DropView(name) }, func() error { return c.SaveView(name, v.Query) })
		}
	}
	return nil
}

// changeViews changes the config's views; show is the name of the one to go to, back of
// the one to go to when it is undone, "" for none.
func (m *Model) changeViews(text, show, back string, do, undo func() error) tea.Cmd {
	return func() tea.Msg {
		return editedMsg{text: text, err: do(), undo: undo, redo: do, config: true, show: ownPrefix + show, back: ownPrefix + back}
	}
}

// reread takes the config's views in after a change of the config. The view show is gone
// to if that is wished (jump), or if the one that was shown is no more.
func (m *Model) reread(show string, jump bool) tea.Cmd {
	c, ctx := m.opt.Config, m.ctx
	return func() tea.Msg {
		opt, err := c.Reload(ctx)
		if err != nil {
			return noticeMsg{err: err}
		}
		return askedMsg{func(m *Model) tea.Cmd {
			m.opt.Views, m.views = opt.Views, views(opt.Views)
			to, there := m.placeOf(rail.Place{Kind: rail.View, Key: show})
			_, still := m.placeOf(rail.Place{Kind: m.place.kind, Key: m.place.key, Label: m.place.name})
			gone := m.place.kind == rail.View && m.place.key != editionKey && !still
			switch {
			case there && (jump || gone) && to.key != m.place.key:
				return tea.Batch(m.goPlace(to), m.loadRail())
			case gone:
				return tea.Batch(m.goPlace(m.views[0]), m.loadRail())
			}
			return m.loadRail()
		}}
	}
}
