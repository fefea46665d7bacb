import type { CallRequest } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { FakeClock, startTestHub } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import { tools } from '../support/make-catalog.ts';
import { holdCalls, makeProbe, text } from '../support/probe.ts';

async function start() {
  const clock = new FakeClock();
  const probe = makeProbe();
  const hub = await startTestHub({
    clock,
    extensions: [probe.extension],
    settings: { limits: { callTimeoutMs: 5_000 } },
  });
  return { clock, probe, hub, [Symbol.asyncDispose]: hub.stop };
}

describe('the time of a call', () => {
  test.each([
    ['the caller', 1_000, 2_000, 1_000],
    ['the source', 3_000, 2_000, 2_000],
    ['the hub', undefined, 9_000, 5_000],
    ['the hub, when nobody else says anything', undefined, undefined, 5_000],
  ])('is what %s allows', async (_who, ofCaller, ofSource, wantedMs) => {
    await using made = await start();
    const held = holdCalls();
    made.probe.open('a', tools('t'), held.invoke, ofSource === undefined ? {} : { timeoutMs: ofSource });
    const outcome = made.hub.call('tool', 'a__t', {}, ofCaller === undefined ? {} : { timeoutMs: ofCaller });
    await held.came(1);
    made.clock.advance(wantedMs - 1);
    expect(held.inside).toHaveLength(1);
    made.clock.advance(1);
    const error = await expectRejection('timeout', outcome);
    expect(error.message).toContain(`did not answer within ${wantedMs} ms`);
  });

  test('ends a call whose target does not heed its signal', async () => {
    await using made = await start();
    const held = holdCalls({ heedsSignal: false });
    made.probe.open('a', tools('t'), held.invoke, { maxConcurrentCalls: 1 });
    const outcome = made.hub.call('tool', 'a__t');
    await held.came(1);
    expect(held.inside[0]?.invocation.signal.aborted).toBe(false);
    made.clock.advance(5_000);
    await expectRejection('timeout', outcome);
    expect(held.inside[0]?.invocation.signal.aborted).toBe(true);
    held.inside[0]?.answer();
  });

  test('also passes while the call waits for its turn', async () => {
    await using made = await start();
    const held = holdCalls({ heedsSignal: false });
    made.probe.open('a', tools('t'), held.invoke, { maxConcurrentCalls: 1 });
    const first = made.hub.call('tool', 'a__t', {}, { timeoutMs: 4_000 });
    await held.came(1);
    const second = made.hub.call('tool', 'a__t', {}, { timeoutMs: 1_000 });
    made.clock.advance(1_000);
    await expectRejection('timeout', second);
    held.inside[0]?.answer();
    await first;
  });

  test('stands still while the caller is asked', async () => {
    await using made = await start();
    const asked: { resolve: (answer: { action: string }) => void }[] = [];
    made.probe.open('a', tools('t'), async ({ request, signal }) => {
      const question = { method: 'elicitation/create', params: { message: '?' } } as const;
      const answer = await request.channels?.ask?.(question, signal);
      return text(JSON.stringify(answer));
    });
    const channels: CallRequest['channels'] = {
      ask: () => new Promise((resolve) => asked.push({ resolve: (answer) => resolve(answer) })),
    };
    const outcome = made.hub.call('tool', 'a__t', {}, { channels });
    await Promise.resolve();
    made.clock.advance(500_000);
    asked[0]?.resolve({ action: 'accept' });
    expect(await outcome).toEqual(text('{"action":"accept"}'));
    expect(asked).toHaveLength(1);
  });

  test('leaves no timer behind, however a call ends', async () => {
    await using made = await start();
    const held = holdCalls();
    made.probe.open('a', tools('t'), held.invoke);
    made.clock.advance(50);
    const before = made.clock.waiting;
    const controller = new AbortController();
    const ok = made.hub.call('tool', 'a__t');
    const cancelled = made.hub.call('tool', 'a__t', {}, { signal: controller.signal });
    const failed = made.hub.call('tool', 'a__t');
    await held.came(3);
    controller.abort();
    held.inside[0]?.answer();
    held.inside[0]?.fail(new Error('no'));
    await Promise.allSettled([ok, cancelled, failed]);
    expect(made.clock.waiting).toBe(before);
  });
});
