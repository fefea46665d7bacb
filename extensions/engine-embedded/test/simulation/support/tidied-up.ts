import { isJsonObject, type JsonObject } from '@signalbox/sdk';
import type { Scenario } from './scenario.ts';
import type { SimulatedStore } from './simulated-store.ts';

/** True for a call that undoes a step, or is made in any case when a run ends. */
export function isTidying(scenario: Scenario, key: string): boolean {
  if (key.endsWith('#undo')) return true;
  const [run = '', path = ''] = key.split('/');
  return finallyOf(scenario, run).includes(outermostOf(path).replace(/@.*/, ''));
}

/**
 * What does not hold of runs that were told to end, and not by force: each has undone what it had done and says how it is undone, once; what is
 * done in any case was begun; and it ended as it was told.
 */
export function wronglyTidied(scenario: Scenario, store: SimulatedStore): readonly string[] {
  const rows = store.rows(
    `select id, status, error, json_extract(state, '$.status') as told from engine_runs
     where finished_at is not null and is_dry_run = 0 and json_extract(state, '$.phase') = 'ended' and json_extract(state, '$.stopping') is not null`,
  );
  return rows.flatMap((row) => {
    const id = String(row['id']);
    const wrong =
      row['status'] === row['told'] ? [] : [`run ${id} was told to end and is ${String(row['status'])}`];
    const isCut = String(row['error']).includes('no time left to tidy up');
    const isStopped = row['status'] === 'canceled' || row['status'] === 'timed_out';
    if (isCut || !isStopped) return wrong;
    return [...wrong, ...notUndone(scenario, store, id), ...notBegun(scenario, store, id)];
  });
}

/** Of what was done that says how it is undone, what was not undone, or twice. */
function notUndone(scenario: Scenario, store: SimulatedStore, run: string): readonly string[] {
  const last = finallyOf(scenario, run);
  const undoable = new Set(
    stepsIn(pipelineOf(scenario, run)).flatMap((step) => (step['compensate'] ? [step['id']] : [])),
  );
  const done = store.rows(
    `select path, step_id, status, (select count(*) from engine_calls where run_id = step.run_id and path = step.path || '#undo') as calls,
       (select count(*) from engine_calls where run_id = step.run_id and path = step.path || '#undo' and status = 'done') as undone
     from engine_steps step where run_id = ? and status in ('done', 'undone')`,
    run,
  );
  return done.flatMap(({ path, step_id: id, status, calls, undone }) => {
    if (!undoable.has(String(id)) || last.includes(outermostOf(String(path)))) return [];
    const wanted = status === 'undone' ? 1 : 0;
    if (calls !== 0 && undone === wanted) return [];
    return [
      `run ${run} was told to end; its step ${String(path)} is ${String(status)} after ${String(calls)} calls to undo it, ${String(undone)} of them done`,
    ];
  });
}

/** What was to be done in any case and was not begun. */
function notBegun(scenario: Scenario, store: SimulatedStore, run: string): readonly string[] {
  const [first] = finallyOf(scenario, run);
  if (first === undefined) return [];
  const begun = store.rows('select 1 from engine_steps where run_id = ? and path = ?', run, first);
  return begun.length > 0 ? [] : [`run ${run} was told to end and did not tidy up`];
}

function finallyOf(scenario: Scenario, run: string): readonly string[] {
  const last = pipelineOf(scenario, run)['finally'];
  return Array.isArray(last)
    ? last.flatMap((step) => (isJsonObject(step) && typeof step['id'] === 'string' ? [step['id']] : []))
    : [];
}

function pipelineOf({ runs, child }: Scenario, run: string): JsonObject {
  return runs.find(({ id }) => id === run)?.pipeline ?? child;
}

/** Every step of a pipeline, however deep. */
function stepsIn(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(stepsIn);
  if (!isJsonObject(value)) return [];
  const inside = Object.values(value).flatMap(stepsIn);
  return typeof value['id'] === 'string' ? [value, ...inside] : inside;
}

function outermostOf(path: string): string {
  return /^[^.[]+/.exec(path)?.[0] ?? path;
}
