// The official `pocketbase` client with the `eventsource` package: subscribing, options, unsubscribing, reconnecting.
// Run by tests/wire/pocketbase/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { EventSource } from 'eventsource';
import PocketBase from 'pocketbase';

globalThis.EventSource = EventSource;
const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD } = process.env;
const open = { listRule: '', viewRule: '', createRule: '', updateRule: '', deleteRule: '' };

function client() {
  const made = new PocketBase(SATCHEL_URL);
  made.autoCancellation(false);
  return made;
}

async function until(condition, what) {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    assert.ok(Date.now() < deadline, `${what} did not happen`);
    await new Promise((done) => setTimeout(done, 10));
  }
}

const su = client();
const guest = client();
const writer = client();

before(async () => {
  await su.collection('_superusers').authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD);
  const authors = await su.collections.create({
    name: 'authors',
    type: 'base',
    ...open,
    fields: [{ name: 'name', type: 'text' }],
  });
  await su.collections.create({
    name: 'posts',
    type: 'base',
    ...open,
    listRule: 'secret = false',
    fields: [
      { name: 'title', type: 'text' },
      { name: 'secret', type: 'bool' },
      { name: 'author', type: 'relation', collectionId: authors.id, maxSelect: 1 },
    ],
  });
});

after(async () => {
  await guest.realtime.unsubscribe();
  await su.realtime.unsubscribe();
});

describe('subscribing', () => {
  test('create, update and delete, each once', async () => {
    const heard = [];
    await guest.collection('posts').subscribe('*', (event) => heard.push(event));
    const made = await writer.collection('posts').create({ title: 'one' });
    await writer.collection('posts').update(made.id, { title: 'two' });
    await writer.collection('posts').delete(made.id);
    await until(() => heard.length === 3, 'three events');
    assert.deepEqual(
      heard.map((event) => [event.action, event.record.title, event.record.id]),
      [
        ['create', 'one', made.id],
        ['update', 'two', made.id],
        ['delete', 'two', made.id],
      ],
    );
    await guest.collection('posts').unsubscribe('*');
  });

  test('a rule decides, and superusers see all', async () => {
    const [seen, all] = [[], []];
    await guest.collection('posts').subscribe('*', (event) => seen.push(event.record.title));
    await su.collection('posts').subscribe('*', (event) => all.push(event.record.title));
    await writer.collection('posts').create({ title: 'hidden', secret: true });
    await writer.collection('posts').create({ title: 'shown' });
    await until(() => all.length === 2 && seen.length === 1, 'the events');
    assert.deepEqual(seen, ['shown']);
    assert.deepEqual(all, ['hidden', 'shown']);
    await guest.collection('posts').unsubscribe('*');
    await su.collection('posts').unsubscribe('*');
  });

  test('options: filter, expand and fields', async () => {
    const author = await writer.collection('authors').create({ name: 'Ann' });
    const heard = [];
    const options = { filter: "author.name = 'Ann'", expand: 'author', fields: 'title,expand.author.name' };
    await guest.collection('posts').subscribe('*', (event) => heard.push(event.record), options);
    await writer.collection('posts').create({ title: 'nobody' });
    await writer.collection('posts').create({ title: 'by Ann', author: author.id });
    await until(() => heard.length === 1, 'the event');
    assert.deepEqual(heard, [{ title: 'by Ann', expand: { author: { name: 'Ann' } } }]);
    await guest.collection('posts').unsubscribe('*');
  });

  test('one record', async () => {
    const made = await writer.collection('posts').create({ title: 'mine' });
    const other = await writer.collection('posts').create({ title: 'other' });
    const heard = [];
    const stop = await guest.collection('posts').subscribe(made.id, (event) => heard.push(event.record.title));
    await writer.collection('posts').update(other.id, { title: 'not told' });
    await writer.collection('posts').update(made.id, { title: 'told' });
    await until(() => heard.length === 1, 'the event');
    assert.deepEqual(heard, ['told']);
    await stop();
    assert.equal(guest.realtime.isConnected, false);
  });

  test('nothing after unsubscribing', async () => {
    const [first, second] = [[], []];
    await guest.collection('posts').subscribe('*', (event) => first.push(event));
    await guest.collection('authors').subscribe('*', (event) => second.push(event));
    await guest.collection('posts').unsubscribe('*');
    await writer.collection('posts').create({ title: 'quiet' });
    await writer.collection('authors').create({ name: 'loud' });
    await until(() => second.length === 1, 'the event');
    assert.equal(first.length, 0);
    await guest.collection('authors').unsubscribe('*');
  });

  test('a lost connection is made anew, with all topics', async () => {
    const heard = [];
    let connected = 0;
    await guest.realtime.subscribe('PB_CONNECT', () => (connected += 1));
    await guest.collection('posts').subscribe('*', (event) => heard.push(event.record.title));
    await until(() => connected === 1, 'the first connection');
    // as the client itself sees an error of its source
    guest.realtime.eventSource.close();
    guest.realtime.eventSource.onerror(new Error('gone'));
    await until(() => connected === 2 && guest.realtime.isConnected, 'the second connection');
    await until(() => guest.realtime.lastSentSubscriptions.some((topic) => topic.startsWith('posts/*')), 'the topics');
    await new Promise((done) => setTimeout(done, 300));
    await writer.collection('posts').create({ title: 'after' });
    await until(() => heard.length === 1, 'the event');
    assert.deepEqual(heard, ['after']);
    await guest.realtime.unsubscribe();
  });
});
