import { type Ask, isJsonObject, type JsonObject, type Principal } from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type HttpAnswer, send } from '../support/http-answer.ts';
import { type Keeper, makeKeeper } from '../support/keeper.ts';
import { type LegacySession, openSession } from '../support/legacy.ts';
import { ask } from '../support/modern.ts';
import { type McpHub, note, rpc, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
const tasksKey = 'io.modelcontextprotocol/tasks';
const ada: Principal = { kind: 'user', id: 'ada', org: 'local', level: 'trusted', roles: ['member'] };
const form: Ask = {
  method: 'elicitation/create',
  params: { message: 'who?', requestedSchema: { type: 'object', properties: {} } },
};
const accepted: JsonObject = { action: 'accept', content: { name: 'Ada' } };
const denyA = { effect: 'deny', what: { upstreams: ['a'] } };

let clock: FakeClock;
let keeper: Keeper;
let hub: McpHub;
let wide: string;

beforeEach(async () => {
  clock = new FakeClock();
  keeper = makeKeeper();
  hub = await startMcpHub({ clock, extensions: [keeper.extension], settings: { audit: { intents: 'off' } } });
  hub.shop.open('a', tools('asks'), async ({ request, signal }) =>
    text(JSON.stringify(await request.channels?.ask?.(form, signal))),
  );
  clock.advance(50);
  wide = keeper.token({ ...ada, scopes: ['tools:call', 'prompts:read'] });
});

afterEach(() => hub.stop());

/** Keys of the same person that allow less, and what each is told. */
const narrow: [string, Partial<Principal>, object][] = [
  ['may not call it', { scopes: ['tools:list'] }, { data: { code: 'insufficient_scope' } }],
  ['may call it, but nothing else', { scopes: ['tools:call:a'] }, { message: /may not go on/ }],
  [
    'has a lower level',
    { scopes: ['tools:call', 'prompts:read'], grant: 'public' },
    { message: /may not go on/ },
  ],
];

/** Moves the clock while the hub works, so that questions are collected. */
async function settle<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { isDone: false };
  const end = (): void => void (state.isDone = true);
  promise.then(end, end);
  while (!state.isDone) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  return promise;
}

async function modern(key: string, method: string, params: JsonObject): Promise<JsonObject> {
  const id = params['taskId'];
  const own = { authorization: `Bearer ${key}`, accept: 'application/json' };
  const headers = typeof id === 'string' ? { ...own, 'mcp-name': id } : own;
  // A call that may become a task says so; whatever is done with one has to.
  const takesTasks = method !== 'tools/call' || params['tasks'] === true;
  const extensions = takesTasks ? { extensions: { [tasksKey]: {} } } : {};
  const { tasks: _tasks, ...rest } = params;
  const meta = { [capabilitiesKey]: { elicitation: {}, ...extensions } };
  return (await settle(ask(hub, method, rest, { meta, headers }))).json();
}

const resultOf = ({ result }: JsonObject): JsonObject => (isJsonObject(result) ? result : {});

describe('a modern call that waits for an answer', () => {
  const round = (key: string, more: JsonObject = {}): Promise<JsonObject> =>
    modern(key, 'tools/call', { name: 'a__asks', arguments: {}, ...more });

  test.each(narrow)('is not gone on with by a key that %s, and waits on', async (_what, less, error) => {
    const { requestState, inputRequests } = resultOf(await round(wide));
    expect(inputRequests).toMatchObject({ 'input-1': form });
    const more = { requestState: requestState ?? '', inputResponses: { 'input-1': accepted } };
    expect(await round(keeper.token({ ...ada, ...less }), more)).toMatchObject({ error });
    expect(resultOf(await round(wide, more))).toMatchObject({
      content: [{ text: JSON.stringify(accepted) }],
    });
  });

  test('is not gone on with by who may not see its tool any more, and waits on', async () => {
    const { requestState = '' } = resultOf(await round(wide));
    const more = { requestState, inputResponses: { 'input-1': accepted } };
    keeper.lay({}, denyA);
    expect(await round(wide, more)).toMatchObject({
      error: { message: 'there is no tool "a__asks" here; list them to see what there is' },
    });
    keeper.lay({});
    expect(resultOf(await round(wide, more))).toMatchObject({ resultType: 'complete' });
  });

  test('is gone on with by a key that allows more', async () => {
    const { requestState = '' } = resultOf(await round(wide));
    const more = { requestState, inputResponses: { 'input-1': accepted } };
    expect(resultOf(await round(keeper.token(ada), more))).toMatchObject({ resultType: 'complete' });
  });
});

