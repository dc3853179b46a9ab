package theme

// Glyphs are the signs of the screen, each one cell wide unless it says otherwise.
type Glyphs struct {
	Cursor   string // the bar before the row under the cursor
	Unread   string
	Star     string
	Queued   string // being saved
	Saved    string // kept offline
	Broken   string // failed
	Edited   string // the outlet has changed it
	Caret    string // where typed text goes
	Ellipsis string // what was cut; may be wider in ASCII
	Dot      string // between facts on a line
	Arrow    string
	Up, Down string
	Refresh  string
	Close    string // lifts a filter
	Picture  string

	Horizontal, Vertical                        string
	TopLeft, TopRight, BottomLeft, BottomRight  string
	TeeDown, TeeUp, TeeRight, TeeLeft, Crossing string
	ProgressFull, ProgressEmpty                 string
	Heavy                                       string // a heavy horizontal line
	Quote                                       string // the bar beside a quotation
	Bullets                                     [3]string
	Ticked, Unticked                            string
	Wrapped                                     string // begins the rest of a line of code
	Spinner                                     []string
}

// Unicode are the signs that most fonts have.
func unicodeGlyphs() Glyphs {
	return Glyphs{
		Cursor: "▌", Unread: "•", Star: "★", Queued: "◇", Saved: "◆", Broken: "✗", Edited: "±", Caret: "▏", Ellipsis: "…", Dot: "·", Arrow: "›",
		Up: "↑", Down: "↓", Refresh: "⟳", Close: "✕", Picture: "▣",
		Horizontal: "─", Vertical: "│", TopLeft: "╭", TopRight: "╮", BottomLeft: "╰", BottomRight: "╯",
		TeeDown: "┬", TeeUp: "┴", TeeRight: "├", TeeLeft: "┤", Crossing: "┼", ProgressFull: "━", ProgressEmpty: "─", Heavy: "━",
		Quote: "▎", Bullets: [3]string{"•", "◦", "▪"}, Ticked: "✓", Unticked: "○", Wrapped: "↪",
		Spinner: []string{"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"},
	}
}

// asciiGlyphs say the same to a terminal without Unicode.
func asciiGlyphs() Glyphs {
	return Glyphs{
		Cursor: ">", Unread: "*", Star: "+", Queued: "o", Saved: "#", Broken: "!", Edited: "=", Caret: "_", Ellipsis: "~", Dot: "-", Arrow: ">",
		Up: "^", Down: "v", Refresh: "@", Close: "x", Picture: "%",
		Horizontal: "-", Vertical: "|", TopLeft: "+", TopRight: "+", BottomLeft: "+", BottomRight: "+",
		TeeDown: "+", TeeUp: "+", TeeRight: "+", TeeLeft: "+", Crossing: "+", ProgressFull: "=", ProgressEmpty: "-", Heavy: "=",
		Quote: "|", Bullets: [3]string{"*", "-", "+"}, Ticked: "x", Unticked: "o", Wrapped: "\\",
		Spinner: []string{"|", "/", "-", "\\"},
	}
}
