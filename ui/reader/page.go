// Package reader is the article pane: Markdown set as a page of a given width, and a
// Model that scrolls it, finds in it, steps through its links and fills its rectangle.
//
// It owns the typesetting of articles. glamour's elements draw what stands in a line
// (words, emphasis, code, colours of a language) from the theme's style; lines, lists,
// quotations, tables and pictures are laid out here, for glamour's own layout glues
// paragraphs, loses indents and cannot be done a block at a time. It must not do I/O,
// keep globals, or know where articles come from. Whatever it makes of outside text
// passes plain.Output.
//
// Start at Render and RenderFirst for pages, at Model for the pane.
package reader

import (
	"image"

	"nightdesk/ui/theme"
)

// DefaultMeasure is the widest a line of text is set unless told otherwise, in cells.
const DefaultMeasure = 76

// Options say how an article is to be set.
type Options struct {
	Width    int // of a line, in cells; less than 1 counts as 1
	Theme    *theme.Theme
	Title    string         // of the article: a first heading that says the same is left out
	Pictures map[string]Art // by address; those that are missing show their caption alone
	Rows     int            // the most rows that a picture may take; 0 is 16
}

// Art is a picture that can be shown.
type Art struct {
	Image image.Image
	// Kitty is the number under which the picture was sent to a terminal with kitty's
	// graphics (see Transmit); 0 draws with half blocks.
	Kitty uint32
}

// A Page is an article set for one width and one theme. It is never changed once made,
// and safe to be read by several goroutines.
type Page struct {
	Width    int
	Lines    []string // each at most Width cells; with SGR and OSC 8, each complete in itself
	Blocks   []Block
	Headings []Heading
	Links    []Link
	Pictures []Picture
	Size     int  // bytes of the source
	Complete bool // false: only the beginning was set

	cells  []uint16 // width of each line
	end    int      // byte of the source up to which it was set
	indent []uint8  // cells of each line that are no text: bars, bullets, blanks
}

// A Block is where a block of the article begins: a paragraph, an item of a list, a row
// of a table.
type Block struct {
	Line   int
	Offset int // byte in the source, the block's identity at any width
}

// A Heading is a heading of the article.
type Heading struct {
	Level int // from 1
	Text  string
	Line  int
}

// A Link is an address that the article refers to. Its number stands behind its text.
// Several places with one address share a number.
type Link struct {
	N     int // from 1
	Text  string
	URL   string // http, https or mailto
	Line  int    // of its first cell
	Spans []Span
}

// A Span is a part of a line.
type Span struct {
	Line     int
	From, To int // cells, To excluded
}

// A Picture is the place of a picture.
type Picture struct {
	URL, Alt string
	Line     int
	Rows     int // that it takes, without the caption; 0 if it is not shown
	Cols     int
}

// Render sets a whole article.
func Render(md string, o Options) *Page {
	c := newComposer(md, o)
	c.run(-1)
	return c.page(true)
}

// RenderFirst sets the first lines of an article, and a little more. rest sets the whole
// article (its lines begin with the same ones) and may be called from another goroutine,
// once; it is nil if the page is complete already.
func RenderFirst(md string, o Options, lines int) (first *Page, rest func() *Page) {
	c := newComposer(md, o)
	if c.run(max(lines, 1)) {
		return c.page(true), nil
	}
	return c.page(false), func() *Page {
		c.run(-1)
		return c.page(true)
	}
}
