import { addRule, addService, changeService, listRules, removeRule, removeService } from '@signalbox/api';
import { firstRule, policyChanged } from '@signalbox/policy';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DirectoryHub, nextChange, startDirectoryHub } from './support/start-directory-hub.ts';
import { describeStores, type TestStore } from './support/test-stores.ts';
import { untold } from './support/untold.ts';

const credential = { kind: 'session', id: 's1' } as const;

describeStores((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  let ann: string;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test('a new hub has one organization, whose policy allows what roles permit, and no owner', async () => {
    expect(await hub.directory.needsFirstOwner()).toBe(true);
    expect(hub.policies.of('local').version).toBe('local-1');
    const owner = { kind: 'user', id: 'x', org: 'local', level: 'anchor', roles: ['owner'] } as const;
    expect(
      hub.policies
        .of('local')
        .of(owner)
        .rules.map(({ id }) => id),
    ).toEqual(['what-roles-permit']);
    const { items } = await hub.owner.request(listRules, { query: {} });
    expect(items).toEqual([firstRule]);
    expect(hub.policies.of('nowhere').of(owner).rules).toEqual([]);
  });

  test('the link makes the first owner once, and no other token does', async () => {
    const { directory, setupToken = '' } = hub;
    await expect(
      directory.createFirstOwner('0'.repeat(40), { login: 'eve', name: 'Eve' }, untold),
    ).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    const owner = { login: 'Ann', name: 'Ann', password: 'correct battery horse' };
    const outcomes = await Promise.allSettled([
      directory.createFirstOwner(setupToken, owner, untold),
      directory.createFirstOwner(setupToken, { ...owner, login: 'ann2' }, untold),
    ]);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    await expect(
      directory.createFirstOwner(setupToken, { login: 'eve', name: 'Eve' }, untold),
    ).rejects.toMatchObject({
      code: 'unauthenticated',
    });
    expect(await directory.needsFirstOwner()).toBe(false);
    const first = (await directory.findPersonByLogin('ann')) ?? (await directory.findPersonByLogin('ann2'));
    ann = first?.id ?? '';
    expect(await directory.memberships(ann)).toEqual([
      { org: 'local', orgName: 'local', roles: ['owner'], level: 'anchor' },
    ]);
  });

  test('a password is right for its person only, and after five wrong ones not even that', async () => {
    const { directory } = hub;
    const login = (await directory.findPerson(ann))?.login ?? '';
    expect(
      await directory.judgePassword(` ${login.toUpperCase()} `, 'correct battery horse', '::1'),
    ).toMatchObject({ person: { id: ann, hasPassword: true } });
    for (let count = 1; count <= 5; count++)
      expect(await directory.judgePassword(login, 'wrong battery horse', '::1')).toMatchObject({
        reason: 'wrong-password',
        known: { id: ann },
        usedUp: count < 5 ? [] : ['account'],
      });
    await expect(directory.judgePassword(login, 'correct battery horse', '::2')).rejects.toMatchObject({
      code: 'rate_limited',
    });
    expect(await directory.judgePassword('nobody', 'correct battery horse', '::2')).toEqual({
      reason: 'unknown-login',
      usedUp: [],
    });
  });

  test('a principal is one object until something changes, then at once another', async () => {
    const { directory } = hub;
    const subject = { kind: 'user', id: ann, org: 'local' } as const;
    const first = await directory.principalOf(subject, { credential });
    expect(first).toEqual({
      ...subject,
      level: 'anchor',
      roles: ['owner'],
      teams: [],
      credential,
    });
    expect(directory.principalOf(subject, { credential })).toBe(first);
    const other = await directory.principalOf(subject, {
      credential,
      scopes: ['tools:call'],
      grant: 'public',
    });
    expect(other).toMatchObject({ scopes: ['tools:call'], grant: 'public' });
    const heard = nextChange(hub.events);
    await directory.setFederatedRoles(
      ann,
      { org: 'local', roles: ['auditor'], issuer: 'https://id.example' },
      untold,
    );
    expect(await heard).toEqual({ org: 'local', subject: ann, isRevocation: false });
    const second = await directory.principalOf(subject, { credential });
    expect(second).toMatchObject({ roles: ['auditor', 'owner'] });
    expect(await directory.principalOf({ ...subject, org: 'elsewhere' }, { credential })).toBeUndefined();
    expect(await directory.principalOf({ ...subject, id: 'nobody' }, { credential })).toBeUndefined();
  });

  test('an identity of another provider belongs to one person, and its groups give roles and take them back', async () => {
    const { directory } = hub;
    const identity = { issuer: 'https://id.example', subject: '42' };
    expect(await directory.findPersonByIdentity(identity)).toBeUndefined();
    const bob = await directory.linkIdentity(identity, { login: 'bob', name: 'Bob' }, untold);
    expect(await directory.findPersonByIdentity(identity)).toEqual(bob);
    await expect(directory.linkIdentity(identity, { id: ann }, untold)).rejects.toMatchObject({
      code: 'conflict',
    });
    expect(await directory.memberships(bob.id)).toEqual([]);
    await directory.setFederatedRoles(
      bob.id,
      { org: 'local', roles: ['admin'], issuer: identity.issuer },
      untold,
    );
    expect(await directory.memberships(bob.id)).toMatchObject([{ roles: ['admin'], level: 'anchor' }]);
    await directory.setFederatedRoles(bob.id, { org: 'local', roles: [], issuer: identity.issuer }, untold);
    expect(await directory.memberships(bob.id)).toMatchObject([{ roles: [], level: 'trusted' }]);
    await expect(
      directory.setFederatedRoles(
        'nobody',
        { org: 'local', roles: ['admin'], issuer: 'https://x.example' },
        untold,
      ),
    ).rejects.toMatchObject({ code: 'not_found' });
  });

  test('an identity is taken away with its roles and nothing else, unless it is the only way in', async () => {
    const { directory } = hub;
    const [first, second] = ['https://one.example', 'https://two.example'].map((issuer) => ({
      issuer,
      subject: '7',
    }));
    if (!first || !second) throw new TypeError('two identities are needed');
    const { id } = await directory.linkIdentity(first, { login: 'cleo', name: 'Cleo' }, untold);
    await directory.linkIdentity(second, { id }, untold);
    expect(await directory.identities(id)).toMatchObject([first, second]);
    await directory.setFederatedRoles(id, { org: 'local', roles: ['viewer'], issuer: first.issuer }, untold);
    await directory.setFederatedRoles(
      id,
      { org: 'local', roles: ['auditor'], issuer: second.issuer },
      untold,
    );
    await expect(directory.unlinkIdentity(ann, first)).rejects.toMatchObject({ code: 'not_found' });
    const heard = nextChange(hub.events);
    await directory.unlinkIdentity(id, first);
    expect(await heard).toEqual({ subject: id, isRevocation: true });
    expect(await directory.findPersonByIdentity(first)).toBeUndefined();
    expect(await directory.memberships(id)).toMatchObject([{ roles: ['auditor'] }]);
    await expect(directory.unlinkIdentity(id, second)).rejects.toMatchObject({ code: 'conflict' });
    expect(await directory.identities(id)).toMatchObject([second]);
  });

  test('a passkey is found by its id, and one whose counter goes back is refused', async () => {
    const { directory } = hub;
    const passkey = {
      id: 'cGFzc2tleQ',
      publicKey: 'a2V5',
      counter: 3,
      transports: ['internal'],
      label: 'laptop',
      createdAt: 1,
    };
    await directory.addPasskey(ann, passkey);
    await expect(directory.addPasskey(ann, passkey)).rejects.toMatchObject({ code: 'conflict' });
    expect(await directory.passkeys(ann)).toEqual([passkey]);
    await directory.usePasskey(passkey.id, 4);
    await expect(directory.usePasskey(passkey.id, 4)).rejects.toMatchObject({ code: 'conflict' });
    expect(await directory.findPasskey(passkey.id)).toMatchObject({
      person: { id: ann, hasPasskey: true },
      passkey: { counter: 4 },
    });
    expect(await directory.findPasskey('bm9uZQ')).toBeUndefined();
  });

  test('a policy is another as soon as the change is answered, and one that cannot be read allows nothing', async () => {
    const before = hub.policies.of('local').version;
    const heard = new Promise((resolve) => hub.events.on(policyChanged, resolve));
    await hub.rows
      .insertInto('directory_rules')
      .values({ org: 'local', id: 'broken', definition: '{' })
      .execute();
    await hub.owner.request(addRule, {
      query: {},
      body: { id: 'no-mail', effect: 'deny', what: { upstreams: ['mail'] } },
    });
    expect(await heard).toEqual({ org: 'local' });
    expect(hub.policies.of('local').version).not.toBe(before);
    const owner = { kind: 'user', id: 'x', org: 'local', level: 'anchor', roles: ['owner'] } as const;
    expect(hub.policies.of('local').of(owner).rules).toEqual([]);
    await hub.owner.request(removeRule, { query: {}, params: { rule: 'broken' } });
    expect(
      hub.policies
        .of('local')
        .of(owner)
        .rules.map(({ id }) => id),
    ).toEqual(['no-mail', 'what-roles-permit']);
  });

  test('a service account is there until it is removed, active or not, and no person is one', async () => {
    const query = {};
    const body = { name: 'weaver', roles: ['member'] };
    const { id } = await hub.owner.request(addService, { query, body });
    await hub.owner.request(changeService, { query, params: { service: id }, body: { isActive: false } });
    expect([await hub.directory.hasService(id), await hub.directory.hasService(ann)]).toEqual([true, false]);
    await hub.owner.request(removeService, { query, params: { service: id } });
    expect(await hub.directory.hasService(id)).toBe(false);
  });
});
