import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

test.each([
  ['params.yes', ['a', 'b']],
  ['${params.yes}', ['a', 'b']],
  ['params.no', ['b']],
  ['params.missing', ['b']],
  ['params.t > 25', ['a', 'b']],
])('a step whose condition is %s: then %j are called', (condition, expected) => {
  const run = new Run({
    params: { yes: true, no: false, t: 26 },
    steps: [call('a', { if: condition }), call('b')],
  });
  for (const path of expected) run.done(path);
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(expected);
  expect(run.finish?.status).toBe('succeeded');
});

test('what is skipped gives null, and says so', () => {
  const run = new Run({
    steps: [call('a', { if: '`false`' })],
    output: { a: '${steps.a}', status: '${steps_meta.a.status}' },
  });
  expect(run.finish?.output).toEqual({ a: null, status: 'skipped' });
});

test('else stands in for a step that is skipped', () => {
  const run = new Run({
    steps: [call('a', { if: '`false`', else: [call('b'), call('c')] })],
    output: ['${steps.a}', '${steps.b}'],
  });
  run.done('a.b', 1).done('a.c', 2);
  expect(run.finish?.output).toEqual([2, 1]);
});

test.each([
  ['x', 'one'],
  ['y', 'two'],
  ['z', 'three'],
])('of a switch the first case that is true is done: %s', (value, expected) => {
  const run = new Run({
    params: { value },
    steps: [
      {
        id: 'choose',
        switch: {
          cases: [
            { when: "params.value == 'x'", steps: [{ id: 'one', output: 'one' }] },
            { when: "params.value != 'z'", steps: [{ id: 'two', output: 'two' }] },
          ],
          default: [{ id: 'three', output: 'three' }],
        },
      },
    ],
  });
  expect(run.finish).toEqual({ status: 'succeeded', output: expected });
});

test('steps with needs begin as soon as what they need is there', () => {
  const run = new Run({
    steps: [
      call('a'),
      call('b', { needs: [] }),
      call('c', { needs: ['a'], with: { x: '${steps.a}' } }),
      call('d', { needs: ['b', 'c'] }),
    ],
  });
  expect(run.called).toEqual(['a', 'b']);
  expect(run.done('a', 1).called).toEqual(['c']);
  expect(run.done('c').called).toEqual([]);
  expect(run.done('b').called).toEqual(['d']);
  expect(run.done('d', 'end').finish).toEqual({ status: 'succeeded', output: 'end' });
});

test('of parallel branches no more run than may', () => {
  const steps = ['a', 'b', 'c'].map((id) => call(id));
  const run = new Run({ steps: [{ id: 'all', parallel: { steps, max: 2 } }], output: '${steps.all}' });
  expect(run.called).toEqual(['all.a', 'all.b']);
  expect(run.done('all.b', 2).called).toEqual(['all.c']);
  run.done('all.c', 3).done('all.a', 1);
  expect(run.finish?.output).toEqual({ a: 1, b: 2, c: 3 });
});

test('a branch that fails lets the others stop, and waits until they have', () => {
  const run = new Run({ steps: [{ id: 'all', parallel: { steps: [call('a'), call('b')] } }] });
  run.failed('all.a');
  expect(run.of('CancelCall').map(({ path }) => path)).toEqual(['all.b']);
  expect(run.finish).toBeUndefined();
  run.failed('all.b', 'canceled');
  expect(run.finish?.error).toBe('tool_error: all.a failed');
  expect([run.statusOf('all.a'), run.statusOf('all.b'), run.statusOf('all')]).toEqual([
    'failed',
    'canceled',
    'failed',
  ]);
});

test.each([
  ['fail', ['a'], 'failed'],
  ['continue', ['a', 'b', 'c'], 'succeeded'],
  [{ goto: 'c' }, ['a', 'c'], 'succeeded'],
  [{ steps: [call('h')] }, ['a', 'a.h', 'b', 'c'], 'succeeded'],
])('after an error with on_error %j: %j are called', (on_error, expected, status) => {
  const run = new Run({ steps: [call('a', { on_error }), call('b'), call('c')] });
  run.failed('a');
  for (const path of expected.slice(1)) run.done(path, path);
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(expected);
  expect(run.finish?.status).toBe(status);
});

test('what is done on an error stands in, and reads the error', () => {
  const on_error = {
    steps: [{ id: 'h', output: '${steps_meta.a.error.kind} at ${steps_meta.a.error.path}' }],
  };
  const run = new Run({ steps: [call('a', { on_error })], output: '${steps.a}' });
  run.failed('a', 'denied');
  expect(run.finish?.output).toBe('denied at a');
});

test('variables are set and read', () => {
  const run = new Run({
    vars: { n: 1 },
    steps: [
      { id: 'one', set: { n: '${vars.n}', m: { list: ['${vars.n}'] } } },
      { id: 'two', output: '${vars.m.list[0]}' },
    ],
  });
  expect(run.finish).toEqual({ status: 'succeeded', output: 1 });
});

test('steps with others inside have a time for all of them', () => {
  const run = new Run({
    steps: [{ id: 'all', timeout_seconds: 60, on_error: 'continue', steps: [call('a'), call('b')] }],
  });
  expect(run.of('StartTimer')).toMatchObject([{ dueAtMs: run.nowMs + 60_000, purpose: 'timeout' }]);
  run.done('all.a').fire('all');
  expect(run.of('CancelCall').map(({ path }) => path)).toEqual(['all.b']);
  run.failed('all.b', 'canceled');
  expect(run.finish?.status).toBe('succeeded');
  expect(run.state.steps['all']).toMatchObject({ status: 'failed', error: { kind: 'timeout' } });
});
