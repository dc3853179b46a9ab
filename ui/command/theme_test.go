package command

import (
	"os"
	"strings"
	"testing"
)

func TestTheme(t *testing.T) {
	h := newHouse(t)
	all := h.must("theme")
	for _, name := range []string{"dark\n", "light\n", "contrast\n"} {
		if !strings.Contains(all, name) {
			t.Errorf("%q is missing", name)
		}
	}
	if err := os.WriteFile(h.path("config.toml"), []byte("[theme.mine]\nbase = \"light\"\naccent = \"#336699\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if one := h.must("theme", "mine"); !strings.HasPrefix(one, "mine\n") || strings.Contains(one, "dark\n") {
		t.Errorf("%.200q", one)
	}
	h.fails(2, "there are dark, light", "theme", "nope")
}
