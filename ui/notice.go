package ui

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/feeds/plain"
)

// A Notifier is how a terminal shows a notice of its own.
type Notifier uint8

// The sequences that terminals know: iTerm2's OSC 9 (WezTerm and Ghostty too), rxvt's OSC
// 777 (foot too), kitty's OSC 99.
const (
	NoNotifier Notifier = iota
	OSC9
	OSC777
	OSC99
)

// sequence is a notice for the terminal. Its text is outside text: cleaned, bounded and
// without what would end or divide it.
func (n Notifier) sequence(title, body string) string {
	safe := func(s string) string {
		s = strings.NewReplacer(";", ",", "\\", "/").Replace(plain.Text(s))
		if r := []rune(s); len(r) > 200 {
			s = string(r[:199]) + "…"
		}
		return s
	}
	title, body = safe(title), safe(body)
	switch n {
	case OSC9:
		return "\x1b]9;" + title + ": " + body + "\x07"
	case OSC777:
		return "\x1b]777;notify;" + title + ";" + body + "\x07"
	case OSC99:
		return "\x1b]99;i=nightdesk:d=0;" + title + "\x1b\\\x1b]99;i=nightdesk:d=1:p=body;" + body + "\x1b\\"
	}
	return ""
}

// watchedNews are stories about watched companies that a refresh brought. The query is
// asked before and after it; a refresh that marks or mutes some meanwhile tells of fewer.
func watchedNews(ctx context.Context, room Newsroom, run func() error) ([]feeds.Story, error) {
	q, err := room.Parse("is:watched is:unread since:3d")
	if err != nil {
		return nil, run()
	}
	before, _ := room.Count(ctx, q)
	if err := run(); err != nil {
		return nil, err
	}
	after, err := room.Count(ctx, q)
	if err != nil || after <= before || before >= 10000 {
		return nil, nil
	}
	rows, err := room.List(ctx, feeds.ListRequest{Query: q, Sort: feeds.Newest, Limit: min(after-before, 20)})
	if err != nil {
		return nil, nil
	}
	return rows, nil
}

// notify tells of news about watched companies: at the foot, and, while the person looks
// elsewhere, by the terminal's own notice and the person's own command.
func (m *Model) notify(news []feeds.Story) tea.Cmd {
	if len(news) == 0 {
		return nil
	}
	title := "About a company you watch"
	if len(news[0].Companies) > 0 {
		title = news[0].Companies[0].Name
	}
	body := news[0].Title
	if len(news) > 1 {
		body += fmt.Sprintf(" (and %d more)", len(news)-1)
	}
	m.say(title + ": " + body)
	if !m.focusLost {
		return nil
	}
	var cmds []tea.Cmd
	if seq := m.opt.Notifier.sequence(title, body); seq != "" {
		cmds = append(cmds, tea.Raw(seq))
	}
	if tell := m.opt.Tell; tell != nil {
		ctx := m.ctx
		cmds = append(cmds, func() tea.Msg {
			if err := tell(ctx, title, body, news[0].URL); err != nil {
				return noticeMsg{err: fmt.Errorf("the command of [watch]: %w", err)}
			}
			return nil
		})
	}
	return tea.Batch(cmds...)
}
