import type { EngineTables, RunRow } from '@signalbox/runs';
import type { Database } from '@signalbox/store';
import type { RunKey } from '../contract.ts';

/** The row of a run; undefined when it has ended, is gone, or was handed to another workflow since. */
export function findOpenRun(database: Database, { run, epoch }: RunKey): Promise<RunRow | undefined> {
  return database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where('id', '=', run)
    .where('lease_epoch', '=', epoch)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
}
