import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '@signalbox/sdk';
import { SignalboxError } from '@signalbox/sdk';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { describeClose } from '../src/wire/websocket-close.ts';
import { errorOf } from './support/error-of.ts';
import { FakeClock, settle } from './support/fake-clock.ts';
import { startGateway, type TestGateway } from './support/gateway-context.ts';
import { memoryDatabase } from './support/memory-database.ts';

let gateway: TestGateway | undefined;
let server: WebSocketServer | undefined;

afterEach(async () => {
  await gateway?.stop();
  for (const client of server?.clients ?? []) client.terminate();
  server?.close();
  gateway = server = undefined;
});

/** A legacy server whose tool `go` does what the test says. */
async function serve(
  onCall: (socket: WebSocket, id: number, count: number) => void,
  options: { protocol?: string | false; verify?: (request: IncomingMessage) => number } = {},
): Promise<string> {
  let count = 0;
  const own = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    handleProtocols: () => options.protocol ?? 'mcp',
    verifyClient: ({ req }, done) => {
      const status = options.verify?.(req) ?? 200;
      done(status === 200, status);
    },
  });
  server = own;
  own.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data) => {
      const { id, method, params } = JSON.parse(textOf(data)) as {
        id: number;
        method: string;
        params: JsonObject;
      };
      const reply = (answer: JsonObject): void =>
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
      if (method === 'initialize') {
        const { protocolVersion } = params;
        const serverInfo = { name: 'w', version: '1' };
        reply({
          result: { protocolVersion: protocolVersion ?? '', capabilities: { tools: {} }, serverInfo },
        });
      } else if (method === 'tools/list')
        reply({ result: { tools: [{ name: 'go', inputSchema: { type: 'object' } }] } });
      else if (method === 'tools/call') onCall(socket, id, ++count);
      else if (id !== undefined) reply({ error: { code: -32601, message: 'unknown' } });
    });
  });
  await new Promise<void>((resolve) => own.once('listening', resolve));
  return `ws://127.0.0.1:${(own.address() as AddressInfo).port}/mcp`;
}

const done = (id: number): string => JSON.stringify({ jsonrpc: '2.0', id, result: { content: [] } });

async function start(url: string, more: JsonObject = {}): Promise<TestGateway> {
  gateway = await startGateway({ upstreams: { w: { url, ...more } } });
  return gateway;
}

async function errorOfCall(
  onCall: Parameters<typeof serve>[0],
  more: JsonObject = {},
): Promise<SignalboxError> {
  const started = await start(await serve(onCall), more);
  await started.untilState('w', 'available');
  return errorOf(started.call({ upstream: 'w', name: 'go' }));
}

test.each([
  [1000, 'as agreed'],
  [1001, 'going away'],
  [1003, 'does not take this kind'],
  [1008, 'against its policy'],
  [1009, 'too large'],
  [1011, 'failed inside'],
  [1012, 'restarts'],
  [1013, 'overloaded'],
  [4321, 'a reason of its own'],
])(
  'close code %i fails the calls that run and says what it means; it is connected anew',
  async (code, words) => {
    const error = await errorOfCall((socket, id, count) =>
      count === 1 ? socket.close(code, 'so there') : socket.send(done(id)),
    );
    expect(error.code).toBe('upstream_unavailable');
    expect(error.message).toContain(words);
    expect(error.message).toContain(`close code ${code}, saying "so there"`);
    await gateway?.until('it is connected anew', () => gateway?.registry.get('w').restarts === 1);
    await gateway?.untilState('w', 'available');
    expect(await gateway?.call({ upstream: 'w', name: 'go' })).toMatchObject({ kind: 'data' });
  },
);

test('a close code is told in words, and its reason is cut and made one line', () => {
  expect(describeClose(1006, '')).toBe('the connection broke without a word (close code 1006)');
  expect(describeClose(2999, `a\nb${'x'.repeat(500)}`)).toBe(
    `it closed the connection (close code 2999, saying "a b${'x'.repeat(120)}")`,
  );
});

