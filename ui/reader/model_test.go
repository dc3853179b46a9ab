package reader

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

func story() feeds.Story {
	return feeds.Story{
		ID: "s1", Title: "Trainium racks ship to the first customers, and a very long headline follows", FeedTitle: "The Example", Author: "A. Writer",
		Published: time.Date(2026, 5, 22, 14, 0, 0, 0, time.UTC), Words: 812, Outlets: 3, Kind: feeds.Launch, Categories: []string{"Technology"},
		Companies: []feeds.Tag{{Name: "Amazon"}, {Name: "Advanced Micro Devices"}}, Mark: feeds.Mark{Starred: true, Saved: feeds.Kept},
	}
}

func opened(w, h int, md string) *Model {
	m := New(dark())
	m.Resize(w, h)
	m.SetArticle(story(), &feeds.Article{Note: "Only the feed's text: the page could not be read"}, nil)
	m.SetPage(Render(md, m.Options()))
	return m
}

// rectangle tests that a view is exactly h lines of w cells.
func rectangle(t *testing.T, m *Model, w, h int, what string) {
	t.Helper()
	lines := m.View()
	if w == 0 || h == 0 {
		if len(lines) != 0 {
			t.Fatalf("%s: %d lines in nothing", what, len(lines))
		}
		return
	}
	if len(lines) != h {
		t.Fatalf("%s: %dx%d: %d lines", what, w, h, len(lines))
	}
	for y, l := range lines {
		if ansi.StringWidth(l) != w {
			t.Fatalf("%s: %dx%d: line %d has %d cells: %q", what, w, h, y, ansi.StringWidth(l), l)
		}
		if err := safe(l); err != "" {
			t.Fatalf("%s: line %d: %s: %q", what, y, err, l)
		}
	}
}

func TestGeometry(t *testing.T) {
	sizes := [][2]int{{0, 0}, {200, 60}, {1, 1}, {80, 24}, {2, 2}, {3, 1}, {1, 40}, {40, 12}, {23, 5}, {24, 5}, {7, 7}, {79, 3}, {120, 1}, {100, 45}, {140, 45}, {9, 60}, {30, 4}, {200, 60}}
	for _, th := range theme.Builtin(theme.Options{}) {
		m := New(th)
		m.Resize(10, 4)
		rectangle(t, m, 10, 4, "empty")
		m.Begin(story())
		rectangle(t, m, 10, 4, "begun")
		m.SetArticle(story(), &feeds.Article{Note: "note"}, nil)
		for i, s := range sizes {
			w, h := s[0], s[1]
			m.Resize(w, h)
			rectangle(t, m, w, h, "before it is rendered again")
			first, rest := RenderFirst(kinds, m.Options(), m.Screenful())
			m.SetPage(first)
			rectangle(t, m, w, h, "first screenful")
			if rest != nil {
				m.SetPage(rest())
			}
			if m.Stale() {
				t.Fatalf("%dx%d: stale after rendering", w, h)
			}
			if i%2 == 0 {
				m.Find("e")
			} else {
				m.NextLink(1)
			}
			rectangle(t, m, w, h, "marked")
			for k := range 8 {
				switch k % 4 {
				case 0:
					m.PageDown()
				case 1:
					m.NextMatch(1)
				case 2:
					m.NextLink(1)
				case 3:
					m.NextHeading()
				}
				rectangle(t, m, w, h, "moved")
			}
			m.Bottom()
			rectangle(t, m, w, h, "end")
			m.Unfind()
			m.SetMeasure(20 + 10*i)
			rectangle(t, m, w, h, "measure")
		}
	}
}

func TestEverySize(t *testing.T) {
	m := opened(80, 24, kinds)
	for w := 0; w <= 200; w += 1 + w/10 {
		for h := 0; h <= 60; h += 1 + h/6 {
			m.Resize(w, h)
			rectangle(t, m, w, h, "sweep")
		}
	}
}

