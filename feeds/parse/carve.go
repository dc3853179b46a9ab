package parse

import (
	"bytes"
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// gofeed refuses a whole document for one fault, and reads every byte of it one at a
// time. So it never sees the document: carve writes a small, sound one in its stead. It
// has the structure of the original with the usual prefixes, and in place of each text
// and each attribute's value a marker that names the piece of the original that belongs
// there. Where gofeed puts the marker tells what the piece is; what it means is found out
// afterwards (see piece). Items that are known already are left out, and a fault in one
// item stays in it.

const (
	maxItems   = 5000 // read from one document
	maxDepth   = 40   // of containers
	maxPieces  = 200_000
	maxPerItem = 1000 // pieces of one item, or of all that is in no item
)

// version is part of every item's hash: a better reading of the same bytes is new.
const version = 1

// piece is a text or a value set aside.
type piece struct {
	raw             []byte // as it stands in the document
	typ, mode, lang string
	src             []byte // of an Atom content that is elsewhere
	base            string // the xml:base in force, absolute, or ""
	attr            bool   // an attribute's value
}

// carved is an item as it was found.
type carved struct {
	base, lang  string
	about, link []byte // RDF's rdf:about, CDF's href
	date        []byte // CDF's lastmod
}

// carving is the work on one document and its outcome.
type carving struct {
	s     *scanner
	known func(uint64) bool

	out    []byte // what gofeed reads
	marker string // what each marker begins with
	pieces []piece
	items  []carved
	hashes []uint64
	ids    map[string]bool // guids of the items left out as known, as written

	atom     bool
	format   string
	url      string // the document's address
	lang     string
	unclosed int // elements that were never closed, so far
	wrong    int // end tags without a start
	total    int // items seen, with those left out
	isCut    bool
	implied  int // items without an end tag
	skipped  int // items left out as known
	over     int // items beyond maxItems
	stack    []open
	seen     [16]string // elements of the present item that may come once
	nseen    int
	itemFrom int // number of the first piece of the present item
	attrs    [maxAttrs]attr
	outer    [][]byte // the names of the elements around items, as written
	tooDeep  bool
}

// open is an element whose end has not come yet.
type open struct {
	name       []byte // as written
	out        string // as emitted, "" if it is not
	base, lang string
	ns         *binding
}

var (
	errEmpty  = errors.New("the document is empty")
	errPage   = errors.New("this is an HTML page, not a feed")
	errText   = errors.New("this is text, not a feed")
	errBroken = errors.New("the document can't be read as a feed")
)

// carve reads an XML document.
func carve(src []byte, url string, known func(uint64) bool) (*carving, error) {
	c := &carving{url: url, known: known, marker: marker(src)}
	i, t, err := c.root(src)
	if err != nil {
		return nil, err
	}
	item := "item"
	if c.atom {
		item = "entry"
	}
	c.s = newScanner(src, item)
	c.out = make([]byte, 0, 4096+len(src)/16)
	// No namespace is declared: gofeed takes an undeclared prefix for what it says, and
	// would copy all declarations for each element.
	if c.atom {
		c.out = append(c.out, "<feed>"...)
	} else {
		c.out = append(c.out, `<rss version="2.0"><channel>`...)
	}
	c.stack = append(c.stack, open{}) // the document itself
	c.start(i, t)                     // sets namespaces, base and language of the root
	c.walk(i, len(src), false)
	c.popTo(1)
	if c.atom {
		c.out = append(c.out, "</feed>"...)
	} else {
		c.out = append(c.out, "</channel></rss>"...)
	}
	return c, nil
}

// marker is a word of letters and digits that the document does not hold.
func marker(src []byte) string {
	for n := range 8 {
		m := "q7z" + strconv.Itoa(n) + "k"
		if !bytes.Contains(src, []byte(m)) {
			return m
		}
	}
	// Somebody plays. A hash of the document can't be written into the document.
	return fmt.Sprintf("q7z%016xk%016x", hash(src), hash([]byte(fmt.Sprint(hash(src), len(src)))))
}

// root finds the first element that a feed can begin with.
func (c *carving) root(src []byte) (int, tag, error) {
	s := newScanner(src, "item")
	page, first := false, ""
	for i := s.lt(0, len(src)); i+1 < len(src); i = s.lt(i, len(src)) {
		if src[i+1] == '!' {
			if d := src[i:min(len(src), i+32)]; bytes.HasPrefix(bytes.ToLower(d), []byte("<!doctype html")) {
				page = true
			}
			i = doctype(s, i)
			continue
		}
		t, ok := readTag(src, i, c.attrs[:])
		if !ok || t.end {
			i++
			continue
		}
		_, local, prefixed := bytes.Cut(t.name, []byte{':'})
		if !prefixed {
			local = t.name
		}
		switch name := strings.ToLower(string(local)); name {
		case "rss", "rdf", "channel", "item":
			if page && name == "item" {
				break
			}
			c.format = formatOf(name, t)
			return i, t, nil
		case "feed", "entry":
			if page && name == "entry" {
				break
			}
			c.atom, c.format = true, formatOf(name, t)
			return i, t, nil
		case "html":
			page = true
		case "head", "body":
			page = page || first == ""
		default:
			if first == "" {
				first = name
			}
		}
		i = t.to
	}
	switch {
	case page:
		return 0, tag{}, errPage
	case first != "":
		return 0, tag{}, fmt.Errorf("this is a document of <%s>, not a feed", short(first, 40))
	}
	return 0, tag{}, errText
}

func short(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// doctype steps over what begins with "<!" at i, a document type with its declarations
// included. Nothing that it declares is ever used.
func doctype(s *scanner, i int) int {
	src := s.src
	if len(src) < i+9 || !bytes.EqualFold(src[i:i+9], []byte("<!doctype")) {
		return s.aside(i)
	}
	gt := bytes.IndexByte(src[i:], '>')
	if gt < 0 {
		return i + 2
	}
	if sub := bytes.IndexByte(src[i:i+gt], '['); sub >= 0 {
		for j := i + sub; j < len(src); {
			k := bytes.IndexByte(src[j:], ']')
			if k < 0 {
				break
			}
			for j += k + 1; j < len(src) && isSpace(src[j]); j++ {
			}
			if j < len(src) && src[j] == '>' {
				return j + 1
			}
		}
	}
	return i + gt + 1
}

func formatOf(root string, t tag) string {
	version := ""
	for _, a := range t.attrs {
		v := string(a.value)
		switch n := strings.ToLower(string(a.name)); {
		case n == "version":
			version = short(strings.TrimSpace(v), 8)
		case root == "rdf" && strings.HasPrefix(n, "xmlns") && strings.Contains(v, "simple/0.9"):
			version = "0.90"
		case root == "feed" && strings.HasPrefix(n, "xmlns") && strings.Contains(v, "purl.org/atom"):
			version = "0.3"
		case root == "channel" && (n == "href" || n == "base" || n == "lastmod"):
			return "cdf"
		}
	}
	switch root {
	case "rdf":
		if version == "" {
			version = "1.0"
		}
		return "rss " + version
	case "feed", "entry":
		if version == "" {
			version = "1.0"
		}
		return "atom " + version
	}
	return strings.TrimSpace("rss " + version)
}

// walk rewrites what stands between i and end: the document, or the inside of one item.
// Elements that it leaves open are closed by its caller.
func (c *carving) walk(i, end int, inItem bool) {
	src, floor := c.s.src, len(c.stack)
	for {
		j := c.s.lt(i, end)
		if top := &c.stack[len(c.stack)-1]; j > i && top.out == "author" {
			c.stray(src[i:j], top)
		}
		if j+1 >= end {
			return
		}
		if src[j+1] == '!' || src[j+1] == '?' {
			i = min(doctype(c.s, j), end)
			continue
		}
		t, ok := readTag(src, j, c.attrs[:])
		if !ok {
			i = j + 1
			continue
		}
		i = min(t.to, end)
		if t.end {
			c.endTag(t.name, floor)
			continue
		}
		i = c.element(j, i, end, t, inItem)
	}
}

// stray keeps the text that stands in an author without a name around it.
func (c *carving) stray(raw []byte, in *open) {
	if raw = bytes.TrimSpace(raw); len(raw) > 0 {
		c.out = append(c.out, "<name>"...)
		c.mark(piece{raw: raw, base: in.base, lang: in.lang})
		c.out = append(c.out, "</name>"...)
	}
}

// endTag closes the innermost open element of this name, and those inside it.
func (c *carving) endTag(name []byte, floor int) {
	for k := len(c.stack) - 1; k >= floor; k-- {
		if bytes.EqualFold(c.stack[k].name, name) {
			if k < len(c.stack)-1 {
				c.unclosed++
			}
			c.popTo(k)
			return
		}
	}
	if r, _ := roleOf(canonical(name, c.stack[len(c.stack)-1].ns, c.atom), c.atom, floor > 1); r != bare {
		c.wrong++
	}
}

func (c *carving) popTo(k int) {
	for n := len(c.stack) - 1; n >= k; n-- {
		if o := c.stack[n].out; o != "" {
			c.out = append(append(append(c.out, "</"...), o...), '>')
		}
	}
	c.stack = c.stack[:k]
}

// start is what an element inherits and changes: namespaces, base, language.
func (c *carving) start(at int, t tag) open {
	up := &c.stack[len(c.stack)-1]
	o := open{name: t.name, base: up.base, lang: up.lang, ns: up.ns}
	for _, a := range t.attrs {
		n := a.name
		switch {
		case bytes.HasPrefix(n, []byte("xmlns")):
			prefix := ""
			if len(n) > 5 {
				if n[5] != ':' {
					continue
				}
				prefix = string(n[6:])
			}
			means := vocabulary(string(a.value), prefix)
			if prefix == "" && means == foreign && len(c.stack) == 1 {
				means = native // a default namespace of somebody's own making
			}
			o.ns = &binding{prefix, means, o.ns}
		case string(n) == "xml:base" || c.format == "cdf" && bytes.EqualFold(n, []byte("base")):
			up := o.base
			if up == "" {
				up = c.url
			}
			if b := absolute(up, unescape(a.value)); b != "" {
				o.base = b
			}
		case string(n) == "xml:lang" || string(n) == "lang" && len(c.stack) == 1:
			o.lang = string(a.value)
		}
	}
	if len(c.stack) == 1 && c.stack[0].ns == nil {
		c.stack[0].ns, c.stack[0].base, c.stack[0].lang = o.ns, o.base, o.lang
		if c.lang == "" {
			c.lang = o.lang
		}
	}
	return o
}

// element rewrites the element whose start tag t stands at j and ends at i; it returns
// the offset to go on at.
func (c *carving) element(j, i, end int, t tag, inItem bool) int {
	o := c.start(j, t)
	name := canonical(t.name, o.ns, c.atom)
	if !inItem && (name == "item" || name == "entry") {
		return c.item(j, i, t, o)
	}
	r, out := roleOf(name, c.atom, inItem)
	switch {
	case r == through:
		if !inItem {
			c.outer = appendName(c.outer, t.name)
			if c.lang == "" {
				c.lang = o.lang
			}
			if name == "channel" && c.format == "cdf" {
				c.cdf(t, &o)
			}
			if !t.empty && len(c.stack) < maxDepth {
				c.stack = append(c.stack, o)
			}
		}
		return i
	case name == "source" && !c.atom:
		return c.skip(i, end, t, inItem)
	case r == drop && name == foreign && !inItem: // whatever wraps the feed, or stands in it: its children are looked at
		if !t.empty && len(c.stack) < maxDepth {
			c.stack = append(c.stack, o)
		}
		return i
	case r == drop:
		if name == "a" && c.format == "cdf" {
			c.cdf(t, &o)
		}
		return c.skip(i, end, t, inItem)
	case r == container && !t.empty:
		if len(c.stack) >= maxDepth || len(c.pieces) >= maxPieces {
			c.tooDeep = true
			return i
		}
		c.open(out, t, &o)
		o.out = out
		c.stack = append(c.stack, o)
		return i
	case len(c.pieces) >= min(maxPieces, c.itemFrom+maxPerItem):
		c.tooDeep = true
		return i
	case r == bare || t.empty:
		c.open(out, t, &o)
		c.out = append(append(append(c.out, "</"...), out...), '>')
		if t.empty {
			return i
		}
		return c.skipText(i, end, t)
	}
	return c.leaf(i, end, t, &o, out, inItem)
}

// cdf writes the address and the date that CDF has as attributes.
func (c *carving) cdf(t tag, o *open) {
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "href":
			c.out = append(c.out, "<link>"...)
			c.mark(piece{raw: a.value, base: o.base, attr: true})
			c.out = append(c.out, "</link>"...)
		case "lastmod":
			c.out = append(c.out, "<nd:pubdate>"...)
			c.mark(piece{raw: a.value, attr: true})
			c.out = append(c.out, "</nd:pubdate>"...)
		}
	}
}

