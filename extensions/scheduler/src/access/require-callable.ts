import {
  type ChildWanted,
  levels,
  principalOfStandIn,
  SignalboxError,
  type StandIn,
  taskInterface,
} from '@signalbox/sdk';
import type { Core } from '../core.ts';
import type { Task } from '../store/task.ts';
import { requirePermission } from './task-access.ts';

/**
 * Throws unless a run may carry out the pipeline of a task with its own rights: one of who it acts for, of who wrote the pipeline that
 * calls it, or of who administers the organization. Anybody else could have their pipeline run with rights they do not have. Errors:
 * `forbidden`.
 */
export async function requireCallable(core: Core, wanted: ChildWanted, { row, runAs }: Task): Promise<void> {
  if (await isTrusted(core, { row, runAs }, wanted.runAs)) return;
  const caller = await authorOf(core, wanted);
  if (caller && isAsWide(runAs, caller)) return;
  throw new SignalboxError(
    'forbidden',
    `the task "${wanted.task.slice(0, 200)}" was written by ${runAs.kind} "${runAs.id}", and a step runs only what was written by who its run acts for, by who wrote its pipeline, or by an administrator`,
  );
}

/** True when what a task does may be done with these rights: its author has them, or administers the organization. */
export async function isTrusted(
  core: Pick<Core, 'directory' | 'policyBook' | 'clock'>,
  { row, runAs }: Pick<Task, 'row' | 'runAs'>,
  rights: StandIn,
): Promise<boolean> {
  return isAsWide(runAs, rights) || doesAdminister(core, runAs, row.id);
}

/** Who wrote the pipeline of the run that calls; undefined when it has none, or has been written anew since. */
async function authorOf(core: Core, { org, parent }: ChildWanted): Promise<StandIn | undefined> {
  const run = await core.engine()?.find(org, parent.run);
  const task = run?.task && (await core.stores.tasks.find(org, run.task.id));
  return task && task.row.version === run?.task?.version ? task.runAs : undefined;
}

/** True for the same one with at least the same rights: what a narrow key writes, a wide one does not run. */
function isAsWide(author: StandIn, other: StandIn): boolean {
  if (author.kind !== other.kind || author.id !== other.id) return false;
  if (levels.indexOf(author.level) < levels.indexOf(other.level)) return false;
  const { scopes } = author;
  return scopes === undefined || (other.scopes?.every((scope) => scopes.includes(scope)) ?? false);
}

async function doesAdminister(
  core: Pick<Core, 'directory' | 'policyBook' | 'clock'>,
  author: StandIn,
  task: string,
): Promise<boolean> {
  const principal = await principalOfStandIn(core.directory(), author, task);
  if (!principal) return false;
  try {
    requirePermission(core, { principal, interface: taskInterface }, 'admin:org');
    return true;
  } catch {
    return false;
  }
}
