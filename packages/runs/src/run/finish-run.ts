import type { Finish } from '@signalbox/pipeline';
import type { RunError, RunNote, StoreWrite } from '@signalbox/sdk';
import { type Database, preparedWrite, storeStep } from '@signalbox/store';
import { sql } from 'kysely';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import type { RunChange } from '../store/run-writes.ts';

/** How a run goes on after its stepper has finished. */
export interface Ending {
  readonly status: RunNote['status'];
  /** False when another attempt comes. */
  readonly isOver: boolean;
  readonly change: RunChange;
  readonly error?: RunError;
}

const firstBackoffMs = 5_000;
const longestBackoffMs = 300_000;

/** What becomes of a run: its end, or its next attempt after a while. */
export function endingOf(
  row: Pick<RunRow, 'max_retries' | 'attempt' | 'backoff'>,
  finish: Finish,
  {
    now,
    random,
    isTimedOut,
  }: { readonly now: number; readonly random: number; readonly isTimedOut: boolean },
): Ending {
  const error = finish.error && toRunError(finish);
  if (finish.isResumable && row.attempt <= row.max_retries) {
    const change = {
      status: 'waiting',
      attempt: row.attempt + 1,
      available_at: now + backoffMs(row, random),
      error: error ? JSON.stringify(error) : null,
      lease_until: 0,
    };
    return { status: 'waiting', isOver: false, change, ...(error ? { error } : {}) };
  }
  // Said by the engine of runs that were told to end before the stepper was told why.
  const status = isTimedOut && finish.status === 'canceled' ? 'timed_out' : finish.status;
  const change = {
    status,
    output: JSON.stringify(finish.output),
    error: error ? JSON.stringify({ ...error, isOutside: finish.error?.isOutside }) : null,
    finished_at: now,
    lease_until: 0,
  };
  return { status, isOver: true, change, ...(error ? { error } : {}) };
}

/** What goes with a run that has ended: what it waited for, and its place. One that is known never to have waited has left nothing but letters. */
export function endWrites(
  database: Database,
  row: Pick<RunRow, 'id' | 'parent'> & Partial<Pick<RunRow, 'slot_key'>>,
  now: number,
  hasWaited = true,
): readonly StoreWrite[] {
  const run = row.id;
  return [
    ...(hasWaited ? forgetWaits.map((forget) => forget(database, { run })) : []),
    forgetLetters(database, { run }),
    ...(row.slot_key === null ? [] : [forgetSlot(database, { run })]),
    ...tellParent(database, row, now),
  ];
}

const forgetWaits = [
  forgetRowsOf('engine_timers'),
  forgetRowsOf('engine_waits'),
  forgetRowsOf('engine_questions'),
];
const forgetLetters = forgetRowsOf('engine_inbox');
const forgetSlot = forgetRowsOf('engine_slots');

function forgetRowsOf(
  table: 'engine_timers' | 'engine_waits' | 'engine_questions' | 'engine_inbox' | 'engine_slots',
): (database: Database, values: { readonly run: string }) => StoreWrite {
  return preparedWrite<EngineTables, { readonly run: string }>((queries, { run }) =>
    queries.deleteFrom(table).where('run_id', '=', run),
  );
}

/** The run that waits for the end of this one is told in the same write. */
function tellParent(
  database: Database,
  { id, parent }: Pick<RunRow, 'id' | 'parent'>,
  now: number,
): readonly StoreWrite[] {
  const waiting = readParent(parent);
  if (!waiting) return [];
  const { run, path, attempt } = waiting;
  const queries = database.queries<EngineTables>();
  const message = JSON.stringify({ kind: 'child', path, attempt, run: id });
  // The run first, as for every letter; one that has ended gets none, which nobody would take out again.
  const wake = queries
    .updateTable('engine_runs')
    .set(({ eb }) => ({ inbox_seq: eb('inbox_seq', '+', 1), available_at: now }))
    .where('id', '=', run)
    .where('finished_at', 'is', null);
  const insert = queries
    .insertInto('engine_inbox')
    .columns(['run_id', 'id', 'at', 'message'])
    .expression((eb) =>
      eb
        .selectFrom('engine_runs')
        .select([
          'id as run_id',
          sql<string>`cast(${`child:${id}`} as text)`.as('id'),
          sql<number>`cast(${now} as bigint)`.as('at'),
          sql<string>`cast(${message} as text)`.as('message'),
        ])
        .where('engine_runs.id', '=', run)
        .where('finished_at', 'is', null),
    )
    .onConflict((conflict) => conflict.doNothing());
  return [storeStep(wake), storeStep(insert)];
}

/** Id of the run that waits for the end of another. */
export function parentOf({ parent }: Pick<RunRow, 'parent'>): string | undefined {
  return readParent(parent)?.run;
}

function readParent(parent: string | null): { run: string; path: string; attempt: number } | undefined {
  // Only an order writes the column.
  return parent === null ? undefined : (JSON.parse(parent) as { run: string; path: string; attempt: number });
}

function toRunError({ error }: Finish): RunError {
  return {
    kind: error?.kind ?? 'tool_error',
    message: error?.message ?? '',
    ...(error?.path === undefined ? {} : { step: error.path }),
  };
}

/** How long until the next attempt: from 5 s up to 5 minutes, as the strategy says; full jitter unless it says otherwise. */
function backoffMs({ attempt, backoff }: Pick<RunRow, 'attempt' | 'backoff'>, random: number): number {
  if (backoff === 'fixed') return firstBackoffMs;
  if (backoff === 'linear') return Math.min(longestBackoffMs, firstBackoffMs * attempt);
  const grown = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1));
  return backoff === 'exponential' ? grown : Math.round(grown * random);
}
