package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// asker is an overlay that asks for one line of text.
type asker struct {
	title string
	note  string // what the line means, or what was wrong with it
	text  []rune
	at    int
	done  func(m *Model, text string) tea.Cmd
}

func newAsker(title, note, text string, done func(*Model, string) tea.Cmd) *asker {
	r := []rune(text)
	return &asker{title, note, r, len(r), done}
}

func (a *asker) scroll(int) {}

// insert puts text in at the caret; a line has no line breaks.
func (a *asker) insert(text string) {
	r := []rune(plain.Text(strings.ReplaceAll(text, "\n", " ")))
	if strings.TrimSpace(text) == "" && text != "" {
		r = []rune(" ")
	}
	if len(a.text)+len(r) > 500 {
		return
	}
	a.text = append(a.text[:a.at:a.at], append(r, a.text[a.at:]...)...)
	a.at += len(r)
}

func (a *asker) key(m *Model, k tea.KeyPressMsg) (tea.Cmd, bool) {
	switch k.String() {
	case "esc", "ctrl+c":
		return nil, true
	case "enter":
		m.overlay = nil
		return a.done(m, strings.TrimSpace(string(a.text))), true
	case "left", "ctrl+b":
		a.at = max(0, a.at-1)
	case "right", "ctrl+f":
		a.at = min(len(a.text), a.at+1)
	case "home", "ctrl+a":
		a.at = 0
	case "end", "ctrl+e":
		a.at = len(a.text)
	case "backspace":
		if a.at == 0 {
			return nil, len(a.text) == 0
		}
		a.text = append(a.text[:a.at-1:a.at-1], a.text[a.at:]...)
		a.at--
	case "delete", "ctrl+d":
		if a.at < len(a.text) {
			a.text = append(a.text[:a.at:a.at], a.text[a.at+1:]...)
		}
	case "ctrl+u":
		a.text, a.at = a.text[a.at:], 0
	case "ctrl+w":
		i := a.at
		for i > 0 && a.text[i-1] == ' ' {
			i--
		}
		for i > 0 && a.text[i-1] != ' ' {
			i--
		}
		a.text = append(a.text[:i:i], a.text[a.at:]...)
		a.at = i
	default:
		a.insert(k.Text)
	}
	return nil, false
}

func (a *asker) view(th *theme.Theme, w, h int) []string {
	w = min(w, 72)
	room := max(w-8, 1)
	before, after := string(a.text[:a.at]), string(a.text[a.at:])
	for cells.Width(before) > room { // the caret stays in sight
		before = string([]rune(before)[1:])
	}
	line := th.Paint(theme.Accent, "› ") + before + th.Paint(theme.Accent, th.Glyphs.Caret) + cells.Cut(after, max(0, room-cells.Width(before)), "")
	text := []string{line}
	if a.note != "" {
		text = append(text, "", th.Paint(theme.Dim, a.note))
	}
	return box(th, a.title, text, w, min(h, len(text)+2))
}
