import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const undo = (id: string): Record<string, unknown> => ({
  compensate: { uses: 'undo', with: { id: `\${steps.${id}.id}` } },
});

test('what was done is undone, the last first, with the arguments of when it was done', () => {
  const run = new Run({
    vars: { v: 1 },
    steps: [
      call('a', { compensate: { uses: 'undo', with: { id: '${steps.a.id}', v: '${vars.v}' } } }),
      { id: 'set', set: { v: 2 } },
      call('b', undo('b')),
      call('c', undo('c')),
    ],
  });
  run.done('a', { id: 1 }).done('b', { id: 2 });
  expect(run.failed('c').called).toEqual(['b#undo']);
  expect(run.finish).toBeUndefined();
  expect(run.done('b#undo').called).toEqual(['a#undo']);
  expect(run.argsOf('a#undo')).toEqual({ id: 1, v: 1 });
  run.done('a#undo');
  expect(run.finish?.error).toBe('tool_error: c failed');
  expect([run.statusOf('a'), run.statusOf('b'), run.statusOf('c')]).toEqual(['undone', 'undone', 'failed']);
});

test('what an item of a loop did is said to be undone, whether its iteration has ended or not', () => {
  const loop = { id: 'loop', foreach: { in: ['x', 'y'] }, steps: [call('one', undo('one')), call('two')] };
  const run = new Run({ steps: [loop] }).done('loop[0].one', { id: 1 }).done('loop[0].two');
  run.done('loop[1].one', { id: 2 }).failed('loop[1].two').done('loop[1].one#undo').done('loop[0].one#undo');
  const undone = run.of('StepChanged').filter(({ record }) => record.status === 'undone');
  expect(undone.map(({ path, stepId }) => [path, stepId])).toEqual([
    ['loop[1].one', 'one'],
    ['loop[0].one', 'one'],
  ]);
  expect(run.finish?.status).toBe('failed');
});

test('undoing is tried again, and given up for the next in the end', () => {
  const run = new Run({ steps: [call('a', undo('a')), call('b', undo('b')), call('c')] });
  run.done('a', { id: 1 }).done('b', { id: 2 }).failed('c');
  run.failed('b#undo', 'timeout').fire('b#undo');
  expect(run.attemptOf('b#undo')).toBe(2);
  run.failed('b#undo', 'denied');
  expect(run.called).toEqual(['a#undo']);
  expect(run.of('Log')).toMatchObject([
    { level: 'error', message: '"b" could not be undone: b#undo failed' },
  ]);
  run.tell({ kind: 'InDoubt', path: 'a#undo', attempt: 1, canRepeat: true });
  expect(run.called).toEqual(['a#undo']);
  run.done('a#undo');
  expect(run.finish?.status).toBe('failed');
});

test('after a failure on_failure reads it, and finally is done in any case', () => {
  const definition = {
    steps: [call('a')],
    on_failure: [call('alarm', { with: { text: '${run.error.message}' } })],
    finally: [call('close')],
  };
  const run = new Run(definition);
  run.failed('a');
  expect(run.argsOf('alarm')).toEqual({ text: 'a failed' });
  expect(run.done('alarm').called).toEqual(['close']);
  expect(run.done('close').finish).toEqual({ status: 'failed', output: null, error: 'tool_error: a failed' });
  expect(new Run(definition).done('a', 1).done('close').finish).toEqual({ status: 'succeeded', output: 1 });
  expect(new Run(definition).done('a').failed('close').finish?.status).toBe('failed');
});

test('a run that is canceled asks its calls to stop, keeps what they did all the same, and undoes it', () => {
  const run = new Run({
    steps: [{ id: 'p', parallel: { steps: [call('a', undo('a')), call('b'), { id: 'nap', sleep: 60 }] } }],
    on_failure: [call('alarm')],
    finally: [call('close')],
  });
  run.tell({ kind: 'CancelRequested', reason: 'enough' });
  expect(
    run
      .of('CancelCall')
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['p.a', 'p.b']);
  expect(run.of('CancelTimer').length).toBe(1);
  expect(run.tell({ kind: 'CancelRequested', reason: 'again' }).commands).toEqual([]);
  run.failed('p.b', 'canceled');
  expect(run.done('p.a', { id: 4 }).called).toEqual(['p.a#undo']);
  expect(run.argsOf('p.a#undo')).toEqual({ id: 4 });
  expect(run.done('p.a#undo').called).toEqual(['close']);
  run.done('close');
  expect(run.finish).toEqual({ status: 'canceled', output: null, error: 'canceled: enough' });
});

