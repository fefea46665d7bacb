import type { Ask, Invocation, JsonObject } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LegacySession, openSession, until } from '../support/legacy.ts';
import { type McpHub, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const form: Ask = {
  method: 'elicitation/create',
  params: { message: 'who?', requestedSchema: { type: 'object', properties: {} } },
};
const accepted = { action: 'accept', content: {} };

let clock: FakeClock;
let hub: McpHub;
let session: LegacySession;
let seen: Invocation[];

beforeEach(async () => {
  clock = new FakeClock();
  hub = await startMcpHub({ clock, settings: { mcp: { maxKeptTasksPerPrincipal: 2, taskTtlMs: 60_000 } } });
  session = await openSession(hub, { capabilities: { elicitation: {} } });
  seen = [];
  hub.shop.open('a', tools('asking', 'quick', 'slow'), async (invocation) => {
    seen.push(invocation);
    if (invocation.originalName === 'slow') return hub.shop.hold(invocation);
    if (invocation.originalName === 'quick') return text('quick');
    const answer = await invocation.request.channels?.ask?.(form, invocation.signal);
    return text(JSON.stringify(answer));
  });
});

afterEach(() => hub.stop());

let lastId = 100;

async function request(method: string, params: JsonObject): Promise<JsonObject> {
  return (await session.post(rpc(++lastId, method, params))).json();
}

async function makeTask(tool: string, task: JsonObject = {}): Promise<string> {
  const { result } = await request('tools/call', { name: `a__${tool}`, arguments: {}, task });
  return (result as { task: { taskId: string } }).task.taskId;
}

async function untilStatus(taskId: string, wanted: string): Promise<JsonObject> {
  for (;;) {
    clock.advance(1);
    const { result } = await request('tasks/get', { taskId });
    if ((result as JsonObject)['status'] === wanted) return result as JsonObject;
  }
}

async function listed(cursor?: string): Promise<{ ids: string[]; nextCursor?: string }> {
  const { result } = await request('tasks/list', cursor === undefined ? {} : { cursor });
  const { tasks, ...rest } = result as { tasks: { taskId: string }[]; nextCursor?: string };
  return { ids: tasks.map(({ taskId }) => taskId), ...rest };
}

describe('tasks/result of a task that asks', () => {
  async function waitForResult(taskId: string): ReturnType<LegacySession['post']> {
    return session.post(rpc(++lastId, 'tasks/result', { taskId }), { accept: 'text/event-stream' });
  }

  test('asks once, however many wait for it, and tells each the result', async () => {
    const taskId = await makeTask('asking');
    await untilStatus(taskId, 'input_required');
    const first = await waitForResult(taskId);
    const [question] = await first.messages(1);
    expect(question).toMatchObject({
      method: 'elicitation/create',
      params: { message: 'who?', _meta: { 'io.modelcontextprotocol/related-task': { taskId } } },
    });
    const second = waitForResult(taskId);
    await request('ping', {});
    await session.post({ jsonrpc: '2.0', id: question?.['id'] ?? null, result: accepted });
    const [ofFirst, ofSecond] = [await first.allEvents(), await (await second).allEvents()];
    expect([ofFirst.length, ofSecond.length]).toEqual([2, 1]);
    for (const events of [ofFirst, ofSecond])
      expect(events.at(-1)?.message).toMatchObject({
        result: { content: [{ text: JSON.stringify(accepted) }] },
      });
  });

  test('asks another that waits when the one that was asked goes', async () => {
    const taskId = await makeTask('asking');
    await untilStatus(taskId, 'input_required');
    const first = await waitForResult(taskId);
    await first.messages(1);
    const goes = lastId;
    const second = waitForResult(taskId);
    await request('ping', {});
    await session.post({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: goes } });
    const [question] = await (await second).messages(1);
    expect(question).toMatchObject({ method: 'elicitation/create' });
    await session.post({ jsonrpc: '2.0', id: question?.['id'] ?? null, result: accepted });
    const told = await (await second).allEvents();
    expect(told.at(-1)?.message).toMatchObject({ result: { content: [{ text: JSON.stringify(accepted) }] } });
  });
});

describe('tasks that are kept', () => {
  test('are so many for each principal; the oldest that have ended make room', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 6; count++) {
      const taskId = await makeTask('quick');
      await untilStatus(taskId, 'completed');
      ids.push(taskId);
    }
    const kept = (await listed()).ids;
    expect(kept).toEqual(ids.slice(-kept.length));
    // Room is made when a task is made; the end of the one before may be on its way to the store then.
    expect([3, 4]).toContain(kept.length);
    const { error } = await request('tasks/get', { taskId: ids[0] ?? '' });
    expect(error).toMatchObject({ code: -32602, message: /there is no such task/ });
  });

  test('make no room as long as they run', async () => {
    const running = await makeTask('slow');
    for (let count = 0; count < 4; count++) await untilStatus(await makeTask('quick'), 'completed');
    expect((await listed()).ids).toContain(running);
    (await hub.shop.call(1)).answer();
    await untilStatus(running, 'completed');
  });

  test('are listed as long as their time has not come, and no longer', async () => {
    const short = await makeTask('slow', { ttl: 5_000 });
    // Within one millisecond there is no order.
    clock.advance(1);
    const long = await makeTask('slow', { ttl: 30_000 });
    expect((await listed()).ids).toEqual([short, long]);
    clock.advance(5_001);
    expect((await listed()).ids).toEqual([long]);
    expect((await listed(short)).ids).toEqual([long]);
  });

  test('are kept no longer than the hub keeps any', async () => {
    const { result } = await request('tools/call', { name: 'a__slow', arguments: {}, task: { ttl: 9e9 } });
    expect(result).toMatchObject({ task: { ttl: 60_000 } });
  });

  test('are cancelled once, and then no more', async () => {
    const taskId = await makeTask('slow');
    await until(() => hub.shop.callCount() > 0);
    expect((await request('tasks/cancel', { taskId }))['result']).toMatchObject({ status: 'cancelled' });
    expect(seen[0]?.signal.aborted).toBe(true);
    expect((await request('tasks/cancel', { taskId }))['error']).toMatchObject({
      code: -32602,
      message: 'the task is over: it is cancelled; it cannot be cancelled any more',
    });
  });
});
