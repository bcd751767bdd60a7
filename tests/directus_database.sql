-- Placeholders: $uuid, $stamp, $serial, $true and $false are types and values of a kind of database.
CREATE TABLE directus_migrations (version varchar(255) PRIMARY KEY, name varchar(255) NOT NULL, timestamp $stamp);
CREATE TABLE directus_roles (id $uuid PRIMARY KEY, name varchar(100) NOT NULL, icon varchar(64), description text,
  parent $uuid REFERENCES directus_roles (id));
CREATE TABLE directus_policies (id $uuid PRIMARY KEY, name varchar(100) NOT NULL, icon varchar(64), description text,
  ip_access text, enforce_tfa boolean NOT NULL, admin_access boolean NOT NULL, app_access boolean NOT NULL);
CREATE TABLE directus_users (id $uuid PRIMARY KEY, first_name varchar(50), last_name varchar(50), email varchar(128) UNIQUE,
  password varchar(255), location varchar(255), title varchar(50), description text, tags json, avatar $uuid,
  language varchar(255), tfa_secret varchar(255), status varchar(16) NOT NULL DEFAULT 'active',
  role $uuid REFERENCES directus_roles (id), token varchar(255) UNIQUE, last_access $stamp, last_page varchar(255),
  provider varchar(128) NOT NULL DEFAULT 'default', external_identifier varchar(255), auth_data json,
  email_notifications boolean DEFAULT $true, appearance varchar(255), theme_dark varchar(255), theme_light varchar(255),
  theme_light_overrides json, theme_dark_overrides json, nickname varchar(40));
CREATE TABLE directus_access (id $uuid PRIMARY KEY, role $uuid REFERENCES directus_roles (id),
  "user" $uuid REFERENCES directus_users (id), policy $uuid NOT NULL REFERENCES directus_policies (id), sort integer);
CREATE TABLE directus_permissions (id $serial, collection varchar(64) NOT NULL, action varchar(10) NOT NULL,
  permissions json, validation json, presets json, fields text, policy $uuid NOT NULL REFERENCES directus_policies (id));
CREATE TABLE directus_collections (collection varchar(64) PRIMARY KEY, icon varchar(64), note text,
  display_template varchar(255), hidden boolean NOT NULL DEFAULT $false, singleton boolean NOT NULL DEFAULT $false,
  translations json, archive_field varchar(64), archive_app_filter boolean NOT NULL DEFAULT $true,
  archive_value varchar(255), unarchive_value varchar(255), sort_field varchar(64), accountability varchar(255),
  color varchar(255), item_duplication_fields json, sort integer,
  "group" varchar(64) REFERENCES directus_collections (collection), collapse varchar(255) NOT NULL DEFAULT 'open',
  preview_url varchar(255), versioning boolean NOT NULL DEFAULT $false);
CREATE TABLE directus_fields (id $serial, collection varchar(64) NOT NULL, field varchar(64) NOT NULL, special varchar(64),
  interface varchar(64), options json, display varchar(64), display_options json, readonly boolean NOT NULL DEFAULT $false,
  hidden boolean NOT NULL DEFAULT $false, sort integer, width varchar(30), translations json, note text, conditions json,
  required boolean DEFAULT $false, "group" varchar(64), validation json, validation_message text);
CREATE TABLE directus_relations (id $serial, many_collection varchar(64) NOT NULL, many_field varchar(64) NOT NULL,
  one_collection varchar(64), one_field varchar(64), one_collection_field varchar(64), one_allowed_collections text,
  junction_field varchar(64), sort_field varchar(64), one_deselect_action varchar(255) NOT NULL DEFAULT 'nullify');
CREATE TABLE directus_settings (id $serial, project_name varchar(100) NOT NULL, project_color varchar(255) NOT NULL,
  auth_login_attempts integer, default_language varchar(255) NOT NULL DEFAULT 'en-US', custom_css text);
CREATE TABLE directus_folders (id $uuid PRIMARY KEY, name varchar(255) NOT NULL, parent $uuid);
CREATE TABLE directus_files (id $uuid PRIMARY KEY, storage varchar(255) NOT NULL, filename_disk varchar(255),
  filename_download varchar(255) NOT NULL, title varchar(255), type varchar(255),
  folder $uuid REFERENCES directus_folders (id), uploaded_by $uuid REFERENCES directus_users (id), created_on $stamp,
  filesize bigint, metadata json);
CREATE TABLE directus_presets (id $serial, bookmark varchar(255), "user" $uuid REFERENCES directus_users (id),
  role $uuid, collection varchar(64), search varchar(100), layout varchar(100), layout_query json, layout_options json);
CREATE TABLE directus_translations (id $uuid PRIMARY KEY, language varchar(255) NOT NULL, "key" varchar(255) NOT NULL,
  value text NOT NULL);
CREATE TABLE directus_dashboards (id $uuid PRIMARY KEY, name varchar(255) NOT NULL, icon varchar(64), date_created $stamp,
  user_created $uuid);
