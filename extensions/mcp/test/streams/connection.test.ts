import { type JsonObject, resourceUpdated } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { until } from '../support/legacy.ts';
import { connectLines, type LineClient } from '../support/lines.ts';
import { enveloped } from '../support/modern.ts';
import { type McpHub, note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const initialize = (version = '2025-11-25', capabilities: JsonObject = {}): JsonObject =>
  rpc('init', 'initialize', {
    protocolVersion: version,
    capabilities,
    clientInfo: { name: 'lines', version: '1' },
  });

async function initialized(hub: McpHub, capabilities: JsonObject = {}): Promise<LineClient> {
  const client = connectLines(hub);
  client.send(initialize('2025-11-25', capabilities));
  client.send(note('notifications/initialized'));
  await client.answer('init');
  return client;
}

describe('a connection over lines', () => {
  test('speaks the legacy era once it is initialized', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = await initialized(hub);
    client.send(rpc(1, 'tools/call', { name: 'a__t' }));
    client.send(rpc(2, 'ping'));
    expect(await client.answer(1)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { content: [{ type: 'text', text: 'ok' }] },
    });
    expect(await client.answer(2)).toEqual({ jsonrpc: '2.0', id: 2, result: {} });
  });

  test('speaks the modern era without a word before it, and both at once', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = connectLines(hub);
    client.send(rpc(1, 'server/discover', enveloped()));
    client.send(rpc(2, 'tools/call', enveloped({ name: 'a__t' })));
    expect(await client.answer(1)).toMatchObject({ result: { resultType: 'complete' } });
    expect(await client.answer(2)).toMatchObject({
      result: { resultType: 'complete', content: [{ text: 'ok' }] },
    });
    client.send(initialize());
    await client.answer('init');
    client.send(rpc(3, 'tools/list'));
    client.send(rpc(4, 'tools/list', enveloped()));
    expect((await client.answer(3))['result']).not.toHaveProperty('resultType');
    expect((await client.answer(4))['result']).toHaveProperty('resultType', 'complete');
  });

  test('shows the view it was opened for', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), () => text('ok'));
    const client = connectLines(hub, 'upstream:a');
    client.send(rpc(1, 'tools/call', enveloped({ name: 't' })));
    expect(await client.answer(1)).toMatchObject({ result: { content: [{ text: 'ok' }] } });
  });

  test.each([
    ['nothing/here', -32601],
    ['ping', -32601],
    ['constructor', -32601],
  ])('does not know the modern method %s', async (method, code) => {
    await using hub = await startMcpHub();
    const client = connectLines(hub);
    client.send(rpc(1, method, enveloped()));
    expect(await client.answer(1)).toMatchObject({ error: { code } });
  });

  test('answers a version it does not speak with those it does', async () => {
    await using hub = await startMcpHub();
    const client = connectLines(hub);
    client.send(
      rpc(1, 'server/discover', enveloped({}, { 'io.modelcontextprotocol/protocolVersion': '2099-01-01' })),
    );
    expect(await client.answer(1)).toMatchObject({
      error: {
        code: -32022,
        data: {
          requested: '2099-01-01',
          supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'],
        },
      },
    });
  });

  test('wants initialize before anything of the legacy era', async () => {
    await using hub = await startMcpHub();
    const client = connectLines(hub);
    client.send(rpc(1, 'tools/list'));
    client.send(rpc(2, 'initialize', { capabilities: {} }));
    client.send(note('notifications/initialized'));
    expect(await client.answer(1)).toMatchObject({
      error: { code: -32600, message: '"tools/list" came before "initialize"' },
    });
    expect(await client.answer(2)).toMatchObject({ error: { code: -32602 } });
  });

  test.each([
    ['garbage', 'hello there', -32700],
    ['half an object', '{"jsonrpc":', -32700],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600],
    ['no version', '{"id":1,"method":"ping"}', -32600],
    ['a number', '5', -32600],
    ['a deep text', '['.repeat(70) + ']'.repeat(70), -31413],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00]), -32700],
  ])('answers %s with an error and goes on', async (_what, line, code) => {
    await using hub = await startMcpHub();
    const client = await initialized(hub);
    client.sendRaw(line);
    client.sendRaw('\n\n\r\n');
    client.send(rpc(9, 'ping'));
    expect(await client.answer(9)).toEqual({ jsonrpc: '2.0', id: 9, result: {} });
    const [, failure, ...rest] = client.received();
    expect([failure, rest.length]).toMatchObject([{ jsonrpc: '2.0', error: { code } }, 1]);
    expect(failure).not.toHaveProperty('id');
  });

  test('puts lines together however they are cut', async () => {
    await using hub = await startMcpHub();
    const client = connectLines(hub);
    const whole = Buffer.from(
      `${JSON.stringify(rpc('ü😀', 'tools/list', enveloped()))}\r\n${JSON.stringify(rpc(2, 'tools/list', enveloped()))}\n`,
    );
    for (let index = 0; index < whole.length; index += 5) client.sendRaw(whole.subarray(index, index + 5));
    expect((await client.messages(2)).map(({ id }) => id)).toEqual(['ü😀', 2]);
  });

  test('ends with an error when a line is longer than it may be', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { maxBodyBytes: 1_024 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await initialized(hub);
    client.send(rpc(1, 'tools/call', { name: 'a__t' }));
    const call = await hub.shop.call(1);
    client.sendRaw('x'.repeat(1_025));
    await client.done;
    expect(client.received().at(-1)).toMatchObject({ error: { code: -31413 } });
    expect(call.invocation.signal.aborted).toBe(true);
  });

  test('keeps each answer on one line, also one that came as spread bytes', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      const answer = {
        jsonrpc: '2.0',
        id: request.rawAnswerId ?? null,
        result: { resultType: 'complete', text: 'a\nb' },
      };
      return { kind: 'bytes', bytes: Buffer.from(JSON.stringify(answer, null, 2)) };
    });
    const client = connectLines(hub);
    client.send(rpc(1, 'tools/call', enveloped({ name: 'a__t' })));
    client.send(rpc(2, 'tools/list', enveloped()));
    expect(await client.answer(1)).toEqual({
      jsonrpc: '2.0',
      id: 1,
      result: { resultType: 'complete', text: 'a\nb' },
    });
    await client.answer(2);
    expect(client.lines()).toHaveLength(2);
  });
});

