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

/** The runs the steps of a run wait for, and how it stood right before. */
export interface ChildrenSeen {
  readonly open: readonly OpenChild[];
  /** How many it had ordered. */
  readonly ordered: number;
  /** Under which epoch it was held; undefined when it had ended. */
  readonly epoch: number | undefined;
}

/** {@link ChildrenSeen}. Errors: those of the store. */
export async function openChildren(database: Database, run: string): Promise<ChildrenSeen> {
  // The number first: whatever is ordered in between is read, and counted as not seen.
  const [row] = await readStanding(database, { run });
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
  const epoch = row?.finished_at === null ? row.lease_epoch : undefined;
  return { open, ordered: row?.children ?? 0, epoch };
}

/** Only command-writes.ts writes the column of calls that are open; what cannot be read there is known to nobody. */
function readCommand(text: string | null): Command | null {
  try {
    return JSON.parse(text ?? 'null') as Command | null;
  } catch {
    return null;
  }
}

const readStanding = preparedRead((queries: Kysely<EngineTables>, { run }: { run: string }) =>
  queries.selectFrom('engine_runs').select(['children', 'lease_epoch', 'finished_at']).where('id', '=', run),
);
