import { type Clock, isSignalboxError, type RunError, type RunNote, type WriteNote } from '@signalbox/sdk';
import type { Database } from '@signalbox/store';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import type { ChildRuns } from './child-runs.ts';
import { endByForce } from './end-by-force.ts';

/** A run that nobody had begun, and why it has ended. */
export interface EndedUnbegun {
  readonly row: RunRow;
  readonly error: RunError;
}

/**
 * Ends a run nobody has begun: it has done nothing that could be tidied up after, and need not wait for its turn first. Undefined for one that has
 * begun, or does in this moment. Errors: those of the store.
 */
export async function endUnbegun(
  parts: {
    readonly database: Database;
    readonly clock: Clock;
    readonly children: Pick<ChildRuns, 'stop'>;
    readonly writeNote?: WriteNote<RunNote>;
  },
  id: string,
  reason: string,
): Promise<EndedUnbegun | undefined> {
  const row = await parts.database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where('id', '=', id)
    .where('started_at', 'is', null)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  if (!row) return undefined;
  const error = { kind: 'canceled', message: reason };
  try {
    await endByForce(parts, row, { status: 'canceled', error });
    return { row, error };
  } catch (thrown) {
    if (isSignalboxError(thrown) && thrown.code === 'conflict') return undefined;
    throw thrown;
  }
}
