import type { JsonValue } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const lists = { type: 'array', items: { $ref: '#' } };

/** A list in a list, and so on. */
function nested(depth: number): JsonValue {
  let value: JsonValue = [];
  for (let each = 1; each < depth; each++) value = [value];
  return value;
}

/** Tests go by way of JSON, as stores do, and that is recursive. */
const deepest = 3_000;
const tooDeep = 'it is nested more than 1000 deep';

test.each([3, 200])('an output %i deep is checked as deep as it is', (depth) => {
  const run = new Run({ steps: [call('a', { validate: lists })] }).done('a', nested(depth));
  expect(run.finish?.status).toBe('succeeded');
});

test('an output deeper than a check can follow does not fit', () => {
  const run = new Run({ steps: [call('a', { validate: lists, compensate: { uses: 'undo' } })] });
  expect(run.done('a', nested(deepest)).called).toEqual(['a#undo']);
  expect(run.done('a#undo').finish?.error).toBe(`tool_error: the output does not fit "validate": ${tooDeep}`);
});

test('an answer deeper than a check can follow leaves the question open', () => {
  const run = new Run({ steps: [{ id: 'ok', approve: { message: '?', schema: lists } }] });
  const answer = { kind: 'ApprovalAnswered', path: 'ok', decision: 'approved', by: 'ana' } as const;
  expect(run.tell({ ...answer, value: nested(deepest) }).of('Log')).toMatchObject([{ level: 'warn' }]);
  expect(run.statusOf('ok')).toBe('waiting');
  expect(run.tell({ ...answer, value: [[]] }).finish?.status).toBe('succeeded');
});

test('params deeper than a check can follow end the run before its first step', () => {
  const params_schema = {
    type: 'object',
    properties: { tree: { $ref: '#/$defs/tree' } },
    $defs: { tree: lists },
  };
  const definition = { params_schema, steps: [call('a')], finally: [call('close')] };
  const run = new Run(definition, { params: { tree: nested(deepest) } });
  expect(run.called).toEqual(['close']);
  expect(run.done('close').finish?.error).toBe(`invalid_args: the params do not fit: ${tooDeep}`);
});

test.each([
  ['arguments', call('b', { with: { x: '${steps.a}' } })],
  ['arguments of a task', { id: 'b', call: 'other', with: { x: 'text ${steps.a}' } }],
  ['a condition', call('b', { if: "to_string(steps.a) == ''" })],
  ['a question', { id: 'b', approve: { message: 'is it ${steps.a}?' } }],
  ['an output', { id: 'b', output: '${steps.a}' }],
])('%s that would be too deep fail the step', (_what, step) => {
  const run = new Run({ steps: [call('a'), step] }).done('a', nested(deepest));
  expect(run.finish?.error).toMatch(/^template: .*nested more than 1000 deep$/);
});
