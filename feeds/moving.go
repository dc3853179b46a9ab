package feeds

// A Taken is what became of one story that another program or a server told of.
type Taken struct {
	ID      string // "" if it is not stored here
	Row     int64
	New     bool // stored now
	Gone    bool // it was here and has been let go; it was not stored again
	Read    bool // marked read now
	Starred bool // starred now
	Mark    Mark // as it stands now
}

// Taking says how Import treats what it is given.
type Taking struct {
	KnownOnly bool // store nothing new, only say what is here
	Marks     bool // take the marks over where nobody has marked the story here
	DryRun    bool // say what would be done, and do nothing
}

// A Synced is a story that a sync server has too, and how both stood when they last
// agreed.
type Synced struct {
	Remote  string // the server's id
	ID      string // of the story here, "" if it is not kept here
	Read    bool
	Starred bool
	Mark    Mark // how it stands here; only in what PendingSync reads
}
