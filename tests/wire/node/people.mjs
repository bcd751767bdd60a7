// The official `pocketbase` client signing in by mail, code, second factor and identity provider, against a real server.
// Run by tests/wire/pocketbase/test_node_people.py, which passes SATCHEL_URL, SATCHEL_EMAIL and SATCHEL_PASSWORD,
// MAILS (a file with one JSON object per mail) and PROVIDER (the provider's options as JSON).
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventSource } from 'eventsource';
import PocketBase, { ClientResponseError } from 'pocketbase';

globalThis.EventSource = EventSource;

const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD, MAILS, PROVIDER } = process.env;
const PASSWORD = '12345678';
let read = 0;

function client() {
  const made = new PocketBase(SATCHEL_URL);
  made.autoCancellation(false);
  return made;
}

async function mail(to) {
  for (let tries = 0; tries < 200; tries++) {
    const lines = (await readFile(MAILS, 'utf8').catch(() => '')).split('\n').filter(Boolean);
    for (let index = read; index < lines.length; index++) {
      const found = JSON.parse(lines[index]);
      if (found.to === to) {
        read = index + 1;
        return found;
      }
    }
    await sleep(25);
  }
  return assert.fail(`no mail to ${to}`);
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
const people = guest.collection('people');

before(async () => {
  await su.collection('_superusers').authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD);
  await su.collections.create({
    name: 'people',
    type: 'auth',
    createRule: '',
    viewRule: 'id = @request.auth.id',
    updateRule: 'id = @request.auth.id',
    authAlert: { enabled: false },
    otp: { enabled: true },
    oauth2: { enabled: true, providers: [JSON.parse(PROVIDER)] },
  });
});

async function signUp(email) {
  return people.create({ email, password: PASSWORD, passwordConfirm: PASSWORD });
}

describe('by mail', () => {
  test('verification', async () => {
    await signUp('verify@x.io');
    assert.equal(await people.requestVerification('verify@x.io'), true);
    const { token } = await mail('verify@x.io');
    const own = client();
    await own.collection('people').authWithPassword('verify@x.io', PASSWORD);
    assert.equal(own.authStore.record.verified, false);
    assert.equal(await own.collection('people').confirmVerification(token), true);
    assert.equal(own.authStore.record.verified, true, 'the client notices by itself');
  });

  test('password reset', async () => {
    await signUp('reset@x.io');
    assert.equal(await people.requestPasswordReset('reset@x.io'), true);
    const { token } = await mail('reset@x.io');
    assert.equal(await people.confirmPasswordReset(token, 'abcdefgh', 'abcdefgh'), true);
    await fails(400, () => people.confirmPasswordReset(token, 'abcdefgh', 'abcdefgh'));
    await fails(400, () => client().collection('people').authWithPassword('reset@x.io', PASSWORD));
    assert.ok((await client().collection('people').authWithPassword('reset@x.io', 'abcdefgh')).token);
  });

  test('e-mail change', async () => {
    await signUp('old@x.io');
    const own = client();
    await own.collection('people').authWithPassword('old@x.io', PASSWORD);
    assert.equal(await own.collection('people').requestEmailChange('new@x.io'), true);
    const { token } = await mail('new@x.io');
    assert.equal(await own.collection('people').confirmEmailChange(token, PASSWORD), true);
    assert.equal(own.authStore.isValid, false, 'the client signs out by itself');
    const again = await client().collection('people').authWithPassword('new@x.io', PASSWORD);
    assert.equal(again.record.verified, true);
  });
});

