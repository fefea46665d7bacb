import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import { expectedEnd } from './expected-end.ts';
import type { Ordered } from './scenario.ts';
import type { Surroundings } from './simulated-node.ts';
import { wronglyTidied } from './tidied-up.ts';
import { runOf } from './world.ts';

/** What does not hold after the last fault is over and time has passed; empty when all is well. */
export function judge(around: Surroundings): readonly string[] {
  const { store, world, scenario } = around;
  return [
    ...store.rows('select note from simulation_notes').map(({ note }) => String(note)),
    ...world.notes,
    ...leftBehind(around),
    ...journals(around),
    ...overCalled(around),
    ...uncounted(around),
    ...children(around),
    ...wronglyTidied(scenario, store),
    ...scenario.runs.flatMap((order) => wrongEnd(around, order)),
  ];
}

/** Nothing of a run that has ended is kept for later, and of no call is it left open how it ended. */
function leftBehind({ store }: Surroundings): readonly string[] {
  const tables = ['engine_timers', 'engine_waits', 'engine_questions', 'engine_inbox', 'engine_slots'];
  const rows = tables.flatMap((table) =>
    store
      .rows(`select run_id from ${table}`)
      .map((row) => `${table} keeps something of ${String(row['run_id'])}`),
  );
  const open = store
    .rows(
      `select idempotency_key, status from engine_calls where status not in ('done', 'failed', 'in_doubt', 'planned')`,
    )
    .map((row) => `nobody says how ${String(row['idempotency_key'])} ended: ${String(row['status'])}`);
  return [...rows, ...open];
}

/** What happened is there without gaps, and nothing ended well twice. */
function journals({ store }: Surroundings): readonly string[] {
  const problems: string[] = [];
  const gaps = store.rows(
    `select run_id from engine_journal group by run_id having min(seq) <> 1 or max(seq) <> count(*)
       or max(seq) > (select seq from engine_runs where id = run_id)`,
  );
  for (const row of gaps) problems.push(`the journal of ${String(row['run_id'])} has gaps`);
  const done = store.rows(
    `select idempotency_key from engine_calls where status = 'done' group by 1 having count(*) > 1`,
  );
  for (const row of done) problems.push(`${String(row['idempotency_key'])} was done twice`);
  return problems;
}

/** Runs that steps have ordered have ended, and each attempt of a step has ordered one. */
function children({ store, scenario, stopped }: Surroundings): readonly string[] {
  const open = store
    .rows("select id from engine_runs where id not like 'run-%' and finished_at is null")
    .map(({ id }) => `run ${String(id)}, which a step has ordered, has not ended`);
  const twice = store
    .rows('select parent from engine_runs where parent is not null group by 1 having count(*) > 1')
    .map(({ parent }) => `${String(parent)} has ordered more than one run`);
  const later = store.rows(
    `select child.id, run.attempt, coalesce(run.error, '') like '%somebody said so%' as is_stopped, coalesce(call.status, '') as call
     from engine_runs child join engine_runs run on run.id = json_extract(child.parent, '$.run')
       left join engine_calls call on call.run_id = run.id and call.path = json_extract(child.parent, '$.path')
         and call.attempt = json_extract(child.parent, '$.attempt')
     where child.finished_at > run.finished_at + 1000`,
  );
  const outlived = later.flatMap(({ id, attempt, is_stopped: isStopped, call }) => {
    // One that was given up was told to end, and does as soon as somebody holds it.
    const isTold = isStopped === 1 || call === 'in_doubt';
    if (isTold && !stopped.has(String(id)))
      return [`run ${String(id)} was left alone by the one that has ordered it`];
    if (isTold || attempt !== 1) return [];
    return [`run ${String(id)} went on after the end of the one that has ordered it`];
  });
  // Clocks that jump say nothing of what came first.
  return [...open, ...twice, ...(scenario.jumps ? [] : outlived)];
}

/** A tool that may not be called again was called once at most, unless the step or the run says that it is tried again. */
function overCalled({ world, scenario }: Surroundings): readonly string[] {
  const child = { pipeline: scenario.child, maxRetries: 0, isRetriedByHand: undefined };
  return [...world.times].flatMap(([key, times]) => {
    const order = runOf(key).startsWith('run-') ? scenario.runs.find(({ id }) => id === runOf(key)) : child;
    const step = order && stepOf(order.pipeline, key);
    if (times <= 1 || !order || !step || order.maxRetries > 0 || order.isRetriedByHand) return [];
    const retry = isJsonObject(step['retry']) ? step['retry']['max'] : 0;
    const mayRepeat =
      step['on_unknown'] === undefined ? step['uses'] !== 'write' : step['on_unknown'] !== 'fail';
    return retry === 0 && !mayRepeat ? [`${key} was called ${times} times`] : [];
  });
}

/** Where there is a budget, no call was made that was not counted before. */
function uncounted({ store, world, scenario }: Surroundings): readonly string[] {
  if (!scenario.hasBudget) return [];
  const made = [...world.times.values()].reduce((sum, times) => sum + times, 0);
  const counted = Number(store.rows('select sum(calls) as calls from engine_spending')[0]?.['calls'] ?? 0);
  return counted >= made ? [] : [`${made} calls were made, and ${counted} counted`];
}

/** The step a key is of; undefined for one that undoes a step. */
function stepOf(pipeline: JsonObject, key: string): JsonObject | undefined {
  const id = /([^./]+?)(?:\[\d+\])?$/.exec(key)?.[1];
  const find = (value: unknown): JsonObject | undefined => {
    if (Array.isArray(value)) {
      for (const each of value) {
        const found = find(each);
        if (found) return found;
      }
      return undefined;
    }
    if (!isJsonObject(value)) return undefined;
    if (value['id'] === id && value['uses'] !== undefined) return value;
    return find(Object.values(value));
  };
  return find(pipeline);
}

/** Every run has ended, and, where nobody stopped it and no call was in doubt, as it would have without faults. */
function wrongEnd({ store, scenario, plans }: Surroundings, order: Ordered): readonly string[] {
  const [row] = store.rows(
    'select status, output, error, finished_at from engine_runs where id = ?',
    order.id,
  );
  if (!row) return [`run ${order.id} is lost`];
  if (row['finished_at'] === null) return [`run ${order.id} has not ended: it is ${String(row['status'])}`];
  if (order.cancel || order.isRetriedByHand || order.timeoutMs !== undefined) return [];
  const [odd] = store.rows(
    `select count(*) as count from engine_journal where (json_extract(event, '$.kind') = 'InDoubt'
       or json_extract(event, '$.error.kind') = 'canceled')
       and run_id in (select id from engine_runs where id = ? or json_extract(parent, '$.run') = ?)`,
    order.id,
    order.id,
  );
  if (odd?.['count'] !== 0) return [];
  const expected = expectedEnd(scenario, order, plans);
  if (!expected) return [];
  // Of branches that fail side by side, another may be the first.
  const isOneByOne = !JSON.stringify(order.pipeline).includes('parallel');
  const error: unknown = typeof row['error'] === 'string' ? JSON.parse(row['error']) : {};
  const isKindSure = isJsonObject(error) && expected.status === 'failed' && isOneByOne;
  const wanted = JSON.stringify([
    expected.status,
    expected.output,
    isKindSure ? expected.error?.kind : undefined,
  ]);
  const given = JSON.stringify([
    row['status'],
    JSON.parse(String(row['output'])),
    isKindSure ? error['kind'] : undefined,
  ]);
  return wanted === given ? [] : [`run ${order.id} ended as ${given} instead of ${wanted}`];
}
