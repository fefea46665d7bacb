import type { StepperEvent } from '@signalbox/pipeline';
import type { StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { EngineTables, RunRow } from './engine-tables.ts';

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
  >
>;

/** Changes a run as long as it is held, and, where `inboxSeq` is given, nothing has come for it since. */
export function changeRun(
  database: Database,
  { id, epoch }: Hold,
  change: RunChange,
  inboxSeq?: number,
): StoreWrite {
  const update = database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set(change)
    .where('id', '=', id)
    .where('lease_epoch', '=', epoch)
    .where('finished_at', 'is', null)
    .$if(inboxSeq !== undefined, (query) => query.where('inbox_seq', '=', inboxSeq ?? 0));
  return storeStep(update, 1);
}

/** Keeps hold of a run that is held: one that was laid aside in the same moment stays free for whoever takes it up. */
export function renewLease(database: Database, { id, epoch }: Hold, until: number): StoreWrite {
  const update = database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set({ lease_until: until })
    .where('id', '=', id)
    .where('lease_epoch', '=', epoch)
    .where('finished_at', 'is', null)
    .where('lease_until', '>', 0);
  return storeStep(update, 1);
}

/** Writes down what a run was told. Values that are kept elsewhere are not written twice. */
export function journalEvent(database: Database, run: string, seq: number, event: StepperEvent): StoreWrite {
  const { nowMs } = event;
  const kept = event.kind === 'ValuesLoaded' ? { ...event, values: Object.keys(event.values) } : event;
  const row = { run_id: run, seq, at: nowMs, event: JSON.stringify(kept) };
  return storeStep(database.queries<EngineTables>().insertInto('engine_journal').values(row));
}

/** What an event settles: its timer, its call, its message in the inbox. */
export function settleEvent(
  database: Database,
  run: string,
  event: StepperEvent,
  messageId: string | undefined,
): readonly StoreWrite[] {
  const queries = database.queries<EngineTables>();
  const writes: StoreWrite[] = [];
  if (event.kind === 'TimerFired')
    writes.push(
      storeStep(
        queries.deleteFrom('engine_timers').where('run_id', '=', run).where('name', '=', event.timer),
      ),
    );
  const status = callStatusOf(event);
  if (status !== undefined && 'path' in event && 'attempt' in event)
    writes.push(
      storeStep(
        queries
          .updateTable('engine_calls')
          .set({ status, finished_at: event.nowMs, command: null })
          .where('run_id', '=', run)
          .where('path', '=', event.path)
          .where('attempt', '=', event.attempt)
          // One that was given up stays in doubt.
          .where('status', '=', 'intent'),
      ),
    );
  if (messageId !== undefined) writes.push(forgetMessage(database, run, messageId));
  return writes;
}

/** Takes a message out of a run's inbox. */
function forgetMessage(database: Database, run: string, id: string): StoreWrite {
  const queries = database.queries<EngineTables>();
  return storeStep(queries.deleteFrom('engine_inbox').where('run_id', '=', run).where('id', '=', id));
}

function callStatusOf(event: StepperEvent): string | undefined {
  const { kind } = event;
  if (kind === 'ToolDone') return 'done';
  if (kind === 'ChildDone') return event.result.status === 'succeeded' ? 'done' : 'failed';
  if (kind === 'ToolFailed') return 'failed';
  return kind === 'InDoubt' ? 'in_doubt' : undefined;
}
