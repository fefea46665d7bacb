import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { connect } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, ada, send, startKeeper, upstreamAt } from './support/start-pair.ts';

let server: SmallServer;
let keeper: AuthHub;
let clock: FakeClock;

beforeEach(async () => {
  server = await SmallServer.start();
  clock = new FakeClock();
  keeper = await startKeeper({ clock });
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

async function connected() {
  const upstream = upstreamAt(server.endpoint);
  const signer = accountsOf(keeper).signerOf(upstream, ada);
  await connect(keeper, upstream, ada);
  return signer;
}

test('64 requests at once with a token that is over renew it once', async () => {
  const signer = await connected();
  clock.advance(3_600_000);
  const answers = await Promise.all(Array.from({ length: 64 }, () => send(signer, server.endpoint)));
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 64 }, () => 200));
  expect(server.at('/token').map(({ form }) => form.get('grant_type'))).toEqual([
    'authorization_code',
    'refresh_token',
  ]);
});

test('64 requests at once with a token that was taken back renew it once', async () => {
  const signer = await connected();
  server.takeBack();
  const answers = await Promise.all(Array.from({ length: 64 }, () => send(signer, server.endpoint)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(server.at('/token').filter(({ form }) => form.get('grant_type') === 'refresh_token')).toHaveLength(
    1,
  );
});

test('a refresh token goes with the resource, and the one that follows it takes its place', async () => {
  const signer = await connected();
  for (let round = 0; round < 2; round++) {
    clock.advance(3_600_000);
    await send(signer, server.endpoint);
  }
  const [first, second, third] = server.at('/token').map(({ form }) => form);
  expect(first?.get('resource')).toBe(server.endpoint);
  expect(second?.get('resource')).toBe(server.endpoint);
  expect(second?.get('refresh_token')).not.toBe(third?.get('refresh_token'));
});

test('a refresh token that is refused ends the account, and says where to sign in', async () => {
  const signer = await connected();
  const told: unknown[] = [];
  accountsOf(keeper).onChange(({ state }) => told.push(state));
  clock.advance(3_600_000);
  server.choices.refusal = 'invalid_grant';
  const needed = {
    code: 'upstream_login_needed',
    message: 'upstream "files" needs your account: its sign-in is over; run "signalbox server login files"',
    details: { upstream: 'files', url: expect.stringContaining('/upstreams/login/') },
  };
  await expect(send(signer, server.endpoint)).rejects.toMatchObject(needed);
  await expect(send(signer, server.endpoint)).rejects.toMatchObject(needed);
  expect(await accountsOf(keeper).stateOf('files', ada)).toBe('needs_reconnect');
  expect(told).toEqual(['needs_reconnect']);
  expect(server.at('/token')).toHaveLength(2);

  server.choices.refusal = undefined;
  await connect(keeper, upstreamAt(server.endpoint), ada);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  expect(told).toEqual(['needs_reconnect', 'connected']);
});

test('a server that fails costs nobody their account', async () => {
  const signer = await connected();
  clock.advance(3_600_000);
  server.choices.refusal = 'temporarily_unavailable';
  await expect(send(signer, server.endpoint)).rejects.toMatchObject({
    code: 'upstream_refused',
    message: expect.stringContaining('(temporarily_unavailable)'),
  });
  server.choices.refusal = undefined;
  expect((await send(signer, server.endpoint)).status).toBe(200);
});

test('an upstream that refuses fresh tokens, too, is not given one after the other', async () => {
  const signer = await connected();
  server.choices.takes = () => false;
  const { status } = await send(signer, server.endpoint);
  expect(status).toBe(401);
  expect(server.at('/token')).toHaveLength(2);
});

test('an account whose token cannot be renewed is over when the token is', async () => {
  server.choices.givesRefreshTokens = false;
  const signer = await connected();
  clock.advance(3_600_000);
  await expect(send(signer, server.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
});

test('an upstream that has moved gets no token that was for its address before', async () => {
  await connected();
  await using elsewhere = await SmallServer.start();
  const signer = accountsOf(keeper).signerOf(upstreamAt(elsewhere.endpoint), ada);
  await expect(send(signer, elsewhere.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
  expect(elsewhere.at('/mcp').map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(await accountsOf(keeper).stateOf('files', ada)).toBe('none');
});
