import type { StepperState, Value } from '@signalbox/pipeline';
import type { Orderer, StoreWrite } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';
import { readRunAs } from '../store/run-as.ts';
import type { InboxMessage } from '../store/run-inbox.ts';
import { keepValue, wholeValue } from './large-values.ts';
import type { NewEvent } from './new-event.ts';

/** How a run ended that a step waits for, as the stepper is told, and who has ordered what it did. */
export async function childEnd(
  database: Database,
  parent: string,
  { path, attempt, run }: Extract<InboxMessage, { kind: 'child' }>,
): Promise<{
  readonly event: NewEvent;
  readonly writes: readonly StoreWrite[];
  readonly orderers: readonly Orderer[];
}> {
  const row = await database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .select(['status', 'output', 'error', 'run_as', 'state'])
    .where('id', '=', run)
    .executeTakeFirst();
  const called = calledOf(row?.state ?? null);
  const orderers = row ? (readRunAs(row).orderedBy ?? []) : [];
  if (row?.status === 'succeeded') {
    // Only finish-run.ts writes the column.
    const output = await wholeValue(database, run, JSON.parse(row.output ?? '{"json":null}') as Value);
    const { value, writes } = keepValue(database, { run: parent, ref: `${path}#${attempt}` }, output);
    const result = { status: 'succeeded', output: value, ...called } as const;
    return { event: { kind: 'ChildDone', path, attempt, result }, writes, orderers };
  }
  const status = row?.status === 'canceled' ? 'canceled' : 'failed';
  const error = readError(row?.error ?? null, run);
  return {
    event: { kind: 'ChildDone', path, attempt, result: { status, error, ...called } },
    writes: [],
    orderers,
  };
}

/** Who waits for it may undo it. */
function calledOf(text: string | null): { readonly hasCalled?: true } {
  // Only an engine writes the column.
  const state = JSON.parse(text ?? 'null') as StepperState | null;
  if (!state) return {};
  // Of one that was begun before that was noted, or ended in the middle, what it may have called counts.
  const mayHave = state.hasCalled === undefined || state.status === 'running';
  return state.hasCalled || (mayHave && state.usage.calls > 0) ? { hasCalled: true } : {};
}

/** Only a budget outside its pipeline is one to the run that waits, too. */
function readError(text: string | null, run: string): { kind: 'tool_error' | 'budget'; message: string } {
  if (text === null) return { kind: 'tool_error', message: `run ${run}: it is gone` };
  const { message, isOutside } = JSON.parse(text) as { message?: unknown; isOutside?: unknown };
  return { kind: isOutside === true ? 'budget' : 'tool_error', message: `run ${run}: ${String(message)}` };
}
