
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

-- Version 2.
PRAGMA application_id = 1852074801;

DROP TRIGGER story_added; DROP TRIGGER story_gone; DROP TRIGGER story_marked;
DROP TRIGGER tagged_added; DROP TRIGGER tagged_gone; DROP TRIGGER tagged_marked;

-- Counts by themselves: the row of a feed is long. what is 'all', 'starred', 'saved' or 'feed:' and the feed's id.
CREATE TABLE total(what TEXT PRIMARY KEY, stories INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
-- Grows with every change that somebody may see.
CREATE TABLE change(n INTEGER NOT NULL) STRICT;
INSERT INTO change(n) SELECT coalesce(max(CAST(value AS INTEGER)), 0) + 1 FROM kv WHERE key = 'changes';
DELETE FROM kv WHERE key IN ('changes', 'subscriptions'); -- the next start looks at every subscription

-- feed: own is the title that the feed gives itself, title the one that is shown.
ALTER TABLE feed ADD COLUMN own TEXT NOT NULL DEFAULT '';
ALTER TABLE feed ADD COLUMN outlet TEXT NOT NULL DEFAULT ''; -- domain of the site
CREATE TABLE document(feed INTEGER PRIMARY KEY REFERENCES feed, items BLOB NOT NULL) STRICT; -- 8 bytes for each item of a feed's last document
INSERT INTO document(feed, items) SELECT id, items FROM feed WHERE length(items) > 0;
ALTER TABLE feed DROP COLUMN items;
ALTER TABLE feed DROP COLUMN stories;
ALTER TABLE feed DROP COLUMN unread;

-- hidden is a sum now: 1 no feed subscribed to has it, 2 by a rule.
-- doc is the story's key in the search index: it grows with the time of publication, so that matches come newest first.
ALTER TABLE story ADD COLUMN doc INTEGER NOT NULL DEFAULT 0;
UPDATE story SET doc = n.doc FROM (
	SELECT id, row_number() OVER w + max(published - rn) OVER (ORDER BY rn) AS doc
	FROM (SELECT id, published, row_number() OVER (ORDER BY published, id) AS rn FROM story) WINDOW w AS (ORDER BY rn)
) n WHERE n.id = story.id;
UPDATE story SET hidden = 1 WHERE hidden = 0 AND feed IN (SELECT id FROM feed WHERE hidden = 1);
CREATE UNIQUE INDEX story_doc ON story(doc);
DROP INDEX story_event;
CREATE INDEX story_event ON story(event) WHERE event <> '';
CREATE INDEX story_score ON story(score, id) WHERE hidden = 0;
CREATE INDEX story_score_unread ON story(score, id) WHERE hidden = 0 AND read = 0;
CREATE INDEX story_kind ON story(kind, published, id) WHERE kind <> '';
CREATE INDEX story_hidden ON story(published, id) WHERE hidden > 0;
CREATE INDEX story_updated ON story(published, id) WHERE updated > 0;
CREATE INDEX story_expire ON story(seen) WHERE read = 1 AND starred = 0 AND saved = 0;

-- The other feeds of an outlet that carry a story too. published, read and hidden are copies.
CREATE TABLE also(
	feed INTEGER NOT NULL REFERENCES feed, guid TEXT NOT NULL, story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE,
	hash INTEGER NOT NULL, published INTEGER NOT NULL, read INTEGER NOT NULL, hidden INTEGER NOT NULL,
	PRIMARY KEY(feed, guid)
) STRICT, WITHOUT ROWID;
CREATE INDEX also_feed ON also(feed, published, story);
CREATE INDEX also_story ON also(story);

-- of holds what words are seldom asked without: the feed and the companies. The longest column is first: entries of the first are the shortest.
DROP TABLE search;
CREATE VIRTUAL TABLE search USING fts5(text, title, author, of, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
DROP TABLE pending;
CREATE TABLE pending(story INTEGER PRIMARY KEY REFERENCES story ON DELETE CASCADE, edit INTEGER NOT NULL) STRICT; -- waits to be indexed; edit tells one reason from another
INSERT INTO pending(story, edit) SELECT id, random() FROM story;

ALTER TABLE correction ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE correction ADD COLUMN score REAL NOT NULL DEFAULT 1;
CREATE INDEX mark_seen ON mark(seen);
CREATE TABLE mute(query TEXT PRIMARY KEY, until INTEGER NOT NULL, since INTEGER NOT NULL, hits INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE TABLE rule(rule TEXT PRIMARY KEY, hits INTEGER NOT NULL, last INTEGER NOT NULL) STRICT, WITHOUT ROWID;
-- which rule or mute touched a story
CREATE TABLE touched(story INTEGER NOT NULL REFERENCES story ON DELETE CASCADE, rule TEXT NOT NULL, PRIMARY KEY(story, rule)) STRICT, WITHOUT ROWID;

INSERT INTO total(what, stories, unread) SELECT 'all', count(*), coalesce(sum(read = 0), 0) FROM story WHERE hidden = 0;
INSERT INTO total(what, stories, unread) SELECT 'starred', count(*), coalesce(sum(read = 0), 0) FROM story WHERE starred = 1;
INSERT INTO total(what, stories, unread) SELECT 'saved', count(*), coalesce(sum(read = 0), 0) FROM story WHERE saved > 0;
INSERT INTO total(what, stories, unread) SELECT 'feed:' || f.id, count(s.id), coalesce(sum(s.read = 0), 0) FROM feed f LEFT JOIN story s ON s.feed = f.id AND s.hidden = 0 GROUP BY f.id;
UPDATE tagged SET hidden = (SELECT s.hidden > 0 FROM story s WHERE s.id = tagged.story), read = (SELECT s.read FROM story s WHERE s.id = tagged.story);
DELETE FROM company;
INSERT INTO company(slug, stories, unread) SELECT company, count(*), sum(read = 0) FROM tagged WHERE hidden = 0 GROUP BY company;

CREATE TRIGGER feed_added AFTER INSERT ON feed BEGIN
	INSERT INTO total(what) VALUES('feed:' || new.id);
END;
CREATE TRIGGER story_added AFTER INSERT ON story BEGIN
	UPDATE total SET stories = stories + 1, unread = unread + (new.read = 0) WHERE new.hidden = 0 AND what IN ('all', 'feed:' || new.feed);
	UPDATE total SET stories = stories + 1, unread = unread + (new.read = 0) WHERE new.starred = 1 AND what = 'starred';
	UPDATE total SET stories = stories + 1, unread = unread + (new.read = 0) WHERE new.saved > 0 AND what = 'saved';
END;
CREATE TRIGGER story_gone AFTER DELETE ON story BEGIN
	DELETE FROM search WHERE rowid = old.doc;
	UPDATE total SET stories = stories - 1, unread = unread - (old.read = 0) WHERE old.hidden = 0 AND what IN ('all', 'feed:' || old.feed);
	UPDATE total SET stories = stories - 1, unread = unread - (old.read = 0) WHERE old.starred = 1 AND what = 'starred';
	UPDATE total SET stories = stories - 1, unread = unread - (old.read = 0) WHERE old.saved > 0 AND what = 'saved';
END;
CREATE TRIGGER story_marked AFTER UPDATE OF read, hidden ON story WHEN old.read <> new.read OR old.hidden <> new.hidden BEGIN
	UPDATE total SET stories = stories + (new.hidden = 0) - (old.hidden = 0),
		unread = unread + (new.hidden = 0 AND new.read = 0) - (old.hidden = 0 AND old.read = 0) WHERE what IN ('all', 'feed:' || new.feed);
	UPDATE tagged SET read = new.read, hidden = new.hidden > 0 WHERE story = new.id;
	UPDATE also SET read = new.read, hidden = new.hidden > 0 WHERE story = new.id;
END;
CREATE TRIGGER story_kept AFTER UPDATE OF read, starred, saved ON story
	WHEN old.starred <> new.starred OR old.saved <> new.saved OR (old.read <> new.read AND (new.starred = 1 OR new.saved > 0)) BEGIN
	UPDATE total SET stories = stories + new.starred - old.starred,
		unread = unread + (new.starred = 1 AND new.read = 0) - (old.starred = 1 AND old.read = 0) WHERE what = 'starred';
	UPDATE total SET stories = stories + (new.saved > 0) - (old.saved > 0),
		unread = unread + (new.saved > 0 AND new.read = 0) - (old.saved > 0 AND old.read = 0) WHERE what = 'saved';
END;
-- Every event that can be seen has a lead: where it goes or is hidden another takes its place.
CREATE TRIGGER lead_gone AFTER DELETE ON story WHEN old.lead = 1 AND old.event <> '' BEGIN
	UPDATE story SET lead = 1 WHERE id = (SELECT id FROM story WHERE event = old.event AND event <> '' AND hidden = 0 ORDER BY lead DESC, teaser, id LIMIT 1);
END;
CREATE TRIGGER lead_hidden AFTER UPDATE OF hidden ON story WHEN new.hidden > 0 AND old.hidden = 0 AND new.lead = 1 AND new.event <> '' BEGIN
	UPDATE story SET lead = 0 WHERE id = new.id;
	UPDATE story SET lead = 1 WHERE id = (SELECT id FROM story WHERE event = new.event AND event <> '' AND hidden = 0 ORDER BY lead DESC, teaser, id LIMIT 1);
END;
CREATE TRIGGER lead_shown AFTER UPDATE OF hidden ON story WHEN new.hidden = 0 AND old.hidden > 0 AND new.lead = 0 BEGIN
	UPDATE story SET lead = 1 WHERE id = new.id AND NOT EXISTS (SELECT 1 FROM story WHERE event = new.event AND event <> '' AND hidden = 0 AND lead = 1);
END;
CREATE TRIGGER also_added AFTER INSERT ON also WHEN new.hidden = 0 BEGIN
	UPDATE total SET stories = stories + 1, unread = unread + (new.read = 0) WHERE what = 'feed:' || new.feed;
END;
CREATE TRIGGER also_gone AFTER DELETE ON also WHEN old.hidden = 0 BEGIN
	UPDATE total SET stories = stories - 1, unread = unread - (old.read = 0) WHERE what = 'feed:' || old.feed;
END;
CREATE TRIGGER also_marked AFTER UPDATE OF read, hidden ON also BEGIN
	UPDATE total SET stories = stories + (new.hidden = 0) - (old.hidden = 0),
		unread = unread + (new.hidden = 0 AND new.read = 0) - (old.hidden = 0 AND old.read = 0) WHERE what = 'feed:' || new.feed;
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

PRAGMA user_version = 2;
