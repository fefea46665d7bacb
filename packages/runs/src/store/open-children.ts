import type { Command, StartChild } from '@signalbox/pipeline';
import { type Database, preparedRead } from '@signalbox/store';
import type { Kysely } from 'kysely';
import type { EngineTables } from './engine-tables.ts';

/** A run that a step has ordered, or is about to. */
export interface OpenChild {
  readonly command: StartChild;
  /** When that was written down. */
  readonly intentAt: number;
}

/** The runs the steps of a run wait for, and how many it had ordered when this was read. Errors: those of the store. */
export async function openChildren(
  database: Database,
  run: string,
): Promise<{ readonly ordered: number; readonly open: readonly OpenChild[] }> {
  // The number first: whatever is ordered in between is read, and counted as not seen.
  const [row] = await readOrdered(database, { run });
  const calls = await database
    .queries<EngineTables>()
    .selectFrom('engine_calls')
    .select(['command', 'intent_at'])
    .where('run_id', '=', run)
    .where('status', '=', 'intent')
    .execute();
  const open = calls.flatMap(({ command, intent_at: intentAt }) => {
    const given = readCommand(command);
    return given?.kind === 'StartChild' ? [{ command: given, intentAt }] : [];
  });
  return { ordered: row?.children ?? 0, open };
}

/** Only command-writes.ts writes the column of calls that are open; what cannot be read there is known to nobody. */
function readCommand(text: string | null): Command | null {
  try {
    return JSON.parse(text ?? 'null') as Command | null;
  } catch {
    return null;
  }
}

const readOrdered = preparedRead((queries: Kysely<EngineTables>, { run }: { run: string }) =>
  queries.selectFrom('engine_runs').select('children').where('id', '=', run),
);
