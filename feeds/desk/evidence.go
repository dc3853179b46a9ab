package desk

import (
	"nightdesk/feeds"
	"nightdesk/feeds/company"
)

// Evidence says which words of a story speak for which company, and whether they made a
// tag.
func (d *Desk) Evidence(s *feeds.Story) []company.Evidence {
	text(s)
	return d.tagger().Explain(s)
}

// retagVersion is where the version of the list that stories were tagged with is kept.
const retagVersion = "company.version"
