import type { Invocation, JsonObject, Principal } from '@signalbox/sdk';
import { isJsonObject, SignalboxError } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeKeeper } from '../support/keeper.ts';
import { ask } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const extension = 'io.modelcontextprotocol/tasks';
const capabilities = { elicitation: {}, extensions: { [extension]: {} } };
const meta = { 'io.modelcontextprotocol/clientCapabilities': capabilities };

let clock: FakeClock;
let hub: McpHub;
let seen: Invocation[];

beforeEach(async () => {
  clock = new FakeClock();
  hub = await startMcpHub({ clock, settings: { mcp: { maxTasksPerPrincipal: 2, taskTtlMs: 60_000 } } });
  seen = [];
  hub.shop.open('a', tools('slow', 'quick'), (invocation) => {
    seen.push(invocation);
    return invocation.originalName === 'quick' ? text('quick') : hub.shop.hold(invocation);
  });
});

afterEach(() => hub.stop());

async function send(method: string, params: JsonObject, more: JsonObject = meta): Promise<JsonObject> {
  const name = params['taskId'];
  // Without a stream, so that an answer may take its time.
  const headers = { accept: 'application/json', ...(typeof name === 'string' ? { 'mcp-name': name } : {}) };
  return (await ask(hub, method, params, { meta: more, headers })).json();
}

/** Calls the slow tool and lets the time pass after which it becomes a task. */
async function makeTask(): Promise<JsonObject & { readonly taskId: string }> {
  const count = hub.shop.callCount();
  const answering = send('tools/call', { name: 'a__slow', arguments: {} });
  await hub.shop.call(count + 1);
  clock.advance(10_000);
  const { result } = await answering;
  return result as JsonObject & { taskId: string };
}

async function get(taskId: string): Promise<JsonObject> {
  const { result, error } = await send('tasks/get', { taskId });
  return (result ?? error) as JsonObject;
}

/** Looks at a task, turn by turn of the event loop, until it is as wanted. */
async function untilStatus(taskId: string, status: string): Promise<JsonObject> {
  for (;;) {
    const task = await get(taskId);
    if (task['status'] === status) return task;
  }
}

describe('a tool that takes long', () => {
  test('becomes a task for a client that takes tasks', async () => {
    const created = await makeTask();
    expect(created).toEqual({
      resultType: 'task',
      taskId: expect.stringMatching(/^[0-9a-f-]{53}$/) as unknown,
      status: 'working',
      createdAt: new Date(clock.now()).toISOString(),
      lastUpdatedAt: new Date(clock.now()).toISOString(),
      ttlMs: 60_000,
      pollIntervalMs: 1_000,
      _meta: expect.anything() as unknown,
    });
    expect(await get(created['taskId'])).toMatchObject({ resultType: 'complete', status: 'working' });
    (await hub.shop.call(1)).answer();
    expect(await untilStatus(created['taskId'], 'completed')).toMatchObject({
      resultType: 'complete',
      result: { content: [{ type: 'text', text: 'done' }] },
    });
  });

  test('just takes long for a client that does not', async () => {
    const answering = send('tools/call', { name: 'a__slow', arguments: {} }, {});
    const held = await hub.shop.call(1);
    clock.advance(20_000);
    held.answer();
    expect((await answering)['result']).toMatchObject({ resultType: 'complete' });
  });

  test('that is quick is answered as ever', async () => {
    const { result } = await send('tools/call', { name: 'a__quick', arguments: {} });
    expect(result).toMatchObject({ resultType: 'complete', content: [{ text: 'quick' }] });
  });

  test('becomes one as soon as its target says that it made one', async () => {
    const answering = send('tools/call', { name: 'a__slow', arguments: {} });
    const { invocation } = await hub.shop.call(1);
    invocation.request.channels?.task?.({
      identity: { source: 'a', originalName: 'slow' },
      handle: { taskId: 'theirs' },
    });
    const { result } = await answering;
    expect(result).toMatchObject({ resultType: 'task', status: 'working' });
    expect(JSON.stringify(result)).not.toContain('theirs');
  });

  test('may take longer than a call that somebody waits for', async () => {
    const { taskId } = await makeTask();
    clock.advance(45_000);
    expect(seen[0]?.signal.aborted).toBe(false);
    expect(await get(taskId)).toMatchObject({ status: 'working' });
  });

  test('does not stop when its client goes', async () => {
    await makeTask();
    await send('tasks/get', { taskId: 'none' });
    expect(seen[0]?.signal.aborted).toBe(false);
  });
});

