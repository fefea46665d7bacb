import {
  isSignalboxError,
  type JsonObject,
  orderedBy,
  orderersIn,
  type Principal,
  principalOfStandIn,
  SignalboxError,
  type StandIn,
  taskInterface,
  type Viewer,
} from '@signalbox/sdk';
import { depthOf, requireDepth } from '../access/caller-depth.ts';
import { isTrusted } from '../access/require-callable.ts';
import { requirePermission, requireStandIn } from '../access/task-access.ts';
import { type Core, withEngine } from '../core.ts';
import type { Wish } from '../place/wish.ts';
import type { Task } from '../store/task.ts';

/** A pipeline somebody calls by its name as a tool. */
export interface PublishedCall {
  readonly org: string;
  readonly name: string;
  readonly params: JsonObject;
}

/**
 * Orders the run of a published pipeline, with the rights of who calls it, or those its administrator lends. Gives its id. Errors:
 * `conflict` with the reason when there is no run (paused, a tool the caller may not use, a key that is held), `not_found`, `forbidden`,
 * `unsupported`.
 */
export async function runPublished(
  core: Core,
  viewer: Viewer,
  { org, name, params }: PublishedCall,
): Promise<string> {
  const ordering = withEngine(core);
  const depth = await depthOf(core, viewer);
  requireDepth(core, depth);
  const sourceId = core.ids.next();
  const gone = (): SignalboxError =>
    new SignalboxError('not_found', `there is no pipeline "${name}" any more`);
  const toWish = async (task: Task | undefined): Promise<Wish> => {
    if (task?.row.published_name !== name) throw gone();
    requireReady(name, task);
    return {
      trigger: 'tool',
      sourceId,
      nominalAtMs: core.clock.now(),
      runAs: await rightsOf(core, viewer, task),
      depth: Math.max(depth, task.row.depth),
      params,
    };
  };
  const known = await core.stores.tasks.findPublished(org, name);
  if (!known) throw gone();
  const placed = await core.joint.place(ordering, known.row, { sourceId, toWish });
  const { run, placing, occurrence } = placed ?? {};
  if (run !== undefined && !placing?.refused) return run;
  throw new SignalboxError(
    'conflict',
    `"${name}" cannot be run: ${occurrence?.reason ?? 'nothing was ordered'}`,
  );
}

function requireReady(name: string, { row: { status, status_reason: reason } }: Task): void {
  if (status === 'active' || status === 'completed') return;
  const why = reason === null ? '' : `: ${reason}`;
  throw new SignalboxError('conflict', `"${name}" cannot be run, for its task is ${status}${why}`);
}

/** Rights are lent only as long as who lends them may. */
async function rightsOf(core: Core, viewer: Viewer, { definition, runAs, row }: Task): Promise<StandIn> {
  // Also for who calls it as themselves: nothing is run for those nothing can be done for later.
  const own = requireStandIn(viewer);
  if (definition.publish_as?.run_as !== 'owner') {
    if (await isTrusted(core, { row, runAs }, own)) return own;
    throw new SignalboxError(
      'forbidden',
      `this pipeline was written by ${runAs.kind} "${runAs.id}", who does not administer the organization, and would run with your rights; an administrator can publish it for others`,
    );
  }
  const lender = await principalOfStandIn(core.directory(), runAs, row.id);
  if (!lender)
    throw new SignalboxError(
      'conflict',
      'who lends this pipeline their rights is not there or not active any more',
    );
  if (mayLend(core, lender)) return orderedBy(runAs, orderersIn(viewer.principal));
  throw new SignalboxError(
    'conflict',
    'who lends this pipeline their rights administers the organization no more; an administrator has to change its task',
  );
}

function mayLend(core: Core, principal: Principal): boolean {
  try {
    requirePermission(core, { principal, interface: taskInterface }, 'admin:org');
    return true;
  } catch (error) {
    if (isSignalboxError(error)) return false;
    throw error;
  }
}
