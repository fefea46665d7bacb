import type { RunOrder, StoreWrite } from '@signalbox/sdk';
import { type Database, preparedWrite } from '@signalbox/store';
import type { EngineTables, PlanRow, RunRow } from './engine-tables.ts';

/** The writes that put a run in the queue. The same order twice is one run. */
export function orderWrites(
  database: Database,
  order: RunOrder,
  planHash: string,
  now: number,
): readonly StoreWrite[] {
  const { id, org, task, slot } = order;
  const plan = { org, hash: planHash, definition: JSON.stringify(order.pipeline) };
  const run = {
    id,
    org,
    task_id: task?.id ?? null,
    task_version: task?.version ?? null,
    title: order.title,
    plan_hash: planHash,
    params: JSON.stringify(order.params),
    event: order.event ? JSON.stringify(order.event) : null,
    cause: order.trigger,
    run_as: JSON.stringify(order.runAs),
    scheduled_at: order.scheduledAt,
    timezone: order.timezone,
    priority: order.priority,
    slot_key: slot?.key ?? null,
    slot_limit: slot?.limit ?? null,
    max_retries: order.maxRetries,
    backoff: order.backoffStrategy ?? 'exponential_jitter',
    timeout_ms: order.timeoutMs ?? null,
    is_dry_run: order.isDryRun ? 1 : 0,
    depth: order.depth ?? 0,
    parent: order.parent ? JSON.stringify(order.parent) : null,
    status: 'queued',
    available_at: order.availableAt,
    state: null,
    pending: null,
    seq: 0,
    attempt: 1,
    inbox_seq: 0,
    children: 0,
    is_timed_out: 0,
    error: null,
    output: null,
    lease_node: null,
    lease_epoch: 0,
    lease_until: 0,
    workflow: null,
    created_at: now,
    started_at: null,
    finished_at: null,
  };
  return [keepPlan(database, plan), keepRun(database, run)];
}

const keepPlan = preparedWrite<EngineTables, PlanRow>((queries, row) =>
  queries
    .insertInto('engine_plans')
    .values(row)
    .onConflict((conflict) => conflict.doNothing()),
);

const keepRun = preparedWrite<EngineTables, RunRow>((queries, row) =>
  queries
    .insertInto('engine_runs')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
