import {
  changeRun,
  endBrokenRun,
  endByForce,
  type ForcedEnd,
  isInTheMiddle,
  openClaimed,
  type RunRow,
  startedEvent,
} from '@signalbox/runs';
import { isSignalboxError } from '@signalbox/sdk';
import { storeStep } from '@signalbox/store';
import type { OpenedRun, RunKey } from '../contract.ts';
import { markOpened } from '../link/handed-over.ts';
import type { ActivityParts } from './activity-parts.ts';
import { findOpenRun } from './find-run.ts';

/** Reads what a run is made of. One that nobody can make sense of fails. Errors: those of the store. */
export async function openRun(parts: ActivityParts, key: RunKey): Promise<OpenedRun> {
  const { database, onStatus } = parts;
  const row = await findOpenRun(database, key);
  if (!row) return { kind: 'gone' };
  // A state Temporal did not give: it keeps only those of attempts that have ended.
  if (isInTheMiddle(row)) {
    await endByForce(parts, row, begunElsewhere);
    onStatus({ row }, begunElsewhere.status, begunElsewhere.error);
    return { kind: 'gone' };
  }
  try {
    const opened = await readRun(parts, row);
    const hold = { id: key.run, epoch: key.epoch };
    await database.together([
      changeRun(database, hold, { status: 'running' }),
      storeStep(markOpened(database, key)),
    ]);
    onStatus({ row }, 'running');
    return opened;
  } catch (error) {
    if (!isSignalboxError(error) || error.code === 'store_failed') throw error;
    const said = await endBrokenRun(parts, row, error);
    if (said) onStatus({ row }, 'failed', said);
    return { kind: 'gone' };
  }
}

const begunElsewhere: ForcedEnd = {
  status: 'failed',
  error: {
    kind: 'in_doubt',
    message: 'the hub was carrying the run out itself when the engine was changed to Temporal',
  },
};

async function readRun(
  { database, plans, caller, tidyUpMs }: ActivityParts,
  row: RunRow,
): Promise<OpenedRun> {
  const run = await openClaimed(database, plans, row);
  return {
    kind: 'open',
    definition: run.definition,
    started: await startedEvent({ caller, tidyUpMs }, run),
    seq: row.seq,
    ...(row.timeout_ms === null ? {} : { timeoutMs: row.timeout_ms }),
    ...(run.state === undefined ? {} : { state: run.state }),
  };
}
