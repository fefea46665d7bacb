import type { RunOrder } from '@signalbox/sdk';
import type { Task } from '../store/task.ts';
import { paramsOf } from './params-of.ts';
import type { Placing } from './wish.ts';

/** The order a wish becomes. */
export function toOrder(
  { row, definition }: Task,
  { wish, slot }: Placing,
  { run, nowMs }: { readonly run: string; readonly nowMs: number },
): RunOrder {
  const { timeout_seconds: timeout } = definition;
  return {
    id: run,
    org: row.org,
    task: { id: row.id, version: row.version },
    title: definition.title,
    pipeline: definition.payload,
    params: paramsOf(definition.payload, wish.params),
    trigger: wish.trigger,
    runAs: wish.runAs,
    scheduledAt: wish.nominalAtMs,
    timezone: definition.timezone ?? 'UTC',
    priority: definition.priority,
    availableAt: nowMs,
    maxRetries: definition.max_retries,
    backoffStrategy: definition.backoff_strategy,
    depth: wish.depth,
    ...(wish.event ? { event: wish.event } : {}),
    ...(slot ? { slot } : {}),
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1_000 }),
    ...(wish.isDryRun === undefined ? {} : { isDryRun: wish.isDryRun }),
  };
}