func appendName(names [][]byte, n []byte) [][]byte {
	for _, x := range names {
		if bytes.Equal(x, n) {
			return names
		}
	}
	if len(names) >= 8 {
		return names
	}
	return append(names, n)
}

// window is how far the end of an element is searched for: the whole rest as long as
// few have been found open, or else a document of nothing but open elements would cost
// the square of its length.
func (c *carving) window(i, end int) int {
	switch {
	case c.unclosed > 1000:
		return min(end, i+128)
	case c.unclosed > 16:
		return min(end, i+1024)
	}
	return end
}

// stop reports whether a start tag of this name can't be inside a text.
func (c *carving) stop(inItem bool) func([]byte) bool {
	if inItem {
		return nil
	}
	return func(name []byte) bool {
		k := len(name)
		return k >= 4 && bytes.EqualFold(name[k-4:], []byte("item")) || k >= 5 && bytes.EqualFold(name[k-5:], []byte("entry"))
	}
}

// skip steps over an element that is left out.
func (c *carving) skip(i, end int, t tag, inItem bool) int {
	if t.empty {
		return i
	}
	if _, next, ok := c.s.leafEnd(i, c.window(i, end), t.name, true, c.stop(inItem)); ok {
		return next
	}
	c.unclosed++
	return i
}

