package article

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"
)

// Limits bound what DecodePicture takes. A zero value stands for the default.
type Limits struct {
	Bytes  int // 16 MiB
	Pixels int // 40,000,000
	Frames int // 200
}

// Info is what a picture's header says.
type Info struct {
	Format string // "png", "jpeg", "gif", "webp", "svg", "avif", ""
	Width  int    // pixels
	Height int
	Frames int // at least 1 once known
}

// ErrPicture is what every refusal of DecodePicture wraps.
var ErrPicture = errors.New("cannot be shown")

// DecodePicture decodes PNG, JPEG, WebP and the first frame of a GIF. The header is judged
// before memory is set aside; what is over a limit, broken or of another format is an
// error that says so in words for people and wraps ErrPicture.
func DecodePicture(data []byte, lim Limits) (img image.Image, info Info, err error) {
	if lim.Bytes <= 0 {
		lim.Bytes = 16 << 20
	}
	if lim.Pixels <= 0 {
		lim.Pixels = 40_000_000
	}
	if lim.Frames <= 0 {
		lim.Frames = 200
	}
	defer func() {
		if p := recover(); p != nil {
			img, err = nil, fmt.Errorf("the picture is broken: %w", ErrPicture)
		}
	}()
	info.Format = sniff(data)
	if len(data) > lim.Bytes {
		return nil, info, fmt.Errorf("a picture of %d MiB: %w", len(data)>>20, ErrPicture)
	}
	switch info.Format {
	case "":
		return nil, info, fmt.Errorf("a picture of an unknown kind: %w", ErrPicture)
	case "svg":
		return nil, info, fmt.Errorf("an SVG drawing: %w", ErrPicture)
	case "avif":
		return nil, info, fmt.Errorf("an AVIF picture: %w", ErrPicture)
	}
	var cfg image.Config
	r := bytes.NewReader(data)
	switch info.Format {
	case "png":
		cfg, err = png.DecodeConfig(r)
		info.Frames = pngFrames(data)
	case "jpeg":
		cfg, err = jpeg.DecodeConfig(r)
		info.Frames = 1
	case "gif":
		cfg, err = gif.DecodeConfig(r)
		info.Frames = gifFrames(data, lim.Frames+1)
	case "webp":
		info.Frames = webpFrames(data)
		cfg, err = webp.DecodeConfig(r)
	}
	if err != nil {
		return nil, info, fmt.Errorf("the %s picture is broken: %w", strings.ToUpper(info.Format), ErrPicture)
	}
	info.Width, info.Height = cfg.Width, cfg.Height
	switch {
	case cfg.Width <= 0 || cfg.Height <= 0:
		return nil, info, fmt.Errorf("a picture without size: %w", ErrPicture)
	case cfg.Width > lim.Pixels/cfg.Height:
		return nil, info, fmt.Errorf("a picture of %d × %d pixels: %w", cfg.Width, cfg.Height, ErrPicture)
	case info.Frames > lim.Frames:
		return nil, info, fmt.Errorf("a picture of more than %d frames: %w", lim.Frames, ErrPicture)
	}
	r = bytes.NewReader(data)
	switch info.Format {
	case "png":
		img, err = png.Decode(r)
	case "jpeg":
		img, err = jpeg.Decode(r)
	case "gif":
		img, err = gif.Decode(r)
	case "webp":
		img, err = webp.Decode(r)
	}
	if err != nil {
		return nil, info, fmt.Errorf("the %s picture is broken: %w", strings.ToUpper(info.Format), ErrPicture)
	}
	return img, info, nil
}

// sniff tells the format by the first bytes.
func sniff(b []byte) string {
	has := func(at int, s string) bool { return len(b) >= at+len(s) && string(b[at:at+len(s)]) == s }
	switch {
	case has(0, "\x89PNG\r\n\x1a\n"):
		return "png"
	case has(0, "\xff\xd8\xff"):
		return "jpeg"
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return "gif"
	case has(0, "RIFF") && has(8, "WEBP"):
		return "webp"
	case has(4, "ftypavif"), has(4, "ftypavis"), has(4, "ftypheic"), has(4, "ftypmif1"):
		return "avif"
	}
	head := strings.ToLower(string(b[:min(len(b), 1024)]))
	if strings.Contains(head, "<svg") {
		return "svg"
	}
	return ""
}

// gifFrames counts the frames of a GIF by its blocks, without decoding, up to n.
// Format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt
func gifFrames(b []byte, n int) int {
	if len(b) < 13 {
		return 0
	}
	at := 13
	if b[10]&0x80 != 0 {
		at += 3 << (b[10]&7 + 1)
	}
	frames := 0
	skip := func() {
		for at < len(b) && b[at] != 0 {
			at += int(b[at]) + 1
		}
		at++
	}
	for at < len(b) && frames < n {
		switch b[at] {
		case 0x21: // extension
			at += 2
			skip()
		case 0x2C: // image
			frames++
			if at+9 >= len(b) {
				return frames
			}
			flags := b[at+9]
			at += 10
			if flags&0x80 != 0 {
				at += 3 << (flags&7 + 1)
			}
			at++ // size of the first code
			skip()
		default:
			return max(frames, 1)
		}
	}
	return max(frames, 1)
}

// pngFrames is the number that the acTL chunk of an animated PNG claims.
func pngFrames(b []byte) int {
	for at := 8; at+12 <= len(b); {
		size := int(binary.BigEndian.Uint32(b[at:]))
		kind := string(b[at+4 : at+8])
		if kind == "IDAT" || size < 0 || size > len(b) {
			break
		}
		if kind == "acTL" && size >= 8 && at+12 <= len(b) {
			return max(1, int(min(binary.BigEndian.Uint32(b[at+8:]), 1<<20)))
		}
		at += size + 12
	}
	return 1
}

// webpFrames counts the ANMF chunks.
func webpFrames(b []byte) int {
	frames := 0
	for at := 12; at+8 <= len(b); {
		size := int(binary.LittleEndian.Uint32(b[at+4:]))
		if string(b[at:at+4]) == "ANMF" {
			frames++
		}
		if size < 0 || size > len(b) {
			break
		}
		at += 8 + size + size&1
	}
	return max(1, frames)
}

// Shrink scales a picture down to fit maxW × maxH pixels, its proportions kept. A picture
// that fits already comes back as it is.
func Shrink(img image.Image, maxW, maxH int) image.Image {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	maxW, maxH = max(1, maxW), max(1, maxH)
	if w <= maxW && h <= maxH || w <= 0 || h <= 0 {
		return img
	}
	nw, nh := maxW, max(1, int(int64(h)*int64(maxW)/int64(w)))
	if nh > maxH {
		nw, nh = max(1, int(int64(w)*int64(maxH)/int64(h))), maxH
	}
	out := image.NewRGBA(image.Rect(0, 0, nw, nh))
	var scaler draw.Scaler = draw.CatmullRom
	if w > 4*nw || h > 4*nh {
		scaler = draw.ApproxBiLinear // a large factor makes CatmullRom slow and gains nothing visible
	}
	scaler.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}