test('a task of a wide key is not there for a narrow one of the same person', async () => {
  const keeper = makeKeeper();
  const [time, ada] = [new FakeClock(), { kind: 'user', id: 'ada', org: 'local', level: 'trusted' } as const];
  await using other = await startMcpHub({ clock: time, extensions: [keeper.extension] });
  other.shop.open('a', tools('slow'), other.shop.hold);
  time.advance(50);
  const keyed = (principal: Principal): string => keeper.token({ ...ada, roles: ['member'], ...principal });
  const wide = keyed({ ...ada, scopes: ['tools:call'] });
  const send = async (key: string, method: string, params: JsonObject): Promise<JsonObject> => {
    const headers = { accept: 'application/json', authorization: `Bearer ${key}` };
    const name = params['taskId'];
    const named = typeof name === 'string' ? { ...headers, 'mcp-name': name } : headers;
    return (await ask(other, method, params, { meta, headers: named })).json();
  };
  const answering = send(wide, 'tools/call', { name: 'a__slow', arguments: {} });
  const held = await other.shop.call(1);
  time.advance(10_000);
  const { result } = await answering;
  const { taskId } = result as { taskId: string };
  const narrow = [
    keyed({ ...ada, scopes: ['tools:list'] }),
    keyed({ ...ada, scopes: ['tools:call'], grant: 'public' }),
    keyed({ ...ada, scopes: ['tools:call'], onBehalfOf: { ...ada, id: 'bob' } }),
  ];
  for (const key of narrow)
    for (const method of ['tasks/get', 'tasks/cancel'])
      expect(await send(key, method, { taskId })).toMatchObject({
        error: { message: 'there is no such task; it may have been too old to be kept' },
      });
  expect(held.invocation.signal.aborted).toBe(false);
  expect(await send(keyed(ada), 'tasks/get', { taskId })).toMatchObject({ result: { status: 'working' } });
});

describe('the end of a task', () => {
  test('with a tool error is a result', async () => {
    const { taskId } = await makeTask();
    (await hub.shop.call(1)).answer({
      kind: 'data',
      value: { content: [{ type: 'text', text: 'no' }], isError: true },
      isError: true,
    });
    expect(await untilStatus(taskId, 'completed')).toMatchObject({ result: { isError: true } });
  });

  test('with an error of the protocol is a failure', async () => {
    const { taskId } = await makeTask();
    (await hub.shop.call(1)).fail(new SignalboxError('upstream_unavailable', 'it crashed'));
    expect(await untilStatus(taskId, 'failed')).toMatchObject({
      statusMessage: 'it crashed',
      error: { code: -31502, message: 'it crashed' },
    });
  });

  test('by its client gives the call up, and is told once more without harm', async () => {
    const { taskId } = await makeTask();
    const cancelled = await send('tasks/cancel', { taskId });
    expect(cancelled['result']).toEqual({ resultType: 'complete', _meta: expect.anything() as unknown });
    expect(await untilStatus(taskId, 'cancelled')).not.toHaveProperty('error');
    expect(seen[0]?.signal.aborted).toBe(true);
    expect((await send('tasks/cancel', { taskId }))['result']).toMatchObject({
      resultType: 'complete',
    });
  });

  test('comes with its time, and then it is not there any more', async () => {
    const { taskId } = await makeTask();
    clock.advance(60_001);
    expect(await get(taskId)).toMatchObject({ code: -32602 });
    clock.advance(60_000);
    expect(seen[0]?.signal.aborted).toBe(true);
  });
});

