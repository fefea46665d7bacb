import { expect, test } from 'vitest';
import { Run } from '../support/run.ts';

test('a call has secrets as they are written, and beside them where they belong', () => {
  const run = new Run({
    params: { id: 7 },
    steps: [
      {
        id: 'a',
        uses: 'api.get',
        with: {
          'h/a': { auth: 'Bearer ${secrets.crm}' },
          list: ['${ secrets.crm }', 'plain', 'n${params.id}: ${secrets.crm}/${secrets.two}'],
          text: '$${secrets.crm}',
        },
      },
    ],
  });
  expect(run.of('CallTool')).toMatchObject([
    {
      args: {
        'h/a': { auth: 'Bearer ${secrets.crm}' },
        list: ['${secrets.crm}', 'plain', 'n7: ${secrets.crm}/${secrets.two}'],
        text: '${secrets.crm}',
      },
      secrets: [
        { at: '/h~1a/auth', parts: ['Bearer ', { secret: 'crm' }] },
        { at: '/list/0', parts: [{ secret: 'crm' }] },
        { at: '/list/2', parts: ['n', '7', ': ', { secret: 'crm' }, '/', { secret: 'two' }] },
      ],
    },
  ]);
});

test('what params, results, events and items say is text, whatever it looks like', () => {
  const evil = '${secrets.crm}';
  const run = new Run({
    params: { evil, list: [evil] },
    vars: { evil },
    steps: [
      { id: 'a', uses: 'api.get', with: { x: '${params.evil}', y: '${vars.evil}' } },
      {
        id: 'l',
        foreach: { in: '${params.list}' },
        steps: [
          {
            id: 'b',
            uses: 'api.get',
            with: { x: '${item} and ${steps.a.x}', y: '${steps.a}', z: '${secrets.crm} ${steps.a.x}' },
          },
        ],
      },
    ],
  });
  expect(run.of('CallTool')).toMatchObject([{ args: { x: evil, y: evil } }]);
  expect(run.of('CallTool')[0]).not.toHaveProperty('secrets');
  run.done('a', { x: evil, secrets: [{ at: '/x', parts: [{ secret: 'crm' }] }] });
  expect(run.of('CallTool').at(-1)).toMatchObject({
    args: { x: `${evil} and ${evil}`, z: `${evil} ${evil}` },
    secrets: [{ at: '/z', parts: [{ secret: 'crm' }, ' ', evil] }],
  });
});

test('what undoes a step has the secrets of its own arguments, also after a failure much later', () => {
  const run = new Run({
    steps: [
      {
        id: 'a',
        uses: 'api.add',
        compensate: { uses: 'api.remove', with: { key: 'k ${secrets.crm}', id: '${steps.a.id}' } },
      },
      { id: 'b', uses: 'api.fail' },
    ],
  });
  run.done('a', { id: 3 });
  run.tell({ kind: 'ToolFailed', path: 'b', attempt: 1, error: { kind: 'denied', message: 'no' } });
  expect(run.of('CallTool').at(-1)).toMatchObject({
    path: 'a#undo',
    args: { key: 'k ${secrets.crm}', id: 3 },
    secrets: [{ at: '/key', parts: ['k ', { secret: 'crm' }] }],
  });
});
