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
