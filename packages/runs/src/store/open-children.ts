import type { Command, StartChild } from '@signalbox/pipeline';
import type { Database } from '@signalbox/store';
import type { EngineTables } from './engine-tables.ts';

/** A run that a step has ordered, or is about to. */
export interface OpenChild {
  readonly command: StartChild;
  /** When that was written down. */
  readonly intentAt: number;
}

/** The runs the steps of a run wait for. Errors: those of the store. */
export async function openChildren(database: Database, run: string): Promise<readonly OpenChild[]> {
  const calls = await database
    .queries<EngineTables>()
    .selectFrom('engine_calls')
    .select(['command', 'intent_at'])
    .where('run_id', '=', run)
    .where('status', '=', 'intent')
    .execute();
  return calls.flatMap(({ command, intent_at: intentAt }) => {
    // Only command-writes.ts writes the column of calls that are open.
    const given = JSON.parse(command ?? 'null') as Command | null;
    return given?.kind === 'StartChild' ? [{ command: given, intentAt }] : [];
  });
}