describe('requests over lines', () => {
  test.each<[string, (params: JsonObject) => JsonObject]>([
    ['legacy', (params) => params],
    ['modern', (params) => enveloped(params)],
  ])('of the %s era say what comes before their result, and nothing after it', async (_era, dress) => {
    await using hub = await startMcpHub();
    let late: () => void = () => undefined;
    hub.shop.open('a', tools('t'), ({ request }) => {
      late = () => {
        request.channels?.progress?.({ progress: 2 });
        request.channels?.log?.({ level: 'error', data: 'late' });
      };
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const client = await initialized(hub);
    client.send(
      rpc(
        1,
        'tools/call',
        dress({ name: 'a__t', _meta: { progressToken: 'p', 'io.modelcontextprotocol/logLevel': 'debug' } }),
      ),
    );
    await client.answer(1);
    late();
    client.send(rpc(2, 'tools/list', dress({})));
    await client.answer(2);
    expect(client.received().map(({ method, id }) => method ?? id)).toEqual([
      'init',
      'notifications/progress',
      1,
      2,
    ]);
  });

  test.each<[string, (params: JsonObject) => JsonObject]>([
    ['legacy', (params) => params],
    ['modern', (params) => enveloped(params)],
  ])('of the %s era end without an answer when they are cancelled', async (_era, dress) => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await initialized(hub);
    client.send(rpc(7, 'tools/call', dress({ name: 'a__t' })));
    const call = await hub.shop.call(1);
    client.send(rpc(7, 'tools/list', dress({})));
    expect(await client.answer(7)).toMatchObject({
      error: { code: -32600, message: 'a request with id 7 is already running' },
    });
    client.send(note('notifications/cancelled', { requestId: '7' }));
    client.send(note('notifications/cancelled', { requestId: 7 }));
    await until(() => call.invocation.signal.aborted);
    client.send(rpc(8, 'tools/list', dress({})));
    await client.answer(8);
    expect(client.received().map(({ id }) => id)).toEqual(['init', 7, 8]);
  });

  test('ask the client, and take its answer', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      const answer = await request.channels?.ask?.({ method: 'roots/list', params: {} }, signal);
      return text(JSON.stringify(answer));
    });
    const client = await initialized(hub, { roots: {} });
    client.send(rpc(1, 'tools/call', { name: 'a__t' }));
    const [, question] = await client.messages(2);
    expect(question).toEqual({ jsonrpc: '2.0', id: 'signalbox-1', method: 'roots/list', params: {} });
    client.send({ jsonrpc: '2.0', id: 'signalbox-1', result: { roots: [] } });
    expect(await client.answer(1)).toMatchObject({ result: { content: [{ text: '{"roots":[]}' }] } });
  });
});

