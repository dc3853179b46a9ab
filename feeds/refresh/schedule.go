package refresh

import (
	"errors"
	"hash/fnv"
	"time"

	"nightdesk/feeds"
	"nightdesk/feeds/fetch"
)

// The bounds of the time to a feed's next fetch. What a server or a feed asks for is
// taken within them: nobody is served by a reader that asks each minute, nor by news of
// last week.
const (
	usual   = 30 * time.Minute // where nobody says anything
	floor   = 10 * time.Minute
	ceiling = 24 * time.Hour
)

// movedTrust is how often in a row a lasting redirect must have led to a readable feed
// before the new address is asked first.
const movedTrust = 2

// due is when a feed that has just been read is to be fetched again: as the person says,
// else at the longest of what the feed and its server ask for.
func due(now time.Time, person, feed, server time.Duration) time.Time {
	if person > 0 {
		return now.Add(person)
	}
	wait := max(feed, server)
	if wait == 0 {
		wait = usual
	}
	return now.Add(min(max(wait, floor), ceiling))
}

// remedy is what can be done about a document that was had and is no feed.
const remedy = "look for the feed's new address: adding the address of the site finds it"

// failure is the state after a failed fetch: the wait doubles from the usual one up to
// the ceiling, a server's Retry-After is honoured, 410 ends it. jitter, 0 to 1, keeps
// the feeds of one failing host from coming back together.
func failure(st feeds.FeedState, person time.Duration, err error, now time.Time, jitter float64) feeds.FeedState {
	st.Fetched = now
	st.Failures++
	st.Error, st.Remedy = err.Error(), remedy
	wait := floor << min(st.Failures-1, 10)
	wait = min(wait, ceiling)
	wait += time.Duration(jitter * float64(wait) / 4)
	wait = max(wait, person)
	var fe *fetch.Error
	if errors.As(err, &fe) {
		st.Remedy = fe.Remedy()
		st.Gone = st.Gone || fe.Gone
		wait = max(wait, fe.RetryAfter)
	}
	st.Due = now.Add(wait)
	return st
}

// readable is the state after a fetch that gave a feed.
func readable(st feeds.FeedState, res *fetch.Response, now time.Time) feeds.FeedState {
	st.Fetched, st.Succeeded = now, now
	st.Failures, st.Error, st.Remedy, st.Gone = 0, "", "", false
	if !res.NotModified || res.ETag != "" {
		st.ETag = res.ETag
	}
	if !res.NotModified || res.LastModified != "" {
		st.LastModified = res.LastModified
	}
	switch {
	case st.MovedSeen >= movedTrust && (res.Permanent == "" || res.Permanent == st.MovedTo):
		// the new address itself was asked, and answers
	case res.Permanent == "":
		st.MovedTo, st.MovedSeen = "", 0
	case res.Permanent == st.MovedTo:
		st.MovedSeen++
	default:
		st.MovedTo, st.MovedSeen = res.Permanent, 1
	}
	return st
}

// jitter is a number from 0 to 1 that is the same for the same feed and count.
func jitter(url string, n int) float64 {
	h := fnv.New32a()
	h.Write([]byte(url))
	h.Write([]byte{byte(n)})
	return float64(h.Sum32()%1024) / 1024
}

// bodyHash tells two documents apart (FNV-1a, 64 bits).
func bodyHash(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return max(h.Sum64(), 1)
}
