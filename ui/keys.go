package ui

import (
	"fmt"
	"slices"
	"strings"
)

// An action is something that a key, the palette or a click makes the reader do.
type action string

// A binding names an action, says where it works and which keys make it happen. The
// table is the only place that knows keys: Update, the help and the palette read it.
type binding struct {
	act   action
	keys  []string // as tea.KeyPressMsg.String gives them
	where scope
	title string // for the palette and the help
	group string
}

// scope is a set of panes.
type scope uint8

const (
	inList scope = 1 << iota
	inReader
	inRail
	anywhere = inList | inReader | inRail
)

func (p pane) scope() scope { return [...]scope{inList, inReader, inRail}[p] }

// bindings is the default set, in the order of the help.
func bindings() []binding {
	return []binding{
		{"down", []string{"j", "down"}, anywhere, "down", "Moving"},
		{"up", []string{"k", "up"}, anywhere, "up", "Moving"},
		{"first", []string{"g", "home"}, anywhere, "to the beginning", "Moving"},
		{"last", []string{"G", "end"}, anywhere, "to the end", "Moving"},
		{"half-down", []string{"ctrl+d"}, anywhere, "half a page down", "Moving"},
		{"half-up", []string{"ctrl+u"}, anywhere, "half a page up", "Moving"},
		{"page-down", []string{"ctrl+f", "pgdown"}, anywhere, "a page down", "Moving"},
		{"page-up", []string{"ctrl+b", "pgup"}, anywhere, "a page up", "Moving"},
		{"open", []string{"enter", "l", "right"}, anywhere, "read · follow the link", "Moving"},
		{"back", []string{"h", "left", "q", "esc"}, anywhere, "back · lift the filter", "Moving"},
		{"space", []string{"space"}, anywhere, "read on, then the next unread", "Moving"},
		{"next-unread", []string{"n"}, inList | inReader, "next unread · next match", "Moving"},
		{"prev-unread", []string{"p", "N"}, inList | inReader, "previous unread · previous match", "Moving"},
		{"next-story", []string{"J"}, inList | inReader, "next story · preview down", "Moving"},
		{"prev-story", []string{"K"}, inList | inReader, "previous story · preview up", "Moving"},
		{"next-pane", []string{"tab"}, anywhere, "next pane · next link", "Moving"},
		{"prev-pane", []string{"shift+tab"}, anywhere, "previous pane · previous link", "Moving"},
		{"next-heading", []string{"}"}, inList | inReader, "next heading · mark read below", "Moving"},
		{"prev-heading", []string{"{"}, inList | inReader, "previous heading · mark read above", "Moving"},

		{"query", []string{"/"}, anywhere, "filter · find in the article", "Finding"},
		{"palette", []string{":", "ctrl+k"}, anywhere, "everything by name", "Finding"},
		{"pick-company", []string{"c"}, anywhere, "pick a company", "Finding"},
		{"company-page", []string{"C"}, anywhere, "the company's page", "Finding"},
		{"watch", []string{"w"}, anywhere, "watch the company, or no longer", "Finding"},
		{"watched-only", []string{"W"}, anywhere, "only watched companies", "Finding"},
		{"this-feed", []string{"*"}, inList | inReader, "all from this feed", "Finding"},
		{"sort", []string{"S"}, inList, "newest, oldest or most important first", "Finding"},
		{"unread-only", []string{"M"}, inList, "show or hide what is read", "Finding"},
		{"next-view", []string{"]"}, anywhere, "next view · next account of the event", "Finding"},
		{"prev-view", []string{"["}, anywhere, "previous view · previous account", "Finding"},

		{"save", []string{"s"}, inList | inReader, "save offline, or let go", "Keeping"},
		{"star", []string{"f"}, inList | inReader, "star", "Keeping"},
		{"toggle-read", []string{"m"}, inList | inReader, "read or unread", "Keeping"},
		{"mark-all", []string{"A"}, inList, "mark what is shown read", "Keeping"},
		{"select", []string{"v"}, inList, "select rows", "Keeping"},
		{"undo", []string{"u"}, anywhere, "undo", "Keeping"},
		{"redo", []string{"ctrl+r"}, anywhere, "redo", "Keeping"},

		{"unfold", []string{"e"}, inList | inReader, "all accounts of the event", "Story"},
		{"why", []string{"i"}, inList | inReader, "why is it here", "Story"},
		{"not-about", nil, inList | inReader, "not about a company", "Story"},
		{"take-apart", []string{"-"}, inList | inReader, "take the story out of its event", "Story"},
		{"put-together", []string{"+"}, inList | inReader, "make one event of stories", "Story"},
		{"changes", []string{"D"}, inList | inReader, "what the outlet has changed", "Story"},
		{"about", nil, inList | inReader, "about another company too", "Story"},
		{"full-text", []string{"x"}, inList | inReader, "the page's text · the feed's text", "Story"},
		{"links", []string{";"}, inReader, "links of the article", "Story"},
		{"browser", []string{"o"}, inList | inReader, "open in the browser", "Story"},
		{"browser-next", []string{"O"}, inList | inReader, "open in the browser, mark read, next", "Story"},
		{"copy-link", []string{"y"}, inList | inReader, "copy the link", "Story"},
		{"copy-markdown", []string{"Y"}, inList | inReader, "copy the link as Markdown", "Story"},

		{"pipe", []string{"|"}, inList | inReader, "pipe the article to a command", "Story"},

		{"mute", []string{"&"}, inList | inReader, "mute a word, company, feed or event", "Desk"},
		{"add-feed", []string{"a"}, anywhere, "add a feed", "Desk"},
		{"rename-feed", nil, anywhere, "rename a feed", "Desk"},
		{"move-feed", nil, anywhere, "move a feed to another folder", "Desk"},
		{"remove-feed", nil, anywhere, "unsubscribe from a feed", "Desk"},
		{"edit-config", []string{"E"}, anywhere, "edit the config", "Desk"},
		{"save-view", []string{"V"}, anywhere, "keep what is filtered as a view · your views", "Desk"},
		{"rename-view", nil, anywhere, "rename a view", "Desk"},
		{"drop-view", nil, anywhere, "forget a view", "Desk"},
		{"catch-up", []string{"B"}, anywhere, "an edition of what came, with an end", "Desk"},
		{"refresh-all", []string{"R"}, anywhere, "refresh all feeds", "Desk"},
		{"refresh", []string{"r"}, anywhere, "refresh the feeds that are due", "Desk"},
		{"health", []string{"!"}, anywhere, "feeds: which fail, what each is worth", "Desk"},
		{"zen", []string{"z"}, inReader | inList, "nothing but the article", "Desk"},
		{"narrower", []string{"<"}, inReader, "narrower text", "Desk"},
		{"wider", []string{">"}, inReader, "wider text", "Desk"},
		{"theme", []string{"T"}, anywhere, "next theme", "Desk"},
		{"mouse", nil, anywhere, "mouse on or off", "Desk"},
		{"redraw", []string{"ctrl+l"}, anywhere, "redraw", "Desk"},
		{"help", []string{"?"}, anywhere, "all keys", "Desk"},
		{"suspend", []string{"ctrl+z"}, anywhere, "suspend", "Desk"},
		{"quit", []string{"Q", "ctrl+c"}, anywhere, "quit", "Desk"},
	}
}

