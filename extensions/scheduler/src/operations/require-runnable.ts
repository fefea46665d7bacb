import type { TaskDefinition } from '@signalbox/sdk';
import { SignalboxError, type StandIn, uuidv7 } from '@signalbox/sdk';
import type { Core } from '../core.ts';
import { findObstacle } from '../place/find-obstacle.ts';
import { paramsOf } from '../place/params-of.ts';

/** Errors: `invalid_params` for a pipeline that could not be run by who it would be run as. */
export async function requireRunnable(
  core: Core,
  {
    definition,
    runAs,
    task,
  }: { readonly definition: TaskDefinition; readonly runAs: StandIn; readonly task: string },
): Promise<void> {
  const obstacle = await findObstacle(core, runAs, definition.payload, task);
  if (obstacle) throw new SignalboxError('invalid_params', `the task could not be run: ${obstacle.reason}`);
  const nowMs = core.clock.now();
  // What the engine would refuse then it refuses now; the writes are thrown away.
  core.engine()?.order({
    id: uuidv7(nowMs, new Uint8Array(10)),
    org: runAs.org,
    title: definition.title,
    pipeline: definition.payload,
    params: paramsOf(definition.payload),
    trigger: 'schedule',
    runAs,
    scheduledAt: nowMs,
    timezone: definition.timezone ?? 'UTC',
    priority: definition.priority,
    availableAt: nowMs,
    maxRetries: definition.max_retries,
  });
}
