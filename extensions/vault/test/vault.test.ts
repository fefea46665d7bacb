import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type JsonObject,
  type SecretPlace,
  type SecretVault,
  secretVault,
  systemClock,
} from '@signalbox/sdk';
import { database } from '@signalbox/store';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataKeys } from '../src/data-keys.ts';
import vault from '../src/index.ts';
import { findRootKeys } from '../src/root-keys.ts';
import { makeSecretVault } from '../src/secret-vault.ts';
import { vaultSettings } from '../src/settings.ts';
import type { VaultTables } from '../src/vault-tables.ts';

const place: SecretPlace = { org: 'local', owner: 'test', name: 'github' };
const keyOf = (digit: string): string => digit.repeat(64);

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-vault-'));
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function start(settings: JsonObject = {}): Promise<TestHub> {
  return startTestHub({ extensions: [storeSqlite, vault], dataDir, settings: { vault: settings } });
}

const vaultOf = ({ hub }: TestHub): SecretVault => hub.services.get(secretVault);

async function rotate(hub: TestHub): Promise<void> {
  const answer = await fetch(`${hub.url}/api/v1/secrets/key`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.key}` },
  });
  expect(answer.status).toBe(201);
}

describe('a secret', () => {
  test('is opened where it was sealed, also after a restart', async () => {
    const first = await start();
    const sealed = await vaultOf(first).seal(place, 'ghp_ü😀');
    expect(sealed).toMatch(/^v1\.[0-9a-f-]{36}\.[\w-]+$/);
    expect(await vaultOf(first).open(place, sealed)).toBe('ghp_ü😀');
    await first.stop();
    await using second = await start();
    expect(await vaultOf(second).open(place, sealed)).toBe('ghp_ü😀');
  });

  test('is sealed differently each time', async () => {
    await using hub = await start();
    expect(await vaultOf(hub).seal(place, 'x')).not.toBe(await vaultOf(hub).seal(place, 'x'));
  });

  test.each<[string, Partial<SecretPlace>]>([
    ['organization', { org: 'other' }],
    ['owner', { owner: 'else' }],
    ['name', { name: 'gitlab' }],
  ])('does not open in another %s', async (_what, change) => {
    await using hub = await start();
    const sealed = await vaultOf(hub).seal(place, 'x');
    await expect(vaultOf(hub).open({ ...place, ...change }, sealed)).rejects.toMatchObject({
      code: 'store_corrupt',
    });
  });

  test('does not open when any of it was changed', async () => {
    await using hub = await start();
    const sealed = await vaultOf(hub).seal(place, 'secret');
    for (let at = 0; at < sealed.length; at++) {
      const other = sealed[at] === 'A' ? 'B' : 'A';
      const changed = `${sealed.slice(0, at)}${other}${sealed.slice(at + 1)}`;
      const isSpelling = Buffer.from(changed.split('.')[2] ?? '', 'base64url').equals(
        Buffer.from(sealed.split('.')[2] ?? '', 'base64url'),
      );
      // The last character of base64url has bits that say nothing.
      if (isSpelling && changed.split('.').slice(0, 2).join() === sealed.split('.').slice(0, 2).join())
        continue;
      await expect(vaultOf(hub).open(place, changed), `character ${at}`).rejects.toMatchObject({
        code: 'store_corrupt',
      });
    }
  });

  test.each(['', 'x', 'v1', 'v1..', 'v2.a.b', 'v1.a.b.c'])('is not "%s"', async (text) => {
    await using hub = await start();
    await expect(vaultOf(hub).open(place, text)).rejects.toMatchObject({ code: 'store_corrupt' });
  });

  test('is not in the store in clear', async () => {
    await using hub = await start();
    await vaultOf(hub).seal(place, 'needle-in-the-store');
    const rows = await hub.hub.services
      .get(database)
      .queries<VaultTables>()
      .selectFrom('vault_keys')
      .selectAll()
      .execute();
    expect(rows.map(({ org, retired_at }) => [org, retired_at])).toEqual([['local', null]]);
    expect(JSON.stringify(rows)).not.toContain('needle');
  });
});

describe('a key of an organization', () => {
  test('is another after a rotation, and the old one still opens', async () => {
    await using hub = await start();
    const before = await vaultOf(hub).seal(place, 'x');
    await rotate(hub);
    const after = await vaultOf(hub).seal(place, 'x');
    expect(after.split('.')[1]).not.toBe(before.split('.')[1]);
    expect([await vaultOf(hub).open(place, before), await vaultOf(hub).open(place, after)]).toEqual([
      'x',
      'x',
    ]);
  });

  test('is one for each organization, made once however many seal at the same time', async () => {
    await using hub = await start();
    const sealed = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        vaultOf(hub).seal({ ...place, org: index % 2 ? 'a' : 'b' }, 'x'),
      ),
    );
    expect(new Set(sealed.map((each) => each.split('.')[1])).size).toBe(2);
  });
});

describe('the root key', () => {
  test('is minted into a file only its owner can read', async () => {
    await using hub = await start();
    await vaultOf(hub).seal(place, 'x');
    expect(statSync(join(dataDir, 'root.key')).mode & 0o777).toBe(0o600);
  });

  test('is taken over by another at the next start', async () => {
    const first = await start({ rootKey: keyOf('1') });
    const sealed = await vaultOf(first).seal(place, 'x');
    await first.stop();
    const second = await start({ rootKey: keyOf('2'), formerRootKeys: [keyOf('1')] });
    expect(await vaultOf(second).open(place, sealed)).toBe('x');
    expect(second.logged()).toContain('keys were taken over by the current root key');
    await second.stop();
    await using third = await start({ rootKey: keyOf('2') });
    expect(await vaultOf(third).open(place, sealed)).toBe('x');
  });

  test('takes over, when it is told to, what another node has encrypted under the one before', async () => {
    await using hub = await start({ rootKey: keyOf('2'), formerRootKeys: [keyOf('1')] });
    const rewrap = async (): Promise<unknown> => {
      const headers = { authorization: `Bearer ${hub.key}` };
      return (await fetch(`${hub.url}/api/v1/secrets/rewrap`, { method: 'POST', headers })).json();
    };
    expect(await rewrap()).toEqual({ keys: 0 });
    const roots = findRootKeys(
      vaultSettings.parse({ rootKey: keyOf('1') }),
      { open: () => new Uint8Array(32) },
      {},
    );
    const old = makeSecretVault(new DataKeys(hub.hub.services.get(database), roots, systemClock));
    const sealed = await old.seal({ ...place, org: 'late' }, 'x');
    expect(await rewrap()).toEqual({ keys: 1 });
    expect(await vaultOf(hub).open({ ...place, org: 'late' }, sealed)).toBe('x');
  });

  test('is forgotten for one organization, whose secrets open nowhere any more', async () => {
    await using hub = await start();
    const roots = findRootKeys(
      vaultSettings.parse({ rootKey: keyOf('1') }),
      { open: () => new Uint8Array(32) },
      {},
    );
    const keys = new DataKeys(hub.hub.services.get(database), roots, systemClock);
    const secrets = makeSecretVault(keys);
    const theirs = { ...place, org: 'acme' };
    const [kept, gone] = [await secrets.seal(place, 'x'), await secrets.seal(theirs, 'y')];
    expect(await secrets.open(theirs, gone)).toBe('y');
    await keys.forget('acme');
    await expect(secrets.open(theirs, gone)).rejects.toMatchObject({ code: 'store_corrupt' });
    expect(await secrets.open(place, kept)).toBe('x');
    expect(await secrets.open(theirs, await secrets.seal(theirs, 'z'))).toBe('z');
  });

  test('of before is asked for by its place in the settings when it is missing', async () => {
    const first = await start({ rootKey: keyOf('1') });
    await vaultOf(first).seal(place, 'x');
    await first.stop();
    await expect(start({ rootKey: keyOf('2') })).rejects.toMatchObject({
      code: 'store_corrupt',
      message: /is protected by another root key; put that one into vault\.formerRootKeys$/,
    });
  });

  const files = { open: () => new Uint8Array(32) };
  const find = (settings: object, env: { [name: string]: string } = {}) =>
    findRootKeys(vaultSettings.parse(settings), files, env);

  test('comes from the setting, else from a systemd credential, else from the file', () => {
    writeFileSync(join(dataDir, 'signalbox-root-key'), `${keyOf('c')}\n`);
    const env = { CREDENTIALS_DIRECTORY: dataDir };
    const hexOf = (keys: ReturnType<typeof find>): string => Buffer.from(keys.current.key).toString('hex');
    expect(hexOf(find({ rootKey: keyOf('a') }, env))).toBe(keyOf('a'));
    expect(hexOf(find({}, env))).toBe(keyOf('c'));
    expect(hexOf(find({}, { CREDENTIALS_DIRECTORY: join(dataDir, 'absent') }))).toBe(keyOf('0'));
    expect(hexOf(find({ rootKey: Buffer.alloc(32, 7).toString('base64url') }))).toBe('07'.repeat(32));
  });

  test.each(['short', keyOf('1').slice(1), `${keyOf('1')}0`, 'z'.repeat(64)])('is not "%s"', (rootKey) => {
    expect(() => find({ rootKey })).toThrow(
      'vault.rootKey is no key: it must be 32 random bytes as 64 hex digits or base64url; "openssl rand -hex 32" makes one',
    );
  });
});
