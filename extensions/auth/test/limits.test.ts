import { join } from 'node:path';
import { defineExtension, hubInfo } from '@signalbox/sdk';
import { database } from '@signalbox/store';
import { openSqliteStore } from '@signalbox/store-sqlite';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { TestBrowser } from './support/browser.ts';
import { OAuthClient, postForm, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const ada = { login: 'ada', password: 'ada-password-1' };

test('a client asks for ten tokens in a second, and clients nobody knows for ten together', async () => {
  const clock = new FakeClock(Date.now());
  await using hub = await startAuthHub({ clock, settings: { tokensPerSecond: 10 } });
  const client = new OAuthClient(hub.url);
  const ask = (fields: Record<string, string>, headers = {}) =>
    postForm(
      `${hub.url}/oauth/token`,
      { grant_type: 'refresh_token', refresh_token: 'x', ...fields },
      headers,
    );
  const statuses = async (
    count: number,
    make: (index: number) => ReturnType<typeof ask>,
  ): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => make(index)));
    return answers.map(({ status }) => status);
  };
  const tooMany = { status: 429, body: { error: 'temporarily_unavailable' } };
  expect(await statuses(10, () => ask({ client_id: client.id }))).not.toContain(429);
  const answer = await ask({ client_id: client.id });
  expect(answer).toMatchObject(tooMany);
  expect(answer.headers.get('retry-after')).toBe('1');
  // However the client is named.
  const basic = { authorization: `Basic ${Buffer.from(`${client.id}:x`).toString('base64')}` };
  expect(await ask({}, basic)).toMatchObject(tooMany);
  // Others are not held up by it, and those nobody knows share what they have.
  const unknown = await statuses(12, (index) => ask({ client_id: `guess-${index}` }));
  expect(unknown.filter((status) => status === 429)).toHaveLength(2);
  expect(await ask({ client_id: 'https://app.example/client.json' })).toMatchObject(tooMany);
  expect((await ask({ client_id: 'signalbox-cli' })).status).toBe(400);
  clock.advance(1_001);
  expect((await ask({ client_id: client.id })).status).toBe(400);
});

test('a client that wants a new sign-in, or one of lately, has the person type the password again', async () => {
  const clock = new FakeClock(Date.now());
  await using hub = await startAuthHub({ clock });
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  await client.authorize({ browser });
  expect((await browser.go(client.request())).url.searchParams.get('code')).not.toBeNull();
  const asked = await browser.go(client.request({ prompt: 'login' }));
  expect(asked.text).toContain('name="password"');
  const wrong = await browser.submit(asked, 'sign-in', { ...ada, password: 'wrong' });
  expect(wrong.response.status).toBe(401);
  expect((await browser.go(asked.url.href)).text).toContain('name="password"');
  const done = await browser.submit(wrong, 'sign-in', ada);
  expect(done.url.searchParams.get('code')).not.toBeNull();
  // A sign-in of now is new enough, one of an hour ago is not.
  const scope = 'openid tools:list';
  const fresh = await browser.go(client.request({ max_age: '600', scope }));
  expect(fresh.text).toContain('value="allow"');
  const old = new TestBrowser(hub.url);
  clock.advance(-3_600_000);
  await old.submit(await old.go('/sign-in'), 'sign-in', ada);
  clock.advance(3_600_000);
  const late = await old.go(client.request({ max_age: '600', scope }));
  expect(late.text).toContain('name="password"');
  const silent = await old.go(client.request({ max_age: '600', scope, prompt: 'none' }));
  expect(silent.url.searchParams.get('error')).toBe('login_required');
  expect((await old.submit(late, 'sign-in', ada)).text).toContain('value="allow"');
});

test('a store that is gone lets nobody in: everything that needs it says so, and nothing says "nobody"', async () => {
  let close: () => Promise<void> = async () => undefined;
  const extension = defineExtension({
    name: 'store-that-goes',
    config: z.strictObject({}),
    needs: [hubInfo],
    provides: [database],
    setup: async ({ offer, clock, use }) => {
      const store = await openSqliteStore({ path: join(use(hubInfo).dataDir, 'gone.db'), clock });
      close = store.close;
      offer(database, store.database);
    },
  });
  await using hub = await startAuthHub({ store: { extension, settings: {} } });
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  const { access, refresh } = await client.signIn();
  const form = await browser.go('/sign-in');
  const consent = await browser.submit(
    await browser.go(client.request({ prompt: 'consent' })),
    'sign-in',
    ada,
  );
  expect(consent.text).toContain('value="allow"');
  await close();
  for (const [what, authorization] of [
    ['a good token', `Bearer ${access}`],
    ['another token', `Bearer ${access.slice(0, -8)}AAAAAAAA`],
  ] as const) {
    const answer = await useMcp(hub.url, authorization);
    expect([answer.status, what]).not.toEqual([200, what]);
    if (what === 'a good token')
      expect([answer.status, await answer.text()]).toMatchObject([503, /store_failed|-31503/]);
  }
  for (const [what, visit] of [
    ['sign-in', await browser.submit(form, 'sign-in', ada)],
    ['consent', await browser.submit(consent, 'allow')],
    ['the account', await browser.go('/account')],
    ['an authorization', await browser.go(client.request())],
  ] as const)
    expect([visit.response.status, what]).toEqual([503, what]);
  const token = await client.refresh(refresh);
  expect(token).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  const revoked = await postForm(`${hub.url}/oauth/revoke`, { token: refresh, client_id: client.id });
  expect(revoked.status).toBe(503);
});
