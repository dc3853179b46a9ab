package reader

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// seen is the last view and what it was made for.
type seen struct {
	lines []string
	top   int
	link  int
	match int
}

// View draws the pane as exactly h lines of w cells. It is kept until something changes;
// scrolling renders nothing. The lines must not be changed.
func (m *Model) View() []string {
	if m.w <= 0 || m.h <= 0 {
		return nil
	}
	if s := &m.seen; s.lines != nil && s.top == m.top && s.link == m.link && s.match == m.find.at {
		return s.lines
	}
	m.top = max(0, min(m.top, m.bottom()))
	left := m.margin()
	out := make([]string, m.h)
	for y := range out {
		i := m.top + y
		if i >= m.total() {
			out[y] = cells.Blank(m.w)
			continue
		}
		text := m.line(i)
		if marks := m.marksOn(i); len(marks) > 0 {
			text = mark(text, marks)
		}
		if w := left + m.cells(i); w <= m.w {
			out[y] = cells.Blank(left) + text + cells.Blank(m.w-w)
		} else { // a page for another width
			out[y] = cells.Fit(cells.Blank(left)+text, m.w, "")
		}
	}
	m.position(out)
	m.seen = seen{out, m.top, m.link, m.find.at}
	return out
}

// cells is the width of a line.
func (m *Model) cells(i int) int {
	if i < len(m.head) {
		return cells.Width(m.head[i])
	}
	return int(m.page.cells[i-len(m.head)])
}

// position writes how far one has read into the last line's right end, if that is free.
func (m *Model) position(out []string) {
	if m.total() <= m.h || m.w < 30 || m.h < 4 {
		return
	}
	text := fmt.Sprintf("%d %%", m.Percent())
	if at, of := m.Matches(); of > 0 {
		text = fmt.Sprintf("%d of %d", at, of)
	}
	last := len(out) - 1
	free := m.w
	if i := m.top + last; i < m.total() {
		free -= m.margin() + m.cells(i)
	}
	if free < len(text)+3 {
		return
	}
	keep := m.w - len(text) - 1
	out[last] = ansi.Truncate(out[last], keep, "") + m.th.Paint(theme.Faint, text) + " "
}

// A spot to be marked in a line.
type marking struct {
	from, to int
	sgr      string
}

// marksOn are the marks on a line, in order and apart.
func (m *Model) marksOn(i int) []marking {
	var out []marking
	if l, ok := m.SelectedLink(); ok {
		sgr := m.th.SGR(theme.SelectedLink)
		for _, s := range l.Spans {
			if s.Line+len(m.head) == i {
				out = append(out, marking{s.From, s.To, sgr})
			}
		}
	}
	for k, hit := range m.find.hits {
		if hit[0].Line > i || hit[len(hit)-1].Line < i {
			continue
		}
		sgr := m.th.SGR(theme.Match)
		if k == m.find.at {
			sgr = m.th.SGR(theme.CurrentMatch)
		}
		for _, s := range hit {
			if s.Line == i {
				out = append(out, marking{s.From, s.To, sgr})
			}
		}
	}
	return out
}

// mark lays looks over cells of a line that has its own; where two overlap the later one
// counts.
func mark(text string, marks []marking) string {
	look := func(at int) string {
		for i := len(marks) - 1; i >= 0; i-- {
			if at >= marks[i].from && at < marks[i].to {
				return marks[i].sgr
			}
		}
		return ""
	}
	var b strings.Builder
	b.Grow(len(text) + 64)
	own, over := "", ""
	at := 0
	for len(text) > 0 {
		if text[0] == 0x1b {
			n := escape(text)
			seq := text[:n]
			text = text[n:]
			if !strings.HasPrefix(seq, "\x1b[") {
				b.WriteString(seq)
				continue
			}
			if seq == "\x1b[m" || seq == "\x1b[0m" {
				own = ""
			} else {
				own += seq
			}
			if over == "" {
				b.WriteString(seq)
			}
			continue
		}
		g, w := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth)
		if g == "" {
			break
		}
		if now := look(at); now != over {
			b.WriteString("\x1b[m")
			if now == "" {
				b.WriteString(own)
			} else {
				b.WriteString(now)
			}
			over = now
		}
		b.WriteString(g)
		text = text[len(g):]
		at += w
	}
	if over != "" {
		b.WriteString("\x1b[m")
	}
	return b.String()
}

// escape is the length of the sequence that a line begins with: SGR or OSC 8.
func escape(s string) int {
	if strings.HasPrefix(s, "\x1b[") {
		if i := strings.IndexByte(s, 'm'); i > 0 {
			return i + 1
		}
		return len(s)
	}
	for i := 1; i < len(s); i++ {
		if s[i] == 0x07 {
			return i + 1
		}
		if s[i] == 0x1b && i+1 < len(s) && s[i+1] == '\\' {
			return i + 2
		}
	}
	return len(s)
}
