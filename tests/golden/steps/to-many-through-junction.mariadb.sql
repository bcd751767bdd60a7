-- in main
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"title":', coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null'), ',"tags":', (SELECT concat('[', coalesce(group_concat(concat('{"tags_id":', concat('{"mark":', '"1"', ',"0":', coalesce(CAST(t2.`tags_id` AS CHAR), 'null'), '}'), '}') ORDER BY t2.`id` IS NULL, t2.`id` ASC SEPARATOR ',' LIMIT %s), ''), ']') FROM `posts_tags` AS t2 WHERE t2.`posts_id` = t1.`id`), '}') ORDER BY t1.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t1.*, row_number() OVER (ORDER BY t1.`id` ASC) AS `_n` FROM `posts` AS t1 ORDER BY `_n` LIMIT %s) AS t1)
-- 1, after
-- in other
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"0":', coalesce(CAST(t3.`id` AS CHAR), 'null'), ',"j":', concat('{"name":', coalesce(JSON_QUOTE(CONVERT(t3.`name` USING utf8mb4)), 'null'), '}'), '}') ORDER BY t3.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t3.*, row_number() OVER (ORDER BY t3.`id` ASC) AS `_n` FROM `tags` AS t3 WHERE t3.`id` IN (SELECT j.v FROM JSON_TABLE(%s, '$[*]' COLUMNS (v BIGINT PATH '$')) AS j WHERE j.v IS NOT NULL) ORDER BY `_n` LIMIT %s) AS t3)
-- if those are too many: for each parent
-- in other
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"j":', concat('{"name":', coalesce(JSON_QUOTE(CONVERT(t3.`name` USING utf8mb4)), 'null'), '}'), '}') ORDER BY t3.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t3.*, row_number() OVER (ORDER BY t3.`id` ASC) AS `_n` FROM `tags` AS t3 WHERE t3.`id` IN (SELECT j.v FROM JSON_TABLE(%s, '$[*]' COLUMNS (v BIGINT PATH '$')) AS j WHERE j.v IS NOT NULL) ORDER BY `_n`) AS t3)
