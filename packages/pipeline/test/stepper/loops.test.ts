import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

test('items are gone over one after the other, or so many at a time', () => {
  const make = (max_parallel: number): Run =>
    new Run({
      params: { list: ['x', 'y', 'z'] },
      steps: [
        {
          id: 'loop',
          foreach: { in: '${params.list}', max_parallel },
          steps: [call('send', { with: { to: '${item}', n: '${index}' } })],
        },
      ],
    });
  expect(make(1).called).toEqual(['loop[0].send']);
  const run = make(2);
  expect(run.called).toEqual(['loop[0].send', 'loop[1].send']);
  expect(run.done('loop[1].send', 'b').called).toEqual(['loop[2].send']);
  expect(run.argsOf('loop[2].send')).toEqual({ to: 'z', n: 2 });
  run.done('loop[2].send', 'c').done('loop[0].send', 'a');
  expect(run.finish?.output).toEqual(['a', 'b', 'c']);
  expect(Object.keys(run.state.steps)).toEqual(['loop']);
});

test('a loop that is only a text is over the list it gives', () => {
  const run = new Run({
    params: { list: ['x', 'y'] },
    steps: [{ id: 'loop', foreach: '${params.list}', steps: [call('send', { with: { to: '${item}' } })] }],
  });
  run.done('loop[0].send', 'a').done('loop[1].send', 'b');
  expect(run.finish?.output).toEqual(['a', 'b']);
});

test('loops stand inside each other, and each item has its name', () => {
  const run = new Run({
    steps: [
      {
        id: 'outer',
        foreach: { in: [1, 2], as: 'row' },
        steps: [
          {
            id: 'inner',
            foreach: { in: ['a', 'b'], collect: '${row}${item}${steps.one}' },
            steps: [{ id: 'one', output: '${index}' }],
          },
        ],
      },
    ],
  });
  expect(run.finish?.output).toEqual([
    ['1a0', '1b1'],
    ['2a0', '2b1'],
  ]);
});

test.each([
  ['continue', { status: 'succeeded', output: [1, null, 3] }],
  ['fail', { status: 'failed', output: null, error: 'tool_error: loop[1].a failed' }],
])('an item that fails, with on_item_error %s', (on_item_error, expected) => {
  const run = new Run({
    steps: [{ id: 'loop', foreach: { in: [1, 2, 3], on_item_error }, steps: [call('a')] }],
  });
  run.done('loop[0].a', 1).failed('loop[1].a').done('loop[2].a', 3);
  expect(run.finish).toEqual(expected);
});

test.each([
  ['${params.text}', /^template: .*list/],
  ['${params.many}', /^budget: .*10001 items, more than 10000/],
])('%s is nothing to go over', (list, expected) => {
  const params = { text: 'abc', many: Array.from({ length: 10_001 }, () => 0) };
  const run = new Run({ params, steps: [{ id: 'loop', foreach: { in: list }, steps: [call('a')] }] });
  expect(run.finish?.error).toMatch(expected);
});

test('five thousand items that wait for nothing are gone over a part at a time', () => {
  const many = Array.from({ length: 5_000 }, (_, index) => index);
  const run = new Run({
    params: { many },
    steps: [
      {
        id: 'loop',
        foreach: { in: '${params.many}', max_parallel: 50 },
        steps: [{ id: 'a', output: '${item}' }],
      },
    ],
  });
  let parts = 1;
  for (; run.commands.at(-1)?.kind === 'Continue'; parts++) run.tell({ kind: 'Continued' });
  expect(run.finish).toEqual({ status: 'succeeded', output: many });
  expect(parts).toBeGreaterThan(5);
});

test('a loop goes on as long as its condition is true, which reads the round before', () => {
  const run = new Run({
    steps: [
      {
        id: 'poll',
        while: { condition: 'index == `0` || steps.ask.more' },
        steps: [call('ask', { with: { n: '${index}' } })],
      },
    ],
  });
  run.done('poll[0].ask', { more: true }).done('poll[1].ask', { more: false, x: 1 });
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(['poll[0].ask', 'poll[1].ask']);
  expect(run.finish).toEqual({ status: 'succeeded', output: { more: false, x: 1 } });
});

test('a loop without an end fails at its cap', () => {
  const run = new Run({
    steps: [{ id: 'w', while: { condition: '`true`', max: 3 }, steps: [{ id: 'a', output: 1 }] }],
  });
  expect(run.finish?.error).toMatch(/^budget: .*still true after 3 rounds/);
});

test('a variable counts through a loop', () => {
  const run = new Run({
    vars: { found: false },
    steps: [
      {
        id: 'w',
        while: { condition: '!vars.found' },
        steps: [call('look'), { id: 'keep', set: { found: '${steps.look.ok}' } }],
      },
    ],
  });
  run.done('w[0].look', { ok: false }).done('w[1].look', { ok: true });
  expect(run.finish?.status).toBe('succeeded');
});

const twice = { run: { id: 'run', trigger: 'manual', attempt: 1, maxAttempts: 2, depth: 0 } };

test.each([
  ['items', { foreach: { in: [1, 2, 3] } }],
  ['rounds', { while: { condition: 'index < `3`' } }],
])('%s that are done are not done again although what stands in for the loop failed, too', (_what, kind) => {
  const loop = { id: 'loop', ...kind, steps: [call('a')], on_error: { steps: [call('instead')] } };
  const run = new Run({ steps: [loop] }, twice).done('loop[0].a', 'x').done('loop[1].a', 'y');
  run.failed('loop[2].a', 'denied').failed('loop.instead', 'denied');
  expect(run.of('Finish')).toMatchObject([{ isResumable: true }]);
  expect(run.again(2).called).toEqual(['loop[2].a']);
  run.done('loop[2].a', 'z');
  expect(run.finish).toEqual({ status: 'succeeded', output: 'foreach' in kind ? ['x', 'y', 'z'] : 'z' });
  expect(run.state.kept).toEqual({});
});

test('of a loop that something stood in for nothing is kept for a next attempt', () => {
  const loop = {
    id: 'loop',
    foreach: { in: [1, 2] },
    steps: [call('a')],
    on_error: { steps: [call('instead')] },
  };
  const run = new Run({ steps: [loop, call('last')] }, twice);
  run.done('loop[0].a').failed('loop[1].a', 'denied').done('loop.instead').failed('last', 'denied');
  expect(run.state.kept).toEqual({});
  expect(run.again(2).called).toEqual(['last']);
});

test('of a switch whose case failed, and what stands in for it too, the same case is done on', () => {
  const choose = {
    id: 'choose',
    switch: {
      cases: [{ when: 'vars.isFirst', steps: [{ id: 'flip', set: { isFirst: false } }, call('a')] }],
      default: [call('b')],
    },
    on_error: { steps: [call('instead')] },
  };
  const run = new Run({ vars: { isFirst: true }, steps: [choose] }, twice);
  run.failed('choose.a', 'denied').failed('choose.instead', 'denied');
  expect(run.again(2).called).toEqual(['choose.a']);
});
