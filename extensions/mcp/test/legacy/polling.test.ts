import { FakeClock } from '@signalbox/testkit';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../support/http-answer.ts';
import { openSession, shortId, siblingId, until } from '../support/legacy.ts';
import { rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const priming = /^id: (\S+)\nretry: (\d+)\ndata:\n\n/;

async function primed(stream: HttpAnswer): Promise<{ id: string; retryMs: number }> {
  const [, id = '', retry] = priming.exec(await stream.text(/\n\n/)) ?? [];
  return { id, retryMs: Number(retry) };
}

describe('a stream of a client of 2025-11-25', () => {
  test('begins with an event that has an id, no data, and how long to wait', async () => {
    await using hub = await startMcpHub({ settings: { mcp: { retryMs: 250 } } });
    const session = await openSession(hub);
    const stream = await session.get();
    const { id, retryMs } = await primed(stream);
    expect([shortId(id), retryMs]).toEqual(['1-0', 250]);
    stream.leave();
  });

  test('is closed after its time, and its client finds the answer with the id it had', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({
      clock,
      settings: { mcp: { streamAfterMs: 100, streamMaxMs: 1_000 } },
    });
    hub.shop.open('a', tools('t'), hub.shop.hold, { timeoutMs: 600_000 });
    const session = await openSession(hub);
    const coming = session.call('a__t', {}, { id: 'slow' });
    const call = await hub.shop.call(1);
    clock.advance(100);
    const first = await coming;
    const { id } = await primed(first);
    clock.advance(1_000);
    expect(await first.allEvents()).toEqual([]);

    const second = await session.get({ 'last-event-id': id });
    await primed(second);
    clock.advance(1_000);
    expect(await second.allEvents()).toEqual([]);

    // The answer comes while nobody is there.
    call.answer(text('at last'));
    await until(() => hub.shop.callCount() === 1);
    const third = await session.get({ 'last-event-id': id });
    expect((await third.allEvents()).map(({ message }) => message)).toEqual([
      { jsonrpc: '2.0', id: 'slow', result: { content: [{ type: 'text', text: 'at last' }] } },
    ]);
    const again = await session.get({ 'last-event-id': id });
    expect(await again.allEvents()).toHaveLength(1);
    expect(hub.shop.callCount()).toBe(1);
  });

  test('is one of several at once, and each has its own answers', async () => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { streamAfterMs: 100 } } });
    hub.shop.open('a', tools('t'), hub.shop.hold, { timeoutMs: 600_000 });
    const session = await openSession(hub);
    const coming = [1, 2, 3].map((id) => session.call('a__t', {}, { id }));
    const calls = [await hub.shop.call(1), await hub.shop.call(2), await hub.shop.call(3)];
    clock.advance(100);
    const streams = await Promise.all(coming);
    const ids = await Promise.all(streams.map(primed));
    expect(new Set(ids.map(({ id }) => id)).size).toBe(3);
    for (const stream of streams) stream.leave();
    for (const call of calls) call.answer();
    const answered: unknown[] = [];
    for (const { id } of ids) {
      const [event] = await (await session.get({ 'last-event-id': id })).allEvents();
      answered.push(event?.message['id']);
    }
    expect(new Set(answered)).toEqual(new Set([1, 2, 3]));
  });

  test('is not found by the id of another hub, of an event to come, or in another session', async () => {
    await using hub = await startMcpHub();
    await using other = await startMcpHub();
    const session = await openSession(hub);
    const stream = await session.get();
    const { id } = await primed(stream);
    const foreign = await primed(await (await openSession(other)).get());
    const refusals = await Promise.all([
      session.get({ 'last-event-id': foreign.id }),
      session.get({ 'last-event-id': siblingId(id, 1) }),
      (await openSession(hub)).get({ 'last-event-id': id }),
    ]);
    const said = await Promise.all(refusals.map(async (answer) => [answer.status, await answer.json()]));
    expect(said).toMatchObject([
      [400, { error: { code: -32600, message: expect.stringContaining('another hub') } }],
      [400, { error: { code: -32600, message: expect.stringContaining('no stream of this session') } }],
      [400, { error: { code: -32600, message: expect.stringContaining('no stream of this session') } }],
    ]);
    stream.leave();
  });
});

test.each(['2024-11-05', '2025-03-26', '2025-06-18'])(
  'a stream of a client of %s is neither begun with an empty event nor closed early',
  async (version) => {
    const clock = new FakeClock();
    await using hub = await startMcpHub({ clock, settings: { mcp: { streamMaxMs: 1_000 } } });
    const source = hub.shop.open('a', tools('t'), () => text('ok'));
    clock.advance(50);
    const session = await openSession(hub, { version });
    const stream = await session.get();
    clock.advance(5_000);
    source.publish(tools('u'));
    clock.advance(50);
    const all = await stream.text(/list_changed/);
    expect(all).not.toContain('retry');
    stream.leave();
  },
);

test('a session does not outlive its hub: its client is told to begin anew, and can', async () => {
  const hub = await startMcpHub();
  const session = await openSession(hub);
  expect((await session.post(rpc(1, 'ping'))).status).toBe(200);
  await hub.stop();
  await using next = await startMcpHub();
  const answer = await next.post(rpc(2, 'ping'), { 'mcp-session-id': session.id });
  expect([answer.status, await answer.json()]).toMatchObject([404, { error: { code: -31404 } }]);
  expect((await (await openSession(next)).post(rpc(3, 'ping'))).status).toBe(200);
});
