
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

-- What the first version stored: two feeds, one of them given up; four stories with marks, a text, a page's text, a version, events and companies.
INSERT INTO feed(id, url, subscription, title, folder, tags, position, hidden, state, items) VALUES
	(1, 'https://gazette.example/news.xml', '{"URL":"https://gazette.example/news.xml","Title":"Gazette"}', 'Gazette', 'News', '["daily"]', 1, 0, '{"ETag":"abc","BodyHash":18446744073709551615}', x'0100000000000000ffffffffffffffff'),
	(2, 'https://gone.example/feed', '{}', 'Gone', '', '[]', 2, 1, '{}', x'');
INSERT INTO story(id, sid, feed, guid, url, title, author, published, given, updated, seen, summary, lang, categories, enclosures, image, comments, words, companies, event, outlets, kind, lead, score, hash, read, starred, saved, hidden) VALUES
	(1, 'aaaaaaaa', 1, 'g1', 'https://gazette.example/1', 'Amazon rents a lake', 'Ana', 1779000000, 'x', 0, 1779000100, 'A lake.', 'en', '["Business"]', '', '', '', 300, '[{"slug":"amazon","name":"Amazon","score":0.9}]', 'eaaaaaaaa', 2, 'deal', 1, 1779000000, 11, 1, 0, 0, 0),
	(2, 'bbbbbbbb', 1, 'g2', 'https://gazette.example/2', 'A lake is rented', '', 1779000000, 'x', 0, 1779000100, '', 'en', '', '', '', '', 20, '', 'eaaaaaaaa', 2, 'deal', 0, 1779000000, 12, 0, 0, 0, 0),
	(3, 'cccccccc', 1, 'g3', 'https://gazette.example/3', 'Zürich 発表', '', 1778000000, 'x', 0, 1779000100, '', 'de', '', '', '', '', 20, '', '', 1, '', 1, 1778000000, 13, 0, 1, 2, 0),
	(4, 'dddddddd', 2, 'g4', 'https://gone.example/4', 'Starred once', '', 1777000000, 'x', 0, 1779000100, '', 'en', '', '', '', '', 20, '', '', 1, '', 1, 1777000000, 14, 0, 1, 0, 0);
INSERT INTO mark(sid, read, starred, saved, position, seen) VALUES ('aaaaaaaa', 1, 0, 0, 0.5, 1779000100), ('cccccccc', 0, 1, 2, 0, 1779000100), ('dddddddd', 0, 1, 0, 0, 1779000100), ('zzzzzzzz', 1, 0, 0, 0, 1700000000);
INSERT INTO tagged(company, published, story, score, read) VALUES ('amazon', 1779000000, 1, 0.9, 1);
INSERT INTO body(id, html) VALUES (1, x'28b52ffd0000f901003c703e546865206c616b65206973203c623e646565703c2f623e2026616d703b20636f6c642e3c2f703e3c7363726970743e6e6f28293c2f7363726970743e');
INSERT INTO article(sid, article, dir, saved) VALUES ('cccccccc', x'28b52ffd00003104007b2255524c223a2268747470733a2f2f67617a657474652e6578616d706c652f33222c225469746c65223a225ac3bc7269636820e799bae8a1a8222c224d61726b646f776e223a225468652077686f6c652061727469636c652061626f7574206120676c61636965722e222c22576f726473223a362c22536f75726365223a2270616765227d', '2026-05-22-zurich', 1);
INSERT INTO version(story, at, title, html) VALUES (1, 1779000200, 'Amazon buys a lake', x'28b52ffd0000f901003c703e546865206c616b65206973203c623e646565703c2f623e2026616d703b20636f6c642e3c2f703e3c7363726970743e6e6f28293c2f7363726970743e');
INSERT INTO correction(sid, company, about) VALUES ('aaaaaaaa', 'nvidia', 0);
INSERT INTO watched(company) VALUES ('amazon');
INSERT INTO kv(key, value) VALUES ('changes', '41'), ('subscriptions', 'abc'), ('cursor', 'here');
INSERT INTO pending(id, title, author, text) VALUES (2, 'A lake is rented', '', '');
INSERT INTO search(rowid, title, author, text) VALUES (1, 'Amazon rents a lake', 'Ana', 'the lake is deep');
PRAGMA user_version = 1;