describe('changes over lines', () => {
  const watchable = [{ kind: 'resource' as const, name: 'x://1', definition: { uri: 'x://1', name: 'x' } }];

  test('are told in the legacy era without asking, and end with a new session', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const source = hub.shop.open('a', tools('t'), () => text('ok'));
    clock.advance(50);
    const client = await initialized(hub);
    source.publish(tools('u'));
    clock.advance(50);
    expect((await client.messages(2))[1]).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/tools/list_changed',
      params: {},
    });
    client.send(initialize('2025-06-18'));
    await client.messages(3);
    source.publish(tools('v'));
    clock.advance(50);
    client.send(rpc(1, 'ping'));
    await client.answer(1);
    expect(client.received().map(({ method, id }) => method ?? id)).toEqual([
      'init',
      'notifications/tools/list_changed',
      'init',
      'notifications/tools/list_changed',
      1,
    ]);
  });

  test('are told in the modern era to a subscription, from its source, until it is cancelled', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const watched: unknown[] = [];
    const source = hub.shop.open('a', [...tools('t'), ...watchable], ({ request }) => {
      watched.push(request.params['subscribe']);
      return data({});
    });
    clock.advance(50);
    const client = connectLines(hub);
    const notifications = { toolsListChanged: true, resourceSubscriptions: ['x://1', 'y://absent'] };
    client.send(rpc('sub', 'subscriptions/listen', enveloped({ notifications })));
    const _meta = { 'io.modelcontextprotocol/subscriptionId': 'sub' };
    expect(await client.messages(1)).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: { notifications: { toolsListChanged: true, resourceSubscriptions: ['x://1'] }, _meta },
      },
    ]);
    source.publish([...tools('u'), ...watchable]);
    clock.advance(50);
    hub.shop.context().events.publish(resourceUpdated, { source: 'a', uri: 'x://1' });
    expect((await client.messages(3)).slice(1)).toEqual([
      { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta } },
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'x://1', _meta } },
    ]);
    client.send(rpc('sub', 'tools/list', enveloped()));
    expect(await client.answer('sub')).toMatchObject({ error: { code: -32600 } });
    client.send(note('notifications/cancelled', { requestId: 'sub' }));
    await until(() => watched.length === 2);
    source.publish([...tools('v'), ...watchable]);
    clock.advance(50);
    client.send(rpc(9, 'tools/list', enveloped()));
    await client.answer(9);
    expect([watched, client.received().length]).toEqual([[true, false], 5]);
  });

  test('that cannot be subscribed to leave the id free', async () => {
    await using hub = await startMcpHub();
    const client = connectLines(hub);
    client.send(rpc(1, 'subscriptions/listen', enveloped({ notifications: 5 })));
    expect(await client.answer(1)).toMatchObject({ error: { code: -32602 } });
    client.send(rpc(1, 'tools/list', enveloped()));
    expect((await client.messages(2))[1]).toMatchObject({ id: 1, result: { tools: [] } });
  });

  test('end with a result when the hub stops', async () => {
    const hub = await startMcpHub();
    const client = connectLines(hub);
    client.send(rpc('sub', 'subscriptions/listen', enveloped({ notifications: { toolsListChanged: true } })));
    await client.messages(1);
    await hub.stop();
    expect(client.received().at(-1)).toMatchObject({ id: 'sub', result: { resultType: 'complete' } });
  });
});

describe('a client over lines that goes away', () => {
  test('still gets the answers to what it asked', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = await initialized(hub);
    client.send(rpc(1, 'tools/call', { name: 'a__t' }));
    client.send(rpc(2, 'tools/call', enveloped({ name: 'a__t' })));
    const calls = [await hub.shop.call(1), await hub.shop.call(2)];
    client.end();
    for (const call of calls) {
      expect(call.invocation.signal.aborted).toBe(false);
      call.answer();
    }
    await client.done;
    expect(new Set(client.received().map(({ id }) => id))).toEqual(new Set(['init', 1, 2]));
  });

  test('is not waited for longer than five seconds', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const client = connectLines(hub);
    client.send(rpc(2, 'tools/call', enveloped({ name: 'a__t' })));
    const call = await hub.shop.call(1);
    const before = clock.waiting;
    client.end();
    await until(() => clock.waiting > before);
    clock.advance(5_000);
    await client.done;
    expect(call.invocation.signal.aborted).toBe(true);
  });

  test('leaves nothing behind', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const watched: unknown[] = [];
    hub.shop.open(
      'a',
      [...tools('t'), { kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } }],
      ({ request }) => {
        watched.push(request.params['subscribe']);
        return data({});
      },
    );
    clock.advance(50);
    const before = clock.waiting;
    const client = await initialized(hub);
    client.send(rpc(1, 'resources/subscribe', { uri: 'x://1' }));
    client.send(
      rpc(2, 'subscriptions/listen', enveloped({ notifications: { resourceSubscriptions: ['x://1'] } })),
    );
    await client.messages(3);
    client.end();
    await client.done;
    await until(() => watched.length === 4);
    // The audit writes what it has, a moment later.
    clock.advance(50);
    expect([watched, clock.waiting]).toEqual([[true, true, false, false], before]);
  });
});
