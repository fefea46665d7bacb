import type { StartChild } from '@signalbox/pipeline';
import {
  callingOf,
  failedChild,
  isStoreError,
  type NewEvent,
  openChildren,
  openClaimed,
} from '@signalbox/runs';
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
    const wish = { command, intentAt, mayBeThere: true };
    await children.start(callingOf(await openClaimed(database, plans, row)), row, wish);
    return null;
  } catch (thrown) {
    if (isStoreError(thrown)) throw thrown;
    return failedChild(command, thrown);
  }
}

/** So long a run that is told to stop may take to be ordered. */
const orderedWithinMs = 600_000;

/**
 * Asks the run of a step to end; its end is told as that of any other. Errors: those of the store, and one while it is still being
 * ordered: asked again, it is there, or its step was told that there can be none.
 */
export async function stopChild(
  { database, children, clock }: ActivityParts,
  { run }: RunKey,
  { path, attempt }: Pick<StartChild, 'path' | 'attempt'>,
): Promise<void> {
  const { open } = await openChildren(database, run);
  for (const child of open)
    if (child.command.path === path && child.command.attempt === attempt) {
      const isLate = clock.now() - child.intentAt > orderedWithinMs;
      if (!isLate && !(await children.isThere(run, child))) throw new Error('the run is not ordered yet');
      await children.stop(run, child, false);
    }
}
