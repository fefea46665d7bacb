import type { Orderer } from '@signalbox/sdk';
import { type Core, withEngine } from '../core.ts';
import { again } from '../store/again.ts';
import type { OccurrenceRow } from '../store/scheduler-tables.ts';
import { countsForTask, isFailure } from './note-end.ts';

/**
 * Goes on with a run that failed. The occurrence that made it has no outcome again until the run has ended anew, and a failure that was
 * counted is not any more: however often a run is tried, it counts once. What it does then `orderers` have ordered, too. Errors: those of `Engine.retry`, `unsupported`.
 */
export async function retryRun(
  core: Core,
  org: string,
  run: string,
  orderers: readonly Orderer[],
): Promise<void> {
  const { ordering, stores } = withEngine(core);
  await again(core, async () => {
    const occurrence = await stores.occurrences.findRun(org, run);
    if (!occurrence || occurrence.outcome === null) return ordering.retry(org, run, { orderers });
    const task = await stores.tasks.find(org, occurrence.task);
    const uncount =
      task && isCounted(occurrence) && task.row.failures > 0 ? [stores.tasks.uncountFailure(task.row)] : [];
    const also = [stores.occurrences.reopen(occurrence), ...uncount];
    await ordering.retry(org, run, { orderers, also });
  });
}

function isCounted(occurrence: OccurrenceRow): boolean {
  return countsForTask(occurrence) && isFailure(occurrence.outcome);
}
