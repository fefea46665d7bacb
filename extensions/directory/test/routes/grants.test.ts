import {
  addInvitation,
  addKey,
  addPerson,
  addRole,
  addService,
  addTeam,
  changeMember,
  changePerson,
  changeRole,
  changeService,
  joinTeam,
  linkIdentity,
  removeMember,
  removePerson,
  setPersonPassword,
} from '@signalbox/api';
import type { Client } from '@signalbox/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, makeCast } from '../support/people.ts';
import { type DirectoryHub, startDirectoryHub } from '../support/start-directory-hub.ts';
import { describeStores, type TestStore } from '../support/test-stores.ts';

type Attempt = (client: Client, cast: Cast) => Promise<unknown>;

const query = {};
const password = 'correct battery horse';

/** What an administrator who is no owner tries to give or to take. */
const beyondAnAdmin: readonly (readonly [string, Attempt])[] = [
  ['add an owner', (c) => c.request(addPerson, { query, body: { login: 'new', roles: ['owner'] } })],
  ['invite an owner', (c) => c.request(addInvitation, { query, body: { roles: ['owner'] } })],
  [
    'make themselves an owner',
    (c, { admin }) =>
      c.request(changeMember, { query, params: { person: admin.id }, body: { roles: ['owner', 'admin'] } }),
  ],
  [
    'make a member an owner',
    (c, { member }) =>
      c.request(changeMember, { query, params: { person: member.id }, body: { roles: ['owner'] } }),
  ],
  [
    'demote an owner',
    (c, { owner }) =>
      c.request(changeMember, { query, params: { person: owner.id }, body: { roles: ['viewer'] } }),
  ],
  [
    'shut an owner out',
    (c, { owner }) =>
      c.request(changePerson, { query, params: { person: owner.id }, body: { isActive: false } }),
  ],
  ['remove an owner', (c, { owner }) => c.request(removePerson, { query, params: { person: owner.id } })],
  [
    'end the membership of an owner',
    (c, { owner }) => c.request(removeMember, { query, params: { person: owner.id } }),
  ],
  [
    'sign in as an owner from elsewhere',
    (c, { owner }) =>
      c.request(linkIdentity, {
        query,
        params: { person: owner.id },
        body: { issuer: 'https://id.example', subject: 'admin' },
      }),
  ],
  [
    'set the password of an owner',
    (c, { owner }) =>
      c.request(setPersonPassword, { query, params: { person: owner.id }, body: { password } }),
  ],
  [
    'put an owner into a team',
    async (c, { owner }) => c.request(joinTeam, { query, params: { team: 'ops', person: owner.id } }),
  ],
  [
    'make a key for an owner',
    (c, { owner }) =>
      c.request(addKey, { query, body: { name: 'k', user: owner.id, scopes: ['tools:call'] } }),
  ],
  [
    'add a role that administers the hub',
    (c) => c.request(addRole, { query, body: { name: 'super', permissions: ['admin:system'] } }),
  ],
  [
    'widen a role to administer the hub',
    (c) =>
      c.request(changeRole, { query, params: { role: 'watcher' }, body: { permissions: ['admin:system'] } }),
  ],
  [
    'add a service account that owns',
    (c) => c.request(addService, { query, body: { name: 'boss', roles: ['owner'] } }),
  ],
  [
    'make a service account an owner',
    (c, { robot }) =>
      c.request(changeService, { query, params: { service: robot.id }, body: { roles: ['owner'] } }),
  ],
  [
    'make a key that administers the hub',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['admin:system'] } }),
  ],
];

