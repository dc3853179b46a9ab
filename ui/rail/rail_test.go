package rail

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/ui/theme"
)

func places(feeds int) []Place {
	out := []Place{
		{Kind: Heading, Label: "VIEWS"}, {Kind: View, Key: "front", Label: "Front page"}, {Kind: View, Key: "wire", Label: "Wire", Count: 12345},
		{Kind: Heading}, {Kind: Heading, Label: "COMPANIES"},
		{Kind: Company, Key: "samsung", Label: "三星电子 Samsung", Count: 3, Watched: true, Days: []int{0, 1, 2, 3, 4, 5, 6, 7}},
		{Kind: Heading}, {Kind: Heading, Label: "FEEDS"}, {Kind: Folder, Key: "News", Label: "News", Count: 9},
	}
	for i := range feeds {
		out = append(out, Place{Kind: Feed, Key: fmt.Sprint("f", i), Label: fmt.Sprint("Feed ", i, strings.Repeat(" with a long name", i%3)), Count: i, Broken: i%4 == 1, Indent: true})
	}
	return out
}

func newRail(w, h, feeds int) *Model {
	m := New(theme.Builtin(theme.Options{})[0])
	m.Resize(w, h)
	m.Set(places(feeds))
	m.Activate(View, "front")
	m.Focus(true)
	return m
}

func at(t *testing.T, m *Model) string {
	t.Helper()
	p, ok := m.Current()
	if !ok {
		t.Fatal("the cursor is on no place")
	}
	return p.Key
}

func TestMove(t *testing.T) {
	m := newRail(24, 40, 3)
	for _, c := range []struct {
		do   func()
		what string
		want string
	}{
		{func() {}, "at first", "front"},
		{func() { m.Move(-1) }, "before the first place", "front"},
		{func() { m.Move(1) }, "down", "wire"},
		{func() { m.Move(1) }, "over headings", "samsung"},
		{func() { m.Move(-1) }, "over headings, up", "wire"},
		{m.Last, "to the end", "f2"},
		{func() { m.Move(1) }, "behind the end", "f2"},
		{func() { m.Move(-100) }, "far up", "front"},
		{func() { m.Move(100) }, "far down", "f2"},
		{m.First, "to the beginning", "front"},
		{func() { m.MovePage(0.5) }, "half a page", "f2"},
	} {
		c.do()
		if got := at(t, m); got != c.want {
			t.Errorf("%s: at %s, want %s", c.what, got, c.want)
		}
	}
}

// TestSet: the cursor stays on its place when others come and go, and goes to the one that
// is shown when its own is gone.
func TestSet(t *testing.T) {
	m := newRail(24, 10, 5)
	m.Last()
	m.Set(append([]Place{{Kind: Heading, Label: "NEW"}, {Kind: View, Key: "new", Label: "New"}}, places(9)...))
	if got := at(t, m); got != "f4" {
		t.Errorf("at %s", got)
	}
	m.Set(places(2))
	if got := at(t, m); got != "front" {
		t.Errorf("at %s", got)
	}
	m.Set(nil)
	if _, ok := m.Current(); ok {
		t.Error("a place in nothing")
	}
	m.Move(1)
	m.First()
	m.Last()
	m.Scroll(3)
	m.Set(places(1))
	m.Move(0)
	at(t, m)
}

func TestStep(t *testing.T) {
	m := newRail(24, 10, 2)
	var got []string
	for p, ok := m.Step(1); ok; p, ok = m.Step(1) {
		got = append(got, p.Key)
		m.Activate(p.Kind, p.Key)
	}
	if s := strings.Join(got, " "); s != "wire samsung News f0 f1" {
		t.Errorf("forth: %s", s)
	}
	if p, ok := m.Step(-1); !ok || p.Key != "f0" {
		t.Errorf("back: %+v", p)
	}
}

// TestActivate: while another pane has the keys the cursor follows what is shown; while
// this one has them it stays.
func TestActivate(t *testing.T) {
	m := newRail(24, 10, 2)
	m.Activate(Feed, "f1")
	if got := at(t, m); got != "front" {
		t.Errorf("with the keys: at %s", got)
	}
	m.Focus(false)
	m.Activate(Feed, "f1")
	if got := at(t, m); got != "f1" {
		t.Errorf("without: at %s", got)
	}
}

// TestClick: the place that is drawn on a line is the one that a click on it hits.
func TestClick(t *testing.T) {
	m := newRail(40, 8, 30)
	m.Scroll(9)
	for y, l := range m.View() {
		before := at(t, m)
		hit := m.Click(y)
		p := strings.TrimSpace(strings.Trim(ansi.Strip(l), m.th.Glyphs.Cursor+m.th.Glyphs.Broken+" "))
		if now, _ := m.Current(); hit && !strings.HasPrefix(p, strings.Join(strings.Fields(now.Label)[:2], " ")) {
			t.Errorf("a click on %q hits %q", p, now.Label)
		} else if !hit && now.Key != before {
			t.Errorf("a click on %q moves to %q", p, now.Label)
		}
	}
	if m.Click(-100) || m.Click(1000) {
		t.Error("a click beside the rail hits")
	}
}

// TestView: exactly as large as it should be on every size and in every theme, with the
// cursor in sight, wherever it goes.
func TestView(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, th := range theme.Builtin(theme.Options{}) {
		m := newRail(24, 10, 25)
		m.SetTheme(th)
		for range 300 {
			switch rnd.IntN(4) {
			case 0:
				m.Resize(rnd.IntN(60), rnd.IntN(40))
			case 1:
				m.Scroll(rnd.IntN(20) - 10)
			default:
				m.Move(rnd.IntN(12) - 6)
			}
			lines := m.View()
			if m.w <= 0 || m.h <= 0 {
				if len(lines) != 0 {
					t.Fatalf("%dx%d: %d lines", m.w, m.h, len(lines))
				}
				continue
			}
			if len(lines) != m.h {
				t.Fatalf("%dx%d: %d lines", m.w, m.h, len(lines))
			}
			seen := false
			for _, l := range lines {
				if n := ansi.StringWidth(l); n != m.w {
					t.Fatalf("%dx%d: %d cells: %q", m.w, m.h, n, l)
				}
				p, _ := m.Current()
				seen = seen || strings.HasPrefix(ansi.Strip(l), th.Glyphs.Cursor) && strings.Contains(ansi.Strip(l), p.Label[:4])
			}
			if !seen && m.w >= 20 {
				t.Fatalf("%dx%d: the cursor is out of sight:\n%s", m.w, m.h, ansi.Strip(strings.Join(lines, "\n")))
			}
		}
	}
}

func TestLineTells(t *testing.T) {
	m := newRail(40, 30, 3)
	m.Focus(false)
	text := ansi.Strip(strings.Join(m.View(), "\n"))
	g := m.th.Glyphs
	for _, want := range []string{"VIEWS", "Front page", "12345", g.Star + "三星电子 Samsung", g.Broken + " Feed 1", "▇█"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not told by\n%s", want, text)
		}
	}
}