CREATE TABLE directus_panels (id $uuid PRIMARY KEY, dashboard $uuid NOT NULL REFERENCES directus_dashboards (id),
  name varchar(255), show_header boolean NOT NULL, type varchar(255) NOT NULL, position_x integer NOT NULL,
  position_y integer NOT NULL, width integer NOT NULL, height integer NOT NULL, options json);
CREATE TABLE directus_flows (id $uuid PRIMARY KEY, name varchar(255) NOT NULL, status varchar(255), "trigger" varchar(255),
  accountability varchar(255), options json, operation $uuid);
CREATE TABLE directus_operations (id $uuid PRIMARY KEY, name varchar(255), "key" varchar(255) NOT NULL,
  type varchar(255) NOT NULL, position_x integer NOT NULL, position_y integer NOT NULL, options json, resolve $uuid,
  reject $uuid, flow $uuid NOT NULL REFERENCES directus_flows (id));
CREATE TABLE directus_activity (id $serial, action varchar(45) NOT NULL, "user" $uuid, timestamp $stamp, ip varchar(50),
  user_agent text, collection varchar(64) NOT NULL, item varchar(255) NOT NULL, origin varchar(255));
CREATE TABLE directus_revisions (id $serial, activity integer NOT NULL REFERENCES directus_activity (id),
  collection varchar(64) NOT NULL, item varchar(255) NOT NULL, data json, delta json, parent integer, version $uuid);
CREATE TABLE directus_comments (id $uuid PRIMARY KEY, collection varchar(64) NOT NULL, item varchar(255) NOT NULL,
  comment text NOT NULL, date_created $stamp, user_created $uuid);
CREATE TABLE authors (id $serial, name varchar(255));
CREATE TABLE articles (id $uuid PRIMARY KEY, status varchar(255) DEFAULT 'draft', title varchar(255) NOT NULL,
  flag boolean DEFAULT $false, tags text, data json, at $stamp, views integer,
  author integer REFERENCES authors (id) ON DELETE SET NULL, image $uuid REFERENCES directus_files (id),
  user_created $uuid REFERENCES directus_users (id), date_created $stamp);
CREATE TABLE measures (id $serial, price decimal(10,2), big bigint, ratio double precision, day date, clock time);
CREATE TABLE plain (id $serial, label varchar(20));
INSERT INTO directus_migrations VALUES ('20201028A', 'Remove Collection Foreign Keys', NULL);
INSERT INTO directus_roles (id, name) VALUES ('22222222-aaaa-4aaa-8aaa-000000000002', 'Editors'),
  ('22222222-aaaa-4aaa-8aaa-000000000001', 'Administrator');
INSERT INTO directus_policies VALUES ('33333333-aaaa-4aaa-8aaa-000000000001', 'Administrator', 'verified', NULL, NULL, $false, $true, $true),
  ('33333333-aaaa-4aaa-8aaa-000000000002', 'Editing', 'badge', NULL, NULL, $false, $false, $true),
  ('abf8a154-5b1c-4a46-ac9c-7300570f4f17', '$$t:public_label', 'public', NULL, NULL, $false, $false, $false);
INSERT INTO directus_users (id, first_name, email, password, role, token, nickname, tags) VALUES ('11111111-aaaa-4aaa-8aaa-000000000001', 'Ann', 'Admin@Example.com', '$hash', '22222222-aaaa-4aaa-8aaa-000000000001', NULL, 'boss', '["a"]'),
  ('11111111-aaaa-4aaa-8aaa-000000000002', 'Ed', 'ed@example.com', '$hash', '22222222-aaaa-4aaa-8aaa-000000000002', 'a-static-token-of-the-editor', 'ed', NULL);
INSERT INTO directus_access VALUES ('88888888-aaaa-4aaa-8aaa-000000000001', '22222222-aaaa-4aaa-8aaa-000000000001', NULL, '33333333-aaaa-4aaa-8aaa-000000000001', 1),
  ('88888888-aaaa-4aaa-8aaa-000000000002', '22222222-aaaa-4aaa-8aaa-000000000002', NULL, '33333333-aaaa-4aaa-8aaa-000000000002', 1),
  ('88888888-aaaa-4aaa-8aaa-000000000003', NULL, NULL, 'abf8a154-5b1c-4a46-ac9c-7300570f4f17', 1);
INSERT INTO directus_permissions (collection, action, permissions, validation, presets, fields, policy) VALUES ('articles', 'read', '{"status":{"_eq":"published"}}', NULL, NULL, 'id,title,status', '33333333-aaaa-4aaa-8aaa-000000000002'),
  ('articles', 'create', NULL, NULL, '{"status":"draft"}', '*', '33333333-aaaa-4aaa-8aaa-000000000002'),
  ('authors', 'read', '{}', NULL, NULL, '*', 'abf8a154-5b1c-4a46-ac9c-7300570f4f17');
