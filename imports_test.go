package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestImports keeps the arrows between the rooms pointing one way (see ARCHITECTURE.md).
func TestImports(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", "{{.ImportPath}} {{join .Imports \" \"}}", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	rules := []struct{ room, never, why string }{
		{"nightdesk/feeds", "nightdesk/", "the nouns know nobody"},
		{"nightdesk/feeds/", "nightdesk/ui", "the newsroom knows no terminal"},
		{"nightdesk/feeds/", "nightdesk/config", "the newsroom is told what it needs"},
		{"nightdesk/feeds/", "charm.land/", "the newsroom draws nothing"},
		{"nightdesk/feeds/plain", "nightdesk/", "cleaning knows no news"},
		{"nightdesk/feeds/store", "nightdesk/feeds/", "the store imports no sibling"},
		{"nightdesk/feeds/query", "database/sql", "the language knows no SQL"},
		{"nightdesk/feeds/query", "nightdesk/feeds/store", "the language knows no store"},
		{"nightdesk/feeds/event", "nightdesk/feeds/", "events know only stories"},
		{"nightdesk/feeds/company", "nightdesk/feeds/", "tags know only stories"},
		{"nightdesk/feeds/parse", "nightdesk/feeds/fetch", "parsing does no I/O"},
		{"nightdesk/feeds/parse", "net/http", "parsing does no I/O"},
		{"nightdesk/feeds/article", "net/http", "extraction does no I/O"},
		{"nightdesk/feeds/export", "nightdesk/feeds/store", "what is exported is given to it"},
		{"nightdesk/feeds/export", "net/http", "nothing is fetched for an export"},
		{"nightdesk/feeds/refresh", "nightdesk/feeds/store", "the flow knows no SQL"},
		{"nightdesk/feeds/refresh", "database/sql", "the flow knows no SQL"},
		{"nightdesk/feeds/migrate", "nightdesk/feeds/store", "other programs' files are not ours"},
		{"nightdesk/feeds/sync", "nightdesk/feeds/store", "sync knows no SQL"},
		{"nightdesk/feeds/sync", "database/sql", "sync knows no SQL"},
		{"nightdesk/feeds/sync", "net/http/", "requests go through feeds/fetch"},
		{"nightdesk/feeds/desk", "database/sql", "the desk holds no SQL"},
		{"nightdesk/feeds/desk", "net/http", "the desk holds no HTTP"},
		{"nightdesk/config", "nightdesk/ui", "the config knows no screen"},
		{"nightdesk/config", "nightdesk/feeds/store", "the config knows no store"},
		{"nightdesk/ui", "nightdesk/feeds/store", "the screen asks the newsroom"},
		{"nightdesk/ui", "nightdesk/feeds/fetch", "the screen asks the newsroom"},
		{"nightdesk/ui", "nightdesk/feeds/desk", "the screen declares what it needs"},
		{"nightdesk/ui", "net/http", "the screen does no I/O"},
		{"nightdesk/ui", "database/sql", "the screen does no I/O"},
		{"nightdesk/ui/serve", "nightdesk/feeds/desk", "who serves knows no newsroom"},
		{"nightdesk/ui/serve", "nightdesk/config", "who serves is told what it needs"},
		{"nightdesk/ui/timeline", "nightdesk/ui/command", "a pane knows no command"},
	}
	allowed := map[string]bool{
		"nightdesk/feeds/company nightdesk/feeds/plain": true,
		"nightdesk/feeds/event nightdesk/feeds/plain":   true,
	}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		for _, r := range rules {
			if fields[0] != r.room && !(strings.HasSuffix(r.room, "/") && strings.HasPrefix(fields[0], r.room)) {
				continue
			}
			for _, imp := range fields[1:] {
				if strings.HasPrefix(imp, r.never) && imp != fields[0] && !allowed[fields[0]+" "+imp] {
					t.Errorf("%s imports %s: %s", fields[0], imp, r.why)
				}
			}
		}
		for _, bad := range []string{"/util", "/common", "/helpers", "/types", "/internal/", "/pkg/"} {
			if strings.Contains(fields[0], bad) {
				t.Errorf("%s: a room has a name that says what it is for", fields[0])
			}
		}
	}
}
