import { type EngineTables, endByForce, type ForcedEnd, type RunRow, type RunsRoom } from '@signalbox/runs';
import { type Clock, isSignalboxError } from '@signalbox/sdk';
import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { openedRuns } from './handed-over.ts';

/** What runs are compared with. */
export interface CompareParts extends Pick<RunsRoom, 'children' | 'database' | 'onStatus' | 'writeNote'> {
  readonly clock: Clock;
}

const maxAtOnce = 100;

/**
 * Looks what became of the workflows of runs that are open here, a page at a time: a run whose workflow was ended in Temporal itself, or is
 * not known there any more, ends, and says so. Gives the id to go on after; empty at the end. Errors: those of the store and of Temporal.
 */
export async function compareRuns(client: Client, parts: CompareParts, after: string): Promise<string> {
  const rows = await openedRuns(parts.database, after, maxAtOnce);
  for (const row of rows) {
    const end = await endOf(client, row);
    if (end && (await isStillOpen(parts, row))) await endRun(parts, row, end);
  }
  return rows.length < maxAtOnce ? '' : (rows.at(-1)?.id ?? '');
}

/** How a workflow ended without its run; undefined while it goes on. */
async function endOf(client: Client, row: RunRow): Promise<ForcedEnd | undefined> {
  const handle = client.workflow.getHandle(row.workflow ?? row.id);
  try {
    const { status } = await handle.describe();
    switch (status.name) {
      case 'TERMINATED':
        return {
          status: 'canceled',
          error: { kind: 'canceled', message: await reasonOf(client, row, 'terminated') },
        };
      case 'CANCELLED':
        return {
          status: 'canceled',
          error: { kind: 'canceled', message: await reasonOf(client, row, 'canceled') },
        };
      case 'FAILED':
      case 'TIMED_OUT':
        return failed(await reasonOf(client, row, status.name === 'FAILED' ? 'failed' : 'timed out'));
      case 'COMPLETED':
        return failed('its workflow in Temporal has ended without saying how');
      default:
        return undefined;
    }
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return failed(
      `Temporal does not know workflow ${row.workflow} any more; it was wiped, or is not the one the run was begun with`,
    );
  }
}

async function reasonOf(client: Client, { workflow, id }: RunRow, what: string): Promise<string> {
  const text = `its workflow was ${what} in Temporal`;
  try {
    await client.workflow.getHandle(workflow ?? id).result();
    return text;
  } catch (error) {
    const cause = error instanceof WorkflowFailedError ? error.cause : undefined;
    return cause?.message ? `${text}: ${cause.message.slice(0, 500)}` : text;
  }
}

function failed(message: string): ForcedEnd {
  return { status: 'failed', error: { kind: 'connection', message } };
}

/** A workflow tells of the end of its run before it ends, so only one that is open after its end was left. */
async function isStillOpen({ database }: CompareParts, row: RunRow): Promise<boolean> {
  const found = await database
    .queries<EngineTables>()
    .selectFrom('engine_runs')
    .select('id')
    .where('id', '=', row.id)
    .where('lease_epoch', '=', row.lease_epoch)
    .where('workflow', '=', row.workflow)
    .where('finished_at', 'is', null)
    .executeTakeFirst();
  return found !== undefined;
}

async function endRun(parts: CompareParts, row: RunRow, end: ForcedEnd): Promise<void> {
  try {
    await endByForce(parts, row, end);
  } catch (error) {
    if (isSignalboxError(error) && error.code === 'conflict') return;
    throw error;
  }
  parts.onStatus({ row }, end.status, end.error);
}
