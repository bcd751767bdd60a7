-- title = 'x' (text)
((t1.`title` = CONVERT(%s USING ascii) OR length(%s) <> char_length(%s)) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin)
--   binds ['x', 'x', 'x', 'x']

-- title = '' (empty)
(((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`title` IS NULL)

-- title != None (null)
(CASE WHEN (((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`title` IS NULL) THEN 0 ELSE 1 END = 1)

-- title = 'x' (any)
(((t1.`title` = CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING ascii) OR length(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END) <> char_length(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END)) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR (((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) AND (CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin OR %s IS NULL)) OR (t1.`title` IS NULL AND (CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin OR %s IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- title != 'x' (any)
(CASE WHEN ((CASE WHEN ((t1.`title` = CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING ascii) OR length(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END) <> char_length(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END)) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin) THEN 1 WHEN t1.`title` IS NULL AND %s IS NULL THEN 1 ELSE 0 END = 1) OR ((((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`title` IS NULL) AND (CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin OR %s IS NULL))) THEN 0 ELSE 1 END = 1)
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- views = 5 (number)
(t1.`views` >= coalesce(floor(CAST(%s AS DECIMAL(65,30))), -9223372036854775808) AND t1.`views` <= coalesce(ceiling(CAST(%s AS DECIMAL(65,30))), 9223372036854775807) AND t1.`views` = CAST(%s AS DECIMAL(65,30)))
--   binds ['5', '5', '5']

-- views = '5' (text)
(t1.`views` >= coalesce(floor(CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END), -9223372036854775808) AND t1.`views` <= coalesce(ceiling(CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END), 9223372036854775807) AND (CASE WHEN t1.`views` IS NOT NULL AND CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NOT NULL AND t1.`views` = CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END THEN 1 WHEN t1.`views` IS NOT NULL AND CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NOT NULL THEN 0 WHEN t1.`views` IS NOT NULL AND CASE WHEN CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NULL THEN %s END IS NOT NULL AND 1 = 0 THEN 1 WHEN t1.`views` IS NOT NULL AND CASE WHEN CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NULL THEN %s END IS NOT NULL THEN 0 END = 1))
--   binds ['5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5', '5']

-- views > 5 (number)
(t1.`views` >= coalesce(floor(CAST(%s AS DECIMAL(65,30))), -9223372036854775808) AND t1.`views` > CAST(%s AS DECIMAL(65,30)))
--   binds ['5', '5']

-- views < 'x' (text)
(t1.`views` <= coalesce(ceiling(CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END), 9223372036854775807) AND (CASE WHEN t1.`views` IS NOT NULL AND CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NOT NULL AND t1.`views` < CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END THEN 1 WHEN t1.`views` IS NOT NULL AND CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NOT NULL THEN 0 WHEN t1.`views` IS NOT NULL AND CASE WHEN CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NULL THEN %s END IS NOT NULL AND 1 = 1 THEN 1 WHEN t1.`views` IS NOT NULL AND CASE WHEN CASE WHEN char_length(%s) < 200 AND %s REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(%s AS DECIMAL(65,30)) END IS NULL THEN %s END IS NOT NULL THEN 0 END = 1))
--   binds ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x']

-- open = True (bool)
(t1.`open` + 0) = CAST(%s AS DECIMAL(65,30))
--   binds ['1']

-- owner = 'x' (any)
((t1.`owner` = CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END AND CONVERT(CAST(t1.`owner` AS CHAR) USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR (t1.`owner` IS NULL AND (CONVERT(CASE WHEN left(%s, 1) = '"' THEN JSON_UNQUOTE(%s) WHEN %s = 'true' THEN '1' WHEN %s = 'false' THEN '0' ELSE JSON_COMPACT(%s) END USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin OR %s IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- created >= '2024' (text)
(t1.`created` >= coalesce(DATE_SUB(CASE WHEN %s REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(%s, 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(%s, 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(%s, ':', ''), 5), 3), ':', right(%s, 2)), '+00:00') ELSE CAST(left(replace(replace(%s, 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END, INTERVAL 1 DAY), CAST('1000-01-01' AS DATETIME)) AND CONVERT(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') USING utf8mb4) COLLATE utf8mb4_nopad_bin >= CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin)
--   binds ['2024', '2024', '2024', '2024', '2024', '2024', '2024']

-- data = 'x' (text)
(CASE WHEN (CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NOT NULL AND %s IS NOT NULL AND 1 = 0 THEN 1 WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NOT NULL AND %s IS NOT NULL THEN 0 WHEN CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NULL THEN CASE WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) = '"' THEN JSON_UNQUOTE(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' THEN '1' WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'false' THEN '0' ELSE JSON_COMPACT(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) END END IS NOT NULL AND %s IS NOT NULL AND CONVERT(CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NULL THEN CASE WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) = '"' THEN JSON_UNQUOTE(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' THEN '1' WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'false' THEN '0' ELSE JSON_COMPACT(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) END END USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin THEN 1 WHEN CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NULL THEN CASE WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) = '"' THEN JSON_UNQUOTE(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' THEN '1' WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'false' THEN '0' ELSE JSON_COMPACT(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) END END IS NOT NULL AND %s IS NOT NULL THEN 0 END = 1) THEN 1 WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IS NULL AND %s IS NULL THEN 1 ELSE 0 END = 1)
--   binds ['$', '$', '$', '$', 'x', '$', '$', '$', '$', 'x', '$', '$', '$', '$', '$', '$', '$', '$', '$', 'x', '$', '$', '$', '$', '$', '$', '$', '$', '$', 'x', '$', '$', '$', '$', '$', '$', '$', '$', '$', 'x', '$', 'x']

-- data > 5 (number)
(CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NOT NULL AND CAST(%s AS DECIMAL(65,30)) IS NOT NULL AND CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END > CAST(%s AS DECIMAL(65,30)) THEN 1 WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NOT NULL AND CAST(%s AS DECIMAL(65,30)) IS NOT NULL THEN 0 WHEN CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NULL THEN CASE WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) = '"' THEN JSON_UNQUOTE(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' THEN '1' WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'false' THEN '0' ELSE JSON_COMPACT(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) END END IS NOT NULL AND CAST(%s AS DECIMAL(65,30)) IS NOT NULL AND 1 = 1 THEN 1 WHEN CASE WHEN CASE WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END IN ('true', 'false') THEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) BETWEEN '-' AND '9' THEN CAST(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END AS DECIMAL(65,30)) END IS NULL THEN CASE WHEN left(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END, 1) = '"' THEN JSON_UNQUOTE(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'true' THEN '1' WHEN CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END = 'false' THEN '0' ELSE JSON_COMPACT(CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END) END END IS NOT NULL AND CAST(%s AS DECIMAL(65,30)) IS NOT NULL THEN 0 END = 1)
--   binds ['$', '$', '$', '$', '5', '$', '$', '$', '$', '5', '$', '$', '$', '$', '5', '$', '$', '$', '$', '$', '$', '$', '$', '$', '5', '$', '$', '$', '$', '$', '$', '$', '$', '$', '5']

-- title ~ '%x%' (pattern)
lower(CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin) LIKE lower(CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin)
--   binds ['%x%']

-- views !~ '%x%' (pattern)
NOT (lower(CONVERT(CAST(t1.`views` AS CHAR) USING utf8mb4) COLLATE utf8mb4_nopad_bin) LIKE lower(CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin))
--   binds ['%x%']

-- title <= 'x' (text)
CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin <= CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin
--   binds ['x']

-- views _eq 1
t1.`views` = %s
--   binds [1]

-- price _eq 1
t1.`price` = %s
--   binds [Decimal('1')]

-- views _gt 1
t1.`views` > %s
--   binds [1]

-- price _gt 1
t1.`price` > %s
--   binds [Decimal('1')]

-- title _neq 'x'
CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin <> CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin
--   binds ['x']

-- owner _eq 'x'
t1.`owner` = %s
--   binds ['x']

-- created _lte 'x'
t1.`created` <= CAST(%s AS DATETIME(6))
--   binds ['x']

-- open _eq True
t1.`open` = %s
--   binds [1]

-- title _in ['x']
(t1.`title` IN (SELECT JSON_UNQUOTE(JSON_QUOTE(j.v)) FROM JSON_TABLE(%s, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS j WHERE j.v IS NOT NULL) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin IN (SELECT CONVERT(k.v USING utf8mb4) COLLATE utf8mb4_nopad_bin FROM JSON_TABLE(%s, '$[*]' COLUMNS (v LONGTEXT PATH '$')) AS k WHERE k.v IS NOT NULL))
--   binds ['["x"]', '["x"]']

-- views _nin [1]
(t1.`views` IS NOT NULL AND %s IS NOT NULL AND NOT (t1.`views` IN (SELECT j.v FROM JSON_TABLE(%s, '$[*]' COLUMNS (v BIGINT PATH '$')) AS j WHERE j.v IS NOT NULL)))
--   binds ['[1]', '[1]']

-- owner _in ['x']
t1.`owner` IN (SELECT JSON_UNQUOTE(JSON_QUOTE(j.v)) FROM JSON_TABLE(%s, '$[*]' COLUMNS (v CHAR(36) PATH '$')) AS j WHERE j.v IS NOT NULL)
--   binds ['["x"]']

-- created _in ['x']
t1.`created` IN (SELECT j.v FROM JSON_TABLE(%s, '$[*]' COLUMNS (v DATETIME(6) PATH '$')) AS j WHERE j.v IS NOT NULL)
--   binds ['["x"]']

-- title _null True
t1.`title` IS NULL

-- title _nempty True
(t1.`title` IS NOT NULL AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin <> CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin)

-- created _empty True
t1.`created` IS NULL

-- title _contains 'x'
lower(CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin) LIKE lower(CONVERT(concat('%%', replace(%s, '\\', '\\\\'), '%%') USING utf8mb4) COLLATE utf8mb4_nopad_bin)
--   binds ['x']

-- title _icontains 'x'
lower(CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin) LIKE lower(CONVERT(concat('%%', replace(%s, '\\', '\\\\'), '%%') USING utf8mb4) COLLATE utf8mb4_nopad_bin)
--   binds ['x']

-- title _nstarts_with 'x'
NOT (lower(CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin) LIKE lower(CONVERT(concat(replace(%s, '\\', '\\\\'), '%%') USING utf8mb4) COLLATE utf8mb4_nopad_bin))
--   binds ['x']

-- title _ieq 'x'
CONVERT(lower(t1.`title`) USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(lower(%s) USING utf8mb4) COLLATE utf8mb4_nopad_bin
--   binds ['x']

-- other _intersects '{}'
ST_Intersects(t1.`other`, %s)
--   binds ['{}']

-- views _between
(t1.`views` >= %s AND t1.`views` <= %s)
--   binds [1, 2]

-- title = other
(CASE WHEN CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT(t1.`other` USING utf8mb4) COLLATE utf8mb4_nopad_bin THEN 1 WHEN ((((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`title` IS NULL) AND (((t1.`other` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`other` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`other` IS NULL)) THEN 1 ELSE 0 END = 1)

-- views = title
((t1.`views` IS NULL) AND (((t1.`title` = CONVERT('' USING ascii) OR length('') <> char_length('')) AND CONVERT(t1.`title` USING utf8mb4) COLLATE utf8mb4_nopad_bin = CONVERT('' USING utf8mb4) COLLATE utf8mb4_nopad_bin) OR t1.`title` IS NULL))

-- views _eq title
t1.`views` = CASE WHEN char_length(t1.`title`) < 200 AND t1.`title` REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.`title` AS DECIMAL(65,30)) END

-- owner _eq title
t1.`owner` = CASE WHEN t1.`title` REGEXP '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' THEN lower(t1.`title`) END

-- directus string
coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null')

-- directus integer
coalesce(CAST(t1.`views` AS CHAR), 'null')

-- directus bigInteger
coalesce(CAST(t1.`big` AS CHAR), 'null')

-- directus float
coalesce(CAST(t1.`score` AS CHAR), 'null')

-- directus decimal
coalesce(JSON_QUOTE(CONVERT(t1.`price` USING utf8mb4)), 'null')

-- directus boolean
coalesce(elt((t1.`open` <> 0) + 1, 'false', 'true'), 'null')

-- directus date
coalesce(concat('"', left(DATE_FORMAT(t1.`day`, '%%Y-%%m-%%d'), 10), '"'), 'null')

-- directus time
coalesce(JSON_QUOTE(CONVERT(t1.`at` USING utf8mb4)), 'null')

-- directus dateTime
coalesce(concat('"', left(DATE_FORMAT(t1.`local`, '%%Y-%%m-%%dT%%H:%%i:%%s'), 19), '"'), 'null')

-- directus timestamp
coalesce(concat('"', concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%dT%%H:%%i:%%s.%%f'), 23), 'Z'), '"'), 'null')

-- directus uuid
coalesce(JSON_QUOTE(CONVERT(t1.`owner` USING utf8mb4)), 'null')

-- directus json
CASE WHEN t1.`data` IS NULL THEN 'null' WHEN JSON_VALID(t1.`data`) THEN t1.`data` ELSE JSON_QUOTE(t1.`data`) END

-- directus csv
CASE WHEN t1.`labels` IS NULL THEN 'null' WHEN t1.`labels` = '' THEN '[]' ELSE concat('[', replace(coalesce(JSON_QUOTE(CONVERT(t1.`labels` USING utf8mb4)), 'null'), ',', '","'), ']') END

-- directus binary
coalesce(concat('"', replace(TO_BASE64(t1.`raw`), char(10), ''), '"'), 'null')

-- directus unknown
coalesce(JSON_QUOTE(CONVERT(t1.`other` USING utf8mb4)), 'null')

-- pocketbase string
coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null')

-- pocketbase integer
coalesce(CAST(t1.`views` AS CHAR), 'null')

-- pocketbase bigInteger
coalesce(CAST(t1.`big` AS CHAR), 'null')

-- pocketbase float
coalesce(CAST(t1.`score` AS CHAR), 'null')

-- pocketbase decimal
coalesce(CAST(t1.`price` AS CHAR), 'null')

-- pocketbase boolean
coalesce(elt((t1.`open` <> 0) + 1, 'false', 'true'), 'null')

-- pocketbase date
coalesce(concat('"', concat(left(DATE_FORMAT(t1.`day`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), '"'), 'null')

-- pocketbase time
coalesce(JSON_QUOTE(CONVERT(t1.`at` USING utf8mb4)), 'null')

-- pocketbase dateTime
coalesce(concat('"', concat(left(DATE_FORMAT(t1.`local`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), '"'), 'null')

-- pocketbase timestamp
coalesce(concat('"', concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), '"'), 'null')

-- pocketbase uuid
coalesce(JSON_QUOTE(CONVERT(t1.`owner` USING utf8mb4)), 'null')

-- pocketbase json
CASE WHEN t1.`data` IS NULL THEN 'null' WHEN JSON_VALID(t1.`data`) THEN t1.`data` ELSE JSON_QUOTE(t1.`data`) END

-- pocketbase csv
coalesce(JSON_QUOTE(CONVERT(t1.`labels` USING utf8mb4)), 'null')

-- pocketbase binary
coalesce(concat('"', replace(TO_BASE64(t1.`raw`), char(10), ''), '"'), 'null')

-- pocketbase unknown
coalesce(JSON_QUOTE(CONVERT(t1.`other` USING utf8mb4)), 'null')

-- object
concat('{"a":', '1', ',"it''s \\"b\\"":', coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null'), '}')

-- object with a condition
concat('{', substr(concat(CASE WHEN t1.x > 1 THEN concat(',"a":', '1') ELSE '' END, ',"b":', coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null')), 2), '}')

-- array
(SELECT concat('[', coalesce(group_concat(coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null') ORDER BY t2.rank DESC SEPARATOR ',' LIMIT %s OFFSET %s), ''), ']') FROM t2 WHERE t2.up = t1.id)
--   binds [2, 1]

-- array without order
(SELECT concat('[', coalesce(group_concat(coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null') SEPARATOR ','), ''), ']') FROM t2 WHERE t2.up = t1.id)

-- scalar
coalesce((SELECT coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null') AS j FROM t2 WHERE t2.up = t1.id), 'null')

-- concealed
CASE WHEN t1.`title` IS NULL OR CONVERT(t1.`title` USING utf8mb4) = '' THEN 'null' ELSE '"**********"' END

-- optional
concat('{', substr(concat(coalesce((SELECT concat(',"a":', coalesce(JSON_QUOTE(CONVERT(t1.`title` USING utf8mb4)), 'null')) AS j FROM t2 WHERE t2.up = t1.id), ''), coalesce((SELECT concat(',"b":', '1') AS j FROM t2 WHERE t2.up = t1.id), '')), 2), '}')

-- limit
 LIMIT %s OFFSET %s
--   binds [2, 1]

-- limit without order
 LIMIT %s
--   binds [2]

-- offset alone
 LIMIT 18446744073709551615 OFFSET %s
--   binds [1]

-- table
`my schema`.`odd"``]name`

-- each
SELECT 1 FROM JSON_TABLE(CASE WHEN JSON_VALID(t1.`data`) AND JSON_TYPE(t1.`data`) = 'ARRAY' THEN t1.`data` ELSE '[]' END, '$[*]' COLUMNS (value LONGTEXT PATH '$', position FOR ORDINALITY)) AS e

-- random
rand()

-- lower(title)
lower(t1.`title`)

-- list_length(data)
CASE WHEN JSON_VALID(t1.`data`) AND JSON_TYPE(t1.`data`) = 'ARRAY' THEN JSON_LENGTH(t1.`data`) ELSE 0 END

-- json_get(data)
CASE WHEN JSON_VALID(t1.`data`) THEN nullif(JSON_EXTRACT(t1.`data`, %s), 'null') END
--   binds ['$."a"[0]']

-- year(created)
YEAR(t1.`created`)

-- week(local)
WEEK(t1.`local`, 3)

-- hour(at)
HOUR(t1.`at`)

-- geoDistance(score, score, price, views)
(12742e0 * asin(least(1e0, sqrt(pow(sin(radians((t1.`views`) - (t1.`score`)) / 2), 2) + cos(radians(t1.`score`)) * cos(radians(t1.`views`)) * pow(sin(radians((t1.`price`) - (t1.`score`)) / 2), 2)))))

-- strftime(title, created)
CASE WHEN replace(t1.`title`, '%%%%', '') REGEXP BINARY '%%([^defFHIjmMpRsSTuwWY]|$)' THEN NULL ELSE replace(replace(replace(replace(replace(replace(DATE_FORMAT(CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END, replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(t1.`title`, '%%%%', char(1 USING utf8mb4)), '%%e', char(2 USING utf8mb4)), '%%f', char(3 USING utf8mb4)), '%%s', char(4 USING utf8mb4)), '%%u', char(5 USING utf8mb4)), '%%W', char(6 USING utf8mb4)), '%%M', '%%i'), '%%F', '%%Y-%%m-%%d'), '%%R', '%%H:%%i'), '%%T', '%%H:%%i:%%s'), '%%I', '%%h')), char(2 USING utf8mb4), lpad(DAYOFMONTH(CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END), 2, ' ')), char(3 USING utf8mb4), left(DATE_FORMAT(CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END, '%%s.%%f'), 6)), char(4 USING utf8mb4), TIMESTAMPDIFF(SECOND, '1970-01-01', CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END)), char(5 USING utf8mb4), (WEEKDAY(CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END) + 1)), char(6 USING utf8mb4), lpad(WEEK(CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') = 'now' THEN UTC_TIMESTAMP(3) ELSE CASE WHEN concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z') REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), ':', ''), 5), 3), ':', right(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 2)), '+00:00') ELSE CAST(left(replace(replace(concat(left(DATE_FORMAT(t1.`created`, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z'), 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END END, 5), 2, '0')), char(1 USING utf8mb4), '%%') END

-- cast text to decimal
CASE WHEN char_length(t1.x) < 200 AND t1.x REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.x AS DECIMAL(65,30)) END

-- cast text to bigInteger
CASE WHEN CASE WHEN char_length(t1.x) < 200 AND t1.x REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.x AS DECIMAL(65,30)) END = floor(CASE WHEN char_length(t1.x) < 200 AND t1.x REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.x AS DECIMAL(65,30)) END) AND CASE WHEN char_length(t1.x) < 200 AND t1.x REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.x AS DECIMAL(65,30)) END BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(CASE WHEN char_length(t1.x) < 200 AND t1.x REGEXP '^[[:space:]]*[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,2})?[[:space:]]*$' THEN CAST(t1.x AS DECIMAL(65,30)) END AS SIGNED) END

-- cast text to timestamp
CAST(CASE WHEN t1.x REGEXP '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?[[:space:]]?(Z|[+-](0[0-9]|1[0-3]):?[0-5][0-9])?)?$' THEN CASE WHEN substr(t1.x, 11) REGEXP '[+-][0-9]{2}:?[0-9]{2}$' THEN CONVERT_TZ(CAST(left(REGEXP_REPLACE(replace(t1.x, 'T', ' '), '[+-][0-9]{2}:?[0-9]{2}$', ''), 23) AS DATETIME(3)), concat(left(right(replace(t1.x, ':', ''), 5), 3), ':', right(t1.x, 2)), '+00:00') ELSE CAST(left(replace(replace(t1.x, 'T', ' '), 'Z', ''), 23) AS DATETIME(3)) END END AS DATETIME(6))

-- cast scalar to text
CASE WHEN left(t1.x, 1) = '"' THEN JSON_UNQUOTE(t1.x) WHEN t1.x = 'true' THEN '1' WHEN t1.x = 'false' THEN '0' ELSE JSON_COMPACT(t1.x) END

-- cast timestamp to text
concat(left(DATE_FORMAT(t1.x, '%%Y-%%m-%%d %%H:%%i:%%s.%%f'), 23), 'Z')
