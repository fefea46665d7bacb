import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bearer, send, sendRaw } from '../support/http.ts';
import { web } from '../support/web.ts';

let hub: TestHub;
let port: string;

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [web],
    settings: {
      http: {
        port: 0,
        publicUrl: 'https://hub.example.com:8443/x',
        allowedHosts: ['Box.Lan'],
        allowedOrigins: ['https://console.example.com', 'http://[::1]:3000'],
      },
    },
  });
  port = new URL(hub.url).port;
});

afterAll(() => hub.stop());

const ask = (headers: { [name: string]: string }, path = '/raw') =>
  send(`${hub.url}${path}`, { headers: { ...bearer(hub.key), ...headers } });
const here = (text: string): string => text.replaceAll('PORT', port);

describe('the Host header', () => {
  test.each([
    '127.0.0.1:PORT',
    '127.0.0.1',
    'localhost:PORT',
    'LOCALHOST:PORT',
    '[::1]:PORT',
    '[::1]',
    'localhost:1',
    'hub.example.com',
    'hub.example.com:8443',
    'HUB.EXAMPLE.COM',
    'box.lan',
    'BOX.LAN:PORT',
  ])('%s is let in', async (host) => {
    expect((await ask({ host: here(host) })).status).toBe(200);
  });

  test.each([
    'evil.example.com',
    'evil.example.com:PORT',
    'localhost.evil.com',
    'localhost.',
    '127.0.0.1.evil.com',
    '127.0.0.1.nip.io:PORT',
    '127.1',
    '2130706433',
    '0x7f000001',
    '0.0.0.0:PORT',
    '127.0.0.2',
    '[::]:PORT',
    '[::ffff:127.0.0.1]',
    '169.254.169.254',
    '10.0.0.1',
    'ada@localhost',
    'localhost@evil.com',
    'localhost:PORT@evil.com',
    'localhost:PORT:80',
    'localhost:x',
    'localhost:',
    '::1',
    'sub.box.lan',
    'example.com',
    'hub.example.com.evil.com',
    'xn--lcalhost-n4a',
    ' ',
  ])('%s is refused, whoever asks', async (host) => {
    for (const path of ['/raw', '/api/v1/hello', '/readyz', '/metrics', '/nothing']) {
      const answer = await ask({ host: here(host) }, path);
      expect([path, answer.status, JSON.parse(answer.body)]).toEqual([
        path,
        403,
        {
          error: { code: 'origin_refused', message: expect.stringContaining('http.allowedHosts') as unknown },
        },
      ]);
    }
  });

  test('that is not there is refused', async () => {
    expect(await sendRaw(hub.url, 'GET /raw HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
    expect(await sendRaw(hub.url, 'GET /raw HTTP/1.1\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  test('is judged for an upgrade too', async () => {
    const text = `GET /raw HTTP/1.1\r\nhost: evil.com\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`;
    expect(await sendRaw(hub.url, text, '\r\n\r\n')).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe('the Origin header', () => {
  test.each([
    ['http://127.0.0.1:PORT', '127.0.0.1:PORT'],
    ['http://localhost:PORT', 'localhost:PORT'],
    ['https://hub.example.com:8443', 'hub.example.com:8443'],
    ['https://console.example.com', '127.0.0.1:PORT'],
    ['http://[::1]:3000', 'localhost:PORT'],
  ])('%s may call %s', async (origin, host) => {
    expect((await ask({ origin: here(origin), host: here(host) })).status).toBe(200);
  });

  test.each([
    ['null', '127.0.0.1:PORT'],
    ['https://evil.com', '127.0.0.1:PORT'],
    ['http://localhost:3000', 'localhost:PORT'],
    ['http://localhost', 'localhost:PORT'],
    ['http://127.0.0.1:PORT', 'localhost:PORT'],
    ['http://127.0.0.1:PORT.evil.com', '127.0.0.1:PORT'],
    ['http://console.example.com', '127.0.0.1:PORT'],
    ['https://console.example.com:444', '127.0.0.1:PORT'],
    ['https://console.example.com.evil.com', '127.0.0.1:PORT'],
    ['https://evil.com https://console.example.com', '127.0.0.1:PORT'],
    ['file://', '127.0.0.1:PORT'],
    ['chrome-extension://abcdef', '127.0.0.1:PORT'],
    ['http://evil.com', 'evil.com'],
    ['', '127.0.0.1:PORT'],
  ])('%s may not call %s', async (origin, host) => {
    const answer = await ask({ origin: here(origin), host: here(host) });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      403,
      { error: { code: 'origin_refused' } },
    ]);
    expect(answer.headers['access-control-allow-origin']).toBe(undefined);
  });

  test('is judged before the key, and the same pair again is judged the same', async () => {
    for (let round = 0; round < 3; round++) {
      const statuses = await Promise.all([
        send(`${hub.url}/raw`, { headers: { origin: 'https://evil.com' } }),
        ask({ origin: 'https://console.example.com' }),
      ]);
      expect(statuses.map(({ status }) => status)).toEqual([403, 200]);
    }
  });

  test('of a page is never answered with leave to read', async () => {
    const preflight = await send(`${hub.url}/raw`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.com', 'access-control-request-method': 'POST' },
    });
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  });
});
