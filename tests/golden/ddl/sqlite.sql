-- sqlite: begin
PRAGMA legacy_alter_table = OFF;

-- every storage type
CREATE TABLE "posts" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "f_string" varchar(255), "f_text" text, "f_boolean" boolean, "f_integer" integer, "f_bigInteger" bigint, "f_float" float, "f_decimal" decimal(10, 5), "f_date" date, "f_time" time, "f_dateTime" datetime, "f_timestamp" datetime, "f_json" json, "f_csv" text, "f_uuid" char(36), "f_hash" varchar(255), "f_binary" blob, "f_geometry" geometry, "f_geometry.Point" point, "f_geometry.LineString" linestring, "f_geometry.Polygon" polygon, "f_geometry.MultiPoint" multipoint, "f_geometry.MultiLineString" multilinestring, "f_geometry.MultiPolygon" multipolygon);

-- every kind
CREATE TABLE "posts" ("id" TEXT PRIMARY KEY DEFAULT ('r'||lower(hex(randomblob(7)))) NOT NULL, "short" TEXT DEFAULT '' NOT NULL, "long" TEXT DEFAULT '' NOT NULL, "huge" TEXT DEFAULT '' NOT NULL, "editor" TEXT DEFAULT '' NOT NULL, "number" NUMERIC DEFAULT 0 NOT NULL, "bool" BOOLEAN DEFAULT FALSE NOT NULL, "email" TEXT DEFAULT '' NOT NULL, "url" TEXT DEFAULT '' NOT NULL, "date" TEXT DEFAULT '' NOT NULL, "autodate" TEXT DEFAULT '' NOT NULL, "select" TEXT DEFAULT '' NOT NULL, "selects" JSON DEFAULT '[]' NOT NULL, "relation" TEXT DEFAULT '' NOT NULL, "relations" JSON DEFAULT '[]' NOT NULL, "file" TEXT DEFAULT '' NOT NULL, "json" JSON, "geoPoint" JSON DEFAULT '{"lon":0,"lat":0}' NOT NULL, "password" TEXT DEFAULT '' NOT NULL);

-- composite key, foreign keys, comments
CREATE TABLE "odd ""name`]" ("a" integer NOT NULL, "b" char(36) DEFAULT (lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-4'||substr(hex(randomblob(2)),2)||'-'||substr('89AB',1+(abs(random())%4),1)||substr(hex(randomblob(2)),2)||'-'||hex(randomblob(6)))) NOT NULL, "author" bigint, PRIMARY KEY ("a", "b"), CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT "odd ""name`]_a_b_foreign" FOREIGN KEY ("a", "b") REFERENCES "pairs" ("x", "y") ON DELETE RESTRICT);

-- defaults
CREATE TABLE "posts" ("s" varchar(20) DEFAULT 'it''s \ ''x''', "t" text DEFAULT 'x', "i" integer DEFAULT 12, "b" boolean DEFAULT TRUE, "d" decimal(6, 1) DEFAULT 1.5, "j" json DEFAULT '{"a":1}', "now_date" date DEFAULT CURRENT_DATE, "now_time" time DEFAULT CURRENT_TIME, "now_dateTime" datetime DEFAULT (strftime('%Y-%m-%d %H:%M:%f', 'now')), "now_timestamp" datetime DEFAULT (strftime('%Y-%m-%d %H:%M:%fZ', 'now')), "r" varchar(255) DEFAULT ('r'||lower(hex(randomblob(7)))));

-- drop table
DROP TABLE "posts";

-- rename table
ALTER TABLE "posts" RENAME TO "articles";

-- rename column
ALTER TABLE "posts" RENAME COLUMN "title" TO "head line";

-- add columns
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
ALTER TABLE "posts" ADD COLUMN "title" varchar(255);
ALTER TABLE "posts" ADD COLUMN "n" NUMERIC DEFAULT 0 NOT NULL;

-- drop column
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "choice", "author") SELECT "id", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- alter type
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title bigint UNIQUE NOT NULL, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- alter type with a default that the new one can't have
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title integer UNIQUE, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- alter nullability and default
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE DEFAULT 'x' NOT NULL, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- single to multiple
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", CASE WHEN "choice" IS NULL OR "choice" = '' THEN '[]' WHEN json_valid("choice") AND json_type("choice") = 'array' THEN "choice" ELSE json_array("choice") END, "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- multiple to single
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice TEXT DEFAULT '' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", CASE WHEN json_valid("choice") AND json_type("choice") = 'array' THEN coalesce(json_extract("choice", '$[#-1]'), '') ELSE coalesce("choice", '') END, "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- add foreign keys
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL, CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT "posts_a_b_foreign" FOREIGN KEY ("a", "b") REFERENCES "pairs" ("x", "y") ON DELETE RESTRICT);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- a foreign key to itself
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL, CONSTRAINT "posts_title_foreign" FOREIGN KEY ("title") REFERENCES "posts" ("id") ON DELETE CASCADE);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- drop foreign key
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255) UNIQUE, choice JSON DEFAULT '[]' NOT NULL, author INTEGER);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- drop a unique constraint
-- look: SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND lower(tbl_name) = lower('posts') AND type IN ('table', 'index', 'trigger') ORDER BY rowid
PRAGMA legacy_alter_table = ON;
CREATE TABLE "satchel_rebuild" (id INTEGER PRIMARY KEY, title varchar(255), choice JSON DEFAULT '[]' NOT NULL, author INTEGER REFERENCES authors (id) ON DELETE SET NULL);
INSERT INTO "satchel_rebuild" ("id", "title", "choice", "author") SELECT "id", "title", "choice", "author" FROM "posts";
DROP TABLE "posts";
ALTER TABLE "satchel_rebuild" RENAME TO "posts";
PRAGMA legacy_alter_table = OFF;
CREATE INDEX i ON posts (author);

-- index
CREATE INDEX "the index" ON "posts" ("title" DESC, "author");

-- unique index
CREATE UNIQUE INDEX "the index" ON "posts" ("title");

-- unique index over a long text
CREATE UNIQUE INDEX "the index" ON "posts" ("body");

-- index over a long text
CREATE INDEX "the index" ON "posts" ("body");

-- index over an expression
CREATE INDEX "the index" ON "posts" (lower(`title`));

-- index with a collation
CREATE INDEX "the index" ON "posts" ("title" COLLATE "NOCASE");

-- index with a condition
CREATE UNIQUE INDEX "the index" ON "posts" ("title") WHERE `title` != '';

-- drop index
DROP INDEX "the index";

-- comment

-- no comment

-- view
CREATE VIEW "v" AS SELECT * FROM (SELECT id, title FROM posts) AS q;

-- view with a number as id
CREATE VIEW "v" AS SELECT CAST("id" AS text) AS "id", "n" FROM (SELECT n AS id, n FROM posts) AS q;

-- drop view
DROP VIEW "v";

-- end
