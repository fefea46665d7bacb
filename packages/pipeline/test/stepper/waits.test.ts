import type { JsonObject } from '@signalbox/sdk';
import { expect, test } from 'vitest';
import { call, Run } from '../support/run.ts';

test.each([
  [5, 5_000],
  ['1h30m', 5_400_000],
  ['${params.s}', 7_000],
])('sleep %s', (sleep, expectedMs) => {
  const run = new Run({ params: { s: 7 }, steps: [{ id: 'nap', sleep }, call('a')] });
  expect(run.of('StartTimer')).toMatchObject([{ purpose: 'sleep', dueAtMs: run.nowMs + expectedMs }]);
  expect(run.fire('nap').called).toEqual(['a']);
});

test.each([
  ['1970-01-01T00:20:00Z', 1_200_000],
  ['1970-01-01T02:20:00+02:00', 1_200_000],
  ['${now+1h}', 4_600_000],
  ['1970-01-01T00:00:00Z', undefined],
])('sleep until %s', (sleep_until, dueAtMs) => {
  const run = new Run({ steps: [{ id: 'nap', sleep_until }] });
  expect(run.of('StartTimer')[0]?.dueAtMs).toBe(dueAtMs);
});

test.each([
  [{ sleep: '${params.x}' }, /^template: "sleep" must give/],
  [{ sleep_until: 'tomorrow' }, /^template: "sleep_until" must give an instant/],
])('%j is no time', (step, expected) => {
  expect(new Run({ params: { x: 'soon' }, steps: [{ id: 'nap', ...step }] }).finish?.error).toMatch(expected);
});

test('a step waits for an event that matches, and gives it', () => {
  const run = new Run({
    steps: [
      call('order'),
      {
        id: 'paid',
        wait: { event: 'payment.*', match: 'event.payload.id == steps.order.id', timeout: '1h' },
      },
    ],
    output: '${steps.paid.payload.sum}',
  });
  run.done('order', { id: 7 });
  expect(run.of('WaitEvent')).toEqual([{ kind: 'WaitEvent', path: 'paid', topic: 'payment.*' }]);
  const tell = (id: number): Run =>
    run.tell({
      kind: 'EventMatched',
      path: 'paid',
      event: { topic: 'payment.done', id: `e${id}`, payload: { id, sum: 9 } },
    });
  expect(tell(6).commands).toEqual([]);
  tell(7);
  expect(run.finish).toEqual({ status: 'succeeded', output: 9 });
  expect(run.of('CancelWait')).toEqual([{ kind: 'CancelWait', path: 'paid' }]);
  expect(run.of('CancelTimer').map(({ timer }) => timer)).toEqual(
    run.of('StartTimer').map(({ timer }) => timer),
  );
});

test('an event of which "match" cannot be told is passed over, and that is told once of a step', () => {
  const match = "contains(event.payload.subject, 'bill')";
  const run = new Run({ steps: [{ id: 'mail', wait: { event: 'mail.*', match } }] });
  const tell = (id: string, payload: JsonObject): Run =>
    run.tell({ kind: 'EventMatched', path: 'mail', event: { topic: 'mail.a', id, payload } });
  tell('odd', {});
  expect(run.commands).toEqual([
    {
      kind: 'Log',
      level: 'warn',
      message: expect.stringMatching(
        /^an event was passed over, .*: the condition, character 1: contains\(\)/,
      ),
      path: 'mail',
    },
  ]);
  expect(tell('plain', { subject: 'hello' }).commands).toEqual([]);
  expect(tell('odd too', { subject: 1 }).commands).toEqual([]);
  expect(run.statusOf('mail')).toBe('waiting');
  expect(tell('right', { subject: 'the bill' }).finish).toMatchObject({ output: { id: 'right' } });
});

test('an event that does not come in time fails the step', () => {
  const run = new Run({ steps: [{ id: 'w', wait: { event: 't', timeout: 60 } }] });
  run.fire('w');
  expect(run.finish?.error).toBe('timeout: no event came in time');
  expect(run.of('CancelWait').length).toBe(1);
});

const approve = {
  message: 'send to ${params.n}?',
  schema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
  assignees: ['ana'],
};

test('a person is asked, and an answer that does not fit is asked for again', () => {
  const run = new Run({ params: { n: 3 }, steps: [{ id: 'ok', approve }], output: '${steps.ok.value.n}' });
  expect(run.of('AskApproval')).toEqual([
    {
      kind: 'AskApproval',
      path: 'ok',
      question: 'ok#approve.0',
      reason: 'approve',
      message: 'send to 3?',
      schema: approve.schema,
      assignees: ['ana'],
    },
  ]);
  run.tell({ kind: 'ApprovalAnswered', path: 'ok', decision: 'approved', value: { n: 'x' }, by: 'ana' });
  expect(run.commands).toMatchObject([{ kind: 'Log', level: 'warn' }]);
  run.tell({ kind: 'ApprovalAnswered', path: 'ok', decision: 'approved', value: { n: 4 }, by: 'ana' });
  expect(run.finish).toEqual({ status: 'succeeded', output: 4 });
});

test('a no fails the step', () => {
  const run = new Run({ params: { n: 3 }, steps: [{ id: 'ok', approve }] });
  run.tell({ kind: 'ApprovalAnswered', path: 'ok', decision: 'rejected', by: 'ana' });
  expect(run.finish?.error).toBe('denied: ana said no');
});

test.each([
  ['fail', 'timeout: nobody answered in time'],
  ['reject', 'denied: nobody answered in time, which means no'],
  ['approve', undefined],
])('without an answer in time a question ends as on_timeout %s says', (on_timeout, error) => {
  const run = new Run({
    params: { n: 1 },
    steps: [{ id: 'ok', approve: { ...approve, timeout: 60, on_timeout } }],
  });
  expect(run.of('AskApproval')[0]?.expiresAtMs).toBe(run.nowMs + 60_000);
  run.fire('ok');
  expect(run.finish?.error).toBe(error);
});
