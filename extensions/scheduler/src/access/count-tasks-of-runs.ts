import { SignalboxError, type StandIn, type StoreWrite } from '@signalbox/sdk';
import type { Core } from '../core.ts';

const hourMs = 3_600_000;

/**
 * Counts a task that a run makes, in the write that makes it, so that agents that schedule themselves have an end. Errors:
 * `rate_limited` when the runs of this person have made as many as they may in this hour.
 */
export async function countTaskOfRun(
  { stores, settings, clock }: Pick<Core, 'stores' | 'settings' | 'clock'>,
  { org, kind, id }: StandIn,
): Promise<StoreWrite> {
  const name = `tasks of runs of ${kind} ${id}`;
  const seen = await stores.guards.readCounter(org, name);
  const nowMs = clock.now();
  const isFresh = seen !== undefined && nowMs - seen.since < hourMs && seen.since <= nowMs;
  const count = (isFresh ? seen.count : 0) + 1;
  if (count > settings.maxTasksOfRunsPerHour)
    throw new SignalboxError(
      'rate_limited',
      `the runs of ${kind} "${id}" have made ${settings.maxTasksOfRunsPerHour} tasks in an hour (scheduler.maxTasksOfRunsPerHour); make no task in a run that comes again, or wait`,
    );
  return stores.guards.writeCounter({ org, name, since: isFresh ? seen.since : nowMs, count }, seen);
}
