package theme

// builtin is a theme as it is written down: a look for each role, by its name. A role
// that is left out looks like Text. The words of a look: see parseLook.
type builtin struct {
	name  string
	dark  bool
	looks map[string]string
	few   map[string]string // what differs with sixteen colours
}

// One accent (the amber of a desk lamp), greys for what is secondary, weight for what is
// unread. Running text keeps the terminal's own foreground. Against the usual
// backgrounds greys have a contrast of at least 4.5 to 1, faint ones 3 to 1.
func darkTheme() builtin {
	return builtin{"dark", true, map[string]string{
		"dim": "#9299a6", "faint": "#676e7b", "accent": "#e5ab58",
		"title": "bold", "read-title": "#9aa1ad", "selected-title": "bold #f4c988", "selected-read": "#e5ab58", "selected": "on #262a33",
		"unread": "#e5ab58", "company": "#9db9d6", "watched": "bold #9db9d6", "outlet": "#9299a6", "age": "#7c8390",
		"star": "#e5ab58", "saved": "#8fb996", "broken": "#e0787f",
		"section": "bold #767d8a", "heading": "bold #c3c9d4", "rule": "#414855",
		"status": "#b4bac6", "error": "bold #e0787f", "warn": "#e5ab58", "ok": "#8fb996",
		"badge": "#9299a6", "key": "#e5ab58", "progress": "#e5ab58", "match": "#1b1d22 on #d9b779", "current-match": "bold #1b1d22 on #ffcf7d",
		"headline": "bold #f4c988", "heading1": "bold #f4c988", "heading2": "bold #e5ab58", "heading3": "bold", "strong": "bold", "emph": "italic", "strike": "strike #9299a6",
		"link": "#9db9d6", "link-number": "#6f7a8a", "selected-link": "bold #1b1d22 on #9db9d6",
		"quote": "#b4bac6", "quote-bar": "#8a713f", "code": "#d4b3a2", "code-block": "#b4bac6", "bullet": "#e5ab58",
		"table-head": "bold", "caption": "italic #9299a6", "note": "italic #e5ab58", "added": "#8fb996 underline", "removed": "#e0787f strike",
	}, map[string]string{
		"dim": "white", "faint": "bright-black", "accent": "yellow", "read-title": "white", "selected-title": "bold bright-yellow", "selected-read": "yellow", "selected": "",
		"unread": "yellow", "company": "cyan", "watched": "bold cyan", "outlet": "white", "age": "white", "star": "yellow", "saved": "green", "broken": "red",
		"section": "bold", "heading": "bold", "rule": "bright-black", "status": "white", "error": "bold bright-red", "warn": "yellow", "ok": "green",
		"badge": "white", "key": "yellow", "progress": "yellow", "match": "reverse", "current-match": "bold black on yellow",
		"headline": "bold bright-yellow", "heading1": "bold bright-yellow", "heading2": "bold yellow", "strike": "strike", "link": "cyan", "link-number": "bright-black",
		"selected-link": "bold reverse cyan", "quote": "", "quote-bar": "yellow", "code": "magenta", "code-block": "white", "bullet": "yellow", "caption": "italic white",
		"note": "italic yellow", "added": "green underline", "removed": "red strike",
	}}
}

