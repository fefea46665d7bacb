import { findRefusal, firstPolicy } from '@signalbox/policy';
import { type RunView, SignalboxError, type Viewer } from '@signalbox/sdk';
import type { WayIn } from '../wire/way-in.ts';

type Asked = Pick<WayIn, 'tasks' | 'policyBook' | 'clock'>;

/**
 * Throws unless somebody may end, retry or answer a run: who may change its task; of a run without one whose rights it has, and who
 * administers the organization. Errors: those of `Scheduler.requireChange`.
 */
export async function requireRunChange(wayIn: Asked, viewer: Viewer, run: RunView): Promise<void> {
  wayIn.tasks.requirePermission(viewer, 'tasks:write');
  if (isAdministrator(wayIn, viewer)) return;
  if (run.task) return wayIn.tasks.requireChange(viewer, run.task.id);
  const { kind, id, onBehalfOf } = viewer.principal;
  if (!onBehalfOf && kind === run.runAs.kind && id === run.runAs.id) return;
  throw new SignalboxError(
    'forbidden',
    'this run has the rights of somebody else; they, or an administrator of the organization, may do this',
  );
}

function isAdministrator({ policyBook, clock }: Asked, { principal, interface: through }: Viewer): boolean {
  const policy = policyBook()?.of(principal.org) ?? firstPolicy;
  const wanted = { permission: 'admin:org', minLevel: 'trusted' } as const;
  return findRefusal(policy, { principal, through, atMs: clock.now() }, wanted) === undefined;
}
