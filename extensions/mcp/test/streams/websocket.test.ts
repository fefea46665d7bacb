import { connect } from 'node:net';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { until } from '../support/legacy.ts';
import { enveloped } from '../support/modern.ts';
import { connectSocket } from '../support/sockets.ts';
import { note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const initialize = (protocolVersion = '2025-11-25', capabilities = {}) =>
  rpc('init', 'initialize', { protocolVersion, capabilities, clientInfo: { name: 'ws', version: '1' } });

describe('a WebSocket', () => {
  test('carries both eras, and shows the view of its path', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = await connectSocket(hub);
    expect(client.socket.protocol).toBe('mcp');
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    expect(await client.answer(1)).toMatchObject({
      result: { resultType: 'complete', content: [{ text: 'ok' }] },
    });
    client.send(initialize());
    await client.answer('init');
    client.send(rpc(2, 'tools/call', { name: 'a__t' }));
    expect(await client.answer(2)).toEqual({
      jsonrpc: '2.0',
      id: 2,
      result: { content: [{ type: 'text', text: 'ok' }] },
    });
    client.socket.close();

    const own = await connectSocket(hub, { path: '/u/a/mcp' });
    own.send(rpc(1, 'tools/call', enveloped({ name: 't' })));
    expect(await own.answer(1)).toMatchObject({ result: { content: [{ text: 'ok' }] } });
    own.socket.close();
  });

  test('carries progress, questions and changes', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const source = hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      request.channels?.progress?.({ progress: 1 });
      const params = { message: 'who?', requestedSchema: { type: 'object', properties: {} } };
      const answer = await request.channels?.ask?.({ method: 'elicitation/create', params }, signal);
      return data({ content: [], answer: answer ?? null });
    });
    clock.advance(50);
    const client = await connectSocket(hub);
    client.send(initialize('2025-11-25', { elicitation: {} }));
    await client.answer('init');
    client.send(rpc(1, 'tools/call', { name: 'a__t', _meta: { progressToken: 'p' } }));
    const [, progress, question] = await client.messages(3);
    expect([progress, question]).toMatchObject([
      { method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } },
      { method: 'elicitation/create' },
    ]);
    const { id } = question as { id: string };
    client.send({ jsonrpc: '2.0', id, result: { action: 'decline' } });
    expect(await client.answer(1)).toMatchObject({ result: { answer: { action: 'decline' } } });
    source.publish(tools('u'));
    clock.advance(50);
    const all = await client.messages(5);
    expect(all.at(-1)).toMatchObject({ method: 'notifications/tools/list_changed' });
    client.socket.close();
  });

  test('takes batches of 2025-03-26 and answers them in one frame', async () => {
    await using hub = await startMcpHub();
    const client = await connectSocket(hub);
    client.send(initialize('2025-03-26'));
    await client.answer('init');
    client.send([rpc(1, 'ping'), rpc(2, 'ping')]);
    const [, batch] = await client.messages(2);
    expect(batch).toEqual([1, 2].map((id) => ({ jsonrpc: '2.0', id, result: {} })));
    client.socket.close();
  });

  test('cancels what runs when its client goes away', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await connectSocket(hub);
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    const call = await hub.shop.call(1);
    client.socket.terminate();
    await until(() => call.invocation.signal.aborted);
  });
});

