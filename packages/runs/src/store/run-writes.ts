import type { StepperEvent } from '@signalbox/pipeline';
import type { StoreWrite } from '@signalbox/sdk';
import { type Database, preparedRead, preparedWrite } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { EngineTables, RunRow } from './engine-tables.ts';
import { type NamedIds, namedIds } from './named-ids.ts';

/** Who holds a run: what is written under an older epoch is refused. */
export interface Hold {
  readonly id: string;
  readonly epoch: number;
}

/** Columns a holder changes. */
export type RunChange = Partial<
  Pick<
    RunRow,
    | 'status'
    | 'state'
    | 'pending'
    | 'seq'
    | 'attempt'
    | 'available_at'
    | 'is_timed_out'
    | 'error'
    | 'output'
    | 'lease_until'
    | 'finished_at'
    | 'run_as'
  >
>;

/** What must not have changed since it was read: what has come for a run, and how many runs its steps have ordered. */
export interface Unchanged {
  readonly inboxSeq?: number;
  readonly ordered?: number;
}

/** Changes a run as long as it is held, and what is named is as it was. */
export function changeRun(
  database: Database,
  { id, epoch }: Hold,
  change: RunChange,
  unchanged: Unchanged = {},
): StoreWrite {
  return writeChange(database, { ...change, id, epoch, ...unchanged });
}

const writeChange = preparedWrite<EngineTables, RunChange & Hold & Unchanged>(
  (queries, { id, epoch, inboxSeq, ordered, ...change }) =>
    queries
      .updateTable('engine_runs')
      .set(change)
      .where('id', '=', id)
      .where('lease_epoch', '=', epoch)
      .where('finished_at', 'is', null)
      .$if(inboxSeq !== undefined, (query) => query.where('inbox_seq', '=', inboxSeq ?? 0))
      .$if(ordered !== undefined, (query) => query.where('children', '=', ordered ?? 0)),
  1,
);

/** Counts a run that a step of another is about to order, in the same write; stale where that one has ended. */
export const countChild = preparedWrite<EngineTables, { readonly run: string }>(
  (queries, { run }) =>
    queries
      .updateTable('engine_runs')
      .set(({ eb }) => ({ children: eb('children', '+', 1) }))
      .where('id', '=', run)
      .where('finished_at', 'is', null),
  1,
);

/**
 * Keeps hold of runs that are held: one that was laid aside in the same moment stays free for whoever takes it up. Gives those it
 * holds still. Errors: those of the store.
 */
export async function renewLeases(
  database: Database,
  { node, until, holds }: { readonly node: string; readonly until: number; readonly holds: readonly Hold[] },
): Promise<readonly Hold[]> {
  if (holds.length === 0) return [];
  const ids = namedIds(holds);
  await database.together([writeRenewal(database, { node, until, ...ids })]);
  const rows = await readHeld(database, { node, ...ids });
  const epochs = new Map(rows.map(({ id, lease_epoch }) => [id, lease_epoch]));
  return holds.filter(({ id, epoch }) => epochs.get(id) === epoch);
}

const writeRenewal = preparedWrite<EngineTables, { node: string; until: number } & NamedIds>(
  (queries, { node, until, ...ids }) =>
    queries
      .updateTable('engine_runs')
      .set({ lease_until: until })
      .where('id', 'in', Object.values<string>(ids))
      .where('lease_node', '=', node)
      .where('finished_at', 'is', null)
      .where('lease_until', '>', 0),
);

const readHeld = preparedRead(
  (queries: Kysely<EngineTables>, { node, ...ids }: { node: string } & NamedIds) =>
    queries
      .selectFrom('engine_runs')
      .select(['id', 'lease_epoch'])
      .where('id', 'in', Object.values<string>(ids))
      .where('lease_node', '=', node)
      .where('finished_at', 'is', null)
      .where('lease_until', '>', 0),
);

/** Writes down what a run was told. Values that are kept elsewhere are not written twice. */
export function journalEvent(database: Database, run: string, seq: number, event: StepperEvent): StoreWrite {
  const { nowMs } = event;
  const kept = event.kind === 'ValuesLoaded' ? { ...event, values: Object.keys(event.values) } : event;
  return writeJournal(database, { run_id: run, seq, at: nowMs, event: JSON.stringify(kept) });
}

const writeJournal = preparedWrite<EngineTables, { run_id: string; seq: number; at: number; event: string }>(
  (queries, row) => queries.insertInto('engine_journal').values(row),
);

/** What an event settles: its timer, its call, its message in the inbox. */
export function settleEvent(
  database: Database,
  run: string,
  event: StepperEvent,
  messageId: string | undefined,
): readonly StoreWrite[] {
  const writes: StoreWrite[] = [];
  if (event.kind === 'TimerFired') writes.push(forgetTimer(database, { run, name: event.timer }));
  const status = callStatusOf(event);
  if (status !== undefined && 'path' in event && 'attempt' in event) {
    const { path, attempt, nowMs: finishedAt } = event;
    writes.push(writeCallEnd(database, { run, path, attempt, status, finishedAt }));
  }
  if (messageId !== undefined) writes.push(forgetMessage(database, { run, id: messageId }));
  return writes;
}

/** Takes away a timer of a run. */
export const forgetTimer = preparedWrite<EngineTables, { run: string; name: string }>(
  (queries, { run, name }) =>
    queries.deleteFrom('engine_timers').where('run_id', '=', run).where('name', '=', name),
);

const writeCallEnd = preparedWrite<
  EngineTables,
  { run: string; path: string; attempt: number; status: string; finishedAt: number }
>((queries, { run, path, attempt, status, finishedAt }) =>
  queries
    .updateTable('engine_calls')
    .set({ status, finished_at: finishedAt, command: null })
    .where('run_id', '=', run)
    .where('path', '=', path)
    .where('attempt', '=', attempt)
    // One that was given up stays in doubt.
    .where('status', '=', 'intent'),
);

/** Takes a message out of a run's inbox. */
const forgetMessage = preparedWrite<EngineTables, { run: string; id: string }>((queries, { run, id }) =>
  queries.deleteFrom('engine_inbox').where('run_id', '=', run).where('id', '=', id),
);

function callStatusOf(event: StepperEvent): string | undefined {
  const { kind } = event;
  if (kind === 'ToolDone') return 'done';
  if (kind === 'ChildDone') return event.result.status === 'succeeded' ? 'done' : 'failed';
  if (kind === 'ToolFailed') return 'failed';
  return kind === 'InDoubt' ? 'in_doubt' : undefined;
}
