import { resume } from '@signalbox/pipeline';
import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const large = 'x'.repeat(60_000);
const loop = {
  id: 'loop',
  foreach: { in: Array.from({ length: 40 }, (_, index) => index) },
  steps: [call('read')],
};
const steps = [call('book', { compensate: { uses: 'undo' } }), loop];

/** A run whose loop has given more than may be kept. */
function overgrown(more: Record<string, unknown>): Run {
  const run = new Run({ steps, ...more }).done('book');
  for (let item = 0; run.called.includes(`loop[${item}].read`); item++) run.done(`loop[${item}].read`, large);
  expect(run.state.error?.message).toMatch(/^the run keeps more than 1048576 bytes/);
  expect(run.called).toEqual(['book#undo']);
  return run;
}

test('a run that keeps too much undoes what it did, tries that again, and does on_failure and finally', () => {
  const run = overgrown({ on_failure: [call('sorry')], finally: [call('close')] });
  run.failed('book#undo', 'connection').fire('book#undo');
  expect(run.called).toEqual(['book#undo']);
  expect(run.done('book#undo').called).toEqual(['sorry']);
  expect(run.done('sorry', large).called).toEqual(['close']);
  expect(run.done('close').finish).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/^budget: the run keeps more/),
  });
  expect([run.statusOf('sorry'), run.statusOf('close')]).toEqual(['done', 'done']);
  expect(run.state.room).toBeUndefined();
});

test('a state that says of an undoing that it is to end has it tried again all the same', () => {
  const run = overgrown({}).failed('book#undo', 'connection');
  const frames = Object.entries(run.state.frames).map(([key, frame]) => [
    key,
    { ...frame, ending: { status: 'canceled' } },
  ]);
  run.state = { ...run.state, frames: Object.fromEntries(frames) };
  expect(run.fire('book#undo').done('book#undo').finish?.status).toBe('failed');
});

test('on_failure that grows without end fails, and finally is done nevertheless', () => {
  const run = overgrown({
    on_failure: [{ ...loop, id: 'sorry', steps: [call('again')] }],
    finally: [call('close')],
  });
  run.done('book#undo');
  let item = 0;
  for (; run.called.includes(`sorry[${item}].again`); item++) run.done(`sorry[${item}].again`, large);
  expect(item).toBeGreaterThan(2);
  expect(run.of('Log').at(-1)).toMatchObject({
    level: 'error',
    message: expect.stringMatching(/^"on_failure" failed: the run keeps more than \d+ bytes/),
  });
  expect(run.called).toEqual(['close']);
  expect(run.done('close', large).finish?.status).toBe('failed');
});

test('finally that grows without end fails a run that went well, and what it called is asked to stop', () => {
  const run = new Run({
    steps: [call('a')],
    finally: [{ ...loop, foreach: { ...loop.foreach, max_parallel: 40 } }],
  }).done('a');
  for (let item = 0; item < 40 && run.of('CancelCall').length === 0; item++)
    run.done(`loop[${item}].read`, large);
  for (const { path } of run.of('CancelCall')) run.failed(path, 'canceled');
  expect(run.finish).toMatchObject({
    status: 'failed',
    error: expect.stringMatching(/^budget: the run keeps more than 1048576/),
  });
});

test('a run that keeps too much can be tried again, and fails again', () => {
  const run = overgrown({}).done('book#undo');
  const facts = { ...run.state.run, attempt: 2 };
  const { state } = resume(run.plan, run.state, { run: facts, nowMs: run.nowMs, random: 0.5 });
  expect([state.phase, state.status]).toEqual(['ended', 'failed']);
});
