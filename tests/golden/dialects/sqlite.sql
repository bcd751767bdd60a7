-- title = 'x' (text)
t1."title" = ?
--   binds ['x']

-- title = '' (empty)
(t1."title" = '' OR t1."title" IS NULL)

-- title != None (null)
(CASE WHEN (t1."title" = '' OR t1."title" IS NULL) THEN 0 ELSE 1 END = 1)

-- title = 'x' (any)
(t1."title" = ? OR (t1."title" = '' AND (? = '' OR ? IS NULL)) OR (t1."title" IS NULL AND (? = '' OR ? IS NULL)))
--   binds ['x', 'x', 'x', 'x', 'x']

-- title != 'x' (any)
(CASE WHEN (t1."title" IS ? OR ((t1."title" = '' OR t1."title" IS NULL) AND (? = '' OR ? IS NULL))) THEN 0 ELSE 1 END = 1)
--   binds ['x', 'x', 'x']

-- views = 5 (number)
t1."views" = ?
--   binds [5]

-- views = '5' (text)
t1."views" = ?
--   binds ['5']

-- views > 5 (number)
t1."views" > ?
--   binds [5]

-- views < 'x' (text)
t1."views" < ?
--   binds ['x']

-- open = True (bool)
t1."open" = ?
--   binds [1]

-- owner = 'x' (any)
(t1."owner" = ? OR (t1."owner" = '' AND (? = '' OR ? IS NULL)) OR (t1."owner" IS NULL AND (? = '' OR ? IS NULL)))
--   binds ['x', 'x', 'x', 'x', 'x']

-- created >= '2024' (text)
t1."created" >= ?
--   binds ['2024']

-- data = 'x' (text)
CASE WHEN json_valid(t1."data") THEN json_extract(t1."data", '$') ELSE t1."data" END IS ?
--   binds ['x']

-- data > 5 (number)
CASE WHEN json_valid(t1."data") THEN json_extract(t1."data", '$') ELSE t1."data" END > ?
--   binds [5]

-- title ~ '%x%' (pattern)
t1."title" LIKE ? ESCAPE '\'
--   binds ['%x%']

-- views !~ '%x%' (pattern)
NOT (CAST(t1."views" AS TEXT) LIKE ? ESCAPE '\')
--   binds ['%x%']

-- title <= 'x' (text)
t1."title" <= ?
--   binds ['x']

-- views _eq 1
t1."views" = ?
--   binds [1]

-- price _eq 1
t1."price" = ?
--   binds [1]

-- views _gt 1
t1."views" > ?
--   binds [1]

-- price _gt 1
t1."price" > ?
--   binds [1]

-- title _neq 'x'
t1."title" <> ?
--   binds ['x']

-- owner _eq 'x'
t1."owner" = ?
--   binds ['x']

-- created _lte 'x'
CASE WHEN t1."created" GLOB '????-??-?? ??:??:??.???Z' THEN t1."created" WHEN t1."created" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."created") WHEN typeof(t1."created") = 'integer' THEN strftime('%Y-%m-%d %H:%M:%fZ', CASE WHEN abs(t1."created") < 100000000000 THEN t1."created" ELSE t1."created" / 1000.0 END, 'unixepoch') WHEN typeof(t1."created") = 'real' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."created", 'auto') END <= ?
--   binds ['x']

-- open _eq True
t1."open" = ?
--   binds [1]

-- title _in ['x']
t1."title" IN (SELECT value FROM json_each(?))
--   binds ['["x"]']

-- views _nin [1]
(t1."views" IS NOT NULL AND ? IS NOT NULL AND NOT (t1."views" IN (SELECT value FROM json_each(?))))
--   binds ['[1]', '[1]']

-- owner _in ['x']
t1."owner" IN (SELECT value FROM json_each(?))
--   binds ['["x"]']

-- created _in ['x']
t1."created" IN (SELECT value FROM json_each(?))
--   binds ['["x"]']

-- title _null True
t1."title" IS NULL

-- title _nempty True
(t1."title" IS NOT NULL AND t1."title" <> '')

-- created _empty True
(t1."created" IS NULL OR t1."created" = '')

