package reader

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"
	"github.com/yuin/goldmark/ast"
	"golang.org/x/image/draw"

	"nightdesk/feeds/plain"
	"nightdesk/ui/cells"
	"nightdesk/ui/theme"
)

// spot is a picture that the article names.
type spot struct{ url, alt, title string }

// onlyPictures are the pictures of a paragraph of nothing else, inside links or not.
func onlyPictures(n ast.Node, src []byte) []spot {
	var out []spot
	for x := n.FirstChild(); x != nil; x = x.NextSibling() {
		switch x := x.(type) {
		case *ast.Image:
			out = append(out, spot{
				url: decode(string(x.Destination)), alt: plain.Text(plainText(x, src)), title: plain.Text(decode(string(x.Title))),
			})
		case *ast.Link:
			inner := onlyPictures(x, src)
			if len(inner) == 0 {
				return nil
			}
			out = append(out, inner...)
		case *ast.Text:
			if strings.TrimSpace(string(x.Segment.Value(src))) != "" {
				return nil
			}
		default:
			return nil
		}
	}
	return out
}

// picture sets a picture, if it is there, and below it its caption, which is there
// always.
func (c *composer) picture(p spot) {
	at := Picture{URL: p.url, Alt: p.alt, Line: len(c.done.Lines)}
	caption := p.title
	if caption == "" {
		caption = p.alt
	}
	if art, ok := c.o.Pictures[p.url]; ok && art.Image != nil && c.width >= 8 {
		at.Cols, at.Rows = Fit(art.Image.Bounds(), min(c.width, 72), c.o.Rows)
		var lines []string
		if art.Kitty != 0 && c.th.Depth == theme.TrueColor {
			lines = placeholders(art.Kitty, at.Cols, at.Rows)
		} else if c.th.Depth == theme.TrueColor {
			lines = halfBlocks(art.Image, at.Cols, at.Rows, c.th.Dark)
		}
		at.Rows = len(lines)
		pad := cells.Blank((c.width - at.Cols) / 2)
		for _, l := range lines {
			c.emitOwn(pad + l)
		}
	}
	c.done.Pictures = append(c.done.Pictures, at)
	if caption == "" {
		if at.Rows > 0 {
			return
		}
		caption = "picture"
	}
	sign := run{text: c.th.Glyphs.Picture + "\u00a0", sgr: c.th.SGR(theme.Faint)}
	words := run{text: caption, sgr: c.th.SGR(theme.Caption)}
	if plain.Link(p.url) {
		c.ink.links = append(c.ink.links, Link{URL: p.url}) // clickable, without a number
		sign.link = len(c.ink.links)
		words.link = sign.link
		defer func() { c.ink.links = c.ink.links[:len(c.ink.links)-1] }()
	}
	runs := []run{sign, words}
	if at.Rows > 0 {
		runs = runs[1:]
	}
	for _, l := range set(runs, c.ink.links, c.width) {
		l.spans = nil
		if at.Rows > 0 { // below the middle of the picture
			l.text = cells.Blank((c.width-l.w)/2) + l.text
		}
		c.emit(l)
	}
}

// emitOwn adds a line of which every byte was made here, of numbers.
func (c *composer) emitOwn(text string) {
	indent := 0
	var b strings.Builder
	for i := range c.prefix {
		c.prefix[i].used = true
		b.WriteString(c.prefix[i].rest)
		indent += c.prefix[i].w
	}
	c.done.Lines = append(c.done.Lines, b.String()+text)
	c.done.indent = append(c.done.indent, ownLine)
	c.first = false
}

// Fit is the size in cells of a picture within a box of cells; a cell is twice as high
// as wide.
func Fit(b image.Rectangle, cols, rows int) (int, int) {
	if b.Empty() || cols < 1 || rows < 1 {
		return 0, 0
	}
	w, h := cols, (b.Dy()*cols+b.Dx())/(2*b.Dx())
	if h > rows {
		w, h = (2*b.Dx()*rows+b.Dy()/2)/b.Dy(), rows
	}
	return min(max(w, 1), cols), min(max(h, 1), rows)
}

