import { type PipelineTry, SignalboxError, type Viewer } from '@signalbox/sdk';
import { depthOf, requireDepth } from '../access/caller-depth.ts';
import { requirePermission, requireStandIn } from '../access/task-access.ts';
import { type Core, withEngine } from '../core.ts';
import { findObstacle } from '../place/find-obstacle.ts';
import { paramsOf } from '../place/params-of.ts';

const timeoutMs = 600_000;

/** Runs a pipeline dry without a task; see `Scheduler.tryPipeline`. */
export async function tryPipeline(
  core: Core,
  viewer: Viewer,
  { title, payload, params }: PipelineTry,
): Promise<string> {
  requirePermission(core, viewer, 'tasks:run');
  const { order, wake } = withEngine(core).ordering;
  const runAs = requireStandIn(viewer);
  const depth = await depthOf(core, viewer);
  requireDepth(core, depth);
  const id = core.ids.next();
  const obstacle = await findObstacle(core, runAs, payload, id);
  if (obstacle)
    throw new SignalboxError('invalid_params', `the pipeline could not be run: ${obstacle.reason}`);
  const nowMs = core.clock.now();
  const writes = order({
    id,
    org: runAs.org,
    title,
    pipeline: payload,
    params: paramsOf(payload, params),
    trigger: 'manual',
    runAs,
    scheduledAt: nowMs,
    timezone: core.settings.timezone,
    priority: 5,
    availableAt: nowMs,
    maxRetries: 0,
    timeoutMs,
    isDryRun: true,
    depth,
  });
  await core.database.together(writes);
  wake();
  return id;
}
