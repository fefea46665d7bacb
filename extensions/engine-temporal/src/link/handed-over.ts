import { changeRun, type EngineTables, type RunRow } from '@signalbox/runs';
import type { StoreWrite } from '@signalbox/sdk';
import { type Database, storeStep } from '@signalbox/store';
import type { RunKey } from '../contract.ts';

/** Nobody here takes a run that Temporal has. */
const never = 8_640_000_000_000_000;
/** Who holds a run that its workflow has been seen with. */
const opened = 'temporal';

/** Id of the workflow of a run. A run that is tried again by hand has another. */
export function workflowIdOf({ id, attempt }: Pick<RunRow, 'id' | 'attempt'>): string {
  return attempt === 1 ? id : `${id}/${attempt}`;
}

/** Id of the run of a workflow. */
export function runOfWorkflow(workflow: string): string {
  return workflow.replace(/\/.*$/, '');
}

/** The writes by which a claimed run becomes one of Temporal, before its workflow is started. */
export function handOver(
  database: Database,
  row: Pick<RunRow, 'id' | 'attempt' | 'lease_epoch'>,
): readonly StoreWrite[] {
  const mark = database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set({ workflow: workflowIdOf(row) })
    .where('id', '=', row.id);
  const hold = { id: row.id, epoch: row.lease_epoch };
  return [changeRun(database, hold, { lease_until: never }), storeStep(mark)];
}

/** Says that the workflow of a run was there: from now on, one that is not to be found is lost. */
export function markOpened(database: Database, { run, epoch }: RunKey) {
  return database
    .queries<EngineTables>()
    .updateTable('engine_runs')
    .set({ lease_node: opened })
    .where('id', '=', run)
    .where('lease_epoch', '=', epoch);
}

/** Runs that were handed over, and no workflow has been seen with. */
export function unopenedRuns(database: Database, limit: number): Promise<readonly RunRow[]> {
  return database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where('workflow', 'is not', null)
    .where('finished_at', 'is', null)
    .where('lease_node', '!=', opened)
    .orderBy('priority')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Runs that workflows have been seen with, in the order of their ids. */
export function openedRuns(database: Database, after: string, limit: number): Promise<readonly RunRow[]> {
  return database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .selectAll()
    .where('workflow', 'is not', null)
    .where('finished_at', 'is', null)
    .where('lease_node', '=', opened)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute();
}
