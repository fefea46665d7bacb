import { SignalboxError, type TaskDefinition, type Viewer } from '@signalbox/sdk';
import { isRunning } from '../access/caller-depth.ts';
import { requirePermission } from '../access/task-access.ts';
import type { Core } from '../core.ts';

/**
 * Throws unless somebody may lend their rights to whoever may call a tool: who administers the organization, and is no run. Errors:
 * `forbidden`, `insufficient_scope`.
 */
export function requireLending(
  core: Pick<Core, 'policyBook' | 'clock'>,
  viewer: Viewer,
  { publish_as: publish }: TaskDefinition,
): void {
  if (publish?.run_as !== 'owner') return;
  if (isRunning(viewer))
    throw new SignalboxError('forbidden', 'a run lends no rights; publish the task with run_as "caller"');
  requirePermission(core, viewer, 'admin:org');
}
