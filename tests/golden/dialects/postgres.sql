-- title = 'x' (text)
(t1."title")::text = $1::text
--   binds ['x']

-- title = '' (empty)
((t1."title")::text = '' OR t1."title" IS NULL)

-- title != None (null)
(CASE WHEN ((t1."title")::text = '' OR t1."title" IS NULL) THEN 0 ELSE 1 END = 1)

-- title = 'x' (any)
((t1."title")::text = CASE jsonb_typeof($1::text::jsonb) WHEN 'boolean' THEN ($2::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($3::text::jsonb) AS e(v)), '') || ']' ELSE $4::text::jsonb #>> '{}' END OR ((t1."title")::text = '' AND (CASE jsonb_typeof($5::text::jsonb) WHEN 'boolean' THEN ($6::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($7::text::jsonb) AS e(v)), '') || ']' ELSE $8::text::jsonb #>> '{}' END = '' OR $9::text::jsonb IS NULL)) OR (t1."title" IS NULL AND (CASE jsonb_typeof($10::text::jsonb) WHEN 'boolean' THEN ($11::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($12::text::jsonb) AS e(v)), '') || ']' ELSE $13::text::jsonb #>> '{}' END = '' OR $14::text::jsonb IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- title != 'x' (any)
(CASE WHEN ((CASE WHEN (t1."title")::text = CASE jsonb_typeof($1::text::jsonb) WHEN 'boolean' THEN ($2::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($3::text::jsonb) AS e(v)), '') || ']' ELSE $4::text::jsonb #>> '{}' END THEN 1 WHEN t1."title" IS NULL AND $5::text::jsonb IS NULL THEN 1 ELSE 0 END = 1) OR (((t1."title")::text = '' OR t1."title" IS NULL) AND (CASE jsonb_typeof($6::text::jsonb) WHEN 'boolean' THEN ($7::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($8::text::jsonb) AS e(v)), '') || ']' ELSE $9::text::jsonb #>> '{}' END = '' OR $10::text::jsonb IS NULL))) THEN 0 ELSE 1 END = 1)
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- views = 5 (number)
(t1."views" >= least(greatest(coalesce(floor(($1::text)::numeric), -9223372036854775808), -9223372036854775808), 9223372036854775807)::bigint AND t1."views" <= least(greatest(coalesce(ceil(($2::text)::numeric), 9223372036854775807), -9223372036854775808), 9223372036854775807)::bigint AND t1."views" = ($3::text)::numeric)
--   binds ['5', '5', '5']

-- views = '5' (text)
(t1."views" >= least(greatest(coalesce(floor(CASE WHEN length(($1::text)::text) < 200 AND ($2::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($3::text)::text)::numeric END), -9223372036854775808), -9223372036854775808), 9223372036854775807)::bigint AND t1."views" <= least(greatest(coalesce(ceil(CASE WHEN length(($4::text)::text) < 200 AND ($5::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($6::text)::text)::numeric END), 9223372036854775807), -9223372036854775808), 9223372036854775807)::bigint AND (CASE WHEN t1."views" IS NOT NULL AND CASE WHEN length(($7::text)::text) < 200 AND ($8::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($9::text)::text)::numeric END IS NOT NULL AND t1."views" = CASE WHEN length(($10::text)::text) < 200 AND ($11::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($12::text)::text)::numeric END THEN 1 WHEN t1."views" IS NOT NULL AND CASE WHEN length(($13::text)::text) < 200 AND ($14::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($15::text)::text)::numeric END IS NOT NULL THEN 0 WHEN t1."views" IS NOT NULL AND CASE WHEN CASE WHEN length(($16::text)::text) < 200 AND ($17::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($18::text)::text)::numeric END IS NULL THEN $19::text END IS NOT NULL AND 1 = 0 THEN 1 WHEN t1."views" IS NOT NULL AND CASE WHEN CASE WHEN length(($20::text)::text) < 200 AND ($21::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($22::text)::text)::numeric END IS NULL THEN $23::text END IS NOT NULL THEN 0 END = 1))
--   binds ['5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5']

-- views > 5 (number)
(t1."views" >= least(greatest(coalesce(floor(($1::text)::numeric), -9223372036854775808), -9223372036854775808), 9223372036854775807)::bigint AND t1."views" > ($2::text)::numeric)
--   binds ['5', '5']

-- views < 'x' (text)
(t1."views" <= least(greatest(coalesce(ceil(CASE WHEN length(($1::text)::text) < 200 AND ($2::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($3::text)::text)::numeric END), 9223372036854775807), -9223372036854775808), 9223372036854775807)::bigint AND (CASE WHEN t1."views" IS NOT NULL AND CASE WHEN length(($4::text)::text) < 200 AND ($5::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($6::text)::text)::numeric END IS NOT NULL AND t1."views" < CASE WHEN length(($7::text)::text) < 200 AND ($8::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($9::text)::text)::numeric END THEN 1 WHEN t1."views" IS NOT NULL AND CASE WHEN length(($10::text)::text) < 200 AND ($11::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($12::text)::text)::numeric END IS NOT NULL THEN 0 WHEN t1."views" IS NOT NULL AND CASE WHEN CASE WHEN length(($13::text)::text) < 200 AND ($14::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($15::text)::text)::numeric END IS NULL THEN $16::text END IS NOT NULL AND 1 = 1 THEN 1 WHEN t1."views" IS NOT NULL AND CASE WHEN CASE WHEN length(($17::text)::text) < 200 AND ($18::text)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN (($19::text)::text)::numeric END IS NULL THEN $20::text END IS NOT NULL THEN 0 END = 1))
--   binds ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x']

-- open = True (bool)
(t1."open")::int::numeric = ($1::text)::numeric
--   binds ['1']

-- owner = 'x' (any)
((t1."owner" = CASE WHEN (CASE jsonb_typeof($1::text::jsonb) WHEN 'boolean' THEN ($2::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($3::text::jsonb) AS e(v)), '') || ']' ELSE $4::text::jsonb #>> '{}' END)::text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN (CASE jsonb_typeof($5::text::jsonb) WHEN 'boolean' THEN ($6::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($7::text::jsonb) AS e(v)), '') || ']' ELSE $8::text::jsonb #>> '{}' END)::text::uuid END AND (t1."owner")::text = CASE jsonb_typeof($9::text::jsonb) WHEN 'boolean' THEN ($10::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($11::text::jsonb) AS e(v)), '') || ']' ELSE $12::text::jsonb #>> '{}' END) OR (t1."owner" IS NULL AND (CASE jsonb_typeof($13::text::jsonb) WHEN 'boolean' THEN ($14::text::jsonb)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements($15::text::jsonb) AS e(v)), '') || ']' ELSE $16::text::jsonb #>> '{}' END = '' OR $17::text::jsonb IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- created >= '2024' (text)
(t1."created" >= coalesce(((SELECT CASE WHEN v.x ~ '^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?\s?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' THEN CASE WHEN substr(v.x, 6, 5) <> '02-29' OR (substr(v.x, 1, 4)::int % 4 = 0 AND (substr(v.x, 1, 4)::int % 100 <> 0 OR substr(v.x, 1, 4)::int % 400 = 0)) THEN (v.x || CASE WHEN v.x ~ ':[0-9.]+\s?(Z|[+-][0-9:]+)$' THEN '' ELSE 'Z' END)::timestamptz END END FROM (SELECT ($1::text)::text AS x) AS v) - interval '1 day'), '-infinity'::timestamptz) AND to_char(t1."created" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"') >= $2::text COLLATE "C")
--   binds ['2024', '2024']

-- data = 'x' (text)
(CASE WHEN (CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NOT NULL AND $1::text IS NOT NULL AND 1 = 0 THEN 1 WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NOT NULL AND $2::text IS NOT NULL THEN 0 WHEN CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NULL THEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(nullif((t1."data")::jsonb, 'null'::jsonb)) AS e(v)), '') || ']' ELSE nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}' END END IS NOT NULL AND $3::text IS NOT NULL AND CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NULL THEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(nullif((t1."data")::jsonb, 'null'::jsonb)) AS e(v)), '') || ']' ELSE nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}' END END = $4::text THEN 1 WHEN CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NULL THEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(nullif((t1."data")::jsonb, 'null'::jsonb)) AS e(v)), '') || ']' ELSE nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}' END END IS NOT NULL AND $5::text IS NOT NULL THEN 0 END = 1) THEN 1 WHEN nullif((t1."data")::jsonb, 'null'::jsonb) IS NULL AND $6::text IS NULL THEN 1 ELSE 0 END = 1)
--   binds ['x', 'x', 'x', 'x', 'x', 'x']

-- data > 5 (number)
(CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NOT NULL AND ($1::text)::numeric IS NOT NULL AND CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END > ($2::text)::numeric THEN 1 WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NOT NULL AND ($3::text)::numeric IS NOT NULL THEN 0 WHEN CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NULL THEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(nullif((t1."data")::jsonb, 'null'::jsonb)) AS e(v)), '') || ']' ELSE nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}' END END IS NOT NULL AND ($4::text)::numeric IS NOT NULL AND 1 = 1 THEN 1 WHEN CASE WHEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'number' THEN (nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}')::numeric WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::numeric END IS NULL THEN CASE jsonb_typeof(nullif((t1."data")::jsonb, 'null'::jsonb)) WHEN 'boolean' THEN (nullif((t1."data")::jsonb, 'null'::jsonb))::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(nullif((t1."data")::jsonb, 'null'::jsonb)) AS e(v)), '') || ']' ELSE nullif((t1."data")::jsonb, 'null'::jsonb) #>> '{}' END END IS NOT NULL AND ($5::text)::numeric IS NOT NULL THEN 0 END = 1)
--   binds ['5', '5', '5', '5', '5']