func TestSpaceReadsTheWholeArticle(t *testing.T) {
	m := opened(80, 24, prose(2000, 3))
	seen := map[string]bool{}
	for n := 0; ; n++ {
		for _, l := range m.View() {
			seen[strings.TrimSpace(ansi.Strip(l))] = true
		}
		if !m.PageDown() {
			break
		}
		if n > 100 {
			t.Fatal("no end")
		}
	}
	for _, l := range m.page.Lines[:len(m.page.Lines)-1] {
		if !seen[strings.TrimSpace(ansi.Strip(l))] {
			t.Errorf("never seen: %q", l)
		}
	}
	if !m.AtEnd() || m.Percent() != 100 || m.Position() != 1 {
		t.Errorf("at the end: %v, %d %%, %v", m.AtEnd(), m.Percent(), m.Position())
	}
	for m.PageUp() {
	}
	if m.top != 0 || m.Position() != 0 {
		t.Errorf("back at the top: %d, %v", m.top, m.Position())
	}
}

// What stands at the top of the screen stays there when the width changes.
func TestPositionIsKept(t *testing.T) {
	md := ""
	for i := range 200 {
		md += fmt.Sprintf("Paragraph number%d begins here and goes on for a while so that it takes two or three lines at most widths.\n\n", i)
	}
	m := opened(100, 30, md)
	m.scrollTo(len(m.head) + 150)
	word := func() int {
		for i := m.top; i < m.total(); i++ {
			var n int
			if _, err := fmt.Sscanf(ansi.Strip(m.line(i)), "Paragraph number%d", &n); err == nil {
				return n
			}
		}
		return -1
	}
	was := word()
	for _, w := range []int{60, 30, 140, 44, 100} {
		m.Resize(w, 30)
		first, rest := RenderFirst(md, m.Options(), m.Screenful())
		m.SetPage(first)
		if rest != nil {
			m.SetPage(rest())
		}
		if now := word(); now < was-1 || now > was+1 {
			t.Errorf("width %d: at paragraph %d, was at %d", w, now, was)
		}
	}
	for range 300 {
		m.ScrollBy(-1)
		if p := m.Position(); p < 0 || p > 1 {
			t.Fatalf("position %v at line %d", p, m.top)
		}
	}
	m.scrollTo(len(m.head) + 150)
	was = word()
	at := m.Position()
	n := opened(50, 20, md)
	n.SetPosition(at)
	m = n
	if now := word(); now < was-1 || now > was+1 {
		t.Errorf("another size: at paragraph %d, was at %d", now, was)
	}
	// before the text is there
	n = New(dark())
	n.Resize(50, 20)
	n.Begin(story())
	n.SetPosition(at)
	if n.Position() != at {
		t.Errorf("%v before there is a page, want %v", n.Position(), at)
	}
	first, rest := RenderFirst(md, n.Options(), n.Screenful())
	n.SetPage(first)
	if n.Position() != at {
		t.Errorf("%v with the first screenful, want %v", n.Position(), at)
	}
	n.SetPage(rest())
	if math.Abs(n.Position()-at) > 0.01 {
		t.Errorf("%v, want %v", n.Position(), at)
	}
	m = n
	if now := word(); now < was-1 || now > was+1 {
		t.Errorf("late page: at paragraph %d, was at %d", now, was)
	}
}

