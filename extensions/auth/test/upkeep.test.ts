import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditRecorder, type JsonValue, type Sealer, silentLog } from '@signalbox/sdk';
import { openSqliteStore } from '@signalbox/store-sqlite';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { KeyRing } from '../src/keys/key-ring.ts';
import { type AuthTables, authMigrations } from '../src/store/auth-tables.ts';
import { Clients } from '../src/store/clients.ts';
import { Grants } from '../src/store/grants.ts';
import { IssuedTokens } from '../src/store/issued-tokens.ts';
import { ItemAdapter } from '../src/store/item-adapter.ts';
import { prune } from '../src/store/prune.ts';
import { Revocations } from '../src/store/revocations.ts';
import { byHub, Trail } from '../src/trail/trail.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** Seals that can be read, which is enough for what is tested here. */
const sealer: Sealer = {
  seal: (purpose, value) => JSON.stringify([purpose, value]),
  open: (purpose, text) => {
    const [given, value] = JSON.parse(text) as [string, JsonValue];
    return given === purpose ? value : undefined;
  },
};

/** Nothing here is told to anybody. */
const unheard: AuditRecorder = { note: () => undefined, perform: (_event, action) => action() };
const nowhere = { orgsOf: async () => [] };

async function openAuthStore() {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-auth-'));
  const clock = new FakeClock();
  const opened = await openSqliteStore({ path: join(folder, 'auth.db') });
  await opened.database.migrate('auth', authMigrations);
  const { database } = opened;
  const store = { database, queries: database.queries<AuthTables>(), sealer, clock };
  const revocations = new Revocations(store, () => undefined);
  const trail = new Trail({ recorder: unheard, directory: nowhere, clock, log: silentLog });
  const grants = new Grants(store, revocations, trail);
  return {
    store,
    clock,
    revocations,
    items: (model: string) =>
      new ItemAdapter(model, { store, grants, asker: () => ({ origin: byHub, endsBy: 'reused' }) }),
    [Symbol.asyncDispose]: async () => {
      await opened.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

test('a signing key is published a day before it signs, and kept for what it has signed', async () => {
  await using opened = await openAuthStore();
  const ring = new KeyRing(opened.store, opened.revocations);
  await ring.open();
  const [first] = await ring.list();
  const states = async (): Promise<string[]> => {
    await ring.tend();
    return (await ring.list()).map(({ state }) => state);
  };
  expect(await states()).toEqual(['active']);
  opened.clock.advance(88 * day);
  expect(await states()).toEqual(['active']);
  opened.clock.advance(day);
  expect(await states()).toEqual(['active', 'next']);
  opened.clock.advance(23 * hour);
  expect(await states()).toEqual(['active', 'next']);
  opened.clock.advance(hour);
  expect(await states()).toEqual(['retiring', 'active']);
  expect((await ring.current()).jwks).toHaveLength(2);
  opened.clock.advance(hour + 1);
  expect(await states()).toEqual(['active']);
  expect((await ring.current()).activeKid).not.toBe(first?.kid);
});

test('what is over is removed, and nothing else', async () => {
  await using opened = await openAuthStore();
  const items = opened.items('RefreshToken');
  for (let index = 0; index < 1_200; index++) await items.upsert(`old-${index}`, { jti: `old-${index}` }, 60);
  await items.upsert('new', { jti: 'new' }, 30 * 86_400);
  opened.clock.advance(day);
  expect(await items.find('old-1')).toBeUndefined();
  expect(await prune(opened.store)).toBe(1_200);
  expect(await items.find('new')).toMatchObject({ jti: 'new' });
});

test('neither ids nor what belongs to them can be read in the store', async () => {
  await using opened = await openAuthStore();
  const items = opened.items('DeviceCode');
  await items.upsert('secret-id', { jti: 'secret-id', userCode: 'BCDFGHJK', uid: 'secret-uid' }, 60);
  const [row] = await opened.store.queries.selectFrom('auth_items').selectAll().execute();
  const { payload: _sealed, ...plain } = row ?? {};
  expect(JSON.stringify(plain)).not.toMatch(/secret|BCDFGHJK/);
  expect(await items.findByUserCode('BCDFGHJK')).toMatchObject({ jti: 'secret-id' });
  expect(await items.findByUid('secret-uid')).toMatchObject({ jti: 'secret-id' });
});

test('a client that registered itself goes when nobody uses it for 30 days', async () => {
  await using opened = await openAuthStore();
  const clients = new Clients(opened.store, new IssuedTokens(opened.store, opened.revocations));
  const own = { org: 'local', name: 'Old', origin: 'itself', metadata: { client_name: 'Old' } } as const;
  const [used, unused] = [await clients.add(own), await clients.add(own)];
  const kept = await clients.add({ ...own, origin: 'administrator' });
  opened.clock.advance(20 * day);
  await clients.noteUse(used);
  opened.clock.advance(20 * day);
  const there = async (id: string): Promise<boolean> => (await clients.find(id)) !== undefined;
  expect([await there(used), await there(unused), await there(kept)]).toEqual([true, false, true]);
  opened.clock.advance(11 * day);
  await prune(opened.store);
  expect([await there(used), await there(kept)]).toEqual([false, true]);
});
