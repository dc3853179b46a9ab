package store

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

// library is a database of a few hundred stories with everything that queries can ask
// for, and the stories as they are.
func library(t testing.TB, indexed bool) (*desk, []feeds.Story) {
	d := newDesk(t)
	r := rand.New(rand.NewPCG(4, 2))
	urls := []string{gazette, tech, chips}
	subjects := []string{"chip", "cloud", "lawsuit", "robot", "Zürich", "発表", "AT&T", "layoffs"}
	yes := true
	var batches []feeds.Batch
	for i := range 400 {
		s := story(fmt.Sprintf("%s item %d %s", subjects[r.IntN(len(subjects))], i, subjects[r.IntN(len(subjects))]), at(-r.IntN(2000)*7))
		s.Author = []string{"Ana Lima", "Bo Chen", ""}[r.IntN(3)]
		s.Text = s.Title + " " + subjects[r.IntN(len(subjects))] + " " + subjects[r.IntN(len(subjects))]
		s.Lang = []string{"en", "de", "ja"}[r.IntN(3)]
		s.Words = r.IntN(3000)
		s.Teaser = r.IntN(4) == 0
		if r.IntN(3) == 0 {
			s.Image = "https://x.example/p.png"
		}
		if r.IntN(5) == 0 {
			s.Enclosures = []feeds.Enclosure{{URL: "https://x.example/a", Type: "audio/mpeg"}}
		}
		if r.IntN(2) == 0 {
			s.Categories = []string{"Hard \"ware\"", "100%_x"}[r.IntN(2):][:1]
		}
		for _, slug := range []string{"amazon", "nvidia", "amd", "tsmc"} {
			if r.IntN(4) == 0 {
				about(slug)(&s)
			}
		}
		s.URL = fmt.Sprintf("https://elsewhere%d.example/%d", i, i)
		batches = append(batches, feeds.Batch{FeedID: d.ids[urls[r.IntN(3)]], Stories: []feeds.Story{s}})
	}
	got, err := d.SaveStories(ctx, batches)
	if err != nil {
		t.Fatal(err)
	}
	var all []feeds.Story
	for _, a := range got {
		all = append(all, a.New...)
	}
	// two feeds have some
	for _, s := range all[:60] {
		if s.FeedURL == gazette {
			twin := s
			twin.GUID = "twin of " + s.GUID
			if a := d.save(tech, twin); a.Same != 1 {
				t.Fatal("no twin", a)
			}
		}
	}
	if indexed {
		d.index()
	}
	var events []feeds.EventChange
	for i := 0; i+3 < len(all); i += 2 + r.IntN(5) {
		n := 1 + r.IntN(3)
		for k := range n {
			if all[i+k].Event != "" {
				continue
			}
			all[i+k].Event = feeds.EventID(all[i].ID)
			events = append(events, feeds.EventChange{StoryID: all[i+k].ID, Event: feeds.EventID(all[i].ID), Kind: feeds.Kinds[i%3], Lead: k == 0, Outlets: n, Score: all[i].Published.Unix() + int64(n*9999)})
		}
	}
	if err := d.SetEvent(ctx, events); err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		c := feeds.Change{}
		if r.IntN(2) == 0 {
			c.Read = &yes
		}
		if r.IntN(8) == 0 {
			c.Starred = &yes
		}
		if _, err := d.Mark(ctx, []string{s.ID}, c); err != nil {
			t.Fatal(err)
		}
		if r.IntN(9) == 0 {
			if err := d.Queue(ctx, []string{s.ID}); err != nil {
				t.Fatal(err)
			}
		}
		if r.IntN(20) == 0 {
			if err := d.Hide(ctx, []string{s.ID}, true); err != nil {
				t.Fatal(err)
			}
		}
	}
	// as they are now
	all = all[:0]
	err = d.rows(ctx, whole+"ORDER BY s.id", nil, func(r scanner) error {
		var body []byte
		s, err := scanStory(r, &body, new(string), new(float64))
		_, s.Text = unpackBody(body)
		all = append(all, s)
		return err
	})
	if err != nil || len(all) != 400 {
		t.Fatal(len(all), err)
	}
	d.sound()
	return d, all
}

// oracle says what a query means, slowly.
type oracle struct {
	d       *desk
	hidden  map[int64]int
	feeds   map[int64][]string // addresses of each story's feeds
	watched []string
}

