import { addKey, changePerson, changeService, getKey, getMe, listKeys, revokeKey } from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, makeCast, makeKey } from '../support/people.ts';
import { type DirectoryHub, startDirectoryHub } from '../support/start-directory-hub.ts';
import { describeStores, type TestStore } from '../support/test-stores.ts';

const query = {};
const dayMs = 86_400_000;

describeStores((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  let cast: Cast;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
    cast = await makeCast(hub);
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test('a key is good for its scopes and level, and only its answer holds it', async () => {
    const mia = hub.as({ id: cast.member.id });
    const { key, id } = await makeKey(mia, { scopes: ['tools:call:github'] });
    const me = await hub.withKey(key).request(getMe, {});
    expect(me).toMatchObject({
      login: 'mia',
      level: 'trusted',
      scopes: ['tools:call:github'],
      permissions: [],
      credential: { kind: 'api-key', id },
    });
    const kept = JSON.stringify(await hub.rows.selectFrom('directory_keys').selectAll().execute());
    expect(kept).not.toContain(key);
    expect(kept).not.toContain(key.split('_')[3]);
    const { items } = await mia.request(listKeys, { query });
    expect(items).toMatchObject([
      { id, scopes: ['tools:call:github'], subject: { kind: 'user', name: 'mia' } },
    ]);
    expect((items[0]?.expiresAt ?? 0) - (items[0]?.createdAt ?? 0)).toBe(90 * dayMs);
    expect(items[0]?.lastUsedAt).toBeGreaterThan(0);
  });

  test('a program makes a key only where that was allowed by name, and never one that may more than its token', async () => {
    const token = (scopes: readonly string[]) =>
      hub.as({ id: cast.admin.id, scopes: [...scopes], grant: 'trusted' });
    const body = { name: 'test', scopes: ['tools:call'] };
    await expect(token(['tools:call']).request(addKey, { query, body })).rejects.toMatchObject({
      code: 'insufficient_scope',
      details: { scopes: ['keys:write'] },
    });
    const allowed = token(['tools:call', 'keys:write']);
    const lifeMs = 366 * dayMs;
    const { key, item } = await allowed.request(addKey, { query, body: { ...body, lifeMs } });
    expect(item.expiresAt - item.createdAt).toBe(90 * dayMs);
    expect(await hub.withKey(key).request(getMe, {})).toMatchObject({
      level: 'trusted',
      scopes: ['tools:call'],
    });
    for (const more of [{ scopes: ['audit:read'] }, { grant: 'anchor' as const }])
      await expect(allowed.request(addKey, { query, body: { ...body, ...more } })).rejects.toMatchObject({
        code: 'forbidden',
      });
  });

  test('a person sees and revokes their own keys only, and a revoked one is worth nothing at once', async () => {
    const mia = hub.as({ id: cast.member.id });
    const { key, id } = await makeKey(hub.owner, { service: 'robot', scopes: ['tools:call'] });
    expect(await hub.withKey(key).request(getMe, {})).toMatchObject({ kind: 'service', name: 'robot' });
    for (const attempt of [
      mia.request(getKey, { query, params: { key: id } }),
      mia.request(revokeKey, { query, params: { key: id } }),
    ])
      await expect(attempt).rejects.toMatchObject({ code: 'not_found' });
    await expect(mia.request(listKeys, { query: { all: 'true' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await hub.owner.request(revokeKey, { query, params: { key: id } });
    await expect(hub.withKey(key).request(getMe, {})).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('a key of somebody who is shut out is worth nothing at once, and again something when they are back', async () => {
    const { key } = await makeKey(hub.as({ id: cast.member.id }), { scopes: ['tools:call'] });
    const { key: machine } = await makeKey(hub.owner, { service: 'robot', scopes: ['tools:call'] });
    const set = async (isActive: boolean): Promise<void> => {
      await hub.owner.request(changePerson, { query, params: { person: 'mia' }, body: { isActive } });
      await hub.owner.request(changeService, { query, params: { service: 'robot' }, body: { isActive } });
    };
    await set(false);
    for (const each of [key, machine])
      await expect(hub.withKey(each).request(getMe, {})).rejects.toMatchObject({ code: 'unauthenticated' });
    await set(true);
    expect(await hub.withKey(key).request(getMe, {})).toMatchObject({ login: 'mia' });
    expect(await hub.withKey(machine).request(getMe, {})).toMatchObject({ name: 'robot' });
  });

  test('a key is worth nothing from another address, after its time, or with another secret', async () => {
    const { key: far } = await makeKey(hub.owner, {
      service: 'robot',
      scopes: ['tools:call'],
      addresses: ['192.0.2.0/24'],
    });
    expect(await hub.directory.principalOfKey(far, '192.0.2.9')).toMatchObject({ id: cast.robot.id });
    expect(await hub.directory.principalOfKey(far, '198.51.100.9')).toBeUndefined();
    expect(await hub.directory.principalOfKey(far, undefined)).toBeUndefined();
    const { key: old, id } = await makeKey(hub.owner, { service: 'robot', scopes: ['tools:call'] });
    await hub.rows.updateTable('directory_keys').set({ expires_at: 1 }).where('id', '=', id).execute();
    expect(await hub.directory.principalOfKey(old, '127.0.0.1')).toBeUndefined();
    const { mintKey } = await import('../../src/key/key-text.ts');
    expect(await hub.directory.principalOfKey(mintKey(id), '127.0.0.1')).toBeUndefined();
  });

  test('a key made with a key does not outlive it, and the owner key is nobody who holds keys', async () => {
    const mia = hub.as({ id: cast.member.id });
    const body = { name: 'short', scopes: ['tools:call'], lifeMs: dayMs };
    const { key, item } = await mia.request(addKey, { query, body });
    const child = await hub.withKey(key).request(addKey, { query, body: { ...body, lifeMs: 30 * dayMs } });
    expect(child.item.expiresAt).toBe(item.expiresAt);
    await expect(hub.owner.request(addKey, { query, body })).rejects.toMatchObject({
      code: 'invalid_params',
    });
  });
});
