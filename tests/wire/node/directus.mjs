// The official @directus/sdk against a real server: signing in, items in every form, schema, system collections.
// Run by tests/wire/directus/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  aggregate,
  authentication,
  createCollection,
  createDirectus,
  createField,
  createItem,
  createItems,
  createPermission,
  createPolicy,
  createRelation,
  createRole,
  createUser,
  deleteCollection,
  deleteField,
  deleteItem,
  deleteItems,
  deletePermission,
  deleteRelation,
  deleteUser,
  readCollection,
  readCollections,
  readField,
  readFields,
  readFieldsByCollection,
  readItem,
  readItemPermissions,
  readItems,
  readMe,
  readPermissions,
  readPolicies,
  readPolicyGlobals,
  readProviders,
  readRelation,
  readRelations,
  readRoles,
  readRolesMe,
  readSingleton,
  readUser,
  readUserPermissions,
  readUsers,
  rest,
  serverHealth,
  serverInfo,
  serverPing,
  staticToken,
  updateCollection,
  updateField,
  updateItem,
  updateItems,
  updateItemsBatch,
  updateMe,
  updateRelation,
  updateRole,
  updateSingleton,
  updateUser,
  randomString,
} from '@directus/sdk';

const url = process.env.SATCHEL_URL;
const email = process.env.SATCHEL_EMAIL;
const password = process.env.SATCHEL_PASSWORD;

const admin = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
const guest = createDirectus(url).with(rest());

const key = (field) => ({
  field,
  type: 'integer',
  schema: { is_primary_key: true, has_auto_increment: true },
  meta: { hidden: true },
});
const text = (field, schema = {}) => ({ field, type: 'string', schema, meta: {} });

async function refused(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.errors?.[0]?.extensions?.code, code, JSON.stringify(error.errors ?? String(error)));
    return true;
  });
}

