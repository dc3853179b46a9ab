package event

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed data/common.txt
var commonText string

// background is how often words stand in headlines before the index has learnt it.
type background struct {
	stop []string           // sorted
	part map[string]float64 // share of the headlines that have a stem
}

// common is data/common.txt, read when it is first needed.
var common = sync.OnceValue(func() background {
	bg := background{part: make(map[string]float64, 1024)}
	share := -1.0
	for line := range strings.SplitSeq(commonText, "\n") {
		if head, ok := strings.CutPrefix(line, "["); ok {
			head = strings.TrimSuffix(strings.TrimSpace(head), "]")
			if share = -1; head != "stop" {
				share, _ = strconv.ParseFloat(head, 64)
				share /= 1000
			}
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			if share < 0 {
				bg.stop = append(bg.stop, w)
				continue
			}
			for i, r := range []rune(w) {
				if spaceless(r) && i+1 < len([]rune(w)) {
					pair := string([]rune(w)[i : i+2])
					bg.part[pair] = max(bg.part[pair], share)
				}
			}
			w = stem(w)
			bg.part[w] = max(bg.part[w], share)
		}
	}
	slices.Sort(bg.stop)
	return bg
})

func stops() []string { return common().stop }
