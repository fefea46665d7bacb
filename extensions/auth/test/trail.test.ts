import { auditReader } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { FakeClock } from '@signalbox/testkit';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { person } from './support/memory-directory.ts';
import { OAuthClient, postForm } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';
import { told, toldLines } from './support/told.ts';

const ada = { login: 'ada', password: 'ada-password-1' };
const inOrg = (org: string) => ({ org, orgName: org, roles: ['member'], level: 'trusted' }) as const;

async function signInWith(url: string, given: Record<string, string>, browser = new TestBrowser(url)) {
  return browser.submit(await browser.go('/sign-in'), 'sign-in', given);
}

test('who signs in and out is told of, with the session and the address', async () => {
  await using hub = await startAuthHub();
  const browser = new TestBrowser(hub.url);
  const account = await signInWith(hub.url, ada, browser);
  await browser.submit(account, 'sign-out');
  const [signedIn, signedOut] = await told(hub.hub, { kind: 'session' });
  expect(signedIn).toMatchObject({
    phase: 'outcome',
    action: 'sign-in',
    outcome: 'ok',
    actor: { type: 'user', id: 'person-ada' },
    target: { name: 'person-ada' },
    interface: 'browser',
    address: '127.0.0.1',
    auth: { method: 'password', amr: ['pwd'] },
  });
  expect(signedOut).toMatchObject({ action: 'sign-out', outcome: 'ok', decision: { reason: 'signed-out' } });
  expect(signedOut?.auth?.credentialId).toBe(signedIn?.auth?.credentialId);
  const cookie = browser.setCookies.find((each) => each.includes('signalbox-session=')) ?? '';
  const secret = cookie.split(';')[0]?.split('=')[1] ?? 'none';
  expect(secret.length).toBeGreaterThan(20);
  expect(JSON.stringify(await told(hub.hub))).not.toContain(secret);
});

test('a wrong password is told of with the login of a person who is known, and never with what was typed', async () => {
  await using hub = await startAuthHub();
  await signInWith(hub.url, { login: 'ada', password: 'not-her-password' });
  await signInWith(hub.url, { login: 'typed-password-here', password: 'x' });
  const entries = await told(hub.hub, { action: 'sign-in', outcome: 'denied' });
  expect(entries).toMatchObject([
    {
      actor: { type: 'anonymous' },
      target: { name: 'person-ada' },
      code: 'unauthenticated',
      decision: { effect: 'deny', reason: 'wrong-password' },
      args: '{"login":"ada"}',
      address: '127.0.0.1',
    },
    { target: { name: 'unknown' }, decision: { reason: 'unknown-login' }, args: '{}' },
  ]);
  expect(JSON.stringify(entries)).not.toMatch(/not-her-password|typed-password-here/);
});

test('each organization of a person is told, and no other', async () => {
  const people = [person('ada', { memberships: [inOrg('acme'), inOrg('beta')] }), person('bob')];
  await using hub = await startAuthHub({ people });
  await signInWith(hub.url, ada);
  await signInWith(hub.url, { ...ada, password: 'wrong' });
  for (const org of ['acme', 'beta'])
    expect(await toldLines(hub.hub, { org })).toEqual([
      'sign-in person-ada password ok',
      'sign-in person-ada password denied wrong-password',
    ]);
  expect(await told(hub.hub, { org: 'local' })).toEqual([]);
  expect(JSON.stringify(await told(hub.hub, { org: 'acme' }))).not.toContain('beta');
  expect(await hub.hub.hub.services.get(auditReader).verify('acme')).toMatchObject({ isIntact: true });
});

test('a sign-in that cannot be written down is refused, and leaves no session', async () => {
  await using hub = await startAuthHub();
  const store = hub.hub.hub.services.get(database).queries<{ auth_sessions: { id: string } }>();
  await sql`alter table audit_entries rename to away`.execute(store);
  const browser = new TestBrowser(hub.url);
  const refused = await signInWith(hub.url, ada, browser);
  expect(refused.response.status).toBe(503);
  expect(refused.text).toContain('nothing was done, because it cannot be written down');
  expect(await store.selectFrom('auth_sessions').select('id').execute()).toEqual([]);
  expect((await browser.go('/account')).url.pathname).toBe('/sign-in');
  await sql`alter table away rename to audit_entries`.execute(store);
  expect((await signInWith(hub.url, ada, browser)).url.pathname).toBe('/account');
});

test('what a person allows or refuses a client is told of with scopes and level', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  await client.authorize({ browser });
  const asked = await browser.go(client.request({ scope: 'tools:list resources:read' }));
  await browser.submit(asked, 'deny');
  // What was allowed within 30 days is allowed again without a question.
  await browser.go(client.request());
  const entries = await told(hub.hub, { kind: 'consent', target: 'client-test' });
  expect(entries.map(({ action, decision }) => `${action} ${decision?.reason}`)).toEqual([
    'allow asked',
    'refuse refused',
    'allow remembered',
  ]);
  const [allowed, refused] = entries;
  expect(allowed).toMatchObject({
    actor: { type: 'user', id: 'person-ada', level: 'trusted' },
    client: { id: 'client-test', name: 'Test client' },
    outcome: 'ok',
  });
  expect(JSON.parse(allowed?.args ?? '')).toMatchObject({
    scopes: ['tools:list', 'tools:call'],
    level: 'trusted',
    resource: `${hub.url}/mcp`,
  });
  expect(refused).toMatchObject({ outcome: 'denied', code: 'forbidden' });
  expect(JSON.parse(refused?.args ?? '')).toMatchObject({ scopes: ['tools:list', 'resources:read'] });
});

