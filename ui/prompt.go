package ui

import (
	"errors"
	"fmt"
	"strings"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds/query"
)

// openPrompt asks for a query, or for a text to find in the article.
func (m *Model) openPrompt(find bool) tea.Cmd {
	in := textinput.New()
	in.Prompt = ""
	in.CharLimit = 500
	in.SetVirtualCursor(false) // View shows the terminal's own, which blinks by itself
	if !find {
		in.SetValue(m.filter)
	}
	in.CursorEnd()
	cmd := in.Focus()
	m.prompt = &prompt{input: in, find: find, before: m.filter}
	return cmd
}

// promptKey takes a key while the prompt is open.
func (m *Model) promptKey(k tea.KeyPressMsg) tea.Cmd {
	p := m.prompt
	switch k.String() {
	case "enter":
		m.prompt = nil
		if p.find {
			if at, of := m.reader.Matches(); of > 0 {
				m.say(fmt.Sprintf("match %d of %d · n next, p previous", at, of))
			} else {
				m.say("not found: " + p.input.Value())
			}
			return nil
		}
		if p.err != "" {
			m.filter = p.before
			m.warn(p.err)
			return m.load(m.currentID(), false)
		}
		m.history(p.input.Value())
		return nil
	case "esc":
		m.prompt = nil
		if p.find {
			m.reader.Unfind()
			return nil
		}
		m.filter = p.before
		return m.load(m.currentID(), false)
	case "backspace":
		if p.input.Value() == "" { // lifts the filter altogether
			m.prompt = nil
			if p.find {
				return nil
			}
			return m.liftFilter()
		}
	case "tab":
		if !p.find && len(p.suggest) > 0 {
			m.complete()
			return m.promptChanged()
		}
		return nil
	case "up":
		if !p.find && len(m.recent) > 0 {
			m.recentAt = (m.recentAt + 1) % (len(m.recent) + 1)
			if m.recentAt == 0 {
				p.input.SetValue("")
			} else {
				p.input.SetValue(m.recent[len(m.recent)-m.recentAt])
			}
			p.input.CursorEnd()
			return m.promptChanged()
		}
		return nil
	}
	was := p.input.Value()
	var cmd tea.Cmd
	p.input, cmd = p.input.Update(k)
	if p.input.Value() != was {
		return tea.Batch(cmd, m.promptChanged())
	}
	return cmd
}

// promptChanged shows what the words typed so far find. While the last term is not
// finished, or makes no sense, the list stays as it was and the error is shown.
func (m *Model) promptChanged() tea.Cmd {
	p := m.prompt
	text := strings.TrimSpace(p.input.Value())
	if p.find {
		m.scrolled = true
		m.reader.Find(text)
		return nil
	}
	p.suggest = m.suggestions()
	_, err := m.room.Parse(text)
	p.err = ""
	if err != nil {
		p.err = sentence(err)
		var qe *query.Error
		if errors.As(err, &qe) && qe.Incomplete {
			p.err = ""
		}
		return nil
	}
	// The word that is being typed is the beginning of one.
	if text != "" && !strings.HasSuffix(p.input.Value(), " ") && !strings.ContainsAny(lastWord(text), `:"()*`) && isPlainWord(lastWord(text)) {
		text += "*"
	}
	m.filter = text
	return m.load("", false)
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func isPlainWord(s string) bool {
	return s != "" && s != "OR" && s != "NOT" && s != "AND" && len(s) > 1
}

func (m *Model) known() query.Known {
	var k query.Known
	for _, c := range m.companies {
		k.Companies = append(k.Companies, c.Slug)
	}
	for _, f := range m.feeds {
		k.Feeds = append(k.Feeds, feedTitle(f))
		if f.Folder != "" {
			k.Folders = append(k.Folders, f.Folder)
		}
		k.Tags = append(k.Tags, f.Tags...)
	}
	return k
}

func (m *Model) suggestions() []string {
	text := m.prompt.input.Value()
	var out []string
	for _, c := range query.Complete(text, len(text), m.known(), 6) {
		out = append(out, c.Text)
	}
	return out
}

// complete takes the first suggestion.
func (m *Model) complete() {
	text := m.prompt.input.Value()
	cs := query.Complete(text, len(text), m.known(), 1)
	if len(cs) == 0 {
		return
	}
	m.prompt.input.SetValue(text[:cs[0].From] + cs[0].Text)
	m.prompt.input.CursorEnd()
}

func (m *Model) history(text string) {
	text = strings.TrimSpace(text)
	m.recentAt = 0
	if text == "" || len(m.recent) > 0 && m.recent[len(m.recent)-1] == text {
		return
	}
	m.recent = append(m.recent, text)
}