-- title ~ '%x%' (pattern)
(t1."title")::text ILIKE ($1::text)::text COLLATE "C"
--   binds ['%x%']

-- views !~ '%x%' (pattern)
NOT ((t1."views")::text ILIKE ($1::text)::text COLLATE "C")
--   binds ['%x%']

-- title <= 'x' (text)
(t1."title")::text <= $1::text COLLATE "C"
--   binds ['x']

-- views _eq 1
t1."views" = $1::text::bigint
--   binds ['1']

-- price _eq 1
t1."price" = $1::text::numeric
--   binds ['1']

-- views _gt 1
t1."views" > $1::text::bigint
--   binds ['1']

-- price _gt 1
t1."price" > $1::text::numeric
--   binds ['1']

-- title _neq 'x'
(t1."title")::text <> $1::text
--   binds ['x']

-- owner _eq 'x'
t1."owner" = $1::text::uuid
--   binds ['x']

-- created _lte 'x'
t1."created" <= $1::text::timestamptz
--   binds ['x']

-- open _eq True
t1."open" = $1::text::boolean
--   binds ['true']

-- title _in ['x']
(t1."title")::text = ANY (ARRAY(SELECT e.v FROM jsonb_array_elements_text($1::text::jsonb) AS e(v) WHERE e.v IS NOT NULL))
--   binds ['["x"]']

