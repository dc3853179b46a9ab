package fetch

import "io"

const blockSize = 16 << 10

// A pile is a body of unknown length in pooled blocks: it grows without copying and holds
// little more than there is. It is filled first, then read once.
type pile struct {
	list []*[blockSize]byte
	n    int64 // bytes filled
	at   int64 // bytes read
}

// fill takes what one Read of r gives.
func (p *pile) fill(r io.Reader) error {
	used := int(p.n % blockSize)
	if used == 0 && int64(len(p.list))*blockSize == p.n {
		p.list = append(p.list, blocks.Get().(*[blockSize]byte))
	}
	n, err := r.Read(p.list[len(p.list)-1][used:])
	p.n += int64(n)
	return err
}

// head are the first bytes, as many as one block has.
func (p *pile) head() []byte {
	if len(p.list) == 0 {
		return nil
	}
	return p.list[0][:min(p.n, blockSize)]
}

// Read gives the bytes in their order.
func (p *pile) Read(b []byte) (int, error) {
	if p.at == p.n {
		return 0, io.EOF
	}
	from := p.at % blockSize
	n := copy(b, p.list[p.at/blockSize][from:min(blockSize, from+p.n-p.at)])
	p.at += int64(n)
	return n, nil
}

// bytes is a copy of the whole, of exactly its size.
func (p *pile) bytes() []byte {
	all := make([]byte, 0, p.n)
	for i, b := range p.list {
		all = append(all, b[:min(blockSize, p.n-int64(i)*blockSize)]...)
	}
	return all
}

// free gives the blocks back.
func (p *pile) free() {
	for _, b := range p.list {
		blocks.Put(b)
	}
	*p = pile{}
}