// skipText steps over what should not be inside an element: up to its end tag if that
// follows, else nothing.
func (c *carving) skipText(i, end int, t tag) int {
	j := c.s.lt(i, end)
	if j+2 < end && c.s.src[j+1] == '/' && c.s.named(j+2, t.name) {
		if e := bytes.IndexByte(c.s.src[j:end], '>'); e >= 0 {
			return j + e + 1
		}
	}
	return i
}

// leaf sets the content of an element aside.
func (c *carving) leaf(i, end int, t tag, o *open, out string, inItem bool) int {
	p := piece{base: o.base, lang: o.lang}
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "type":
			p.typ = string(a.value)
		case "mode":
			p.mode = string(a.value)
		case "src":
			p.src = a.value
		case "encoding":
			if bytes.EqualFold(a.value, []byte("base64")) {
				p.mode = "base64"
			}
		}
	}
	inner, next, ok := c.s.leafEnd(i, c.window(i, end), t.name, strings.Contains(p.typ, "xhtml"), c.stop(inItem))
	if !ok {
		c.unclosed++
		inner = c.until(i, inner)
		next = inner
	}
	p.raw = bytes.TrimSpace(c.s.src[i:inner])
	if out == "nd:xhtml" {
		p.typ = "xhtml"
	}
	if top := c.stack[len(c.stack)-1].out; inItem && (top == "item" || top == "entry") && single(out) {
		if c.again(out, len(p.raw) > 0 || len(p.src) > 0) {
			return next
		}
	}
	if len(c.pieces) >= min(maxPieces, c.itemFrom+maxPerItem) {
		c.tooDeep = true
		return next
	}
	c.open(out, t, o)
	if len(p.raw) > 0 || len(p.src) > 0 {
		c.mark(p)
	}
	c.out = append(append(append(c.out, "</"...), out...), '>')
	return next
}

