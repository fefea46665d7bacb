import type { Schedule } from '@signalbox/schedule';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { NextFields } from './next-fields.ts';

/** What of a task says when it is fired next, and how it is snoozed. */
export type SnoozeFields = Pick<TaskRow, 'next_at' | 'snoozed_until' | 'snooze_shifts'>;

/** The next time is fired then. */
export function shiftTo(untilMs: number): SnoozeFields {
  return { next_at: untilMs, snoozed_until: untilMs, snooze_shifts: 1 };
}

/** Nothing is fired before an instant. Without a time after it, the next one is fired at its end instead of never. */
export function silentUntil(schedule: Schedule, nextNominalMs: number, untilMs: number): SnoozeFields {
  const first = schedule.next(Math.max(untilMs, nextNominalMs) - 1);
  return first ? { next_at: first.fireAtMs, snoozed_until: untilMs, snooze_shifts: 0 } : shiftTo(untilMs);
}

/** The next time by another schedule, with the snooze there is; without one that is over, or that is for nothing any more. */
export function keepSnooze(
  next: NextFields,
  { snoozed_until: untilMs, snooze_shifts: shifts, snooze_reason }: TaskRow,
  { schedule, nowMs }: { readonly schedule: Schedule; readonly nowMs: number },
): NextFields {
  if (untilMs === null || untilMs <= nowMs) return next;
  if (next.next_at === null || next.next_nominal === null)
    return { ...next, snoozed_until: untilMs, snooze_reason };
  const isShift = shifts === 1 && next.next_at < untilMs;
  const fields = isShift ? shiftTo(untilMs) : silentUntil(schedule, next.next_nominal, untilMs);
  return { ...next, ...fields, snooze_reason };
}