describe('a connection ends', () => {
  test('for a binary frame', async () => {
    const error = await errorOfCall((socket) => socket.send(Buffer.from('{}'), { binary: true }));
    expect(error.code).toBe('upstream_invalid_answer');
    expect(error.message).toContain('a binary frame');
  });

  test('for a frame over maxMessageBytes', async () => {
    const error = await errorOfCall((socket) => socket.send('x'.repeat(5_000)), { maxMessageBytes: 2_048 });
    expect(error.code).toBe('upstream_invalid_answer');
    expect(error.message).toContain('raise its maxMessageBytes');
  });

  test('for a flood of what is no message', async () => {
    const error = await errorOfCall((socket) => {
      for (let index = 0; index < 200; index++) socket.send('noise');
    });
    expect(error.code).toBe('upstream_invalid_answer');
    expect(error.message).toContain('messages in a row that are no answers');
    expect(error.message).toContain('its WebSocket');
  });

  test('when it breaks', async () => {
    const error = await errorOfCall((socket) => socket.terminate());
    expect(error.message).toContain('close code 1006');
  });

  test('when a peer is there and does not answer a ping', async () => {
    const clock = new FakeClock();
    const url = await serve(() => undefined);
    // A half-open connection: the other side is not told, and says nothing.
    server?.on('connection', (socket) => (socket.pong = () => undefined));
    server?.removeAllListeners('ping');
    gateway = await startGateway({ upstreams: { w: { url, era: 'legacy' } }, clock });
    await gateway.untilState('w', 'available');
    for (const client of server?.clients ?? []) client.pause();
    const failing = errorOf(gateway.call({ upstream: 'w', name: 'go' }));
    await clock.advance(15_000);
    await settle();
    await clock.advance(15_000);
    const error = await failing;
    expect([error.code, error.message]).toEqual([
      'upstream_unavailable',
      expect.stringContaining('did not answer a ping within 15000 ms'),
    ]);
  });
});

test('a call is refused while too much waits for an upstream that does not read', async () => {
  const url = await serve(() => undefined);
  const started = await start(url, { era: 'legacy' });
  await started.untilState('w', 'available');
  for (const client of server?.clients ?? []) client.pause();
  const controller = new AbortController();
  const big = { name: 'x', arguments: { text: 'x'.repeat(4_000_000) } };
  const send = () =>
    errorOf(started.call({ upstream: 'w', name: 'go', params: big, signal: controller.signal }));
  const calls = Array.from({ length: 12 }, send);
  const first = await Promise.race(calls);
  expect([first.code, first.message]).toEqual([
    'overloaded',
    expect.stringContaining('does not take what it is sent'),
  ]);
  controller.abort(new SignalboxError('cancelled', 'enough'));
  await Promise.all(calls);
});

test('answers may come in a batch', async () => {
  const url = await serve((socket, id) =>
    socket.send(`[{"jsonrpc":"2.0","method":"notifications/message","params":{"data":1}},${done(id)}]`),
  );
  const started = await start(url);
  await started.untilState('w', 'available');
  const seen: unknown[] = [];
  const channels = { log: (message: unknown) => void seen.push(message) };
  expect(await started.call({ upstream: 'w', name: 'go', channels })).toMatchObject({ kind: 'data' });
  expect(seen).toEqual([{ data: 1 }]);
});

test.each([
  ['refuses the key', { verify: () => 401 }, 'check the credentials'],
  ['is not there', { verify: () => 404 }, 'check the path'],
  ['is busy', { verify: () => 503 }, 'try again later'],
  ['speaks another subprotocol', { protocol: 'other' }, 'does not speak the WebSocket subprotocol "mcp"'],
])('a server that %s is unavailable, with a reason', async (_what, options, reason) => {
  const started = await start(await serve(() => undefined, options));
  expect((await started.untilState('w', 'unavailable')).reason).toContain(reason);
});

test('nobody at the address is a reason, too', async () => {
  const url = await serve(() => undefined);
  const closing = server;
  await new Promise<void>((resolve) => closing?.close(() => resolve()));
  const started = await start(url);
  expect((await started.untilState('w', 'unavailable')).reason).toContain('nothing listens at its url');
});

test('headers are sent, and what was found out is remembered: the second start does not probe', async () => {
  const store = memoryDatabase();
  const keys: unknown[] = [];
  const url = await serve((socket, id) => socket.send(done(id)), {
    verify: ({ headers }) => {
      keys.push(headers['x-key']);
      return 200;
    },
  });
  const methods: string[] = [];
  server?.on('connection', (socket) =>
    socket.on('message', (data) => methods.push((JSON.parse(textOf(data)) as { method: string }).method)),
  );
  const upstreams = { w: { url, headers: { 'X-Key': 'secret' } } };
  gateway = await startGateway({ upstreams, store });
  expect(await gateway.untilState('w', 'available')).toMatchObject({ transport: 'websocket', era: 'legacy' });
  await gateway.stop();
  expect(methods[0]).toBe('server/discover');
  methods.length = 0;
  gateway = await startGateway({ upstreams, store });
  await gateway.untilState('w', 'available');
  expect(methods[0]).toBe('initialize');
  expect(keys).toEqual(['secret', 'secret']);
});

const decoder = new TextDecoder();

/** The text of a frame, in whatever pieces it was given. */
function textOf(data: WebSocket.RawData): string {
  return decoder.decode(Array.isArray(data) ? Buffer.concat(data) : data);
}
