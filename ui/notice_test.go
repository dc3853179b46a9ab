package ui

import (
	"context"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
)

// TestNotice: news of a watched company are told at the foot, and outside only while the
// person looks elsewhere.
func TestNotice(t *testing.T) {
	d := newDesk(t, 3, 100, 20)
	var told []string
	d.m.opt.Notifier = OSC777
	d.m.opt.Tell = func(_ context.Context, title, body, url string) error {
		told = append(told, title+"|"+body+"|"+url)
		return nil
	}
	news := d.r.stories[:2]
	d.run(d.m.takeRefreshed(refreshedMsg{sum: feeds.Summary{Feeds: 1, New: 2}, news: news}))
	d.shows("at the foot", "Amazon: Amazon cuts hundreds of jobs 0 (and 1 more)")
	if len(told) > 0 {
		t.Errorf("told while the person looked on: %q", told)
	}
	d.send(tea.BlurMsg{})
	d.run(d.m.takeRefreshed(refreshedMsg{sum: feeds.Summary{Feeds: 1, New: 2}, news: news}))
	if len(told) != 1 || told[0] != "Amazon|Amazon cuts hundreds of jobs 0 (and 1 more)|https://g.example/0" {
		t.Errorf("told: %q", told)
	}
}

func TestNotifierSequence(t *testing.T) {
	evil := "x\x1b]52;c;aGk=\x07;y\x9c\\z" + strings.Repeat("long ", 100)
	for n, ends := range map[Notifier]string{OSC9: "\x07", OSC777: "\x07", OSC99: "\x1b\\"} {
		s := n.sequence(evil, evil)
		if !strings.HasSuffix(s, ends) || strings.Count(s, "\x1b]") != map[Notifier]int{OSC9: 1, OSC777: 1, OSC99: 2}[n] || strings.ContainsRune(s, 0x9c) || strings.Contains(s, "]52") && strings.Contains(s, "\x1b]52") {
			t.Errorf("%d: %q", n, s)
		}
		if n == OSC777 && strings.Count(s, ";") != 3 {
			t.Errorf("divided by the text: %q", s)
		}
	}
	if s := NoNotifier.sequence("a", "b"); s != "" {
		t.Errorf("%q", s)
	}
}
