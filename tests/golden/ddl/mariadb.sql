-- mariadb: begin
SELECT get_lock(concat('satchel.', left(md5(database()), 32)), 60);

-- every storage type
-- look: SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = database()
CREATE TABLE `posts` (`id` int AUTO_INCREMENT NOT NULL, `f_string` varchar(255), `f_text` text, `f_boolean` boolean, `f_integer` int, `f_bigInteger` bigint, `f_float` float, `f_decimal` decimal(10, 5), `f_date` date, `f_time` time, `f_dateTime` datetime, `f_timestamp` datetime(3), `f_json` json, `f_csv` text, `f_uuid` char(36), `f_hash` varchar(255), `f_binary` longblob, `f_geometry` geometry, `f_geometry.Point` point, `f_geometry.LineString` linestring, `f_geometry.Polygon` polygon, `f_geometry.MultiPoint` multipoint, `f_geometry.MultiLineString` multilinestring, `f_geometry.MultiPolygon` multipolygon, PRIMARY KEY (`id`));

-- every kind
-- look: SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = database()
CREATE TABLE `posts` (`id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT (concat('r', left(md5(uuid()), 14))) NOT NULL, `short` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `long` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `huge` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `editor` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `number` double DEFAULT 0 NOT NULL, `bool` boolean DEFAULT FALSE NOT NULL, `email` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `url` text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `date` datetime(3), `autodate` datetime(3), `select` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `selects` json DEFAULT '[]' NOT NULL, `relation` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `relations` json DEFAULT '[]' NOT NULL, `file` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, `json` json, `geoPoint` json DEFAULT '{"lon":0,"lat":0}' NOT NULL, `password` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL, PRIMARY KEY (`id`));

-- composite key, foreign keys, comments
-- look: SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = 'shop'
CREATE TABLE `shop`.`odd "name``]` (`a` int NOT NULL, `b` char(36) DEFAULT (uuid()) NOT NULL COMMENT 'it''s b', `author` bigint, PRIMARY KEY (`a`, `b`), CONSTRAINT `posts_author_foreign` FOREIGN KEY (`author`) REFERENCES `authors` (`id`) ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT `odd "name``]_a_b_foreign` FOREIGN KEY (`a`, `b`) REFERENCES `other`.`pairs` (`x`, `y`) ON DELETE RESTRICT) COMMENT = 'what''s in it';

-- defaults
-- look: SELECT default_character_set_name FROM information_schema.schemata WHERE schema_name = database()
CREATE TABLE `posts` (`s` varchar(20) DEFAULT 'it''s \\ ''x''', `t` text DEFAULT 'x', `i` int DEFAULT 12, `b` boolean DEFAULT TRUE, `d` decimal(6, 1) DEFAULT 1.5, `j` json DEFAULT '{"a":1}', `now_date` date DEFAULT (curdate()), `now_time` time DEFAULT (curtime()), `now_dateTime` datetime DEFAULT CURRENT_TIMESTAMP, `now_timestamp` datetime(3) DEFAULT CURRENT_TIMESTAMP(3), `r` varchar(255) DEFAULT (concat('r', left(md5(uuid()), 14))));

-- drop table
DROP TABLE `posts`;

-- rename table
RENAME TABLE `shop`.`posts` TO `shop`.`articles`;

-- rename column
ALTER TABLE `posts` RENAME COLUMN `title` TO `head line`;

-- add columns
ALTER TABLE `posts` ADD COLUMN `title` varchar(255);
ALTER TABLE `posts` ADD COLUMN `n` double DEFAULT 0 NOT NULL COMMENT 'how many';

-- drop column
ALTER TABLE `posts` DROP COLUMN `title`;

-- alter type
-- look: SELECT column_name, column_type, collation_name, extra, column_comment FROM information_schema.columns WHERE table_schema = database() AND table_name = 'posts'
ALTER TABLE `posts` MODIFY COLUMN `title` bigint DEFAULT 7 NOT NULL;

-- alter type with a default that the new one can't have
-- look: SELECT column_name, column_type, collation_name, extra, column_comment FROM information_schema.columns WHERE table_schema = database() AND table_name = 'posts'
ALTER TABLE `posts` MODIFY COLUMN `title` int;

-- alter nullability and default
-- look: SELECT column_name, column_type, collation_name, extra, column_comment FROM information_schema.columns WHERE table_schema = database() AND table_name = 'posts'
ALTER TABLE `posts` MODIFY COLUMN `title` varchar(255) COLLATE utf8mb4_unicode_ci DEFAULT 'x' NOT NULL;

-- single to multiple
-- look: SELECT column_name, column_type, collation_name, extra, column_comment FROM information_schema.columns WHERE table_schema = database() AND table_name = 'posts'
ALTER TABLE `posts` MODIFY COLUMN `choice` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
UPDATE `posts` SET `choice` = CASE WHEN `choice` IS NULL OR `choice` = '' THEN '[]' WHEN json_valid(`choice`) AND json_type(`choice`) = 'ARRAY' THEN `choice` ELSE json_array(`choice`) END;
ALTER TABLE `posts` MODIFY COLUMN `choice` json DEFAULT '[]' NOT NULL;

-- multiple to single
-- look: SELECT column_name, column_type, collation_name, extra, column_comment FROM information_schema.columns WHERE table_schema = database() AND table_name = 'posts'
ALTER TABLE `posts` MODIFY COLUMN `choice` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
UPDATE `posts` SET `choice` = CASE WHEN json_valid(`choice`) THEN coalesce(json_unquote(json_extract(`choice`, concat('$[', json_length(`choice`) - 1, ']'))), '') ELSE coalesce(`choice`, '') END;
ALTER TABLE `posts` MODIFY COLUMN `choice` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT '' NOT NULL;

-- add foreign keys
ALTER TABLE `posts` ADD CONSTRAINT `posts_author_foreign` FOREIGN KEY (`author`) REFERENCES `authors` (`id`) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE `posts` ADD CONSTRAINT `posts_a_b_foreign` FOREIGN KEY (`a`, `b`) REFERENCES `other`.`pairs` (`x`, `y`) ON DELETE RESTRICT;

-- a foreign key to itself
ALTER TABLE `posts` ADD CONSTRAINT `posts_title_foreign` FOREIGN KEY (`title`) REFERENCES `posts` (`id`) ON DELETE CASCADE;

-- drop foreign key
ALTER TABLE `posts` DROP FOREIGN KEY `posts_author_foreign`;

-- drop a unique constraint
-- refused: A unique constraint of MariaDB is dropped as an index.

-- index
CREATE INDEX `the index` ON `posts` (`title` DESC, `author`);

-- unique index
CREATE UNIQUE INDEX `the index` ON `posts` (`title`);

-- unique index over a long text
CREATE UNIQUE INDEX `the index` ON `posts` (`body`);

-- index over a long text
CREATE INDEX `the index` ON `posts` (`body`(255));

-- index over an expression
-- refused: MariaDB has no indexes over expressions or with a collation of their own.

-- index with a collation
-- refused: MariaDB has no indexes over expressions or with a collation of their own.

-- index with a condition
ALTER TABLE `posts` ADD COLUMN `satchel_spared_d03bcb11` varchar(255) AS (NULLIF(`title`, '')) VIRTUAL INVISIBLE;
CREATE UNIQUE INDEX `the index` ON `posts` (`satchel_spared_d03bcb11`);

-- drop index
DROP INDEX `the index` ON `shop`.`posts`;

-- comment
ALTER TABLE `posts` COMMENT = 'it''s here';

-- no comment
ALTER TABLE `posts` COMMENT = '';

-- view
CREATE VIEW `v` AS SELECT * FROM (SELECT id, title FROM posts) AS q;

-- view with a number as id
CREATE VIEW `v` AS SELECT CAST(`id` AS char) AS `id`, `n` FROM (SELECT n AS id, n FROM posts) AS q;

-- drop view
DROP VIEW `v`;

-- end
SELECT release_lock(concat('satchel.', left(md5(database()), 32)));