/** What a member tries, who may use tools and nothing more. */
const beyondAMember: readonly (readonly [string, Attempt])[] = [
  [
    'make a key for another',
    (c, { admin }) =>
      c.request(addKey, { query, body: { name: 'k', user: admin.id, scopes: ['tools:call'] } }),
  ],
  [
    'make a key for a machine',
    (c) => c.request(addKey, { query, body: { name: 'k', service: 'robot', scopes: ['tools:call'] } }),
  ],
  [
    'make a key with a scope beyond their roles',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['audit:read'] } }),
  ],
  [
    'make a key above their level',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['tools:call'], grant: 'anchor' } }),
  ],
  ['add a person', (c) => c.request(addPerson, { query, body: { login: 'new' } })],
  ['add a role', (c) => c.request(addRole, { query, body: { name: 'mine', permissions: [] } })],
];

/** What an administrator tries whose credential was given for less. */
const beyondATrustedToken: readonly (readonly [string, Attempt])[] = [
  [
    'make a key at level anchor',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['tools:call'], grant: 'anchor' } }),
  ],
  [
    'make a key beyond the scopes',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['audit:read'] } }),
  ],
  [
    'make a key for every upstream out of one for one',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['tools:call'] } }),
  ],
  [
    'make a key for another upstream',
    (c) => c.request(addKey, { query, body: { name: 'k', scopes: ['tools:call:mail'] } }),
  ],
];

describeStores((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  let cast: Cast;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
    cast = await makeCast(hub);
    await hub.owner.request(addTeam, { query, body: { name: 'ops' } });
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test.each(beyondAnAdmin)('an administrator who is no owner cannot %s', async (_, attempt) => {
    await expect(attempt(hub.as({ id: cast.admin.id }), cast)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each(beyondAMember)('a member cannot %s', async (_, attempt) => {
    await expect(attempt(hub.as({ id: cast.member.id }), cast)).rejects.toMatchObject({ code: 'forbidden' });
  });

  test.each(beyondATrustedToken)(
    'a token for one upstream at level trusted cannot %s',
    async (_, attempt) => {
      const client = hub.as({
        id: cast.admin.id,
        scopes: ['tools:call:github', 'keys:write'],
        grant: 'trusted',
      });
      await expect(attempt(client, cast)).rejects.toMatchObject({ code: 'forbidden' });
    },
  );

  test('within what they may themselves, an administrator gives and takes', async () => {
    const ada = hub.as({ id: cast.admin.id });
    const made = await ada.request(addPerson, { query, body: { login: 'max', roles: ['member'] } });
    expect(made).toMatchObject({ login: 'max', roles: ['member'], level: 'trusted', isActive: true });
    const params = { person: 'max' };
    expect(
      await ada.request(changeMember, { query, params, body: { roles: ['auditor', 'watcher'] } }),
    ).toMatchObject({ roles: ['auditor', 'watcher'] });
    await expect(
      ada.request(changeMember, { query, params, body: { roles: ['nothing'] } }),
    ).rejects.toMatchObject({
      code: 'invalid_params',
    });
    await ada.request(joinTeam, { query, params: { team: 'ops', person: 'max' } });
    await ada.request(removePerson, { query, params });
  });

  test('the last owner stays, active and an owner', async () => {
    const owner = hub.as({ id: cast.owner.id });
    const params = { person: cast.owner.id };
    const attempts: readonly (() => Promise<unknown>)[] = [
      () => owner.request(removePerson, { query, params }),
      () => owner.request(removeMember, { query, params }),
      () => owner.request(changePerson, { query, params, body: { isActive: false } }),
      () => owner.request(changeMember, { query, params, body: { isActive: false } }),
      () => owner.request(changeMember, { query, params, body: { roles: ['admin'] } }),
    ];
    for (const attempt of attempts)
      await expect(attempt()).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('the last owner of the organization "local"'),
      });
    await owner.request(changeMember, { query, params: { person: 'ada' }, body: { roles: ['owner'] } });
    const both = await Promise.allSettled([
      owner.request(changeMember, { query, params, body: { roles: ['admin'] } }),
      hub
        .as({ id: cast.admin.id })
        .request(changeMember, { query, params: { person: 'ada' }, body: { roles: ['admin'] } }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });
});
