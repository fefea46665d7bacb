import type { StartChild } from '@signalbox/pipeline';
import { callingOf, failedChild, type NewEvent, openClaimed } from '@signalbox/runs';
import { toSignalboxError } from '@signalbox/sdk';
import type { RunKey } from '../contract.ts';
import type { ActivityParts } from './activity-parts.ts';
import { findOpenRun } from './find-run.ts';

/** Orders the run of a step; asked again it is the same run. Gives what the step is told when there can be none. */
export async function startChild(
  { database, plans, children }: ActivityParts,
  key: RunKey,
  command: StartChild,
  intentAt: number,
): Promise<NewEvent | null> {
  const row = await findOpenRun(database, key);
  if (!row) return null;
  try {
    await children.start(callingOf(await openClaimed(database, plans, row)), row, command, intentAt);
    return null;
  } catch (thrown) {
    const error = toSignalboxError(thrown);
    if (error.code === 'store_failed') throw error;
    return failedChild(command, thrown);
  }
}
