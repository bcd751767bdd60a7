// The official @directus/sdk and tus-js-client against a real server: files, folders, assets, archives, uploads in pieces.
// Run by tests/wire/directus/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, describe, test } from 'node:test';
import {
  authentication,
  createDirectus,
  createFolder,
  deleteFile,
  deleteFiles,
  deleteFolder,
  downloadFilesZip,
  downloadFolderZip,
  importFile,
  readAssetArrayBuffer,
  readAssetBlob,
  readAssetRaw,
  readFile,
  readFiles,
  readFolders,
  rest,
  serverInfo,
  updateFile,
  updateFilesBatch,
  updateFolder,
  updateSettings,
  uploadFiles,
} from '@directus/sdk';
import * as tus from 'tus-js-client';

const url = process.env.SATCHEL_URL;
const email = process.env.SATCHEL_EMAIL;
const password = process.env.SATCHEL_PASSWORD;
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const admin = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
const guest = createDirectus(url).with(rest());
let site;

async function refused(promise, code) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.errors?.[0]?.extensions?.code, code, JSON.stringify(error.errors ?? String(error)));
    return true;
  });
}

function form(...files) {
  const data = new FormData();
  for (const [name, content, type, fields] of files) {
    for (const [field, value] of Object.entries(fields ?? {})) data.append(field, value);
    data.append('file', new Blob([content], { type }), name);
  }
  return data;
}

