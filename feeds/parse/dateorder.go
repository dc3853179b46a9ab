package parse

import (
	"time"
	"unicode/utf8"
)

// unit reads a number by the word after it, as Chinese, Japanese and Korean write dates.
func (p *partial) unit(n int, word string) bool {
	switch r, _ := utf8.DecodeRuneInString(word); r {
	case '年', '년':
		p.year = n
	case '月', '월':
		p.month = n
	case '日', '일', '号':
		p.day = n
	case '時', '时', '點', '点', '시':
		p.hour, p.hasTime = n, n <= 24
	case '分', '분':
		p.min = n % 60
	case '秒', '초':
		p.sec = n % 60
	default:
		return false
	}
	return true
}

// order finds out which number of the date is what.
func (p *partial) order() bool {
	n := p.nums
	val := func(i int) int { return n[i].n }
	full := func(i int) int {
		if len(n[i].s) > 2 {
			return n[i].n
		}
		return fullYear(n[i].n)
	}
	year := func(i int) bool { return len(n[i].s) == 4 || n[i].n > 31 && len(n[i].s) <= 4 }
	switch {
	case p.year >= 0:
		return true
	case len(n) == 0 && p.month < 0:
		return false
	case p.month >= 0: // by name
		for i := range n {
			switch {
			case p.year < 0 && (year(i) || p.day >= 0):
				p.year = full(i)
			case p.day < 0:
				p.day = val(i)
			}
		}
		if p.day < 0 {
			p.day = 1
			return p.year >= 0
		}
		return true
	case len(n) == 1 && len(n[0].s) == 4:
		p.year, p.month, p.day = val(0), 1, 1
	case len(n) == 1:
		t, ok := digits(n[0].s)
		if !ok || len(n[0].s) >= 9 {
			return false
		}
		p.year, p.month, p.day = t.Year(), int(t.Month()), t.Day()
	case len(n) == 2 && year(0) && len(n[1].s) == 3:
		t, ok := yearDay(val(0), val(1))
		if !ok {
			return false
		}
		p.year, p.month, p.day = t.Year(), int(t.Month()), t.Day()
	case len(n) == 2 && year(0):
		p.year, p.month, p.day = val(0), val(1), 1
	case len(n) == 2 && year(1):
		p.year, p.month, p.day = val(1), val(0), 1
	case len(n) == 2:
		p.dayMonth(val(0), val(1))
	case year(0):
		p.year, p.month, p.day = val(0), val(1), val(2)
		if p.month > 12 && p.day <= 12 {
			p.month, p.day = p.day, p.month
		}
	case !year(2) && p.sep == '-':
		p.year, p.month, p.day = fullYear(val(0)), val(1), val(2)
	default:
		p.year = full(2)
		p.dayMonth(val(0), val(1))
	}
	return true
}

// dayMonth tells the day from the month: by what is possible, by the day of the week, or
// else by the habit of those who write such a separator.
func (p *partial) dayMonth(a, b int) {
	p.day, p.month = a, b
	american := p.sep == '/'
	if p.weekday >= 0 && p.year > 0 && a <= 12 && b <= 12 {
		if t, ok := civil(p.year, b, a); ok && int(t.Weekday()) == p.weekday {
			american = false
		} else if t, ok := civil(p.year, a, b); ok && int(t.Weekday()) == p.weekday {
			american = true
		}
	}
	if b > 12 || american && a <= 12 {
		p.day, p.month = b, a
	}
}

// time puts the parts together.
func (p *partial) time(now time.Time) (time.Time, bool) {
	noYear := p.year < 0
	if noYear {
		if now.IsZero() {
			return time.Time{}, false
		}
		p.year = now.Year()
	}
	t, ok := civil(p.year, p.month, p.day)
	if !ok {
		return t, false
	}
	if p.half == 'p' && p.hour < 12 {
		p.hour += 12
	} else if p.half == 'a' && p.hour == 12 {
		p.hour = 0
	}
	if !p.hasZone {
		p.zone = p.east * 3600
	}
	t = t.Add(time.Duration(p.hour)*time.Hour + time.Duration(p.min)*time.Minute + time.Duration(min(p.sec, 59)-p.zone)*time.Second)
	if p.sec == 60 {
		t = t.Add(time.Second)
	}
	if noYear && t.After(now.Add(48*time.Hour)) {
		t = t.AddDate(-1, 0, 0)
	}
	return t, true
}
