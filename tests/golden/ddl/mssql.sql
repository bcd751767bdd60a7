-- mssql: begin
EXEC sp_getapplock @Resource = N'satchel.schema', @LockMode = N'Exclusive', @LockTimeout = 60000;

-- every storage type
CREATE TABLE [posts] ([id] int IDENTITY(1,1) NOT NULL, [f_string] nvarchar(255), [f_text] nvarchar(max), [f_boolean] bit, [f_integer] int, [f_bigInteger] bigint, [f_float] real, [f_decimal] decimal(10, 5), [f_date] date, [f_time] time, [f_dateTime] datetime2(3), [f_timestamp] datetimeoffset(3), [f_json] nvarchar(max), [f_csv] nvarchar(max), [f_uuid] uniqueidentifier, [f_hash] nvarchar(255), [f_binary] varbinary(max), [f_geometry] geometry, [f_geometry.Point] geometry, [f_geometry.LineString] geometry, [f_geometry.Polygon] geometry, [f_geometry.MultiPoint] geometry, [f_geometry.MultiLineString] geometry, [f_geometry.MultiPolygon] geometry, PRIMARY KEY ([id]));

-- every kind
CREATE TABLE [posts] ([id] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT ('r' + lower(left(replace(convert(varchar(36), newid()), '-', ''), 14))) NOT NULL, [short] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [long] nvarchar(max) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [huge] nvarchar(max) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [editor] nvarchar(max) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [number] float DEFAULT 0 NOT NULL, [bool] bit DEFAULT 0 NOT NULL, [email] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [url] nvarchar(max) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [date] datetimeoffset(3), [autodate] datetimeoffset(3), [select] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [selects] nvarchar(max) DEFAULT N'[]' NOT NULL, [relation] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [relations] nvarchar(max) DEFAULT N'[]' NOT NULL, [file] nvarchar(255) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, [json] nvarchar(max), [geoPoint] nvarchar(max) DEFAULT N'{"lon":0,"lat":0}' NOT NULL, [password] nvarchar(max) COLLATE Latin1_General_100_BIN2 DEFAULT N'' NOT NULL, PRIMARY KEY ([id]));

-- composite key, foreign keys, comments
CREATE TABLE [shop].[odd "name`]]] ([a] int NOT NULL, [b] uniqueidentifier DEFAULT (newid()) NOT NULL, [author] bigint, PRIMARY KEY ([a], [b]), CONSTRAINT [posts_author_foreign] FOREIGN KEY ([author]) REFERENCES [authors] ([id]) ON DELETE SET NULL ON UPDATE CASCADE, CONSTRAINT [odd "name`]]_a_b_foreign] FOREIGN KEY ([a], [b]) REFERENCES [other].[pairs] ([x], [y]));
DECLARE @schema sysname = N'shop'; IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description' AND major_id = OBJECT_ID(N'[shop].[odd "name`]]]') AND minor_id = 0) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'odd "name`]'; EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'what''s in it', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'odd "name`]';;
DECLARE @schema sysname = N'shop'; IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description' AND major_id = OBJECT_ID(N'[shop].[odd "name`]]]') AND minor_id = COLUMNPROPERTY(OBJECT_ID(N'[shop].[odd "name`]]]'), N'b', 'ColumnId')) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'odd "name`]', @level2type = N'COLUMN', @level2name = N'b'; EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'it''s b', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'odd "name`]', @level2type = N'COLUMN', @level2name = N'b';;

-- defaults
CREATE TABLE [posts] ([s] nvarchar(20) DEFAULT N'it''s \ ''x''', [t] nvarchar(max) DEFAULT N'x', [i] int DEFAULT 12, [b] bit DEFAULT 1, [d] decimal(6, 1) DEFAULT 1.5, [j] nvarchar(max) DEFAULT N'{"a":1}', [now_date] date DEFAULT (CAST(SYSUTCDATETIME() AS date)), [now_time] time DEFAULT (CAST(SYSUTCDATETIME() AS time)), [now_dateTime] datetime2(3) DEFAULT (SYSUTCDATETIME()), [now_timestamp] datetimeoffset(3) DEFAULT (SYSDATETIMEOFFSET()), [r] nvarchar(255) DEFAULT ('r' + lower(left(replace(convert(varchar(36), newid()), '-', ''), 14))));

-- drop table
DROP TABLE [posts];

-- rename table
EXEC sp_rename N'[shop].[posts]', N'articles';

-- rename column
EXEC sp_rename N'[posts].[title]', N'head line', N'COLUMN';

-- add columns
ALTER TABLE [posts] ADD [title] nvarchar(255);
ALTER TABLE [posts] ADD [n] float DEFAULT 0 NOT NULL;
DECLARE @schema sysname = SCHEMA_NAME(); IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description' AND major_id = OBJECT_ID(N'[posts]') AND minor_id = COLUMNPROPERTY(OBJECT_ID(N'[posts]'), N'n', 'ColumnId')) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'posts', @level2type = N'COLUMN', @level2name = N'n'; EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'how many', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'posts', @level2type = N'COLUMN', @level2name = N'n';;