-- views _nin [1]
(t1."views" IS NOT NULL AND $1::text::jsonb IS NOT NULL AND NOT (t1."views" = ANY (ARRAY(SELECT (SELECT CASE WHEN v.n = trunc(v.n) AND v.n BETWEEN -9223372036854775808 AND 9223372036854775807 THEN v.n::bigint END FROM (SELECT CASE WHEN length((e.v)::text) < 200 AND (e.v)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN ((e.v)::text)::numeric END AS n) AS v) FROM jsonb_array_elements_text($2::text::jsonb) AS e(v) WHERE (SELECT CASE WHEN v.n = trunc(v.n) AND v.n BETWEEN -9223372036854775808 AND 9223372036854775807 THEN v.n::bigint END FROM (SELECT CASE WHEN length((e.v)::text) < 200 AND (e.v)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN ((e.v)::text)::numeric END AS n) AS v) IS NOT NULL))))
--   binds ['[1]', '[1]']

-- owner _in ['x']
t1."owner" = ANY (ARRAY(SELECT CASE WHEN (e.v)::text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN (e.v)::text::uuid END FROM jsonb_array_elements_text($1::text::jsonb) AS e(v) WHERE CASE WHEN (e.v)::text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN (e.v)::text::uuid END IS NOT NULL))
--   binds ['["x"]']

-- created _in ['x']
t1."created" = ANY (ARRAY(SELECT (SELECT CASE WHEN v.x ~ '^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?\s?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' THEN CASE WHEN substr(v.x, 6, 5) <> '02-29' OR (substr(v.x, 1, 4)::int % 4 = 0 AND (substr(v.x, 1, 4)::int % 100 <> 0 OR substr(v.x, 1, 4)::int % 400 = 0)) THEN (v.x || CASE WHEN v.x ~ ':[0-9.]+\s?(Z|[+-][0-9:]+)$' THEN '' ELSE 'Z' END)::timestamptz END END FROM (SELECT (e.v)::text AS x) AS v) FROM jsonb_array_elements_text($1::text::jsonb) AS e(v) WHERE (SELECT CASE WHEN v.x ~ '^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?\s?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' THEN CASE WHEN substr(v.x, 6, 5) <> '02-29' OR (substr(v.x, 1, 4)::int % 4 = 0 AND (substr(v.x, 1, 4)::int % 100 <> 0 OR substr(v.x, 1, 4)::int % 400 = 0)) THEN (v.x || CASE WHEN v.x ~ ':[0-9.]+\s?(Z|[+-][0-9:]+)$' THEN '' ELSE 'Z' END)::timestamptz END END FROM (SELECT (e.v)::text AS x) AS v) IS NOT NULL))
--   binds ['["x"]']

