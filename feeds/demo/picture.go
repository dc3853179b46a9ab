package demo

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
)

// The size of the edition's pictures in pixels.
const (
	pictureWidth  = 640
	pictureHeight = 360
)

// palettes are two colours of the ground, from top to bottom, and two to draw with.
var palettes = [...][4]color.RGBA{
	{{20, 30, 60, 255}, {230, 120, 90, 255}, {12, 16, 34, 255}, {250, 214, 140, 255}},
	{{10, 60, 70, 255}, {120, 200, 180, 255}, {6, 32, 40, 255}, {240, 244, 200, 255}},
	{{50, 24, 70, 255}, {220, 110, 170, 255}, {26, 12, 40, 255}, {250, 220, 240, 255}},
	{{24, 40, 26, 255}, {170, 200, 110, 255}, {14, 24, 16, 255}, {250, 240, 190, 255}},
	{{30, 34, 44, 255}, {130, 150, 180, 255}, {16, 18, 24, 255}, {230, 236, 246, 255}},
}

// picture draws the picture of a name "kind-seed.png": a chart, skyline, board or
// gradient, always the same for the same name. It reports false for other names.
func picture(name string) ([]byte, bool) {
	stem, ok := strings.CutSuffix(name, ".png")
	kind, seed, dash := strings.Cut(stem, "-")
	if !ok || !dash {
		return nil, false
	}
	h := fnv.New64a()
	h.Write([]byte(seed))
	c := canvas{image.NewRGBA(image.Rect(0, 0, pictureWidth, pictureHeight)), rand.New(rand.NewPCG(h.Sum64(), 7))}
	p := palettes[c.rnd.IntN(len(palettes))]
	c.ground(p[0], p[1])
	switch kind {
	case "chart":
		c.chart(p[2], p[3])
	case "skyline":
		c.skyline(p[2], p[3])
	case "board":
		c.board(p[2], p[3])
	case "gradient":
	default:
		return nil, false
	}
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, c.img); err != nil {
		return nil, false
	}
	return b.Bytes(), true
}

type canvas struct {
	img *image.RGBA
	rnd *rand.Rand
}

// box fills a rectangle; what lies outside the picture is left out.
func (c canvas) box(x, y, w, h int, col color.RGBA) {
	r := image.Rect(x, y, x+w, y+h).Intersect(c.img.Rect)
	for py := r.Min.Y; py < r.Max.Y; py++ {
		for px := r.Min.X; px < r.Max.X; px++ {
			c.img.SetRGBA(px, py, col)
		}
	}
}

// ground fills the picture with a gradient.
func (c canvas) ground(top, bottom color.RGBA) {
	mix := func(a, b uint8, y int) uint8 {
		return uint8((int(a)*(pictureHeight-y) + int(b)*y) / pictureHeight)
	}
	for y := range pictureHeight {
		c.box(0, y, pictureWidth, 1, color.RGBA{mix(top.R, bottom.R, y), mix(top.G, bottom.G, y), mix(top.B, bottom.B, y), 255})
	}
}

// chart draws bars that grow, over lines of a scale.
func (c canvas) chart(dark, light color.RGBA) {
	for y := 60; y < 320; y += 52 {
		c.box(40, y, 560, 1, dark)
	}
	c.box(40, 320, 560, 3, dark)
	height := 50 + c.rnd.IntN(40)
	for i := range 10 {
		col := dark
		if i == 9 {
			col = light
		}
		c.box(56+i*54, 320-height, 34, height, col)
		height = min(260, max(20, height+c.rnd.IntN(46)-10))
	}
}

// skyline draws houses with lit windows.
func (c canvas) skyline(dark, light color.RGBA) {
	for x := 0; x < pictureWidth; {
		w, h := 36+c.rnd.IntN(50), 80+c.rnd.IntN(190)
		c.box(x, pictureHeight-h, w, h, dark)
		for wy := pictureHeight - h + 10; wy < pictureHeight-12; wy += 16 {
			for wx := x + 7; wx < x+w-8; wx += 12 {
				if c.rnd.IntN(3) == 0 {
					c.box(wx, wy, 5, 7, light)
				}
			}
		}
		x += w + 3
	}
}

// board draws a chip among its leads.
func (c canvas) board(dark, light color.RGBA) {
	for i := range 14 {
		at := 104 + i*11
		c.box(0, at, pictureWidth, 2, dark)
		c.box(200+i*18, 0, 2, pictureHeight, dark)
		c.box(c.rnd.IntN(180), at-2, 6, 6, light)
		c.box(450+c.rnd.IntN(180), at-2, 6, 6, light)
	}
	c.box(190, 90, 260, 180, dark)
	c.box(214, 114, 212, 132, light)
	for i := range 5 {
		c.box(230+i*38, 130, 26, 100, dark)
	}
}
