import { randomBytes, randomUUID } from 'node:crypto';
import {
  addInvitation,
  addPerson,
  changeMember,
  changePerson,
  setMyPassword,
  setPersonPassword,
} from '@signalbox/api';
import { auditReader, silentLog, systemClock } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PasswordHasher } from '../src/password/password-hasher.ts';
import { WrongAttempts } from '../src/password/wrong-attempts.ts';
import { judgePassword } from '../src/people/judge-password.ts';
import { DirectoryChanges } from '../src/store/directory-changes.ts';
import { type DirectoryHub, startDirectoryHub } from './support/start-directory-hub.ts';
import { describeStores, type TestStore } from './support/test-stores.ts';
import { untold } from './support/untold.ts';

const query = {};
const password = 'correct battery horse';

describeStores((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
    await hub.owner.request(addPerson, { query, body: { login: 'ann', password } });
    await hub.owner.request(addPerson, { query, body: { login: 'out', password } });
    await hub.owner.request(addPerson, { query, body: { login: 'bare' } });
    await hub.owner.request(changePerson, { query, params: { person: 'out' }, body: { isActive: false } });
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test.each([
    ['a right password', 'ann', password],
    ['a wrong password', 'ann', 'wrong battery horse'],
    ['an unknown login', 'nobody', password],
    ['somebody who is shut out', 'out', password],
    ['somebody without a password', 'bare', password],
    ['a password longer than any', 'ann', 'x'.repeat(10_000)],
    ['an empty password', 'ann', ''],
    ['a login no one can have', '\u0000'.padEnd(5_000, '%').slice(1), password],
  ])('%s costs one derivation', async (_, login, typed) => {
    let runs = 0;
    const hasher = new PasswordHasher(async () => {
      runs += 1;
      return randomBytes(32);
    });
    const node = { clock: systemClock, log: silentLog, node: randomUUID() };
    const changes = new DirectoryChanges(
      { ...node, database: hub.test.hub.services.get(database) },
      async () => undefined,
    );
    const parts = {
      changes,
      hasher,
      attempts: new WrongAttempts(hub.test.hub.services.get(database), systemClock),
    };
    const checked = await judgePassword(parts, { login, password: typed, address: '::1' });
    expect(checked.person).toBeUndefined();
    expect(runs).toBe(1);
    // What was tried with a hasher of the test's own is nobody's.
    await hub.rows.deleteFrom('directory_wrong_attempts').execute();
  });

  test('an invitation makes one person a member, however many try at once', async () => {
    const { token } = await hub.owner.request(addInvitation, { query, body: { roles: ['viewer'] } });
    expect(await hub.directory.findInvitation(token)).toEqual({ orgName: 'local', roles: ['viewer'] });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        hub.directory.acceptInvitation(token, { login: `guest${index}`, name: 'Guest' }, untold),
      ),
    );
    const made = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(made).toHaveLength(1);
    for (const each of outcomes)
      if (each.status === 'rejected') expect(each.reason).toMatchObject({ code: 'not_found' });
    expect(await hub.directory.memberships(made[0]?.id ?? '')).toMatchObject([{ roles: ['viewer'] }]);
    expect(await hub.directory.findInvitation(token)).toBeUndefined();
  });

  test('an invitation that has expired, or that nobody made, is not there', async () => {
    const { token, item } = await hub.owner.request(addInvitation, { query, body: {} });
    expect(item.expiresAt - item.createdAt).toBe(7 * 86_400_000);
    await hub.rows
      .updateTable('directory_invitations')
      .set({ expires_at: 1 })
      .where('id', '=', item.id)
      .execute();
    for (const each of [token, 'f'.repeat(40)])
      await expect(
        hub.directory.acceptInvitation(each, { login: 'late', name: 'Late' }, untold),
      ).rejects.toMatchObject({ code: 'not_found' });
  });

  test('what an administrator has invited to goes with their roles', async () => {
    const admin = await hub.owner.request(addPerson, { query, body: { login: 'ada', roles: ['admin'] } });
    const ada = hub.as({ id: admin.id });
    const { token } = await ada.request(addInvitation, { query, body: { roles: ['admin'] } });
    const { token: other } = await hub.owner.request(addInvitation, { query, body: {} });
    await hub.owner.request(changeMember, { query, params: { person: 'ada' }, body: { roles: ['member'] } });
    expect(await hub.directory.findInvitation(token)).toBeUndefined();
    expect(await hub.directory.findInvitation(other)).toMatchObject({ roles: ['member'] });
  });

  test('who is a member already cannot accept, and the invitation stays for another', async () => {
    const { token } = await hub.owner.request(addInvitation, { query, body: {} });
    const ann = await hub.directory.findPersonByLogin('ann');
    await expect(hub.directory.acceptInvitation(token, { id: ann?.id ?? '' }, untold)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(
      await hub.directory.acceptInvitation(token, { login: 'else', name: 'Else' }, untold),
    ).toMatchObject({
      login: 'else',
    });
  });

  test('a person sets their own password with the one before, and a first one in a session only', async () => {
    const ann = hub.as({ id: (await hub.directory.findPersonByLogin('ann'))?.id ?? '' });
    const bare = hub.as({ id: (await hub.directory.findPersonByLogin('bare'))?.id ?? '' });
    const next = 'another battery horse';
    await expect(
      ann.request(setMyPassword, { body: { current: 'wrong battery horse', password: next } }),
    ).rejects.toMatchObject({ code: 'forbidden' });
    await expect(ann.request(setMyPassword, { body: { password: next } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    // Strangers who guess hold up who signs in, and not who is known already.
    const attempts = new WrongAttempts(hub.test.hub.services.get(database), systemClock);
    for (let index = 0; index < 5; index++)
      await attempts.take({ login: 'ann', address: `192.0.2.${index}` });
    await ann.request(setMyPassword, { body: { current: password, password: next } });
    await hub.rows.deleteFrom('directory_wrong_attempts').execute();
    const filter = { org: 'local', limit: 10, action: 'setMyPassword', outcome: 'denied' };
    const entries = await hub.test.hub.services.get(auditReader).query(filter);
    // A wrong one and none are in the audit as changes that were not made.
    expect(entries.map(({ actor, code }) => `${actor.type} ${code}`)).toEqual([
      'user forbidden',
      'user forbidden',
    ]);
    expect(await hub.directory.judgePassword('ann', next, '::1')).toMatchObject({ person: { login: 'ann' } });
    await expect(bare.request(setMyPassword, { body: { password: next } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    await hub.owner.request(setPersonPassword, {
      query,
      params: { person: 'bare' },
      body: { password: next },
    });
    expect(await hub.directory.judgePassword('bare', next, '::1')).toMatchObject({
      person: { login: 'bare' },
    });
  });
});
