package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	maxWait      = 24 * time.Hour   // a longer Retry-After is a misprint
	unclearWait  = 10 * time.Minute // for a Retry-After that cannot be read
	unspokenWait = time.Minute      // a host that said 429 without a wait is left alone for this
	maxFresh     = 30 * 24 * time.Hour
)

// retryAfter reads Retry-After (RFC 9110, 10.2.3): seconds or a date. It is 0 without
// one, unclearWait for one that cannot be read, and never more than maxWait.
func retryAfter(h http.Header, now time.Time) time.Duration {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if s == "" {
		return 0
	}
	if digits(s) {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil || n > int64(maxWait/time.Second) {
			return maxWait
		}
		return time.Duration(n) * time.Second
	}
	t, err := http.ParseTime(s)
	if err != nil {
		return unclearWait
	}
	return min(max(t.Sub(now), 0), maxWait)
}

// fresh is how long the server says that its answer stays good: Cache-Control's max-age
// less Age, else Expires less Date (RFC 9111, 4.2.1). It is 0 where the server says
// nothing, or no-cache or no-store.
func fresh(h http.Header, now time.Time) time.Duration {
	age := time.Duration(-1)
	for _, line := range h.Values("Cache-Control") {
		for part := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-cache", "no-store":
				return 0
			case "max-age":
				value = strings.Trim(value, "\" \t")
				if age < 0 && digits(value) {
					age = seconds(value)
				}
			}
		}
	}
	if age >= 0 {
		if a := strings.TrimSpace(h.Get("Age")); digits(a) {
			age -= seconds(a)
		}
		return min(max(age, 0), maxFresh)
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date // a server whose clock is wrong is wrong in both
	}
	return min(max(expires.Sub(now), 0), maxFresh)
}

func seconds(s string) time.Duration {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > int64(maxFresh/time.Second) {
		return maxFresh
	}
	return time.Duration(n) * time.Second
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
