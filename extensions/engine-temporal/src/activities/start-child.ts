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

/** Asks the run of a step to end; its end is told as that of any other. Errors: those of the store. */
export async function stopChild(
  { database, children }: ActivityParts,
  { run }: RunKey,
  { path, attempt }: Pick<StartChild, 'path' | 'attempt'>,
): Promise<void> {
  const open = await openChildren(database, run);
  for (const child of open)
    if (child.command.path === path && child.command.attempt === attempt)
      await children.stop(run, child, false);
}
