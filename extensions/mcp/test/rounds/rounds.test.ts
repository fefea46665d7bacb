import { Policy, policyBook, ruleDefinition } from '@signalbox/policy';
import {
  type Ask,
  approvalDesk,
  defineExtension,
  type Invocation,
  isJsonObject,
  type JsonObject,
} from '@signalbox/sdk';
import { FakeClock } from '@signalbox/testkit';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ask } from '../support/modern.ts';
import { type McpHub, startMcpHub } from '../support/start-mcp-hub.ts';
import { text, tools } from '../support/workshop.ts';

const capabilitiesKey = 'io.modelcontextprotocol/clientCapabilities';
const capable = { [capabilitiesKey]: { elicitation: {}, sampling: {}, roots: {} } };
const form: Ask = { method: 'elicitation/create', params: { message: 'name?', requestedSchema: {} } };
const accepted = (value: string): JsonObject => ({ action: 'accept', content: { value } });

let clock: FakeClock;
let hub: McpHub;

beforeEach(async () => {
  clock = new FakeClock();
  // The clock leaps here, so that waiting for the disk would seem to take for ever.
  const settings = { audit: { intents: 'off' }, mcp: { maxParkedPerPrincipal: 3, parkedMs: 60_000 } };
  hub = await startMcpHub({ clock, settings });
});

afterEach(() => hub.stop());

/** Opens a source that asks these questions, one round after the other, and tells what it was answered. */
function asking(...rounds: readonly (readonly Ask[])[]): Invocation[] {
  const seen: Invocation[] = [];
  hub.shop.open('a', tools('t', 'u'), async (invocation) => {
    seen.push(invocation);
    const { request, signal } = invocation;
    const answers: JsonObject[] = [];
    for (const round of rounds) {
      const asked = round.map(
        (each) => request.channels?.ask?.(each, signal) ?? Promise.reject(new Error('no')),
      );
      answers.push(...(await Promise.all(asked)));
    }
    return text(JSON.stringify(answers));
  });
  return seen;
}

async function call(params: JsonObject = {}, meta: JsonObject = capable, name = 'a__t'): Promise<JsonObject> {
  const answering = ask(hub, 'tools/call', { name, arguments: {}, ...params }, { meta });
  const answer = await settle(answering);
  return answer.json();
}

/** Moves the clock while the hub works, so that questions are collected. */
async function settle<Value>(promise: Promise<Value>): Promise<Value> {
  const state = { isDone: false };
  const end = (): void => {
    state.isDone = true;
  };
  promise.then(end, end);
  while (!state.isDone) {
    await new Promise<void>((resolve) => setImmediate(resolve));
    clock.advance(1);
  }
  return promise;
}

function questionsOf(answer: JsonObject): { keys: string[]; requests: JsonObject; requestState: string } {
  const result = isJsonObject(answer['result']) ? answer['result'] : {};
  expect(result['resultType']).toBe('input_required');
  const requests = isJsonObject(result['inputRequests']) ? result['inputRequests'] : {};
  return { keys: Object.keys(requests), requests, requestState: result['requestState'] as string };
}

function textOf(answer: JsonObject): unknown {
  const { content } = answer['result'] as { content: { text: string }[] };
  return JSON.parse(content[0]?.text ?? '');
}

