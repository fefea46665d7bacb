import type { StoreWrite } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { Task } from '../store/task.ts';
import type { TaskUpdate } from '../store/task-store.ts';

/** Makes a task one that is never due again. */
export function completed(reason: string): TaskUpdate {
  return { status: 'completed', status_reason: reason, next_at: null, next_nominal: null, next_local: null };
}

/** Why there are no more runs of a task that has had as many as it may; undefined as long as it has not. */
export function spentReason(
  { max_runs: most }: Pick<Task['definition'], 'max_runs'>,
  runCount: number,
): string | undefined {
  return most === undefined || runCount < most ? undefined : `it has had its ${runCount} runs`;
}

/** Why what waits at a task is not run, where a write completes it. */
export function whyCompleted({ status, status_reason: reason }: TaskUpdate): string | undefined {
  return status === 'completed' ? `the task is completed: ${reason}` : undefined;
}

/** Skips the event that waits at a task for a reason, where there is one, unless the same write decides it. */
export async function skipWaiting(
  { stores, clock }: Core,
  { row }: Task,
  { reason, decided = [] }: { readonly reason: string | undefined; readonly decided?: readonly string[] },
): Promise<readonly StoreWrite[]> {
  if (reason === undefined) return [];
  const waiting = await stores.occurrences.findWaiting(row.org, row.id);
  if (!waiting || decided.includes(waiting.id)) return [];
  return [stores.occurrences.decide({ ...waiting, status: 'skipped', reason, decided_at: clock.now() })];
}
