package timeline

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/feeds"
	"nightdesk/ui/theme"
)

var clock = time.Date(2026, 5, 22, 18, 4, 0, 0, time.UTC)

// source is a list that is asked for by pages, as the store gives them.
type source []feeds.Story

func newSource(n int) source {
	titles := []string{"Amazon cuts jobs", "三星维修网站数据泄露", "A family 👨‍👩‍👧 of titles", strings.Repeat("long ", 40)}
	out := make(source, n)
	for i := range out {
		at := clock.Add(-time.Duration(i) * time.Hour)
		out[i] = feeds.Story{
			ID: fmt.Sprintf("s%05d", i), Row: int64(n - i), Title: fmt.Sprintf("%d. %s", i, titles[i%len(titles)]), FeedTitle: "Gazette", Published: at, FirstSeen: at,
			Outlets: 1 + i%3, Score: int64(n - i), Companies: []feeds.Tag{{Slug: "amazon", Name: "Amazon"}},
		}
	}
	return out
}

func (s source) page(req feeds.ListRequest) []feeds.Story {
	out := slices.DeleteFunc(slices.Clone(s), func(o feeds.Story) bool {
		return !req.After.Zero() && o.Row >= req.After.Row || !req.Before.Zero() && o.Row <= req.Before.Row
	})
	if req.FromEnd || !req.Before.Zero() {
		return out[max(0, len(out)-req.Limit):]
	}
	return out[:min(len(out), req.Limit)]
}

// shown is a list with its first page, or its last one.
func shown(src source, w, h int, fromEnd bool) *Model {
	m := New(theme.Builtin(theme.Options{})[0])
	m.Tick(clock)
	m.Resize(w, h)
	m.Focus(true)
	req := feeds.ListRequest{Limit: PageRows, FromEnd: fromEnd}
	m.Reset(src.page(req), req, "")
	fill(m, src)
	return m
}

// fill gives the list the pages that it needs.
func fill(m *Model, src source) {
	for range 20 {
		req, ok := m.Need()
		if !ok {
			return
		}
		m.Add(req, src.page(req))
	}
}

// sound tests what must hold whatever was done.
func sound(t *testing.T, what string, m *Model, src source) {
	t.Helper()
	rows := m.Rows()
	if len(rows) == 0 {
		t.Fatalf("%s: no rows", what)
	}
	first := slices.IndexFunc(src, func(s feeds.Story) bool { return s.ID == rows[0].ID })
	for i := range rows {
		if rows[i].ID != src[first+i].ID {
			t.Fatalf("%s: row %d is %s, want %s", what, i, rows[i].ID, src[first+i].ID)
		}
	}
	if m.AtStart() && first != 0 || m.AtEnd() && first+len(rows) != len(src) {
		t.Fatalf("%s: at start %v, at end %v with rows %d to %d of %d", what, m.AtStart(), m.AtEnd(), first, first+len(rows), len(src))
	}
	if !m.Selecting() && len(rows) > windowRows+2*PageRows {
		t.Fatalf("%s: %d rows are held", what, len(rows))
	}
	lines := m.View()
	if len(lines) != m.h {
		t.Fatalf("%s: %d lines of %d", what, len(lines), m.h)
	}
	for i, l := range lines {
		if n := ansi.StringWidth(l); n != m.w {
			t.Fatalf("%s: line %d is %d cells of %d: %q", what, i, n, m.w, l)
		}
	}
	cur, _ := m.Current()
	head, _, _ := strings.Cut(cur.Title, " ")
	if m.w > 12 && m.h > 1 && !slices.ContainsFunc(lines, func(l string) bool {
		return strings.HasPrefix(ansi.Strip(l), m.th.Glyphs.Cursor) && strings.Contains(ansi.Strip(l), head)
	}) {
		t.Fatalf("%s: the cursor's row %q is out of sight:\n%s", what, head, ansi.Strip(strings.Join(lines, "\n")))
	}
}

// TestWalk: wherever one goes, the rows held are a piece of the list without a gap, the
// cursor stays on the story that it should, and in sight.
func TestWalk(t *testing.T) {
	for seed := range uint64(6) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		src := newSource([]int{1, 7, 99, 100, 101, 2500}[seed])
		m := shown(src, 60, 20, seed%2 == 1)
		at := func() int {
			s, _ := m.Current()
			return slices.IndexFunc(src, func(o feeds.Story) bool { return o.ID == s.ID })
		}
		for step := range 400 {
			was, want := at(), -1
			what := ""
			switch k := rnd.IntN(10); {
			case k < 5:
				n := rnd.IntN(40) - 20
				what, want = fmt.Sprint("move ", n), max(0, min(was+n, len(src)-1))
				m.Move(n)
			case k < 8:
				n := []float64{-1, -0.5, 0.5, 1}[rnd.IntN(4)]
				what = fmt.Sprint("page ", n)
				m.MovePage(n)
			case k == 8:
				w, h := 1+rnd.IntN(120), 1+rnd.IntN(50)
				what, want = fmt.Sprint("resize ", w, "x", h), was
				m.Resize(w, h)
			default:
				n := rnd.IntN(30) - 15
				what = fmt.Sprint("scroll ", n)
				m.Scroll(n)
			}
			fill(m, src)
			what = fmt.Sprintf("seed %d step %d: %s from %d", seed, step, what, was)
			if got := at(); want >= 0 && got != want {
				t.Fatalf("%s: at %d, want %d", what, got, want)
			}
			sound(t, what, m, src)
		}
	}
}

