import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createPlainServer } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { SafeFetcher } from '@signalbox/safe-fetch';
import { FakeClock } from '@signalbox/testkit';
import { expect, test } from 'vitest';
import { ClientDocuments } from '../src/server/client-documents.ts';
import { TestBrowser } from './support/browser.ts';
import { OAuthClient, useMcp } from './support/oauth-client.ts';
import { startAuthHub } from './support/start-auth-hub.ts';

const file = (name: string): string => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
setDefaultCACertificates([...getCACertificates('default'), file('localhost.pem')]);

/** Serves a document over https on this machine, and counts who asks. */
async function serveDocument(answer: (url: string) => { status?: number; body: string; type?: string }) {
  let [asked, base] = [0, ''];
  const options = { cert: file('localhost.pem'), key: file('localhost.key.pem') };
  const server = createServer(options, (_request, response) => {
    asked++;
    const { status = 200, body, type = 'application/json' } = answer(base);
    response.writeHead(status, { 'content-type': type, ...(status === 302 ? { location: '/other' } : {}) });
    response.end(body);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  base = `https://localhost:${port}`;
  return {
    host: `localhost:${port}`,
    id: `${base}/client.json`,
    asked: () => asked,
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

const metadata = (base: string, changes: object = {}): string =>
  JSON.stringify({
    client_id: `${base}/client.json`,
    client_name: 'Document client',
    redirect_uris: ['https://app.example/callback'],
    token_endpoint_auth_method: 'none',
    ...changes,
  });

test('a client is known by the document its id leads to', async () => {
  using served = await serveDocument((base) => ({ body: metadata(base) }));
  await using hub = await startAuthHub({ settings: { allowPrivate: [served.host] } });
  const client = new OAuthClient(hub.url, served.id);
  const browser = new TestBrowser(hub.url);
  const consent = await browser.submit(await browser.go(client.request()), 'sign-in', {
    login: 'ada',
    password: 'ada-password-1',
  });
  expect(consent.text).toContain('Document client');
  expect(consent.text).toContain(`verified: ${served.host}`);
  const end = await browser.submit(consent, 'allow');
  const { body } = await client.redeem(end.url.searchParams.get('code') ?? '');
  expect((await useMcp(hub.url, `Bearer ${String(body['access_token'])}`)).status).toBe(200);
  expect(served.asked()).toBe(1);
});

test.each([
  ['has no name', (base: string) => ({ body: metadata(base, { client_name: undefined }) })],
  ['has an empty name', (base: string) => ({ body: metadata(base, { client_name: ' ' }) })],
  ['is of another id', (base: string) => ({ body: metadata(base, { client_id: `${base}/other.json` }) })],
  ['has a secret', (base: string) => ({ body: metadata(base, { client_secret: 'x' }) })],
  [
    'wants a secret',
    (base: string) => ({ body: metadata(base, { token_endpoint_auth_method: 'client_secret_basic' }) }),
  ],
  ['is too large', (base: string) => ({ body: metadata(base, { odd: 'x'.repeat(6_000) }) })],
  ['is no JSON', () => ({ body: '<html>' })],
  ['is HTML', (base: string) => ({ body: metadata(base), type: 'text/html' })],
  ['is elsewhere', (base: string) => ({ status: 302, body: metadata(base) })],
  ['is an error', (base: string) => ({ status: 500, body: metadata(base) })],
])('a document that %s makes no client', async (_what, answer) => {
  using served = await serveDocument(answer);
  await using hub = await startAuthHub({ settings: { allowPrivate: [served.host] } });
  const browser = new TestBrowser(hub.url);
  const page = await browser.go(new OAuthClient(hub.url, served.id).request());
  expect(page.response.status).toBe(400);
  expect(page.response.headers.get('location')).toBeNull();
  await browser.go(new OAuthClient(hub.url, served.id).request());
  expect(served.asked()).toBe(1);
});

test('a document that could not be fetched is not asked for again for five minutes', async () => {
  using served = await serveDocument(() => ({ status: 500, body: '' }));
  const clock = new FakeClock();
  const fetcher = new SafeFetcher({ allowPrivate: [served.host], clock });
  const documents = new ClientDocuments({ fetcher, clock, fetchesPerMinute: 30 });
  expect(documents.mayFetch(served.id, '127.0.0.1', {})).toBe(true);
  await expect(documents.fetch(served.id)).rejects.toMatchObject({ code: 'upstream_invalid_answer' });
  clock.advance(299_000);
  expect(documents.mayFetch(served.id, '127.0.0.1', {})).toBe(false);
  clock.advance(2_000);
  expect(documents.mayFetch(served.id, '127.0.0.1', {})).toBe(true);
  await fetcher.close();
});

test('documents are fetched within a budget', async () => {
  const clock = new FakeClock();
  const fetcher = new SafeFetcher({ clock });
  const documents = new ClientDocuments({ fetcher, clock, fetchesPerMinute: 3 });
  const ask = (): boolean => documents.mayFetch('https://app.example/a', '192.0.2.1', {});
  expect([ask(), ask(), ask(), ask()]).toEqual([true, true, true, false]);
  expect(documents.mayFetch('https://app.example/b', '192.0.2.2', {})).toBe(false);
  clock.advance(61_000);
  expect(ask()).toBe(true);
  await fetcher.close();
});

test('an id that leads into the network of the hub opens no socket there', async () => {
  let sockets = 0;
  const trap = createPlainServer((socket) => {
    sockets++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => void trap.listen(0, '127.0.0.1', resolve));
  const { port } = trap.address() as AddressInfo;
  await using hub = await startAuthHub();
  for (const host of [
    '127.0.0.1',
    'localhost',
    '2130706433',
    '0x7f.1',
    '[::ffff:127.0.0.1]',
    '127.1',
    '１２７.0.0.1',
  ]) {
    const browser = new TestBrowser(hub.url);
    const page = await browser.go(new OAuthClient(hub.url, `https://${host}:${port}/client.json`).request());
    expect(page.response.status, host).toBe(400);
  }
  expect(sockets).toBe(0);
  trap.close();
});

test('nobody registers a client unless older clients are let in', async () => {
  const body = JSON.stringify({ client_name: 'Old', redirect_uris: ['http://127.0.0.1/cb'] });
  const register = (url: string, path = '/oauth/register') =>
    fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  {
    await using hub = await startAuthHub();
    expect((await register(hub.url)).status).toBe(404);
    for (const path of ['/register', '/token', '/authorize'])
      expect((await register(hub.url, path)).status, path).toBe(404);
  }
  await using hub = await startAuthHub({ settings: { compatibility: true, registrationsPerHour: 2 } });
  const made = await register(hub.url, '/register');
  expect(made.status).toBe(201);
  const { client_id: id } = (await made.json()) as { client_id: string };
  const { access } = await new OAuthClient(hub.url, id, 'http://127.0.0.1:4711/cb').signIn();
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
  expect((await register(hub.url)).status).toBe(201);
  const third = await register(hub.url);
  expect(third.status).toBe(429);
  expect(third.headers.get('retry-after')).toBe('3600');
  const wrong = await fetch(`${hub.url}/oauth/register`, { method: 'POST', body: '{' });
  expect(wrong.status).toBe(429);
});

test('the paths of 2025-03-26 lead to the same server', async () => {
  await using hub = await startAuthHub({ settings: { compatibility: true } });
  const client = new OAuthClient(hub.url);
  const browser = new TestBrowser(hub.url);
  const start = await browser.go(
    client.request({ resource: undefined }).replace('/oauth/auth', '/authorize'),
  );
  const end = await client.answer(browser, start);
  const response = await fetch(`${hub.url}/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: end.url.searchParams.get('code') ?? '',
      redirect_uri: client.redirect,
      client_id: client.id,
      code_verifier: client.verifier,
    }).toString(),
  });
  const { access_token: access } = (await response.json()) as { access_token: string };
  expect((await useMcp(hub.url, `Bearer ${access}`)).status).toBe(200);
});

test.each([
  'https://app.example/callback/',
  'https://app.example/callback?x=1',
  'https://app.example/Callback',
  'https://app.example:443/callback',
  'https://app.example.evil.example/callback',
  'http://app.example/callback',
  'https://app.example/callback/../other',
  'https://app.example/callback#x',
  'https://app.example/callback%00',
  '//app.example/callback',
])('a code is never sent to %s, which is not what is registered', async (redirect) => {
  await using hub = await startAuthHub();
  const page = await new TestBrowser(hub.url).go(new OAuthClient(hub.url, 'client-test', redirect).request());
  expect(page.response.status).toBe(400);
  expect(page.response.headers.get('location')).toBeNull();
});

test('a request without PKCE, or with the plain one, is refused', async () => {
  await using hub = await startAuthHub();
  const client = new OAuthClient(hub.url);
  for (const changes of [
    { code_challenge: undefined, code_challenge_method: undefined },
    { code_challenge_method: 'plain' },
    { code_challenge_method: undefined },
  ]) {
    const end = await new TestBrowser(hub.url).go(client.request(changes));
    expect(end.url.searchParams.get('error')).toBe('invalid_request');
  }
});
