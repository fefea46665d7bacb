import { type JsonObject, resourceUpdated, type SourceEntry } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../support/http-answer.ts';
import { ask } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { data, text, tools } from '../support/workshop.ts';

const subscriptionId = (id: string | number): JsonObject => ({
  'io.modelcontextprotocol/subscriptionId': id,
});
const entry = (kind: SourceEntry['kind'], name: string): SourceEntry => ({
  kind,
  name,
  definition: { name, uri: name, uriTemplate: name },
});

/** Opens a listen stream and waits for its first message. */
async function listen(
  hub: McpHub,
  notifications: JsonObject,
  { id = 1, path = '/mcp' }: { id?: string | number; path?: string } = {},
): Promise<HttpAnswer> {
  const answer = await ask(hub, 'subscriptions/listen', { notifications }, { id, path });
  await answer.events(1);
  return answer;
}

async function start(options: Parameters<typeof startMcpHub>[0] = {}) {
  const clock = new FakeClock();
  const hub = await startMcpHub({ clock, ...options });
  const watched: string[] = [];
  const source = hub.shop.open(
    'a',
    [...tools('one'), entry('resource', 'x://1'), entry('resource', 'x://2')],
    (invocation) => {
      const { kind, params } = invocation.request;
      if (kind === 'subscription')
        watched.push(`${params['subscribe'] === true ? '+' : '-'}${invocation.originalName}`);
      return kind === 'subscription' ? data({}) : text('ok');
    },
  );
  clock.advance(50);
  return { ...hub, clock, source, watched, [Symbol.asyncDispose]: hub.stop };
}

const all: JsonObject = { toolsListChanged: true, promptsListChanged: true, resourcesListChanged: true };

