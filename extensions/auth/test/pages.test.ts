import { expect, test } from 'vitest';
import { TestBrowser } from './support/browser.ts';
import { person } from './support/memory-directory.ts';
import { OAuthClient, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const ada = { login: 'ada', password: 'ada-password-1' };

test('every page is kept by nobody, framed by nobody, and loads nothing', async () => {
  await using hub = await startAuthHub();
  const browser = new TestBrowser(hub.url);
  const pages = [await browser.go(new OAuthClient(hub.url).request()), await browser.go('/sign-in')];
  pages.push(await browser.go('/setup?token=x'), await browser.go('/oauth/auth?client_id=nobody'));
  for (const { response, url } of pages) {
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy, url.pathname).toContain("default-src 'none'");
    expect(policy, url.pathname).toContain("frame-ancestors 'none'");
    expect(response.headers.get('cache-control'), url.pathname).toContain('no-store');
    expect(response.headers.get('x-frame-options'), url.pathname).toBe('DENY');
  }
});

test('a wrong password says no more than that, and a form from elsewhere is refused', async () => {
  await using hub = await startAuthHub();
  const browser = new TestBrowser(hub.url);
  const page = await browser.go('/sign-in');
  for (const given of [
    { ...ada, password: 'wrong' },
    { login: 'nobody', password: 'wrong' },
  ]) {
    const again = await browser.submit(page, 'sign-in', given);
    expect(again.response.status).toBe(401);
    expect(again.text).toContain('Name or password are wrong.');
  }
  const forged = await browser.submit(page, 'sign-in', { ...ada, token: 'forged' });
  expect(forged.response.status).toBe(403);
  // The token of one browser is worth nothing in another.
  const other = new TestBrowser(hub.url);
  await other.go('/sign-in');
  expect((await other.submit(page, 'sign-in', ada)).response.status).toBe(403);
});

test('two people in two browsers get their own tokens, however they interleave', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const [first, second] = [new TestBrowser(hub.url), new TestBrowser(hub.url)];
  const start = [await first.go(client.request()), await second.go(client.request())] as const;
  const bob = await second.submit(start[1], 'sign-in', { login: 'bob', password: 'bob-password-1' });
  const adas = await first.submit(start[0], 'sign-in', ada);
  const end = [await first.submit(adas, 'allow'), await second.submit(bob, 'allow')] as const;
  const subjects = await Promise.all(
    end.map(async ({ url }) => {
      const { body } = await client.redeem(url.searchParams.get('code') ?? '');
      const payload = String(body['access_token']).split('.')[1] ?? '';
      return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string }).sub;
    }),
  );
  expect(subjects).toEqual(['person-ada', 'person-bob']);
});

test("an authorization of one browser cannot be finished in another's", async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const [victim, thief] = [new TestBrowser(hub.url), new TestBrowser(hub.url)];
  const signIn = await victim.go(client.request());
  const consent = await victim.submit(signIn, 'sign-in', ada);
  expect((await thief.go(consent.url.href)).response.status).toBe(404);
  expect((await thief.submit(consent, 'allow')).response.status).toBe(404);
  const resume = `/oauth/auth/${signIn.url.pathname.split('/').at(-1) ?? ''}`;
  expect((await thief.go(resume)).response.status).toBe(400);
  // The same request in a browser that is signed in asks its own person anew.
  const replayed = await victim.go(client.request());
  expect(replayed.text).toContain('value="allow"');
});

test('what was allowed is remembered for the same scopes, and asked anew for more', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  await client.authorize({ browser });
  const again = await browser.go(client.request());
  expect(again.url.searchParams.get('code')).not.toBeNull();
  const more = await browser.go(client.request({ scope: 'tools:list tools:call resources:read' }));
  expect(more.text).toContain('Read resources');
});

