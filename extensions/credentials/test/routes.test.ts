import { defineExtension, upstreamCredentials } from '@signalbox/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import { person, type TestPerson } from '../../auth/test/support/memory-directory.ts';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { connect, follow } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, ada, pressConnect, send, startKeeper, upstreamAt } from './support/start-pair.ts';

const administrator = { org: 'local', orgName: 'Local', roles: ['admin'], level: 'anchor' } as const;
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

test('a disabled person keeps their account, unused; that of a removed one is forgotten and ended', async () => {
  const upstream = upstreamAt(server.endpoint);
  const signer = accountsOf(keeper).signerOf(upstream, ada);
  await connect(keeper, upstream, ada);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  const [known = expect.fail(), ...others] = keeper.town.people.splice(0);
  const become = (...people: readonly TestPerson[]) => {
    keeper.town.people.splice(0, 3, ...people);
    keeper.town.change(known.id, true);
  };
  become({ ...known, isActive: false }, ...others);
  await expect(send(signer, server.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
  become(known, ...others);
  expect((await send(signer, server.endpoint)).status).toBe(200);
  expect(server.at('/revoke')).toEqual([]);
  become(...others);
  await vi.waitFor(() => expect(server.at('/revoke')).toHaveLength(1), 10_000);
  expect(server.at('/revoke')[0]?.form.get('token')).toMatch(/^refresh-token-/);
  expect(await accountsOf(keeper).stateOf('files', ada)).toBe('none');
});

test('what an upstream demanded of an account is forgotten with it', async () => {
  const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;
  const upstream = upstreamAt(server.endpoint);
  const signer = accountsOf(keeper).signerOf(upstream, owner);
  await connect(keeper, upstream, owner);
  server.choices.insufficient = 'files:write';
  await expect(send(signer, server.endpoint)).rejects.toMatchObject({ code: 'upstream_login_needed' });
  const missing = async () =>
    ((await (await ask('GET', 'accounts')).json()) as { own: { missing: string[] } }).own.missing;
  expect(await missing()).toEqual(['files:write']);
  await ask('DELETE', 'login');
  expect(await missing()).toEqual([]);
});

test('of the scopes an upstream lists, a hundred of bearable length are asked for', async () => {
  const scopes = Array.from({ length: 150 }, (_none, index) => `scope-${index}`);
  server.choices.resource = { scopes_supported: ['x'.repeat(201), ...scopes] };
  const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;
  const browser = new TestBrowser(keeper.url);
  const { url } = await pressConnect(browser, await accountsOf(keeper).loginUrl('files', owner));
  expect(url.searchParams.get('scope')?.split(' ')).toEqual(scopes.slice(0, 99));
});

test('the account of a removed service account is forgotten and ended, and that of a person with its id is not', async () => {
  const [known = expect.fail()] = keeper.town.people;
  keeper.town.services.add(known.id);
  keeper.town.people.push(person('root', { memberships: [administrator] }));
  const service = { org: 'local', subject: { kind: 'service', id: known.id } } as const;
  const upstream = upstreamAt(server.endpoint);
  const accounts = accountsOf(keeper);
  const root = new TestBrowser(keeper.url);
  const { url } = await pressConnect(root, await accounts.loginUrl('files', service), 'root');
  await follow(root, url);
  await connect(keeper, upstream, ada);
  const states = () => Promise.all([service, ada].map((each) => accounts.stateOf('files', each)));
  expect(await states()).toEqual(['connected', 'connected']);
  keeper.town.services.delete(known.id);
  keeper.town.change(known.id, true);
  await vi.waitFor(() => expect(server.at('/revoke')).toHaveLength(1), 10_000);
  expect(await states()).toEqual(['none', 'connected']);
});

test('before the hub listens an account that is needed is asked for by command, without a link', async () => {
  let refusal: unknown;
  const early = defineExtension({
    name: 'early',
    config: z.strictObject({}),
    needs: [upstreamCredentials],
    setup: async ({ use }) => {
      const signer = use(upstreamCredentials).signerOf(upstreamAt(server.endpoint), ada);
      refusal = await send(signer, server.endpoint).catch((error: unknown) => error);
    },
  });
  await using _hub = await startKeeper({ extensions: [early] });
  expect(refusal).toMatchObject({
    code: 'upstream_login_needed',
    message: expect.stringContaining('run "signalbox server login files"'),
    details: { upstream: 'files' },
  });
  expect(refusal).not.toMatchObject({ details: { url: expect.anything() } });
});
