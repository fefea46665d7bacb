import type { CallTool } from '@signalbox/pipeline';
import { type EngineTables, isStale, noteRun, type RunRow } from '@signalbox/runs';
import { type ApprovalChannel, SignalboxError } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { ActivityParts } from './activity-parts.ts';

type Place = Pick<CallTool, 'path' | 'attempt'>;
type BeginningParts = Pick<ActivityParts, 'database' | 'clock' | 'writeNote' | 'onStatus'>;

/** What keeps a call from being made twice. */
export interface CallBeginning {
  /** Told how far the call has come. */
  readonly channel: ApprovalChannel;
  /** True when its target may have heard of it. */
  readonly hasBegun: () => boolean;
  /** Why it was not made here; undefined when it was, or never came so far. */
  readonly problem: () => 'begun before' | Error | undefined;
}

/**
 * Notes that a call is about to be made, right before it is; the first who does makes it. Temporal may say that somebody has taken a call up
 * who never got to hear of it, and gives it to somebody else after a while; only what was begun is in doubt then. While a call waits for
 * somebody's approval that is noted instead, and its run is shown as waiting when all its calls do.
 */
export function beginningOf(parts: BeginningParts, row: RunRow, call: Place): CallBeginning {
  const { database, clock } = parts;
  let hasBegun = false;
  let hasWaited = false;
  let problem: 'begun before' | Error | undefined;
  return {
    hasBegun: () => hasBegun,
    problem: () => problem,
    channel: {
      waits: async (approval) => {
        await unbegun(database, row.id, call).set({ approval }).execute();
        hasWaited = true;
        await showWaiting(parts, row);
      },
      begins: async () => {
        if (hasBegun) return;
        try {
          const begun = { begun_at: clock.now(), approval: null };
          const { numUpdatedRows } = await unbegun(database, row.id, call)
            .set(begun)
            .executeTakeFirstOrThrow();
          hasBegun = numUpdatedRows === 1n;
          if (!hasBegun) problem = 'begun before';
        } catch (error) {
          problem = error instanceof Error ? error : new Error(String(error));
        }
        if (!hasBegun) throw new SignalboxError('conflict', 'the call was begun before, or cannot be noted');
        if (hasWaited) await showRunning(parts, row);
      },
    },
  };
}

/** A run all of whose calls wait for approvals waits, to those who look at it and to those who are told. */
async function showWaiting(
  { database, clock, writeNote, onStatus }: BeginningParts,
  row: RunRow,
): Promise<void> {
  const update = shown(database, row, 'running')
    .set({ status: 'waiting' })
    .where((where) =>
      where.not(
        where.exists(
          where
            .selectFrom('engine_calls')
            .select('engine_calls.path')
            .where('engine_calls.run_id', '=', row.id)
            .where('engine_calls.status', '=', 'intent')
            .where('engine_calls.approval', 'is', null),
        ),
      ),
    );
  try {
    await database.together([storeStep(update, 1), ...noteRun(writeNote, row, 'waiting', clock.now())]);
  } catch (error) {
    // Other calls of it are under way, or it is shown so already.
    if (isStale(error)) return;
    throw error;
  }
  onStatus({ row }, 'waiting');
}

/** The call is noted as begun by now, so it is made whatever becomes of this. */
async function showRunning({ database, onStatus }: BeginningParts, row: RunRow): Promise<void> {
  const { numUpdatedRows } = await shown(database, row, 'waiting')
    .set({ status: 'running' })
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 1n) onStatus({ row }, 'running');
}

function shown(database: Database, { id, lease_epoch: epoch }: RunRow, status: string) {
  return database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .where('id', '=', id)
    .where('lease_epoch', '=', epoch)
    .where('finished_at', 'is', null)
    .where('status', '=', status);
}

function unbegun(database: Database, run: string, { path, attempt }: Place) {
  return database
    .queries<EngineTables>()
    .updateTable('engine_calls')
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    .where('status', '=', 'intent')
    .where('begun_at', 'is', null);
}
