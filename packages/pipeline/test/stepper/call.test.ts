import type { ErrorKind } from '@signalbox/pipeline';
import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

test('steps are called one after the other, and each reads those before it with their types', () => {
  const run = new Run({
    params: { city: 'Chisinau' },
    steps: [
      {
        id: 'fetch',
        uses: 'weather.forecast',
        with: { city: '${params.city}', days: 3 },
        save_as: 'weather',
      },
      { id: 'tell', uses: 'chat.send', with: { t: '${steps.weather.t}', text: 'it is ${steps.fetch.t}' } },
    ],
    output: { sent: '${steps.tell.ok}', took: '${steps_meta.fetch.attempts}' },
  });
  expect(run.of('CallTool')).toEqual([
    {
      kind: 'CallTool',
      path: 'fetch',
      attempt: 1,
      tool: 'weather.forecast',
      args: { city: 'Chisinau', days: 3 },
      timeoutMs: 30_000,
      idempotencyKey: 'fetch',
    },
  ]);
  run.done('fetch', { t: 25 });
  expect(run.argsOf('tell')).toEqual({ t: 25, text: 'it is 25' });
  run.done('tell', { ok: true });
  expect(run.finish).toEqual({ status: 'succeeded', output: { sent: true, took: 1 } });
});

const usual: readonly [ErrorKind, boolean, 'again' | 'fails'][] = [
  ['timeout', false, 'again'],
  ['connection', false, 'again'],
  ['rate_limited', false, 'again'],
  ['tool_error', false, 'fails'],
  ['tool_error', true, 'again'],
  ['invalid_args', true, 'fails'],
  ['denied', true, 'fails'],
  ['not_found', true, 'fails'],
];
test.each(usual)('a call that ends with %s (idempotent: %s) is made %s', (kind, isIdempotent, what) => {
  const run = new Run({ steps: [call('a')] });
  run.tell({ kind: 'ToolFailed', path: 'a', attempt: 1, error: { kind, message: 'no' }, isIdempotent });
  expect(run.of('StartTimer').length).toBe(what === 'again' ? 1 : 0);
  expect(run.finish?.status).toBe(what === 'again' ? undefined : 'failed');
});

