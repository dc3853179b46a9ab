package fetch

import (
	"bytes"
	"io"
	"math/rand/v2"
	"testing"
	"testing/iotest"
)

func TestPile(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{0, 1, blockSize - 1, blockSize, blockSize + 1, 3*blockSize + 7} {
		want := make([]byte, n)
		for i := range want {
			want[i] = byte(rng.Uint32())
		}
		var p pile
		var err error
		for r := iotest.HalfReader(bytes.NewReader(want)); err == nil; {
			err = p.fill(r)
		}
		whole := p.bytes()
		read, _ := io.ReadAll(iotest.OneByteReader(&p))
		if err != io.EOF || !bytes.Equal(whole, want) || !bytes.Equal(read, want) || cap(whole) > n+n/8+64 {
			t.Errorf("%d bytes: %v, %d whole, %d read", n, err, len(whole), len(read))
		}
		p.free()
	}
}
