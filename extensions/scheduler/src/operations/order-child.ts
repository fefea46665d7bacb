import { type ChildWanted, type RunOrder, SignalboxError } from '@signalbox/sdk';
import { requireCallable } from '../access/require-callable.ts';
import type { Core } from '../core.ts';
import { findObstacle } from '../place/find-obstacle.ts';
import { paramsOf } from '../place/params-of.ts';
import type { Task } from '../store/task.ts';

/**
 * The order of a run that a step of another run wants: the pipeline of the task as it is now, with the rights of the run that wants it.
 * Errors: `not_found`, `forbidden` for one that may not use what the task needs or whose author the run has no reason to trust, `conflict` for a canceled one or one too deep.
 */
export async function orderChild(core: Core, wanted: ChildWanted): Promise<RunOrder> {
  const task = await findTask(core, wanted);
  const { row, definition } = task;
  if (row.status === 'canceled')
    throw new SignalboxError('conflict', `the task "${wanted.task}" is canceled, so no step can call it`);
  await requireCallable(core, wanted, task);
  if (wanted.depth > core.settings.maxDepth)
    throw new SignalboxError('conflict', `runs call each other more than ${core.settings.maxDepth} deep`);
  const obstacle = await findObstacle(core, wanted.runAs, definition.payload, row.id);
  if (obstacle)
    throw new SignalboxError('forbidden', `the task "${wanted.task}" cannot be called: ${obstacle.reason}`);
  const { timeout_seconds: timeout } = definition;
  const timeoutMs = Math.min(
    wanted.timeoutMs ?? Infinity,
    timeout === undefined ? Infinity : timeout * 1_000,
  );
  return {
    id: wanted.id,
    org: row.org,
    task: { id: row.id, version: row.version },
    title: definition.title,
    pipeline: definition.payload,
    params: paramsOf(definition.payload, wanted.params),
    trigger: 'call',
    runAs: wanted.runAs,
    scheduledAt: wanted.scheduledAt,
    timezone: definition.timezone ?? 'UTC',
    priority: definition.priority,
    availableAt: core.clock.now(),
    maxRetries: definition.max_retries,
    backoffStrategy: definition.backoff_strategy,
    depth: wanted.depth,
    parent: wanted.parent,
    ...(Number.isFinite(timeoutMs) ? { timeoutMs } : {}),
  };
}

async function findTask(core: Core, { org, task }: ChildWanted): Promise<Task> {
  const byId = await core.stores.tasks.find(org, task);
  if (byId) return byId;
  const named = await core.stores.tasks.titled(org, task);
  if (named.length > 1)
    throw new SignalboxError(
      'conflict',
      `${named.length} tasks are called "${task}"; name the one you mean by its id`,
    );
  const [only] = named;
  if (!only) throw new SignalboxError('not_found', `there is no task "${task.slice(0, 200)}"`);
  return only;
}
