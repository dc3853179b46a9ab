package store

import (
	"html"
	"runtime"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"nightdesk/feeds"
)

// Texts are kept compressed (Zstandard, RFC 8878): 4 KB of HTML and its plain text take
// half of that. The fastest level takes a third less time than the next one, and 4 % more
// space.
var (
	encoder = sync.OnceValue(func() *zstd.Encoder {
		e, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(runtime.GOMAXPROCS(0)), zstd.WithEncoderLevel(zstd.SpeedFastest),
			zstd.WithWindowSize(128<<10), zstd.WithEncoderCRC(false), zstd.WithLowerEncoderMem(true))
		return e
	})
	decoder = sync.OnceValue(func() *zstd.Decoder {
		d, _ := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxText), zstd.WithDecoderLowmem(true))
		return d
	})
)

// maxText bounds a stored text once it is unpacked.
const maxText = 64 << 20

func pack(s string) []byte { return encoder().EncodeAll([]byte(s), make([]byte, 0, len(s)/2+64)) }

// unpack gives "" for what is damaged: a text that cannot be read must not keep its
// story from being listed.
func unpack(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	out, err := decoder().DecodeAll(b, nil)
	if err != nil {
		return ""
	}
	return string(out)
}

// packBody puts what the feed gave and its plain text together: the second costs little
// beside the first.
func packBody(markup, text string) []byte {
	markup = strings.ReplaceAll(markup, "\x00", "")
	if text == "" {
		return pack(markup)
	}
	return pack(markup + "\x00" + text)
}

// packAll packs the bodies of stories, by batch and story, on all cores.
func packAll(batches []feeds.Batch) [][][]byte {
	out := make([][][]byte, len(batches))
	var all sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range batches {
		stories := batches[i].Stories
		out[i] = make([][]byte, len(stories))
		if len(stories) == 0 {
			continue
		}
		free <- struct{}{}
		all.Go(func() {
			for k := range stories {
				out[i][k] = packBody(stories[k].HTML, stories[k].Text)
			}
			<-free
		})
	}
	all.Wait()
	return out
}

// unpackBody is the way back. A body of the first version has no text: it is made from
// the markup.
func unpackBody(b []byte) (markup, text string) {
	markup, text, ok := strings.Cut(unpack(b), "\x00")
	if !ok {
		text = bare(markup)
	}
	return markup, text
}

// bare is the text of HTML, roughly: enough to be found by.
func bare(markup string) string {
	var b strings.Builder
	b.Grow(len(markup) * 3 / 4)
	for markup != "" {
		i := strings.IndexByte(markup, '<')
		if i < 0 {
			b.WriteString(markup)
			break
		}
		b.WriteString(markup[:i])
		b.WriteByte(' ')
		markup = markup[i:]
		end := strings.IndexByte(markup, '>')
		for _, skip := range [...]string{"script", "style"} {
			if len(markup) > len(skip) && strings.EqualFold(markup[1:1+len(skip)], skip) {
				if k := strings.Index(strings.ToLower(markup[:min(len(markup), 1<<20)]), "</"+skip); k > 0 {
					markup = markup[k:]
					end = strings.IndexByte(markup, '>')
				}
			}
		}
		if end < 0 {
			break
		}
		markup = markup[end+1:]
	}
	return strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
}
