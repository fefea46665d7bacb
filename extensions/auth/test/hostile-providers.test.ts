import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { TestBrowser, type Visit } from './support/browser.ts';
import { type HostileProvider, startHostileProvider, type Ways } from './support/hostile-provider.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const now = (): number => Math.floor(Date.now() / 1000);
const markup = '<script>alert(1)</script>';

/** A hub that `u1` of the provider is Ada of, and Bob's of another provider. */
async function start() {
  const [good, evil] = [await startHostileProvider(), await startHostileProvider()];
  const [one, two] = [good, evil].map(({ issuer }, index) => ({
    id: ['good', 'evil'][index] ?? '',
    title: 'Provider',
    issuer,
    clientId: 'hub',
    clientSecret: 'a secret of 32 characters at least!',
  }));
  const hub = await startAuthHub({
    settings: { allowPrivate: [good.host, evil.host], providers: [one ?? {}, two ?? {}] },
  });
  hub.town.identities.set(`${good.issuer} u1`, 'person-ada');
  hub.town.identities.set(`${evil.issuer} u1`, 'person-bob');
  return {
    hub,
    good,
    evil,
    [Symbol.asyncDispose]: async () => {
      await hub[Symbol.asyncDispose]();
      await good[Symbol.asyncDispose]();
      await evil[Symbol.asyncDispose]();
    },
  };
}

async function leave(browser: TestBrowser, id: string): Promise<string> {
  const gone = await browser.submit(await browser.go('/sign-in'), id);
  const address = /url=(\S+)/.exec(gone.response.headers.get('refresh') ?? '')?.[1];
  if (address === undefined) throw new Error(`nobody was sent on: ${gone.text.slice(0, 1_000)}`);
  return address;
}

async function signIn(url: string, provider: HostileProvider, id: string): Promise<Visit> {
  const browser = new TestBrowser(url);
  return browser.go(provider.send(await leave(browser, id)));
}

test('answers in order are taken, with one audience or with several and ourselves as who it was issued to', async () => {
  await using all = await start();
  const { hub, good } = all;
  for (const ways of [{}, { claims: () => ({ aud: ['hub', 'other'], azp: 'hub' }) }] satisfies Ways[]) {
    good.ways = ways;
    expect((await signIn(hub.url, good, 'good')).text).toContain('Signed in as <strong>ADA</strong>');
  }
});

const lies: readonly (readonly [string, Ways])[] = [
  ['an ID token of another issuer', { claims: () => ({ iss: 'https://other.example' }) }],
  ['an ID token for another client', { claims: () => ({ aud: 'other' }) }],
  ['an ID token for several and issued to nobody', { claims: () => ({ aud: ['hub', 'other'] }) }],
  ['an ID token issued to another', { claims: () => ({ aud: ['hub', 'other'], azp: 'other' }) }],
  ['an ID token for us issued to another', { claims: () => ({ azp: 'other' }) }],
  ['an ID token of another sign-in', { claims: () => ({ nonce: 'another' }) }],
  ['an ID token without a nonce', { claims: () => ({ nonce: undefined }) }],
  ['an ID token that has expired', { claims: () => ({ iat: now() - 900, exp: now() - 300 }) }],
  ['an ID token without an end', { claims: () => ({ exp: undefined }) }],
  ['an ID token of tomorrow', { claims: () => ({ iat: now() + 86_400, nbf: now() + 86_400 }) }],
  ['an ID token without a subject', { claims: () => ({ sub: undefined }) }],
  ['an ID token with an empty subject', { claims: () => ({ sub: '' }) }],
  ['an ID token that is not signed', { signs: 'not at all' }],
  ['an ID token signed with another key', { signs: 'with another key' }],
  ['an ID token signed with the secret of the client', { signs: 'with the secret' }],
  ['an answer of another issuer', { answer: { iss: 'https://other.example' } }],
  ['an answer that names no issuer', { answer: { iss: undefined } }],
  ['an answer without a code', { answer: { code: undefined } }],
  ['a userinfo of somebody else', { userinfo: { sub: 'u2', groups: ['staff'] } }],
  ['an error', { answer: { code: undefined, error: 'access_denied', error_description: markup } }],
];

test('no lie signs anybody in, and nothing a provider says gets onto a page', async () => {
  await using all = await start();
  const { hub, good } = all;
  for (const [name, ways] of lies) {
    good.ways = ways;
    const visit = await signIn(hub.url, good, 'good');
    expect([visit.url.pathname, visit.response.status], name).toEqual(['/sign-in', 401]);
    expect(visit.text, name).toMatch(/The answer from there was not good|You were not signed in there/);
    expect(visit.text, name).not.toContain('script');
    expect(visit.response.headers.getSetCookie().join(), name).not.toContain('signalbox-session');
  }
});

test('metadata of another issuer is not taken', async () => {
  await using all = await start();
  const { hub, good, evil } = all;
  good.ways = { metadata: { issuer: evil.issuer } };
  const browser = new TestBrowser(hub.url);
  const down = await browser.submit(await browser.go('/sign-in'), 'good');
  expect(down.text).toContain('It cannot be reached now.');
});

test('a code of one provider is never sent to another', async () => {
  await using all = await start();
  const { hub, good, evil } = all;
  const browser = new TestBrowser(hub.url);
  const address = new URL(await leave(browser, 'evil'));
  // The bad provider sends the browser on to the good one with what it was given (RFC 9207, mix-up).
  const relayed = new URL(await leave(browser, 'good'));
  relayed.searchParams.set('state', address.searchParams.get('state') ?? '');
  const asGood = await browser.go(good.send(relayed.href));
  expect([asGood.response.status, asGood.text.includes('This sign-in is over')]).toEqual([400, true]);
  relayed.searchParams.set('redirect_uri', address.searchParams.get('redirect_uri') ?? '');
  const asEvil = await browser.go(good.send(relayed.href));
  expect(asEvil.text).toContain('The answer from there was not good');
  expect(good.asked).not.toContain('/token');
  expect(evil.asked).not.toContain('/token');
});

test('metadata is asked for once an hour, and once in half a minute where it cannot be had', async () => {
  const clock = new FakeClock(Date.now());
  await using good = await startHostileProvider();
  const provider = { id: 'good', title: 'Provider', issuer: good.issuer, clientId: 'hub' };
  await using hub = await startAuthHub({
    clock,
    settings: { allowPrivate: [good.host], providers: [provider] },
  });
  const tries = async (): Promise<number> => {
    const browser = new TestBrowser(hub.url);
    const page = await browser.go('/sign-in');
    await Promise.all([1, 2, 3].map(() => browser.submit(page, 'good')));
    return good.asked.length;
  };
  good.ways = { metadata: { issuer: 'https://other.example' } };
  expect(await tries()).toBe(1);
  expect(await tries()).toBe(1);
  good.ways = {};
  clock.advance(30_001);
  expect(await tries()).toBe(2);
  clock.advance(3_500_000);
  expect(await tries()).toBe(2);
  good.ways = { metadata: { issuer: 'https://other.example' } };
  clock.advance(200_000);
  expect(await tries()).toBe(3);
  // What was read before is used while it cannot be read anew.
  const browser = new TestBrowser(hub.url);
  expect(await leave(browser, 'good')).toContain(`${good.issuer}/authorize?`);
});
