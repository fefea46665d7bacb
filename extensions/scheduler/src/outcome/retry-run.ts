import { type Core, withEngine } from '../core.ts';
import { again } from '../store/again.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import { countsForTask, isFailure } from './note-end.ts';

/**
 * Goes on with a run that failed. The occurrence that made it has no outcome again until the run has ended anew, and a failure that was
 * counted is not any more: however often a run is tried, it counts once. Errors: those of `Engine.retry`, `unsupported`.
 */
export async function retryRun(core: Core, org: string, run: string): Promise<void> {
  const { ordering, stores, clock } = withEngine(core);
  await again(async () => {
    const occurrence = await stores.occurrences.findRun(org, run);
    if (!occurrence || occurrence.outcome === null) return ordering.retry(org, run);
    const task = await stores.tasks.find(org, occurrence.task);
    const uncount =
      task && isCounted(occurrence) && task.row.failures > 0
        ? [stores.tasks.update(task.row, { failures: task.row.failures - 1, updated_at: clock.now() })]
        : [];
    await ordering.retry(org, run, [stores.occurrences.reopen(occurrence), ...uncount]);
  });
}

function isCounted(occurrence: OccurrenceRow): boolean {
  return countsForTask(occurrence) && isFailure(occurrence.outcome);
}
