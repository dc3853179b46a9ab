package parse

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// maxDate is the longest string that may be a date.
const maxDate = 120

// dateToken is a number, a word or a sign of a date, with what stands before it.
type dateToken struct {
	kind  byte // 'n', 'w', ':' or '.', '+', '-', '/', ','
	s     string
	n     int
	tight bool // nothing stands between it and the token before
}

// partial is a date as far as it has been made out; -1 is unknown.
type partial struct {
	year, month, day  int
	hour, min, sec    int
	zone              int // seconds east of UTC
	hasZone, hasTime  bool
	half              byte // 'a', 'p' or 0
	weekday           int  // 0 is Sunday
	nums              []dateToken
	sep               byte // what separates the numbers of the date
	east              int  // hours east of UTC that the language implies
	monthMaybeWeekday bool
}

// date reads a date in any of the forms that feeds use. now decides the year where there
// is none. ok is false for what is no date, or an impossible one. A date without a zone
// is UTC.
func date(s string, now time.Time) (t time.Time, ok bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxDate {
		return t, false
	}
	if t, ok = digits(s); ok {
		return t, true
	}
	if t, ok = usual(s); ok {
		return t, true
	}
	toks := dateTokens(s)
	p := partial{year: -1, month: -1, day: -1, weekday: -1}
	if !p.read(toks) || !p.order() {
		return t, false
	}
	return p.time(now)
}

// usual reads the two forms of nearly all dates without taking them apart.
func usual(s string) (time.Time, bool) {
	if len(s) >= 20 && s[4] == '-' && (s[10] == 'T' || s[10] == ' ') {
		if t, err := time.Parse(time.RFC3339, s[:10]+"T"+s[11:]); err == nil {
			if _, off := t.Zone(); off < -14*3600 || off > 14*3600 {
				return t, false
			}
			return t.UTC(), t.Year() > 0
		}
	}
	if len(s) == 31 && s[3] == ',' {
		if t, err := time.Parse(time.RFC1123Z, s); err == nil {
			if _, off := t.Zone(); off < -14*3600 || off > 14*3600 {
				return t, false
			}
			return t.UTC(), t.Year() > 0
		}
	}
	return time.Time{}, false
}

// digits reads a date of digits alone: seconds or milliseconds since 1970, or the parts
// of a date run together.
func digits(s string) (time.Time, bool) {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' || i > 16 {
			return time.Time{}, false
		}
		n = n*10 + int(s[i]-'0')
	}
	switch len(s) {
	case 4:
		return civil(n, 1, 1)
	case 5: // a year of two digits and a day of the year
		return yearDay(fullYear(n/1000), n%1000)
	case 6:
		return civil(fullYear(n/10000), n/100%100, n%100)
	case 7:
		return yearDay(n/1000, n%1000)
	case 8:
		return civil(n/10000, n/100%100, n%100)
	case 9, 10:
		return time.Unix(int64(n), 0).UTC(), true
	case 12, 14:
		m, sec := n, 0
		if len(s) == 14 {
			m, sec = n/100, n%100
		}
		t, ok := civil(m/100000000, m/1000000%100, m/10000%100)
		if h, mi := m/100%100, m%100; ok && h < 24 && mi < 60 && sec < 60 {
			return t.Add(time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute + time.Duration(sec)*time.Second), true
		}
	case 13:
		return time.UnixMilli(int64(n)).UTC(), true
	case 16:
		return time.UnixMicro(int64(n)).UTC(), true
	}
	return time.Time{}, false
}

func fullYear(y int) int {
	switch {
	case y < 70:
		return 2000 + y
	case y < 100:
		return 1900 + y
	}
	return y
}

// civil is midnight of a day that exists.
func civil(y, m, d int) (time.Time, bool) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	return t, t.Day() == d
}

func yearDay(y, n int) (time.Time, bool) {
	t := time.Date(y, 1, n, 0, 0, 0, 0, time.UTC)
	return t, n >= 1 && y > 0 && t.Year() == y
}

