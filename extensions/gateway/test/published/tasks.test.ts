import type { SchemaVersion } from '@signalbox/protocol/schemas';
import type { CallChannels, CallResult, JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { answering } from '../support/answering.ts';
import type { Cell } from '../support/cells.ts';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type WatchedUpstream, watchUpstream } from './support/watched-upstream.ts';

const modern = '2026-07-28';
const legacy = '2025-11-25';

const spoken: readonly [Cell['transport'], SchemaVersion][] = [
  ['stdio', legacy],
  ['http', legacy],
  ['websocket', legacy],
  ['stdio', modern],
  ['http', modern],
  ['websocket', modern],
];

/** A caller that waits, and one that wants the task as one. */
const callers: readonly CallChannels[] = [
  answering,
  { ...answering, task: () => undefined, status: () => undefined },
];

test.each(spoken)(
  'what an upstream over %s is sent for a task is valid in %s',
  async (transport, version) => {
    const upstream = await watchUpstream(transport, version);
    const gateway = await startGateway({ upstreams: { u: upstream.definition } });
    try {
      await gateway.untilState('u', 'available');
      for (const channels of callers)
        expect(await callTask(gateway, channels)).toMatchObject({ kind: 'data' });
      await cancelTask(gateway, upstream);
      expect(upstream.problems()).toEqual([]);
      expect(callsOfTask(upstream)).toEqual(version === modern ? ['refused', ...taken] : taken);
      expect(upstream.methods()).toEqual(
        expect.arrayContaining([
          'tasks/get',
          'tasks/cancel',
          ...(version === modern ? ['tasks/update'] : ['tasks/result', 'answer']),
        ]),
      );
    } finally {
      await gateway.stop();
      await upstream.stop();
    }
  },
);

const taken = ['taken', 'taken', 'taken'];

function callTask(gateway: TestGateway, channels: CallChannels): Promise<CallResult> {
  return gateway.call({ upstream: 'u', name: 'task', channels, params: { name: 'task', arguments: {} } });
}

/** Gives up a call that has become a task; the upstream is told by a request. */
async function cancelTask(gateway: TestGateway, upstream: WatchedUpstream): Promise<void> {
  const controller = new AbortController();
  const made = Promise.withResolvers<void>();
  const waiting = gateway.call({
    upstream: 'u',
    name: 'task',
    params: { name: 'task', arguments: { endless: true } },
    channels: { ...answering, task: () => made.resolve() },
    signal: controller.signal,
  });
  await made.promise;
  controller.abort(new Error('enough'));
  await waiting.catch(() => undefined);
  await gateway.until('it is told', () => upstream.methods().includes('tasks/cancel'));
}

/** How each call of the tool was put: as one that may become a task, or as one that may not. */
function callsOfTask(upstream: WatchedUpstream): string[] {
  const calls = upstream.received().filter(({ method }) => method === 'tools/call');
  return calls.map(({ params }) => (mayBeTask(params as JsonObject) ? 'taken' : 'refused'));
}

function mayBeTask({ task, _meta }: JsonObject): boolean {
  return task !== undefined || JSON.stringify(_meta ?? {}).includes('io.modelcontextprotocol/tasks');
}
