package desk

import (
	"strings"

	"nightdesk/feeds"
)

// unlisted is a company that the list does not have but stored stories are tagged with,
// as the newest of them names it.
func (d *Desk) unlisted(slug string) (feeds.Company, bool) {
	name, err := d.db.TagName(d.ctx, strings.ToLower(slug))
	if err != nil || name == "" {
		return feeds.Company{}, false
	}
	return feeds.Company{Slug: strings.ToLower(slug), Name: name, Description: "Not on the list; found by what headlines say of it"}, true
}