// TestThrough: from one end to the other and back, by pages of the store.
func TestThrough(t *testing.T) {
	src := newSource(1830)
	m := shown(src, 80, 24, false)
	for i := 1; i < len(src); i++ {
		if !m.Move(1) {
			t.Fatalf("stuck at %d", i)
		}
		fill(m, src)
		if s, _ := m.Current(); s.ID != src[i].ID {
			t.Fatalf("at %s, want %s", s.ID, src[i].ID)
		}
	}
	if m.Move(1) || !m.AtEnd() {
		t.Error("there is something behind the end")
	}
	for i := len(src) - 2; i >= 0; i-- {
		m.Move(-1)
		fill(m, src)
		if s, _ := m.Current(); s.ID != src[i].ID {
			t.Fatalf("back at %s, want %s", s.ID, src[i].ID)
		}
	}
	if _, more := m.Beyond(-1); more || !m.AtStart() {
		t.Error("there is something before the beginning")
	}
	if req, more := m.Beyond(1); !more || req.After.Row != m.Rows()[m.Len()-1].Row {
		t.Errorf("beyond the end of what is held: %v, %+v", more, req)
	}
}

func TestResetKeeps(t *testing.T) {
	src := newSource(300)
	m := shown(src, 80, 24, false)
	m.Move(30)
	top := m.Rows()[m.top]
	late := append(source{{ID: "new", Row: 9999, Title: "0. News", Published: clock}}, src...)
	cur, _ := m.Current()
	req := feeds.ListRequest{Limit: PageRows}
	m.Reset(late.page(req), req, cur.ID)
	if now, _ := m.Current(); now.ID != cur.ID || m.Rows()[m.top].ID != top.ID {
		t.Errorf("at %s under %s, was at %s under %s", now.ID, m.Rows()[m.top].ID, cur.ID, top.ID)
	}
	without := slices.Delete(slices.Clone(late), 31, 33) // the one under the cursor, and the next
	m.Reset(without.page(req), req, cur.ID)
	if now, _ := m.Current(); now.ID != src[32].ID {
		t.Errorf("in the place of what is gone: %s, want %s", now.ID, src[32].ID)
	}
	m.Reset(src[:20], req, src[32].ID)
	if now, _ := m.Current(); now.ID != src[19].ID {
		t.Errorf("in the place of all from there on: %s, want %s", now.ID, src[19].ID)
	}
	m.Reset(src.page(req), req, "gone")
	if now, _ := m.Current(); now.ID != src[0].ID {
		t.Errorf("at %s", now.ID)
	}
}

func TestSeek(t *testing.T) {
	src := newSource(50)
	for i := range src {
		src[i].Mark.Read = i != 20 && i != 3
	}
	m := shown(src, 80, 24, false)
	for _, c := range []struct {
		dir  int
		ok   bool
		want int
	}{{1, true, 3}, {1, true, 20}, {1, false, 20}, {-1, true, 3}, {-1, false, 3}} {
		ok := m.SeekUnread(c.dir)
		if s, _ := m.Current(); ok != c.ok || s.ID != src[c.want].ID {
			t.Errorf("%+v: %v at %s", c, ok, s.ID)
		}
	}
	if !m.Seek(src[40].ID) || m.Cursor() != 40 || m.Seek("none") || m.Cursor() != 40 {
		t.Errorf("at %d", m.Cursor())
	}
}

// TestClick: the row that is drawn on a line is the one that a click on it hits.
func TestClick(t *testing.T) {
	src := newSource(60)
	m := shown(src, 60, 30, false)
	m.Move(25)
	for y, l := range m.View() {
		text := strings.TrimSpace(ansi.Strip(l))
		n, _, title := strings.Cut(strings.TrimLeft(text, m.th.Glyphs.Cursor+m.th.Glyphs.Unread+" "), ". ")
		if !title {
			continue
		}
		hit, _ := m.Click(y)
		if s, _ := m.Current(); !hit || !strings.HasPrefix(s.Title, n+". ") {
			t.Fatalf("a click on %q hits %q", text, s.Title)
		}
		if _, again := m.Click(y); !again {
			t.Fatalf("a second click on %q is not one", text)
		}
	}
}