test('a round of a modern target is a call of its own: whose key may not make it is refused, and its owner goes on', async () => {
  hub.shop.open('m', tools('asks'), ({ request }) =>
    request.retry
      ? text(JSON.stringify(request.retry.requestState))
      : { kind: 'input', inputRequests: { q: { ...form } }, requestState: 'theirs' },
  );
  const round = (key: string, more: JsonObject = {}): Promise<JsonObject> =>
    modern(key, 'tools/call', { name: 'm__asks', arguments: {}, ...more });
  const { requestState = '' } = resultOf(await round(wide));
  const more = { requestState, inputResponses: { q: accepted } };
  const refused = await round(keeper.token({ ...ada, scopes: ['tools:call:a'] }), more);
  expect(refused).toMatchObject({ error: { data: { code: 'insufficient_scope' } } });
  expect(resultOf(await round(wide, more))).toMatchObject({ content: [{ text: '"theirs"' }] });
});

describe('a legacy call that waits for an answer', () => {
  let session: LegacySession;
  let stream: HttpAnswer;
  let answer: JsonObject;

  async function begin(version = '2025-11-25'): Promise<void> {
    session = await openSession(hub, { key: wide, version, capabilities: { elicitation: {} } });
    stream = await session.call('a__asks', {}, { id: 7 });
    const [question] = await stream.messages(1);
    expect(question).toMatchObject(form);
    answer = { jsonrpc: '2.0', id: question?.['id'] ?? null, result: accepted };
  }

  const withKey = (key: string, method: string, body?: JsonObject | JsonObject[], last?: string) =>
    send(`${hub.hub.url}/mcp`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        accept: method === 'GET' ? 'text/event-stream' : 'application/json, text/event-stream',
        'content-type': 'application/json',
        'mcp-session-id': session.id,
        ...(last === undefined ? {} : { 'last-event-id': last }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });

  async function endsWell(): Promise<void> {
    expect((await withKey(wide, 'POST', answer)).status).toBe(202);
    expect((await stream.allEvents()).at(-1)?.message).toMatchObject({
      id: 7,
      result: { content: [{ text: JSON.stringify(accepted) }] },
    });
  }

  test.each(narrow)('is neither answered, read nor ended by a key that %s', async (_what, less, error) => {
    await begin();
    const key = keeper.token({ ...ada, ...less });
    const [event] = await stream.events(1);
    const attempts = [
      await withKey(key, 'POST', answer),
      await withKey(key, 'POST', note('notifications/cancelled', { requestId: 7 })),
      await withKey(key, 'GET', undefined, event?.id),
      await withKey(key, 'DELETE'),
    ];
    for (const refused of attempts)
      expect([refused.status, await refused.json()]).toMatchObject([403, { error }]);
    await endsWell();
  });

  test('is asked for the scope that is missing', async () => {
    await begin();
    const refused = await withKey(keeper.token({ ...ada, scopes: ['tools:list'] }), 'POST', answer);
    expect(refused.headers['www-authenticate']).toContain('error="insufficient_scope", scope="tools:call"');
    await endsWell();
  });

  test('is not ended in a batch either, and nothing else of the batch is done', async () => {
    hub.shop.open('s', tools('slow'), hub.shop.hold);
    session = await openSession(hub, { key: wide, version: '2025-03-26' });
    const running = session.call('s__slow', {}, { id: 7 });
    const held = await hub.shop.call(1);
    const batch = [rpc(8, 'tools/call', { name: 's__slow', arguments: {} })];
    const cancel = note('notifications/cancelled', { requestId: 7 });
    const refused = await withKey(keeper.token({ ...ada, scopes: ['tools:call:s'] }), 'POST', [
      ...batch,
      cancel,
    ]);
    expect([refused.status, await refused.json()]).toMatchObject([403, { error: { code: -31403 } }]);
    expect([held.invocation.signal.aborted, hub.shop.callCount()]).toEqual([false, 1]);
    held.answer();
    expect(await (await running).json()).toMatchObject({ result: { content: [{ text: 'done' }] } });
  });

  test('is not answered while rules hide its tool; the session is not said to be over', async () => {
    await begin();
    keeper.lay({}, denyA);
    const refused = await withKey(wide, 'POST', answer);
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: { message: /may not go on/ } },
    ]);
    keeper.lay({});
    await endsWell();
  });
});

