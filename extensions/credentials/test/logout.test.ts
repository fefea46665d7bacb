import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { database } from '@signalbox/store';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import type { CredentialTables } from '../src/store/credential-tables.ts';
import { connect } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, startKeeper, upstreamAt } from './support/start-pair.ts';

const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;
let server: SmallServer;
let dataDir: string;

beforeEach(async () => {
  server = await SmallServer.start();
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-logout-'));
});

afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(allowPrivate: readonly string[] = []): Promise<AuthHub> {
  return startKeeper({ allowPrivate, store: { settings: { dataDir } } });
}

async function logOut({ url, hub }: AuthHub, what = 'login'): Promise<readonly unknown[]> {
  const headers = { authorization: `Bearer ${hub.key}` };
  const response = await fetch(`${url}/api/v1/upstreams/files/${what}`, { method: 'DELETE', headers });
  return [response.status, await response.json()];
}

/** An account that is connected, and a hub that does not define its upstream any more. */
async function connectAndUndefine(): Promise<void> {
  await using before = await start();
  const upstream = upstreamAt(server.endpoint);
  accountsOf(before).signerOf(upstream, owner);
  await connect(before, upstream, owner);
}

const revoked = (): readonly (string | null)[] => server.at('/revoke').map(({ form }) => form.get('token'));
const nothing = { state: 'none', scopes: [], missing: [] };

test('an account is logged out after its upstream has moved, and ended where it came from', async () => {
  await using hub = await start([new URL(server.url).host]);
  await using elsewhere = await SmallServer.start();
  const accounts = accountsOf(hub);
  const upstream = upstreamAt(server.endpoint);
  accounts.signerOf(upstream, owner);
  await connect(hub, upstream, owner);
  accounts.signerOf(upstreamAt(elsewhere.endpoint), owner);
  expect(await logOut(hub)).toEqual([200, nothing]);
  expect([revoked(), elsewhere.at('/revoke')]).toEqual([[expect.stringMatching(/^refresh-token-/)], []]);
  accounts.signerOf(upstream, owner);
  expect(await accounts.stateOf('files', owner)).toBe('none');
});

test('the account of an organization is logged out after its upstream has moved', async () => {
  await using hub = await start([new URL(server.url).host]);
  const accounts = accountsOf(hub);
  const own = { grant: 'client_credentials', clientId: 'the-hub', clientSecret: 'the-secret' } as const;
  const upstream = upstreamAt(server.endpoint, { ...own, issuer: server.url });
  const signer = accounts.signerOf(upstream, { org: 'local' });
  const request = { method: 'POST', url: server.endpoint };
  await signer.afterRefusal(request, { status: 401, headers: { 'www-authenticate': 'Bearer' } });
  expect(await accounts.stateOf('files', { org: 'local' })).toBe('connected');
  accounts.signerOf({ ...upstream, url: `${server.url}/elsewhere` }, { org: 'local' });
  expect(await logOut(hub, 'organization/login')).toEqual([200, nothing]);
  expect(revoked()).toEqual([expect.stringMatching(/^access-token-/)]);
});

test('an account at an upstream that is not defined any more is logged out once', async () => {
  await connectAndUndefine();
  await using hub = await start([new URL(server.url).host]);
  expect(await logOut(hub, 'organization/login')).toEqual([404, expect.anything()]);
  expect(await logOut(hub)).toEqual([200, nothing]);
  expect(revoked()).toEqual([expect.stringMatching(/^refresh-token-/)]);
  const gone = { error: expect.objectContaining({ code: 'not_found' }) };
  expect(await logOut(hub)).toEqual([404, expect.objectContaining(gone)]);
});

test('without its definition an account at a private server is forgotten, and the log says that it was not ended', async () => {
  await connectAndUndefine();
  await using hub = await start();
  expect(await logOut(hub)).toEqual([200, nothing]);
  expect(revoked()).toEqual([]);
  expect(hub.hub.logged()).toContain('could not be ended at its authorization server');
});

test('a client that a definition has got since is not shown to the server of before', async () => {
  await using hub = await start([new URL(server.url).host]);
  await using elsewhere = await SmallServer.start();
  const accounts = accountsOf(hub);
  const upstream = upstreamAt(server.endpoint);
  accounts.signerOf(upstream, owner);
  await connect(hub, upstream, owner);
  const client = { clientId: 'the-new-client', clientSecret: 'the-new-secret' };
  accounts.signerOf(upstreamAt(elsewhere.endpoint, client), owner);
  await logOut(hub);
  const [{ headers } = expect.fail()] = server.at('/revoke');
  const shown = Buffer.from(headers.authorization?.split(' ')[1] ?? '', 'base64').toString();
  expect(shown).toMatch(/^client-\d+:client-secret-\d+$/);
});

test('an account whose tokens were moved, and do not open any more, is forgotten', async () => {
  await using hub = await start();
  const upstream = upstreamAt(server.endpoint);
  accountsOf(hub).signerOf(upstream, owner);
  await connect(hub, upstream, owner);
  const rows = hub.hub.hub.services.get(database).queries<CredentialTables>();
  await rows.updateTable('credential_accounts').set({ issuer: 'https://evil.example' }).execute();
  expect(await logOut(hub)).toEqual([200, nothing]);
  expect(await rows.selectFrom('credential_accounts').select(['state', 'sealed']).execute()).toEqual([
    { state: 'none', sealed: null },
  ]);
});