describe('files with @directus/sdk', { concurrency: false }, () => {
  before(async () => {
    await admin.login({ email, password });
    site = http.createServer((request, response) => {
      response.setHeader('content-type', 'image/png');
      response.end(PIXEL);
    });
    await new Promise((resolve) => site.listen(0, '127.0.0.1', resolve));
  });

  after(() => site.close());

  test('uploading, changing, deleting', async () => {
    const folder = await admin.request(createFolder({ name: 'pictures' }));
    const file = await admin.request(uploadFiles(form(['a_pixel.png', PIXEL, 'image/png', { folder: folder.id }])));
    assert.equal(file.title, 'A Pixel');
    assert.deepEqual([file.width, file.height, Number(file.filesize)], [1, 1, PIXEL.length]);
    const two = await admin.request(
      uploadFiles(form(['a.txt', 'aaa', 'text/plain', { title: 'first' }], ['b.txt', 'bbb', 'text/plain'])),
    );
    assert.deepEqual(two.map((item) => item.title).sort(), ['B', 'first']);
    const changed = await admin.request(updateFile(file.id, form(['b.txt', 'other', 'text/plain'])));
    assert.deepEqual([changed.id, changed.filename_download, Number(changed.filesize)], [file.id, 'b.txt', 5]);
    assert.equal((await admin.request(updateFile(file.id, { title: 'New', tags: ['x'] }))).title, 'New');
    await admin.request(updateFilesBatch(two.map((item) => ({ id: item.id, folder: folder.id }))));
    const listed = await admin.request(readFiles({ filter: { folder: { name: { _eq: 'pictures' } } }, fields: ['id'] }));
    assert.equal(listed.length, 3);
    assert.deepEqual((await admin.request(readFile(file.id, { fields: [{ folder: ['name'] }] }))).folder, { name: 'pictures' });
    assert.equal((await admin.request(updateFolder(folder.id, { name: 'renamed' }))).name, 'renamed');
    assert.ok((await admin.request(readFolders())).some((item) => item.name === 'renamed'));
    await admin.request(deleteFile(file.id));
    await admin.request(deleteFiles(two.map((item) => item.id)));
    await admin.request(deleteFolder(folder.id));
    await refused(admin.request(readFile(file.id)), 'FORBIDDEN');
    await refused(guest.request(uploadFiles(form(['a.txt', 'a', 'text/plain']))), 'FORBIDDEN');
  });

  test('imports', async () => {
    const address = `http://127.0.0.1:${site.address().port}/far/away.png`;
    const file = await admin.request(importFile(address, { title: 'Far' }));
    assert.deepEqual([file.title, file.filename_download, file.width], ['Far', 'away.png', 1]);
    await refused(admin.request(importFile('http://10.0.0.1/secret')), 'SERVICE_UNAVAILABLE');
    await refused(guest.request(importFile(address)), 'FORBIDDEN');
    await admin.request(deleteFile(file.id));
  });

  test('assets', async () => {
    const file = await admin.request(uploadFiles(form(['pixel.png', PIXEL, 'image/png'])));
    assert.deepEqual(Buffer.from(await admin.request(readAssetArrayBuffer(file.id))), PIXEL);
    const blob = await admin.request(readAssetBlob(file.id, { width: 20, height: 10, format: 'webp', quality: 50 }));
    assert.equal(blob.type, 'image/webp');
    const stream = await admin.request(readAssetRaw(file.id, { key: 'system-small-cover' }));
    let size = 0;
    for await (const part of stream) size += part.length;
    assert.ok(size > 0);
    const turned = await admin.request(readAssetBlob(file.id, { transforms: [['rotate', 90], ['blur', 2]] }));
    assert.equal(turned.type, 'image/png');
    const preset = { key: 'tiny', width: 4, height: 4, fit: 'cover', format: 'jpg' };
    await admin.request(updateSettings({ storage_asset_presets: [preset] }));
    assert.equal((await admin.request(readAssetBlob(file.id, { key: 'tiny' }))).type, 'image/jpeg');
    await refused(admin.request(readAssetBlob(file.id, { key: 'none' })), 'INVALID_QUERY');
    await refused(guest.request(readAssetBlob(file.id)), 'FORBIDDEN');
    await admin.request(deleteFile(file.id));
  });

  test('archives', async () => {
    const folder = await admin.request(createFolder({ name: 'zipped' }));
    const file = await admin.request(uploadFiles(form(['a.txt', 'hello', 'text/plain', { folder: folder.id }])));
    for (const command of [downloadFilesZip([file.id]), downloadFolderZip(folder.id)]) {
      const answer = await admin.request(command);
      const body = Buffer.from(await new Response(answer.body ?? answer).arrayBuffer());
      assert.equal(body.subarray(0, 2).toString(), 'PK');
      assert.ok(body.includes('a.txt'));
    }
    await admin.request(deleteFile(file.id));
    await admin.request(deleteFolder(folder.id));
  });

  test('uploads in pieces', async () => {
    const { uploads } = await admin.request(serverInfo());
    assert.equal(uploads.chunkSize, 8 * 1024 * 1024);
    const content = Buffer.alloc(300_000, 'abc');
    const send = (metadata, cut) =>
      new Promise((resolve, reject) => {
        let id;
        const upload = new tus.Upload(content, {
          endpoint: `${url}/files/tus`,
          chunkSize: 100_000,
          retryDelays: [0, 100, 500],
          headers: { Authorization: `Bearer ${token}` },
          metadata,
          onAfterResponse: (request, response) => {
            id = response.getHeader('directus-file-id') ?? id;
          },
          onProgress: (sent) => {
            if (cut && sent >= 100_000) {
              cut = false;
              // as if the connection had broken: the same upload goes on where the server says
              upload.abort().then(() => upload.start(), reject);
            }
          },
          onError: reject,
          onSuccess: () => resolve(id),
        });
        upload.start();
      });
    const token = await admin.getToken();
    const id = await send({ filename_download: 'pieces.txt', type: 'text/plain', title: 'Pieces' }, true);
    const file = await admin.request(readFile(id));
    assert.deepEqual([file.title, Number(file.filesize), file.type], ['Pieces', 300_000, 'text/plain']);
    const got = await fetch(`${url}/assets/${id}?access_token=${token}`);
    assert.deepEqual(Buffer.from(await got.arrayBuffer()), content);
    assert.equal(await send({ id, filename_download: 'again.txt', type: 'text/plain' }, false), id);
    assert.equal((await admin.request(readFile(id))).filename_download, 'again.txt');
    await admin.request(deleteFile(id));
  });
});