describe('a WebSocket is refused', () => {
  test.each<[string, Parameters<typeof connectSocket>[1], number]>([
    ['to a page of another site', { origin: 'http://evil.example' }, 403],
    ['under a name that is not the hub’s', { headers: { host: 'evil.example' } }, 403],
    ['without a key', { key: null }, 401],
    ['with a wrong key', { key: 'wrong' }, 401],
    ['without the subprotocol', { protocols: [] }, 400],
    ['with another subprotocol', { protocols: ['graphql-ws'] }, 400],
    ['at an upstream that is not there', { path: '/u/nobody/mcp' }, 404],
    ['where there is none', { path: '/sse' }, 404],
  ])('%s', async (_what, options, status) => {
    await using hub = await startMcpHub();
    await expect(connectSocket(hub, options)).rejects.toThrow(String(status));
  });

  test('to a page of another site though nobody needs a key', async () => {
    await using hub = await startMcpHub({ noAuth: true });
    const options = { key: null, headers: { cookie: 'session=1' } };
    await expect(connectSocket(hub, { ...options, origin: 'http://evil.example' })).rejects.toThrow('403');
    const own = await connectSocket(hub, { ...options, origin: hub.hub.url });
    own.socket.close();
  });

  test('beyond the number one principal may have, and all together, until one is closed', async () => {
    await using hub = await startMcpHub({
      noAuth: true,
      settings: { mcp: { maxConnections: 3, maxConnectionsPerPrincipal: 2 } },
    });
    const own = [await connectSocket(hub), await connectSocket(hub)];
    await expect(connectSocket(hub)).rejects.toThrow('503');
    const third = await connectSocket(hub, { key: null });
    await expect(connectSocket(hub, { key: null })).rejects.toThrow('503');
    own[0]?.socket.close();
    await own[0]?.closed;
    await until(() => hub.shop.callCount() === 0);
    (await connectSocket(hub)).socket.close();
    own[1]?.socket.close();
    third.socket.close();
  });

  test('and an upgrade to anything else is a plain request', async () => {
    await using hub = await startMcpHub();
    const answer = await hub.post(rpc(1, 'tools/list', enveloped()), {
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/list',
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQAAP__',
    });
    expect(answer.status).toBe(200);
  });
});

describe('a WebSocket is closed', () => {
  test('with 1001 when the hub stops', async () => {
    const hub = await startMcpHub();
    const client = await connectSocket(hub);
    const stopping = hub.stop();
    expect(await client.closed).toEqual([1001, 'the hub stops']);
    await stopping;
  });

  test('with 1003 for a binary frame', async () => {
    await using hub = await startMcpHub();
    const client = await connectSocket(hub);
    client.socket.send(Buffer.from('{}'), { binary: true });
    expect(await client.closed).toEqual([1003, 'messages are text']);
  });

  test('with 1007 for bytes that are no text', async () => {
    await using hub = await startMcpHub();
    const client = await connectSocket(hub);
    client.socket.send(Buffer.from([0x7b, 0xff, 0xfe]), { binary: false });
    expect((await client.closed)[0]).toBe(1007);
  });

  test('with 1009 for a frame that is too large', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxBodyBytes: 1_024 } } });
    const client = await connectSocket(hub);
    client.socket.send('x'.repeat(2_000));
    expect((await client.closed)[0]).toBe(1009);
  });

  test('with 1008 for a flood of what is no message, each of which is answered', async () => {
    await using hub = await startMcpHub();
    const client = await connectSocket(hub);
    for (let index = 0; index < 100; index++) client.socket.send('no message');
    expect((await client.closed)[0]).toBe(1008);
    expect(client.received()).toHaveLength(100);
    expect(client.received()[0]).toMatchObject({ error: { code: -32700 } });
  });

  test('with 1013 when too much waits to be read', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await connectSocket(hub);
    client.send(initialize());
    client.send(rpc(1, 'tools/call', { name: 'a__t', _meta: { progressToken: 'p' } }));
    const call = await hub.shop.call(1);
    client.socket.pause();
    const message = 'x'.repeat(1_000_000);
    for (let progress = 1; progress <= 40; progress++) {
      call.invocation.request.channels?.progress?.({ progress, message });
      await new Promise<void>((next) => setImmediate(next));
    }
    client.socket.resume();
    expect(await client.closed).toEqual([1013, 'too much waits to be read']);
    expect(client.received().length).toBeLessThan(40);
    await until(() => call.invocation.signal.aborted);
  });

  test('when it has gone without a word', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { keepAliveMs: 1_000 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const alive = await connectSocket(hub);
    const { hostname, port } = new URL(hub.hub.url);
    const half = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
    const head = [
      'GET /mcp HTTP/1.1',
      'host: localhost',
      `authorization: Bearer ${hub.hub.key}`,
      'connection: Upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==',
      'sec-websocket-protocol: mcp',
    ];
    half.write(`${head.join('\r\n')}\r\n\r\n`);
    await new Promise<void>((resolve) => half.once('data', () => resolve()));
    const ended = new Promise<void>((resolve) => half.once('close', () => resolve()));
    half.on('error', () => undefined);
    const pinged = new Promise<void>((resolve) => alive.socket.once('ping', () => resolve()));
    clock.advance(1_000);
    await pinged;
    // The answer of the live one has to arrive before the next look.
    alive.send(rpc(1, 'ping', enveloped()));
    await alive.answer(1);
    clock.advance(1_000);
    half.resume();
    half.end();
    await ended;
    alive.send(rpc(2, 'ping', enveloped()));
    await alive.answer(2);
    alive.socket.close();
  });
});

