import { auditReader, type JsonObject, resourceUpdated } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../support/http-answer.ts';
import { openSession, shortId, siblingId, until } from '../support/legacy.ts';
import { rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const methodOf = ({ method }: JsonObject): unknown => method ?? 'result';
const methods = async (answer: HttpAnswer): Promise<unknown[]> =>
  (await answer.allEvents()).map(({ message }) => methodOf(message));

describe('the stream of what belongs to no request', () => {
  test('tells of changed lists and of watched resources', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const source = hub.shop.open(
      'a',
      [{ kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } }],
      () => data({}),
    );
    clock.advance(50);
    const session = await openSession(hub);
    await session.post(rpc(1, 'resources/subscribe', { uri: 'x://1' }));
    const stream = await session.get();
    expect([stream.status, stream.isStream, stream.headers['mcp-session-id']]).toEqual([
      200,
      true,
      session.id,
    ]);
    source.publish([
      ...tools('t'),
      { kind: 'resource', name: 'x://1', definition: { uri: 'x://1', name: 'x' } },
    ]);
    clock.advance(50);
    const { events } = hub.shop.context();
    events.publish(resourceUpdated, { source: 'a', uri: 'x://2' });
    events.publish(resourceUpdated, { source: 'a', uri: 'x://1' });
    await session.post(rpc(2, 'resources/unsubscribe', { uri: 'x://1' }));
    events.publish(resourceUpdated, { source: 'a', uri: 'x://1' });
    source.publish(tools('t'));
    clock.advance(50);
    expect(await stream.messages(3)).toEqual([
      { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: {} },
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'x://1' } },
      { jsonrpc: '2.0', method: 'notifications/resources/list_changed', params: {} },
    ]);
    stream.leave();
  });

  test('hears of its own view only', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const a = hub.shop.open('a', tools('t'), () => text('ok'));
    const b = hub.shop.open('b', tools('t'), () => text('ok'));
    clock.advance(50);
    const stream = await (await openSession(hub, { path: '/u/b/mcp' })).get();
    a.publish(tools('u'));
    clock.advance(50);
    b.publish([{ kind: 'prompt', name: 'p', definition: { name: 'p' } }, ...tools('t')]);
    clock.advance(50);
    expect((await stream.messages(1)).map(methodOf)).toEqual(['notifications/prompts/list_changed']);
    stream.leave();
  });

  test('is taken over by a client that comes again, which hears what it missed once and nothing twice', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const source = hub.shop.open('a', tools('t'), () => text('ok'));
    clock.advance(50);
    const session = await openSession(hub);
    const change = (name: string): void => {
      source.publish(tools(name));
      clock.advance(50);
    };
    const first = await session.get();
    change('one');
    const [seen] = await first.events(1);
    const second = await session.get();
    expect(await first.whole()).toContain('list_changed');
    change('two');
    const [fresh] = await second.events(1);
    expect([seen?.id, fresh?.id].map(shortId)).toEqual(['1-1', '1-2']);
    second.leave();
    await until(() => clock.waiting < 6);
    const third = await session.get({ 'last-event-id': String(seen?.id) });
    expect((await third.events(1)).map(({ id }) => id)).toEqual([fresh?.id]);
    third.leave();
  });

  test('keeps no more than it may for a client that is away', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { replayEvents: 2 } } });
    const source = hub.shop.open('a', tools('t'), () => text('ok'));
    clock.advance(50);
    const session = await openSession(hub);
    for (const name of ['1', '2', '3', '4']) {
      source.publish(tools(name));
      clock.advance(50);
    }
    const stream = await session.get();
    expect((await stream.events(2)).map(({ id }) => shortId(id))).toEqual(['1-3', '1-4']);
    stream.leave();
  });

  test('is kept open, and wants to be asked for as one', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { keepAliveMs: 1_000 } } });
    const session = await openSession(hub);
    const stream = await session.get();
    clock.advance(1_000);
    await stream.comments(1);
    clock.advance(1_000);
    await stream.comments(2);
    stream.leave();
    expect((await session.get({ accept: 'application/json' })).status).toBe(406);
  });

  test.each(['nonsense', '0', '9-1', 'x.0-x', 'aaaaaaaaaaaa.1-0', '-1', '0-1-2', ''])(
    'is not found by the event id %j',
    async (id) => {
      await using hub = await startMcpHub();
      const answer = await (await openSession(hub)).get({ 'last-event-id': id });
      expect([answer.status, (await answer.json())['error']]).toMatchObject([400, { code: -32600 }]);
    },
  );
});

