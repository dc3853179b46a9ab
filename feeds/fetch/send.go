package fetch

import (
	"context"
	"net/http"
	"strings"
)

// A Sending is something sent to a server of the person's own, such as one that keeps
// several machines in step.
type Sending struct {
	Request            // where to, and as whom; validators and Filter do not count
	Method      string // POST, PUT or DELETE
	ContentType string
	Body        []byte
}

// Send sends something and reads the answer, with the limits, the manners and the guard
// of Get. It follows no redirect: what was meant for one address is not told to another.
func (c *Client) Send(ctx context.Context, s Sending) (*Response, error) {
	begun := c.now()
	switch s.Method {
	case http.MethodPost, http.MethodPut, http.MethodDelete:
	default:
		return nil, &Error{URL: Redact(s.URL), Kind: Protocol, what: "nothing is sent by " + s.Method}
	}
	r := s.Request
	r.URL = strings.TrimSpace(r.URL)
	r.ETag, r.LastModified, r.Filter = "", "", ""
	if low := strings.ToLower(r.URL); !strings.HasPrefix(low, "http://") && !strings.HasPrefix(low, "https://") {
		return nil, &Error{URL: Redact(r.URL), Kind: Scheme, what: "not an http or https address"}
	}
	t := &trip{c: c, req: r, limit: c.limit(r), method: s.Method, kind: s.ContentType, body: s.Body}
	res, err := c.travel(ctx, r, t)
	if err != nil {
		return nil, err
	}
	res.Took = max(c.now().Sub(begun), 0)
	return res, nil
}