-- drop column
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__title__1];
ALTER TABLE [posts] DROP COLUMN [title];

-- alter type
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__title__1];
ALTER TABLE [posts] ALTER COLUMN [title] bigint NOT NULL;
ALTER TABLE [posts] ADD DEFAULT 7 FOR [title];

-- alter type with a default that the new one can't have
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__title__1];
ALTER TABLE [posts] ALTER COLUMN [title] int NULL;

-- alter nullability and default
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__title__1];
ALTER TABLE [posts] ALTER COLUMN [title] citext NOT NULL;
ALTER TABLE [posts] ADD DEFAULT N'x' FOR [title];

-- single to multiple
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__choice__2];
ALTER TABLE [posts] ALTER COLUMN [choice] nvarchar(max) COLLATE Latin1_General_100_BIN2;
UPDATE [posts] SET [choice] = CASE WHEN [choice] IS NULL OR [choice] = N'' THEN N'[]' ELSE N'["' + string_escape([choice], 'json') + N'"]' END;
ALTER TABLE [posts] ALTER COLUMN [choice] nvarchar(max) NOT NULL;
ALTER TABLE [posts] ADD DEFAULT N'[]' FOR [choice];

-- multiple to single
-- look: SELECT c.name, d.name FROM sys.default_constraints AS d JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id WHERE d.parent_object_id = OBJECT_ID(N'[posts]')
ALTER TABLE [posts] DROP CONSTRAINT [DF__posts__choice__2];
ALTER TABLE [posts] ALTER COLUMN [choice] nvarchar(max) COLLATE Latin1_General_100_BIN2;
UPDATE [posts] SET [choice] = CASE WHEN isjson([choice]) = 1 THEN coalesce((SELECT TOP 1 value FROM openjson([choice]) ORDER BY CAST([key] AS int) DESC), N'') ELSE coalesce([choice], N'') END;
ALTER TABLE [posts] ALTER COLUMN [choice] nvarchar(255) COLLATE Latin1_General_100_BIN2 NOT NULL;
ALTER TABLE [posts] ADD DEFAULT N'' FOR [choice];

-- add foreign keys
ALTER TABLE [posts] ADD CONSTRAINT [posts_author_foreign] FOREIGN KEY ([author]) REFERENCES [authors] ([id]) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE [posts] ADD CONSTRAINT [posts_a_b_foreign] FOREIGN KEY ([a], [b]) REFERENCES [other].[pairs] ([x], [y]);

-- a foreign key to itself
ALTER TABLE [posts] ADD CONSTRAINT [posts_title_foreign] FOREIGN KEY ([title]) REFERENCES [posts] ([id]);

-- drop foreign key
ALTER TABLE [posts] DROP CONSTRAINT [posts_author_foreign];

-- drop a unique constraint
-- refused: A unique constraint of SQL Server is dropped as an index.

-- index
CREATE INDEX [the index] ON [posts] ([title] DESC, [author]);

-- unique index
CREATE UNIQUE INDEX [the index] ON [posts] ([title]) WHERE [title] IS NOT NULL;

-- unique index over a long text
-- refused: SQL Server can't index body, a text of any length.

-- index over a long text
-- refused: SQL Server can't index body, a text of any length.

-- index over an expression
-- refused: SQL Server has no indexes over expressions or with a collation of their own.

-- index with a collation
-- refused: SQL Server has no indexes over expressions or with a collation of their own.

-- index with a condition
CREATE UNIQUE INDEX [the index] ON [posts] ([title]) WHERE [title] != '';

-- drop index
-- look: SELECT name FROM sys.indexes WHERE object_id = OBJECT_ID(N'[shop].[posts]') AND name = N'the index' AND is_unique_constraint = 1
DROP INDEX [the index] ON [shop].[posts];

-- comment
DECLARE @schema sysname = SCHEMA_NAME(); IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description' AND major_id = OBJECT_ID(N'[posts]') AND minor_id = 0) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'posts'; EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'it''s here', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'posts';;

-- no comment
DECLARE @schema sysname = SCHEMA_NAME(); IF EXISTS (SELECT 1 FROM sys.extended_properties WHERE name = N'MS_Description' AND major_id = OBJECT_ID(N'[posts]') AND minor_id = 0) EXEC sys.sp_dropextendedproperty @name = N'MS_Description', @level0type = N'SCHEMA', @level0name = @schema, @level1type = N'TABLE', @level1name = N'posts';;

-- view
CREATE VIEW [v] AS SELECT * FROM (SELECT id, title FROM posts) AS q;

-- view with a number as id
CREATE VIEW [v] AS SELECT CAST([id] AS nvarchar(255)) AS [id], [n] FROM (SELECT n AS id, n FROM posts) AS q;

-- drop view
DROP VIEW [v];

-- end