func newOracle(d *desk) *oracle {
	o := &oracle{d, map[int64]int{}, map[int64][]string{}, []string{"amd", "tsmc"}}
	d.must(d.rows(ctx, "SELECT id, hidden FROM story", nil, func(r scanner) error {
		var id int64
		var h int
		err := r.Scan(&id, &h)
		o.hidden[id] = h
		return err
	}))
	d.must(d.rows(ctx, "SELECT s.id, f.url FROM story s JOIN feed f ON f.id = s.feed UNION SELECT a.story, f.url FROM also a JOIN feed f ON f.id = a.feed", nil, func(r scanner) error {
		var id int64
		var url string
		err := r.Scan(&id, &url)
		o.feeds[id] = append(o.feeds[id], url)
		return err
	}))
	return o
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (o *oracle) matches(s *feeds.Story, e feeds.Expr) bool {
	switch e := e.(type) {
	case nil:
		return true
	case feeds.And:
		for _, x := range e {
			if !o.matches(s, x) {
				return false
			}
		}
		return true
	case feeds.Or:
		for _, x := range e {
			if o.matches(s, x) {
				return true
			}
		}
		return false
	case feeds.Not:
		return !o.matches(s, e.X)
	}
	t := e.(feeds.Term)
	anyOf := func(f func(v string) bool) bool { return slices.ContainsFunc(t.Values, f) }
	num := func(n int64) bool {
		switch t.Op {
		case feeds.Lt:
			return n < t.Num
		case feeds.Ge:
			return n >= t.Num
		}
		return n == t.Num
	}
	tagged := func(v string) bool {
		return slices.ContainsFunc(s.Companies, func(c feeds.Tag) bool { return c.Slug == v })
	}
	sub := func(f func(feeds.Subscription) bool) bool {
		for _, u := range o.feeds[s.Row] {
			for _, x := range subscriptions {
				if x.URL == u && f(x) {
					return true
				}
			}
		}
		return false
	}
	switch t.Field {
	case feeds.AnyText, feeds.InTitle, feeds.InAuthor, feeds.InText:
		doc := waitingDoc{text: tokens(s.Summary + " " + s.Text), title: tokens(s.Title), author: tokens(s.Author)}
		return doc.matches(t)
	case feeds.OfCompany:
		return anyOf(tagged)
	case feeds.FromFeed:
		return anyOf(func(v string) bool {
			return sub(func(x feeds.Subscription) bool {
				return x.URL == v || !strings.Contains(v, "://") && strings.Contains(strings.ToLower(x.Title+" "+x.URL), strings.ToLower(v))
			})
		})
	case feeds.InFolder:
		return anyOf(func(v string) bool {
			return sub(func(x feeds.Subscription) bool { return strings.EqualFold(x.Folder, v) })
		})
	case feeds.WithTag:
		return anyOf(func(v string) bool {
			return sub(func(x feeds.Subscription) bool { return slices.Contains(x.Tags, v) })
		})
	case feeds.Category:
		return anyOf(func(v string) bool {
			return slices.ContainsFunc(s.Categories, func(c string) bool { return strings.Contains(strings.ToLower(c), strings.ToLower(v)) })
		})
	case feeds.Lang:
		return slices.Contains(t.Values, s.Lang)
	case feeds.OfKind:
		return slices.Contains(t.Values, string(s.Kind))
	case feeds.OfEvent:
		return slices.Contains(t.Values, s.Event)
	case feeds.Time:
		return (t.From.IsZero() || !s.Published.Before(t.From)) && (t.To.IsZero() || s.Published.Before(t.To))
	case feeds.Words:
		return num(int64(s.Words))
	case feeds.Minutes:
		return num(int64(s.Minutes()))
	case feeds.Outlets:
		return num(int64(s.Outlets))
	case feeds.Is, feeds.Has:
		return anyOf(func(v string) bool {
			switch v {
			case "unread":
				return !s.Mark.Read
			case "read":
				return s.Mark.Read
			case "starred":
				return s.Mark.Starred
			case "saved":
				return s.Mark.Saved > 0
			case "watched":
				return slices.ContainsFunc(o.watched, tagged)
			case "hidden":
				return o.hidden[s.Row]&2 == 2
			case "teaser":
				return s.Teaser
			case "image":
				return s.Image != ""
			case "audio":
				return len(s.Enclosures) > 0
			case "updated":
				return !s.Updated.IsZero()
			}
			return false
		})
	}
	panic(t.Field)
}

// list is what List should give.
func (o *oracle) list(all []feeds.Story, req feeds.ListRequest) []feeds.Story {
	sh := shapeOf(req.Query.Root)
	open := sh.hidden || sh.states["starred"] || sh.states["saved"]
	var out []feeds.Story
	best := map[string]feeds.Story{}
	for _, s := range all {
		if !open && o.hidden[s.Row] != 0 || !o.matches(&s, req.Query.Root) {
			continue
		}
		out = append(out, s)
		b, ok := best[s.Event]
		rank := func(s feeds.Story) int64 {
			n := s.Row
			if !s.Lead {
				n += 1 << 40
			}
			if s.Teaser {
				n += 1 << 30
			}
			return n
		}
		if !ok || rank(s) < rank(b) {
			best[s.Event] = s
		}
	}
	if req.Clusters {
		out = slices.DeleteFunc(out, func(s feeds.Story) bool { return s.Event != "" && best[s.Event].Row != s.Row })
	}
	slices.SortFunc(out, func(a, b feeds.Story) int {
		x, y := a.Place(req.Sort), b.Place(req.Sort)
		c := cmp.Or(cmp.Compare(y.Key, x.Key), cmp.Compare(y.Row, x.Row))
		if req.Sort == feeds.Oldest {
			c = -c
		}
		return c
	})
	return out
}

func randomExpr(r *rand.Rand, depth int) feeds.Expr {
	if depth > 0 && r.IntN(3) > 0 {
		var parts []feeds.Expr
		for range 1 + r.IntN(3) {
			parts = append(parts, randomExpr(r, depth-1))
		}
		switch r.IntN(5) {
		case 0:
			return feeds.Or(parts)
		case 1:
			return feeds.Not{X: parts[0]}
		}
		return feeds.And(parts)
	}
	terms := []feeds.Expr{
		word("chip"), word("cloud"), word("zurich"), word("発"), word("AT&T"), word("item 7"), feeds.Term{Values: []string{"lay"}, Prefix: true}, feeds.Term{Values: []string{"in short"}, Phrase: true},
		of(feeds.InTitle, "robot"), of(feeds.InAuthor, "lima"), of(feeds.InText, "lawsuit"), of(feeds.InTitle, "robot", "cloud"), word("?!"), word("nowhere"),
		of(feeds.OfCompany, "amazon"), of(feeds.OfCompany, "nvidia", "amd"), of(feeds.OfCompany, "nosuch"), of(feeds.FromFeed, "gazette"), of(feeds.FromFeed, tech), of(feeds.FromFeed, "nosuch"),
		of(feeds.InFolder, "tech"), of(feeds.InFolder, "news", "tech"), of(feeds.WithTag, "daily"), of(feeds.Category, `hard "ware`), of(feeds.Category, "%_"), of(feeds.Lang, "de", "ja"),
		is("unread"), is("read"), is("starred"), is("saved"), is("watched"), is("hidden"), is("teaser"), is("updated"), is("unread", "starred"),
		feeds.Term{Field: feeds.Has, Values: []string{"image"}}, feeds.Term{Field: feeds.Has, Values: []string{"audio"}},
		feeds.Term{Field: feeds.Time, From: at(-5000)}, feeds.Term{Field: feeds.Time, From: at(-9000), To: at(-3000)},
		feeds.Term{Field: feeds.Words, Op: feeds.Ge, Num: 1000}, feeds.Term{Field: feeds.Minutes, Op: feeds.Lt, Num: 5}, feeds.Term{Field: feeds.Outlets, Op: feeds.Ge, Num: 2},
		of(feeds.OfKind, "layoffs"), of(feeds.OfKind, "funding", "deal"),
	}
	return terms[r.IntN(len(terms))]
}

// TestMeaning compares lists, counts and pages of random queries with what they mean.
func TestMeaning(t *testing.T) {
	for _, indexed := range []bool{true, false} {
		t.Run(fmt.Sprint("indexed ", indexed), func(t *testing.T) {
			d, all := library(t, indexed)
			if !indexed { // some are
				if _, err := d.Index(ctx, 150); err != nil {
					t.Fatal(err)
				}
			}
			o := newOracle(d)
			env := Env{Watched: o.watched}
			r := rand.New(rand.NewPCG(9, 9))
			n := 150
			if !indexed || testing.Short() {
				n = 20 // what waits is read anew for every query
			}
			for i := range n {
				req := feeds.ListRequest{Query: feeds.Query{Root: randomExpr(r, 2)}, Clusters: r.IntN(3) == 0}
				req.Sort = []feeds.Sort{"", feeds.Newest, feeds.Oldest, feeds.Top}[r.IntN(4)]
				if i == 0 {
					req.Query.Root = nil
				}
				d.compare(o, all, req, env, 11+r.IntN(90))
				if t.Failed() {
					return
				}
			}
		})
	}
}

func (d *desk) compare(o *oracle, all []feeds.Story, req feeds.ListRequest, env Env, limit int) {
	d.t.Helper()
	want := keys(o.list(all, req))
	full, err := d.List(ctx, req, env)
	if err != nil {
		d.t.Fatalf("%+v: %v", req, err)
	}
	// The matches of a text come in an order of their own among stories of one minute:
	// what matters is that they are the same, and sorted but for that.
	if got := keys(full); !slices.Equal(got, want) {
		if p, err := d.plan(ctx, req, env); err != nil || !p.byDoc || !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))) || !nearlySorted(full, req.Sort == feeds.Oldest) {
			d.t.Fatalf("%#v %s clusters %v:\ngot  %v\nwant %v", req.Query.Root, req.Sort, req.Clusters, got, want)
		}
		want = got
	}
	if !req.Clusters {
		n, err := d.Count(ctx, req.Query, env)
		if err != nil || n != len(want) {
			d.t.Fatalf("%#v: counted %d (%v), there are %d", req.Query.Root, n, err, len(want))
		}
	}
	req.Limit = limit
	var forth, back []int64
	for len(forth) <= len(want) {
		page, err := d.List(ctx, req, env)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		forth = append(forth, keys(page)...)
		req.After = page[len(page)-1].Place(req.Sort)
	}
	req.After, req.FromEnd = feeds.Cursor{}, true
	for len(back) <= len(want) {
		page, err := d.List(ctx, req, env)
		if err != nil {
			d.t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		back = append(keys(page), back...)
		req.FromEnd, req.Before = false, page[0].Place(req.Sort)
	}
	if !slices.Equal(forth, want) || !slices.Equal(back, want) {
		d.t.Fatalf("%#v %s by %d:\nall   %v\nforth %v\nback  %v", req.Query.Root, req.Sort, limit, want, forth, back)
	}
}

