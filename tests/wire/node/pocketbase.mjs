// The official `pocketbase` client against a real server: signing in, collections, records in every form, rules, accounts.
// Run by tests/wire/pocketbase/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import PocketBase, { ClientResponseError } from 'pocketbase';

const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD } = process.env;

function client() {
  const made = new PocketBase(SATCHEL_URL);
  made.autoCancellation(false);
  return made;
}

async function fails(status, work) {
  try {
    await work();
  } catch (error) {
    assert.ok(error instanceof ClientResponseError, String(error));
    assert.equal(error.status, status, JSON.stringify(error.response));
    return error;
  }
  return assert.fail(`expected an error ${status}`);
}

const su = client();
const guest = client();
const known = {};

before(async () => {
  const signedIn = await su.collection('_superusers').authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD);
  assert.equal(signedIn.record.email, SATCHEL_EMAIL);
});

describe('signing in', () => {
  test('a superuser is known as one', () => {
    assert.ok(su.authStore.isValid);
    assert.ok(su.authStore.isSuperuser);
    assert.equal(su.authStore.record.collectionName, '_superusers');
  });

  test('refresh gives another token that works', async () => {
    const other = client();
    other.authStore.save(su.authStore.token, su.authStore.record);
    const again = await other.collection('_superusers').authRefresh();
    assert.ok(again.token);
    assert.ok((await other.collections.getList(1, 1)).page);
  });

  test('a wrong password tells nothing', async () => {
    const error = await fails(400, () => guest.collection('_superusers').authWithPassword(SATCHEL_EMAIL, 'wrong'));
    assert.deepEqual(error.response, { data: {}, message: 'Failed to authenticate.', status: 400 });
  });

  test('methods', async () => {
    const methods = await guest.collection('_superusers').listAuthMethods();
    assert.equal(methods.password.enabled, true);
    assert.deepEqual(methods.oauth2.providers, []);
  });

  test('guests may not see collections, and refresh needs a token', async () => {
    await fails(401, () => guest.collections.getFullList());
    await fails(401, () => guest.collection('_superusers').authRefresh());
  });

  test('health says more to superusers', async () => {
    assert.deepEqual((await guest.health.check()).data, {});
    assert.ok('realIP' in (await su.health.check()).data);
  });
});

describe('collections', () => {
  test('create', async () => {
    known.tags = await su.collections.create({
      name: 'tags',
      type: 'base',
      listRule: '',
      viewRule: '',
      fields: [{ name: 'name', type: 'text', required: true, max: 20 }],
      indexes: ['CREATE UNIQUE INDEX idx_tags_name ON tags (name)'],
    });
    known.posts = await su.collections.create({
      name: 'posts',
      type: 'base',
      listRule: 'public = true',
      viewRule: 'public = true',
      createRule: "@request.body.title:isset = true && public = false",
      updateRule: "id = '' ",
      deleteRule: null,
      fields: [
        { name: 'title', type: 'text', required: true, min: 3 },
        { name: 'body', type: 'editor' },
        { name: 'public', type: 'bool' },
        { name: 'score', type: 'number' },
        { name: 'kinds', type: 'select', values: ['a', 'b', 'c'], maxSelect: 3 },
        { name: 'main', type: 'relation', collectionId: known.tags.id, maxSelect: 1 },
        { name: 'tags', type: 'relation', collectionId: known.tags.id, maxSelect: 5 },
        { name: 'meta', type: 'json' },
        { name: 'place', type: 'geoPoint' },
        { name: 'due', type: 'date' },
        { name: 'mail', type: 'email' },
        { name: 'link', type: 'url' },
        { name: 'secret', type: 'text', hidden: true },
        { name: 'created', type: 'autodate', onCreate: true },
        { name: 'updated', type: 'autodate', onCreate: true, onUpdate: true },
      ],
    });
    assert.match(known.posts.id, /^pbc_\d+$/);
    assert.equal(known.posts.fields[0].name, 'id');
    assert.deepEqual(known.posts.fields.slice(-1)[0].type, 'autodate');
  });

  test('list, one, scaffolds', async () => {
    const found = await su.collections.getFullList({ filter: "name = 'posts' || name = 'tags'", sort: '-name' });
    assert.deepEqual(found.map((one) => one.name), ['tags', 'posts']);
    assert.equal((await su.collections.getOne('POSTS')).id, known.posts.id);
    assert.equal((await su.collections.getOne(known.tags.id)).name, 'tags');
    assert.equal((await su.collections.getScaffolds()).base.fields[0].name, 'id');
    await fails(404, () => su.collections.getOne('nope'));
  });

  test('errors name the place', async () => {
    const error = await fails(400, () => su.collections.create({ name: 'TAGS', fields: [{ name: 'x', type: 'select' }] }));
    assert.equal(error.response.data.name.code, 'validation_collection_name_exists');
    assert.equal(error.response.data.fields['1'].values.code, 'validation_required');
    const rule = await fails(400, () => su.collections.update('posts', { listRule: 'nope = 1' }));
    assert.equal(rule.response.data.listRule.code, 'validation_invalid_rule');
  });

  test('a collection that is referred to stays', async () => {
    await fails(400, () => su.collections.delete('tags'));
  });
});

