import type { Schedule } from '@signalbox/schedule';
import type { Core } from '../core.ts';
import type { TaskRow } from '../store/scheduler-tables.ts';
import type { TaskUpdate } from '../store/task-store.ts';

/** What makes a task active again: the time that is due is the one from before, and what has passed since is up to `catchup`. */
export async function dueAgain(
  { stores, clock }: Core,
  row: TaskRow,
  schedule: Schedule,
): Promise<TaskUpdate> {
  const active = { status: 'active', status_reason: null };
  if (schedule.kind === 'event') {
    const waits = await stores.occurrences.findWaiting(row.org, row.id);
    return { ...active, next_at: waits ? Math.max(clock.now(), row.snoozed_until ?? 0) : null };
  }
  const next = schedule.next(lastDecided(row, clock.now()));
  if (next)
    return { ...active, next_at: next.fireAtMs, next_nominal: next.nominalAtMs, next_local: next.local };
  return {
    status: 'completed',
    status_reason: 'its schedule has no more times',
    next_at: null,
    next_nominal: null,
  };
}

/** No time is known of a task in whose schedule none was found: everything up to then had been decided, and nothing was due since. */
function lastDecided({ next_nominal: nominal }: TaskRow, nowMs: number): number {
  return nominal === null ? nowMs : nominal - 1;
}
