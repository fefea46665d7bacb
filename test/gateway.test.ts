import { fileURLToPath } from 'node:url';
import gateway from '@signalbox/gateway';
import {
  defineExtension,
  isSignalboxError,
  type JsonObject,
  type ListKind,
  SignalboxError,
  type UpstreamRegistry,
  upstreamRegistry,
} from '@signalbox/sdk';
import storeSqlite from '@signalbox/store-sqlite';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';

const owner = { kind: 'user', id: 'owner', org: 'local', level: 'anchor', roles: ['owner'] } as const;
const way = { name: 'stdio', level: 'anchor' } as const;

let hub: TestHub;

afterEach(() => hub.stop());

/** Starts a real hub with these upstreams. */
async function start(upstreams: JsonObject): Promise<UpstreamRegistry> {
  let registry: UpstreamRegistry | undefined;
  const reader = defineExtension({
    name: 'reader',
    config: z.strictObject({}),
    needs: [upstreamRegistry],
    setup: ({ use }) => {
      registry = use(upstreamRegistry);
    },
  });
  const settings = { gateway: { upstreams } };
  hub = await startTestHub({ extensions: [storeSqlite, gateway, reader], settings });
  return registry ?? expect.fail('there is no registry');
}

const listed = (kind: ListKind): string[] =>
  hub.hub.calls
    .list({ kind, view: 'all', principal: owner, interface: way })
    .items.map(({ name }) => (typeof name === 'string' ? name : ''));

test('an upstream is called under its public name', async () => {
  const registry = await start({ u: stdioFixture('stdio.mjs', ['modern']) });
  await registry.settled(new AbortController().signal);
  expect(listed('tool')).toContain('u__echo');
  const answer = await hub.call('tool', 'u__echo', { arguments: { a: 1 } });
  expect(answer).toMatchObject({ value: { received: { name: 'echo', arguments: { a: 1 } } } });
});

test('a dead upstream delays neither the start nor the others, and is not listed', async () => {
  const before = Date.now();
  const registry = await start({
    slow: stdioFixture('misbehaving.mjs', ['never-starts']),
    dead: { command: '/no/such/program' },
    u: stdioFixture('stdio.mjs', ['legacy']),
  });
  expect(Date.now() - before).toBeLessThan(2_500);
  await expect.poll(() => registry.get('u').state).toBe('available');
  expect(await hub.call('tool', 'u__echo')).toMatchObject({ kind: 'data' });
  expect(registry.get('slow').state).toBe('connecting');
  expect(registry.get('dead').state).toBe('unavailable');
  expect(listed('tool').every((name) => name.startsWith('u__'))).toBe(true);
});

test('a call that is too slow ends with timeout and the upstream is told', async () => {
  const registry = await start({ u: stdioFixture('stdio.mjs', ['legacy'], { callTimeoutMs: 200 }) });
  await registry.settled(new AbortController().signal);
  const error = await errorOf(hub.call('tool', 'u__wait'));
  expect(error.code).toBe('timeout');
  await expect.poll(() => registry.logs('u', 10).map(({ text }) => text)).toContain('cancelled');
});

test('a caller that goes away cancels its call at the upstream', async () => {
  const registry = await start({ u: stdioFixture('stdio.mjs', ['legacy']) });
  await registry.settled(new AbortController().signal);
  const controller = new AbortController();
  const waiting = errorOf(hub.call('tool', 'u__wait', {}, { signal: controller.signal }));
  await expect.poll(() => registry.logs('u', 10).map(({ text }) => text)).toContain('waiting');
  controller.abort(new SignalboxError('cancelled', 'gone'));
  expect((await waiting).code).toBe('cancelled');
  await expect.poll(() => registry.logs('u', 10).map(({ text }) => text)).toContain('cancelled');
});

/** The definition of an upstream that runs one of the gateway's fixtures. */
function stdioFixture(file: string, args: readonly string[], rest: JsonObject = {}): JsonObject {
  const path = fileURLToPath(new URL(`../extensions/gateway/test/fixtures/${file}`, import.meta.url));
  return { command: process.execPath, args: [path, ...args], ...rest };
}

async function errorOf(promise: Promise<unknown>): Promise<SignalboxError> {
  const [outcome] = await Promise.allSettled([promise]);
  if (outcome.status === 'rejected' && isSignalboxError(outcome.reason)) return outcome.reason;
  throw new Error('it did not fail');
}