// newsboat's habits, where they differ.
func newsboat() map[action][]string {
	return map[action][]string{
		"open":         {"enter", "l", "right"},
		"back":         {"q", "esc", "h", "left"},
		"toggle-read":  {"N"},
		"mark-all":     {"A", "C"},
		"prev-unread":  {"p"},
		"save":         {"s"},
		"refresh-all":  {"R"},
		"refresh":      {"r"},
		"company-page": {"ctrl+p"},
	}
}

// keymap finds the action of a key in a pane.
type keymap struct {
	all  []binding
	keys map[string][]int
}

// newKeymap is the preset with a person's own keys laid over it. Errors name unknown
// presets and actions; a key bound twice for the same pane goes to the person's choice,
// and a key that the person binds twice is an error.
func newKeymap(preset string, own map[string]string) (*keymap, error) {
	m := &keymap{all: bindings(), keys: make(map[string][]int)}
	switch preset {
	case "", "default":
	case "newsboat":
		nb := newsboat()
		for i := range m.all {
			if ks, ok := nb[m.all[i].act]; ok {
				m.all[i].keys = ks
			}
		}
	default:
		return nil, fmt.Errorf("keys: no preset %q: there are default and newsboat", preset)
	}
	taken := make(map[string]action)
	names := make([]string, 0, len(own))
	for name := range own {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		i := slices.IndexFunc(m.all, func(b binding) bool { return string(b.act) == name })
		if i < 0 {
			return nil, fmt.Errorf("keys: no command %q; nightdesk's commands are in its help (?)", name)
		}
		keys := strings.Fields(own[name])
		for _, k := range keys {
			if other, twice := taken[k]; twice {
				return nil, fmt.Errorf("keys: %q is bound to both %s and %s", k, other, name)
			}
			taken[k] = m.all[i].act
		}
		m.all[i].keys = keys
	}
	for i := range m.all {
		b := &m.all[i]
		b.keys = slices.DeleteFunc(slices.Clone(b.keys), func(k string) bool {
			own, ok := taken[k]
			return ok && own != b.act
		})
		for _, k := range b.keys {
			m.keys[k] = append(m.keys[k], i)
		}
	}
	return m, nil
}

// CheckKeys says what is wrong with the key bindings of a config.
func CheckKeys(o Options) error {
	_, err := newKeymap(o.Preset, o.Keys)
	return err
}

// find is the action of a key while a pane has the focus, "" if it has none there.
func (m *keymap) find(key string, p pane) action {
	for _, i := range m.keys[key] {
		if m.all[i].where&p.scope() != 0 {
			return m.all[i].act
		}
	}
	return ""
}

// hint is the first key of an action as a person reads it.
func (m *keymap) hint(a action) string {
	for _, b := range m.all {
		if b.act == a && len(b.keys) > 0 {
			return b.keys[0]
		}
	}
	return ""
}
