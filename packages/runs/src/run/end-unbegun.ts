import { isSignalboxError, type RunError } from '@signalbox/sdk';
import type { EngineTables, RunRow } from '../store/engine-tables.ts';
import { type EndingParts, endByForce } from './end-by-force.ts';

/** One that has not begun has ordered no others; those of one that begins in this moment are not to be ended by force. */
const none = { stop: () => Promise.resolve() };

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
  parts: Omit<EndingParts, 'children'>,
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
    await endByForce({ ...parts, children: none }, row, { status: 'canceled', error });
    return { row, error };
  } catch (thrown) {
    if (isSignalboxError(thrown) && thrown.code === 'conflict') return undefined;
    throw thrown;
  }
}
