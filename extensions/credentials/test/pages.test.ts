import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestBrowser } from '../../auth/test/support/browser.ts';
import { person } from '../../auth/test/support/memory-directory.ts';
import type { AuthHub } from '../../auth/test/support/start-auth-hub.ts';
import { connect, follow } from './support/connect.ts';
import { SmallServer } from './support/small-server.ts';
import { accountsOf, ada, pressConnect, startKeeper, upstreamAt } from './support/start-pair.ts';

let server: SmallServer;
let keeper: AuthHub;
let clock: FakeClock;
const owner = { org: 'local', subject: { kind: 'user', id: 'owner' } } as const;

beforeEach(async () => {
  server = await SmallServer.start();
  clock = new FakeClock();
  keeper = await startKeeper({ clock });
  accountsOf(keeper).signerOf(upstreamAt(server.endpoint, { scopes: ['files:read'] }), ada);
});

afterEach(async () => {
  await keeper[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

test('the page says plainly what is connected, for whom, where and for which scopes', async () => {
  const browser = new TestBrowser(keeper.url);
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const signIn = await browser.go(link);
  const page = await browser.submit(signIn, 'sign-in', { login: 'ada', password: 'ada-password-1' });
  expect(page.url.href).toBe(link);
  const text = page.text.replace(/<style>[\s\S]*<\/style>/, '').replace(/(?:<[^>]+>\s*)+/g, '|');
  expect(text).toContain('Connect files?');
  expect(text).toContain(`Upstream|files at ${new URL(server.url).host}`);
  expect(text).toContain(`You sign in at|${new URL(server.url).host}`);
  expect(text).toContain('For|ADA');
  expect(text).toContain('files:read');
  const headers = page.response.headers;
  expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(headers.get('x-frame-options')).toBe('DENY');
});

test('somebody else cannot go on with a link, signed in or not', async () => {
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const bob = new TestBrowser(keeper.url);
  const signIn = await bob.go(link);
  expect(signIn.url.pathname).toBe('/sign-in');
  const refused = await bob.submit(signIn, 'sign-in', { login: 'bob', password: 'bob-password-1' });
  expect(refused.response.status).toBe(403);
  expect(refused.text).toContain('this link was made for somebody else');
  expect(server.at('/authorize')).toHaveLength(0);
});

test('a link is good for ten minutes', async () => {
  const link = await accountsOf(keeper).loginUrl('files', ada);
  clock.advance(10 * 60_000);
  const page = await new TestBrowser(keeper.url).go(link);
  expect([page.response.status, page.text]).toEqual([404, expect.stringContaining('used up, too old')]);
});

test('a link is good once', async () => {
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const browser = new TestBrowser(keeper.url);
  await follow(browser, (await pressConnect(browser, link)).url);
  expect((await browser.go(link)).response.status).toBe(404);
});

test('a form that was not shown in this browser is refused', async () => {
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const browser = new TestBrowser(keeper.url);
  const signIn = await browser.go(link);
  await browser.submit(signIn, 'sign-in', { login: 'ada', password: 'ada-password-1' });
  const forged = await browser.go(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'step=connect&token=forged',
  });
  expect(forged.response.status).toBe(403);
});

test('an answer counts in the browser that was sent away, once, and nowhere else', async () => {
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const browser = new TestBrowser(keeper.url);
  const { url: away } = await pressConnect(browser, link);
  const back = (await fetch(away, { redirect: 'manual' })).headers.get('location') ?? '';
  const stranger = new TestBrowser(keeper.url);
  expect((await stranger.go(back)).response.status).toBe(404);
  expect((await browser.go(back)).text).toContain('files is connected');
  expect((await browser.go(back)).response.status).toBe(404);
  expect(server.at('/token')).toHaveLength(1);
});

test.each<[string, (query: URLSearchParams) => void]>([
  ['another issuer', (query) => query.set('iss', 'https://evil.example')],
  ['an issuer with a slash', (query) => query.set('iss', `${server.url}/`)],
  ['an issuer it promised and left out', () => undefined],
])('an answer with %s is not redeemed', async (_what, change) => {
  server.choices.metadata = { authorization_response_iss_parameter_supported: true };
  server.choices.answer = change;
  await expect(connect(keeper, upstreamAt(server.endpoint), ada)).rejects.toThrow('does not call itself');
  expect(server.at('/token')).toHaveLength(0);
});

test('what a server writes with a refusal does not get onto the page', async () => {
  server.choices.answer = (query) => {
    query.delete('code');
    query.set('error', 'access_denied');
    query.set('error_description', 'call 555-1234');
  };
  const failure = connect(keeper, upstreamAt(server.endpoint), ada);
  await expect(failure).rejects.toThrow('refused the hub (access_denied)');
  await expect(failure).rejects.not.toThrow('555');
});

test('a server that does not say that it takes PKCE with S256 is sent nobody', async () => {
  server.choices.metadata = { code_challenge_methods_supported: ['plain'] };
  const link = await accountsOf(keeper).loginUrl('files', ada);
  const browser = new TestBrowser(keeper.url);
  const signIn = await browser.go(link);
  const page = await browser.submit(signIn, 'sign-in', { login: 'ada', password: 'ada-password-1' });
  expect([page.response.status, page.text]).toEqual([502, expect.stringContaining('PKCE with S256')]);
});

test('the owner goes on at the machine of the hub; a request that a proxy passed on is none of theirs', async () => {
  const link = await accountsOf(keeper).loginUrl('files', owner);
  const passedOn = await fetch(link, { headers: { 'x-forwarded-for': '198.51.100.7' }, redirect: 'manual' });
  expect([passedOn.status, passedOn.headers.get('location')]).toEqual([303, '/sign-in']);
  const browser = new TestBrowser(keeper.url);
  const done = await follow(browser, (await pressConnect(browser, link)).url);
  expect(done.text).toContain('files is connected');
  expect(await accountsOf(keeper).stateOf('files', owner)).toBe('connected');
  expect(await accountsOf(keeper).stateOf('files', ada)).toBe('none');
});

test('where browsers come over a public address, nobody is the owner for coming from this machine', async () => {
  await using behind = await startKeeper({ http: { publicUrl: 'http://127.0.0.1:1/' } });
  accountsOf(behind).signerOf(upstreamAt(server.endpoint), owner);
  const { pathname } = new URL(await accountsOf(behind).loginUrl('files', owner));
  const response = await fetch(`${behind.hub.url}${pathname}`, { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([
    303,
    expect.stringMatching(/sign-in$/),
  ]);
});

test('the link of a service account lets in who administers its organization, and says whose it is', async () => {
  const service = { org: 'local', subject: { kind: 'service', id: 'builder' } } as const;
  const link = await accountsOf(keeper).loginUrl('files', service);
  const nobody = await fetch(link, { redirect: 'manual' });
  expect([nobody.status, nobody.headers.get('location')]).toEqual([303, '/sign-in']);
  const visit = async (login: string) => {
    const browser = new TestBrowser(keeper.url);
    return browser.submit(await browser.go(link), 'sign-in', { login, password: `${login}-password-1` });
  };
  expect((await visit('bob')).response.status).toBe(403);
  const membership = { org: 'local', orgName: 'Local', roles: ['admin'], level: 'anchor' } as const;
  keeper.town.people.push(person('root', { memberships: [membership] }));
  const { text } = await visit('root');
  expect(text).toContain('the service account builder');
  expect(text).not.toContain('owner');
});

test('the link of an organization lets in nobody for coming from this machine', async () => {
  accountsOf(keeper).signerOf(upstreamAt(server.endpoint, { mode: 'organization' }), { org: 'local' });
  const link = await accountsOf(keeper).loginUrl('files', { org: 'local' });
  const nobody = await fetch(link, { redirect: 'manual' });
  expect([nobody.status, nobody.headers.get('location')]).toEqual([303, '/sign-in']);
});

test('each upstream has an address of its own to come back to from each authorization server', async () => {
  const accounts = accountsOf(keeper);
  await using other = await SmallServer.start();
  accounts.signerOf({ ...upstreamAt(other.endpoint), name: 'mail' }, ada);
  const browser = new TestBrowser(keeper.url);
  const away = (await pressConnect(browser, await accounts.loginUrl('files', ada))).url;
  const elsewhere = (await pressConnect(new TestBrowser(keeper.url), await accounts.loginUrl('mail', ada)))
    .url;
  const [own, others] = [away, elsewhere].map((url) => url.searchParams.get('redirect_uri') ?? '');
  expect(own).toMatch(/\/upstreams\/callback\/[\w-]{22}$/);
  expect(others).not.toBe(own);
  expect(JSON.parse(server.at('/register')[0]?.body ?? '')).toMatchObject({ redirect_uris: [own] });
  const state = away.searchParams.get('state') ?? '';
  const mixedUp = await browser.go(
    `${others}?${new URLSearchParams({ code: 'of-files', state }).toString()}`,
  );
  expect([mixedUp.response.status, server.at('/token'), other.at('/token')]).toEqual([404, [], []]);
});

test('the page shows the redirect address of a client that was registered by hand', async () => {
  accountsOf(keeper).signerOf(upstreamAt(server.endpoint, { clientId: 'by-hand' }), owner);
  const page = await new TestBrowser(keeper.url).go(await accountsOf(keeper).loginUrl('files', owner));
  expect(page.text).toMatch(/Redirect address of its client.*\/upstreams\/callback\/[\w-]{22}/s);
});

test('the hub publishes what it is as a client, for each address to come back to', async () => {
  const end = 'abcdefghijklmnopqrstuv';
  const document = (await (await fetch(`${keeper.url}/upstreams/client/${end}`)).json()) as object;
  expect(document).toEqual({
    client_id: `${keeper.url}/upstreams/client/${end}`,
    client_name: 'Signalbox',
    redirect_uris: [`${keeper.url}/upstreams/callback/${end}`],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    application_type: 'native',
    token_endpoint_auth_method: 'none',
  });
  expect((await fetch(`${keeper.url}/upstreams/client/else.json`)).status).toBe(404);
});
