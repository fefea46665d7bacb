import {
  addOrganization,
  addRule,
  addTeam,
  allRoutes,
  changeOrganization,
  getMe,
  getPerson,
  linkIdentity,
  listOrganizations,
  listPeople,
  listRules,
  type RouteDescription,
  removeOrganization,
} from '@signalbox/api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cast, makeCast, makeKey } from '../support/people.ts';
import { type DirectoryHub, startDirectoryHub } from '../support/start-directory-hub.ts';
import { describeStores, type TestStore } from '../support/test-stores.ts';

const query = {};
const ofOneThing = allRoutes.filter(
  ({ path, tag }) =>
    path.includes('{') &&
    ['people', 'members', 'teams', 'services', 'keys', 'invitations', 'roles', 'rules'].includes(tag),
);

describeStores((makeStore) => {
  let store: TestStore;
  let hub: DirectoryHub;
  let cast: Cast;
  let token: string;
  beforeAll(async () => {
    store = makeStore();
    hub = await startDirectoryHub(store);
    cast = await makeCast(hub);
    await hub.owner.request(addTeam, { query, body: { name: 'ops' } });
    await hub.owner.request(addRule, { query, body: { id: 'local-only', effect: 'deny' } });
    const who = { id: cast.foreigner.id, org: 'acme' };
    token = `signed-in.${Buffer.from(JSON.stringify(who)).toString('base64url')}`;
  });
  afterAll(async () => {
    await hub[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  async function ask({ method, path, body }: RouteDescription, ids: Names): Promise<string> {
    const url = hub.test.url + path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'x');
    const identity = { issuer: 'https://id.example', subject: '1' };
    const search = path.endsWith('/identities') ? `?${new URLSearchParams(identity).toString()}` : '';
    const bodies: { readonly [id: string]: string } = {
      [`${method} /api/v1/rules/{rule}`]: JSON.stringify({ id: ids['rule'], effect: 'allow' }),
      [`${method} /api/v1/people/{person}/password`]: '{"password":"correct battery horse"}',
      [`${method} /api/v1/people/{person}/identities`]: JSON.stringify(identity),
      [`${method} /api/v1/roles/{role}`]: '{"permissions":[]}',
      [`${method} /api/v1/teams/{team}`]: '{"description":"x"}',
    };
    const response = await fetch(`${url}${method === 'DELETE' ? search : ''}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body ? { body: bodies[`${method} ${path}`] ?? '{}' } : {}),
    });
    const text = (await response.text()).replaceAll(new RegExp(Object.values(ids).join('|'), 'g'), 'ID');
    return `${response.status} ${text}`;
  }

  test.each(ofOneThing.map((each) => [`${each.method} ${each.path}`, each] as const))(
    'what belongs to another organization is to %s as what is not there, byte for byte',
    async (_, description) => {
      const { id: key } = await makeKey(hub.owner, { service: 'robot', scopes: ['tools:call'] });
      const theirs = {
        person: cast.member.id,
        team: 'ops',
        service: cast.robot.id,
        key,
        invitation: 'none',
        role: 'watcher',
        rule: 'local-only',
      };
      const nobodys = {
        person: 'nobody',
        team: 'none',
        service: 'nothing',
        key: 'nil',
        invitation: 'never',
        role: 'no-role',
        rule: 'no-rule',
      };
      const answer = await ask(description, theirs);
      expect(answer).toBe(await ask(description, nobodys));
      expect(answer).toMatch(/^404 /);
    },
  );

  test('the owner of another organization does not administer the hub, though the role names it', async () => {
    const fay = hub.as({ id: cast.foreigner.id, org: 'acme' });
    await expect(fay.request(listOrganizations, { query })).rejects.toMatchObject({ code: 'forbidden' });
    await expect(fay.request(addOrganization, { body: { id: 'mine' } })).rejects.toMatchObject({
      code: 'forbidden',
    });
    // A provider is the hub's: nobody else takes a subject before its owner comes.
    const body = { issuer: 'https://id.example', subject: '1' };
    await expect(fay.request(linkIdentity, { query, params: { person: 'fay' }, body })).rejects.toMatchObject(
      { code: 'forbidden' },
    );
    const foreign = fay.request(listPeople, { query: { org: 'local' } });
    const missing = fay.request(listPeople, { query: { org: 'nowhere' } });
    await expect(foreign).rejects.toMatchObject({
      message: 'there is no organization "local" here; check the name',
    });
    await expect(missing).rejects.toMatchObject({ code: 'not_found' });
    expect((await fay.request(listPeople, { query })).items.map(({ login }) => login)).toEqual(['fay']);
    expect((await fay.request(listRules, { query })).items.map(({ id }) => id)).toEqual([
      'what-roles-permit',
    ]);
  });

  test('who administers the hub sees every organization, and a page of people continues where it ended', async () => {
    const { items } = await hub.owner.request(listOrganizations, { query });
    expect(items.map(({ id, members }) => [id, members])).toEqual([
      ['acme', 1],
      ['local', 3],
    ]);
    const first = await hub.owner.request(listPeople, { query: { limit: 2 } });
    expect(first).toMatchObject({ items: [{ login: 'ada' }, { login: 'mia' }], nextCursor: 'mia' });
    expect(await hub.owner.request(listPeople, { query: { limit: 2, cursor: 'mia' } })).toMatchObject({
      items: [{ login: 'owen' }],
    });
    expect(
      await hub.owner.request(getPerson, { query: { org: 'acme' }, params: { person: 'fay' } }),
    ).toMatchObject({
      id: cast.foreigner.id,
    });
  });

  test('nobody of an organization that is shut out, and nobody of one that is gone, gets in', async () => {
    const fay = hub.as({ id: cast.foreigner.id, org: 'acme' });
    expect(await fay.request(getMe, {})).toMatchObject({ login: 'fay', org: 'acme', level: 'anchor' });
    const params = { org: 'acme' };
    await hub.owner.request(changeOrganization, { params, body: { isActive: false } });
    await expect(fay.request(getMe, {})).rejects.toMatchObject({ code: 'unauthenticated' });
    await hub.owner.request(changeOrganization, { params, body: { isActive: true } });
    expect(await fay.request(getMe, {})).toMatchObject({ login: 'fay' });
    await hub.owner.request(removeOrganization, { params });
    await expect(fay.request(getMe, {})).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(hub.policies.of('acme').version).toBe('none');
    await expect(hub.owner.request(addOrganization, { body: { id: 'acme' } })).rejects.toMatchObject({
      code: 'conflict',
      message:
        'there was an organization "acme", and the audit still tells of it; its id is not given again, choose another',
    });
    await expect(hub.owner.request(removeOrganization, { params: { org: 'local' } })).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

type Names = { readonly [name: string]: string };