INSERT INTO directus_collections (collection, icon, sort_field, archive_field, accountability, versioning, translations) VALUES ('content', 'folder', NULL, NULL, 'all', $false, NULL);
INSERT INTO directus_collections (collection, icon, "group", archive_field, accountability, versioning, translations) VALUES ('articles', 'article', 'content', 'status', 'all', $true, '[{"language":"de-DE","translation":"Artikel"}]'),
  ('authors', 'person', 'content', NULL, 'all', $false, NULL);
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'id', 'uuid', 1, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'status', NULL, 2, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'title', NULL, 3, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'flag', 'cast-boolean', 4, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'tags', 'cast-csv', 5, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'data', 'cast-json', 6, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'at', 'cast-timestamp', 7, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'author', 'm2o', 8, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'image', 'file', 9, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'user_created', 'user-created', 10, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'date_created', 'date-created,cast-timestamp', 11, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('articles', 'line', 'alias,no-data', 12, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('authors', 'articles', 'o2m', 2, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('authors', 'name', NULL, 1, 'full', '{"a":1}');
INSERT INTO directus_fields (collection, field, special, sort, width, options) VALUES ('directus_users', 'nickname', NULL, 1, 'full', '{"a":1}');
INSERT INTO directus_relations (many_collection, many_field, one_collection, one_field) VALUES ('articles', 'author', 'authors', 'articles');
INSERT INTO directus_relations (many_collection, many_field, one_collection, one_field) VALUES ('articles', 'image', 'directus_files', NULL);
INSERT INTO directus_relations (many_collection, many_field, one_collection, one_field) VALUES ('articles', 'user_created', 'directus_users', NULL);
INSERT INTO directus_settings (project_name, project_color, auth_login_attempts) VALUES ('Gazette', '#112233', 25);
INSERT INTO directus_folders VALUES ('44444444-aaaa-4aaa-8aaa-000000000002', 'Pictures', NULL);
INSERT INTO directus_files (id, storage, filename_disk, filename_download, title, type, folder, uploaded_by, created_on, filesize) VALUES ('44444444-aaaa-4aaa-8aaa-000000000001', 'local', '44444444-aaaa-4aaa-8aaa-000000000001.txt', 'hello.txt', 'Hello', 'text/plain', '44444444-aaaa-4aaa-8aaa-000000000002', '11111111-aaaa-4aaa-8aaa-000000000002', $at, 5);
INSERT INTO directus_presets (bookmark, "user", collection, layout_query) VALUES ('Mine', '11111111-aaaa-4aaa-8aaa-000000000002', 'articles', '{"x":1}');
INSERT INTO directus_translations VALUES ('99999999-aaaa-4aaa-8aaa-000000000001', 'de-DE', 'hi', 'Hallo');
INSERT INTO directus_dashboards VALUES ('66666666-aaaa-4aaa-8aaa-000000000001', 'Numbers', 'dashboard', $at, '11111111-aaaa-4aaa-8aaa-000000000001');
INSERT INTO directus_panels VALUES ('66666666-aaaa-4aaa-8aaa-000000000002', '66666666-aaaa-4aaa-8aaa-000000000001', 'Count', $true, 'metric', 1, 1, 4, 4, '{"a":1}');
INSERT INTO directus_flows VALUES ('55555555-aaaa-4aaa-8aaa-000000000001', 'Say it', 'inactive', 'manual', 'all', '{"collections":["articles"]}', '55555555-aaaa-4aaa-8aaa-000000000002');
INSERT INTO directus_operations VALUES ('55555555-aaaa-4aaa-8aaa-000000000002', 'Log', 'log', 'log', 1, 1, '{"message":"x"}', NULL, NULL, '55555555-aaaa-4aaa-8aaa-000000000001');
INSERT INTO directus_activity (action, "user", timestamp, collection, item) VALUES ('create', '11111111-aaaa-4aaa-8aaa-000000000001', $at, 'articles', '77777777-aaaa-4aaa-8aaa-000000000001');
INSERT INTO directus_revisions (activity, collection, item, data, delta) VALUES (1, 'articles', '77777777-aaaa-4aaa-8aaa-000000000001', '{"title":"One"}', '{"title":"One"}');
INSERT INTO directus_comments VALUES ('12121212-aaaa-4aaa-8aaa-000000000001', 'articles', '77777777-aaaa-4aaa-8aaa-000000000001', 'Nice', $at, '11111111-aaaa-4aaa-8aaa-000000000002');
INSERT INTO authors (name) VALUES ('Jane'),
  ('Joe');
INSERT INTO articles VALUES ('77777777-aaaa-4aaa-8aaa-000000000001', 'published', 'One', $true, 'a,b', '{"k":[1,2]}', $at, 7, 1, '44444444-aaaa-4aaa-8aaa-000000000001', '11111111-aaaa-4aaa-8aaa-000000000001', $at),
  ('77777777-aaaa-4aaa-8aaa-000000000002', 'draft', 'Two', $false, NULL, NULL, NULL, NULL, 2, NULL, '11111111-aaaa-4aaa-8aaa-000000000002', $at);
INSERT INTO directus_collections (collection, accountability) VALUES ('measures', 'all');
INSERT INTO measures (price, big, ratio, day, clock) VALUES (12.50, 9007199254740993, 0.25, '2024-02-29', '09:05:00');
INSERT INTO plain (label) VALUES ('left alone');
