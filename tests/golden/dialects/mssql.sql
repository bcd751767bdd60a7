-- title = 'x' (text)
(t1.[title] = CAST(? AS nvarchar(max)) AND t1.[title] + N'.' = CAST(? AS nvarchar(max)) + N'.' COLLATE Latin1_General_100_BIN2)
--   binds ['x', 'x']

-- title = '' (empty)
((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[title] IS NULL)

-- title != None (null)
(CASE WHEN ((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[title] IS NULL) THEN 0 ELSE 1 END = 1)

-- title = 'x' (any)
((t1.[title] = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) AND t1.[title] + N'.' = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' COLLATE Latin1_General_100_BIN2) OR ((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) AND (((SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) = '' AND (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR CAST(? AS nvarchar(max)) IS NULL)) OR (t1.[title] IS NULL AND (((SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) = '' AND (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR CAST(? AS nvarchar(max)) IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- title != 'x' (any)
(CASE WHEN ((CASE WHEN (t1.[title] = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) AND t1.[title] + N'.' = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' COLLATE Latin1_General_100_BIN2) THEN 1 WHEN t1.[title] IS NULL AND CAST(? AS nvarchar(max)) IS NULL THEN 1 ELSE 0 END = 1) OR (((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[title] IS NULL) AND (((SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) = '' AND (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR CAST(? AS nvarchar(max)) IS NULL))) THEN 0 ELSE 1 END = 1)
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"', '"x"']

-- views = 5 (number)
t1.[views] = TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15))
--   binds ['5']

-- views = '5' (text)
(CASE WHEN t1.[views] IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL AND t1.[views] = TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) THEN 1 WHEN t1.[views] IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL THEN 0 WHEN t1.[views] IS NOT NULL AND CASE WHEN TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NULL THEN CAST(? AS nvarchar(max)) END IS NOT NULL AND 1 = 0 THEN 1 WHEN t1.[views] IS NOT NULL AND CASE WHEN TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NULL THEN CAST(? AS nvarchar(max)) END IS NOT NULL THEN 0 END = 1)
--   binds ['5', '5', '5', '5', '5', '5', '5']

-- views > 5 (number)
t1.[views] > TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15))
--   binds ['5']

-- views < 'x' (text)
(CASE WHEN t1.[views] IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL AND t1.[views] < TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) THEN 1 WHEN t1.[views] IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL THEN 0 WHEN t1.[views] IS NOT NULL AND CASE WHEN TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NULL THEN CAST(? AS nvarchar(max)) END IS NOT NULL AND 1 = 1 THEN 1 WHEN t1.[views] IS NOT NULL AND CASE WHEN TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NULL THEN CAST(? AS nvarchar(max)) END IS NOT NULL THEN 0 END = 1)
--   binds ['x', 'x', 'x', 'x', 'x', 'x', 'x']

-- open = True (bool)
TRY_CAST(t1.[open] AS decimal(38, 15)) = TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15))
--   binds ['1']

-- owner = 'x' (any)
((lower(CAST(t1.[owner] AS nvarchar(36))) = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) AND lower(CAST(t1.[owner] AS nvarchar(36))) + N'.' = (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' COLLATE Latin1_General_100_BIN2) OR (t1.[owner] IS NULL AND (((SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) = '' AND (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', CAST(? AS nvarchar(max)), N']')) AS o) + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR CAST(? AS nvarchar(max)) IS NULL)))
--   binds ['"x"', '"x"', '"x"', '"x"', '"x"']

-- created >= '2024' (text)
CONVERT(nvarchar(23), CAST(t1.[created] AT TIME ZONE 'UTC' AS datetime2(3)), 121) + N'Z' >= CAST(? AS nvarchar(max)) COLLATE Latin1_General_100_BIN2
--   binds ['2024']

-- data = 'x' (text)
(CASE WHEN (CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NOT NULL AND CAST(? AS nvarchar(max)) IS NOT NULL AND 1 = 0 THEN 1 WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NOT NULL AND CAST(? AS nvarchar(max)) IS NOT NULL THEN 0 WHEN CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END IS NOT NULL AND CAST(? AS nvarchar(max)) IS NOT NULL AND (CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END = CAST(? AS nvarchar(max)) AND CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END + N'.' = CAST(? AS nvarchar(max)) + N'.' COLLATE Latin1_General_100_BIN2) THEN 1 WHEN CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END IS NOT NULL AND CAST(? AS nvarchar(max)) IS NOT NULL THEN 0 END = 1) THEN 1 WHEN (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2) IS NULL AND CAST(? AS nvarchar(max)) IS NULL THEN 1 ELSE 0 END = 1)
--   binds ['x', 'x', 'x', 'x', 'x', 'x', 'x']

