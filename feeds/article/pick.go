package article

import (
	"context"
	"net/url"
	"strings"

	readability "codeberg.org/readeck/go-readability/v2"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// extract finds the article's node in a page: by a person's rule, else by the better of
// two extractors, else from the page's JSON-LD. The result is apart from doc and clean.
func extract(ctx context.Context, doc *html.Node, m *meta, src Source, base *url.URL) (*html.Node, error) {
	revive(doc)
	applyStrip(doc, src)
	if n := byRule(doc, src); n != nil {
		clean(n, m)
		return n, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	first := withReadability(clone(doc), base)
	if first != nil {
		clean(first, m)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	second := own(doc, m)
	n := pick(first, second, m, src.Witness)
	if n == nil || visible(n) == "" && find(n, "img") == nil {
		// Nothing that looks like prose: all that is left of the page, then.
		if n = find(doc, "body"); n != nil {
			remove(n)
			n.Data, n.DataAtom = "div", 0
		}
	}
	return n, ctx.Err()
}

func withReadability(doc *html.Node, base *url.URL) *html.Node {
	p := readability.NewParser()
	p.MaxElemsToParse = 2 * MaxElements
	p.KeepClasses = true
	p.DisableJSONLD = true
	art, err := p.ParseAndMutate(doc, base)
	if err != nil || art.Node == nil {
		return nil
	}
	return art.Node
}

// pick decides between the two opinions by evidence.
func pick(a, b *html.Node, m *meta, witness string) *html.Node {
	ta, tb := textOf(a), textOf(b)
	wa, wb := len(words(ta)), len(words(tb))
	var body *html.Node
	if m.body != "" {
		body = fromPlain(m.body)
		if f := max(overlap(ta, m.body), overlap(tb, m.body)); f > 0.3 {
			if overlap(ta, m.body) >= overlap(tb, m.body) {
				b, tb, wb = a, ta, wa
			} else {
				a, ta, wa = b, tb, wb
			}
		}
	}
	// Measured over the corpus ours is the better one nearly always, but for pages where it
	// finds only a piece: there it has much less.
	out := b
	if b == nil || wb*2 < wa {
		out = a
	}
	if body != nil {
		have := textOf(out)
		if n := len(words(visible(body))); n > 100 && len(words(have))*2 < n {
			return body
		}
	}
	return out
}

// overlap is the F1 of two bags of words.
func overlap(a, b string) float64 {
	x, y := words(a), words(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	have := make(map[string]int, len(y))
	for _, w := range y {
		have[w]++
	}
	n := 0
	for _, w := range x {
		if have[w] > 0 {
			have[w]--
			n++
		}
	}
	return 2 * float64(n) / float64(len(x)+len(y))
}

func textOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	return visible(n)
}

// fromPlain makes paragraphs of a text, which may hold HTML itself.
func fromPlain(s string) *html.Node {
	if strings.Contains(s, "</p>") || strings.Contains(s, "<br") {
		doc, _, err := parse(context.Background(), s)
		if err == nil {
			if b := find(doc, "body"); b != nil {
				remove(b)
				b.Data, b.DataAtom = "div", 0
				return b
			}
		}
	}
	s = html.UnescapeString(s)
	root := elem("div")
	for _, p := range strings.Split(strings.ReplaceAll(s, "\r", "\n"), "\n") {
		if p = strings.TrimSpace(p); p != "" {
			root.AppendChild(elem("p", textNode(p)))
		}
	}
	return root
}

// rule is the person's rule for the page's host, or nil.
func (src *Source) rule() *Rule {
	u, err := url.Parse(src.URL)
	if err != nil {
		return nil
	}
	host := strings.ToLower(u.Hostname())
	for i := range src.Rules {
		h := strings.ToLower(strings.TrimPrefix(src.Rules[i].Host, "www."))
		if h != "" && (host == h || strings.HasSuffix(host, "."+h)) {
			return &src.Rules[i]
		}
	}
	return nil
}

func applyStrip(doc *html.Node, src Source) {
	r := src.rule()
	if r == nil {
		return
	}
	for _, s := range r.Strip {
		if sel, err := cascadia.ParseGroup(s); err == nil {
			for _, n := range cascadia.QueryAll(doc, sel) {
				if n.Data != "html" && n.Data != "body" {
					remove(n)
				}
			}
		}
	}
}

func byRule(doc *html.Node, src Source) *html.Node {
	r := src.rule()
	if r == nil || r.Content == "" {
		return nil
	}
	sel, err := cascadia.ParseGroup(r.Content)
	if err != nil {
		return nil
	}
	root := elem("div")
	for _, n := range cascadia.QueryAll(doc, sel) {
		if n.Parent == nil || n.Data == "html" || n.Data == "head" {
			continue
		}
		inside := false
		for p := n.Parent; p != nil; p = p.Parent {
			inside = inside || p == root
		}
		if !inside {
			remove(n)
			if n.Data == "body" {
				n.Data, n.DataAtom = "div", 0
			}
			root.AppendChild(n)
		}
	}
	if root.FirstChild == nil {
		return nil
	}
	return root
}
