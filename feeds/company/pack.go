package company

import (
	_ "embed" // the list
	"encoding/binary"

	"nightdesk/feeds"
)

// packed is the list as go generate made it of the text files of data: a checksum of
// eight bytes, four counts, then the companies by slug; see pack in pack_test.go. A
// text is its length and its bytes, a list its length and its texts; before a name
// stand its marks, the hash of its first word and the place of its second. All is read in one pass into few
// allocations, and the texts stay where they are.
//
//go:embed companies.bin
var packed string

// marks of a packed name.
const (
	markVague = 1 << iota
	markLeaning
	markExact
)

type unpacker struct {
	s     string
	texts []string // room for all lists
	names []name
}

// unpack reads a packed list. It trusts it: a test holds the embedded one to the text
// files.
func unpack(s string) *List {
	u := &unpacker{s: s[8:]}
	all := make([]feeds.Company, u.num())
	u.texts = make([]string, 0, u.num())
	u.names = make([]name, 0, u.num())
	held := make([]bool, len(all))
	unless := make(map[int32][]string, u.num())
	for i := range all {
		c := &all[i]
		c.Slug = u.text()
		own := u.list(i, asName)
		c.Name = own[0]
		if len(own) > 1 {
			c.Aliases = own[1:]
		}
		c.Products, c.People = u.list(i, asProduct), u.list(i, asPerson)
		c.Tickers = u.list(i, asTicker)
		if words := u.list(i, asTicker); words != nil {
			unless[int32(i)] = words
		}
		c.Parent, held[i] = u.text(), u.num() == 1
		c.Site, c.Country, c.Sector, c.Description = u.text(), u.text(), u.text(), u.text()
	}
	return newList(all, held, u.names, unless, binary.LittleEndian.Uint64([]byte(s[:8])))
}

func (u *unpacker) num() int {
	n, shift := 0, 0
	for {
		c := u.s[0]
		u.s = u.s[1:]
		n |= int(c&0x7f) << shift
		if c < 0x80 {
			return n
		}
		shift += 7
	}
}

func (u *unpacker) text() string {
	n := u.num()
	t := u.s[:n]
	u.s = u.s[n:]
	return t
}

func (u *unpacker) list(company int, r role) []string {
	n := u.num()
	if n == 0 {
		return nil
	}
	from := len(u.texts)
	for range n {
		if r == asTicker {
			u.texts = append(u.texts, u.text())
			continue
		}
		marks := u.s[0]
		hash := uint32(u.s[1]) | uint32(u.s[2])<<8 | uint32(u.s[3])<<16 | uint32(u.s[4])<<24
		second := u.s[5]
		u.s = u.s[6:]
		t := u.text()
		u.texts = append(u.texts, t)
		u.names = append(u.names, name{text: t, hash: hash, company: int32(company), role: r, second: second,
			vague: marks&markVague != 0, leaning: marks&markLeaning != 0, exact: marks&markExact != 0})
	}
	return u.texts[from:len(u.texts):len(u.texts)]
}
