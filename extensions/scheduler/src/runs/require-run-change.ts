import { findRefusal, firstPolicy } from '@signalbox/policy';
import { type RunView, SignalboxError, type Viewer } from '@signalbox/sdk';
import type { WayIn } from '../wire/way-in.ts';

type Asked = Pick<WayIn, 'tasks' | 'policyBook' | 'clock'>;

/**
 * Throws unless somebody may try a run again, which does something with the rights it has: whose rights these are, who administers the
 * organization, and who may change its task where the task itself has them. Errors: those of `Scheduler.requireChange`.
 */
export async function requireRunRetry(wayIn: Asked, viewer: Viewer, run: RunView): Promise<void> {
  wayIn.tasks.requirePermission(viewer, 'tasks:write');
  if (isOwn(viewer, run) || isAdministrator(wayIn, viewer)) return;
  if (!run.task) throw notYours();
  await wayIn.tasks.requireChange(viewer, run.task.id);
  const { run_as: rights } = await wayIn.tasks.get(viewer, run.task.id);
  if (rights.kind !== run.runAs.kind || rights.id !== run.runAs.id) throw notYours();
}

/**
 * Throws unless somebody may end or answer a run: who may change its task; of a run without one whose rights it has, and who
 * administers the organization. Errors: those of `Scheduler.requireChange`.
 */
export async function requireRunChange(wayIn: Asked, viewer: Viewer, run: RunView): Promise<void> {
  wayIn.tasks.requirePermission(viewer, 'tasks:write');
  if (isAdministrator(wayIn, viewer)) return;
  if (run.task) return wayIn.tasks.requireChange(viewer, run.task.id);
  if (!isOwn(viewer, run)) throw notYours();
}

function isOwn({ principal: { kind, id, onBehalfOf } }: Viewer, { runAs }: RunView): boolean {
  return !onBehalfOf && kind === runAs.kind && id === runAs.id;
}

function notYours(): SignalboxError {
  return new SignalboxError(
    'forbidden',
    'this run has the rights of somebody else; they, or an administrator of the organization, may do this',
  );
}

function isAdministrator({ policyBook, clock }: Asked, { principal, interface: through }: Viewer): boolean {
  const policy = policyBook()?.of(principal.org) ?? firstPolicy;
  const wanted = { permission: 'admin:org', minLevel: 'trusted' } as const;
  return findRefusal(policy, { principal, through, atMs: clock.now() }, wanted) === undefined;
}