// halfBlocks draws a picture with two colours a cell; what is transparent is as dark or
// light as the screen.
func halfBlocks(src image.Image, cols, rows int, dark bool) []string {
	small := image.NewRGBA(image.Rect(0, 0, cols, 2*rows))
	ground := image.White
	if dark {
		ground = image.NewUniform(color.Gray{24})
	}
	draw.Draw(small, small.Bounds(), ground, image.Point{}, draw.Src)
	scaler(src).Scale(small, small.Bounds(), src, src.Bounds(), draw.Over, nil)
	out := make([]string, rows)
	var b []byte
	for y := range out {
		b = b[:0]
		var last [6]uint8
		for x := range cols {
			top, low := small.RGBAAt(x, 2*y), small.RGBAAt(x, 2*y+1)
			now := [6]uint8{top.R, top.G, top.B, low.R, low.G, low.B}
			if x == 0 || now != last {
				b = append(b, "\x1b[38;2;"...)
				for i, v := range now {
					b = strconv.AppendUint(b, uint64(v), 10)
					switch i {
					case 2:
						b = append(b, ";48;2;"...)
					case 5:
						b = append(b, 'm')
					default:
						b = append(b, ';')
					}
				}
				last = now
			}
			b = append(b, "▀"...)
		}
		out[y] = string(append(b, "\x1b[m"...))
	}
	return out
}

// scaler looks at every pixel of a picture, unless they are so many that it would be
// noticed.
func scaler(src image.Image) draw.Scaler {
	if b := src.Bounds(); b.Dx()*b.Dy() > 1<<19 {
		return draw.ApproxBiLinear
	}
	return draw.BiLinear
}

func scale(src image.Image, w, h int) *image.RGBA {
	dst := image.NewRGBA(image.Rect(0, 0, w, h))
	scaler(src).Scale(dst, dst.Bounds(), src, src.Bounds(), draw.Src, nil)
	return dst
}

// placeholders stand where a terminal with kitty's graphics shows the picture that was
// sent under a number: the number is their colour, row and column are marks on them.
func placeholders(id uint32, cols, rows int) []string {
	out := make([]string, rows)
	for y := range out {
		var b strings.Builder
		fmt.Fprintf(&b, "\x1b[38;2;%d;%d;%dm", id>>16&255, id>>8&255, id&255)
		for x := range cols {
			b.WriteRune(kitty.Placeholder)
			b.WriteRune(kitty.Diacritic(y))
			b.WriteRune(kitty.Diacritic(x))
		}
		out[y] = b.String() + "\x1b[m"
	}
	return out
}

// Transmit is what to send once to a terminal with kitty's graphics, so that the picture
// is shown where its placeholders are: a picture under a number of 24 bits, scaled to
// that many cells of that size in pixels. Kitty's graphics protocol, "Unicode
// placeholders".
func Transmit(src image.Image, id uint32, cols, rows, cellW, cellH int) (string, error) {
	var b bytes.Buffer
	err := kitty.EncodeGraphics(&b, scale(src, max(1, cols*cellW), max(1, rows*cellH)), &kitty.Options{
		Action: kitty.TransmitAndPut, Transmission: kitty.Direct, Format: kitty.PNG, ID: int(id), Columns: cols, Rows: rows,
		VirtualPlacement: true, Quiet: 2, Chunk: true, DoNotMoveCursor: true,
	})
	if err != nil {
		return "", fmt.Errorf("encode picture %d for the terminal: %w", id, err)
	}
	return b.String(), nil
}

// Forget is what to send to free such a picture.
func Forget(id uint32) string {
	return ansi.KittyGraphics(nil, "a=d", "d=I", fmt.Sprintf("i=%d", id), "q=2")
}