test('a question and a wait end with the run', () => {
  const run = new Run({
    steps: [
      {
        id: 'p',
        parallel: {
          steps: [
            { id: 'ask', approve: { message: '?' } },
            { id: 'w', wait: { event: 't' } },
          ],
        },
      },
    ],
  });
  run.tell({ kind: 'CancelRequested', reason: 'enough' });
  expect(
    run
      .of('CancelWait')
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(['p.ask', 'p.w']);
  expect(run.finish?.status).toBe('canceled');
});

test('a run takes no more than its budget, whatever on_error says', () => {
  const steps = [call('a', { on_error: 'continue' }), call('b', { on_error: 'continue' })];
  const calls = new Run({ steps, budget: { calls: 1 } }).done('a');
  expect(calls.finish?.error).toBe('budget: the calls of the budget are used up');

  const seconds = new Run({ steps, budget: { seconds: 10 } });
  expect(
    seconds
      .fire('run')
      .of('CancelCall')
      .map(({ path }) => path),
  ).toEqual(['a']);
  expect(seconds.failed('a', 'canceled').finish?.error).toBe('budget: the seconds of the budget are used up');

  const cost = new Run({ steps, budget: { cost: 1 } });
  cost.tell({
    kind: 'ToolDone',
    path: 'a',
    attempt: 1,
    output: { json: 1 },
    usage: { cost: 1.5, tokens: 10 },
  });
  expect(cost.finish?.error).toBe('budget: the cost of the budget is used up');
  expect(cost.state.usage).toMatchObject({ calls: 1, cost: 1.5, tokens: 10 });
});

test('a call that is refused for a budget outside fails the run, whatever on_error, retries and attempts are left', () => {
  const patient = { on_error: 'continue', retry: { max: 3, on: ['tool_error', 'timeout'] } };
  const around = { parallel: { steps: [call('a', patient), call('b')] }, on_error: 'continue' };
  const run = new Run(
    {
      steps: [call('first', undo('first')), { id: 'both', ...around }, call('after')],
      on_failure: [call('tell', { on_error: 'continue' })],
      finally: [call('close')],
    },
    { run: facts },
  );
  run.done('first', { id: 1 }).failed('both.a', 'budget');
  expect(run.of('CancelCall').map(({ path }) => path)).toEqual(['both.b']);
  expect(run.failed('both.b', 'canceled').called).toEqual(['first#undo']);
  expect(run.done('first#undo').called).toEqual(['tell']);
  // What tidies up is refused like others, and fails no run twice.
  expect(run.failed('tell', 'budget').called).toEqual(['close']);
  run.failed('close', 'budget');
  expect(run.of('Finish')).toMatchObject([
    { status: 'failed', isResumable: false, error: { kind: 'budget', path: 'both.a' } },
  ]);
});

test('params are laid over the defaults and held against their schema', () => {
  const definition = {
    params: { n: 1, city: 'Chisinau' },
    params_schema: { type: 'object', properties: { n: { type: 'integer', minimum: 1 } } },
    steps: [call('a', { with: { n: '${params.n}', city: '${params.city}' } })],
    finally: [call('close')],
  };
  expect(new Run(definition, { params: { n: 2 } }).argsOf('a')).toEqual({ n: 2, city: 'Chisinau' });
  const wrong = new Run(definition, { params: { n: 0 } });
  expect(wrong.called).toEqual(['close']);
  expect(wrong.done('close').finish?.error).toMatch(/^invalid_args: .*n: /);
});

const facts = { id: 'run', trigger: 'schedule', attempt: 1, maxAttempts: 2, depth: 0 };

test('the next attempt of a run goes on at the step that failed', () => {
  const run = new Run(
    {
      steps: [call('a', undo('a')), call('b'), call('c', { with: { a: '${steps.a.id}' } })],
      finally: [call('close')],
    },
    { run: facts },
  );
  run.done('a', { id: 1 }).failed('b');
  expect(run.of('Finish')).toMatchObject([{ status: 'failed', isResumable: true }]);
  expect(run.again(2).called).toEqual(['b']);
  expect(run.attemptOf('b')).toBe(101);
  expect(run.done('b').argsOf('c')).toEqual({ a: 1 });
  expect(run.failed('c').called).toEqual(['a#undo']);
  run.done('a#undo').done('close');
  expect(run.of('Finish').at(-1)).toMatchObject({ status: 'failed', isResumable: false });
});

test('the next attempt of a loop leaves out the items that are done', () => {
  const run = new Run(
    {
      steps: [
        { id: 'loop', foreach: { in: ['x', 'y', 'z'], max_parallel: 2 }, steps: [call('one'), call('two')] },
      ],
    },
    { run: facts },
  );
  run.done('loop[0].one').done('loop[0].two', 'X').done('loop[1].one');
  run.failed('loop[1].two').failed('loop[2].one', 'canceled');
  expect(run.again(2).called).toEqual(['loop[1].two', 'loop[2].one']);
  run.done('loop[1].two', 'Y').done('loop[2].one').done('loop[2].two', 'Z');
  expect(run.finish).toEqual({ status: 'succeeded', output: ['X', 'Y', 'Z'] });
});

test('only a run that failed has a next attempt', () => {
  const run = new Run({ steps: [call('a')] }).done('a');
  expect(() => run.again(2)).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('a state of another stepper is refused', () => {
  const run = new Run({ steps: [call('a')] });
  run.state = { ...run.state, engineVersion: 0 };
  expect(() => run.done('a')).toThrow(expect.objectContaining({ code: 'conflict' }));
});

test('what was kept of an earlier call is undone as any other call is made, for it may be of this run', () => {
  const run = new Run({ steps: [call('a', { compensate: { uses: 'undo' } }), call('b')] });
  run.tell({ kind: 'ToolDone', path: 'a', attempt: 1, output: { json: 1 }, isKept: true }).failed('b');
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(['a', 'b', 'a#undo']);
  expect(run.of('CallTool').at(-1)?.isCompensation).toBeUndefined();
});

test.each([
  { kind: 'timeout', said: true, hasCalled: true },
  { kind: 'timeout', said: false, hasCalled: false },
  { kind: 'canceled', said: true, hasCalled: true },
  { kind: 'tool_error', said: false, hasCalled: false },
  // Journals of before do not say.
  { kind: 'tool_error', said: undefined, hasCalled: true },
  { kind: 'timeout', said: undefined, hasCalled: false },
  { kind: 'denied', said: undefined, hasCalled: false },
] as const)('a call that failed as $kind, said to have been made: $said, was: $hasCalled', (each) => {
  const run = new Run({ steps: [call('a', { on_error: 'continue', max_retries: 0 })] });
  const error = { kind: each.kind, message: 'no' };
  const said = each.said === undefined ? {} : { hasCalled: each.said };
  run.tell({ kind: 'ToolFailed', path: 'a', attempt: 1, error, ...said });
  expect(run.finish?.status).toBe('succeeded');
  expect(run.state.hasCalled).toBe(each.hasCalled);
});

test('a run whose only calls were those of a run that failed has called something', () => {
  const run = new Run({ steps: [{ id: 'sub', call: 'other', on_error: 'continue', max_retries: 0 }] });
  const error = { kind: 'tool_error', message: 'no' } as const;
  run.tell({
    kind: 'ChildDone',
    path: 'sub',
    attempt: 1,
    result: { status: 'failed', error, hasCalled: true },
  });
  expect([run.finish?.status, run.state.hasCalled]).toEqual(['succeeded', true]);
});

test.each([
  { hasCalled: true as const, isFree: true },
  { hasCalled: undefined, isFree: undefined },
])(
  'what undoes another run counts as undoing where that has called something: $isFree',
  ({ hasCalled, isFree }) => {
    const run = new Run({ steps: [{ id: 'sub', call: 'other', compensate: { uses: 'undo' } }, call('b')] });
    const result = { status: 'succeeded', output: { json: 1 }, ...(hasCalled && { hasCalled }) } as const;
    run.tell({ kind: 'ChildDone', path: 'sub', attempt: 1, result }).failed('b');
    expect(run.of('CallTool').find(({ path }) => path === 'sub#undo')?.isCompensation).toBe(isFree);
    expect(run.state.hasCalled).toBe(true);
  },
);

test('a budget outside that refuses what tidies up is met by whoever waits for the run', () => {
  const run = new Run({ steps: [call('a')], finally: [call('close')] }).done('a');
  run.failed('close', 'budget');
  expect(run.state.error).toMatchObject({ kind: 'budget', path: 'close', isOutside: true });
});

test('a run that has only waited, or was given what is kept, has called nothing', () => {
  const run = new Run({ steps: [call('a'), { id: 'set', set: { v: 1 } }] });
  run.tell({ kind: 'ToolDone', path: 'a', attempt: 1, output: { json: 1 }, isKept: true });
  expect(run.finish?.status).toBe('succeeded');
  expect(run.state.hasCalled).toBe(false);
});
