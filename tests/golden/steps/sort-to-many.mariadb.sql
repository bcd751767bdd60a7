-- 1, before
-- in other
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"0":', coalesce(CAST(t3.`id` AS CHAR), 'null'), ',"1":', coalesce(JSON_QUOTE(CONVERT(t3.`name` USING utf8mb4)), 'null'), '}') ORDER BY t3.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t3.*, row_number() OVER (ORDER BY t3.`id` ASC) AS `_n` FROM `tags` AS t3 ORDER BY `_n` LIMIT %s) AS t3)
-- if those are too many: the keys that are referred to
-- in main
SELECT (SELECT concat('[', coalesce(group_concat(g.j SEPARATOR ','), ''), ']') FROM (SELECT concat('{"0":', coalesce(CAST(t2.`tags_id` AS CHAR), 'null'), '}') AS j FROM `posts` AS t1 JOIN `posts_tags` AS t2 ON t2.`posts_id` = t1.`id` WHERE t2.`tags_id` IS NOT NULL GROUP BY t2.`tags_id` LIMIT %s) AS g)
-- and the rows with these keys
-- in other
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"0":', coalesce(CAST(t3.`id` AS CHAR), 'null'), ',"1":', coalesce(JSON_QUOTE(CONVERT(t3.`name` USING utf8mb4)), 'null'), '}') ORDER BY t3.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t3.*, row_number() OVER (ORDER BY t3.`id` ASC) AS `_n` FROM `tags` AS t3 WHERE t3.`id` IN (SELECT j.v FROM JSON_TABLE(%s, '$[*]' COLUMNS (v BIGINT PATH '$')) AS j WHERE j.v IS NOT NULL) ORDER BY `_n` LIMIT %s) AS t3)
-- in main
SELECT (SELECT concat('[', coalesce(group_concat(concat('{"id":', coalesce(CAST(t1.`id` AS CHAR), 'null'), '}') ORDER BY t1.`_n` SEPARATOR ','), ''), ']') FROM (SELECT t1.*, row_number() OVER (ORDER BY (SELECT min(t3.`name`) FROM `posts_tags` AS t2 JOIN (SELECT e.v0 AS `id`, CONVERT(e.v1 USING utf8mb4) COLLATE utf8mb4_nopad_bin AS `name` FROM JSON_TABLE(%s, '$[*]' COLUMNS (v0 BIGINT PATH '$[0]', v1 LONGTEXT PATH '$[1]')) AS e) AS t3 ON t2.`tags_id` = t3.`id` WHERE t2.`posts_id` = t1.`id`) ASC, t1.`id` ASC) AS `_n` FROM `posts` AS t1 ORDER BY `_n` LIMIT %s) AS t1)
