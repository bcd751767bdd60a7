// The official `pocketbase` client as a superuser with an authenticator app, against a real server.
// Run by tests/wire/pocketbase/test_node_people.py, which passes SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD and SECRET.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import PocketBase, { ClientResponseError } from 'pocketbase';

const { SATCHEL_URL, SATCHEL_EMAIL, SATCHEL_PASSWORD, SECRET } = process.env;
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// RFC 6238; `step`: how many spans of time from now
function code(step = 0) {
  const bits = [...SECRET].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + step));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function fails(status, work) {
  const error = await work().then(
    () => assert.fail(`expected an error ${status}`),
    (found) => found,
  );
  assert.ok(error instanceof ClientResponseError, String(error));
  assert.equal(error.status, status, JSON.stringify(error.response));
  return error;
}

function superusers() {
  const made = new PocketBase(SATCHEL_URL);
  made.autoCancellation(false);
  return [made, made.collection('_superusers')];
}

test('password first, then the code', async () => {
  const [pb, service] = superusers();
  await fails(400, () => service.authWithPassword(SATCHEL_EMAIL, 'wrong'));
  const { response } = await fails(401, () => service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD));
  const { mfaId } = response;
  assert.match(mfaId, /^[a-z0-9]{15}$/);
  assert.equal(pb.authStore.isValid, false);
  await fails(400, () => service.authWithOTP(mfaId, '000000', { mfaId }));
  const used = code();
  assert.ok((await service.authWithOTP(mfaId, used, { mfaId })).token);
  assert.equal(pb.authStore.isSuperuser, true);
  assert.ok((await service.authRefresh()).token);
  assert.ok((await pb.collections.getFullList()).length > 0);
  // both are good once
  await fails(400, () => service.authWithOTP(mfaId, code(1), { mfaId }));
  const again = await fails(401, () => service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD));
  await fails(400, () => service.authWithOTP('x', used, { mfaId: again.response.mfaId }));
});

test('both at once', async () => {
  const [pb, service] = superusers();
  await fails(400, () => service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD, { otp: '000000' }));
  await service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD, { otp: code(1) });
  assert.equal(pb.authStore.isSuperuser, true);
});

test('codes can not be tried for ever', async () => {
  const [, service] = superusers();
  for (let tries = 0; tries < 4; tries++) {
    await fails(400, () => service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD, { otp: '000000' }));
  }
  let status = 400;
  for (let tries = 0; tries < 8 && status === 400; tries++) {
    status = (
      await service.authWithPassword(SATCHEL_EMAIL, SATCHEL_PASSWORD, { otp: '000000' }).catch((error) => error)
    ).status;
  }
  assert.equal(status, 429);
});