describe('records', () => {
  before(async () => {
    for (const [position, name] of ['red', 'green', 'blue'].entries()) {
      known[name] = await su.collection('tags').create({ id: `tag00000000000${position}`, name });
    }
  });

  test('create in all types', async () => {
    const made = await su.collection('posts').create({
      title: 'First',
      body: '<p>Hello <b>big</b> world</p>',
      public: true,
      score: 4.5,
      kinds: ['a', 'b'],
      main: known.red.id,
      tags: [known.red.id, known.green.id],
      meta: { a: [1, 'x'], b: null },
      place: { lon: 23.32, lat: 42.69 },
      due: '2024-05-06T08:00:00+02:00',
      mail: 'a@b.co',
      link: 'https://example.com/x',
      secret: 'hidden',
    });
    known.first = made;
    assert.equal(made.id.length, 15);
    assert.equal(made.collectionName, 'posts');
    assert.equal(made.score, 4.5);
    assert.deepEqual(made.kinds, ['a', 'b']);
    assert.deepEqual(made.tags, [known.red.id, known.green.id]);
    assert.deepEqual(made.meta, { a: [1, 'x'], b: null });
    assert.deepEqual(made.place, { lon: 23.32, lat: 42.69 });
    assert.equal(made.due, '2024-05-06 06:00:00.000Z');
    assert.equal(made.secret, 'hidden');
    assert.match(made.created, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.deepEqual(Object.keys(made), Object.keys(made).toSorted());
  });

  test('zero values', async () => {
    known.second = await su.collection('posts').create({ title: 'Second' });
    const { body, public: open, score, kinds, main, tags, meta, place, due } = known.second;
    const zero = { body: '', open: false, score: 0, kinds: [], main: '', tags: [], meta: null, place: { lon: 0, lat: 0 }, due: '' };
    assert.deepEqual({ body, open, score, kinds, main, tags, meta, place, due }, zero);
  });

  test('all field errors at once', async () => {
    const bad = { title: 'x', kinds: ['z'], mail: 'x', link: 'x', main: 'nope', place: { lon: 0, lat: 100 } };
    const error = await fails(400, () => su.collection('posts').create(bad));
    assert.equal(error.response.message, 'Failed to create record.');
    assert.deepEqual(Object.keys(error.response.data), ['kinds', 'link', 'mail', 'main', 'place', 'title']);
    assert.deepEqual(error.response.data.title.params, { min: 3 });
  });

  test('unique values', async () => {
    const error = await fails(400, () => su.collection('tags').create({ name: 'red' }));
    assert.equal(error.response.data.name.code, 'validation_not_unique');
  });

  test('modifiers', async () => {
    let changed = await su.collection('posts').update(known.first.id, { 'score+': 1, 'kinds+': 'c', 'kinds-': 'a', 'tags-': known.red.id });
    assert.equal(changed.score, 5.5);
    assert.deepEqual(changed.kinds, ['b', 'c']);
    assert.deepEqual(changed.tags, [known.green.id]);
    changed = await su.collection('posts').update(known.first.id, { 'score-': 1.5, '+tags': [known.blue.id] });
    assert.equal(changed.score, 4);
    assert.deepEqual(changed.tags, [known.blue.id, known.green.id]);
  });

  test('a form works as well', async () => {
    const form = new FormData();
    form.set('title', 'By form');
    form.set('score', '7');
    form.append('kinds', 'a');
    form.append('kinds', 'c');
    form.set('@jsonPayload', JSON.stringify({ meta: { from: 'form' } }));
    const made = await su.collection('posts').create(form);
    assert.equal(made.score, 7);
    assert.deepEqual(made.kinds, ['a', 'c']);
    assert.deepEqual(made.meta, { from: 'form' });
    assert.equal(await su.collection('posts').delete(made.id), true);
    await fails(404, () => su.collection('posts').getOne(made.id));
  });

  test('lists', async () => {
    const all = await su.collection('posts').getList(1, 1, { sort: 'title' });
    assert.deepEqual([all.page, all.perPage, all.totalItems, all.totalPages], [1, 1, 2, 2]);
    assert.equal(all.items[0].title, 'First');
    assert.equal((await su.collection('posts').getFullList({ batch: 1 })).length, 2);
    const filter = su.filter('title = {:title} && score > {:score} && due < {:due}', { title: 'First', score: 1, due: new Date() });
    assert.equal((await su.collection('posts').getFirstListItem(filter)).id, known.first.id);
    await fails(404, () => su.collection('posts').getFirstListItem("title = 'nope'"));
    await fails(400, () => su.collection('posts').getList(1, 1, { filter: 'nope = 1' }));
    const tagged = await su.collection('posts').getList(1, 5, { filter: "tags.name ?= 'blue'", skipTotal: true });
    assert.deepEqual([tagged.items.length, tagged.totalItems], [1, -1]);
  });

  test('expand and fields', async () => {
    const one = await su.collection('posts').getOne(known.first.id, { expand: 'main,tags', fields: 'title,body:excerpt(7,true),expand.tags.name,expand.main.name' });
    assert.deepEqual(one, { title: 'First', body: 'Hello b...', expand: { main: { name: 'red' }, tags: [{ name: 'blue' }, { name: 'green' }] } });
    const tag = await su.collection('tags').getOne(known.blue.id, { expand: 'posts_via_tags.main' });
    assert.equal(tag.expand.posts_via_tags[0].expand.main.name, 'red');
  });

  test('rules', async () => {
    const seen = await guest.collection('posts').getFullList();
    assert.deepEqual(seen.map((one) => one.title), ['First']);
    assert.ok(!('secret' in seen[0]));
    await fails(404, () => guest.collection('posts').getOne(known.second.id));
    await fails(400, () => guest.collection('posts').getList(1, 1, { filter: "secret = 'hidden'" }));
    await fails(403, () => guest.collection('posts').getList(1, 1, { filter: "@request.auth.id = ''" }));
    await fails(400, () => guest.collection('posts').create({ title: 'Open', public: true }));
    const made = await guest.collection('posts').create({ title: 'Closed', secret: 'dropped' });
    assert.equal((await su.collection('posts').getOne(made.id)).secret, '');
    await fails(404, () => guest.collection('posts').update(made.id, { title: 'Mine' }));
    await fails(403, () => guest.collection('posts').delete(made.id));
    await su.collection('posts').delete(made.id);
  });

  test('deleting empties references', async () => {
    await su.collection('tags').delete(known.blue.id);
    assert.deepEqual((await su.collection('posts').getOne(known.first.id)).tags, [known.green.id]);
  });
});

describe('batches', () => {
  test('all or nothing', async () => {
    const batch = su.createBatch();
    batch.collection('tags').create({ name: 'one' });
    batch.collection('tags').upsert({ id: 'tag000000000009', name: 'nine' });
    batch.collection('tags').update('tag000000000009', { name: 'nine b' }, { fields: 'name' });
    batch.collection('tags').delete('tag000000000009');
    const answers = await batch.send();
    assert.deepEqual(answers.map((one) => one.status), [200, 200, 200, 204]);
    assert.deepEqual(answers[2].body, { name: 'nine b' });
    assert.equal(answers[3].body, null);

    const bad = su.createBatch();
    bad.collection('tags').create({ name: 'two' });
    bad.collection('tags').create({ name: 'red' });
    const error = await fails(400, () => bad.send());
    assert.equal(error.response.data.requests['1'].response.data.name.code, 'validation_not_unique');
    await fails(404, () => su.collection('tags').getFirstListItem("name = 'two'"));
  });
});

describe('schema changes', () => {
  test('fields are renamed and added, and data stays', async () => {
    const tags = await su.collections.getOne('tags');
    tags.fields.find((field) => field.name === 'name').name = 'label';
    tags.fields.push({ name: 'weight', type: 'number' });
    const changed = await su.collections.update('tags', { fields: tags.fields, indexes: [] });
    assert.deepEqual(changed.fields.map((field) => field.name), ['id', 'label', 'weight']);
    const red = await su.collection('tags').getOne(known.red.id);
    assert.deepEqual([red.label, red.weight, red.name], ['red', 0, undefined]);
  });

  test('truncate, import, delete', async () => {
    assert.equal(await su.collections.truncate('posts'), true);
    assert.equal((await su.collection('posts').getList(1, 1)).totalItems, 0);
    assert.equal(await su.collections.import([{ name: 'brought', type: 'base', fields: [{ name: 'a', type: 'text' }] }], false), true);
    assert.equal((await su.collection('brought').create({ a: 'x' })).a, 'x');
    for (const name of ['brought', 'posts', 'tags']) assert.equal(await su.collections.delete(name), true);
    await fails(404, () => su.collection('posts').getList(1, 1));
  });
});

describe('accounts', () => {
  const password = '12345678';
  const own = client();
  const other = client();
  let members;

  before(async () => {
    members = await su.collections.create({
      name: 'members',
      type: 'auth',
      listRule: "@request.auth.id != ''",
      viewRule: "@request.auth.id != ''",
      createRule: '',
      updateRule: 'id = @request.auth.id',
      deleteRule: 'id = @request.auth.id',
      fields: [{ name: 'name', type: 'text', max: 20 }],
      authAlert: { enabled: false },
    });
    await su.collections.create({
      name: 'notes',
      type: 'base',
      listRule: 'owner = @request.auth.id',
      viewRule: 'owner = @request.auth.id',
      createRule: 'owner = @request.auth.id',
      updateRule: 'owner = @request.auth.id',
      deleteRule: 'owner = @request.auth.id',
      fields: [
        { name: 'text', type: 'text' },
        { name: 'owner', type: 'relation', collectionId: members.id, maxSelect: 1, cascadeDelete: true },
      ],
    });
  });

  test('sign-up', async () => {
    const account = { email: 'ada@example.com', password, passwordConfirm: password, name: 'Ada' };
    known.ada = await guest.collection('members').create(account);
    assert.equal(known.ada.collectionId, members.id);
    assert.equal(known.ada.verified, false);
    assert.ok(!('password' in known.ada) && !('tokenKey' in known.ada) && !('email' in known.ada));
    known.bea = await guest.collection('members').create({ ...account, email: 'bea@example.com', emailVisibility: true });
    assert.equal(known.bea.email, 'bea@example.com');
    const taken = await fails(400, () => guest.collection('members').create(account));
    assert.equal(taken.response.data.email.code, 'validation_not_unique');
    const differs = await fails(400, () => guest.collection('members').create({ ...account, email: 'c@example.com', passwordConfirm: 'x' }));
    assert.equal(differs.response.data.passwordConfirm.code, 'validation_values_mismatch');
    await fails(400, () => guest.collection('members').create({ ...account, email: 'c@example.com', verified: true }));
  });

  test('log-in and refresh', async () => {
    const error = await fails(400, () => own.collection('members').authWithPassword('ada@example.com', 'wrong password'));
    assert.deepEqual(error.response, { data: {}, message: 'Failed to authenticate.', status: 400 });
    const signedIn = await own.collection('members').authWithPassword('ada@example.com', password);
    assert.equal(signedIn.record.id, known.ada.id);
    assert.equal(signedIn.record.email, 'ada@example.com');
    assert.ok(own.authStore.isValid && !own.authStore.isSuperuser);
    const again = await own.collection('members').authRefresh();
    assert.equal(again.record.id, known.ada.id);
    assert.ok(own.authStore.isValid);
    await other.collection('members').authWithPassword('bea@example.com', password);
    await fails(403, () => own.collections.getFullList());
  });

  test('an e-mail address is hidden unless it is to be seen', async () => {
    const emails = async (who) => {
      const found = await who.collection('members').getFullList({ sort: 'id' });
      return Object.fromEntries(found.map((one) => [one.id, one.email]));
    };
    const { ada, bea } = known;
    assert.deepEqual(await emails(own), { [ada.id]: 'ada@example.com', [bea.id]: 'bea@example.com' });
    assert.deepEqual(await emails(other), { [ada.id]: undefined, [bea.id]: 'bea@example.com' });
    assert.deepEqual(await emails(su), { [ada.id]: 'ada@example.com', [bea.id]: 'bea@example.com' });
    const guessed = await other.collection('members').getFullList({ filter: "email ~ 'ada'" });
    assert.deepEqual(guessed, []);
  });

  test('rules about own records', async () => {
    const note = await own.collection('notes').create({ text: 'mine', owner: known.ada.id });
    await fails(400, () => other.collection('notes').create({ text: 'not mine', owner: known.ada.id }));
    await fails(404, () => other.collection('notes').getOne(note.id));
    await fails(404, () => other.collection('notes').update(note.id, { text: 'taken' }));
    await fails(404, () => other.collection('notes').delete(note.id));
    assert.deepEqual(await other.collection('notes').getFullList(), []);
    assert.deepEqual(await guest.collection('notes').getFullList(), []);
    const seen = await own.collection('notes').getFullList({ expand: 'owner' });
    assert.deepEqual(seen.map((one) => [one.text, one.expand.owner.name]), [['mine', 'Ada']]);
    assert.equal((await own.collection('members').update(known.ada.id, { name: 'Ada L.' })).name, 'Ada L.');
    await fails(404, () => other.collection('members').update(known.ada.id, { name: 'Eve' }));
  });

  test('impersonation', async () => {
    const as = await su.collection('members').impersonate(known.ada.id, 600);
    assert.ok(as.authStore.isValid);
    assert.deepEqual((await as.collection('notes').getFullList()).map((one) => one.text), ['mine']);
    const { token } = as.authStore;
    assert.equal((await as.collection('members').authRefresh()).token, token, 'such a token is not made longer');
    await fails(403, () => other.collection('members').impersonate(known.ada.id, 600));
  });

  test('links to identity providers are listed and cut', async () => {
    const link = { collectionRef: members.id, provider: 'github', providerId: '42' };
    await su.collection('_externalAuths').create({ ...link, recordRef: known.ada.id });
    await fails(400, () => su.collection('_externalAuths').create({ ...link, recordRef: 'nobody000000000' }));
    const links = await own.collection('members').listExternalAuths(known.ada.id);
    assert.deepEqual(links.map((one) => [one.provider, one.providerId]), [['github', '42']]);
    assert.match(links[0].created, /^\d{4}-\d\d-\d\d /);
    assert.deepEqual(await other.collection('members').listExternalAuths(known.ada.id), []);
    await fails(404, () => other.collection('members').unlinkExternalAuth(known.ada.id, 'github'));
    assert.equal(await own.collection('members').unlinkExternalAuth(known.ada.id, 'github'), true);
    assert.deepEqual(await own.collection('members').listExternalAuths(known.ada.id), []);
  });

  test('a new password ends the sessions', async () => {
    const change = { oldPassword: password, password: 'another 1234', passwordConfirm: 'another 1234' };
    await fails(400, () => own.collection('members').update(known.ada.id, { ...change, oldPassword: 'wrong' }));
    await own.collection('members').update(known.ada.id, change);
    await fails(401, () => own.collection('members').authRefresh());
    await own.collection('members').authWithPassword('ada@example.com', 'another 1234');
  });

  test('an account goes with what it owns', async () => {
    assert.equal(await own.collection('members').delete(known.ada.id), true);
    assert.equal((await su.collection('notes').getList(1, 1)).totalItems, 0);
    await fails(401, () => own.collection('members').authRefresh());
    for (const name of ['notes', 'members']) assert.equal(await su.collections.delete(name), true);
  });
});

after(() => su.authStore.clear());
