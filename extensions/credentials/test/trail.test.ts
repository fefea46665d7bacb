import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { told } from '../../auth/test/support/told.ts';
import { connect, follow } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, ada, pressConnect, send, startKeeper, upstreamAt } from './support/start-pair.ts';

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

const lines = async (): Promise<readonly string[]> =>
  (await told(keeper.hub, { kind: 'account', upstream: 'files' })).map(
    ({ action, actor, target, outcome, decision }) =>
      [actor.id, action, target.name, outcome, decision?.reason].filter(Boolean).join(' '),
  );

test('an account that is connected, is of no use any more, and is forgotten is told of: whose, where, by whom', async () => {
  const upstream = upstreamAt(server.endpoint);
  const signer = accountsOf(keeper).signerOf(upstream, ada);
  await connect(keeper, upstream, ada);
  clock.advance(3_600_000);
  server.choices.refusal = 'invalid_grant';
  for (let count = 0; count < 2; count++)
    await expect(send(signer, server.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
  server.choices.refusal = undefined;
  await connect(keeper, upstream, ada);
  await accountsOf(keeper).forget('files');
  expect(await lines()).toEqual([
    'person-ada connect user:person-ada ok',
    'credentials expire user:person-ada ok needs-reconnect',
    'person-ada connect user:person-ada ok',
    'credentials disconnect user:person-ada ok upstream-removed',
  ]);
  const all = JSON.stringify(await told(keeper.hub));
  expect(all).not.toMatch(/access-token-|refresh-token-/);
});

test('the account of the organization, which the owner disconnects, is told of as theirs', async () => {
  const upstream = upstreamAt(server.endpoint, { mode: 'organization' });
  accountsOf(keeper).signerOf(upstream, { org: 'local' });
  const ask = (method: string): Promise<Response> =>
    fetch(`${keeper.url}/api/v1/upstreams/files/organization/login`, {
      method,
      headers: { authorization: `Bearer ${keeper.hub.key}` },
    });
  const { url } = (await (await ask('POST')).json()) as { url: string };
  const browser = new TestBrowser(keeper.url);
  await follow(browser, (await pressConnect(browser, url)).url);
  expect((await ask('DELETE')).status).toBe(200);
  expect(await lines()).toEqual([
    'owner connect organization ok',
    'owner disconnect organization ok disconnected',
  ]);
});
