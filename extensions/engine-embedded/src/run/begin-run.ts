import type { RunFacts } from '@signalbox/pipeline';
import { storeStep } from '@signalbox/store';
import type { EngineTables } from '../store/engine-tables.ts';
import { changeRun, type Hold } from '../store/run-writes.ts';
import type { ClaimedRun } from './claimed-run.ts';
import { callingOf } from './command-runner.ts';
import type { DriverParts } from './driver-parts.ts';
import type { NewEvent } from './new-event.ts';
import type { RunTimers } from './run-timers.ts';

/** Name of the timer of the whole run; the stepper's own begin with a letter. */
export const runTimeout = '#run';

/** What a run is told first. Its longest time counts from now. Errors: those of the store. */
export async function beginRun(
  { database, clock, caller }: DriverParts,
  run: ClaimedRun,
  { hold, timers }: { readonly hold: Hold; readonly timers: RunTimers },
): Promise<NewEvent> {
  const { row, plan, params } = run;
  if (row.timeout_ms !== null) {
    const dueAt = clock.now() + row.timeout_ms;
    timers.start(runTimeout, dueAt);
    const insert = database
      .queries<EngineTables>()
      .insertInto('engine_timers')
      .values({ run_id: row.id, name: runTimeout, due_at: dueAt })
      .onConflict((conflict) => conflict.doNothing());
    await database.together([changeRun(database, hold, { status: 'running' }), storeStep(insert)]);
  }
  const isDry = row.is_dry_run === 1;
  const dryRun = isDry
    ? { dryRun: { readOnlyTools: await caller.readOnlyOf(callingOf(run), plan.tools) } }
    : {};
  return {
    kind: 'Started',
    run: factsOf(run),
    scheduledAtMs: row.scheduled_at,
    timezone: row.timezone,
    params,
    ...(row.event === null ? {} : { event: JSON.parse(row.event) }),
    ...dryRun,
  };
}

/** What templates and the stepper know of a run. */
export function factsOf({ row }: ClaimedRun): RunFacts {
  return {
    id: row.id,
    ...(row.task_id === null ? {} : { taskId: row.task_id }),
    trigger: row.cause,
    attempt: row.attempt,
    maxAttempts: row.max_retries + 1,
    depth: row.depth,
  };
}
