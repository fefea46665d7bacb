import { connect } from 'node:net';
import { clientAddress } from '@signalbox/sdk';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeExtension } from '../support/extensions.ts';
import { bearer, send } from '../support/http.ts';

/** Tells from where a request came, as the hub sees it. */
const teller = makeExtension('teller', ({ routes }) => {
  routes.mount({
    path: '/whence',
    access: 'principal',
    handle: (asked, response, { interface: through }) => {
      asked.resume();
      response.end(`${clientAddress(asked)} ${through.address}`);
    },
  });
});

const start = (trustedProxies: string[]): Promise<TestHub> =>
  startTestHub({ extensions: [teller], settings: { http: { port: 0, trustedProxies, level: 'trusted' } } });

let trusting: TestHub;
let plain: TestHub;
beforeAll(async () => {
  [trusting, plain] = [await start(['127.0.0.0/8', '10.0.0.0/8', 'fd00::/8']), await start([])];
});
afterAll(async () => {
  await trusting.stop();
  await plain.stop();
});

const whence = async (hub: TestHub, forwarded?: string): Promise<string> => {
  const headers = {
    ...bearer(hub.key),
    ...(forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }),
  };
  return (await send(`${hub.url}/whence`, { headers })).body;
};

describe('behind a trusted proxy a request comes from', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['203.0.113.9, 192.0.2.7', '192.0.2.7'],
    ['192.0.2.7, 10.1.2.3', '192.0.2.7'],
    ['127.0.0.1, 192.0.2.7, 10.1.2.3, fd00::7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['nonsense', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['10.1.2.3', '127.0.0.1'],
    [undefined, '127.0.0.1'],
  ])('%j: %s', async (forwarded, expected) => {
    expect(await whence(trusting, forwarded)).toBe(`${expected} ${expected}`);
  });
});

test('without one nobody says where they come from', async () => {
  expect(await whence(plain, '192.0.2.7')).toBe('127.0.0.1 127.0.0.1');
});

test('what only this machine is told, it is not told through a proxy on it', async () => {
  const proof = async (headers: Record<string, string>): Promise<number> =>
    (await send(`${trusting.url}/local/proof?nonce=${'a'.repeat(32)}`, { headers })).status;
  expect(await proof({})).toBe(200);
  expect(await proof({ 'x-forwarded-for': '192.0.2.7' })).not.toBe(200);
});

test('the connections of many come over one proxy, and are not counted as those of one', async () => {
  const sockets = Array.from({ length: 130 }, () => connect(Number(new URL(trusting.url).port), '127.0.0.1'));
  const answered = sockets.map(
    (socket) =>
      new Promise<boolean>((resolve) => {
        socket.once('data', () => resolve(true));
        socket.once('close', () => resolve(false));
        socket.once('error', () => resolve(false));
        socket.write('GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n');
      }),
  );
  // None is closed before all have been answered, so they are open at the same time.
  expect((await Promise.all(answered)).filter(Boolean).length).toBe(130);
  for (const socket of sockets) socket.destroy();
});
