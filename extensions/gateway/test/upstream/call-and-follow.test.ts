import type { CallResult, JsonObject, TaskToResume } from '@signalbox/sdk';
import { describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway-context.ts';
import { type ShakyUpstream, startShakyUpstream } from '../support/shaky-upstream.ts';

const booked = { content: [{ type: 'text', text: 'booked t1' }] };
const calls = ({ asked }: ShakyUpstream): readonly string[] =>
  asked.filter((each) => each.startsWith('tools/call'));

/** A gateway with that upstream, and a call of it that has become a task. */
async function callIt(upstream: ShakyUpstream): Promise<{
  readonly gateway: TestGateway;
  readonly answer: Promise<CallResult>;
  readonly task: TaskToResume;
}> {
  const gateway = await startGateway({ upstreams: { u: { url: upstream.url } } });
  await gateway.untilState('u', 'available');
  const told = Promise.withResolvers<TaskToResume>();
  const answer = gateway.call({ upstream: 'u', name: 'book', channels: { task: told.resolve } });
  answer.catch(() => undefined);
  const task = await told.promise;
  await upstream.untilLooked(1);
  return { gateway, answer, task };
}

describe.each(['2025-11-25', '2026-07-28'] as const)('a call that became a task of %s', (version) => {
  test('ends with the task when the connection breaks while it is followed, and is not made again', async () => {
    await using upstream = await startShakyUpstream(version);
    const { gateway, answer } = await callIt(upstream);
    try {
      upstream.breakAll();
      const seen = upstream.asked.length;
      await expect.poll(() => upstream.asked.length, { timeout: 10_000 }).toBeGreaterThan(seen);
      upstream.end();
      expect(await answer).toMatchObject({ value: booked });
      expect(calls(upstream)).toEqual(['tools/call']);
    } finally {
      await gateway.stop();
    }
  });

  test('waits for an upstream that was away for a while', { timeout: 30_000 }, async () => {
    await using upstream = await startShakyUpstream(version);
    const { gateway, answer } = await callIt(upstream);
    try {
      await upstream.goAway();
      await gateway.untilState('u', 'unavailable');
      await upstream.comeBack();
      upstream.end();
      expect(await answer).toMatchObject({ value: booked });
      expect(calls(upstream)).toEqual(['tools/call']);
    } finally {
      await gateway.stop();
    }
  });

  test('is not made again by an upstream that has forgotten task and session, and nobody knows its end', async () => {
    await using upstream = await startShakyUpstream(version);
    const { gateway, answer } = await callIt(upstream);
    try {
      upstream.forget();
      upstream.breakAll();
      await expect(answer).rejects.toMatchObject({
        code: 'not_found',
        message: expect.stringContaining('nobody knows how that ended') as string,
      });
      expect(calls(upstream)).toEqual(['tools/call']);
    } finally {
      await gateway.stop();
    }
  });

  test.each([-32602, -32603])('fails with the error %i of the task itself', async (code) => {
    await using upstream = await startShakyUpstream(version);
    const { gateway, answer } = await callIt(upstream);
    try {
      const error: JsonObject = { code, message: 'no room is free' };
      upstream.end(error);
      await expect(answer).rejects.toMatchObject({ code: 'upstream_refused', details: { rpc: error } });
    } finally {
      await gateway.stop();
    }
  });

  test('does not wait any more for an upstream that is taken away', async () => {
    await using upstream = await startShakyUpstream(version);
    const { gateway, answer } = await callIt(upstream);
    await upstream.goAway();
    await gateway.untilState('u', 'unavailable');
    await gateway.stop();
    await expect(answer).rejects.toMatchObject({ code: 'upstream_unavailable' });
  });
});
