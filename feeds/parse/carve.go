package parse

import (
	"bytes"
	"errors"
	"fmt"
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
	maxPieces  = 400_000
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
	base, lang string
	about      []byte // RDF's rdf:about
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

var (
	errEmpty  = errors.New("the document is empty")
	errPage   = errors.New("this is an HTML page, not a feed")
	errText   = errors.New("this is text, not a feed")
	errBroken = errors.New("the document can't be read as a feed")
	errCrash  = errors.New("the document brings the parser down")
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
	c.start(t)                        // sets namespaces, base and language of the root
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
