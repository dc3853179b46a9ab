package company

import (
	"testing"

	"nightdesk/feeds"
)

// TestUnlisted: names that no list has, from what a line says of them, and lines that
// only look like it.
func TestUnlisted(t *testing.T) {
	tagger := New(Embedded())
	for _, tc := range []struct{ title, summary, want string }{
		{"Qorbitly raises $12M to map the sea floor", "", "qorbitly"},
		{"Parking startup Zarkeo gets a rival", "", "zarkeo"},
		{"Parking Startup ZARKEO Gets Funding From a Bank", "", "zarkeo"},
		{"Launch HN: Brindlewick (YC S25) – Forms that fill themselves", "", "brindlewick"},
		{"Microsoft buys Zarkeo to park its cars", "", "microsoft zarkeo"},
		{"DataFerret’s platform finds lost records", "", "dataferret"},
		{"A rival of the great has launched", "Infrastructure company DataFerret has launched a thing.", "dataferret"},
		{"Linear Pottery Works raises $3M seed round", "", "linear-pottery-works"},
		{"Startup Zarkeo Street Is Closed for Repairs", "", ""},
		{"Colorado raises $2M from parking", "", ""},
		{"Mets acquire Stanek from Seattle", "", ""},
		{"Nadella unveils a plan", "", ""},
		{"Farmers raise $2M for a barn", "", ""},
		{"The app Store of the year", "", ""},
		{"Study unveils causes of noise", "", ""},
	} {
		got := ""
		for _, tag := range tagger.Tag(&feeds.Story{Title: tc.title, Summary: tc.summary}) {
			if got != "" {
				got += " "
			}
			got += tag.Slug
		}
		if got != tc.want {
			t.Errorf("%q: tagged %q, want %q", tc.title, got, tc.want)
		}
	}
}

func FuzzUnlisted(f *testing.F) {
	f.Add("Launch HN: A (YC S1)", "company B’s C")
	f.Add("startup  “Ä” raises $", "x")
	f.Fuzz(func(t *testing.T, title, lead string) {
		name, why := unlisted(title, lead, true)
		if (name == "") != (why == "") {
			t.Errorf("%q because of %q", name, why)
		}
		for _, r := range slugOf(name) {
			if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' {
				t.Errorf("%q makes a slug with %q", name, r)
			}
		}
	})
}
