import {
  addOrganization,
  addPerson,
  addRule,
  changeMember,
  changePerson,
  getMe,
  removeOrganization,
} from '@signalbox/api';
import { policyChanged } from '@signalbox/policy';
import { organizationRemoved } from '@signalbox/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DirectoryHub, nextChange, startDirectoryHub } from './support/start-directory-hub.ts';
import { describePostgres, type TestStore } from './support/test-stores.ts';

const query = {};
const credential = { kind: 'session', id: 's1' } as const;

describePostgres((makeStore) => {
  let store: TestStore;
  let [one, two]: DirectoryHub[] = [];
  let person: string;
  beforeAll(async () => {
    store = makeStore();
    [one, two] = [await startDirectoryHub(store), await startDirectoryHub(store)];
    // What the tests wait for is a change of their own.
    const heard = nextChange(two.events);
    person = (await one.owner.request(addPerson, { query, body: { login: 'pia' } })).id;
    await heard;
  });
  afterAll(async () => {
    await one?.[Symbol.asyncDispose]();
    await two?.[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  });

  test('what one node changes of a person the other hears of, and knows the person anew', async () => {
    if (!one || !two) throw new TypeError('the nodes did not start');
    const subject = { kind: 'user', id: person, org: 'local' } as const;
    const before = await two.directory.principalOf(subject, { credential });
    expect(two.directory.principalOf(subject, { credential })).toBe(before);
    const heard = nextChange(two.events);
    await one.owner.request(changeMember, { query, params: { person }, body: { roles: ['auditor'] } });
    expect(await heard).toEqual({ org: 'local', subject: person, isRevocation: false });
    expect(await two.directory.principalOf(subject, { credential })).toMatchObject({ roles: ['auditor'] });
  });

  test('who is shut out at one node is shut out at the other', async () => {
    if (!one || !two) throw new TypeError('the nodes did not start');
    const pia = two.as({ id: person });
    expect(await pia.request(getMe, {})).toMatchObject({ login: 'pia' });
    const heard = nextChange(two.events);
    await one.owner.request(changePerson, { query, params: { person }, body: { isActive: false } });
    expect(await heard).toEqual({ subject: person, isRevocation: true });
    await expect(pia.request(getMe, {})).rejects.toMatchObject({ code: 'unauthenticated' });
  });

  test('an organization that one node has removed is forgotten at the other, too', async () => {
    if (!one || !two) throw new TypeError('the nodes did not start');
    const { events } = two;
    await one.owner.request(addOrganization, { body: { id: 'acme' } });
    const steps: string[] = [];
    const heard = new Promise<void>((resolve) =>
      events.on(organizationRemoved, ({ org, step }) => {
        steps.push(`${step} of ${org}`);
        if (step === 'keys') resolve();
      }),
    );
    await one.owner.request(removeOrganization, { params: { org: 'acme' } });
    await heard;
    expect(steps).toEqual(['rows of acme', 'keys of acme']);
  });

  test('a rule of one node is in force at the other when it tells of it', async () => {
    if (!one || !two) throw new TypeError('the nodes did not start');
    const { events, policies } = two;
    const heard = new Promise<string>((resolve) =>
      events.on(policyChanged, ({ org }) => resolve(policies.of(org).version)),
    );
    await one.owner.request(addRule, { query, body: { id: 'quiet', effect: 'deny' } });
    expect(await heard).toBe(one.policies.of('local').version);
  });
});