test('the consent page shows who asks, where to, and what for, whatever the name holds', async () => {
  await using hub = await startAuthHub();
  await hub.clients.add({
    id: 'client-odd',
    org: 'local',
    name: 'odd',
    origin: 'itself',
    metadata: {
      client_name: '<img src=x onerror=alert(1)>\u202egnp.exe"\'&',
      redirect_uris: ['http://127.0.0.1/cb'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
    },
  });
  const client = new OAuthClient(hub.url, 'client-odd', 'http://127.0.0.1:5555/cb');
  const browser = new TestBrowser(hub.url);
  const consent = await browser.submit(await browser.go(client.request()), 'sign-in', ada);
  expect(consent.text).not.toMatch(/<img|\u202e/);
  expect(consent.text).toContain('&lt;img src=x onerror=alert(1)&gt;\ufffdgnp.exe&quot;&#39;&amp;');
  expect(consent.text).toContain('127.0.0.1:5555');
  expect(consent.text).toContain('any program there could say it has this name');
  expect(consent.text).toContain('nobody has checked it');
  expect(consent.text).toContain('Use tools in your name');
});

test('only who may do everything can hand that on, and only just after signing in', async () => {
  const owner = { org: 'local', orgName: 'Local', roles: ['owner'], level: 'anchor' } as const;
  await using hub = await startAuthHub({ people: [person('ada', { memberships: [owner] }), person('bob')] });
  const client = new OAuthClient(hub.url);
  const levelOf = async (login: string, cap: string): Promise<boolean> => {
    const { access } = await client.signIn({ login, cap });
    return (await useMcp(hub.url, `Bearer ${access}`)).status === 200;
  };
  expect(await levelOf('ada', 'anchor')).toBe(true);
  const asked = await client.authorize({ login: 'bob', cap: 'anchor' });
  expect(asked.url.searchParams.has('code')).toBe(false);
});

test('a person sees where they are signed in, and ends it', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  const { access } = await client.signIn({ browser });
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  const account = await browser.go('/account');
  expect(account.text).toContain('client-test');
  await browser.submit(account, 'end-grant');
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(401);
  const out = await browser.submit(await browser.go('/account'), 'sign-out');
  expect(out.url.pathname).toBe('/signed-out');
  expect((await browser.go('/account')).url.pathname).toBe('/sign-in');
});

test('the first owner is made by the one-time link', async () => {
  await using hub = await startAuthHub({ people: [] });
  hub.town.setupToken = 'once';
  const browser = new TestBrowser(hub.url);
  const page = await browser.go('/setup?token=once');
  const short = await browser.submit(page, 'create', { login: 'eve', name: 'Eve', password: 'short' });
  expect(short.text).toContain('the password is too short');
  const done = await browser.submit(short, 'create', {
    login: 'eve',
    name: 'Eve',
    password: 'long enough it is',
  });
  expect(done.url.pathname).toBe('/account');
  expect((await browser.go('/setup?token=once')).response.status).toBe(404);
});

test('an invitation makes a person, once', async () => {
  await using hub = await startAuthHub();
  hub.town.invitation = 'come';
  const browser = new TestBrowser(hub.url);
  const page = await browser.go('/invitation?token=come');
  expect(page.text).toContain('Join Local');
  const done = await browser.submit(page, 'create', {
    login: 'eve',
    name: 'Eve',
    password: 'long enough it is',
  });
  expect(done.url.pathname).toBe('/account');
  expect((await browser.go('/invitation?token=come')).response.status).toBe(404);
});

test('on https the cookies are pinned to the host, and links follow the public address', async () => {
  await using hub = await startAuthHub({ http: { publicUrl: 'https://hub.example/box' } });
  const response = await fetch(`${hub.url}/.well-known/oauth-authorization-server/box`);
  expect(await response.json()).toMatchObject({
    issuer: 'https://hub.example/box',
    authorization_endpoint: 'https://hub.example/box/oauth/auth',
    token_endpoint: 'https://hub.example/box/oauth/token',
  });
  const page = await fetch(`${hub.url}/sign-in`, { headers: { accept: 'text/html' } });
  expect(page.headers.getSetCookie().join()).toMatch(/^__Host-signalbox-form=.*Path=\/.*Secure/);
  const query = new URL(new OAuthClient('https://hub.example/box').request()).search;
  const begun = await fetch(`${hub.url}/oauth/auth${query}`, { redirect: 'manual' });
  expect(begun.headers.get('location')).toMatch(/^\/box\/oauth\/interaction\//);
  for (const cookie of begun.headers.getSetCookie()) expect(cookie).toMatch(/^__(?:Host|Secure)-.*; secure/i);
  const resource = await fetch(`${hub.url}/.well-known/oauth-protected-resource/box/mcp`);
  expect(await resource.json()).toMatchObject({ resource: 'https://hub.example/box/mcp' });
});
