// Files with the official `pocketbase` client: Blobs and Files in forms, modifiers, batches, addresses, tokens.
// Run by tests/wire/pocketbase/test_node_files.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import PocketBase, { ClientResponseError } from 'pocketbase';

const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD } = process.env;
const rules = { listRule: '', viewRule: '', createRule: '', updateRule: '', deleteRule: '' };
const su = new PocketBase(SATCHEL_URL);
const guest = new PocketBase(SATCHEL_URL);
su.autoCancellation(false);
guest.autoCancellation(false);
const posts = guest.collection('posts');

const file = (name, text = name) => new File([text], name, { type: 'text/plain' });
const read = async (url) => {
  const answer = await fetch(url);
  return answer.ok ? answer.text() : answer.status;
};

before(async () => {
  await su.collection('_superusers').authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD);
  await su.collections.create({
    name: 'posts',
    type: 'base',
    ...rules,
    fields: [
      { name: 'title', type: 'text' },
      { name: 'meta', type: 'json' },
      { name: 'cover', type: 'file', mimeTypes: ['text/plain'] },
      { name: 'pages', type: 'file', maxSelect: 4 },
      { name: 'secret', type: 'file', protected: true },
    ],
  });
});

describe('files', () => {
  test('objects with files become forms, and keep their types', async () => {
    const meta = { a: [1, '2', null], b: true };
    const made = await posts.create({ title: '5', meta, cover: file('Cover 1.txt', 'hello'), pages: [file('one.txt'), file('two.txt')] });
    assert.deepEqual([made.title, made.meta, made.pages.length], ['5', meta, 2]);
    assert.match(made.cover, /^cover_1_[a-z0-9]{10}\.txt$/);
    assert.equal(await read(guest.files.getURL(made, made.cover)), 'hello');
    const forced = await fetch(guest.files.getURL(made, made.cover, { download: true }));
    assert.match(forced.headers.get('content-disposition'), /^attachment/);
  });

  test('a FormData of one\'s own', async () => {
    const form = new FormData();
    form.append('title', 'by hand');
    form.append('pages', new Blob(['first']), 'first.txt');
    form.append('pages', new Blob(['second']), 'second.txt');
    const made = await posts.create(form);
    assert.equal(made.title, 'by hand');
    assert.deepEqual(await Promise.all(made.pages.map((name) => read(guest.files.getURL(made, name)))), ['first', 'second']);
  });

  test('modifiers', async () => {
    let made = await posts.create({ pages: [file('one.txt'), file('two.txt')] });
    const [one, two] = made.pages;
    made = await posts.update(made.id, { 'pages+': file('three.txt') });
    assert.deepEqual(made.pages.slice(0, 2), [one, two]);
    made = await posts.update(made.id, { '+pages': [file('zero.txt')] });
    assert.match(made.pages[0], /^zero_/);
    await assert.rejects(() => posts.update(made.id, { 'pages+': file('five.txt') }), (error) => {
      assert.ok(error instanceof ClientResponseError);
      assert.equal(error.response.data.pages.code, 'validation_too_many_files');
      return true;
    });
    made = await posts.update(made.id, { 'pages-': [one, made.pages[0]] });
    assert.equal(made.pages.length, 2);
    assert.equal(await read(guest.files.getURL(made, one)), 404);
    made = await posts.update(made.id, { pages: [two, file('new.txt')] });
    assert.equal(made.pages[0], two);
    assert.match(made.pages[1], /^new_/);
    made = await posts.update(made.id, { pages: [] });
    assert.deepEqual(made.pages, []);
    assert.equal(await read(guest.files.getURL({ ...made }, two)), 404);
  });

  test('what is refused says why', async () => {
    const code = async (body) => {
      try {
        await posts.create(body);
      } catch (error) {
        return Object.values(error.response.data)[0].code;
      }
      return 'created';
    };
    assert.equal(await code({ cover: new File(['<html></html>'], 'a.txt', { type: 'text/plain' }) }), 'validation_invalid_mime_type');
    assert.equal(await code({ cover: 'nobody.txt' }), 'validation_invalid_file');
    assert.equal(await code({ pages: [new File([new Uint8Array(6 * 1024 * 1024)], 'big.bin')] }), 'validation_file_size_limit');
  });

  test('batches', async () => {
    const batch = guest.createBatch();
    batch.collection('posts').create({ title: 'a', cover: file('aaa.txt') });
    batch.collection('posts').create({ title: 'b', pages: [file('bbb.txt'), file('ccc.txt')] });
    const [first, second] = await batch.send();
    assert.equal(await read(guest.files.getURL(first.body, first.body.cover)), 'aaa.txt');
    assert.deepEqual(await Promise.all(second.body.pages.map((name) => read(guest.files.getURL(second.body, name)))), ['bbb.txt', 'ccc.txt']);
  });

  test('protected files and tokens', async () => {
    const made = await posts.create({ secret: file('secret.txt', 'hush') });
    await su.collections.update('posts', { viewRule: "@request.auth.id != ''" });
    assert.equal(await read(guest.files.getURL(made, made.secret)), 404);
    const token = await su.files.getToken();
    assert.equal(await read(guest.files.getURL(made, made.secret, { token })), 'hush');
    assert.equal(await read(guest.files.getURL(made, made.secret, { token: su.authStore.token })), 404);
    await assert.rejects(() => guest.files.getToken(), (error) => error.status === 401);
    await su.collections.update('posts', { viewRule: '' });
  });

  test('a file goes with its record', async () => {
    const made = await posts.create({ cover: file('gone.txt') });
    const url = guest.files.getURL(made, made.cover);
    assert.equal(await read(url), 'gone.txt');
    await posts.delete(made.id);
    assert.equal(await read(url), 404);
  });
});
