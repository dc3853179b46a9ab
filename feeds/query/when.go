package query

import (
	"strconv"
	"strings"
	"time"
)

// When reads a time as people write it: "7d", "12h", "2w", "3mo", "1y" ago; today,
// yesterday, a weekday's last occurrence; 2026, 2026-05, 2026-05-01 or RFC 3339. It
// gives the first moment of what is named and the first moment after it. Days begin at
// midnight in now's place.
func When(s string, now time.Time) (begin, end time.Time, ok bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	day := func(back int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()-back, 0, 0, 0, 0, now.Location())
	}
	switch s {
	case "":
		return
	case "now":
		return now, now, true
	case "today":
		return day(0), day(-1), true
	case "yesterday":
		return day(1), day(0), true
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		name := strings.ToLower(d.String())
		if s == name || s == name[:3] {
			back := (int(now.Weekday()) - int(d) + 7) % 7
			return day(back), day(back - 1), true
		}
	}
	if n := len(s); s[0] >= '0' && s[0] <= '9' {
		i := strings.IndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })
		if i > 0 && n-i <= 2 {
			if k, err := strconv.Atoi(s[:i]); err == nil && k <= 100000 {
				switch s[i:] {
				case "m":
					begin = now.Add(-time.Duration(k) * time.Minute)
				case "h":
					begin = now.Add(-time.Duration(k) * time.Hour)
				case "d":
					begin = now.AddDate(0, 0, -k)
				case "w":
					begin = now.AddDate(0, 0, -7*k)
				case "mo":
					begin = now.AddDate(0, -k, 0)
				case "y":
					begin = now.AddDate(-k, 0, 0)
				default:
					return begin, end, false
				}
				return begin, begin, true
			}
			return begin, end, false
		}
	}
	for layout, step := range map[string][3]int{"2006": {1, 0, 0}, "2006-01": {0, 1, 0}, "2006-1": {0, 1, 0}, "2006-01-02": {0, 0, 1}, "2006-1-2": {0, 0, 1}} {
		if t, err := time.ParseInLocation(layout, s, now.Location()); err == nil {
			return t, t.AddDate(step[0], step[1], step[2]), true
		}
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02t15:04:05", "2006-01-02t15:04"} {
		if t, err := time.ParseInLocation(layout, strings.ToUpper(s), now.Location()); err == nil {
			return t, t, true
		}
		if t, err := time.ParseInLocation(strings.ToUpper(layout), strings.ToUpper(s), now.Location()); err == nil {
			return t, t, true
		}
	}
	return begin, end, false
}

// Nearest is the word of a list that a person most probably meant, "" if none is near:
// by edit distance (Levenshtein with swapped neighbours), at most a third of its length,
// or by a common beginning.
func Nearest(word string, known []string) string {
	best, at := "", 1<<30
	for _, k := range known {
		d := distance(word, k)
		if len(word) >= 2 && strings.HasPrefix(k, word) {
			d = min(d, 1)
		}
		if d < at && d <= max(1, (len(k)+1)/3) {
			best, at = k, d
		}
	}
	return best
}

func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > 40 || len(y) > 40 {
		return 1 << 20
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(y)]
}
