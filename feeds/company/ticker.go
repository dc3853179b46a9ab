package company

import "strings"

// tickers finds $AMZN and (NASDAQ: AMZN).
func (t *Tagger) tickers(text string, get func(int) *tally) {
	for at := 0; at < len(text); at++ {
		c := text[at]
		if c != '$' && c != ':' {
			continue
		}
		end := at + 1
		for end < len(text) && (text[end] == ' ' && end == at+1 && c == ':') {
			end++
		}
		from := end
		for end < len(text) && (text[end] >= 'A' && text[end] <= 'Z' || end > from && text[end] == '.') {
			end++
		}
		sym := text[from:end]
		if len(sym) < 1 || len(sym) > 6 || c == '$' && len(sym) < 2 {
			continue
		}
		exchange := ""
		if c == ':' {
			k := at
			for k > 0 && text[k-1] >= 'A' && text[k-1] <= 'Z' {
				k--
			}
			if exchange = text[k:at]; len(exchange) < 3 {
				continue
			}
		}
		for _, o := range t.symbols()[sym] {
			if exchange != "" && o.exchange != exchange {
				continue
			}
			ta := get(o.company)
			ta.sure++
			ta.first = min(ta.first, at)
			ta.words = append(ta.words, Word{Text: text[at:end], Where: "title", As: asTicker.String(), Weight: 0.6})
		}
	}
}

// symbol is where a company is traded.
type symbol struct {
	exchange string
	company  int
}

// symbols are the companies by the symbols that they are traded under.
func symbols(l *List) map[string][]symbol {
	m := make(map[string][]symbol, len(l.all)/2)
	for i := range l.all {
		if l.all[i].Hidden {
			continue
		}
		for _, tick := range l.all[i].Tickers {
			exchange, sym, _ := strings.Cut(tick, ":")
			m[sym] = append(m[sym], symbol{exchange, i})
		}
	}
	return m
}
