import type { SchemaVersion } from '@signalbox/protocol/schemas';
import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { answering, questionsOf } from '../support/answering.ts';
import type { Cell } from '../support/cells.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type WatchedUpstream, watchUpstream } from './support/watched-upstream.ts';

const modern = '2026-07-28';

const spoken: readonly [Cell['transport'], SchemaVersion][] = [
  ['stdio', '2024-11-05'],
  ['stdio', '2025-03-26'],
  ['stdio', '2025-06-18'],
  ['stdio', '2025-11-25'],
  ['stdio', modern],
  ['http', '2024-11-05'],
  ['http', '2025-03-26'],
  ['http', '2025-06-18'],
  ['http', '2025-11-25'],
  ['http', modern],
  ['sse', '2024-11-05'],
  ['websocket', '2025-11-25'],
  ['websocket', modern],
];

const sentToAll = [
  'completion/complete',
  'prompts/get',
  'prompts/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'tools/call',
  'tools/list',
];
const sentToLegacy = [
  ...sentToAll,
  'answer',
  'initialize',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/initialized',
  'resources/subscribe',
  'resources/unsubscribe',
];
const sentToModern = [...sentToAll, 'server/discover', 'subscriptions/listen'];

test.each(spoken)('all that an upstream over %s is sent is valid in %s', async (transport, version) => {
  const upstream = await watchUpstream(transport, version);
  const gateway = await startGateway({ upstreams: { u: upstream.definition } });
  try {
    await gateway.untilState('u', 'available');
    await callTools(gateway, version);
    await useTheRest(gateway);
    // A modern server over HTTP is told by the end of the stream (2026-07-28, transports/streamable-http).
    const isTold = version !== modern || transport !== 'http';
    await cancelOne(gateway, upstream, isTold);
    expect(upstream.problems()).toEqual([]);
    expect(new Set(upstream.methods())).toEqual(
      new Set([
        ...(version === modern ? sentToModern : sentToLegacy),
        // What probes for the era is sent where the transport does not settle it.
        ...(transport === 'sse' ? [] : ['server/discover']),
        ...(isTold ? ['notifications/cancelled'] : []),
      ]),
    );
    const asked = version === modern ? [] : questionsOf(version).map(({ method }) => method);
    expect(new Set(upstream.answered())).toEqual(new Set(asked));
  } finally {
    await gateway.stop();
    await upstream.stop();
  }
});

async function callTools(gateway: TestGateway, version: SchemaVersion): Promise<void> {
  const call = (name: string, args: JsonObject = {}): Promise<unknown> =>
    gateway
      .call({ upstream: 'u', name, channels: answering, params: { name, arguments: args } })
      .catch((error: unknown) => error);
  for (const name of ['echo', 'progress', 'log', 'fail', 'refuse', 'reserved', 'odd-result'])
    await call(name);
  if (version === modern) for (const name of ['ask', 'ask-many']) await call(name);
  else for (const question of questionsOf(version)) await call('ask', { question });
  await call('add-tool', { name: 'another' });
  await gateway.until('the new tool is listed', () =>
    (gateway.sources.get('u')?.entries ?? []).some(({ name }) => name === 'another'),
  );
}

/** Everything the hub can want of an upstream besides its tools. */
async function useTheRest(gateway: TestGateway): Promise<void> {
  const argument = { name: 'who', value: 'a' };
  const ref = { type: 'ref/prompt', name: 'greet' };
  const context = { arguments: { who: 'b' } };
  await gateway.call({ upstream: 'u', name: 'demo://one', kind: 'resource', params: { uri: 'demo://one' } });
  await gateway.call({
    upstream: 'u',
    name: 'greet',
    kind: 'prompt',
    params: { name: 'greet', arguments: {} },
  });
  await gateway.call({
    upstream: 'u',
    name: 'greet',
    kind: 'completion',
    params: { ref, argument, context },
  });
  for (const subscribe of [true, false])
    await gateway.call({
      upstream: 'u',
      name: 'demo://one',
      kind: 'subscription',
      params: { uri: 'demo://one', subscribe },
    });
}

/** Cancels a call; an upstream that is told by a message has got it afterwards. */
async function cancelOne(gateway: TestGateway, upstream: WatchedUpstream, isTold: boolean): Promise<void> {
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = gateway.call({ upstream: 'u', name: 'wait', channels: answering, signal });
  await gateway.until('the call has come', () =>
    upstream.received().some(({ params }) => (params as JsonObject | undefined)?.['name'] === 'wait'),
  );
  controller.abort(new Error('enough'));
  await waiting.catch(() => undefined);
  if (!isTold) return;
  await gateway.until('it is told', () => upstream.methods().includes('notifications/cancelled'));
}
