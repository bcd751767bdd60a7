// The graphql() composable of the official @directus/sdk against a real server.
// Run by tests/wire/directus/test_node_sdk.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  authentication,
  createCollection,
  createDirectus,
  createField,
  createRelation,
  deleteCollection,
  graphql,
  readGraphqlSdl,
  rest,
} from '@directus/sdk';

const url = process.env.SATCHEL_URL;
const credentials = { email: process.env.SATCHEL_EMAIL, password: process.env.SATCHEL_PASSWORD };
const admin = createDirectus(url).with(authentication('json', { autoRefresh: false })).with(rest()).with(graphql());
const guest = createDirectus(url).with(graphql());

const key = {
  field: 'id',
  type: 'integer',
  schema: { is_primary_key: true, has_auto_increment: true },
  meta: { hidden: true },
};
const text = (field) => ({ field, type: 'string', schema: { is_nullable: false }, meta: {} });

describe('@directus/sdk graphql()', { concurrency: false }, () => {
  before(async () => {
    await admin.login(credentials);
    await admin.request(createCollection({ collection: 'gql_bands', schema: {}, meta: {}, fields: [key, text('name')] }));
    const songs = [key, text('title'), { field: 'band', type: 'integer', schema: {}, meta: {} }];
    await admin.request(createCollection({ collection: 'gql_songs', schema: {}, meta: {}, fields: songs }));
    await admin.request(createField('gql_bands', { field: 'songs', type: 'alias', meta: { special: ['o2m'] } }));
    await admin.request(
      createRelation({
        collection: 'gql_songs',
        field: 'band',
        related_collection: 'gql_bands',
        meta: { one_field: 'songs' },
        schema: { on_delete: 'CASCADE' },
      }),
    );
  });

  after(async () => {
    await admin.request(deleteCollection('gql_songs'));
    await admin.request(deleteCollection('gql_bands'));
  });

  test('writing and reading with variables', async () => {
    const made = await admin.query(
      `mutation ($band: create_gql_bands_input!) {
        create_gql_bands_item(data: $band) { name songs(sort: ["title"]) { title } }
      }`,
      { band: { name: 'Low', songs: [{ title: 'Plays' }, { title: 'Days' }] } },
    );
    assert.deepEqual(made, { create_gql_bands_item: { name: 'Low', songs: [{ title: 'Days' }, { title: 'Plays' }] } });
    const found = await admin.query(
      `query ($part: String) {
        gql_songs(filter: { title: { _contains: $part } }, sort: ["title"]) { title band { name } }
        gql_songs_aggregated { countAll }
      }`,
      { part: 'lay' },
    );
    assert.deepEqual(found.gql_songs, [{ title: 'Plays', band: { name: 'Low' } }]);
    assert.deepEqual(found.gql_songs_aggregated, [{ countAll: 2 }]);
  });

  test('the system scope', async () => {
    const me = await admin.query('query { users_me { email } }', {}, 'system');
    assert.deepEqual(me, { users_me: { email: credentials.email } });
  });

  test('errors', async () => {
    const refused = async (promise, code) =>
      assert.rejects(promise, (error) => {
        assert.equal(error.errors?.[0]?.extensions?.code, code, JSON.stringify(error.errors ?? String(error)));
        return true;
      });
    await refused(guest.query('query { gql_bands { name } }'), 'GRAPHQL_VALIDATION');
    await refused(admin.query('query { gql_bands { nope } }'), 'GRAPHQL_VALIDATION');
    await refused(admin.query('query { gql_bands_by_id(id: 99) { name } }'), 'FORBIDDEN');
  });

  test('the text of the schema', async () => {
    const answer = await admin.request(readGraphqlSdl());
    const sdl = typeof answer === 'string' ? answer : await answer.text();
    assert.match(sdl, /type gql_bands \{\n {2}id: ID!\n {2}name: String!/);
  });
});
