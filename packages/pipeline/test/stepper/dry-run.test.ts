import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

const definition = {
  vars: { v: null },
  steps: [
    { id: 'read', uses: 'read', with: { n: 1 } },
    call('write', { with: { n: '${steps.read.n}' }, compensate: { uses: 'undo' } }),
    call('after', { with: { x: '${steps.write.id}' } }),
    { id: 'keep', set: { v: '${steps.write}' } },
    { id: 'branch', if: 'steps.write.ok', foreach: { in: '${steps.write.list}' }, steps: [call('inner')] },
    { id: 'nap', sleep: 60 },
    { id: 'ok', approve: { message: 'send ${steps.read.n}?' } },
    { id: 'w', wait: { event: 'paid' } },
    { id: 'sub', call: 'tsk_1', with: { v: '${vars.v}' } },
  ],
  output: '${steps.after.x}',
};

test('a dry run calls what only reads and says what else it would do', () => {
  const run = new Run(definition, { dryRun: { readOnlyTools: ['read'] } });
  run.done('read', { n: 5 });
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(['read']);
  expect(run.of('Planned').map(({ path, action, target, args }) => [path, action, target, args])).toEqual([
    ['write', 'call', 'tool', { n: 5 }],
    ['after', 'call', 'tool', { x: '${steps.write.id}' }],
    ['nap', 'sleep', 'time', '1970-01-01T00:17:40.000Z'],
    ['ok', 'approve', 'anybody', 'send 5?'],
    ['w', 'wait', 'paid', {}],
    ['sub', 'child', 'tsk_1', { v: null }],
  ]);
  expect(run.of('StartTimer')).toEqual([]);
  expect(run.finish?.status).toBe('succeeded');
});

test('a definition may say that it is always a dry run', () => {
  const run = new Run({ ...definition, dry_run: true });
  expect(run.of('CallTool')).toEqual([]);
  expect(run.finish).toEqual({ status: 'succeeded', output: null });
});

test('a dry run that fails undoes nothing', () => {
  const steps = [
    call('read', { uses: 'read', compensate: { uses: 'undo' } }),
    call('more', { uses: 'read', retry: { max: 0 } }),
  ];
  const run = new Run({ steps }, { dryRun: { readOnlyTools: ['read'] } });
  run.done('read', { n: 5 }).failed('more');
  expect(run.of('CallTool').map(({ path }) => path)).toEqual(['read', 'more']);
  expect(run.finish?.status).toBe('failed');
});