func keys(list []feeds.Story) []int64 {
	out := make([]int64, len(list))
	for i := range list {
		out[i] = list[i].Row
	}
	return out
}

func nearlySorted(list []feeds.Story, up bool) bool {
	for i := 1; i < len(list); i++ {
		d := list[i-1].Published.Sub(list[i].Published)
		if up {
			d = -d
		}
		if d < -2*time.Minute {
			return false
		}
	}
	return true
}

// TestPlansOfAll holds the usual lists and counts to their indexes: no table is scanned, and
// nothing is sorted.
func TestPlansOfAll(t *testing.T) {
	d, _ := library(t, true)
	env := Env{Watched: []string{"amd", "tsmc", "nvidia"}}
	top := feeds.ListRequest{Sort: feeds.Top, Clusters: true}
	topUnread := top
	topUnread.Query.Root = is("unread")
	q := func(e feeds.Expr) feeds.ListRequest { return feeds.ListRequest{Query: feeds.Query{Root: e}} }
	for name, req := range map[string]feeds.ListRequest{
		"newest": {}, "oldest": {Sort: feeds.Oldest}, "unread": q(is("unread")), "top": top, "top unread": topUnread, "wire of events": {Clusters: true},
		"company": q(of(feeds.OfCompany, "amazon")), "company unread": q(feeds.And{of(feeds.OfCompany, "amazon"), is("unread")}),
		"companies": q(of(feeds.OfCompany, "amazon", "amd")), "watched": q(is("watched")), "watched unread": q(feeds.And{is("watched"), is("unread")}),
		"feed": q(of(feeds.FromFeed, chips)), "feed with others'": q(of(feeds.FromFeed, tech)), "folder": q(of(feeds.InFolder, "tech")), "folder unread": q(feeds.And{of(feeds.InFolder, "tech"), is("unread")}), "tag": q(of(feeds.WithTag, "daily")),
		"starred": q(is("starred")), "saved": q(is("saved")), "hidden": q(is("hidden")), "kind": q(of(feeds.OfKind, "layoffs")), "updated": q(is("updated")), "since": q(feeds.Term{Field: feeds.Time, From: at(-500)}),
		"word": q(word("chip")), "word of company": q(feeds.And{word("chip"), of(feeds.OfCompany, "amazon")}), "phrase": q(feeds.Term{Values: []string{"in short"}, Phrase: true}), "prefix": q(feeds.Term{Values: []string{"chi"}, Prefix: true}),
		"company's events": {Query: feeds.Query{Root: of(feeds.OfCompany, "amazon")}, Clusters: true},
	} {
		for _, from := range []string{"start", "cursor", "end"} {
			req := req
			req.Limit = 20
			switch from {
			case "cursor":
				req.After = feeds.Cursor{Key: at(-100).Unix(), Row: 7}
			case "end":
				req.FromEnd = true
			}
			p, err := d.plan(ctx, req, env)
			if err != nil {
				t.Fatal(name, err)
			}
			var texts []string
			var args [][]any
			if p.branches != nil {
				text, a := p.mergeSQL(p.walk(req), 80)
				texts, args = append(texts, text), append(args, a)
			} else {
				text, a := p.sql(p.walk(req), columns)
				texts, args = append(texts, text), append(args, a)
			}
			for i, text := range texts {
				for _, line := range d.explain(text, args[i]) {
					if bad(line) {
						t.Errorf("%s from %s: %s\n%s", name, from, line, text)
					}
				}
			}
		}
	}
	for _, text := range []string{
		"SELECT n FROM change", "SELECT stories FROM total WHERE what = 'all'", "SELECT unread FROM company WHERE slug = 'a'",
		whole + "WHERE s.sid >= 'a' AND s.sid < 'b'", whole + "WHERE s.url = 'a'", "SELECT dir FROM article WHERE sid = 'a'",
		"SELECT sid FROM story INDEXED BY story_saved WHERE saved > 0 AND saved IN (1, 3) ORDER BY published, id",
		"SELECT slug, stories, unread FROM company INDEXED BY company_stories WHERE stories > 0 ORDER BY stories DESC LIMIT 9",
		"SELECT published FROM tagged WHERE company = 'a' AND published >= 1 AND published < 2 AND hidden = 0",
	} {
		for _, line := range d.explain(text, nil) {
			if bad(line) && line != "SCAN change" {
				t.Errorf("%s\n%s", line, text)
			}
		}
	}
}

