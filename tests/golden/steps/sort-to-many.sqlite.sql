-- 1, before
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"0":', json_quote(t3."id"), ',"1":', json_quote(t3."name"), '}') AS j FROM "tags" AS t3 LIMIT ? + 0) AS a) AS TEXT)
-- if those are too many: the keys that are referred to
-- in main
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT g.j AS j FROM (SELECT concat('{"0":', json_quote(t2."tags_id"), '}') AS j FROM "posts" AS t1 JOIN "posts_tags" AS t2 ON t2."posts_id" = t1."id" WHERE t2."tags_id" IS NOT NULL GROUP BY t2."tags_id" LIMIT ? + 0) AS g) AS a) AS TEXT)
-- and the rows with these keys
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"0":', json_quote(t3."id"), ',"1":', json_quote(t3."name"), '}') AS j FROM "tags" AS t3 WHERE t3."id" IN (SELECT value FROM json_each(?)) LIMIT ? + 0) AS a) AS TEXT)
-- in main
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"id":', json_quote(t1."id"), '}') AS j FROM (SELECT t1.* FROM "posts" AS t1 ORDER BY (SELECT min(t3."name") FROM "posts_tags" AS t2 JOIN (SELECT CAST(json_extract(e.value, '$[0]') AS NUMERIC) AS "id", CAST(json_extract(e.value, '$[1]') AS TEXT) AS "name" FROM json_each(?) AS e) AS t3 ON t2."tags_id" = t3."id" WHERE t2."posts_id" = t1."id") ASC LIMIT ? + 0) AS t1) AS a) AS TEXT)
