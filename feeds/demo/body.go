package demo

import (
	"html"
	"strings"
)

// bodyHTML turns a story's text into HTML. Its form is the part of markdown that the
// edition uses: blocks parted by blank lines, "## " headings, "> " quotes, "- " and "1. "
// lists (nested by two blanks), "| " tables whose first row is the head, ``` code with a
// language, and ![caption](kind) pictures; within a line **strong**, *stress*, `code` and
// [text](address). picture gives the address of a picture of a kind.
func bodyHTML(text string, picture func(kind string) string) string {
	var b strings.Builder
	rest := strings.Split(text, "\n")
	for len(rest) > 0 {
		line := rest[0]
		n := 1
		// take is the block of lines from here that begin with a prefix.
		take := func(ok func(string) bool) []string {
			for n < len(rest) && ok(rest[n]) {
				n++
			}
			return rest[:n]
		}
		starts := func(p string) func(string) bool {
			return func(l string) bool { return strings.HasPrefix(l, p) }
		}
		switch {
		case strings.TrimSpace(line) == "":
		case strings.HasPrefix(line, "```"):
			code := take(func(l string) bool { return l != "```" })
			if n < len(rest) {
				n++ // the closing line
			}
			lang := strings.TrimPrefix(line, "```")
			b.WriteString(`<pre><code class="language-` + html.EscapeString(lang) + `">`)
			b.WriteString(html.EscapeString(strings.Join(code[1:], "\n")))
			b.WriteString("</code></pre>\n")
		case strings.HasPrefix(line, "## "):
			b.WriteString("<h2>" + inline(line[3:]) + "</h2>\n")
		case strings.HasPrefix(line, "### "):
			b.WriteString("<h3>" + inline(line[4:]) + "</h3>\n")
		case strings.HasPrefix(line, "> "):
			var quote []string
			for _, l := range take(starts("> ")) {
				quote = append(quote, l[2:])
			}
			b.WriteString("<blockquote><p>" + inline(strings.Join(quote, " ")) + "</p></blockquote>\n")
		case strings.HasPrefix(line, "| "):
			table(&b, take(starts("| ")))
		case bullet(line) != "":
			list(&b, take(func(l string) bool { return bullet(strings.TrimLeft(l, " ")) != "" }), 0)
		case strings.HasPrefix(line, "!["):
			alt, kind, _ := strings.Cut(strings.TrimSuffix(line[2:], ")"), "](")
			figure(&b, picture(kind), alt)
		default:
			block := take(func(l string) bool { return strings.TrimSpace(l) != "" })
			b.WriteString("<p>" + inline(strings.Join(block, " ")) + "</p>\n")
		}
		rest = rest[n:]
	}
	return b.String()
}

// firstParagraph is the first paragraph of a story's text, without markup.
func firstParagraph(text string) string {
	for block := range strings.SplitSeq(text, "\n\n") {
		if block = strings.TrimSpace(block); block != "" && !strings.ContainsAny(block[:1], "#>|!`-") {
			return strings.NewReplacer("**", "", "*", "", "`", "", "\n", " ").Replace(block)
		}
	}
	return ""
}

func figure(b *strings.Builder, src, alt string) {
	alt = html.EscapeString(alt)
	b.WriteString(`<figure><img src="` + src + `" alt="` + alt + `" width="640" height="360"><figcaption>` + alt + "</figcaption></figure>\n")
}

func table(b *strings.Builder, rows []string) {
	b.WriteString("<table>\n")
	for i, row := range rows {
		cell := "td"
		switch i {
		case 0:
			b.WriteString("<thead>")
			cell = "th"
		case 1:
			b.WriteString("<tbody>")
		}
		b.WriteString("<tr>")
		for c := range strings.SplitSeq(strings.Trim(row, "| "), "|") {
			b.WriteString("<" + cell + ">" + inline(strings.TrimSpace(c)) + "</" + cell + ">")
		}
		b.WriteString("</tr>\n")
		if i == 0 {
			b.WriteString("</thead>")
		}
	}
	if len(rows) > 1 {
		b.WriteString("</tbody>")
	}
	b.WriteString("</table>\n")
}

// bullet is the mark that a line of a list begins with, "" if it does not.
func bullet(line string) string {
	if strings.HasPrefix(line, "- ") {
		return "- "
	}
	if mark, _, ok := strings.Cut(line, ". "); ok && mark != "" && strings.Trim(mark, "0123456789") == "" {
		return mark + ". "
	}
	return ""
}

// list writes the items that are indented by at least depth blanks, and returns the
// lines that follow them.
func list(b *strings.Builder, items []string, depth int) []string {
	tag := "ul"
	if bullet(strings.TrimLeft(items[0], " ")) != "- " {
		tag = "ol"
	}
	b.WriteString("<" + tag + ">\n")
	open := false
	for len(items) > 0 {
		line := strings.TrimLeft(items[0], " ")
		switch in := len(items[0]) - len(line); {
		case in < depth:
			goto end
		case in > depth && open:
			items = list(b, items, in)
			continue
		}
		if open {
			b.WriteString("</li>\n")
		}
		b.WriteString("<li>" + inline(strings.TrimPrefix(line, bullet(line))))
		open = true
		items = items[1:]
	}
end:
	b.WriteString("</li></" + tag + ">\n")
	return items
}

// inline writes the marks within a line as HTML.
func inline(s string) string {
	var b strings.Builder
	for s != "" {
		i := strings.IndexAny(s, "*`[")
		if i < 0 {
			break
		}
		b.WriteString(html.EscapeString(s[:i]))
		s = s[i:]
		mark, tag := s[:1], "em"
		switch {
		case strings.HasPrefix(s, "**"):
			mark, tag = "**", "strong"
		case mark == "`":
			tag = "code"
		case mark == "[":
			text, rest, ok := strings.Cut(s[1:], "](")
			to, rest, closed := strings.Cut(rest, ")")
			if ok && closed {
				b.WriteString(`<a href="` + html.EscapeString(to) + `">` + html.EscapeString(text) + "</a>")
				s = rest
				continue
			}
		}
		text, rest, ok := strings.Cut(s[len(mark):], mark)
		if !ok || mark == "[" {
			b.WriteString(html.EscapeString(mark))
			s = s[len(mark):]
			continue
		}
		b.WriteString("<" + tag + ">" + html.EscapeString(text) + "</" + tag + ">")
		s = rest
	}
	return b.String() + html.EscapeString(s)
}
