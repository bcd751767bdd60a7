CREATE TABLE everything (
  id bigint unsigned AUTO_INCREMENT PRIMARY KEY, t1 tinyint, t1u tinyint unsigned, b1 tinyint(1), i3 mediumint, i4 int, i8 bigint, i8u bigint unsigned,
  n decimal(20,5), n65 decimal(65,30), r float, f double, b boolean, bi bit(1), b8 bit(8), t text, tt tinytext, lt longtext, v varchar(10), c char(5),
  vl varchar(10) CHARACTER SET latin1, u uuid, by1 blob, vb varbinary(8), b16 binary(16), d date, ti time(3), dt datetime(6), ts timestamp NULL, y year,
  j json, e enum('sad','ok','it''s'), s set('a','b'), ip inet6, po point, g int AS (i4 * 2) STORED, gv int AS (i4 * 3) VIRTUAL,
  de datetime DEFAULT current_timestamp, `select` int, `Mixed Case` text, `dots.and-dashes` text, `ümläut` text, `q``uote` text, `per%cent` text,
  `bra{}ce` text, `$dollar` text
);
INSERT INTO everything (t1, t1u, b1, i3, i4, i8, i8u, n, n65, r, f, b, bi, b8, t, tt, lt, v, c, vl, u, by1, vb, b16, d, ti, dt, ts, y, j, e, s, ip, po,
  `select`, `Mixed Case`, `dots.and-dashes`, `ümläut`, `q``uote`, `per%cent`, `bra{}ce`, `$dollar`)
VALUES (-1, 255, 1, 3, 2, 9007199254740993, 18446744073709551615, 1.5, 1.000000000000000000000000000001, 1.5, 0.1, true, b'1', b'10101010', 'text', 'tiny',
  'long', 'var', 'ch', 'vl', '00000000-0000-4000-8000-00000000000a', x'00ff', x'0102', x'000102030405060708090a0b0c0d0e0f', '2024-02-29', '-12:34:56.789',
  '2024-02-29 12:34:56.789012', '2024-02-29 12:34:56', 2024, '{"a": [1, null]}', 'it''s', 'a,b', '::1', ST_GeomFromText('POINT(1 2)'), 1, 'mixed', 'dots',
  'uml', 'quote', 'percent', 'brace', 'dollar');
INSERT INTO everything (i4) VALUES (NULL);
CREATE TABLE `Camel Case` (`Id` int PRIMARY KEY, `Parent Id` int, FOREIGN KEY (`Parent Id`) REFERENCES `Camel Case` (`Id`));
INSERT INTO `Camel Case` VALUES (1, NULL), (2, 1);
CREATE TABLE hen (id int PRIMARY KEY, egg int); CREATE TABLE egg (id int PRIMARY KEY, hen int, FOREIGN KEY (hen) REFERENCES hen (id));
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg (id); INSERT INTO hen VALUES (1, NULL); INSERT INTO egg VALUES (1, 1); UPDATE hen SET egg = 1;
CREATE TABLE keyless (a int, b text); INSERT INTO keyless VALUES (1, 'x'), (1, 'x'); CREATE VIEW shown AS SELECT id, t, `Mixed Case` FROM everything;
