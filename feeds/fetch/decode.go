package fetch

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// maxCodings is how many content codings may be stacked.
const maxCodings = 3

// zstdWindow is the largest window that a decoder has to take (RFC 9659).
const zstdWindow = 8 << 20

// What one body needs is taken from pools: hundreds of feeds are read in one refresh.
var (
	readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 4<<10) }}
	unzips  = sync.Pool{New: func() any { return new(gzip.Reader) }}
	blocks  = sync.Pool{New: func() any { return new([blockSize]byte) }}
)

// codings are the content codings of an answer in the order they were applied. What is
// no coding (a character set, "none") is left out: servers write such things, and send
// the text as it is.
func codings(h http.Header) ([]string, error) {
	var list []string
	for _, line := range h.Values("Content-Encoding") {
		for s := range strings.SplitSeq(line, ",") {
			switch s = strings.ToLower(strings.TrimSpace(s)); s {
			case "gzip", "x-gzip":
				list = append(list, "gzip")
			case "deflate", "br", "zstd":
				list = append(list, s)
			case "compress", "x-compress":
				return nil, &decodeError{"compress", errors.ErrUnsupported}
			}
			if len(list) > maxCodings {
				return nil, &decodeError{"stacked compression", errTooLarge}
			}
		}
	}
	return list, nil
}

// meter counts what passes and ends it at limit with errTooLarge, at each step of the
// decoding: what unpacks to much that unpacks to nothing is given up, too.
type meter struct {
	r     io.Reader
	n     int64
	limit int64
}

func (m *meter) Read(p []byte) (int, error) {
	if m.n > m.limit {
		return 0, errTooLarge
	}
	if room := m.limit - m.n + 1; int64(len(p)) > room {
		p = p[:room]
	}
	n, err := m.r.Read(p)
	m.n += int64(n)
	if m.n > m.limit {
		return n, errTooLarge
	}
	return n, err
}

// steps is a stack of decoders over a body.
type steps struct {
	top     *bufio.Reader
	limit   int64
	release []func()
}

func (s *steps) push(r io.Reader) {
	b := readers.Get().(*bufio.Reader)
	b.Reset(r)
	s.top = b
	s.release = append(s.release, func() { b.Reset(nil); readers.Put(b) })
}

func (s *steps) close() {
	for i := len(s.release) - 1; i >= 0; i-- {
		s.release[i]()
	}
}

// add puts the decoder of one coding on top. Bytes that plainly are not in that coding
// are left as they are.
func (s *steps) add(coding string) error {
	head, err := s.top.Peek(4)
	if len(head) < 2 {
		if len(head) > 0 || errors.Is(err, io.EOF) {
			return nil // empty, or one byte: nothing to decode
		}
		return err
	}
	var r io.Reader
	switch coding {
	case "gzip":
		if !gzipMagic(head) {
			return nil
		}
		z := unzips.Get().(*gzip.Reader)
		if err := z.Reset(s.top); err != nil {
			return &decodeError{coding, err}
		}
		z.Multistream(false)
		s.release = append(s.release, func() { unzips.Put(z) })
		r = &gunzip{z: z, src: s.top}
	case "deflate":
		// RFC 9110 means zlib (RFC 1950) by it, some servers send bare deflate (RFC 1951).
		if head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0 {
			z, err := zlib.NewReader(s.top)
			if err != nil {
				return &decodeError{coding, err}
			}
			r = z
		} else if head[0] == '<' || head[0] == '{' {
			return nil
		} else {
			r = flate.NewReader(s.top)
		}
	case "br":
		r = brotli.NewReader(s.top)
	case "zstd":
		z, err := zstd.NewReader(s.top, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(zstdWindow), zstd.WithDecoderMaxMemory(uint64(s.limit)+1))
		if err != nil {
			return &decodeError{coding, err}
		}
		s.release = append(s.release, z.Close)
		r = z
	}
	s.push(&meter{r: &marked{r, coding}, limit: s.limit})
	return nil
}

// marked names the coding in the errors of its decoder; those of the steps below stay
// what they are.
type marked struct {
	r      io.Reader
	coding string
}

func (m *marked) Read(p []byte) (int, error) {
	n, err := m.r.Read(p)
	if err == nil || err == io.EOF {
		return n, err
	}
	var dec *decodeError
	switch {
	case errors.As(err, &dec), errors.Is(err, errTooLarge):
		return n, err
	case errors.Is(err, zstd.ErrDecoderSizeExceeded), errors.Is(err, zstd.ErrWindowSizeExceeded):
		return n, errTooLarge
	}
	return n, &decodeError{m.coding, err}
}

func gzipMagic(b []byte) bool { return len(b) >= 2 && b[0] == 0x1f && b[1] == 0x8b }

// gunzip reads gzip members one after the other and, as browsers do, takes no offence at
// what follows the last one.
type gunzip struct {
	z   *gzip.Reader
	src *bufio.Reader
}

func (g *gunzip) Read(p []byte) (int, error) {
	for {
		n, err := g.z.Read(p)
		if n > 0 || err != io.EOF {
			if err == io.EOF {
				err = nil // comes again
			}
			return n, err
		}
		if head, _ := g.src.Peek(2); !gzipMagic(head) {
			return 0, io.EOF
		}
		if err := g.z.Reset(g.src); err != nil {
			return 0, err
		}
		g.z.Multistream(false)
	}
}

// read reads a body to its end: decoded, and never more than limit bytes of it. wire is
// how many bytes the body had before decoding. No memory is set aside for what a server
// claims.
//
// The body is kept as it comes and decoded when it is whole, by few at a time: slow
// servers by the hundred then hold small packed pieces, not windows and decoded text, and
// none of them holds a place at the decoding.
func (c *Client) read(ctx context.Context, body io.Reader, list []string, limit int64) (data []byte, wire int64, err error) {
	packed := new(pile)
	defer packed.free()
	big := false
	defer func() {
		if big {
			<-c.big
		}
	}()
	count := &meter{r: body, limit: limit}
	for {
		if packed.n > bigBody && !big {
			select {
			case c.big <- struct{}{}:
				big = true
			case <-ctx.Done():
				return nil, count.n, ctx.Err()
			}
		}
		if err = packed.fill(count); err == io.EOF {
			break
		}
		if err != nil {
			return nil, count.n, fmt.Errorf("read body: %w", err)
		}
	}
	if len(list) == 0 && !gzipMagic(packed.head()) {
		return packed.bytes(), count.n, nil
	}
	select {
	case c.decoding <- struct{}{}:
		defer func() { <-c.decoding }()
	case <-ctx.Done():
		return nil, count.n, ctx.Err()
	}
	data, err = decode(packed, list, limit)
	return data, count.n, err
}

// decode takes the codings off, the last one first.
func decode(packed io.Reader, list []string, limit int64) ([]byte, error) {
	s := &steps{limit: limit}
	defer s.close()
	s.push(packed)
	for i := len(list) - 1; i >= 0; i-- {
		if err := s.add(list[i]); err != nil {
			return nil, err
		}
	}
	// A file.xml.gz comes without a word that it is packed.
	if head, _ := s.top.Peek(2); gzipMagic(head) && len(list) < maxCodings {
		if err := s.add("gzip"); err != nil {
			return nil, err
		}
	}
	out := new(pile)
	defer out.free()
	all := &meter{r: s.top, limit: limit}
	for {
		if err := out.fill(all); err == io.EOF {
			return out.bytes(), nil
		} else if err != nil {
			return nil, err
		}
	}
}
