import type { Occurrence } from '@signalbox/schedule';
import type { TaskRow } from '../store/scheduler-tables.ts';

/** When a task is due next, as it is written. */
export type NextFields = Pick<
  TaskRow,
  | 'next_at'
  | 'next_nominal'
  | 'next_local'
  | 'tz_version'
  | 'snoozed_until'
  | 'snooze_shifts'
  | 'snooze_reason'
  | 'gap_reason'
>;

/** A next time without snooze; none where there is no more. */
export function nextFields(next: Occurrence | undefined, zoneData: string): NextFields {
  return {
    next_at: next?.fireAtMs ?? null,
    next_nominal: next?.nominalAtMs ?? null,
    next_local: next?.local ?? null,
    tz_version: zoneData,
    snoozed_until: null,
    snooze_shifts: 0,
    snooze_reason: null,
    gap_reason: null,
  };
}