// TestRowTells: what a row shows of a story.
func TestRowTells(t *testing.T) {
	g := theme.Builtin(theme.Options{})[0].Glyphs
	for name, c := range map[string]struct {
		change func(*feeds.Story)
		want   string
	}{
		"unread":  {func(s *feeds.Story) {}, g.Unread},
		"starred": {func(s *feeds.Story) { s.Mark.Starred = true }, g.Star},
		"queued":  {func(s *feeds.Story) { s.Mark.Saved = feeds.Queued }, g.Queued},
		"saved":   {func(s *feeds.Story) { s.Mark.Saved = feeds.Kept }, g.Saved},
		"broken":  {func(s *feeds.Story) { s.Mark.Saved = feeds.Broken }, g.Broken},
		"edited":  {func(s *feeds.Story) { s.Updated = s.FirstSeen.Add(time.Hour) }, g.Edited},
		"teaser":  {func(s *feeds.Story) { s.Teaser = true }, "teaser"},
		"outlets": {func(s *feeds.Story) { s.Outlets = 4 }, "4 outlets"},
		"kind":    {func(s *feeds.Story) { s.Kind = feeds.Layoffs }, "layoffs"},
		"company": {func(s *feeds.Story) {}, "Amazon"},
	} {
		src := newSource(1)
		bare := source{src[0]}
		c.change(&src[0])
		if name == "unread" {
			bare[0].Mark.Read = true
		} else if name == "company" {
			bare[0].Companies = nil
		}
		with, without := strings.Join(shown(src, 80, 12, false).View(), ""), strings.Join(shown(bare, 80, 12, false).View(), "")
		if !strings.Contains(ansi.Strip(with), c.want) || strings.Count(ansi.Strip(without), c.want) >= strings.Count(ansi.Strip(with), c.want) {
			t.Errorf("%s: %q is not told by\n%s", name, c.want, ansi.Strip(with))
		}
	}
}

// TestChangeIsSeen: a row that is kept drawn is drawn anew when its story changes.
func TestChangeIsSeen(t *testing.T) {
	src := newSource(5)
	m := shown(src, 80, 12, false)
	before := strings.Join(m.View(), "\n")
	m.Change(src[2].ID, func(s *feeds.Story) { s.Mark.Starred = true })
	if strings.Join(m.View(), "\n") == before {
		t.Error("a star is not seen")
	}
	m.ChangeAt(2, func(s *feeds.Story) { s.Mark.Starred = false })
	if strings.Join(m.View(), "\n") != before {
		t.Error("and stays")
	}
}

func TestNothing(t *testing.T) {
	m := New(theme.Builtin(theme.Options{})[0])
	m.Empty("No stories yet.\nR refreshes.")
	m.Resize(40, 10)
	if s := strings.Join(m.View(), ""); strings.TrimSpace(ansi.Strip(s)) != "" {
		t.Errorf("before an answer came: %q", s)
	}
	if m.Move(1) || m.SeekUnread(1) || len(m.Chosen()) != 0 {
		t.Error("there is something in nothing")
	}
	m.Scroll(3)
	m.Last()
	m.Reset(nil, feeds.ListRequest{Limit: PageRows}, "")
	for _, size := range [][2]int{{0, 0}, {1, 1}, {5, 3}, {40, 10}} {
		m.Resize(size[0], size[1])
		lines := m.View()
		if len(lines) != size[1] {
			t.Errorf("%v: %d lines", size, len(lines))
		}
		for _, l := range lines {
			if ansi.StringWidth(l) != size[0] {
				t.Errorf("%v: %q", size, l)
			}
		}
	}
	if s := ansi.Strip(strings.Join(m.View(), "\n")); !strings.Contains(s, "No stories yet.") || !strings.Contains(s, "R refreshes.") {
		t.Errorf("%q", s)
	}
	if _, ok := m.Beyond(1); ok {
		t.Error("something follows nothing")
	}
}

func TestDays(t *testing.T) {
	src := newSource(60)
	m := shown(src, 60, 100, false)
	for _, day := range []string{"Today", "Yesterday", "Wednesday"} {
		if !strings.Contains(ansi.Strip(strings.Join(m.View(), "\n")), day) {
			t.Errorf("no heading %s", day)
		}
	}
	req := feeds.ListRequest{Limit: PageRows, Sort: feeds.Top, Clusters: true}
	m.Reset(src.page(req), req, "")
	if strings.Contains(ansi.Strip(strings.Join(m.View(), "\n")), "Yesterday") {
		t.Error("a list by importance has days")
	}
}

func BenchmarkMove(b *testing.B) {
	src := newSource(500)
	m := shown(src, 66, 40, false)
	dir := 1
	for b.Loop() {
		if !m.Move(dir) {
			dir = -dir
		}
		_ = m.View()
	}
}
