-- postgres: begin
SELECT pg_advisory_xact_lock(7310872194002);
SET LOCAL lock_timeout = '10s';

-- every storage type
CREATE TABLE "posts" ("id" serial NOT NULL, "f_string" varchar(255), "f_text" text, "f_boolean" boolean, "f_integer" integer, "f_bigInteger" bigint, "f_float" real, "f_decimal" numeric(10, 5), "f_date" date, "f_time" time, "f_dateTime" timestamp, "f_timestamp" timestamptz, "f_json" json, "f_csv" text, "f_uuid" uuid, "f_hash" varchar(255), "f_binary" bytea, "f_geometry" geometry(Geometry, 4326), "f_geometry.Point" geometry(Point, 4326), "f_geometry.LineString" geometry(LineString, 4326), "f_geometry.Polygon" geometry(Polygon, 4326), "f_geometry.MultiPoint" geometry(MultiPoint, 4326), "f_geometry.MultiLineString" geometry(MultiLineString, 4326), "f_geometry.MultiPolygon" geometry(MultiPolygon, 4326), PRIMARY KEY ("id"));

-- every kind
CREATE TABLE "posts" ("id" text DEFAULT ('r' || substr(md5(random()::text || clock_timestamp()::text), 1, 14)) NOT NULL, "short" text DEFAULT '' NOT NULL, "long" text DEFAULT '' NOT NULL, "huge" text DEFAULT '' NOT NULL, "editor" text DEFAULT '' NOT NULL, "number" double precision DEFAULT 0 NOT NULL, "bool" boolean DEFAULT FALSE NOT NULL, "email" text DEFAULT '' NOT NULL, "url" text DEFAULT '' NOT NULL, "date" timestamptz, "autodate" timestamptz, "select" text DEFAULT '' NOT NULL, "selects" jsonb DEFAULT '[]' NOT NULL, "relation" text DEFAULT '' NOT NULL, "relations" jsonb DEFAULT '[]' NOT NULL, "file" text DEFAULT '' NOT NULL, "json" json, "geoPoint" jsonb DEFAULT '{"lon":0,"lat":0}' NOT NULL, "password" text DEFAULT '' NOT NULL, PRIMARY KEY ("id"));

-- composite key, foreign keys, comments
CREATE TABLE "shop"."odd ""name`]" ("a" integer NOT NULL, "b" uuid DEFAULT gen_random_uuid() NOT NULL, "author" bigint, PRIMARY KEY ("a", "b"), CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT "odd ""name`]_a_b_foreign" FOREIGN KEY ("a", "b") REFERENCES "other"."pairs" ("x", "y") ON DELETE RESTRICT);
COMMENT ON TABLE "shop"."odd ""name`]" IS 'what''s in it';
COMMENT ON COLUMN "shop"."odd ""name`]"."b" IS 'it''s b';

-- defaults
CREATE TABLE "posts" ("s" varchar(20) DEFAULT 'it''s \ ''x''', "t" text DEFAULT 'x', "i" integer DEFAULT 12, "b" boolean DEFAULT TRUE, "d" numeric(6, 1) DEFAULT 1.5, "j" json DEFAULT '{"a":1}', "now_date" date DEFAULT CURRENT_DATE, "now_time" time DEFAULT CURRENT_TIME, "now_dateTime" timestamp DEFAULT CURRENT_TIMESTAMP, "now_timestamp" timestamptz DEFAULT CURRENT_TIMESTAMP, "r" varchar(255) DEFAULT ('r' || substr(md5(random()::text || clock_timestamp()::text), 1, 14)));

-- drop table
DROP TABLE "posts";

-- rename table
ALTER TABLE "shop"."posts" RENAME TO "articles";

-- rename column
ALTER TABLE "posts" RENAME COLUMN "title" TO "head line";

-- add columns
ALTER TABLE "posts" ADD COLUMN "title" varchar(255);
ALTER TABLE "posts" ADD COLUMN "n" double precision DEFAULT 0 NOT NULL;
COMMENT ON COLUMN "posts"."n" IS 'how many';

