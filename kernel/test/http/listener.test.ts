import { connect, type Socket } from 'node:net';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { FakeClock, startTestHub, type TestHub } from '@signalbox/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeExtension } from '../support/extensions.ts';
import { bearer, send, sendRaw } from '../support/http.ts';
import { web } from '../support/web.ts';

let hub: TestHub;

const upgrading = makeExtension('upgrading', ({ routes }) =>
  routes.mount({
    path: '/wire',
    access: 'principal',
    handle: (_request, response) => void response.end('plain'),
    upgrade: (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\nhello');
      socket.on('end', () => socket.end());
      socket.on('data', (chunk: Buffer) => socket.write(`heard ${chunk.toString()}`));
    },
  }),
);

beforeAll(async () => {
  hub = await startTestHub({
    extensions: [web, upgrading],
    settings: { http: { port: 0, headersTimeoutMs: 200, requestTimeoutMs: 400 } },
  });
});

afterAll(() => hub.stop());

const open = (url: string): Promise<Socket> => {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => resolve(socket));
    socket.once('error', reject);
  });
};
const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    socket.on('error', () => undefined);
    socket.once('close', () => resolve());
    socket.resume();
  });

describe('the listener', () => {
  test('refuses headers that are too large', async () => {
    const text = `GET /livez HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`;
    expect(await sendRaw(hub.url, text)).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each([
    ['whose headers never end', 'GET /livez HTTP/1.1\r\nhost: localhost\r\nx: y'],
    ['whose body never ends', 'POST /api/v1/pets HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\n{'],
    ['that says nothing', ''],
  ])('lets go of a client %s', async (_what, text) => {
    const received = await sendRaw(hub.url, text);
    if (text !== '') expect(received).toMatch(/^HTTP\/1\.1 (?:401|408) /);
  });

  test.each([
    [
      'two lengths',
      'GET /livez HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
    ],
    [
      'a length beside chunks',
      'POST /livez HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a space before the colon', 'GET /livez HTTP/1.1\r\nhost : localhost\r\n\r\n'],
    ['bare line feeds', 'GET /livez HTTP/1.1\nhost: localhost\n\n'],
    ['no HTTP', 'hello\r\n\r\n'],
  ])('refuses %s: nothing is smuggled past it', async (_what, text) => {
    expect(await sendRaw(hub.url, text)).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('says that the port is taken, and what to do', async () => {
    const { port } = new URL(hub.url);
    const outcome = startTestHub({ extensions: [], settings: { http: { port: Number(port) } } });
    const error = await expectRejection('conflict', outcome);
    expect(error.message).toBe(
      `port ${port} on 127.0.0.1 is taken; stop what uses it, or start with --port 0 for a free one`,
    );
  });

  test('stops what was started when it cannot listen', async () => {
    const stopped: string[] = [];
    const { port } = new URL(hub.url);
    const witness = makeExtension('witness', ({ onStop }) => onStop(() => void stopped.push('witness')));
    await expectRejection(
      'conflict',
      startTestHub({ extensions: [witness], settings: { http: { port: Number(port) } } }),
    );
    expect(stopped).toEqual(['witness']);
  });

  test('says that an address is not of this machine', async () => {
    const http = { port: 0, host: '203.0.113.7', publicUrl: 'https://hub.example.com' };
    const error = await expectRejection(
      'invalid_settings',
      startTestHub({ extensions: [], settings: { http } }),
    );
    expect(error.message).toMatch(/^cannot listen on 203\.0\.113\.7:0 \(EADDRNOTAVAIL\)/);
  });

  test('listens nowhere when it is told so', async () => {
    const silent = await startTestHub({ extensions: [web], settings: { http: { enabled: false } } });
    expect(silent.hub.url).toBe(undefined);
    await silent.stop();
  });
});

describe('connections of one address', () => {
  test('are bounded, and one that ends makes room', async () => {
    const small = await startTestHub({
      extensions: [],
      settings: { http: { port: 0, maxConnectionsPerAddress: 2 } },
    });
    const first = await open(small.url);
    const second = await open(small.url);
    await closed(await open(small.url));
    const gone = closed(first);
    first.destroy();
    await gone;
    const retry = async (): Promise<number> => {
      try {
        return (await send(`${small.url}/livez`)).status;
      } catch {
        return retry();
      }
    };
    expect(await retry()).toBe(200);
    second.destroy();
    await small.stop();
  });
});

describe('an upgrade', () => {
  const head = (path: string, protocol: string, more = ''): string =>
    `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: Upgrade\r\nupgrade: ${protocol}\r\n${more}\r\n`;
  const key = (): string => `authorization: Bearer ${hub.key}\r\n`;

  test('is given to the mount that takes it', async () => {
    expect(await sendRaw(hub.url, head('/wire', 'own', key()), 'hello')).toContain('101 Switching Protocols');
  });

  test('gets what the client sent along with its request', async () => {
    expect(await sendRaw(hub.url, `${head('/wire', 'own', key())}first line`, 'heard')).toMatch(
      /heard first line$/,
    );
  });

  test('without a key is refused, and the connection ended', async () => {
    expect(await sendRaw(hub.url, head('/wire', 'own'))).toMatch(/^HTTP\/1\.1 401 unauthenticated\r\n/);
  });

  test('that nobody wants is answered as the plain request it also is (RFC 9110 §7.8)', async () => {
    const more = `${key()}http2-settings: AAMAAABkAAQAAP__\r\n`;
    expect(await sendRaw(hub.url, head('/raw', 'h2c', more), '"rest":""}')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(await sendRaw(hub.url, head('/nothing', 'h2c', more), '}}')).toMatch(
      /^HTTP\/1\.1 404 Not Found\r\n/,
    );
  });
});

describe('stopping', () => {
  test('ends also the connections that were upgraded, or refused to be, by clients that stay', async () => {
    const clock = new FakeClock();
    const own = await startTestHub({ extensions: [upgrading], clock });
    const sockets = [await open(own.url), await open(own.url), await open(own.url)];
    const ends = sockets.map(closed);
    const answered = sockets
      .slice(0, 2)
      .map((socket) => new Promise((resolve) => socket.once('data', resolve)));
    sockets[0]?.write('GET /wire HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n');
    sockets[1]?.write(
      `GET /wire HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: x\r\nauthorization: Bearer ${own.key}\r\n\r\n`,
    );
    await Promise.all(answered);
    const stopping = own.stop();
    clock.advance(3_000);
    await stopping;
    await Promise.all(ends);
    await expect(send(`${own.url}/livez`)).rejects.toThrow('ECONNREFUSED');
  });

  test('lets an answer that is on its way arrive', async () => {
    let answer: () => void = () => undefined;
    let isAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const slow = makeExtension('slow', ({ routes }) =>
      routes.mount({
        path: '/slow',
        access: 'principal',
        handle: (_request, response) => {
          answer = () => void response.end('at last');
          isAsked();
        },
      }),
    );
    const own = await startTestHub({ extensions: [slow] });
    const outcome = send(`${own.url}/slow`, { headers: bearer(own.key) });
    await asked;
    const stopping = own.stop();
    answer();
    expect((await outcome).body).toBe('at last');
    await stopping;
  });
});
