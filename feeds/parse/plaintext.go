package parse

// PlainText is the text of an HTML fragment, without its scripts and styles, as a
// Story's Text is made.
func PlainText(fragment string) string { return plainText(fragment) }
