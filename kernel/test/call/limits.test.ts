import type { CallRequest, JsonObject, Principal } from '@signalbox/sdk';
import { expectRejection } from '@signalbox/sdk/expect-code';
import { startTestHub, type TestHub } from '@signalbox/testkit';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tools } from '../support/make-catalog.ts';
import { holdCalls, makeProbe, type Probe, text } from '../support/probe.ts';

const user = (id: string): Principal => ({
  kind: 'user',
  id,
  org: 'local',
  level: 'anchor',
  roles: ['member'],
});

async function start(limits: JsonObject): Promise<{ hub: TestHub; probe: Probe } & AsyncDisposable> {
  const probe = makeProbe();
  const hub = await startTestHub({ extensions: [probe.extension], settings: { limits } });
  return { hub, probe, [Symbol.asyncDispose]: hub.stop };
}

describe('the rate of one principal', () => {
  test('is held after its burst, with the time to wait, and is nobody else’s', async () => {
    await using made = await start({ callBurst: 2, callsPerSecond: 0.5 });
    made.probe.open('a', tools('t'), () => text('ok'));
    const go = (id: string, more: Partial<Principal> = {}) =>
      made.hub.call('tool', 'a__t', {}, { principal: { ...user(id), ...more } });
    await go('ada');
    await go('ada');
    const error = await expectRejection('rate_limited', go('ada'));
    const { retryAfterMs } = error.details as { retryAfterMs: number };
    expect(retryAfterMs).toBeGreaterThan(1_000);
    expect(retryAfterMs).toBeLessThanOrEqual(2_000);
    expect(error.message).toBe(`"ada" calls too often; try again in ${retryAfterMs} ms`);
    await go('bob');
    await go('ada', { org: 'other' });
    await go('ada', { kind: 'service' });
  });
});

