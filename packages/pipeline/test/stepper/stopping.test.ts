import { describe, expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const undo = { compensate: { uses: 'undo' } };
const facts = { id: 'run', trigger: 'manual', attempt: 1, maxAttempts: 1, depth: 0, tidyUpMs: 90_000 };
const bounded = { run: facts };
const enough = { kind: 'CancelRequested', reason: 'enough' } as const;
const timeUp = { kind: 'CancelRequested', reason: 'too long', isTimeUp: true } as const;
const tidy = {
  steps: [call('a', undo), call('b', { on_error: { steps: [call('instead')] } })],
  on_failure: [call('alarm')],
  finally: [call('close', { with: { status: '${run.error.kind}' } })],
};

describe('a run that is told to end', () => {
  test.each([
    ['canceled', enough, 'canceled: enough'],
    ['timed_out', timeUp, 'timeout: too long'],
  ] as const)('stops its calls, undoes what was done, and tidies up: %s', (status, told, error) => {
    const run = new Run(tidy, bounded).done('a').tell(told);
    expect(run.of('CancelCall').map(({ path }) => path)).toEqual(['b']);
    const { nowMs } = run;
    expect(run.of('Stop')).toMatchObject([{ as: status, untilMs: nowMs + 90_000 }]);
    expect(run.failed('b', 'canceled').called).toEqual(['a#undo']);
    expect(run.done('a#undo').called).toEqual(['close']);
    expect(run.argsOf('close')).toEqual({ status: error.slice(0, error.indexOf(':')) });
    expect(run.done('close').finish).toEqual({ status, output: null, error });
    expect(run.of('CancelTimer').map(({ timer }) => timer)).toEqual(['run#halt.1', 'run#tidy-up.1']);
  });

  test('ends as it was told to whatever tidying up comes to, and says what that was', () => {
    const run = new Run(tidy, bounded).tell(timeUp).failed('a', 'canceled').failed('close', 'denied');
    expect(run.finish).toEqual({
      status: 'timed_out',
      output: null,
      error: 'timeout: too long; "finally" failed: close failed',
    });
  });

  test.each([enough, timeUp])('does not listen a second time', (again) => {
    const run = new Run(tidy, bounded).done('a').tell(enough);
    expect(run.tell(again).commands).toEqual([]);
    run.failed('b', 'canceled');
    expect(run.tell(again).commands).toEqual([]);
    run.done('a#undo');
    expect(run.tell(again).commands).toEqual([]);
    expect(run.done('close').finish?.status).toBe('canceled');
  });

  test('does not come back in a next attempt, although a branch had failed before', () => {
    const steps = [{ id: 'p', parallel: { steps: [call('a'), call('b')] } }];
    const run = new Run({ steps, finally: [call('close')] }, { run: { ...facts, maxAttempts: 3 } });
    run.failed('p.a', 'denied').tell(enough).failed('p.b', 'canceled').done('close');
    expect(run.of('Finish')).toMatchObject([{ status: 'canceled', isResumable: false }]);
  });

  test('begins no on_error of a step whose time was over before', () => {
    const steps = [
      { id: 'group', timeout_seconds: 5, steps: [call('a')], on_error: { steps: [call('instead')] } },
    ];
    const run = new Run({ steps }, bounded).fire('group').tell(enough).failed('group.a', 'canceled');
    expect(run.finish).toEqual({ status: 'canceled', output: null, error: 'canceled: enough' });
    expect(run.attemptOf('group.instead')).toBe(0);
  });

  test('has no bound where none was set when it began', () => {
    const run = new Run(tidy).tell(enough);
    expect([...run.of('StartTimer'), ...run.of('Stop')]).toEqual([]);
    expect(run.failed('a', 'canceled').done('close').finish?.status).toBe('canceled');
  });
});

describe('what does not stop', () => {
  const steps = [call('a', undo), { id: 'child', call: 'other' }];

  test('is given up after two thirds of the time, and what it gives later changes nothing', () => {
    const run = new Run({ steps, finally: [call('close')] }, bounded).done('a').tell(enough);
    expect(run.of('StartTimer')).toMatchObject([
      { timer: 'run#halt.1', dueAtMs: run.nowMs + 60_000 },
      { timer: 'run#tidy-up.1', dueAtMs: run.nowMs + 90_000 },
    ]);
    run.nowMs += 60_000;
    run.tell({ kind: 'TimerFired', timer: 'run#halt.1' });
    expect(run.of('GiveUp')).toEqual([{ kind: 'GiveUp', path: 'child', attempt: 1 }]);
    expect(run.state.steps['child']).toMatchObject({ status: 'canceled', error: { kind: 'in_doubt' } });
    expect(run.called).toEqual(['a#undo']);
    run.tell({
      kind: 'ChildDone',
      path: 'child',
      attempt: 1,
      result: { status: 'succeeded', output: { json: 1 } },
    });
    expect(run.commands).toEqual([]);
    expect(run.done('a#undo').done('close').finish?.status).toBe('canceled');
  });

  test('has half of the time of the run above', () => {
    const run = new Run({ steps }, { run: { ...facts, depth: 2 } }).tell(enough);
    expect(run.of('Stop')).toMatchObject([{ untilMs: run.nowMs + 22_500 }]);
  });
});

test.each([
  ['a call', call('a')],
  ['a run', { id: 'a', call: 'other' }],
])('%s that is given up may have done something, whoever asks later', (_what, step) => {
  const run = new Run({ steps: [step] }, bounded).tell(enough);
  expect(run.state.hasCalled).toBe(false);
  run.nowMs += 60_000;
  run.tell({ kind: 'TimerFired', timer: 'run#halt.1' });
  expect(run.of('GiveUp')).toHaveLength(1);
  expect(run.state.hasCalled).toBe(true);
});

describe('when the time for tidying up is over', () => {
  const cut = (run: Run): Run => {
    run.nowMs += 90_000;
    return run.tell({ kind: 'TimerFired', timer: 'run#tidy-up.1' });
  };

  test.each([
    ['undoing', (run: Run) => run.failed('b', 'canceled'), '; not undone: "a"', { 'a#undo': 'done' }],
    ['finally', (run: Run) => run.failed('b', 'canceled').done('a#undo'), '', { close: 'undone' }],
  ])('%s is given up, and the run ends', (_what, come, left, given) => {
    const [[path, status]] = Object.entries(given) as [[string, string]];
    const run = cut(come(new Run(tidy, bounded).done('a').tell(enough)));
    expect(run.of('GiveUp').map(({ path }) => path)).toEqual([path]);
    expect(run.finish).toEqual({
      status: 'canceled',
      output: null,
      error: `canceled: enough; there was no time left to tidy up${left}`,
    });
    expect(run.statusOf('a')).toBe(status);
    expect(run.commands.at(-1)?.kind).toBe('Finish');
    expect(run.done(path).commands).toEqual([]);
  });

  test('a question of finally is asked no more', () => {
    const run = new Run({ steps: [call('a')], finally: [{ id: 'ok', approve: { message: '?' } }] }, bounded);
    cut(run.tell(enough).failed('a', 'canceled'));
    expect(run.of('CancelWait').map(({ path }) => path)).toEqual(['ok']);
    expect([run.statusOf('ok'), run.finish?.status]).toEqual(['canceled', 'canceled']);
  });

  test.each([
    ['that fails', (run: Run) => run.failed('a'), 'failed'],
    ['that succeeds', (run: Run) => run.done('a'), 'succeeded'],
  ])('a run %s by itself ends as that where it is told to end while it tidies up', (_which, come, status) => {
    const definition = { steps: [call('a')], finally: [call('close')] };
    const run = come(new Run(definition, bounded));
    expect(run.tell(timeUp).of('CancelCall')).toEqual([]);
    expect(run.done('close').finish?.status).toBe(status);
    const late = cut(come(new Run(definition, bounded)).tell(timeUp));
    expect(late.finish?.status).toBe(status === 'failed' ? 'failed' : 'timed_out');
  });
});