describe('a task that asks', () => {
  test('waits for answers, takes some of them, and goes on with all', async () => {
    const { taskId } = await makeTask();
    const { invocation, answer } = await hub.shop.call(1);
    const questions = ['one', 'two'].map(async (message) =>
      invocation.request.channels?.ask?.(
        { method: 'elicitation/create', params: { message } },
        invocation.signal,
      ),
    );
    clock.advance(25);
    const waiting = await untilStatus(taskId, 'input_required');
    expect(waiting['inputRequests']).toEqual({
      'input-1': { method: 'elicitation/create', params: { message: 'one' } },
      'input-2': { method: 'elicitation/create', params: { message: 'two' } },
    });
    const update = (inputResponses: JsonObject) => send('tasks/update', { taskId, inputResponses });
    await update({ 'input-2': { action: 'decline' }, other: { action: 'accept' } });
    expect(Object.keys((await get(taskId))['inputRequests'] as JsonObject)).toEqual(['input-1']);
    await update({ 'input-1': { action: 'accept', content: {} } });
    expect(await Promise.all(questions)).toEqual([{ action: 'accept', content: {} }, { action: 'decline' }]);
    expect(await get(taskId)).toMatchObject({ status: 'working' });
    answer();
    await untilStatus(taskId, 'completed');
  });

  test('by way of a result asks its client, too, and is called again', async () => {
    const { taskId } = await makeTask();
    (await hub.shop.call(1)).answer({
      kind: 'input',
      inputRequests: { who: { method: 'elicitation/create', params: { message: 'who?' } } },
      requestState: 's',
    });
    for (;;) {
      clock.advance(25);
      const task = await get(taskId);
      if (task['status'] === 'input_required') break;
    }
    await send('tasks/update', {
      taskId: taskId,
      inputResponses: { 'input-1': { action: 'accept', content: { name: 'Ada' } } },
    });
    const second = await hub.shop.call(2);
    expect(second.invocation.request.retry).toEqual({
      identity: { source: 'a', originalName: 'slow' },
      inputResponses: { who: { action: 'accept', content: { name: 'Ada' } } },
      requestState: 's',
    });
    second.answer();
    await untilStatus(taskId, 'completed');
  });
});

describe('a task', () => {
  test.each([
    ['tasks/get', {}],
    ['tasks/cancel', {}],
    ['tasks/update', { inputResponses: {} }],
  ])('is not found by %s under an id that never was', async (method, more) => {
    const { error } = await send(method, { taskId: 'never', ...more });
    expect(error).toMatchObject({
      code: -32602,
      message: 'there is no such task; it may have been too old to be kept',
    });
  });

  test('is not for clients that did not declare the extension', async () => {
    const { taskId } = await makeTask();
    const { error } = await send('tasks/get', { taskId }, {});
    expect(error).toMatchObject({
      code: -32021,
      data: { requiredCapabilities: { extensions: { [extension]: {} } } },
    });
  });

  test.each(['tasks/result', 'tasks/list'])('knows no %s in this era', async (method) => {
    expect((await send(method, {}))['error']).toMatchObject({ code: -32601 });
  });

  test('is one of a bounded number', async () => {
    await makeTask();
    await makeTask();
    const answering = send('tools/call', { name: 'a__slow', arguments: {} });
    await hub.shop.call(3);
    clock.advance(10_000);
    expect((await answering)['error']).toMatchObject({ code: -31503 });
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([false, false, true]);
  });

  test('is told of on a stream that listens for it, whole', async () => {
    const { taskId } = await makeTask();
    const params = { notifications: { taskIds: [taskId, 'other'] } };
    const stream = await ask(hub, 'subscriptions/listen', params, { id: 9, meta });
    const [acknowledged] = await stream.events(1);
    expect(acknowledged?.message).toMatchObject({ params: { notifications: { taskIds: [taskId] } } });
    (await hub.shop.call(1)).answer();
    const told = (await stream.events(2))[1]?.message;
    expect(told).toMatchObject({
      method: 'notifications/tasks',
      params: {
        taskId,
        status: 'completed',
        result: { content: [{ text: 'done' }] },
        _meta: { 'io.modelcontextprotocol/subscriptionId': 9 },
      },
    });
    stream.leave();
  });

  test('is not told of to a client without the extension', async () => {
    const params = { notifications: { taskIds: ['x'] } };
    const refused = await (await ask(hub, 'subscriptions/listen', params, { meta: {} })).json();
    expect(refused['error']).toMatchObject({ code: -32021 });
    expect(isJsonObject(refused['error'])).toBe(true);
  });
});
