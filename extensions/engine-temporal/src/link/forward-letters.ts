import { type EngineTables, endByForce, openLetter, type RunsRoom, readLetter } from '@signalbox/runs';
import type { Clock } from '@signalbox/sdk';
import { storeStep } from '@signalbox/store';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { letterSignal, type SignalLetter } from '../contract.ts';

/** What letters are forwarded with. */
export interface ForwardParts extends Pick<RunsRoom, 'children' | 'database' | 'onStatus' | 'writeNote'> {
  readonly clock: Clock;
}

const maxAtOnce = 200;

/**
 * Hands what came for runs to their workflows: at least once, and a workflow reads each once. Resolves to how many were handed over. Errors:
 * those of the store and of Temporal; what was not handed over stays.
 */
export async function forwardLetters(client: Client, parts: ForwardParts): Promise<number> {
  const rows = await parts.database
    .queries<EngineTables>()
    .selectFrom('engine_inbox as letter')
    .innerJoin('engine_runs as run', 'run.id', 'letter.run_id')
    .selectAll('letter')
    .select(['run.workflow', 'run.lease_epoch', 'run.parent', 'run.org', 'run.task_id', 'run.is_dry_run'])
    .where('run.workflow', 'is not', null)
    .where('run.finished_at', 'is', null)
    .orderBy('letter.at')
    .orderBy('letter.id')
    .limit(maxAtOnce)
    .execute();
  let done = 0;
  for (const row of rows) {
    const { workflow, run_id: run } = row;
    const opened = await openLetter(parts.database, run, readLetter(row));
    const handle = client.workflow.getHandle(workflow ?? run);
    if ('forcedEnd' in opened) {
      await handle.terminate(opened.forcedEnd).catch(unlessGone);
      const error = { kind: 'canceled', message: opened.forcedEnd };
      const { lease_epoch, parent, org, task_id, is_dry_run } = row;
      const held = { id: run, lease_epoch, parent, org, task_id, is_dry_run };
      await endByForce(parts, held, { status: 'canceled', error });
      parts.onStatus({ row: held }, 'canceled', error);
      done += 1;
      continue;
    }
    if (opened.writes.length > 0) await parts.database.together(opened.writes);
    const { event, orderers = [] } = opened;
    const letter: SignalLetter = { id: row.id, event, ...(orderers.length > 0 ? { orderers } : {}) };
    // A workflow that is not there is the business of who compares runs and workflows; the letter stays as long as the run.
    if (!(await handle.signal(letterSignal, letter).then(() => true, unlessGone))) continue;
    await forget(parts, run, row.id);
    done += 1;
  }
  return done;
}

function forget({ database }: ForwardParts, run: string, id: string): Promise<void> {
  const remove = database
    .queries<EngineTables>()
    .deleteFrom('engine_inbox')
    .where('run_id', '=', run)
    .where('id', '=', id);
  return database.together([storeStep(remove)]);
}

function unlessGone(error: unknown): false {
  if (error instanceof WorkflowNotFoundError) return false;
  throw error;
}
