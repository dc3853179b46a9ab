package event

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"nightdesk/feeds"
)

var monday = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// told is a story of an outlet, an hour after another.
func told(id string, feed int64, hour int, title string, companies ...string) *feeds.Story {
	s := &feeds.Story{ID: id, FeedID: feed, Title: title, URL: "https://outlet" + fmt.Sprint(feed) + ".example/" + id, Published: monday.Add(time.Duration(hour) * time.Hour)}
	for _, c := range companies {
		s.Companies = append(s.Companies, feeds.Tag{Slug: c, Score: 1})
	}
	return s
}

// events adds stories and says which are together, as "a+b c".
func events(x *Index, stories ...*feeds.Story) string {
	at := make(map[string]string)
	for _, s := range stories {
		p := x.Add(s)
		at[s.ID] = p.Event
		for _, m := range p.Moved {
			at[m.Story] = m.Event
		}
	}
	return grouped(at, stories)
}

func grouped(at map[string]string, stories []*feeds.Story) string {
	var order []string
	in := make(map[string][]string)
	for _, s := range stories {
		e := at[s.ID]
		if in[e] == nil {
			order = append(order, e)
		}
		in[e] = append(in[e], s.ID)
	}
	for i, e := range order {
		order[i] = strings.Join(in[e], "+")
	}
	return strings.Join(order, " ")
}

