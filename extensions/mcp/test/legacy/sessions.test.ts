import type { JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { send } from '../support/http-answer.ts';
import { openSession, until } from '../support/legacy.ts';
import { note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const errorOf = async (answer: { json: () => Promise<JsonObject> }) => {
  const error = (await answer.json())['error'] as JsonObject;
  return error['code'];
};

describe('initialize', () => {
  test.each([
    ['2024-11-05', '2024-11-05'],
    ['2025-03-26', '2025-03-26'],
    ['2025-06-18', '2025-06-18'],
    ['2025-11-25', '2025-11-25'],
    ['2026-07-28', '2025-11-25'],
    ['1.0', '2025-11-25'],
    ['2099-01-01', '2025-11-25'],
  ])('of a client of %s is answered with %s', async (version, wanted) => {
    await using hub = await startMcpHub();
    const session = await openSession(hub, { version });
    expect(session.initialized).toEqual({
      jsonrpc: '2.0',
      id: 'init',
      result: {
        protocolVersion: wanted,
        capabilities: {
          tools: { listChanged: true },
          resources: { listChanged: true, subscribe: true },
          prompts: { listChanged: true },
          ...(wanted >= '2025-03-26' ? { completions: {} } : {}),
          logging: {},
          ...(wanted === '2025-11-25'
            ? { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } }
            : {}),
        },
        serverInfo: {
          name: 'signalbox',
          // Programs have titles from 2025-06-18.
          ...(wanted >= '2025-06-18' ? { title: 'Signalbox' } : {}),
          version: '0.0.0-test',
        },
        instructions: expect.stringContaining('Signalbox') as unknown,
      },
    });
    expect(session.id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });

  test.each<[string, JsonObject]>([
    ['without a version', { capabilities: {} }],
    ['with capabilities that are none', { protocolVersion: '2025-11-25', capabilities: 5 }],
  ])('%s is refused, and opens nothing', async (_what, params) => {
    await using hub = await startMcpHub();
    const answer = await hub.post(rpc(1, 'initialize', params));
    expect([answer.status, answer.headers['mcp-session-id'], await errorOf(answer)]).toEqual([
      400,
      undefined,
      -32602,
    ]);
  });

  test('opens a session, whatever era the header names', async () => {
    await using hub = await startMcpHub();
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'x', version: '1' },
    };
    for (const header of ['2025-06-18', '2026-07-28', 'nonsense']) {
      const answer = await hub.post(rpc(1, 'initialize', params), { 'mcp-protocol-version': header });
      expect([header, answer.status, (await answer.json())['id']]).toEqual([header, 200, 1]);
    }
  });
});