test.each([
  ['exponential_jitter', [1_000, 2_000, 4_000, 5_000]],
  ['exponential', [2_000, 4_000, 8_000, 10_000]],
  ['linear', [2_000, 4_000, 6_000, 8_000]],
  ['fixed', [2_000, 2_000, 2_000, 2_000]],
])('waits between calls grow as %s says, up to the cap', (strategy, expected) => {
  const run = new Run({ steps: [call('a', { retry: { max: 4, strategy, base_s: 2, cap_s: 10 } })] });
  const waits = expected.map(() => {
    run.failed('a', 'timeout');
    const timer = run.of('StartTimer').at(-1);
    const wait = (timer?.dueAtMs ?? 0) - run.nowMs;
    run.fire('a');
    return wait;
  });
  expect(waits).toEqual(expected);
  expect(run.of('CallTool').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
  expect(new Set(run.of('CallTool').map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['a']));
  run.failed('a', 'timeout');
  expect(run.finish).toEqual({ status: 'failed', output: null, error: 'timeout: a failed' });
});

test('a call waits as long as the other side asked for, when that is longer', () => {
  const run = new Run({ steps: [call('a', { max_retries: 1 })] });
  run.tell({
    kind: 'ToolFailed',
    path: 'a',
    attempt: 1,
    error: { kind: 'rate_limited', message: 'slow down' },
    retryAfterMs: 60_000,
  });
  expect(run.of('StartTimer').at(-1)?.dueAtMs).toBe(run.nowMs + 60_000);
  expect(run.state.steps['a']).toMatchObject({
    status: 'retry_wait',
    attempts: 1,
    error: { kind: 'rate_limited' },
  });
});

test.each([
  [undefined, true, 'again'],
  [undefined, false, 'fails'],
  ['retry', false, 'again'],
  ['fail', true, 'fails'],
  ['ask', true, 'asks'],
])('a call in doubt, with on_unknown %s (harmless: %s), %s', (policy, canRepeat, what) => {
  const run = new Run({ steps: [call('a', policy ? { on_unknown: policy } : {})] });
  run.tell({ kind: 'InDoubt', path: 'a', attempt: 1, canRepeat });
  expect(run.called).toEqual(what === 'again' ? ['a'] : []);
  expect(run.finish?.error?.split(':')[0]).toBe(what === 'fails' ? 'in_doubt' : undefined);
  expect(run.of('AskApproval').map(({ reason }) => reason)).toEqual(what === 'asks' ? ['in_doubt'] : []);
});

test.each([
  ['approved', undefined],
  ['rejected', 'in_doubt'],
] as const)('a person who %s decides about a call in doubt', (decision, error) => {
  const run = new Run({ steps: [call('a', { on_unknown: 'ask' })] });
  run.tell({ kind: 'InDoubt', path: 'a', attempt: 1, canRepeat: false });
  expect(run.statusOf('a')).toBe('in_doubt');
  run.tell({ kind: 'ApprovalAnswered', path: 'a', decision, by: 'ana' });
  expect(run.attemptOf('a')).toBe(error ? 1 : 2);
  expect(run.finish?.error?.split(':')[0]).toBe(error);
});

test('an answer that comes again answers no later question', () => {
  const run = new Run({ steps: [call('a', { on_unknown: 'ask' })] });
  const answer = {
    kind: 'ApprovalAnswered',
    path: 'a',
    question: 'a#in_doubt.1',
    decision: 'approved',
    by: 'ana',
  } as const;
  run.tell({ kind: 'InDoubt', path: 'a', attempt: 1, canRepeat: false }).tell(answer);
  run.tell({ kind: 'InDoubt', path: 'a', attempt: 2, canRepeat: false });
  expect(run.tell(answer).commands).toEqual([]);
  expect(run.tell({ ...answer, question: 'a#in_doubt.2' }).called).toEqual(['a']);
});

test('an event that repeats, is late, or is about nothing changes nothing at all', () => {
  const run = new Run({ steps: [call('a'), call('b')] });
  const early = run.state;
  const done = { kind: 'ToolDone', path: 'a', attempt: 1, output: { json: 1 } } as const;
  const others = [
    { kind: 'ToolDone', path: 'b', attempt: 1, output: { json: 1 } },
    { kind: 'ToolDone', path: 'a', attempt: 2, output: { json: 1 } },
    { kind: 'ToolDone', path: 'constructor', attempt: 1, output: { json: 1 } },
    { kind: 'TimerFired', timer: 'a#retry.1' },
    { kind: 'TimerFired', timer: '' },
    { kind: 'ApprovalAnswered', path: 'a', decision: 'approved', by: 'ana' },
    { kind: 'EventMatched', path: 'a', event: { topic: 't', id: '1', payload: null } },
    { kind: 'ValuesLoaded', path: 'a', values: {} },
    { kind: 'ChildDone', path: 'a', attempt: 9, result: { status: 'succeeded', output: { json: 1 } } },
    { kind: 'Continued' },
  ] as const;
  for (const each of others) expect(run.tell(each).commands).toEqual([]);
  expect(run.state).toEqual(early);
  run.tell(done);
  const after = run.state;
  expect(run.tell(done).commands).toEqual([]);
  expect(run.state).toEqual(after);
});

test('the result of a step is held against its schema', () => {
  const definition = {
    steps: [
      call('a', { validate: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] } }),
    ],
  };
  expect(new Run(definition).done('a', { n: 1 }).finish?.status).toBe('succeeded');
  expect(new Run(definition).done('a', { n: 'x' }).finish?.error).toMatch(/^tool_error: .*"validate": n: /);
});

test('a result may be kept under a key', () => {
  const run = new Run({
    params: { d: 'mo' },
    steps: [call('a', { cache: { key: 'day ${params.d}', ttl: '1h' } })],
  });
  expect(run.of('CallTool')[0]?.cache).toEqual({ key: 'day mo', ttlMs: 3_600_000 });
});

test('a template that fails fails its step, and says what is missing', () => {
  const run = new Run({ steps: [call('a'), call('b', { with: { x: '${steps.a.nothing}' } })] });
  run.done('a', { something: 1 });
  expect(run.finish?.error).toMatch(/^template: .*nothing/);
  expect(run.state.error?.path).toBe('b');
});

test('another task is run, and its output is read like that of a tool', () => {
  const run = new Run({
    steps: [{ id: 'sub', call: 'tsk_1', with: { n: 1 }, timeout_seconds: 5 }],
    output: '${steps.sub.x}',
  });
  expect(run.of('StartChild')).toEqual([
    {
      kind: 'StartChild',
      path: 'sub',
      attempt: 1,
      task: 'tsk_1',
      params: { n: 1 },
      depth: 1,
      timeoutMs: 5_000,
      idempotencyKey: 'sub',
    },
  ]);
  const result = { status: 'succeeded', output: { json: { x: 7 } } } as const;
  run.tell({ kind: 'ChildDone', path: 'sub', attempt: 1, result });
  expect(run.finish).toEqual({ status: 'succeeded', output: 7 });
});

test('tasks that call tasks for ever are stopped', () => {
  const facts = { id: 'run', trigger: 'call', attempt: 1, maxAttempts: 1, depth: 5 };
  const run = new Run({ steps: [{ id: 'sub', call: 'tsk_1' }] }, { run: facts });
  expect(run.finish?.error).toMatch(/^budget: .*more than 5 deep/);
});