// again reports whether the present item has had this element already, with something in it.
func (c *carving) again(name string, says bool) bool {
	for _, s := range c.seen[:c.nseen] {
		if s == name {
			return true
		}
	}
	if says && c.nseen < len(c.seen) {
		c.seen[c.nseen] = name
		c.nseen++
	}
	return !says
}

// until is where a text ends that is never closed: at the first tag that is not HTML.
func (c *carving) until(i, end int) int {
	for {
		j := c.s.lt(i, end)
		if j+1 >= end {
			return end
		}
		k := j + 1
		if c.s.src[k] == '/' {
			k++
		}
		if e := nameEnd(c.s.src, k); e > k && !htmlName(c.s.src[k:e]) {
			return j
		}
		i = j + 1
	}
}

// open writes a start tag with its attributes, their values set aside.
func (c *carving) open(out string, t tag, o *open) {
	c.out = append(append(c.out, '<'), out...)
	for n, a := range t.attrs {
		name := strings.ToLower(string(a.name))
		switch name {
		case "href", "url", "type", "rel", "length", "medium", "term", "label", "text", "title", "ispermalink", "role", "scheme", "width", "height", "isdefault", "filesize", "resource", "rdf:resource":
		default:
			continue
		}
		name = strings.TrimPrefix(name, "rdf:")
		if name == "ispermalink" {
			name = "isPermaLink"
		}
		dup := false
		for _, b := range t.attrs[:n] {
			dup = dup || bytes.EqualFold(b.name, a.name)
		}
		if dup {
			continue
		}
		c.out = append(append(append(c.out, ' '), name...), `="`...)
		if isWord(a.value) {
			c.out = append(c.out, a.value...)
		} else if len(c.pieces) < maxPieces {
			c.mark(piece{raw: a.value, base: o.base, attr: true})
		}
		c.out = append(c.out, '"')
	}
	c.out = append(c.out, '>')
}