describe('codes and factors', () => {
  test('a one-time password', async () => {
    await signUp('code@x.io');
    const { otpId } = await people.requestOTP('code@x.io');
    const { code } = await mail('code@x.io');
    const own = client();
    const signedIn = await own.collection('people').authWithOTP(otpId, code);
    assert.equal(signedIn.record.email, 'code@x.io');
    assert.ok(own.authStore.isValid);
    await fails(400, () => people.authWithOTP(otpId, code));
    assert.equal((await people.requestOTP('nobody@x.io')).otpId.length, 15);
  });

  test('a second factor', async () => {
    await su.collection('people').create({ email: 'two@x.io', password: PASSWORD, passwordConfirm: PASSWORD, verified: true });
    await su.collections.update('people', { mfa: { enabled: true, rule: "email = 'two@x.io'" } });
    const error = await fails(401, () => people.authWithPassword('two@x.io', PASSWORD));
    const { mfaId } = error.response;
    assert.equal(mfaId.length, 15);
    const { otpId } = await people.requestOTP('two@x.io');
    const { code } = await mail('two@x.io');
    const signedIn = await client().collection('people').authWithOTP(otpId, code, { mfaId });
    assert.equal(signedIn.record.email, 'two@x.io');
    await su.collections.update('people', { mfa: { enabled: false, rule: '' } });
  });
});

describe('identity providers', () => {
  async function comeBack(subject, redirect) {
    const methods = await guest.collection('people').listAuthMethods();
    const provider = methods.oauth2.providers[0];
    const answer = await fetch(provider.authURL + encodeURIComponent(redirect), {
      method: 'POST',
      body: new URLSearchParams({ sub: subject }),
      redirect: 'manual',
    });
    const query = new URL(answer.headers.get('location')).searchParams;
    assert.equal(query.get('state'), provider.state);
    return [provider.name, query.get('code'), provider.codeVerifier, redirect];
  }

  test('a log-in by code, twice, and unlinking', async () => {
    const own = client();
    const back = `${SATCHEL_URL}/back`;
    const first = await own.collection('people').authWithOAuth2Code(...(await comeBack('ada', back)));
    assert.equal(first.meta.isNew, true);
    assert.equal(first.meta.rawUser.sub, 'ada');
    assert.equal(first.record.email, 'ada@x.io');
    assert.equal(first.record.verified, true);
    const second = await own.collection('people').authWithOAuth2Code(...(await comeBack('ada', back)));
    assert.equal(second.meta.isNew, false);
    assert.equal(second.record.id, first.record.id);
    const links = await own.collection('people').listExternalAuths(first.record.id);
    assert.deepEqual(links.map((link) => link.provider), ['oidc']);
    assert.equal(await own.collection('people').unlinkExternalAuth(first.record.id, 'oidc'), true);
    assert.deepEqual(await own.collection('people').listExternalAuths(first.record.id), []);
  });

  test('all in one, over realtime', async () => {
    const own = client();
    let landed = '';
    const signedIn = await own.collection('people').authWithOAuth2({
      provider: 'oidc',
      createData: { emailVisibility: true },
      urlCallback: async (url) => {
        assert.ok(new URL(url).searchParams.get('redirect_uri').endsWith('/api/oauth2-redirect'), url);
        const options = { method: 'POST', body: new URLSearchParams({ sub: 'bea' }), redirect: 'manual' };
        const back = (await fetch(url, options)).headers.get('location');
        landed = (await fetch(back, { redirect: 'manual' })).headers.get('location');
        const again = await fetch(back, { redirect: 'manual' });
        assert.equal(again.headers.get('location'), '../_/#/auth/oauth2-redirect-failure', 'nobody waits any more');
      },
    });
    assert.equal(landed, '../_/#/auth/oauth2-redirect-success');
    assert.equal(signedIn.record.email, 'bea@x.io');
    assert.equal(signedIn.record.emailVisibility, true);
    assert.ok(own.authStore.isValid);
  });

  test('a wrong code', async () => {
    const error = await fails(400, () => people.authWithOAuth2Code('oidc', 'wrong', 'x'.repeat(43), `${SATCHEL_URL}/back`));
    assert.equal(error.response.message, 'Failed to fetch OAuth2 token.');
  });

  test('the list for the settings form', async () => {
    const found = await su.send('/api/collections/meta/oauth2-providers', { method: 'GET' });
    assert.equal(found.length, 32);
    assert.ok(found.every((item) => item.logo.startsWith('<svg')));
  });
});
