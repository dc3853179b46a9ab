// Package theme is styles as data: what each part of the screen looks like, for dark and
// light terminals, for high contrast, for sixteen colours and for none. It owns the names
// of the parts (Role), the built-in themes, a person's own ones, the signs (Glyphs), and
// what glamour is told about articles.
//
// It knows nothing of panes or of news, draws nothing but a string between two escape
// sequences, and holds no state: a Theme never changes once it is made. Start at New and
// Theme.Paint; the looks themselves are in looks.go.
package theme

import "strings"

// A Role is a part of the screen that has a look of its own.
type Role uint8

// The roles. A state that a role tells by colour is always told by a sign, weight or
// place as well.
const (
	Text          Role = iota // running text: the terminal's own foreground
	Dim                       // secondary: outlets, dates, captions
	Faint                     // what may be overlooked: separators, numbers of links
	Accent                    // the one colour: cursor, what is active
	Title                     // title of an unread story
	ReadTitle                 // title of a read story
	SelectedTitle             // title under the cursor, unread
	SelectedRead              // title under the cursor, read
	Selected                  // background of the row under the cursor: see Fill
	Unread                    // the sign of unread
	Company                   // a company's name, as a chip
	Watched                   // a watched company
	Outlet                    // name of an outlet
	Age                       // how old a story is
	Star                      // sign of a starred story
	Saved                     // sign of a saved story
	Broken                    // sign of what failed: a feed, a save
	Section                   // name of a part of the rail
	Heading                   // a heading in a list or a box: days, groups
	Rule                      // lines between panes, boxes
	Status                    // a line of news at the foot
	Error                     // what went wrong
	Warn                      // what may go wrong
	Ok                        // what went right
	Badge                     // counts
	Key                       // the name of a key
	Progress                  // the part of a progress bar that is done
	Match                     // what was found
	CurrentMatch              // the find that the reader stands at

	// In articles.
	Headline     // the title of the article that is read
	Heading1     // headings of the article by level
	Heading2     //
	Heading3     //
	Strong       // bold words
	Emph         // italic words
	Strike       // deleted words
	Link         // text of a link
	LinkNumber   // its number
	SelectedLink // the link that enter follows
	Quote        // text of a quotation
	QuoteBar     // the bar beside it
	Code         // code within a line
	CodeBlock    // code that is not coloured by its language
	Bullet       // bullets and numbers of lists
	TableHead    // head of a table
	Caption      // caption of a picture
	Note         // a remark of nightdesk about an article
	Added        // words that came with an edit
	Removed      // words that went
	roles        // how many there are
)

// names are the roles as a person writes them in the config, in the order above.
var names = [roles]string{
	"text", "dim", "faint", "accent", "title", "read-title", "selected-title", "selected-read", "selected", "unread",
	"company", "watched", "outlet", "age", "star", "saved", "broken", "section", "heading", "rule", "status", "error",
	"warn", "ok", "badge", "key", "progress", "match", "current-match",
	"headline", "heading1", "heading2", "heading3", "strong", "emph", "strike", "link", "link-number", "selected-link",
	"quote", "quote-bar", "code", "code-block", "bullet", "table-head", "caption", "note", "added", "removed",
}

// String is the role's name in the config.
func (r Role) String() string {
	if r < roles {
		return names[r]
	}
	return "?"
}

// Roles lists every role in order, for a preview.
func Roles() []Role {
	out := make([]Role, roles)
	for i := range out {
		out[i] = Role(i)
	}
	return out
}

// Depth says how many colours a terminal has.
type Depth uint8

// The depths. What has 256 colours gets TrueColor: the terminal library brings it down.
const (
	TrueColor Depth = iota
	Colors16
	NoColor
)

// Options say what the terminal can do. The zero value is a terminal with all colours
// and Unicode.
type Options struct {
	Depth Depth
	ASCII bool // signs in ASCII only
}

// A Theme is a look for every role, ready to be written. It is safe for concurrent use.
type Theme struct {
	Name   string
	Dark   bool // meant for a dark background
	ASCII  bool
	Depth  Depth
	Glyphs Glyphs

	looks [roles]look
	sgr   [roles]string // the sequence that begins a look, "" if there is none
}

const reset = "\x1b[m"

// Paint writes s in the look of a role. s holds no sequences of its own; see Fill for a
// line that does.
func (t *Theme) Paint(r Role, s string) string {
	if s == "" || r >= roles || t.sgr[r] == "" {
		return s
	}
	return t.sgr[r] + s + reset
}

// SGR is the sequence that begins the look of a role, "" if it has none. What is begun
// with it ends with "\x1b[m".
func (t *Theme) SGR(r Role) string {
	if r >= roles {
		return ""
	}
	return t.sgr[r]
}

// Fill lays the look of a role under a line that has sequences of its own: each of their
// ends goes back to that look.
func (t *Theme) Fill(r Role, s string) string {
	if s == "" || r >= roles || t.sgr[r] == "" {
		return s
	}
	on := t.sgr[r]
	if strings.Contains(s, reset) {
		s = strings.ReplaceAll(s, reset, reset+on)
	}
	return on + s + reset
}

// A Style paints one role.
type Style struct {
	t *Theme
	r Role
}

// Style is the role as a value that can be handed on.
func (t *Theme) Style(r Role) Style { return Style{t, r} }

// Render is Paint.
func (s Style) Render(text string) string { return s.t.Paint(s.r, text) }

// Preview shows every role by its name, in columns of a width of w cells: for a person
// who is making a theme.
func (t *Theme) Preview(w int) []string {
	const column = 18
	cols := max(1, w/column)
	var out []string
	for r := Role(0); r < roles; {
		var b strings.Builder
		for c := 0; c < cols && r < roles; c++ {
			b.WriteString(t.Paint(r, names[r]))
			if c < cols-1 && r < roles-1 {
				b.WriteString(strings.Repeat(" ", column-len(names[r])))
			}
			r++
		}
		out = append(out, b.String())
	}
	return out
}
