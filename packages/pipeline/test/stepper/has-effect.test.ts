import { advance, hasEffect, type StepperState } from '@signalbox/pipeline';
import { expect, test } from 'vitest';
import { Run, type Told } from '../support/run.ts';

const mail = (to: string, path = 'mail'): Told => ({
  kind: 'EventMatched',
  path,
  event: { topic: 'mail', id: to, payload: { to } },
});
const ask = (run: Run, path = 'ask'): Told => ({
  kind: 'ApprovalAnswered',
  path,
  decision: 'approved',
  value: 'no number',
  by: 'ana',
  question: run.of('AskApproval')[0]?.question ?? '',
});

const waiting = { id: 'mail', wait: { event: 'mail', match: "event.payload.to == 'ada'" } };
const odd = { id: 'mail', wait: { event: 'mail', match: 'sum(event.payload.to) > `0`' } };
const schema = { type: 'integer' };

test.each<[string, boolean, object, (run: Run) => Told]>([
  ['an event a step has waited for', true, waiting, () => mail('ada')],
  ['an event it has looked at and passed over', false, waiting, () => mail('bob')],
  ['an event of which that cannot be told', false, odd, () => mail('ada')],
  ['an event nothing waits for', false, waiting, () => mail('ada', 'gone')],
  ['an answer that fits', true, { id: 'ask', approve: { message: '?' } }, (run) => ask(run)],
  ['an answer that does not', false, { id: 'ask', approve: { message: '?', schema } }, (run) => ask(run)],
  ['an answer to what nobody asks', false, waiting, (run) => ask(run, 'mail')],
])('whether a run goes on otherwise: %s, %s', (_what, expected, step, told) => {
  const run = new Run({ steps: [step] });
  const before: StepperState = run.state;
  const event = { ...told(run), nowMs: run.nowMs, random: run.random };
  expect(hasEffect(before, advance(run.plan, before, event), event)).toBe(expected);
});

test('an event is known to have had one until the step has looked at it, for it may be what it waits for', () => {
  const run = new Run({ steps: [waiting] });
  const before = run.state;
  const event = { ...mail('bob'), nowMs: run.nowMs, random: run.random };
  const { state } = advance(run.plan, before, event);
  const frame = state.frames['mail'];
  if (frame?.kind !== 'step') throw new TypeError('nothing waits');
  const arrived = [{ topic: 'mail', id: 'bob', payload: { to: 'bob' } }];
  const unread = { ...state, frames: { mail: { ...frame, work: { kind: 'wait', arrived } as const } } };
  expect(hasEffect(before, { state: unread, commands: [] }, event)).toBe(true);
});