-- title _null True
t1."title" IS NULL

-- title _nempty True
(t1."title" IS NOT NULL AND (t1."title")::text <> '')

-- created _empty True
t1."created" IS NULL

-- title _contains 'x'
(t1."title")::text LIKE ('%' || replace($1::text, '\', '\\') || '%')
--   binds ['x']

-- title _icontains 'x'
lower((t1."title")::text) LIKE lower(('%' || replace($1::text, '\', '\\') || '%'))
--   binds ['x']

-- title _nstarts_with 'x'
NOT ((t1."title")::text LIKE (replace($1::text, '\', '\\') || '%'))
--   binds ['x']

-- title _ieq 'x'
lower((t1."title")::text) = lower($1::text)
--   binds ['x']

-- other _intersects '{}'
ST_Intersects(t1."other", $1::text)
--   binds ['{}']

-- views _between
(t1."views" >= $1::text::bigint AND t1."views" <= $2::text::bigint)
--   binds ['1', '2']

-- title = other
(CASE WHEN (t1."title")::text = (t1."other")::text THEN 1 WHEN (((t1."title")::text = '' OR t1."title" IS NULL) AND ((t1."other")::text = '' OR t1."other" IS NULL)) THEN 1 ELSE 0 END = 1)

-- views = title
((t1."views" IS NULL) AND ((t1."title")::text = '' OR t1."title" IS NULL))

-- views _eq title
t1."views" = CASE WHEN length((t1."title")::text) < 200 AND (t1."title")::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN ((t1."title")::text)::numeric END

-- owner _eq title
t1."owner" = CASE WHEN (t1."title")::text ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN (t1."title")::text::uuid END

-- directus string
coalesce(to_json((t1."title")::text)::text, 'null')

-- directus integer
coalesce(to_json(t1."views")::text, 'null')

-- directus bigInteger
coalesce(to_json((t1."big")::text)::text, 'null')

-- directus float
coalesce(nullif(nullif(nullif(to_json(t1."score")::text, '"NaN"'), '"Infinity"'), '"-Infinity"'), 'null')

-- directus decimal
coalesce(to_json((t1."price")::text)::text, 'null')

-- directus boolean
coalesce(to_json(t1."open")::text, 'null')

-- directus date
coalesce('"' || to_char(t1."day", 'YYYY-MM-DD') || '"', 'null')

-- directus time
coalesce(to_json((t1."at")::text)::text, 'null')

-- directus dateTime
coalesce('"' || to_char(t1."local", 'YYYY-MM-DD"T"HH24:MI:SS') || '"', 'null')

-- directus timestamp
coalesce('"' || to_char(t1."created" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null')

-- directus uuid
coalesce(to_json((t1."owner")::text)::text, 'null')

-- directus json
coalesce(CASE WHEN pg_typeof(t1."data") IN ('json'::regtype, 'jsonb'::regtype) THEN (t1."data")::text WHEN (t1."data")::text ~ '^\s*[[{]' THEN (t1."data")::text::json::text ELSE to_json(t1."data")::text END, 'null')

-- directus csv
coalesce(to_json(string_to_array((t1."labels")::text, ','))::text, 'null')

-- directus binary
coalesce('"' || replace(encode(t1."raw", 'base64'), chr(10), '') || '"', 'null')

-- directus unknown
coalesce(to_json(t1."other")::text, 'null')

-- pocketbase string
coalesce(to_json((t1."title")::text)::text, 'null')

-- pocketbase integer
coalesce(to_json(t1."views")::text, 'null')

-- pocketbase bigInteger
coalesce(to_json(t1."big")::text, 'null')

-- pocketbase float
coalesce(nullif(nullif(nullif(to_json(t1."score")::text, '"NaN"'), '"Infinity"'), '"-Infinity"'), 'null')

-- pocketbase decimal
coalesce(nullif(nullif(nullif(to_json(t1."price")::text, '"NaN"'), '"Infinity"'), '"-Infinity"'), 'null')

-- pocketbase boolean
coalesce(to_json(t1."open")::text, 'null')

-- pocketbase date
coalesce('"' || to_char(t1."day", 'YYYY-MM-DD HH24:MI:SS.MS"Z"') || '"', 'null')

-- pocketbase time
coalesce(to_json((t1."at")::text)::text, 'null')

-- pocketbase dateTime
coalesce('"' || to_char(t1."local", 'YYYY-MM-DD HH24:MI:SS.MS"Z"') || '"', 'null')

-- pocketbase timestamp
coalesce('"' || to_char(t1."created" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"') || '"', 'null')

-- pocketbase uuid
coalesce(to_json((t1."owner")::text)::text, 'null')

-- pocketbase json
coalesce(CASE WHEN pg_typeof(t1."data") IN ('json'::regtype, 'jsonb'::regtype) THEN (t1."data")::text WHEN (t1."data")::text ~ '^\s*[[{]' THEN (t1."data")::text::json::text ELSE to_json(t1."data")::text END, 'null')

-- pocketbase csv
coalesce(to_json((t1."labels")::text)::text, 'null')

-- pocketbase binary
coalesce('"' || replace(encode(t1."raw", 'base64'), chr(10), '') || '"', 'null')

-- pocketbase unknown
coalesce(to_json(t1."other")::text, 'null')

-- object
('{"a":' || '1' || ',"it''s \"b\"":' || coalesce(to_json((t1."title")::text)::text, 'null') || '}')

-- object with a condition
('{' || substr((CASE WHEN t1.x > 1 THEN (',"a":' || '1') ELSE '' END || ',"b":' || coalesce(to_json((t1."title")::text)::text, 'null')), 2) || '}')

-- array
(SELECT ('[' || coalesce(string_agg(j, ','), '') || ']') FROM (SELECT coalesce(to_json((t1."title")::text)::text, 'null') AS j FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC NULLS LAST LIMIT $1::text::bigint OFFSET $2::text::bigint) AS a)
--   binds ['2', '1']

-- array without order
(SELECT ('[' || coalesce(string_agg(j, ','), '') || ']') FROM (SELECT coalesce(to_json((t1."title")::text)::text, 'null') AS j FROM t2 WHERE t2.up = t1.id) AS a)

-- scalar
coalesce((SELECT coalesce(to_json((t1."title")::text)::text, 'null') AS j FROM t2 WHERE t2.up = t1.id), 'null')

-- concealed
CASE WHEN t1."title" IS NULL OR (t1."title")::text = '' THEN 'null' ELSE '"**********"' END

-- optional
('{' || substr((coalesce((SELECT (',"a":' || coalesce(to_json((t1."title")::text)::text, 'null')) AS j FROM t2 WHERE t2.up = t1.id), '') || coalesce((SELECT (',"b":' || '1') AS j FROM t2 WHERE t2.up = t1.id), '')), 2) || '}')

-- keyed rows
(SELECT ',"a":[' || string_agg(j, ',') || ']' FROM (SELECT coalesce(to_json((t1."title")::text)::text, 'null') AS j FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC NULLS LAST LIMIT $1::text::bigint) AS a)
--   binds ['2']

-- limit
 LIMIT $1::text::bigint OFFSET $2::text::bigint
--   binds ['2', '1']

-- limit without order
 LIMIT $1::text::bigint
--   binds ['2']

-- offset alone
 OFFSET $1::text::bigint
--   binds ['1']

-- table
"my schema"."odd""`]name"

-- each
SELECT 1 FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof((t1."data")::jsonb) = 'array' THEN (t1."data")::jsonb ELSE '[]'::jsonb END) WITH ORDINALITY AS e(value, position)

-- random
random()

-- lower(title)
lower((t1."title")::text)

-- list_length(data)
CASE WHEN jsonb_typeof((t1."data")::jsonb) = 'array' THEN jsonb_array_length((t1."data")::jsonb) ELSE 0 END

-- json_get(data)
nullif(((t1."data")::jsonb #> $1::text::text[]), 'null'::jsonb)
--   binds ['{"a","0"}']

-- year(created)
nullif(nullif(extract(year FROM t1."created" AT TIME ZONE 'UTC')::float8, 'Infinity'), '-Infinity')::int

-- week(local)
extract(week FROM t1."local")::int

-- hour(at)
extract(hour FROM t1."at")::int

-- geoDistance(score, score, price, views)
(SELECT 12742.0::float8 * asin(CASE WHEN w.h > 1 THEN 1 ELSE w.h END) FROM (SELECT sqrt(power(sin(radians(v.y2 - v.y1) / 2), 2) + cos(radians(v.y1)) * cos(radians(v.y2)) * power(sin(radians(v.x2 - v.x1) / 2), 2)) AS h FROM (SELECT (t1."score")::float8 AS x1, (t1."score")::float8 AS y1, (t1."price")::float8 AS x2, (t1."views")::float8 AS y2) AS v) AS w)

-- strftime(title, created)
(SELECT CASE WHEN replace(v.f, '%%', '') ~ '%([^defFHIjmMpRsSTuwWY%]|$)' THEN NULL ELSE replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(v.f, '%%', chr(1)), '%d', to_char(v.t, 'DD')), '%e', lpad(extract(day FROM v.t)::text, 2)), '%f', to_char(v.t, 'SS.MS')), '%F', to_char(v.t, 'YYYY-MM-DD')), '%H', to_char(v.t, 'HH24')), '%I', to_char(v.t, 'HH12')), '%j', to_char(v.t, 'DDD')), '%m', to_char(v.t, 'MM')), '%M', to_char(v.t, 'MI')), '%p', to_char(v.t, 'AM')), '%R', to_char(v.t, 'HH24:MI')), '%s', floor(extract(epoch FROM v.t))::bigint::text), '%S', to_char(v.t, 'SS')), '%T', to_char(v.t, 'HH24:MI:SS')), '%u', to_char(v.t, 'ID')), '%w', extract(dow FROM v.t)::int::text), '%W', lpad(((extract(doy FROM v.t)::int + 6 - (extract(isodow FROM v.t)::int - 1)) / 7)::text, 2, '0')), '%Y', to_char(v.t, 'YYYY')), chr(1), '%') END FROM (SELECT (t1."title")::text AS f, (CASE WHEN to_char(t1."created" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"') = 'now' THEN now() ELSE (SELECT CASE WHEN v.x ~ '^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?\s?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' THEN CASE WHEN substr(v.x, 6, 5) <> '02-29' OR (substr(v.x, 1, 4)::int % 4 = 0 AND (substr(v.x, 1, 4)::int % 100 <> 0 OR substr(v.x, 1, 4)::int % 400 = 0)) THEN (v.x || CASE WHEN v.x ~ ':[0-9.]+\s?(Z|[+-][0-9:]+)$' THEN '' ELSE 'Z' END)::timestamptz END END FROM (SELECT to_char(t1."created" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"') AS x) AS v) END) AT TIME ZONE 'UTC' AS t OFFSET 0) AS v)

-- cast text to decimal
CASE WHEN length((t1.x)::text) < 200 AND (t1.x)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN ((t1.x)::text)::numeric END

-- cast text to bigInteger
(SELECT CASE WHEN v.n = trunc(v.n) AND v.n BETWEEN -9223372036854775808 AND 9223372036854775807 THEN v.n::bigint END FROM (SELECT CASE WHEN length((t1.x)::text) < 200 AND (t1.x)::text ~ '^\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*$' THEN ((t1.x)::text)::numeric END AS n) AS v)

-- cast text to timestamp
(SELECT CASE WHEN v.x ~ '^([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-((0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])|(0[13-9]|1[0-2])-(29|30)|(0[13578]|1[02])-31|02-29)([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?\s?(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?$' THEN CASE WHEN substr(v.x, 6, 5) <> '02-29' OR (substr(v.x, 1, 4)::int % 4 = 0 AND (substr(v.x, 1, 4)::int % 100 <> 0 OR substr(v.x, 1, 4)::int % 400 = 0)) THEN (v.x || CASE WHEN v.x ~ ':[0-9.]+\s?(Z|[+-][0-9:]+)$' THEN '' ELSE 'Z' END)::timestamptz END END FROM (SELECT (t1.x)::text AS x) AS v)

-- cast scalar to text
CASE jsonb_typeof(t1.x) WHEN 'boolean' THEN (t1.x)::boolean::int::text WHEN 'array' THEN '[' || coalesce((SELECT string_agg(e.v::text, ',') FROM jsonb_array_elements(t1.x) AS e(v)), '') || ']' ELSE t1.x #>> '{}' END

-- cast timestamp to text
to_char(t1.x AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS"Z"')