// isWord reports whether an attribute's value can stand as it is: it is no address and
// has no character of a meaning.
func isWord(v []byte) bool {
	if len(v) > 40 {
		return false
	}
	for _, b := range v {
		if !('a' <= b && b <= 'z' || '0' <= b && b <= '9' || b == '/' || b == '-' || b == '+') {
			return false
		}
	}
	return len(v) == 0 || v[0] != '/'
}

// mark sets a piece aside and writes its marker.
func (c *carving) mark(p piece) {
	c.out = append(c.out, c.marker...)
	c.out = strconv.AppendInt(c.out, int64(len(c.pieces)), 10)
	c.out = append(c.out, 'x')
	c.pieces = append(c.pieces, p)
}

// item rewrites one item, or leaves it out.
func (c *carving) item(j, i int, t tag, o open) int {
	c.popTo(c.outside())
	inner, next, how := i, i, closed
	if !t.empty {
		inner, next, how = c.s.itemEnd(i, t.name, c.outer)
	}
	switch how {
	case cut:
		c.isCut = true
		return next
	case implied:
		c.implied++
	}
	c.total++
	if c.total > maxItems {
		c.over++
		return next
	}
	h := hash(c.s.src[j:next])
	c.hashes = append(c.hashes, h)
	if c.known != nil && c.known(h) {
		c.skipped++
		if c.ids == nil {
			c.ids = make(map[string]bool)
		}
		if id := rawID(c.s.src[i:inner]); id != "" {
			c.ids[id] = true
		}
		return next
	}
	it := carved{base: o.base, lang: o.lang}
	out := "item"
	if c.atom {
		out = "entry"
	}
	c.out = append(append(append(c.out, '<'), out...), '>')
	for _, a := range t.attrs {
		switch strings.ToLower(string(a.name)) {
		case "rdf:about", "about":
			it.about = a.value
		}
	}
	c.items = append(c.items, it)
	c.itemFrom = len(c.pieces)
	if c.format == "cdf" {
		c.cdf(t, &o)
	}
	o.out = out
	c.stack = append(c.stack, o)
	floor := len(c.stack)
	c.nseen = 0
	c.walk(i, inner, true)
	if len(c.stack) > floor {
		c.unclosed++
	}
	c.popTo(floor - 1)
	return next
}

// outside is the height of the stack at which an item may stand: a container that is
// still open (an image, an author) was not closed.
func (c *carving) outside() int {
	for k := 1; k < len(c.stack); k++ {
		if c.stack[k].out != "" {
			return k
		}
	}
	return len(c.stack)
}

// rawID is the guid of an item, as written, without reading the item.
func rawID(src []byte) string {
	for _, n := range [...]string{"guid", "id"} {
		for i := 0; ; {
			k := bytes.Index(src[i:], []byte("<"+n))
			if k < 0 {
				break
			}
			i += k + 1 + len(n)
			if i < len(src) && (src[i] == '>' || isSpace(src[i])) {
				g := bytes.IndexByte(src[i:], '>')
				e := bytes.Index(src[i:], []byte("</"+n))
				if g >= 0 && e > g {
					return unescape(bytes.TrimSpace(src[i+g+1 : i+e]))
				}
				break
			}
		}
	}
	return ""
}

// hash is a fast hash of bytes, in the manner of wyhash: folded products of eight bytes
// at a time. It tells items apart; nothing is protected by it.
func hash(b []byte) uint64 {
	const k0, k1 = 0xa0761d6478bd642f, 0xe7037ed1a0b428db
	h := uint64(len(b))*k1 ^ version*k0
	for len(b) >= 8 {
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
			uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		hi, lo := bits.Mul64(w^k0, h^k1)
		h = bits.RotateLeft64(h, 23) ^ hi ^ lo
		b = b[8:]
	}
	var w uint64
	for i, x := range b {
		w |= uint64(x) << (8 * i)
	}
	hi, lo := bits.Mul64(w^k1, h^k0)
	return hi ^ lo ^ h>>29
}