describe('a call whose target asks', () => {
  test('is answered with the question, and goes on with the answer', async () => {
    asking([form]);
    const { keys, requests, requestState } = questionsOf(await call());
    expect(requests).toEqual({ 'input-1': { method: 'elicitation/create', params: form.params } });
    const answer = await call({ requestState, inputResponses: { [keys[0] ?? '']: accepted('Ada') } });
    expect(answer['result']).toMatchObject({ resultType: 'complete' });
    expect(textOf(answer)).toEqual([accepted('Ada')]);
  });

  test('gets questions that come together in one round', async () => {
    asking([
      form,
      { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
      { method: 'roots/list', params: {} },
    ]);
    const { requests, requestState } = questionsOf(await call());
    expect(Object.values(requests).map((each) => (each as JsonObject)['method'])).toEqual([
      'elicitation/create',
      'sampling/createMessage',
      'roots/list',
    ]);
    const sampled = { role: 'assistant', content: { type: 'text', text: 'hi' }, model: 'm' };
    const inputResponses = { 'input-1': accepted('Ada'), 'input-2': sampled, 'input-3': { roots: [] } };
    expect(textOf(await call({ requestState, inputResponses }))).toEqual(Object.values(inputResponses));
  });

  test('takes several rounds, each with a handle of its own that works once', async () => {
    asking([form], [form]);
    const first = questionsOf(await call());
    const second = questionsOf(
      await call({ requestState: first.requestState, inputResponses: { 'input-1': accepted('Ada') } }),
    );
    expect(second.keys).toEqual(['input-2']);
    expect(second.requestState).not.toBe(first.requestState);
    const again = await call({
      requestState: first.requestState,
      inputResponses: { 'input-1': accepted('Eve') },
    });
    expect(again['error']).toMatchObject({ code: -32602 });
    const last = await call({
      requestState: second.requestState,
      inputResponses: { 'input-2': accepted('blue') },
    });
    expect(textOf(last)).toEqual([accepted('Ada'), accepted('blue')]);
  });

  test.each<[string, JsonObject]>([
    ['is missing', {}],
    ['answers another key', { 'input-9': accepted('Ada') }],
    ['is no answer to its kind', { 'input-1': { roots: [] } }],
    ['is no object', { 'input-1': 'Ada' }],
  ])('asks again when the answer %s', async (_what, inputResponses) => {
    asking([form]);
    const first = questionsOf(await call());
    const second = questionsOf(await call({ requestState: first.requestState, inputResponses }));
    expect(second.keys).toEqual(['input-1']);
    const { requestState } = second;
    expect(textOf(await call({ requestState, inputResponses: { 'input-1': accepted('Ada') } }))).toEqual([
      accepted('Ada'),
    ]);
  });

  test('takes a part of the answers and asks for the rest', async () => {
    asking([form, form]);
    const { requestState } = questionsOf(await call());
    const rest = questionsOf(await call({ requestState, inputResponses: { 'input-2': accepted('b') } }));
    expect(rest.keys).toEqual(['input-1']);
    const inputResponses = { 'input-1': accepted('a') };
    expect(textOf(await call({ requestState: rest.requestState, inputResponses }))).toEqual([
      accepted('a'),
      accepted('b'),
    ]);
  });

  test('is given a decline like any other answer', async () => {
    asking([form]);
    const { requestState } = questionsOf(await call());
    expect(
      textOf(await call({ requestState, inputResponses: { 'input-1': { action: 'decline' } } })),
    ).toEqual([{ action: 'decline' }]);
  });

  test('has nobody to ask when the client declared nothing', async () => {
    hub.shop.open('a', tools('t'), ({ request }) => text(String(request.channels?.ask === undefined)));
    expect(textOf(await call({}, {}))).toBe(true);
  });
});

describe('the state of a call that waits', () => {
  test.each<[string, (state: string) => { params?: JsonObject; name?: string; meta?: JsonObject }]>([
    ['with a changed character', (state) => ({ params: { requestState: `${state.slice(0, -2)}AA` } })],
    ['cut short', (state) => ({ params: { requestState: state.slice(0, 20) } })],
    ['that was made up', () => ({ params: { requestState: 'abc' } })],
    ['that is no text', () => ({ params: { requestState: 7 } })],
    ['of other arguments', (state) => ({ params: { requestState: state, arguments: { x: 1 } } })],
    ['of another tool', (state) => ({ params: { requestState: state }, name: 'a__u' })],
  ])('is refused %s, and the call waits on', async (_what, change) => {
    asking([form]);
    const { requestState } = questionsOf(await call());
    const { params = {}, name } = change(requestState);
    const refused = await call(params, capable, name);
    expect(refused['error']).toMatchObject({
      code: -32602,
      message:
        'this requestState belongs to no call that waits for you, or it has expired; make the call again without it',
    });
    const inputResponses = { 'input-1': accepted('Ada') };
    expect(textOf(await call({ requestState, inputResponses }))).toEqual([accepted('Ada')]);
  });

  test('is good for its time, and the call is given up with it', async () => {
    const [seen] = [asking([form])];
    const { requestState } = questionsOf(await call());
    const given = new Promise<unknown>((resolve) => {
      const signal = seen[0]?.signal;
      signal?.addEventListener('abort', () => resolve(signal.reason));
    });
    clock.advance(60_001);
    expect(await given).toMatchObject({ code: 'cancelled' });
    const late = await call({ requestState, inputResponses: { 'input-1': accepted('Ada') } });
    expect(late['error']).toMatchObject({ code: -32602 });
  });

  test('is bounded in number', async () => {
    const seen = asking([form]);
    for (let count = 0; count < 3; count++) questionsOf(await call());
    const refused = await call();
    expect(refused['error']).toMatchObject({
      code: -31503,
      message: 'too many calls wait for answers; answer or abandon some, or raise mcp.maxParkedPerPrincipal',
    });
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([false, false, false, true]);
  });

  test('counts no call that has ended: the oldest of them makes room', async () => {
    const ends: (() => void)[] = [];
    hub.shop.open('a', tools('t'), async ({ request, signal }) => {
      const end = new Promise<void>((resolve) => ends.push(resolve));
      const asked = request.channels?.ask?.(form, signal).catch(() => undefined);
      await Promise.race([asked, end]);
      return text('"without the answer"');
    });
    const states: string[] = [];
    for (let count = 0; count < 3; count++) states.push(questionsOf(await call()).requestState);
    // The second and the third do without what they asked for.
    for (const end of ends.slice(1)) end();
    questionsOf(await call());
    const answerTo = (at: number): Promise<JsonObject> =>
      call({ requestState: states[at] ?? '', inputResponses: { 'input-1': accepted('Ada') } });
    expect((await answerTo(1))['error']).toMatchObject({ code: -32602 });
    expect(textOf(await answerTo(2))).toBe('without the answer');
    expect(textOf(await answerTo(0))).toBe('without the answer');
  });
});

describe('a target of the same era that asks', () => {
  test('gets its state back exactly as it gave it, and the client cannot read it', async () => {
    const retries: unknown[] = [];
    const secret = 'ключ "quoted" \u2028 {"a":1}';
    hub.shop.open('a', tools('t'), ({ request }) => {
      retries.push(request.retry);
      return request.retry
        ? text('"done"')
        : {
            kind: 'input',
            inputRequests: { who: { method: 'elicitation/create', params: {} } },
            requestState: secret,
          };
    });
    const { requests, requestState } = questionsOf(await call());
    expect(requests).toEqual({ who: { method: 'elicitation/create', params: {} } });
    expect(Buffer.from(requestState, 'base64url').toString('latin1')).not.toContain('quoted');
    expect(textOf(await call({ requestState, inputResponses: { who: accepted('Ada') } }))).toBe('done');
    expect(retries[1]).toEqual({
      identity: { source: 'a', originalName: 't' },
      inputResponses: { who: accepted('Ada') },
      requestState: secret,
    });
  });

  test('is found again when its tool has another name by then', async () => {
    const entries = tools('t');
    const source = hub.shop.open('a', entries, ({ request }) =>
      request.retry ? text('"a"') : { kind: 'input', requestState: 's' },
    );
    const { requestState } = questionsOf(await call());
    source.publish([...entries, ...tools('t2')]);
    expect(textOf(await call({ requestState }))).toBe('a');
  });

  test('of a state that has expired hears nothing', async () => {
    let calls = 0;
    hub.shop.open('a', tools('t'), () => {
      calls++;
      return { kind: 'input', requestState: 's' };
    });
    const { requestState } = questionsOf(await call());
    clock.advance(60_001);
    expect((await call({ requestState }))['error']).toMatchObject({ code: -32602 });
    expect(calls).toBe(1);
  });
});

test('a call that was approved carries what lets it go on from round to round, readable to nobody', async () => {
  const brought: (string | undefined)[] = [];
  const rule = ruleDefinition.parse({ id: 'ask', effect: 'approve' });
  const keeper = defineExtension({
    name: 'keeper',
    config: z.strictObject({}),
    provides: [approvalDesk, policyBook],
    setup: ({ offer }) => {
      offer(policyBook, { of: () => new Policy({ version: '1', rules: [rule] }) });
      offer(approvalDesk, {
        obtain: async ({ continuation }) => {
          brought.push(continuation);
          return { approvalId: 'a1', approvedBy: 'bob' };
        },
        letContinue: async () => `word-${brought.length}`,
      });
    },
  });
  await hub.stop();
  hub = await startMcpHub({ clock, settings: { audit: { intents: 'off' } }, extensions: [keeper] });
  // The second round asks without a note of its own.
  const rounds = [{ requestState: 's' }, { inputRequests: {} }];
  hub.shop.open('a', tools('t'), () => {
    const round = rounds.shift();
    return round ? { kind: 'input', ...round } : text('"done"');
  });
  const first = questionsOf(await call()).requestState;
  expect(Buffer.from(first, 'base64url').toString('latin1')).not.toContain('word');
  const second = questionsOf(await call({ requestState: first })).requestState;
  expect(textOf(await call({ requestState: second }))).toBe('done');
  expect(brought).toEqual([undefined, 'word-1', 'word-2']);
});

describe('a client that goes away while its call is asked', () => {
  test('before the question came cancels the call', async () => {
    const seen: Invocation[] = [];
    hub.shop.open('a', tools('t'), (invocation) => {
      seen.push(invocation);
      return hub.shop.hold(invocation);
    });
    const controller = new AbortController();
    const going = fetch(`${hub.hub.url}/mcp`, {
      method: 'POST',
      signal: controller.signal,
      headers: {
        authorization: `Bearer ${hub.hub.key}`,
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': 'tools/call',
        'mcp-name': 'a__t',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: {
          name: 'a__t',
          _meta: { 'io.modelcontextprotocol/protocolVersion': '2026-07-28', ...capable },
        },
      }),
    }).catch(() => undefined);
    const { invocation } = await hub.shop.call(1);
    const aborted = new Promise((resolve) => invocation.signal.addEventListener('abort', resolve));
    controller.abort();
    await Promise.all([going, aborted]);
    expect(seen.length).toBe(1);
  });
});
