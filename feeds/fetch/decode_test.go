package fetch

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zstd"
)

// pack encodes data with one coding; "raw" is deflate without zlib's frame.
func pack(t testing.TB, coding string, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw":
		w, _ = flate.NewWriter(&b, 9)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b, zstd.WithWindowSize(1<<20), zstd.WithEncoderConcurrency(1))
	}
	w.Write(data)
	w.Close()
	return b.Bytes()
}

func TestCodings(t *testing.T) {
	text := []byte(strings.Repeat("<item><title>News of the day</title></item>\n", 2000))
	gz := func(b []byte) []byte { return pack(t, "gzip", b) }
	for name, c := range map[string]struct {
		header string
		body   []byte
	}{
		"gzip":               {"gzip", gz(text)},
		"x-gzip":             {"X-GZIP", gz(text)},
		"deflate":            {"deflate", pack(t, "deflate", text)},
		"bare deflate":       {"deflate", pack(t, "raw", text)},
		"br":                 {"br", pack(t, "br", text)},
		"zstd":               {"zstd", pack(t, "zstd", text)},
		"gzip twice":         {"gzip, gzip", gz(gz(text))},
		"gzip in br":         {"gzip, br", pack(t, "br", gz(text))},
		"zstd in gzip":       {"zstd,gzip", gz(pack(t, "zstd", text))},
		"deflate in deflate": {"deflate, deflate", pack(t, "deflate", pack(t, "raw", text))},
		"unsaid gzip":        {"", gz(text)},
		"said once, twice":   {"gzip", gz(gz(text))},
		"not packed":         {"gzip", text},
		"not deflated":       {"deflate", text},
		"identity":           {"identity", text},
		"nonsense":           {"UTF-8", text},
		"two members":        {"gzip", append(gz(text[:1000]), gz(text[1000:])...)},
		"zeros at the end":   {"gzip", append(gz(text), make([]byte, 700)...)},
		"junk at the end":    {"gzip", append(gz(text), "<!-- served by -->"...)},
	} {
		t.Run(name, func(t *testing.T) {
			u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if c.header != "" {
					w.Header().Set("Content-Encoding", c.header)
				}
				w.Write(c.body)
			})
			res := get(t, newClient(t, Options{}), Request{URL: u, Typed: true})
			if !bytes.Equal(res.Body, text) {
				t.Errorf("%d bytes, want %d", len(res.Body), len(text))
			}
			if res.Wire > int64(len(c.body)) || res.Wire < int64(len(c.body))-800 {
				t.Errorf("Wire = %d, sent %d", res.Wire, len(c.body))
			}
		})
	}
	for _, coding := range []string{"gzip", "br", "deflate", "zstd"} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Encoding", coding) })
		if res := get(t, newClient(t, Options{}), Request{URL: u, Typed: true}); len(res.Body) != 0 {
			t.Errorf("%s of nothing: %d bytes", coding, len(res.Body))
		}
	}
}

func TestDamagedCodings(t *testing.T) {
	text := []byte(strings.Repeat("<item>\x00\x01 news "+strings.Repeat("abcdef", 7), 3000))
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		whole := pack(t, coding, text)
		flipped := bytes.Clone(whole)
		for i := len(flipped) / 2; i < len(flipped); i++ {
			flipped[i] ^= 0x55
		}
		for name, body := range map[string][]byte{"cut": whole[:len(whole)/2], "flipped": flipped} {
			u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", coding)
				w.Write(body)
			})
			_, err := newClient(t, Options{}).Get(t.Context(), Request{URL: u, Typed: true})
			var e *Error
			if !errors.As(err, &e) || e.Kind != Decode && e.Kind != Reset && e.Kind != TooLarge {
				t.Errorf("%s %s: %v", coding, name, err)
			}
		}
	}
	for _, header := range []string{"compress", "gzip, gzip, gzip, gzip"} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", header)
			io.WriteString(w, "xyz")
		})
		fails(t, newClient(t, Options{}), Request{URL: u, Typed: true}, func() Kind {
			if header == "compress" {
				return Decode
			}
			return TooLarge
		}())
	}
}

// What sends little that unpacks to much is given up at the limit, in bounded memory.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 64<<20)
	bombs := map[string][]byte{}
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		bombs[coding] = pack(t, coding, zeros)
	}
	bombs["gzip, gzip"] = pack(t, "gzip", bombs["gzip"])
	bombs["br, gzip"] = pack(t, "gzip", bombs["br"])
	// Packed emptiness without end unpacks to nothing: the step between must be bounded.
	bombs["gzip, deflate"] = pack(t, "deflate", bytes.Repeat(pack(t, "gzip", nil), 1<<20))
	zeros = nil
	for coding, body := range bombs {
		t.Run(coding, func(t *testing.T) {
			u := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Encoding", coding)
				w.Write(body)
			})
			c := newClient(t, Options{Limits: Limits{Bytes: 4 << 20}})
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			e := fails(t, c, Request{URL: u, Typed: true}, TooLarge)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 48<<20 {
				t.Errorf("%d MiB were allocated", used>>20)
			}
			if !strings.Contains(e.Error(), "4 MiB") {
				t.Errorf("error %q", e)
			}
		})
	}
}

func TestLimitIsExact(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, strings.Repeat("x", 1000)) })
	c := newClient(t, Options{Limits: Limits{Bytes: 1000}})
	get(t, c, Request{URL: u, Typed: true})
	get(t, c, Request{URL: u, Typed: true, MaxBytes: 5000})
	fails(t, c, Request{URL: u, Typed: true, MaxBytes: 999}, TooLarge)
	fails(t, newClient(t, Options{Limits: Limits{Bytes: 999}}), Request{URL: u, Typed: true, MaxBytes: 5000}, TooLarge)
}

// What the network says under a decoder stays what the network said.
func TestNetworkErrorUnderDecoder(t *testing.T) {
	c := newClient(t, Options{})
	for _, coding := range []string{"gzip", "deflate", "br", "zstd"} {
		body := pack(t, coding, []byte(strings.Repeat("news and more of it ", 5000)))
		broken := io.MultiReader(bytes.NewReader(body[:len(body)/2]), iotest.ErrReader(io.ErrUnexpectedEOF))
		_, _, err := c.read(t.Context(), broken, []string{coding}, 1<<20)
		var dec *decodeError
		if !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &dec) {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	text := []byte(strings.Repeat("<item>news</item>", 100))
	for i, coding := range []string{"gzip", "deflate", "br", "zstd", "raw"} {
		f.Add(byte(i), pack(f, coding, text))
		f.Add(byte(i*5), pack(f, "gzip", pack(f, coding, text)))
	}
	c := newClient(f, Options{})
	names := []string{"gzip", "deflate", "br", "zstd"}
	f.Fuzz(func(t *testing.T, which byte, body []byte) {
		const limit = 64 << 10
		list := []string{names[which%4]}
		if which >= 4 {
			list = append(list, names[which/4%4])
		}
		data, wire, err := c.read(t.Context(), bytes.NewReader(body), list, limit)
		if len(data) > limit || wire > limit+1 {
			t.Errorf("%d bytes of %d", len(data), wire)
		}
		var dec *decodeError
		if err != nil && !errors.As(err, &dec) && !errors.Is(err, errTooLarge) {
			t.Errorf("err = %T %v", err, err)
		}
		if len(c.big)+len(c.decoding) != 0 {
			t.Error("a place is still taken")
		}
	})
}
