package ui

import (
	"fmt"
	"testing"
)

// TestReloadKeepsThePlace: however deep in the list the cursor is, a change of what is
// stored, or one's own, reads the list anew around it.
func TestReloadKeepsThePlace(t *testing.T) {
	ways := map[string]func(*desk){
		"the end":   func(d *desk) { d.keys("G") },
		"near it":   func(d *desk) { d.keys("G"); down(d, -30) },
		"row 250":   func(d *desk) { down(d, 250) },
		"row 700":   func(d *desk) { down(d, 700) },
		"the start": func(*desk) {},
	}
	for where, goThere := range ways {
		for what, change := range map[string]func(*desk){
			"another process": func(d *desk) { d.send(versionMsg(99)) },
			"watch":           func(d *desk) { d.keys("w") },
			"redraw":          func(d *desk) { d.run(d.m.do("redraw")) },
			"a refresh":       func(d *desk) { d.run(d.m.do("refresh")) },
		} {
			t.Run(fmt.Sprint(where, ", ", what), func(t *testing.T) {
				d := newDesk(t, 1200, 100, 30)
				d.keys("2")
				d.send(versionMsg(1))
				goThere(d)
				id, screen := d.m.currentID(), d.screen()
				change(d)
				if got := d.m.currentID(); got != id {
					t.Errorf("at %s, was at %s", got, id)
				}
				if what == "another process" && d.screen() != screen {
					t.Errorf("the screen was\n%s\nand is\n%s", screen, d.screen())
				}
				// The list still goes on both ways.
				d.keys("g")
				if got := d.m.currentID(); got != "s0000" {
					t.Errorf("g goes to %s", got)
				}
				d.keys("G")
				if got := d.m.currentID(); got != "s1199" {
					t.Errorf("G goes to %s", got)
				}
			})
		}
	}
}

func down(d *desk, n int) {
	for ; n > 0; n-- {
		d.keys("j")
	}
	for ; n < 0; n++ {
		d.keys("k")
	}
}
