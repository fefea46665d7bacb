import { expect, test } from 'vitest';
import { RunningCalls } from '../src/run/running-calls.ts';
import { startEngineHub } from './support/engine-hub.ts';

test('an answer the hub cannot write down leaves its call in doubt, and the hub goes on', async () => {
  await using hub = await startEngineHub({
    tools: {
      answer: () => ({ content: [], structuredContent: { n: 1n } }) as never,
      read_echo: (args) => ({ ...args }),
    },
  });
  const run = await hub.order([{ id: 'a', uses: 'answer', max_retries: 3 }]);
  expect(await hub.ended(run)).toMatchObject({ status: 'failed', error: { kind: 'in_doubt', step: 'a' } });
  expect(hub.called).toHaveLength(1);
  expect(hub.hub.logged()).toContain('a call of a run could not be brought to its end');
  const next = await hub.order([{ id: 'b', uses: 'read_echo', with: { x: 1 } }]);
  expect(await hub.ended(next)).toMatchObject({ status: 'succeeded', output: { x: 1 } });
});

test('a call whose end cannot be told is under way no more', async () => {
  const heard: string[] = [];
  const settled = Promise.withResolvers<void>();
  const calls = new RunningCalls(async () => ({ ok: true, output: 1 }), {
    onSettled: () => {
      heard.push('settled');
      settled.resolve();
    },
    onBroken: ({ path }, cause) => void heard.push(`${path}: ${String(cause)}`),
  });
  const command = {
    kind: 'CallTool',
    path: 'a',
    attempt: 1,
    tool: 't',
    args: {},
    idempotencyKey: 'k',
    timeoutMs: 1_000,
  } as const;
  calls.start(command, () => Promise.reject(new Error('a mistake')), { onTask: () => undefined });
  expect(calls.size).toBe(1);
  await settled.promise;
  expect(heard).toEqual(['a: Error: a mistake', 'settled']);
  expect(calls.size).toBe(0);
});
