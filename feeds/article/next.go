package article

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// NextPage is the address of the page on which the article of this page goes on, or "".
// A link that calls itself next is not enough, for it may lead to another article: its
// address must be this page's with the next number. The caller fetches it, and bounds how
// often.
func NextPage(body []byte, src Source) string {
	text, _ := decode(body, src.ContentType)
	doc, _, err := parse(context.Background(), text)
	if err != nil {
		return ""
	}
	base := baseOf(doc, src.URL)
	here, err := url.Parse(src.URL)
	if base == nil || err != nil || here.Host == "" {
		return ""
	}
	stem, number := pageNumber(here)
	best := ""
	walk(doc, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		if best != "" || n.Data != "a" && n.Data != "link" {
			return best == ""
		}
		to := httpURL(base, attr(n, "href"))
		if to == "" {
			return true
		}
		u, err := url.Parse(to)
		if err != nil || u.Host != here.Host {
			return true
		}
		u.Fragment = ""
		s, k := pageNumber(u)
		if s == stem && k == number+1 {
			best = u.String()
		}
		return true
	})
	return best
}

// pageNumber parts an address from the number of the page in it: …/2, …/page/2, …-2.html,
// ?page=2 and ?p=2. A page without one is the first.
func pageNumber(u *url.URL) (stem string, n int) {
	q := u.Query()
	for _, k := range [...]string{"page", "pg", "seite", "pagina", "p", "pageNumber"} {
		if v, err := strconv.Atoi(q.Get(k)); err == nil && v > 0 && v < 100 {
			q.Del(k)
			return u.Host + strings.TrimSuffix(u.Path, "/") + "?" + q.Encode(), v
		}
	}
	path := strings.TrimSuffix(u.Path, "/")
	ext := ""
	for _, e := range [...]string{".html", ".htm", ".shtml", ".php"} {
		if s, ok := strings.CutSuffix(path, e); ok {
			path, ext = s, e
		}
	}
	n = 1
	if i := strings.LastIndexAny(path, "/-_,"); i > 0 {
		if v, err := strconv.Atoi(path[i+1:]); err == nil && v > 1 && v < 100 && len(path[i+1:]) <= 2 {
			n = v
			path = path[:i]
			for _, word := range [...]string{"/page", "-page", "/p", "/seite", "-seite", "_page"} {
				path = strings.TrimSuffix(path, word)
			}
		}
	}
	return u.Host + path + ext + "?" + q.Encode(), n
}
