// The official @directus/sdk against a real server: many files of an item, by a junction to directus_files.
// Run by tests/wire/directus/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD, and
// SATCHEL_APART where the rows of files are in another database than the items: no transaction spans both.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
  authentication,
  createCollection,
  createDirectus,
  createItem,
  createPermissions,
  createPolicy,
  createRelation,
  createRole,
  createUser,
  deleteFile,
  deleteItem,
  readFile,
  readItem,
  readItems,
  rest,
  staticToken,
  updateItem,
  updateItemsBatch,
  uploadFiles,
} from '@directus/sdk';

const { SATCHEL_URL: url, SATCHEL_EMAIL: email, SATCHEL_PASSWORD: password } = process.env;
const admin = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
const apart = Boolean(process.env.SATCHEL_APART);
const TOKEN = 'a-reader-s-static-token';
const reader = createDirectus(url).with(staticToken(TOKEN)).with(rest());
const files = {};

const id = { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true } };
const column = (field, type) => ({ field, type, schema: {}, meta: { hidden: true } });

/** The names of a post's files, in order, as a client sees them. */
async function shown(client, post, deep = {}) {
  const fields = ['images.id', 'images.sort', 'images.directus_files_id.filename_download'];
  const found = await client.request(readItem('posts', post, { fields, deep }));
  return found.images.map((item) => item.directus_files_id?.filename_download ?? null);
}

async function links(post) {
  const fields = ['images.id', 'images.sort', 'images.directus_files_id'];
  return (await admin.request(readItem('posts', post, { fields }))).images;
}

const create = (title, ...names) =>
  admin.request(
    createItem('posts', {
      title,
      images: names.map((name, place) => ({ directus_files_id: files[name], sort: place + 1 })),
    }),
  );

before(async () => {
  await admin.login({ email, password });
  const images = {
    field: 'images',
    type: 'alias',
    meta: { interface: 'files', special: ['files'], options: { enableCreate: true } },
  };
  const title = { field: 'title', type: 'string', schema: {}, meta: {} };
  await admin.request(createCollection({ collection: 'posts', schema: {}, meta: {}, fields: [id, title, images] }));
  const own = [column('posts_id', 'integer'), column('directus_files_id', 'uuid'), column('sort', 'integer')];
  await admin.request(
    createCollection({ collection: 'posts_files', schema: {}, meta: { hidden: true }, fields: [id, ...own] }),
  );
  await admin.request(
    createRelation({
      collection: 'posts_files',
      field: 'posts_id',
      related_collection: 'posts',
      schema: { on_delete: 'CASCADE' },
      meta: { one_field: 'images', junction_field: 'directus_files_id', sort_field: 'sort', one_deselect_action: 'delete' },
    }),
  );
  await admin.request(
    createRelation({
      collection: 'posts_files',
      field: 'directus_files_id',
      related_collection: 'directus_files',
      schema: { on_delete: 'CASCADE' },
      meta: { junction_field: 'posts_id' },
    }),
  );
  for (const name of ['a.txt', 'b.txt', 'c.txt', 'd.txt']) {
    const data = new FormData();
    data.append('file', new Blob([name], { type: name === 'd.txt' ? 'text/csv' : 'text/plain' }), name);
    files[name] = (await admin.request(uploadFiles(data))).id;
  }
  const policy = await admin.request(createPolicy({ name: 'Readers' }));
  await admin.request(
    createPermissions([
      { policy: policy.id, collection: 'posts', action: 'read', fields: ['*'] },
      { policy: policy.id, collection: 'posts_files', action: 'read', fields: ['*'] },
      {
        policy: policy.id,
        collection: 'directus_files',
        action: 'read',
        fields: ['id', 'filename_download'],
        permissions: { type: { _eq: 'text/plain' } },
      },
    ]),
  );
  const role = await admin.request(createRole({ name: 'Readers', policies: [{ policy: policy.id }] }));
  await admin.request(createUser({ email: 'reader@example.com', password, role: role.id, token: TOKEN }));
});

