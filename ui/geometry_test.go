package ui

import (
	"context"
	"errors"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

// screens are the ways to every screen that there is. "type:" types a text.
func screens() map[string][]string {
	return map[string][]string{
		"list": nil, "moved": {"j", "j", "G"}, "wire": {"2", "}"}, "selection": {"v", "j", "j"}, "sorted": {"S"}, "nothing": {"5"}, "filtered": {"/", "type:flags", "enter"},
		"article": {"enter"}, "article below": {"enter", "space", "}"}, "link": {"enter", "tab"}, "find": {"enter", "/", "type:word"}, "zen": {"enter", "z"}, "edited": {"j", "enter"},
		"rail": {"2", "tab", "tab"}, "company page": {"C"}, "company filter": {"c", "enter"},
		"help": {"?"}, "help of the article": {"enter", "?"}, "palette": {":"}, "palette narrowed": {":", "type:view"}, "palette without a hit": {":", "type:qqqq"},
		"prompt": {"/", "c", "o"}, "prompt error": {"/", "type:compny:x "}, "companies": {"c"},
		"why": {"i"}, "changes": {"D"}, "accounts": {"e"}, "join": {"+"}, "links": {"enter", ";"}, "health": {"!"}, "an error": {"D", "esc", "fail", "f"},
		"mute": {"&"}, "mute for": {"&", "enter"}, "mute a word": {"&", "G", "k", "enter", "x"}, "list of mutes": {"&", "enter", "enter", "&", "G", "enter"},
		"catch-up": {"B"}, "edition": {"B", "enter"}, "pipe": {"|", "w", "c"}, "add a feed": {"a"}, "several feeds": {"a", "type:two.example", "enter"},
		"rename a feed": {":", "type:rename a feed", "enter"}, "unsubscribe": {":", "type:unsubscribe", "enter"},
		"name of a view": {"/", "type:flags ", "enter", "V", "type:三星 is a long name", "k"}, "views": {"V"}, "a view": {"V", "enter"}, "rename a view": {"V", "enter", "j", "enter"},
		"drop a view": {"V", "enter", "enter", ":", "type:forget a view", "enter"}, "about": {":", "type:about another", "enter"}, "not about": {"j", ":", "type:not about", "enter"},
	}
}

// signs tell that a screen is the one that it is meant to be.
func signs() map[string]string {
	return map[string]string{
		"nothing": "Nothing is saved offline.", "filtered": "flags", "article": "A paragraph with a", "edited": "changed", "rail": "VIEWS", "company page": "thirty days", "help": "Keys in the list",
		"help of the article": "Keys in the article", "palette": "Everything by name", "palette without a hit": "nothing by that name", "prompt error": "compny", "companies": "Only stories about",
		"why": "because", "changes": "What the outlet changed", "accounts": "3 accounts of one happening", "join": "Which one tells of the same?", "links": "Links", "health": "Feeds ·",
		"an error": "the disk is full", "mute": "This happening", "mute for": "for a week", "mute a word": "Mute what matches", "list of mutes": "enter lifts it", "catch-up": "how many minutes",
		"edition": "Catch-up ·", "pipe": "Pipe the article to", "add a feed": "Add a feed", "several feeds": "Several feeds were found", "rename a feed": "Rename Gazette", "unsubscribe": "Unsubscribe from Gazette?",
		"name of a view": "Keep as a view", "views": "Views of yours", "a view": "The view “Flags”", "rename a view": "Rename the view “Flags”", "drop a view": "is forgotten", "about": "The story is also about",
		"not about": "The story is not about",
	}
}

// TestGeometry: in every theme and on every size, while it changes, every line is exactly
// as wide as the screen and there are exactly as many as it is high. The dark theme is
// tried on all sizes; the others differ in what they write, not in where, and are tried on
// some of them.
func TestGeometry(t *testing.T) {
	widths := []int{1, 2, 7, 19, 20, 33, 60, 79, 80, 100, 119, 120, 140, 300}
	heights := []int{1, 2, 4, 5, 9, 12, 24, 45, 100}
	looks := append(theme.Builtin(theme.Options{}), theme.Builtin(theme.Options{ASCII: true})[0])
	for what, keys := range screens() {
		t.Run(what, func(t *testing.T) {
			for i, th := range looks {
				d := newDesk(t, 60, 140, 45)
				d.m.opt.Pipe = func(context.Context, string, string) ([]string, error) { return []string{"1"}, nil }
				d.m.opt.Config = &file{views: []feeds.View{{Name: "Flags", Query: "title:flags"}}}
				d.run(d.m.reread("", false))
				d.r.stories[1].Updated = clock.Add(1)
				d.r.stories[1].Companies = append(d.r.stories[1].Companies, feeds.Tag{Slug: "samsung", Name: "三星电子", Score: 1})
				d.run(d.m.load("", false))
				d.run(d.m.setTheme(th))
				for _, k := range keys {
					switch {
					case k == "fail":
						d.r.fail = errors.New("the disk is full")
					case len(k) > 5 && k[:5] == "type:":
						d.type_(k[5:])
					default:
						d.keys(k)
					}
				}
				if sign := signs()[what]; !d.m.th.ASCII {
					d.shows(what, sign)
				}
				for x := 0; x < len(widths); x++ {
					for y := 0; y < len(heights); y++ {
						if i > 0 && (x*len(heights)+y)%7 != i%7 {
							continue
						}
						d.send(tea.WindowSizeMsg{Width: widths[x], Height: heights[y]})
						d.check(what + ", " + th.Name)
					}
				}
				d.send(tea.WindowSizeMsg{Width: 0, Height: 0})
				_ = d.screen()
			}
		})
	}
}