// dateTokens takes a date apart.
func dateTokens(s string) []dateToken {
	toks := make([]dateToken, 0, 24)
	tight := false
	for i := 0; i < len(s) && len(toks) < 40; {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			j, n := i, 0
			for j < len(s) && '0' <= s[j] && s[j] <= '9' {
				if j-i < 9 {
					n = n*10 + int(s[j]-'0')
				}
				j++
			}
			toks = append(toks, dateToken{'n', s[i:j], n, tight})
			i, tight = j, true
			continue
		case c == ':' || c == '.' || c == '+' || c == '-' || c == '/' || c == ',':
			toks = append(toks, dateToken{kind: c, tight: tight})
			i, tight = i+1, true
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0x2212 { // a minus of typographers
			toks = append(toks, dateToken{kind: '-', tight: tight})
			i, tight = i+n, true
			continue
		}
		if !unicode.IsLetter(r) {
			i, tight = i+n, false
			continue
		}
		j := i + n
		for j < len(s) {
			r, n = utf8.DecodeRuneInString(s[j:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) {
				break
			}
			j += n
		}
		w := strings.ToLower(s[i:j])
		if j+2 < len(s) && (w == "a" || w == "p") && s[j] == '.' && (s[j+1]|0x20) == 'm' { // "p.m."
			w += "m"
			j += 2
			if j < len(s) && s[j] == '.' {
				j++
			}
		}
		toks = append(toks, dateToken{'w', w, 0, tight})
		i, tight = j, true
	}
	return toks
}

// read goes through the tokens; false means that it is certainly no date.
func (p *partial) read(toks []dateToken) bool {
	at := func(i int) dateToken {
		if i >= 0 && i < len(toks) {
			return toks[i]
		}
		return dateToken{}
	}
	zoneMayFollow := false
	for i := 0; i < len(toks); i++ {
		t := toks[i]
		switch t.kind {
		case 'n':
			colon, next := at(i+1), at(i+2)
			if colon.kind == ':' && next.kind == 'n' || colon.kind == 'w' && colon.tight && colon.s == "h" && next.kind == 'n' && next.tight {
				if p.hasTime || t.n > 24 || next.n > 59 || len(t.s) > 2 {
					return false
				}
				p.hasTime, p.hour, p.min = true, t.n, next.n
				i += 2
				if at(i+1).kind == ':' && at(i+2).kind == 'n' {
					if p.sec = at(i + 2).n; p.sec > 60 {
						return false
					}
					i += 2
					if k := at(i + 1).kind; (k == '.' || k == ',') && at(i+1).tight && at(i+2).kind == 'n' && at(i+2).tight {
						i += 2
					}
					if at(i+1).kind == ':' {
						return false
					}
				}
				zoneMayFollow = true
				continue
			}
			if prev := at(i - 1); prev.kind == 'w' && prev.s == "t" && t.tight && !p.hasTime && (len(t.s) == 6 || len(t.s) == 4) {
				v := t.n
				if len(t.s) == 4 {
					v *= 100
				}
				p.hasTime, p.hour, p.min, p.sec = true, v/10000, v/100%100, v%100
				if p.hour > 24 || p.min > 59 || p.sec > 60 {
					return false
				}
				zoneMayFollow = true
				continue
			}
			if u := at(i + 1); u.kind == 'w' && p.unit(t.n, u.s) {
				i++
				continue
			}
			if prev := at(i - 1); len(p.nums) > 0 && p.sep == 0 && prev.kind != 'n' && prev.kind != 'w' {
				p.sep = prev.kind
			}
			p.nums = append(p.nums, t)
			zoneMayFollow = false
		case 'w':
			switch kind, v := wordOf(t.s); kind {
			case 'm':
				if p.month >= 0 && !p.monthMaybeWeekday {
					break // the first counts
				}
				p.month, p.monthMaybeWeekday = v, t.s == "mar"
			case 'd':
				if p.weekday < 0 {
					p.weekday = v
				}
			case 'a', 'p':
				p.half, p.east = kind, v
				zoneMayFollow = true
			case 'z':
				if p.hasTime && !p.hasZone {
					p.zone, p.hasZone = v*60, true
					zoneMayFollow = v == 0
				}
			}
		case '+', '-':
			n := at(i + 1)
			if !zoneMayFollow || n.kind != 'n' || !n.tight && len(n.s) < 4 {
				if zoneMayFollow && t.kind == '+' && n.kind == 'w' && n.tight {
					return false // +zz:00
				}
				continue
			}
			var h, m int
			switch i++; {
			case at(i+1).kind == ':' && at(i+2).kind == 'n':
				h, m = n.n, at(i+2).n
				i += 2
			case len(n.s) <= 2:
				h = n.n
			case len(n.s) <= 4:
				h, m = n.n/100, n.n%100
			default:
				return false
			}
			if h > 14 || m > 59 {
				return false
			}
			off := h*3600 + m*60
			if t.kind == '-' {
				off = -off
			}
			p.zone, p.hasZone, zoneMayFollow = off, true, false
		}
	}
	return true
}