describe('@directus/sdk', { concurrency: false }, () => {
  before(async () => {
    await admin.login({ email, password });
  });

  test('signing in, refreshing, signing out', async () => {
    const client = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
    const first = await client.login({ email, password });
    assert.ok(first.access_token && first.refresh_token && first.expires === 900000);
    const second = await client.refresh();
    assert.notEqual(second.refresh_token, first.refresh_token);
    assert.equal((await client.request(readMe({ fields: ['email'] }))).email, email);
    await client.logout();
    assert.equal(await client.getToken(), null);
    await refused(client.login({ email, password: 'wrong' }), 'INVALID_CREDENTIALS');
    assert.deepEqual(await guest.request(readProviders()), []);
  });

  test('the server', async () => {
    assert.equal(await guest.request(serverPing()), 'pong');
    const info = await admin.request(serverInfo());
    assert.equal(typeof info.project.project_name, 'string');
    assert.equal(info.queryLimit.default, 100);
    assert.equal((await admin.request(serverHealth())).status, 'ok');
    assert.equal((await guest.request(randomString(8))).length, 8);
  });

  test('collections, fields and relations', async () => {
    const made = await admin.request(
      createCollection({
        collection: 'writers',
        schema: {},
        meta: { note: 'people' },
        fields: [key('id'), text('name', { is_nullable: false }), { field: 'born', type: 'date', schema: {}, meta: {} }],
      }),
    );
    assert.equal(made.collection, 'writers');
    assert.equal(made.meta.note, 'people');
    await admin.request(
      createCollection({
        collection: 'books',
        schema: {},
        meta: {},
        fields: [
          key('id'),
          text('title'),
          { field: 'pages', type: 'integer', schema: { default_value: 0 }, meta: {} },
          { field: 'extra', type: 'json', schema: {}, meta: { special: ['cast-json'] } },
          { field: 'writer', type: 'integer', schema: {}, meta: {} },
        ],
      }),
    );
    await admin.request(createCollection({ collection: 'labels', schema: {}, meta: {}, fields: [key('id'), text('name')] }));
    await admin.request(
      createCollection({
        collection: 'books_labels',
        schema: {},
        meta: { hidden: true },
        fields: [
          key('id'),
          { field: 'books_id', type: 'integer', schema: {}, meta: {} },
          { field: 'labels_id', type: 'integer', schema: {}, meta: {} },
        ],
      }),
    );
    await admin.request(createField('writers', { field: 'books', type: 'alias', meta: { special: ['o2m'] } }));
    await admin.request(createField('books', { field: 'labels', type: 'alias', meta: { special: ['m2m'] } }));
    const relation = await admin.request(
      createRelation({
        collection: 'books',
        field: 'writer',
        related_collection: 'writers',
        meta: { one_field: 'books' },
        schema: { on_delete: 'SET NULL' },
      }),
    );
    assert.equal(relation.schema.on_delete, 'SET NULL');
    await admin.request(
      createRelation({
        collection: 'books_labels',
        field: 'books_id',
        related_collection: 'books',
        meta: { one_field: 'labels', junction_field: 'labels_id', one_deselect_action: 'delete' },
        schema: { on_delete: 'CASCADE' },
      }),
    );
    await admin.request(
      createRelation({
        collection: 'books_labels',
        field: 'labels_id',
        related_collection: 'labels',
        meta: { one_field: null, junction_field: 'books_id' },
        schema: { on_delete: 'CASCADE' },
      }),
    );
    const names = (await admin.request(readCollections())).map((item) => item.collection);
    for (const name of ['writers', 'books', 'labels', 'books_labels', 'directus_users']) assert.ok(names.includes(name), name);
    assert.equal((await admin.request(readCollection('books'))).schema.name, 'books');
    const fields = (await admin.request(readFieldsByCollection('books'))).map((item) => item.field);
    assert.deepEqual(fields, ['id', 'title', 'pages', 'extra', 'writer', 'labels']);
    assert.ok((await admin.request(readFields())).length > fields.length);
    assert.equal((await admin.request(readField('books', 'pages'))).schema.default_value, 0);
    await admin.request(createField('books', { field: 'year', type: 'integer', schema: {}, meta: { note: 'n' } }));
    assert.equal((await admin.request(updateField('books', 'year', { meta: { note: 'm' } }))).meta.note, 'm');
    await admin.request(deleteField('books', 'year'));
    await refused(admin.request(readField('books', 'year')), 'FORBIDDEN');
    assert.equal((await admin.request(updateCollection('books', { meta: { icon: 'book' } }))).meta.icon, 'book');
    assert.equal((await admin.request(readRelation('books', 'writer'))).related_collection, 'writers');
    const changed = await admin.request(
      updateRelation('books', 'writer', { schema: { on_delete: 'CASCADE' }, meta: { one_deselect_action: 'delete' } }),
    );
    assert.equal(changed.schema.on_delete, 'CASCADE');
    assert.ok((await admin.request(readRelations())).some((item) => item.collection === 'books_labels'));
  });

  test('items: nested writes, deep reads, aggregates', async () => {
    const [ann, bob] = await admin.request(
      createItems('writers', [
        { name: 'Ann', born: '1980-02-03', books: [{ title: 'One', pages: 10 }, { title: 'Two', pages: 30, extra: { a: [1] } }] },
        { name: 'Bob' },
      ]),
    );
    assert.equal(ann.books.length, 2);
    assert.deepEqual(bob.books, []);
    const book = await admin.request(
      createItem(
        'books',
        { title: 'Three', writer: { name: 'Cid' }, labels: [{ labels_id: { name: 'red' } }, { labels_id: { name: 'blue' } }] },
        { fields: ['title', 'pages', { writer: ['name'], labels: [{ labels_id: ['name'] }] }] },
      ),
    );
    assert.deepEqual(book, {
      title: 'Three',
      pages: 0,
      writer: { name: 'Cid' },
      labels: [{ labels_id: { name: 'red' } }, { labels_id: { name: 'blue' } }],
    });
    const found = await admin.request(
      readItems('writers', {
        fields: ['name', { books: ['title'] }],
        filter: { books: { pages: { _gte: 10 } } },
        deep: { books: { _sort: ['-pages'], _limit: 1 } },
        sort: ['name'],
      }),
    );
    assert.deepEqual(found, [{ name: 'Ann', books: [{ title: 'Two' }] }]);
    const searched = await admin.request(readItems('books', { search: 'thr', fields: ['title', 'extra'] }));
    assert.deepEqual(searched, [{ title: 'Three', extra: null }]);
    const aliased = await admin.request(
      readItems('writers', {
        fields: ['long.title', 'short.title'],
        alias: { long: 'books', short: 'books' },
        deep: { long: { _filter: { pages: { _gt: 20 } } }, short: { _filter: { pages: { _lte: 20 } } } },
        filter: { id: { _eq: ann.id } },
      }),
    );
    assert.deepEqual(aliased, [{ long: [{ title: 'Two' }], short: [{ title: 'One' }] }]);
    const sums = await admin.request(aggregate('books', { aggregate: { count: '*', sum: ['pages'] } }));
    assert.equal(Number(sums[0].count), 3);
    assert.equal(Number(sums[0].sum.pages), 40);
    const groups = await admin.request(
      aggregate('books', { aggregate: { count: '*' }, groupBy: ['writer'], query: { sort: ['writer'] } }),
    );
    assert.equal(groups.length, 2);
    assert.equal((await admin.request(readItem('writers', ann.id, { fields: ['name'] }))).name, 'Ann');
  });

  test('items: updates and deletes in all batch forms', async () => {
    const made = await admin.request(createItems('labels', [{ name: 'a' }, { name: 'b' }, { name: 'c' }]));
    const ids = made.map((item) => item.id);
    assert.equal((await admin.request(updateItem('labels', ids[0], { name: 'x' }))).name, 'x');
    const both = await admin.request(updateItems('labels', ids.slice(0, 2), { name: 'y' }));
    assert.deepEqual(both.map((item) => item.name), ['y', 'y']);
    const byQuery = await admin.request(updateItems('labels', { filter: { name: { _eq: 'y' } } }, { name: 'z' }));
    assert.equal(byQuery.length, 2);
    const batch = await admin.request(
      updateItemsBatch('labels', [
        { id: ids[0], name: 'p' },
        { id: ids[1], name: 'q' },
      ]),
    );
    assert.deepEqual(batch.map((item) => item.name), ['p', 'q']);
    await admin.request(deleteItem('labels', ids[0]));
    await admin.request(deleteItems('labels', [ids[1]]));
    await admin.request(deleteItems('labels', { filter: { id: { _in: ids } } }));
    assert.deepEqual(await admin.request(readItems('labels', { filter: { id: { _in: ids } } })), []);
    await refused(admin.request(readItem('labels', ids[0])), 'FORBIDDEN');
    await refused(admin.request(createItem('writers', { born: 'nonsense', name: 'x' })), 'INVALID_PAYLOAD');
    await refused(admin.request(createItem('writers', {})), 'FAILED_VALIDATION');
  });

  test('singletons', async () => {
    await admin.request(
      createCollection({
        collection: 'site',
        schema: {},
        meta: { singleton: true },
        fields: [key('id'), text('title', { default_value: 'My site' }), text('motto')],
      }),
    );
    assert.deepEqual(await admin.request(readSingleton('site')), { id: null, title: 'My site' });
    assert.equal((await admin.request(updateSingleton('site', { motto: 'hi' }))).motto, 'hi');
    assert.equal((await admin.request(readSingleton('site'))).title, 'My site');
    await admin.request(deleteCollection('site'));
  });

  test('users, roles, policies and permissions', async () => {
    await refused(guest.request(readItems('books')), 'FORBIDDEN');
    const policy = await admin.request(createPolicy({ name: 'Readers' }));
    const role = await admin.request(createRole({ name: 'Reader', policies: { create: [{ policy: policy.id }], update: [], delete: [] } }));
    const user = await admin.request(
      createUser({ email: 'reader@example.com', password: 'secret words', role: role.id, token: 'reader-token', status: 'active' }),
    );
    assert.equal(user.password, '**********');
    const permission = await admin.request(
      createPermission({
        policy: policy.id,
        collection: 'books',
        action: 'read',
        fields: ['id', 'title', 'pages'],
        permissions: { pages: { _gte: 10 } },
        validation: null,
        presets: null,
      }),
    );
    const reader = createDirectus(url).with(staticToken('reader-token')).with(rest());
    assert.deepEqual(await reader.request(readItems('books', { fields: ['*'], sort: ['pages'] })), [
      { id: 1, title: 'One', pages: 10 },
      { id: 2, title: 'Two', pages: 30 },
    ]);
    await refused(reader.request(readItems('books', { fields: ['writer'] })), 'FORBIDDEN');
    await refused(reader.request(readItems('books', { filter: { writer: { _eq: 1 } } })), 'FORBIDDEN');
    await refused(reader.request(readItems('writers')), 'FORBIDDEN');
    await refused(reader.request(createItem('books', { title: 'x' })), 'FORBIDDEN');
    assert.deepEqual(await reader.request(readMe()), { id: user.id });
    const mine = await reader.request(readUserPermissions());
    assert.equal(mine.books.read.access, 'partial');
    assert.equal(mine.books.update.access, 'none');
    assert.deepEqual(await reader.request(readPolicyGlobals()), { app_access: false, admin_access: false, enforce_tfa: false });
    assert.deepEqual(await reader.request(readRolesMe()), [{ id: role.id }]);
    assert.equal((await reader.request(readItemPermissions('books', 1))).update.access, false);
    const session = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
    await session.login({ email: 'reader@example.com', password: 'secret words' });
    assert.equal((await session.request(readItems('books'))).length, 2);

    assert.ok((await admin.request(readUsers({ fields: ['email'] }))).some((item) => item.email === 'reader@example.com'));
    assert.equal((await admin.request(readUser(user.id, { fields: [{ role: ['name'] }] }))).role.name, 'Reader');
    assert.equal((await admin.request(updateUser(user.id, { first_name: 'R' }))).first_name, 'R');
    assert.equal((await admin.request(updateRole(role.id, { description: 'd' }))).description, 'd');
    assert.ok((await admin.request(readRoles())).length >= 2);
    assert.ok((await admin.request(readPolicies())).some((item) => item.id === policy.id));
    assert.ok((await admin.request(readPermissions())).some((item) => item.id === permission.id));
    assert.equal((await admin.request(updateMe({ first_name: 'Root' }, { fields: ['first_name'] }))).first_name, 'Root');

    await admin.request(deletePermission(permission.id));
    await refused(reader.request(readItems('books')), 'FORBIDDEN');
    await admin.request(deleteUser(user.id));
    await refused(reader.request(readMe()), 'INVALID_CREDENTIALS');
  });

  test('dropping it all again', async () => {
    await admin.request(deleteRelation('books', 'writer'));
    for (const name of ['books_labels', 'labels', 'books', 'writers']) await admin.request(deleteCollection(name));
    await refused(admin.request(readCollection('books')), 'FORBIDDEN');
  });
});
