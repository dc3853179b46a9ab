package store

// migrations bring a database from one version to the next; the version is how many of
// them have run (PRAGMA user_version). The list only ever grows at its end: a released
// entry is never changed.
var migrations = []string{`
CREATE TABLE feed(
	id INTEGER PRIMARY KEY,
	url TEXT NOT NULL UNIQUE,
	subscription TEXT NOT NULL DEFAULT '{}', -- JSON, without secrets
	title TEXT NOT NULL DEFAULT '', folder TEXT NOT NULL DEFAULT '', site TEXT NOT NULL DEFAULT '',
	description TEXT NOT NULL DEFAULT '', lang TEXT NOT NULL DEFAULT '', tags TEXT NOT NULL DEFAULT '[]',
	position INTEGER NOT NULL DEFAULT 0,
	hidden INTEGER NOT NULL DEFAULT 0,       -- no longer subscribed to
	state TEXT NOT NULL DEFAULT '{}',        -- JSON of feeds.FeedState
	items BLOB NOT NULL DEFAULT x'',         -- 8 bytes for each item of the last document
	stories INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What a list shows, without texts: a page of it is then a page of the database.
CREATE TABLE story(
	id INTEGER PRIMARY KEY,
	sid TEXT NOT NULL UNIQUE,
	feed INTEGER NOT NULL REFERENCES feed,
	guid TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, author TEXT NOT NULL,
	published INTEGER NOT NULL, given TEXT NOT NULL, updated INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL,
	summary TEXT NOT NULL, lang TEXT NOT NULL, categories TEXT NOT NULL, enclosures TEXT NOT NULL,
	image TEXT NOT NULL, comments TEXT NOT NULL, words INTEGER NOT NULL,
	companies TEXT NOT NULL DEFAULT '',      -- JSON of []feeds.Tag, a copy of tagged for lists
	event TEXT NOT NULL DEFAULT '', outlets INTEGER NOT NULL DEFAULT 1, kind TEXT NOT NULL DEFAULT '',
	lead INTEGER NOT NULL DEFAULT 1, score INTEGER NOT NULL DEFAULT 0,
	teaser INTEGER NOT NULL DEFAULT 0, whole INTEGER NOT NULL DEFAULT 0,
	hash INTEGER NOT NULL,
	read INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0, saved INTEGER NOT NULL DEFAULT 0, -- copies of mark
	hidden INTEGER NOT NULL DEFAULT 0,       -- 1: its feed is gone, 2: by a rule
	UNIQUE(feed, guid)
) STRICT;
CREATE INDEX story_new ON story(published, id) WHERE hidden = 0;
CREATE INDEX story_unread ON story(published, id) WHERE hidden = 0 AND read = 0;
CREATE INDEX story_starred ON story(published, id) WHERE starred = 1;
CREATE INDEX story_saved ON story(published, id) WHERE saved > 0;
CREATE INDEX story_feed ON story(feed, published, id) WHERE hidden = 0;
CREATE INDEX story_top ON story(score, id) WHERE lead = 1 AND hidden = 0;
CREATE INDEX story_event ON story(event);
CREATE INDEX story_url ON story(url);

-- The marks of a reader, by a story's public id: they outlive the story's row.
CREATE TABLE mark(
	sid TEXT PRIMARY KEY,
	read INTEGER NOT NULL DEFAULT 0, starred INTEGER NOT NULL DEFAULT 0, saved INTEGER NOT NULL DEFAULT 0,
	error TEXT NOT NULL DEFAULT '', position REAL NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE body(id INTEGER PRIMARY KEY REFERENCES story ON DELETE CASCADE, html BLOB NOT NULL) STRICT; -- zstd
-- The page's text where it was fetched, or the saved article: JSON of feeds.Article, zstd.
CREATE TABLE article(sid TEXT PRIMARY KEY, article BLOB NOT NULL, dir TEXT NOT NULL DEFAULT '', saved INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE version(story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE, at INTEGER NOT NULL, title TEXT NOT NULL, html BLOB NOT NULL) STRICT;
CREATE INDEX version_story ON version(story, at);

-- published and read are copies, so that a company's list and counts are read from here alone.
CREATE TABLE tagged(
	company TEXT NOT NULL, published INTEGER NOT NULL, story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
	score REAL NOT NULL, read INTEGER NOT NULL DEFAULT 0, hidden INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY(company, published, story)
) STRICT, WITHOUT ROWID;
CREATE INDEX tagged_story ON tagged(story);
CREATE TABLE company(slug TEXT PRIMARY KEY, stories INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX company_stories ON company(stories);
CREATE TABLE correction(sid TEXT NOT NULL, company TEXT NOT NULL, about INTEGER NOT NULL, PRIMARY KEY(sid, company)) STRICT, WITHOUT ROWID;
CREATE TABLE watched(company TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE event_fix(a TEXT NOT NULL, b TEXT NOT NULL, together INTEGER NOT NULL, PRIMARY KEY(a, b)) STRICT, WITHOUT ROWID;
CREATE TABLE kv(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- No copy of the text in the index; what waits to be indexed waits in pending.
CREATE VIRTUAL TABLE search USING fts5(title, author, text, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
CREATE TABLE pending(id INTEGER PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL) STRICT;

CREATE TRIGGER story_added AFTER INSERT ON story WHEN new.hidden = 0 BEGIN
	UPDATE feed SET stories = stories + 1, unread = unread + (new.read = 0) WHERE id = new.feed;
END;
CREATE TRIGGER story_gone AFTER DELETE ON story BEGIN
	DELETE FROM search WHERE rowid = old.id;
	DELETE FROM pending WHERE id = old.id;
	UPDATE feed SET stories = stories - 1, unread = unread - (old.read = 0) WHERE id = old.feed AND old.hidden = 0;
END;
CREATE TRIGGER story_marked AFTER UPDATE OF read, hidden ON story WHEN old.read <> new.read OR old.hidden <> new.hidden BEGIN
	UPDATE feed SET stories = stories + (new.hidden = 0) - (old.hidden = 0),
		unread = unread + (new.hidden = 0 AND new.read = 0) - (old.hidden = 0 AND old.read = 0) WHERE id = new.feed;
	UPDATE tagged SET read = new.read, hidden = new.hidden WHERE story = new.id;
END;
CREATE TRIGGER tagged_added AFTER INSERT ON tagged WHEN new.hidden = 0 BEGIN
	INSERT INTO company(slug, stories, unread) VALUES(new.company, 1, new.read = 0)
		ON CONFLICT(slug) DO UPDATE SET stories = stories + 1, unread = unread + excluded.unread;
END;
CREATE TRIGGER tagged_gone AFTER DELETE ON tagged WHEN old.hidden = 0 BEGIN
	UPDATE company SET stories = stories - 1, unread = unread - (old.read = 0) WHERE slug = old.company;
END;
CREATE TRIGGER tagged_marked AFTER UPDATE OF read, hidden ON tagged BEGIN
	UPDATE company SET stories = stories + (new.hidden = 0) - (old.hidden = 0),
		unread = unread + (new.hidden = 0 AND new.read = 0) - (old.hidden = 0 AND old.read = 0) WHERE slug = new.company;
END;
`,
}
