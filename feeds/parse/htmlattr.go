package parse

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// attributes writes those attributes of an element that may stay. It is false if the
// element is nothing without those that may not.
func (c *cleaner) attributes(z *html.Tokenizer, a atom.Atom, more bool) bool {
	var src, lazy, alt, width, height string
	for n := 0; more && n < 64; n++ {
		var k, v []byte
		k, v, more = z.TagAttr()
		key := string(k)
		switch a {
		case atom.Img:
			switch key {
			case "src":
				src = string(v)
			case "data-src", "data-lazy-src", "data-original", "data-orig-file":
				lazy = string(v)
			case "srcset", "data-srcset":
				if f := strings.Fields(string(v)); lazy == "" && len(f) > 0 {
					lazy = strings.TrimSuffix(f[0], ",")
				}
			case "alt":
				alt = string(v)
			case "width":
				width = string(v)
			case "height":
				height = string(v)
			case "title":
				c.attribute("title", string(v))
			}
			continue
		case atom.Audio, atom.Video, atom.Source, atom.Track:
			switch key {
			case "src", "poster":
				if u := resolve(c.base, string(v), false); u != "" {
					c.attribute(key, u)
				}
			case "type":
				c.attribute(key, string(v))
			case "controls":
				c.attribute(key, "")
			}
			continue
		}
		switch key {
		case "href":
			if a == atom.A {
				if u := resolve(c.base, string(v), true); u != "" {
					c.attribute("href", u)
				}
			}
		case "cite":
			if u := resolve(c.base, string(v), false); u != "" {
				c.attribute("cite", u)
			}
		case "title", "datetime", "lang", "dir", "abbr", "align":
			c.attribute(key, string(v))
		case "colspan", "rowspan", "start", "span", "value":
			if isNumber(string(v)) {
				c.attribute(key, string(v))
			}
		case "reversed", "open":
			c.attribute(key, "")
		case "class":
			if (a == atom.Code || a == atom.Pre) && len(v) <= maxClass {
				c.attribute(key, string(v))
			}
		}
	}
	if a != atom.Img {
		return true
	}
	if c.alt == "" {
		c.alt = alt
	}
	if lazy != "" && (src == "" || strings.HasPrefix(src, "data:") || lazyShell(src)) {
		src = lazy
	}
	u := resolve(c.base, src, false)
	if width == "1" || height == "1" || width == "0" || height == "0" || u == "" {
		return false
	}
	if c.image == "" && !counter(u) {
		c.image = u
	}
	if !c.keep {
		return true
	}
	c.attribute("src", u)
	if alt != "" {
		c.attribute("alt", short(strings.ToValidUTF8(alt[:min(len(alt), maxAlt)], ""), maxAlt))
	}
	if isNumber(width) {
		c.attribute("width", width)
	}
	if isNumber(height) {
		c.attribute("height", height)
	}
	return true
}

// lazyShell reports whether a picture only keeps the place of one that is loaded later.
func lazyShell(src string) bool {
	return strings.Contains(src, "blank.gif") || strings.Contains(src, "spacer") || strings.Contains(src, "placeholder") || strings.Contains(src, "lazy")
}

// counter reports whether a picture is known to show nothing: emoji, share buttons, pixels.
func counter(u string) bool {
	for _, p := range [...]string{"feeds.feedburner.com/~", "/~ff/", "/~r/", "feedsportal.com", "pixel.wp.com", "stats.wordpress.com", "feeds.wordpress.com", "s.w.org/images/core/emoji", "doubleclick.net", "/emoji/", "gravatar.com/avatar"} {
		if strings.Contains(u, p) {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