-- data > 5 (number)
(CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL AND TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) > TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) THEN 1 WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL THEN 0 WHEN CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL AND 1 = 1 THEN 1 WHEN CASE WHEN TRY_CAST((SELECT CASE o.[type] WHEN 2 THEN o.[value] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) AS decimal(38, 15)) IS NULL THEN (SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', (SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN concat(N'[', t1.[data], N']') END) AS o WHERE o.[key] = N'0' COLLATE Latin1_General_100_BIN2), N']')) AS o) END IS NOT NULL AND TRY_CAST(CAST(? AS nvarchar(max)) AS decimal(38, 15)) IS NOT NULL THEN 0 END = 1)
--   binds ['5', '5', '5', '5', '5']

-- title ~ '%x%' (pattern)
t1.[title] LIKE replace(CAST(? AS nvarchar(max)), N'[', N'\[') COLLATE Latin1_General_100_CI_AS ESCAPE N'\'
--   binds ['%x%']

-- views !~ '%x%' (pattern)
NOT (CAST(t1.[views] AS nvarchar(max)) LIKE replace(CAST(? AS nvarchar(max)), N'[', N'\[') COLLATE Latin1_General_100_CI_AS ESCAPE N'\')
--   binds ['%x%']

-- title <= 'x' (text)
t1.[title] <= CAST(? AS nvarchar(max)) COLLATE Latin1_General_100_BIN2
--   binds ['x']

-- views _eq 1
t1.[views] = CAST(? AS bigint)
--   binds ['1']

-- price _eq 1
t1.[price] = CAST(? AS decimal(38, 15))
--   binds ['1']

-- views _gt 1
t1.[views] > CAST(? AS bigint)
--   binds ['1']

-- price _gt 1
t1.[price] > CAST(? AS decimal(38, 15))
--   binds ['1']

-- title _neq 'x'
t1.[title] + N'.' <> CAST(? AS nvarchar(max)) + N'.' COLLATE Latin1_General_100_BIN2
--   binds ['x']

-- owner _eq 'x'
t1.[owner] = CAST(? AS uniqueidentifier)
--   binds ['x']

-- created _lte 'x'
t1.[created] <= CAST(? AS datetimeoffset(3))
--   binds ['x']

-- open _eq True
t1.[open] = CAST(? AS bit)
--   binds [1]

-- title _in ['x']
EXISTS (SELECT 1 FROM OPENJSON(CAST(? AS nvarchar(max))) AS o WHERE (t1.[title] = o.[value] AND t1.[title] + N'.' = o.[value] + N'.' COLLATE Latin1_General_100_BIN2))
--   binds ['["x"]']

-- views _nin [1]
(t1.[views] IS NOT NULL AND CAST(? AS nvarchar(max)) IS NOT NULL AND NOT (t1.[views] IN (SELECT TRY_CAST(o.[value] AS bigint) FROM OPENJSON(CAST(? AS nvarchar(max))) AS o WHERE TRY_CAST(o.[value] AS bigint) IS NOT NULL)))
--   binds ['[1]', '[1]']

-- owner _in ['x']
t1.[owner] IN (SELECT TRY_CAST(o.[value] AS uniqueidentifier) FROM OPENJSON(CAST(? AS nvarchar(max))) AS o WHERE TRY_CAST(o.[value] AS uniqueidentifier) IS NOT NULL)
--   binds ['["x"]']

-- created _in ['x']
t1.[created] IN (SELECT TRY_CAST(o.[value] AS datetimeoffset(3)) FROM OPENJSON(CAST(? AS nvarchar(max))) AS o WHERE TRY_CAST(o.[value] AS datetimeoffset(3)) IS NOT NULL)
--   binds ['["x"]']

-- title _null True
t1.[title] IS NULL

-- title _nempty True
(t1.[title] IS NOT NULL AND t1.[title] + N'.' <> '' + N'.' COLLATE Latin1_General_100_BIN2)

-- created _empty True
t1.[created] IS NULL

-- title _contains 'x'
t1.[title] LIKE replace(('%' + replace(CAST(? AS nvarchar(max)), N'\', N'\\') + '%'), N'[', N'\[') COLLATE Latin1_General_100_CI_AS ESCAPE N'\'
--   binds ['x']

-- title _icontains 'x'
t1.[title] LIKE replace(('%' + replace(CAST(? AS nvarchar(max)), N'\', N'\\') + '%'), N'[', N'\[') COLLATE Latin1_General_100_CI_AS ESCAPE N'\'
--   binds ['x']

-- title _nstarts_with 'x'
NOT (t1.[title] LIKE replace((replace(CAST(? AS nvarchar(max)), N'\', N'\\') + '%'), N'[', N'\[') COLLATE Latin1_General_100_CI_AS ESCAPE N'\')
--   binds ['x']

-- title _ieq 'x'
(lower(t1.[title]) = lower(CAST(? AS nvarchar(max))) AND lower(t1.[title]) + N'.' = lower(CAST(? AS nvarchar(max))) + N'.' COLLATE Latin1_General_100_BIN2)
--   binds ['x', 'x']

-- other _intersects '{}'
not supported: SQL Server can't do this: geometries can't be compared with GeoJSON.

-- views _between
(t1.[views] >= CAST(? AS bigint) AND t1.[views] <= CAST(? AS bigint))
--   binds ['1', '2']

-- title = other
(CASE WHEN (t1.[title] = CAST(t1.[other] AS nvarchar(max)) AND t1.[title] + N'.' = CAST(t1.[other] AS nvarchar(max)) + N'.' COLLATE Latin1_General_100_BIN2) THEN 1 WHEN (((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[title] IS NULL) AND ((CAST(t1.[other] AS nvarchar(max)) = '' AND CAST(t1.[other] AS nvarchar(max)) + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[other] IS NULL)) THEN 1 ELSE 0 END = 1)

-- views = title
((t1.[views] IS NULL) AND ((t1.[title] = '' AND t1.[title] + N'.' = '' + N'.' COLLATE Latin1_General_100_BIN2) OR t1.[title] IS NULL))

-- views _eq title
t1.[views] = TRY_CAST(t1.[title] AS decimal(38, 15))

-- owner _eq title
t1.[owner] = TRY_CAST(t1.[title] AS uniqueidentifier)

-- directus string
coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null')

-- directus integer
coalesce(CAST(t1.[views] AS nvarchar(max)), N'null')

-- directus bigInteger
coalesce(CAST(t1.[big] AS nvarchar(max)), N'null')

-- directus float
coalesce(CONVERT(nvarchar(max), t1.[score], 3), N'null')

-- directus decimal
coalesce(N'"' + string_escape(CAST(t1.[price] AS nvarchar(max)), 'json') + N'"', N'null')

-- directus boolean
CASE t1.[open] WHEN 1 THEN N'true' WHEN 0 THEN N'false' ELSE N'null' END

-- directus date
coalesce(N'"' + CONVERT(nvarchar(10), t1.[day], 23) + N'"', N'null')

-- directus time
coalesce(N'"' + string_escape(CAST(t1.[at] AS nvarchar(max)), 'json') + N'"', N'null')

-- directus dateTime
coalesce(N'"' + CONVERT(nvarchar(19), t1.[local], 126) + N'"', N'null')

-- directus timestamp
coalesce(N'"' + CONVERT(nvarchar(23), CAST(t1.[created] AT TIME ZONE 'UTC' AS datetime2(3)), 126) + N'Z' + N'"', N'null')

-- directus uuid
coalesce(N'"' + string_escape(CAST(lower(CAST(t1.[owner] AS nvarchar(36))) AS nvarchar(max)), 'json') + N'"', N'null')

-- directus json
CASE WHEN t1.[data] IS NULL THEN N'null' WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN CAST(t1.[data] AS nvarchar(max)) ELSE coalesce(N'"' + string_escape(CAST(t1.[data] AS nvarchar(max)), 'json') + N'"', N'null') END

-- directus csv
CASE WHEN t1.[labels] IS NULL THEN N'null' WHEN t1.[labels] = N'' THEN N'[]' ELSE concat(N'[', replace(coalesce(N'"' + string_escape(CAST(t1.[labels] AS nvarchar(max)), 'json') + N'"', N'null'), N',', N'","'), N']') END

-- directus binary
coalesce(N'"' + (SELECT t1.[raw] AS [*] FOR XML PATH(''), BINARY BASE64) + N'"', N'null')

-- directus unknown
coalesce(N'"' + string_escape(CAST(t1.[other] AS nvarchar(max)), 'json') + N'"', N'null')

-- pocketbase string
coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null')

-- pocketbase integer
coalesce(CAST(t1.[views] AS nvarchar(max)), N'null')

-- pocketbase bigInteger
coalesce(CAST(t1.[big] AS nvarchar(max)), N'null')

-- pocketbase float
coalesce(CONVERT(nvarchar(max), t1.[score], 3), N'null')

-- pocketbase decimal
coalesce(CAST(t1.[price] AS nvarchar(max)), N'null')

-- pocketbase boolean
CASE t1.[open] WHEN 1 THEN N'true' WHEN 0 THEN N'false' ELSE N'null' END

-- pocketbase date
coalesce(N'"' + CONVERT(nvarchar(23), CAST(t1.[day] AS datetime2(3)), 121) + N'Z' + N'"', N'null')

-- pocketbase time
coalesce(N'"' + string_escape(CAST(t1.[at] AS nvarchar(max)), 'json') + N'"', N'null')

-- pocketbase dateTime
coalesce(N'"' + CONVERT(nvarchar(23), CAST(t1.[local] AS datetime2(3)), 121) + N'Z' + N'"', N'null')

-- pocketbase timestamp
coalesce(N'"' + CONVERT(nvarchar(23), CAST(t1.[created] AT TIME ZONE 'UTC' AS datetime2(3)), 121) + N'Z' + N'"', N'null')

-- pocketbase uuid
coalesce(N'"' + string_escape(CAST(lower(CAST(t1.[owner] AS nvarchar(36))) AS nvarchar(max)), 'json') + N'"', N'null')

-- pocketbase json
CASE WHEN t1.[data] IS NULL THEN N'null' WHEN ISJSON(concat(N'[', t1.[data], N']')) = 1 THEN CAST(t1.[data] AS nvarchar(max)) ELSE coalesce(N'"' + string_escape(CAST(t1.[data] AS nvarchar(max)), 'json') + N'"', N'null') END

-- pocketbase csv
coalesce(N'"' + string_escape(CAST(t1.[labels] AS nvarchar(max)), 'json') + N'"', N'null')

-- pocketbase binary
coalesce(N'"' + (SELECT t1.[raw] AS [*] FOR XML PATH(''), BINARY BASE64) + N'"', N'null')

-- pocketbase unknown
coalesce(N'"' + string_escape(CAST(t1.[other] AS nvarchar(max)), 'json') + N'"', N'null')

-- object
(CAST(N'' AS nvarchar(max)) + N'{"a":' + N'1' + N',"it''s \"b\"":' + coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null') + N'}')

-- object with a condition
(CAST(N'' AS nvarchar(max)) + N'{' + substring((CAST(N'' AS nvarchar(max)) + CASE WHEN t1.x > 1 THEN (CAST(N'' AS nvarchar(max)) + N',"a":' + N'1') ELSE '' END + N',"b":' + coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null')), 2, 2147483647) + N'}')

-- array
(SELECT N'[' + coalesce(string_agg(CAST(a.j AS nvarchar(max)), N',') WITHIN GROUP (ORDER BY a.n), N'') + N']' FROM (SELECT coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null') AS j, row_number() OVER (ORDER BY t2.rank DESC) AS n FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC OFFSET CAST(? AS bigint) ROWS FETCH NEXT CAST(? AS bigint) ROWS ONLY) AS a)
--   binds ['1', '2']

-- array without order
(SELECT N'[' + coalesce(string_agg(CAST(a.j AS nvarchar(max)), N',') WITHIN GROUP (ORDER BY a.n), N'') + N']' FROM (SELECT coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null') AS j, row_number() OVER (ORDER BY (SELECT NULL)) AS n FROM t2 WHERE t2.up = t1.id) AS a)

-- scalar
coalesce((SELECT coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null') AS j FROM t2 WHERE t2.up = t1.id), N'null')

-- concealed
CASE WHEN t1.[title] IS NULL OR t1.[title] = N'' THEN N'null' ELSE N'"**********"' END

-- optional
(CAST(N'' AS nvarchar(max)) + N'{' + substring((CAST(N'' AS nvarchar(max)) + coalesce((SELECT (CAST(N'' AS nvarchar(max)) + N',"a":' + coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null')) AS j FROM t2 WHERE t2.up = t1.id), '') + coalesce((SELECT (CAST(N'' AS nvarchar(max)) + N',"b":' + N'1') AS j FROM t2 WHERE t2.up = t1.id), '')), 2, 2147483647) + N'}')

-- keyed rows
(SELECT N',"a":[' + string_agg(CAST(a.j AS nvarchar(max)), N',') WITHIN GROUP (ORDER BY a.n) + N']' FROM (SELECT coalesce(N'"' + string_escape(CAST(t1.[title] AS nvarchar(max)), 'json') + N'"', N'null') AS j, row_number() OVER (ORDER BY t2.rank DESC) AS n FROM t2 WHERE t2.up = t1.id ORDER BY t2.rank DESC OFFSET 0 ROWS FETCH NEXT CAST(? AS bigint) ROWS ONLY) AS a)
--   binds ['2']

-- limit
 OFFSET CAST(? AS bigint) ROWS FETCH NEXT CAST(? AS bigint) ROWS ONLY
--   binds ['1', '2']

-- limit without order
 ORDER BY (SELECT NULL) OFFSET 0 ROWS FETCH NEXT CAST(? AS bigint) ROWS ONLY
--   binds ['2']

-- offset alone
 OFFSET CAST(? AS bigint) ROWS
--   binds ['1']

-- table
[my schema].[odd"`]]name]

-- each
SELECT 1 FROM (SELECT [value], CAST([key] AS int) AS [position] FROM OPENJSON(CASE WHEN ISJSON(t1.[data]) = 1 AND left(ltrim(t1.[data]), 1) = N'[' THEN t1.[data] ELSE N'[]' END)) AS e

-- random
newid()

-- lower(title)
lower(t1.[title])

-- list_length(data)
(SELECT count(*) FROM OPENJSON(CASE WHEN ISJSON(t1.[data]) = 1 AND left(ltrim(t1.[data]), 1) = N'[' THEN t1.[data] ELSE N'[]' END))

-- json_get(data)
(SELECT CASE o.[type] WHEN 0 THEN NULL WHEN 1 THEN concat(N'"', string_escape(o.[value], 'json'), N'"') ELSE o.[value] END FROM OPENJSON(CASE WHEN ISJSON(t1.[data]) = 1 THEN t1.[data] END, CAST(? AS nvarchar(max))) AS o WHERE o.[key] = CAST(? AS nvarchar(max)) COLLATE Latin1_General_100_BIN2)
--   binds ['$."a"', '0']

-- year(created)
datepart(year, t1.[created] AT TIME ZONE 'UTC')

-- week(local)
datepart(iso_week, t1.[local])

-- hour(at)
datepart(hour, t1.[at])

-- geoDistance(score, score, price, views)
(SELECT 12742.0 * asin(IIF(w.h > 1, 1, w.h)) FROM (SELECT sqrt(square(sin(radians(v.y2 - v.y1) / 2)) + cos(radians(v.y1)) * cos(radians(v.y2)) * square(sin(radians(v.x2 - v.x1) / 2))) AS h FROM (SELECT CAST(t1.[score] AS float) AS x1, CAST(t1.[score] AS float) AS y1, CAST(t1.[price] AS float) AS x2, CAST(t1.[views] AS float) AS y2) AS v) AS w)

-- strftime(title, created)
not supported: SQL Server can't do this: strftime.

-- cast text to decimal
TRY_CAST(t1.x AS decimal(38, 15))

-- cast text to bigInteger
CASE WHEN TRY_CAST(t1.x AS decimal(38, 15)) = floor(TRY_CAST(t1.x AS decimal(38, 15))) THEN TRY_CAST(TRY_CAST(t1.x AS decimal(38, 15)) AS bigint) END

-- cast text to timestamp
TRY_CAST(t1.x AS datetimeoffset(3))

-- cast scalar to text
(SELECT CASE o.[type] WHEN 3 THEN IIF(o.[value] = N'true', N'1', N'0') ELSE o.[value] END FROM OPENJSON(concat(N'[', t1.x, N']')) AS o)

-- cast timestamp to text
CONVERT(nvarchar(23), CAST(t1.x AT TIME ZONE 'UTC' AS datetime2(3)), 121) + N'Z'
