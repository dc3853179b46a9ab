package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestSend(t *testing.T) {
	var other *httptest.Server
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
		case "/no":
			w.WriteHeader(http.StatusUnauthorized)
		default:
			b, _ := io.ReadAll(r.Body)
			_, _ = io.WriteString(w, r.Method+" "+r.Header.Get("Content-Type")+" "+r.Header.Get("X-Auth-Token")+" "+string(b))
		}
	}))
	defer s.Close()
	other = httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("what was sent is told to another host") }))
	defer other.Close()
	c := New(Options{})
	defer c.Close()
	send := func(path, method string, typed bool) (*Response, error) {
		return c.Send(t.Context(), Sending{
			Request: Request{URL: s.URL + path, Typed: typed, Header: map[string]string{"X-Auth-Token": "t"}},
			Method:  method, ContentType: "text/x", Body: []byte("hello"),
		})
	}
	res, err := send("/", http.MethodPut, true)
	if err != nil || string(res.Body) != "PUT text/x t hello" {
		t.Errorf("%+v, %v", res, err)
	}
	for _, bad := range []struct {
		path, method string
		typed        bool
		kind         Kind
	}{
		{"/moved", http.MethodPost, true, Redirect},
		{"/no", http.MethodPost, true, BadStatus},
		{"/", http.MethodPost, false, Private},
		{"/", "BREW", true, Protocol},
	} {
		var e *Error
		if _, err := send(bad.path, bad.method, bad.typed); !errors.As(err, &e) || e.Kind != bad.kind {
			t.Errorf("%s %s: %v", bad.method, bad.path, err)
		}
	}
}
