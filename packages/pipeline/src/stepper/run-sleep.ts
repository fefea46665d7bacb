import type { JsonValue } from '@signalbox/sdk';
import { readDuration } from '../definition/duration.ts';
import type { ActionOf } from '../plan/plan.ts';
import { withTimer } from './cancel-frame.ts';
import { fail, noteStep, succeed, succeedUnknown } from './end-step.ts';
import { evaluate, unknown } from './evaluate.ts';
import type { StepFrame } from './frame.ts';
import type { Machine } from './machine.ts';
import { placeOf } from './place-of.ts';
import { nothing } from './values.ts';

const longestMs = 366 * 86_400_000;
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Waits so long. */
export function beginSleep(machine: Machine, frame: StepFrame, { length }: ActionOf<'sleep'>): void {
  const given = evaluate(machine, length, placeOf(machine, frame));
  if (given === unknown) return plan(machine, frame, length.source);
  const lengthMs = readDuration(given);
  if (lengthMs === undefined)
    return fail(machine, frame, {
      kind: 'template',
      message: '"sleep" must give seconds, or a duration such as "90m"',
    });
  sleepUntil(machine, frame, machine.nowMs + lengthMs);
}

/** Waits for an instant; one that has passed is no wait at all. */
export function beginSleepUntil(machine: Machine, frame: StepFrame, { at }: ActionOf<'sleep_until'>): void {
  const given = evaluate(machine, at, placeOf(machine, frame));
  if (given === unknown) return plan(machine, frame, at.source);
  const dueAtMs = readInstant(given);
  if (dueAtMs === undefined)
    return fail(machine, frame, {
      kind: 'template',
      message: '"sleep_until" must give an instant such as "2026-11-30T08:30:00+02:00"',
    });
  sleepUntil(machine, frame, dueAtMs);
}

function sleepUntil(machine: Machine, frame: StepFrame, dueAtMs: number): void {
  if (dueAtMs - machine.nowMs > longestMs)
    return fail(machine, frame, { kind: 'template', message: 'a step sleeps at most 366 days' });
  if (dueAtMs <= machine.nowMs) return succeed(machine, frame, nothing);
  if (machine.draft.dryRun) return plan(machine, frame, new Date(dueAtMs).toISOString());
  noteStep(machine, frame, 'waiting');
  machine.put(withTimer(machine, { ...frame, phase: 'busy' }, { purpose: 'sleep', dueAtMs }));
}

function plan(machine: Machine, frame: StepFrame, args: JsonValue): void {
  machine.emit({ kind: 'Planned', path: frame.key, action: 'sleep', target: 'time', args });
  succeedUnknown(machine, frame);
}

/** Milliseconds of an instant with its offset, or as a number. */
function readInstant(value: JsonValue): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || !isoInstant.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}
