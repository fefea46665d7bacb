import { type SecretVault, type UpstreamDefinitionInput, upstreamDefinition } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { GatewayTables } from '../../src/store/gateway-tables.ts';
import { errorOf } from '../support/error-of.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { memoryDatabase } from '../support/memory-database.ts';
import { memoryVault } from '../support/memory-vault.ts';

const canary = 'canary-secret-1234';
const off = { enabled: false };

let store: Database;
let gateway: TestGateway;

beforeEach(() => {
  store = memoryDatabase();
});

afterEach(() => gateway.stop());

async function start(vault: SecretVault | undefined): Promise<void> {
  gateway = await startGateway({ upstreams: {}, store, ...(vault ? { vault } : {}) });
}

const add = (name: string, definition: UpstreamDefinitionInput) =>
  gateway.registry.add(name, upstreamDefinition.parse(definition));

async function rows(): Promise<{ readonly name: string; readonly definition: string }[]> {
  const queries = store.queries<GatewayTables>();
  return queries.selectFrom('gateway_definitions').select(['name', 'definition']).orderBy('name').execute();
}

const withSecrets: readonly [string, UpstreamDefinitionInput][] = [
  ['a header', { url: 'https://x.test/mcp', headers: { 'x-key': canary }, ...off }],
  ['an environment', { command: 'x', env: { KEY: canary }, ...off }],
  [
    'the environment of a process',
    { url: 'https://x.test/', run: { command: 'x', env: { K: canary } }, ...off },
  ],
  ['a user in the url', { url: `https://me:${canary}@x.test/mcp`, ...off }],
  ['a query of the url', { url: `https://x.test/mcp?key=${canary}`, ...off }],
  ['a client secret', { url: 'https://x.test/mcp', credentials: { clientSecret: canary }, ...off }],
  ['a private key', { url: 'https://x.test/mcp', credentials: { privateKey: canary }, ...off }],
  ['a scheme of an API', { openapi: 'api.yaml', auth: { key: canary }, ...off }],
];

describe('a definition that was added', () => {
  test.each(withSecrets)('with %s reaches the store sealed, and opens again', async (_what, definition) => {
    const vault = memoryVault();
    await start(vault);
    await add('u', definition);
    const [row] = await rows();
    expect(row?.definition).toMatch(/^test\./);
    expect(row?.definition).not.toContain(canary);
    await gateway.stop();
    await start(vault);
    expect(gateway.registry.list()).toMatchObject([{ name: 'u', state: 'disabled', origin: 'store' }]);
  });

  test.each(withSecrets)('with %s is refused where there is no vault', async (_what, definition) => {
    await start(undefined);
    expect(await errorOf(add('u', definition))).toMatchObject({ code: 'unsupported' });
    expect(gateway.registry.list()).toEqual([]);
    expect(await rows()).toEqual([]);
  });

  test('by an older hub in clear is sealed at the next start', async () => {
    await start(undefined);
    const definition = upstreamDefinition.parse({ command: 'x', env: { KEY: canary }, ...off });
    const old = { org: 'local', name: 'old', definition: JSON.stringify(definition), created_at: 1 };
    await store.queries<GatewayTables>().insertInto('gateway_definitions').values(old).execute();
    await gateway.stop();
    const vault = memoryVault();
    await start(vault);
    expect(gateway.registry.list()).toMatchObject([{ name: 'old', state: 'disabled' }]);
    expect((await rows())[0]?.definition).toMatch(/^test\./);
    await gateway.stop();
    await start(vault);
    expect(gateway.registry.list()).toMatchObject([{ name: 'old', state: 'disabled' }]);
  });

  test('and does not open is reported and kept until it is removed', async () => {
    const vault = memoryVault();
    await start(vault);
    await add('u', { command: 'x', env: { KEY: canary }, ...off });
    await gateway.stop();
    await start(memoryVault());
    expect(gateway.registry.get('u')).toMatchObject({
      name: 'u',
      origin: 'store',
      state: 'unavailable',
      reason: expect.stringContaining('start with the root key it was sealed under') as unknown,
    });
    expect(gateway.registry.list()).toHaveLength(1);
    expect(await errorOf(gateway.registry.restart('u'))).toMatchObject({ code: 'conflict' });
    expect(await errorOf(add('u', { command: 'x' }))).toMatchObject({ code: 'conflict' });
    await gateway.stop();
    await start(vault);
    expect(gateway.registry.get('u').state).toBe('disabled');
    await gateway.stop();
    await start(undefined);
    expect(gateway.registry.get('u').reason).toBe(
      'its definition is sealed and no vault is there to open it',
    );
    await gateway.registry.remove('u');
    expect(gateway.registry.list()).toEqual([]);
    expect(await rows()).toEqual([]);
  });
});