func TestFind(t *testing.T) {
	m := opened(40, 12, "A needle here. "+strings.Repeat("hay ", 300)+"\n\n> one nee\n> Needle two words that go over the end of the line so needle again and again\n\nNEEDLE")
	if n := m.Find("needle"); n != 4 {
		t.Errorf("%d matches", n)
	}
	if !m.Finding() {
		t.Error("finding")
	}
	seen := map[int]bool{}
	for range 4 {
		at, of := m.Matches()
		seen[at] = true
		line := m.find.hits[m.find.at][0].Line
		if of != 4 || line < m.top || line >= m.top+m.h {
			t.Errorf("match %d of %d at line %d is not seen from %d", at, of, line, m.top)
		}
		if !strings.Contains(strings.Join(m.View(), "\n"), m.th.SGR(theme.CurrentMatch)) {
			t.Error("not marked")
		}
		m.NextMatch(1)
	}
	if len(seen) != 4 {
		t.Errorf("walked through %v", seen)
	}
	// over the end of a line, bars left out
	if n := m.Find("nee needle two words that go over the end of the line"); n != 1 || len(m.find.hits[0]) < 2 {
		t.Errorf("over line ends: %d %v", n, m.find.hits)
	}
	if m.Find("nothing of the kind") != 0 || m.NextMatch(1) {
		t.Error("found what is not there")
	}
	m.Find("trainium racks")
	s := story()
	s.Mark = feeds.Mark{}
	m.SetArticle(s, &feeds.Article{Note: strings.Repeat("a long note ", 20)}, nil) // more above the text
	m.Find("needle here")
	m.SetArticle(s, &feeds.Article{}, nil)
	if hit := m.find.hits[0][0]; !strings.Contains(ansi.Strip(m.line(hit.Line)), "needle here") {
		t.Errorf("the match is at %q", ansi.Strip(m.line(hit.Line)))
	}
	if !m.Unfind() || m.Unfind() || m.Finding() {
		t.Error("unfind")
	}
	m.Find("Trainium")
	if m.top != 0 || len(m.find.hits) != 1 {
		t.Errorf("the title is found too: top %d, %v", m.top, m.find.hits)
	}
}

func TestLinks(t *testing.T) {
	md := "[one](https://example.org/1) " + strings.Repeat("words ", 200) + "[two](https://example.org/2)\n\n" + strings.Repeat("more ", 300) + "[three](https://example.org/3)"
	m := opened(60, 20, md)
	if _, ok := m.SelectedLink(); ok {
		t.Error("selected from the start")
	}
	for _, want := range []string{"https://example.org/1", "https://example.org/2", "https://example.org/3"} {
		if !m.NextLink(1) {
			t.Fatal("no next link")
		}
		l, ok := m.SelectedLink()
		if !ok || l.URL != want {
			t.Errorf("%v, want %s", l, want)
		}
		if !strings.Contains(strings.Join(m.View(), "\n"), m.th.SGR(theme.SelectedLink)) {
			t.Errorf("%s: not marked", want)
		}
	}
	if m.NextLink(1) {
		t.Error("a fourth link")
	}
	m.NextLink(-1)
	if l, _ := m.SelectedLink(); l.N != 2 {
		t.Errorf("back at %d", l.N)
	}
	m.Deselect()
	m.NextLink(-1)
	if l, _ := m.SelectedLink(); l.N != 2 {
		t.Errorf("the last one seen is %d", l.N)
	}
	m.NextLink(-1)
	if m.NextLink(-1) {
		t.Error("a link before the first")
	}
	l, ok := m.LinkN(3)
	if !ok || l.URL != "https://example.org/3" {
		t.Error(l, ok)
	}
	if _, ok := m.LinkN(4); ok {
		t.Error("link 4")
	}
	m.Top()
	m.Deselect()
	if hs := m.Hints(); len(hs) != 1 || hs[0].N != 1 {
		t.Errorf("hints %v", hs)
	}
	s := m.Links()[0].Spans[0]
	if l, ok := m.LinkAt(m.margin()+s.From, len(m.head)+s.Line-m.top); !ok || l.N != 1 {
		t.Errorf("under the mouse: %v %v", l, ok)
	}
	if _, ok := m.LinkAt(m.margin()+s.To, len(m.head)+s.Line-m.top); ok {
		t.Error("a link beside the link")
	}
}

func TestHeadings(t *testing.T) {
	md := strings.Repeat("# Head\n\n"+strings.Repeat("words ", 120)+"\n\n", 5)
	m := opened(60, 10, md)
	var at []int
	for m.NextHeading() {
		at = append(at, m.top)
		if !strings.Contains(m.View()[0], "Head") && !m.AtEnd() {
			t.Errorf("no heading at the top: %q", m.View()[0])
		}
	}
	if len(at) < 5 {
		t.Errorf("stopped at %v", at)
	}
	for m.PrevHeading() {
	}
	if m.top != 0 || len(m.Outline()) != 5 {
		t.Error(m.top, m.Outline())
	}
}