describe('a client that sends without end', () => {
  test('is read no further than may run at once, and loses nothing', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxRequestsPerConnection: 10 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold, { timeoutMs: 600_000, maxConcurrentCalls: 10_000 });
    const client = await connectSocket(hub);
    for (let id = 1; id <= 50; id++) client.send(rpc(id, 'tools/call', enveloped({ name: 'a__t' })));
    await hub.shop.call(10);
    const other = await connectSocket(hub);
    other.send(rpc(1, 'tools/list', enveloped()));
    await other.answer(1);
    expect(hub.shop.callCount()).toBe(10);
    for (let number = 1; number <= 50; number++) (await hub.shop.call(number)).answer(text(`${number}`));
    expect(await client.messages(50)).toHaveLength(50);
    client.socket.close();
    other.socket.close();
  });

  test('may still answer what it is asked', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxRequestsPerConnection: 1 } } });
    hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      const params = { message: 'who?', requestedSchema: { type: 'object', properties: {} } };
      await request.channels?.ask?.({ method: 'elicitation/create', params }, signal);
      return text('answered');
    });
    const client = await connectSocket(hub);
    client.send(initialize('2025-11-25', { elicitation: {} }));
    client.send(note('notifications/initialized'));
    client.send(rpc(1, 'tools/call', { name: 'a__t' }));
    const [, question] = await client.messages(2);
    for (let id = 2; id <= 5; id++) client.send(rpc(id, 'tools/call', { name: 'a__t' }));
    expect(await client.answer(5)).toMatchObject({ error: { code: -31503 } });
    client.send({ jsonrpc: '2.0', id: (question as { id: string }).id, result: { action: 'accept' } });
    expect(await client.answer(1)).toMatchObject({ result: { content: [{ text: 'answered' }] } });
    client.socket.close();
  });

  test('10,000 messages whose answers nobody reads are not all taken, and all answered in the end', async () => {
    await using hub = await startMcpHub();
    let count = 0;
    const answer = 'x'.repeat(4_096);
    hub.shop.open(
      'a',
      tools('t'),
      () => {
        count++;
        return text(answer);
      },
      { maxConcurrentCalls: 10_000 },
    );
    const client = await connectSocket(hub);
    client.socket.pause();
    for (let id = 1; id <= 10_000; id++) client.send(rpc(id, 'tools/call', enveloped({ name: 'a__t' })));
    // Until the hub has nothing more it may do: what it takes has stopped growing.
    let before = -1;
    let still = 0;
    while (still < 200) {
      still = count === before && count > 0 ? still + 1 : 0;
      before = count;
      await new Promise<void>((next) => setImmediate(next));
    }
    expect(count).toBeLessThan(5_000);
    client.socket.resume();
    expect(await client.messages(10_000)).toHaveLength(10_000);
    client.socket.close();
  });
});