describe('a listen stream', () => {
  test('first says what was agreed, and nothing more than was asked for', async () => {
    await using hub = await start();
    const answer = await ask(
      hub,
      'subscriptions/listen',
      {
        notifications: {
          toolsListChanged: true,
          promptsListChanged: false,
          somethingElse: true,
          resourceSubscriptions: ['x://1', 'y://absent'],
        },
      },
      { id: 'sub' },
    );
    expect([answer.status, answer.isStream, answer.headers['x-accel-buffering']]).toEqual([200, true, 'no']);
    expect(await answer.messages(1)).toEqual([
      {
        jsonrpc: '2.0',
        method: 'notifications/subscriptions/acknowledged',
        params: {
          notifications: { toolsListChanged: true, resourceSubscriptions: ['x://1'] },
          _meta: subscriptionId('sub'),
        },
      },
    ]);
    answer.leave();
  });

  test('tells of changed lists, each kind to who asked for it', async () => {
    await using hub = await start();
    const tool = await listen(hub, { toolsListChanged: true }, { id: 1 });
    const every = await listen(hub, all, { id: 2 });
    const none = await listen(hub, {}, { id: 3 });
    hub.source.publish([
      ...tools('one', 'two'),
      entry('prompt', 'p'),
      entry('template', 'x://{id}'),
      entry('resource', 'x://1'),
    ]);
    hub.clock.advance(50);
    const method = ({ method: name, params }: JsonObject) => [name, params];
    const told = (kind: string, id: number) => [
      `notifications/${kind}/list_changed`,
      { _meta: subscriptionId(id) },
    ];
    expect((await tool.messages(2)).slice(1).map(method)).toEqual([told('tools', 1)]);
    expect((await every.messages(4)).slice(1).map(method)).toEqual([
      told('tools', 2),
      told('prompts', 2),
      told('resources', 2),
    ]);
    expect((await none.messages(1)).length).toBe(1);
    for (const each of [tool, every, none]) each.leave();
  });

  test('tells of a source that goes and comes back', async () => {
    await using hub = await start();
    const stream = await listen(hub, { toolsListChanged: true });
    hub.source.setState({ status: 'unavailable', reason: 'crashed' });
    hub.clock.advance(50);
    expect(await stream.messages(2)).toHaveLength(2);
    hub.source.setState({ status: 'available' });
    hub.clock.advance(50);
    expect(await stream.messages(3)).toHaveLength(3);
    stream.leave();
  });

  test('hears of its own view only', async () => {
    await using hub = await start({ settings: { endpoints: { web: { include: ['b'] } } } });
    hub.shop.open('b', tools('one'), () => text('ok'));
    hub.clock.advance(50);
    const streams = await Promise.all(
      ['/u/a/mcp', '/u/b/mcp', '/e/web/mcp'].map((path) => listen(hub, { toolsListChanged: true }, { path })),
    );
    hub.source.publish(tools('one', 'two'));
    hub.clock.advance(50);
    expect((await streams[0]?.messages(2))?.length).toBe(2);
    expect([(await streams[1]?.messages(1))?.length, (await streams[2]?.messages(1))?.length]).toEqual([
      1, 1,
    ]);
    for (const each of streams) each.leave();
  });

  test('tells of a resource it subscribed to, and takes the subscription back when it ends', async () => {
    await using hub = await start();
    const stream = await listen(hub, { resourceSubscriptions: ['x://1'] }, { id: 8 });
    expect(hub.watched).toEqual(['+x://1']);
    const { events } = hub.shop.context();
    events.publish(resourceUpdated, { source: 'a', uri: 'x://2' });
    events.publish(resourceUpdated, { source: 'a', uri: 'x://1' });
    expect((await stream.messages(2))[1]).toEqual({
      jsonrpc: '2.0',
      method: 'notifications/resources/updated',
      params: { uri: 'x://1', _meta: subscriptionId(8) },
    });
    const released = until(() => hub.watched.length === 2);
    stream.leave();
    await released;
    expect(hub.watched).toEqual(['+x://1', '-x://1']);
  });

  test('is not told of a resource as one person alone sees it', async () => {
    await using hub = await start();
    const stream = await listen(hub, { resourceSubscriptions: ['x://1'] }, { id: 8 });
    const { events } = hub.shop.context();
    const update = { source: 'a', uri: 'x://1' };
    for (const id of ['nobody-here', 'owner'])
      events.publish(resourceUpdated, { ...update, only: { org: 'local', kind: 'user', id } });
    events.publish(resourceUpdated, { ...update, only: { org: 'other', kind: 'user', id: 'owner' } });
    events.publish(resourceUpdated, update);
    // The acknowledgement, what is the owner's own, and what is everybody's.
    expect((await stream.messages(3)).map(({ method }) => method)).toEqual([
      'notifications/subscriptions/acknowledged',
      'notifications/resources/updated',
      'notifications/resources/updated',
    ]);
    expect(await stream.messages(3)).toHaveLength(3);
    stream.leave();
  });

  test('is kept open', async () => {
    await using hub = await start({ settings: { mcp: { keepAliveMs: 1_000 } } });
    const stream = await listen(hub, all);
    hub.clock.advance(1_000);
    await stream.comments(1);
    hub.clock.advance(1_000);
    await stream.comments(2);
    stream.leave();
  });

  test('ends with a result when the hub stops', async () => {
    const hub = await start();
    const stream = await listen(hub, all, { id: 'last' });
    await hub.stop();
    expect((await stream.allEvents()).map(({ message }) => message).at(-1)).toEqual({
      jsonrpc: '2.0',
      id: 'last',
      result: {
        resultType: 'complete',
        _meta: {
          ...subscriptionId('last'),
          'io.modelcontextprotocol/serverInfo': {
            name: 'signalbox',
            title: 'Signalbox',
            version: '0.0.0-test',
          },
        },
      },
    });
  });

  test('leaves nothing behind, also when its client left before it was open', async () => {
    await using hub = await start();
    const before = hub.clock.waiting;
    const stream = await listen(hub, all);
    const ended = until(() => isQuiet(hub, before));
    stream.leave();
    await ended;

    const held = hub.shop.open('slow', [entry('resource', 's://1')], hub.shop.hold);
    hub.clock.advance(50);
    const quiet = hub.clock.waiting;
    const coming = openAndLeave(hub, { resourceSubscriptions: ['s://1'] });
    const call = await hub.shop.call(1);
    const aborted = new Promise((resolve) => call.invocation.signal.addEventListener('abort', resolve));
    await coming.leave();
    await aborted;
    await until(() => isQuiet(hub, quiet));
    hub.clock.advance(60_000);
    await until(() => isQuiet(hub, quiet));
    held.withdraw();
  });

  test('is one of a bounded number', async () => {
    await using hub = await start({ settings: { mcp: { maxListens: 1 } } });
    const stream = await listen(hub, all);
    const refused = await ask(
      hub,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['x://1'] } },
      { id: 2 },
    );
    expect([refused.status, await refused.json()]).toMatchObject([503, { id: 2, error: { code: -31503 } }]);
    expect(hub.watched).toEqual(['+x://1', '-x://1']);
    stream.leave();
  });

  test('is not given to more than 200 resources', async () => {
    await using hub = await start();
    const resourceSubscriptions = Array.from({ length: 201 }, (_, index) => `x://${index}`);
    const refused = await ask(hub, 'subscriptions/listen', { notifications: { resourceSubscriptions } });
    expect(await refused.json()).toMatchObject({
      error: { code: -32602, message: 'resourceSubscriptions must be a list of at most 200 texts' },
    });
  });
});

/** True when no more timers wait than before; the audit's own, which fires soon, is let go first. */
function isQuiet({ clock }: { readonly clock: FakeClock }, before: number): boolean {
  clock.advance(50);
  return clock.waiting === before;
}

/** Waits, turn by turn of the event loop, until something has come true. */
async function until(isMet: () => boolean): Promise<void> {
  while (!isMet()) await new Promise<void>((resolve) => setImmediate(resolve));
}

/** Begins to listen and leaves before the answer has begun. */
function openAndLeave(hub: McpHub, notifications: JsonObject): { readonly leave: () => Promise<void> } {
  const controller = new AbortController();
  const fetching = fetch(`${hub.hub.url}/mcp`, {
    method: 'POST',
    signal: controller.signal,
    headers: {
      authorization: `Bearer ${hub.hub.key}`,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'subscriptions/listen',
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'subscriptions/listen',
      params: {
        notifications,
        _meta: {
          'io.modelcontextprotocol/protocolVersion': '2026-07-28',
          'io.modelcontextprotocol/clientCapabilities': {},
        },
      },
    }),
  }).catch(() => undefined);
  return {
    leave: async () => {
      controller.abort();
      await fetching;
    },
  };
}