func lightTheme() builtin {
	return builtin{"light", false, map[string]string{
		"dim": "#5d6470", "faint": "#878d97", "accent": "#9c5d00",
		"title": "bold", "read-title": "#5d6470", "selected-title": "bold #7d4a00", "selected-read": "#9c5d00", "selected": "on #f1ebe0",
		"unread": "#b86e00", "company": "#2f5f8f", "watched": "bold #2f5f8f", "outlet": "#5d6470", "age": "#6d7480",
		"star": "#b86e00", "saved": "#35703f", "broken": "#b3313a",
		"section": "bold #747b87", "heading": "bold #3a404b", "rule": "#c6cad1",
		"status": "#3f4550", "error": "bold #b3313a", "warn": "#9c5d00", "ok": "#35703f",
		"badge": "#5d6470", "key": "#9c5d00", "progress": "#b86e00", "match": "#1b1d22 on #ffe3a8", "current-match": "bold #1b1d22 on #ffbe45",
		"headline": "bold #7d4a00", "heading1": "bold #7d4a00", "heading2": "bold #9c5d00", "heading3": "bold", "strong": "bold", "emph": "italic", "strike": "strike #5d6470",
		"link": "#2f5f8f", "link-number": "#7d8490", "selected-link": "bold #ffffff on #2f5f8f",
		"quote": "#3f4550", "quote-bar": "#d3a864", "code": "#8a3f1d", "code-block": "#3f4550", "bullet": "#b86e00",
		"table-head": "bold", "caption": "italic #5d6470", "note": "italic #9c5d00", "added": "#35703f underline", "removed": "#b3313a strike",
	}, map[string]string{
		"dim": "bright-black", "faint": "bright-black", "accent": "blue", "read-title": "bright-black", "selected-title": "bold blue", "selected-read": "blue", "selected": "",
		"unread": "blue", "company": "blue", "watched": "bold blue", "outlet": "bright-black", "age": "bright-black", "star": "magenta", "saved": "green", "broken": "red",
		"section": "bold", "heading": "bold", "rule": "bright-black", "status": "", "error": "bold red", "warn": "magenta", "ok": "green",
		"badge": "bright-black", "key": "blue", "progress": "blue", "match": "reverse", "current-match": "bold white on blue",
		"headline": "bold blue", "heading1": "bold blue", "heading2": "bold blue", "strike": "strike", "link": "blue underline", "link-number": "bright-black",
		"selected-link": "bold reverse blue", "quote": "", "quote-bar": "blue", "code": "magenta", "code-block": "", "bullet": "blue", "caption": "italic bright-black",
		"note": "italic magenta", "added": "green underline", "removed": "red strike",
	}}
}

// High contrast uses the terminal's own foreground for all that is to be read, and
// weight, underline and reverse for the rest, so that it is as good on black as on white.
func contrastTheme() builtin {
	return builtin{"contrast", true, map[string]string{
		"accent": "bold", "title": "bold", "selected-title": "bold reverse", "selected-read": "reverse", "selected": "reverse", "unread": "bold",
		"company": "bold", "watched": "bold underline", "star": "bold", "saved": "bold", "broken": "bold reverse", "section": "bold underline", "heading": "bold underline",
		"status": "bold", "error": "bold reverse", "warn": "bold underline", "ok": "bold", "badge": "bold", "key": "bold underline", "progress": "bold",
		"match": "reverse", "current-match": "bold reverse underline",
		"headline": "bold", "heading1": "bold underline", "heading2": "bold underline", "heading3": "bold", "strong": "bold", "emph": "underline", "strike": "strike",
		"link": "underline", "link-number": "bold", "selected-link": "bold reverse", "code": "bold", "bullet": "bold", "table-head": "bold underline",
		"quote-bar": "bold", "note": "bold", "added": "bold underline", "removed": "strike",
	}, nil}
}

// Plain has no colour at all.
func plainTheme() builtin {
	return builtin{"plain", true, map[string]string{
		"dim": "faint", "faint": "faint", "accent": "bold", "title": "bold", "selected-title": "bold reverse", "selected-read": "reverse", "selected": "reverse",
		"unread": "bold", "company": "underline", "watched": "bold underline", "outlet": "faint", "age": "faint", "star": "bold", "saved": "bold", "broken": "bold",
		"section": "bold", "heading": "bold", "rule": "faint", "error": "bold", "warn": "bold", "badge": "faint", "key": "bold", "progress": "bold",
		"match": "reverse", "current-match": "bold reverse", "headline": "bold", "heading1": "bold underline", "heading2": "bold", "heading3": "bold", "strong": "bold",
		"emph": "italic", "strike": "strike", "link": "underline", "link-number": "faint", "selected-link": "bold reverse", "quote": "", "quote-bar": "faint",
		"table-head": "bold", "caption": "italic", "note": "italic", "added": "underline", "removed": "strike",
	}, nil}
}
