package article

import (
	"bytes"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// pictureFiles are small pictures of each format, made here, by their format's name, and
// ones that must be refused.
func pictureFiles() map[string][]byte {
	img := image.NewPaletted(image.Rect(0, 0, 30, 20), palette.Plan9)
	for i := range img.Pix {
		img.Pix[i] = byte(i * 7)
	}
	img.Set(3, 3, color.White)
	var p, j, g, long bytes.Buffer
	_ = png.Encode(&p, img)
	_ = jpeg.Encode(&j, img, nil)
	_ = gif.Encode(&g, img, nil)
	tiny := image.NewPaletted(image.Rect(0, 0, 1, 1), palette.Plan9[:2])
	film := &gif.GIF{}
	for range 201 {
		film.Image = append(film.Image, tiny)
		film.Delay = append(film.Delay, 1)
	}
	_ = gif.EncodeAll(&long, film)
	huge := bytes.Clone(p.Bytes())
	copy(huge[16:24], "\x00\x01\x00\x00\x00\x01\x00\x00")
	return map[string][]byte{
		"png": p.Bytes(), "jpeg": j.Bytes(), "gif": g.Bytes(),
		"bad frames": long.Bytes(), "bad size": huge, "bad svg": []byte(`<?xml version="1.0"?><svg/>`),
		"bad avif": []byte("\x00\x00\x00\x1cftypavif"), "bad text": []byte("hello"), "bad nothing": nil,
		"bad webp": []byte("RIFF\x10\x00\x00\x00WEBPVP8 \x00\x00\x00\x00"),
	}
}