describe('the calls at once', () => {
  test('of one principal are bounded; those that wait go in order', async () => {
    await using made = await start({ concurrentCalls: 2, queuedCalls: 2 });
    const held = holdCalls();
    made.probe.open('a', tools('t'), held.invoke);
    const go = (label: string) => made.hub.call('tool', 'a__t', { label }, { principal: user('ada') });
    const calls = ['1', '2', '3', '4'].map(go);
    await held.came(2);
    const error = await expectRejection('rate_limited', go('5'));
    expect(error.message).toBe('principal "ada" has 2 calls running and 2 waiting; try again later');
    const order: unknown[] = [];
    for (let count = 3; count <= 6; count++) {
      order.push(held.inside[0]?.invocation.request.params['label']);
      expect(held.inside.length).toBeLessThanOrEqual(2);
      held.inside[0]?.answer();
      if (count <= 4) await held.came(count);
    }
    expect(order).toEqual(['1', '2', '3', '4']);
    await Promise.all(calls);
  });

  test('of one source are not those that wait for an answer of their caller', async () => {
    await using made = await start({ queuedCalls: 0 });
    const answer = Promise.withResolvers<JsonObject>();
    const asked = Promise.withResolvers<void>();
    made.probe.open(
      'a',
      tools('t'),
      async ({ request: { params, channels }, signal }) => {
        if (params['ask'] === true) await channels?.ask?.({ method: 'roots/list', params: {} }, signal);
        return text('ok');
      },
      { maxConcurrentCalls: 1 },
    );
    const ask = () => {
      asked.resolve();
      return answer.promise;
    };
    const waiting = made.hub.call('tool', 'a__t', { ask: true }, { channels: { ask } });
    await asked.promise;
    await made.hub.call('tool', 'a__t', {});
    answer.resolve({ roots: [] });
    await waiting;
    await made.hub.call('tool', 'a__t', {});
  });

  test('of one source are bounded, and hold up no other source', async () => {
    await using made = await start({ queuedCalls: 0 });
    const held = holdCalls();
    made.probe.open('a', tools('t'), held.invoke, { maxConcurrentCalls: 1 });
    made.probe.open('b', tools('t'), () => text('ok'));
    const first = made.hub.call('tool', 'a__t', {}, { principal: user('ada') });
    await held.came(1);
    const error = await expectRejection(
      'rate_limited',
      made.hub.call('tool', 'a__t', {}, { principal: user('bob') }),
    );
    expect(error.message).toBe('source "a" has 1 calls running and 0 waiting; try again later');
    await made.hub.call('tool', 'b__t', {}, { principal: user('bob') });
    held.inside[0]?.answer();
    await first;
  });

  test('give back the place of a call that fails, is refused, is cancelled, or gives up waiting', async () => {
    await using made = await start({ concurrentCalls: 1, queuedCalls: 1 });
    const held = holdCalls();
    made.probe.open('a', tools('t'), held.invoke, { maxConcurrentCalls: 1 });
    made.probe.open('b', tools('t'), () => text('ok'), { maxConcurrentCalls: 1 });
    const go = (changes: Partial<CallRequest> = {}) =>
      made.hub.call('tool', 'a__t', {}, { principal: user('ada'), ...changes });
    const running = new AbortController();
    const first = go({ signal: running.signal });
    await held.came(1);
    const waiting = new AbortController();
    const second = go({ signal: waiting.signal });
    waiting.abort();
    await expectRejection('cancelled', second);
    running.abort();
    await expectRejection('cancelled', first);
    await expectRejection('invalid_params', go({ params: { name: 'a__t', arguments: 5 } }));
    const failing = go();
    await held.came(2);
    held.inside[0]?.fail(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    await made.hub.call('tool', 'b__t', {}, { principal: user('ada') });
  });

  test('whoever comes, answers or goes: never too many inside, and every place is given back', async () => {
    const step = fc.oneof(
      { weight: 5, arbitrary: fc.record({ who: fc.nat(1), where: fc.nat(1) }) },
      { weight: 3, arbitrary: fc.record({ answer: fc.nat(10) }) },
      { weight: 2, arbitrary: fc.record({ abort: fc.nat(20) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        await using made = await start({ concurrentCalls: 2, queuedCalls: 2, callBurst: 1_000_000 });
        const held = [holdCalls(), holdCalls()];
        for (const [index, each] of held.entries())
          made.probe.open(`s${index}`, tools('t'), each.invoke, { maxConcurrentCalls: 1 + index });
        const running: { controller: AbortController; outcome: Promise<unknown> }[] = [];
        const begin = (who: number, where: number): void => {
          const controller = new AbortController();
          const changes = { principal: user(`p${who}`), signal: controller.signal };
          const outcome = made.hub.call('tool', `s${where}__t`, {}, changes).catch(() => undefined);
          running.push({ controller, outcome });
        };
        const inside = () => held.flatMap((each) => each.inside);
        for (const each of steps) {
          if ('who' in each) begin(each.who, each.where);
          else if ('answer' in each) inside()[each.answer % Math.max(inside().length, 1)]?.answer();
          else running[each.abort % Math.max(running.length, 1)]?.controller.abort();
          for (let turn = 0; turn < 8; turn++) await Promise.resolve();
          const count = (id: string) =>
            inside().filter(({ invocation }) => invocation.request.principal.id === id).length;
          expect(
            [held[0]?.inside.length, held[1]?.inside.length].map((n, index) => (n ?? 0) <= 1 + index),
          ).toEqual([true, true]);
          expect([count('p0') <= 2, count('p1') <= 2]).toEqual([true, true]);
        }
        for (const { controller } of running) controller.abort();
        await Promise.all(running.map(({ outcome }) => outcome));
        expect(inside()).toEqual([]);
        const last = [0, 0, 1].map((where, index) =>
          made.hub.call('tool', `s${where}__t`, {}, { principal: user(`p${index}`) }),
        );
        while (inside().length > 0) {
          inside()[0]?.answer();
          for (let turn = 0; turn < 8; turn++) await Promise.resolve();
        }
        expect((await Promise.all(last)).length).toBe(3);
      }),
      { seed: 20_261_129, numRuns: 25 },
    );
  });
});
