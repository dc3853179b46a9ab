package desk

import (
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

// TestWhyRules: what rules and mutes did to a story is said where it is explained.
func TestWhyRules(t *testing.T) {
	o := newOutlet(t)
	d := open(t, t.TempDir(), Options{
		Subscriptions: []feeds.Subscription{{URL: o.URL + "/feed"}}, Rules: []feeds.Rule{{When: "company:nvidia", Then: []string{"star", "read"}}},
	})
	if _, err := d.Refresh(t.Context(), nil, true, nil, nil); err != nil {
		t.Fatal(err)
	}
	id := list(t, d, "company:nvidia")[0].ID
	other := list(t, d, "company:amazon")[0].ID
	until := time.Now().AddDate(0, 0, 7)
	if _, err := d.Mute(t.Context(), "title:plant", until); err != nil {
		t.Fatal(err)
	}
	for of, want := range map[string]string{
		id:    "  company:nvidia — a rule of the config: star, read (1 story so far)",
		other: "  title:plant — muted until " + until.Local().Format("2 Jan 15:04") + " (1 story so far)",
	} {
		lines, err := d.Why(t.Context(), of)
		if text := strings.Join(lines, "\n"); err != nil || !strings.Contains(text, "Rules and mutes that it met\n"+want) {
			t.Errorf("%v: %q is not in\n%s", err, want, text)
		}
	}
	if err := d.Apply(t.Context(), []feeds.Subscription{{URL: o.URL + "/feed"}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if lines, _ := d.Why(t.Context(), id); !strings.Contains(strings.Join(lines, "\n"), "company:nvidia — no longer in force") {
		t.Errorf("%q", lines)
	}
}

// TestWhyTogether: each account of an event says why it is one.
func TestWhyTogether(t *testing.T) {
	d := open(t, t.TempDir(), Options{Subscriptions: []feeds.Subscription{{URL: "https://g.example/feed"}}})
	ids := many(t, d, 2, time.Now().Add(-time.Hour))
	if err := d.Store().SetEvent(t.Context(), []feeds.EventChange{{Event: feeds.EventID(ids[1]), StoryID: ids[1], Outlets: 2, Lead: true}, {Event: feeds.EventID(ids[1]), StoryID: ids[0], Outlets: 2}}); err != nil {
		t.Fatal(err)
	}
	lines, err := d.Why(t.Context(), ids[0])
	if text := strings.Join(lines, "\n"); err != nil || !strings.Contains(text, "Robots, part 0\n         it was the first") || !strings.Contains(text, "Robots, part 1\n         what came later") {
		t.Errorf("%v:\n%s", err, text)
	}
}
