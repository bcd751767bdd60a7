// The official @directus/sdk signing in with a directory, and reading what the server says of itself.
// Run by tests/wire/directus/test_sign_on_ldap.py, which passes SATCHEL_URL.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authentication, createDirectus, readMe, readOpenApiSpec, readProviders, rest } from '@directus/sdk';

const url = process.env.SATCHEL_URL;

test('a person of the directory signs in, goes on and leaves', async () => {
  const client = createDirectus(url).with(authentication('json')).with(rest());
  const providers = await client.request(readProviders());
  assert.ok(providers.some(({ name, driver }) => name === 'company' && driver === 'ldap'));
  const signedIn = await client.login({ identifier: 'ada', password: 'adas password' }, { provider: 'company' });
  assert.equal(typeof signedIn.access_token, 'string');
  const me = await client.request(readMe());
  await client.refresh();
  assert.equal((await client.request(readMe())).id, me.id);
  const description = await client.request(readOpenApiSpec());
  assert.equal(description.openapi, '3.1.0');
  await client.logout();
  assert.equal(await client.getToken(), null);
});

test('a wrong password is refused', async () => {
  const client = createDirectus(url).with(authentication('json')).with(rest());
  await assert.rejects(
    client.login({ identifier: 'ada', password: 'wrong' }, { provider: 'company' }),
    (error) => error.errors[0].extensions.code === 'INVALID_CREDENTIALS',
  );
});