func (d *desk) explain(text string, args []any) (out []string) {
	d.t.Helper()
	rows, err := d.bound.Load().r.Query("EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		d.t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	for rows.Next() {
		var a, b, c int
		var line string
		if err := rows.Scan(&a, &b, &c, &line); err != nil {
			d.t.Fatal(err)
		}
		out = append(out, line)
	}
	return out
}

// bad reports whether a line of a plan says that a table is read from end to end, or
// rows are sorted. A walk along an index is no such scan: it ends with the page.
func bad(line string) bool {
	if strings.Contains(line, "TEMP B-TREE") {
		return true
	}
	return strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "USING INDEX") && !strings.Contains(line, "USING COVERING INDEX") &&
		!(strings.HasPrefix(line, "SCAN search VIRTUAL TABLE INDEX") && strings.Contains(line, ":M")) && !strings.Contains(line, "CONSTANT ROW") && !strings.Contains(line, "json_each") && !strings.Contains(line, "j VIRTUAL")
}

func TestRelevance(t *testing.T) {
	d := newDesk(t)
	d.save(gazette, story("Old news about zebras", at(-900)), story("Other", at(-5), text("it mentions a zebra once among very many other words of no importance at all "+strings.Repeat("filler ", 200))),
		story("Zebra", at(-400), text("zebra zebra")), story("None", at(-1)))
	z := feeds.Query{Root: word("zebra")}
	for _, indexed := range []bool{false, true} {
		if indexed {
			d.index()
		}
		got := d.titles(feeds.ListRequest{Query: z, Sort: feeds.Relevance})
		if indexed {
			d.want(got, "Zebra|Other")
		} else if len(strings.Split(got, "|")) != 2 {
			t.Error(got)
		}
	}
	var got []string
	req := feeds.ListRequest{Query: z, Sort: feeds.Relevance, Limit: 1}
	for range 5 {
		page, err := d.List(ctx, req, Env{})
		if err != nil || len(page) == 0 {
			break
		}
		got = append(got, page[0].Title)
		req.After = page[0].Place(feeds.Relevance)
	}
	d.want(strings.Join(got, "|"), "Zebra|Other")
	d.want(d.titles(feeds.ListRequest{Query: z, Sort: feeds.Relevance, FromEnd: true, Limit: 1}), "Other")
}