-- drop column
ALTER TABLE "posts" DROP COLUMN "title";

-- alter type
ALTER TABLE "posts" ALTER COLUMN "title" DROP DEFAULT, ALTER COLUMN "title" TYPE bigint USING "title"::bigint;
ALTER TABLE "posts" ALTER COLUMN "title" SET DEFAULT 7;
ALTER TABLE "posts" ALTER COLUMN "title" SET NOT NULL;

-- alter type with a default that the new one can't have
ALTER TABLE "posts" ALTER COLUMN "title" DROP DEFAULT, ALTER COLUMN "title" TYPE integer USING "title"::integer;

-- alter nullability and default
ALTER TABLE "posts" ALTER COLUMN "title" SET DEFAULT 'x';
ALTER TABLE "posts" ALTER COLUMN "title" SET NOT NULL;

-- single to multiple
ALTER TABLE "posts" ALTER COLUMN "choice" DROP DEFAULT, ALTER COLUMN "choice" TYPE jsonb USING CASE WHEN "choice" IS NULL OR "choice"::text = '' THEN '[]'::jsonb ELSE jsonb_build_array("choice") END;
ALTER TABLE "posts" ALTER COLUMN "choice" SET DEFAULT '[]';
UPDATE "posts" SET "choice" = '[]' WHERE "choice" IS NULL;
ALTER TABLE "posts" ALTER COLUMN "choice" SET NOT NULL;

-- multiple to single
ALTER TABLE "posts" ALTER COLUMN "choice" DROP DEFAULT, ALTER COLUMN "choice" TYPE text USING coalesce("choice"::jsonb ->> -1, '');
ALTER TABLE "posts" ALTER COLUMN "choice" SET DEFAULT '';
UPDATE "posts" SET "choice" = '' WHERE "choice" IS NULL;
ALTER TABLE "posts" ALTER COLUMN "choice" SET NOT NULL;

-- add foreign keys
ALTER TABLE "posts" ADD CONSTRAINT "posts_author_foreign" FOREIGN KEY ("author") REFERENCES "authors" ("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "posts" ADD CONSTRAINT "posts_a_b_foreign" FOREIGN KEY ("a", "b") REFERENCES "other"."pairs" ("x", "y") ON DELETE RESTRICT;

-- a foreign key to itself
ALTER TABLE "posts" ADD CONSTRAINT "posts_title_foreign" FOREIGN KEY ("title") REFERENCES "posts" ("id") ON DELETE CASCADE;

-- drop foreign key
ALTER TABLE "posts" DROP CONSTRAINT "posts_author_foreign";

-- drop a unique constraint
-- refused: A unique constraint of PostgreSQL is dropped as an index.

-- index
CREATE INDEX "the index" ON "posts" ("title" DESC, "author");

-- unique index
CREATE UNIQUE INDEX "the index" ON "posts" ("title");

-- unique index over a long text
CREATE UNIQUE INDEX "the index" ON "posts" ("body");

-- index over a long text
CREATE INDEX "the index" ON "posts" ("body");

-- index over an expression
CREATE INDEX "the index" ON "posts" ((lower("title")));

-- index with a collation
CREATE INDEX "the index" ON "posts" ((lower("title")));

-- index with a condition
CREATE UNIQUE INDEX "the index" ON "posts" ("title") WHERE "title" != '';

-- drop index
-- look: SELECT conname FROM pg_catalog.pg_constraint WHERE conindid = to_regclass('"shop"."the index"')
DROP INDEX "shop"."the index";

-- comment
COMMENT ON TABLE "posts" IS 'it''s here';

-- no comment
COMMENT ON TABLE "posts" IS NULL;

-- view
CREATE VIEW "v" AS SELECT * FROM (SELECT id, title FROM posts) AS q;

-- view with a number as id
CREATE VIEW "v" AS SELECT CAST("id" AS text) AS "id", "n" FROM (SELECT n AS id, n FROM posts) AS q;

-- drop view
DROP VIEW "v";

-- end
