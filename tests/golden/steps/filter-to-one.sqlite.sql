-- 1, before
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"0":', json_quote(t2."id"), ',"1":', json_quote(t2."name"), '}') AS j FROM "authors" AS t2 WHERE t2."name" = ? LIMIT ? + 0) AS a) AS TEXT)
-- if those are too many: the keys that are referred to
-- in main
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT g.j AS j FROM (SELECT concat('{"0":', json_quote(t1."author"), '}') AS j FROM "posts" AS t1 WHERE t1."author" IS NOT NULL GROUP BY t1."author" LIMIT ? + 0) AS g) AS a) AS TEXT)
-- and the rows with these keys
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"0":', json_quote(t2."id"), ',"1":', json_quote(t2."name"), '}') AS j FROM "authors" AS t2 WHERE (t2."name" = ? AND t2."id" IN (SELECT value FROM json_each(?))) LIMIT ? + 0) AS a) AS TEXT)
-- in main
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"id":', json_quote(t1."id"), '}') AS j FROM (SELECT t1.* FROM "posts" AS t1 LEFT JOIN (SELECT CAST(json_extract(e.value, '$[0]') AS NUMERIC) AS "id", CAST(json_extract(e.value, '$[1]') AS TEXT) AS "name" FROM json_each(?) AS e) AS t2 ON t1."author" = t2."id" WHERE t2."name" = ? ORDER BY t1."id" ASC LIMIT ? + 0) AS t1) AS a) AS TEXT), (SELECT count(*) FROM "posts" AS t1), (SELECT count(*) FROM "posts" AS t1 LEFT JOIN (SELECT CAST(json_extract(e.value, '$[0]') AS NUMERIC) AS "id", CAST(json_extract(e.value, '$[1]') AS TEXT) AS "name" FROM json_each(?) AS e) AS t2 ON t1."author" = t2."id" WHERE t2."name" = ?)
