import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const undo = (id: string): Record<string, unknown> => ({
  compensate: { uses: 'undo', with: { id: `\${steps.${id}.id}` } },
});
/** Idempotency keys of all calls of a path, in their order. */
const keysOf = (run: Run, path: string): readonly string[] =>
  run.of('CallTool').flatMap((each) => (each.path === path ? [each.idempotencyKey] : []));

test('what was undone is done anew in a later attempt, and neither is taken for a repetition of the first time', () => {
  const run = new Run({ steps: [call('a', undo('a')), call('b')] });
  run.done('a', { id: 1 }).failed('b').done('a#undo');
  expect(run.finish?.status).toBe('failed');
  expect(run.again(2).called).toEqual(['a']);
  run.done('a', { id: 2 }).failed('b').done('a#undo');
  run.again(3).done('a', { id: 3 }).failed('b');
  expect(keysOf(run, 'a')).toEqual(['a', 'a@2', 'a@3']);
  expect(keysOf(run, 'a#undo')).toEqual(['a#undo', 'a@2#undo', 'a@3#undo']);
  // It never had an end that is known to be good.
  expect(keysOf(run, 'b')).toEqual(['b', 'b', 'b']);
  expect(run.argsOf('a#undo')).toEqual({ id: 3 });
});

test('a step that waits for its turn in a third attempt has the key of the second, in which it was to be done anew', () => {
  const run = new Run({ steps: [call('a', undo('a')), call('b', undo('b')), call('c')] });
  run.done('a', { id: 1 }).done('b', { id: 2 }).failed('c').done('b#undo').done('a#undo');
  run.again(2).failed('a').again(3).done('a', { id: 1 }).done('b', { id: 2 });
  expect(keysOf(run, 'a')).toEqual(['a', 'a@2', 'a@2']);
  expect(keysOf(run, 'b')).toEqual(['b', 'b@2']);
});

test('steps around what was undone are gone through anew, and what they hold that was not undone stays done', () => {
  const both = { id: 'both', parallel: { branches: [[call('x', undo('x')), call('y')], [call('z')]] } };
  const run = new Run({ steps: [both, call('last')] });
  run.done('both.x', { id: 1 }).done('both.z').done('both.y').failed('last').done('both.x#undo');
  expect(run.again(2).called).toEqual(['both.x']);
  expect(run.done('both.x', { id: 2 }).called).toEqual(['last']);
  expect(keysOf(run, 'both.x')).toEqual(['both.x', 'both.x@2']);
  expect(run.done('last').finish?.status).toBe('succeeded');
});

test('a loop items of which were undone begins with its first, whether it had ended or not', () => {
  for (const hasEnded of [true, false]) {
    const loop = { id: 'loop', foreach: { in: ['p', 'q'] }, steps: [call('one', undo('one')), call('two')] };
    const run = new Run({ steps: [loop, call('last')] });
    run.done('loop[0].one', { id: 1 }).done('loop[0].two').done('loop[1].one', { id: 2 });
    if (hasEnded) run.done('loop[1].two').failed('last');
    else run.failed('loop[1].two');
    run.done('loop[1].one#undo').done('loop[0].one#undo');
    expect(run.finish?.status).toBe('failed');
    expect(run.again(2).called).toEqual(['loop[0].one']);
    run.done('loop[0].one', { id: 3 }).done('loop[0].two').done('loop[1].one', { id: 4 }).done('loop[1].two');
    expect(keysOf(run, 'loop[1].one')).toEqual(['loop[1].one', 'loop[1].one@2']);
    // What was not undone may be known to have been done already.
    expect(keysOf(run, 'loop[0].two')).toEqual(['loop[0].two', 'loop[0].two']);
    expect(run.done('last').finish?.status).toBe('succeeded');
  }
});

test('a loop of which nothing was undone goes on at the item that is not done', () => {
  const loop = { id: 'loop', foreach: { in: ['p', 'q'] }, steps: [call('one')] };
  const run = new Run({ steps: [call('a', undo('a')), loop] });
  run.done('a', { id: 1 }).done('loop[0].one').failed('loop[1].one').done('a#undo');
  expect(run.again(2).done('a', { id: 2 }).called).toEqual(['loop[1].one']);
});