describe('an answer', () => {
  test('is a stream as soon as there is something to say before it', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      request.channels?.log?.({ level: 'notice', data: 'x' });
      return text('ok');
    });
    const session = await openSession(hub);
    const answer = await session.call('a__t', {}, { id: 3, meta: { progressToken: 9 } });
    expect(answer.isStream).toBe(true);
    expect((await answer.allEvents()).map(({ id, message }) => ({ id: shortId(id), message }))).toEqual([
      {
        id: '2-1',
        message: {
          jsonrpc: '2.0',
          method: 'notifications/progress',
          params: { progress: 1, progressToken: 9 },
        },
      },
      {
        id: '2-2',
        message: { jsonrpc: '2.0', method: 'notifications/message', params: { level: 'notice', data: 'x' } },
      },
      { id: '2-3', message: { jsonrpc: '2.0', id: 3, result: { content: [{ type: 'text', text: 'ok' }] } } },
    ]);
  });

  test('says only what is as severe as the client wants', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      for (const level of [
        'debug',
        'info',
        'notice',
        'warning',
        'error',
        'critical',
        'alert',
        'emergency',
        'nonsense',
      ])
        request.channels?.log?.({ level, data: level });
      return text('ok');
    });
    const session = await openSession(hub);
    const levels = async () =>
      (await (await session.call('a__t')).allEvents()).flatMap(({ message }) => {
        const params = message['params'];
        return typeof params === 'object' && params !== null && 'level' in params ? [params['level']] : [];
      });
    expect(await levels()).toHaveLength(8);
    await session.post(rpc(2, 'logging/setLevel', { level: 'error' }));
    expect(await levels()).toEqual(['error', 'critical', 'alert', 'emergency']);
  });

  test('that takes long becomes a stream', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const coming = session.call('a__t');
    const call = await hub.shop.call(1);
    clock.advance(5_000);
    const answer = await coming;
    expect(answer.isStream).toBe(true);
    call.answer();
    expect(await methods(answer)).toEqual(['result']);
  });

  test('is a stream for a client that takes nothing else, and JSON for one that takes no stream', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const session = await openSession(hub);
    const meta = { progressToken: 1 };
    const stream = await session.call('a__t', {}, { accept: 'text/event-stream', meta });
    const json = await session.call('a__t', {}, { accept: 'application/json', meta });
    expect([stream.isStream, await methods(stream), json.isStream]).toEqual([
      true,
      ['notifications/progress', 'result'],
      false,
    ]);
  });

  test('is followed by nothing, though the target goes on', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    const late: (() => void)[] = [];
    hub.shop.open('a', tools('t'), ({ request }) => {
      late.push(() => {
        request.channels?.progress?.({ progress: 9 });
        request.channels?.log?.({ level: 'error', data: 'late' });
      });
      return text('ok');
    });
    const session = await openSession(hub);
    const before = clock.waiting;
    for (let index = 0; index < 3; index++) {
      const answer = await session.call('a__t', {}, { meta: { progressToken: 1 } });
      expect(answer.isStream).toBe(false);
      late[index]?.();
      await answer.whole();
      late[index]?.();
    }
    // What the audit still waits for company with is written now.
    await hub.hub.hub.services.get(auditReader).query({ org: 'local', limit: 1 });
    expect(clock.waiting).toBe(before);
    const stream = await session.get();
    const [, node] = /^id: (.*)\.1-0$/m.exec(await stream.text(/\n\n/)) ?? [];
    stream.leave();
    expect((await session.get({ 'last-event-id': `${node}.2-0` })).status).toBe(400);
  });
});

describe('a client that loses the stream of its request', () => {
  test('comes back for what it missed, each once, and its tool runs on and only once', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const coming = session.call('a__t', {}, { id: 'long', meta: { progressToken: 1 } });
    const call = await hub.shop.call(1);
    const progress = (count: number): void =>
      call.invocation.request.channels?.progress?.({ progress: count });
    progress(1);
    progress(2);
    const broken = await coming;
    const seen = await broken.events(2);
    const before = clock.waiting;
    broken.leave();
    await until(() => clock.waiting < before);
    progress(3);
    progress(4);
    expect(call.invocation.signal.aborted).toBe(false);

    const resumed = await session.get({ 'last-event-id': String(seen[1]?.id) });
    expect((await resumed.events(2)).map(({ id }) => shortId(id))).toEqual(['2-3', '2-4']);
    progress(5);
    call.answer();
    expect((await resumed.allEvents()).map(({ id, message }) => [shortId(id), methodOf(message)])).toEqual([
      ['2-3', 'notifications/progress'],
      ['2-4', 'notifications/progress'],
      ['2-5', 'notifications/progress'],
      ['2-6', 'result'],
    ]);

    const again = await session.get({ 'last-event-id': siblingId(seen[0]?.id, 5) });
    expect((await again.allEvents()).map(({ id }) => shortId(id))).toEqual(['2-6']);
    expect(hub.shop.callCount()).toBe(1);
  });

  test('before anything was said does not cancel it either', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock });
    hub.shop.open('a', tools('t'), hub.shop.hold);
    const session = await openSession(hub);
    const controller = new AbortController();
    const fetching = fetch(`${hub.hub.url}/mcp`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${hub.hub.key}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-session-id': session.id,
      },
      body: JSON.stringify(rpc(1, 'tools/call', { name: 'a__t' })),
    }).catch(() => undefined);
    const call = await hub.shop.call(1);
    controller.abort();
    await fetching;
    clock.advance(6_000);
    await session.post(rpc(2, 'ping'));
    expect(call.invocation.signal.aborted).toBe(false);
    call.answer();
    // What is left are the sweeps of sessions and tasks, and the audit's checkpoints and retention.
    await until(() => {
      clock.advance(50);
      return clock.waiting <= 4;
    });
  });

  test('cannot get the stream of another session', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      return text('secret');
    });
    const own = await openSession(hub);
    const other = await openSession(hub);
    const [seen] = await (await own.call('a__t', {}, { meta: { progressToken: 1 } })).allEvents();
    const last = { 'last-event-id': siblingId(seen?.id, 0) };
    expect((await own.get(last)).status).toBe(200);
    expect((await other.get(last)).status).toBe(400);
  });

  test('finds no more than the last streams kept', async () => {
    await using hub = await startMcpHub();
    hub.shop.open('a', tools('t'), ({ request }) => {
      request.channels?.progress?.({ progress: 1 });
      return text('ok');
    });
    const session = await openSession(hub);
    const ids: string[] = [];
    for (let index = 0; index < 70; index++) {
      const [seen] = await (await session.call('a__t', {}, { meta: { progressToken: 1 } })).allEvents();
      ids.push(siblingId(seen?.id, 0));
    }
    expect((await session.get({ 'last-event-id': ids[0] ?? '' })).status).toBe(400);
    expect((await session.get({ 'last-event-id': ids[69] ?? '' })).status).toBe(200);
  });
});
