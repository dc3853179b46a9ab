package fetch

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Duration{
		"": 0, " ": 0, "0": 0, "120": 2 * time.Minute, " 60 ": time.Minute,
		"86400": 24 * time.Hour, "86401": 24 * time.Hour, "31536000": 24 * time.Hour, "99999999999999999999": 24 * time.Hour,
		"-5": 10 * time.Minute, "1.5": 10 * time.Minute, "soon": 10 * time.Minute, "2026-05-01": 10 * time.Minute,
		"Fri, 01 May 2026 12:05:00 GMT": 5 * time.Minute, "Fri, 01 May 2026 11:00:00 GMT": 0, "Fri, 01 May 2099 11:00:00 GMT": 24 * time.Hour,
	} {
		if got := retryAfter(http.Header{"Retry-After": {in}}, now); got != want {
			t.Errorf("Retry-After %q: %v, want %v", in, got, want)
		}
	}
}

func TestFresh(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	const at, later = "Fri, 01 May 2026 12:00:00 GMT", "Fri, 01 May 2026 13:00:00 GMT"
	for in, want := range map[string]time.Duration{
		"":                              0,
		"Cache-Control: max-age=600":    10 * time.Minute,
		"Cache-Control: Max-Age=\"60\"": time.Minute,
		"Cache-Control: public, s-maxage=9, max-age=60, must-revalidate": time.Minute,
		"Cache-Control: max-age=600|Age: 500":                            100 * time.Second,
		"Cache-Control: max-age=600|Age: 700":                            0,
		"Cache-Control: max-age=600, no-cache":                           0,
		"Cache-Control: no-store|Expires: " + later:                      0,
		"Cache-Control: max-age=-1":                                      0,
		"Cache-Control: max-age=x|Expires: " + later:                     time.Hour,
		"Cache-Control: max-age=99999999999999999999":                    maxFresh,
		"Cache-Control: max-age=0|Expires: " + later:                     0,
		"Expires: " + later:                                              time.Hour,
		"Expires: " + later + "|Date: Fri, 01 May 2026 12:30:00 GMT":     30 * time.Minute,
		"Expires: 0":                             0,
		"Expires: " + at:                         0,
		"Expires: Fri, 01 May 9999 13:00:00 GMT": maxFresh,
	} {
		h := http.Header{}
		for line := range strings.SplitSeq(in, "|") {
			if k, v, ok := strings.Cut(line, ": "); ok {
				h.Add(k, v)
			}
		}
		if got := fresh(h, now); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

func FuzzTimes(f *testing.F) {
	f.Add("600", "max-age=600", "Fri, 01 May 2026 12:05:00 GMT")
	f.Fuzz(func(t *testing.T, retry, control, expires string) {
		now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
		h := http.Header{"Retry-After": {retry}, "Cache-Control": {control}, "Expires": {expires}, "Age": {retry}, "Date": {expires}}
		if d := retryAfter(h, now); d < 0 || d > maxWait {
			t.Errorf("retryAfter = %v", d)
		}
		if d := fresh(h, now); d < 0 || d > maxFresh {
			t.Errorf("fresh = %v", d)
		}
	})
}
