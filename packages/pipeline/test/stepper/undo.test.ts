import { describe, expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const checked = { validate: { type: 'object', properties: { id: { type: 'number' } }, required: ['id'] } };
const undo = { compensate: { uses: 'undo', with: { given: '${steps.book}' } } };
const attempts = (maxAttempts: number): object => ({
  run: { id: 'run', trigger: 'manual', attempt: 1, maxAttempts, depth: 0 },
});

describe('what a step did whose output is refused', () => {
  test('is undone with what it gave', () => {
    const run = new Run({ steps: [call('book', { ...checked, ...undo })], finally: [call('close')] });
    expect(run.done('book', { no: 1 }).called).toEqual(['book#undo']);
    expect(run.argsOf('book#undo')).toEqual({ given: { no: 1 } });
    expect(run.of('StepChanged').filter(({ record }) => record.status === 'done')).toEqual([]);
    expect(run.done('book#undo').called).toEqual(['close']);
    expect(run.done('close').finish?.error).toMatch(/^tool_error: the output does not fit "validate": id: /);
    expect(run.statusOf('book')).toBe('undone');
  });

  test('is undone when a later step fails, where the run went on', () => {
    const book = call('book', { ...checked, ...undo, on_error: 'continue' });
    const run = new Run({ steps: [book, call('last')] }).done('book', { no: 1 });
    expect(run.called).toEqual(['last']);
    expect(run.failed('last', 'denied').called).toEqual(['book#undo']);
  });

  test('is undone when the run was told to end before', () => {
    const run = new Run({ steps: [call('book', { ...checked, ...undo })] });
    run.tell({ kind: 'CancelRequested', reason: 'enough' });
    expect(run.done('book', { no: 1 }).called).toEqual(['book#undo']);
    expect(run.done('book#undo').finish?.status).toBe('canceled');
  });

  test('is undone though what it gave is kept elsewhere, and once', () => {
    const run = new Run({ steps: [call('book', { ...checked, ...undo })] });
    run.tell({ kind: 'ToolDone', path: 'book', attempt: 1, output: { ref: 'large', bytes: 70_000 } });
    run.tell({ kind: 'ValuesLoaded', path: 'book', values: { large: { no: 1 } } });
    expect([run.called, run.argsOf('book#undo')]).toEqual([['book#undo'], { given: { no: 1 } }]);
    expect(run.done('book#undo').finish?.status).toBe('failed');
  });

  test('in one attempt of the run and done otherwise in the next is undone as well, each by a call of its own', () => {
    const steps = [call('book', { ...checked, ...undo }), call('last')];
    const run = new Run({ steps }, attempts(2)).done('book', { no: 1 }).again(2).done('book', { id: 2 });
    expect(run.failed('last', 'denied').called).toEqual(['book#undo.2']);
    expect(run.failed('book#undo.2', 'timeout').fire('book#undo.2').done('book#undo.2').called).toEqual([
      'book#undo',
    ]);
    const undoing = run.of('CallTool').filter(({ isCompensation }) => isCompensation);
    expect(undoing.map(({ idempotencyKey, args }) => [idempotencyKey, args])).toEqual([
      ['book#undo.2', { given: { id: 2 } }],
      ['book#undo.2', { given: { id: 2 } }],
      ['book#undo', { given: { no: 1 } }],
    ]);
    expect(run.done('book#undo').finish?.status).toBe('failed');
  });

  test('in each attempt of the run with the same outcome is undone once', () => {
    const run = new Run({ steps: [call('book', { ...checked, ...undo })] }, attempts(2));
    run.done('book', { no: 1 });
    const { bytes } = run.state;
    run.again(2).done('book', { no: 1 });
    expect(run.state.bytes).toBe(bytes);
    expect(run.called).toEqual(['book#undo']);
    expect(run.done('book#undo').finish?.status).toBe('failed');
  });
});

describe('a step of which cannot be said how it is undone', () => {
  const broken = { compensate: { uses: 'undo', with: { id: '${steps.book.id}' } } };

  test('fails, and it is told that it is not undone', () => {
    const run = new Run({ steps: [call('a', { compensate: { uses: 'undo' } }), call('book', broken)] });
    expect(run.done('a').done('book', { no: 1 }).called).toEqual(['a#undo']);
    expect(run.of('StepChanged').filter(({ record }) => record.status === 'done')).toHaveLength(1);
    const [line, ...rest] = run.of('Log');
    expect(rest).toEqual([]);
    expect(line).toMatchObject({ level: 'error', path: 'book' });
    expect(line?.message).toMatch(/^"book" will not be undone: the template at "\/id", .*there is no "id"/);
    expect(run.done('a#undo').finish?.error).toMatch(
      /^template: what it did will not be undone, since "compensate" cannot be made: the template at "\/id"/,
    );
  });

  test('whose output is refused, too, fails for that, and both are told', () => {
    const run = new Run({ steps: [call('book', { ...checked, ...broken })] }).done('book', { no: 1 });
    expect(run.finish?.error).toMatch(/^tool_error: the output does not fit "validate"/);
    expect(run.of('Log').map(({ message }) => message)).toEqual([
      expect.stringMatching(/^"book" will not be undone: /),
    ]);
  });
});
