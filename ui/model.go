package ui

import (
	"context"
	"log/slog"
	"os/exec"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"nightdesk/feeds"
	"nightdesk/ui/rail"
	"nightdesk/ui/reader"
	"nightdesk/ui/theme"
	"nightdesk/ui/timeline"
)

// Options are a person's preferences.
type Options struct {
	Views       []feeds.View
	Themes      []*theme.Theme // dark, light, then others to step through
	Theme       string         // "auto" or a theme's name
	Keys        map[string]string
	Preset      string
	Measure     int    // columns of text; 0 is 76
	Pictures    string // "auto", "kitty", "blocks" or "off"
	Refresh     bool   // refresh what is due behind the first frame
	Start       string // text of a query to begin with
	Log         *slog.Logger
	Now         func() time.Time
	Open        func(url string) error // the browser
	LoadPicture PictureLoader          // nil shows captions alone
	ReadOnly    string                 // why nothing can be changed, "" if it can
	Notifier    Notifier               // how the terminal shows notices
	Tell        TellFunc               // nil: no command of the person's is told of watched companies
	Config      Config                 // nil: the config cannot be changed from here
	Pipe        PipeFunc               // nil: there is nothing to pipe to
}

// TellFunc hands a notice to a command of the person's.
type TellFunc func(ctx context.Context, title, body, url string) error

// PipeFunc runs a command line without a shell, gives it a text and returns what it
// prints, as safe lines.
type PipeFunc func(ctx context.Context, command, text string) ([]string, error)

// Config is the person's config file, as far as the reader changes it. All but Editor
// may be called from any goroutine.
type Config interface {
	// Editor is the person's editor on the file.
	Editor() (*exec.Cmd, error)
	// Reload reads the file again and puts it in force; its errors say file, line and column.
	Reload(context.Context) (Options, error)
	SaveView(name, query string) error
	RenameView(name, to string) error
	DropView(name string) error
	// FindFeeds are the feeds behind what a person typed.
	FindFeeds(ctx context.Context, typed string) ([]feeds.Subscription, error)
	AddFeed(context.Context, feeds.Subscription) error
	RenameFeed(ctx context.Context, url, title string) error
	MoveFeed(ctx context.Context, url, folder string) error
	RemoveFeed(ctx context.Context, url string) error
}

// Model is the one tea.Model. Panes are structs with verbs; what they cannot decide
// themselves is decided here. Nothing in Update or View does I/O or renders an article:
// that is what commands are for, and each carries a token so that a stale answer is
// dropped.
type Model struct {
	room Newsroom
	opt  Options
	keys *keymap
	ctx  context.Context
	// after is tea.Tick: a command that waits. A test's does not.
	after func(time.Duration, func(time.Time) tea.Msg) tea.Cmd

	th     *theme.Theme
	isDark bool
	frame  frame
	shape  shape
	w, h   int

	views                   []place
	place                   place
	filter                  string // from the prompt
	company                 string // slug of the company filter
	companyAs               string // its name
	unreadOnly, watchedOnly bool
	sort                    feeds.Sort // "" is the place's own

	shown  string // what the list holds rows of; see shows
	list   *timeline.Model
	rail   *rail.Model
	reader *reader.Model

	feeds     []feeds.Feed
	companies []feeds.CompanyCount
	counts    map[string]int // unread by view
	about     []string       // lines on the company of a company's page

	story    feeds.Story // in the reader
	article  *feeds.Article
	accounts []feeds.Story // of the story's event
	art      map[string]reader.Art
	asked    map[string]bool // pictures asked for
	scrolled bool            // the reader has been moved since the article was opened
	goTo     float64         // position to take up once the whole page is there
	recent   []string        // queries
	recentAt int
	lastPipe string    // the command that an article was last given to
	visit    time.Time // when the reader was last closed, zero if never
	measure  int
	tokens   tokens
	loading  string // what the header says while something is under way
	total    int    // stories that match, -1 unknown
	arrived  int    // stories above the list since it was loaded
	version  int64
	keep     string // id of the story to put the cursor on after a restart
	begun    bool   // the first list is there; see begin

	progress  *progress
	prompt    *prompt
	overlay   overlay
	status    status
	undo      []*done
	redo      []*done
	mouse     bool
	focusLost bool
	drag      int // divider being dragged, 0 none
	quitting  bool
	lastClick time.Time
}

// tokens number what was asked for last: an answer with another number is stale.
type tokens struct{ list, page, count, article, render, rail int }

// status is the line at the foot.
type status struct {
	text string
	role theme.Role
	at   time.Time
}

// New is the reader on a newsroom.
func New(ctx context.Context, room Newsroom, opt Options) (*Model, error) {
	keys, err := newKeymap(opt.Preset, opt.Keys)
	if err != nil {
		return nil, err
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	m := &Model{room: room, opt: opt, keys: keys, ctx: ctx, after: tea.Tick, isDark: true, mouse: true, total: -1, counts: map[string]int{}, asked: map[string]bool{}}
	m.views = views(opt.Views)
	m.place = m.views[0]
	m.measure = opt.Measure
	m.th = m.pickTheme()
	m.list, m.rail, m.reader = timeline.New(m.th), rail.New(m.th), reader.New(m.th)
	m.filter = opt.Start
	m.list.Tick(opt.Now())
	m.list.Empty(m.place.empty)
	m.rail.Activate(m.place.kind, m.place.key)
	m.rail.Set(m.railPlaces())
	m.focusOn(paneList)
	return m, nil
}

// pickTheme is the theme by name, or the one that fits the terminal.
func (m *Model) pickTheme() *theme.Theme {
	for _, t := range m.opt.Themes {
		if t.Name == m.opt.Theme {
			return t
		}
	}
	want := "dark"
	if !m.isDark {
		want = "light"
	}
	for _, t := range m.opt.Themes {
		if t.Name == want {
			return t
		}
	}
	return m.opt.Themes[0]
}

// Init asks for the first list, the rail behind it, and the terminal's background.
func (m *Model) Init() tea.Cmd {
	return tea.Batch(m.recall(), tea.RequestBackgroundColor, m.tick())
}

// prompt is the line in which a query, a text to find or a name is typed.
type prompt struct {
	input   textinput.Model
	find    bool // in the article
	before  string
	err     string
	suggest []string
}
