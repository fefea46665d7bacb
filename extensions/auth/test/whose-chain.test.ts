import { addOrganization, addPerson, changePerson, removeMember, removePerson } from '@signalbox/api';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { type FederationHub, startFederationHub } from './support/start-federation-hub.ts';
import { told, toldLines } from './support/told.ts';

const password = 'correct battery horse';
const query = { org: 'acme' };

/** Somebody of one organization, who is signed in. */
async function addSignedIn({ owner, url }: FederationHub): Promise<string> {
  await owner.request(addOrganization, { body: { id: 'acme', name: 'Acme' } });
  const { id } = await owner.request(addPerson, { query, body: { login: 'gus', password } });
  await signIn(url);
  return id;
}

async function signIn(url: string): Promise<void> {
  const browser = new TestBrowser(url);
  await browser.submit(await browser.go('/sign-in'), 'sign-in', { login: 'gus', password });
}

/** What an organization is told of sessions, when there is as much as that. */
const sessionsOf = async ({ hub: test }: FederationHub, count: number) => {
  await expect.poll(async () => (await told(test, { ...query, kind: 'session' })).length).toBe(count);
  return toldLines(test, { ...query, kind: 'session' });
};

test('who is shut out is told of in their organization and nowhere else, with the login', async () => {
  await using hub = await startFederationHub();
  const id = await addSignedIn(hub);
  const isActive = false;
  await hub.owner.request(changePerson, { query, params: { person: 'gus' }, body: { isActive } });
  await sessionsOf(hub, 2);
  await signIn(hub.url);
  expect(await sessionsOf(hub, 3)).toEqual([
    `sign-in ${id} password ok`,
    `end ${id} session ok subject-ended`,
    `sign-in ${id} password denied shut-out`,
  ]);
  const [, , refused] = await told(hub.hub, { ...query, kind: 'session' });
  expect(refused?.args).toBe('{"login":"gus"}');
  expect(await told(hub.hub, { kind: 'session' })).toEqual([]);
});

test('the end of a session is told where its beginning was, also when its person is removed', async () => {
  await using hub = await startFederationHub();
  const id = await addSignedIn(hub);
  await hub.owner.request(removePerson, { query, params: { person: 'gus' } });
  expect(await sessionsOf(hub, 2)).toEqual([
    `sign-in ${id} password ok`,
    `end ${id} session ok subject-ended`,
  ]);
  expect(await told(hub.hub, { kind: 'session' })).toEqual([]);
});

test('who belongs nowhere any more is told of without the login', async () => {
  await using hub = await startFederationHub();
  await addSignedIn(hub);
  await hub.owner.request(removeMember, { query, params: { person: 'gus' } });
  await sessionsOf(hub, 2);
  const browser = new TestBrowser(hub.url);
  await browser.submit(await browser.go('/sign-in'), 'sign-in', { login: 'gus', password: 'wrong' });
  const [refused] = await told(hub.hub, { kind: 'session' });
  expect(refused).toMatchObject({ decision: { reason: 'wrong-password' }, args: '{}' });
});
