// realtime() of the official @directus/sdk against a real server: connecting, items, subscriptions, reconnecting.
// Run by tests/wire/directus/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  authentication,
  createCollection,
  createDirectus,
  createItem,
  deleteItem,
  realtime,
  rest,
  staticToken,
  updateItem,
  updateItems,
  updateMe,
} from '@directus/sdk';

const { SATCHEL_URL: url, SATCHEL_EMAIL: email, SATCHEL_PASSWORD: password } = process.env;
const admin = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest());
const opened = [];

function client(options = {}) {
  const made = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(realtime(options));
  opened.push(made);
  return made;
}

async function connected(options) {
  const made = client(options);
  await made.login({ email, password });
  await made.connect();
  return made;
}

/** The next message that fits. */
function message(from, fits) {
  return new Promise((done, failed) => {
    const timer = setTimeout(() => failed(new Error('no such message came')), 15_000);
    const stop = from.onWebSocket('message', (found) => {
      if (!fits(found)) return;
      clearTimeout(timer);
      stop();
      done(found);
    });
  });
}

describe('realtime() of @directus/sdk', { concurrency: false }, () => {
  before(async () => {
    await admin.login({ email, password });
    await admin.request(
      createCollection({
        collection: 'messages',
        schema: {},
        meta: {},
        fields: [
          { field: 'id', type: 'integer', schema: { is_primary_key: true, has_auto_increment: true }, meta: {} },
          { field: 'text', type: 'string', schema: {}, meta: {} },
        ],
      }),
    );
  });
  after(() => opened.forEach((one) => one.disconnect()));

  test('connecting needs somebody', async () => {
    const nobody = client({ reconnect: false });
    await assert.rejects(nobody.connect());
    const wrong = createDirectus(url).with(staticToken('wrong')).with(realtime({ reconnect: false }));
    await assert.rejects(wrong.connect());
    const strict = await connected({ authMode: 'strict' });
    strict.sendMessage({ type: 'ping', uid: 'strict' });
    assert.equal((await message(strict, (found) => found.uid === 'strict')).type, 'pong');
  });

  test('a static token', async () => {
    await admin.request(updateMe({ token: 'a static token of mine' }));
    const one = createDirectus(url).with(staticToken('a static token of mine')).with(realtime());
    opened.push(one);
    await one.connect();
    one.sendMessage({ type: 'items', action: 'read', collection: 'messages', uid: 'read' });
    assert.deepEqual((await message(one, (found) => found.uid === 'read')).data, []);
  });

  test('items by message', async () => {
    const one = await connected();
    assert.equal(await one.isConnected(), true);
    one.sendMessage({ type: 'items', action: 'create', collection: 'messages', data: { text: 'sent' }, uid: 'new' });
    const made = await message(one, (found) => found.uid === 'new');
    assert.equal(made.data.text, 'sent');
    one.sendMessage({ type: 'items', action: 'delete', collection: 'messages', id: made.data.id, uid: 'gone' });
    assert.equal((await message(one, (found) => found.uid === 'gone')).data, made.data.id);
  });

  test('a subscription tells of everything', async () => {
    const one = await connected();
    const { subscription, unsubscribe } = await one.subscribe('messages', { query: { fields: ['id', 'text'] } });
    const first = (await subscription.next()).value;
    assert.deepEqual([first.event, first.data], ['init', []]);
    // The client hears only while it is asked for the next message, which may come before the answer to the change.
    const change = async (command) => {
      const [told, answer] = await Promise.all([subscription.next(), admin.request(command)]);
      return [told.value, answer];
    };
    const [created, { id }] = await change(createItem('messages', { text: 'a' }));
    assert.deepEqual([created.event, created.data], ['create', [{ id, text: 'a' }]]);
    const [updated] = await change(updateItem('messages', id, { text: 'b' }));
    assert.deepEqual([updated.event, updated.data], ['update', [{ id, text: 'b' }]]);
    const [, { id: other }] = await change(createItem('messages', { text: 'c' }));
    const [both] = await change(updateItems('messages', [id, other], { text: 'd' }));
    assert.equal(both.data.length, 2);
    const [deleted] = await change(deleteItem('messages', id));
    assert.deepEqual([deleted.event, deleted.data], ['delete', [String(id)]]);
    const ended = message(one, (found) => found.event === 'unsubscribe');
    unsubscribe();
    await ended;
  });

  test('a subscription that may not be', async () => {
    const one = await connected();
    const { subscription } = await one.subscribe('nothing');
    await assert.rejects(subscription.next(), (error) => {
      assert.equal(error.error.code, 'FORBIDDEN');
      return true;
    });
  });

  test('a connection that breaks is made anew, with its subscriptions', async () => {
    const one = await connected({ reconnect: { delay: 100, retries: 5 } });
    const { subscription } = await one.subscribe('messages', { event: 'create', query: { fields: ['text'] } });
    assert.equal((await subscription.next()).value.event, 'init');
    let socket;
    const stop = one.onWebSocket('message', function () {
      socket = this;
    });
    one.sendMessage({ type: 'ping', uid: 'before' });
    await message(one, (found) => found.uid === 'before');
    stop();
    const again = new Promise((done) => one.onWebSocket('open', done));
    // listening begins before what is waited for is brought about
    const subscribed = message(one, (found) => found.type === 'subscription' && found.event === 'init');
    socket.close();
    await Promise.all([again, subscribed]);
    const created = message(one, (found) => found.event === 'create');
    await admin.request(createItem('messages', { text: 'after' }));
    const told = await created;
    assert.deepEqual(told.data, [{ text: 'after' }]);
  });
});