describe('many files of an item', { concurrency: false }, () => {
  test('created with their order', async () => {
    const post = await create('first', 'b.txt', 'a.txt', 'c.txt');
    assert.equal(post.images.length, 3);
    assert.deepEqual(await shown(admin, post.id), ['b.txt', 'a.txt', 'c.txt']);
    assert.deepEqual((await links(post.id)).map((item) => item.sort), [1, 2, 3]);
  });

  test('a new order', async () => {
    const post = await create('ordered', 'a.txt', 'b.txt', 'c.txt');
    const [one, two, three] = await links(post.id);
    const update = [
      { id: three.id, sort: 1 },
      { id: one.id, sort: 2 },
      { id: two.id, sort: 3 },
    ];
    await admin.request(updateItem('posts', post.id, { images: { create: [], update, delete: [] } }));
    assert.deepEqual(await shown(admin, post.id), ['c.txt', 'a.txt', 'b.txt']);
    await admin.request(updateItemsBatch('posts_files', [{ id: two.id, sort: 0 }]));
    assert.deepEqual(await shown(admin, post.id), ['b.txt', 'c.txt', 'a.txt']);
    assert.deepEqual(await shown(admin, post.id, { images: { _sort: ['-sort'], _limit: 2 } }), ['a.txt', 'c.txt']);
  });

  test('added, changed and taken away in one request', async () => {
    const post = await create('changed', 'a.txt', 'b.txt');
    const [one, two] = await links(post.id);
    const images = {
      create: [{ directus_files_id: { id: files['c.txt'] }, sort: 5 }],
      update: [{ id: two.id, sort: 9, directus_files_id: { id: files['b.txt'] } }],
      delete: [one.id],
    };
    await admin.request(updateItem('posts', post.id, { images }));
    assert.deepEqual(await shown(admin, post.id), ['c.txt', 'b.txt']);
    const told = { update: [{ id: two.id, directus_files_id: { id: files['b.txt'], title: 'Called so by a post' } }] };
    const changing = admin.request(updateItem('posts', post.id, { title: 'told', images: told }));
    if (apart) await assert.rejects(changing, (error) => /lives in another database/.test(error.errors[0].message));
    else await changing;
    assert.equal((await admin.request(readFile(files['b.txt']))).title, apart ? 'B' : 'Called so by a post');
    assert.equal((await admin.request(readItem('posts', post.id))).title, apart ? 'changed' : 'told');
    assert.equal((await admin.request(readFile(files['a.txt']))).filename_download, 'a.txt');
    assert.deepEqual(await admin.request(readItems('posts_files', { filter: { id: { _eq: one.id } } })), []);
  });

  test('a list says which stay', async () => {
    const post = await create('listed', 'a.txt', 'b.txt', 'c.txt');
    const [one, , three] = await links(post.id);
    const images = [{ id: three.id, sort: 1 }, { id: one.id, sort: 2 }, { directus_files_id: files['d.txt'], sort: 3 }];
    await admin.request(updateItem('posts', post.id, { images }));
    assert.deepEqual(await shown(admin, post.id), ['c.txt', 'a.txt', 'd.txt']);
    await admin.request(updateItem('posts', post.id, { images: [one.id] }));
    assert.deepEqual(await shown(admin, post.id), ['a.txt']);
    await admin.request(updateItem('posts', post.id, { images: [] }));
    assert.deepEqual(await shown(admin, post.id), []);
    const left = await admin.request(readItems('posts_files', { filter: { posts_id: { _eq: post.id } } }));
    assert.deepEqual(left, []);
  });

  test('found by their files', async () => {
    await create('with csv', 'a.txt', 'd.txt');
    const titles = async (filter) =>
      (await admin.request(readItems('posts', { filter, fields: ['title'], sort: ['title'] }))).map((item) => item.title);
    assert.deepEqual(await titles({ images: { directus_files_id: { type: { _eq: 'text/csv' } } } }), ['with csv']);
    assert.ok(!(await titles({ images: { _none: { directus_files_id: { type: { _eq: 'text/csv' } } } } })).includes('with csv'));
    assert.deepEqual(await titles({ 'count(images)': { _eq: 0 } }), ['listed']);
  });

  test('those that a caller may not read are not told of', async () => {
    const post = await create('guarded', 'd.txt', 'a.txt');
    assert.deepEqual(await shown(reader, post.id), [null, 'a.txt']);
    const filter = { images: { directus_files_id: { filename_download: { _eq: 'd.txt' } } } };
    assert.deepEqual(await reader.request(readItems('posts', { filter })), []);
    const refused = reader.request(updateItem('posts', post.id, { images: [] }));
    await assert.rejects(refused, (error) => error.errors[0].extensions.code === 'FORBIDDEN');
    assert.equal((await links(post.id)).length, 2);
  });

  test('a file that does not exist is refused, and nothing is half done', async () => {
    const missing = '00000000-0000-4000-8000-000000000000';
    const post = await create('whole', 'a.txt');
    const images = { create: [{ directus_files_id: files['b.txt'] }, { directus_files_id: missing }], update: [], delete: [] };
    const half = admin.request(updateItem('posts', post.id, { title: 'half', images }));
    await assert.rejects(half, (error) => error.errors[0].extensions.code === 'INVALID_FOREIGN_KEY');
    assert.deepEqual(await shown(admin, post.id), ['a.txt']);
    assert.equal((await admin.request(readItem('posts', post.id))).title, 'whole');
  });

  test('deleting a file takes it out of its posts, deleting a post leaves its files', async () => {
    const data = new FormData();
    data.append('file', new Blob(['gone'], { type: 'text/plain' }), 'gone.txt');
    files['gone.txt'] = (await admin.request(uploadFiles(data))).id;
    const post = await create('last', 'gone.txt', 'a.txt');
    await admin.request(deleteFile(files['gone.txt']));
    // no foreign key reaches from one database into another
    assert.deepEqual(await shown(admin, post.id), apart ? [null, 'a.txt'] : ['a.txt']);
    const [one] = await links(post.id);
    await admin.request(deleteItem('posts', post.id));
    assert.deepEqual(await admin.request(readItems('posts_files', { filter: { id: { _eq: one.id } } })), []);
    assert.equal((await admin.request(readFile(files['a.txt']))).filename_download, 'a.txt');
  });
});
