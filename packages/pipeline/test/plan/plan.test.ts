import { graphOf, lintPlan, makePlan, planRequirements } from '@signalbox/pipeline';
import { expect, test } from 'vitest';
import { call } from '../support/run.ts';

test('the same definition gives the same text, in whatever order it is written', () => {
  const one = makePlan({
    params: { a: 1, b: 2 },
    steps: [{ id: 'a', uses: 'tool', with: { x: 1, y: [2] } }],
  });
  const other = makePlan({
    pipeline: [{ with: { y: [2], x: 1 }, uses: 'tool', id: 'a' }],
    params: { b: 2, a: 1 },
  });
  expect(other.canonicalText).toBe(one.canonicalText);
  expect(makePlan({ steps: [call('b')] }).canonicalText).not.toBe(one.canonicalText);
});

test('a plan says what it needs', () => {
  const plan = makePlan({
    params_schema: { type: 'object', properties: {}, required: ['to', 'n'] },
    params: { n: 1 },
    steps: [
      {
        id: 'a',
        uses: 'z',
        with: { key: '${secrets.crm}', again: ['x ${ secrets.crm }'] },
        compensate: { uses: 'undo', with: { key: '${secrets.crm}' } },
      },
      {
        id: 'l',
        foreach: { in: [] },
        steps: [
          { id: 'b', uses: 'y' },
          { id: 'c', call: 'tsk_1' },
        ],
      },
    ],
    finally: [{ id: 'd', uses: 'z' }],
  });
  expect(planRequirements(plan)).toEqual({
    tools: ['undo', 'y', 'z'],
    tasks: ['tsk_1'],
    secrets: [
      { secret: 'crm', tool: 'undo' },
      { secret: 'crm', tool: 'z' },
    ],
    params: ['to'],
  });
});

test('what is allowed and probably not meant is said', () => {
  const plan = makePlan({
    steps: [
      call('a', { save_as: 'unread', retry: { on: ['tool_error'] } }),
      call('b', { save_as: 'read', on_error: 'continue', compensate: { uses: 'undo' } }),
      { id: 'l', foreach: { in: ['${steps.read}'] }, steps: [{ id: 'w', wait: { event: 't' } }] },
      { id: 'ok', approve: { message: '?' } },
      // What is refused has been done, and is undone.
      call('c', { on_error: 'continue', compensate: { uses: 'undo' }, validate: { type: 'object' } }),
    ],
  });
  expect(lintPlan(plan).map(({ path }) => path)).toEqual([
    'steps.0.retry.on',
    'steps.0.save_as',
    'steps.1.compensate',
    'steps.2.steps.0.wait',
    'steps.3.approve',
    'budget',
  ]);
});

test.each([
  [['in_doubt', 'timeout'], ['"in_doubt"; of calls in doubt "on_unknown" says what becomes']],
  [['template', 'budget', 'canceled'], ['"template", "budget", "canceled"']],
  [['timeout', 'connection', 'rate_limited', 'invalid_args', 'denied', 'not_found'], []],
])('errors of which no retry hears are said: %j', (on, expected) => {
  const hints = lintPlan(makePlan({ steps: [call('a', { retry: { on } })] }));
  expect(hints).toEqual(
    expected.map((names) => ({
      path: 'steps.0.retry.on',
      message: `a call that ends so is never made again for it: ${names}`,
    })),
  );
});

test.each([
  ['approve', { type: 'integer' }, ['steps.0.approve.on_timeout']],
  ['approve', { type: ['integer', 'null'] }, []],
  ['approve', undefined, []],
  ['reject', { type: 'integer' }, []],
])('on_timeout %s with the schema %j', (on_timeout, schema, expected) => {
  const approve = { message: '?', timeout: '1d', on_timeout, ...(schema && { schema }) };
  const hints = lintPlan(makePlan({ steps: [{ id: 'ok', approve }] }));
  expect(hints.map(({ path }) => path)).toEqual(expected);
});

test('a pipeline is drawn', () => {
  const plan = makePlan({
    steps: [
      call('a', { on_error: { goto: 'c' } }),
      { id: 'l', if: "params.x == 'y'", foreach: { in: [] }, steps: [call('b')] },
      call('c'),
    ],
    output: 1,
    finally: [call('d')],
  });
  expect(graphOf(plan)).toBe(
    [
      'flowchart TD',
      '  s0["a: tool"]',
      '  s2["l: foreach (if params.x == \'y\')"]',
      '  subgraph s2b0["for each item"]',
      '    s1["b: tool"]',
      '  end',
      '  s2 -.-> s2b0',
      '  s3["c: tool"]',
      '  s0 -. error .-> s3',
      '  s0 --> s2',
      '  s2 --> s3',
      '  subgraph finally["finally"]',
      '    s5["d: tool"]',
      '  end',
    ].join('\n'),
  );
});