func TestAdd(t *testing.T) {
	text := strings.Repeat("The quiet harbour town has counted its fishing boats every spring since the lighthouse was lit, and each year the number written on the board by the pier is smaller than before. ", 4)
	long := func(s *feeds.Story, text string) *feeds.Story { s.Text = text; return s }
	linking := func(s *feeds.Story, to string) *feeds.Story {
		s.HTML = `<p>First seen <a href="` + to + `">there</a>.</p>`
		return s
	}
	at := func(s *feeds.Story, url string) *feeds.Story { s.URL = url; return s }
	tests := []struct {
		name    string
		stories []*feeds.Story
		want    string
	}{
		{"two outlets tell of one thing in other words", []*feeds.Story{
			told("a", 1, 0, "Zentavia to lay off 900 workers as Orbix chips slump", "zentavia"),
			told("b", 2, 1, "Zentavia cuts 900 jobs amid Orbix chip slump", "zentavia"),
			told("c", 3, 2, "Kubrova buys mapping startup Landseer for $1.2 billion", "kubrova"),
		}, "a+b c"},
		{"one company, two happenings", []*feeds.Story{
			told("a", 1, 0, "Zentavia sued over battery fires in Model Q", "zentavia"),
			told("b", 2, 1, "Zentavia opens a research lab in Lisbon", "zentavia"),
		}, "a b"},
		{"a launch, and the lawsuit over it", []*feeds.Story{
			told("a", 1, 0, "Zentavia launches a tutor for whole school classes", "zentavia"),
			told("b", 2, 16, "Publishers' lawsuit: Zentavia tutor quotes whole chapters", "zentavia"),
		}, "a b"},
		{"the same words on two days of a year", []*feeds.Story{
			told("a", 1, 0, "Zentavia cloud goes down, taking Orbix with it", "zentavia"),
			told("b", 2, 24*40, "Zentavia cloud goes down, taking Orbix with it", "zentavia"),
		}, "a b"},
		{"amounts written in two ways", []*feeds.Story{
			told("a", 1, 0, "Landseer raises $1.2 billion at Quorvo valuation"),
			told("b", 2, 1, "Quorvo leads 1.2bn round in Landseer"),
		}, "a+b"},
		{"commonplaces make no event", []*feeds.Story{
			told("a", 1, 0, "The best laptops of the year"),
			told("b", 2, 1, "The best phones of the year so far"),
			told("c", 3, 2, "Why AI is the future of work"),
			told("d", 4, 3, "The future of AI is open"),
		}, "a b c d"},
		{"one text under two titles", []*feeds.Story{
			long(told("a", 1, 0, "A town counts its boats"), text),
			long(told("b", 2, 5, "Numbers on the board by the pier"), text+" Agency report."),
		}, "a+b"},
		{"a story at an address that was told of", []*feeds.Story{
			at(told("a", 1, 0, "Quorvo explains itself"), "https://quorvo.example/news/2026/we-are-sorry?utm_source=x"),
			at(told("b", 2, 3, "We are sorry"), "https://www.quorvo.example/news/2026/we-are-sorry/"),
		}, "a+b"},
		{"two accounts of one source", []*feeds.Story{
			linking(told("a", 1, 0, "Quorvo admits Landseer maps leaked"), "https://quorvo.example/news/2026/incident-report"),
			linking(told("b", 2, 3, "Landseer map leak: what Quorvo admits so far"), "https://quorvo.example/news/2026/incident-report"),
		}, "a+b"},
		{"titles without blanks", []*feeds.Story{
			told("a", 1, 0, "月野科技发布折叠电脑霜叶三号"),
			told("b", 2, 1, "折叠电脑霜叶三号发布，月野科技称售价过万"),
			told("c", 3, 1, "云港公司宣布收购一家地图企业"),
		}, "a+b c"},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			if got := events(New(Options{}), tc.stories...); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

// TestAddAgain: a story that is known stays where it is, and so does one put back.
func TestAddAgain(t *testing.T) {
	x := New(Options{})
	a, b := told("a", 1, 0, "Zentavia cuts 900 jobs in Orbix unit"), told("b", 2, 1, "Orbix unit: Zentavia to cut 900 jobs")
	first := x.Add(a).Event
	if p := x.Add(b); p.Event != first || !p.Joined || p.Why == "" {
		t.Fatalf("%+v, want %s", p, first)
	}
	if p := x.Add(b); p.Event != first || x.Live() != 2 {
		t.Errorf("added twice: %+v, %d live", p, x.Live())
	}
	y := New(Options{})
	y.Restore(Account{Story: *a, Event: first})
	if got := y.Restore(Account{Story: *b, Event: "elsewhere"}); got != "elsewhere" || y.Add(b).Event != "elsewhere" {
		t.Errorf("put back into %q", got)
	}
}

// TestOrder: the same stories make the same events, however often they are asked.
func TestOrder(t *testing.T) {
	stories := make([]*feeds.Story, 300)
	for i := range stories {
		stories[i] = told(fmt.Sprint("s", i), int64(i%7), i/4, fmt.Sprintf("Zentavia%d presents Orbix%d in city %d", i/5, i/6, i%11), fmt.Sprint("c", i%13))
	}
	first := events(New(Options{}), stories...)
	for range 5 {
		if again := events(New(Options{}), stories...); again != first {
			t.Fatalf("%s\n%s", first, again)
		}
	}
}

func TestExpire(t *testing.T) {
	x := New(Options{})
	x.Add(told("a", 1, 0, "Zentavia cuts 900 jobs in Orbix unit"))
	x.Add(told("c", 3, 47, "Kubrova buys Landseer for $1.2 billion"))
	x.Expire(monday.Add(24 * time.Hour))
	if x.Live() != 1 {
		t.Errorf("%d live, want 1", x.Live())
	}
	if p := x.Add(told("b", 2, 1, "Orbix unit: Zentavia to cut 900 jobs")); p.Joined {
		t.Errorf("joined an event that is gone: %+v", p)
	}
	if p := x.Add(told("d", 4, 48, "Landseer bought by Kubrova for 1.2bn")); !p.Joined {
		t.Error("an event that stays is not joined")
	}
}

// TestExpireLater: an event that is too old is not joined while it is not worth taking
// out, but by stories that are as old.
func TestExpireLater(t *testing.T) {
	x := New(Options{})
	x.Add(told("a", 1, 0, "Zentavia cuts 900 jobs in Orbix unit"))
	for i, what := range []string{"Kubrova buys Landseer for $1.2 billion", "Hallmere regulator orders battery inquiry", "Ostfeld opens a plant in Tarvia",
		"Quiller phones lose their maps", "Brenno raises prices of ink"} {
		x.Add(told(string(rune('c'+i)), 3, 47, what))
	}
	x.Expire(monday.Add(24 * time.Hour))
	if x.Live() != 6 {
		t.Fatalf("%d live: this tests what is not taken out yet", x.Live())
	}
	if p := x.Add(told("x", 2, 30, "Orbix unit: Zentavia to cut 900 jobs")); p.Joined {
		t.Errorf("joined an event that is too old: %+v", p)
	}
	if p := x.Add(told("b", 2, 1, "Orbix unit: Zentavia to cut 900 jobs")); !p.Joined {
		t.Error("an old account did not join the event of its time")
	}
}

// TestBridge: an account that belongs to two events shows that they are one.
func TestBridge(t *testing.T) {
	x := New(Options{})
	got := events(x,
		told("a", 1, 0, "Zentavia Orbix recall widens", "zentavia"),
		told("b", 2, 1, "Hallmere regulator orders battery inquiry", "zentavia"),
		told("c", 3, 2, "Hallmere regulator orders battery inquiry as Zentavia Orbix recall widens", "zentavia"),
		told("d", 4, 2, "Zentavia Orbix recall widens: Hallmere regulator orders battery inquiry", "zentavia"),
	)
	if got != "a+b+c+d" {
		t.Error(got)
	}
}

// TestUnite: an account that two events share makes them one, named for the older.
func TestUnite(t *testing.T) {
	x := New(Options{})
	older := x.Add(told("a", 1, 0, "Quorvo Landseer merger talks")).Event
	x.Add(told("b", 2, 1, "Regulator Hallmere examines Brentwick"))
	if x.place(older) == x.story["b"] {
		t.Fatal("they are one from the start")
	}
	moved := x.unite(x.story["b"], x.story["a"])
	if len(moved) != 1 || moved[0] != (Move{"b", feeds.EventID("b"), older}) {
		t.Errorf("moves: %+v, want b to %s", moved, older)
	}
	if x.Live() != 2 || x.Add(told("b", 2, 1, "")).Event != older {
		t.Error("the index has not moved it")
	}
}

func TestHand(t *testing.T) {
	stories := []*feeds.Story{
		told("a", 1, 0, "Zentavia cuts 900 jobs in Orbix unit"),
		told("b", 2, 1, "Orbix unit: Zentavia to cut 900 jobs"),
		told("c", 3, 2, "Zentavia to cut 900 jobs, Orbix unit hit"),
	}
	later := told("d", 4, 3, "900 jobs go at Zentavia's Orbix unit")
	begin := func(fixed ...Fix) *Index {
		x := New(Options{Fixed: fixed})
		if len(fixed) == 0 && events(x, stories...) != "a+b+c" {
			t.Fatal("they are not one event to begin with")
		}
		return x
	}
	for _, out := range [][]string{{"a"}, {"b"}, {"a", "b"}, {"c", "b"}} {
		x := begin()
		moves, fixes := x.Separate(out...)
		at := map[string]string{}
		for _, s := range stories {
			at[s.ID] = feeds.EventID("a")
		}
		for _, m := range moves {
			if at[m.Story] != m.From {
				t.Errorf("%v: %s leaves %s, it was in %s", out, m.Story, m.From, at[m.Story])
			}
			at[m.Story] = m.Event
		}
		for _, s := range stories {
			want := fixes[0].A
			if slices.Contains(out, s.ID) {
				want = fixes[0].B
			}
			if got := x.Add(s).Event; got != want || at[s.ID] != want {
				t.Errorf("%v: %s is in %s, moved to %s, want %s", out, s.ID, got, at[s.ID], want)
			}
		}
		// It stays so when the program starts anew, and a later account doesn't undo it.
		y := New(Options{Fixed: fixes})
		for _, s := range stories {
			y.Restore(Account{Story: *s, Event: at[s.ID]})
		}
		if p := y.Add(later); len(p.Moved) > 0 {
			t.Errorf("%v: a later account put them together: %+v", out, p)
		}
		// And back.
		back, fixes := x.Merge(fixes[0].A, fixes[0].B)
		if len(back) != len(out) || len(fixes) != 1 || x.Add(stories[0]).Event != x.Add(stories[1]).Event {
			t.Errorf("%v: not put together again: %+v", out, back)
		}
		if moves, fixes := x.Separate(out...); len(moves) == 0 || fixes[0].Together {
			t.Errorf("%v: not taken apart again", out)
		}
	}
	x := begin()
	if moves, fixes := x.Separate("a", "b", "c"); moves != nil || fixes != nil {
		t.Error("a whole event was taken out of itself")
	}
	if moves, fixes := x.Separate("nobody"); moves != nil || fixes != nil {
		t.Error("a story that is not there was taken out")
	}
	// What is put together stays so for a story that starts the second event anew.
	x = begin(Fix{A: feeds.EventID("a"), B: feeds.EventID("z"), Together: true})
	x.Add(stories[0])
	if p := x.Add(told("z", 5, 1, "Something else entirely")); p.Event != feeds.EventID("a") || !p.Joined {
		t.Errorf("%+v", p)
	}
	if got := x.Restore(Account{Story: *told("y", 5, 1, "Other"), Event: feeds.EventID("z")}); got != feeds.EventID("a") {
		t.Errorf("put back into %s", got)
	}
}

func TestWords(t *testing.T) {
	for title, want := range map[string]string{
		"Zentavia’s $1.2 billion bet":   "zentavia 1.2b bet",
		"Zentavia raised 1.2bn":         "zentavia rais 1.2b",
		"The raising of café prices":    "rais cafe pric",
		"10,000 jobs, 21 million users": "10000 job 21m user",
		"月野科技":                          "月野 野科 科技",
		"Qwen3.8-27B and X-ray":         "qwen3.8 27b x ray",
		"It's what it is":               "",
		"Hit hits hitting":              "hit",
	} {
		if got := strings.Join(Words(title), " "); got != want {
			t.Errorf("Words(%q) = %q, want %q", title, got, want)
		}
	}
}

func FuzzAdd(f *testing.F) {
	f.Add("Zentavia cuts 900 jobs", "Orbix unit hit", `<a href="https://a.example/b/c/d">x</a>`, "https://a.example/x")
	f.Add("月野科技发布折叠电脑", "\xff\x00", `<a href="http`, "::")
	f.Fuzz(func(t *testing.T, title, summary, html, url string) {
		x := New(Options{})
		s := &feeds.Story{ID: "a", FeedID: 1, Title: title, Summary: summary, HTML: html, Text: html, URL: url, Published: monday}
		if n := len(Words(title)); n > maxTerms {
			t.Fatalf("%d terms", n)
		}
		first := x.Add(s)
		if first.Joined || first.Event != feeds.EventID("a") {
			t.Fatalf("the first story joined: %+v", first)
		}
		twin := *s
		twin.ID, twin.FeedID = "b", 2
		if p := x.Add(&twin); p.Joined && p.Event != first.Event {
			t.Fatalf("joined %s, the only event is %s", p.Event, first.Event)
		}
		if x.Live() != 2 {
			t.Fatal(x.Live())
		}
	})
}

// BenchmarkAdd is a story into an index of so many live ones.
func BenchmarkAdd(b *testing.B) {
	for _, live := range []int{1_000, 100_000} {
		b.Run(fmt.Sprint(live), func(b *testing.B) {
			x := New(Options{})
			made := stream()
			for i := range live {
				x.Restore(Account{Story: *made(i)})
			}
			b.ReportAllocs()
			n := live
			for b.Loop() {
				x.Add(made(n))
				n++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "stories/s")
		})
	}
}

// stream makes headlines of the shape that news has: few common words, many names, most
// stories alone and some told by several outlets.
func stream() func(i int) *feeds.Story {
	common := strings.Fields("launches new chip data center raises funding cuts jobs sues over app security update outage cloud model users report says deal shares Europe China phone battery")
	return func(i int) *feeds.Story {
		h := uint32(i/3) * 2654435761
		title := fmt.Sprintf("%s%d %s %s %s%d in %s", "Zentavia", h%4000, common[h>>3%24], common[h>>9%24], "orbix", h>>5%20000, common[(h>>13+uint32(i%3))%24])
		return told(fmt.Sprint("s", i), int64(i%60), i/700, title, fmt.Sprint("c", h%500))
	}
}