describe('a task', () => {
  test('of a modern client is not answered by a narrow key, and goes on for its own', async () => {
    const asked = Promise.withResolvers<void>();
    hub.shop.open('late', tools('asks'), async (invocation) => {
      await hub.shop.hold(invocation);
      const answer = invocation.request.channels?.ask?.(form, invocation.signal);
      asked.resolve();
      return text(JSON.stringify(await answer));
    });
    const making = modern(wide, 'tools/call', { name: 'late__asks', arguments: {}, tasks: true });
    const held = await hub.shop.call(1);
    clock.advance(10_000);
    const { taskId = '' } = resultOf(await making);
    held.answer();
    await asked.promise;
    clock.advance(25);
    const update = { taskId, inputResponses: { 'input-1': accepted } };
    const small = keeper.token({ ...ada, scopes: ['tools:call'] });
    for (const [method, params] of [['tasks/get', { taskId }] as const, ['tasks/update', update] as const])
      expect(await modern(small, method, params)).toMatchObject({ error: { message: /no such task/ } });
    expect(resultOf(await modern(wide, 'tasks/get', { taskId }))).toMatchObject({ status: 'input_required' });
    await modern(wide, 'tasks/update', update);
    for (let status: unknown; status !== 'completed'; )
      ({ status } = resultOf(await modern(wide, 'tasks/get', { taskId })));
  });

  test('of a legacy client is there for no narrow key, and for nobody who may not see its tool', async () => {
    const session = await openSession(hub, { key: wide, capabilities: { elicitation: {} } });
    const as = (key: string, method: string, params: JsonObject): Promise<HttpAnswer> =>
      session.post(rpc(`${method} ${key}`, method, params), { authorization: `Bearer ${key}` });
    const made = await (await as(wide, 'tools/call', { name: 'a__asks', arguments: {}, task: {} })).json();
    const { taskId = '' } = resultOf(made)['task'] as JsonObject;
    const small = keeper.token({ ...ada, scopes: ['tools:call:a'] });
    const missing = { error: { code: -32602, message: /there is no such task/ } };
    for (const method of ['tasks/get', 'tasks/result', 'tasks/cancel'])
      expect(await (await as(small, method, { taskId })).json()).toMatchObject(missing);
    expect(resultOf(await (await as(small, 'tasks/list', {})).json())).toEqual({ tasks: [] });
    keeper.lay({}, denyA);
    expect(await (await as(wide, 'tasks/get', { taskId })).json()).toMatchObject(missing);
    expect(resultOf(await (await as(wide, 'tasks/list', {})).json())).toEqual({ tasks: [] });
    keeper.lay({});
    expect(await (await as(wide, 'tasks/get', { taskId })).json()).toMatchObject({ result: { taskId } });
  });

  test('of a legacy client is told of on the stream of its session, but to no narrow key that listens there', async () => {
    const session = await openSession(hub, { key: wide });
    const listen = (key: string): Promise<HttpAnswer> => session.get({ authorization: `Bearer ${key}` });
    const small = await listen(keeper.token({ ...ada, scopes: ['tools:list'] }));
    const made = await session.post(rpc(1, 'tools/call', { name: 'a__asks', arguments: {}, task: {} }));
    const { taskId } = resultOf(await made.json())['task'] as JsonObject;
    hub.shop.open('b', tools('new'), () => text('ok'));
    clock.advance(50);
    const [heard] = await small.messages(1);
    expect(heard).toMatchObject({ method: 'notifications/tools/list_changed' });
    const own = await listen(wide);
    expect((await small.allEvents()).length).toBe(1);
    const [told] = await own.messages(1);
    expect(told).toMatchObject({ method: 'notifications/tasks/status', params: { taskId } });
    own.leave();
  });
});
