CREATE SCHEMA "Other schema"; CREATE TYPE mood AS ENUM ('sad', 'ok', 'it''s');
CREATE DOMAIN percent AS numeric(5,2) CHECK (VALUE BETWEEN 0 AND 100); CREATE DOMAIN moods AS mood[]; CREATE DOMAIN word AS varchar(20);
CREATE TYPE pair AS (a int, b text);
CREATE TABLE everything (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, i2 smallint, i4 int, i8 bigint, n numeric, n2 numeric(30,10), r real, f double precision, m money,
  b boolean, t text, v varchar(10), c char(5), "char" "char", nm name, u uuid, by bytea, bi bit(4), vb bit varying(8), d date, ti time(3), tz timetz,
  ts timestamp, tstz timestamptz, iv interval, j json, jb jsonb, jp jsonpath, x xml, ip inet, ci cidr, ma macaddr, po point, bo box, ci2 circle,
  r4 int4range, rd daterange, tv tsvector, tq tsquery, e mood, ea mood[], ia int[], ta text[], i2d int[][], p percent, ms moods, w word, pa pair, o oid,
  g int GENERATED ALWAYS AS (i4 * 2) STORED, de timestamptz DEFAULT now(), "select" int, "Mixed Case" text, "dots.and-dashes" text, "ümläut" text,
  "q""uote" text, "per%cent" text, "bra{}ce" text, "$dollar" text, "trailing " text
);
INSERT INTO everything (i2, i4, i8, n, n2, r, f, m, b, t, v, c, "char", nm, u, by, bi, vb, d, ti, tz, ts, tstz, iv, j, jb, jp, x, ip, ci, ma, po, bo, ci2,
  r4, rd, tv, tq, e, ea, ia, ta, i2d, p, ms, w, pa, o, "select", "Mixed Case", "dots.and-dashes", "ümläut", "q""uote", "per%cent", "bra{}ce", "$dollar",
  "trailing ")
VALUES (1, 2, 9007199254740993, 1.50, 12345678901234567890.0123456789, 1.5, 0.1, 3.5, true, 'text', 'var', 'ch', 'x', 'name',
  '00000000-0000-4000-8000-00000000000a', '\x00ff', B'1010', B'101', '2024-02-29', '12:34:56.789', '12:34:56+02', '2024-02-29 12:34:56.789',
  '2024-02-29 12:34:56.789+02', '1 day 02:03:04', '{"a": 1}', '{"a": [1, null]}', '$.a', '<a/>', '10.0.0.1/24', '10.0.0.0/24', '08:00:2b:01:02:03',
  '(1,2)', '((1,2),(3,4))', '<(1,2),3>', '[1,5)', '[2024-01-01,2024-02-01)', 'a b', 'a & b', 'it''s', '{sad,ok}', '{1,2}', '{a,"b,c",NULL}',
  '{{1,2},{3,4}}', 99.5, '{sad}', 'word', '(1,x)', 42, 1, 'mixed', 'dots', 'uml', 'quote', 'percent', 'brace', 'dollar', 'trailing');
INSERT INTO everything (f, r, d, ts, tstz, n) VALUES ('NaN', 'Infinity', 'infinity', '-infinity', 'infinity', 'NaN');
CREATE TABLE "Other schema".everything (id int PRIMARY KEY, other text); INSERT INTO "Other schema".everything VALUES (1, 'there');
CREATE TABLE "Camel Case" ("Id" int PRIMARY KEY, "Parent Id" int REFERENCES "Camel Case", link int REFERENCES "Other schema".everything);
INSERT INTO "Camel Case" VALUES (1, NULL, 1), (2, 1, NULL);
CREATE TABLE hen (id int PRIMARY KEY, egg int); CREATE TABLE egg (id int PRIMARY KEY, hen int REFERENCES hen); ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
INSERT INTO hen VALUES (1, NULL); INSERT INTO egg VALUES (1, 1); UPDATE hen SET egg = 1;
CREATE TABLE nothing (); CREATE TABLE keyless (a int, b text); INSERT INTO keyless VALUES (1, 'x'), (1, 'x');
CREATE TABLE parts (at date NOT NULL, id int NOT NULL, v text, PRIMARY KEY (at, id)) PARTITION BY RANGE (at);
CREATE TABLE parts_24 PARTITION OF parts FOR VALUES FROM ('2024-01-01') TO ('2025-01-01'); INSERT INTO parts VALUES ('2024-05-06', 1, 'part');
CREATE VIEW shown AS SELECT id, t, "Mixed Case" FROM everything; CREATE MATERIALIZED VIEW kept AS SELECT count(*) AS n FROM everything;
