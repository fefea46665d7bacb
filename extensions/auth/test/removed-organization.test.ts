import { database } from '@signalbox/store';
import { expect, test } from 'vitest';
import type { AuthTables } from '../src/store/auth-tables.ts';
import { OAuthClient } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';
import { toldLines } from './support/told.ts';

test('clients, grants and tokens of an organization that was removed are gone, and what came of them is worth nothing', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const { access, refresh } = await client.signIn();
  const listTools = async (): Promise<number> => {
    const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' });
    return (await fetch(`${hub.url}/mcp`, { method: 'POST', headers, body })).status;
  };
  expect(await listTools()).not.toBe(401);

  expect(await hub.town.forgetOrganization('local')).toBe(true);

  expect(await listTools()).toBe(401);
  const again = { grant_type: 'refresh_token', refresh_token: refresh, client_id: client.id };
  expect((await client.token(again)).body).toMatchObject({ error: 'invalid_client' });
  const rows = hub.hub.hub.services.get(database).queries<AuthTables>();
  for (const table of ['auth_clients', 'auth_grants', 'auth_tokens'] as const)
    expect(await rows.selectFrom(table).select('org').execute()).toEqual([]);
  const items = rows.selectFrom('auth_items').select('model').where('grant_id', 'is not', null);
  expect(await items.execute()).toEqual([]);
  expect(await toldLines(hub.hub, { kind: 'tokens' })).toEqual([
    'revoke client-test ok organization-removed',
  ]);
});