describe('a session', () => {
  test('is wanted by every message but the first', async () => {
    await using hub = await startMcpHub();
    for (const message of [
      rpc(1, 'tools/list'),
      note('notifications/initialized'),
      { jsonrpc: '2.0', id: 1, result: {} },
    ]) {
      const answer = await hub.post(message);
      expect([answer.status, await errorOf(answer)]).toEqual([400, -32600]);
    }
  });

  test.each(['made-up', '', 'a'.repeat(22), '../../x', '__proto__'])(
    'of id %j is not known: 404',
    async (id) => {
      await using hub = await startMcpHub();
      const session = await openSession(hub);
      const headers = { 'mcp-session-id': id };
      for (const answer of [await session.post(rpc(1, 'ping'), headers), await session.get(headers)])
        expect([answer.status, await errorOf(answer)]).toEqual([404, -31404]);
    },
  );

  test('belongs to who opened it, and to the view where it was opened', async () => {
    await using hub = await startMcpHub({ noAuth: true });
    hub.shop.open('a', tools('t'), () => text('ok'));
    const owner = await openSession(hub);
    const nobody = await openSession(hub, { key: null });
    const probe = async (key: string | undefined, id: string, path = '/mcp') => {
      const headers = {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': id,
      };
      const body = JSON.stringify(rpc(1, 'ping'));
      const posted = await send(`${hub.hub.url}${path}`, { method: 'POST', headers, body });
      return [posted.status, (await posted.whole()).replace(/"id":1,/, '')] as const;
    };
    const { key } = hub.hub;
    const unknown = await probe(undefined, 'made-up');
    expect(unknown[0]).toBe(404);
    expect((await probe(key, owner.id))[0]).toBe(200);
    expect((await probe(undefined, nobody.id))[0]).toBe(200);
    expect(await probe(undefined, owner.id)).toEqual(unknown);
    expect(await probe(key, nobody.id)).toEqual(unknown);
    expect(await probe(key, owner.id, '/u/a/mcp')).toEqual(unknown);
    const remove = await send(`${hub.hub.url}/mcp`, {
      method: 'DELETE',
      headers: { 'mcp-session-id': owner.id },
    });
    expect(remove.status).toBe(404);
    expect((await probe(key, owner.id))[0]).toBe(200);
  });

  test('ends with DELETE: what runs is cancelled, and the id is known no more', async () => {
    // Time stands still, so that no change of the lists is announced on the way.
    await using hub = await startMcpHub({ clock: new FakeClock() });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const stream = await session.get();
    const running = session.call('a__t');
    const call = await hub.shop.call(1);
    const ended = await session.end();
    expect([ended.status, await ended.whole()]).toEqual([204, '']);
    expect(call.invocation.signal.aborted).toBe(true);
    expect([(await running).status, await (await running).whole(), await stream.allEvents()]).toEqual([
      202,
      '',
      [],
    ]);
    expect((await session.post(rpc(1, 'ping'))).status).toBe(404);
    expect((await session.end()).status).toBe(404);
  });

  test('that nobody uses is forgotten; one that is used is kept', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { sessionIdleMs: 100_000 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold, { timeoutMs: 600_000 });
    const idle = await openSession(hub);
    const used = await openSession(hub);
    const listening = await openSession(hub);
    const busy = await openSession(hub);
    const stream = await listening.get();
    const running = busy.call('a__t', {}, { accept: 'application/json' });
    const call = await hub.shop.call(1);
    clock.advance(90_000);
    expect((await used.post(rpc(1, 'ping'))).status).toBe(200);
    clock.advance(90_000);
    expect(
      await Promise.all(
        [idle, used, listening, busy].map(async (each) => (await each.post(rpc(2, 'ping'))).status),
      ),
    ).toEqual([404, 200, 200, 200]);
    call.answer();
    expect((await running).status).toBe(200);
    stream.leave();
  });

  test('is one of a bounded number altogether', async () => {
    await using hub = await startMcpHub({
      noAuth: true,
      settings: { mcp: { maxSessions: 2, maxSessionsPerPrincipal: 2 } },
    });
    const first = await openSession(hub);
    await openSession(hub, { key: null });
    const params = { protocolVersion: '2025-11-25', capabilities: {} };
    const third = await hub.post(rpc(1, 'initialize', params));
    expect([third.status, await errorOf(third)]).toEqual([503, -31503]);
    await first.end();
    expect((await hub.post(rpc(1, 'initialize', params))).status).toBe(200);
  });

  test('makes room when its principal has as many as it may: the idlest goes, never one in use', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { maxSessionsPerPrincipal: 3 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const busy = await openSession(hub);
    const running = busy.call('a__t');
    const call = await hub.shop.call(1);
    clock.advance(1);
    const idle = await openSession(hub);
    clock.advance(1);
    const listening = await openSession(hub);
    const stream = await listening.get();
    const fourth = await openSession(hub);
    expect((await idle.post(rpc(1, 'ping'))).status).toBe(404);
    expect((await fourth.post(rpc(1, 'ping'))).status).toBe(200);
    const open = await fourth.get();
    const params = { protocolVersion: '2025-11-25', capabilities: {} };
    const refused = await send(`${hub.hub.url}/mcp`, {
      method: 'POST',
      headers: { authorization: `Bearer ${hub.hub.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(rpc(1, 'initialize', params)),
    });
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      {
        error: {
          code: -31503,
          message: '"owner" already has 3 sessions; end one with DELETE, or raise mcp.maxSessions',
        },
      },
    ]);
    call.answer();
    expect((await running).status).toBe(200);
    stream.leave();
    open.leave();
  });

  test('takes back nothing it does not watch: others do', async () => {
    await using hub = await startMcpHub();
    const watched: string[] = [];
    hub.shop.open(
      'a',
      [{ kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } }],
      ({ request }) => {
        watched.push(String(request.params['subscribe'] === true));
        return data({});
      },
    );
    const [one, other] = [await openSession(hub), await openSession(hub)];
    await (await one.post(rpc(1, 'resources/subscribe', { uri: 'x://1' }))).json();
    const answer = await other.post(rpc(1, 'resources/unsubscribe', { uri: 'x://1' }));
    expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: 1, result: {} });
    expect(watched).toEqual(['true']);
  });

  test('takes back what it watched when it ends, however often it asked for it', async () => {
    await using hub = await startMcpHub();
    const watched: string[] = [];
    hub.shop.open(
      'a',
      [{ kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } }],
      ({ request }) => {
        watched.push(String(request.params['subscribe'] === true));
        return data({});
      },
    );
    const session = await openSession(hub);
    for (let round = 0; round < 3; round++) {
      const answer = await session.post(rpc(round, 'resources/subscribe', { uri: 'x://1' }));
      expect(await answer.json()).toEqual({ jsonrpc: '2.0', id: round, result: {} });
    }
    expect(watched).toEqual(['true']);
    await session.end();
    await until(() => watched.length > 1);
    expect(watched).toEqual(['true', 'false']);
  });

  test('and its streams are ended when the hub stops', async () => {
    const hub = await startMcpHub();
    const session = await openSession(hub);
    const stream = await session.get();
    await hub.stop();
    expect(await stream.allEvents()).toEqual([]);
  });
});

describe('a request of a session', () => {
  test('names a version spoken here, or none', async () => {
    await using hub = await startMcpHub();
    const session = await openSession(hub);
    for (const [version, status] of [
      ['2025-11-25', 200],
      ['2025-03-26', 200],
      ['2024-01-01', 400],
      ['nonsense', 400],
    ] as const)
      expect([
        version,
        (await session.post(rpc(1, 'ping'), { 'mcp-protocol-version': version })).status,
      ]).toEqual([version, status]);
  });

  test.each([
    ['ping', {}, {}],
    ['logging/setLevel', { level: 'warning' }, {}],
    ['tools/list', {}, { tools: [] }],
    ['prompts/list', {}, { prompts: [] }],
    ['resources/list', {}, { resources: [] }],
    ['resources/templates/list', {}, { resourceTemplates: [] }],
  ] as const)('%s is answered without anything of the modern era', async (method, params, result) => {
    await using hub = await startMcpHub();
    const session = await openSession(hub);
    const answer = await session.post(rpc(4, method, params));
    expect([answer.status, await answer.json()]).toEqual([200, { jsonrpc: '2.0', id: 4, result }]);
  });

  test.each<[string, JsonObject, number]>([
    ['nothing/here', {}, -32601],
    ['server/discover', {}, -32601],
    ['subscriptions/listen', { notifications: {} }, -32601],
    ['constructor', {}, -32601],
    ['tools/call', { name: 'absent' }, -32602],
    ['resources/read', { uri: 'x://absent' }, -32002],
    ['resources/subscribe', { uri: 'x://absent' }, -32002],
    ['resources/subscribe', {}, -32002],
    ['logging/setLevel', { level: 'loud' }, -32602],
    ['tools/list', { cursor: 'made-up' }, -32602],
  ])('%s %j fails with its code, as 200', async (method, params, code) => {
    await using hub = await startMcpHub();
    const session = await openSession(hub);
    const answer = await session.post(rpc(4, method, params));
    expect([answer.status, await errorOf(answer)]).toEqual([200, code]);
  });

  test('must not have the id of one that still runs', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const first = session.call('a__t', {}, { id: 7 });
    const call = await hub.shop.call(1);
    const second = await session.post(rpc(7, 'ping'));
    expect(await second.json()).toMatchObject({
      id: 7,
      error: { code: -32600, message: 'a request with id 7 is already running' },
    });
    expect(await (await session.post(rpc('7', 'ping'))).json()).toEqual({
      jsonrpc: '2.0',
      id: '7',
      result: {},
    });
    await session.post(note('notifications/cancelled', { requestId: 7 }));
    await until(() => call.invocation.signal.aborted);
    expect((await first).status).toBe(202);
    expect(await (await session.post(rpc(7, 'ping'))).json()).toEqual({ jsonrpc: '2.0', id: 7, result: {} });
  });

  test('that is cancelled ends without an answer', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const running = session.call('a__t', {}, { id: 'c' });
    const call = await hub.shop.call(1);
    for (const requestId of ['other', 5, null, {}])
      await session.post(note('notifications/cancelled', requestId === null ? {} : { requestId }));
    expect(call.invocation.signal.aborted).toBe(false);
    const taken = await session.post(note('notifications/cancelled', { requestId: 'c', reason: 'enough' }));
    expect([taken.status, await taken.whole()]).toEqual([202, '']);
    const answer = await running;
    expect([answer.status, await answer.whole(), call.invocation.signal.aborted]).toEqual([202, '', true]);
  });
});