test('a refresh token shown twice is told of once, however often it is shown', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const first = await client.signIn();
  await client.refresh(first.refresh);
  for (let count = 0; count < 3; count++) await client.refresh(first.refresh);
  const entries = await told(hub.hub, { kind: 'tokens' });
  expect(entries).toMatchObject([
    {
      action: 'revoke',
      interface: 'oauth',
      actor: { type: 'anonymous' },
      onBehalfOf: [{ id: 'person-ada' }],
      client: { id: 'client-test' },
      decision: { reason: 'reused' },
      address: '127.0.0.1',
    },
  ]);
  expect(JSON.stringify(await told(hub.hub))).not.toContain(first.refresh);
});

test('tokens that are given back or taken back are told as such', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  const { refresh } = await client.signIn({ browser });
  await postForm(`${hub.url}/oauth/revoke`, { token: refresh, client_id: client.id });
  await client.signIn({ browser });
  await browser.submit(await browser.go('/account'), 'end-grant');
  expect(await toldLines(hub.hub, { kind: 'tokens' })).toEqual([
    'revoke client-test ok returned',
    'revoke client-test ok taken-back',
  ]);
});

test('a person who is shut out loses sessions and grants, and that is told of', async () => {
  await using hub = await startAuthHub();
  await new OAuthClient(hub.url).signIn();
  hub.town.change('person-ada', true);
  const lines = async () => [
    ...(await toldLines(hub.hub, { action: 'end' })),
    ...(await toldLines(hub.hub, { action: 'revoke' })),
  ];
  await expect
    .poll(lines)
    .toEqual(['end person-ada session ok subject-ended', 'revoke client-test ok subject-ended']);
});

test('a device that is connected is told of as a sign-in, and so is a code that is not good', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const begun = (await postForm(`${hub.url}/oauth/device/auth`, { client_id: client.id })).body;
  const browser = new TestBrowser(hub.url);
  const entry = await browser.go(String(begun['verification_uri']));
  const wrong = await browser.submit(entry, '', { user_code: 'BBBB-BBBB' });
  const confirm = await browser.submit(wrong, '', { user_code: String(begun['user_code']) });
  await client.answer(browser, await browser.submit(confirm, 'yes'));
  await client.token({
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: String(begun['device_code']),
    client_id: client.id,
  });
  expect(await toldLines(hub.hub)).toEqual([
    'sign-in unknown device-code denied unknown-code',
    'sign-in person-ada password ok',
    'allow client-test session ok asked',
    'sign-in person-ada device-code ok',
  ]);
});

test('a client that registers itself is told of, and is not registered when that fails', async () => {
  await using hub = await startAuthHub({ settings: { compatibility: true } });
  const register = async () => {
    const body = JSON.stringify({ client_name: 'New', redirect_uris: ['https://new.example/back'] });
    const headers = { 'content-type': 'application/json' };
    return fetch(`${hub.url}/oauth/register`, { method: 'POST', headers, body });
  };
  const { client_id: id } = (await (await register()).json()) as { client_id: string };
  expect(await told(hub.hub, { kind: 'client' })).toMatchObject([
    { action: 'register', target: { name: id }, client: { id, name: 'New' }, address: '127.0.0.1' },
  ]);
  const store = hub.hub.hub.services.get(database).queries<{ auth_clients: { id: string } }>();
  const count = async () => (await store.selectFrom('auth_clients').select('id').execute()).length;
  const before = await count();
  await sql`alter table audit_entries rename to away`.execute(store);
  const refused = await register();
  expect([refused.status, await refused.json()]).toMatchObject([503, { error: 'temporarily_unavailable' }]);
  expect(await count()).toBe(before);
  await sql`alter table away rename to audit_entries`.execute(store);
});

test('a flood of failures no limit of guesses counts is bounded, with one entry that says so', async () => {
  const clock = new FakeClock(Date.now());
  await using hub = await startAuthHub({ clock, http: { publicUrl: 'http://localhost:4400' } });
  const flood = async () => {
    const browser = new TestBrowser(hub.url, 'http://localhost:4400');
    const page = await browser.go('/sign-in');
    for (let count = 0; count < 25; count++) await browser.submit(page, 'passkey', { answer: '{"id":"no"}' });
  };
  await flood();
  const reasons = async () => (await told(hub.hub)).map(({ decision }) => decision?.reason);
  const wanted = [...Array.from({ length: 20 }, () => 'unknown-passkey'), 'limit-of-audit'];
  expect(await reasons()).toEqual(wanted);
  clock.advance(60_001);
  await flood();
  expect(await reasons()).toEqual([...wanted, ...wanted]);
});

test('of refusals without end there is one entry that says that there were more', async () => {
  await using hub = await startAuthHub({ clock: new FakeClock(Date.now()) });
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  await signInWith(hub.url, ada, browser);
  for (let count = 0; count < 23; count++) await browser.submit(await browser.go(client.request()), 'deny');
  const reasons = (await told(hub.hub, { kind: 'consent' })).map(({ decision }) => decision?.reason);
  expect(reasons).toEqual([...Array.from({ length: 20 }, () => 'refused'), 'limit-of-audit']);
});

test('wrong passwords for logins nobody has are bounded on a node, and those of people are not left out for them', async () => {
  await using hub = await startAuthHub({ clock: new FakeClock(Date.now()) });
  const browser = new TestBrowser(hub.url);
  const page = await browser.go('/sign-in');
  for (let count = 0; count < 123; count++)
    await browser.submit(page, 'sign-in', { login: `nobody-${count}`, password: 'x' });
  await browser.submit(page, 'sign-in', { ...ada, password: 'wrong' });
  const reasons = (await told(hub.hub)).map(({ decision }) => decision?.reason);
  expect(reasons).toEqual([
    ...Array.from({ length: 120 }, () => 'unknown-login'),
    'limit-of-audit',
    'wrong-password',
  ]);
});
