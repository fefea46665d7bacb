import { systemClock } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeOAuthFetch } from '../src/oauth/oauth-fetch.ts';
import { SmallServer } from './support/small-server.ts';

let server: SmallServer;
let port: string;
let close: () => Promise<void>;

beforeEach(async () => {
  server = await SmallServer.start();
  ({ port } = new URL(server.url));
});

afterEach(async () => {
  await close();
  await server[Symbol.asyncDispose]();
});

/** Every name is this machine, as an internal name is a machine of the network. */
function reachFrom(url: string, allowPrivate: readonly string[] = []) {
  const reach = makeOAuthFetch({
    url,
    allowPrivate,
    clock: systemClock,
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  close = reach.close;
  return async (address: string) => (await reach.fetch(address)).status;
}

const metadata = '/.well-known/oauth-authorization-server';

test('an upstream with an internal name may be asked for sign-in at its own host and port', async () => {
  const ask = reachFrom(`http://files.internal:${port}/mcp`);
  expect(await ask(`http://files.internal:${port}${metadata}`)).toBe(200);
});

test.each([
  ['another port of it', 'http://files.internal:1'],
  ['a name below it', 'https://login.files.internal'],
  ['another internal name', 'https://login.internal'],
])('%s is not reached for its sake, and the error names the host and the setting', async (_what, origin) => {
  const ask = reachFrom(`http://files.internal:${port}/mcp`);
  const { hostname } = new URL(origin);
  await expect(ask(`${origin}${metadata}`)).rejects.toMatchObject({
    code: 'address_refused',
    message: expect.stringMatching(new RegExp(`"${hostname}.*in credentials\\.allowPrivate`)),
  });
  expect(server.seen).toEqual([]);
});

test('a host that no list can name does not stop its upstream', async () => {
  await expect(reachFrom('https://*.internal/mcp')('https://*.internal/')).rejects.toMatchObject({
    code: 'address_refused',
  });
});

test('another internal name is reached where the settings allow it', async () => {
  const ask = reachFrom('https://files.internal/mcp', [`login.internal:${port}`]);
  expect(await ask(`http://login.internal:${port}${metadata}`)).toBe(200);
});
