import type { JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const large = (ref: string): { ref: string; bytes: number } => ({ ref, bytes: 100_000 });

test('a value kept elsewhere is fetched when it is read, and stays out of the state', () => {
  const run = new Run({
    steps: [
      call('a'),
      call('b'),
      call('c', { with: { x: '${steps.a.n}' }, cache: { key: '${steps.b.n}', ttl: 60 } }),
    ],
    output: '${steps.c}',
  });
  run.tell({ kind: 'ToolDone', path: 'a', attempt: 1, output: large('A') });
  run.tell({ kind: 'ToolDone', path: 'b', attempt: 1, output: large('B') });
  expect(run.commands).toContainEqual({ kind: 'LoadValues', path: 'c', refs: ['A'] });
  run.tell({ kind: 'ValuesLoaded', path: 'c', values: { A: { n: 'secret of A' } } });
  expect(run.commands).toEqual([{ kind: 'LoadValues', path: 'c', refs: ['A', 'B'] }]);
  run.tell({ kind: 'ValuesLoaded', path: 'c', values: { A: { n: 'secret of A' }, B: { n: 'key' } } });
  expect(run.of('CallTool').at(-1)).toMatchObject({ args: { x: 'secret of A' }, cache: { key: 'key' } });
  expect(JSON.stringify(run.state)).not.toContain('secret of A');
});

test('what a loop collects is fetched piece by piece', () => {
  const run = new Run({
    steps: [
      { id: 'loop', foreach: { in: [1, 2] }, steps: [call('a')] },
      {
        id: 'all',
        parallel: {
          steps: [
            { id: 'x', output: '${length(steps.loop)}' },
            { id: 'y', output: '${steps.loop[1].n}' },
          ],
        },
      },
    ],
  });
  run.tell({ kind: 'ToolDone', path: 'loop[0].a', attempt: 1, output: large('A') });
  run.tell({ kind: 'ToolDone', path: 'loop[1].a', attempt: 1, output: { json: { n: 2 } } });
  expect(run.of('LoadValues').map(({ path, refs }) => [path, refs])).toEqual([
    ['all.x', ['A']],
    ['all.y', ['A']],
  ]);
  run.tell({ kind: 'ValuesLoaded', path: 'all.y', values: { A: {} } });
  run.tell({ kind: 'ValuesLoaded', path: 'all.x', values: { A: {} } });
  expect(run.finish?.output).toEqual({ x: 2, y: 2 });
});

test('a reference that is only passed on is never fetched', () => {
  const run = new Run({ steps: [{ id: 'group', steps: [call('a')] }] });
  run.tell({ kind: 'ToolDone', path: 'group.a', attempt: 1, output: large('A') });
  expect(run.of('LoadValues')).toEqual([]);
  expect(run.of('Finish')[0]?.output).toEqual(large('A'));
});

test('a value that is no longer kept fails the step that reads it', () => {
  const run = new Run({ steps: [call('a'), { id: 'b', output: '${steps.a.n}' }] });
  run.tell({ kind: 'ToolDone', path: 'a', attempt: 1, output: large('A') });
  run.tell({ kind: 'ValuesLoaded', path: 'b', values: {} });
  expect(run.finish?.error).toBe('template: a value this step reads is no longer kept');
});

test('a run that keeps too much fails, and so does one value that is too large', () => {
  const text = 'x'.repeat(300_000);
  const run = new Run({ steps: ['a', 'b', 'c', 'd'].map((id) => call(id)) });
  run.done('a', text).done('b', text).done('c', text).done('d', text);
  expect(run.finish?.error).toMatch(/^budget: .*keeps more than 1048576 bytes/);
  expect(new Run({ steps: [call('a')] }).done('a', 'x'.repeat(1_100_000)).finish?.error).toMatch(
    /^tool_error: .*larger/,
  );
});

test('what an iteration kept is given back when it has ended', () => {
  const items = Array.from({ length: 20 }, (_, index) => index);
  const run = new Run({
    params: { items },
    steps: [{ id: 'loop', foreach: { in: '${params.items}', collect: '${index}' }, steps: [call('a')] }],
  });
  for (const index of items) run.done(`loop[${index}].a`, 'x'.repeat(200_000));
  expect(run.finish).toEqual({ status: 'succeeded', output: items });
  expect(run.state.bytes).toBeLessThan(2_000);
});

test('a value may be as deep as it likes', () => {
  let deep: JsonValue = 1;
  for (let depth = 0; depth < 3_000; depth++) deep = [deep];
  const run = new Run({ steps: [call('a')] }).done('a', deep);
  expect(run.finish?.status).toBe('succeeded');
});
