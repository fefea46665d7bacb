import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, ada, startKeeper, upstreamAt } from './support/start-pair.ts';

let server: SmallServer;
let keeper: AuthHub;

beforeEach(async () => {
  server = await SmallServer.start();
  keeper = await startKeeper();
  accountsOf(keeper).signerOf(upstreamAt(server.endpoint), ada);
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

function ask(method: string, what: string, key = keeper.hub.key): Promise<Response> {
  const headers = { authorization: `Bearer ${key}` };
  return fetch(`${keeper.url}/api/v1/upstreams/files/${what}`, { method, headers });
}

test('a narrow credential connects and forgets accounts only where that was allowed by name', async () => {
  keeper.town.services.add('builder');
  const statuses = async (scopes: readonly string[]): Promise<readonly number[]> => {
    const key = `sbx_key_${scopes.join('').replace(/\W/g, '')}_secret`;
    keeper.town.keys.set(key, { service: 'builder', scopes });
    return [(await ask('POST', 'login', key)).status, (await ask('DELETE', 'login', key)).status];
  };
  expect(await statuses(['tools:call', 'registry:read'])).toEqual([403, 403]);
  expect(await statuses(['accounts:write'])).toEqual([201, 200]);
});
