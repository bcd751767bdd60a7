// The official @directus/sdk with a second factor, forgotten passwords, invitations, registration and shares.
// Run by tests/wire/directus/test_node_users.py, which passes SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD and MAILS
// (a file with one JSON object per mail).
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  acceptUserInvite,
  authenticateShare,
  authentication,
  createCollection,
  createDirectus,
  createItem,
  createPermissions,
  createPolicy,
  createRole,
  createShare,
  createUser,
  disableTwoFactor,
  enableTwoFactor,
  generateTwoFactorSecret,
  inviteUser,
  passwordRequest,
  passwordReset,
  readItem,
  readItems,
  readMe,
  readShareInfo,
  readUsers,
  registerUser,
  registerUserVerify,
  rest,
  staticToken,
  updateMe,
  updateSettings,
} from '@directus/sdk';

const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD, MAILS } = process.env;
const PASSWORD = 'correct horse 4';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
let read = 0;
let role;

function client() {
  return createDirectus(SATCHEL_URL).with(authentication('json', { autoRefresh: false })).with(rest());
}

const admin = client();
const guest = createDirectus(SATCHEL_URL).with(rest());

async function signedIn(email, password, options) {
  const made = client();
  await made.login({ email, password }, options);
  return made;
}

async function token(to) {
  for (let tries = 0; tries < 400; tries++) {
    const lines = (await readFile(MAILS, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    for (let index = read; index < lines.length; index++) {
      const found = JSON.parse(lines[index]);
      if (found.to === to) {
        read = index + 1;
        return found.token;
      }
    }
    await sleep(25);
  }
  return assert.fail(`no mail to ${to}`);
}

async function refused(code, work) {
  await assert.rejects(work, (error) => {
    assert.equal(error.errors?.[0]?.extensions?.code, code, JSON.stringify(error));
    return true;
  });
}

// What an authenticator app shows for a secret, some steps of 30 seconds from now.
function code(secret, step = 0) {
  let bits = '';
  for (const letter of secret) bits += BASE32.indexOf(letter).toString(2).padStart(5, '0');
  const bytes = bits.match(/.{8}/g).map((byte) => parseInt(byte, 2));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
  const digest = createHmac('sha1', Buffer.from(bytes)).update(counter).digest();
  const offset = digest[19] & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1000000).padStart(6, '0');
}

before(async () => {
  await admin.login({ email: SATCHEL_EMAIL, password: SATCHEL_PASSWORD });
  await admin.request(
    createCollection({
      collection: 'pages',
      schema: {},
      meta: {},
      fields: [
        { field: 'title', type: 'string', schema: {}, meta: {} },
        { field: 'secret', type: 'string', schema: {}, meta: {} },
      ],
    }),
  );
  const policy = await admin.request(createPolicy({ name: 'Members', app_access: true }));
  role = (await admin.request(createRole({ name: 'Members', policies: [{ policy: policy.id }] }))).id;
  const own = { id: { _eq: '$CURRENT_USER' } };
  await admin.request(
    createPermissions([
      { policy: policy.id, collection: 'directus_users', action: 'update', fields: ['*'], permissions: own },
      { policy: policy.id, collection: 'pages', action: 'read', fields: ['id', 'title'] },
    ]),
  );
});

describe('users', () => {
  test('a second factor', async () => {
    await admin.request(createUser({ email: 'ann@example.com', password: PASSWORD, role }));
    const ann = await signedIn('ann@example.com', PASSWORD);
    const { secret, otpauth_url } = await ann.request(generateTwoFactorSecret(PASSWORD));
    assert.match(otpauth_url, new RegExp(`^otpauth://totp/.*secret=${secret}&`));
    await ann.request(enableTwoFactor(secret, code(secret)));
    assert.equal((await ann.request(readMe({ fields: ['tfa_secret'] }))).tfa_secret, '**********');
    await refused('INVALID_OTP', () => signedIn('ann@example.com', PASSWORD));
    await refused('INVALID_OTP', () => signedIn('ann@example.com', PASSWORD, { otp: '000000' }));
    const again = await signedIn('ann@example.com', PASSWORD, { otp: code(secret) });
    await again.request(disableTwoFactor(code(secret, 1)));
    await signedIn('ann@example.com', PASSWORD);
  });

  test('a forgotten password', async () => {
    await admin.request(createUser({ email: 'bob@example.com', password: PASSWORD, role }));
    await guest.request(passwordRequest('bob@example.com'));
    await guest.request(passwordRequest('nobody@example.com'));
    const link = await token('bob@example.com');
    await guest.request(passwordReset(link, 'another horse 5'));
    await refused('FORBIDDEN', () => guest.request(passwordReset(link, 'a third horse')));
    await refused('INVALID_CREDENTIALS', () => signedIn('bob@example.com', PASSWORD));
    const bob = await signedIn('bob@example.com', 'another horse 5');
    await bob.request(updateMe({ first_name: 'Bob' }));
    assert.equal((await bob.request(readMe({ fields: ['first_name'] }))).first_name, 'Bob');
  });

  test('an invitation', async () => {
    await admin.request(inviteUser('cat@example.com', role));
    const link = await token('cat@example.com');
    await refused('INVALID_CREDENTIALS', () => signedIn('cat@example.com', PASSWORD));
    await guest.request(acceptUserInvite(link, PASSWORD));
    await refused('INVALID_INVITE', () => guest.request(acceptUserInvite(link, PASSWORD)));
    const cat = await signedIn('cat@example.com', PASSWORD);
    assert.deepEqual(await cat.request(readItems('pages')), []);
  });

  test('a registration', async () => {
    const register = () => guest.request(registerUser('dan@example.com', PASSWORD, { first_name: 'Dan' }));
    await refused('FORBIDDEN', register);
    await admin.request(updateSettings({ public_registration: true, public_registration_role: role }));
    await register();
    await register();
    const link = await token('dan@example.com');
    await refused('INVALID_CREDENTIALS', () => signedIn('dan@example.com', PASSWORD));
    // the answer leads to a page of the studio, which need not be there
    await guest.request(registerUserVerify(link)).catch(() => undefined);
    await signedIn('dan@example.com', PASSWORD);
    const found = await admin.request(readUsers({ filter: { email: { _eq: 'dan@example.com' } }, fields: ['role'] }));
    assert.deepEqual(found, [{ role }]);
  });

  test('a share', async () => {
    const page = await admin.request(createItem('pages', { title: 'Shared', secret: 'hush' }));
    await admin.request(createItem('pages', { title: 'Other', secret: 'hush' }));
    const share = await admin.request(
      createShare({ name: 'S', collection: 'pages', item: String(page.id), role, password: 'sesame', max_uses: 2 }),
    );
    assert.equal((await guest.request(readShareInfo(share.id))).collection, 'pages');
    await refused('INVALID_CREDENTIALS', () => guest.request(authenticateShare(share.id, 'wrong')));
    const { access_token } = await guest.request(authenticateShare(share.id, 'sesame'));
    const visitor = createDirectus(SATCHEL_URL).with(staticToken(access_token)).with(rest());
    assert.deepEqual(await visitor.request(readItems('pages')), [{ id: page.id, title: 'Shared' }]);
    await refused('FORBIDDEN', () => visitor.request(readItem('pages', page.id, { fields: ['secret'] })));
    await refused('FORBIDDEN', () => visitor.request(createItem('pages', { title: 'Mine' })));
    await guest.request(authenticateShare(share.id, 'sesame'));
    await refused('INVALID_CREDENTIALS', () => guest.request(authenticateShare(share.id, 'sesame')));
  });
});