-- title _contains 'x'
t1."title" LIKE ('%' || replace(?, '\', '\\') || '%') ESCAPE '\'
--   binds ['x']

-- title _icontains 'x'
t1."title" LIKE ('%' || replace(?, '\', '\\') || '%') ESCAPE '\'
--   binds ['x']

-- title _nstarts_with 'x'
NOT (t1."title" LIKE (replace(?, '\', '\\') || '%') ESCAPE '\')
--   binds ['x']

-- title _ieq 'x'
lower(t1."title") = lower(?)
--   binds ['x']

-- other _intersects '{}'
not supported: SQLite can't do this: geometries can't be compared.

-- views _between
(t1."views" >= ? AND t1."views" <= ?)
--   binds [1, 2]

-- title = other
coalesce(t1."title", '') = coalesce(t1."other", '')

-- views = title
coalesce(t1."views", '') = coalesce(t1."title", '')

-- views _eq title
t1."views" = satchel_number(t1."title")

-- owner _eq title
t1."owner" = CASE WHEN t1."title" GLOB '????????-????-????-????-????????????' THEN lower(t1."title") END

-- directus string
CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END

-- directus integer
CASE WHEN t1."views" >= x'' THEN satchel_json(t1."views") ELSE json_quote(t1."views") END

-- directus bigInteger
CASE WHEN t1."big" >= x'' THEN satchel_json(t1."big") ELSE json_quote(t1."big") END

-- directus float
CASE WHEN t1."score" > -9e999 AND t1."score" < 9e999 THEN json_quote(t1."score") ELSE satchel_json(t1."score") END

-- directus decimal
CASE WHEN t1."price" > -9e999 AND t1."price" < 9e999 THEN json_quote(t1."price") ELSE satchel_json(t1."price") END

-- directus boolean
CASE t1."open" WHEN 1 THEN 'true' WHEN 0 THEN 'false' WHEN '1' THEN 'true' WHEN '0' THEN 'false' WHEN '' THEN 'null' ELSE satchel_json(t1."open") END

-- directus date
coalesce('"' || CASE WHEN t1."day" GLOB '????-??-??' THEN t1."day" WHEN t1."day" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d', substr(t1."day", 1, 10)) WHEN typeof(t1."day") = 'integer' THEN strftime('%Y-%m-%d', CASE WHEN abs(t1."day") < 100000000000 THEN t1."day" ELSE t1."day" / 1000.0 END, 'unixepoch') WHEN typeof(t1."day") = 'real' THEN strftime('%Y-%m-%d', t1."day", 'auto') END || '"', CASE WHEN t1."day" >= x'' THEN satchel_json(t1."day") ELSE json_quote(t1."day") END)

-- directus time
CASE WHEN t1."at" >= x'' THEN satchel_json(t1."at") ELSE json_quote(t1."at") END

-- directus dateTime
coalesce('"' || CASE WHEN t1."local" GLOB '????-??-??T??:??:??' THEN t1."local" WHEN t1."local" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%S', t1."local") WHEN typeof(t1."local") = 'integer' THEN strftime('%Y-%m-%dT%H:%M:%S', CASE WHEN abs(t1."local") < 100000000000 THEN t1."local" ELSE t1."local" / 1000.0 END, 'unixepoch') WHEN typeof(t1."local") = 'real' THEN strftime('%Y-%m-%dT%H:%M:%S', t1."local", 'auto') END || '"', CASE WHEN t1."local" >= x'' THEN satchel_json(t1."local") ELSE json_quote(t1."local") END)

-- directus timestamp
coalesce('"' || CASE WHEN t1."created" GLOB '????-??-??T??:??:??.???Z' THEN t1."created" WHEN t1."created" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%dT%H:%M:%fZ', t1."created") WHEN typeof(t1."created") = 'integer' THEN strftime('%Y-%m-%dT%H:%M:%fZ', CASE WHEN abs(t1."created") < 100000000000 THEN t1."created" ELSE t1."created" / 1000.0 END, 'unixepoch') WHEN typeof(t1."created") = 'real' THEN strftime('%Y-%m-%dT%H:%M:%fZ', t1."created", 'auto') END || '"', CASE WHEN t1."created" >= x'' THEN satchel_json(t1."created") ELSE json_quote(t1."created") END)

-- directus uuid
CASE WHEN t1."owner" >= x'' THEN satchel_json(t1."owner") ELSE json_quote(t1."owner") END

-- directus json
CASE WHEN t1."data" IS NULL THEN 'null' WHEN json_valid(t1."data") THEN t1."data" WHEN json_valid(t1."data", 8) THEN json(t1."data") ELSE satchel_document(t1."data") END

-- directus csv
CASE WHEN t1."labels" IS NULL THEN 'null' WHEN t1."labels" = '' THEN '[]' WHEN t1."labels" >= x'' THEN satchel_json(t1."labels") ELSE '[' || replace(json_quote(CAST(t1."labels" AS TEXT)), ',', '","') || ']' END

-- directus binary
coalesce('"' || satchel_base64(t1."raw") || '"', 'null')

-- directus unknown
CASE WHEN t1."other" > -9e999 AND t1."other" < 9e999 THEN json_quote(t1."other") ELSE satchel_json(t1."other") END

-- pocketbase string
CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END

-- pocketbase integer
CASE WHEN t1."views" >= x'' THEN satchel_json(t1."views") ELSE json_quote(t1."views") END

-- pocketbase bigInteger
CASE WHEN t1."big" >= x'' THEN satchel_json(t1."big") ELSE json_quote(t1."big") END

-- pocketbase float
CASE WHEN t1."score" > -9e999 AND t1."score" < 9e999 THEN json_quote(t1."score") ELSE satchel_json(t1."score") END

-- pocketbase decimal
CASE WHEN t1."price" > -9e999 AND t1."price" < 9e999 THEN json_quote(t1."price") ELSE satchel_json(t1."price") END

-- pocketbase boolean
CASE t1."open" WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE CASE WHEN t1."open" IS NULL THEN 'null' WHEN t1."open" IN ('1', 'true', 't') THEN 'true' ELSE 'false' END END

-- pocketbase date
coalesce('"' || CASE WHEN t1."day" GLOB '????-??-?? ??:??:??.???Z' THEN t1."day" WHEN t1."day" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d 00:00:00.000Z', substr(t1."day", 1, 10)) WHEN typeof(t1."day") = 'integer' THEN strftime('%Y-%m-%d 00:00:00.000Z', CASE WHEN abs(t1."day") < 100000000000 THEN t1."day" ELSE t1."day" / 1000.0 END, 'unixepoch') WHEN typeof(t1."day") = 'real' THEN strftime('%Y-%m-%d 00:00:00.000Z', t1."day", 'auto') END || '"', CASE WHEN t1."day" >= x'' THEN satchel_json(t1."day") ELSE json_quote(t1."day") END)

-- pocketbase time
CASE WHEN t1."at" >= x'' THEN satchel_json(t1."at") ELSE json_quote(t1."at") END

-- pocketbase dateTime
coalesce('"' || CASE WHEN t1."local" GLOB '????-??-?? ??:??:??.???Z' THEN t1."local" WHEN t1."local" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."local") WHEN typeof(t1."local") = 'integer' THEN strftime('%Y-%m-%d %H:%M:%fZ', CASE WHEN abs(t1."local") < 100000000000 THEN t1."local" ELSE t1."local" / 1000.0 END, 'unixepoch') WHEN typeof(t1."local") = 'real' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."local", 'auto') END || '"', CASE WHEN t1."local" >= x'' THEN satchel_json(t1."local") ELSE json_quote(t1."local") END)

-- pocketbase timestamp
coalesce('"' || CASE WHEN t1."created" GLOB '????-??-?? ??:??:??.???Z' THEN t1."created" WHEN t1."created" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."created") WHEN typeof(t1."created") = 'integer' THEN strftime('%Y-%m-%d %H:%M:%fZ', CASE WHEN abs(t1."created") < 100000000000 THEN t1."created" ELSE t1."created" / 1000.0 END, 'unixepoch') WHEN typeof(t1."created") = 'real' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1."created", 'auto') END || '"', CASE WHEN t1."created" >= x'' THEN satchel_json(t1."created") ELSE json_quote(t1."created") END)

-- pocketbase uuid
CASE WHEN t1."owner" >= x'' THEN satchel_json(t1."owner") ELSE json_quote(t1."owner") END

-- pocketbase json
CASE WHEN t1."data" IS NULL THEN 'null' WHEN json_valid(t1."data") THEN t1."data" WHEN json_valid(t1."data", 8) THEN json(t1."data") ELSE satchel_document(t1."data") END

-- pocketbase csv
CASE WHEN t1."labels" >= x'' THEN satchel_json(t1."labels") ELSE json_quote(t1."labels") END

-- pocketbase binary
coalesce('"' || satchel_base64(t1."raw") || '"', 'null')

-- pocketbase unknown
CASE WHEN t1."other" > -9e999 AND t1."other" < 9e999 THEN json_quote(t1."other") ELSE satchel_json(t1."other") END

-- object
concat('{"a":', '1', ',"it''s \"b\"":', CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END, '}')

-- object with a condition
concat('{', substr(concat(CASE WHEN t1.x > 1 THEN concat(',"a":', '1') ELSE '' END, ',"b":', CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END), 2), '}')

-- array
(SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END AS j FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC LIMIT ? + 0 OFFSET ? + 0) AS a)
--   binds [2, 1]

-- array without order
(SELECT concat('[', coalesce(group_concat(j, ','), ''), ']') FROM (SELECT CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END AS j FROM t2 WHERE t2.up = t1.id) AS a)

-- scalar
coalesce((SELECT CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END AS j FROM t2 WHERE t2.up = t1.id), 'null')

-- concealed
CASE WHEN t1."title" IS NULL OR t1."title" = '' THEN 'null' ELSE '"**********"' END

-- optional
concat('{', substr(concat((SELECT concat(',"a":', CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END) AS j FROM t2 WHERE t2.up = t1.id), (SELECT concat(',"b":', '1') AS j FROM t2 WHERE t2.up = t1.id)), 2), '}')

-- keyed rows
(SELECT ',"a":[' || group_concat(j, ',') || ']' FROM (SELECT CASE WHEN t1."title" >= x'' THEN satchel_json(t1."title") ELSE json_quote(t1."title") END AS j FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC LIMIT ? + 0) AS a)
--   binds [2]

-- limit
 LIMIT ? + 0 OFFSET ? + 0
--   binds [2, 1]

-- limit without order
 LIMIT ? + 0
--   binds [2]

-- offset alone
 LIMIT -1 OFFSET ? + 0
--   binds [1]

-- table
"my schema"."odd""`]name"

-- each
SELECT 1 FROM json_each(CASE WHEN json_valid(t1."data") AND json_type(t1."data") = 'array' THEN t1."data" ELSE '[]' END) AS e

-- random
random()

-- lower(title)
lower(t1."title")

-- list_length(data)
CASE WHEN json_valid(t1."data") THEN json_array_length(t1."data") ELSE 0 END

-- json_get(data)
CASE WHEN json_valid(t1."data") THEN json_extract(t1."data", ?) END
--   binds ['$."a"[0]']

-- year(created)
CAST(CASE WHEN t1."created" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y', t1."created") WHEN typeof(t1."created") = 'integer' THEN strftime('%Y', CASE WHEN abs(t1."created") < 100000000000 THEN t1."created" ELSE t1."created" / 1000.0 END, 'unixepoch') WHEN typeof(t1."created") = 'real' THEN strftime('%Y', t1."created", 'auto') END AS INTEGER)

-- week(local)
CAST(CASE WHEN t1."local" GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%W', t1."local") WHEN typeof(t1."local") = 'integer' THEN strftime('%W', CASE WHEN abs(t1."local") < 100000000000 THEN t1."local" ELSE t1."local" / 1000.0 END, 'unixepoch') WHEN typeof(t1."local") = 'real' THEN strftime('%W', t1."local", 'auto') END AS INTEGER)

-- hour(at)
CASE WHEN t1."at" GLOB '[0-9][0-9]:[0-9][0-9]*' THEN CAST(strftime('%H', t1."at") AS INTEGER) END

-- geoDistance(score, score, price, views)
(12742.0 * asin(min(1.0, sqrt(pow(sin(radians(t1."views" - t1."score") / 2), 2) + cos(radians(t1."score")) * cos(radians(t1."views")) * pow(sin(radians(t1."price" - t1."score") / 2), 2)))))

-- strftime(title, created)
strftime(t1."title", CAST(t1."created" AS TEXT))

-- cast text to decimal
satchel_number(t1.x)

-- cast text to bigInteger
CAST(satchel_number(t1.x) AS INTEGER)

-- cast text to timestamp
CASE WHEN t1.x GLOB '????-??-?? ??:??:??.???Z' THEN t1.x WHEN t1.x GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1.x) WHEN typeof(t1.x) = 'integer' THEN strftime('%Y-%m-%d %H:%M:%fZ', CASE WHEN abs(t1.x) < 100000000000 THEN t1.x ELSE t1.x / 1000.0 END, 'unixepoch') WHEN typeof(t1.x) = 'real' THEN strftime('%Y-%m-%d %H:%M:%fZ', t1.x, 'auto') END

-- cast scalar to text
CAST(t1.x AS TEXT)

-- cast timestamp to text
CAST(t1.x AS TEXT)
