package article

import (
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// revive gives pictures that wait for a script their address, and shows those that stand
// in a <noscript> for readers without one.
func revive(root *html.Node) {
	walk(root, func(n *html.Node) bool {
		if n.Type != html.ElementNode {
			return false
		}
		switch n.Data {
		case "noscript":
			if n.Parent.Data != "head" {
				noscript(n)
			}
			return false
		case "img", "amp-img":
			if s := source(n); s != "" {
				setAttr(n, "src", s)
			}
			return false
		}
		return true
	})
}

// noscript puts the pictures of a <noscript> in its place, and takes the stand-in beside
// it out.
func noscript(n *html.Node) {
	raw := rawText(n)
	if !strings.Contains(raw, "<img") || len(raw) > 20_000 {
		return
	}
	nodes, err := html.ParseFragment(strings.NewReader(raw), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: 0})
	if err != nil {
		return
	}
	box := elem("div")
	for _, k := range nodes {
		box.AppendChild(k)
	}
	imgs := all(box, "img")
	if len(imgs) != 1 || tracker(imgs[0]) || source(imgs[0]) == "" || strings.TrimSpace(visible(box)) != "" {
		return
	}
	img := imgs[0]
	for _, side := range [...]*html.Node{skipBlank(n.PrevSibling, false), skipBlank(n.NextSibling, true)} {
		if side != nil && side.Type == html.ElementNode && side.Data == "img" {
			if s := source(side); s == "" || s == source(img) {
				if attr(img, "alt") == "" {
					setAttr(img, "alt", attr(side, "alt"))
				}
				remove(side)
			} else {
				return // the picture is there already, in another size
			}
		}
	}
	remove(img)
	replace(n, img)
}

func skipBlank(n *html.Node, forward bool) *html.Node {
	for n != nil && n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
		if forward {
			n = n.NextSibling
		} else {
			n = n.PrevSibling
		}
	}
	return n
}

// source is the address of a picture: the one that scripts would set, else src, else the
// one of srcset next to 1200 pixels.
func source(n *html.Node) string {
	for _, k := range [...]string{"data-src", "data-original", "data-lazy-src", "data-lazy", "data-orig-file", "data-full-url", "data-url", "data-hi-res-src", "data-actualsrc", "data-image", "data-src-large", "data-img-src", "data-echo"} {
		if v := strings.TrimSpace(attr(n, k)); looksLikePicture(v) {
			return v
		}
	}
	src := strings.TrimSpace(attr(n, "src"))
	if src != "" && !strings.HasPrefix(strings.ToLower(src), "data:") && !placeholder(src) {
		return src
	}
	for _, k := range [...]string{"srcset", "data-srcset", "data-lazy-srcset"} {
		if v := fromSet(attr(n, k)); v != "" {
			return v
		}
	}
	if p := n.Parent; p != nil && p.Data == "picture" {
		for c := p.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && c.Data == "source" {
				for _, k := range [...]string{"srcset", "data-srcset"} {
					if v := fromSet(attr(c, k)); v != "" {
						return v
					}
				}
			}
		}
	}
	return ""
}

func placeholder(src string) bool {
	l := strings.ToLower(src)
	for _, w := range [...]string{"placeholder", "blank.gif", "spacer.", "transparent.", "lazy-loading", "1x1.", "pixel.gif", "grey.gif", "loading.gif", "lazyload"} {
		if strings.Contains(l, w) {
			return true
		}
	}
	return false
}

func looksLikePicture(v string) bool {
	if v == "" || len(v) > 4000 || strings.ContainsAny(v, "{}<> ") {
		return false
	}
	return strings.HasPrefix(v, "http://") || strings.HasPrefix(v, "https://") || strings.HasPrefix(v, "/") || strings.HasPrefix(v, "./") || strings.HasPrefix(v, "../")
}

// fromSet chooses out of a srcset (https://html.spec.whatwg.org/#srcset-attributes).
func fromSet(set string) string {
	if len(set) > 20_000 {
		return ""
	}
	best, bestOff := "", 1<<30
	for _, c := range strings.Split(set, ", ") {
		f := strings.Fields(strings.Trim(c, ", "))
		if len(f) == 0 || strings.HasPrefix(f[0], "data:") {
			continue
		}
		off := 600
		if len(f) > 1 && strings.HasSuffix(f[1], "w") {
			if w, err := strconv.Atoi(strings.TrimSuffix(f[1], "w")); err == nil {
				off = max(w-1200, 1200-w)
			}
		}
		if off < bestOff {
			best, bestOff = f[0], off
		}
	}
	return best
}
