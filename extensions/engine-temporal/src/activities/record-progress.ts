import type { Finish } from '@signalbox/pipeline';
import {
  commandWrites,
  type Ending,
  type EngineTables,
  endingOf,
  endWrites,
  joinOrderers,
  newsOf,
  noteRun,
  type RunRow,
  settleEvent,
} from '@signalbox/runs';
import { storeStep } from '@signalbox/store';
import type { Progress, Recorded, RunKey } from '../contract.ts';
import type { ActivityParts } from './activity-parts.ts';
import { findOpenRun } from './find-run.ts';

const positionsPerWrite = 10_000;

/**
 * Writes down what a run has done and is about to do, in one write that happens once however often it is asked for. Errors: those of
 * the store.
 */
export async function recordProgress(
  parts: ActivityParts,
  key: RunKey,
  progress: Progress,
): Promise<Recorded> {
  const row = await findOpenRun(parts.database, key);
  if (!row) return { kind: 'over' };
  const finish = progress.commands.find((command): command is Finish => command.kind === 'Finish');
  const { attempt, nowMs: now, random, isTimedOut } = progress;
  const ending = finish && endingOf({ ...row, attempt }, finish, { now, random, isTimedOut });
  if (row.seq < progress.seq) {
    await write(parts, row, progress, ending);
    tell(parts, row, progress, ending);
  }
  if (!ending) return { kind: 'goes-on' };
  if (ending.isOver) return { kind: 'over' };
  const { attempt: next = attempt + 1, available_at: dueAt = now } = ending.change;
  return { kind: 'again', attempt: next, afterMs: Math.max(0, dueAt - now) };
}

/** Errors: `conflict` when it was written in the meantime, or the run has ended: asked again, that is found. */
async function write(
  { database, writeNote }: ActivityParts,
  row: RunRow,
  progress: Progress,
  ending: Ending | undefined,
): Promise<void> {
  const { seq, status, isTimedOut, state, settled, commands, orderers = [], nowMs: now } = progress;
  // Whatever becomes of the run, it stays with its workflow.
  const { lease_until: _free, ...end } = ending?.change ?? {};
  const update = database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set({
      status,
      seq,
      is_timed_out: isTimedOut ? 1 : 0,
      ...(state === undefined ? {} : { state: JSON.stringify(state) }),
      ...joinOrderers(row, orderers),
      ...end,
    })
    .where('id', '=', row.id)
    .where('lease_epoch', '=', row.lease_epoch)
    .where('finished_at', 'is', null)
    .where('seq', '=', seq - 1);
  const news = newsOf(ending, commands);
  await database.together([
    storeStep(update, 1),
    ...settled.flatMap((event) => settleEvent(database, row.id, event, undefined)),
    ...commands.flatMap((command, index) => {
      // Timers are the workflow's own.
      if (command.kind === 'StartTimer' || command.kind === 'CancelTimer') return [];
      const position = seq * positionsPerWrite + index;
      return commandWrites(database, { run: row.id, org: row.org, now, position }, command);
    }),
    ...(ending?.isOver ? endWrites(database, row, now) : []),
    ...(news === undefined ? [] : noteRun(writeNote, row, news, now)),
  ]);
}

function tell(
  { onStatus, look, log }: ActivityParts,
  row: RunRow,
  { commands, status }: Progress,
  ending: Ending | undefined,
): void {
  if (ending) onStatus({ row }, ending.status, ending.error);
  // Who waits again may wait for something else: a question is told of like a status.
  else if (status !== row.status || status === 'waiting') onStatus({ row }, status);
  for (const command of commands)
    if (command.kind === 'Log')
      log[command.level](command.message, {
        run: row.id,
        ...(command.path === undefined ? {} : { step: command.path }),
      });
  // A place may be free, and the run that waited for this one has a letter.
  if (ending) look();
}