func TestHeader(t *testing.T) {
	m := opened(80, 24, "text")
	got := ansi.Strip(strings.Join(m.head, "\n"))
	for _, want := range []string{"The Example · Technology · 22 May 2026", "By A. Writer · 812 words · 4 min · launch", "Amazon  Advanced Micro Devices · 3 outlets",
		"★ starred · ◆ saved offline", "Only the feed's text"} {
		if !strings.Contains(strings.ReplaceAll(got, "\u00a0", " "), want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	s := story()
	s.Mark = feeds.Mark{Saved: feeds.Broken, SaveError: "the server said 500"}
	s.Title = "evil \x1b]0;x\x07 title"
	m.SetStory(s)
	m.SetAccounts([]feeds.Story{s, {FeedTitle: "Second"}, {FeedTitle: "Third"}})
	got = ansi.Strip(strings.Join(m.head, "\n"))
	for _, want := range []string{"✗ not saved: the server said 500", "3 outlets, also Second, Third"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	rectangle(t, m, 80, 24, "hostile title")
}

// A terminal without Unicode gets none from the pane itself.
// TestHeaderTellsOfAnEdit: that the outlet has changed a story is said above its text.
func TestHeaderTellsOfAnEdit(t *testing.T) {
	th, s := dark(), story()
	s.FirstSeen = s.Published
	told := func() bool {
		return strings.Contains(strings.ReplaceAll(ansi.Strip(strings.Join(header(th, &s, nil, nil, 76, false), "\n")), "\u00a0", " "), th.Glyphs.Edited+" changed "+s.Updated.Local().Format("2 January 15:04"))
	}
	if told() {
		t.Error("told of a story that was never changed")
	}
	if s.Updated = s.FirstSeen.Add(3 * time.Hour); !told() {
		t.Errorf("not told:\n%s", ansi.Strip(strings.Join(header(th, &s, nil, nil, 76, false), "\n")))
	}
}

func TestASCII(t *testing.T) {
	for _, th := range theme.Builtin(theme.Options{ASCII: true}) {
		m := New(th)
		m.Resize(60, 200)
		m.SetArticle(story(), &feeds.Article{Teaser: true}, nil)
		md := "# Head\n\ntext [a](https://example.org)\n\n- a\n  - b\n    - c\n- [ ] d\n- [x] e\n\n1. f\n\n> quote\n\n```\n" +
			strings.Repeat("x", 99) + "\n" + strings.Repeat("y\n", maxCode) + "```\n\n|a|b|\n|-|-|\n|c|d|\n\n![p](https://example.org/p.png)\n\n---\n\nend"
		m.SetPage(Render(md, m.Options()))
		for m.PageDown() {
			for _, l := range m.View() {
				for _, r := range l {
					if r >= 0x80 {
						t.Fatalf("%s: %q in %q", th.Name, r, l)
					}
				}
			}
		}
	}
}

// A note that comes while one has not scrolled yet moves nothing.
func TestTopStaysTop(t *testing.T) {
	m := New(dark())
	m.Resize(50, 20)
	s := story()
	md := prose(500, 1)
	m.SetArticle(s, &feeds.Article{}, nil)
	m.SetPage(Render(md, m.Options()))
	m.SetArticle(s, &feeds.Article{Note: "a note that takes a line of its own"}, nil)
	m.SetPage(Render(md, m.Options()))
	m.Resize(30, 10)
	if m.top != 0 {
		t.Errorf("scrolled by %d", m.top)
	}
}

func TestViewIsKept(t *testing.T) {
	m := opened(80, 24, prose(500, 1))
	a, b := m.View(), m.View()
	if &a[0] != &b[0] {
		t.Error("drawn twice")
	}
	m.ScrollBy(1)
	if c := m.View(); &c[0] == &a[0] {
		t.Error("not drawn after scrolling")
	}
}
