-- in main
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"title":', json_quote(t1."title"), ',"author":{"mark":"1","0":', json_quote(t1."author"), '}}') AS j FROM "posts" AS t1 ORDER BY t1."id" ASC LIMIT ? + 0) AS a) AS TEXT)
-- 1, after
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"0":', json_quote(t2."id"), ',"j":{"name":', json_quote(t2."name"), '}}') AS j FROM "authors" AS t2 WHERE t2."id" IN (SELECT value FROM json_each(?)) LIMIT ? + 0) AS a) AS TEXT)
-- if those are too many: for each parent
-- in other
SELECT CAST((SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT concat('{"j":{"name":', json_quote(t2."name"), '}}') AS j FROM "authors" AS t2 WHERE t2."id" IN (SELECT value FROM json_each(?))) AS a) AS TEXT)
