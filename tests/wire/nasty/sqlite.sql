CREATE TABLE everything (
  id INTEGER PRIMARY KEY, i4 int, i8 bigint, n decimal(20,5), r float, f double precision, b boolean, t text, v varchar(10), c char(5), u uuid, by1 blob,
  d date, ti time, dt datetime, ts timestamp, j json, untyped, odd "a strange type", num numeric, g int GENERATED ALWAYS AS (i4 * 2) STORED,
  gv AS (i4 * 3), de datetime DEFAULT CURRENT_TIMESTAMP, "select" int, "Mixed Case" text, "dots.and-dashes" text, "ümläut" text, "q""uote" text,
  "per%cent" text, "bra{}ce" text, "$dollar" text, "trailing " text
);
INSERT INTO everything (i4, i8, n, r, f, b, t, v, c, u, by1, d, ti, dt, ts, j, untyped, odd, num, "select", "Mixed Case", "dots.and-dashes", "ümläut",
  "q""uote", "per%cent", "bra{}ce", "$dollar", "trailing ")
VALUES (2, 9007199254740993, 1.5, 1.5, 0.1, 1, 'text', 'var', 'ch', '00000000-0000-4000-8000-00000000000a', x'00ff', '2024-02-29', '12:34:56',
  '2024-02-29 12:34:56', '2024-02-29 12:34:56.789Z', '{"a": [1, null]}', 'x', 7, 1.25, 1, 'mixed', 'dots', 'uml', 'quote', 'percent', 'brace', 'dollar',
  'trailing');
INSERT INTO everything (i4, i8, n, b, t, d, dt, ts, j, u, by1) VALUES ('not a number', 1.5, 'x', 'maybe', x'ff00', 'someday', 1709210096, 2460370.02, '{', 'no uuid', 'text');
CREATE TABLE "Camel Case" ("Id" int PRIMARY KEY, "Parent Id" int REFERENCES "Camel Case"); INSERT INTO "Camel Case" VALUES (1, NULL), (2, 1);
CREATE TABLE hen (id int PRIMARY KEY, egg int REFERENCES egg); CREATE TABLE egg (id int PRIMARY KEY, hen int REFERENCES hen);
INSERT INTO hen VALUES (1, 1); INSERT INTO egg VALUES (1, 1);
CREATE TABLE keyless (a int, b text); INSERT INTO keyless VALUES (1, 'x'), (1, 'x');
CREATE TABLE strict (id ANY PRIMARY KEY, v ANY) STRICT, WITHOUT ROWID; INSERT INTO strict VALUES ('k', 1), (2, x'00');
CREATE VIEW shown AS SELECT id, t, "Mixed Case" FROM everything;
