package cells

import (
	"strconv"
	"time"
)

// Age is how long ago t was, in at most three cells: "now", "5m", "2h", "3d", "6w", "2y".
func Age(t, now time.Time) string {
	d := now.Sub(t)
	switch {
	case t.IsZero():
		return ""
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + "m"
	case d < 24*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + "h"
	case d < 21*24*time.Hour:
		return strconv.Itoa(int(d/(24*time.Hour))) + "d"
	case d < 365*24*time.Hour:
		return strconv.Itoa(int(d/(7*24*time.Hour))) + "w"
	}
	return strconv.Itoa(min(int(d/(365*24*time.Hour)), 99)) + "y"
}

// Day names the day of t as seen from now, in now's place: "Today", "Yesterday",
// "Thursday", then "Friday 22 May" and, in another year, "22 May 2025".
func Day(t, now time.Time) string {
	t = t.In(now.Location())
	midnight := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	switch {
	case !t.Before(midnight.AddDate(0, 0, 1)):
		return "Later"
	case !t.Before(midnight):
		return "Today"
	case !t.Before(midnight.AddDate(0, 0, -1)):
		return "Yesterday"
	case !t.Before(midnight.AddDate(0, 0, -6)):
		return t.Format("Monday")
	case t.Year() == now.Year():
		return t.Format("Monday 2 January")
	}
	return t.Format("2 January 2006")
}

var bars = []rune("▁▂▃▄▅▆▇█")

// Spark is a chart of one cell a value.
func Spark(values []int, asciiOnly bool) string {
	top := 0
	for _, v := range values {
		top = max(top, v)
	}
	out := make([]rune, len(values))
	for i, v := range values {
		switch {
		case asciiOnly && v <= 0:
			out[i] = '.'
		case asciiOnly:
			out[i] = rune('0' + min(9, v*9/top))
		case v <= 0:
			out[i] = ' '
		default:
			out[i] = bars[min(len(bars)-1, (v*len(bars)-1)/top)]
		}
	}
	return string(out)
}
