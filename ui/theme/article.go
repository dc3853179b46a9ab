package theme

import "charm.land/glamour/v2/ansi"

// Article is the theme as glamour takes it. Headings have no "##", nothing has a margin
// and no block has lines around it: the reader sets those. Chroma stays nil, for glamour
// registers such a palette once for the process and would keep the first theme's.
func (t *Theme) Article() ansi.StyleConfig {
	block := func(r Role) ansi.StyleBlock { return ansi.StyleBlock{StylePrimitive: t.primitive(r)} }
	c := ansi.StyleConfig{
		Text:          ansi.StylePrimitive{},
		Strong:        t.primitive(Strong),
		Emph:          t.primitive(Emph),
		Strikethrough: t.primitive(Strike),
		Heading:       ansi.StyleBlock{},
		H1:            block(Heading1),
		H2:            block(Heading2),
		H3:            block(Heading3),
		H4:            block(Heading3),
		H5:            block(Heading3),
		H6:            block(Heading3),
		BlockQuote:    block(Quote),
		Link:          t.primitive(Link),
		LinkText:      t.primitive(Link),
		Image:         t.primitive(Caption),
		ImageText:     t.primitive(Caption),
		Code:          block(Code),
		CodeBlock:     ansi.StyleCodeBlock{StyleBlock: block(CodeBlock), Theme: t.Chroma()},
		Table:         ansi.StyleTable{},
	}
	if t.looks[Code] == (look{}) { // code told apart by nothing else
		c.Code.Prefix, c.Code.Suffix = "`", "`"
	}
	return c
}

// Chroma is the name of the palette for code, "" if code has no colours.
func (t *Theme) Chroma() string {
	switch {
	case t.Depth == NoColor || t.Name == "contrast":
		return ""
	case t.Dark:
		return "github-dark"
	}
	return "github"
}

// Formatter is the name of chroma's formatter for the colours that there are.
func (t *Theme) Formatter() string {
	switch t.Depth {
	case Colors16:
		return "terminal16"
	case NoColor:
		return "noop"
	}
	return "terminal16m"
}

func (t *Theme) primitive(r Role) ansi.StylePrimitive {
	l := t.looks[r]
	yes := func(b bool) *bool {
		if !b {
			return nil
		}
		return &b
	}
	text := func(s string) *string {
		if s == "" || t.Depth == NoColor {
			return nil
		}
		return &s
	}
	return ansi.StylePrimitive{
		Color: text(l.fg), BackgroundColor: text(l.bg), Bold: yes(l.bold), Italic: yes(l.italic),
		Underline: yes(l.underline), Inverse: yes(l.reverse), CrossedOut: yes(l.strike),
	}
}
